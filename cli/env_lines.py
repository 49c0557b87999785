"""Lines of a file of settings, read and written as systemd reads its EnvironmentFile
(systemd.exec(5)), so that one file serves both.

Of Python's own library alone: `michi install` reads them before anything is installed.
"""

import re
from collections.abc import Iterator
from typing import Final

_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_BLANKS: Final = " \t\r"
_ESCAPED: Final = '"\\`$'


class NoSetting(ValueError):
    """A line that is none; its words are not told, for a secret may stand in them."""

    def __init__(self, line: int) -> None:
        super().__init__(f"line {line}")
        self.line = line


def parsed(text: str) -> dict[str, str]:
    """The settings in it. Raises NoSetting."""
    return dict(_settings_in(text.removeprefix("\ufeff")))


def line_of(name: str, value: str) -> str:
    """One setting as such a line, without its end: in quotes where it would be read as something
    else without them. A value has one line."""
    plain = f"{name}={value}"
    if _is_read_as(plain, name, value):
        return plain
    escaped = "".join(f"\\{letter}" if letter in _ESCAPED else letter for letter in value)
    return f'{name}="{escaped}"'


def _is_read_as(line: str, name: str, value: str) -> bool:
    try:
        return parsed(line) == {name: value}
    except NoSetting:
        return False


def _settings_in(text: str) -> Iterator[tuple[str, str]]:
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
                raise NoSetting(text.count("\n", 0, at) + 1)
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
        raise NoSetting(text.count("\n") + 1)
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
