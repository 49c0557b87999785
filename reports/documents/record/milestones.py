"""What a court asks first of a ticket: since when the city could know, and what it did when."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from reports.tickets.words import ACTORS, CHANNELS

Row = Mapping[str, Any]
Parts = Mapping[str, Sequence[Row]]


class Milestone(NamedTuple):
    """`at` as ISO 8601, None where it never was; `who`: how and by whom."""

    what: str
    at: str | None
    who: str


def milestones(parts: Parts) -> list[Milestone]:
    """In their usual order, also those that never were; of the ticket itself, not of those merged
    into it."""
    reports, here = parts["reports"], parts["ticket"][0]
    history = [row for row in parts["history"] if row["ticket"] == here["number"]]
    first = min(reports, key=lambda row: row["heard_at"], default=None)
    look = next((row for row in parts["looks"] if row["kind"] == "look"), None)
    found = [
        Milestone(
            "最初の通報が届いた",
            first["heard_at"] if first else None,
            f"{CHANNELS.get(first['channel'], first['channel'])}・{first['who']}" if first else "",
        ),
        Milestone("受付票ができた", here["received_at"], "自動"),
        Milestone(
            "受付票を最初に開いた", look["first_at"] if look else None, look["who"] if look else ""
        ),
    ]
    ends = (
        next((row for row in reversed(history) if _ENDS(row)), None) if here["closed_at"] else None
    )
    return [
        *found,
        *(_first(history, what, fits) for what, fits in _OF_HISTORY.items()),
        Milestone("終わった", here["closed_at"], acts(ends) if ends else ""),
    ]


def acts(row: Row) -> str:
    """職員 佐藤 恵: who did what stands in this line of history."""
    side = ACTORS.get(row["actor"], row["actor"])
    return f"{side} {row['who']}".strip()


def _first(history: Sequence[Row], what: str, fits: Callable[[Row], bool]) -> Milestone:
    row = next((row for row in history if fits(row)), None)
    return Milestone(what, row["at"] if row else None, acts(row) if row else "")


def _goes_to(*statuses: str) -> Callable[[Row], bool]:
    return lambda row: row["what"] == "moved" and row["to"] in statuses


def _is_there(row: Row) -> bool:
    """Somebody of the city or of a contractor stood at the place."""
    if row["what"] in ("worked", "order_started", "order_item_done"):
        return True
    return bool(row["actor"] == "crew" and row["what"] == "moved")


_OF_HISTORY: Final[Mapping[str, Callable[[Row], bool]]] = {
    "担当が決まった": lambda row: (
        row["what"] in ("routed", "assigned")
        and bool(row["details"].get("to") or (row["details"].get("rule") is not None))
    ),
    "現場の確認を始めた": _goes_to("inspecting"),
    "作業班・請負業者が現場で最初に報告した": _is_there,
    "安全を確保した(応急処置)": _goes_to("made_safe"),
    "直した(対応済)": _goes_to("fixed"),
}
"""By what it was: the first line of history that says so."""
_ENDS: Final = _goes_to("fixed", "forwarded", "declined", "merged")
