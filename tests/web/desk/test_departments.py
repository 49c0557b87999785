"""The cards of departments and other authorities: a list, a form, refusals."""

from typing import Any

from sqlalchemy import text
from web_scene import Browser

from store.database import transaction

NEW = "/staff/departments/new"
OFFICE = "東京都北多摩南部建設事務所"
KEY = "tokyo_kitatama_south"


def sql(statement: str) -> Any:
    with transaction() as db:
        done = db.connection().execute(text(statement))
        return done.scalar() if done.returns_rows else None


CARD = {
    "name": "東京都建設事務所",
    "name_en": "Tokyo office",
    "inside": "no",
    "phone": "042-000-0999",
    "contact": "案内",
    "url": "",
    "email": "to@example.jp",
    "tell_by": "email",
    "silent_days": "7",
}
CANNOT_BE = [
    ("name", " ", "名前を 80 文字以内"),
    ("phone", "1" * 41, "電話番号を 40 文字以内"),
    ("phone", "なし", "半角の数字"),
    ("email", "nobody", "name@example.jp の形"),
    ("email", "", "必ず要ります"),
    ("email", "a@b.jp\r\nBcc: c@d.jp", "name@example.jp の形"),
    ("silent_days", "0", "1 から 250 まで"),
    ("silent_days", "９", "1 から 250 まで"),
    ("tell_by", "fax", "連絡のしかた"),
    ("url", "javascript:alert(1)", "https:// で始まる"),
    ("url", "https://", "https:// で始まる"),
]


def test_a_card_is_edited_and_says_by_whom(staff: Browser) -> None:
    address = f"/staff/departments/{KEY}"
    assert "市のファイルから読み込んだまま" in staff.get(address).text
    answer = staff.post(address, **CARD)
    assert "「東京都建設事務所」を保存しました" in staff.get(answer.headers["location"]).text
    html = staff.get(address).text
    assert "佐藤 恵 さんが変えました" in html
    assert 'value="to@example.jp"' in html


def test_the_pages_lead_to_what_a_department_has_on_the_web(staff: Browser) -> None:
    sql("UPDATE departments SET url = 'https://www.city.example.jp/roads?a=1&b=2' WHERE inside")
    sql("UPDATE departments SET url = 'javascript:alert(1)' WHERE NOT inside")
    for path in ("/staff/departments", "/staff/departments/road"):
        html = staff.get(path).text
        assert 'href="https://www.city.example.jp/roads?a=1&amp;b=2"' in html
        assert 'href="javascript:' not in html


def test_a_card_that_cannot_be_is_refused_with_what_was_typed(staff: Browser) -> None:
    for field, typed, sentence in CANNOT_BE:
        answer = staff.post(f"/staff/departments/{KEY}", **(CARD | {field: typed}))
        assert (answer.status_code, sentence in answer.text) == (422, True), (field, typed)
        assert "案内" in answer.text
    assert OFFICE in staff.get("/staff/departments").text


def test_a_department_with_a_crew_stays_inside(staff: Browser) -> None:
    answer = staff.post("/staff/departments/trees", **CARD)
    assert "入れ替えられません" in answer.text


def test_a_new_authority_has_a_key_of_its_own(staff: Browser) -> None:
    new = "/staff/departments/new"
    assert "記号は、英小文字" in staff.post(new, key="Rail Way", **CARD).text
    assert "もう使われています" in staff.post(new, key="road", **CARD).text
    assert staff.post(new, key="railway", **CARD).status_code == 303
    assert sql("SELECT edited_by FROM departments WHERE key = 'railway'") == "佐藤 恵"


def test_a_new_name_is_no_other_departments(staff: Browser) -> None:
    taken = CARD | {"name": "道路 管理課"}
    for address, more in ((f"/staff/departments/{KEY}", {}), (NEW, {"key": "railway"})):
        answer = staff.post(address, **taken, **more)
        assert (answer.status_code, "もうあります" in answer.text) == (422, True)
    sql("UPDATE departments SET name = '道路管理課' WHERE key = 'waste'")
    as_it_was = CARD | {"name": "道路管理課", "inside": "yes"}
    assert staff.post("/staff/departments/waste", **as_it_was).status_code == 303


def test_an_unknown_department_is_no_page(staff: Browser) -> None:
    assert staff.get("/staff/departments/nobody").status_code == 404
    assert staff.post("/staff/departments/nobody", **CARD).status_code == 404


def test_a_key_that_is_no_text_is_no_department(staff: Browser) -> None:
    assert staff.get("/staff/departments/%00").status_code == 404
    assert staff.post("/staff/departments/%00", **CARD).status_code == 404
