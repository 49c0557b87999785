"""What Prometheus is told: of this process, of all others, and of what waits."""

import json

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient
from townsfolk import hear, rows, words

from store import metrics, processes

HERE = ("127.0.0.1", 50_000)


@pytest.fixture
def near(app: FastAPI) -> TestClient:
    return TestClient(app, base_url="http://127.0.0.1:8000", client=HERE)


def told(client: TestClient) -> dict[str, str]:
    """Each line of /metrics by its name and labels."""
    lines = client.get("/metrics").text.splitlines()
    return dict(line.rsplit(" ", 1) for line in lines if not line.startswith("#"))


def test_everything_that_may_wait_is_counted(near: TestClient) -> None:
    kinds = {
        "events", "tasks", "tasks_given_up", "messages", "messages_held", "mails_failed",
        "open_tickets", "open_tickets_of_nobody", "cell_changes", "text_changes",
    }  # fmt: skip
    waits = {name: value for name, value in told(near).items() if "michi_waiting" in name}
    assert waits == {f'michi_waiting{{what="{kind}"}}': "0.0" for kind in kinds}


def test_words_that_were_held_are_counted(near: TestClient) -> None:
    hear(words("使い方"))
    rows("UPDATE messages SET state = 'held'")
    assert told(near)['michi_waiting{what="messages_held"}'] == "1.0"


def test_places_outside_the_city_are_counted(near: TestClient) -> None:
    assert told(near)["michi_outside_places_total"] == "0.0"
    rows("INSERT INTO outside_counts VALUES (current_date, '国分寺市', 2), (current_date, '', 1)")
    assert told(near)["michi_outside_places_total"] == "3.0"


@pytest.mark.parametrize(
    ("name", "planted"),
    [
        ('oldest_seconds{what="event"}', "UPDATE inbox SET done_at = NULL, received_at = {then}"),
        ('oldest_seconds{what="answer"}', "UPDATE messages SET created_at = {then}"),
        ('oldest_seconds{what="message"}', "UPDATE messages SET due_at = {then}"),
        (
            'oldest_task_seconds{queue="photos"}',
            "INSERT INTO tasks (name, queue, args, due_at, created_at)"
            " VALUES ('take_in', 'photos', '{{}}', {then}, {then})",
        ),
    ],
)
def test_the_age_of_what_waits_for_longest_is_told(
    name: str, planted: str, near: TestClient
) -> None:
    hear(words("使い方"))
    rows(planted.format(then="now() - interval '90 s'"))
    assert 89 < float(told(near)[f"michi_{name}"]) < 120


def test_an_answer_is_timed_by_its_routes_template_and_never_by_its_address(
    near: TestClient,
) -> None:
    near.get("/staff/tickets/K-20260101-0001")
    near.get("/nobody/knows/this")
    lines = [line for line in told(near) if line.startswith("michi_http_seconds_count")]
    assert any('route="/staff/tickets/{number}"' in line for line in lines)
    assert not any("0001" in line or "nobody" in line for line in lines)


def test_what_another_process_has_counted_is_told_with_its_name(near: TestClient) -> None:
    sums = {
        "michi_task_seconds": [(["take_in_photo", "done"], [3.0, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0])],
        "michi_errors": [(["redis", "TimeoutError"], [2.0])],
        "michi_of_another_version": [([], [1.0])],
        "michi_messages": [(["push", "sent"], [1.0, 2.0])],
    }
    rows(
        "INSERT INTO processes (kind, host, pid, version, sums)"
        " VALUES ('photos', 'machine-2', 7, '0.15.0', CAST(:sums AS jsonb))",
        sums=json.dumps(sums),
    )
    lines = told(near)
    assert lines['michi_processes{process="photos"}'] == "1.0"
    theirs = {line: value for line, value in lines.items() if 'which="machine-2:7"' in line}
    assert {value for line, value in theirs.items() if "michi_errors_total" in line} == {"2.0"}
    buckets = [value for line, value in theirs.items() if "michi_task_seconds_bucket" in line]
    assert sorted(buckets) == ["0.0", "1.0", "1.0", *["2.0"] * 7]
    assert all('process="photos"' in line for line in theirs)
    assert not any("another_version" in line or 'via="push",fate="sent"' in line for line in lines)


def test_a_process_says_in_its_row_what_it_has_counted(database_url: str) -> None:
    metrics.MAIL.observe(0.2, "sent")
    processes.Notes("letters").note()
    ((kind, sums),) = rows("SELECT kind, sums FROM processes")
    assert kind == "letters"
    ((labels, counted),) = sums["michi_mail_seconds"]
    assert (labels, sum(counted[1:])) == (["sent"], counted[3])


def test_what_the_child_of_a_fork_has_counted_is_added_to_its_parents() -> None:
    metrics.begin_anew()
    metrics.TASK.observe(0.2, "take_in_photo", "done")
    child = json.loads(json.dumps(metrics.sums()))
    metrics.add(child)
    metrics.add({"michi_unknown": [([], [1.0])], "michi_messages": [(["x"], [1.0])]})
    assert metrics.sums() == {
        "michi_task_seconds": [
            (("take_in_photo", "done"), [0.4, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0]),
        ]
    }
