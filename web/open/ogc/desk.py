"""Collections for programs with keys: the city's own list of tickets, and what residents wrote."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, Final

from sqlalchemy.orm import Session

from geo.kinds import OWNER_NAMES
from reports.city import profile
from reports.city.clock import now, today
from reports.documents.exports.rows import BESIDES
from reports.people.keys import Key
from reports.people.permissions import Do, may
from reports.photos.links import photo_link, until
from reports.tickets import lists, queries, words
from reports.tickets.marks import Mark
from reports.tickets.read_models import TicketSummary
from reports.tickets.status import Status, status_of
from reports.tickets.wanted import TicketFilter
from store import sql
from web.kit import labels
from web.open.ogc.asked import Asked, BadParameter, bad_token
from web.open.ogc.features import Feature, Features, Field, Found
from web.open.ogc.points import in_one_box, point

MOST_COUNTED: Final = 1_000_000


def _page(do: Do, db: Session, asked: Asked, key: Key | None) -> Found:
    assert key is not None
    if asked.after and not (asked.after.isascii() and asked.after.isdecimal()):
        raise bad_token()
    if int(asked.after or 0) >= 2**63:
        raise bad_token()
    wanted = replace(_wanted(asked), departments=key.departments or None)
    lines = queries.tickets(db, wanted, order="changed", after=asked.after, limit=asked.limit + 1)
    more, lines = len(lines) > asked.limit, lines[: asked.limit]
    matched = lists.count(db, wanted, MOST_COUNTED)
    return Found(_features(do, db, lines), matched, str(lines[-1].change) if more else "")


def _one(do: Do, db: Session, id: str, key: Key | None) -> Feature | None:
    assert key is not None
    lines = queries.tickets(db, TicketFilter(statuses=None, number=id), limit=1)
    theirs = [
        line
        for line in lines
        if may(key.actor, do, line.department.key if line.department else None)
    ]
    return next(iter(_features(do, db, theirs)), None)


def _wanted(asked: Asked) -> TicketFilter:
    """Raises BadParameter."""
    status = asked.equal.get("status")
    if status is not None and status not in set(Status):
        raise BadParameter(f"status は、{'、'.join(Status)} のどれかです。")
    return TicketFilter(
        statuses=None if status is None else (status_of(status),),
        category=asked.equal.get("category"),
        department=asked.equal.get("department"),
        owner=asked.equal.get("owner"),
        district=asked.equal.get("district"),
        bbox=in_one_box(asked.boxes),
        received_since=asked.since,
        received_before=asked.before,
    )


def _features(do: Do, db: Session, lines: Sequence[TicketSummary]) -> list[Feature]:
    categories, day = profile.categories(db), today()
    besides = _besides(db, [line.id for line in lines]) if do is Do.SEE else {}
    made = []
    for line in lines:
        category = categories.get(line.category)
        facts = _facts(line, category.name("ja") if category else line.category)
        facts["overdue"] = words.deadline_state(line, day) in (Mark.OVERDUE, Mark.LONG_OVERDUE)
        facts |= besides.get(line.id, {})
        made.append(Feature(line.number, point(line.lon, line.lat), facts))
    return made


def _facts(line: TicketSummary, category_name: str) -> dict[str, Any]:
    return {
        "number": line.number,
        "category": line.category,
        "category_name": category_name,
        "status": str(line.status),
        "status_name": labels.label_of(line).text,
        "place_name": line.place_name,
        "district": line.district,
        "owner": line.owner,
        "department": line.department.key if line.department else None,
        "department_name": line.department_name,
        "urgent": line.urgent,
        "deadline": line.deadline.isoformat() if line.deadline else None,
        "overdue": False,
        "followers": line.followers,
        "received_at": line.received_at.isoformat(),
        "updated_at": line.updated_at.isoformat(),
        "closed_at": line.closed_at.isoformat() if line.closed_at else None,
    }


def _besides(db: Session, ids: Sequence[int]) -> dict[int, Mapping[str, Any]]:
    """What residents wrote, and the address of the first photo that may be seen outside."""
    said: dict[int, str] = dict(sql.run(db, BESIDES["words"], ids=list(ids)))
    hints: dict[int, str] = dict(sql.run(db, BESIDES["hints"], ids=list(ids)))
    photos, last = queries.photos_of(db, ids), until(profile.profile(db), now())
    shown = {
        id: next(
            (
                photo_link(photo.id, "large", last)
                for photo in photos.get(id, ())
                if photo.of == "report" and photo.state == "stored" and not photo.withdrawn
            ),
            None,
        )
        for id in ids
    }
    return {
        id: {"words": said.get(id, ""), "place_words": hints.get(id, ""), "photo": shown[id]}
        for id in ids
    }


_FIELDS: Final = (
    Field("number", "string", "受付番号"),
    Field("category", "string", "種類の番号", asked=True),
    Field("category_name", "string", "種類", listed=True),
    Field("status", "string", "状態の番号", asked=True),
    Field("status_name", "string", "状態", listed=True),
    Field("place_name", "string", "場所", listed=True),
    Field("district", "string", "地区", asked=True),
    Field("owner", "string", "管理者", asked=True, words=OWNER_NAMES),
    Field("department", "string", "担当課の番号", asked=True),
    Field("department_name", "string", "担当課", listed=True),
    Field("urgent", "boolean", "緊急"),
    Field("deadline", "day", "期限", listed=True),
    Field("overdue", "boolean", "期限切れ"),
    Field("followers", "integer", "知らせを受け取る人の数"),
    Field("received_at", "moment", "受付", listed=True),
    Field("updated_at", "moment", "更新"),
    Field("closed_at", "moment", "終了"),
)
_PERSONAL: Final = (
    Field("words", "string", "書かれたこと"),
    Field("place_words", "string", "場所について書かれたこと"),
    Field("photo", "address", "写真"),
)


def _of(id: str, title: str, description: str, do: Do, fields: Sequence[Field]) -> Features:
    return Features(
        id, title, description, "point", tuple(fields), partial(_page, do), partial(_one, do),
        lambda db: "", do=do, moment="received_at",
    )  # fmt: skip


TICKETS: Final = _of(
    "desk-tickets",
    "受付票の一覧(市の中の)",
    "鍵の課の受付票すべて。個人に関わることは入っていない。",
    Do.OPEN_DATA,
    _FIELDS,
)
PERSONAL: Final = _of(
    "desk-tickets-personal",
    "受付票の一覧(言葉と写真つき)",
    "鍵の課の受付票すべて。住民が書いたことと、写真のアドレスが入っている。",
    Do.SEE,
    (*_FIELDS, *_PERSONAL),
)
