"""What a new version of a month has that the one before had not, in figures and in words. Pure."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import blake2b
from typing import Any, Final, NamedTuple

from reports.documents.open_data.columns import COLUMNS, STATES

_BYTES: Final = 8
_STATE: Final = [column.key for column in COLUMNS].index("state")
_ID: Final = [column.key for column in COLUMNS].index("id")
RULES: Final = {
    "k": ("匿名化の k", "k of the anonymisation"),
    "licence": ("利用条件", "licence"),
    "edition": ("項目の版", "edition of the columns"),
}
"""By what a month is made, and how it is called."""


class Figures(NamedTuple):
    """Of one version. `rows`: published; `generalised`: of them those of which something is left
    out; `left_out`: tickets that are not published; `states`: how many rows of each."""

    rows: int
    generalised: int
    left_out: int
    states: Mapping[str, int]


class Contents:
    """The rows of one version by what they are, their IDs aside: eight bytes for each."""

    def __init__(self) -> None:
        self.alike: Counter[bytes] = Counter()
        self.states: Counter[str] = Counter()

    def add(self, cells: Sequence[object]) -> None:
        """One more row, as the cells of its CSV."""
        others = "\x1f".join(str(cell) for place, cell in enumerate(cells) if place != _ID)
        self.alike[blake2b(others.encode(), digest_size=_BYTES).digest()] += 1
        self.states[str(cells[_STATE])] += 1


def between(before: Contents, after: Contents) -> dict[str, Any]:
    """`gone`, `come`: rows that only one of them has; one that changed is among both. `rows` and
    `states`: pairs of how many there were and are, of states where these differ."""
    states = [key for key in STATES if before.states[key] != after.states[key]]
    return {
        "rows": [before.alike.total(), after.alike.total()],
        "gone": (before.alike - after.alike).total(),
        "come": (after.alike - before.alike).total(),
        "states": {key: [before.states[key], after.states[key]] for key in states},
    }


def contents(rows: Iterable[Sequence[object]]) -> Contents:
    """Of the rows of a CSV without its head."""
    made = Contents()
    for cells in rows:
        made.add(cells)
    return made


def words(note: Mapping[str, Any]) -> tuple[str, str]:
    """Of what `between` gave, and of pairs of RULES; in Japanese and in English. Of a first
    version, which has no note, nothing."""
    if not note:
        return "", ""
    said = [*(_of_rows(note) if "rows" in note else ()), *_of_rules(note)]
    return "、".join(japanese for japanese, _ in said), "; ".join(english for _, english in said)


def _of_rows(note: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    was, now = note["rows"]
    if was == now:
        yield f"件数は同じ({now:,}件)", f"{now:,} rows as before"
    else:
        yield f"{was:,}件→{now:,}件", f"{was:,} → {now:,} rows"
    for key, (before, after) in note["states"].items():
        japanese, english = STATES[key]
        yield f"{japanese} {before:,}→{after:,}", f"{english} {before:,} → {after:,}"
    yield f"変わった行・新しい行 {note['come']:,}", f"changed or new rows: {note['come']:,}"


def _of_rules(note: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for key, (japanese, english) in RULES.items():
        if key in note:
            before, after = note[key]
            yield f"{japanese} {before}→{after}", f"{english} {before} → {after}"
