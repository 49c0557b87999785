"""Who reaches what of one ticket, cell by cell: its crew, another, contractors, and a second after
it has left."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pytest
from fastapi import FastAPI
from neighbours import repaired
from order_scene import firm, items_of, link_of, ordered, people_of
from starlette.testclient import TestClient
from tile_reading import tickets_in, tile_of
from web_scene import ON_CITY_ROAD, STATION, Browser, Filed, filed, ticket_of

from store.database import transaction

PHOTO = {"photo": ("road.jpg", repaired(), "image/jpeg")}
READ = {
    "/crew/tickets/{number}": "200 404 403 403 303",
    "/crew/offline/tickets/{number}": "200 404 403 403 303",
    "/staff/tickets/{number}": "403 403 403 403 303",
    "/staff/tickets/{number}/sheet.pdf": "200 404 404 404 303",
    "/staff/tickets/{number}/record": "403 403 403 403 303",
    "/staff/photos/{photo}/small": "200 404 404 404 303",
    "/staff/photos/{photo}/large": "200 404 404 404 303",
    "/staff/photos/{photo}/original": "404 404 404 404 303",
    "/staff/orders/{order}": "403 403 403 403 303",
    "/staff/orders/{order}/order.pdf": "403 403 403 403 303",
    "/contractor/orders/{order}": "403 403 200 404 303",
    "/contractor/orders/{order}/order.pdf": "403 403 200 404 303",
    "/contractor/orders/{order}/order.xlsx": "403 403 200 404 303",
    "/contractor/orders/{order}/photos/{photo}/small": "403 403 200 404 303",
    "/contractor/orders/{order}/photos/{photo}/large": "403 403 200 404 303",
    "/contractor/orders/{order}/photos/{photo}/original": "403 403 404 404 303",
    "{link}": "200 200 200 200 200",
    "{link}/order.pdf": "200 200 200 200 200",
    "{link}/photos/{photo}/large": "200 200 200 200 200",
    "{link}/photos/{photo}/original": "404 404 404 404 404",
    "{strange}/photos/{photo}/large": "404 404 404 404 404",
}
"""For its crew, another department's, the contractor that has it in an order, another, and nobody;
a link is of whoever holds it."""
WRITTEN = {
    "/crew/tickets/{number}/done": "404 403 403 401",
    "/crew/tickets/{number}/move": "404 403 403 401",
    "/crew/tickets/{number}/charge": "404 403 403 401",
    "/crew/tickets/{number}/not-ours": "404 403 403 401",
    "/crew/offline/tickets/{number}/note": "404 403 403 401",
    "/staff/tickets/{number}/move": "403 403 403 401",
    "/staff/tickets/{number}/department": "403 403 403 401",
    "/contractor/orders/{order}/items/{item}/start": "403 404 404 401",
    "{strange}/items/{item}/start": "404 404 404 404",
    "{strange}/items/{item}/finish": "404 404 404 404",
    "{strange}/items/{item}/cannot": "404 404 404 404",
}
"""The same, by those who may not: another crew, a contractor with another order, a second one of
that, and nobody."""


@dataclass(frozen=True)
class Cells:
    one: Filed
    order: int
    names: Mapping[str, object]
    people: Mapping[str, Browser]

    def table(self, paths: Mapping[str, str], *who: str) -> dict[str, str]:
        return {
            path: " ".join(
                str(self.people[each].get(path.format(**self.names)).status_code) for each in who
            )
            for path in paths
        }


@pytest.fixture
def cells(app: FastAPI, come_in: Callable[[str], Browser]) -> Cells:
    one, other = filed(pictures=1), filed("drain", STATION)
    with transaction() as db:
        order = ordered(db, [one.id], firm(db))
        strange = ordered(db, [other.id], firm(db, "other", "別の会社"))
        (item,) = items_of(db, order)
    people_of()
    people_of("other", "suzuki")
    nobody = Browser(TestClient(app, base_url="http://127.0.0.1:8000"), "")
    return Cells(
        one,
        order,
        {
            "number": one.number, "photo": one.photo_id, "order": order, "item": item,
            "link": link_of(order), "strange": link_of(strange),
        },
        {name: come_in(name) for name in ("sato", "roads", "trees", "yamada", "suzuki")}
        | {"nobody": nobody},
    )  # fmt: skip


def test_each_reads_what_is_theirs_and_nobody_writes_what_is_anothers(cells: Cells) -> None:
    assert cells.table(READ, "roads", "trees", "yamada", "suzuki", "nobody") == READ
    tile = tile_of(ON_CITY_ROAD.lon, ON_CITY_ROAD.lat, 16)
    seen = {name: tickets_in(cells.people[name], tile)[0] for name in ("roads", "trees", "yamada")}
    assert seen == {"roads": [cells.one.number], "trees": [], "yamada": []}
    before = ticket_of(cells.one).history
    written = {
        path: " ".join(
            str(cells.people[who].post(path.format(**cells.names), **FIELDS).status_code)
            for who in ("trees", "suzuki", "suzuki", "nobody")
        )
        for path in WRITTEN
    }
    assert written == WRITTEN
    assert ticket_of(cells.one).history == before


FIELDS = {
    "to": "in_progress", "seen": "scheduled", "act": "take", "reason": "その他", "words": "メモ",
}  # fmt: skip


def test_what_left_a_second_ago_is_another_crews_and_no_contractors(cells: Cells) -> None:
    staff, roads, trees = (cells.people[name] for name in ("sato", "roads", "trees"))
    here = f"/staff/orders/{cells.order}/items/{cells.names['item']}"
    page = cells.names["link"]
    assert cells.one.number in roads.get("/crew/").text
    assert staff.post(f"{here}/out", why="別の班で直す").status_code == 303
    away = staff.post(
        f"/staff/tickets/{cells.one.number}/department",
        department="trees", why="木の根", seen="road", change="",
    )  # fmt: skip
    assert away.status_code == 303
    left = {path: told for path, told in READ.items() if "photo" in path or "sheet" in path}
    gone = {path: told.replace("200", "404") for path, told in left.items()}
    theirs = cells.table(left, "trees", "roads", "yamada", "suzuki", "nobody")
    for path in left:
        if path.startswith("/staff/"):
            assert theirs[path] == READ[path], path  # the other crew's now
        else:
            assert theirs[path] == gone[path], path
    for name, many in (("roads", 0), ("trees", 1)):
        browser = cells.people[name]
        tile = tile_of(ON_CITY_ROAD.lon, ON_CITY_ROAD.lat, 16)
        assert len(tickets_in(browser, tile)[0]) == many
        for path in ("/crew/", "/crew/offline/pack"):
            assert (cells.one.number in browser.get(path).text) == bool(many), (name, path)
    assert cells.one.number not in cells.people["nobody"].get(str(page)).text
    assert roads.post(f"/crew/tickets/{cells.one.number}/done", files=PHOTO).status_code == 404
    assert trees.get(f"/crew/tickets/{cells.one.number}").status_code == 200
