"""What happens to the data: read by everybody in their language, written at the desk."""

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import delete, select
from starlette.testclient import TestClient
from web_scene import PAGE, Browser

from geo.gis_import.city_files import BadFile
from reports.city.models import TermsText
from reports.load_city import load_terms
from settings import ROOT
from store.database import transaction
from web.kit.languages import ordered, preferred, tag
from web.kit.markdown import as_html, title_of

SAMPLE = ROOT / "local" / "sample_city"


def text(language: str = "ja") -> TermsText:
    with transaction() as db:
        found = db.scalars(select(TermsText).where(TermsText.language == language)).one()
        db.expunge(found)
        return found


def seen(staff: Browser, language: str = "ja") -> str:
    page = staff.get(f"/staff/terms?lang={language}").text
    return page.partition('name="seen" value="')[2].partition('"')[0]


def test_the_sample_city_says_it_in_three_languages(stranger: TestClient) -> None:
    for language, said in (
        ("ja", "わたしのデータを消して"),
        ("easy_ja", "あなたが おくった"),
        ("en", "Unsend a message in LINE"),
    ):
        page = stranger.get(f"/terms?lang={language}").text
        assert said in page
        assert f'<html lang="{tag(language)}">' in page
        for other in ("日本語", "やさしい日本語", "English"):
            assert other in page


@pytest.mark.parametrize(
    ("accept", "heading"),
    [
        ("", "送っていただいた情報の取り扱い"),
        ("en-GB,en;q=0.9,ja;q=0.5", "What happens to what you send"),
        ("fr, ja;q=0.2, en;q=0.1", "送っていただいた情報の取り扱い"),
        ("de", "送っていただいた情報の取り扱い"),
    ],
)
def test_the_browser_chooses_the_language_and_japanese_comes_first(
    stranger: TestClient, accept: str, heading: str
) -> None:
    answer = stranger.get("/terms?lang=unknown", headers={"accept-language": accept})
    assert f"<h1>{heading}</h1>" in answer.text
    assert "Accept-Language" in answer.headers["vary"]


def test_a_city_without_a_text_says_whom_to_ask(
    stranger: TestClient, come_in: Callable[[str], Browser]
) -> None:
    with transaction() as db:
        db.execute(delete(TermsText))
    answer = stranger.get("/terms")
    assert answer.status_code == 200
    assert "準備しています" in answer.text
    assert "042-000-0000" in answer.text
    assert "文章がまだありません" in come_in("sato").get("/staff/terms").text


def test_a_fourth_language_is_one_row_more(stranger: TestClient) -> None:
    with transaction() as db:
        db.add(TermsText(language="zh_tw", words="# 您傳送的資料"))
    page = stranger.get("/terms", headers={"accept-language": "zh-TW,zh;q=0.9"}).text
    assert '<html lang="zh-tw">' in page
    assert "您傳送的資料</h1>" in page
    assert "繁體中文" in page


def test_staff_change_it_and_everybody_reads_it_with_who_and_when_kept(
    staff: Browser, stranger: TestClient
) -> None:
    assert "市のファイルから読み込んだままです" in staff.get("/staff/terms").text
    words = "# 大切なお知らせ\n\n- 一つ\n- 二つ"
    answer = staff.post("/staff/terms", lang="ja", words=words, seen=seen(staff), do="save")
    assert (answer.status_code, answer.headers["location"]) == (303, "/staff/terms?lang=ja&saved=1")
    page = staff.get(answer.headers["location"]).text
    assert "保存しました" in page
    assert "佐藤 恵 さんが変えました" in page
    assert "<h1>大切なお知らせ</h1>" in stranger.get("/terms?lang=ja").text
    assert "What happens to what you send" in stranger.get("/terms?lang=en").text


def test_a_preview_keeps_nothing(staff: Browser, stranger: TestClient) -> None:
    answer = staff.post("/staff/terms", lang="en", words="## Draft", seen="", do="preview")
    assert answer.status_code == 200
    assert "<h2>Draft</h2>" in answer.text
    assert "Draft" not in stranger.get("/terms?lang=en").text


def test_who_writes_on_an_old_text_keeps_what_was_written_and_is_told(staff: Browser) -> None:
    old = seen(staff)
    staff.post("/staff/terms", lang="ja", words="はじめの人", seen=old, do="save")
    answer = staff.post("/staff/terms", lang="ja", words="あとの人", seen=old, do="save")
    assert answer.status_code == 409
    assert "ほかの人がこの文章を変えました" in answer.text
    assert "あとの人</textarea>" in answer.text
    assert text().words == "はじめの人"


def test_the_same_save_twice_is_one(staff: Browser) -> None:
    old = seen(staff)
    for _ in range(2):
        answer = staff.post("/staff/terms", lang="ja", words="一度だけ", seen=old, do="save")
        assert answer.status_code == 303


def test_texts_that_cannot_be_are_refused_with_what_was_typed(staff: Browser) -> None:
    now = seen(staff)
    for status, fields in (
        (422, {"lang": "ja", "words": " \n\x00 ", "seen": now}),
        (422, {"lang": "ja", "words": "長" * 20_001, "seen": now}),
        (422, {"lang": "ja", "words": "文", "seen": "yesterday"}),
        (422, {"words": "文", "seen": ""}),
        (404, {"lang": "kl\x00ingon", "words": "文", "seen": now}),
        (403, {"lang": "ja", "words": "文", "seen": now, "csrf": "wrong"}),
    ):
        answer = staff.post("/staff/terms", **fields)
        assert answer.status_code == status
        assert 'role="alert"' in answer.text
    assert text().edited_by == ""


def test_only_staff_write_and_the_header_leads_there(
    staff: Browser, come_in: Callable[[str], Browser], stranger: TestClient
) -> None:
    assert 'href="/staff/terms"' in staff.get("/staff/").text
    crew = come_in("roads")
    assert 'href="/staff/terms"' not in crew.get("/crew/").text
    assert crew.get("/staff/terms").status_code == 403
    assert crew.post("/staff/terms", lang="ja", words="文").status_code == 403
    answer = stranger.get("/staff/terms", headers=PAGE, follow_redirects=False)
    assert answer.headers["location"] == "/sign-in?next=/staff/terms"
    assert 'href="/terms"' in stranger.get("/").text


def test_html_stays_as_it_was_typed_and_links_are_not_followed() -> None:
    html = as_html(
        '<script>alert(1)</script>\n\n[市](https://city.example "題") [悪](javascript:alert(1))'
        " ![絵](https://elsewhere.example/x.png)\n次の行"
    )
    assert "<script" not in html
    assert "<img" not in html
    assert "javascript:alert(1))" not in html.partition("href")[2].partition(">")[0]
    assert 'href="javascript' not in html
    assert 'rel="nofollow noopener noreferrer"' in html
    assert html.count("<a ") == html.count("rel=")
    assert "<br />" in html


def test_the_title_is_the_first_heading() -> None:
    assert title_of("まえがき\n\n## 見出し ##\n# 次") == "見出し"
    assert title_of("見出しなし") == ""


def test_languages_have_an_order_and_a_refused_one_is_not_taken() -> None:
    assert ordered(["vi", "en", "easy_ja", "ko", "ja"]) == ["ja", "easy_ja", "en", "ko", "vi"]
    assert preferred("en;q=0, ko;q=0.3", ["ja", "en", "ko"]) == "ko"
    assert preferred("*;q=0.5, ,;;,x" * 500, ["en", "ja"]) == "ja"
    assert preferred("en", []) is None


def test_loading_again_changes_the_citys_text_but_never_the_desks(
    staff: Browser, tmp_path: Path
) -> None:
    staff.post("/staff/terms", lang="ja", words="職員の文", seen=seen(staff), do="save")
    (tmp_path / "terms.ja.md").write_text("ファイルの文", "utf-8")
    (tmp_path / "terms.en.md").write_text("From the file", "utf-8-sig")
    with transaction() as db:
        assert load_terms(db, tmp_path) == 2
    assert text("ja").words == "職員の文"
    assert text("en").words == "From the file"


def test_loading_the_same_text_again_leaves_its_date(staff: Browser) -> None:
    before = text("easy_ja").edited_at
    with transaction() as db:
        load_terms(db, SAMPLE)
    assert text("easy_ja").edited_at == before


def test_a_terms_file_without_a_language_is_named(staff: Browser, tmp_path: Path) -> None:
    (tmp_path / "terms.日本語.md").write_text("文", "utf-8")
    with transaction() as db, pytest.raises(BadFile, match=r"terms\.日本語\.md"):
        load_terms(db, tmp_path)
