"""The address that opens a chat with the city's LINE account, with words filled in. Pure."""

from urllib.parse import quote

import segno
from markupsafe import Markup

_CHAT = "https://line.me/R/oaMessage/{}/?{}"


def chat_link(basic_id: str, words: str) -> str:
    """LINE's own form of it; whoever opens it only has to press send."""
    return _CHAT.format(quote(basic_id, safe=""), quote(words, safe=""))


def qr(address: str) -> Markup:
    """As an SVG that stands in a page, dark on white with its quiet edge; error level M."""
    code = segno.make_qr(address, error="m")
    drawn = code.svg_inline(border=4, omitsize=True, light="#fff", dark="#000", svgclass="qr")
    return Markup(drawn)
