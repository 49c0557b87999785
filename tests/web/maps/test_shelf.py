"""A tile is drawn and compressed once, for everybody who may see it, until a ticket changes."""

import gzip
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Event
from typing import Any

import pytest
from tile_reading import tickets_in, tile_of
from townsfolk import rows
from web_scene import ON_CITY_ROAD, Browser, filed

from geo import city_tiles
from reports.actions.move import move
from reports.people.permissions import Actor, Role
from reports.tickets import cells, news, tiles
from reports.tickets.news import Moment, News
from reports.tickets.status import Status
from store.database import transaction
from web.maps import shelf

HERE = tile_of(ON_CITY_ROAD.lon, ON_CITY_ROAD.lat, 16)
PATH = f"/map/tickets/16/{HERE.x}/{HERE.y}.mvt"


@pytest.fixture
def drawings(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Which tiles were drawn."""
    made: list[Any] = []

    def noting(draw: Callable[..., bytes], db: Any, tile: Any, *rest: Any) -> bytes:
        made.append(tile)
        return draw(db, tile, *rest)

    monkeypatch.setattr(tiles, "ticket_tile", partial(noting, tiles.ticket_tile))
    monkeypatch.setattr(city_tiles, "city_tile", partial(noting, city_tiles.city_tile))
    return made


def test_one_drawing_serves_all_who_may_see_it(
    come_in: Callable[[str], Browser], drawings: list[Any]
) -> None:
    one = filed()
    staff, other, roads, trees = map(come_in, ("sato", "sato", "roads", "trees"))
    for browser in (staff, other, staff):
        assert tickets_in(browser, HERE) == ([one.number], 0)
    assert len(drawings) == 1
    assert tickets_in(roads, HERE) == ([one.number], 0)
    assert tickets_in(trees, HERE) == ([], 0)
    assert len(drawings) == 3
    with transaction() as db:
        move(db, one.id, Status.FIXED, Actor(Role.STAFF))
    for browser in (staff, other):
        assert tickets_in(browser, HERE) == ([], 0)
    assert len(drawings) == 4


def test_who_draws_slowly_hands_nobody_an_older_tile(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody asks whether the newer one is still right: just then the older one is put there."""
    draws, goes_on, look = Event(), Event(), news.look

    def slowly() -> bytes:
        draws.set()
        assert goes_on.wait(20)
        return b"older"

    def meanwhile(*asked: Any) -> News:
        goes_on.set()
        slow.result()
        return look(*asked)

    with transaction() as db, ThreadPoolExecutor(1) as hand:
        now = look(db, None).now
        slow = hand.submit(shelf.tickets_drawn, db, "here", Moment("1:1:"), slowly)
        assert draws.wait(20)
        shelf.tickets_drawn(db, "here", now, lambda: b"newer")
        monkeypatch.setattr(news, "look", meanwhile)
        assert shelf.tickets_drawn(db, "here", now, lambda: b"drawn anew").body == b"newer"


def test_what_was_drawn_from_wrong_counts_is_drawn_anew_once_they_are_mended(
    staff: Browser,
) -> None:
    here = tile_of(ON_CITY_ROAD.lon, ON_CITY_ROAD.lat, 12)
    for _ in range(3):
        filed()
    cells.add_up()
    rows("UPDATE ticket_cells SET many = 2 * many, sum_x = 2 * sum_x, sum_y = 2 * sum_y")
    assert tickets_in(staff, here) == ([], 6)
    path = f"/map/tickets/12/{here.x}/{here.y}.mvt"
    tag = staff.get(path).headers["etag"]
    cells.count_anew()
    assert staff.get(path, **{"if-none-match": tag}).status_code == 200
    assert tickets_in(staff, here) == ([], 3)


def test_it_is_compressed_once_for_who_takes_it_so(
    staff: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    pressed: list[bytes] = []

    def noting(body: bytes, level: int) -> bytes:
        pressed.append(body)
        return compress(body, level)

    compress = gzip.compress
    monkeypatch.setattr(shelf.gzip, "compress", noting)
    filed()
    rows("INSERT INTO tickets (number, category, place)"
         " SELECT 'N' || n, category, place FROM tickets, generate_series(1, 200) n")  # fmt: skip
    for _ in range(2):
        answer = staff.get(PATH, **{"accept-encoding": "gzip"})
        assert answer.headers["content-encoding"] == "gzip"
        assert answer.headers["vary"] == "Accept-Encoding"
        assert int(answer.headers["content-length"]) < len(answer.content) / 2
    plain = staff.get(PATH, **{"accept-encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert plain.content == answer.content
    assert pressed == [answer.content]


def test_the_citys_tiles_are_drawn_once_for_a_version(staff: Browser, drawings: list[Any]) -> None:
    for _ in range(3):
        assert staff.get(f"/map/city/16/{HERE.x}/{HERE.y}.mvt").status_code == 200
    assert drawings == [HERE]


def test_so_many_are_kept_and_no_more() -> None:
    for n in range(shelf.TILES + 9):
        shelf.city_drawn(f"{n}", lambda: b"")
    assert shelf._place.cache_info().currsize == shelf.TILES
