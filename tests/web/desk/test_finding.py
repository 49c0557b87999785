"""The desk's list by every condition and in every order that its address may ask for."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text
from tile_reading import layers_of, tile_of
from townsfolk import rows, value
from web_scene import ON_CITY_ROAD, STATION, Browser, Filed, filed

from reports.actions.move import move
from reports.city.clock import today
from reports.people.permissions import Actor, Role
from reports.tickets import cells, search
from reports.tickets.status import Status
from store.database import transaction

STAFF = Actor(Role.STAFF)
LIST = "/staff/tickets.geojson"


def asked(staff: Browser, query: str) -> dict[str, Any]:
    answer = staff.get(f"{LIST}?{query}")
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def numbers(staff: Browser, query: str) -> list[str]:
    return [one["properties"]["number"] for one in asked(staff, query)["features"]]


def moved(one: Filed, *statuses: Status) -> None:
    with transaction() as db:
        for status in statuses:
            move(db, one.id, status, STAFF, note="私有地です")


def again(one: Filed) -> None:
    moved(one, Status.FIXED, Status.REOPENED, Status.IN_PROGRESS)


def speaks_nepali(one: Filed) -> None:
    rows("UPDATE residents SET language = 'ne' WHERE id = :id", id=one.resident_id)


def by_photo(one: Filed) -> None:
    rows("UPDATE reports SET place_source = 'exif' WHERE ticket_id = :id", id=one.id)


def yesterday(one: Filed) -> None:
    rows(
        "UPDATE tickets SET received_at = now() - interval '2 days',"
        " updated_at = now() - interval '2 days' WHERE id = :id",
        id=one.id,
    )


def in_a_town(one: Filed) -> None:
    """A town of its own around it."""
    rows(
        "INSERT INTO areas (kind, key, name, name_en, shape, layer_id)"
        " SELECT 'town', 'own', '試町一丁目', '', ST_Multi(ST_Buffer(place, 0.0001)),"
        " (SELECT min(id) FROM layers) FROM tickets WHERE id = :id ON CONFLICT DO NOTHING",
        id=one.id,
    )


def in_a_district(one: Filed) -> None:
    rows("UPDATE tickets SET district = 'west' WHERE id = :id", id=one.id)
    rows(
        "INSERT INTO areas (kind, key, name, name_en, shape, layer_id)"
        " SELECT 'district', 'west', '西部', '', ST_Multi(ST_Buffer(place, 0.0001)),"
        " (SELECT min(id) FROM layers) FROM tickets WHERE id = :id ON CONFLICT DO NOTHING",
        id=one.id,
    )


def in_their_department(one: Filed) -> None:
    rows(
        "UPDATE users SET department_id = (SELECT department_id FROM tickets WHERE id = :id)"
        " WHERE name = 'sato'",
        id=one.id,
    )


CONDITIONS: dict[str, tuple[str, Callable[[Filed], None]]] = {
    "reopened": ("reopened=yes", again),
    "language": ("language=ne", speaks_nepali),
    "no Japanese": ("language=other", speaks_nepali),
    "place source": ("place_source=exif", by_photo),
    "received": ("received_until={before}", yesterday),
    "changed": ("changed_until={before}", yesterday),
    "town": ("town=試町１丁目", in_a_town),
    "town's beginning": ("town=試町", in_a_town),
    "district": ("district=west", in_a_district),
    "district's name": ("district=西部", in_a_district),
    "own department": ("department=mine", in_their_department),
    "closed": ("status=all&closed_from={today}", lambda one: moved(one, Status.FIXED)),
    "several statuses": (
        "status=in_progress&status=fixed", lambda one: moved(one, Status.IN_PROGRESS)
    ),
    "withdrawn or fixed": ("status=withdrawn,fixed", lambda one: moved(one, Status.FIXED)),
}  # fmt: skip


def test_only_what_is_asked_for_is_in_the_list(staff: Browser) -> None:
    other = filed()
    for name, (query, make) in CONDITIONS.items():
        one = filed("sign", STATION)
        make(one)
        if "withdrawn" in query:
            moved(other, Status.DECLINED)
        found = numbers(staff, query.format(today=today(), before=today() - timedelta(days=1)))
        assert one.number in found, name
        assert other.number not in found, name
    assert other.number in numbers(staff, "status=all")


def test_whoever_has_chosen_no_language_speaks_japanese(staff: Browser) -> None:
    one, other = filed(), filed()
    speaks_nepali(one)
    assert numbers(staff, "language=ja") == [other.number]
    assert numbers(staff, "status=all&language=ja") == [other.number]


def test_who_has_no_department_has_no_tickets_of_their_own(staff: Browser) -> None:
    filed()
    assert numbers(staff, "department=mine") == []
    assert 'value="mine">自分の課' not in staff.get("/staff/").text


def silent(one: Filed) -> None:
    moved(one, Status.FORWARDED)
    rows(
        "UPDATE tickets SET silent_since = now() - interval '60 days',"
        " department_id = (SELECT id FROM departments WHERE NOT inside ORDER BY id LIMIT 1)"
        " WHERE id = :id",
        id=one.id,
    )


def noted(one: Filed) -> None:
    rows(
        "INSERT INTO notes (ticket_id, by_name, words, user_id) VALUES (:id, 'x', 'x', :user)",
        id=one.id,
        user=value("SELECT id FROM users WHERE name = 'sato'"),
    )
    rows("UPDATE tickets SET number = number WHERE id = :id", id=one.id)


WANTS: dict[str, Callable[[Filed], None]] = {
    "an answer": lambda one: rows(
        "UPDATE tickets SET unread_since = now() WHERE id = :id", id=one.id
    ) and None,
    "reopened": lambda one: moved(one, Status.FIXED, Status.REOPENED),
    "urgent and new": lambda one: rows(
        "UPDATE tickets SET urgent = true WHERE id = :id", id=one.id
    ) and None,
    "a silent authority": silent,
    "a note": noted,
}  # fmt: skip


def test_what_wants_attention_is_counted_and_found(staff: Browser) -> None:
    filed()
    assert asked(staff, "")["attention"] == 0
    made = []
    for name, make in WANTS.items():
        made.append(filed("sign", STATION))
        make(made[-1])
        told = asked(staff, "status=all&attention=yes")
        found = [each["properties"]["number"] for each in told["features"]]
        assert found == [one.number for one in reversed(made)], name
        assert (told["attention"], told["count"]) == (len(made), len(made))
    assert told["noted"] == [[STATION.lon, STATION.lat]]
    assert asked(staff, "category=pothole")["noted"] == []


def test_what_wants_attention_comes_first_whoever_it_calls(staff: Browser) -> None:
    calm = filed()
    rows("UPDATE tickets SET deadline = '2026-01-01' WHERE id = :id", id=calm.id)
    made = {name: filed("sign", STATION) for name in WANTS}
    for name, make in WANTS.items():
        make(made[name])
    lines = [one["properties"] for one in asked(staff, "")["features"]]
    assert lines[-1]["number"] == calm.number
    assert [line["rank"][0] for line in lines] == [*(False for _ in WANTS), True]
    called = {name for name, one in made.items() for line in lines
              if line["number"] == one.number and (line["silent"] or line["memo"])}  # fmt: skip
    assert called == {"a silent authority", "a note"}
    rank = ",".join(str(part).lower() for part in lines[2]["rank"])
    assert numbers(staff, f"after={rank}") == [line["number"] for line in lines[3:]]
    listed = staff.get("/staff/tickets.csv").text
    assert sorted(lines, key=lambda line: listed.index(line["number"])) == lines


@pytest.mark.parametrize("zoom", [3, 16])
def test_on_the_map_a_silent_authority_is_seen(staff: Browser, zoom: int) -> None:
    one, other = filed("sign", STATION), filed("pothole", STATION)
    silent(one)
    here = tile_of(STATION.lon, STATION.lat, zoom)
    shown = layers_of(staff, f"/map/tickets/{zoom}/{here.x}/{here.y}.mvt")["tickets"]
    wants = {each["properties"]["number"]: each["properties"].get("wants") for each in shown}
    assert wants == {one.number: True, other.number: None}


def test_urgent_ones_that_were_looked_at_want_no_more_than_others(staff: Browser) -> None:
    one, other = filed(urgent=True), filed(place=STATION)
    assert asked(staff, "")["attention"] == 1
    shown = layers_of(staff, "/map/tickets/3/7/3.mvt")["tickets"]
    facts = [each["properties"] for each in shown]
    wants = {each["number"]: each.get("wants") for each in facts}
    assert wants == {one.number: True, other.number: None}
    moved(one, Status.INSPECTING)
    assert asked(staff, "")["attention"] == 0


@pytest.fixture
def three(staff: Browser) -> list[str]:
    made = [filed(), filed("tree", STATION), filed()]
    for one, deadline, received, changed, followers in zip(
        made, ("2026-12-03", "2026-12-01", "2026-12-02"), (1, 3, 2), (3, 2, 1), (5, 1, 9),
        strict=True,
    ):  # fmt: skip
        rows(
            "UPDATE tickets SET deadline = CAST(:deadline AS date), follower_count = :followers,"
            " received_at = now() - :received * interval '1 hour',"
            " updated_at = now() - :changed * interval '1 hour' WHERE id = :id",
            id=one.id, deadline=deadline, received=received, changed=changed, followers=followers,
        )  # fmt: skip
    return [one.number for one in made]


ORDERS = {
    "deadline": [1, 2, 0],
    "received": [0, 2, 1],
    "oldest": [1, 2, 0],
    "changed": [2, 1, 0],
    "followers": [2, 0, 1],
    f"near&near={STATION.lon},{STATION.lat}": [1, 0, 2],
}


def test_a_list_is_sorted_as_it_is_asked_for(staff: Browser, three: list[str]) -> None:
    for sort, turns in ORDERS.items():
        wished = [three[turn] for turn in turns]
        told = asked(staff, f"sort={sort}")["features"]
        assert [one["properties"]["number"] for one in told] == wished, sort
        ranks = [one["properties"]["rank"] for one in told]
        assert ranks == sorted(ranks)
        after = ",".join(str(part) for part in ranks[0])
        assert {bool(one["properties"]["away"]) for one in told} == {"near" in sort}
        if "near" in sort:
            assert staff.get(f"{LIST}?sort={sort}&after={after}").status_code == 422
            continue
        assert numbers(staff, f"sort={sort}&after={after}") == wished[1:]
        listed = staff.get(f"/staff/tickets.csv?sort={sort}").text
        assert sorted(wished, key=listed.index) == wished


def test_where_not_all_is_searched_yet_the_list_says_so(
    staff: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "MOST_NOTED", 1)
    for _ in range(2):
        filed(words="穴です")
    assert asked(staff, "q=穴")["whole"] is False
    assert asked(staff, "")["whole"] is True


@pytest.mark.parametrize("kept", [True, False], ids=["cells", "no cells"])
def test_beside_each_choice_stands_how_many_it_leaves(staff: Browser, kept: bool) -> None:
    one, other = filed("tree"), filed(place=ON_CITY_ROAD)
    in_their_department(other)
    moved(filed(), Status.FIXED)
    with transaction() as db:
        db.execute(text("UPDATE tickets SET deadline = :d"), {"d": today() - timedelta(days=1)})
        db.execute(text("UPDATE tickets SET department_id = NULL WHERE id = :i"), {"i": one.id})
    if kept:
        cells.add_up()
    told = staff.get("/staff/tickets/choices?category=pothole").json()
    assert told["all"] is True
    assert (told["status"]["received"], told["status"]["open"]) == (1, 1)
    assert told["status"].get("fixed") == (1 if kept else None)
    assert told["status"].get("closed") == (1 if kept else None)
    assert told["category"] == {"tree": 1, "pothole": 1}
    assert told["due"] == {"due": 0, "overdue": 1, "long_overdue": 0, "paused": 0}
    assert (told["department"]["road"], told["department"]["mine"]) == (1, 1)
    assert "unassigned" not in told["department"]
    assert staff.get("/staff/tickets/choices?category=").json()["department"]["unassigned"] == 1


def test_choices_are_told_again_only_after_a_change(staff: Browser, crew: Browser) -> None:
    path = "/staff/tickets/choices?due=overdue"
    tag = staff.get(path).headers["etag"]
    assert staff.get(path, **{"if-none-match": tag}).status_code == 304
    filed()
    assert staff.get(path, **{"if-none-match": tag}).status_code == 200
    assert crew.get(path).status_code == 403
    assert staff.get("/staff/tickets/choices?due=soon").status_code == 422
