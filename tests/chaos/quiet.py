"""The end of a bad day: everything that was begun comes to its end."""

import time

from crowd import Crowd
from stage import Stage

HEARD_WITHIN = 300.0
SAID_WITHIN = 90.0
"""Seconds after the last fault: so long an outage may be felt."""


def settle(stage: Stage, crowd: Crowd) -> list[str]:
    """Wait until all of it is heard and nothing waits; work that waits for its next try is tried
    now. Gives what had to be helped: words that were put off for longer than SAID_WITHIN."""
    _until_heard(stage, crowd)
    _until(stage, HEARD_WITHIN, _WORK, hurry=_TASKS_NOW)
    _until(stage, SAID_WITHIN, _WORDS)
    late = [str(row["event"] or row["id"]) for row in stage.rows(_LATE)]
    _until(stage, HEARD_WITHIN, _WORDS, hurry=_WORDS_NOW)
    _until(stage, HEARD_WITHIN, _WORK, hurry=_TASKS_NOW)
    return late


def owed(stage: Stage) -> list[str]:
    """To whom more is owed than had room in their last answer: of LINE's five messages."""
    return [row["recipient"] for row in stage.rows(_HELD)]


def _until_heard(stage: Stage, crowd: Crowd) -> None:
    events = [event for act in crowd.acts for event in act.events]
    end = time.monotonic() + HEARD_WITHIN
    while stage.rows(_HEARD, events=events)[0]["heard"] < len(events) and time.monotonic() < end:
        time.sleep(0.5)


def _until(stage: Stage, seconds: float, waiting: str, hurry: str = "SELECT 1") -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        stage.rows(hurry)
        if not stage.rows(waiting)[0]["waiting"]:
            return
        time.sleep(1)


_HEARD = """
    SELECT count(*) AS heard FROM inbox WHERE key = ANY(%(events)s) AND done_at IS NOT NULL
"""
_WORK = """
    SELECT (SELECT count(*) FROM inbox WHERE done_at IS NULL)
         + (SELECT count(*) FROM tasks WHERE finished_at IS NULL) AS waiting
"""
_HELD = "SELECT DISTINCT recipient FROM messages WHERE state = 'held' ORDER BY recipient"
_WORDS = "SELECT count(*) AS waiting FROM messages WHERE state = 'waiting'"
_LATE = """
    SELECT m.id, i.key AS event FROM messages m LEFT JOIN inbox i ON i.id = m.event_id
    WHERE m.state = 'waiting'
"""
# Who has a task in hand was given it: `handed_at` is empty only while it waits for its next try.
_TASKS_NOW = """
    UPDATE tasks SET due_at = now()
    WHERE finished_at IS NULL AND handed_at IS NULL AND due_at > now()
"""
_WORDS_NOW = """
    UPDATE messages SET due_at = now()
    WHERE state = 'waiting' AND due_at > now() + interval '40 s'
"""
