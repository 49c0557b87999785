"""A crew's form that tells what it did: its photos looked at, then its one commit."""

from reports.actions.report_work import report_work
from reports.city import profile
from reports.people.sessions import Visitor
from reports.tickets.outcomes import PROVED_BY_PHOTO, Outcome
from store.database import transaction
from web.crew.ticket.told import done, outcome_of
from web.kit.forms import Posted
from web.kit.moves import in_the_store
from web.kit.proof import refuse_unreadable
from web.kit.shots import Seen, are_old, shots
from web.kit.tickets import acting_on, id_of, seen_on


def carry_out(visitor: Visitor, number: str, form: Posted) -> Outcome:
    """Tell it; a press that is sent twice, by whatever phone, is told once.

    Fields: as of `told`, seen and change as of other moves, photo (up to four). Raises BadInput,
    NotFound, Overtaken, MoveRefused, FilesAway.
    """
    outcome = outcome_of(form)
    seen = refuse_unreadable(form.photos)
    old = _are_old(form, seen, number) if outcome in PROVED_BY_PHOTO else [False] * len(seen)
    with in_the_store(form.photos) as photo_ids, acting_on(number) as (db, id):
        said = done(form, shots(form, photo_ids, seen, old), profile.materials(db))
        report_work(db, id, said, visitor.actor, key=form.key, seen=seen_on(form))
    return outcome


def _are_old(form: Posted, seen: Seen, number: str) -> list[bool]:
    with transaction() as db:
        id = id_of(db, number)
    return are_old(form, seen, id)
