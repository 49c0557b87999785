"""What may be meant where a line is no TOML, for people who do not read tomllib's words. Pure."""

import re
from typing import Final

_QUOTED: Final = re.compile(r'"[^"]*"|\'[^\']*\'|#.*')
_WIDE: Final = re.compile("[　＝“”‘’，［］｛｝]")
_UNQUOTED: Final = re.compile(r"\s*[\w.-]+\s*=\s*(?P<value>[^\s\[{][^,]*)")
Hint = tuple[str, str]


def hint(complaint: str, line: str) -> Hint:
    """In Japanese and in English. `complaint`: tomllib's, about this line."""
    bare = _QUOTED.sub("", line)
    given = _UNQUOTED.fullmatch(bare.rstrip())
    if "twice" in complaint or "overwrite" in complaint or "Cannot mutate" in complaint:
        return _TWICE
    if _WIDE.search(bare):
        return _WIDE_SIGNS
    if given and given["value"].lower() in ("true", "false"):
        return _SMALL
    if "Invalid date" in complaint:
        return _NO_DATE
    return _QUOTES if given else _LOOK


_TWICE: Final = (
    "同じ名前がふたつあります。何件も並ぶ表は [[…]] と書きます",
    "the same name stands here twice; tables of which there are many are written [[…]]",
)
_WIDE_SIGNS: Final = ('空白や = や " は半角で書いてください', 'write blanks, = and " half-width')
_SMALL: Final = ("true か false を小文字で書いてください", "write true or false in small letters")
_NO_DATE: Final = ("そのような日付や時刻はありません", "there is no such date or time")
_QUOTES: Final = ('値を "…" で囲んでください', 'put the value in quotes: "…"')
_LOOK: Final = ("書き方を確かめてください", "look at how it is written")
