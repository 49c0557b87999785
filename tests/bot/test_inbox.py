"""Whatever LINE sends is kept, all events of a request or none, each of them once."""

import base64
import hmac
import json
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from examples import examples
from fastapi import FastAPI
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient
from townsfolk import (
    HARUKA,
    Json,
    arrive,
    hear,
    photo,
    place,
    rows,
    said,
    unsend,
    value,
    words,
)

import settings as michi
from bot import inbox
from bot.webhook import Refused, Webhook, keep, rows_of
from store.database import transaction
from workers.clock import tidy

IN_A_DATABASE = pytest.mark.usefixtures("database_url")

AGE = timedelta(days=40)
AGAIN = {"deliveryContext": {"isRedelivery": True}}
COUNT = "SELECT count(*) FROM inbox"
STRANGE = [
    "\x00",
    "a\x00b",
    "\ud800",
    "\udc00\ud800",
    "\\u0000",
    "\\",
    "\\\\u0000",
    '"',
    "\u2028",
    "😀",
    "'; DROP TABLE inbox; --",
]


@IN_A_DATABASE
def test_strange_letters_take_no_other_event_of_the_request_with_them() -> None:
    events = [words(f"穴{strange}") for strange in STRANGE]
    assert hear(*events, place()) == len(STRANGE) + 1
    assert len(said()) == len(STRANGE) + 1
    kept = value(
        "SELECT raw -> 'message' ->> 'text' FROM inbox WHERE raw::text LIKE :like", like="%DROP%"
    )
    assert kept == "穴'; DROP TABLE inbox; --"


@IN_A_DATABASE
def test_what_a_person_typed_is_kept_letter_by_letter() -> None:
    for typed in ("\\u0000", "\\\\", '{"a": "b"}', "a\nb\tc", "1\u2028 2", "\\ud800"):
        sent = words(typed)
        arrive(sent)
        kept = value("SELECT raw FROM inbox WHERE key = :key", key=sent["webhookEventId"])
        assert kept["message"]["text"] == typed


@IN_A_DATABASE
def test_numbers_that_are_none_are_no_reason_to_lose_an_event() -> None:
    for number in ("NaN", "Infinity", "-Infinity", "1e999", "1" + "0" * 400):
        event = json.dumps(place()).replace("35.7022", number)
        keep(rows_of(f'{{"events": [{event}, {json.dumps(words("穴"))}]}}'.encode()))
        assert hear() == 2
        assert said()[-2:] == [["unusable", "ask"], ["ask"]]


@IN_A_DATABASE
def test_the_raw_event_stays_as_it_came_with_its_time_and_its_person() -> None:
    at = datetime.now(UTC).replace(microsecond=123_000)
    stamp = round(at.timestamp() * 1000)
    sent = words("穴") | {"timestamp": stamp, "futureField": {"deep": [1, None, 0.5]}}
    arrive(sent)
    (kept,) = rows("SELECT key, person, occurred_at, raw FROM inbox")
    assert kept.raw == sent
    assert kept.key == sent["webhookEventId"]
    assert kept.person == sent["source"]["userId"]
    assert kept.occurred_at == at


@IN_A_DATABASE
def test_an_event_twice_in_one_request_and_again_in_another_is_one_row() -> None:
    sent, other = words("穴"), words("倒木")
    arrive(sent, sent)
    arrive(other, sent)
    assert value("SELECT count(*) FROM inbox") == 2


def test_a_body_without_events_is_nothing_to_keep() -> None:
    assert not rows_of(b'{"destination": "U1", "events": []}')


@pytest.mark.parametrize(
    "body",
    [b"", b"null", b"[]", b"7", b"{}", b'{"events": null}', b'{"events": {}}', b'{"events": [1]}',
     b'{"events": [[]]}', b"\xff\xfe", b"[" * 100_000, b'{"events": [' + b'{"a":' * 100_000],
)  # fmt: skip
def test_a_body_that_is_no_list_of_events_is_refused(body: bytes) -> None:
    with pytest.raises(Refused) as refused:
        rows_of(body)
    assert refused.value.status == 400


def aged(sent: Json, days: float) -> Json:
    """The same event, if it had happened so many days ago."""
    return sent | {"timestamp": sent["timestamp"] - int(days * 86_400_000)}


@IN_A_DATABASE
@pytest.mark.parametrize("days", [0, 28.9, 29.1, 30.1, 31, 400])
def test_what_was_heard_once_is_never_heard_again_however_late_it_is_replayed(days: float) -> None:
    sent = words("穴")
    hear(sent)
    rows(
        "UPDATE inbox SET occurred_at = occurred_at - :age, received_at = received_at - :age,"
        " done_at = done_at - :age",
        age=timedelta(days=days),
    )
    tidy()
    with suppress(Refused):
        arrive(aged(sent, days))
    hear()
    assert said() == [["ask"]]


@IN_A_DATABASE
def test_an_event_whose_clock_was_ahead_keeps_its_key_until_its_own_time_is_long_past() -> None:
    sent = aged(words("穴"), days=-10)
    hear(sent)
    rows("UPDATE inbox SET done_at = done_at - interval '31 days'")
    tidy()
    hear(sent)
    assert said() == [["ask"]]


def test_what_is_too_old_is_refused_with_a_reason_and_so_is_all_that_comes_with_it() -> None:
    old = aged(words("穴"), days=30)
    with pytest.raises(Refused) as refused:
        rows_of(body_of([words("穴"), old]))
    assert (refused.value.status, refused.value.reason) == (400, "too_old")


def test_old_events_that_ask_for_nothing_are_kept_as_ever() -> None:
    """Such as those by which LINE has tried the connection, in 2016."""
    nobody = {"source": {"type": "user", "userId": "U" + "deadbeef" * 4}}
    for idle in (nobody, {"type": "brainwave"}, {"mode": "standby"}):
        assert rows_of(body_of([aged(words("穴"), days=4_000) | idle]))


@IN_A_DATABASE
def test_events_heard_long_ago_go_with_their_tombstones_and_what_waits_stays() -> None:
    heard, gone, recent = words("穴"), photo(), words("倒木")
    hear(heard, gone, unsend(gone))
    rows("UPDATE inbox SET done_at = done_at - :age, occurred_at = occurred_at - :age", age=AGE)
    rows("UPDATE unsent_messages SET at = at - :age", age=AGE)
    hear(recent)
    arrive(waiting := place())
    month_ago = datetime.now(UTC) - timedelta(days=31)
    with transaction() as db:
        assert inbox.tidy(db, month_ago) == 3
        assert inbox.tidy(db, month_ago) == 0
    left = [key for (key,) in rows("SELECT key FROM inbox ORDER BY id")]
    assert left == [recent["webhookEventId"], waiting["webhookEventId"]]
    assert rows("SELECT 1 FROM unsent_messages") == []


@IN_A_DATABASE
def test_what_an_event_said_goes_before_the_key_by_which_it_is_known() -> None:
    old, recent = words("穴"), words("倒木")
    hear(old)
    rows("UPDATE inbox SET done_at = now() - :age, occurred_at = now() - :age",
         age=timedelta(days=8))  # fmt: skip
    hear(recent)
    week_ago = datetime.now(UTC) - timedelta(days=7)
    with transaction() as db:
        assert (inbox.held(db), inbox.due(db, week_ago)) == (2, 1)
        assert [inbox.forget(db, week_ago) for _ in range(2)] == [1, 0]
        assert (inbox.held(db), inbox.due(db, week_ago)) == (1, 0)
    assert rows("SELECT person, raw FROM inbox ORDER BY id")[0] == ("", {})
    assert hear(old) == 0


@IN_A_DATABASE
def test_a_long_past_is_tidied_piece_by_piece() -> None:
    rows(
        "INSERT INTO inbox (key, person, occurred_at, raw, done_at)"
        " SELECT 'k' || n, 'U', now(), '{}', now() - interval '1 year'"
        " FROM generate_series(1, :many) AS n",
        many=inbox.MOST_TIDIED + 1,
    )
    with transaction() as db:
        assert inbox.tidy(db, datetime.now(UTC)) == inbox.MOST_TIDIED
        assert inbox.tidy(db, datetime.now(UTC)) == 1


@IN_A_DATABASE
def test_a_message_is_known_as_taken_back_only_from_its_own_sender() -> None:
    sent = photo()
    hear(sent, unsend(sent), unsend(sent))
    message_id = sent["message"]["id"]
    known = rows("SELECT person, line_message_id FROM unsent_messages")
    assert [*map(tuple, known)] == [(HARUKA, message_id)]
    assert value("SELECT raw FROM inbox WHERE key = :key", key=sent["webhookEventId"]) == {
        name: part for name, part in sent.items() if name != "message"
    }


@IN_A_DATABASE
def test_a_failure_that_is_noted_late_does_not_open_an_event_again() -> None:
    arrive(sent := words("穴"))
    event_id = value("SELECT id FROM inbox")
    hear(unsend(sent))
    with transaction() as db:
        assert inbox.put_off(db, event_id) is None
    assert value("SELECT count(*) FROM inbox WHERE done_at IS NULL") == 0


@IN_A_DATABASE
def test_an_event_is_given_up_in_words_only_when_it_is() -> None:
    arrive(words("穴"))
    event_id = value("SELECT id FROM inbox")
    told = []
    for _ in range(inbox.MOST_ATTEMPTS):
        with transaction() as db:
            inbox.put_off(db, event_id)
        told.append(value("SELECT error FROM inbox"))
    again = "failed, to be tried again"
    assert told == [*[again] * (inbox.MOST_ATTEMPTS - 1), "given up after repeated failures"]


LETTERS = st.text(st.characters(codec=None) | st.sampled_from("\x00\ud800\\u"), max_size=12)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | LETTERS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(LETTERS, inner, max_size=3),
    max_leaves=8,
)
EVENTS = st.lists(st.dictionaries(LETTERS, VALUES, max_size=4), min_size=1, max_size=4)


def body_of(events: list[dict[str, Any]]) -> bytes:
    whole: Json = {"destination": "U0", "events": events}
    return json.dumps(whole).encode()


@IN_A_DATABASE
@settings(
    max_examples=examples(80),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(EVENTS)
def test_no_event_however_strange_is_too_strange_to_keep(events: list[dict[str, Any]]) -> None:
    keep(rows_of(body_of(events)))
    hear()
    assert value("SELECT count(*) FROM inbox WHERE done_at IS NULL") == 0
    assert value("SELECT count(*) FROM inbox WHERE error IS NOT NULL") == 0


@IN_A_DATABASE
def test_hearing_is_woken_by_what_is_new_and_by_no_redelivery() -> None:
    woken: list[int] = []
    door = TestClient(Webhook(FastAPI(), lambda: woken.append(value(COUNT))))
    first, second = words("穴"), words("ミラー")
    for sent in ([first], [first], [first | AGAIN], [first | AGAIN, second], []):
        body = json.dumps({"events": sent}).encode()
        secret = michi.settings().line_channel_secret.get_secret_value().encode()
        signature = base64.b64encode(hmac.digest(secret, body, "sha256")).decode()
        answer = door.post("/line/webhook", content=body, headers={"x-line-signature": signature})
        assert answer.status_code == 200
    assert woken == [1, 2]
