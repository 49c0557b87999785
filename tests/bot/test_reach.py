"""A push that LINE would refuse or swallow is held; what can arrive goes on."""

import threading
import time

import pytest
import structlog
from line_nearby import PUSH, Line, known, push, send, states
from townsfolk import rows, value

from bot import reach
from reports.outbox import quota
from store.database import transaction
from workers import clock


def test_used_up_pushes_are_held_without_asking_line_again(line: Line, haruka: str) -> None:
    line.order("quota", limit=0)
    push(haruka, "groups")
    send()
    assert states() == ["held"]
    assert len(line.asked()) == 1
    push(haruka, "sorry")
    send()
    assert states() == ["held", "held"]
    assert len(line.asked()) == 1


def test_with_room_again_pushes_go_on_and_take_along_what_was_held(line: Line, haruka: str) -> None:
    line.order("quota", limit=0)
    reach.look_at_quota()
    push(haruka, "groups")
    send()
    line.order("quota", limit=5)
    reach.look_at_quota()
    assert states() == ["held"]
    push(haruka, "sorry")
    send()
    assert states() == ["gathered", "sent"]
    assert len(line.words(haruka)) == 2


def test_a_refusal_while_line_counts_room_holds_that_push_for_the_next(
    line: Line, haruka: str
) -> None:
    line.order("quota", limit=5)
    line.order("faults", path=PUSH, kind="429_quota", times=1)
    push(haruka, "groups")
    send()
    assert states() == ["held"]
    push(haruka, "sorry")
    send()
    assert states() == ["gathered", "sent"]


def test_a_new_month_does_not_believe_the_old_ones_count(line: Line, haruka: str) -> None:
    line.order("quota", limit=0)
    reach.look_at_quota()
    rows("UPDATE line_quota SET looked_at = now() - interval '32 days'")
    line.order("quota", limit=5)
    push(haruka, "groups")
    send()
    assert states() == ["sent"]


def test_the_month_is_the_citys_and_not_greenwichs(line: Line) -> None:
    line.order("quota", limit=0)
    reach.look_at_quota()
    begins = "date_trunc('month', now() AT TIME ZONE 'Asia/Tokyo') AT TIME ZONE 'Asia/Tokyo'"
    for moment, believed in ((begins, True), (f"{begins} - interval '1 s'", False)):
        rows(f"UPDATE line_quota SET looked_at = {moment}")
        with transaction() as db:
            assert bool(quota.state(db)) is believed


def test_the_quota_is_what_line_says_of_it(line: Line, haruka: str) -> None:
    line.order("quota", limit=10)
    push(haruka, "groups")
    send()
    reach.look_at_quota()
    with transaction() as db:
        found = quota.state(db)
    assert found
    assert (found.limit, found.used, found.is_nearly_used, found.is_used_up) == (
        10,
        1,
        False,
        False,
    )
    line.order("quota", limit=None)
    reach.look_at_quota()
    with transaction() as db:
        endless = quota.state(db)
    assert endless
    assert (endless.limit, endless.is_nearly_used, endless.is_used_up) == (None, False, False)


def test_when_line_does_not_say_its_quota_nothing_changes(line: Line) -> None:
    line.order("quota", limit=3)
    reach.look_at_quota()
    line.order("faults", path="/v2/bot/message/quota", kind="500_before", times=1)
    reach.look_at_quota()
    assert rows("SELECT push_limit, used FROM line_quota") == [(3, 0)]


@pytest.mark.usefixtures("database_url")
def test_running_short_is_logged_once_and_the_end_once_more() -> None:
    with structlog.testing.capture_logs() as logged:
        for used in (0, 79, 80, 81, 99, 100, 100, 5, 85):
            with transaction() as db:
                quota.keep(db, limit=100, used=used)
    assert [(line["event"], line["used"]) for line in logged] == [
        ("push_quota_nearly_used", 80),
        ("push_quota_used_up", 100),
        ("push_quota_nearly_used", 85),
    ]


def test_whose_profile_is_gone_is_not_pushed_to(line: Line, haruka: str) -> None:
    line.change(haruka, profile="404")
    push(haruka, "groups")
    push(haruka, "sorry")
    send()
    send()
    assert line.asked() == []
    assert states() == ["held", "held"]
    assert value("SELECT blocked_at IS NOT NULL FROM residents")


def test_pushes_that_wait_for_somebody_who_blocks_us_are_held(line: Line, haruka: str) -> None:
    push(haruka, "groups")
    rows("UPDATE residents SET blocked_at = now()")
    send()
    assert line.asked() == []
    assert states() == ["held"]


@pytest.mark.parametrize("kind", ["500_before", "reset_before", "429_rate"])
def test_a_profile_that_line_cannot_show_now_changes_nothing(
    kind: str, line: Line, haruka: str
) -> None:
    line.change(haruka, profile="404")
    line.order("faults", path="/v2/bot/profile", kind=kind, times=1)
    push(haruka, "groups")
    send()
    assert states() == ["sent"]
    assert value("SELECT blocked_at IS NULL FROM residents")


def test_whose_profile_was_never_shown_is_pushed_to(line: Line) -> None:
    shy = line.somebody(profile="404")
    known(shy)
    push(shy, "groups")
    send()
    assert len(line.words(shy)) == 1


def test_who_wrote_today_is_not_looked_up(line: Line, haruka: str) -> None:
    line.change(haruka, profile="404")
    rows(
        "INSERT INTO inbox (key, person, occurred_at, raw) VALUES ('k', :who, now(), '{}')",
        who=haruka,
    )
    push(haruka, "groups")
    send()
    assert states() == ["sent"]
    rows("UPDATE inbox SET received_at = now() - interval '25 hours'")
    push(haruka, "groups")
    send()
    assert states() == ["sent", "held"]


def test_a_new_persons_profile_gives_the_language_its_menu_and_when_it_was_seen(
    line: Line,
) -> None:
    alex = line.somebody(language="en")
    known(alex, language=None)
    push(alex, "groups")
    send()
    assert rows("SELECT language, profile_seen_at IS NOT NULL FROM residents") == [("en", True)]
    assert rows("SELECT args FROM tasks WHERE name = 'show_menu'") == [
        ({"person": alex, "language": "en"},)
    ]


def test_who_said_their_language_first_is_seen_and_keeps_it(line: Line) -> None:
    alex = line.somebody(language="ja")
    known(alex, language="en")
    push(alex, "groups")
    send()
    assert rows("SELECT language, profile_seen_at IS NOT NULL FROM residents") == [("en", True)]
    line.change(alex, profile="404")
    push(alex, "groups")
    send()
    assert states() == ["sent", "held"]


def test_a_profile_without_language_or_not_shown_is_asked_for_once(line: Line) -> None:
    for number, facts in enumerate(({"language": None}, {"profile": "404"})):
        who = line.somebody(**facts)
        known(who, language=None)
        push(who, "groups")
        send()
        seen = "SELECT language, profile_seen_at IS NOT NULL FROM residents ORDER BY id DESC"
        assert rows(seen)[0] == ("", number == 0)
    assert rows("SELECT args FROM tasks WHERE name = 'show_menu'") == []


def test_the_clock_asks_for_the_quota_as_it_starts(line: Line) -> None:
    line.order("quota", limit=7)
    stop = threading.Event()
    running = threading.Thread(target=clock.run, args=(stop,))
    running.start()
    try:
        end = time.monotonic() + 30
        while not (found := rows("SELECT push_limit, used FROM line_quota")):
            assert time.monotonic() < end, "it never asked"
            time.sleep(0.05)
    finally:
        stop.set()
        running.join()
    assert found == [(7, 0)]
