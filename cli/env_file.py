"""Which file `michi` takes its settings from, and how such a file is read and written: as systemd
reads its EnvironmentFile (systemd.exec(5)), so that one file serves both.

The environment wins: a file gives only what is not set there.
"""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from settings import ENV_FILE, ROOT

OF_THE_CHECKOUT: Final = ROOT / ".data" / "env"
"""Where `./run` writes its own."""
_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_BLANKS: Final = " \t\r"
_ESCAPED: Final = '"\\`$'


class Unreadable(SystemExit):
    """Ends with 1; `code` holds a sentence in Japanese and in English."""


def take_in(named: Path | None) -> None:
    """What the file says becomes part of the environment. `named`: by `--env-file`; else it is
    MICHI_ENV_FILE's, and in the checkout or below it what `./run` wrote. Raises Unreadable."""
    file = named or _usual()
    if file is None:
        return
    file = file.absolute()
    for name, value in read(file).items():
        if not os.environ.get(name):
            os.environ[name] = value
    os.environ[ENV_FILE] = str(file)


def read(file: Path) -> dict[str, str]:
    """The settings in a file. Raises Unreadable."""
    try:
        return dict(_settings_in(file.read_text(encoding="utf-8")))
    except OSError as away:
        why = away.strerror or type(away).__name__
        raise Unreadable(
            f"✗ 設定のファイル {file} を読めません。--env-file と {ENV_FILE}、読む権限を確かめて"
            f"ください / The file of settings {file} cannot be read ({why}): look at --env-file,"
            f" {ENV_FILE} and its permissions"
        ) from away
    except ValueError as wrong:
        raise Unreadable(
            f"✗ 設定のファイル {file} は NAME=値 の行で書きます({wrong}) / The file of settings"
            f" {file} has lines of NAME=value ({wrong})"
        ) from wrong


def line_of(name: str, value: str) -> str:
    """One setting as a line of such a file, without its end. A value has one line."""
    escaped = "".join(f"\\{letter}" if letter in _ESCAPED else letter for letter in value)
    return f'{name}="{escaped}"'


def _usual() -> Path | None:
    if ENV_FILE in os.environ:
        return Path(os.environ[ENV_FILE]) if os.environ[ENV_FILE] else None
    here = Path.cwd()
    is_checkout = here.is_relative_to(ROOT) and OF_THE_CHECKOUT.exists()
    return OF_THE_CHECKOUT if is_checkout else None


def _settings_in(text: str) -> Iterator[tuple[str, str]]:
    """Raises ValueError with the number of the line that is none."""
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
