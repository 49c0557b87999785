"""A text file that a city wrote itself: UTF-8, and nothing in it that no database keeps."""

import re
from pathlib import Path
from typing import Final

from geo.gis_import.faults import Fault
from geo.kinds import BadFile

UNKEPT: Final = re.compile("[\0\ud800-\udfff]")
"""No word of a database: the character of no bits, and halves of characters."""


def text_of(file: Path) -> str:
    """Raises BadFile, with the line where there is one."""
    try:
        text = file.read_bytes().decode("utf-8-sig")
    except OSError as wrong:
        words = ("読めません", f"cannot be read ({wrong.strerror})")
        raise BadFile(str(Fault(file.name, *words))) from wrong
    except UnicodeDecodeError as wrong:
        raise _not_utf_8(file, wrong.object[: wrong.start].count(b"\n") + 1) from wrong
    if found := UNKEPT.search(text):
        raise _not_utf_8(file, text[: found.start()].count("\n") + 1)
    return text


def _not_utf_8(file: Path, line: int) -> BadFile:
    words = ("UTF-8 ではありません。UTF-8 で保存し直してください", "not UTF-8: save it as such")
    return BadFile(str(Fault(file.name, *words, line=line)))
