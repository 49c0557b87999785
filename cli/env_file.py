"""Which file `michi` takes its settings from. The environment wins: a file gives only what is not
set there.
"""

import os
from contextlib import suppress
from pathlib import Path
from typing import Final

from cli.env_lines import parsed
from settings import ENV_FILE, HANDED_OVER, ROOT, Settings

OF_THE_CHECKOUT: Final = ROOT / ".data" / "env"
"""Where `./run` writes its own."""
OWNERS: Final = "MICHI_OWNER_FD"
"""The variable with the number of an open file, root's alone, that names the owner's way into the
database. The environment and the words of a process are read in /proc by others of its user."""
_SET_DUMPABLE: Final = 4


class Unreadable(SystemExit):
    """Ends with 1; `code` holds a sentence in Japanese and in English."""


def take_in(named: Path | None) -> None:
    """What the file says becomes part of the environment. `named`: by `--env-file`; else it is
    MICHI_ENV_FILE's, and in the checkout or below it what `./run` wrote. Raises Unreadable."""
    _take_over()
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
        return parsed(file.read_text(encoding="utf-8"))
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


def _take_over() -> None:
    """What stands in the open file becomes settings, and no part of the environment, which this
    process's own children have. Raises Unreadable."""
    number = os.environ.pop(OWNERS, "")
    if not number:
        return
    _keep_to_itself()
    try:
        with open(int(number), encoding="utf-8") as file:
            found = parsed(file.read())
    except (OSError, ValueError) as wrong:
        raise Unreadable(
            f"✗ {OWNERS} の開いたファイルを読めません / the open file of {OWNERS} cannot be read"
        ) from wrong
    if number == "0":  # what asks for words afterwards finds none
        os.open(os.devnull, os.O_RDONLY)
    for name, value in found.items():
        if name.lower() in Settings.model_fields:
            HANDED_OVER[name.lower()] = value
        elif not os.environ.get(name):
            os.environ[name] = value


def _keep_to_itself() -> None:
    """From now on /proc shows neither this process's memory nor what it has open, but to root."""
    import ctypes

    with suppress(AttributeError, OSError):  # of Linux alone
        ctypes.CDLL(None).prctl(_SET_DUMPABLE, 0, 0, 0, 0)


def _usual() -> Path | None:
    if ENV_FILE in os.environ:
        return Path(os.environ[ENV_FILE]) if os.environ[ENV_FILE] else None
    here = Path.cwd()
    is_checkout = here.is_relative_to(ROOT) and OF_THE_CHECKOUT.exists()
    return OF_THE_CHECKOUT if is_checkout else None
