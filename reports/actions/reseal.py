"""After SECRET_KEY was changed: what is kept is sealed with the new one, and it is told for what
the keys that are only read are still needed."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from reports.audit import seal as audit
from reports.city import periods, profile
from reports.people.crew_links import CODE_LIVES
from reports.people.directory import names_of
from reports.people.key_models import KeyInUse
from reports.people.second import code_app, recovery
from reports.records import keys as record_keys
from reports.webhooks import keys as webhooks
from store import sql
from store.keyed import marks

MAILS_TRIED_FOR: Final = timedelta(hours=7)
"""After that no mail with a link is on its way any more."""


class Need(NamedTuple):
    """Something for which a key that is only read is needed: until when, or until these people have
    done something about it; neither: nobody knows when it ends."""

    what: str
    until: datetime | None = None
    people: tuple[str, ...] = ()


class Resealed(NamedTuple):
    """`since`: all is made with SECRET_KEY; `apps`: how many apps were sealed anew, `lost`: whose
    none of the keys opens; `webhooks`, `lost_webhooks`: the same of systems that are told, by
    name; `records`, `lost_records`: of keys that sign records, by their ids; `head`: whether the
    audit log's was signed anew; `needs`: for what the other keys are needed."""

    since: datetime
    apps: int
    lost: tuple[str, ...]
    head: bool
    needs: tuple[Need, ...]
    webhooks: int = 0
    lost_webhooks: tuple[str, ...] = ()
    records: int = 0
    lost_records: tuple[str, ...] = ()

    @property
    def until(self) -> datetime:
        """When what ends by itself has ended."""
        return max([need.until for need in self.needs if need.until], default=self.since)


def reseal(db: Session) -> Resealed:
    """To be done when every process has the new key; a second time does what was left. Of two at
    once one waits."""
    sql.run(db, _ONE_AT_A_TIME)
    since = _since(db)
    apps, lost = code_app.reseal(db)
    hooks, lost_hooks = webhooks.reseal(db)
    signers, lost_signers = record_keys.reseal(db)
    head = audit.sign_again(db)
    now = sql.run(db, "SELECT now()")[0][0]
    needs = tuple(need for need in _needs(db, since) if need.until is None or need.until > now)
    return Resealed(
        since,
        apps,
        _named(db, lost),
        head,
        needs,
        hooks,
        tuple(lost_hooks),
        signers,
        tuple(lost_signers),
    )


def since(db: Session, mark: str) -> datetime | None:
    """When the key of this mark became the one that seals; None before `reseal`."""
    return db.scalar(select(KeyInUse.since).where(KeyInUse.mark == mark))


def _since(db: Session) -> datetime:
    """Noted the first time; of a key that comes back it is now, for another has sealed since."""
    mine = marks()[0]
    newest = db.execute(
        select(KeyInUse.mark, KeyInUse.since).order_by(KeyInUse.since.desc())
    ).first()
    if newest and newest.mark == mine:
        since: datetime = newest.since
        return since
    made = insert(KeyInUse).values(mark=mine)
    again = made.on_conflict_do_update(
        index_elements=[KeyInUse.mark], set_={"since": made.excluded.since}
    )
    noted: datetime = db.execute(again.returning(KeyInUse.since)).scalar_one()
    return noted


def _needs(db: Session, since: datetime) -> list[Need]:
    days = periods.length(periods.said_in(profile.profile(db)), "photo_links_days")
    people = _named(db, recovery.made_before(db, since))
    found = [
        Need("photo_links", since + timedelta(days=days + 1)),
        Need("mails", since + MAILS_TRIED_FOR),
        Need("crew_codes", since + CODE_LIVES),
    ]
    found += [Need("recovery_codes", people=people)] if people else []
    found += [Need("audit_stone")] if audit.stone_of_another(db) else []
    return found


def _named(db: Session, ids: Collection[int]) -> tuple[str, ...]:
    return tuple(sorted(names_of(db, ids).values()))


_ONE_AT_A_TIME: Final = "SELECT pg_advisory_xact_lock(hashtextextended('reseal', 0))"
