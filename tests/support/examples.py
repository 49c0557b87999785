"""How many examples a test tries: few and always the same, or many, of chance."""

import os
from typing import Final

from hypothesis import settings

LONG: Final = bool(os.environ.get("MICHI_TEST_LONG"))
"""`./test --long`: everything, with random examples and many of them."""


def examples(of_a_hundred: int) -> int:
    """So many where a usual property test tries a hundred; `./test --long` tries ten times that."""
    return of_a_hundred * settings.default.max_examples // 100
