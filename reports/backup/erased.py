"""The list of who was erased, and what was thrown away, outside of the database: one small signed
piece for each, only added to. It names numbers of rows, and nobody.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from reports.people.models import Resident
from reports.people.permissions import Actor, Role
from reports.privacy import erasings
from reports.privacy.above import Above
from reports.privacy.erase import erase, erase_reports
from reports.privacy.erasings import Erased
from reports.privacy.unsend import unsend
from reports.tickets.models import Report
from store.backup import Damaged, NoPiece, manifest
from store.backup.signed import signed, told
from store.backup.target import Target, put, whole, within
from store.database import transaction

FOLDER: Final = "erased/"
_PURPOSE: Final = "erased"
_BY: Final = Actor(Role.STAFF, "michi restore")


def bring_out(place: Target) -> int:
    """What does not stand in the list yet is written there; how many entries. Raises TargetAway."""
    many = 0
    while True:
        with transaction() as db:
            waiting = erasings.to_note(db)
        if not waiting:
            return many
        for one in waiting:
            put(place, _name(one), _signed(one))
        with transaction() as db:
            erasings.noted(db, [one.key for one in waiting])
        many += len(waiting)


def names(place: Target) -> list[str]:
    """Of all entries, the oldest first."""
    return [found.name for found in within(place, FOLDER)]


def refuse_shortened(place: Target, backups: Target) -> None:
    """Whoever may delete there must not bring anybody back: the last entry that the newest backup
    knew of is in the list still, but where it is older than all that is kept. Raises NoPiece."""
    oldest, newest = next(manifest.good(backups), None), manifest.newest(backups)
    if oldest is None or newest is None or not newest.last_erasing:
        return
    is_needed = newest.last_erasing.removeprefix(FOLDER) >= _stamp(oldest.at)
    if is_needed and newest.last_erasing not in names(place):
        raise NoPiece(newest.last_erasing)


def listed(place: Target) -> Iterator[Erased]:
    """All of them, the oldest first. Raises Damaged where one is not as it was signed."""
    for found in within(place, FOLDER):
        yield _read(found.name, whole(place, found.name))


def forget(place: Target, before: datetime) -> None:
    """What no backup that is kept can bring back."""
    for found in list(within(place, FOLDER)):
        if found.name.removeprefix(FOLDER)[: len(_stamp(before))] >= _stamp(before):
            break
        place.delete(found.name)
    with transaction() as db:
        erasings.forget(db, before)


def erase_again(entries: Iterable[Erased], above: Above) -> int:
    """Whoever was erased after the backup's moment goes once more, each in a commit; how many."""
    many = 0
    for one in entries:
        with transaction() as db:
            if one.key in erasings.known(db, [one.key]):
                continue
            many += _erase_one(db, one, above)
            erasings.done_again(db, one)
    return many


def _erase_one(db: Session, one: Erased, above: Above) -> bool:
    if one.what == "thrown_away":
        return above.throw_again(db, one)
    if one.what == "reports":
        there = db.scalars(select(Report.id).where(Report.id.in_(one.ids))).all()
        if there:
            erase_reports(db, there, _BY)
        return bool(there)
    resident_id = one.ids[0]
    who = db.scalar(
        select(Resident.line_user_id).where(Resident.id == resident_id).with_for_update()
    )
    if who is None:
        return False
    if one.what == "resident":
        above.forget_heard(db, resident_id)
        erase(db, resident_id, _BY)
    else:
        above.forget_message(db, who, one.ids[1])
        unsend(db, resident_id, one.ids[1])
    return True


def _name(one: Erased) -> str:
    return f"{FOLDER}{_stamp(one.at)}-{one.key}.json"


def _stamp(at: datetime) -> str:
    """In UTC, whatever zone a session of the database has: by it one is older than another."""
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%S}"


def _signed(one: Erased) -> bytes:
    facts = {"key": str(one.key), "at": one.at.isoformat(), "what": one.what}
    return signed(_PURPOSE, facts | {"ids": list(one.ids)})


def _read(name: str, data: bytes) -> Erased:
    facts = told(_PURPOSE, name, data)
    try:
        at = datetime.fromisoformat(facts["at"])
        made = Erased(UUID(facts["key"]), at, facts["what"], facts["ids"])
    except (ValueError, KeyError, TypeError) as wrong:
        raise Damaged(name) from wrong
    if _name(made) != name:
        raise Damaged(name)
    return made
