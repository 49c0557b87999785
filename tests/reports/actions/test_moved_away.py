"""A ticket that goes to others while a crew's deed waits for it is not that crew's any more."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session
from townsfolk import CREW, STAFF, file, resident, rows
from web_scene import Browser, filed, picture

from reports.actions.assign import assign, not_ours
from reports.actions.move import move
from reports.actions.note import note
from reports.actions.put_in_charge import put_in_charge
from reports.actions.route import route
from reports.people.permissions import MAY, Do, NotTheirs, Role
from reports.tickets.status import Status
from store.database import engine, transaction

Act = Callable[[Session, int], object]
DEEDS: dict[Do, Act] = {
    Do.MOVE: lambda db, id: move(db, id, Status.FIXED, CREW),
    Do.NOT_OURS: lambda db, id: not_ours(db, id, CREW, "下水のふた"),
    Do.PUT_IN_CHARGE: lambda db, id: put_in_charge(db, id, None, CREW),
    Do.NOTE: lambda db, id: note(db, id, CREW, "また見に来ます"),
}


def waiting() -> bool:
    with engine().connect() as db:
        return bool(db.scalar(text("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)")))


def test_all_that_a_crew_may_do_is_tried_here() -> None:
    assert set(DEEDS) == set(MAY[Role.CREW]) - {Do.SEE, Do.WORKLIST, Do.PATROL, Do.SEE_PATROLS}


@pytest.mark.usefixtures("database_url")
@pytest.mark.parametrize("what", DEEDS)
def test_what_was_theirs_before_they_had_it_in_hand_is_asked_again(what: Do) -> None:
    with transaction() as db:
        ticket_id = file(db, resident(db))
        route(db, ticket_id)

    def act() -> None:
        with transaction() as db:
            DEEDS[what](db, ticket_id)

    with ThreadPoolExecutor(1) as street, transaction() as desk:
        assign(desk, ticket_id, "trees", STAFF, "根が原因")
        acting = street.submit(act)
        while not (acting.done() or waiting()):
            pass
        desk.commit()
    with pytest.raises(NotTheirs):
        acting.result()
    assert rows("SELECT status FROM tickets") == [("received",)]
    assert rows("SELECT FROM history WHERE actor = 'crew'") == []


@pytest.mark.usefixtures("database_url")
def test_what_goes_to_another_department_of_the_same_crew_is_theirs_still() -> None:
    both = replace(CREW, departments=("road", "trees"))
    with transaction() as db:
        ticket_id = file(db, resident(db))
        route(db, ticket_id)

    def act() -> None:
        with transaction() as db:
            move(db, ticket_id, Status.FIXED, both)

    with ThreadPoolExecutor(1) as street, transaction() as desk:
        assign(desk, ticket_id, "trees", STAFF, "根が原因")
        acting = street.submit(act)
        while not (acting.done() or waiting()):
            pass
        desk.commit()
    acting.result()
    assert rows("SELECT status FROM tickets") == [("fixed",)]


@pytest.mark.parametrize("act", ["move", "done", "not-ours"])
def test_on_the_phone_it_is_not_there_any_more_and_its_photo_goes(crew: Browser, act: str) -> None:
    one = filed()
    path, fields = (
        f"/crew/tickets/{one.number}/{act}",
        {"to": "fixed", "outcome": "bigger", "reason": "ほかの課"},
    )
    photo = {"photo": ("road.jpg", picture(), "image/jpeg")}
    with ThreadPoolExecutor(1) as street, transaction() as desk:
        assign(desk, one.id, "trees", STAFF, "根が原因")
        acting = street.submit(crew.post, path, files=photo, **fields)
        while not (acting.done() or waiting()):
            pass
        desk.commit()
    assert acting.result().status_code == 404
    assert rows("SELECT FROM photos") == []
    assert rows("SELECT FROM history WHERE actor = 'crew'") == []
