"""The city's telephone numbers, office hours and closing days, edited in the browser."""

from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import text
from web_scene import PASSWORD, Browser, filed, ticket_of

from reports.city import profile, versions
from reports.city.clock import today
from reports.people.accounts import create_user
from store.database import transaction

CITY = "/staff/city"
DAYS = "/staff/city/days"
FACTS = {
    "road_line": "042-000-0000", "city_hall": "042-000-0001", "police": "110",
    "road_emergency": "#9910", "opens": "08:30", "closes": "17:15",
}  # fmt: skip
CANNOT_BE = [
    ("road_line", "なし", "「道路の窓口」は使えません。数字が要ります"),
    ("police", "", "「警察」は使えません。数字が要ります"),
    ("opens", "25:00", "「開庁」は使えません。&#34;08:30&#34; のような時刻が要ります"),
    ("closes", "08:00", "opens は closes より前です"),
]
RANGES = [
    ("", "", "日付で入れてください"),
    ("2026-13-01", "", "日付で入れてください"),
    ("2027-01-05", "2027-01-04", "初めの日と同じか後"),
    ("2026-01-01", "2026-12-31", "92日まで"),
    ("9999-12-31", "", "92日まで"),
    ("2026-12-29", "2027-01-03", "もともと閉庁日です"),
]


def seen() -> str:
    with transaction() as db:
        last = versions.newest(db, "facts")
    assert last
    return str(last.id)


def closed() -> list[str]:
    with transaction() as db:
        return sorted(day.isoformat() for day in profile.closing_days(profile.profile(db)))


def due_on_28_december() -> str:
    """A ticket of 24 December that has until Monday, the 28th."""
    one = filed("pothole")
    with transaction() as db:
        db.execute(
            text("""
            UPDATE tickets SET due_from = '2026-12-24', deadline = '2026-12-28',
                deadline_days = 2, long_overdue_on = '2027-01-07'
        """)
        )
    return one.number


def test_numbers_and_hours_are_changed_after_they_were_shown(staff: Browser) -> None:
    new = FACTS | {"road_line": "042-111-2222", "city_hall": "", "closes": "17:00"}
    looked = staff.post(CITY, **new, seen=seen())
    assert "042-000-0000" in looked.text
    assert "042-111-2222" in looked.text
    assert "すぐ新しい番号が出ます" in looked.text
    answer = staff.post(CITY, **new, seen=seen(), do="save")
    assert answer.headers["location"] == "/staff/city?saved=1"
    with transaction() as db:
        facts = profile.profile(db)
    assert facts["phones"] == {
        "road_line": "042-111-2222", "police": "110", "road_emergency": "#9910",
    }  # fmt: skip
    assert facts["office_hours"] == {"opens": "08:30", "closes": "17:00"}
    assert facts["name"] == "小金井市"
    assert "042-111-2222" in staff.get("/").text


def test_the_citys_name_words_and_map_are_changed_after_they_were_shown(staff: Browser) -> None:
    with transaction() as db:
        before = profile.profile(db)
    new = FACTS | {
        "name": "こがねい市", "name_en": "Koganei", "note": "", "note_en": "A sample.",
        "centre": "３５.７１、139.51234", "zoom": "１２",
    }  # fmt: skip
    looked = staff.post(CITY, **new, seen=seen())
    for said in ("こがねい市", "35.71000", "139.51234", "住民と職員の画面に、すぐ出ます"):
        assert said in looked.text, said
    assert staff.post(CITY, **new, seen=seen(), do="save").status_code == 303
    with transaction() as db:
        facts = profile.profile(db)
    assert facts == {name: each for name, each in before.items() if name != "note"} | {
        "name": "こがねい市", "name_en": "Koganei", "note_en": "A sample.",
        "centre": {"lon": 139.51234, "lat": 35.71}, "zoom": 12.0,
    }  # fmt: skip
    assert "こがねい市" in staff.get("/").text
    assert 'data-lon="139.51234"' in staff.get("/staff/where").text
    for field, typed, sentence in (
        ("name", "", "「市の名前」"),
        ("name_en", " ", "「市の名前(英語)」"),
        ("centre", "駅の前", "「地図の中心」緯度と経度を"),
        ("centre", "135.70, 239.5", "その緯度と経度の場所はありません"),
        ("zoom", "99", "「地図の大きさ」"),
        ("zoom", "大きく", "「地図の大きさ」"),
    ):
        answer = staff.post(CITY, **new | {field: typed, "note": "のこる"}, seen=seen(), do="save")
        assert (answer.status_code, sentence in answer.text) == (422, True), (field, typed)
        assert "のこる" in answer.text
    first = staff.get("/staff/city/versions").text
    assert "市の名前: 小金井市 → こがねい市" in first


def test_what_cannot_be_is_refused_with_what_was_typed(staff: Browser) -> None:
    for field, typed, sentence in CANNOT_BE:
        given = FACTS | {"city_hall": "042-999-9999"} | {field: typed}
        answer = staff.post(CITY, **given, seen=seen(), do="save")
        assert (answer.status_code, sentence in answer.text) == (422, True), (field, typed)
        assert "042-999-9999" in answer.text
    with transaction() as db:
        assert profile.profile(db)["phones"]["city_hall"] == "042-000-0001"


def test_who_is_slower_is_told_of_the_others_number(staff: Browser) -> None:
    old = seen()
    staff.post(CITY, **FACTS | {"police": "042-110"}, seen=old, do="save")
    answer = staff.post(CITY, **FACTS | {"closes": "17:00"}, seen=old, do="save")
    assert answer.status_code == 409
    assert "042-110" in answer.text
    assert 'value="17:00"' in answer.text
    assert staff.post(CITY, **FACTS | {"police": "042-110", "closes": "17:00"}, seen=seen(),
                      do="save").status_code == 303  # fmt: skip


def test_days_are_closed_with_the_deadlines_that_move_and_opened_again(staff: Browser) -> None:
    number = due_on_28_december()
    fields = {"act": "add", "from": "2026-12-28", "to": "2027-01-04"}
    looked = staff.post(DAYS, **fields, seen=seen())
    assert "1件の期限が後ろへ動きます" in looked.text
    assert f"{number} は 12月28日(月) → 1月5日(火)" in looked.text
    assert closed() == []
    answer = staff.post(DAYS, **fields, seen=seen(), do="save")
    page = staff.get(answer.headers["location"]).text
    assert "受付票 1件の期限を後ろへ動かしました" in page
    assert "2026年12月28日(月)から2027年1月4日(月)まで" in page
    assert closed() == ["2026-12-28", "2027-01-04"]
    ticket = staff.get(f"/staff/tickets/{number}").text
    assert "閉庁日が加わった2開庁日だけ、期限を1月5日(火)に延ばしました" in ticket
    fields["act"] = "remove"
    looked = staff.post(DAYS, **fields, seen=seen())
    assert "期限は早くなりません" in looked.text
    assert staff.post(DAYS, **fields, seen=seen(), do="save").status_code == 303
    assert closed() == []
    assert "1月5日(火)" in staff.get(f"/staff/tickets/{number}").text


def test_a_day_that_somebody_else_has_closed_is_told_and_both_are_kept(staff: Browser) -> None:
    old = seen()
    staff.post(DAYS, act="add", seen=old, do="save", **{"from": "2026-12-25"})
    answer = staff.post(DAYS, act="add", seen=old, do="save", **{"from": "2026-12-28"})
    assert answer.status_code == 409
    assert "2026年12月25日(金)" in answer.text
    staff.post(DAYS, act="add", seen=seen(), do="save", **{"from": "2026-12-28"})
    assert closed() == ["2026-12-25", "2026-12-28"]
    again = staff.post(DAYS, act="add", seen=seen(), do="save", **{"from": "2026-12-28"})
    assert again.headers["location"] == "/staff/city/days?year=2026&same=1"


def test_days_that_cannot_be_are_refused(staff: Browser) -> None:
    for first, last, sentence in RANGES:
        given = {"act": "add", "from": first, "to": last, "year": "2026"}
        answer = staff.post(DAYS, **given, seen=seen(), do="save")
        assert (answer.status_code, sentence in answer.text) == (422, True), (first, last)
    for year in ("1999", "2101", "x"):
        assert staff.get(f"{DAYS}?year={year}").status_code == 422
    assert staff.get(f"{DAYS}?year=2100").status_code == 200


def test_a_citys_former_state_comes_back(staff: Browser) -> None:
    first = seen()
    staff.post(DAYS, act="add", seen=first, do="save", **{"from": "2026-12-25"})
    page = staff.get(f"/staff/city/versions/{first}").text
    assert "閉庁日をやめる" in page
    assert staff.post(f"/staff/city/versions/{first}", do="save", seen=seen()).status_code == 303
    assert closed() == []


def test_no_former_state_of_the_city_brings_other_periods_back(
    come_in: Callable[[str], Browser], staff: Browser
) -> None:
    with transaction() as db:
        create_user(db, name="kanri", shown_name="管理", password=PASSWORD, role="administrator")
    boss = come_in("kanri")
    kept = []
    for months in ("1", "6"):
        fields = {"seen": seen(), "do": "save", "originals_months": months}
        assert boss.post("/staff/privacy/periods", **fields).status_code == 303
        kept.append(seen())
    staff.post(CITY, seen=seen(), do="save", road_line="042-111-2222")
    for who in (staff, boss):
        answer = who.post(f"/staff/city/versions/{kept[0]}", seen=seen(), do="save")
        assert answer.status_code == 303
        with transaction() as db:
            facts = profile.profile(db)
        assert facts["keep"] == {"originals_months": 6}
        assert facts["phones"]["road_line"] == FACTS["road_line"]


def test_a_new_report_is_due_by_the_days_as_they_are_now(staff: Browser) -> None:
    first, last = today(), today() + timedelta(days=60)
    days = {"from": first.isoformat(), "to": last.isoformat()}
    staff.post(DAYS, act="add", seen=seen(), do="save", **days)
    due = ticket_of(filed("pothole")).ticket.deadline
    assert due is not None
    assert due > last
