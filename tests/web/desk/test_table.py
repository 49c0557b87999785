"""The list saved: what each form holds, in the list's order, with the columns that were chosen, and
what takes a while."""

import csv
import io
import json
import re
import zipfile
from collections.abc import Callable
from dataclasses import replace

import openpyxl
import pypdfium2
import pytest
from townsfolk import rows, value
from web_scene import PASSWORD, Browser, filed
from workshop import work_off

from reports.documents.exports import forms, kept
from reports.documents.exports import rows as pages
from reports.documents.exports.columns import COLUMNS
from reports.people.accounts import create_user
from reports.people.permissions import MAY, Do, Role, Whose
from reports.privacy.erase import erase
from reports.privacy.unsend import unsend
from store.database import transaction
from web.desk.table.conditions import SAYS
from web.maps.filters import Filters
from workers import exports
from workers.clock import tidy


def table(staff: Browser, query: str = "") -> list[dict[str, str]]:
    answer = staff.get(f"/staff/tickets.csv?{query}")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert "attachment" in answer.headers["content-disposition"]
    assert answer.content.startswith(b"\xef\xbb\xbf")
    assert answer.content.endswith(b"\r\n")
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


def test_a_ticket_is_a_line_with_its_facts_and_no_words_of_residents(staff: Browser) -> None:
    one = filed(words="山田です。うちの前です", pictures=1)
    rows("UPDATE tickets SET owner = 'city', received_at = '2026-11-02 23:05+09'")
    (line,) = table(staff)
    assert (line["受付番号"], line["状態"], line["種類"]) == (one.number, "受付", "舗装の穴・段差")
    assert (line["緯度"], line["経度"]) == ("35.7015", "139.5246")
    assert (line["道路管理者"], line["担当課"]) == ("市", "道路管理課")
    assert (line["受付"], line["終了"], line["写真"]) == ("2026-11-02 23:05", "", "あり")
    assert line["受付票"].endswith(f"/staff/tickets/{one.number}")
    assert "山田" not in str(line)


def test_it_is_the_list_with_its_conditions_in_its_order(
    staff: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "AT_ONCE", 2)
    made = [filed("tree" if turn % 2 else "pothole", urgent=turn == 3) for turn in range(5)]
    rows("UPDATE tickets SET status = 'fixed', closed_at = now() WHERE id = :id", id=made[0].id)
    for query in ("", "category=tree", "status=all", "urgent=yes", "status=fixed"):
        shown = staff.get(f"/staff/tickets.geojson?{query}").json()["features"]
        numbers = [each["properties"]["number"] for each in shown]
        assert [line["受付番号"] for line in table(staff, query)] == numbers
        assert numbers


@pytest.mark.parametrize("name", ["=1+1", "＝1+1", "+1", "－1", "@x", " =1", "\t=1"])
def test_no_name_is_carried_out(staff: Browser, name: str) -> None:
    filed()
    rows("UPDATE tickets SET place_name = :name", name=name)
    assert table(staff)[0]["場所"] == f"'{name}"


def test_lines_and_commas_in_a_cell_stay_in_it(staff: Browser) -> None:
    filed()
    rows("UPDATE tickets SET place_name = :name", name='本町,"六"\n丁目')
    assert table(staff)[0]["場所"] == '本町,"六"\n丁目'


def at_most(monkeypatch: pytest.MonkeyPatch, form: str, **limits: int) -> None:
    monkeypatch.setitem(forms.FORMS, form, replace(forms.FORMS[form], **limits))  # type: ignore[arg-type]


def test_too_many_are_refused_with_a_reason(
    staff: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_most(monkeypatch, "csv", most=1)
    at_most(monkeypatch, "pdf", most=1)
    filed()
    assert len(table(staff)) == 1
    filed()
    for address in ("/staff/tickets.csv", "/staff/table/file?form=pdf"):
        answer = staff.get(address)
        assert (answer.status_code, "条件を絞って" in answer.text) == (422, True)


WANTED = "column=number&column=place"


def saved(staff: Browser, form: str, query: str = "") -> bytes:
    answer = staff.get(f"/staff/table/file?form={form}&{query}")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == forms.FORMS[form].media_type
    assert f".{form}" in answer.headers["content-disposition"]
    assert answer.headers["cache-control"] == "no-store"
    return answer.content


def test_every_form_has_the_tickets_of_the_list_and_the_columns_chosen(staff: Browser) -> None:
    ours, other = filed("tree", pictures=1, words="山田です"), filed("pothole")
    lines = saved(staff, "csv", f"{WANTED}&category=tree").decode("utf-8-sig").splitlines()
    assert (lines[0], len(lines)) == ("受付番号,場所", 2)
    (point,) = json.loads(saved(staff, "geojson", f"{WANTED}&category=tree"))["features"]
    assert (point["properties"]["受付番号"], len(point["properties"])) == (ours.number, 2)
    assert point["geometry"] == {"type": "Point", "coordinates": [139.5246, 35.7015]}
    with zipfile.ZipFile(io.BytesIO(saved(staff, "xlsx", f"{WANTED}&category=tree"))) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert [one.number in sheet for one in (ours, other)] == [True, False]
    with pypdfium2.PdfDocument(saved(staff, "pdf", "category=tree")) as document:
        text = "".join(page.get_textpage().get_text_bounded() for page in document)
    assert [words in text for words in (ours.number, "種類: 街路樹・倒木・草")] == [True, True]
    assert "山田" not in text + sheet


def test_words_of_residents_are_in_it_only_where_they_were_chosen(staff: Browser) -> None:
    one = filed(words="=山田です\nうちの前です", place_hint="赤い屋根の家の前")
    query = "column=number&column=words&column=hints"
    (line,) = csv.DictReader(io.StringIO(saved(staff, "csv", query).decode("utf-8-sig")))
    assert line["通報した人の言葉"] == "'=山田です\nうちの前です"
    assert line["通報した人の場所の説明"] == "赤い屋根の家の前"
    rows("UPDATE reports SET withdrawn_at = now() WHERE ticket_id = :id", id=one.id)
    assert "山田" not in saved(staff, "csv", query).decode()
    page = staff.get("/staff/table").text
    for column in ("words", "hints"):
        (box,) = re.findall(f'<input type="checkbox" name="column" value="{column}"[^>]*>', page)
        assert " checked" not in box


def test_the_page_says_the_conditions_and_keeps_what_its_address_chose(staff: Browser) -> None:
    filed("tree", urgent=True)
    filed()
    page = staff.get(f"/staff/table?category=tree&urgent=yes&form=geojson&{WANTED}").text
    assert "1件</b> 状態: 未完了すべて、種類: 街路樹・倒木・草、緊急だけ" in page
    assert '<input type="hidden" name="urgent" value="yes">' in page
    assert re.findall(r'value="(\w+)" data-usual="\w*" checked', page) == ["number", "place"]
    assert re.search(r'value="geojson" checked', page)


@pytest.mark.parametrize(
    "query",
    [
        "form=doc",
        "form=csv&column=secret",
        f"form=csv&column={'x' * 5000}",
        "form=xlsx&status=" + "x" * 99,
        "form=csv&q=%00",
    ],
)
def test_what_cannot_be_asked_for_is_refused(staff: Browser, query: str) -> None:
    assert staff.get(f"/staff/table/file?{query}").status_code == 422
    assert staff.post(f"/staff/table/files?{query}", key="1").status_code == 422


@pytest.fixture
def large(staff: Browser, monkeypatch: pytest.MonkeyPatch) -> Callable[[], str]:
    """Asks for a file of three tickets where one is what is made at once; gives its page."""
    at_most(monkeypatch, "xlsx", at_once=1)
    for _ in range(3):
        filed("tree", words="山田です")

    def ask() -> str:
        offer = staff.get(f"/staff/table/file?form=xlsx&{WANTED}&column=words&category=tree")
        assert "content-disposition" not in offer.headers
        (action,) = re.findall(r'action="(/staff/table/files[^"]+)"', offer.text)
        (key,) = re.findall(r'name="key" value="([^"]+)"', offer.text)
        pages = [staff.post(action.replace("&amp;", "&"), key=key) for _ in range(2)]
        assert [page.status_code for page in pages] == [303, 303]
        assert len({page.headers["location"] for page in pages}) == 1
        return pages[0].headers["location"]

    return ask


def test_what_takes_a_while_is_made_by_a_worker_for_who_asked(
    staff: Browser, crew: Browser, large: Callable[[], str], come_in: Callable[[str], Browser]
) -> None:
    address = large()
    filed("tree")  # what came since is not in it
    before = staff.get(f"{address}/progress").json()
    assert before == {"state": "waiting", "done": 0, "total": 3, "ahead": 0, "size": "0 KB"}
    assert staff.get(f"{address}/file").status_code == 404
    assert "現在 0件目 / 3件" in staff.get(address).text
    assert work_off("make_export") == 1
    assert staff.get(f"{address}/progress").json()["state"] == "done"
    assert "できました" in staff.get(address).text
    answer = staff.get(f"{address}/file")
    assert (answer.status_code, len(answer.content)) == (200, int(answer.headers["content-length"]))
    with zipfile.ZipFile(io.BytesIO(answer.content)) as book:
        assert book.read("xl/worksheets/sheet1.xml").decode().count("山田です") == 3
    assert f'href="{address}"' in staff.get("/staff/table").text
    with transaction() as db:
        create_user(db, name="kato", shown_name="加藤", password=PASSWORD, role="staff")
    colleague = come_in("kato")
    for path in ("", "/progress", "/file"):
        assert colleague.get(f"{address}{path}").status_code == 404
        assert crew.get(f"{address}{path}").status_code == 403
    assert rows("SELECT FROM export_ids") == []


def test_a_file_goes_after_a_day(staff: Browser, large: Callable[[], str]) -> None:
    address = large()
    work_off("make_export")
    rows("UPDATE exports SET made_at = now() - interval '23 hours'")
    tidy()
    assert staff.get(f"{address}/file").status_code == 200
    rows("UPDATE exports SET made_at = now() - interval '25 hours'")
    tidy()
    assert staff.get(f"{address}/file").status_code == 404
    assert rows("SELECT FROM export_parts") == []


def test_a_file_with_words_goes_when_somebody_is_erased(
    staff: Browser, large: Callable[[], str]
) -> None:
    address = large()
    work_off("make_export")
    for columns, status in (("[]", 200), ('["number", "words"]', 404)):
        rows(
            "UPDATE exports SET asked = jsonb_set(asked, '{columns}', CAST(:it AS jsonb))",
            it=columns,
        )
        somebody = filed()
        with transaction() as db:
            erase(db, somebody.resident_id)
        assert staff.get(f"{address}/file").status_code == status


def test_a_file_with_words_goes_when_somebody_takes_theirs_back(
    staff: Browser, large: Callable[[], str]
) -> None:
    address, somebody = large(), filed(words="山田です")
    work_off("make_export")
    assert staff.get(f"{address}/file").status_code == 200
    rows("UPDATE remarks SET line_message_id = 'm1' WHERE id = (SELECT max(id) FROM remarks)")
    with transaction() as db:
        unsend(db, somebody.resident_id, "m1")
    assert staff.get(f"{address}/file").status_code == 404
    assert rows("SELECT FROM export_parts") == []


@pytest.mark.usefixtures("database_url")
def test_the_database_knows_which_columns_are_personal() -> None:
    ((source,),) = rows("SELECT prosrc FROM pg_proc WHERE proname = 'michi_forget_exports'")
    (known,) = re.findall(r"array\[(.*?)\]", source)
    personal = {key for key, column in COLUMNS.items() if column.is_personal}
    assert set(re.findall(r"'(\w+)'", known)) == personal


def test_three_files_may_wait_and_one_that_fails_says_so(
    staff: Browser, large: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = [large() for _ in range(3)]
    assert staff.get(f"{asked[2]}/progress").json()["ahead"] == 2
    with pytest.raises(AssertionError):
        large()
    monkeypatch.setattr(exports, "SECONDS", -1)
    assert work_off("make_export") == 3
    assert staff.get(f"{asked[0]}/progress").json()["state"] == "failed"
    assert "作れませんでした" in staff.get(asked[0]).text


def test_of_one_person_the_oldest_made_files_go(
    staff: Browser, large: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept, "MOST_KEPT", 2)
    made = []
    for _ in range(4):
        made.append(large())
        work_off("make_export")
    answers = [staff.get(f"{address}/file").status_code for address in made]
    assert answers == [404, 200, 200, 200]
    assert value("SELECT count(DISTINCT export_id) FROM export_parts") == 3


def test_a_file_that_the_version_before_was_asked_for_is_made(
    staff: Browser, large: Callable[[], str]
) -> None:
    address = large()
    rows(
        "WITH taken AS (DELETE FROM export_ids RETURNING *) UPDATE exports SET ids = taken.ids"
        " FROM taken WHERE exports.id = export_id"
    )
    work_off("make_export")
    book = openpyxl.load_workbook(io.BytesIO(staff.get(f"{address}/file").content))
    assert len([*book["受付票"].rows]) == 4


def test_words_are_saved_by_who_may_and_the_audit_log_has_it(
    staff: Browser, come_in: Callable[[str], Browser], monkeypatch: pytest.MonkeyPatch
) -> None:
    filed(words="山田です")
    with transaction() as db:
        create_user(
            db, name="kato", shown_name="加藤", password=PASSWORD, role="department",
            department_key="road",
        )  # fmt: skip
    theirs, query = come_in("kato"), "form=csv&column=number&column=words"
    rows("UPDATE tickets SET department_id = (SELECT max(id) FROM departments WHERE key <> 'road')")
    refused = theirs.get(f"/staff/table/file?{query}")
    assert (refused.status_code, "自分の課と担当課未定" in refused.text) == (422, True)
    assert theirs.get("/staff/table/file?form=csv&column=number").status_code == 200
    rows("UPDATE tickets SET department_id = NULL")
    assert "山田" in theirs.get(f"/staff/table/file?{query}").text
    assert staff.get(f"/staff/table/file?{query}").status_code == 200
    logged = rows("SELECT user_id, new FROM audit WHERE what = 'list with words' ORDER BY id")
    assert [one.new for one in logged] == [{"form": "csv", "columns": ["words"], "tickets": 1}] * 2
    made = theirs.post(f"/staff/table/files?{query}", key="k").headers["location"]
    assert work_off("make_export") == 1
    assert "山田" in theirs.get(f"{made}/file").text
    assert staff.get(f"{made}/file").status_code == 404
    monkeypatch.setitem(MAY, Role.DEPARTMENT, {Do.EXPORT: Whose.ANYBODYS, Do.DESK: Whose.ANYBODYS})
    assert theirs.get(f"{made}/file").status_code == 403
    assert theirs.get(f"/staff/table/file?{query}").status_code == 403
    assert "通報した人の言葉" not in theirs.get("/staff/table").text


def test_form_and_columns_stay_with_the_person_and_with_a_kept_view(
    staff: Browser, come_in: Callable[[str], Browser]
) -> None:
    def chosen_at(who: Browser, query: str = "") -> tuple[str, list[str]]:
        page = who.get(f"/staff/table?{query}").text
        (form,) = re.findall(r'name="form" value="(\w+)" checked', page)
        return form, re.findall(r'value="(\w+)" data-usual="\w*" checked', page)

    mine = {"form": "gpkg", "columns": "number,status,words"}
    assert staff.post("/staff/table/choice", **mine).status_code == 204
    assert chosen_at(staff) == ("gpkg", ["number", "status"])
    assert chosen_at(staff, f"form=csv&{WANTED}") == ("csv", ["number", "place"])
    staff.post("/staff/views", name="木", query="category=tree")
    (view,) = rows("SELECT id FROM saved_views")
    assert "「木」に覚えさせる" in staff.get("/staff/table?category=tree").text
    of_view = {"form": "parquet", "columns": "number,lat", "view": str(view.id)}
    assert staff.post("/staff/table/choice", **of_view).status_code == 303
    assert chosen_at(staff, "category=tree") == ("parquet", ["number", "lat"])
    assert chosen_at(staff) == ("gpkg", ["number", "status"])
    with transaction() as db:
        create_user(db, name="kato", shown_name="加藤", password=PASSWORD, role="staff")
    other = come_in("kato")
    assert other.post("/staff/table/choice", **of_view).status_code == 404
    assert chosen_at(other, "category=tree")[0] == "xlsx"
    for wrong in ({"form": "doc"}, {"form": "csv", "columns": "secret"}):
        assert staff.post("/staff/table/choice", **wrong).status_code == 422


def test_an_order_and_a_patrol_lead_to_their_tickets(staff: Browser) -> None:
    ours, other = filed(), filed()
    rows("UPDATE tickets SET status = 'fixed', closed_at = now() WHERE id = :id", id=ours.id)
    rows("INSERT INTO work_orders (fiscal_year, serial) VALUES (2026, 7)")
    rows("INSERT INTO work_order_items (order_id, ticket_id, place) SELECT 1, :id, 1", id=ours.id)
    rows(
        "INSERT INTO patrols (kind, by_name, began_at, signed_at, ended_at, ended_by,"
        " department_id, key)"
        " SELECT 'usual', '班', '2026-11-20 09:00+09', now(), now(), 'crew', min(id), 'once'"
        " FROM departments"
    )
    rows(
        "INSERT INTO patrol_finds (report_id, patrol_id, at, seen_again, is_fixed)"
        " SELECT id, (SELECT max(id) FROM patrols), now(), false, false FROM reports"
        " WHERE ticket_id = :id",
        id=other.id,
    )
    (patrol,) = rows("SELECT id FROM patrols")
    (order,) = rows("SELECT id FROM work_orders")
    for query, one in ((f"order={order.id}", ours), (f"patrol={patrol.id}", other)):
        lines = table(staff, f"{query}&status=all")
        assert [line["受付番号"] for line in lines] == [one.number]
    assert (
        f"/staff/table?order={order.id}&amp;status=all"
        in staff.get(f"/staff/orders/{order.id}").text
    )
    assert (
        f"/staff/table?patrol={patrol.id}&amp;status=all"
        in staff.get(f"/staff/patrols/{patrol.id}").text
    )
    page = staff.get(f"/staff/table?patrol={patrol.id}&status=all").text
    assert "巡回: 2026年11月20日(金) 09:00" in page


def test_only_staff_have_it(crew: Browser, staff: Browser) -> None:
    filed()
    assert crew.get("/staff/tickets.csv").status_code == 403
    assert len(table(staff, "q=nowhere")) == 0


def test_every_condition_has_its_words() -> None:
    assert set(Filters.model_fields) == set(SAYS)
