"""The lines of a file of settings, read and written as systemd reads its EnvironmentFile
(systemd.exec(5)). Of the standard library alone: a city's own command holds this text, and the
installer reads by it before there is anything else.
"""

import re
from collections.abc import Iterator
from typing import Final

_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_BLANKS: Final = " \t\r"
_ESCAPED: Final = '"\\`$'


def line_of(name: str, value: str) -> str:
    """One setting as a line of such a file, without its end. A value has one line."""
    escaped = "".join(f"\\{letter}" if letter in _ESCAPED else letter for letter in value)
    return f'{name}="{escaped}"'


def settings_in(text: str) -> Iterator[tuple[str, str]]:
    """Each name and value. Raises ValueError with the number of the line that is none."""
    at = 0
    while at < len(text):
        if text[at] in _BLANKS + "\n":
            at += 1
        elif text[at] in "#;":
            end = text.find("\n", at)
            at = len(text) if end < 0 else end
        else:
            name, equals, _ = text[at:].partition("\n")[0].partition("=")
            if not (equals and _NAME.fullmatch(name.rstrip(_BLANKS))):
                raise ValueError(f"line {text.count(chr(10), 0, at) + 1}")
            value, at = _value(text, at + len(name) + 1)
            yield name.rstrip(_BLANKS), value


def _value(text: str, at: int) -> tuple[str, int]:
    """A value from here on, and where what follows it begins: pieces in quotes and without."""
    pieces: list[str] = []
    while at < len(text) and text[at] != "\n":
        if text[at] in _BLANKS:
            at += 1
        elif text[at] in "\"'":
            piece, at = _quoted(text, at + 1, text[at])
            pieces.append(piece)
        else:
            piece, at = _bare(text, at)
            pieces.append(piece)
    return "".join(pieces), at


def _quoted(text: str, at: int, quote: str) -> tuple[str, int]:
    made = ""
    while at < len(text) and text[at] != quote:
        letter = text[at]
        if letter == "\\" and quote == '"' and at + 1 < len(text):
            at += 1
            made += (
                "" if text[at] == "\n" else text[at] if text[at] in _ESCAPED else f"\\{text[at]}"
            )
        else:
            made += letter
        at += 1
    if at >= len(text):
        raise ValueError(f"line {text.count(chr(10)) + 1}: {quote}")
    return made, at + 1


def _bare(text: str, at: int) -> tuple[str, int]:
    """To the end of the line: quotes within it stand for themselves."""
    made, kept = "", 0
    while at < len(text) and text[at] != "\n":
        if text[at] == "\\":
            at += 1
            made += "" if text[at : at + 1] in ("", "\n") else text[at]
            kept = len(made)
        else:
            made += text[at]
            kept = kept if text[at] in _BLANKS else len(made)
        at += 1
    return made[:kept], at
