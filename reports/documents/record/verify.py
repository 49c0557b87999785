"""Whether a record's file is whole, and agrees with the database."""

import hashlib
import json
import re
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice
from typing import Any, Final, Literal

from sqlalchemy.orm import Session

from geo.points import Point
from reports.audit import about
from reports.city import periods, profile
from reports.city.clock import now
from reports.documents.record.compare import Finding, compare
from reports.documents.record.gather import Scope, gather
from reports.records import kept, keys
from reports.records.kept import Issued
from reports.records.signature import signed_in
from reports.tickets import queries
from settings import settings
from store import sql

Whose = Literal["given", "ours", "ended", "unknown", "other"]
"""The key that has signed it: the one that was given, the one that signs now, one that did, one
that nothing but the file itself speaks for, or another than the one that was given."""


@dataclass(frozen=True, slots=True)
class Whole:
    """`why_not`: "" where every byte is what was signed; no signature, other bytes, other key, or
    unreadable. `record`: what is attached; only of a file that is whole."""

    why_not: Literal["", "unsigned", "changed", "other key", "unreadable"]
    key_id: str = ""
    whose: Whose = "unknown"
    sha256: str = ""
    record: Mapping[str, Any] | None = None

    @property
    def is_whole(self) -> bool:
        return not self.why_not


@dataclass(frozen=True, slots=True)
class Agrees:
    """Against the database: the row of its issue (None: this installation never issued this file),
    whether the audit log still has the head that it names, and what is other."""

    issued: Issued | None
    head: Literal["same", "other", "gone", "none"]
    findings: Sequence[Finding]
    has_ticket: bool = True

    @property
    def errors(self) -> list[Finding]:
        return [one for one in self.findings if one.is_error]

    @property
    def is_so(self) -> bool:
        known = self.issued is not None and self.has_ticket
        return known and self.head != "other" and not self.errors


def whole(
    file: bytes, publics: Sequence[keys.PublicKey] | None = None, given: bytes | None = None
) -> Whole:
    """By its signature alone. `publics`: those of this installation, None where it is not asked;
    `given`: the one public key that must have signed it."""
    found = signed_in(file)
    digest = hashlib.sha256(file).hexdigest()
    if found is None:
        return Whole("unsigned", sha256=digest)
    whose = _whose(found.public, publics, given)
    if not found.holds:
        return Whole("changed", found.key_id, whose, digest)
    if whose == "other":
        return Whole("other key", found.key_id, whose, digest)
    record = attached(file)
    if record is None:
        return Whole("unreadable", found.key_id, whose, digest)
    return Whole("", found.key_id, whose, digest, record)


def agrees(db: Session, found: Whole) -> Agrees:
    """A whole record against what the database has now."""
    record: Mapping[str, Any] = found.record or {}
    issued = kept.by_hash(db, found.sha256)
    ticket_id = queries.id_of(db, str(record.get("number", "")))
    head = _head(db, record.get("audit") or {})
    if ticket_id is None:
        return Agrees(issued, head, (), has_ticket=False)
    gathered = gather(db, _scope(ticket_id, record))
    if gathered is None:
        return Agrees(issued, head, (), has_ticket=False)
    findings = compare(record.get("parts") or {}, gathered.parts, _limits(db))
    return Agrees(issued, head, findings)


def _scope(ticket_id: int, record: Mapping[str, Any]) -> Scope:
    """As the record was gathered: patrols by the place that the ticket had then."""
    on = record.get("incident_on")
    ticket: Mapping[str, Any] = next(iter(record["parts"].get("ticket", ())), {})
    lon, lat = (ticket.get(name) for name in ("lon", "lat"))
    return Scope(
        ticket_id,
        bool(record.get("personal")),
        date.fromisoformat(on) if on else None,
        Point(lon, lat) if isinstance(lon, float) and isinstance(lat, float) else None,
    )


def attached(file: bytes) -> dict[str, Any] | None:
    """The JSON that goes with the PDF; None where none reads, or not as a record: a stranger may
    have signed it."""
    for found in islice(_EMBEDDED.finditer(file), _MOST_ATTACHED):
        unpacker = zlib.decompressobj()
        try:
            data = unpacker.decompress(memoryview(file)[found.end() :], _MOST_JSON)
            told = json.loads(data)
        except (zlib.error, ValueError, RecursionError):
            continue
        if isinstance(told, dict) and "michi_record" in told:
            return told if _is_record(told) else None
    return None


def _is_record(told: Mapping[str, Any]) -> bool:
    """Whether what is read of it before it is compared is as it is written."""
    name, number, day = (told.get(each) for each in ("name", "number", "incident_on"))
    parts, head = told.get("parts"), told.get("audit")
    if not (isinstance(name, str) and _NAME.fullmatch(name) and isinstance(number, str)):
        return False
    if not (name.startswith(number) and isinstance(parts, dict) and isinstance(head, dict)):
        return False
    if not all(_are_rows(rows) for rows in parts.values()):
        return False
    is_seq = head.get("seq") is None or (type(head["seq"]) is int and 0 <= head["seq"] < 2**63)
    try:
        return is_seq and (day is None or bool(date.fromisoformat(day)))
    except (TypeError, ValueError):
        return False


def _are_rows(rows: Any) -> bool:
    """One kind of `id` in all of them: numbers, or words."""
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        return False
    return {type(row.get("id")) for row in rows} in (set(), {int}, {str})


def _whose(public: bytes, publics: Sequence[keys.PublicKey] | None, given: bytes | None) -> Whose:
    if given is not None:
        return "given" if public == given else "other"
    if publics is None:
        return "unknown"
    known = {one.public: one for one in publics}
    if public not in known:
        return "other"
    return "ended" if known[public].ended_at else "ours"


def _head(db: Session, told: Mapping[str, Any]) -> Literal["same", "other", "gone", "none"]:
    """Whether the place of the audit log that the record names still has its hash."""
    if told.get("seq") is None:
        return "none"
    row = sql.run(db, "SELECT hash FROM audit_seals WHERE seq = %(seq)s", seq=told["seq"])
    if row.fetchone() is None:
        stone = sql.run(db, "SELECT max(seq) FROM audit_stones").fetchone()
        is_gone = bool(stone and stone[0] and stone[0] >= told["seq"])
        return "gone" if is_gone else "other"
    return "same" if row[0][0].hex() == told.get("hash") else "other"


def _limits(db: Session) -> dict[str, Any]:
    """By part: rows before that may have gone because their period is over."""
    said, at = periods.said_in(profile.profile(db)), now()
    limits: dict[str, Any] = {
        part: at - timedelta(days=_MONTH * periods.length(said, key))
        for part, key in _PERIODS.items()
    }
    begins = about.oldest(db)
    years = at - timedelta(days=365 * settings().audit_years)
    for part in ("looks", "changes"):
        limits[part] = max(begins, years) if begins else years
    return limits


_MONTH: Final = 28
_PERIODS: Final = {
    "told": "messages_months",
    "mails": "mails_months",
    "patrols": "patrol_ways_months",
}
_EMBEDDED: Final = re.compile(rb"/Type\s*/EmbeddedFile(?:(?!endobj).){0,600}?stream\r?\n", re.S)
_MOST_JSON: Final = 64 * 1024 * 1024
_MOST_ATTACHED: Final = 4
_NAME: Final = re.compile(r"[0-9-]{1,20}-K[0-9]{1,9}")
