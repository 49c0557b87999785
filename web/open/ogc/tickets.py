"""The collection of public tickets; reads nothing but what is public."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from geo.kinds import OWNER_NAMES
from reports.city import profile
from reports.people.keys import Key
from reports.published import reading
from reports.published.shape import PublicTicket
from reports.published.wanted import After, PublicFilter, after
from settings import settings
from web.kit.public_states import PUBLIC_STATES
from web.open.answers import KEPT_SECONDS
from web.open.ogc.asked import Asked, bad_token
from web.open.ogc.features import Feature, Features, Field, Found
from web.open.ogc.points import in_one_box, point

_MOMENTS: Final = ("received_at", "looked_at", "safe_at", "fixed_at", "closed_at", "changed_at")
_PHOTOS: Final = ("before_photo", "after_photo")


def _page(db: Session, asked: Asked, key: Key | None) -> Found:
    wanted = _wanted(asked)
    beyond = _after_in(asked.after) if asked.after else None
    lines = reading.find(db, wanted, after=beyond, limit=asked.limit + 1)
    more, lines = len(lines) > asked.limit, lines[: asked.limit]
    names = _names(db)
    place = _words_of(after(lines[-1])) if more else ""
    return Found([_feature(line, names) for line in lines], reading.count(db, wanted), place)


def _one(db: Session, id: str, key: Key | None) -> Feature | None:
    line = reading.one(db, id)
    return line and _feature(line, _names(db))


def _wanted(asked: Asked) -> PublicFilter:
    many = {name: [value] for name, value in asked.equal.items()}
    return PublicFilter(
        numbers=many.get("number"),
        states=many.get("state"),
        categories=many.get("category"),
        owners=many.get("owner"),
        towns=many.get("town"),
        bbox=in_one_box(asked.boxes),
        received_from=asked.since,
        received_until=asked.before,
    )


def _words_of(place: After) -> str:
    assert place.received_at is not None
    return f"{place.received_at.isoformat()} {place.number}"


def _after_in(place: str) -> After:
    """Raises BadParameter."""
    moment, _, number = place.partition(" ")
    try:
        received_at = datetime.fromisoformat(moment)
        if received_at.tzinfo is None or not number:
            raise ValueError
    except ValueError:
        raise bad_token() from None
    return After(received_at, number)


def _names(db: Session) -> dict[str, str]:
    return {key: one.name("ja") for key, one in profile.categories(db).items()}


def _feature(line: PublicTicket, names: Mapping[str, str]) -> Feature:
    facts: dict[str, Any] = {
        "number": line.number,
        "category": line.category,
        "category_name": names.get(line.category, line.category),
        "state": line.state,
        "state_name": PUBLIC_STATES.get(line.state, line.state),
        "owner": line.owner or None,
        "department": line.department,
        "town": line.town,
        "road": line.road,
        "words": line.words,
    }
    facts |= {name: _moment(getattr(line, name)) for name in _MOMENTS}
    facts |= {name: _photo(getattr(line, name)) for name in _PHOTOS}
    facts["page"] = f"{settings().base}/open/tickets/{line.number}"
    return Feature(line.number, point(line.lon, line.lat), facts)


def _moment(when: datetime | None) -> str | None:
    return when.isoformat() if when else None


def _photo(key: str | None) -> str | None:
    return f"{settings().base}/open/photos/{key}.jpg" if key else None


TICKETS: Final = Features(
    "tickets",
    "道路の通報",
    "市が公開している道路の通報。場所は道路に沿って10メートルごとに丸めてある。",
    "point",
    (
        Field("number", "string", "受付番号", asked=True),
        Field("category", "string", "種類の番号", asked=True),
        Field("category_name", "string", "種類", listed=True),
        Field("state", "string", "状態の番号", asked=True, words=PUBLIC_STATES),
        Field("state_name", "string", "状態", listed=True),
        Field("owner", "string", "管理者", asked=True, words=OWNER_NAMES),
        Field("department", "string", "担当課"),
        Field("town", "string", "町丁目", asked=True, listed=True),
        Field("road", "string", "道路", listed=True),
        Field("words", "string", "書かれたこと"),
        Field("received_at", "moment", "受付", listed=True),
        Field("looked_at", "moment", "確認"),
        Field("safe_at", "moment", "応急処置"),
        Field("fixed_at", "moment", "直した時", listed=True),
        Field("closed_at", "moment", "終了"),
        Field("changed_at", "moment", "更新"),
        Field("before_photo", "address", "直す前の写真"),
        Field("after_photo", "address", "直した後の写真"),
        Field("page", "address", "ページ"),
    ),
    _page,
    _one,
    lambda db: str(reading.newest(db)),
    keep_seconds=KEPT_SECONDS,
    moment="received_at",
    choices=lambda db: {"category": _names(db)},
)
