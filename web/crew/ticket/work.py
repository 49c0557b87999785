"""A crew's form that tells what it did: its photos looked at, then its one commit."""

from collections.abc import Sequence

from reports.actions.report_work import Shot, report_work
from reports.city import profile
from reports.people.sessions import Visitor
from reports.photos.same_picture import are_known, of_ticket
from reports.tickets.outcomes import PROVED_BY_PHOTO, Outcome
from store.database import transaction
from web.crew.ticket.told import done, outcome_of, photo_facts, shots
from web.kit.forms import Posted
from web.kit.moves import in_the_store
from web.kit.proof import refuse_unreadable
from web.kit.tickets import acting_on, id_of, seen_on


def carry_out(visitor: Visitor, number: str, form: Posted) -> Outcome:
    """Tell it; a press that is sent twice, by whatever phone, is told once.

    Fields: as of `told`, seen and change as of other moves, photo (up to four). Raises BadInput,
    NotFound, Overtaken, MoveRefused, FilesAway.
    """
    outcome = outcome_of(form)
    seen = refuse_unreadable(form.photos)
    facts = photo_facts(form, [one for one, _ in seen])
    small = [(data, one) for data, (_, one) in zip(form.photos, seen, strict=True)]
    are_old = _are_old(number, small) if outcome in PROVED_BY_PHOTO else [False] * len(small)
    with in_the_store(form.photos) as photo_ids, acting_on(number) as (db, id):
        taken: Sequence[Shot] = shots(form, photo_ids, facts, are_old)
        said = done(form, taken, profile.materials(db))
        report_work(db, id, said, visitor.actor, key=form.key, seen=seen_on(form))
    return outcome


def _are_old(number: str, photos: Sequence[tuple[bytes, bytes]]) -> list[bool]:
    if not photos:
        return []
    with transaction() as db:
        known = of_ticket(db, id_of(db, number))
    return are_known(photos, known)
