"""What is held of people, how long: seen, changed, cleared away; handed out and erased by staff."""

import hashlib
import hmac
import io
import json
import re
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Column
from starlette.testclient import TestClient
from townsfolk import HARUKA, STAFF, hear, photo, place, rows, value, words
from web_scene import PAGE, PASSWORD, Browser, filed
from what_is_kept import where_it_is_kept

import migrations.tables  # noqa: F401
from reports.actions.ask import ask
from reports.city import versions
from reports.people.accounts import create_user
from reports.photos import photo_store as store
from reports.photos.links import last_day, photo_link
from reports.photos.photo_store import photo_store
from reports.privacy.tables import PLACES
from settings import settings
from store.base import Base
from store.database import transaction
from store.photo_files import NoSuchFile
from store.tasks import later
from workers import clearing as worker
from workers.clock import tidy
from workers.photos import forget_files

pytestmark = pytest.mark.usefixtures("database_url")
HERE = "/staff/privacy"
PEOPLE = ("residents", "users")
PERSONAL = re.compile(
    r"(line_user_id|person|recipient|phone|e?mail|address|raw|words|note|(by|actor)_name|made_by"
    r"|members|who|edited_by)$"
)


@pytest.fixture
def boss(come_in: Callable[[str], Browser]) -> Browser:
    with transaction() as db:
        create_user(db, name="kanri", shown_name="管理", password=PASSWORD, role="administrator")
    return come_in("kanri")


def closed_ago(ticket_id: int, days: int) -> None:
    rows(
        "UPDATE tickets SET status = 'fixed', closed_at = now() - make_interval(days => :days)"
        " WHERE id = :id",
        id=ticket_id,
        days=days,
    )


def link(photo_id: int, days: int = 1) -> str:
    until = last_day(datetime.now(UTC), days)
    return photo_link(photo_id, "small", until).removeprefix(settings().public_url)


def seen() -> str:
    with transaction() as db:
        last = versions.newest(db, "facts")
    assert last
    return str(last.id)


def keep(boss: Browser, **periods: str) -> None:
    fields = {"seen": seen(), "do": "save"} | periods
    assert boss.post(f"{HERE}/periods", **fields).status_code == 303


def done(clearing_id: int, pieces: int = 99) -> None:
    """As the worker does it; after so many pieces it is killed, if that is before the end."""
    turns = iter(range(pieces))
    worker.clearing.go_on(clearing_id, worker.STEPS, lambda: next(turns, None) is None)
    write = worker.clear_away(clearing_id)
    assert write
    with transaction() as db:
        write(db)


def test_a_year_after_closing_originals_go_and_what_was_made_of_them_stays(
    boss: Browser, stranger: TestClient
) -> None:
    old, new = filed(pictures=1), filed("mirror", pictures=1)
    assert old.photo_id
    assert new.photo_id
    for one in (old, new):
        file = photo_store().put(f"as it was sent {one.id}".encode(), "original")
        rows(
            "UPDATE photos SET original = :file, direction = 90, exif_accuracy_m = 5,"
            " exif_place = ST_SetSRID(ST_MakePoint(139.5, 35.7), 4326) WHERE id = :id",
            file=file,
            id=one.photo_id,
        )
    original = value("SELECT original FROM photos WHERE id = :id", id=old.photo_id)
    closed_ago(old.id, 367)
    closed_ago(new.id, 363)
    assert stranger.get(link(old.photo_id)).status_code == 200
    tidy()
    for (args,) in rows("SELECT args FROM tasks WHERE name = 'forget_files'"):
        forget_files(**args)
    with pytest.raises(NoSuchFile):
        photo_store().get(original)
    left = "SELECT original, exif_place, exif_accuracy_m, direction FROM photos WHERE id = :id"
    assert rows(left, id=old.photo_id) == [(None, None, None, None)]
    assert None not in rows(left, id=new.photo_id)[0]
    gone = boss.get(f"/staff/photos/{old.photo_id}/original")
    assert (gone.status_code, "保存期間が過ぎたため消えました" in gone.text) == (410, True)
    assert boss.get(f"/staff/photos/{new.photo_id}/original").status_code == 200
    for size in ("small", "large"):
        assert boss.get(f"/staff/photos/{old.photo_id}/{size}").status_code == 200
    assert "元の写真は保存期間が過ぎ" in boss.get(f"/staff/tickets/{old.number}").text
    assert boss.get(f"/staff/tickets/{old.number}/sheet.pdf").content.startswith(b"%PDF")
    answer = stranger.get(link(old.photo_id), headers=PAGE)
    assert (answer.status_code, "公開を終えました" in answer.text) == (410, True)
    assert stranger.get(link(new.photo_id)).status_code == 200
    told = value("SELECT gone FROM clearings WHERE day IS NOT NULL")
    assert (told["originals"], told["exif_places"], told["people"]) == (1, 1, 1)


def test_a_link_ends_and_those_of_before_end_a_period_after_the_first_that_do(
    stranger: TestClient,
) -> None:
    id = filed(pictures=1).photo_id
    assert id
    alive = stranger.get(link(id, 0))
    assert alive.status_code == 200
    assert 0 < int(alive.headers["cache-control"].rpartition("=")[2]) <= 3600
    dead = stranger.get(link(id, -1), headers=PAGE)
    assert (dead.status_code, "期限が切れました" in dead.text) == (410, True)
    key = settings().secret_key.get_secret_value().encode()
    signed = hmac.new(key, f"photo:{id}:small".encode(), hashlib.sha256).hexdigest()[:32]
    undated = f"/photos/{id}/small/{signed}.jpg"
    assert stranger.get(undated).status_code == 200
    rows("UPDATE photo_store SET links_end_since = now() - interval '91 days'")
    assert stranger.get(undated).status_code == 410
    with transaction() as db:
        assert store.links_end_since(db)


def test_periods_are_versions_of_the_city_and_what_goes_at_once_is_said_before(
    boss: Browser,
) -> None:
    closed_ago(filed(words="前の穴").id, 200)
    fields = {"seen": seen(), "words_months": "6", "people_months": "6"}
    page = boss.post(f"{HERE}/periods", do="look", **fields).text
    assert "通報の言葉 1件の受付票の分" in page
    assert "だれが通報したか 1件の受付票の分" in page
    assert value("SELECT count(*) FROM city_versions WHERE facts ? 'keep'") == 0
    keep(boss, words_months="6", people_months="6")
    assert "保存期間: 通報の言葉" in boss.get("/staff/city/versions").text
    tidy()
    assert value("SELECT count(*) FROM remarks") == 0
    for wrong in ({"words_months": "7"}, {"inbox_days": "x"}, {"inbox_days": "999999999"}):
        answer = boss.post(f"{HERE}/periods", seen=seen(), do="save", **wrong)
        assert answer.status_code == 422, wrong
        assert next(iter(wrong.values())) in answer.text
    keep(boss, words_months="12", people_months="12")
    assert value("SELECT facts ? 'keep' FROM city") is False


def test_what_is_shown_before_goes_also_where_the_run_is_killed_midway(boss: Browser) -> None:
    for words_of in ("ひとつ", "ふたつ"):
        closed_ago(filed(words=words_of, pictures=1).id, 400)
    filed(words="まだ")
    rows(
        "INSERT INTO messages (recipient, say, state, created_at)"
        " SELECT 'U' || n, '[]', 'sent', now() - interval '2 years'"
        " FROM generate_series(1, 1100) AS n"
    )
    rows(
        "INSERT INTO residents (line_user_id, created_at) VALUES ('Uq', now() - interval '2 years')"
    )
    rows(
        "INSERT INTO mails (kind, address, message_id, state, created_at, ticket_id)"
        " SELECT 'told', 'a@b.jp', number, 'sent', now() - interval '2 years', id FROM tickets"
    )
    page = boss.get(f"{HERE}/clearing").text
    assert "<b>1,100</b>通" in page
    answer = boss.post(f"{HERE}/clearing", key="once")
    again = boss.post(f"{HERE}/clearing", key="once")
    assert answer.headers["location"] == again.headers["location"]
    id = int(answer.headers["location"].rpartition("/")[2])
    due = value("SELECT due FROM clearings WHERE id = :id", id=id)
    assert due["silent"] == 1
    assert {"words": 2, "people": 2, "messages": 1100, "mails": 2}.items() <= due.items()
    told = boss.get(f"{HERE}/clearing/{id}/progress").json()
    assert told == {"state": "running", "done": 0, "total": sum(due.values())}
    done(id, pieces=14)
    assert value("SELECT gone = due FROM clearings WHERE id = :id", id=id) is True
    assert "終わりました" in boss.get(f"{HERE}/clearing/{id}").text
    assert "1,100通" in boss.get(HERE).text
    assert boss.get(f"{HERE}/clearing").text.count("<b>") == 0
    assert value("SELECT count(*) FROM remarks") == 1


def everything_of_haruka() -> None:
    """They have sent, answered, begun, taken back, followed and were paused."""
    hear(photo(), place(), words("わが家の前の穴"))
    ticket_id = value("SELECT max(id) FROM tickets")
    with transaction() as db:
        ask(db, ticket_id, STAFF, "どちら側ですか。")
        later(db, "show_menu", person=HARUKA, language="ja")
    rows("UPDATE messages SET state = 'sent'")
    hear(words("しろいへいのまえ"), place())
    hear(photo(), words("ここにも穴"))


def exported(boss: Browser, path: str) -> tuple[dict[str, Any], zipfile.ZipFile]:
    answer = boss.post(f"{path}/export")
    assert answer.headers["content-type"] == "application/zip"
    packed = zipfile.ZipFile(io.BytesIO(answer.content))
    return json.loads(packed.read("data.json")), packed


def test_everything_of_a_resident_is_handed_out_and_erased_by_staff(boss: Browser) -> None:
    everything_of_haruka()
    mine = where_it_is_kept(HARUKA, "わが家", "しろいへい", "ここにも")
    found = boss.post(f"{HERE}/people", who=HARUKA).text
    (path,) = set(re.findall(rf"{HERE}/people/resident/\d+", found))
    number = value("SELECT number FROM tickets")
    assert path in boss.post(f"{HERE}/people", who=number.replace("-", "")).text
    data, packed = exported(boss, path)
    tables = {column.partition(".")[0] for column in mine}
    assert tables <= PLACES.keys()
    for table in {name for name in tables if PLACES[name].told}:
        assert table in data["sections"], table
    page = packed.read("読む.html").decode()
    for said in ("わが家の前の穴", "しろいへいのまえ", number, HARUKA):
        assert said in json.dumps(data, ensure_ascii=False)
        assert said in page
    shown = boss.get(f"{path}/erase").text
    seal = re.findall(r'name="seen" value="(\w+)"', shown)[0]
    assert boss.post(f"{path}/erase", seen="").status_code == 409
    assert boss.post(f"{path}/erase", seen=seal).status_code == 303
    left = where_it_is_kept(HARUKA, "わが家", "しろいへい", "ここにも")
    assert left == set()
    for table in tables:
        assert PLACES[table].erased in ("goes", "emptied"), table
    assert rows("SELECT actor_name FROM history WHERE what = 'erased'") == [("管理",)]
    assert boss.get(path).status_code == 410
    assert boss.post(f"{path}/erase", seen=seal).status_code == 410
    assert boss.post(f"{HERE}/people", who=HARUKA).status_code == 404


def test_who_called_is_found_by_their_number_in_all_of_their_reports(boss: Browser) -> None:
    for turn, number in enumerate(("090-1234-5678", "090 1234 5678", "090-9999-0000")):
        one = filed(words=f"言葉{turn}", pictures=1)
        rows("UPDATE reports SET resident_id = NULL, channel = 'telephone' WHERE ticket_id = :t",
             t=one.id)  # fmt: skip
        rows("UPDATE photos SET resident_id = NULL")
        rows(
            "INSERT INTO callers (report_id, name, phone)"
            " SELECT id, '鈴木', :phone FROM reports WHERE ticket_id = :t",
            phone=number,
            t=one.id,
        )
    found = boss.post(f"{HERE}/people", who="09012345678").text
    (path,) = set(re.findall(rf"{HERE}/people/caller/\d+", found))
    data, packed = exported(boss, path)
    assert [row["words"] for row in data["sections"]["remarks"]["rows"]] == ["言葉0", "言葉1"]
    assert sum(name.startswith("photos/") for name in packed.namelist()) == 2
    seal = re.findall(r'name="seen" value="(\w+)"', boss.get(f"{path}/erase").text)[0]
    assert boss.post(f"{path}/erase", seen=seal).status_code == 303
    assert rows("SELECT phone FROM callers") == [("090-9999-0000",)]
    assert rows("SELECT words FROM remarks") == [("言葉2",)]
    assert value("SELECT count(*) FROM photos WHERE state = 'stored'") == 1
    assert boss.get(path).status_code == 410


def refers_to_people(column: Column[Any]) -> bool:
    theirs = {key.column.table.name for key in column.foreign_keys}
    return bool(theirs & {*PEOPLE}) or bool(PERSONAL.search(column.name))


def test_every_table_that_refers_to_people_says_what_a_disclosure_and_erasing_do() -> None:
    tables = Base.metadata.tables.values()
    named = {table.name for table in tables if any(map(refers_to_people, table.columns))}
    assert named - PLACES.keys() == set()
    assert PLACES.keys() - {table.name for table in tables} == set()
    unsaid = [name for name, one in PLACES.items() if one.erased in ("stays", "") and not one.why]
    assert unsaid == []


def test_only_an_administrator_comes_in(staff: Browser) -> None:
    assert HERE not in staff.get("/staff/city").text
    for path in (HERE, f"{HERE}/periods", f"{HERE}/clearing", f"{HERE}/people/resident/1"):
        assert staff.get(path).status_code == 403
