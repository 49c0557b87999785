"""What is wrong with a file's rows, by row, and what was done with them. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, NamedTuple

MOST_NAMED: Final = 12


class Done(StrEnum):
    """What becomes of a row."""

    LEFT_OUT = "読みこまない"
    MENDED = "直した"
    AS_IT_IS = "そのまま"
    REFUSED = "受けつけない"


class What(NamedTuple):
    """Something that can be wrong with a row."""

    japanese: str
    english: str
    done: Done
    remedy: str = ""


NO_GEOMETRY: Final = What("図形がない", "no geometry", Done.LEFT_OUT)
EMPTY: Final = What("図形が空、または長さがない", "empty or without length", Done.LEFT_OUT)
NOT_A_NUMBER: Final = What("座標が数でない", "coordinates that are no numbers", Done.LEFT_OUT)
TWICE: Final = What("前の行とまったく同じ", "the same as a row before", Done.LEFT_OUT)
NOTHING_LEFT: Final = What("直すと面積がない", "nothing left when mended", Done.LEFT_OUT)
FAR_AWAY: Final = What("市から遠い", "far from the city", Done.LEFT_OUT)
NOT_CLOSED: Final = What("多角形が閉じていない", "unclosed ring", Done.MENDED)
CROSSES_ITSELF: Final = What("多角形が自分と交差", "invalid polygon", Done.MENDED)
ONE_OF_SEVERAL: Final = What("同じキーの行をまとめた", "put together by key", Done.MENDED)
WITHOUT_KEY: Final = What("管理番号がない", "without a key", Done.AS_IT_IS)
WRONG_FORM: Final = What("図形の種類がちがう", "the wrong kind of geometry", Done.REFUSED)
NAMELESS: Final = What(
    "名前がない", "without a name", Done.REFUSED,
    "。--drop-nameless で除いて読みこめます / --drop-nameless leaves them out",
)  # fmt: skip
NAMELESS_LEFT_OUT: Final = NAMELESS._replace(done=Done.LEFT_OUT)
KEY_OF_ANOTHER: Final = What(
    "同じキーで名前がちがう", "the same key with another name", Done.REFUSED
)


@dataclass(slots=True)
class Findings:
    """Rows (from 1, as in the file) by what is wrong with them."""

    rows: dict[What, list[int]] = field(default_factory=lambda: defaultdict(list))

    def add(self, what: What, *rows: int) -> None:
        self.rows[what] += rows

    def refused(self) -> list[str]:
        """One sentence for each thing that no file may have."""
        return [
            f"{what.japanese} / {what.english}: {named(rows)}{what.remedy}"
            for what, rows in self.rows.items()
            if what.done is Done.REFUSED and rows
        ]


def named(rows: Iterable[int]) -> str:
    """`3, 7, 12行目`, and how many more there are."""
    every: Sequence[int] = sorted(set(rows))
    more = len(every) - MOST_NAMED
    listed = ", ".join(map(str, every[:MOST_NAMED]))
    return f"{listed}行目" + (f" ほか{more:,}行 / and {more:,} more" if more > 0 else "")
