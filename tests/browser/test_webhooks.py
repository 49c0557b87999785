"""How an administrator finds out that another system does not take what it is told: on a PC, on a
small phone, light and dark."""

import os
from pathlib import Path
from typing import Final

import pytest
from axe_core import faults
from playwright.sync_api import Browser, expect
from townsfolk import rows, value
from web_scene import PASSWORD
from web_visit import visit

from reports.actions.connect import Endpoint, connect
from reports.people.accounts import create_user
from reports.people.permissions import Actor, Role
from reports.webhooks.choice import Choice
from store.database import transaction

SHOTS: Final = os.environ.get("MICHI_SHOTS", "")
"""A folder for pictures of what was looked at."""
SCREENS: Final = {"pc": {"width": 1280, "height": 800}, "small": {"width": 360, "height": 740}}
CALLS: Final = """
    INSERT INTO webhook_calls (webhook_id, message_id, kind, seq, number, state, attempts, made_at,
                               tried_at, due_at, done_at, error)
    SELECT :id, 'msg_' || :id || '_' || n, kind, n, '482-913-' || 700 + n, state, tries,
           now() - interval '3 days', CASE WHEN tries > 0 THEN now() - interval '5 minutes' END,
           now() + interval '30 minutes', CASE WHEN state <> 'waiting' THEN now() END, error
    FROM unnest(ARRAY['moved', 'published', 'photo', 'withdrawn', 'changed', 'moved', 'words'],
                ARRAY['dead', 'dead', 'dead', 'sent', 'dropped', 'waiting', 'waiting'],
                ARRAY[16, 16, 4, 1, 0, 3, 0],
                ARRAY['not reached: no answer within 2 s', 'answered 503',
                      'not allowed: gis.example.jp leads to 10.0.0.5, which is not public', NULL,
                      'taken back', 'not reached: ConnectionRefusedError: refused', NULL])
         WITH ORDINALITY AS c(kind, state, tries, error, n)
"""


def endpoint(name: str, stands: str, *, calls: bool = False) -> int:
    """`stands`: what of it is set, as SQL."""
    wanted = Endpoint(name, f"https://hooks.example.jp/in/{'x' * 40}/{name}", Choice(), True)
    with transaction() as db:
        id, _ = connect(db, wanted, Actor(Role.ADMINISTRATOR))
    if stands:
        rows(f"UPDATE webhooks SET {stands} WHERE id = :id", id=id)
    if calls:
        rows(CALLS, id=id)
    return id


@pytest.mark.long
def test_what_a_system_does_not_take_is_seen_and_sent_again(chromium: Browser, site: str) -> None:
    with transaction() as db:
        create_user(db, name="kanri", shown_name="管理", password=PASSWORD, role="administrator")
    failing = "failures = 9, failing_since = now() - interval '2 days',"
    bad = endpoint(
        "府中市 道路管理システム", f"{failing} due_at = now() + interval '1 hour'", calls=True
    )
    off = endpoint("多摩地域 交通情報センター", "off_at = now()", calls=True)
    endpoint("消防本部", "paused_at = now()")
    fine = endpoint("地図の会社", "")
    pages = {
        "list": "/staff/webhooks", "failing": f"/staff/webhooks/{bad}",
        "off": f"/staff/webhooks/{off}", "fine": f"/staff/webhooks/{fine}",
        "edit": f"/staff/webhooks/{bad}/edit",
    }  # fmt: skip
    for screen, size in SCREENS.items():
        for scheme in ("light", "dark"):
            made = visit(chromium, site, "kanri", size, at="/staff/webhooks", color_scheme=scheme)
            for name, path in pages.items():
                made.page.goto(path)
                if SHOTS:
                    there = Path(SHOTS) / f"hooks-{name}-{screen}-{scheme}.png"
                    made.page.screenshot(path=there, full_page=True)
                assert faults(made) == [], (path, screen, scheme)
            assert made.complaints == []
            made.page.context.close()
    made = visit(chromium, site, "kanri", SCREENS["small"], at=pages["off"])
    expect(made.page.get_by_role("status")).to_contain_text("410")
    made.page.locator(".troubled tbody button").first.click()
    expect(made.page.get_by_role("status").first).to_contain_text("送り直します")
    made.page.get_by_role("button", name="すべて送り直す").click()
    expect(made.page.get_by_role("heading", name="届かなかったもの")).to_have_count(0)
    assert value("SELECT count(*) FROM webhook_calls WHERE state = 'dead'") == 3
    made.page.get_by_role("button", name="再開する").click()
    expect(made.page.locator(".page-head .chip")).to_have_text("送っています")
