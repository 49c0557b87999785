"""Somebody comes by a real provider in a real browser, proves themselves there, and goes."""

from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from provider_fixtures import leads_to, running
from sqlalchemy import update
from web_visit import PC, PHONE

from reports.actions.appoint import Post
from reports.actions.grant import grant
from reports.people.models import SignIn
from settings import ROOT
from store.database import transaction

AXE = (ROOT / "web/node_modules/axe-core/axe.min.js").read_text("utf-8")
RUN_AXE = """
    async () => (await axe.run({ resultTypes: ["violations"] })).violations
        .filter(({ impact }) => ["serious", "critical"].includes(impact))
        .flatMap(({ id, nodes }) => nodes.slice(0, 3).map(({ target }) => `${id}: ${target}`))
"""

pytestmark = pytest.mark.long


def clean(page: Page) -> None:
    page.evaluate(AXE)
    assert page.evaluate(RUN_AXE) == []


def signs_in_there(page: Page, login: str) -> None:
    page.get_by_placeholder("Enter any login").fill(login)
    page.get_by_placeholder("and password").fill("any")
    page.get_by_role("button", name="Sign-in").click()


def test_a_new_administrator_comes_gives_a_group_its_role_and_goes(
    chromium: Browser, site: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with running(site, tmp_path) as provider:
        leads_to(provider.issuer, monkeypatch)
        provider.knows("8d1f", name="高橋 葵", preferred_username="aoi", groups=["情報"])
        provider.knows("77aa", name="山田 太郎", groups=["作業班"])
        with transaction() as db:
            grant(db, "情報", Post("administrator"), None)
        context = chromium.new_context(base_url=site, viewport=PC, locale="ja-JP")
        page = context.new_page()
        page.goto("/staff/people/groups")
        clean(page)
        page.screenshot(path=tmp_path / "sign_in.png")
        page.get_by_role("link", name="「庁内アカウント」でサインイン").click()
        signs_in_there(page, "8d1f")
        page.get_by_role("button", name="Continue").click()
        expect(page.get_by_role("heading", name="グループと役割")).to_be_visible()
        gives(page, tmp_path)
        refused_and_let_in(chromium, site, tmp_path)

        page.get_by_role("button", name="サインアウト").click()
        page.get_by_role("button", name="Yes, sign me out").click()
        expect(page.get_by_role("heading", name="サインイン", exact=True)).to_be_visible()
        page.goto("/staff/people")
        expect(page.get_by_role("heading", name="サインイン", exact=True)).to_be_visible()


def gives(page: Page, shots: Path) -> None:
    """Asked again in a window of its own; what was typed goes on."""
    page.get_by_role("link", name="グループを加える").click()
    page.get_by_label("グループ", exact=True).fill("作業班")
    page.get_by_role("radio", name="作業班").check()
    page.get_by_role("checkbox", name="道路管理課").check()
    page.screenshot(path=shots / "group.png", full_page=True)
    with transaction() as db:
        db.execute(update(SignIn).values(proven_at=SignIn.created_at - timedelta(hours=1)))
    page.get_by_role("button", name="保存する").click()
    expect(page.get_by_role("heading", name="本人の確認")).to_be_visible()
    page.screenshot(path=shots / "again.png", full_page=True)
    clean(page)
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="「庁内アカウント」で確かめる").click()
    signs_in_there(opened.value, "8d1f")
    expect(opened.value.get_by_role("heading", name="確かめました")).to_be_visible()
    opened.value.screenshot(path=shots / "proven.png")
    opened.value.close()
    page.get_by_role("button", name="確かめたので、続ける").click()
    expect(page.get_by_text("保存しました")).to_be_visible()
    expect(page.get_by_role("row", name="作業班 作業班 道路管理課")).to_be_visible()
    page.screenshot(path=shots / "groups.png", full_page=True)
    clean(page)


def refused_and_let_in(chromium: Browser, site: str, shots: Path) -> None:
    """Somebody without a group reads why; a crew's phone shows its list."""
    phone = chromium.new_context(base_url=site, viewport=PHONE, locale="ja-JP").new_page()
    phone.goto("/sign-in/provider")
    signs_in_there(phone, "nobody")
    phone.get_by_role("button", name="Continue").click()
    expect(phone.get_by_text("このシステムの役割がありません")).to_be_visible()
    phone.screenshot(path=shots / "refused.png", full_page=True)
    clean(phone)
    phone.get_by_role("link", name="別のアカウントでサインイン").click()
    signs_in_there(phone, "77aa")
    phone.get_by_role("button", name="Continue").click()
    expect(phone).to_have_url(f"{site}/crew/")
    other = chromium.new_context(base_url=site, viewport=PHONE, locale="ja-JP").new_page()
    other.goto("/crew/")
    other.screenshot(path=shots / "sign_in_phone.png", full_page=True)
    other.get_by_role("link", name="「庁内アカウント」でサインイン").click()
    signs_in_there(other, "77aa")
    other.get_by_role("button", name="Continue").click()
    expect(other).to_have_url(f"{site}/crew/")
    other.get_by_role("button", name="サインアウト").click()
    other.get_by_role("button", name="Yes, sign me out").click()
    expect(other.get_by_role("heading", name="サインイン", exact=True)).to_be_visible()
