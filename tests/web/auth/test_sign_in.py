"""Who comes in, who does not, and for how long."""

import hashlib
import unicodedata
from collections.abc import Callable
from datetime import timedelta
from html import unescape

import pytest
from sqlalchemy import select, update
from starlette.testclient import TestClient
from web_scene import PAGE, PASSWORD, Browser

from reports.people import accounts, sessions
from reports.people.accounts import create_user
from reports.people.models import SignIn, SignInWait, User
from settings import settings
from store.database import transaction
from web.auth.sessions import COOKIE


def knock(client: TestClient, name: str, password: str, next: str = "") -> int:
    form = {"name": name, "password": password, "next": next}
    return client.post("/sign-in", data=form, follow_redirects=False).status_code


def test_staff_come_to_the_map_and_a_crew_to_its_list(come_in: Callable[[str], Browser]) -> None:
    assert come_in("sato").get("/sign-in").headers["location"] == "/staff/"
    assert come_in("roads").get("/sign-in").headers["location"] == "/crew/"


def test_a_wrong_password_and_an_unknown_name_get_the_same_answer(stranger: TestClient) -> None:
    answers = [
        stranger.post("/sign-in", data={"name": name, "password": "wrong"})
        for name in ("sato", "nobody")
    ]
    assert [answer.status_code for answer in answers] == [401, 401]
    assert all("名前かパスワードが違います" in answer.text for answer in answers)


def test_the_cookie_is_for_this_browser_alone_and_the_table_has_only_its_hash(
    stranger: TestClient,
) -> None:
    answer = stranger.post(
        "/sign-in", data={"name": "sato", "password": PASSWORD}, follow_redirects=False
    )
    cookie, device = answer.headers.get_list("set-cookie")
    assert "HttpOnly" in device
    secret = stranger.cookies[COOKIE]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Max-Age=43200" in cookie
    assert "Secure" not in cookie
    with transaction() as db:
        kept = db.scalars(select(SignIn.token_hash)).all()
    assert kept == [hashlib.sha256(secret.encode()).hexdigest()]


def test_over_https_the_cookie_is_secure(
    stranger: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PUBLIC_URL", "https://michi.example.jp")
    settings.cache_clear()
    answer = stranger.post(
        "/sign-in", data={"name": "sato", "password": PASSWORD}, follow_redirects=False
    )
    assert "Secure" in answer.headers["set-cookie"]
    assert "max-age" in answer.headers["strict-transport-security"]


def test_a_session_ends_by_itself_after_twelve_hours(staff: Browser) -> None:
    assert timedelta(hours=12) == sessions.LIFE
    with transaction() as db:
        db.execute(update(SignIn).values(expires_at=SignIn.expires_at - sessions.LIFE))
    answer = staff.get("/staff/")
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?next=/staff/")


def not_used_for(**time: int) -> None:
    with transaction() as db:
        db.execute(update(SignIn).values(seen_at=SignIn.seen_at - timedelta(**time)))


def test_a_session_that_is_not_used_ends_at_the_desk_sooner_than_outside(
    staff: Browser, crew: Browser
) -> None:
    not_used_for(minutes=119)
    assert [staff.get("/staff/").status_code, crew.get("/crew/").status_code] == [200, 200]
    not_used_for(minutes=121)
    assert [staff.get("/staff/").status_code, crew.get("/crew/").status_code] == [303, 200]


def test_what_a_page_asks_while_nobody_is_at_it_keeps_no_session_open(staff: Browser) -> None:
    for by_itself, lasts in (("", True), ("yes", False)):
        for is_in in (True, lasts):
            not_used_for(minutes=70)
            answer = staff.get("/staff/tickets.geojson", **{"x-by-itself": by_itself})
            assert (answer.status_code == 200) is is_in


def test_a_session_is_written_to_at_most_once_a_minute(staff: Browser) -> None:
    def seen() -> str:
        with transaction() as db:
            return str(db.scalar(select(SignIn.seen_at)))

    before = seen()
    assert staff.get("/staff/due").status_code == 200
    assert seen() == before
    not_used_for(seconds=61)
    staff.get("/staff/due")
    after = seen()
    assert after > before
    staff.get("/staff/due")
    assert seen() == after


def test_a_new_sign_in_ends_the_old_session_of_this_browser_alone(
    staff: Browser, come_in: Callable[[str], Browser]
) -> None:
    elsewhere = come_in("sato")
    old = staff.client.cookies[COOKIE]
    assert knock(staff.client, "roads", PASSWORD) == 303
    staff.client.cookies.clear()
    staff.client.cookies.set(COOKIE, old)
    assert staff.get("/staff/").status_code == 303
    assert elsewhere.get("/staff/").status_code == 200


def test_signing_out_ends_the_session_wherever_its_cookie_is(staff: Browser) -> None:
    secret = staff.client.cookies[COOKIE]
    answer = staff.post("/sign-out")
    assert answer.headers["location"] == "/sign-in"
    assert answer.headers["clear-site-data"] == '"cache"'
    staff.client.cookies.set(COOKIE, secret)
    assert staff.get("/staff/").status_code == 303


def test_somebody_disabled_is_out_at_once(staff: Browser) -> None:
    with transaction() as db:
        db.execute(update(User).values(disabled=True))
    assert staff.get("/staff/").status_code == 303
    assert knock(staff.client, "sato", PASSWORD) == 401


def test_a_new_password_ends_the_old_sessions_and_the_same_one_does_not(staff: Browser) -> None:
    for password, status in ((PASSWORD, 200), ("another long one", 303)):
        with transaction() as db:
            create_user(db, name="sato", shown_name="佐藤", password=password, role="staff")
        assert staff.get("/staff/").status_code == status


def test_nobody_is_sent_away_from_our_own_pages(stranger: TestClient) -> None:
    for next in (
        "https://evil.example/",
        "//evil.example",
        "/staff//evil.example",
        "/staff/..//evil.example",
        "/staff/%2e%2e//evil.example",
        "/staff/%2F%2Fevil.example",
        "/staff/\\evil.example",
        "/staff/%5Cevil.example",
        "/staff/../crew/",
        "/staff/?next=\\evil.example",
        "/staff/?a=b\r\nLocation: https://evil.example",
        "/crew/?next=/staff/",
        "/\\evil.example",
        "/staff/\n",
        "/crew/",
        "/api/tickets",
        "staff/",
        "/staff/日本",
    ):
        form = {"name": "sato", "password": PASSWORD, "next": next}
        answer = stranger.post("/sign-in", data=form, follow_redirects=False)
        assert answer.headers["location"] == "/staff/", next


@pytest.mark.parametrize(
    "wanted",
    [
        "/staff/tickets/123-456-789",
        "/staff/tickets/123-456-789?moved=fixed",
        "/staff/where?lon=139.5067&lat=35.7011&category=%E7%A9%B4&urgent=true",
        "/staff/rules/3.csv",
        "/staff/?status=all&due=overdue",
    ],
)
def test_after_signing_in_the_wanted_page_opens_with_all_its_address(
    stranger: TestClient, wanted: str
) -> None:
    asked = stranger.get(wanted, headers=PAGE, follow_redirects=False).headers["location"]
    html = stranger.get(asked, headers=PAGE).text
    kept = unescape(html.partition('name="next" value="')[2].partition('"')[0])
    form = {"name": "sato", "password": PASSWORD, "next": kept}
    answer = stranger.post("/sign-in", data=form, follow_redirects=False)
    assert answer.headers["location"] == wanted


def test_whose_session_is_gone_comes_back_to_the_form_they_sent(stranger: TestClient) -> None:
    path = "/staff/tickets/123-456-789"
    for page, link in (
        (f"http://127.0.0.1:8000{path}?moved=fixed", f"/sign-in?next={path}%3Fmoved%3Dfixed"),
        (f"https://evil.example{path}", "/sign-in"),
        ("", "/sign-in"),
    ):
        answer = stranger.post(f"{path}/ask", headers=PAGE | {"referer": page})
        assert answer.status_code == 401
        assert f'href="{link}"' in answer.text, page


def test_who_is_refused_a_page_still_has_their_own_at_hand(
    staff: Browser, crew: Browser, stranger: TestClient
) -> None:
    for browser, path, status, home in (
        (staff, "/staff/tickets/123-456-789", 404, "/staff/"),
        (staff, "/crew/", 403, "/staff/"),
        (staff, "/staff/no-such-page", 404, "/staff/"),
        (crew, "/no-such-page", 404, "/crew/"),
        (crew, "/crew/tickets/123-456-789", 404, "/crew/"),
    ):
        answer = browser.get(path)
        assert answer.status_code == status
        assert "サインアウト</button>" in answer.text
        assert f'<a class="button" href="{home}">自分の画面へ</a>' in answer.text
        assert ('class="rooms"' in answer.text) == (browser is staff)
    assert "サインアウト</button>" not in stranger.get("/staff/xx", headers=PAGE).text


def test_a_form_on_somebody_elses_site_signs_nobody_in(stranger: TestClient) -> None:
    form = {"name": "sato", "password": PASSWORD}
    for origin in ("https://evil.example", "null", "https://127.0.0.1:8000", "http://["):
        answer = stranger.post("/sign-in", data=form, headers={"origin": origin})
        assert answer.status_code == 403
        assert "http://127.0.0.1:8000/sign-in" in answer.text


def test_nor_does_one_that_calls_this_site_by_its_own_name(stranger: TestClient) -> None:
    form = {"name": "sato", "password": PASSWORD}
    theirs = {"origin": "https://evil.example", "host": "evil.example"}
    assert stranger.post("/sign-in", data=form, headers=theirs).status_code == 403
    path = "/staff/tickets/123-456-789"
    page = {"referer": f"https://evil.example{path}", "host": "evil.example"}
    answer = stranger.post(f"{path}/ask", headers=PAGE | page)
    assert 'href="/sign-in"' in answer.text
    answer = stranger.post(f"{path}/ask", headers=PAGE | {"referer": "http://[evil"})
    assert answer.status_code == 401


def test_our_own_form_signs_in_whatever_a_proxy_calls_this_site(stranger: TestClient) -> None:
    form = {"name": "sato", "password": PASSWORD}
    ours = {"origin": "http://127.0.0.1:8000", "host": "web:8000"}
    answer = stranger.post("/sign-in", data=form, headers=ours, follow_redirects=False)
    assert answer.status_code == 303


def test_a_post_without_the_sessions_token_is_refused(staff: Browser, crew: Browser) -> None:
    for csrf in ("", crew.csrf, "日本"):
        assert staff.client.post("/sign-out", data={"csrf": csrf}).status_code == 403
    header = {"x-csrf-token": staff.csrf}
    answer = staff.client.post("/sign-out", headers=header, follow_redirects=False)
    assert answer.status_code == 303


def test_a_password_is_the_same_however_a_keyboard_writes_its_letters(
    stranger: TestClient,
) -> None:
    """Firefox on a Mac sends a letter and its mark, Windows one letter."""
    one, other = (
        unicodedata.normalize(form, "がんばれ！道路管理課職員") for form in ("NFC", "NFD")
    )
    assert one != other
    for kept in (one, other):
        with transaction() as db:
            create_user(db, name="mori", shown_name="森", password=kept, role="staff")
        assert [knock(stranger, "mori", typed) for typed in (one, other)] == [303, 303]


def test_a_password_kept_by_a_version_that_did_not_compose_it_is_still_right(
    stranger: TestClient,
) -> None:
    typed = unicodedata.normalize("NFD", "がんばれ！道路管理課職員")
    with transaction() as db:
        kept = accounts._HASHER.hash(typed)
        db.execute(update(User).where(User.name == "sato").values(password=kept))
    assert knock(stranger, "sato", typed) == 303


def test_a_name_may_be_typed_in_full_width_and_is_counted_as_one(stranger: TestClient) -> None:
    assert knock(stranger, "ＳＡＴＯ", PASSWORD) == 303
    stranger.cookies.clear()
    names = ("ｓato", "sａto", "saｔo", "satｏ", "SATO")
    assert {knock(stranger, name, "wrong") for name in names} == {401}
    with transaction() as db:
        db.execute(update(SignInWait).values(free_at=SignInWait.free_at + timedelta(hours=1)))
    assert knock(stranger, "sato", PASSWORD) == 429


def test_strange_bodies_are_the_senders_fault(stranger: TestClient) -> None:
    for body, kind, status in STRANGE:
        answer = stranger.post("/sign-in", content=body, headers=PAGE | {"content-type": kind})
        assert answer.status_code == status, body[:40]


URLENCODED = "application/x-www-form-urlencoded"
STRANGE = (
    (b"\xff\xfe=%00%zz&&&", URLENCODED, 401),
    (b"name=a%00b&password=%00", URLENCODED, 401),
    (b"name=%ED%A0%80&password=x", URLENCODED, 401),
    (b"nonsense", "multipart/form-data", 400),
    (b"nonsense", "multipart/form-data; boundary=x", 400),
    (b"name=" + b"a" * 20_000, URLENCODED, 413),
    (b"{}", "application/json", 401),
    (b"name=" + b"a" * 2000, URLENCODED, 422),
)


def test_too_much_is_told_how_much_is_taken(stranger: TestClient) -> None:
    too_much = b"name=" + b"a" * 20_000
    answer = stranger.post("/sign-in", content=too_much, headers={"content-type": URLENCODED})
    assert (answer.status_code, "全部で 16 KB まで" in answer.text) == (413, True)


def test_an_account_that_cannot_be_says_why(stranger: TestClient) -> None:
    for change, message in (
        ({"password": "eleven long"}, "12 characters"),
        ({"password": "password2026"}, "common"),
        ({"password": "Koganei City 2026"}, "city's name"),
        ({"role": "mayor"}, "a role is one of"),
        ({"role": "contractor"}, "needs --contractor"),
        ({"contractor_key": "doboku"}, "no other, needs --contractor"),
        ({"role": "contractor", "contractor_key": "moon"}, "no contractor 'moon'"),
        ({"role": "crew"}, "needs a department"),
        ({"role": "crew", "department_key": "moon"}, "no department 'moon'"),
    ):
        facts = {"name": "x", "shown_name": "X", "password": PASSWORD, "role": "staff"} | change
        with transaction() as db, pytest.raises(ValueError, match=message):
            create_user(db, **facts)
