"""A ticket that went to the wrong place, kind or department, and whose it is in the end."""

import json
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
from examples import examples
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.orm import Session
from townsfolk import BEHIND_THE_BORDER, CREW, HONCHO, STAFF, file, resident, value

from geo.points import Point
from reports.actions.admit import CannotReroute
from reports.actions.assign import MOST_PASSES, assign, decide_again, not_ours
from reports.actions.move import move
from reports.actions.recategorise import recategorise, say_other_category
from reports.actions.relocate import relocate
from reports.actions.route import route
from reports.people.permissions import RESIDENT, Actor
from reports.routing.choose import Rule
from reports.tickets import deadline, queries
from reports.tickets.models import Ticket
from reports.tickets.read_models import TicketDetail
from reports.tickets.status import MoveRefused, Status
from reports.tickets.wanted import TicketFilter
from store.database import transaction

AT_KOGANEI_KAIDO = Point(139.5078, 35.7014)
BY_THE_RIVER = Point(139.5019, 35.68775)
TO_AND_FRO = [
    Rule(10, owner="prefecture", department="tokyo_kitatama_south", not_ours="road"),
    Rule(20, category="pothole", urgent=False, department="road", not_ours="drains"),
    Rule(30, category="pothole", department="drains", not_ours="road", tell=("trees",)),
    Rule(40, category="tree", department="trees", deadline_days=2),
    Rule(990),
]


def table(db: Session, rules: Sequence[Rule]) -> None:
    lines = json.dumps([rule.to_json() for rule in rules])
    db.execute(text("UPDATE rule_tables SET rules = CAST(:it AS jsonb)"), {"it": lines})


def routed(db: Session, at: Point = HONCHO, category: str = "pothole") -> int:
    who = db.scalar(text("SELECT min(id) FROM residents")) or resident(db)
    ticket_id = file(db, who, at=at, category=category)
    route(db, ticket_id)
    return ticket_id


def now(db: Session, ticket_id: int) -> TicketDetail:
    db.flush()
    found = queries.ticket(db, id=ticket_id)
    assert found is not None
    return found


def whose(db: Session, ticket_id: int) -> str | None:
    department = now(db, ticket_id).ticket.department
    return department.key if department else None


def its_crew(db: Session, ticket_id: int) -> Actor:
    department = whose(db, ticket_id)
    return replace(CREW, department=department, departments=(department,) if department else ())


def passed(db: Session, ticket_id: int) -> str | None:
    """After one more "not ours" of its crew."""
    not_ours(db, ticket_id, its_crew(db, ticket_id), "ちがいます")
    return whose(db, ticket_id)


def mailed(db: Session) -> list[str]:
    found = db.scalars(
        text("SELECT d.key FROM mails m JOIN departments d ON d.id = m.department_id ORDER BY m.id")
    )
    return list(found)


URGENT = Rule(10, urgent=True, department="road", tell=("road", "drains"))


def test_an_urgent_tickets_own_department_is_told_when_it_comes_in(db: Session) -> None:
    table(db, [URGENT, *TO_AND_FRO[1:]])
    ticket_id = file(db, resident(db))
    db.execute(text("UPDATE reports SET urgent = true"))
    route(db, ticket_id)
    assert sorted(mailed(db)) == ["drains", "road"]


def test_so_it_is_when_a_ticket_turns_out_to_be_urgent_and_once(db: Session) -> None:
    table(db, [URGENT, *TO_AND_FRO[1:]])
    ticket_id = routed(db)
    assert mailed(db) == []
    deadline.hasten(db, db.get_one(Ticket, ticket_id))
    db.execute(text("UPDATE reports SET urgent = true"))
    route(db, ticket_id)
    assert sorted(mailed(db)) == ["drains", "road"]
    route(db, ticket_id)
    decide_again(db, ticket_id, STAFF)
    assert len(mailed(db)) == 2


def test_whoever_is_handed_a_ticket_and_named_by_the_rule_has_one_mail_of_it(db: Session) -> None:
    ticket_id = routed(db)
    table(db, [Rule(10, department="drains", tell=("drains", "trees"))])
    decide_again(db, ticket_id, STAFF)
    assert sorted(mailed(db)) == ["drains", "trees"]


@pytest.mark.parametrize("why", [[], "x", 7, {"reason": []}, {"rule": "x"}, None], ids=str)
@pytest.mark.parametrize(
    "act",
    [
        lambda db, id: route(db, id),
        lambda db, id: decide_again(db, id, STAFF),
        lambda db, id: assign(db, id, "trees", STAFF, "根が原因"),
        lambda db, id: not_ours(db, id, STAFF, "下水のふた"),
        lambda db, id: relocate(db, id, AT_KOGANEI_KAIDO, STAFF),
        lambda db, id: recategorise(db, id, "tree", STAFF),
    ],
    ids=["route", "decide", "assign", "not ours", "place", "kind"],
)
def test_a_reason_of_another_form_is_no_hindrance(
    db: Session, act: Callable[[Session, int], object], why: Any
) -> None:
    ticket_id = routed(db)
    kept = {"why": json.dumps(why)}
    db.execute(text("UPDATE tickets SET why = CAST(:why AS jsonb)"), kept)
    db.expire_all()
    act(db, ticket_id)
    assert now(db, ticket_id).ticket.why["reason"]


def test_two_departments_that_pass_a_ticket_to_and_fro_are_stopped_at_the_third_time(
    db: Session,
) -> None:
    table(db, TO_AND_FRO)
    ticket_id = routed(db)
    deadline = now(db, ticket_id).ticket.deadline
    assert deadline
    assert whose(db, ticket_id) == "road"
    assert [passed(db, ticket_id) for _ in range(3)] == ["drains", "road", None]
    found = now(db, ticket_id)
    assert found.ticket.why["reason"] == "to_and_fro"
    assert found.ticket.why["departments"] == ["道路管理課", "下水道課"]
    assert found.ticket.deadline == deadline
    said = [line for line in found.history if line.what == "not_ours"]
    assert [line.event.handed for line in said] == [
        ("road", "drains"),
        ("drains", "road"),
        ("road", None),
    ]
    assert [line.actor_name for line in said] == [CREW.name] * 3
    due_before_it = now(db, routed(db, category="animal")).ticket
    assert due_before_it.deadline
    assert (due_before_it.department, due_before_it.deadline < deadline) == (None, True)
    assert queries.tickets(db, TicketFilter())[0].id == ticket_id
    with pytest.raises(CannotReroute, match="決まっていない"):
        not_ours(db, ticket_id, STAFF, "まだ")


def test_a_department_whose_rule_names_nobody_else_gives_it_back_to_staff(db: Session) -> None:
    ticket_id = routed(db, category="animal")
    assert (whose(db, ticket_id), passed(db, ticket_id)) == ("waste", None)
    assert now(db, ticket_id).ticket.why["reason"] == "not_ours"


def test_what_is_not_the_citys_goes_on_to_an_authority_or_to_staff_but_to_no_other_department(
    db: Session,
) -> None:
    ends = []
    for category in ("pothole", "streetlight"):
        ticket_id = routed(db, category=category)
        crew = its_crew(db, ticket_id)
        not_ours(db, ticket_id, crew, "市の管理ではありません", may_be_citys=False)
        ends.append(whose(db, ticket_id))
    assert ends == [None, "electricity"]


def test_not_ours_follows_the_table_of_its_time(db: Session) -> None:
    table(db, TO_AND_FRO)
    ticket_id = routed(db)
    db.execute(text("UPDATE rule_tables SET state = 'past'"))
    db.execute(text("INSERT INTO rule_tables (state, rules) VALUES ('live', '[]')"))
    assert passed(db, ticket_id) == "drains"
    assert passed(db, ticket_id) is None


def test_a_reason_is_asked_for_and_a_closed_ticket_stays_as_it_is(db: Session) -> None:
    ticket_id = routed(db)
    refused: list[Callable[[], None]] = [
        lambda: not_ours(db, ticket_id, CREW, " \n"),
        lambda: assign(db, ticket_id, "trees", STAFF, ""),
        lambda: assign(db, ticket_id, "ghosts", STAFF, "理由"),
        lambda: assign(db, ticket_id, "road", STAFF, "理由"),
        lambda: relocate(db, ticket_id, HONCHO, STAFF),
        lambda: recategorise(db, ticket_id, "pothole", STAFF),
    ]
    before = now(db, ticket_id)
    for refuse in refused:
        with pytest.raises(CannotReroute):
            refuse()
    assert now(db, ticket_id) == before
    move(db, ticket_id, Status.FIXED, STAFF)
    with pytest.raises(CannotReroute, match="終わった"):
        relocate(db, ticket_id, BY_THE_RIVER, STAFF)


def test_a_point_outside_is_refused_with_the_name_of_whose_it_is(db: Session) -> None:
    ticket_id = routed(db)
    with pytest.raises(CannotReroute, match="国分寺市"):
        relocate(db, ticket_id, BEHIND_THE_BORDER, STAFF)
    assert queries.place_of(db, ticket_id) == HONCHO


@pytest.mark.usefixtures("database_url")
def test_a_moved_point_takes_owner_department_name_district_and_road_along_in_one_commit() -> None:
    with transaction() as db:
        ticket_id = routed(db)
        before = now(db, ticket_id).ticket
    with transaction() as db:
        relocate(db, ticket_id, AT_KOGANEI_KAIDO, STAFF, "写真は都道")
        assert value("SELECT ST_X(place) FROM tickets") == HONCHO.lon
    with transaction() as db:
        found = now(db, ticket_id)
        road = db.scalar(text("SELECT road_id FROM tickets"))
        assert queries.tickets(db, TicketFilter(department="road")) == []
    after = found.ticket
    assert (before.owner, after.owner) == ("city", "prefecture")
    assert after.department
    assert after.department.key == "tokyo_kitatama_south"
    assert road == after.why["road"]["id"] != before.why["road"]["id"]
    assert after.change > before.change
    *_, moved, again = found.history
    assert (moved.what, moved.actor_name, moved.note) == ("relocated", STAFF.name, "写真は都道")
    assert moved.event.before == (HONCHO.lon, HONCHO.lat)
    assert 100 < moved.event.metres < 200
    assert (again.what, again.actor_name) == ("routed", STAFF.name)
    assert again.event.handed == ("road", "tokyo_kitatama_south")
    with transaction() as db:
        relocate(db, ticket_id, BY_THE_RIVER, STAFF)
        home = now(db, ticket_id).ticket
    assert home.place_name not in (before.place_name, after.place_name)
    assert home.district == "south" != before.district


def test_a_town_that_was_typed_is_a_place_once_staff_have_shown_it(db: Session) -> None:
    ticket_id = file(db, resident(db))
    db.execute(text("UPDATE reports SET place_source = 'typed'"))
    route(db, ticket_id)
    assert whose(db, ticket_id) is None
    relocate(db, ticket_id, Point(HONCHO.lon, HONCHO.lat + 0.0003), STAFF)
    assert whose(db, ticket_id) == "road"


def test_what_staff_decided_stays_when_a_resident_names_another_kind_but_not_when_staff_do(
    db: Session,
) -> None:
    ticket_id = routed(db)
    assign(db, ticket_id, "traffic", STAFF, "工事の続き")
    say_other_category(db, ticket_id, "tree")
    route(db, ticket_id)
    found = now(db, ticket_id).ticket
    assert (whose(db, ticket_id), found.why["reason"]) == ("traffic", "by_hand")
    assert found.urgent
    recategorise(db, ticket_id, "animal", STAFF)
    assert whose(db, ticket_id) == "waste"
    assign(db, ticket_id, "traffic", STAFF, "工事の続き")
    decide_again(db, ticket_id, STAFF, "規則のとおりに")
    assert whose(db, ticket_id) == "waste"
    assert now(db, ticket_id).history[-1].note == "規則のとおりに"


def test_who_said_not_ours_does_not_get_it_back_when_a_resident_adds_something(
    db: Session,
) -> None:
    ticket_id = routed(db, category="animal")
    assert passed(db, ticket_id) is None
    route(db, ticket_id)
    found = now(db, ticket_id).ticket
    assert (found.department, found.why["reason"]) == (None, "not_ours")
    say_other_category(db, ticket_id, "pothole")
    route(db, ticket_id)
    assert whose(db, ticket_id) == "road"


def test_staff_who_decide_begin_the_count_anew(db: Session) -> None:
    table(db, TO_AND_FRO)
    ticket_id = routed(db)
    assert [passed(db, ticket_id) for _ in range(3)][-1] is None
    assign(db, ticket_id, "road", STAFF, "道路管理課と決まった")
    assert [passed(db, ticket_id) for _ in range(3)] == ["drains", "road", None]


def test_a_forwarded_ticket_that_comes_home_is_received_again_and_nobody_is_pushed(
    db: Session,
) -> None:
    ticket_id = routed(db, AT_KOGANEI_KAIDO)
    move(db, ticket_id, Status.FORWARDED, STAFF, note="都道です")
    before = db.scalar(text("SELECT count(*) FROM messages"))
    assign(db, ticket_id, "road", STAFF, "市が直すことになった")
    found = now(db, ticket_id)
    assert found.ticket.status is Status.RECEIVED
    assert found.ticket.silent_since is None
    assert found.ticket.paused_at is None
    (line,) = [one for one in found.history if one.from_status is Status.FORWARDED]
    assert (line.to_status, line.note, line.actor_name) == (Status.RECEIVED, "", STAFF.name)
    assert db.scalar(text("SELECT count(*) FROM messages")) == before


def test_the_new_department_is_told_and_whom_the_rule_names_is_told_once(db: Session) -> None:
    table(db, TO_AND_FRO)
    db.execute(text("UPDATE departments SET email = key || '@example.jp'"))
    ticket_id = routed(db)
    assert mailed(db) == []
    passed(db, ticket_id)
    assert mailed(db) == ["drains"]
    relocate(db, ticket_id, BY_THE_RIVER, STAFF)
    assert mailed(db) == ["drains", "road"]
    relocate(db, ticket_id, AT_KOGANEI_KAIDO, STAFF)
    assert mailed(db) == ["drains", "road"]


def test_what_has_ended_is_not_routed_any_more_by_a_worker_that_comes_late(db: Session) -> None:
    table(db, TO_AND_FRO)
    db.execute(text("UPDATE departments SET email = key || '@example.jp'"))
    ticket_id = routed(db)
    deadline.hasten(db, db.get_one(Ticket, ticket_id))
    move(db, ticket_id, Status.DECLINED, STAFF, note="私有地です")
    before = now(db, ticket_id)
    route(db, ticket_id)
    found = now(db, ticket_id)
    assert (found.history, whose(db, ticket_id)) == (before.history, "road")
    assert (mailed(db), found.ticket.deadline) == ([], before.ticket.deadline)


def test_who_withdrew_before_it_was_routed_reads_where_it_was(db: Session) -> None:
    ticket_id = file(db, resident(db))
    move(db, ticket_id, Status.DECLINED, RESIDENT, note="取り下げ")
    route(db, ticket_id)
    found = now(db, ticket_id)
    assert found.ticket.routed_at
    assert found.ticket.place_name
    assert [line.what for line in found.history] == ["filed", "moved"]
    move(db, ticket_id, Status.REOPENED, STAFF)
    assert db.scalar(text("SELECT count(*) FROM tasks WHERE name = 'route_ticket'")) == 2
    route(db, ticket_id)
    assert whose(db, ticket_id) == "road"


DO: dict[str, Callable[..., None]] = {
    "pass": lambda db, id: not_ours(db, id, STAFF, "ちがいます"),
    "assign": lambda db, id, key: assign(db, id, key, STAFF, "理由"),
    "place": lambda db, id, point: relocate(db, id, point, STAFF),
    "kind": lambda db, id, key: recategorise(db, id, key, STAFF),
    "resident's kind": say_other_category,
    "worker": route,
    "move": lambda db, id, to: move(db, id, to, STAFF, note="理由"),
}
ACTS = st.one_of(
    st.just(("pass",)),
    st.just(("worker",)),
    st.tuples(st.just("assign"), st.sampled_from(("road", "drains", "trees", "police"))),
    st.tuples(st.just("place"), st.sampled_from((HONCHO, AT_KOGANEI_KAIDO, BEHIND_THE_BORDER))),
    st.tuples(st.just("kind"), st.sampled_from(("pothole", "tree"))),
    st.tuples(st.just("resident's kind"), st.sampled_from(("pothole", "tree"))),
    st.tuples(st.just("move"), st.sampled_from(list(Status))),
)


@settings(
    max_examples=examples(10),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(acts=st.lists(ACTS, max_size=10))
def test_whatever_happens_somebody_has_it_and_every_change_of_hands_is_on_record(
    db: Session, acts: list[tuple[Any, ...]]
) -> None:
    with db.begin_nested() as trial:
        table(db, TO_AND_FRO)
        ticket_id = routed(db)
        hands = [whose(db, ticket_id)]
        for act, *how in acts:
            with suppress(CannotReroute, MoveRefused):
                DO[act](db, ticket_id, *how)
            hands.append(whose(db, ticket_id))
        found = now(db, ticket_id)
        told = [line.event.handed for line in found.history if line.what in CHANGES_HANDS]
        changes = [(one, other) for one, other in pairwise(hands) if one != other]
        assert [handed for handed in told if handed] == changes
        theirs = queries.tickets(db, TicketFilter(department=hands[-1] or "", statuses=None))
        assert [line.id for line in theirs] == [ticket_id]
        assert found.ticket.passes <= MOST_PASSES
        moves = [line for line in found.history if line.to_status]
        assert moves[-1].to_status == found.ticket.status
        trial.rollback()
    db.expunge_all()


CHANGES_HANDS = ("routed", "not_ours", "assigned")
