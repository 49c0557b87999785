"""People of the sample city for the room tests: what they send, and what the house then knows."""

import itertools
import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from bot.hearing import hear_everything
from bot.webhook import keep, rows_of
from geo.points import Point
from reports.actions.file import NewReport, file_report
from reports.people.models import Resident
from reports.people.permissions import Actor, Role
from store.database import transaction

Json = dict[str, Any]
HARUKA, ALEX, ICHIRO = ("U" + digit * 32 for digit in "123")
HONCHO = Point(139.5090, 35.7022)
"""In 本町, north of the station: nothing but a 市道 near."""
BEHIND_THE_BORDER = Point(139.4795, 35.7003)
"""In 国分寺市."""
STAFF = Actor(Role.STAFF, "道路管理課 受付")
CREW = Actor(Role.CREW, "道路作業班", department="road")

_numbers = itertools.count(1)
_doors = {HARUKA: 0}
_began = datetime.now(UTC) - timedelta(hours=1)


def event(who: str = HARUKA, *, kind: str = "message", **parts: Any) -> Json:
    """A LINE event of one person; each call happens a little later than the call before."""
    number = next(_numbers)
    moment = _began + timedelta(milliseconds=20 * number)
    return {
        "type": kind,
        "mode": "active",
        "timestamp": int(moment.timestamp() * 1000),
        "source": {"type": "user", "userId": who},
        "webhookEventId": f"01TEST{number:020d}",
        "deliveryContext": {"isRedelivery": False},
        "replyToken": f"token-{number}",
    } | parts


def message(who: str, kind: str, **parts: Any) -> Json:
    number = next(_numbers)
    return event(who, message={"id": f"{900_000 + number}", "type": kind, **parts})


def photo(who: str = HARUKA, image_set: str | None = None) -> Json:
    of_set = {"imageSet": {"id": image_set}} if image_set else {}
    return message(who, "image", contentProvider={"type": "line"}, **of_set)


def place(who: str = HARUKA, at: Point | None = None) -> Json:
    """A location message: `at`, or in front of their own door, far from the others' doors."""
    at = at or door_of(who)
    return message(who, "location", latitude=at.lat, longitude=at.lon, address="どこか", title="t")


def door_of(who: str) -> Point:
    """A place by a 市道 in 本町, 50 m north of the last one for everybody new."""
    number = _doors.setdefault(who, len(_doors))
    return Point(HONCHO.lon, HONCHO.lat + 0.00045 * number)


def words(spoken: str, who: str = HARUKA) -> Json:
    return message(who, "text", text=spoken)


def button(data: str, who: str = HARUKA) -> Json:
    return event(who, kind="postback", postback={"data": data})


def unsend(sent: Json, who: str = HARUKA) -> Json:
    return event(who, kind="unsend", unsend={"messageId": sent["message"]["id"]})


def arrive(*events: Json) -> None:
    """All of these in one webhook body, kept in the inbox."""
    keep(rows_of(json.dumps({"destination": "U0", "events": events}).encode()))


def hear(*events: Json) -> int:
    """They arrive, if any, and all that waits is heard; how many were."""
    if events:
        arrive(*events)
    return hear_everything()


def rows(statement: str, **values: Any) -> list[Any]:
    """What a statement finds (or changes) in a transaction of its own."""
    with transaction() as db:
        done = db.connection().execute(text(statement), values)
        return list(done) if done.returns_rows else []


def value(statement: str, **values: Any) -> Any:
    """The one value that a statement finds."""
    return rows(statement, **values)[0][0]


def said(who: str = HARUKA) -> list[list[str]]:
    """The kinds of what was or will be said to a person, message by message."""
    found = rows("SELECT say FROM messages WHERE recipient = :who ORDER BY id", who=who)
    return [[say.get("key") or say["say"] for say in row.say] for row in found]


def draft(who: str = HARUKA) -> Json:
    """The person's draft as it is kept, with what an empty one does not say."""
    kept: Json = value("SELECT draft FROM residents WHERE line_user_id = :who", who=who)
    empty = {"photos": [], "place": None, "category": None, "no_photo": False}
    return empty | kept if kept else {}


def leave(who: str, minutes: int) -> None:
    """So much time goes by for the person's draft, and for one that stands behind it."""
    for path in ("started_at", "touched_at", "before,started_at", "before,touched_at"):
        rows(
            f"UPDATE residents SET draft = jsonb_set(draft, '{{{path}}}', to_jsonb("
            f"(draft #>> '{{{path}}}')::timestamptz - make_interval(mins => :minutes)))"
            f" WHERE draft #>> '{{{path}}}' <> '' AND line_user_id = :who",
            minutes=minutes,
            who=who,
        )


def resident(db: Session, who: str = HARUKA, language: str = "ja", **facts: Any) -> int:
    """A person who has written to us before; their id."""
    made = Resident(line_user_id=who, language=language, **facts)
    db.add(made)
    db.flush()
    return made.id


def file(
    db: Session,
    resident_id: int,
    *,
    at: Point = HONCHO,
    category: str = "pothole",
    spoken: str = "",
    photo_ids: Sequence[int] = (),
) -> int:
    """A complete report of theirs; the ticket's id."""
    report = NewReport(
        resident_id=resident_id,
        draft_key=f"draft-{next(_numbers)}",
        category=category,
        place=at,
        place_source="line",
        photo_ids=photo_ids,
        remarks=[(None, spoken)] if spoken else [],
    )
    return file_report(db, report)
