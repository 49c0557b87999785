"""Trials that staff have asked for: a piece at a time, two at once, and kept for a day."""

import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session
from townsfolk import rows, value
from workshop import work_off

from reports.routing import trial_runs, versions
from reports.routing.choose import Rule
from reports.routing.trial import try_rules
from reports.routing.versions import NoSuchTable
from store.database import transaction
from workers import trials

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
MANY = """
    INSERT INTO tickets (number, category, place, owner, department_id, received_at, routed_at, why)
    SELECT 'N' || n, (array['pothole', 'tree'])[1 + n % 2],
           ST_SetSRID(ST_MakePoint(139.5, 35.7), 4326), 'city', 1 + n % 3,
           timestamptz '2026-01-01' + n * interval '1 minute', now(),
           jsonb_build_object('reason', 'rule', 'rule', n % 7)
    FROM generate_series(1, 2500) n
"""
STATES = "SELECT state FROM trial_runs ORDER BY id"


@pytest.fixture
def draft(database_url: str) -> int:
    """A version that sends everything to the trees, and 2,500 tickets to try it on."""
    rows(MANY)
    with transaction() as db:
        live = versions.live(db)
        assert live
        return versions.draft(db, [Rule(1, department="trees")], by="a", based_on=live.id)


def ask(version: int, days: int = 0) -> int:
    with transaction() as db:
        return trial_runs.ask_for(db, version, LONG_AGO + timedelta(days=days))


def run(trial_id: int) -> trial_runs.Run:
    with transaction() as db:
        found = trial_runs.run_of(db, trial_id)
    assert found
    return found


def states() -> list[str]:
    return [state for (state,) in rows(STATES)]


def test_who_forgets_old_ones_holds_up_nobody_who_begins_the_next(draft: int) -> None:
    ids = [ask(draft, days) for days in range(3)]
    old = datetime.now(UTC) + timedelta(days=9)
    with transaction() as beginning, ThreadPoolExecutor(1) as other:
        trial_runs.fail(beginning, ids[0])  # the third is running now, until the commit

        def forget() -> int:
            with transaction() as db:
                return trial_runs.forget(db, old)

        forgetting = other.submit(forget)
        while not value("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)"):
            time.sleep(0.02)
        beginning.execute(text("SET LOCAL lock_timeout = '1s'"))
        beginning.execute(text("UPDATE trial_runs SET done = 1"))
        beginning.commit()
        assert forgetting.result() == 3


def test_a_piece_at_a_time_it_says_what_all_at_once_says(
    draft: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trials, "SECONDS", 0.0)
    trial_id = ask(draft)
    assert (run(trial_id).state, run(trial_id).result) == ("running", None)
    assert work_off("try_rules") == 4  # three pages, and one look whether there are more
    assert (run(trial_id).done, run(trial_id).total) == (2500, 2500)
    with transaction() as db:
        at_once = try_rules(db, versions.rules(db, draft), LONG_AGO)
        names = {key: each.name for key, each in versions.known(db).departments.items()}
    assert json.loads(run(trial_id).result or "") == json.loads(json.dumps(at_once.told(names)))
    assert at_once.told(names)["names"]["trees"] == "公園緑地課"


def test_how_far_it_is_can_be_seen_meanwhile(draft: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trials, "SECONDS", 0.0)
    trial_id = ask(draft)
    seen = []
    for write in pieces(trial_id):
        with transaction() as db:
            write(db)
        seen.append((run(trial_id).done, run(trial_id).total))
    assert seen == [(1000, 2500), (2000, 2500), (2500, 2500), (2500, 2500)]


def pieces(trial_id: int) -> Iterator[trials.Write]:
    while write := trials.try_rules(trial_id):
        yield write


def test_two_are_done_at_once_and_the_others_wait_their_turn(draft: int) -> None:
    asked = [ask(draft, days) for days in range(5)]
    assert states() == ["running", "running", "waiting", "waiting", "waiting"]
    assert [run(trial_id).ahead for trial_id in asked] == [0, 0, 2, 3, 4]
    with transaction() as db:
        trial_runs.fail(db, asked[1])
    assert states() == ["running", "failed", "running", "waiting", "waiting"]
    work_off("try_rules")
    assert states() == ["done", "failed", "done", "done", "done"]
    assert rows("SELECT FROM tasks WHERE finished_at IS NULL AND name = 'try_rules'") == []


def test_who_asks_for_the_same_while_it_is_being_done_gets_the_same(draft: int) -> None:
    first = ask(draft)
    assert ask(draft) == first
    work_off("try_rules")
    assert ask(draft) != first


def test_a_version_that_is_none_is_not_tried(db: Session) -> None:
    with pytest.raises(NoSuchTable):
        trial_runs.ask_for(db, 404, LONG_AGO)


def test_a_piece_that_is_done_twice_counts_once(
    draft: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trials, "SECONDS", 0.0)
    trial_id = ask(draft)
    first, again = trials.try_rules(trial_id), trials.try_rules(trial_id)
    assert first
    assert again
    for write in (first, again):
        with transaction() as db:
            write(db)
    assert run(trial_id).done == 1000


def test_one_whose_every_attempt_died_is_said_to_have_failed_and_the_next_begins(
    draft: int,
) -> None:
    asked = [ask(draft, days) for days in range(3)]
    with transaction() as db:
        trials.given_up(asked[0])(db)
    assert states() == ["failed", "running", "running"]
    assert trials.try_rules(asked[0]) is None


def test_after_a_day_they_are_forgotten_and_hold_up_nobody(draft: int) -> None:
    for days in range(3):
        ask(draft, days)
    rows("UPDATE trial_runs SET made_at = now() - interval '2 days' WHERE state = 'running'")
    with transaction() as db:
        assert trial_runs.forget(db, datetime.now(UTC) - trial_runs.KEPT_FOR) == 2
    assert states() == ["running"]
    assert value("SELECT count(*) FROM tasks WHERE name = 'try_rules'") == 3


@pytest.mark.parametrize(
    "why", ["[]", '"x"', '{"reason": "rule", "rule": "x"}', '{"reason": ["rule"], "rule": 1e300}']
)
def test_a_ticket_with_an_odd_reason_does_not_stop_it(db: Session, why: str) -> None:
    db.execute(text(MANY))
    db.execute(
        text("UPDATE tickets SET why = CAST(:why AS jsonb) WHERE number = 'N7'"), {"why": why}
    )
    assert try_rules(db, [Rule(1, department="trees")], LONG_AGO).looked_at == 2500
