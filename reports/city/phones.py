"""Which number is called, of what people write where a telephone number is asked for. Pure."""

import re
import unicodedata
from typing import Final
from urllib.parse import quote

_SEPARATES: Final = r"[-() .]{0,3}"
_DASHES: Final = dict.fromkeys(map(ord, "‐‑‒–—―−ー─━・"), "-")
_EXTENSION: Final = re.compile(r"(?:内線|ext\.?|extension)[\s:番号]*\d+", re.IGNORECASE)
_FORMS: Final = (
    (r"[5-9]0", r"\d{4}", r"\d{4}"),  # mobile, and by internet
    ("800", r"\d{3}", r"\d{4}"),
    ("(?:120|570|990)", r"\d{3}", r"\d{3}"),
    *((rf"\d{{{area}}}", rf"\d{{{5 - area}}}", r"\d{4}") for area in (1, 2, 3, 4)),
)
_WHOLE: Final = "|".join(_SEPARATES.join(form) for form in _FORMS)
_CALLED: Final = re.compile(
    rf"(?<!\d)(?:(?P<abroad>\+81){_SEPARATES}0?{_SEPARATES}|0)(?P<rest>{_WHOLE})(?!\d)"
    r"|(?<![\d-])(?P<short>#\d{4}|11[089]|171|18[89])(?=番|\W|$)(?!-)"
)


def tel(phone: str) -> str | None:
    """The address (RFC 3966, `tel:0420000101`) of the first whole Japanese number in these words;
    None where there is none.
    """
    words = unicodedata.normalize("NFKC", phone).translate(_DASHES)
    found = _CALLED.search(_EXTENSION.sub("", words))
    if found is None:
        return None
    if found["short"]:
        return f"tel:{quote(found['short'])}"
    digits = re.sub(r"\D", "", found["rest"])
    return f"tel:+81{digits}" if found["abroad"] else f"tel:0{digits}"
