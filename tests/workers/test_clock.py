"""What was only kept for a while goes by itself."""

import pytest
from townsfolk import HARUKA, rows, value

from workers.clock import beat, tidy

pytestmark = pytest.mark.usefixtures("database_url")


def test_events_go_a_month_after_they_were_heard_and_those_not_heard_stay() -> None:
    for key, days, heard in (("old", 31, True), ("new", 29, True), ("unheard", 31, False)):
        rows(
            "INSERT INTO inbox (key, person, occurred_at, received_at, raw, done_at)"
            " SELECT :key, :who, at, at, '{}', CASE WHEN :heard THEN at END"
            " FROM (SELECT now() - make_interval(days => :days) AS at) AS moment",
            key=key,
            who=HARUKA,
            days=days,
            heard=heard,
        )
    tidy()
    assert [row.key for row in rows("SELECT key FROM inbox ORDER BY id")] == ["new", "unheard"]


def test_what_was_said_goes_after_a_year() -> None:
    for days in (370, 360):
        rows(
            "INSERT INTO messages (recipient, say, state, created_at)"
            " VALUES (:who, '[]', 'sent', now() - make_interval(days => :days))",
            who=HARUKA,
            days=days,
        )
    tidy()
    assert value("SELECT count(*) FROM messages") == 1


@pytest.mark.changes_the_schema
def test_trouble_with_one_duty_keeps_no_other_up() -> None:
    rows("INSERT INTO messages (recipient, say, state) VALUES (:who, '[]', 'sent')", who=HARUKA)
    rows("UPDATE messages SET created_at = now() - interval '2 years'")
    rows("ALTER TABLE tickets RENAME COLUMN asked_at TO gone")
    beat(0)
    assert value("SELECT count(*) FROM messages") == 0


def test_the_last_answer_to_somebody_who_was_erased_goes_once_it_is_said() -> None:
    for state in ("sent", "waiting"):
        rows(
            "INSERT INTO messages (recipient, say, state)"
            ' VALUES (:who, \'[{"say": "erased"}]\', :state)',
            who=HARUKA,
            state=state,
        )
    tidy()
    assert [row.state for row in rows("SELECT state FROM messages")] == ["waiting"]
