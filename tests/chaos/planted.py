"""Faults planted from outside, each of a kind that was once found, so that the oracle must see it.

What a wrong sender would do is done to its rows by a trigger, or in its place by a hand of ours.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import LiteralString

import httpx
from crowd import Crowd
from stage import Row, Stage

UNSENT_IS_UNKNOWN: LiteralString = """
    IF TG_OP = 'INSERT' AND NEW.event_id IS NOT NULL THEN
        NEW.state := 'unknown';
    END IF;
"""
"""What surely was not said counts as perhaps said."""
HELD_BACK: LiteralString = """
    IF TG_OP = 'INSERT' AND NEW.event_id IS NOT NULL THEN
        NEW.state := 'held';
    END IF;
"""
"""Nothing is answered but with the answer to what comes next."""
MOVES_LOST: LiteralString = """
    IF TG_OP = 'INSERT' AND NEW.event_id IS NULL AND NEW.say @> '[{"say": "moved"}]' THEN
        NEW.state := 'gathered';
        NEW.say := '[]';
    END IF;
"""
"""A move counts as told along with an answer that never came."""
UNSURE_IS_SILENT: LiteralString = """
    IF TG_OP = 'UPDATE' AND NEW.event_id IS NOT NULL AND NEW.reply_attempts > 1 THEN
        NEW.state := 'unknown';
    END IF;
"""
"""An answer whose fate is unsure is never said again."""


@contextmanager
def planted(stage: Stage, what: LiteralString) -> Iterator[None]:
    """This happens to every row of words that is written, until the block ends."""
    stage.rows(_PLANT.replace("WHAT", what))
    try:
        yield
    finally:
        stage.rows("DROP FUNCTION planted CASCADE")


def push_again(stage: Stage, row: Row) -> None:
    """As a sender does that does not know what others have said by now."""
    httpx.post(
        f"{stage.michi.line_api}/v2/bot/message/push",
        headers={
            "Authorization": f"Bearer {stage.michi.env['LINE_CHANNEL_ACCESS_TOKEN']}",
            "X-Line-Retry-Key": str(row["retry_key"]),
        },
        json={"to": row["recipient"], "messages": [{"type": "text", "text": "…"}]},
    ).raise_for_status()


def answers(stage: Stage, crowd: Crowd, say: str) -> list[Row]:
    """The rows of answers to these people that say something of this kind, oldest first."""
    asked = json.dumps([{"say": say}])
    return stage.rows(_ANSWERS, people=[*crowd.people], asked=asked)


_PLANT = """
    CREATE FUNCTION planted() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        WHAT
        RETURN NEW;
    END $$;
    CREATE TRIGGER planted BEFORE INSERT OR UPDATE ON messages
    FOR EACH ROW EXECUTE FUNCTION planted();
"""
_ANSWERS = """
    SELECT id, recipient, retry_key FROM messages
    WHERE recipient = ANY(%(people)s) AND event_id IS NOT NULL AND say @> %(asked)s::jsonb
    ORDER BY id
"""
