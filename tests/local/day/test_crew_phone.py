"""The crew's phone of the scripted day: what was done without signal is sent late, and once."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import web_scene

from local.day.crews.phone import CrewPhone
from local.day.office import Office
from local.day.phone import NoAnswer
from reports.actions.move import move
from reports.people.permissions import Actor, Role
from reports.tickets.status import Status
from store.database import transaction

THEN = datetime(2026, 11, 30, 3, 15, tzinfo=UTC)


@pytest.fixture
def phone(site: str) -> Iterator[CrewPhone]:
    office = Office(site, "crew", {"name": "roads", "password": web_scene.PASSWORD})
    yield CrewPhone(office)
    office.close()


@pytest.mark.long
def test_what_was_pressed_twice_is_done_once_at_its_own_moment(phone: CrewPhone) -> None:
    ticket = web_scene.filed()
    phone.keep([ticket.number])
    phone.finish(ticket.number, "fixed", THEN, web_scene.picture())
    phone.press_again()
    assert [answer.json()["done"] for _, answer in phone.send()] == [True, True]
    with transaction() as db:
        works = db.connection().exec_driver_sql("SELECT done_at FROM works").scalars().all()
    assert works == [THEN]
    assert not phone.waiting


@pytest.mark.long
def test_what_was_closed_meanwhile_is_a_conflict_and_can_be_kept_as_a_note(
    phone: CrewPhone,
) -> None:
    ticket = web_scene.filed()
    phone.keep([ticket.number])
    phone.finish(ticket.number, "fixed", THEN, web_scene.picture())
    with transaction() as db:
        move(db, ticket.id, Status.DECLINED, Actor(Role.STAFF, "佐藤"), note="民有地でした")
    ((act, answer),) = phone.send()
    assert (answer.status_code, answer.json()["status"]) == (409, "declined")
    assert phone.as_it_is(ticket.number)["moved"]["words"] == "民有地でした"
    assert phone.keep_as_note(act, "直していました").status_code == 200


@pytest.mark.long
def test_a_ticket_of_others_is_not_kept(phone: CrewPhone) -> None:
    web_scene.filed()
    with pytest.raises(NoAnswer, match="may not keep"):
        phone.keep(["100-000-009"])
