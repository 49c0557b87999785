"""Words that a spreadsheet would take for a formula, and carry out. Pure."""

import re
from typing import Final

_FORMULA: Final = re.compile(r"'*(?:[\t\r\n]|\s*[=+\-@＝＋－＠−﹢﹣﹦﹫])")
"""Full-width signs too, which a Japanese Excel reads as the others, and those that become one of
them on their way into another encoding (U+2212, small forms); what is guarded already as well, so
that guarding can be undone."""


def guarded(words: str) -> str:
    """As a cell of a CSV that stays words: with a ' in front where they might be a formula."""
    return f"'{words}" if _FORMULA.match(words) else words


def unguarded(cell: str) -> str:
    """The words of which `guarded` made this cell."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell
