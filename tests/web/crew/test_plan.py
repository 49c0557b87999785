"""A morning is packed for each person, in an order by hand, and nobody packs over another."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from httpx2 import Response
from townsfolk import STAFF, rows, value
from web_crew import PERSON, ComeIn, another, in_charge
from web_scene import Browser, Filed, filed

from reports.actions.admit import CannotReroute
from reports.actions.move import move
from reports.actions.put_in_charge import put_in_charge
from reports.city.clock import today
from reports.people.permissions import Actor, Role
from reports.tickets.numbers import number_in
from reports.tickets.status import Status
from store.database import transaction
from web.kit.plan.wish import NoWish, wish_in

ORDER = "SELECT ticket_id FROM plan_stops WHERE user_id = :user AND day = :day ORDER BY turn"


def packed(
    browser: Browser, person: int, act: str, order: Sequence[Filed], *new: Filed, **more: str
) -> Response:
    """A press on the page of this order, of tickets that nobody has."""
    numbers = ",".join(one.number for one in order)
    fields = {"person": str(person), "day": today().isoformat(), "seen": numbers, "order": numbers}
    ticked = {f"t.{one.number}": "" for one in new}
    return browser.post("/crew/plan", act=act, **(fields | ticked | more))


def order_of(person: int) -> list[int]:
    return [id for (id,) in rows(ORDER, user=person, day=today())]


def test_a_day_is_packed_put_in_order_and_followed(crew: Browser, come_in: ComeIn) -> None:
    a, b, c = (filed() for _ in range(3))
    tanaka = another()
    answer = packed(crew, tanaka, "add", [], a, b, c)
    assert answer.headers["location"].startswith("/crew/plan?person=")
    assert [in_charge(one.id) for one in (a, b, c)] == [tanaka] * 3
    numbers = [number for _, number in sorted((one.id, one.number) for one in (a, b, c))]
    assert sorted(order_of(tanaka)) == sorted(one.id for one in (a, b, c))
    shown = [{one.id: one for one in (a, b, c)}[id] for id in order_of(tanaka)]
    assert packed(crew, tanaka, f"down {shown[0].number}", shown).status_code == 303
    shown = [shown[1], shown[0], shown[2]]
    assert packed(crew, tanaka, f"up {shown[2].number}", shown).status_code == 303
    shown = [shown[0], shown[2], shown[1]]
    assert order_of(tanaka) == [one.id for one in shown]
    page = come_in("tanaka").get("/crew/").text
    stops = {n: page.partition(f'data-number="{n}"')[2].partition(">")[0] for n in numbers}
    assert [f'data-stop="{turn}"' in stops[one.number] for turn, one in enumerate(shown, 1)] == [
        True
    ] * 3
    assert packed(crew, tanaka, f"off {shown[1].number}", shown).status_code == 303
    assert in_charge(shown[1].id) is None
    assert order_of(tanaka) == [shown[0].id, shown[2].id]


def test_who_is_slower_sees_it_and_what_left_meanwhile_stays_away(crew: Browser) -> None:
    a, b, c = (filed() for _ in range(3))
    me = value(PERSON, name="roads")
    packed(crew, me, "add", [], a)
    packed(crew, me, "add", [a], b)
    late = packed(crew, me, "add", [a], c)
    assert (late.status_code, "ほかの人がこの日の順番" in late.text) == (409, True)
    assert order_of(me) == [a.id, b.id]
    with transaction() as db:
        move(db, a.id, Status.FIXED, STAFF)
    assert packed(crew, me, "add", [a, b], c).status_code == 303
    assert order_of(me) == [b.id, c.id]
    assert packed(crew, me, "add", [b, c], a).status_code == 303
    assert order_of(me) == [b.id, c.id]


def test_what_another_has_is_given_only_by_who_saw_that(crew: Browser) -> None:
    one, tanaka = filed(), another()
    me = value(PERSON, name="roads")
    crew.post("/crew/claim", act="take", **{f"t.{one.number}": "1"})
    assert packed(crew, tanaka, "add", [], one).status_code == 409
    assert in_charge(one.id) == me
    seen = {f"t.{one.number}": str(me)}
    assert packed(crew, tanaka, "add", [], **seen).status_code == 303
    assert in_charge(one.id) == tanaka


def test_only_a_crew_packs_and_only_for_its_own(crew: Browser, staff: Browser) -> None:
    one, trees = filed(), filed("tree")
    me = value(PERSON, name="roads")
    strangers = value(PERSON, name="trees")
    clerk = value(PERSON, name="sato")
    for person in (strangers, clerk):
        assert packed(crew, person, "add", [], one).status_code == 404
        assert crew.get(f"/crew/plan?person={person}").status_code == 404
    assert packed(staff, me, "add", [], one).status_code == 403
    assert staff.get("/crew/plan").status_code == 403
    packed(crew, me, "add", [], trees)
    assert rows("SELECT FROM plan_stops") == []
    assert (in_charge(one.id), in_charge(trees.id)) == (None, None)
    page = crew.get("/crew/plan").text
    assert one.number in page
    assert trees.number not in page
    assert "みどり作業班" not in page


def test_a_crew_gives_nothing_to_a_clerk(crew: Browser) -> None:
    one, clerk = filed(), value(PERSON, name="sato")
    roads = Actor(Role.CREW, "道路作業班", value(PERSON, name="roads"), "road")
    with pytest.raises(CannotReroute), transaction() as db:
        put_in_charge(db, one.id, clerk, roads)
    with transaction() as db:
        put_in_charge(db, one.id, clerk, STAFF)
    assert "佐藤 恵" in crew.get("/crew/").text


def test_what_cannot_be_is_refused_in_words(crew: Browser) -> None:
    me = value(PERSON, name="roads")
    for query in ("person=x", "day=2026-02-31", "day=1999-01-01", "day=2999-01-01", "after=x"):
        assert crew.get(f"/crew/plan?{query}").status_code == 422, query
    assert packed(crew, me, "add", []).status_code == 422
    assert packed(crew, me, "fly", []).status_code == 422
    assert packed(crew, me, "add", [], day="").status_code == 422
    assert crew.post("/crew/plan", act="add").status_code == 422
    assert crew.get(f"/crew/plan?day={today() + timedelta(1)}").status_code == 200


@pytest.mark.parametrize(
    ("act", "order"),
    [
        ("up 3", "1,3,2"), ("up 1", "1,2,3"), ("down 1", "2,1,3"), ("down 3", "1,2,3"),
        ("off 2", "1,3"), ("save", "1,2,3"),
    ],
)  # fmt: skip
def test_one_press_makes_one_order(act: str, order: str) -> None:
    names = dict(zip("123", valid_numbers(), strict=True))
    what, _, which = act.partition(" ")
    fields = {"order": ",".join(names.values()), "act": f"{what} {names.get(which, '')}".strip()}
    assert list(wish_in(fields).order) == [names[one] for one in order.split(",")]


def valid_numbers() -> list[str]:
    tried = (number_in(f"{turn:03d}-000-{last:03d}") for turn in range(1, 4) for last in range(10))
    return [number for number in tried if number]


def test_a_press_for_what_is_not_there_is_none() -> None:
    for act in ("up 123-456-789", "add", "", "off"):
        with pytest.raises(NoWish):
            wish_in({"order": "", "act": act})


def test_a_press_that_comes_late_again_is_the_one_that_was(crew: Browser) -> None:
    one, me = filed(), value(PERSON, name="roads")
    assert packed(crew, me, "add", [], one, key="of this page").status_code == 303
    assert packed(crew, me, f"off {one.number}", [one], key="of the next").status_code == 303
    assert packed(crew, me, "add", [], one, key="of this page").status_code == 303
    assert (in_charge(one.id), order_of(me)) == (None, [])
