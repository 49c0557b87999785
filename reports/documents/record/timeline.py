"""Everything that happened to a ticket in the order of time, from whichever part of its record."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from reports.documents.record import words
from reports.documents.record.milestones import acts
from reports.patrols.words import KINDS
from reports.tickets.words import CHANNELS, STATUSES

Row = Mapping[str, Any]
Parts = Mapping[str, Sequence[Row]]
MOST_LETTERS: Final = 600


class Entry(NamedTuple):
    """`at` as ISO 8601; `what`: a short word for its kind; `strong`: it is one of those that count
    most."""

    at: str
    what: str
    who: str
    told: str
    strong: bool = False


def timeline(parts: Parts) -> list[Entry]:
    """The oldest first."""
    return sorted(
        [
            *_reports(parts["reports"]),
            *_photos(parts["photos"]),
            *_history(parts),
            *_told(parts),
            *_mails(parts["mails"]),
            *_patrols(parts),
            *_looks(parts["looks"]),
        ],
        key=lambda entry: entry.at,
    )


def _reports(rows: Sequence[Row]) -> Iterator[Entry]:
    for row in rows:
        channel = CHANNELS.get(row["channel"], row["channel"])
        if row["heard_at"] != row["at"]:
            yield Entry(
                row["heard_at"], "通報", row["who"], f"{channel} で最初の送信が届いた", True
            )
        yield Entry(row["at"], "通報", row["who"], f"{channel} の通報を受け付けた", True)


def _photos(rows: Sequence[Row]) -> Iterator[Entry]:
    for place, row in enumerate(rows, start=1):
        of = words.PHOTOS_OF.get(row["of"], row["of"])
        yield Entry(row["at"], "写真", row["who"], f"写真{place}({of})を受け取った")


def _history(parts: Parts) -> Iterator[Entry]:
    number = parts["ticket"][0]["number"]
    for row in parts["history"]:
        told = row["sentence"]
        if row["what"] == "moved" and row["to"]:
            told = f"状態を「{_state(row['from'])}」から「{_state(row['to'])}」にした"
        if row["note"]:
            told = f"{told}: 「{row['note'][:MOST_LETTERS]}」"
        if row["ticket"] != number:
            told = f"〔{row['ticket']}〕{told}"
        yield Entry(row["at"], "経過", acts(row), told, row["to"] in _STRONG)


def _told(parts: Parts) -> Iterator[Entry]:
    states = states_of(parts)
    for row in parts["told"]:
        told = words.said(row["kinds"], [states[id] for id in row["lines"] if id in states])
        fate = words.FATES.get(row["state"], row["state"])
        yield Entry(row["sent_at"] or row["at"], "連絡", f"→ {row['who']}", f"{told}({fate})")


def states_of(parts: Parts) -> dict[int, str]:
    """The status that each line of history led to, in words."""
    return {row["id"]: _state(row["to"]) for row in parts["history"] if row["to"]}


def _mails(rows: Sequence[Row]) -> Iterator[Entry]:
    for row in rows:
        fate = words.MAIL_FATES.get(row["state"], row["state"])
        kind = words.MAILS.get(row["kind"], row["kind"])
        yield Entry(row["sent_at"] or row["at"], "メール", f"→ {row['to']}", f"{kind}({fate})")


def _patrols(parts: Parts) -> Iterator[Entry]:
    for row in parts["patrols"]:
        if row["passed_at"]:
            kind = KINDS.get(row["kind"], row["kind"])
            told = f"{kind}で、この場所から {row['metres']:.0f} m を通った"
            found = (
                "。この受付票のものを記録した" if row["finds_here"] else "。この場所の記録はない"
            )
            yield Entry(row["passed_at"], "巡回", row["who"], told + found, True)


def _looks(rows: Sequence[Row]) -> Iterator[Entry]:
    look = next((row for row in rows if row["kind"] == "look"), None)
    if look:
        yield Entry(look["first_at"], "閲覧", look["who"], "受付票を最初に開いた", True)


def _state(status: str | None) -> str:
    known = {str(one): told for one, told in STATUSES.items()}
    return known.get(status or "", status or "—")


_STRONG: Final = ("made_safe", "fixed", "reopened")
