"""What a phone's camera reads off a page. Pure."""

import segno
from markupsafe import Markup


def qr(address: str) -> Markup:
    """As an SVG that stands in a page, dark on white with its quiet edge; error level M."""
    code = segno.make_qr(address, error="m")
    drawn = code.svg_inline(border=4, omitsize=True, light="#fff", dark="#000", svgclass="qr")
    return Markup(drawn)
