"""Whether what a record tells is still what the database tells. Pure.

What came since is no error; what became of it since by a line of history, neither; what was erased,
or went because its period was over, is said. All else that is other than it was, differs.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

Row = Mapping[str, Any]
Parts = Mapping[str, Sequence[Row]]
Kind = Literal["differs", "missing", "since", "changed", "gone"]


@dataclass(frozen=True, slots=True)
class Finding:
    """differs, missing: an error; since: it came afterwards; changed: it went on afterwards; gone:
    it was erased, or kept for as long as it had to be. `field`: "" for the whole row."""

    kind: Kind
    part: str
    id: str
    field: str = ""
    was: str = ""
    now: str = ""

    @property
    def is_error(self) -> bool:
        return self.kind in ("differs", "missing")


FIXED: Final[Mapping[str, Sequence[str]]] = {
    "ticket": ("id", "number", "received_at"),
    "rules": ("live_at", "live_by", "note", "rule"),
    "reports": ("at", "channel", "category", "urgent", "place_source"),
    "words": ("report", "at"),
    "photos": ("of", "at"),
    "history": ("at", "ticket", "actor", "what", "from", "to"),
    "told": ("at", "kinds", "lines"),
    "mails": ("kind", "at"),
    "patrols": ("kind", "began_at"),
    "orders": ("ticket", "order", "contractor", "issued_at"),
    "looks": ("kind", "first_at"),
    "changes": ("at", "what"),
}
"""What never becomes other; by part."""
CLEARS: Final[Mapping[str, Sequence[str]]] = {
    "reports": ("heard_at", "accuracy_m"),
    "photos": ("sha256", "taken_at", "direction", "width", "height", "report"),
    "history": ("note", "details"),
    "patrols": ("who", "car", "has_way", "passed_at", "metres"),
    "mails": ("to",),
}
"""What may go where something was erased, or its period is over."""
FILLS: Final[Mapping[str, Sequence[str]]] = {
    "reports": ("withdrawn_at",),
    "told": ("sent_at", "via"),
    "mails": ("sent_at",),
    "patrols": ("ended_at",),
    "orders": ("started_at", "done_at", "closed_at"),
}
"""What may come where there was nothing."""
MOVES: Final[Mapping[str, Sequence[str]]] = {
    "ticket": (
        "category", "status", "urgent", "lon", "lat", "place_name", "district", "owner",
        "department", "assignee", "routed_at", "closed_at", "due_from", "deadline",
        "deadline_days", "paused_days", "paused_at", "rules_version", "why", "merged_into",
    ),
    "photos": ("state", "shown_sha256", "patches"),
}  # fmt: skip
"""What may become other, if the history has a newer line."""
_WAITED: Final = ("waiting", "held", "unknown")
_TAKES_AWAY: Final = ("erased", "unsent")
_MARKS: Final = ("forgotten_at", "words_gone_at", "originals_gone_at", "exif_gone_at")


def compare(record: Parts, now: Parts, may_be_gone_before: Mapping[str, datetime]) -> list[Finding]:
    """All that is other, in the order of the parts. `may_be_gone_before`: by part, rows older than
    that were kept for as long as the city keeps them."""
    since = _since(record, now)
    found: list[Finding] = []
    for part in FIXED:
        new = {str(row["id"]): row for row in now.get(part, ())}
        old = {str(row["id"]): row for row in record.get(part, ())}
        old_enough = may_be_gone_before.get(part)
        for id, row in old.items():
            is_old = old_enough is not None and _moment(row) < old_enough.isoformat()
            if id in new:
                found += _row(part, id, row, new[id], since, goes=since.took_away or is_old)
            else:
                gone = since.took_away or since.parted or is_old
                found.append(Finding("gone" if gone else "missing", part, id))
        found += [Finding("since", part, id) for id in new if id not in old]
    return found


@dataclass(frozen=True, slots=True)
class _Since:
    """What the history says of the time after the record."""

    lines: int
    took_away: bool
    parted: bool


def _since(record: Parts, now: Parts) -> _Since:
    last = max((row["id"] for row in record.get("history", ())), default=0)
    newer = [row["what"] for row in now.get("history", ()) if row["id"] > last]
    was, becomes = (next(iter(parts.get("ticket", ())), {}) for parts in (record, now))
    marked = any(becomes.get(mark) and not was.get(mark) for mark in _MARKS)
    took = marked or any(what in _TAKES_AWAY for what in newer)
    return _Since(len(newer), took, "parted" in newer)


def _row(part: str, id: str, old: Row, new: Row, since: _Since, *, goes: bool) -> Iterator[Finding]:
    def other(kind: Kind, field: str) -> Finding:
        return Finding(kind, part, id, field, _short(old.get(field)), _short(new.get(field)))

    taken_back = part == "history" and new.get("what") == "taken_back" != old.get("what")
    for field in FIXED[part]:
        if old.get(field) != new.get(field):
            yield other("changed" if taken_back else "differs", field)
    for field in CLEARS.get(part, ()):
        if old.get(field) != new.get(field):
            went = goes and _is_less(old.get(field), new.get(field))
            filled = part == "photos" and old.get("state") == "waiting"
            yield other("changed" if filled or taken_back else "gone" if went else "differs", field)
    for field in FILLS.get(part, ()):
        if old.get(field) != new.get(field):
            is_new = old.get(field) in (None, "")
            yield other("changed" if is_new else "differs", field)
    for field in MOVES.get(part, ()):
        if old.get(field) != new.get(field):
            accounted = since.lines or goes or old.get("state") == "waiting"
            yield other("changed" if accounted else "differs", field)
    if part in ("told", "mails") and old.get("state") != new.get("state"):
        yield other("changed" if old.get("state") in _WAITED else "differs", "state")
    yield from _personal(part, id, old, new, goes=goes)


def _personal(part: str, id: str, old: Row, new: Row, *, goes: bool) -> Iterator[Finding]:
    now = new.get("personal") or {}
    for field, was in (old.get("personal") or {}).items():
        if was != now.get(field):
            went = goes and now.get(field) in (None, "")
            yield Finding("gone" if went else "differs", part, id, field)


def _is_less(was: Any, now: Any) -> bool:
    """Whether something of it went and nothing came."""
    if isinstance(was, Mapping) and isinstance(now, Mapping):
        return all(was.get(key) == value for key, value in now.items())
    return now in (None, "", False, [], {}) or (isinstance(was, str) and part_of(was, now))


def part_of(was: str, now: Any) -> bool:
    """A note of which a message was taken back, or a moment that others of the report leave."""
    return isinstance(now, str) and (now in was or (was < now and was[:2] == "20"))


def _moment(row: Row) -> str:
    """When it was, as ISO 8601; what has no moment is never too old."""
    for name in ("last_at", "at", "began_at"):
        if row.get(name):
            return str(row[name])
    return "9999"


def _short(value: Any) -> str:
    told = "" if value is None else str(value)
    return told if len(told) <= _MOST else f"{told[:_MOST]}…"


_MOST: Final = 60
