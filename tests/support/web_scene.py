"""People, tickets and pictures for the web's tests, made through the house's own doors."""

import io
import secrets
from dataclasses import dataclass
from functools import cache
from itertools import count
from typing import Any

from httpx2 import Response
from PIL import Image, ImageDraw
from sqlalchemy import insert, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from geo.points import Point
from reports.actions.add import Why, add, report_of
from reports.actions.file import NewReport, file_report
from reports.actions.give_key import open_data_key
from reports.actions.route import route
from reports.people import sessions
from reports.people.accounts import create_user
from reports.people.models import Resident, User
from reports.photos import intake
from reports.photos.photo_store import photo_store
from reports.tickets import queries
from reports.tickets.models import Photo
from reports.tickets.read_models import TicketDetail
from store.database import transaction
from web.auth.sessions import COOKIE

PASSWORD = "a long password"
PAGE = {"accept": "text/html"}
STATION = Point(139.5067, 35.7011)
ON_CITY_ROAD = Point(139.5246, 35.7015)
PICTURES = 60
_PEOPLE: list[dict[str, Any]] = []
"""So many differ."""
SKIES = ("#8fa3ad", "#a8b6a0", "#c2b59b", "#9aa8c0")

_turns = count()


@dataclass(frozen=True)
class Browser:
    """One person's browser; `post` sends the session's token as our pages do."""

    client: TestClient
    csrf: str

    def get(self, path: str, **headers: str) -> Response:
        return self.client.get(path, headers=PAGE | headers, follow_redirects=False)

    def post(self, path: str, files: Any = None, **fields: str) -> Response:
        data = {"csrf": self.csrf} | fields
        return self.client.post(path, data=data, files=files, headers=PAGE, follow_redirects=False)


@dataclass(frozen=True)
class Filed:
    """A ticket that stands in the database, and who reported it."""

    id: int
    number: str
    photo_id: int | None
    resident_id: int


def people() -> None:
    """A staff member, and crews of two departments; their password is weighed once."""
    with transaction() as db:
        if not _PEOPLE:
            create_user(db, name="sato", shown_name="佐藤 恵", password=PASSWORD, role="staff")
            for name, shown_name, key in (
                ("roads", "道路作業班", "road"),
                ("trees", "みどり作業班", "trees"),
            ):
                create_user(
                    db,
                    name=name,
                    shown_name=shown_name,
                    password=PASSWORD,
                    role="crew",
                    department_key=key,
                )
            theirs = User.name.in_(("sato", "roads", "trees"))
            made = db.execute(select(User.__table__).where(theirs))
            for row in made.mappings():
                _PEOPLE.append(
                    {name: row[name] for name in row if name not in ("id", "created_at")}
                )
            return
        db.execute(upsert(User).values(_PEOPLE).on_conflict_do_nothing())


def token() -> str:
    with transaction() as db:
        return open_data_key(db, "open data")


def filed(
    category: str = "pothole",
    place: Point = ON_CITY_ROAD,
    *,
    words: str = "",
    pictures: int = 0,
    routed: bool = True,
    **more: Any,
) -> Filed:
    """A resident's report, routed, its photos in the store; committed. `more`: of NewReport."""
    with transaction() as db:
        resident_id = resident(db)
        photo_ids = [stored_photo(db, resident_id) for _ in range(pictures)]
        facts = {"place_source": "line"} | more
        report = NewReport(
            resident_id=resident_id,
            draft_key=secrets.token_hex(8),
            category=category,
            place=place,
            photo_ids=photo_ids,
            remarks=[(None, words)] if words else [],
            **facts,
        )
        ticket_id = file_report(db, report)
        if routed:
            route(db, ticket_id)
        found = queries.ticket(db, id=ticket_id)
        assert found is not None
        photo_id = photo_ids[0] if photo_ids else None
        return Filed(ticket_id, found.ticket.number, photo_id, resident_id)


def resident(db: Session) -> int:
    """Somebody who writes to the city for the first time."""
    made = insert(Resident).values(line_user_id=f"U{secrets.token_hex(16)}")
    return db.execute(made.returning(Resident.id)).scalar_one()


def ticket_of(one: Filed) -> TicketDetail:
    """All that is known of it now."""
    with transaction() as db:
        found = queries.ticket(db, id=one.id)
    assert found is not None
    return found


def sends_more(
    one: Filed, why: Why, *, words: str = "", pictures: int = 0, place: Point | None = None
) -> list[int]:
    """What its reporter adds, answers or sends after the repair; gives the photos' ids."""
    session = secrets.token_hex(6)
    with transaction() as db:
        report_id = report_of(db, one.id, one.resident_id)
        assert report_id is not None
        photo_ids = [stored_photo(db, one.resident_id) for _ in range(pictures)]
        for photo_id in photo_ids:
            add(db, report_id, why, session, photo_id=photo_id)
        if words:
            add(db, report_id, why, session, words=(secrets.token_hex(6), words))
        if place:
            add(db, report_id, why, session, place=place)
    return photo_ids


def stored_photo(db: Session, resident_id: int | None) -> int:
    """A photo as the worker leaves it: three files, and a row that names them."""
    files = photo_store()
    turn = next(_turns) % PICTURES
    photo_id = db.execute(
        insert(Photo)
        .values(resident_id=resident_id, line_message_id=f"message-{secrets.token_hex(6)}")
        .returning(Photo.id)
    ).scalar_one()
    facts = {
        "state": "stored",
        "original": files.put(picture(turn, 1600), "original"),
        "large": files.put(picture(turn, 1024), "large"),
        "small": files.put(picture(turn, 480), "small"),
        "width": 1024,
        "height": 768,
    }
    intake.keep(db, photo_id, facts)
    return photo_id


@cache
def picture(turn: int = 0, width: int = 640) -> bytes:
    """A JPEG of a road with a hole in it, a little different every turn."""
    height = width * 3 // 4
    image = Image.new("RGB", (width, height), SKIES[turn % len(SKIES)])
    pen = ImageDraw.Draw(image)
    pen.polygon([(0, height), (width * 0.4, height * 0.4), (width * 0.6, height * 0.4),
                 (width, height)], fill="#4d5350")  # fmt: skip
    for step in range(4):
        top = height * (0.45 + step * 0.14)
        half = width * (0.006 + step * 0.004)
        pen.rectangle(
            (width / 2 - half, top, width / 2 + half, top + height * 0.06), fill="#e8e6da"
        )
    x, y = width * (0.35 + turn * 7 % 30 / 100), height * 0.72
    pen.ellipse(
        (x - width * 0.09, y - height * 0.05, x + width * 0.09, y + height * 0.05), "#20201e"
    )
    made = io.BytesIO()
    image.save(made, "JPEG", quality=80)
    return made.getvalue()


def sign_in(client: TestClient, name: str) -> str:
    """Signed in with this client's cookies; gives the session's CSRF token."""
    answer = client.post(
        "/sign-in", data={"name": name, "password": PASSWORD}, follow_redirects=False
    )
    assert answer.status_code == 303, answer.text
    visitor = sessions.visitor(client.cookies[COOKIE])
    assert visitor is not None
    return visitor.csrf
