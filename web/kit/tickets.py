"""Tickets as lists, maps and pages show them: words and marks beside the bare facts."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from typing import Any, Final

from sqlalchemy.orm import Session

from geo.nearby import near
from reports.actions import admit
from reports.actions.admit import Seen
from reports.city import clock
from reports.city.categories import Category
from reports.city.clock import local
from reports.discard import book
from reports.people.permissions import Do, NotTheirs, OnlyToSee
from reports.people.sessions import Visitor
from reports.tickets import queries, words
from reports.tickets.events import PhotoElsewhere, PlaceSaid
from reports.tickets.lines import Listed
from reports.tickets.marks import Mark
from reports.tickets.numbers import number_in
from reports.tickets.read_models import HistoryLine, TicketDetail
from store.database import transaction
from web.kit import labels
from web.kit.errors import NotAllowed, NotFound, Overtaken
from web.kit.forms import Posted
from web.kit.pages import local_moment


def shown(
    line: Listed,
    categories: Mapping[str, Category],
    day: date | None = None,
    closed: Collection[date] = (),
    noted: Collection[int] = (),
) -> dict[str, Any]:
    """One ticket with its Japanese: for templates, and as GeoJSON properties.

    `closed`: the city's own closing days. `noted`: ids of tickets with a note for the visitor. What
    is `long_overdue` is `overdue` too.
    """
    day = day or clock.today()
    label = labels.label_of(line)
    category = categories.get(line.category)
    state = words.deadline_state(line, day)
    return {
        "number": line.number,
        "category": category.name("ja") if category else line.category,
        "status": str(line.status),
        "status_text": label.text,
        "icon": label.icon,
        "tone": label.tone,
        "place": near(line.place_name),
        "department": line.department_name or labels.NOBODY,
        "nobody": line.department_name is None,
        "to_and_fro": line.to_and_fro,
        "urgent": line.urgent,
        "due": state is Mark.DUE,
        "overdue": state in (Mark.OVERDUE, Mark.LONG_OVERDUE),
        "long_overdue": state is Mark.LONG_OVERDUE,
        "paused": state is Mark.PAUSED,
        "deadline": words.deadline_words(line, day, closed),
        "received": local_moment(line.received_at),
        "photo": line.photo_id,
        "followers": line.followers,
        "assignee": line.assignee,
        "memo": line.id in noted,
        "unread": line.unread,
        "lon": line.lon,
        "lat": line.lat,
    }


def feature(properties: Mapping[str, Any]) -> dict[str, Any]:
    """A GeoJSON point (RFC 7946: lon, lat, WGS 84) of what `shown` gave."""
    rest = {name: value for name, value in properties.items() if name not in ("lon", "lat")}
    place = [round(properties["lon"], 6), round(properties["lat"], 6)]
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": place},
        "properties": rest,
    }


def elsewhere(history: Iterable[HistoryLine], shown: Iterable[int]) -> dict[int, str]:
    """By photo: how far from the place that was sent it was taken. `shown`: photos still there."""
    told, there = [line.event for line in history], set(shown)
    for one in told:
        if isinstance(one, PlaceSaid) and one.chosen == "photo" and one.photo_id:
            there.discard(one.photo_id)
    far = [one for one in told if isinstance(one, PhotoElsewhere)]
    return {one.photo_id: labels.distance(one.metres) for one in far if one.photo_id in there}


def ticket_for(db: Session, visitor: Visitor, number: str) -> TicketDetail:
    """The ticket of this number, if this visitor may see it. Raises NotFound."""
    known = number_in(number)
    found = queries.ticket(db, number=known) if known else None
    department = found.ticket.department if found else None
    if found is None or not visitor.may_see(department.key if department else None):
        raise NotFound(_thrown_away(db, known) or _NOT_HERE)
    return found


def _thrown_away(db: Session, number: str | None) -> str:
    """That it was, where it was."""
    entry = book.one(db, number) if number else None
    return _THROWN_AWAY.format(local(entry.at), entry.list_number) if entry else ""


@contextmanager
def acting_on(number: str) -> Iterator[tuple[Session, int]]:
    """One commit that does something to the ticket of this number; gives its id.

    Raises NotFound, also where they may not even see it, NotAllowed where they may but no more, and
    Overtaken.
    """
    try:
        with transaction() as db:
            yield db, id_of(db, number)
    except OnlyToSee as wrong:
        raise NotAllowed(str(wrong)) from wrong
    except NotTheirs as wrong:
        raise NotFound(_NOT_HERE) from wrong
    except admit.ChangedMeanwhile as faster:
        raise Overtaken(_faster(faster)) from faster


def id_of(db: Session, number: str) -> int:
    """Of the ticket of this number, however it is typed. Raises NotFound."""
    known = number_in(number)
    found = queries.id_of(db, known) if known else None
    if found is None:
        raise NotFound(_NOT_HERE)
    return found


def seen_on(form: Posted) -> Seen | None:
    """What the page showed that this was posted from: field `seen`, as of the field `change`."""
    change, what = form.fields.get("change", ""), form.fields.get("seen")
    if what is None:
        return None
    return Seen(int(change) if _CHANGE.fullmatch(change) else None, what)


def _faster(faster: admit.ChangedMeanwhile) -> str:
    if faster.do is Do.MOVE:
        now = labels.label_of_status(faster.status).text
        how = "先ほどの操作で「{}」に変わっています" if faster.own else _BY_ANOTHER
        return f"{how.format(now)}。いまの状態を確かめてから、もう一度選んでください。"
    if faster.do is Do.PUT_IN_CHARGE:
        return _ANOTHER_IN_CHARGE
    if faster.do is Do.RELEASE:
        return _OTHER_PATCHES
    what = _WHAT.get(faster.do, "担当")
    how = "先ほどの操作で、{}が変わっています" if faster.own else _OTHERWISE_BY_ANOTHER
    now = f"いまの担当: {faster.department or labels.NOBODY}"
    return f"{how.format(what)}({now})。内容を確かめてから、もう一度送ってください。"


_BY_ANOTHER: Final = "画面を開いている間に、ほかの人が「{}」に変えました"
_OTHERWISE_BY_ANOTHER: Final = "画面を開いている間に、ほかの人が{}を変えました"
_ANOTHER_IN_CHARGE: Final = (
    "画面を開いている間に、担当者が変わっています。"
    "いまの担当者を確かめてから、もう一度送ってください。"
)
_OTHER_PATCHES: Final = (
    "画面を開いている間に、隠す範囲が変えられました。いまの範囲を出しています。"
    "あなたが描いた範囲は破線で残しています。確かめてから、もう一度保存してください。"
)
_WHAT: Final = {Do.SET_DEADLINE: "期限", Do.RELOCATE: "場所", Do.RECATEGORISE: "種類"}
_NOT_HERE: Final = "この番号の受付票はありません。番号をお確かめください。"
_THROWN_AWAY: Final = (
    "この受付票は、保存期間が過ぎたため {0:%Y}年{0.month}月{0.day}日に廃棄しました"
    "(廃棄予定一覧 {1})。"
)
_CHANGE: Final = re.compile(r"[0-9]{1,18}")
