"""A second factor in a real browser: passkeys by Chromium's own authenticator, an app's codes."""

from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from playwright.sync_api import Browser, CDPSession, Page, expect
from sqlalchemy import update
from web_scene import PASSWORD
from web_visit import PC, PHONE, Visit, visit

from reports.people.accounts import create_user
from reports.people.models import SignIn
from reports.people.second.models import CodeApp
from settings import ROOT, settings
from store.database import transaction

AXE = (ROOT / "web/node_modules/axe-core/axe.min.js").read_text("utf-8")
RUN_AXE = """
    async () => (await axe.run({ resultTypes: ["violations"] })).violations.map(({ id }) => id)
"""


@pytest.fixture
def named_site(site: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """The same by a name: browsers know no passkeys of an address of numbers."""
    named = site.replace("127.0.0.1", "localhost")
    monkeypatch.setenv("PUBLIC_URL", named)
    settings.cache_clear()
    return named


def authenticator(page: Page) -> tuple[CDPSession, str]:
    """A phone's own, which has seen a finger; pressing is not needed."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    made = session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return session, made["authenticatorId"]


def with_passkey(visited: Visit, side: str) -> list[str]:
    """Gives the recovery codes."""
    page = visited.page
    page.goto(f"/{side}/account")
    page.get_by_role("link", name="パスキーを加える").click()
    page.get_by_label("パスキーの名前").fill("市の電話")
    page.get_by_role("button", name="パスキーを作る").click()
    expect(page.get_by_role("heading", name="回復コード")).to_be_visible()
    expect(page.locator(".recovery-codes code")).to_have_count(10)
    codes = page.locator(".recovery-codes code").all_inner_texts()
    page.get_by_role("link", name="保管しました").click()
    expect(page.get_by_text("市の電話").first).to_be_visible()
    return codes


def out(page: Page) -> None:
    page.get_by_role("button", name="サインアウト").click()
    expect(page.get_by_role("heading", name="サインイン")).to_be_visible()


def password(page: Page, name: str) -> None:
    page.get_by_label("名前(ユーザー名)").fill(name)
    page.get_by_label("パスワード", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="サインイン", exact=True).click()


def long_ago() -> None:
    with transaction() as db:
        hour = datetime.now(UTC) - timedelta(hours=1)
        db.execute(update(SignIn).values(created_at=hour, proven_at=None))


@pytest.mark.long
def test_a_passkey_is_made_and_lets_in_after_the_password_and_alone(
    chromium: Browser, named_site: str
) -> None:
    touch = {"has_touch": True, "is_mobile": True}
    crew = visit(chromium, named_site, "roads", PHONE, **touch)
    page = crew.page
    session, key = authenticator(page)
    codes = with_passkey(crew, "crew")
    out(page)
    password(page, "roads")
    expect(page.get_by_role("heading", name="二段階の確認")).to_be_visible()
    page.get_by_role("button", name="パスキーで確かめる").click()
    expect(page).to_have_url(f"{named_site}/crew/")
    out(page)
    page.get_by_role("button", name="パスキーでサインイン").tap()
    expect(page).to_have_url(f"{named_site}/crew/")
    page.goto("/crew/account")
    page.locator("details.rename summary").tap()
    page.get_by_label("パスキーの名前").fill("新しい電話")
    page.locator("details.rename[open] button").tap()
    expect(page.get_by_text("新しい電話").first).to_be_visible()
    out(page)
    session.send("WebAuthn.removeVirtualAuthenticator", {"authenticatorId": key})
    password(page, "roads")
    page.get_by_text("スマートフォンが手元にないとき").tap()
    page.get_by_label("回復コード", exact=True).fill(codes[0])
    page.get_by_role("button", name="回復コードで確かめる").tap()
    expect(page).to_have_url(f"{named_site}/crew/")
    page.goto("/crew/account")
    expect(page.get_by_text("残り9個です")).to_be_visible()
    page.locator("form[action$='/remove'] button").tap()
    expect(page.get_by_text("新しい電話")).to_have_count(0)
    out(page)
    password(page, "roads")
    expect(page).to_have_url(f"{named_site}/crew/")
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")
    assert crew.complaints == []


@pytest.mark.long
def test_an_old_proof_is_renewed_by_a_passkey_and_the_invitation_goes_on(
    chromium: Browser, named_site: str
) -> None:
    with transaction() as db:
        create_user(db, name="kato", shown_name="加藤", password=PASSWORD, role="administrator")
    desk = visit(chromium, named_site, "kato", PC)
    page = desk.page
    session, key = authenticator(page)
    with_passkey(desk, "staff")
    page.goto("/staff/people/new")
    long_ago()
    page.get_by_label("サインインの名前").fill("yamada")
    page.get_by_label("閲覧").check()
    page.get_by_role("button", name="招待のリンクを作る").click()
    expect(page.get_by_role("heading", name="本人の確認")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    session.send("WebAuthn.setUserVerified", {"authenticatorId": key, "isUserVerified": False})
    page.evaluate(AXE)
    assert page.evaluate(RUN_AXE) == []
    page.get_by_role("button", name="パスキーで確かめる").click()
    expect(page.get_by_text("パスキーの確認が終わりませんでした")).to_be_visible()
    session.send("WebAuthn.setUserVerified", {"authenticatorId": key, "isUserVerified": True})
    page.get_by_role("button", name="パスキーで確かめる").click()
    expect(page.get_by_role("textbox", name="渡すリンク")).to_be_visible()
    refused = [one for one in desk.complaints if "403" not in one]
    assert refused == []


@pytest.mark.long
def test_an_apps_code_lets_in_and_a_key_of_nobody_does_not(
    chromium: Browser, named_site: str
) -> None:
    desk = visit(chromium, named_site, "sato", PC, at="/staff/account")
    page = desk.page
    page.get_by_role("link", name="認証アプリを登録する").click()
    expect(page.get_by_role("img", name="QR コード")).to_be_visible()
    page.get_by_text("読み取れないときは、文字で入れる").click()
    totp = pyotp.TOTP(page.locator(".letters").inner_text().replace(" ", ""))
    page.get_by_label("アプリに出た6桁のコード").fill(totp.now())
    page.get_by_role("button", name="登録する").click()
    expect(page.locator(".recovery-codes code")).to_have_count(10)
    first = page.locator(".recovery-codes code").first.inner_text()
    page.get_by_role("link", name="保管しました").click()
    with transaction() as db:
        db.execute(update(CodeApp).values(last_step=0))
    out(page)
    password(page, "sato")
    page.evaluate(AXE)
    assert page.evaluate(RUN_AXE) == []
    page.get_by_label("認証アプリの6桁のコード").fill(totp.now())
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{named_site}/staff/")
    out(page)
    password(page, "sato")
    page.get_by_text("スマートフォンが手元にないとき").click()
    page.get_by_label("回復コード").fill(first)
    page.get_by_role("button", name="回復コードで確かめる").click()
    expect(page).to_have_url(f"{named_site}/staff/")
    page.goto("/staff/account")
    expect(page.get_by_text("残り9個")).to_be_visible()
    page.get_by_role("button", name="認証アプリを外す").click()
    out(page)
    password(page, "sato")
    expect(page).to_have_url(f"{named_site}/staff/")
