"""Photos for others, made by people: what is covered is gone for them, and who decides what."""

import io
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest
from httpx2 import Response
from order_scene import firm, ordered
from PIL import Image
from sqlalchemy import text
from starlette.testclient import TestClient
from townsfolk import rows
from web_scene import PASSWORD, Browser, Filed, filed, stored_photo, ticket_of

from reports.actions.share_order import share
from reports.documents.exports import rows as exported
from reports.documents.orders import facts as order_facts
from reports.documents.sheet import facts as sheet_facts
from reports.people.accounts import create_user
from reports.people.permissions import Actor, Role
from reports.photos import intake
from reports.photos.links import last_day, photo_link, public_link
from reports.photos.photo_store import photo_store
from reports.privacy.erase import erase
from reports.tickets.lock import locked
from reports.tickets.sentences import happened
from store import sql
from store.database import engine, transaction
from store.photo_files import NoSuchFile
from workers import photos

ComeIn = Callable[[str], Browser]
TOMORROW = last_day(datetime.now(UTC), 1)
BOX = [4_000, 5_000, 3_000, 3_000]
STATE = (
    "SELECT decision, redaction, public_at IS NOT NULL AS made, patches FROM photos WHERE id = :id"
)


def here(one: Filed) -> str:
    return f"/staff/tickets/{one.number}/photos/{one.photo_id}"


def cover(
    staff: Browser, one: Filed, *boxes: list[int], seen: int = 0, do: str = "save"
) -> Response:
    sent = {"patches": json.dumps(boxes), "seen": str(seen), "do": do}
    return staff.post(f"{here(one)}/patches", **sent)


def made(_: Filed) -> None:
    """A worker makes the copies that are asked for."""
    tasks = "SELECT id, args FROM tasks WHERE name = 'make_public_photo' AND finished_at IS NULL"
    for task in rows(tasks):
        write = photos.make_public(**task.args)
        if write:
            with transaction() as db:
                write(db)
        rows("UPDATE tasks SET finished_at = now() WHERE id = :id", id=task.id)


def state(one: Filed) -> Any:
    (found,) = rows(STATE, id=one.photo_id)
    return found


def open_link(client: TestClient, link: str) -> Response:
    return client.get(f"/{link.split('/', 3)[3]}")


def is_covered(data: bytes, at: tuple[float, float] = (0.5, 0.6)) -> bool:
    with Image.open(io.BytesIO(data)) as image:
        pixel = image.getpixel((int(image.width * at[0]), int(image.height * at[1])))
    assert isinstance(pixel, tuple)
    return all(abs(a - b) < 4 for a, b in zip(pixel, (58, 66, 74), strict=True))


def said(one: Filed) -> list[str]:
    return [happened(line, {}) for line in ticket_of(one).history if "photo_" in line.what]


def test_what_is_covered_is_gone_for_all_outside_and_what_is_released_is_for_strangers(
    staff: Browser, stranger: TestClient
) -> None:
    one = filed(pictures=1)
    assert one.photo_id
    own = photo_link(one.photo_id, "large", TOMORROW)
    assert not is_covered(open_link(stranger, own).content)
    answer = cover(staff, one, BOX)
    assert (answer.status_code, answer.headers["location"]) == (303, f"{here(one)}?done=saved")
    assert open_link(stranger, own).status_code == 404  # while the copy is made
    made(one)
    assert tuple(state(one)) == (None, 1, True, [BOX])
    assert is_covered(open_link(stranger, own).content)
    assert is_covered(staff.get(f"/staff/photos/{one.photo_id}/public").content)
    assert not is_covered(staff.get(f"/staff/photos/{one.photo_id}/large").content)
    copy = public_link(one.photo_id, "small", 1)
    assert open_link(stranger, copy).status_code == 404
    assert cover(staff, one, BOX, seen=1, do="release").status_code == 303
    given = open_link(stranger, copy)
    assert is_covered(given.content)
    with Image.open(io.BytesIO(given.content)) as image:
        assert (image.size, dict(image.getexif())) == ((480, 360), {})
    moved = [100, 100, 3_000, 3_000]
    assert cover(staff, one, moved, seen=1).status_code == 303
    made(one)
    assert state(one).decision is None  # another picture, which nobody has released
    for link in (copy, public_link(one.photo_id, "small", 2)):
        assert open_link(stranger, link).status_code == 404
    assert cover(staff, one, BOX, seen=2, do="release").status_code == 303
    made(one)
    assert is_covered(open_link(stranger, public_link(one.photo_id, "large", 3)).content)
    assert staff.post(f"{here(one)}/withhold", seen="3").status_code == 303
    assert open_link(stranger, public_link(one.photo_id, "large", 3)).status_code == 404
    assert said(one) == [
        "写真の1か所を隠しました",
        "写真(1か所を隠したもの)を公開してよいと決めました",
        "写真の隠す範囲を変えました(1か所)",
        "写真の隠す範囲を変え、公開してよいと決めました(1か所)",
        "写真の公開をやめました",
    ]
    first = rows(
        "SELECT actor_name, details FROM history WHERE what = 'photo_redacted' ORDER BY id"
    )
    assert first[1].details == {"photo": one.photo_id, "before": [BOX], "after": [moved]}
    assert first[0].actor_name == "佐藤 恵"


def test_the_copy_for_strangers_is_gone_with_the_citys_yes_and_with_those_who_sent_it(
    staff: Browser, stranger: TestClient
) -> None:
    one = filed(pictures=1)
    assert one.photo_id
    assert cover(staff, one, BOX, do="release").status_code == 303
    made(one)
    copy = public_link(one.photo_id, "small", 1)
    says = "UPDATE city SET facts = facts || jsonb_build_object('strangers_photos', :it ::text)"
    for it, status in (("none", 404), ("released", 200)):
        rows(says, it=it)
        assert open_link(stranger, copy).status_code == status, it
    rows("UPDATE tickets SET status = 'fixed', closed_at = now(), forgotten_at = now()")
    assert open_link(stranger, copy).status_code == 410


def test_papers_and_contractors_get_what_is_left_and_nothing_of_a_hidden_photo(
    staff: Browser, stranger: TestClient
) -> None:
    one = filed(pictures=1)
    with transaction() as db:
        order = ordered(db, [one.id], firm(db))
        link = share(db, order, Actor(Role.STAFF, "佐藤 恵"))

    def outside() -> list[bytes]:
        with transaction() as db:
            sheet, work = sheet_facts.facts_of(db, one.id), order_facts.facts_of(db, order)
            covers = sql.run(db, exported.BESIDES["cover"], ids=[one.id]).fetchall()
        assert sheet
        assert work
        keys = [each.large for each in sheet.photos] + [*work.items[0].photos]
        answer = open_link(stranger, f"{link}/photos/{one.photo_id}/large")
        files = [photo_store().get(key) for key in (*keys, *(key for _, key in covers))]
        return files + [answer.content] * (answer.status_code == 200)

    assert [is_covered(each) for each in outside()] == [False] * 4
    cover(staff, one, BOX)
    made(one)
    assert [is_covered(each) for each in outside()] == [True] * 4
    assert staff.post(f"{here(one)}/hide").status_code == 409
    assert staff.post(f"{here(one)}/hide", why="家の中が写っている", key="h").status_code == 303
    assert staff.post(f"{here(one)}/hide", why="家の中が写っている", key="h").status_code == 303
    assert outside() == []
    assert open_link(stranger, photo_link(one.photo_id or 0, "large", TOMORROW)).status_code == 404
    page = staff.get(f"/staff/tickets/{one.number}").text
    assert "市が隠した写真です" in page
    assert "家の中が写っている" in page
    assert staff.get(f"/staff/photos/{one.photo_id}/large").status_code == 200
    assert staff.post(f"{here(one)}/show").status_code == 303
    assert len(outside()) == 4
    assert len(said(one)) == 3


def test_of_two_who_draw_at_once_the_second_keeps_what_they_drew(staff: Browser) -> None:
    one = filed(pictures=1)
    other = [100, 100, 900, 900]
    assert cover(staff, one, BOX).status_code == 303
    late = cover(staff, one, other, seen=0, do="release")
    assert late.status_code == 409
    assert "破線で残しています" in late.text
    assert json.dumps([other]) in late.text
    assert (state(one).patches, state(one).decision) == ([BOX], None)


def test_a_release_while_its_sender_takes_the_photo_back_releases_nothing(staff: Browser) -> None:
    one = filed(pictures=1)
    cover(staff, one, BOX)
    made(one)
    (files,) = rows("SELECT public_large, public_small FROM photos WHERE id = :id", id=one.photo_id)
    with ThreadPoolExecutor(1) as desk:
        with transaction() as db:
            locked(db, one.id)
            answer = desk.submit(cover, staff, one, BOX, seen=1, do="release")
            while not somebody_waits():
                assert not answer.done()
            intake.remove(db, one.photo_id or 0)
        assert answer.result().status_code in (404, 409)
    assert tuple(state(one)) == (None, 1, False, None)
    for task in rows("SELECT args FROM tasks WHERE name = 'forget_files' ORDER BY id"):
        photos.forget_files(task.args["keys"])
    for key in files:
        with pytest.raises(NoSuchFile):
            photo_store().get(key)


def somebody_waits() -> bool:
    with engine().connect() as db:
        return bool(db.scalar(text("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)")))


def test_a_copy_that_is_late_is_not_kept_and_an_erased_persons_goes(staff: Browser) -> None:
    one = filed(pictures=1)
    cover(staff, one, BOX)
    write = photos.make_public(one.photo_id or 0, 1)
    cover(staff, one, [0, 0, 900, 900], seen=1)
    assert write
    with transaction() as db:
        write(db)
    assert state(one).made is False
    assert photos.make_public(one.photo_id or 0, 1) is None
    made(one)
    assert state(one).made
    with transaction() as db:
        db.execute(text("SELECT FROM residents WHERE id = :id FOR UPDATE"), {"id": one.resident_id})
        erase(db, one.resident_id)
    assert tuple(state(one)) == (None, 2, False, None)
    assert staff.get(here(one)).status_code == 404
    assert said(one) == ["写真の1か所を隠しました", "写真の隠す範囲を変えました(1か所)"]


def test_without_its_original_a_photo_keeps_its_copy_and_what_is_covered(
    staff: Browser, stranger: TestClient
) -> None:
    one = filed(pictures=1)
    cover(staff, one, BOX)
    made(one)
    rows("UPDATE photos SET original = NULL")
    assert "もう変えられません" in staff.get(here(one)).text
    assert cover(staff, one, seen=1).status_code == 409
    assert cover(staff, one, BOX, seen=1, do="release").status_code == 303
    given = open_link(stranger, public_link(one.photo_id or 0, "large", 1))
    assert is_covered(given.content)


@pytest.mark.parametrize(
    "patches",
    ["", "{", "[[1,2,3]]", '[["a",1,1,1]]', "[[0,0,10,10]]", "[[0,0,1e400,1]]", "[[NaN,0,1,1]]",
     json.dumps([[0, 0, 900, 900 + n] for n in range(51)]), "[" * 5_000],
)  # fmt: skip
def test_what_is_no_rectangle_is_refused_in_words(staff: Browser, patches: str) -> None:
    one = filed(pictures=1)
    answer = staff.post(f"{here(one)}/patches", patches=patches, seen="0")
    assert answer.status_code == 422
    assert 'class="notice bad"' in answer.text
    assert state(one).redaction == 0


def test_photos_of_others_and_of_notes_are_not_there(staff: Browser) -> None:
    one, other = filed(pictures=1), filed(pictures=1)
    path = f"/staff/tickets/{one.number}/photos"
    with transaction() as db:
        loose = stored_photo(db, one.resident_id)
    for id in (other.photo_id, loose, 10**17):
        assert staff.get(f"{path}/{id}").status_code == 404
        assert staff.post(f"{path}/{id}/patches", patches="[]", seen="0").status_code == 404
        assert staff.post(f"{path}/{id}/hide", why="x").status_code == 404


def test_the_list_finds_what_waits_for_somebody_to_decide(staff: Browser) -> None:
    one, _ = filed(pictures=1), filed()

    def waiting() -> list[str]:
        told = staff.get("/staff/tickets.geojson?undecided=yes").json()
        return [each["properties"]["number"] for each in told["features"]]

    assert waiting() == [one.number]
    staff.post(f"{here(one)}/withhold", seen="0")
    assert waiting() == []


def test_a_photo_is_for_the_staff_of_its_department_to_decide_on(
    staff: Browser, come_in: ComeIn
) -> None:
    one = filed(pictures=1)
    with transaction() as db:
        for name, role, of in (("doi", "department", ["road"]), ("mori", "department", ["trees"])):
            create_user(db, name=name, shown_name=name, password=PASSWORD, role=role, further=of)
    assert cover(staff, one, BOX).status_code == 303
    mori = come_in("mori")
    answers = [
        mori.get(here(one)),
        cover(mori, one, seen=1),
        mori.post(f"{here(one)}/hide", why="x"),
    ]
    assert [answer.status_code for answer in answers] == [403] * 3
    assert "ほかの課の受付票です" in answers[0].text
    assert here(one) not in mori.get(f"/staff/tickets/{one.number}").text
    doi = come_in("doi")
    assert here(one) in doi.get(f"/staff/tickets/{one.number}").text
    assert doi.post(f"{here(one)}/hide", why="家の中").status_code == 303
    size = f"/staff/photos/{one.photo_id}/large"
    assert [who.get(size).status_code for who in (doi, come_in("mori"))] == [200, 404]
    assert come_in("roads").get(size).status_code == 404
