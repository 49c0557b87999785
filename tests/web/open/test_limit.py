"""What everybody may see: so often for one network, and again only once it has changed."""

import pytest
import redis
from fastapi import APIRouter, FastAPI, Request, Response
from redis.backoff import NoBackoff
from redis.retry import Retry
from starlette.testclient import TestClient

from settings import settings
from store.jobs import quick_redis
from web.auth import crowd, pace
from web.kit.app import refuse
from web.kit.errors import Refusal
from web.open import answers, at_hand
from web.open.answers import answered
from web.open.at_hand import AtHand
from web.open.limit import Limited


class Board:
    """A page that everybody may see, how often its route was found and it was made, and its
    version."""

    def __init__(self) -> None:
        self.version, self.found, self.made, self.looks = 1, 0, 0, 0
        self.router = APIRouter(dependencies=[Limited])
        self.router.add_api_route("/open/board", self.page)
        app = FastAPI()
        app.include_router(self.router)
        app.add_middleware(AtHand)
        app.add_exception_handler(Refusal, refuse)
        self.client = TestClient(app)

    async def page(self, request: Request, status: int = 200, large: bool = False) -> Response:
        self.found += 1

        def make(_: object) -> Response:
            self.made += 1
            return Response("x" * (5_000 if large else 100), status, media_type="text/plain")

        asked = request.headers.get("accept-language", "")
        vary = {"Vary": "Accept-Language"}
        return await answered(request, make, of=self.look, also=asked, always=vary)

    def look(self, _: object) -> int:
        self.looks += 1
        return self.version


@pytest.fixture
def board(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Board:
    monkeypatch.setenv("PUBLIC_PER_MINUTE", "3")
    settings.cache_clear()
    return Board()


@pytest.mark.parametrize("redis_is_there", [True, False])
def test_one_network_is_told_how_long_to_wait_and_others_are_not(
    board: Board, redis_is_there: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not redis_is_there:
        nowhere = redis.Redis(port=1, retry=Retry(NoBackoff(), 0))
        monkeypatch.setattr(pace, "quick_redis", lambda: nowhere)
        pace._counted.clear()
    one, other = (TestClient(board.client.app, client=(ip, 1)) for ip in ("10.0.0.1", "10.0.0.2"))
    assert [one.get("/open/board").status_code for _ in range(4)] == [200, 200, 200, 429]
    for person in ({}, {"accept": "text/html"}):
        answer = one.get("/open/board", headers=person)
        assert answer.status_code == 429
        assert 1 <= int(answer.headers["retry-after"]) <= 60
        assert answer.headers["cache-control"] == "no-store"
        assert "秒待って" in answer.text
        assert "Please try again" in answer.text
    assert other.get("/open/board").status_code == 200


def test_those_of_one_ipv6_customer_are_one_and_no_limit_is_none(
    board: Board, monkeypatch: pytest.MonkeyPatch
) -> None:
    hosts = [TestClient(board.client.app, client=(f"2001:db8::{n}", 1)) for n in range(4)]
    assert [one.get("/open/board").status_code for one in hosts] == [200, 200, 200, 429]
    monkeypatch.setenv("PUBLIC_PER_MINUTE", "0")
    settings.cache_clear()
    assert hosts[0].get("/open/board").status_code == 200


def test_a_header_that_is_said_twice_is_not_the_answer_of_others(
    board: Board, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answers, "STANDS_SECONDS", 600.0)
    monkeypatch.setenv("PUBLIC_PER_MINUTE", "400")
    settings.cache_clear()
    ask = board.client.get
    ja = ask("/open/board", headers=[("accept-language", "ja"), ("accept-language", "en")])
    en = ask("/open/board", headers={"accept-language": "en"})
    assert (board.found, board.made) == (2, 2)
    assert en.headers["etag"] != ja.headers["etag"]


def test_a_process_takes_some_places_at_once_and_all_together_take_no_more(
    board: Board, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PUBLIC_PER_MINUTE", "300")
    settings.cache_clear()
    ask = board.client.get

    def taken() -> int:
        (name,) = quick_redis().keys("michi:open:*")
        return int(quick_redis().get(name))

    assert [(ask("/open/board").status_code, taken()) for _ in range(4)] == [
        (200, 3), (200, 3), (200, 3), (200, 6),
    ]  # fmt: skip
    crowd.forget()  # as another process, which knows of none of these
    assert (ask("/open/board").status_code, taken()) == (200, 9)
    crowd.forget()
    quick_redis().incrby(quick_redis().keys("michi:open:*")[0], 289)
    assert [ask("/open/board").status_code for _ in range(4)] == [200, 200, 429, 429]


def test_places_that_two_take_at_the_same_time_are_all_there(
    board: Board, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PUBLIC_PER_MINUTE", "300")
    settings.cache_clear()
    with monkeypatch.context() as both_find_none:
        both_find_none.setattr(crowd, "has_place", lambda _: False)
        crowd.take_place("10.0.0.3")
        crowd.take_place("10.0.0.3")
    assert [crowd.has_place("10.0.0.3") for _ in range(5)] == [True] * 4 + [False]


def test_whoever_says_a_header_twice_changes_nobody_elses_answer(
    board: Board, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answers, "STANDS_SECONDS", 600.0)
    monkeypatch.setenv("PUBLIC_PER_MINUTE", "0")
    settings.cache_clear()
    for name in ("accept-language", "accept"):
        twice = board.client.get("/open/board", headers=[(name, "en"), (name, "ja")])
        found = board.found
        assert board.client.get("/open/board", headers={name: "ja"}).status_code == 200
        assert board.found == found + 1, twice.headers


def test_what_was_asked_for_just_now_is_answered_before_its_route_is_looked_for(
    board: Board, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answers, "STANDS_SECONDS", 600.0)
    monkeypatch.setenv("PUBLIC_PER_MINUTE", "400")  # four places at once
    settings.cache_clear()
    ask = board.client.get
    first, again = ask("/open/board"), ask("/open/board")
    assert (again.content, again.headers) == (first.content, first.headers)
    known = {"if-none-match": first.headers["etag"]}
    assert [ask("/open/board", headers=known).status_code for _ in range(2)] == [304, 304]
    assert board.found == 1
    ask("/open/board")  # without a place at hand
    assert board.found == 2
    for turn, asked in enumerate(
        ({"accept-language": "en"}, {"accept": "text/html"}, {"authorization": "Bearer x"}), 3
    ):
        assert ask("/open/board", headers=asked).status_code == 200
        assert board.found == turn
    monkeypatch.setenv("PUBLIC_PER_MINUTE", "0")
    settings.cache_clear()
    ask("/open/board", headers={"authorization": "Bearer x"})
    for _ in range(2):
        assert ask("/open/board?status=404").status_code == 404
    assert board.found == 8
    board.version += 1
    answers.forget()  # as a second later
    assert ask("/open/board").headers["etag"] != first.headers["etag"]
    monkeypatch.setattr(at_hand, "SECONDS", 0.0)
    for _ in range(2):
        ask("/open/board?large=yes")
    assert board.found == 11


def test_what_is_known_is_not_sent_and_what_is_the_same_is_made_once(
    board: Board, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PUBLIC_PER_MINUTE", "0")
    settings.cache_clear()
    ask = board.client.get
    first = ask("/open/board")
    tag = first.headers["etag"]
    assert first.headers["cache-control"] == "public, max-age=60"
    assert "set-cookie" not in first.headers
    assert ask("/open/board").content == first.content
    for known in (tag, f'"other", {tag}', tag.removeprefix("W/"), "*"):
        again = ask("/open/board", headers={"if-none-match": known})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
        assert again.headers["vary"] == "Accept-Language"
    assert board.made == 1
    assert ask("/open/board?page=2").headers["etag"] != tag
    assert ask("/open/board", headers={"accept-language": "en"}).headers["etag"] != tag
    board.version += 1
    assert ask("/open/board", headers={"if-none-match": tag}).status_code == 200
    assert board.made == 4
    assert "etag" not in ask("/open/board?status=404").headers
    there_is_none = ask("/open/board?status=404", headers={"if-none-match": "*"})
    assert there_is_none.status_code == 404


def test_a_crowd_costs_a_look_a_second_and_a_large_answer_is_compressed_once(
    board: Board, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PUBLIC_PER_MINUTE", "0")
    settings.cache_clear()
    monkeypatch.setattr(answers, "STANDS_SECONDS", 600.0)
    first = board.client.get("/open/board?large=yes")
    assert first.headers["content-encoding"] == "gzip"
    assert "Accept-Encoding" in first.headers["vary"]
    assert "Accept-Language" in first.headers["vary"]
    for _ in range(3):
        for plainly in ("identity", "br, gzip;q=0"):
            plain = board.client.get("/open/board?large=yes", headers={"accept-encoding": plainly})
            assert (plain.content, "content-encoding" in plain.headers) == (first.content, False)
        known = {"if-none-match": first.headers["etag"]}
        assert board.client.get("/open/board?large=yes", headers=known).status_code == 304
    board.version += 1
    assert board.client.get("/open/board?large=yes", headers=known).status_code == 304
    assert (board.looks, board.made) == (1, 1)
    monkeypatch.setattr(answers, "STANDS_SECONDS", 0.0)
    answers.forget()
    assert board.client.get("/open/board?large=yes", headers=known).status_code == 200


def test_what_lies_here_has_its_room() -> None:
    shelf = answers._Shelf(most=250, largest=120)
    for tag, letters in (("a", 100), ("b", 100), ("a", 100), ("c", 100), ("d", 130)):
        shelf.get(tag) or shelf.put(tag, answers._Kept(b"x" * letters, 200, ()))
    assert [bool(shelf.get(tag)) for tag in "abcd"] == [True, False, True, False]


def test_counts_of_this_process_do_not_grow_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pace, "MOST_HERE", 3)
    pace._counted.clear()
    for who in "abcd":
        pace._here(who, now=1.0 if who == "a" else 70.0)
    assert [*pace._counted] == ["b", "c", "d"]
