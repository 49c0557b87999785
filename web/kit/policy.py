"""What a page of ours may load, as browsers are told (Content Security Policy)."""

import base64
import hashlib
import re
from functools import lru_cache
from typing import Final, NamedTuple
from urllib.parse import urlsplit

from markupsafe import Markup

from web.kit import assets

HEADER: Final = "Content-Security-Policy"
FRAMES: Final = "X-Frame-Options"
"""Of browsers that do not read the policy; it knows no single site."""


_COMMENT: Final = re.compile(r"/\*.*?\*/\s*", re.DOTALL)


class Styles(NamedTuple):
    """Style sheets in the page itself, and the source by which a browser takes them."""

    text: Markup
    source: str


NOWHERE: Final = "frame-ancestors 'none'"


def policy(tiles_url: str, styles: str = "", frames: str = "") -> str:
    """`tiles_url`: where pieces of the map come from; `styles`: as of `Styles.source`; `frames`:
    the sites that may show the page within theirs, with blanks between, or nobody."""
    parts = urlsplit(tiles_url)
    tiles = f" {parts.scheme}://{parts.netloc}" if parts.netloc else ""
    return "; ".join(
        (
            "default-src 'self'",
            *([f"style-src 'self' {styles}"] if styles else []),
            f"img-src 'self' data: blob:{tiles}",
            f"connect-src 'self'{tiles}",
            "worker-src 'self'",
            "object-src 'none'",
            "base-uri 'none'",
            "form-action 'self'",
            f"frame-ancestors {frames}" if frames else NOWHERE,
        )
    )


@lru_cache(maxsize=8)
def inlined(names: tuple[str, ...]) -> Styles:
    """These sheets of ours as one, for a page that must be readable with its first answer. Only
    this text is let in, by its hash; so it may name no file beside it."""
    text = _COMMENT.sub("", "\n".join(assets.text(name) for name in names))
    if "url(" in text or "</" in text:
        raise ValueError(f"not to be put into a page: {names}")
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return Styles(Markup(text), f"'sha256-{digest}'")
