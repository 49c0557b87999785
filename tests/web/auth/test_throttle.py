"""Who tries passwords waits, and keeps nobody else out."""

import json
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
import web_scene
from fastapi import FastAPI
from httpx2 import Response
from sqlalchemy import select, update
from starlette.testclient import TestClient
from web_scene import PAGE, PASSWORD, Browser

from reports.people import waits
from reports.people.models import SignInWait
from store.database import transaction
from web.auth import throttle
from web.auth.door import DEVICE_COOKIE

NOON = datetime(2026, 12, 1, 3, tzinfo=UTC)
HOME = "192.0.2.77"


def at(app: FastAPI, address: str) -> TestClient:
    return TestClient(app, base_url="http://127.0.0.1:8000", client=(address, 1))


def knock(client: TestClient, name: str = "sato", password: str = "wrong") -> Response:
    form = {"name": name, "password": password}
    return client.post("/sign-in", data=form, headers=PAGE, follow_redirects=False)


def time_passes(**time: int) -> None:
    """For all who wait."""
    with transaction() as db:
        by = timedelta(**time)
        moments = {"last_at": SignInWait.last_at - by, "free_at": SignInWait.free_at - by}
        db.execute(update(SignInWait).values(moments))


def tries(address: str, now: datetime, name: str = "sato") -> timedelta:
    """How long somebody there has to wait for their try, which is wrong where it is nothing."""
    with transaction() as db:
        return throttle.begin(db, name=name, address=address, device=None, now=now).wait


def test_after_five_wrong_tries_each_next_one_waits_longer(database_url: str) -> None:
    now = NOON
    assert {tries(HOME, now) for _ in range(5)} == {timedelta(0)}
    waited = []
    for _ in range(14):
        waited.append(tries(HOME, now))
        now += waited[-1]
        assert tries(HOME, now) == timedelta(0)
    assert waited[:4] == [timedelta(seconds=2**turn) for turn in range(4)]
    assert waited[-1] == waits.PAIR.longest
    assert tries(HOME, now + timedelta(days=1)) == timedelta(0)


def test_who_waits_is_told_how_long_and_keeps_their_name(app: FastAPI) -> None:
    """And it is the same for a name that nobody has; a right password changes nothing."""
    web_scene.people()
    pages = []
    for name, address in (("sato", HOME), ("nobody", "203.0.113.7")):
        there = at(app, address)
        for _ in range(5):
            assert knock(there, name).status_code == 401
        time_passes(minutes=-30)
        answer = knock(there, name, PASSWORD)
        seconds = answer.headers["retry-after"]
        assert answer.status_code == 429
        assert f'data-seconds="{seconds}"' in answer.text
        assert f"次に試せるまで {waits.in_words(timedelta(seconds=int(seconds)))} か" in answer.text
        assert f'value="{name}"' in unescape(answer.text)
        pages.append(answer.text.replace(name, "").replace(seconds, ""))
    assert pages[0] == pages[1]
    time_passes(hours=2)
    assert knock(at(app, HOME), " SATO ", PASSWORD).status_code == 303


def test_somebody_who_is_known_there_does_not_wait_for_strangers(
    app: FastAPI, staff: Browser
) -> None:
    staff.post("/sign-out")
    mine = staff.client.cookies[DEVICE_COOKIE]
    for turn in range(30):
        tries(f"203.0.113.{turn}", datetime.now(UTC))
    for _ in range(6):
        knock(staff.client, "roads")  # in the same browser another waits
    assert knock(at(app, HOME), password=PASSWORD).status_code == 429
    assert knock(staff.client, password=PASSWORD).status_code == 303
    forged = at(app, "198.51.100.1")
    forged.cookies.set(DEVICE_COOKIE, mine[:-1] + ("0" if mine[-1] != "0" else "1"))
    assert knock(forged, password=PASSWORD).status_code == 429


def test_a_known_browser_has_a_small_count_of_its_own(staff: Browser, app: FastAPI) -> None:
    assert {knock(staff.client).status_code for _ in range(5)} == {401}
    time_passes(minutes=-5)
    assert knock(staff.client, password=PASSWORD).status_code == 429
    assert knock(at(app, HOME), password=PASSWORD).status_code == 303
    time_passes(minutes=6)
    assert knock(staff.client, password=PASSWORD).status_code == 303


def test_an_address_of_the_old_kind_is_its_own_however_a_proxy_writes_it(app: FastAPI) -> None:
    """`::ffff:203.0.113.7` is what a socket for both kinds says of 203.0.113.7."""
    web_scene.people()
    for _ in range(5):
        knock(at(app, "::ffff:203.0.113.7"))
    time_passes(minutes=-5)
    addresses = ("::ffff:198.51.100.9", "203.0.113.7", "2001:db8::1", "2001:db8::2")
    assert [knock(at(app, one)).status_code for one in addresses] == [401, 429, 401, 401]


def test_an_office_waits_at_most_a_minute_for_one_that_tries_many_names(
    database_url: str,
) -> None:
    now = NOON
    for turn in range(100):
        now += timedelta(milliseconds=100)
        tries("203.0.113.7", now, f"name{turn}")
    wait = tries("203.0.113.7", now)
    assert timedelta(0) < wait <= waits.NETWORK.longest
    assert tries("203.0.113.7", now + wait) == timedelta(0)
    assert tries(HOME, now) == timedelta(0)
    assert tries("203.0.113.7", now + timedelta(hours=9), "another") == timedelta(0)


@pytest.mark.parametrize("many", [100, pytest.param(10_000, marks=pytest.mark.long)])
def test_strangers_keep_nobody_out(database_url: str, many: int) -> None:
    """They come from a thousand networks, ten tries a second, also while the right person waits."""
    now = NOON
    looked_at = 0
    for turn in range(many):
        now += timedelta(milliseconds=100)
        looked_at += not tries(f"203.0.{turn % 1000 // 250}.{turn % 250}", now)
    assert looked_at < many / 4
    wait = tries(HOME, now)
    assert timedelta(0) < wait <= waits.LONGEST_FOR_A_NEWCOMER
    for turn in range(50):
        tries(f"203.0.7.{turn}", now + wait * turn / 50)
    assert tries(HOME, now + wait) == timedelta(0)


def test_each_try_is_one_line_in_the_log_without_what_was_typed(
    app: FastAPI, capsys: pytest.CaptureFixture[str]
) -> None:
    web_scene.people()
    one = at(app, "203.0.113.7")
    for password in ("my secret", PASSWORD):
        knock(one, password=password)
    knock(one, "my secret in the wrong field")
    said = capsys.readouterr().out
    lines = [line for line in map(json.loads, said.splitlines()) if line["event"] == "sign_in"]
    assert [line["outcome"] for line in lines] == ["wrong", "right", "wrong"]
    assert {line["network"] for line in lines} == {"203.0.113.7"}
    assert ["user" in line for line in lines] == [False, True, False]
    assert "secret" not in said
    assert "sato" not in said
    with transaction() as db:
        assert "secret" not in " ".join(db.scalars(select(SignInWait.who)))
