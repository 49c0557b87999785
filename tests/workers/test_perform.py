"""Each task is done once, in the commit that ends it; or comes back; or is given up in sight."""

import io
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from exif_blocks import block, saved, text
from odd_jobs import use_up
from PIL import Image
from slow_files import repeated_scans
from townsfolk import (
    HARUKA,
    ICHIRO,
    Json,
    event,
    file,
    hear,
    photo,
    place,
    resident,
    rows,
    said,
    unsend,
    value,
    words,
)

from bot.delivery import send_due
from reports.photos import intake as photos_of
from reports.photos.lost import tell_lost
from reports.photos.photo_store import photo_store
from settings import ROOT, settings
from store import tasks
from store.database import transaction
from store.photo_files import MARKER
from workers import photos
from workers.clock import sweep, tidy
from workers.perform import perform

TOKEN = "a token for tests"
AT_ONCE = "UPDATE tasks SET due_at = now() WHERE finished_at IS NULL"
STATE = "SELECT state FROM photos"


def jpeg(colour: str = "grey") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (64, 48), colour).save(out, "JPEG")
    return out.getvalue()


class Line:
    """The LINE platform on loopback, as somebody who sends photos sees it."""

    def __init__(self, addresses: dict[str, str], http: httpx.Client) -> None:
        self.data, self._api, self._http = addresses["data"], addresses["api"], http

    def order(self, call: str, **body: Any) -> None:
        answer = self._http.post(f"{self._api}/_platform/{call}", json=body)
        assert answer.is_success, answer.text

    def photo(self, data: bytes, behaviour: str | None = None, times: int | None = None) -> Json:
        """An event of ours whose photo lies with LINE: these bytes, or this behaviour."""
        url = f"{self._api}/_platform/people/{self._sender()}/photos"
        answer = self._http.post(url, files=[("files", ("1.jpg", data, "image/jpeg"))])
        message_id = answer.json()["events"][0]["messageId"]
        if behaviour:
            limited = {"times": times} if times else {}
            self.order("content", messageId=message_id, behaviour=behaviour, **limited)
        sent = {"id": message_id, "type": "image", "contentProvider": {"type": "line"}}
        return event(message=sent)

    def _sender(self) -> str:
        people = self._http.get(f"{self._api}/_platform/people").json()
        return str(people[0]["userId"])


@pytest.fixture(scope="module")
def platform() -> Iterator[Line]:
    command = [sys.executable, "-m", "line_platform", "--api-port", "0", "--data-port", "0"]
    command += ["--webhook", "http://127.0.0.1:9/", "--channel-secret", "s"]
    command += ["--access-token", TOKEN]
    process = subprocess.Popen(command, cwd=ROOT, text=True, stdout=subprocess.PIPE)
    with process, httpx.Client(timeout=30, trust_env=False) as http:
        assert process.stdout
        line = Line(json.loads(process.stdout.readline()), http)
        line.order("delivery", hold=True)
        yield line
        process.terminate()


@pytest.fixture
def line(database_url: str, platform: Line) -> Line:
    """LINE reached from here, and a photo store of the test's own."""
    settings().line_data_api_url = platform.data
    return platform


@pytest.fixture
def house(database_url: str) -> None:
    """No LINE to be reached, and a photo store of the test's own."""


def perform_all(name: str = "take_in_photo") -> None:
    """All unfinished tasks of this name, whatever their time, once each."""
    rows(AT_ONCE)
    waiting = rows(
        "SELECT id FROM tasks WHERE finished_at IS NULL AND name = :n ORDER BY id", n=name
    )
    for (task_id,) in waiting:
        perform(task_id, name)


def task(name: str = "take_in_photo") -> Any:
    """How far the newest task of this name came."""
    found = (
        "SELECT id, attempts, finished_at IS NOT NULL AS done, gave_up_at IS NOT NULL AS given_up,"
    )
    found += (
        " due_at > now() AS later, error, args FROM tasks WHERE name = :name"
        " ORDER BY id DESC LIMIT 1"
    )
    return rows(found, name=name)[0]


def files() -> list[Path]:
    """The photos in the store."""
    folder = Path(settings().photo_store_url.removeprefix("file://"))
    return [found for found in folder.rglob("*") if found.is_file() and found.name != MARKER]


def filed_ticket() -> int:
    with transaction() as db:
        return file(db, resident(db))


@pytest.mark.usefixtures("house")
def test_a_task_is_done_once_however_often_its_job_comes() -> None:
    filed_ticket()
    number = task("route_ticket").id
    for _ in range(3):
        perform(number, "route_ticket")
    assert task("route_ticket")[1:4] == (1, True, False)
    assert value("SELECT count(*) FROM history WHERE what = 'routed'") == 1
    assert value("SELECT routed_at IS NOT NULL AND department_id IS NOT NULL FROM tickets")


@pytest.mark.usefixtures("house")
def test_routing_lets_the_ticket_card_go_at_once_when_its_photo_is_there() -> None:
    hear(photo(), place(), words("穴"))
    rows("UPDATE photos SET state = 'stored'")
    card = "SELECT waits_for IS NULL AND due_at <= now() FROM messages ORDER BY id DESC LIMIT 1"
    assert value(card) is False
    perform_all("route_ticket")
    assert value(card) is True


@pytest.mark.changes_the_schema
@pytest.mark.usefixtures("house")
def test_a_task_that_fails_leaves_nothing_and_comes_back_later() -> None:
    filed_ticket()
    rows("ALTER TABLE rule_tables RENAME TO rule_tables_away")
    perform_all("route_ticket")
    row = task("route_ticket")
    assert row[1:5] == (1, False, False, True)
    assert row.error.startswith("ProgrammingError")
    assert value("SELECT count(*) FROM history WHERE what = 'routed'") == 0
    rows("ALTER TABLE rule_tables_away RENAME TO rule_tables")
    perform_all("route_ticket")
    assert task("route_ticket")[1:4] == (2, True, False)
    assert task("route_ticket").error is None


@pytest.mark.usefixtures("house")
def test_a_task_that_always_fails_is_given_up_where_staff_can_see_it() -> None:
    with transaction() as db:
        tasks.later(db, "route_ticket", ticket_id=404)
    for _ in range(tasks.MOST_ATTEMPTS):
        assert not task("route_ticket").given_up
        perform_all("route_ticket")
    row = task("route_ticket")
    assert row[1:4] == (tasks.MOST_ATTEMPTS, True, True)
    assert row.error == "NoSuchTicket: 404"
    with transaction() as db:
        assert tasks.counts(db) == {"tasks": 0, "tasks_given_up": 1}


@pytest.mark.usefixtures("house")
def test_a_job_for_a_row_that_is_not_there_does_nothing() -> None:
    perform(404, "route_ticket")
    assert rows("SELECT 1 FROM tasks") == []


def test_a_photo_is_kept_with_two_smaller_ones_and_its_answer_leaves(line: Line) -> None:
    hear(line.photo(jpeg()))
    perform_all()
    (kept,) = rows("SELECT state, original, large, small, width, height FROM photos")
    assert (kept.state, kept.width, kept.height) == ("stored", 64, 48)
    store = photo_store()
    assert store.get(kept.original) == jpeg()
    assert store.get(kept.large)[:2] == store.get(kept.small)[:2] == b"\xff\xd8"
    assert value("SELECT waits_for IS NULL AND due_at <= now() FROM messages")
    assert said() == [["ask"]]


@pytest.mark.parametrize(("tenths", "missing"), [(10, None), (9.5, None), (6, 0.4)])
def test_a_photo_that_breaks_off_is_kept_with_what_is_missing(
    line: Line, tenths: float, missing: float | None
) -> None:
    data = saved(Image.effect_noise((640, 480), 80), "JPEG")
    hear(line.photo(data[: int(len(data) * tenths / 10)]))
    perform_all()
    (kept,) = rows("SELECT state, missing FROM photos")
    assert (kept.state, kept.missing) == ("stored", missing and pytest.approx(missing, abs=0.05))


def test_a_photo_without_an_offset_was_taken_by_the_citys_clock(line: Line) -> None:
    settings().tz = "America/New_York"
    exif = block(camera={0x9003: text("2026:11:21 08:30:00")})
    hear(line.photo(saved(Image.new("RGB", (64, 48)), "JPEG", exif=exif)))
    perform_all()
    assert value("SELECT taken_at FROM photos") == datetime(2026, 11, 21, 13, 30, tzinfo=UTC)


@pytest.mark.parametrize(("behaviour", "times"), [("202", 2), ("cut", 1)])
def test_a_photo_that_is_not_ready_is_asked_for_again(
    line: Line, behaviour: str, times: int
) -> None:
    hear(line.photo(jpeg(), behaviour, times))
    for attempt in range(1, times + 1):
        perform_all()
        assert (value(STATE), task().attempts, task().later) == ("waiting", attempt, True)
    perform_all()
    assert (value(STATE), said()) == ("stored", [["ask"]])


BAD: dict[str, tuple[Callable[[Line], Json], str]] = {
    "404": (lambda line: line.photo(jpeg(), "404"), "gone"),
    "410": (lambda line: line.photo(jpeg(), "410"), "gone"),
    "wrong type": (lambda line: line.photo(jpeg(), "wrong_type"), "not_image"),
    "words": (lambda line: line.photo("写真ではない".encode()), "not_image"),
    "nothing": (lambda line: line.photo(b"\xff"), "not_image"),
    "half": (lambda line: line.photo(jpeg()[:200]), "broken"),
    "much work": (lambda line: line.photo(repeated_scans(1000, side=64)), "too_large"),
}


def test_a_crews_photo_that_is_much_work_is_refused_as_a_residents_is(line: Line) -> None:
    ticket_id = filed_ticket()
    slow = repeated_scans(1000, side=64)
    with transaction() as db:
        photo_id = photos_of.upload_begun(db, photo_store().put(slow, "original"))
        photos_of.uploaded(db, [photo_id], ticket_id, user_id=7)
    perform_all()
    assert (value(STATE), task()[1:4]) == ("too_large", (1, True, False))


def test_a_photo_is_a_turn_of_whoever_sent_it(line: Line) -> None:
    hear(line.photo(jpeg()))
    with transaction() as db:
        photo_id = photos_of.upload_begun(db, photo_store().put(jpeg(), "original"))
        photos_of.uploaded(db, [photo_id], file(db, resident(db, ICHIRO)), user_id=7)
    sender = value("SELECT id FROM residents WHERE line_user_id = :who", who=HARUKA)
    whose = rows("SELECT whose FROM tasks WHERE name = 'take_in_photo' ORDER BY id")
    assert [row.whose for row in whose] == [f"resident {sender}", "user 7"]


@pytest.mark.parametrize("kind", BAD)
def test_a_photo_that_is_lost_is_told_by_the_answer_that_waits_for_it(
    line: Line, kind: str
) -> None:
    send, state = BAD[kind]
    hear(send(line))
    perform_all()
    assert value(STATE) == state
    assert task()[1:4] == (1, True, False)
    assert said() == [["ask"]], "one action, one answer"
    assert value("SELECT waits_for IS NULL AND due_at <= now() FROM messages")
    assert files() == []


@pytest.mark.parametrize("kind", ["410", "half"])
def test_a_photo_that_is_lost_before_filing_is_told_with_the_ticket(line: Line, kind: str) -> None:
    send, state = BAD[kind]
    hear(send(line), place())
    rows("UPDATE messages SET state = 'sent'")
    perform_all()
    assert len(said()) == 2, "what asks for the rest tells it"
    hear(words("穴"))
    perform_all("route_ticket")
    assert said()[2:] == [["photo_lost", "ticket"]]
    lost = value("SELECT say -> 0 FROM messages ORDER BY id DESC LIMIT 1")
    assert (lost["state"], lost["ticket_id"]) == (state, value("SELECT id FROM tickets"))


def test_a_photo_that_is_lost_while_the_tickets_card_waits_is_told_with_it(line: Line) -> None:
    hear(place(), words("穴"), line.photo(jpeg(), "404"))
    perform_all("route_ticket")
    perform_all()
    assert said()[2:] == [["photo_lost", "ticket"]]
    assert value("SELECT waits_for IS NULL AND due_at <= now() FROM messages ORDER BY id DESC")


def test_a_photo_that_is_lost_after_filing_is_told_with_the_next_answer_and_costs_no_push(
    line: Line,
) -> None:
    hear(line.photo(jpeg(), "404"), place(), words("穴"))
    perform_all("route_ticket")
    rows("UPDATE messages SET state = 'sent'")
    perform_all()
    ticket = value("SELECT id FROM tickets")
    told = "SELECT say, state FROM messages ORDER BY id DESC LIMIT 1"
    lost = {"say": "photo_lost", "state": "gone", "ticket_id": ticket}
    assert rows(told) == [([lost], "held")]
    assert value("SELECT count(*) FROM tasks WHERE name = 'send_messages'") == 0
    hear(words("使い方"))
    send_due()
    assert [one["say"] for one in rows(told)[0].say] == ["missed", "photo_lost", "help"]


def test_another_photo_lost_for_the_same_reason_is_told_too_but_nothing_is_told_twice(
    line: Line,
) -> None:
    hear(place(), words("穴"), line.photo(jpeg(), "404"))
    rows("UPDATE messages SET state = 'sent'")
    perform_all()
    held = "SELECT count(*) FROM messages WHERE state = 'held'"
    ticket = value("SELECT id FROM tickets")
    with transaction() as db:
        tell_lost(db, ticket)
    assert value(held) == 1, "the first was still to be told"
    rows("UPDATE messages SET state = 'sent'")
    with transaction() as db:
        tell_lost(db, ticket)
    assert value(held) == 1


def test_a_lost_photo_of_a_set_is_told_by_the_sets_one_answer(line: Line) -> None:
    sent = [line.photo(jpeg()), line.photo(jpeg(), "404")]
    hear(*[each | {"message": each["message"] | {"imageSet": {"id": "S"}}} for each in sent])
    perform_all()
    assert said() == [["ask"]]
    assert value("SELECT waits_for FROM messages") == "set:S"


@pytest.mark.usefixtures("house")
def test_with_line_away_a_photo_is_asked_for_again_and_then_given_up_with_a_word() -> None:
    hear(photo(), place(), words("穴"))
    rows("UPDATE messages SET state = 'sent'")
    perform_all()
    assert (value(STATE), task().later) == ("waiting", True)
    for _ in range(tasks.MOST_ATTEMPTS - 1):
        perform_all()
    assert (value(STATE), said()[-1]) == ("unfetched", ["photo_lost"])
    assert value("SELECT count(*) FROM tickets") == 1


WAIT_OF_PHOTO = """
    SELECT extract(epoch FROM due_at - now()) FROM tasks
    WHERE finished_at IS NULL AND name = 'take_in_photo'
"""
WAIT = "SELECT extract(epoch FROM due_at - now()) FROM tasks WHERE finished_at IS NULL"


@pytest.mark.parametrize(("store", "minutes"), [(None, 15), ("file:///proc/nobody/here", 75)])
def test_a_photo_outlasts_the_time_in_which_line_or_the_photo_store_is_away(
    line: Line, store: str | None, minutes: int
) -> None:
    """LINE is asked again at once, and then less and less often."""
    settings().photo_store_url = store or settings().photo_store_url
    hear(line.photo(jpeg(), None if store else "202"))
    waits = []
    for _ in range(tasks.MOST_ATTEMPTS - 1):
        perform_all()
        waits.append(float(value(WAIT)))
    assert waits[0] < 6
    assert sum(waits) > minutes * 60
    assert value(STATE) == "waiting"


def test_with_the_photo_store_away_a_photo_waits(line: Line) -> None:
    settings().photo_store_url = "file:///proc/nobody/here"
    hear(line.photo(jpeg()))
    perform_all()
    assert (value(STATE), task().error) == ("waiting", "photo store is away")


def test_while_the_disk_is_away_a_photo_waits_and_nothing_is_written_beside_it(line: Line) -> None:
    folder = Path(settings().photo_store_url.removeprefix("file://"))
    disk = folder.rename(folder.with_name("disk"))
    folder.mkdir()
    hear(line.photo(jpeg()))
    perform_all()
    assert (value(STATE), task().error) == ("waiting", "photo store is away")
    assert list(folder.iterdir()) == []
    folder.rmdir()
    disk.rename(folder)
    perform_all()
    assert (value(STATE), len(files())) == ("stored", 3)


def test_a_photo_taken_back_while_it_was_fetched_leaves_no_file(line: Line) -> None:
    sent = line.photo(jpeg())
    hear(sent)
    write = photos.take_in(value("SELECT id FROM photos"))
    hear(unsend(sent))
    assert write
    with transaction() as db:
        write(db)
    assert rows("SELECT state, original, large, small FROM photos") == [
        ("removed", None, None, None)
    ]
    assert len(files()) == 3
    perform_all("forget_files")
    assert files() == []
    assert said() == [["ask"]]


def test_a_photo_taken_back_and_then_not_found_is_not_called_lost(line: Line) -> None:
    sent = line.photo(jpeg(), "410")
    hear(sent)
    rows("UPDATE messages SET state = 'sent'")
    write = photos.take_in(value("SELECT id FROM photos"))
    hear(unsend(sent))
    assert write
    with transaction() as db:
        write(db)
    assert said() == [["ask"]]


def test_the_same_picture_of_two_reports_is_one_file_until_both_are_gone(line: Line) -> None:
    first, second = line.photo(jpeg()), line.photo(jpeg())
    hear(first, second)
    perform_all()
    assert len(files()) == 3
    hear(unsend(first))
    perform_all("forget_files")
    assert len(files()) == 3
    hear(unsend(second))
    perform_all("forget_files")
    assert files() == []


def test_a_picture_that_comes_back_while_its_files_are_deleted_is_kept(line: Line) -> None:
    sent = line.photo(jpeg())
    hear(sent)
    perform_all()
    hear(unsend(sent), line.photo(jpeg()))
    with transaction() as db:
        assert tasks.claim(db, task("forget_files").id, "forget_files", 60)
    with transaction() as db:
        keys = task("forget_files").args["keys"]
        assert photos_of.still_needed(db, keys) == set()
    perform_all()
    assert (task().later, task().error) == (True, "the same files are being deleted")
    for file_there in files():
        file_there.unlink()
    with transaction() as db:
        tasks.finish(db, task("forget_files").id)
    perform_all()
    assert value("SELECT state FROM photos ORDER BY id DESC LIMIT 1") == "stored"
    assert len(files()) == 3


def forgotten_and_sent_again(line: Line) -> int:
    """The task that deletes the files of a photo, begun, while the same picture comes anew."""
    sent = line.photo(jpeg())
    hear(sent)
    perform_all()
    hear(unsend(sent), line.photo(jpeg()))
    number: int = task("forget_files").id
    with transaction() as db:
        assert tasks.claim(db, number, "forget_files", 60)
    return number


def test_a_photo_whose_files_are_being_deleted_comes_back_soon_and_as_often_as_it_takes(
    line: Line,
) -> None:
    """That is no failed attempt of its own: it is neither given up nor kept waiting for longer."""
    number = forgotten_and_sent_again(line)
    for _ in range(tasks.MOST_ATTEMPTS + 1):
        perform_all()
        assert (task().attempts, task().later, value(WAIT_OF_PHOTO) < 5) == (0, True, True)
    with transaction() as db:
        tasks.finish(db, number)
    perform_all()
    assert value("SELECT state FROM photos ORDER BY id DESC LIMIT 1") == "stored"


def test_a_photo_waits_for_nobody_who_has_put_the_deleting_off(line: Line) -> None:
    """Whoever comes back to it sees first that the files are needed."""
    number = forgotten_and_sent_again(line)
    with transaction() as db:
        put_off = tasks.Task(number, "forget_files", {}, attempts=1)
        tasks.put_off(db, put_off, seconds=600, error="photo store is away")
    perform_all()
    assert value("SELECT state FROM photos ORDER BY id DESC LIMIT 1") == "stored"
    perform_all("forget_files")
    assert len(files()) == 3


def test_files_that_are_about_to_be_another_photos_are_not_deleted(line: Line) -> None:
    sent = line.photo(jpeg())
    hear(sent)
    perform_all()
    hear(unsend(sent), line.photo(jpeg()))
    perform_all()
    perform_all("forget_files")
    assert len(files()) == 3


@pytest.mark.usefixtures("house")
def test_the_sweep_gives_up_what_died_without_a_word_and_tells_the_resident() -> None:
    hear(photo(), place(), words("穴"))
    rows("UPDATE messages SET state = 'sent'")
    use_up("take_in_photo")
    sweep()
    assert task()[2:4] == (True, True)
    assert (value(STATE), said()[-1]) == ("unfetched", ["photo_lost"])


@pytest.mark.usefixtures("house")
def test_the_sweep_asks_for_what_nobody_said() -> None:
    hear(words("使い方"))
    rows("UPDATE messages SET due_at = now() - interval '1 min'")
    sweep()
    sweep()
    assert value("SELECT count(*) FROM tasks WHERE name = 'send_messages'") == 1


@pytest.mark.usefixtures("hours_apart")
def test_a_draft_left_for_a_day_loses_its_photos_and_a_report_keeps_them(line: Line) -> None:
    hear(line.photo(jpeg("red")), place(), words("穴"), line.photo(jpeg("blue")))
    perform_all()
    tidy()
    assert rows("SELECT DISTINCT state FROM photos") == [("stored",)]
    rows("UPDATE photos SET created_at = now() - interval '26 hours'")
    tidy()
    perform_all("forget_files")
    kept = rows("SELECT state, report_id IS NOT NULL FROM photos ORDER BY id")
    assert kept == [("stored", True), ("removed", False)]
    assert len(files()) == 3
    assert value("SELECT line_user_id FROM residents") == HARUKA
