"""Which file `michi` takes its settings from. The environment wins: a file gives only what is not
set there.
"""

import os
from pathlib import Path
from typing import Final

from cli.env_lines import parsed
from settings import ENV_FILE, ROOT

OF_THE_CHECKOUT: Final = ROOT / ".data" / "env"
"""Where `./run` writes its own."""


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


def _usual() -> Path | None:
    if ENV_FILE in os.environ:
        return Path(os.environ[ENV_FILE]) if os.environ[ENV_FILE] else None
    here = Path.cwd()
    is_checkout = here.is_relative_to(ROOT) and OF_THE_CHECKOUT.exists()
    return OF_THE_CHECKOUT if is_checkout else None
