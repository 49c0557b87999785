"""Correcting a ticket at the desk, and a crew that says it is not theirs."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text
from web_scene import ON_CITY_ROAD, Browser, Filed, filed, sends_more, ticket_of

from geo.points import Point
from reports.actions.assign import not_ours
from reports.city.models import CategoryRow
from reports.people.permissions import Actor, Role
from store.database import transaction
from web.kit.errors import BadInput
from web.kit.points import point_in

HERE = "35.701500, 139.524600"
AT_KOGANEI_KAIDO = "35.7014, 139.5078"


def department(one: Filed) -> str | None:
    found = ticket_of(one).ticket.department
    return found.key if found else None


@pytest.mark.parametrize(
    "typed",
    ["35.7015,139.5246", " 35.7015、139.5246 ", "３５．７０１５　１３９．５２４６",
     "139.5246, 35.7015", "(35.7015, 139.5246)"],
)  # fmt: skip
def test_a_point_is_read_as_people_and_maps_write_it(typed: str) -> None:
    assert point_in(typed) == Point(139.5246, 35.7015)


@pytest.mark.parametrize(
    "typed", ["", "本町", "35.7", "35.7, 139.5, 3", "0, 0", "135.7, 139.5", "1e9, 2", "nan, 3"]
)
def test_what_is_no_point_is_said_to_be_none(typed: str) -> None:
    with pytest.raises(BadInput):
        point_in(typed)


def test_a_point_moved_at_the_desk_changes_whose_it_is_and_the_page_says_all_of_it(
    staff: Browser,
) -> None:
    one = filed()
    path = f"/staff/tickets/{one.number}"
    answer = staff.post(f"{path}/place", point=AT_KOGANEI_KAIDO, seen=HERE, why="写真は都道")
    assert answer.headers["location"] == f"{path}?changed=place"
    page = staff.get(answer.headers["location"]).text
    assert "いまの担当: 東京都北多摩南部建設事務所" in page
    assert "場所を約 1.5\u00a0km 動かしました" in page
    assert "道路管理課 から 東京都北多摩南部建設事務所 へ" in page
    assert "写真は都道" in page
    version = ticket_of(one).ticket.rules_version
    assert f'href="/staff/rules/{version}#rule-30"' in page
    assert f"規則(第{version}版)の30番により東京都北多摩南部建設事務所の担当です" in page


def test_kind_and_department_are_corrected_and_corrected_back_by_the_rules(staff: Browser) -> None:
    one = filed()
    path = f"/staff/tickets/{one.number}"
    staff.post(f"{path}/category", category="tree", seen="pothole")
    assert (department(one), ticket_of(one).ticket.category) == ("trees", "tree")
    staff.post(f"{path}/department", department="traffic", seen="trees", why="電話で確認")
    page = staff.get(path).text
    assert "職員が交通対策課の担当と決めました" in page
    assert "公園緑地課 から 交通対策課 へ" in page
    staff.post(f"{path}/department", department="@rules", seen="traffic", why="やはり規則で")
    assert department(one) == "trees"
    staff.post(f"{path}/department", department="@not-ours", seen="trees", why="枝ではない")
    page = staff.get(path).text
    assert "公園緑地課が「担当ではない」と答え" in page


def test_refused_corrections_say_why_and_keep_what_was_typed(staff: Browser) -> None:
    one = filed()
    path = f"/staff/tickets/{one.number}"
    for form, status, sentence, kept in (
        ({"point": "駅の前", "seen": HERE}, 422, "緯度と経度を", 'value="駅の前"'),
        ({"point": "35.7003, 139.4795", "seen": HERE}, 409, "国分寺市", "35.7003, 139.4795"),
        ({"point": HERE, "seen": HERE}, 409, "いまの場所と同じ", HERE),
        ({"category": "ghost", "seen": "pothole"}, 422, "種類を選んで", "<option"),
        ({"department": "", "seen": "road"}, 422, "選んでください", "<option"),
        ({"department": "ghosts", "seen": "road", "why": "x"}, 409, "ありません", 'value="x"'),
        ({"department": "trees", "seen": "road"}, 409, "理由", 'value="trees" selected'),
        ({"department": "trees", "seen": "waste", "why": "y"}, 409, "道路管理課", 'value="y"'),
        ({"category": "tree", "seen": "sign"}, 409, "ほかの人", 'value="tree" selected'),
    ):
        part = {"point": "place", "category": "category"}.get(next(iter(form)), "department")
        answer = staff.post(f"{path}/{part}", **form)
        assert (answer.status_code, sentence in answer.text) == (status, True), (form, answer.text)
        assert kept in answer.text
        assert '<details class="change"' in answer.text
    assert department(one) == "road"
    assert [line.what for line in ticket_of(one).history] == ["filed", "routed"]


def test_a_crew_passes_a_ticket_on_and_it_leaves_its_list(
    crew: Browser, come_in: Callable[[str], Browser]
) -> None:
    one = filed()
    path = f"/crew/tickets/{one.number}/not-ours"
    assert "うちの担当ではない" in crew.get(f"/crew/tickets/{one.number}").text
    assert crew.post(path, why=" ").status_code == 409
    answer = crew.post(path, reason="ほかの課の仕事です", why="下水のふた")
    page = crew.get(answer.headers["location"]).text
    assert f"{one.number} を職員・次の担当へ回しました" in page
    assert f"/crew/tickets/{one.number}" not in page
    last = ticket_of(one).history[-1]
    assert (last.what, last.note) == ("not_ours", "ほかの課の仕事です\n下水のふた")
    assert department(one) == "drains"
    assert crew.post(path, reason="ほかの課の仕事です").status_code == 303
    assert len(ticket_of(one).history) == 3
    assert come_in("trees").post(path, reason="ほかの課の仕事です").status_code == 404


def test_two_of_a_crew_who_say_it_at_once_pass_it_on_once(crew: Browser) -> None:
    one = filed()
    waits = text("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)")
    with ThreadPoolExecutor() as second, transaction() as db:
        not_ours(db, one.id, Actor(Role.CREW, "作業班", department="road"), "下水のふた")
        path = f"/crew/tickets/{one.number}/not-ours"
        answer = second.submit(crew.post, path, reason="ほかの課の仕事です")
        while not db.scalar(waits):
            assert not answer.done()
        db.commit()
    assert answer.result().status_code == 303
    assert department(one) == "drains"


def test_a_ticket_that_went_to_and_fro_says_so_on_top_of_the_list(staff: Browser) -> None:
    other, one = filed(), filed(place=Point(ON_CITY_ROAD.lon, ON_CITY_ROAD.lat + 0.0004))
    with transaction() as db:
        db.execute(
            text(
                "UPDATE rule_tables SET rules = rules || jsonb_build_array("
                " rules -> 0 || CAST(:more AS jsonb))"
            ),
            {
                "more": '{"order": 999, "owner": null, "category": "pothole",'
                ' "department": "drains", "not_ours": "road"}'
            },
        )
        for _ in range(3):
            not_ours(db, one.id, Actor(Role.STAFF), "ちがいます")
    page = staff.get(f"/staff/tickets/{one.number}").text
    assert "道路管理課と下水道課が「担当ではない」と答え、3回目になったため" in page
    assert "担当課未定・3回差し戻し" in page
    features = staff.get("/staff/tickets.geojson").json()["features"]
    assert [each["properties"]["number"] for each in features] == [one.number, other.number]


def test_a_retired_category_is_offered_no_more_but_its_tickets_keep_its_name(
    staff: Browser,
) -> None:
    one, other = filed(), filed()
    staff.post(f"/staff/tickets/{other.number}/category", category="tree", seen="pothole")
    with transaction() as db:
        retired = db.get_one(CategoryRow, "tree")
        retired.facts = retired.facts | {"retired": True}
    path = f"/staff/tickets/{one.number}"
    page = staff.get(path).text
    assert '<option value="sign"' in page
    assert '<option value="tree"' not in page
    answer = staff.post(f"{path}/category", category="tree", seen="pothole")
    assert (answer.status_code, "種類を選んで" in answer.text) == (422, True)
    assert "街路樹・倒木・草" in staff.get(f"/staff/tickets/{other.number}").text
    assert '<option value="tree"' not in staff.get("/staff/where").text


def north_of(place: Point, metres: float) -> Point:
    return Point(place.lon, place.lat + metres / 111_320)


def test_a_place_sent_for_a_ticket_is_a_second_pin_that_one_press_takes(
    staff: Browser, crew: Browser
) -> None:
    one = filed("pothole")
    there = north_of(ON_CITY_ROAD, 35)
    sends_more(one, "add", place=there)
    page = staff.get(f"/staff/tickets/{one.number}").text
    assert "<strong>北へ約 35\N{NO-BREAK SPACE}m</strong>" in page
    assert f'value="{there.latitude_first}"' in page
    assert (
        "<strong>北へ約 35\N{NO-BREAK SPACE}m</strong>"
        in crew.get(f"/crew/tickets/{one.number}").text
    )
    seen = ON_CITY_ROAD.latitude_first
    moved = staff.post(
        f"/staff/tickets/{one.number}/place",
        point=there.latitude_first,
        seen=seen,
        why="送った場所",
    )
    assert moved.status_code == 303
    moved_to = ticket_of(one).ticket
    assert (moved_to.lon, moved_to.lat) == pytest.approx((there.lon, there.lat), abs=1e-6)
    assert "told-place" not in staff.get(f"/staff/tickets/{one.number}").text


def test_a_place_beyond_the_border_is_told_and_wants_a_reason(staff: Browser) -> None:
    one = filed("pothole")
    outside, seen = Point(139.4795, 35.7003), ON_CITY_ROAD.latitude_first
    address = f"/staff/tickets/{one.number}/place"
    refused = staff.post(address, point=outside.latitude_first, seen=seen)
    assert refused.status_code == 409
    assert (
        "その場所は国分寺市です。それでもこの場所にするときは、理由を書いてください。"
        in refused.text
    )
    taken = staff.post(address, point=outside.latitude_first, seen=seen, why="境の橋のたもと")
    assert taken.status_code == 303
    assert "市の外(となり: 国分寺市)の場所です" in staff.get(f"/staff/tickets/{one.number}").text
