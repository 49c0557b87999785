"""Notes of those who work on a ticket: for somebody or for the record, and seen to once."""

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session
from townsfolk import file, resident

from reports.actions.note import NobodyToNote, note, see_to
from reports.people.accounts import create_user
from reports.people.colleagues import in_charge, offices
from reports.people.permissions import RESIDENT, Actor, NotTheirs, Role
from reports.tickets import search
from reports.tickets.notes import NoteSummary, notes, waiting_for
from reports.tickets.queries import ticket as page

PASSWORD = "a long password"


@pytest.fixture
def sato(db: Session) -> Actor:
    return _comes(db, "sato", "佐藤 恵")


@pytest.fixture
def ito(db: Session) -> Actor:
    return _comes(db, "ito", "伊藤 学")


def _comes(db: Session, name: str, shown_name: str, key: str | None = None) -> Actor:
    role = Role.CREW if key else Role.STAFF
    create_user(db, name=name, shown_name=shown_name, password=PASSWORD, role=role,
                department_key=key)  # fmt: skip
    id = db.scalar(text("SELECT id FROM users WHERE name = :name"), {"name": name})
    return Actor(role, shown_name, id, key)


@pytest.fixture
def ticket(db: Session) -> int:
    return file(db, resident(db))


def only(db: Session, ticket: int) -> NoteSummary:
    (found,) = notes(db, ticket)
    return found


def change(db: Session, ticket: int) -> int:
    found = page(db, id=ticket)
    assert found
    return found.ticket.change


def test_a_note_for_somebody_waits_until_it_was_seen_to(
    db: Session, ticket: int, sato: Actor, ito: Actor
) -> None:
    before = change(db, ticket)
    note(db, ticket, sato, "水道局に電話しました", user_id=ito.user_id)
    one = only(db, ticket)
    assert (one.words, one.by_name, one.to, one.waits) == (
        "水道局に電話しました", "佐藤 恵", "伊藤 学", True,
    )  # fmt: skip
    assert waiting_for(db, ito.user_id or 0, ()) == {ticket}
    assert waiting_for(db, sato.user_id or 0, ()) == set()
    noted = change(db, ticket)
    assert noted > before
    see_to(db, ticket, one.id, ito)
    seen = only(db, ticket)
    assert (seen.waits, seen.done_by) == (False, "伊藤 学")
    assert waiting_for(db, ito.user_id or 0, ()) == set()
    assert change(db, ticket) > noted
    see_to(db, ticket, one.id, sato)
    assert only(db, ticket) == seen


def test_a_note_for_the_record_waits_for_nobody_and_is_found(
    db: Session, ticket: int, sato: Actor
) -> None:
    note(db, ticket, sato, "台帳を見ました")
    one = only(db, ticket)
    assert (one.to, one.waits) == ("", False)
    see_to(db, ticket, one.id, sato)
    assert only(db, ticket) == one
    assert search.search(db, "台帳").ids == [ticket]


def test_a_departments_note_is_its_crews_to_see_to(db: Session, ticket: int, sato: Actor) -> None:
    roads, trees = _comes(db, "roads", "道路班", "road"), _comes(db, "trees", "緑班", "trees")
    note(db, ticket, sato, "夕方までに", department="road")
    one = only(db, ticket)
    assert (one.department, one.to) == ("road", "道路管理課")
    assert waiting_for(db, 0, ("road",)) == {ticket}
    assert waiting_for(db, 0, ("trees",)) == set()
    for other in (trees, RESIDENT):
        with pytest.raises(NotTheirs):
            see_to(db, ticket, one.id, other)
    see_to(db, ticket, one.id, roads)
    assert only(db, ticket).done_by == "道路班"


def test_a_crew_sees_to_no_note_of_a_person_and_nobody_to_one_of_another_ticket(
    db: Session, ticket: int, sato: Actor, ito: Actor
) -> None:
    note(db, ticket, sato, "見てください", user_id=ito.user_id)
    with pytest.raises(NotTheirs):
        see_to(db, ticket, only(db, ticket).id, _comes(db, "roads", "道路班", "road"))
    other = file(db, resident(db, "U" + "7" * 32))
    with pytest.raises(NotTheirs):
        see_to(db, other, only(db, ticket).id, ito)


def test_one_press_is_one_note(db: Session, ticket: int, sato: Actor) -> None:
    for _ in range(2):
        note(db, ticket, sato, "一度だけ", key="k")
    assert only(db, ticket).words == "一度だけ"


def test_only_staff_write_and_only_to_who_is_there(
    db: Session, ticket: int, sato: Actor, ito: Actor
) -> None:
    roads = _comes(db, "roads", "道路班", "road")
    for by in (roads, RESIDENT):
        with pytest.raises(NotTheirs):
            note(db, ticket, by, "だめ")
    db.execute(text("UPDATE users SET disabled = true WHERE id = :id"), {"id": ito.user_id})
    for to in ({"user_id": ito.user_id}, {"user_id": roads.user_id}, {"user_id": 9_999},
               {"department": "nowhere"}):  # fmt: skip
        with pytest.raises(NobodyToNote):
            note(db, ticket, sato, "だれ", **to)  # type: ignore[arg-type]
    assert [one.name for one in in_charge(db).staff] == ["佐藤 恵"]
    assert "road" in [one.department for one in offices(db)]
    assert notes(db, ticket) == []


def test_who_has_gone_leaves_what_they_wrote(
    db: Session, ticket: int, sato: Actor, ito: Actor
) -> None:
    note(db, ticket, sato, "残ります", user_id=ito.user_id)
    db.execute(text("DELETE FROM users"))
    one = only(db, ticket)
    assert (one.by_name, one.words, one.waits) == ("佐藤 恵", "残ります", False)
