"""What the city is called, where its maps begin, its telephone numbers and office hours."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any, Final

from fastapi import Response
from sqlalchemy.orm import Session

from geo.gis_import.faults import Fault
from reports.actions.edit_city import RefusedEdit, checked_facts
from reports.city import profile, versions
from reports.city.calendar import OfficeHours
from reports.city.versions import Facts
from reports.people.sessions import Visitor
from store.database import transaction
from web.auth import who
from web.auth.csrf import Form
from web.desk import city_words, proposal, quota
from web.desk.city import days, opened
from web.desk.city import versions as version_pages
from web.desk.city_words import Line
from web.desk.proposal import Wish
from web.kit.deps import Db
from web.kit.errors import BadInput
from web.kit.forms import Posted
from web.kit.pages import page
from web.kit.points import point_in
from web.kit.router import Router

router = Router(include_in_schema=False)
router.include(days.router)
router.include(opened.router)
router.include(version_pages.router)

PHONES: Final = ("road_line", "city_hall", "police", "road_emergency")
HOURS: Final = ("opens", "closes")
NAMES: Final = ("name", "name_en", "note", "note_en")
MAP: Final = ("centre", "zoom")
PHOTOS: Final = "strangers_photos"
_FIELDS: Final = (*NAMES, *MAP, *PHONES, *HOURS, PHOTOS)
_LONGEST: Final = 1_000


@router.get("/staff/city")
def city(visitor: who.EditsCity, db: Db, saved: bool = False, same: bool = False) -> Response:
    """The form with what is in use."""
    last, facts = proposal.newest(db, "facts"), versions.now(db, "facts")
    return _page(db, visitor, _values(facts), str(last.id), saved=saved, same=same)


@router.post("/staff/city")
def save(visitor: who.EditsCity, form: Form) -> Response:
    """Fields: those of `NAMES`, `MAP` (the centre as latitude, longitude), `PHONES` and `HOURS`,
    strangers_photos, seen; do is look, save or edit. What is left out stays as it is."""
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
        title="市の名前・電話・開庁時間の変更",
        make=lambda db, now: checked_facts(_wanted(now, typed)),
        action="/staff/city",
        fields=typed,
        done="/staff/city",
        again=again,
        refused=refused,
    )
    return proposal.carry(visitor, form, wish)


def _typed(form: Posted) -> dict[str, str]:
    known = {name: form.words(name, most=_LONGEST) for name in _FIELDS if name in form.fields}
    return {name: " ".join(typed.split()) for name, typed in known.items()}


def _values(facts: Mapping[str, Any]) -> dict[str, str]:
    phones, hours = facts.get("phones", {}), OfficeHours.of(facts)
    centre, zoom = facts.get("centre", {}), facts.get("zoom")
    return {
        **{name: facts.get(name, "") for name in NAMES},
        "centre": f"{centre['lat']}, {centre['lon']}" if centre else "",
        "zoom": "" if zoom is None else f"{zoom:g}",
        **{name: phones.get(name, "") for name in PHONES},
        **{name: getattr(hours, name) for name in HOURS},
        PHOTOS: "released" if profile.shows_released(facts) else "none",
    }


def _wanted(now: Mapping[str, Any], typed: Mapping[str, str]) -> dict[str, Any]:
    """What is in use with what was typed; what may be left out is. Raises RefusedEdit."""
    before = _values(now)
    new = {name: each for name, each in typed.items() if each != before[name]}
    every, wanted = {**before, **typed}, dict(now)
    wanted |= {name: new[name] or None for name in NAMES if name in new}
    if "centre" in new:
        wanted["centre"] = _centre(new["centre"])
    if "zoom" in new:
        wanted["zoom"] = _number(new["zoom"])
    wanted["phones"] = {name: every[name] for name in PHONES if every[name] or name != "city_hall"}
    if any(name in new for name in HOURS):
        wanted["office_hours"] = {name: every[name] for name in HOURS}
    if PHOTOS in new:
        wanted[PHOTOS] = new[PHOTOS]
    return {name: each for name, each in wanted.items() if each is not None or name in _NEEDED}


def _centre(typed: str) -> dict[str, float]:
    try:
        point = point_in(typed)
    except BadInput as wrong:
        fault = Fault("", wrong.sentence.rstrip("。"), "no point", path=("centre",))
        raise RefusedEdit([fault]) from wrong
    return {"lon": point.lon, "lat": point.lat}


def _number(typed: str) -> float | str | None:
    """As it is where it is none, for the checks to say so."""
    plain = unicodedata.normalize("NFKC", typed)
    return float(plain) if _DECIMAL.fullmatch(plain) else plain or None


_NEEDED: Final = ("name", "name_en")
_DECIMAL: Final = re.compile(r"[0-9]{1,3}(\.[0-9]{1,6})?")


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
        city_words=city_words,
        visitor=visitor,
        quota=quota.notice(db),
        facts=versions.now(db, "facts"),
        version=proposal.newest(db, "facts"),
        value=_values(versions.now(db, "facts")) | dict(values),
        seen=seen,
        faults=faults or {},
        others=others,
        saved=saved,
        same=same,
    )
