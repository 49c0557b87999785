"""Two months of a town as the public sees it, made a month of open data by the clock's turn."""

import random
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import text

from reports.city import clock
from reports.documents.open_data.turn import publish_months
from store.database import transaction
from workers.open_data import make_open_data

TOWNS: Final = ("本町一丁目", "本町二丁目", "前原町三丁目", "貫井北町一丁目", "梶野町五丁目", None)
CATEGORIES: Final = ("pothole", "pothole", "pothole", "streetlight", "drain", "mirror", "tree")
OWNERS: Final = ("city", "city", "prefecture", "national", "other", "")
OCTOBER: Final = date(2026, 10, 1)
NOVEMBER: Final = date(2026, 11, 1)
DECEMBER: Final = date(2026, 12, 1)
Ticket = dict[str, Any]
"""By the columns of published_tickets."""


def tickets(many: int, seed: int = 1) -> Iterator[Ticket]:
    """So many, over October and November 2026."""
    chance = random.Random(seed)
    begin = clock.begin_of(OCTOBER)
    minutes = int((clock.begin_of(DECEMBER) - begin) / timedelta(minutes=1))
    for n in range(many):
        town = TOWNS[min(int(chance.expovariate(0.9)), len(TOWNS) - 1)]
        received = begin + timedelta(minutes=chance.randrange(minutes))
        yield {
            "number": f"{100 + n // 1_000_000}-{n // 1000 % 1000:03}-{n % 1000:03}",
            "ticket_id": n + 1,
            "category": chance.choice(CATEGORIES),
            "owner": chance.choice(OWNERS),
            "department": chance.choice(("道路課", "公園課", None)),
            "town": town,
            "road": chance.choice(("市道15号", "=北大通り", None)),
            "lon": 139.5 + chance.randrange(3_000) / 100_000,
            "lat": 35.69 + chance.randrange(3_000) / 100_000,
            "received_at": received,
            "words": "田中太郎です。電話は 090-1234-5678",
            **_life(chance, received),
        }


def publish(some: Sequence[Ticket]) -> None:
    """They are what the public may see, and nothing else is."""
    with transaction() as db:
        db.execute(text("DELETE FROM published_tickets"))
        if some:
            db.execute(_INSERT, [one | {"version": n} for n, one in enumerate(some, 1)])


def mend(one: Ticket, at: datetime) -> Ticket:
    """The same, mended."""
    return one | {"state": "fixed", "status": "fixed", "fixed_at": at, "closed_at": at}


def turn(day: date) -> int:
    """The clock's, and what the worker does then; how many months were asked for."""
    many = publish_months(day)
    with transaction() as db:
        waiting = db.execute(text("SELECT id FROM open_data_versions WHERE state = 'waiting'"))
        ids = list(waiting.scalars())
    for run_id in ids:
        work(run_id)
    return many


def work(run_id: int) -> None:
    """What a worker does of it."""
    write = make_open_data(run_id)
    assert write is not None
    with transaction() as db:
        write(db)


def _life(chance: random.Random, received: datetime) -> Ticket:
    looked = received + timedelta(hours=chance.randrange(1, 80))
    mended = looked + timedelta(hours=chance.randrange(1, 400))
    is_mended = chance.random() < 0.6
    return {
        "state": "fixed" if is_mended else chance.choice(("open", "in_progress", "not_ours")),
        "status": "fixed" if is_mended else "received",
        "looked_at": looked,
        "fixed_at": mended if is_mended else None,
        "closed_at": mended if is_mended else None,
    }


_INSERT: Final = text("""
    INSERT INTO published_tickets (number, ticket_id, category, state, status, owner, department,
        town, road, place, received_at, looked_at, fixed_at, closed_at, words, version)
    VALUES (:number, :ticket_id, :category, :state, :status, :owner, :department, :town, :road,
        ST_SetSRID(ST_MakePoint(:lon, :lat), 4326), :received_at, :looked_at, :fixed_at,
        :closed_at, :words, :version)
""")
