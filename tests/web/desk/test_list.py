"""The desk's list page by page, and what it is told of changes, whatever it asks for."""

from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest
from examples import LONG
from httpx2 import Response
from sqlalchemy import text
from tile_reading import tickets_in, tile_of
from townsfolk import rows
from web_scene import ON_CITY_ROAD, Browser, filed, sends_more

from reports.actions.move import move
from reports.actions.withdraw import withdraw
from reports.city.clock import today
from reports.people.permissions import Actor, Role
from reports.tickets.status import Status
from store.database import transaction

STAFF = Actor(Role.STAFF)
LIST, CHANGES, TILE = "/staff/tickets.geojson", "/staff/tickets/changes", "/map/tickets/3/7/3.mvt"
PATHS = {"after": (LIST,)} | dict.fromkeys(("since", "day", "words"), (CHANGES,))
RUNNING = f"1:700:{','.join(str(number) for number in range(2, 303))}"
PLACES = (
    "true,true,true,infinity,1", "true,true,infinity,1", "1", "-1", f"{10**17}", "-0",
    "false,true,true,infinity,999999999999999999", "true,true,true,0001-01-01,1",
    "true,true,true,9999-12-31,1", "true,true,true,20261130,1", "true,true,true,2026-W49-1,1",
    "true,true,true,2026W491,1", "true,true,true,2026-11-30T00,1", "true,true,true,-infinity,1",
    "fal\N{LATIN SMALL LETTER LONG S}e,true,true,infinity,1", "TRUE,true,true,infinity,1",
    "１,２", ",,,,", "true,true,true,infinity,",
)  # fmt: skip
MOMENTS = (
    "1:1:", "5:9:", RUNNING, f"{RUNNING},304,305", f"{10**17}:{10**17}:", f"1:{10**17}:{10**16}",
    "0:0:", "9:5:", "1:2:3", "1:9:5,3", f"{10**18}:{10**18}:", "1:9:" + "3," * 2000,
)  # fmt: skip
WORDS = (
    "", "\0", "x" * 81, "x" * 4001, "\N{SNOWMAN}", "'", "%s", "%(id)s", ":id", "{", "*",
    "2026-12-01", "withdrawn", "paused",
)  # fmt: skip


def began(staff: Browser, query: str = "") -> dict[str, Any]:
    answer = staff.get(f"{LIST}?{query}")
    assert answer.status_code == 200
    return dict(answer.json())


def asked(staff: Browser, had: dict[str, Any], query: str = "", **otherwise: str) -> Response:
    """What has changed since that list or those changes."""
    fields = {name: had[name] for name in ("day", "words")} | {"since": had["moment"]} | otherwise
    query = "&".join([query, *(f"{name}={quote(value)}" for name, value in fields.items())])
    return staff.get(f"{CHANGES}?{query}")


def numbers(tickets: list[dict[str, Any]]) -> list[str]:
    return [one["properties"]["number"] for one in tickets]


@pytest.mark.long
def test_nothing_that_is_asked_for_is_a_fault(staff: Browser) -> None:
    filed()
    started = began(staff)
    good = f"since={started['moment']}&day={started['day']}&words={started['words']}"
    odd = {
        "after": (*PLACES, *WORDS),
        "since": (*MOMENTS, *WORDS),
        **dict.fromkeys(("day", "words", "status", "department", "category", "number", "q"), WORDS),
        **dict.fromkeys(("town", "district", "language", "place_source"), WORDS),
        "near": (*WORDS, "139,35", "0,0", "181,0", "139.5,35.7,1"),
        "due": (*WORDS, "due", "overdue", "long_overdue"),
    }
    rest = ("sort=near", good, "status=all", "department=unassigned", "department=road&due=due")
    for name, typed in odd.items():
        paths = PATHS.get(name, (LIST, CHANGES, TILE))
        for turn, value in enumerate(typed):
            for path in paths if LONG else (paths[turn % len(paths)],):
                for more in rest if LONG else (rest[turn % len(rest)],):
                    answer = staff.get(f"{path}?{more}&{name}={quote(value)}")
                    assert answer.status_code in (200, 204, 422), answer.url


def test_no_tag_is_a_fault_and_only_the_very_one_is_known(staff: Browser) -> None:
    filed()
    for path in (LIST, TILE, "/map/city/3/7/3.mvt"):
        tag = staff.get(path).headers["etag"]
        start = tag.partition("/")[0] + "/" + tag.split("/")[1]
        others = ("*", f"{tag}, {tag}", tag[2:], "W/", "x" * 8000, f'{start}/"',
                  *(f'{start}/{moment}"' for moment in MOMENTS[4:]))  # fmt: skip
        for other in others:
            answer = staff.get(path, **{"if-none-match": other})
            assert answer.status_code in (200, 204), other
        assert staff.get(path, **{"if-none-match": tag}).status_code == 304


def test_a_snapshot_with_many_that_still_run_is_read(staff: Browser) -> None:
    filed()
    assert asked(staff, began(staff), since=RUNNING).json()["tickets"]
    assert asked(staff, began(staff), since=f"{RUNNING},304,305").json() == {"anew": True}


def test_a_crew_gets_no_list_of_the_desk(crew: Browser) -> None:
    for path in (LIST, f"{CHANGES}?since=1:1:"):
        assert crew.get(path).status_code == 403


def test_a_moment_that_no_server_of_ours_can_have_begins_anew(staff: Browser) -> None:
    filed()
    for moment in (*MOMENTS[4:], *WORDS):
        assert asked(staff, began(staff), since=moment).json() == {"anew": True}, moment


def test_what_leaves_the_filter_is_gone_and_what_enters_comes(staff: Browser) -> None:
    one, other = filed(), filed("tree")
    open_ones, closed = began(staff), began(staff, "status=closed")
    assert asked(staff, open_ones).status_code == 204
    with transaction() as db:
        move(db, one.id, Status.FIXED, STAFF)
    told = asked(staff, open_ones).json()
    assert (told["tickets"], told["gone"], told["count"]) == ([], [one.number], 1)
    assert asked(staff, told | open_ones | {"moment": told["moment"]}).status_code == 204
    told = asked(staff, closed, "status=closed").json()
    assert (numbers(told["tickets"]), told["gone"], told["count"]) == ([one.number], [], 1)
    assert other.number not in str(told)


def test_taken_back_and_declined_are_told_apart_in_changes(staff: Browser) -> None:
    one, other = filed(), filed()
    before = {name: began(staff, f"status={name}") for name in ("withdrawn", "declined")}
    with transaction() as db:
        withdraw(db, one.id, one.resident_id)
        move(db, other.id, Status.DECLINED, STAFF, note="私有地です")
    for name, number in (("withdrawn", one.number), ("declined", other.number)):
        told = asked(staff, before[name], f"status={name}").json()
        assert numbers(told["tickets"]) == [number]
        assert len(told["gone"]) == 1
    with transaction() as db:
        move(db, one.id, Status.REOPENED, STAFF)
    told = asked(staff, before["withdrawn"], "status=withdrawn").json()
    assert (told["tickets"], one.number in told["gone"]) == ([], True)


def test_a_status_that_only_a_newer_version_knows_leaves_the_open_ones(staff: Browser) -> None:
    one = filed()
    open_ones, everything = began(staff), began(staff, "status=all")
    rows("UPDATE tickets SET status = 'patrolled'")
    assert asked(staff, open_ones).json()["gone"] == [one.number]
    (told,) = asked(staff, everything, "status=all").json()["tickets"]
    assert told["properties"]["status_text"] == "patrolled"


def test_another_day_begins_anew_also_while_nothing_has_changed(staff: Browser) -> None:
    filed()
    yesterday = (today() - timedelta(days=1)).isoformat()
    assert asked(staff, began(staff), day=yesterday).json() == {"anew": True}


@pytest.mark.parametrize("rename", [
    "UPDATE departments SET name = '道路維持課' WHERE key = 'road'",
    "UPDATE categories SET facts = jsonb_set(facts, '{names,ja}', '\"穴\"') WHERE key = 'sign'",
    """UPDATE city SET facts = facts || '{"extra_holidays": ["2030-01-15"]}'""",
])  # fmt: skip
def test_a_new_name_is_on_every_line_at_the_next_change(staff: Browser, rename: str) -> None:
    one = filed()
    before, tag = began(staff), staff.get(LIST).headers["etag"]
    with transaction() as db:
        assert db.execute(text(rename)).rowcount == 1  # type: ignore[attr-defined]
    assert staff.get(LIST, **{"if-none-match": tag}).status_code == 200
    with transaction() as db:
        move(db, one.id, Status.SCHEDULED, STAFF)
    assert asked(staff, before).json() == {"anew": True}


def test_no_ticket_is_lost_between_two_pages_whatever_its_rank_becomes(staff: Browser) -> None:
    made = [filed() for _ in range(53)]
    first = began(staff)
    assert (len(first["features"]), first["more"], first["count"]) == (50, True, 53)
    shown = {one["properties"]["number"] for one in first["features"]}
    up = next(one for one in made if one.number not in shown)
    rows("UPDATE tickets SET urgent = true WHERE id = :id", id=up.id)
    rank = [str(part).lower() for part in first["features"][-1]["properties"]["rank"]]
    second = began(staff, f"after={','.join(rank)}")
    assert (len(second["features"]), second["more"]) == (2, False)
    told = asked(staff, first).json()
    assert numbers(told["tickets"]) == [up.number]
    assert shown | {*numbers(second["features"]), up.number} == {one.number for one in made}


def test_without_a_deadline_they_stand_last_and_are_walked_through(staff: Browser) -> None:
    made = [filed() for _ in range(52)]
    rows("UPDATE tickets SET deadline = NULL")
    rows("UPDATE tickets SET deadline = '2026-12-24' WHERE id = :id", id=made[-1].id)
    first = began(staff, "department=road")
    assert first["features"][0]["properties"]["number"] == made[-1].number
    rank = [str(part).lower() for part in first["features"][-1]["properties"]["rank"]]
    assert rank[-2] == "infinity"
    second = began(staff, f"department=road&after={','.join(rank)}")
    assert numbers(first["features"] + second["features"])[1:] == [one.number for one in made[:-1]]


def test_the_map_holds_to_what_is_due_and_its_tag_to_the_day(staff: Browser) -> None:
    late, later = filed(), filed()
    rows("UPDATE tickets SET deadline = :day WHERE id = :id", id=late.id, day=today())
    rows("UPDATE tickets SET deadline = '2999-01-01' WHERE id = :id", id=later.id)
    tile = tile_of(ON_CITY_ROAD.lon, ON_CITY_ROAD.lat, 16)
    assert tickets_in(staff, tile, "?due=due") == ([late.number], 0)
    assert tickets_in(staff, tile, "?due=overdue&status=all") == ([], 0)


def test_an_answer_to_a_closed_ticket_stands_above_all_that_is_open(staff: Browser) -> None:
    mended, other, is_open = filed(), filed(), filed("tree")
    with transaction() as db:
        move(db, mended.id, Status.FIXED, STAFF)
        move(db, other.id, Status.FIXED, STAFF)
    had = began(staff)
    assert (had["late"], had["lates"], had["count"]) == ([], 0, 1)
    sends_more(mended, "answered", words="まだ穴があります")
    told = asked(staff, had).json()
    assert (numbers(told["late"]), told["lates"], told["count"]) == ([mended.number], 1, 1)
    assert told["late"][0]["properties"]["unread"] is True
    had = began(staff)
    assert (numbers(had["late"]), numbers(had["features"])) == ([mended.number], [is_open.number])
    assert began(staff, "category=tree")["late"] == []
    for query in ("status=inspecting", "status=all", "sort=received", "due=overdue"):
        assert began(staff, query)["late"] == [], query
