"""What happens to the data, from a city's files terms.*.md."""

import re
from pathlib import Path
from typing import Final

from geo.gis_import.faults import Checks, Fault
from geo.gis_import.utf8 import text_of
from geo.kinds import BadFile

_TERMS: Final = re.compile(r"terms\.([a-z]{2,8}(?:_[a-z]{2,8})?)\.md")


def terms_in(given: Path) -> dict[str, str]:
    """By language; of one file, or of the folder of all. Raises BadFile."""
    texts, checks = {}, Checks()
    for file in sorted(given.glob("terms.*md")) if given.is_dir() else [given]:
        with checks.one():
            texts[_language_of(file)] = _filled(file)
    checks.end()
    return texts


def _language_of(file: Path) -> str:
    if name := _TERMS.fullmatch(file.name):
        return name[1]
    words = (
        "名前は terms.言語.md です(ja、easy_ja、en など)",
        "it is called terms.LANGUAGE.md, with ja, easy_ja, en or another",
    )
    raise BadFile(str(Fault(file.name, *words)))


def _filled(file: Path) -> str:
    if words := text_of(file).strip():
        return words
    raise BadFile(str(Fault(file.name, "空です", "it is empty")))
