"""What a process tells of itself: whether it works, and what waits."""

import json
from pathlib import Path

import pytest
from redis import Redis
from sqlalchemy.exc import OperationalError
from starlette.testclient import TestClient
from townsfolk import hear, rows, words

from reports.photos import photo_store
from settings import settings
from store.photo_files import MARKER, FilesAway


def told(client: TestClient) -> dict[str, str]:
    """Each line of /metrics by its name and labels."""
    lines = client.get("/metrics").text.splitlines()
    return dict(line.rsplit(" ", 1) for line in lines if not line.startswith("#"))


@pytest.mark.parametrize(
    "what",
    [
        "events",
        "tasks",
        "tasks_given_up",
        "messages",
        "messages_held",
        "mails_failed",
        "open_tickets",
        "open_tickets_of_nobody",
        "cell_changes",
        "text_changes",
    ],
)
def test_everything_that_may_wait_is_counted(client: TestClient, what: str) -> None:
    assert told(client)[f'michi_waiting{{what="{what}"}}'] == "0"


def test_words_that_were_held_are_counted(client: TestClient) -> None:
    hear(words("使い方"))
    rows("UPDATE messages SET state = 'held'")
    assert told(client)['michi_waiting{what="messages_held"}'] == "1"


def test_places_outside_the_city_are_counted(client: TestClient) -> None:
    assert told(client)["michi_outside_places_total"] == "0"
    rows("INSERT INTO outside_counts VALUES (current_date, '国分寺市', 2), (current_date, '', 1)")
    assert told(client)["michi_outside_places_total"] == "3"


def test_a_process_is_ready_while_its_database_and_its_photos_are_there(client: TestClient) -> None:
    assert client.get("/healthz").text == "ok"
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (
        200,
        {"database": True, "schema": True, "photo_store": True, "redis": True},
    )


def test_a_city_without_roads_is_ready_and_said_to_have_none(client: TestClient) -> None:
    rows("TRUNCATE roads")
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["roads"]) == (200, "no roads")


@pytest.mark.parametrize(("there", "status"), [("0001", 503), ("9999", 200)])
def test_on_an_older_schema_a_process_is_not_ready_on_a_newer_one_it_is(
    there: str, status: int, client: TestClient
) -> None:
    rows("UPDATE alembic_version SET version_num = :there", there=there)
    answer = client.get("/readyz")
    parts = {"database": True, "schema": status == 200, "photo_store": True, "redis": True}
    assert (answer.status_code, answer.json()) == (status, parts)


def test_without_its_database_a_process_is_not_ready(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away() -> None:
        raise OperationalError("SELECT 1", None, Exception())

    monkeypatch.setattr("main.transaction", away)
    answer = client.get("/readyz")
    parts = {"database": False, "schema": False, "photo_store": True, "redis": True}
    assert (answer.status_code, answer.json()) == (503, parts)


@pytest.fixture
def no_photo_store(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """To be set before the client's threads read the settings."""
    monkeypatch.setenv("PHOTO_STORE_URL", "s3://michi/photos")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://s3.example.jp")  # not https
    settings.cache_clear()


def test_an_address_that_is_no_photo_store_makes_a_process_unready(
    no_photo_store: None, client: TestClient
) -> None:
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["photo_store"]) == (503, False)


def photos() -> Path:
    return Path(settings().photo_store_url.removeprefix("file://"))


def test_while_the_disk_of_the_photos_is_away_a_process_is_not_ready_and_says_why(
    client: TestClient,
) -> None:
    """It is renamed or gone, or an empty folder stands where it was; and nobody makes another."""
    disk = photos().rename(photos().with_name("disk"))
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["photo_store"]) == (503, False)
    assert not photos().exists()
    photos().mkdir()
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["why"] == {"photo_store": f"its marker ({MARKER}) is missing"}
    assert list(photos().iterdir()) == []
    photos().rmdir()
    disk.rename(photos())
    assert client.get("/readyz").status_code == 200


def test_before_the_photo_store_is_made_a_process_is_not_ready_and_says_what_to_do(
    client: TestClient,
) -> None:
    rows("DELETE FROM photo_store")
    photo_store._id.cache_clear()
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert "michi migrate" in answer.json()["why"]["photo_store"]


def test_without_redis_a_process_is_still_ready(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("main.quick_redis", lambda: Redis(port=9, retry=None))
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["redis"]) == (200, False)


@pytest.mark.parametrize("wrong", [FilesAway("佐藤"), KeyError("佐藤")])
def test_a_process_that_is_not_ready_says_in_the_log_which_part_is_why(
    client: TestClient,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    wrong: Exception,
) -> None:
    def away() -> None:
        raise wrong

    monkeypatch.setattr("main.photo_store", away)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["photo_store"]) == (503, False)
    out = capsys.readouterr().out
    (line,) = [line for line in map(json.loads, out.splitlines()) if line["event"] == "part_away"]
    assert (line["part"], line["kind"]) == ("photo_store", type(wrong).__name__)
    assert "佐藤" not in out
