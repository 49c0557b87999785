"""What is wrong with an entry of a city's files, said in Japanese and in English. Pure."""

from collections.abc import Mapping
from typing import Any, Final

KEY, DIGIT = r"^[^\s;;、,&=]{1,40}$", r"[0-9]"
"""Patterns of a key, and of what has a digit in it."""


def said(error: Mapping[str, Any]) -> tuple[str, str]:
    """What is wrong by one of pydantic's errors, in Japanese and in English, after the name."""
    kind, limits = error["type"], error.get("ctx", {})
    if kind == "value_error" and " / " in error["msg"]:
        japanese, _, english = error["msg"].removeprefix("Value error, ").partition(" / ")
        return f"は使えません。{japanese}", f"cannot be so: {english}"
    if kind in _SAID:
        return _SAID[kind]
    known = _WANTED.get(kind) or _PATTERNS.get(limits.get("pattern", ""))
    japanese, english = known or ("書き方を確かめてください", "look at how it is written")
    return (
        f"は使えません。{japanese.format(**limits)}",
        f"cannot be so: {english.format(**limits)}",
    )


_SAID: Final = {
    "missing": ("がありません", "is missing"),
    "extra_forbidden": ("という項目はありません", "is no field of this file"),
}
_TEXT: Final = ('"…" の文字で書いてください', "text in quotes is wanted")
_NUMBER: Final = ("数で書いてください", "a number is wanted")
_TABLE: Final = ("[表] か {{ … }} で書いてください", "a table is wanted")
_DATE: Final = ("2026-01-31 のような日付が要ります", "a date such as 2026-01-31 is wanted")
_WANTED: Final = {
    "string_type": _TEXT,
    "string_too_long": ("{max_length}文字までです", "at most {max_length} letters"),
    "int_type": ("整数で書いてください", "a whole number is wanted"),
    "int_from_float": ("整数で書いてください", "a whole number is wanted"),
    "float_type": _NUMBER,
    "finite_number": _NUMBER,
    "bool_type": ("true か false で書いてください", "true or false is wanted"),
    "list_type": ("[ … ] の並びで書いてください", "a list in brackets is wanted"),
    "model_type": _TABLE,
    "dict_type": _TABLE,
    "literal_error": ("{expected} のどれかです", "one of {expected}"),
    "greater_than": ("{gt:g} より大きい数です", "more than {gt:g}"),
    "greater_than_equal": ("{ge} 以上です", "{ge} or more"),
    "less_than_equal": ("{le} 以下です", "{le} or less"),
    "date_type": _DATE,
}
_PATTERNS: Final = {
    KEY: (
        "空白や記号のない40文字までの語が要ります",
        "a word of at most 40 letters without spaces or signs is wanted",
    ),
    DIGIT: ("数字が要ります", "digits are wanted"),
}
