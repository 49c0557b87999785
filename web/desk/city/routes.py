"""The city's telephone numbers and office hours."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from fastapi import APIRouter, Response
from sqlalchemy.orm import Session

from geo.gis_import.faults import Fault
from reports.actions.edit_city import checked_facts
from reports.city import versions
from reports.city.calendar import OfficeHours
from reports.city.versions import Facts
from reports.people.sessions import Visitor
from store.database import transaction
from web.auth.csrf import Form
from web.auth.sessions import Staff
from web.desk import city_words, proposal, quota
from web.desk.city import days
from web.desk.city import versions as version_pages
from web.desk.city_words import Line
from web.desk.proposal import Wish
from web.kit.deps import Db
from web.kit.forms import Posted
from web.kit.pages import page

router = APIRouter(include_in_schema=False)
router.include_router(days.router)
router.include_router(version_pages.router)

PHONES: Final = ("road_line", "city_hall", "police", "road_emergency")
HOURS: Final = ("opens", "closes")


@router.get("/staff/city")
def city(visitor: Staff, db: Db, saved: bool = False, same: bool = False) -> Response:
    """The form with what is in use."""
    last, facts = proposal.newest(db, "facts"), versions.now(db, "facts")
    return _page(db, visitor, _values(facts), str(last.id), saved=saved, same=same)


@router.post("/staff/city")
def save(visitor: Staff, form: Form) -> Response:
    """Fields: those of `PHONES` and `HOURS`, seen; do is look, save or edit."""
    typed, seen = _typed(form), form.words("seen")
    if form.fields.get("do") == "edit":
        with transaction() as db:
            return _page(db, visitor, typed, seen)

    def again(db: Session, then: Facts, now: Facts) -> Response | None:
        before, after = _values(then), _values(now)
        if before == after:
            return None
        last, told = proposal.newest(db, "facts"), proposal.told("facts", then, now)
        values = proposal.merged(typed, before, after)
        return _page(db, visitor, values, str(last.id), others=told, status=409)

    def refused(db: Session, faults: Sequence[Fault]) -> Response:
        said = {city_words.field_of(each): city_words.fault_words(each) for each in faults}
        return _page(db, visitor, typed, seen, faults=said, status=422)

    wish = Wish(
        part="facts",
        title="電話と開庁時間の変更",
        make=lambda db, now: checked_facts(_wanted(now, typed)),
        action="/staff/city",
        fields=typed,
        done="/staff/city",
        again=again,
        refused=refused,
    )
    return proposal.carry(visitor, form, wish)


def _typed(form: Posted) -> dict[str, str]:
    return {name: form.words(name) for name in (*PHONES, *HOURS)}


def _values(facts: Mapping[str, Any]) -> dict[str, str]:
    phones, hours = facts.get("phones", {}), OfficeHours.of(facts)
    return {name: phones.get(name, "") for name in PHONES} | {
        name: getattr(hours, name) for name in HOURS
    }


def _wanted(now: Mapping[str, Any], typed: Mapping[str, str]) -> dict[str, Any]:
    """What is in use with what was typed; a number that may be left out is."""
    phones = {name: typed[name] for name in PHONES if typed[name] or name != "city_hall"}
    wanted = dict(now) | {"phones": phones}
    hours = {name: typed[name] for name in HOURS}
    is_usual = all(typed[name] == value for name, value in _values(now).items() if name in HOURS)
    return wanted if is_usual else wanted | {"office_hours": hours}


def _page(
    db: Session,
    visitor: Visitor,
    values: Mapping[str, str],
    seen: str,
    *,
    faults: Mapping[str, str] | None = None,
    others: Sequence[Line] = (),
    status: int = 200,
    saved: bool = False,
    same: bool = False,
) -> Response:
    return page(
        "desk/city/page.html",
        status=status,
        visitor=visitor,
        quota=quota.notice(db),
        facts=versions.now(db, "facts"),
        version=proposal.newest(db, "facts"),
        value=values,
        seen=seen,
        faults=faults or {},
        others=others,
        saved=saved,
        same=same,
    )
