"""Work orders at the desk: gathered, written, issued, looked at, paid; contractors and prices."""

import html
import io
import re
import zipfile
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from time import sleep
from urllib.parse import urlencode

import pytest
from order_scene import STAFF, firm, items_of, ordered, quantity_of
from townsfolk import CREW, rows, value
from web_scene import Browser, filed, stored_photo, ticket_of

from geo.points import Point
from reports.actions import do_item, prove
from reports.actions.edit_contractor import add_contractor
from reports.actions.merge import merge
from reports.actions.report_work import Done, report_work
from reports.city import clock
from reports.city.contractors import ContractorCard
from reports.city.fiscal import fiscal_year
from reports.city.materials import Material
from reports.people.permissions import Actor, Role
from reports.privacy.erase import erase
from reports.privacy.unsend import unsend
from reports.tickets.outcomes import Outcome
from store.database import transaction

ELSEWHERE = Point(139.5067, 35.6990)
WORDS = "車輪がはまりました"


def page_of(staff: Browser, order_id: int) -> str:
    return staff.get(f"/staff/orders/{order_id}").text


def lines_of(staff: Browser, year: int, asked: dict[str, str]) -> str:
    return staff.get(f"/staff/orders/sums/list?{urlencode({'year': year, **asked})}").text


def test_tickets_become_an_order_step_by_step(staff: Browser) -> None:
    one, two = filed(words=WORDS, pictures=1), filed("drain", ELSEWHERE)
    with transaction() as db:
        firm_id = firm(db)
    gathered = staff.post("/staff/orders", numbers=f"{one.number}, {two.number}", key="press")
    here = gathered.headers["location"]
    again = staff.post("/staff/orders", numbers=f"{one.number}, {two.number}", key="press")
    assert again.headers["location"] == here
    with transaction() as db:
        first, second = items_of(db, int(here.rsplit("/")[-1]))
    (remark,) = rows("SELECT id FROM remarks")[0]
    sent = {
        "items": f"{first},{second}", "contractor": str(firm_id), "until": "2099-03-31",
        "urgent": "yes", "chief": "鈴木", "traffic": "片側交互通行", "start_on": "2099-03-01",
        f"what-{first}": "穴を埋める", f"quote-{first}-1": str(remark), f"quote-{first}-2": "999",
        f"work-{first}-1": "舗装補修", f"planned-{first}-1": "２．５", f"unit-{first}-1": "m²",
    }  # fmt: skip
    seen = value("SELECT change FROM work_orders")
    typed = sent | {f"what-{second}": "ふたを替える", f"planned-{second}-1": "三"}
    wrong = staff.post(f"{here}/save", seen=str(seen), **typed, then="issue")
    assert wrong.status_code == 422
    for shown in ("2番: ", "ふたを替える", "穴を埋める", "片側交互通行", "２．５", 'value="三"'):
        assert shown in wrong.text
    assert value("SELECT count(*) FROM work_orders WHERE chief <> ''") == 0
    refused = staff.post(f"{here}/save", seen=str(seen), **sent, then="issue")
    assert (refused.status_code, "作業内容が書かれていません(2番)" in refused.text) == (409, True)
    out = staff.post(f"{here}/save", seen=str(seen), **sent, then=f"out-{second}")
    assert out.headers["location"] == f"{here}?done=out"
    preview = staff.get(here).text
    assert "<b>1</b>件が「対応予定」になります" in preview
    assert "LINE で <b>1</b>人" in preview
    seen = value("SELECT change FROM work_orders")
    sent["items"] = str(first)
    issued = staff.post(f"{here}/save", seen=str(seen), **sent, then="issue")
    assert issued.headers["location"] == f"{here}?done=issued"
    html = staff.get(here).text
    assert re.search(r"令和\d+年度-0001", html)
    assert WORDS in html
    assert "12,000円(税抜)" in html
    assert "作業指示書" in staff.get(f"/staff/tickets/{one.number}").text
    told = [line.event.what for line in ticket_of(one).history]
    assert told[-2:] == ["moved", "ordered"]
    assert ticket_of(one).ticket.status == "scheduled"
    assert staff.post(f"{here}/save", seen="99", **sent).status_code == 409
    assert value("SELECT quotes FROM work_order_items") == [remark]


@pytest.mark.parametrize(
    ("numbers", "words"),
    [("", "選んでください"), ("abc", "読み取れない受付番号"), ("123-456-786", "見つからない")],
)
def test_numbers_that_cannot_be_are_refused(staff: Browser, numbers: str, words: str) -> None:
    answer = staff.post("/staff/orders", numbers=numbers)
    assert (answer.status_code, words in answer.text) == (422, True)


def test_what_cannot_be_written_is_refused_and_there_is_no_such_order(staff: Browser) -> None:
    with transaction() as db:
        order_id = ordered(db, [filed().id], firm(db), issued=False)
    here = f"/staff/orders/{order_id}"
    seen = str(value("SELECT change FROM work_orders"))
    assert staff.post(f"{here}/save", seen=seen, contractor="99").status_code == 409
    assert staff.post(f"{here}/save", seen=seen, until="31.3.").status_code == 422
    assert staff.post(f"{here}/save", seen=seen, items="999").status_code == 404
    assert staff.post(f"{here}/link").status_code == 409
    into = staff.post("/staff/orders", numbers=filed("drain", ELSEWHERE).number, into="999")
    assert (into.status_code, "指示書はありません" in into.text) == (404, True)
    for path in ("", "/order.pdf", "/order.xlsx"):
        assert staff.get(f"/staff/orders/999{path}").status_code == 404
        assert staff.get(f"{here}{path}").status_code == 200


def test_what_two_people_type_at_once_stays_on_the_page_of_who_was_slower(staff: Browser) -> None:
    with transaction() as db:
        order_id = ordered(db, [filed().id], firm(db), issued=False)
        (item,) = items_of(db, order_id)
    here, seen = f"/staff/orders/{order_id}", str(value("SELECT change FROM work_orders"))
    typed = {"items": str(item), "remarks": "朝のうちに", f"what-{item}": "二層で埋める"}
    quick = {"items": str(item), "remarks": "夜間", f"what-{item}": "一層で埋める"}
    assert staff.post(f"{here}/save", seen=seen, **quick).is_redirect
    slower = staff.post(f"{here}/save", seen=seen, **typed)
    assert slower.status_code == 409
    for shown in (
        "ほかの人が",
        "朝のうちに",
        "二層で埋める",
        "いま保存されている内容",
        "一層で埋める",
    ):
        assert shown in slower.text
    assert value("SELECT remarks FROM work_orders") == "夜間"
    (now,) = re.findall(r'name="seen" value="([0-9]+)"', slower.text)
    assert staff.post(f"{here}/save", seen=now, **typed).is_redirect
    assert value("SELECT remarks FROM work_orders") == "朝のうちに"
    assert staff.post(f"{here}/save", seen=now, **typed).is_redirect  # the answer was lost
    lines = {f"work-{item}-{turn}": f"作業{turn}" for turn in range(1, 14)}
    many = staff.post(f"{here}/save", seen="9", **typed, **lines | dict.fromkeys(
        (f"unit-{item}-{turn}" for turn in range(1, 14)), "m"
    ))  # fmt: skip
    assert (many.status_code, "12 行まで" in many.text, "作業13" in many.text) == (422, True, True)


def test_the_desk_looks_corrects_accepts_and_ends_it(staff: Browser) -> None:
    one = filed()
    with transaction() as db:
        order_id = ordered(db, [one.id], firm(db), city_checks=True)
        (item,) = items_of(db, order_id)
        line = quantity_of(db, item)
        by = Actor(Role.CONTRACTOR, "小金井土木", order_id=order_id)
        photo = stored_photo(db, None)
        do_item.finish(
            db, order_id, item, by, actual={line: Decimal(3)}, shots=[prove.Shot(photo)], key="k"
        )
    here = f"/staff/orders/{order_id}"
    assert "確認待ち 1" in staff.get("/staff/orders").text
    assert staff.get("/staff/menu.json").json()["badges"]["/staff/orders"] == 1
    assert staff.post(f"{here}/close").status_code == 409
    row = {"id-1": str(line), "work-1": "舗装補修", "unit-1": "m²", "actual-1": "2.5"}
    more = {"work-2": "交通誘導", "unit-2": "人・時間", "actual-2": "1", "yen-2": "3"}
    for _ in range(2):
        measured = staff.post(f"{here}/items/{item}/measured", **row, **more, **{"yen-1": "1,001"})
        assert measured.is_redirect
    assert staff.post(f"{here}/items/{item}/accept", note="直しました", key="a").is_redirect
    assert ticket_of(one).ticket.status == "fixed"
    assert staff.post(f"{here}/close").headers["location"] == f"{here}?done=closed"
    assert "2,505円" in page_of(staff, order_id)
    assert staff.post(f"{here}/cancel", why="x").status_code == 409
    assert "2,505" in staff.get("/staff/orders/sums").text
    lines = staff.get("/staff/orders/sums.csv").text.splitlines()
    assert lines[0].startswith("\ufeff年度,請負業者")
    assert len(lines) == 3
    assert any(one.endswith(",小金井土木株式会社,舗装補修,m²,1001,1,2.5,2502") for one in lines)
    behind = "/staff/orders/sums/list"
    sums = staff.get("/staff/orders/sums").text
    year = value("SELECT fiscal_year FROM work_orders")
    assert f'{behind}?year={year}&amp;kind=pothole">2,505' in sums
    for asked in ({"kind": "pothole"}, {"work": "交通誘導", "unit": "人・時間"}, {"owner": "city"}):
        assert one.number in lines_of(staff, year, asked), asked
    for asked in ({"kind": "drain"}, {"contractor": "99"}, {"owner": "-"}, {"district": "x"}):
        assert one.number not in lines_of(staff, year, asked), asked
    listed = lines_of(staff, year, {"form": "csv"}).splitlines()
    assert len(listed) == 3
    for path in (f"{behind}?year={year}&form=xlsx", f"/staff/orders/sums.xlsx?year={year}"):
        book = zipfile.ZipFile(io.BytesIO(staff.get(path).content))
        sheets = [book.read(name).decode() for name in book.namelist() if "/sheet" in name]
        assert "2502" in "".join(sheets)
        assert "<f>" not in "".join(sheets)


def test_what_crews_used_stands_in_the_sums_of_the_year(staff: Browser) -> None:
    one, year = filed(), fiscal_year(clock.today())
    mix = Material("cold_mix", "常温合材", "袋")
    with transaction() as db:
        done = Done(Outcome.MADE_SAFE, used=[(mix, Decimal("2.5"))], minutes=95)
        report_work(db, one.id, done, CREW)
    sums = staff.get("/staff/orders/sums").text
    assert "作業 1回・作業時間 1時間35分(書かれた 1回)" in sums
    behind = re.search(r'href="(/staff/orders/sums/used[^"]+)">2.5<', sums)
    assert behind
    uses = staff.get(html.unescape(behind[1])).text
    assert one.number in uses
    assert "2.5 袋" in uses
    for nothing in (f"?year={year - 1}", "?material=砂&unit=袋", "?department=緑地課"):
        assert one.number not in staff.get(f"/staff/orders/sums/used{nothing}").text
    assert (
        f"{year},直営(道路管理課),常温合材,袋,,1,2.5," in staff.get("/staff/orders/sums.csv").text
    )
    assert one.number in staff.get("/staff/orders/sums/used?form=csv").text
    for path in ("/staff/orders/sums.xlsx", "/staff/orders/sums/used?form=xlsx"):
        book = zipfile.ZipFile(io.BytesIO(staff.get(path).content))
        assert "常温合材".encode() in book.read("xl/sharedStrings.xml")


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ("?contractor=999999999999999999", 422),
        ("/sums/list?contractor=999999999999999999", 422),
        ("/sums/list?work=%00&kind=%00", 200),
    ],
)
def test_what_no_address_of_ours_asks_for_is_no_trouble(
    staff: Browser, asked: str, status: int
) -> None:
    assert staff.get(f"/staff/orders{asked}").status_code == status


def test_a_contractor_and_its_prices_are_kept(staff: Browser) -> None:
    card = {"key": "=evil", "name": "=SUM(1)", "email": "d@example.jp", "phone": "042"}
    assert staff.post("/staff/contractors/new", **card).status_code == 422
    saved = staff.post("/staff/contractors/new", **card | {"key": "evil"})
    assert saved.headers["location"] == "/staff/contractors?saved=evil"
    assert staff.post("/staff/contractors/new", **card | {"key": "evil"}).status_code == 422
    here = "/staff/contractors/evil"
    lines = {"work-1": "舗装補修", "unit-1": "m²", "yen-1": "4,800", "work-3": "土のう"}
    wrong = staff.post(f"{here}/prices", year="2026", **lines)
    assert (wrong.status_code, "作業と単価の両方" in wrong.text) == (422, True)
    assert 'value="土のう"' in wrong.text
    priced = staff.post(f"{here}/prices", year="2026", **lines | {"yen-3": "90", "unit-3": "袋"})
    assert priced.status_code == 303
    assert rows("SELECT work, yen FROM unit_prices ORDER BY yen") == [
        ("土のう", 90),
        ("舗装補修", 4_800),
    ]
    assert staff.get("/staff/contractors/none").status_code == 404


def test_one_key_is_one_contractor_however_soon_the_second_comes(staff: Browser) -> None:
    one, two = ContractorCard("小金井土木"), ContractorCard("別の会社")
    with ThreadPoolExecutor() as beside, transaction() as db:
        add_contractor(db, "same", one, STAFF)
        later = beside.submit(staff.post, "/staff/contractors/new", key="same", name="別の会社")
        sleep(0.3)
        db.commit()
        answer = later.result()
    assert (answer.status_code, "もう使われています" in answer.text) == (422, True)
    assert rows("SELECT name FROM contractors") == [(one.name,)]
    assert two.name in answer.text


def test_what_residents_said_leaves_the_order_with_them(staff: Browser) -> None:
    one, two = filed(words=WORDS), filed(words="危ないので早く直してください")
    with transaction() as db:
        order_id = ordered(db, [one.id], firm(db), what=f"至急。{WORDS}\n穴を埋める")
        other = ordered(db, [two.id], firm(db))
        quotes = "UPDATE work_order_items SET quotes = ARRAY(SELECT id FROM remarks)"
        db.connection().exec_driver_sql(quotes)
        db.connection().exec_driver_sql("UPDATE remarks SET line_message_id = 'm' || id")
    assert page_of(staff, order_id).count(WORDS) > 1
    assert "危ないので" in page_of(staff, other)
    with transaction() as db:
        erase(db, one.resident_id)
    with transaction() as db:
        unsend(db, two.resident_id, str(value("SELECT line_message_id FROM remarks")))
    after = page_of(staff, order_id)
    assert WORDS not in after
    assert "至急。(消しました)\n穴を埋める" in after
    assert "危ないので" not in page_of(staff, other)


def test_words_leave_also_where_the_ticket_went_on_more_than_once(staff: Browser) -> None:
    one, two, three = filed(words=WORDS), filed(), filed()
    with transaction() as db:
        order_id = ordered(db, [one.id], firm(db), what=WORDS)
        merge(db, one.id, two.number, STAFF)
        merge(db, two.id, three.number, STAFF)
    assert WORDS in page_of(staff, order_id)
    with transaction() as db:
        erase(db, one.resident_id)
    assert WORDS not in page_of(staff, order_id)
