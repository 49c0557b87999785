"""A call becomes a ticket: where it is, what it is the same as, whom to ring back."""

import html
import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from townsfolk import rows, value
from web_scene import ON_CITY_ROAD, Browser, filed, picture, ticket_of
from years import year_after_closing

from geo.points import Point
from reports.actions.move import move
from reports.city import clock
from reports.people.permissions import Actor, Role
from reports.tickets.status import Status
from store.database import transaction

STAFF = Actor(Role.STAFF, "佐藤 恵")
FIELDS = {
    "channel": "telephone", "place": "本町六丁目", "point": "35.701500, 139.524600",
    "category": "pothole", "words": "車道に穴があいています", "key": "press-1",
}  # fmt: skip
CALLER = {"name": "田中", "phone": "090-1234-5678", "call_back": "yes"}


def call(staff: Browser, **more: str) -> Any:
    return staff.post("/staff/new", **FIELDS | more)


def only_ticket() -> Any:
    (row,) = rows("SELECT id, number FROM tickets")
    return row


def test_a_call_is_a_ticket_with_its_words_and_whoever_wrote_it_down(staff: Browser) -> None:
    answer = call(staff, **CALLER, urgent="yes")
    one = only_ticket()
    assert answer.headers["location"] == f"/staff/tickets/{one.number}?changed=taken"
    again = call(staff, **CALLER, urgent="yes")
    assert again.headers["location"] == answer.headers["location"]
    assert only_ticket() == one
    page = staff.get(f"/staff/tickets/{one.number}?changed=taken").text
    for words in ("車道に穴があいています", "田中", "tel:09012345678", "電話", "佐藤 恵", "緊急"):
        assert words in page, words
    assert value("SELECT follower_count FROM tickets") == 0
    assert value("SELECT actor FROM history WHERE what = 'filed'") == "staff"


def test_whoever_wants_to_is_rung_back_when_the_status_changes(staff: Browser) -> None:
    call(staff, **CALLER)
    one = only_ticket()
    assert "090-1234-5678" not in staff.get("/staff/calls").text
    with transaction() as db:
        move(db, one.id, Status.SCHEDULED, STAFF, note="月曜に直します")
    waiting = staff.get("/staff/calls").text
    for words in ("090-1234-5678", "月曜に直します", "対応予定", one.number):
        assert words in waiting, words
    assert staff.get("/staff/menu.json").json()["badges"]["/staff/calls"] == 1
    report = value("SELECT report_id FROM callers")
    done = staff.post(f"/staff/calls/{report}/done", note="月曜と伝えた", key="k")
    assert done.headers["location"] == "/staff/calls"
    assert "090-1234-5678" not in staff.get("/staff/calls").text
    page = staff.get(f"/staff/tickets/{one.number}").text
    assert "通報した人に電話で伝えました" in page
    assert "月曜と伝えた" in page
    staff.post(f"/staff/calls/{report}/forget", back=one.number)
    assert "090-1234-5678" not in staff.get(f"/staff/tickets/{one.number}").text
    assert staff.post("/staff/calls/999999/done").status_code == 404
    assert staff.post("/staff/calls/99999999999999999999/done").status_code in (404, 422)


def test_a_number_goes_with_the_rest_after_a_year(staff: Browser) -> None:
    call(staff, **CALLER)
    one = only_ticket()
    with transaction() as db:
        move(db, one.id, Status.DECLINED, STAFF, note="私有地です")
    rows("UPDATE tickets SET closed_at = now() - interval '367 days'")
    with transaction() as db:
        year_after_closing(db, clock.now())
    assert rows("SELECT * FROM callers") == []
    assert rows("SELECT * FROM remarks") == []


def test_the_same_hole_is_shown_before_and_joined(staff: Browser) -> None:
    one = filed()
    refused = call(staff)
    assert refused.status_code == 409
    assert one.number in refused.text
    assert "車道に穴があいています" in refused.text  # what was typed stays
    there = staff.get("/staff/new/there.json?point=35.7015,139.5246&category=pothole").json()[
        "html"
    ]
    assert one.number in there
    joined = call(staff, same=one.number, known=one.number)
    assert joined.headers["location"].endswith("?changed=joined")
    assert joined.headers["location"].startswith(f"/staff/tickets/{one.number}")
    assert "車道に穴があいています" in ticket_of(one).words
    other = call(staff, same="new", known=one.number)
    assert other.status_code == 303
    assert value("SELECT count(*) FROM tickets") == 2


def test_of_many_near_ones_the_nearest_are_shown_with_their_words(staff: Browser) -> None:
    north = [Point(ON_CITY_ROAD.lon, ON_CITY_ROAD.lat + turn / 100_000) for turn in range(5)]
    near = [filed(place=place, words=f"穴{turn}") for turn, place in enumerate(north)]
    there = "/staff/new/there.json?point=35.7015,139.5246&category=pothole"
    for page in (staff.get(there).json()["html"], call(staff).text):
        assert [f"「穴{turn}」" in page for turn in range(5)] == [True] * 3 + [False] * 2
        assert "近い 3件だけ" in page
        (address,) = re.findall(r"/staff/(\?category=[^\"]+)", page)
    listed = staff.get(f"/staff/tickets.geojson{html.unescape(address)}").json()["features"]
    numbers = [one["properties"]["number"] for one in listed]
    assert numbers == [one.number for one in near]


@pytest.mark.parametrize(
    ("words", "places", "is_far"),
    [("35.7015, 139.5246", [False], False), ("34.0000, 135.0000", [True], False),
     ("51.5000, 0.1200", [], True), ("どこにもない", [], False)],
)  # fmt: skip
def test_figures_beyond_the_border_are_told_so(
    staff: Browser, words: str, places: list[bool], is_far: bool
) -> None:
    told = staff.get(f"/staff/new/places.json?q={words}").json()
    assert [one["outside"] for one in told["places"]] == places
    assert told["outside"] is is_far


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"point": "", "place": "本町六丁目"}, "場所がまだ決まっていません"),
        ({"point": "12"}, "緯度と経度を"),
        ({"point": "34.0, 135.0"}, "市の区域の外"),
        ({"category": "no"}, "種類を選んで"),
        ({"channel": "line"}, "どうやって届いたか"),
        ({"call_back": "yes"}, "電話番号を書いて"),
        ({"same": "123-456-789"}, "もう終わったか"),
        ({"words": "あ" * 1001}, "文章が長すぎます"),
    ],
)
def test_what_cannot_be_is_refused_and_what_was_typed_stays(
    staff: Browser, fields: dict[str, str], says: str
) -> None:
    answer = call(staff, **fields)
    assert answer.status_code in (409, 422)
    assert says in answer.text
    assert rows("SELECT * FROM tickets") == []
    assert 'value="090' not in answer.text


def test_places_are_found_by_words_and_a_photo_from_the_counter_is_kept(staff: Browser) -> None:
    assert staff.get("/staff/new/places.json?q=%00").json()["places"] == []
    (first, *_) = staff.get("/staff/new/places.json?q=35.7015,139.5246").json()["places"]
    assert (first["exact"], first["kind"]) == (True, "座標")
    photo = {"photo": ("road.jpg", picture(), "image/jpeg")}
    answer = staff.post(
        "/staff/new",
        files=photo,
        **FIELDS | {"channel": "counter", "point": "", "place": "35.7015, 139.5246"},
    )
    assert answer.status_code == 303, answer.text
    (kept,) = rows("SELECT report_id, original IS NOT NULL AS is_there FROM photos")
    assert kept.report_id
    assert kept.is_there
    assert value("SELECT channel FROM reports") == "counter"
    assert rows("SELECT name FROM tasks WHERE name = 'take_in_photo'")


def test_who_rings_back_hears_that_there_is_more_to_tell(staff: Browser) -> None:
    call(staff, **CALLER)
    one = only_ticket()
    with transaction() as db:
        move(db, one.id, Status.SCHEDULED, STAFF, note="月曜に直します")
    seen = re.search(r'name="seen" value="(\d+)"', staff.get("/staff/calls").text)
    assert seen
    with transaction() as db:
        move(db, one.id, Status.DECLINED, STAFF, note="私有地でした")
    report = value("SELECT report_id FROM callers")
    told = staff.post(f"/staff/calls/{report}/done", note="月曜", key="k", seen=seen[1])
    assert (told.status_code, "私有地でした" in told.text) == (409, True)
    assert value("SELECT due_since IS NOT NULL FROM callers")
    staff.post(f"/staff/calls/{report}/done", note="留守", key="m", reached="no")
    assert value("SELECT due_since IS NOT NULL FROM callers")
    assert "電話しましたが、出ませんでした" in staff.get(f"/staff/tickets/{one.number}").text
    staff.post(f"/staff/calls/{report}/done", note="090-1234-5678 と話した", key="l")
    staff.post(f"/staff/calls/{report}/forget")
    assert rows("SELECT 1 FROM history WHERE note LIKE '%090%'") == []


def test_two_presses_at_once_are_one_ticket(staff: Browser) -> None:
    with ThreadPoolExecutor(4) as hands:
        answers = list(hands.map(lambda _: call(staff), range(4)))
    assert [one.status_code for one in answers] == [303] * 4
    assert only_ticket()


def test_a_crew_and_a_stranger_write_nothing_down(crew: Browser) -> None:
    assert call(crew).status_code in (303, 403, 404)
    assert rows("SELECT * FROM tickets") == []
    assert crew.get("/staff/calls").status_code in (303, 403, 404)


def test_roads_and_their_crossings_are_places_from_where_somebody_looks(staff: Browser) -> None:
    def found(words: str, near: str = "") -> list[dict[str, Any]]:
        told = staff.get(f"/staff/new/places.json?q={words}&near={near}")
        return list(told.json()["places"])

    here, there = (found("連雀通り", near)[0] for near in ("", "35.6980, 139.5266"))
    assert (here["kind"], here["exact"], there["kind"]) == ("道路", False, "道路")
    assert here["lon"] < there["lon"]
    meet = found("小金井街道と連雀通りの交差点")[0]
    assert (meet["kind"], meet["exact"]) == ("交差点", True)
    assert staff.get("/staff/new/places.json?q=連雀通り&near=x").status_code == 422
    answer = call(staff, point="", place="小金井街道と連雀通りの交差点")
    assert answer.status_code == 303
    assert value("SELECT ST_X(place) FROM tickets") == pytest.approx(meet["lon"], abs=1e-6)
