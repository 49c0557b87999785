"""廃棄予定一覧: what is due is proposed as a list, which another person approves; a worker throws
it away."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from typing import Final

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from reports.city import clock
from reports.city.fiscal import fiscal_year
from reports.discard.due import Due, due, is_any
from reports.discard.models import DiscardItem, DiscardList
from reports.people.models import User
from reports.people.permissions import MAY, Actor, Do, NotTheirs, may
from store import sql
from store.tasks import later


class Refused(Exception):
    """The message says why, in Japanese."""


class ShownOtherwise(Refused):
    """It is not what whoever presses has seen."""

    def __init__(self) -> None:
        super().__init__("一覧が、画面に出ていたものと違います。もう一度確かめてください。")


def propose(db: Session, by: Actor, *, today: date, key: str | None) -> int:
    """What is due on this day, as a list that stays as it is; gives its id. The same `key` is the
    same press. Raises NotTheirs, Refused."""
    _allow(by)
    sql.run(db, _ONE_AT_A_TIME)
    if key and (known := db.scalar(select(DiscardList.id).where(DiscardList.key == key))):
        return known
    if open_one(db):
        raise Refused(
            "まだ終わっていない廃棄予定一覧があります。先に、承認するか取り下げてください。"
        )
    lines = due(db, today)
    if all(one.why_not for one in lines):
        raise Refused("いま廃棄できるものはありません。")
    year = fiscal_year(today)
    last = select(func.max(DiscardList.serial)).where(DiscardList.fiscal_year == year)
    made = DiscardList(
        fiscal_year=year,
        serial=(db.scalar(last) or 0) + 1,
        day=today,
        digest=digest_of(lines),
        total=sum(not one.why_not for one in lines),
        proposed_by=by.user_id,
        proposer=by.name,
        key=key,
    )
    db.add(made)
    db.flush()
    rows = [
        {"list_id": made.id, "place": place, **_frozen(one)} for place, one in enumerate(lines, 1)
    ]
    db.execute(insert(DiscardItem), rows)
    return made.id


def approve(db: Session, list_id: int, by: Actor, *, seen: str) -> None:
    """From the commit on a worker throws away what stands in it. `seen`: the digest of what was
    shown. One that failed goes on. Pressed again, it is as it is.

    Raises NotTheirs, Refused, ShownOtherwise.
    """
    _allow(by)
    found = _locked(db, list_id)
    if found.state in ("approved", "done"):
        return
    if found.state == "withdrawn":
        raise Refused("この一覧は取り下げられました。")
    if seen != found.digest or digest_of(items(db, list_id)) != found.digest:
        raise ShownOtherwise
    if by.user_id == found.proposed_by and not is_alone(db, by):
        raise Refused(
            "一覧を作った人は承認できません。ほかの管理者に頼んでください。"
            f"ほかの管理者を自分で外したときは、{ALONE_SINCE}日のあいだ一人では承認できません。"
        )
    if found.state == "proposed":
        found.approved_by, found.approver = by.user_id, by.name
        found.approved_at = datetime.now(UTC)
    found.state, found.ended_at = "approved", None
    db.flush()
    later(db, "throw_away", list_id=list_id)


def withdraw(db: Session, list_id: int, by: Actor) -> None:
    """Nothing of it goes; what is due can be proposed anew. One that failed keeps what has gone.
    Raises NotTheirs, Refused."""
    _allow(by)
    found = _locked(db, list_id)
    if found.state == "withdrawn":
        return
    if found.state not in ("proposed", "failed"):
        raise Refused("この一覧は、もう承認されています。")
    found.state, found.ended_at = "withdrawn", datetime.now(UTC)
    db.flush()


def end(db: Session, list_id: int, state: str) -> None:
    """It is done, or failed for good."""
    found = _locked(db, list_id)
    if found.state == "approved":
        found.state, found.ended_at = state, datetime.now(UTC)
        db.flush()


def is_alone(db: Session, by: Actor) -> bool:
    """Whether nobody else could approve, and that not because they stopped who could, or took their
    role, within ALONE_SINCE days."""
    roles = [str(role) for role, does in MAY.items() if Do.DISCARD in does]
    others = User.id != by.user_id, User.disabled.is_(False), User.role.in_(roles)
    if db.scalar(select(User.id).where(*others).limit(1)) is not None:
        return False
    return not sql.run(db, _STOPPED, by=by.user_id, roles=roles, days=ALONE_SINCE)[0][0]


def open_one(db: Session) -> DiscardList | None:
    """The one that is neither done nor withdrawn."""
    states = ("proposed", "approved", "failed")
    return db.scalar(select(DiscardList).where(DiscardList.state.in_(states)))


def newest(db: Session, most: int) -> Sequence[DiscardList]:
    """The newest first."""
    return db.scalars(select(DiscardList).order_by(DiscardList.id.desc()).limit(most)).all()


def one(db: Session, list_id: int) -> DiscardList | None:
    """As it is now."""
    return db.get(DiscardList, list_id)


def items(
    db: Session, list_id: int, *, after: int = 0, most: int | None = None
) -> list[DiscardItem]:
    """In their order, so many after that place."""
    found = select(DiscardItem).where(DiscardItem.list_id == list_id, DiscardItem.place > after)
    return list(db.scalars(found.order_by(DiscardItem.place).limit(most)))


def many(db: Session, list_id: int) -> int:
    """How many lines it has."""
    return sum(counts(db, list_id).values())


def counts(db: Session, list_id: int) -> dict[str, int]:
    """Its lines by their state."""
    of_list = select(DiscardItem.state, func.count()).where(DiscardItem.list_id == list_id)
    return dict(db.execute(of_list.group_by(DiscardItem.state)).all())


def waiting(db: Session) -> int:
    """How much waits for people, for the menu: 1 where a list does, or something is due and stands
    in none."""
    found = open_one(db)
    return int(found.state != "approved" if found else is_any(db, clock.today()))


def digest_of(lines: Iterable[Due | DiscardItem]) -> str:
    """Of all that is shown of them, in their order."""
    told = hashlib.sha256()
    for line in lines:
        told.update(("\t".join(_shown(line)) + "\n").encode())
    return told.hexdigest()


def _shown(line: Due | DiscardItem) -> Iterator[str]:
    why = line.why_not if isinstance(line, Due) else line.why if line.state == "held" else ""
    days = line.closed_on.isoformat(), str(line.years), line.due_on.isoformat()
    yield from (line.number, line.category, line.kind, *days, why)


def _frozen(line: Due) -> dict[str, object]:
    told = line._asdict()
    why = told.pop("why_not")
    return told | {"why": why, "state": "held" if why else "listed"}


def _locked(db: Session, list_id: int) -> DiscardList:
    found = db.get(DiscardList, list_id, with_for_update=True, populate_existing=True)
    if found is None:
        raise Refused("この一覧はありません。")
    return found


def _allow(by: Actor) -> None:
    if not may(by, Do.DISCARD, None):
        raise NotTheirs(Do.DISCARD)


ALONE_SINCE: Final = 30
_STOPPED: Final = """
    SELECT EXISTS (
        SELECT FROM audit a JOIN users u ON a.about = 'user:' || u.id
        WHERE a.user_id = %(by)s AND a.at > now() - make_interval(days => %(days)s)
          AND a.what = 'users changed' AND u.id <> a.user_id
          AND (a.old ->> 'role' = ANY(%(roles)s::text[])
               OR a.new ->> 'disabled' = 'true' AND u.role = ANY(%(roles)s::text[])))
"""
_ONE_AT_A_TIME: Final = "SELECT pg_advisory_xact_lock(hashtextextended('discard lists', 0))"
