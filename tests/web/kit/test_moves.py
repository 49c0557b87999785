"""Photos that come with a move: named before they are stored, gone when nothing comes of it."""

import re
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from httpx2 import Response
from sqlalchemy import text
from townsfolk import rows, value
from web_scene import Browser, Filed, filed, picture

from reports.actions.merge import CannotMerge
from reports.actions.move import move
from reports.people.permissions import Actor, Role
from reports.photos import intake
from reports.photos.photo_store import photo_store
from reports.tickets.lock import locked
from reports.tickets.status import Status
from settings import settings
from store import tasks
from store.database import engine, transaction
from store.photo_files import NoSuchFile, key_of
from workers import photos

PHOTO = picture()
KEY = key_of(PHOTO, "original")


def is_there() -> bool:
    try:
        return photo_store().get(KEY) == PHOTO
    except NoSuchFile:
        return False


@contextmanager
def finishing(crew: Browser, one: Filed) -> Iterator[Future[Response]]:
    """A crew's last tap, on its way."""
    photo = {"photo": ("road.jpg", PHOTO, "image/jpeg")}
    path = f"/crew/tickets/{one.number}/move"
    with ThreadPoolExecutor(1) as phone:
        yield phone.submit(crew.post, path, files=photo, to="fixed", seen="received")


def somebody_waits() -> bool:
    with engine().connect() as db:
        return bool(db.scalar(text("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)")))


def test_a_file_is_named_before_it_is_there_and_forgotten_when_the_move_is_refused(
    crew: Browser,
) -> None:
    one = filed()
    with finishing(crew, one) as answer, transaction() as desk:
        locked(desk, one.id)
        while not somebody_waits():
            assert not answer.done()
        with transaction() as db:
            assert intake.still_needed(db, [KEY]) == {KEY}
        assert is_there()
        move(desk, one.id, Status.FIXED, Actor(Role.STAFF))
        desk.commit()
    assert answer.result().status_code == 409
    assert rows("SELECT FROM photos") == []
    photos.forget_files(value("SELECT args FROM tasks WHERE name = 'forget_files'")["keys"])
    assert not is_there()


def test_the_same_bytes_are_not_stored_while_a_worker_deletes_them(crew: Browser) -> None:
    one = filed()
    with transaction() as db:
        tasks.later(db, "forget_files", keys=[KEY])
    with transaction() as db:
        task = tasks.claim(
            db, value("SELECT id FROM tasks WHERE name = 'forget_files'"), "forget_files", 60
        )
        assert task
        assert intake.still_needed(db, [KEY]) == set()
    with finishing(crew, one) as answer:
        while not rows("SELECT FROM photos"):
            assert not answer.done()
        photo_store().delete(KEY)
        with transaction() as db:
            tasks.finish(db, task.id)
    assert answer.result().status_code == 303
    assert is_there()


def test_who_has_not_begun_to_delete_them_is_not_waited_for(crew: Browser) -> None:
    one = filed()
    with transaction() as db:
        tasks.later(db, "forget_files", keys=[KEY])
    with finishing(crew, one) as answer:
        assert answer.result().status_code == 303
    photos.forget_files([KEY])
    assert is_there()


def test_with_the_photo_store_away_nothing_is_left_of_it(crew: Browser) -> None:
    one = filed()
    settings().photo_store_url = "file:///proc/nobody/here"
    with finishing(crew, one) as answer:
        assert answer.result().status_code == 503
    assert rows("SELECT FROM photos") == []
    assert value("SELECT status FROM tickets") == "received"


def keys_on(browser: Browser, path: str) -> list[str]:
    return re.findall(r'name="key" value="([^"]+)"', browser.get(path).text)


def test_every_form_of_a_ticket_has_a_key_that_no_other_has(staff: Browser, crew: Browser) -> None:
    one, duplicate = filed(), filed()
    desk = f"/staff/tickets/{one.number}"
    keys = [
        *keys_on(staff, desk),
        *keys_on(staff, desk),
        *keys_on(crew, f"/crew/tickets/{one.number}"),
    ]
    assert len(keys) == len(set(keys)) == 2 * 12 + 9
    assert duplicate.number in staff.get(desk).text


def test_a_page_that_is_gone_back_to_has_the_same_key_and_another_wish(staff: Browser) -> None:
    one = filed()
    path = f"/staff/tickets/{one.number}/move"
    page: dict[str, str] = {"seen": "received", "change": "1", "key": "of its page"}
    for to in ("inspecting", "inspecting"):
        assert staff.post(path, to=to, **page).status_code == 303
    gone_back = staff.post(path, to="scheduled", **page)
    assert (gone_back.status_code, "現場確認中」に変わっています" in gone_back.text) == (409, True)
    assert len(rows("SELECT FROM history WHERE what = 'moved'")) == 1


def test_a_change_that_leaves_the_status_alone_refuses_nobody(staff: Browser) -> None:
    one = filed()
    staff.post(f"/staff/tickets/{one.number}/ask", words="どちら側ですか")
    page = {"seen": "received", "change": "1"}
    answer = staff.post(f"/staff/tickets/{one.number}/move", to="inspecting", **page)
    assert answer.status_code == 303


def test_a_merge_that_cannot_be_undone_now_is_a_refused_move(
    crew: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    def changed(*_: object) -> None:
        raise CannotMerge("まとめた先が、いま変わりました。")

    one = filed()
    monkeypatch.setattr("reports.actions.move.locked_to_part", changed)
    answer = crew.post(f"/crew/tickets/{one.number}/move", to="in_progress")
    assert answer.status_code == 409
    assert "まとめた先が、いま変わりました。" in answer.text
