"""Whether a process can work, what is degraded beside it, and who is told."""

import json
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from redis import Redis
from sqlalchemy.exc import OperationalError
from starlette.testclient import TestClient
from townsfolk import hear, rows, words

from reports.photos import photo_store
from settings import settings
from store import processes
from store.database import transaction
from store.photo_files import MARKER, FilesAway
from store.signs import Sign, note
from watching import readiness

HERE = ("127.0.0.1", 50_000)


@pytest.fixture
def near(app: FastAPI) -> TestClient:
    """Who asks from this very machine; nobody hears or answers meanwhile."""
    return TestClient(app, base_url="http://127.0.0.1:8000", client=HERE)


def all_goes_well() -> None:
    """A clock has just gone, and each worker has just said that it lives."""
    with transaction() as db:
        note(db, Sign.CLOCK)
    for kind in readiness.FOR_US:
        notes = processes.Notes(kind)
        notes.note()
        rows("UPDATE processes SET host = 'elsewhere' WHERE kind = :kind", kind=kind)


def parts(client: TestClient) -> tuple[int, dict[str, Any]]:
    """The status, and what works of what a process stands on."""
    answer = client.get("/readyz")
    told = answer.json()
    return answer.status_code, {part: told[part] for part in told if part not in TOLD_BESIDE}


TOLD_BESIDE = ("ok", "degraded", "why")
ALL = {"database": True, "schema": True, "photo_store": True, "redis": True}


def degraded(client: TestClient) -> dict[str, str]:
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["ok"]) == (200, True)
    found: dict[str, str] = answer.json()["degraded"]
    return found


def test_a_process_is_ready_while_its_database_and_its_photos_are_there(near: TestClient) -> None:
    assert near.get("/healthz").text == "ok"
    all_goes_well()
    answer = near.get("/readyz")
    assert (answer.status_code, answer.json()) == (200, {"ok": True, **ALL, "degraded": {}})


@pytest.mark.parametrize(
    ("what", "statement"),
    [
        ("roads", "TRUNCATE roads"),
        ("rules", "UPDATE rule_tables SET state = 'past' WHERE state = 'live'"),
        ("categories", "UPDATE categories SET facts = facts || '{\"retired\": true}'"),
        ("clock", "UPDATE signs SET at = at - interval '3 minutes'"),
        ("workers", "DELETE FROM processes WHERE kind = 'photos'"),
        ("waiting", "UPDATE inbox SET received_at = received_at - interval '5 minutes'"),
    ],
)
def test_what_is_missing_is_said_beside_and_the_process_stays_ready(
    what: str, statement: str, near: TestClient
) -> None:
    all_goes_well()
    if what == "waiting":
        hear(words("使い方"))
        rows("UPDATE inbox SET done_at = NULL")
    assert degraded(near) == {}
    rows(statement)
    assert [*degraded(near)] == [what]


def test_a_refused_token_and_a_silent_mail_server_are_said_until_they_are_well_again(
    near: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SMTP_URL", "smtp://127.0.0.1:9")
    monkeypatch.setenv("MAIL_FROM", "road@city.example.jp")
    settings.cache_clear()
    all_goes_well()
    for fine, said in ((False, {"line", "mail"}), (True, set())):
        with transaction() as db:
            note(db, Sign.LINE, fine=fine)
            note(db, Sign.MAIL, fine=fine)
        assert set(degraded(near)) == said


@pytest.mark.parametrize(("there", "status"), [("0001", 503), ("9999", 200)])
def test_on_an_older_schema_a_process_is_not_ready_on_a_newer_one_it_is(
    there: str, status: int, near: TestClient
) -> None:
    rows("UPDATE alembic_version SET version_num = :there", there=there)
    assert parts(near) == (status, ALL | {"schema": status == 200})


def test_without_its_database_a_process_is_not_ready(
    near: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away() -> None:
        raise OperationalError("SELECT 1", None, Exception())

    monkeypatch.setattr("watching.readiness.transaction", away)
    assert parts(near) == (503, ALL | {"database": False, "schema": False})
    assert 'michi_up{part="database"} 0.0' in near.get("/metrics").text


@pytest.fixture
def no_photo_store(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """To be set before the client's threads read the settings."""
    monkeypatch.setenv("PHOTO_STORE_URL", "s3://michi/photos")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://s3.example.jp")  # not https
    settings.cache_clear()


def test_an_address_that_is_no_photo_store_makes_a_process_unready(
    no_photo_store: None, near: TestClient
) -> None:
    assert parts(near) == (503, ALL | {"photo_store": False})


def photos() -> Path:
    return Path(settings().photo_store_url.removeprefix("file://"))


def test_while_the_disk_of_the_photos_is_away_a_process_is_not_ready_and_says_why(
    near: TestClient,
) -> None:
    """It is renamed or gone, or an empty folder stands where it was; and nobody makes another."""
    disk = photos().rename(photos().with_name("disk"))
    assert parts(near) == (503, ALL | {"photo_store": False})
    assert not photos().exists()
    photos().mkdir()
    answer = near.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["why"] == {"photo_store": f"its marker ({MARKER}) is missing"}
    assert list(photos().iterdir()) == []
    photos().rmdir()
    disk.rename(photos())
    assert near.get("/readyz").status_code == 200


def test_before_the_photo_store_is_made_a_process_is_not_ready_and_says_what_to_do(
    near: TestClient,
) -> None:
    rows("DELETE FROM photo_store")
    photo_store._id.cache_clear()
    answer = near.get("/readyz")
    assert answer.status_code == 503
    assert "michi migrate" in answer.json()["why"]["photo_store"]


def test_without_redis_a_process_is_still_ready(
    near: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("watching.readiness.quick_redis", lambda: Redis(port=9, retry=None))
    assert parts(near) == (200, ALL | {"redis": False})


@pytest.mark.parametrize("wrong", [FilesAway("佐藤"), KeyError("佐藤")])
def test_a_process_that_is_not_ready_says_in_the_log_which_part_is_why(
    near: TestClient,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    wrong: Exception,
) -> None:
    def away() -> None:
        raise wrong

    monkeypatch.setattr("watching.readiness.photo_store", away)
    assert parts(near) == (503, ALL | {"photo_store": False})
    out = capsys.readouterr().out
    (line,) = [line for line in map(json.loads, out.splitlines()) if line["event"] == "part_away"]
    assert (line["part"], line["kind"]) == ("photo_store", type(wrong).__name__)
    assert "佐藤" not in out
