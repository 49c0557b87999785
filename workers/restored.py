"""After a backup was put back: whoever may have been told something since is not told it again, and
whoever was erased since is erased again. To be done before any process begins.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

import psycopg
from sqlalchemy.orm import Session

from bot import inbox
from reports.audit import entries, seal
from reports.audit.kinds import Kind
from reports.backup import erased
from reports.documents import digest
from reports.outbox import mails, perhaps_said
from reports.outbox.perhaps_said import RESTORED
from reports.people import crew_links, open_sessions
from reports.privacy.erasings import Erased
from store import sql, tasks
from store.backup import database
from store.database import NOTICES, transaction
from workers.perform import give_up, perform
from workers.privacy import ABOVE

_QUIETLY: Final = frozenset({"route_ticket"})
"""Done now: what it tells is held back with the rest."""


@dataclass(frozen=True, slots=True)
class Settled:
    """How many of each: `erased` again, `sessions` ended; left to people: `messages` to residents,
    `mails`, `tasks` that tell somebody something, `events` that were not heard."""

    erased: int
    sessions: int
    messages: int = 0
    mails: int = 0
    tasks: int = 0
    events: int = 0


def settle(
    id: str, moment: datetime, entries: Sequence[Erased], *, nothing_since: bool = False
) -> Settled:
    """`id`: of the backup, or the moment that was asked for; `nothing_since`: nothing was done
    after `moment`, so that what waits is still to be said. `entries`: all of the list outside.
    Raises SQLAlchemyError.
    """
    with sql.one_family(), psycopg.connect(database.url(), **NOTICES) as owner:
        database.go_ahead(owner)
    again = erased.erase_again(entries, ABOVE)
    held = {} if nothing_since else _hold_back()
    with transaction() as db:
        ended = open_sessions.end_everybodys(db)
        settled = Settled(again, ended, **held)
        _tell(db, id, moment, settled, nothing_since=nothing_since)
    _seal()
    return settled


def _seal() -> None:
    """What waited for its place in the audit log's chain gets it, so that the log can be
    verified at once."""
    many = 1
    while many:
        with transaction() as db:
            many = seal.seal(db)


def _hold_back() -> Mapping[str, int]:
    """What waited at the backup's moment, and what the clock would say of the days since."""
    with transaction() as db:
        events = inbox.hold_back(db, RESTORED)
        crew_links.forget_flows(db)
        waiting = tasks.that_tell(db)
    for task in waiting:
        if task.name in _QUIETLY:
            perform(task.id, task.name)
    with transaction() as db:
        digest.write_mails(db, datetime.now(UTC))
    others = _give_up_what_tells()
    with transaction() as db:
        for mail_id in perhaps_said.waiting_mails(db):
            mails.failed(db, mail_id, RESTORED)
        messages = perhaps_said.hold_back(db)
    with transaction() as db:
        many = len(perhaps_said.perhaps_mailed(db))
    return {"events": events, "tasks": others, "mails": many, "messages": messages}


def _give_up_what_tells() -> int:
    """Of many tickets at once each is left out; how many tasks, without those of mails."""
    seen = set[int]()
    while True:
        with transaction() as db:
            left = tasks.that_tell(db)
        if not left:
            return len(seen)
        for task in left:
            give_up(task, RESTORED)
        seen |= {task.id for task in left if task.name != "send_mail"}


def _tell(db: Session, id: str, moment: datetime, settled: Settled, *, nothing_since: bool) -> None:
    facts = {
        "moment": moment.isoformat(),
        "erased": settled.erased,
        "messages": settled.messages,
        "nothing_since": nothing_since,
    }
    entries.write(db, Kind.CHANGE, "backup restored", f"backup:{id}", new=facts)
