"""What can go wrong while work waits on a crew's phone: nothing of it is lost or sent twice."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from phone_in_hand import (
    finish,
    in_store,
    kill,
    left_on,
    mended,
    phone,
    press_finish,
    sign_in,
    until,
    until_kept,
)
from playwright.sync_api import Browser, expect
from sqlalchemy import text
from townsfolk import rows, value
from web_scene import STATION, filed

from reports.tickets.lock import locked
from store.database import transaction
from web.kit import assets

pytestmark = pytest.mark.long

MOVES = "SELECT ticket_id FROM history WHERE what = 'moved'"
PHOTOS = "SELECT count(*) FROM photos WHERE ticket_id IS NOT NULL"
NOTED = "SELECT count(*) FROM photos WHERE note_id IS NOT NULL"


def do(statement: str) -> None:
    with transaction() as db:
        db.execute(text(statement))


def test_a_browser_that_is_killed_while_it_sends_sends_the_same_press_again(
    chromium: Browser, site: str, tmp_path: Path
) -> None:
    one = filed(pictures=1)
    with phone(chromium, site, tmp_path) as context:
        page = sign_in(context)
        until_kept(page, 1)
        with transaction() as desk:
            locked(desk, one.id)
            page.goto(f"/crew/tickets/{one.number}")
            press_finish(page)
            until(page, lambda: bool(rows("SELECT FROM photos WHERE ticket_id IS NULL OFFSET 1")))
            kill(tmp_path)
    with phone(chromium, site, tmp_path) as context:
        context.clear_cookies()  # a browser writes them down only now and then
        page = sign_in(context)
        page.goto("/crew/waiting")
        expect(page.locator("#sent li")).to_contain_text([one.number])
        assert one.number not in left_on(page)
    assert rows(MOVES) == [(one.id,)]
    assert value(PHOTOS) == 1


NO_ROOM = """
    const put = IDBObjectStore.prototype.put;
    IDBObjectStore.prototype.put = function (value, ...more) {
        if (globalThis.isFull && value instanceof Blob) throw new DOMException("", "QuotaExceededError");
        return put.call(this, value, ...more);
    };
"""  # noqa: E501
"""Chromium takes no photo once `isFull`; its own switch for that leaves IndexedDB as it is."""


def test_a_full_phone_says_so_and_the_form_stays_as_it_is(
    chromium: Browser, site: str, tmp_path: Path
) -> None:
    one = filed()
    with phone(chromium, site, tmp_path) as context:
        context.add_init_script(NO_ROOM)
        page = sign_in(context)
        until_kept(page, 1)
        context.set_offline(True)
        page.goto(f"/crew/tickets/{one.number}")
        page.evaluate("globalThis.isFull = true")
        press_finish(page)
        expect(page.get_by_role("alert")).to_contain_text("空きが足りない")
        assert one.number not in left_on(page)
        page.evaluate("globalThis.isFull = false")
        with page.expect_navigation():
            page.locator("#finish .send").click()
        assert one.number in left_on(page)
        context.set_offline(False)
        until(page, lambda: rows(MOVES) == [(one.id,)])


def test_of_two_phones_an_hour_apart_the_first_to_arrive_has_finished_and_the_other_sees_both(
    chromium: Browser, site: str, tmp_path: Path
) -> None:
    one = filed(pictures=1)
    ahead, behind = tmp_path / "ahead", tmp_path / "behind"
    with phone(chromium, site, ahead) as first, phone(chromium, site, behind) as second:
        pages = [sign_in(first), sign_in(second)]
        for turn, (context, page) in enumerate(zip((first, second), pages, strict=True)):
            until_kept(page, 1)
            context.set_offline(True)
            page.clock.set_system_time(datetime.now(UTC) + timedelta(hours=1 - turn))
            finish(page, one.number, turn=turn)
        for context, page in zip((first, second), pages, strict=True):
            page.goto("/crew/waiting")
            context.set_offline(False)
            expect(page.locator("#acts .waiting")).to_have_count(0)
        expect(pages[0].locator("#acts li")).to_have_count(0)
        late = pages[1].locator("#acts li")
        expect(late).to_contain_text("この電話でしたこと")
        expect(late).to_contain_text("いまの受付票")
        expect(late).to_contain_text("道路作業班")
        expect(late.get_by_role("img", name="完了の写真")).to_be_visible()
        assert rows(MOVES) == [(one.id,)]
        late.get_by_role("button", name="メモとして残す").click()
        expect(pages[1].locator("#acts li")).to_have_count(0)
    assert rows(MOVES) == [(one.id,)]
    assert (value(PHOTOS), value(NOTED)) == (1, 1)
    assert "完了" in value("SELECT words FROM notes")


def test_two_hundred_photos_that_wait_are_sent_each_once_and_in_order(
    chromium: Browser, site: str, tmp_path: Path
) -> None:
    numbers = [filed().number for _ in range(50)]
    with phone(chromium, site, tmp_path) as context:
        page = sign_in(context)
        until_kept(page, 50)
        context.set_offline(True)
        in_store(
            page,
            """
            const person = document.querySelector('meta[name="michi-person"]').content;
            const photo = new Blob([Uint8Array.from(given.photo)], { type: "image/jpeg" });
            const files = Array.from({ length: 4 }, (_, turn) => ({ field: "photo", name: `${turn}.jpg`, type: photo.type }));
            for (const number of given.numbers) await store.add({
              person, number, files, action: `/crew/tickets/${number}/move`, what: "完了", becomes: "fixed", title: "", place: "",
              at: new Date().toISOString(), state: "waiting", tries: 0, after: 0, then: "/crew/",
              fields: [["to", "fixed"], ["seen", "received"], ["key", `key-${number}`]],
            }, files.map(() => photo));
            """,  # noqa: E501
            {"numbers": numbers, "photo": list(mended(width=160))},
        )
        page.goto("/crew/waiting")
        expect(page.locator("#count")).to_have_text("50件")
        context.set_offline(False)
        expect(page.locator("#state")).to_have_text("すべて送りました。", timeout=600_000)
    sent = "SELECT t.number FROM history h JOIN tickets t ON t.id = h.ticket_id"
    assert rows(f"{sent} WHERE what = 'moved' ORDER BY h.id") == [(one,) for one in numbers]
    assert value(PHOTOS) == 200


def test_a_new_version_of_the_worker_sends_what_the_old_one_kept(
    chromium: Browser, site: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = filed()
    with phone(chromium, site, tmp_path) as context:
        page = sign_in(context)
        until_kept(page, 1)
        context.set_offline(True)
        finish(page, one.number)
        newer = replace(assets.manifest(), version="0123456789ab")
        monkeypatch.setattr(assets, "manifest", lambda: newer)
        context.set_offline(False)
        page.goto("/crew/waiting")
        expect(page.locator("#sent li")).to_contain_text([one.number])
        until(page, lambda: in_store(page, _VERSIONS) == ["0123456789ab"])
    assert rows(MOVES) == [(one.id,)]


_VERSIONS = """
    const requests = await (await caches.open("michi-files")).keys();
    return [...new Set(requests.map(({ url }) => url.split("/static/")[1].slice(0, 12)))];
"""


def test_who_signs_out_while_work_waits_is_asked_and_then_nothing_is_left(
    chromium: Browser, site: str, tmp_path: Path
) -> None:
    one = filed(pictures=1)
    with phone(chromium, site, tmp_path) as context:
        page = sign_in(context)
        until_kept(page, 1)
        context.set_offline(True)
        finish(page, one.number)
        leave, ask = (
            page.get_by_role("button", name="サインアウト", exact=True),
            page.locator("dialog"),
        )
        leave.click()
        expect(ask).to_contain_text("送信待ちが 1件 あります")
        ask.get_by_role("button", name="1件を消してサインアウト").click()
        expect(ask).to_contain_text("サインアウトできません")
        ask.get_by_role("button", name="分かりました").click()
        assert one.number in left_on(page)
        do("UPDATE tickets SET status = 'declined', closed_at = now(), change = change + 1")
        context.set_offline(False)
        expect(page.locator(".offline-count")).to_contain_text("確認が必要 1件")
        leave.click()
        ask.get_by_role("button", name="やめる").click()
        assert one.number in left_on(page)
        leave.click()
        ask.get_by_role("button", name="1件を消してサインアウト").click()
        page.wait_for_url("**/sign-in")
        assert left_on(page) == []
        context.set_offline(True)
    assert rows("SELECT FROM sign_ins") == []
    assert rows(MOVES) == []


def test_what_one_person_left_waiting_another_neither_sees_nor_sends(
    chromium: Browser, site: str, tmp_path: Path
) -> None:
    one, tree = filed(pictures=1), filed("tree", STATION)
    with phone(chromium, site, tmp_path) as context:
        page = sign_in(context)
        until_kept(page, 1)
        context.set_offline(True)
        finish(page, one.number)
        do("DELETE FROM sign_ins")
        context.set_offline(False)
        expect(page.get_by_role("link", name="サインインすると 1件を送ります")).to_be_visible()
        page = sign_in(context, "trees")
        until_kept(page, 1)
        expect(page.locator("#count")).to_have_text("0件")
        context.set_offline(True)
        page.goto("/crew/")
        expect(page.locator("#list")).to_contain_text("街路樹")
        assert one.number not in page.content()
        page.goto(f"/crew/tickets/{one.number}")
        expect(page.locator("#missing")).to_be_visible()
        page.goto(f"/crew/tickets/{tree.number}")
        context.set_offline(False)
        page.get_by_role("button", name="サインアウト").click()
        page.wait_for_url("**/sign-in")
        assert rows(MOVES) == []
        page = sign_in(context)
        until(page, lambda: rows(MOVES) == [(one.id,)])


def test_a_patrol_begins_takes_a_find_and_ends_without_signal(
    chromium: Browser, site: str, tmp_path: Path
) -> None:
    one = filed()
    with phone(chromium, site, tmp_path) as context:
        page = sign_in(context)
        until_kept(page, 1)
        context.set_offline(True)
        page.goto("/crew/")
        page.locator("#choose").click()
        page.locator(f'#list li[data-number="{one.number}"]').click()
        page.locator("#claim").get_by_role("button", name="引き受ける").click()
        expect(page.get_by_text("送信待ち: 引き受ける")).to_be_visible()
        page.goto("/crew/patrol")
        page.get_by_role("button", name="巡回を始める").click()
        expect(page.locator("#on-phone")).to_contain_text("巡回中です")
        page.get_by_role("link", name="見つけた").click()
        page.locator("#point").fill(f"{STATION.lat}, {STATION.lon}")
        page.get_by_label("舗装の穴・段差").check()
        page.get_by_role("button", name="記録する").click()
        expect(page.get_by_role("link", name="送信待ち 3件")).to_be_visible()
        page.get_by_role("button", name="巡回を終える").click()
        expect(page.locator("#on-phone")).to_contain_text("巡回を終えました")
        assert rows("SELECT FROM patrols") == []
        context.set_offline(False)
        page.goto("/crew/waiting")
        expect(page.get_by_text("すべて送りました。")).to_be_visible()
        page.goto("/crew/patrol")
        expect(page.get_by_role("button", name="巡回を始める")).to_be_visible()
    assert value("SELECT count(*) FROM patrols WHERE ended_at IS NOT NULL") == 1
    assert value("SELECT count(*) FROM reports WHERE channel = 'patrol'") == 1
    assert value("SELECT count(*) FROM tickets WHERE assignee_id IS NOT NULL") == 1


@pytest.mark.parametrize("ends", ["shut out", "too long"])
def test_a_phone_forgets_who_may_not_come_in_and_who_was_away_too_long(
    chromium: Browser, site: str, tmp_path: Path, ends: str
) -> None:
    one = filed(pictures=1)
    with phone(chromium, site, tmp_path) as context:
        page = sign_in(context)
        until_kept(page, 1)
        context.set_offline(True)
        finish(page, one.number)
        if ends == "shut out":
            do("UPDATE users SET disabled = true WHERE name = 'roads'")
            context.set_offline(False)
            page.wait_for_url("**/sign-in*")
        else:
            in_store(
                page,
                """for (const name of await store.factNames()) if (name.startsWith("contact:"))
                       await store.setFact(name, Date.now() - 15 * 24 * 60 * 60_000);""",
            )
            with pytest.raises(Exception, match="ERR_"):
                page.goto("/crew/")
            context.set_offline(False)
            page.goto("/crew/")
            expect(page.get_by_role("dialog")).to_contain_text(f"{one.number} 完了")
        until(page, lambda: one.number not in left_on(page))
    assert rows(MOVES) == []
