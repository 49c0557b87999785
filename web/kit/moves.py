"""A form that moves a ticket: what it wishes, and its one commit."""

import time
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from typing import Final

from reports.actions.move import move
from reports.people.sessions import Visitor
from reports.photos import intake
from reports.photos.photo_store import photo_store
from reports.tickets.status import Status
from store.database import transaction
from store.photo_files import FilesAway, key_of
from web.kit.errors import BadInput
from web.kit.forms import Posted
from web.kit.proof import refuse_unreadable
from web.kit.tickets import acting_on, seen_on

_TRIES: Final = 20
_TRY_AGAIN_SECONDS: Final = 0.1


def carry_out(visitor: Visitor, number: str, form: Posted) -> Status:
    """Move it; a press that is sent twice is one move. Returns where it has gone.

    Fields: to, note (for residents), seen (the status that the page showed), photo (up to four),
    each of which can be read. Raises BadInput, NotFound, Overtaken, MoveRefused, FilesAway.
    """
    to, note = _status(form.fields.get("to", "")), form.words("note")
    seen = seen_on(form) if form.fields.get("seen") else None
    if seen:
        _status(form.fields["seen"])
    refuse_unreadable(form.photos)
    with in_the_store(form.photos) as photos, acting_on(number) as (db, id):
        return move(db, id, to, visitor.actor, note=note, photo_ids=photos, key=form.key, seen=seen)


@contextmanager
def in_the_store(photos: Sequence[bytes]) -> Iterator[list[int]]:
    """Their ids. The files are named before they are there, so that nobody deletes them; what is
    no ticket's in the end goes again. Raises FilesAway."""
    if not photos:
        yield []
        return
    keys = [key_of(photo, "original") for photo in photos]
    with transaction() as db:
        photo_ids = [intake.upload_begun(db, key) for key in keys]
    try:
        _wait_for_who_deletes(keys)
        for photo in photos:
            photo_store().put(photo, "original")
        yield photo_ids
    finally:
        with transaction() as db:
            intake.upload_in_vain(db, photo_ids)


def _wait_for_who_deletes(keys: Collection[str]) -> None:
    """The same bytes were somebody else's, and just now are nobody's any more."""
    for _ in range(_TRIES):
        with transaction() as db:
            if not intake.are_being_forgotten(db, keys):
                return
        time.sleep(_TRY_AGAIN_SECONDS)
    raise FilesAway("the same files are being deleted")


def _status(value: str) -> Status:
    try:
        return Status(value)
    except ValueError:
        raise BadInput("どの状態に変えるかを選んでください。") from None
