"""What one person has sent together is one commit, as far as nobody else could wait for it."""

import os
import subprocess
import sys
from contextlib import suppress

import pytest
from sqlalchemy.exc import SQLAlchemyError
from townsfolk import (
    ALEX,
    HARUKA,
    Json,
    arrive,
    button,
    draft,
    event,
    hear,
    photo,
    place,
    rows,
    said,
    value,
    words,
)

from bot.hearing import MOST_IN_A_TURN, hear_everything
from bot.wording import languages
from settings import ROOT, settings

pytestmark = pytest.mark.usefixtures("database_url")

COMMITS = "SELECT xmin::text FROM messages WHERE recipient = :who ORDER BY id"
WAITING = "SELECT count(*) FROM inbox WHERE done_at IS NULL"
TROUBLE = """
    CREATE FUNCTION trouble() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {what}; END $$;
    CREATE TRIGGER trouble BEFORE INSERT ON photos EXECUTE FUNCTION trouble()
"""
CUT_OFF = TROUBLE.format(what="PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL")
STUCK = TROUBLE.format(what="PERFORM pg_sleep(600); RETURN NULL")
FAULT = TROUBLE.format(what="RAISE 'a fault of ours'")


def commits(who: str = HARUKA) -> list[int]:
    """Of each answer, in which of the commits it was written, from 0."""
    of_each = [commit for (commit,) in rows(COMMITS, who=who)]
    return [list(dict.fromkeys(of_each)).index(commit) for commit in of_each]


def test_parts_of_a_draft_are_one_commit_and_each_is_answered() -> None:
    sent = [photo(), place(), words("自転車のタイヤがはまりそう")]
    assert hear(*sent) == 3
    assert (said(), commits()) == ([["ask"]] * 3, [0, 0, 0])
    assert (len(draft()["photos"]), len(draft()["remarks"])) == (1, 1)
    tokens = rows("SELECT reply_token FROM messages ORDER BY id")
    assert [token for (token,) in tokens] == [one["replyToken"] for one in sent]


def test_what_is_counted_in_the_hour_is_counted_over_the_whole_commit() -> None:
    hear(photo(), photo(), words("やめる"), photo())
    assert value("SELECT spent -> 'photos' FROM residents") == 3


@pytest.mark.parametrize(
    "last",
    [
        lambda: words("大きな穴"),
        lambda: words("日本語"),
        lambda: words("やめる"),
        lambda: button("do=cancel"),
        lambda: event(kind="follow"),
    ],
    ids=["files", "language", "drops the photo", "button", "follows"],
)
def test_the_commit_comes_before_whatever_follows_on_more_than_talk(last: object) -> None:
    assert callable(last)
    hear(photo(), place(), last(), words("使い方"))
    assert len(said()) == 4
    assert commits()[0] == commits()[1] < commits()[3]
    assert commits()[2] < commits()[3]
    assert value(WAITING) == 0


def test_who_sends_very_much_has_no_longer_commit() -> None:
    hear(*[words("状況") for _ in range(MOST_IN_A_TURN + 2)])
    assert commits() == [0] * MOST_IN_A_TURN + [1, 1]


def three(who: str = HARUKA) -> list[Json]:
    return [place(who), photo(who), words("使い方", who)]


@pytest.mark.changes_the_schema
def test_one_that_fails_takes_none_of_the_others_with_it() -> None:
    rows(FAULT)
    assert hear(*three(), place(ALEX)) == 4
    assert (said(), said(ALEX)) == ([["ask"], ["how"]], [["ask"]])
    assert rows("SELECT attempts FROM inbox WHERE done_at IS NULL") == [(1,)]
    rows("DROP FUNCTION trouble CASCADE")
    rows("UPDATE inbox SET retry_at = now() WHERE done_at IS NULL")
    assert hear_everything() == 1
    assert said() == [["ask"], ["how"], ["ask"]]
    assert (len(draft()["photos"]), draft()["place"] is None) == (1, False)


@pytest.mark.changes_the_schema
def test_cut_off_between_two_of_one_commit_none_of_it_is_lost_or_heard_twice() -> None:
    rows(CUT_OFF)
    arrive(*three())
    with suppress(SQLAlchemyError):
        hear_everything()
    rows("DROP FUNCTION trouble CASCADE")
    rows("UPDATE inbox SET retry_at = now() WHERE done_at IS NULL")
    hear_everything()
    assert (sorted(said()), value(WAITING)) == ([["ask"], ["ask"], ["how"]], 0)
    assert (len(draft()["photos"]), draft()["place"] is None) == (1, False)


@pytest.mark.long
@pytest.mark.changes_the_schema
def test_killed_between_two_of_one_commit_all_of_it_waits() -> None:
    rows(STUCK)
    arrive(*three())
    code = "from workers.table import KINDS; from store import tasks; tasks.learn(KINDS)\n"
    code += "from bot.hearing import hear_everything; hear_everything()"
    with subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, env=environment()) as process:
        while not value("SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'"):
            assert process.poll() is None
        process.kill()
    rows("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event = 'PgSleep'")
    assert (said(), value(WAITING)) == ([], 3)
    rows("DROP FUNCTION trouble CASCADE")
    assert hear_everything() == 3
    assert (said(), commits()) == ([["ask"], ["ask"], ["how"]], [0, 0, 0])
    assert (len(draft()["photos"]), draft()["place"] is None) == (1, False)


def environment() -> dict[str, str]:
    """For another process of this installation."""
    here = {"DATABASE_URL": settings().database_url, "REDIS_URL": settings().redis_url}
    return {**os.environ, **here, "PYTHONPATH": os.pathsep.join(sys.path)}


def test_what_came_with_the_wish_to_be_erased_and_after_it_begins_anew() -> None:
    japanese = languages()["ja"]
    hear(*[photo(), words(japanese.commands["erase"][0])])
    wish, sent = words(japanese("button.erase")), photo()
    hear(wish, sent)
    kept = value("SELECT raw FROM inbox ORDER BY id DESC LIMIT 1")
    assert kept["message"]["id"] == sent["message"]["id"]
    assert len(draft()["photos"]) == 1
    assert value("SELECT count(*) FROM photos WHERE line_message_id IS NOT NULL") == 1
    assert said()[-1] == ["ask"]
