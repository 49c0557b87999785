"""The page of numbers: periods, filters and comparisons, and the list behind each number."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from urllib.parse import urlencode

import pytest
from order_scene import firm
from web_scene import PASSWORD, Browser, filed

from reports.city.clock import today
from reports.people.accounts import create_user
from reports.stats.periods import Period
from store import sql
from store.database import transaction
from web.desk.numbers.asked import Asked
from web.kit.errors import BadInput
from web.maps.counted import NONE
from workers.numbers import count
from workers.sections import cut_sections, follow_again

DAY = date(2026, 12, 2)
BEHIND = re.compile(r'href="(/staff/numbers/behind\?[^"]*what=received[^"]*)">(\d+)<')
ROOMS = {
    "/staff/numbers": "数字",
    "/staff/numbers/again": "くり返す場所",
    "/staff/numbers/money": "金額",
    "/staff/reports": "月報",
}
_ON_ROAD = """
    UPDATE tickets SET owner = 'city', why = %(why)s::jsonb, place =
        (SELECT ST_StartPoint(ST_GeometryN(line, 1)) FROM roads WHERE ref = '市道102')
    WHERE id = %(id)s
"""
_MOVED = """
    INSERT INTO history (ticket_id, actor, what, to_status, at)
    VALUES (%(id)s, 'staff', 'moved', %(to)s, now() - make_interval(hours => %(hours)s))
"""
_OLDER = "UPDATE tickets SET received_at = now() - interval '30 hours' WHERE id = %(id)s"
LISTED = re.compile(r'<th scope="row" class="number">')


@pytest.mark.parametrize(
    ("span", "first", "last"),
    [
        ("this_month", (2026, 12, 1), (2026, 12, 2)),
        ("last_month", (2026, 11, 1), (2026, 11, 30)),
        ("this_year", (2026, 4, 1), (2026, 12, 2)),
        ("last_year", (2025, 4, 1), (2026, 3, 31)),
        ("calendar", (2026, 1, 1), (2026, 12, 2)),
        ("last_calendar", (2025, 1, 1), (2025, 12, 31)),
        ("whatever", (2026, 4, 1), (2026, 12, 2)),
    ],
)
def test_a_period_by_its_name(
    span: str, first: tuple[int, int, int], last: tuple[int, int, int]
) -> None:
    assert Asked(span=span).period(DAY) == Period(date(*first), date(*last))


def test_a_period_is_compared_with_as_much() -> None:
    def compared(**asked: str) -> list[Period]:
        return [each.period for each in Asked.model_validate(asked).compared(DAY)]

    assert compared(span="this_month") == [
        Period(date(2026, 11, 1), date(2026, 11, 2)),
        Period(date(2025, 12, 1), date(2025, 12, 2)),
    ]
    assert compared(span="this_year") == [Period(date(2025, 4, 1), date(2025, 12, 2))]
    typed = {"span": "days", "first": "2026-11-03", "last": "2026-11-09"}
    assert compared(**typed)[0] == Period(date(2026, 10, 27), date(2026, 11, 2))
    february = {"first": "2026-02-01", "last": "2026-02-28"}
    assert compared(span="days", **february)[0].first == date(2026, 1, 1)


@pytest.mark.parametrize(
    "typed", [{}, {"first": "2026-11-03"}, {"first": "2026-11-03", "last": "2026-11-01"},
              {"first": "2026-12-03", "last": "2026-12-04"}],
)  # fmt: skip
def test_days_that_are_none_are_refused(typed: dict[str, str]) -> None:
    with pytest.raises(BadInput):
        Asked.model_validate({"span": "days", **typed}).period(DAY)


def test_an_address_asks_for_the_same_again() -> None:
    asked = Asked(span="last_year", department=NONE, town="本町")
    assert asked.only.departments == ("",)
    assert "town=%E6%9C%AC%E7%94%BA" in asked.address(span="this_month")
    assert asked.address(span="this_year", department="", town="") == "/staff/numbers"
    behind = asked.behind("fixed", Period(DAY, DAY), category="")
    assert "first=2026-12-02&last=2026-12-02" in behind
    assert f"category={NONE}" in behind


def test_each_number_is_as_long_as_the_list_that_it_opens(staff: Browser) -> None:
    numbers = {filed("pothole").number, filed("pothole").number, filed("tree").number}
    assert "はじめから数えています" in staff.get("/staff/numbers").text
    count()
    page = staff.get("/staff/numbers?span=this_month").text
    assert "はじめから数えています" not in page
    found = [(address.replace("&amp;", "&"), int(many)) for address, many in BEHIND.findall(page)]
    assert found[0][1] == len(numbers)
    for address, many in dict.fromkeys(found):
        assert len(LISTED.findall(staff.get(address).text)) == many, address
    assert all(number in staff.get(found[0][0]).text for number in numbers)
    trees = staff.get("/staff/numbers?span=this_month&category=tree").text
    assert int(BEHIND.findall(trees)[0][1]) == 1
    assert "条件では分けられません" in trees
    assert "条件では分けられません" not in page
    assert "</span> 同じ" in page
    assert "この期間が 同じ" not in page


def test_the_rooms_of_numbers_lead_to_each_other_for_who_may(staff: Browser) -> None:
    for here, name in ROOMS.items():
        page = staff.get(here).text
        rooms = page.partition('<nav class="number-rooms"')[2].partition("</nav>")[0]
        assert re.findall(r'href="([^"]*)"', rooms) == list(ROOMS)
        assert f'<a href="{here}" aria-current="page">{name}</a>' in rooms
        assert '<a href="/staff/numbers" aria-current="true">数字</a>' in page


def test_a_chief_is_told_which_road_comes_back_and_what_a_contractor_cost(
    staff: Browser, come_in: Callable[[str], Browser]
) -> None:
    one = filed("pothole")
    road = '{"road": {"owner": "city", "name": "くぬぎ通り", "ref": "市道102"}}'
    with transaction() as db:
        doboku = firm(db)
        sql.run(db, _ON_ROAD, why=road, id=one.id)
        for to, hours in (("fixed", 2), ("reopened", 1)):
            sql.run(db, _MOVED, id=one.id, to=to, hours=hours)
    count()
    cut_sections()
    follow_again()
    count()  # its section was not known before
    page = staff.get(f"/staff/numbers?by=section&asks_firm={doboku}").text
    assert re.search(r"「くぬぎ通り、[^」]+」が最も多く", page)
    told = re.search(r'href="(/staff/numbers/again/sections/[^"]+)">1件<', page)
    assert told
    assert one.number in staff.get(told[1].replace("&amp;", "&")).text
    assert f'contract={doboku}">0円<' in page
    narrowed = re.search(r'href="(/staff/numbers\?[^"]*section=[^"]*)">くぬぎ通り、', page)
    behind = re.search(r'href="(/staff/numbers/behind\?[^"]*section=[0-9a-f][^"]*)"', page)
    assert narrowed
    assert behind
    assert one.number in staff.get(behind[1].replace("&amp;", "&")).text
    assert "請負業者の費用" not in come_in("trees").get("/staff/numbers").text


def test_what_was_thrown_away_is_a_number_without_a_link(staff: Browser) -> None:
    one = filed("pothole")
    count()
    with transaction() as db:
        sql.run(db, "UPDATE facts SET ticket_id = -id WHERE ticket_id = %(id)s", id=one.id)
    page = staff.get("/staff/numbers/behind?what=received&span=this_month").text
    assert one.number in page
    assert f"/staff/tickets/{one.number}" not in page
    assert "保存期間が終わり" in page


def test_a_long_list_is_paged(staff: Browser) -> None:
    day = today().isoformat()
    with transaction() as db:
        sql.run(
            db,
            "INSERT INTO facts (kind, day, key, number) SELECT 'received', %(day)s::date,"
            " 'received:' || n, '2026-' || n FROM generate_series(1, 101) n",
            day=day,
        )
    page = staff.get("/staff/numbers/behind?span=this_month").text
    (more,) = re.findall(r'href="([^"]*after=[^"]*)"', page)
    assert len(LISTED.findall(page)) == 100
    assert len(LISTED.findall(staff.get(more.replace("&amp;", "&")).text)) == 1


@pytest.mark.parametrize(
    "query", ["?span=days", "?span=days&first=2026-11-03&last=2026-11-01", "?by=stars", "?first=x"]
)
def test_a_wrong_question_is_answered_with_a_sentence(staff: Browser, query: str) -> None:
    assert staff.get(f"/staff/numbers{query}").status_code == 422


def test_a_list_of_no_number_is_refused(staff: Browser) -> None:
    for what in ("stars", "open:9", "received:1"):
        assert staff.get(f"/staff/numbers/behind?what={what}").status_code == 422


def test_the_list_behind_a_number_tells_what_is_behind_and_leads_to_its_file(
    staff: Browser,
) -> None:
    slow, quick, tree = filed("pothole"), filed("pothole"), filed("tree")
    with transaction() as db:
        sql.run(db, _OLDER, id=slow.id)
        for one in (quick, slow):
            sql.run(db, _MOVED, id=one.id, to="fixed", hours=0)
    count()
    count()
    page = staff.get("/staff/numbers?span=this_year").text
    figure = page.partition("直すまで(中央値)")[2].partition("</tr>")[0]
    median = re.search(r'href="([^"]*what=fixed[^"]*)">\d[\d.]*</a>日', figure)
    assert median
    behind = staff.get(median[1].replace("&amp;", "&")).text
    assert behind.index(slow.number) < behind.index(quick.number)
    for words in ("かかった日数", ">1.2日<", ">0.0日<", "舗装の穴", "いまの状態", "担当課"):
        assert words in behind, words
    assert tree.number not in behind
    saved = re.search(r'href="(/staff/table\?[^"]*counted=[^"]*)"', behind)
    assert saved
    chosen = staff.get(saved[1].replace("&amp;", "&"))
    assert "数字「補修まで」(" in chosen.text
    file = saved[1].replace("&amp;", "&").replace("/staff/table?", "/staff/table/file?form=csv&")
    written = staff.get(file).text
    assert {one.number for one in (slow, quick, tree) if one.number in written} == {
        slow.number, quick.number
    }  # fmt: skip
    for odd in ("x", "what=stars&first=2026-01-01&last=2026-01-02", "what=received&first=1&last=2",
                "what=received&first=2026-01-02&last=2026-01-01"):  # fmt: skip
        assert staff.get(f"/staff/table?{urlencode({'counted': odd})}").status_code == 422, odd


def test_what_somebody_did_opens_its_list_to_themselves_and_to_who_manages_people(
    staff: Browser, come_in: Callable[[str], Browser]
) -> None:
    one = filed("pothole")
    staff.post(f"/staff/tickets/{one.number}/move", to="in_progress", note="直します", key="m")
    page = staff.get("/staff/numbers?span=this_month").text
    own = re.search(r'href="(/staff/numbers/work\?[^"]*what=moved[^"]*)"', page)
    assert own
    address = own[1].replace("&amp;", "&")
    listed = staff.get(address).text
    assert one.number in listed
    assert len(LISTED.findall(listed)) == 1
    with transaction() as db:
        create_user(db, name="mita", shown_name="三田", password=PASSWORD, role="viewer")
    viewer = come_in("mita")
    assert viewer.get(address).status_code == 404
    assert viewer.get("/staff/numbers/work").status_code == 200
    assert "/staff/table" not in viewer.get("/staff/numbers/behind").text
    assert staff.get("/staff/numbers/work?what=stars").status_code == 422


def test_only_who_manages_people_sees_what_others_did(staff: Browser) -> None:
    page = staff.get("/staff/numbers").text
    assert "自分の仕事" in page
    assert "人ごとの仕事" not in page


def test_a_running_month_says_up_to_when(staff: Browser) -> None:
    page = staff.get("/staff/numbers?span=this_month").text
    assert f"{today().day}日" in page
    assert str((today() - timedelta(365)).year) in page
