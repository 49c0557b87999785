"""The monthly report at the desk: written for, made, saved, and its readers named."""

import hashlib
from collections.abc import Callable

import pytest
from month_life import last_month, mended, turn
from townsfolk import rows, value
from web_scene import PASSWORD, Browser

from reports.documents.open_data.months import later
from reports.people.accounts import create_user
from store.database import transaction

PAGE = "/staff/reports"


@pytest.fixture
def staff(come_in: Callable[[str], Browser]) -> Browser:
    return come_in("sato")


def test_words_are_written_a_version_is_made_and_saved(staff: Browser) -> None:
    month = last_month()
    here = f"{PAGE}/{month:%Y-%m}"
    one = mended(month)
    assert "まだありません" in staff.get(here).text
    chosen = {f"ticket-{one.id}": "yes"}
    written = staff.post(f"{here}/words", words="雨が\n多い月", seen="0", key="a", **chosen)
    assert written.headers["location"] == f"{here}?done=written"
    assert staff.get(f"{here}/report.pdf").status_code == 404
    assert turn(month) == 1
    saved = staff.get(f"{here}/report.pdf")
    assert saved.content.startswith(b"%PDF-")
    sha256 = hashlib.sha256(saved.content).hexdigest()
    page = staff.get(here).text
    for words in ("雨が\n多い月", sha256, one.number, "第1版", "checked"):
        assert words in page
    late = staff.post(f"{here}/words", words="ほか", seen="0", key="b")
    assert (late.status_code, "ほかの人が" in late.text) == (409, True)
    again = staff.post(f"{here}/words", words="直した言葉", seen="1", key="c")
    assert again.headers["location"] == f"{here}?done=making"
    told = staff.get(f"{here}/progress").json()
    assert told == {"state": "waiting", "done": 0, "total": 0}
    staff.post(f"{here}/make", key="d")
    assert value("SELECT count(*) FROM monthly_reports WHERE state = 'waiting'") == 1
    assert "第1版" in staff.get(PAGE).text


def test_what_cannot_be_is_said_so(staff: Browser) -> None:
    this_month = later(last_month(), 1)
    here = f"{PAGE}/{this_month:%Y-%m}"
    assert staff.get(here).status_code == 200
    assert staff.get(f"{PAGE}/2026-13").status_code == 404
    assert staff.get(f"{PAGE}/{later(this_month, 2):%Y-%m}").status_code == 404
    assert staff.post(f"{here}/make", key="a").status_code == 422
    five = {f"ticket-{n}": "yes" for n in range(5)}
    assert staff.post(f"{here}/words", words="", seen="0", key="b", **five).status_code == 422
    assert staff.post(f"{here}/words", words="あ" * 2001, seen="0", key="c").status_code == 422


def test_readers_are_people_with_the_right(
    staff: Browser, come_in: Callable[[str], Browser]
) -> None:
    ids = dict(rows("SELECT name, id FROM users"))
    here = f"{PAGE}/readers"
    for user, address in (
        ("roads", "a@city.example.jp"), ("sato", "nowhere"), ("sato", "a b@c"),
        ("sato", "a@b.example.jp\r\nBcc: c@d.example.jp"),
        ("sato", "a@b.example.jp,c@d.example.jp"), ("sato", "佐藤 <a@b.example.jp>"),
    ):  # fmt: skip
        assert staff.post(here, user=str(ids[user]), address=address).status_code == 422
    for _ in range(2):
        assert staff.post(here, user=str(ids["sato"]), address="a@b.example.jp").status_code == 303
    ((reader_id,),) = rows("SELECT id FROM monthly_readers")
    assert "a@b.example.jp" in staff.get(PAGE).text
    with transaction() as db:
        create_user(db, name="mita", shown_name="三田", password=PASSWORD, role="viewer")
    sees_numbers = come_in("mita")
    for page in (PAGE, f"{PAGE}/{last_month():%Y-%m}"):
        assert sees_numbers.get(page).status_code == 200
        assert "a@b.example.jp" not in sees_numbers.get(page).text
        assert "メールの宛先" not in sees_numbers.get(page).text
    assert staff.post(f"{here}/{reader_id}/remove").status_code == 303
    assert rows("SELECT 1 FROM monthly_readers") == []
