"""People at desks and on phones who look on, as their pages do: 100 desks and 50 crews."""

import asyncio
import os
from multiprocessing import get_context
from typing import Final

import httpx
from sqlalchemy import text

from geo.tiles import Tile
from reports.people.accounts import create_user
from store.database import transaction

DESKS, CREWS = 100, 50
DESK_SECONDS, CREW_SECONDS = 4, 15
TILES: Final = tuple(Tile(15, x, y) for x in (29081, 29082, 29083) for y in (12902, 12903))
"""What a desk has on its screen."""
CHANGE_SECONDS: Final = 20
"""So often a ticket changes: five times as often as where sixty a day are worked on."""
PASSWORD: Final = "a password for figures"
PIDS: Final[set[int]] = set()


def prepare() -> None:
    """Somebody at the desk, and a crew."""
    with transaction() as db:
        create_user(db, name="sato", shown_name="佐藤", password=PASSWORD, role="staff")
        create_user(
            db, name="crew", shown_name="班", password=PASSWORD, role="crew", department_key="road"
        )


def look(port: int, seconds: float, *, changes: bool) -> None:
    """All of them for so many seconds, in a process of their own, while tickets change or not."""
    asked = (port, seconds, changes)
    people = get_context("spawn").Process(target=_people, args=asked, daemon=True)
    people.start()
    PIDS.add(people.pid or 0)
    people.join()
    if people.exitcode:
        raise SystemExit("those who look on were turned away")


def _people(port: int, seconds: float, changes: bool) -> None:
    os.nice(19)
    asyncio.run(_look_on(f"http://127.0.0.1:{port}", seconds, changes))


async def _look_on(site: str, seconds: float, changes: bool) -> None:
    limits = httpx.Limits(max_connections=40, keepalive_expiry=2)  # sooner than a server ends them
    shared = {"base_url": site, "timeout": 60.0, "trust_env": False, "limits": limits}
    async with (
        httpx.AsyncClient(**shared) as desk,  # type: ignore[arg-type]
        httpx.AsyncClient(**shared) as crew,  # type: ignore[arg-type]
    ):
        for client, name in ((desk, "sato"), (crew, "crew")):
            await client.post("/sign-in", data={"name": name, "password": PASSWORD})
        whole = (await desk.get("/staff/tickets.geojson")).raise_for_status().json()
        page = (await crew.get("/crew/")).raise_for_status().text
        asked = {
            name: page.partition(f'data-{told}="')[2].partition('"')[0] for name, told in _SAID
        }
        until = asyncio.get_running_loop().time() + seconds
        await asyncio.gather(
            _changes(until if changes else 0),
            *(_desk(desk, whole, DESK_SECONDS * n / DESKS, until) for n in range(DESKS)),
            *(_crew(crew, dict(asked), CREW_SECONDS * n / CREWS, until) for n in range(CREWS)),
        )


async def _desk(
    client: httpx.AsyncClient, whole: dict[str, str], begins: float, until: float
) -> None:
    since, tags = whole["moment"], dict.fromkeys(TILES, "")
    await asyncio.sleep(begins)
    while _now() < until:
        asked = {"since": since, "day": whole["day"], "words": whole["words"]}
        told = (await client.get("/staff/tickets/changes", params=asked)).raise_for_status()
        if told.status_code != 204:
            since = told.json()["moment"]
            for tile in TILES:
                tags[tile] = await _tile(client, tile, tags[tile])
        await asyncio.sleep(DESK_SECONDS)


async def _tile(client: httpx.AsyncClient, tile: Tile, tag: str) -> str:
    path = f"/map/tickets/{tile.z}/{tile.x}/{tile.y}.mvt"
    answer = await client.get(path, headers={"if-none-match": tag})
    return str(answer.headers.get("etag", tag))


async def _crew(
    client: httpx.AsyncClient, asked: dict[str, str], begins: float, until: float
) -> None:
    await asyncio.sleep(begins)
    while _now() < until:
        told = (await client.get("/crew/changes", params=asked)).raise_for_status()
        if told.status_code != 204:
            asked["since"] = told.json()["moment"]
        await asyncio.sleep(CREW_SECONDS)


_SAID: Final = (("since", "moment"), ("stamp", "stamp"))


async def _changes(until: float) -> None:
    while _now() < until:
        await asyncio.to_thread(_change)
        await asyncio.sleep(CHANGE_SECONDS)


def _change() -> None:
    with transaction() as db:
        db.execute(text("UPDATE tickets SET urgent = NOT urgent WHERE number = 'N2500'"))


def _now() -> float:
    return asyncio.get_running_loop().time()
