"""What staff say often, edited in the browser: shown, refused, kept, overtaken, brought back."""

from urllib.parse import quote

import pytest
from examples import LONG
from sqlalchemy import text
from web_scene import Browser

from reports.city import profile, versions
from reports.city.versions import Facts
from store.database import transaction

ONE = "/staff/templates/one"
ORDER = "/staff/templates/order"
REMOVE = "/staff/templates/remove"
LOOK = {
    "template": "will_look", "new_key": "will_look", "title": "現場を見に行きます", "use": "note",
    "text_ja": "お知らせいただきありがとうございます。現場を確認します。",
    "text_easy_ja": "教えてくれて ありがとうございます。市の 人が 見に 行きます。",
    "text_en": "Thank you for telling us. We will go and look at the place.",
    "status_inspecting": "yes",
}  # fmt: skip
NEW = {
    "template": "", "new_key": "t0001", "title": "番号のお知らせ", "use": "note",
    "text_ja": "受付番号は {number} です。", "text_en": "Your number is {number}.",
    "category_pothole": "yes", "category_mirror": "yes", "status_fixed": "yes",
}  # fmt: skip
CANNOT_BE = [
    ("text_ja", " ", "「文(日本語)」は使えません。空です"),
    ("text_ja", "いつごろからですか。", "日本語の文が同じ定型文があります"),
    ("text_en", "Look {nummer}", "{nummer} という差し込みはありません"),
    ("text_en", "Look at {place}", "「文(日本語)」に、ほかの言語にある ［場所］ がありません"),
    ("text_en", "One\nTwo", "1行で書いてください"),
    ("text_en", "x" * 501, "500文字までです"),
    ("title", "", "「見出し」は使えません。空です"),
    ("category_hole", "yes", "種類「hole」はありません"),
    ("status_mended", "yes", "状態「mended」はありません"),
    ("more_text", "X", "どの言語の文かを選んでください"),
    ("seen", "x", "画面を開き直して"),
]


def now() -> Facts:
    with transaction() as db:
        return versions.now(db, "templates")


def seen() -> str:
    with transaction() as db:
        last = versions.newest(db, "templates")
    assert last
    return str(last.id)


def look(**changes: str) -> dict[str, str]:
    return LOOK | {"seen": seen()} | changes


def saved(staff: Browser, path: str, **fields: str) -> str:
    """The page after looking; nothing is kept by looking."""
    before = now()
    looked = staff.post(path, **fields)
    assert looked.status_code == 200, looked.text
    assert "まだ保存していません" in looked.text
    assert now() == before
    answer = staff.post(path, do="save", **fields)
    assert answer.status_code == 303, answer.text
    assert "保存しました" in staff.get(answer.headers["location"]).text
    return looked.text


def test_a_template_is_added_changed_and_given_up(staff: Browser) -> None:
    before = now()
    html = saved(staff, ONE, **NEW, seen=seen())
    assert "番号のお知らせ(状態の説明): 受付番号は ［受付番号］ です。" in html
    with transaction() as db:
        made = profile.templates(db)[-1]
    assert (made.categories, made.statuses) == (["pothole", "mirror"], ["fixed"])
    assert made.placeholders == ["number"]
    listed = staff.get("/staff/templates").text
    assert "ない言語: やさしい日本語" in listed
    assert "舗装の穴・段差、カーブミラー" in listed
    changed = NEW | {"template": "t0001", "text_pt": "Seu número: ［受付番号］", "title": "番号"}
    html = saved(staff, ONE, **changed, seen=seen())
    assert "これまでの分も、その言語の人には新しい文で表示されます" in html
    html = staff.get(f"{ONE}?key=t0001").text
    assert "Seu número: ［受付番号］</textarea>" in html
    assert "{number}" not in html
    assert now()[-1]["texts"]["pt"] == "Seu número: {number}"
    assert "まだありません" in html
    assert staff.get(f"{ONE}?use=question").status_code == 200
    html = saved(staff, REMOVE, template="t0001", seen=seen())
    assert "これから日本語で表示されます" in html
    assert now() == before


def test_what_is_not_changed_stays_and_says_so(staff: Browser) -> None:
    before = now()
    assert staff.post(ONE, **look()).headers["location"] == "/staff/templates?same=1"
    html = saved(staff, ONE, **look(use="question"))
    assert "「現場を見に行きます」の使うところ" in html
    assert "statuses" not in now()[0]
    assert now()[1:] == before[1:]


def test_what_cannot_be_is_refused_by_field_with_what_was_typed(staff: Browser) -> None:
    before = now()
    for field, typed, sentence in CANNOT_BE:
        answer = staff.post(ONE, **look(text_easy_ja="のこる ことば") | {field: typed})
        assert answer.status_code == 422, (field, typed)
        assert sentence in answer.text, (field, typed)
        assert "のこる ことば" in answer.text or field == "seen"
    assert staff.post(ONE, **look(template="nothing")).status_code == 404
    assert staff.get(f"{ONE}?key=nothing").status_code == 404
    assert staff.post(REMOVE, template="nothing", seen=seen()).status_code == 404
    assert staff.post(ONE, **NEW | {"new_key": "will_look"}, seen=seen()).status_code == 422
    assert staff.post(ONE, **NEW | {"new_key": "x y"}, seen=seen()).status_code == 422
    assert now() == before


@pytest.mark.long
def test_no_form_is_a_fault_whatever_it_lacks_or_has_besides(staff: Browser) -> None:
    for key in ("", "will_look", "nothing", "\0"):
        assert staff.get(f"{ONE}?key={quote(key)}&use={quote(key)}").status_code in (200, 404)
        for lacks in ("", *LOOK, "use", "seen") if key == "will_look" else ("",):
            for more in ({}, {"text_": "x", "text_\0'": "y", "text_pt": "z", "status_\0": "yes"}):
                fields = {name: each for name, each in look().items() if name != lacks} | more
                for do in ("edit", "look") if LONG else ("look",):
                    answer = staff.post(ONE, **fields | {"template": key, "do": do})
                    assert answer.status_code in (200, 303, 404, 422), (key, lacks, more, do)


def test_who_is_slower_is_told_and_keeps_what_they_typed(staff: Browser) -> None:
    mine = look(text_en="Mine.")
    saved(staff, ONE, **look(text_en="Theirs.", title="見ます", category_tree="yes"))
    answer = staff.post(ONE, do="save", **mine)
    assert answer.status_code == 409
    assert "ほかの人がこの定型文を変えました" in answer.text
    assert "Mine." in answer.text
    assert 'value="見ます"' in answer.text
    assert 'name="category_tree" value="yes" checked' in answer.text
    assert now()[0]["texts"]["en"] == "Theirs."


def test_the_order_is_changed_within_a_use(staff: Browser) -> None:
    notes = [each["key"] for each in now() if each["use"] == "note"]
    asked = [each["key"] for each in now() if each["use"] == "question"]
    order, first = " ".join([*notes, *asked]), seen()
    html = staff.post(ORDER, do=f"up {asked[1]}", order=order, seen=first).text
    assert f'value="{" ".join([*notes, asked[1], asked[0], *asked[2:]])}"' in html
    assert "1番目に動かしました" in html
    wanted = " ".join([*notes, asked[1], asked[0], *asked[2:]])
    html = saved(staff, ORDER, order=wanted, seen=first)
    assert "2番目" in html
    assert [each["key"] for each in now()][len(notes) : len(notes) + 2] == [asked[1], asked[0]]
    assert staff.post(ORDER, do="up nothing", order=order, seen=seen()).status_code == 200


def test_a_version_comes_back_and_all_may_be_given_up(staff: Browser) -> None:
    before, first = now(), seen()
    for each in before:
        staff.post(REMOVE, do="save", template=each["key"], seen=seen())
    assert now() == []
    assert "まだありません" in staff.get("/staff/templates").text
    page = staff.get(f"/staff/city/versions/{first}").text
    assert "この版に戻すと変わるところ" in page
    saved(staff, f"/staff/city/versions/{first}", seen=seen())
    assert now() == before
    assert "定型文" in staff.get("/staff/city/versions").text


def test_only_staff_edit_templates(crew: Browser) -> None:
    for path in ("/staff/templates", ONE, ORDER):
        assert crew.get(path).status_code in (403, 404)
    assert crew.post(ONE, do="save", **look()).status_code in (403, 404)


def test_templates_of_before_are_read_as_they_are(staff: Browser) -> None:
    with transaction() as db:
        db.execute(text("UPDATE templates SET facts = facts - 'statuses' - 'categories'"))
    assert staff.get("/staff/templates").status_code == 200
    assert staff.get(f"{ONE}?key=mended").status_code == 200
