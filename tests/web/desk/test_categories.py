"""The kinds of road problems, edited in the browser: shown, refused, kept, overtaken, brought
back."""

from typing import Any

from sqlalchemy import text
from web_scene import Browser, filed, ticket_of

from reports.city import profile, versions
from reports.city.hint_text import as_text, words_as_text
from reports.city.versions import Facts
from reports.routing import versions as rule_versions
from store.database import transaction

KIND = "/staff/categories/kind"
ORDER = "/staff/categories/order"
RETIRE = "/staff/categories/retire"
POTHOLE = {
    "kind": "pothole", "name_ja": "舗装の穴・段差", "name_easy_ja": "みちの あな・でこぼこ",
    "name_en": "Pothole, bump", "icon": "🕳️", "department": "road", "deadline_days": "3",
    "urgent_deadline_days": "1", "urgent": "no", "radius_m": "30",
}  # fmt: skip
ICE = {
    "kind": "", "new_key": "ice", "name_ja": "凍結", "icon": "❄️", "department": "road",
    "deadline_days": "１", "urgent": "yes", "radius_m": "50", "hints": "凍っ、凍結\n\nつるつる",
}  # fmt: skip
CANNOT_BE = [
    ("name_ja", " ", "「名前(日本語)」は使えません。空です"),
    ("name_en", "Traffic mirror", "「名前(English)」名前が同じ種類があります"),
    ("deadline_days", "251", "「期限」は使えません。250 以下です"),
    ("deadline_days", "三", "「期限」は使えません。整数で書いてください"),
    ("urgent_deadline_days", "-1", "「緊急のときの期限」は使えません。0 以上です"),
    ("radius_m", "0", "「同じ場所とみなす距離」は使えません。0 より大きい数です"),
    ("icon", "", "「絵」は使えません。空です"),
    ("department", "parks", "「担当課のめやす」担当課「parks」はありません"),
    ("hints", "木\n重み: 10", "「見分けることば」"),
    ("more_name", "X", "どの言語の名前かを選んでください"),
    ("seen", "x", "画面を開き直して"),
]


def now(part: versions.Part = "categories") -> Facts:
    with transaction() as db:
        return versions.now(db, part)


def seen(part: versions.Part = "categories") -> str:
    with transaction() as db:
        last = versions.newest(db, part)
    assert last
    return str(last.id)


def hints(key: str = "pothole") -> dict[str, str]:
    """The two fields of hints as the form shows them."""
    with transaction() as db:
        entry = next(each for each in versions.now(db, "categories") if each["key"] == key)
    return {"hints": as_text(entry["hints"]), "but_not": words_as_text(entry["but_not"])}


def pothole(**changes: str) -> dict[str, str]:
    return POTHOLE | hints() | {"seen": seen()} | changes


def saved(staff: Browser, path: str, **fields: str) -> str:
    """The page after looking and saving; nothing is kept by looking."""
    before = now()
    looked = staff.post(path, **fields)
    assert looked.status_code == 200, looked.text
    assert "まだ保存していません" in looked.text
    assert now() == before
    answer = staff.post(path, do="save", **fields)
    assert answer.status_code == 303, answer.text
    assert "保存しました" in staff.get(answer.headers["location"]).text
    return looked.text


def test_a_kind_is_changed_after_it_was_shown_what_that_does(staff: Browser) -> None:
    one = filed("pothole")
    due = ticket_of(one).ticket.deadline
    html = saved(staff, KIND, **pothole(deadline_days="5", name_en="Hole", name_zh="坑洞"))
    assert "期限は 3開庁日 → 5開庁日。いま終わっていない 1件の期限は変わりません" in html
    assert "名前(中文)" in html
    with transaction() as db:
        kind = profile.categories(db)["pothole"]
        made = versions.newest(db, "categories")
    assert (kind.deadline_days, kind.name("en"), kind.name("zh")) == (5, "Hole", "坑洞")
    assert made is not None
    assert (made.made_by, made.from_file) == ("佐藤 恵", False)
    assert "舗装の穴・段差の期限: 3開庁日 → 5開庁日" in made.note
    assert ticket_of(one).ticket.deadline == due


def test_what_is_not_changed_stays_as_the_file_had_it(staff: Browser) -> None:
    before = now()
    answer = staff.post(KIND, **pothole())
    assert answer.headers["location"] == "/staff/categories?same=1"
    saved(staff, KIND, **pothole(radius_m="25.5"))
    assert now() == [before[0] | {"radius_m": 25.5}, *before[1:]]


def test_what_cannot_be_is_refused_by_field_with_what_was_typed(staff: Browser) -> None:
    before = now()
    for field, typed, sentence in CANNOT_BE:
        answer = staff.post(KIND, **pothole(name_easy_ja="のこる ことば") | {field: typed})
        assert answer.status_code == 422, (field, typed)
        assert sentence in answer.text, (field, typed)
        assert "のこる ことば" in answer.text or field == "seen"
    assert staff.post(KIND, **pothole(kind="nothing")).status_code == 404
    assert staff.get(f"{KIND}?key=nothing").status_code == 404
    assert now() == before


def test_who_is_slower_is_told_and_keeps_what_they_typed(staff: Browser) -> None:
    mine = pothole(name_en="Mine", icon="🚧")
    saved(staff, KIND, **pothole(name_en="Theirs", deadline_days="7"))
    answer = staff.post(KIND, do="save", **mine)
    assert answer.status_code == 409
    assert "ほかの人がこの種類を変えました" in answer.text
    assert "7開庁日" in answer.text
    assert 'value="Mine"' in answer.text
    assert 'name="deadline_days" inputmode="numeric" maxlength="8" value="7"' in answer.text
    again = mine | {"deadline_days": "7", "seen": seen()}
    assert staff.post(KIND, do="save", **again).status_code == 303
    assert (now()[0]["names"]["en"], now()[0]["deadline_days"]) == ("Mine", 7)


def test_a_change_of_another_kind_is_told_before_mine_is_saved(staff: Browser) -> None:
    mine = pothole(deadline_days="4")
    saved(staff, KIND, **pothole(kind="mirror", **_form_of("mirror"), deadline_days="9"))
    answer = staff.post(KIND, do="save", **mine)
    assert answer.status_code == 409
    assert "佐藤 恵 さんが次のことを変えました" in answer.text
    assert "カーブミラーの期限" in answer.text
    saved(staff, KIND, **mine | {"seen": seen()})
    assert [each["deadline_days"] for each in now() if each["key"] in ("pothole", "mirror")] == [
        4,
        9,
    ]


def _form_of(key: str) -> dict[str, str]:
    entry = next(each for each in now() if each["key"] == key)
    names = {f"name_{language}": name for language, name in entry["names"].items()}
    facts: dict[str, Any] = {name: entry[name] for name in ("icon", "department")}
    days = {"urgent_deadline_days": str(entry["urgent_deadline_days"])}
    return names | facts | days | hints(key)


def test_a_new_kind_is_offered_and_named_by_its_words_at_once(staff: Browser) -> None:
    html = saved(staff, KIND, **ICE, seen=seen())
    assert "名指しする振り分け規則はまだありません" in html
    with transaction() as db:
        offered = profile.offered(db)
        assert "ice" in rule_versions.known(db).categories
    assert [*offered][-1] == "ice"
    assert (offered["ice"].urgent, offered["ice"].radius_m) == (True, 50)
    assert [hint.words for hint in offered["ice"].hints] == [("凍っ", "凍結"), ("つるつる",)]
    assert "凍結" in staff.get("/staff/").text
    assert staff.post(KIND, do="save", **ICE, seen=seen()).headers["location"].endswith("same=1")
    for key, sentence in (("Ice!", "英小文字で始まる"), ("mirror", "もう使われています")):
        refused = staff.post(KIND, **ICE | {"new_key": key, "name_ja": "別", "seen": seen()})
        assert (refused.status_code, sentence in refused.text) == (422, True), key


def test_the_order_is_tried_first_and_then_saved(staff: Browser) -> None:
    html = staff.get(ORDER).text
    order = html.partition('name="order" value="')[2].partition('"')[0]
    moved = staff.post(ORDER, order=order, seen=seen(), do="down pothole").text
    new = moved.partition('name="order" value="')[2].partition('"')[0]
    assert new.split()[:2] == ["sidewalk", "pothole"]
    assert "2番目に動かしました" in moved
    assert now()[0]["key"] == "pothole"
    looked = saved(staff, ORDER, order=new, seen=seen())
    assert "の順番</b>" in looked
    with transaction() as db:
        assert [*profile.categories(db)] == new.split()
    for strange in ("", "nothing at all", "pothole " * 40, new):
        for do in ("up x", "edit pothole"):
            assert staff.post(ORDER, order=strange, seen=seen(), do=do).status_code == 200


def test_a_retired_kind_is_offered_no_more_and_its_tickets_keep_it(staff: Browser) -> None:
    one = filed("animal")
    html = saved(staff, RETIRE, kind="animal", retired="yes", seen=seen())
    assert "いま終わっていない 1件も、これまでの受付票も、この種類のままです" in html
    assert "名指しする振り分け規則 1行は残り" in html
    with transaction() as db:
        assert "animal" not in profile.offered(db)
    assert "動物の死骸" in staff.get(f"/staff/tickets/{one.number}").text
    assert "やめた種類 1件" in staff.get("/staff/categories").text
    saved(staff, RETIRE, kind="animal", retired="no", seen=seen())
    with transaction() as db:
        assert "animal" in profile.offered(db)


def test_the_last_kind_that_is_offered_stays(staff: Browser) -> None:
    with transaction() as db:
        kinds = versions.now(db, "categories")
        only = [kinds[0], *(each | {"retired": True} for each in kinds[1:])]
        versions.keep(db, "categories", only, by="佐藤 恵", note="")
    answer = staff.post(RETIRE, kind=kinds[0]["key"], retired="yes", seen=seen())
    assert (answer.status_code, "ほかに選べる種類がない" in answer.text) == (422, True)


def test_a_version_comes_back_with_what_has_come_since_retired(staff: Browser) -> None:
    first, before = seen(), now()
    saved(staff, KIND, **ICE, seen=seen())
    saved(staff, KIND, **pothole(deadline_days="9"))
    page = staff.get(f"/staff/city/versions/{first}").text
    assert "9開庁日" in page
    assert "凍結の新しい通報での扱い" in page
    answer = staff.post(f"/staff/city/versions/{first}", do="save", seen=seen())
    assert answer.headers["location"] == "/staff/categories?saved=1"
    assert [each for each in now() if each["key"] != "ice"] == before
    assert now()[-1]["retired"] is True
    listed = staff.get("/staff/city/versions").text
    assert f"第{first}版に戻す" in listed
    assert staff.get(f"/staff/city/versions/{seen()}").text.count("使用中") == 1
    assert staff.get("/staff/city/versions/2147483647").status_code == 404


def test_only_staff_of_the_city_come_here(crew: Browser) -> None:
    for path in ("/staff/categories", KIND, ORDER, "/staff/city", "/staff/city/days",
                 "/staff/city/versions"):  # fmt: skip
        assert crew.get(path).status_code == 403
    assert crew.post(RETIRE, kind="animal", retired="yes", seen=seen()).status_code == 403


def test_without_a_city_the_pages_say_what_to_do(staff: Browser) -> None:
    with transaction() as db:
        db.execute(text("DELETE FROM city_versions"))
    for path in ("/staff/categories", "/staff/city", "/staff/city/days"):
        answer = staff.get(path)
        assert (answer.status_code, "市のファイルを読み込むと" in answer.text) == (404, True)
