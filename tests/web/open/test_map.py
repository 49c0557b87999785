"""The public list and map: found by town and number, narrowed, in three languages, for anybody."""

import re
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from fastapi import FastAPI
from public_board import published
from sqlalchemy import text
from starlette.testclient import TestClient

from reports.city.clock import begin_of, today
from reports.published.figures import figures
from reports.published.months import Month, first_of
from reports.published.states import State
from reports.tickets.numbers import new_number
from settings import settings
from store.database import transaction
from web.open.asked import Asked, cursor, cursor_in
from web.open.map.chart import HIGH, chart
from web.open.said import LANGUAGES, SAID
from web.open.shown import LOOKS
from web.open.words import Words, words_in

PERSON = {"accept": "text/html", "accept-language": "ja"}


@pytest.fixture
def ask(app: FastAPI) -> Any:
    """Asks as a browser of somebody who has never been here; gives the answer."""
    client = TestClient(app, base_url="http://127.0.0.1:8000")

    def asked(path: str = "/open", /, status: int = 200, **query: str) -> Any:
        answer = client.get(path, params=query or None, headers=PERSON)
        assert answer.status_code == status, answer.text
        assert "set-cookie" not in answer.headers
        return answer

    return asked


def numbers(answer: Any) -> list[str]:
    return re.findall(r"/open/tickets/([\d-]+)\?", answer.text)


def last_month(day: int, hour: int = 12) -> datetime:
    return begin_of(first_of(today(), 1)) + timedelta(days=day - 1, hours=hour)


def test_the_list_is_narrowed_by_state_kind_month_town_and_number(ask: Any) -> None:
    hole = published()
    lamp = published("in_progress", category="streetlight", town="緑町五丁目", road="連雀通り")
    safe = published("made_safe", received_at=last_month(3))
    mended = published("fixed", received_at=last_month(1), fixed_at=last_month(4))
    passed = published("not_ours", category="sign")
    assert numbers(ask())[2:] == [safe]
    assert set(numbers(ask())) == {lamp, hole, safe}
    month = f"{first_of(today(), 1):%Y-%m}"
    for query, found in (
        ({"state": "fixed"}, {mended}),
        ({"state": "every"}, {hole, lamp, safe, mended, passed}),
        ({"state": "now", "category": "streetlight"}, {lamp}),
        ({"month": month}, {safe, mended}),
        ({"month": f"fixed-{month}"}, {mended}),
        ({"month": f"fixed-{month}", "state": "now"}, {mended}),
        ({"q": "緑町5丁目"}, {lamp}),
        ({"q": "緑町"}, {lamp}),
        ({"q": "みどりちょう"}, {lamp}),
        ({"q": "Midorichō 5"}, {lamp}),
        ({"q": "ﾎﾝﾁｮｳ", "state": "fixed"}, {mended}),
        ({"q": "ho"}, set()),
        ({"q": "連雀"}, {lamp}),
        ({"q": "本町", "state": "fixed"}, {mended}),
        ({"q": passed.replace("-", "")}, {passed}),
        ({"q": "どこにもない"}, set()),
    ):
        answer = ask(**query)
        assert set(numbers(answer)) == found, query
        points = ask("/open/points.json", **query).json()["points"]
        assert {point[4] for point in points} == found, query
        assert "まだ" in answer.text or "件" in answer.text, query


def test_a_number_that_is_not_public_says_why_and_one_put_together_leads_on(ask: Any) -> None:
    one, other = published(), new_number()
    with transaction() as db:
        new = "INSERT INTO published_aliases (number, goes_on) VALUES (:number, :on)"
        db.execute(text(new), {"number": other, "on": one})
    gone_on = ask(q=other)
    assert numbers(gone_on) == [one]
    assert "まとめて対応しています" in gone_on.text
    unknown = ask(q="123-456-786")
    assert numbers(unknown) == []
    assert "123-456-786 は公開していません" in unknown.text


def test_what_is_read_in_three_languages_and_by_the_browsers_wish(ask: Any, app: FastAPI) -> None:
    published("fixed", received_at=last_month(1), fixed_at=last_month(3))
    published("fixed", received_at=last_month(2), fixed_at=last_month(2, 20))
    for language, tag, sentence in (
        ("ja", "ja", "2件を直しました。"),
        ("easy_ja", "ja", "2こ なおしました。"),
        ("en", "en", "2 were mended."),
    ):
        page = ask(lang=language)
        assert f'<html lang="{tag}">' in page.text
        assert sentence in page.text
        assert page.headers["vary"].startswith("Accept-Language")
    client = TestClient(app)
    english = client.get("/open", headers={"accept-language": "en-GB,ja;q=0.5"})
    assert "Road reports in Koganei City" in english.text
    again = {"accept-language": "en-GB", "if-none-match": english.headers["etag"]}
    assert client.get("/open", headers=again).status_code == 304
    again["accept-language"] = "ja"
    assert client.get("/open", headers=again).status_code == 200


def test_pages_follow_one_another_and_what_cannot_be_is_refused(ask: Any) -> None:
    all_of_them = {published() for _ in range(45)}
    seen: list[str] = []
    path = "/open"
    for more in (True, True, False):
        page = ask(path)
        seen += numbers(page)
        next = re.search(r'href="(/open\?[^"#]*after=[^"#]+)#list"', page.text)
        assert (next is not None) is more
        path = next[1].replace("&amp;", "&") if next else ""
    assert (len(seen), set(seen)) == (45, all_of_them)
    for wrong in (
        {"state": "broken"}, {"month": "2026-13"}, {"month": "fixed-"}, {"after": "x"},
        {"after": "2026-01-01T00:00:00~1~1"}, {"q": "\0"}, {"q": "x" * 61}, {"category": "\0"},
    ):  # fmt: skip
        ask(status=422, **wrong)
        ask("/open/points.json", status=422, **wrong)
        ask("/open/embed", status=422, **wrong)
    assert numbers(ask(category="moon")) == []


def test_a_city_that_shows_nothing_has_no_public_pages(ask: Any) -> None:
    published()
    with transaction() as db:
        shut = """UPDATE city SET facts = facts || '{"open": {"shown": false}}'"""
        db.execute(text(shut))
    for path in ("/open", "/open/points.json", "/open/embed", "/open/badge.svg"):
        ask(path, status=404)
    ask("/open/city/13/7270/3225.mvt", status=404)


def test_the_map_within_another_site_is_framed_by_those_sites_alone(
    ask: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = ask("/open/embed")
    assert closed.headers["x-frame-options"] == "DENY"
    assert "frame-ancestors 'none'" in closed.headers["content-security-policy"]
    monkeypatch.setenv("EMBED_ORIGINS", "https://www.city.example.jp,https://city.example.jp")
    settings.cache_clear()
    one = ask("/open/embed", category="tree")
    sites = "frame-ancestors https://www.city.example.jp https://city.example.jp"
    assert sites in one.headers["content-security-policy"]
    assert "x-frame-options" not in one.headers
    assert "/open/points.json?category=tree&amp;lang=ja" in one.text
    assert ask().headers["x-frame-options"] == "DENY"


def test_the_badge_says_how_many(ask: Any) -> None:
    published()
    published("fixed", received_at=last_month(1), fixed_at=last_month(4))
    badge = ask("/open/badge.svg", lang="en")
    assert badge.headers["content-type"] == "image/svg+xml"
    assert badge.headers["cache-control"].startswith("public")
    month = words_in("en").month_of(first_of(today(), 1), today())
    assert f"Koganei City: 1 not mended yet, 1 mended in {month}" in badge.text
    assert "<script" not in badge.text


def test_the_city_under_the_map_is_there_for_everybody(ask: Any) -> None:
    tile = ask("/open/city/13/7270/3225.mvt")
    assert tile.headers["content-type"] == "application/vnd.mapbox-vector-tile"
    assert len(tile.content) > 500
    ask("/open/city/12/99999/1612.mvt", status=404)


def test_figures_are_of_whole_months_on_the_citys_clocks(database_url: str) -> None:
    end = begin_of(first_of(today()))
    published("fixed", received_at=last_month(1, 0), fixed_at=last_month(1, 23))
    published("fixed", received_at=last_month(1), fixed_at=last_month(11))
    published("fixed", received_at=last_month(5), fixed_at=end)
    published(received_at=end - timedelta(seconds=1))
    published(received_at=end)
    with transaction() as db:
        told = figures(db, today(), 2)
    assert told.last == Month(first_of(today(), 1), 4, 2, 0)
    assert told.months[0] == Month(first_of(today(), 2), 0, 0, None)
    assert told.now == 2


def test_columns_fit_the_drawing_and_their_lines_are_round() -> None:
    for most in (0, 1, 7, 40, 41, 999):
        made = chart([Month(date(2026, 11, 1), most, most // 2, None)])
        (group,) = made.groups
        assert group.received.high <= made.floor <= HIGH
        assert group.received.y >= 20
        assert 1 <= len(made.lines) <= 5
        assert made.lines[-1][1] >= most


def test_whatever_is_said_is_said_in_each_language_with_the_same_gaps() -> None:
    gaps = re.compile(r"\{(\w+)\}")
    for name in SAID:
        ja, easy, en = (set(gaps.findall(words_in(each).plain(name))) for each in LANGUAGES)
        assert ja == easy == en, name
    assert {*map(str, State)} == {*LOOKS} <= set(SAID)


def test_where_a_page_begins_is_read_back() -> None:
    asked = Asked(after="2026-11-21T09:00:00+09:00~482-913-706~7")
    assert cursor(cursor_in(asked.after)) == asked.after
    assert Words("en").day(date(2025, 2, 3), date(2026, 1, 1)) == "3 February 2025"
