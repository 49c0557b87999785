"""Which files have something for a short run, told by their text: to load one takes far longer."""

import re
from pathlib import Path
from typing import Final

from settings import ROOT

_OF_FEW: Final = (ROOT / "line_platform" / "tests", ROOT / "tests" / "bench")
"""Where only what is marked `short` is part of a short run."""
_TEST: Final = re.compile(r"^def test_", re.MULTILINE)
_LONG: Final = re.compile(r"^@pytest\.mark\.long$", re.MULTILINE)
_ALL_LONG: Final = re.compile(r"^pytestmark = pytest\.mark\.long$", re.MULTILINE)


def is_of_few(file: Path) -> bool:
    return any(folder in file.parents for folder in _OF_FEW)


def has_short_tests(file: Path) -> bool:
    """False where each test of it is left out of a short run."""
    told = file.read_text(encoding="utf-8")
    if is_of_few(file):
        return "pytest.mark.short" in told
    return not _ALL_LONG.search(told) and len(_LONG.findall(told)) < len(_TEST.findall(told))
