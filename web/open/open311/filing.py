"""A service request that a program hands in becomes a ticket, or joins one of the same hole."""

import hashlib
import re
from collections.abc import Mapping
from typing import Final, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from geo.named_places import places
from geo.points import NoPosition, Point
from geo.written_points import point_in
from reports.actions.enter import ToldBy, enter, entered
from reports.actions.file import NewReport
from reports.city import profile
from reports.city.categories import Category
from reports.city.clock import today
from reports.city.departments import is_address
from reports.people.keys import Key
from reports.photos import media
from reports.routing.preview import ask
from reports.tickets import queries
from reports.tickets.duplicates import one_at_a_time, same_holes
from reports.tickets.models import Report
from reports.tickets.numbers import number_in
from store.keyed import mac
from web.kit.errors import BadInput, NotFound
from web.kit.forms import plain
from web.maps.base_map import first_look
from web.open.open311.posted import Sent

LONGEST: Final = 4_000
"""Letters of a description, as the standard has it."""
NEW: Final = "new"
LETTERS: Final = 32
"""Of a token."""
_BEFORE: Final = "open311-"


class Taken(NamedTuple):
    """The ticket's number; `joined`: it was there before; `token`: by which it is found again."""

    number: str
    joined: bool
    token: str


def file(db: Session, key: Key, form: Sent, press: str) -> Taken:
    """`press`: the program's own word for this thing, "" for none: then the same form of the same
    day is the same thing. Raises BadInput, NotFound, NotTheirs, KeyEnded."""
    category = _category(db, form.one("service_code"))
    place, source, hint = _place(db, form)
    where = ask(db, [place], category=category.key)[0]
    if where.inside is False:
        raise BadInput("lat、long: その場所は市の区域の外です。 / Outside of this city.")
    description, told_by, told = _words(form), _told_by(form), _attributes(form)
    one_at_a_time(db, category=category.key, place=place, radius_m=category.radius_m)
    token = _token(key, form, press)
    if (known := entered(db, _BEFORE + token)) is not None:
        return Taken(_number(db, known), joined=False, token=token)
    same_as = _same_as(db, told.get("same", ""), category, place)
    photos, others = _photos(form)
    words = filter(None, (description, *others))
    report = NewReport(
        resident_id=None,
        draft_key=_BEFORE + token,
        category=category.key,
        place=place,
        place_source=source,
        place_hint=hint,
        remarks=[(None, each) for each in words],
        urgent=told.get("urgent") == "yes",
        channel="open311",
    )
    ticket_id = enter(db, report, told_by, key.actor, same_as=same_as)
    report_id = db.scalars(select(Report.id).where(Report.draft_key == report.draft_key)).one()
    media.lie_elsewhere(db, report_id, photos)
    return Taken(_number(db, ticket_id), joined=same_as is not None, token=token)


def number_of(db: Session, token: str) -> str | None:
    """The ticket that was made of what has this token."""
    ticket_id = entered(db, _BEFORE + token)
    return None if ticket_id is None else _number(db, ticket_id)


def _number(db: Session, ticket_id: int) -> str:
    found = queries.ticket(db, id=ticket_id)
    assert found is not None
    return found.ticket.number


def _token(key: Key, form: Sent, press: str) -> str:
    """Of this thing alone, and nobody guesses it."""
    sent = sorted(pair for pair in form.pairs if pair[0] != "api_key")
    told = press or repr((today().isoformat(), sent))
    body = hashlib.sha256(told.encode()).hexdigest()
    return mac(f"open311 {key.id} {body}").hex()[:LETTERS]


def _category(db: Session, code: str) -> Category:
    if not code:
        raise BadInput("service_code がありません。 / The service_code is missing.")
    found = profile.offered(db).get(code)
    if found is None:
        raise NotFound("この service_code はありません。 / There is no such service_code.")
    return found


def _place(db: Session, form: Sent) -> tuple[Point, str, str]:
    """Where, from which source, and what was said of it."""
    words = form.one("address_string")[:200]
    lat, long = form.one("lat"), form.one("long")
    if lat or long:
        return _point(lat, long), "written", "" if point_in(words) else words
    if not words:
        raise BadInput(
            "場所がありません。lat と long か、address_string を送ってください。"
            " / Send lat and long, or address_string."
        )
    look = first_look(db)
    found = places(db, words, near=lambda: Point(look["lon"], look["lat"]))
    if not found or not found[0].is_exact:
        raise BadInput(
            "address_string: 場所が1つに決まりません。lat と long を送ってください。"
            " / Several places, or none: send lat and long."
        )
    return found[0].point, "typed", words


def _point(lat: str, long: str) -> Point:
    try:
        if _DEGREES.fullmatch(lat) and _DEGREES.fullmatch(long):
            return Point(float(long), float(lat))
    except NoPosition:
        pass
    raise BadInput("lat、long: 10進の度で送ってください。 / Both in decimal degrees (WGS 84).")


_DEGREES: Final = re.compile(r"[+-]?[0-9]{1,3}(\.[0-9]{1,20})?", re.ASCII)


def _words(form: Sent) -> str:
    words = form.one("description")
    if len(words) > LONGEST:
        raise BadInput(f"description: {LONGEST:,} 文字までです。 / {LONGEST:,} characters at most.")
    return words


def _told_by(form: Sent) -> ToldBy:
    """First and family name in the order of the language that they are written in."""
    first, last = form.one("first_name")[:80], form.one("last_name")[:80]
    parts = [first, last] if f"{first}{last}".isascii() else [last, first]
    email = form.one("email")
    if email and not is_address(email):
        raise BadInput("email: メールアドレスではありません。 / Not a mail address.")
    return ToldBy(name=" ".join(filter(None, parts)), phone=form.one("phone")[:80], email=email)


def _attributes(form: Sent) -> Mapping[str, str]:
    """Those that we ask for; others are the sender's own."""
    told = {code: values[0] for code, values in form.attributes().items()}
    if told.get("urgent", "no") not in ("yes", "no"):
        raise BadInput("attribute[urgent]: yes か no です。 / Either yes or no.")
    return told


def _same_as(db: Session, said: str, category: Category, place: Point) -> int | None:
    """The ticket that it is one more report of: the one named, else the nearest; none for "new"."""
    if said == NEW:
        return None
    near = same_holes(db, category=category.key, place=place, radius_m=category.radius_m)
    if said:
        known = {one.number: one.id for one in near}
        number = number_in(said) or ""
        if number not in known:
            raise BadInput("attribute[same]: 近くにその受付票はありません。 / No such one nearby.")
        return known[number]
    return near[0].id if near else None


def _photos(form: Sent) -> tuple[list[str], list[str]]:
    """Those to be fetched, and words about those that are not."""
    urls = list(dict.fromkeys(map(plain, form.all("media_url", "media_url[]"))))
    fetched = [url for url in urls if media.is_allowed(url)][: media.MOST]
    others = [url for url in urls if url not in fetched][: media.MOST]
    return fetched, [
        f"写真のアドレス(取り込んでいません): {url[: media.LONGEST]}" for url in others
    ]
