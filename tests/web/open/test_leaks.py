"""Nothing of a person, and nothing that was not released, stands in anything that is public."""

import io
import json
import re
import zipfile

import pyarrow
import pyarrow.parquet as parquet
import pytest
from fastapi import FastAPI
from public_board import published
from public_walk import TABLES, beginnings, listened, tables, touched, traces, unread, walk
from starlette.testclient import TestClient
from townsfolk import rows, value
from web_scene import Browser, filed, sends_more

from geo.points import Point
from reports.city import clock
from reports.documents.open_data import versions
from reports.documents.open_data.forms import FORMS
from reports.documents.open_data.months import written
from reports.photos.photo_store import photo_store
from reports.privacy.erase import erase
from store.database import transaction
from workers import photos, publishing
from workers.open_data import make_open_data

BEFORE_THE_DOOR = Point(139.524631, 35.701583)
WORDS = "山田花子です。緑町5-2-31のわが家の前の穴。電話は090-1234-5678、車は多摩500あ12-34"
RELEASED = "わが家の前の穴"
ADDED = "むすこのたろうが転びました"
SECRETS = {
    "山田花子", "5-2-31", "090-1234-5678", "多摩500", "たろうが転び", "いたずらかもしれない",
    "三丁目の佐々木さん", "080-9876-5432", "すぐ直しますと伝えた", "佐藤 恵", "sato",
    "139.524631", "35.701583", "139.52463", "35.70158",
}  # fmt: skip


OPEN = {
    *TABLES, "city", "city_versions", "categories", "departments", "layers", "areas", "roads",
    "assets", "terms", "open_data_versions", "open_data_files", "open_data_parts",
}  # fmt: skip
"""What the public may read as it likes; of what the desk writes while it works, nothing."""


def cover(staff: Browser, number: str, photo_id: int, do: str, seen: int = 0) -> None:
    path = f"/staff/tickets/{number}/photos/{photo_id}/patches"
    sent = {"patches": json.dumps([[4_000, 5_000, 3_000, 3_000]]), "seen": str(seen), "do": do}
    assert staff.post(path, **sent).status_code == 303
    tasks = "SELECT id, args FROM tasks WHERE name = 'make_public_photo' AND finished_at IS NULL"
    for task in rows(tasks):
        if write := photos.make_public(**task.args):
            with transaction() as db:
                write(db)
        rows("UPDATE tasks SET finished_at = now() WHERE id = :id", id=task.id)


def files(photo_id: int, *names: str) -> list[bytes]:
    (row,) = rows(
        f"SELECT {', '.join(names)} FROM photos WHERE id = :id",  # names of columns
        id=photo_id,
    )
    return [photo_store().get(key) for key in row if key]


def press(staff: Browser, path: str, **fields: str) -> None:
    answer = staff.post(path, **fields)
    assert answer.status_code == 303, answer.text


def everything(app: FastAPI, stranger: TestClient, number: str, fine: set[str]) -> dict[str, bytes]:
    month = written(clock.today().replace(day=1))
    parts = {
        "number": [number], "z": ["14"], "x": ["14541"], "y": ["6450"], "key": ["a" * 64],
        "form": ["json", "xml"], "code": ["pothole"], "month": [month],
        "id": [number],
        "collection": ["tickets"], "feature": [number],
    }  # fmt: skip
    files = [f"/open/data/tickets-{month}.{form}" for form in FORMS]
    first = [*beginnings(app, parts), *files, f"/open/tickets/{number}?lang=en"]
    return walk(stranger, first, fine) | tables()


def test_no_trace_of_a_person_or_of_what_was_not_released_is_public(
    app: FastAPI, staff: Browser, stranger: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = filed(place=BEFORE_THE_DOOR, words=WORDS, pictures=2)
    assert one.photo_id
    (other,) = rows("SELECT id FROM photos WHERE id <> :id", id=one.photo_id)
    here = f"/staff/tickets/{one.number}"
    sends_more(one, "add", words=ADDED)
    line_id = value("SELECT line_user_id FROM residents")
    memo = "いたずらかもしれない。三丁目の佐々木さん 080-9876-5432"
    press(staff, f"{here}/notes", memo=memo, to="")
    press(staff, f"{here}/move", to="inspecting", note="すぐ直しますと伝えた", seen="received")
    remark = value("SELECT min(id) FROM remarks")
    press(staff, f"{here}/words/{remark}", do="release", public=RELEASED, seen="")
    cover(staff, one.number, one.photo_id, "release")
    cover(staff, one.number, other.id, "save")
    rows(
        "UPDATE photos SET exif_place = ST_SetSRID(ST_MakePoint(139.1234567, 35.7654321), 4326),"
        " taken_at = '2020-02-03 04:05:06+09'"
    )
    secrets = SECRETS | {
        line_id, "139.1234567", "2020-02-03", "04:05:06",
        *(row.draft_key for row in rows("SELECT draft_key FROM reports")),
        *(row.line_message_id for row in rows("SELECT line_message_id FROM photos")),
    }  # fmt: skip
    publishing.publish()
    for _ in range(4):  # so that the month tells of it
        published("open", town=value("SELECT town FROM published_tickets LIMIT 1"))
    with transaction() as db:
        run_id = versions.ask(db, clock.today().replace(day=1), by=None, key=None, task=False)
    if write := make_open_data(run_id):
        with transaction() as db:
            write(db)
    reason = "個人の敷地"
    for do, seen in (("keep", "no"), ("let", "yes")):
        press(staff, f"{here}/public", do=do, why=reason, seen=seen)
        publishing.publish()
    secrets.add(reason)
    fine: set[str] = set()
    with listened(monkeypatch) as asked:
        read = everything(app, stranger, one.number, fine)
    assert traces(read, secrets) == []
    assert unread(app, fine) == ["/open311/v2/tokens/{token}.{form}"]
    assert touched(asked) - OPEN == set()
    page = read[f"/open/tickets/{one.number}"].decode("utf-8", "replace")
    assert RELEASED in page
    (shown,) = set(re.findall(r"/open/photos/(\w{64})\.jpg", page))
    (copy,) = files(one.photo_id, "public_large")
    bodies = read[f"/open/photos/{shown}.jpg"]
    assert bodies.startswith(copy)
    assert b"Exif" not in bodies
    private = [
        *files(one.photo_id, "original", "large", "small"),
        *files(other.id, "original", "large", "small", "public_large", "public_small"),
    ]
    assert not any(data[-500:-100] in said for said in read.values() for data in private)
    hashes = rows("SELECT public_large, large FROM photos WHERE id = :id", id=other.id)
    for key in hashes[0]:
        name = key.rpartition("/")[2].removesuffix(".jpg")
        assert stranger.get(f"/open/photos/{name}.jpg").status_code == 404
    press(staff, f"{here}/photos/{one.photo_id}/hide", why="顔")
    with transaction() as db:
        erase(db, one.resident_id)
    publishing.publish()
    left = everything(app, stranger, one.number, set())
    assert traces(left, {*secrets, RELEASED, shown}) == []
    assert stranger.get(f"/open/photos/{shown}.jpg").status_code == 404
    press(staff, f"{here}/public", do="keep", why=reason, seen="no")
    publishing.publish()
    assert traces(tables(), {*secrets, RELEASED, shown}) == []  # nothing else is read, see above
    assert stranger.get(f"/open/tickets/{one.number}").status_code == 404


def test_whoever_looks_for_traces_finds_them_however_they_are_written() -> None:
    table = io.BytesIO()
    parquet.write_table(pyarrow.table({"words": ["車は多摩500です"]}), table)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as whole:
        whole.writestr("tickets.csv", "多摩500")
    ways = [
        "多摩500".encode(), "多摩500".encode("cp932"), rb"\u591a\u6469500",
        b"%E5%A4%9A%E6%91%A9500",
        b"&#22810;&#25705;&#53;&#48;&#48;", table.getvalue() + b"{}", packed.getvalue(),
    ]  # fmt: skip
    read = {str(turn): said for turn, said in enumerate(ways)}
    assert [address for address, _ in traces(read, {"多摩500"})] == [*read]
