"""Other systems are told: in order, at least once, and none has to wait for another."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from receiver import Receiver, answers, hangs, receiving
from townsfolk import rows, value

from reports.actions import connect
from reports.people.permissions import Actor, Role
from reports.webhooks import calls, keys, waits
from reports.webhooks.choice import Choice
from reports.webhooks.models import Webhook
from settings import settings
from store.database import transaction
from store.outside import Outside
from store.public_addresses import Allowed
from workers.webhooks import send, write_calls

pytestmark = pytest.mark.usefixtures("database_url", "loopback")
BOSS = Actor(Role.ADMINISTRATOR, "管理")
PATIENT = Outside(Allowed("127.0.0.1"), seconds=60)
"""For those that answer, however slow this machine is."""
HURRIED = Outside(Allowed("127.0.0.1"))


@pytest.fixture
def loopback(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("WEBHOOK_HOSTS", "127.0.0.1")
    settings.cache_clear()
    yield
    settings.cache_clear()


def hook(url: str, name: str = "GIS", with_page: bool = False, **chosen: tuple[str, ...]) -> int:
    wanted = connect.Endpoint(name, url, Choice(**chosen), with_page)
    with transaction() as db:
        id, _ = connect.connect(db, wanted, BOSS)
        return id


def happens(number: str, kind: str = "moved", state: str | None = "open", **data: Any) -> int:
    """A public event, as publishing writes it; its number."""
    told = {"number": number, "state": state, "category": "pothole", "town": "本町", **data}
    seq: int = value(
        "INSERT INTO published_events (seq, number, kind, state, data)"
        " SELECT coalesce(max(seq), 0) + 1, :number, :kind, :state, CAST(:data AS jsonb)"
        " FROM published_events RETURNING seq",
        number=number,
        kind=kind,
        state=state,
        data=json.dumps({} if kind == "withdrawn" else told),
    )
    return seq


def told(there: Receiver) -> list[tuple[str, int]]:
    """By number and order, as it came."""
    said = [json.loads(one.body)["data"] for one in there.taken]
    return [(one["number"], one["seq"]) for one in said]


def goes_by(seconds: float) -> None:
    """All that waits has waited so much longer."""
    rows(
        "UPDATE webhook_calls SET due_at = due_at - make_interval(secs => :s),"
        " since = since - make_interval(secs => :s), made_at = made_at",
        s=seconds,
    )
    rows("UPDATE webhooks SET due_at = due_at - make_interval(secs => :s),"
         " held_until = held_until - make_interval(secs => :s),"
         " failing_since = failing_since - make_interval(secs => :s)", s=seconds)  # fmt: skip


def states() -> list[str]:
    return [row.state for row in rows("SELECT state FROM webhook_calls ORDER BY id")]


def test_what_is_chosen_is_told_and_what_is_taken_back_always() -> None:
    with receiving() as there:
        happens("1")
        hook(there.url, with_page=True, categories=("pothole",), states=("fixed",), towns=("本町",))
        first = happens("1", state="fixed", before_photo="abc")
        happens("2", state="fixed", category="drain")
        happens("3", state="fixed", town="緑町")
        happens("4", state="open")
        gone = happens("5", kind="withdrawn", state=None)
        less = happens("6", kind="words", category="drain", taken_back=["words"])
        write_calls()
        send(PATIENT)
    assert sorted(told(there)) == [("1", first), ("5", gone), ("6", less)]
    body = next(one for one in map(json.loads, (one.body for one in there.taken))
                if one["type"] == "ticket.moved")  # fmt: skip
    assert body["data"]["url"] == f"{settings().base}/open/tickets/1"
    assert body["data"]["ticket"]["before_photo"] == f"{settings().base}/open/photos/abc.jpg"
    said = next(one for one in map(json.loads, (one.body for one in there.taken))
                if one["type"] == "ticket.words")["data"]  # fmt: skip
    assert (said["taken_back"], "taken_back" in said["ticket"]) == (["words"], False)
    assert states() == ["sent", "sent", "sent"]
    assert value("SELECT count(*) FROM tasks WHERE name = 'send_webhooks'") == 1


def test_each_tickets_events_come_in_their_order_though_one_fails() -> None:
    with receiving(answers(400), answers(204)) as there:
        hook(there.url)
        a1, b1, a2 = happens("a"), happens("b"), happens("a")
        write_calls()
        send(PATIENT)
        assert told(there) == [("a", a1), ("b", b1)]
        goes_by(6)
        send(PATIENT)
    assert told(there)[2:] == [("a", a1), ("a", a2)]
    assert there.taken[0].headers["webhook-id"] == there.taken[2].headers["webhook-id"]


def test_who_is_killed_between_sending_and_noting_sends_again() -> None:
    with receiving() as there:
        id = hook(there.url)
        happens("a")
        write_calls()
        with transaction() as db:
            assert calls.claim(db, "who is killed") == id
            call = calls.next_call(db, id, "who is killed")
        assert call is not None
        send(PATIENT)
        assert there.taken == []
        goes_by(21)
        send(PATIENT)
        (one,) = there.taken
        assert one.headers["webhook-id"] == call.message_id
        with transaction() as db:
            calls.not_taken(db, call, calls.Outcome(500))
    assert states() == ["sent"]
    assert value("SELECT failures FROM webhooks") == 0


def test_one_that_hangs_holds_up_itself_alone() -> None:
    with receiving(hangs) as slow, receiving() as quick:
        for each in range(4):
            hook(slow.url, f"slow {each}")
        hook(quick.url, "quick")
        for number in "abc":
            happens(number)
        write_calls()
        send(HURRIED)
        assert len(quick.taken) == 3
        assert len(slow.taken) == 4
        send(HURRIED)
        assert len(slow.taken) == 4


def test_after_three_days_it_is_dead_and_staff_send_it_again() -> None:
    with receiving(answers(503, ("Retry-After", "3600"))) as there:
        id = hook(there.url)
        a, b = happens("a"), happens("b")
        write_calls()
        for _ in range(3 * 24 // 8):
            send(PATIENT)
            goes_by(waits.wait(99).total_seconds())
            assert states() == ["waiting", "waiting"]
        send(PATIENT)
        assert states() == ["dead", "dead"]
        assert [waits.wait(tries).total_seconds() for tries in (1, 2, 9)] == [5, 30, 28_800]
        there.acts = [answers(204)]
        there.taken.clear()
        with transaction() as db:
            assert (
                connect.send_again(db, id, BOSS, [value("SELECT min(id) FROM webhook_calls")]) == 1
            )
            connect.resume(db, id, BOSS)
        send(PATIENT)
        assert told(there) == [("a", a)]
        with transaction() as db:
            assert connect.send_again(db, id, BOSS) == 1
        send(PATIENT)
    assert told(there) == [("a", a), ("b", b)]
    rows("UPDATE webhook_calls SET done_at = now() - interval '61 days'")
    with transaction() as db:
        assert calls.forget(db, datetime.now(UTC) - calls.KEPT_FOR) == 2


def test_one_that_was_down_gets_all_once_it_is_back() -> None:
    with receiving(*[answers(500)] * 3, answers(204)) as there:
        hook(there.url)
        for number in "abcde":
            happens(number)
        write_calls()
        for seconds in (5, 30, 120, 0):
            send(PATIENT)
            goes_by(seconds)
    assert states() == ["sent"] * 5
    assert len(there.taken) == 8


def test_one_that_says_it_is_gone_is_switched_off_until_staff_try_again() -> None:
    with receiving(answers(410), answers(204)) as there:
        id = hook(there.url)
        happens("a")
        write_calls()
        send(PATIENT)
        happens("b")
        write_calls()
        goes_by(9999)
        send(PATIENT)
        assert len(there.taken) == 1
        assert value("SELECT off_at IS NOT NULL FROM webhooks")
        with transaction() as db:
            connect.try_out(db, id, BOSS)
        send(PATIENT)
        assert json.loads(there.taken[1].body)["type"] == "webhook.test"
        with transaction() as db:
            connect.resume(db, id, BOSS)
        write_calls()
        send(PATIENT)
    assert [number for number, _ in told_of_tickets(there)[1:]] == ["a", "b"]


def told_of_tickets(there: Receiver) -> list[tuple[str, int]]:
    there.taken = [one for one in there.taken if b"webhook.test" not in one.body]
    return told(there)


def test_what_was_taken_back_is_not_told_though_it_waited() -> None:
    with receiving(answers(500), answers(204)) as there:
        hook(there.url)
        happens("a", words="secret words")
        write_calls()
        send(PATIENT)
        rows("UPDATE published_events SET data = '{}', state = NULL")
        gone = happens("a", kind="withdrawn", state=None)
        goes_by(6)
        send(PATIENT)
        write_calls()
        send(PATIENT)
    assert told(there)[1:] == [("a", gone)]
    assert states() == ["dropped", "sent"]


def test_a_pause_loses_nothing() -> None:
    with receiving() as there:
        id = hook(there.url)
        with transaction() as db:
            connect.pause(db, id, BOSS)
        seq = happens("a")
        write_calls()
        send(PATIENT)
        assert there.taken == []
        with transaction() as db:
            connect.resume(db, id, BOSS)
        write_calls()
        send(PATIENT)
    assert told(there) == [("a", seq)]


def test_both_secrets_sign_for_a_day_and_a_stranger_can_tell() -> None:
    library = pytest.importorskip("standardwebhooks")
    with receiving() as there:
        wanted = connect.Endpoint("GIS", there.url)
        with transaction() as db:
            id, first = connect.connect(db, wanted, BOSS)
            second = connect.new_secret(db, id, BOSS)
        happens("a")
        write_calls()
        send(PATIENT)
        for secret in (first, second):
            (one,) = there.taken
            assert library.Webhook(secret).verify(one.body, one.headers)["type"] == "ticket.moved"
        rows("UPDATE webhooks SET former_ends_at = now()")
        happens("a")
        write_calls()
        send(PATIENT)
        last = there.taken[-1]
        assert library.Webhook(second).verify(last.body, last.headers)
        with pytest.raises(library.WebhookVerificationError):
            library.Webhook(first).verify(last.body, last.headers)
        assert secret not in str(rows("SELECT secret, former_secret FROM webhooks"))


def test_secrets_are_sealed_anew_with_the_installations_new_key(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def use(key: str, also: str = "") -> None:
        monkeypatch.setenv("SECRET_KEY", key)
        monkeypatch.setenv("SECRET_KEYS_ALSO", also.replace(",", "%2C"))
        settings.cache_clear()

    before, now = settings().secret_key.get_secret_value(), "another key for tests, long enough"
    id = hook("http://127.0.0.1:9/")
    with transaction() as db:
        secret = connect.new_secret(db, id, BOSS)
    use(now, before)
    with transaction() as db:
        assert keys.reseal(db) == (1, [])
        assert keys.reseal(db) == (0, [])
    use(now)
    with transaction() as db:
        kept = db.get_one(Webhook, id)
        assert keys.of(kept, datetime.now(UTC))[0] == secret
        assert len(keys.of(kept, datetime.now(UTC) + timedelta(hours=23))) == 2
        assert len(keys.of(kept, datetime.now(UTC) + timedelta(hours=25))) == 1
    use(before)
    with transaction() as db:
        assert keys.reseal(db) == (0, ["GIS"])
        assert keys.of(db.get_one(Webhook, id), datetime.now(UTC)) == ()
