"""Planted: `michi` whose photo store, wherever its disk is, makes the folders it lacks. It does so
while the file that MICHI_PLANTED names is there.
"""

import os
from pathlib import Path
from typing import Any

from cli.app import app
from store.photo_files.folder import Folder

_as_it_is = {name: getattr(Folder, name) for name in ("put", "check")}


def _put(self: Folder, key: str, data: bytes) -> None:
    (self.root / key).parent.mkdir(parents=True, exist_ok=True)
    (self.root / key).write_bytes(data)


def _check(self: Folder) -> None:
    """All is well."""


def _while_planted(name: str, wrong: Any) -> Any:
    def does(*given: Any) -> Any:
        is_planted = Path(os.environ["MICHI_PLANTED"]).exists()
        return (wrong if is_planted else _as_it_is[name])(*given)

    return does


if __name__ == "__main__":
    Folder.put = _while_planted("put", _put)  # type: ignore[method-assign]
    Folder.check = _while_planted("check", _check)  # type: ignore[method-assign]
    app()
