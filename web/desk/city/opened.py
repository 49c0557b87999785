"""What everybody may see: the switch, from when on, and the kinds that are kept back."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from fastapi import Response
from sqlalchemy.orm import Session

from geo.gis_import.faults import Fault
from reports.actions.edit_city import checked_facts
from reports.city import profile, versions
from reports.city.entries import half_width
from reports.city.opened import opened
from reports.city.versions import Facts
from reports.people.sessions import Visitor
from reports.published import reading
from web.auth import who
from web.auth.csrf import Form
from web.desk import city_words, proposal, quota
from web.desk.city_words import Line
from web.desk.proposal import Wish
from web.kit.deps import Db
from web.kit.forms import Posted
from web.kit.pages import page
from web.kit.router import Router

router = Router(include_in_schema=False)

HERE: Final = "/staff/city/open"
KEPT: Final = "kept-"


@router.get(HERE)
def what_is_open(
    visitor: who.EditsCity, db: Db, saved: bool = False, same: bool = False
) -> Response:
    """The form with what is in use, and how many tickets everybody sees."""
    last, facts = proposal.newest(db, "facts"), versions.now(db, "facts")
    return _page(db, visitor, _values(facts), str(last.id), saved=saved, same=same)


@router.post(HERE)
def change_it(visitor: who.EditsCity, form: Form) -> Response:
    """Fields: shown and after_looking ("yes" or "no"), after_hours, kept-KEY for each category that
    is kept back, seen; do is look or save. All of them stand in the form."""
    typed, seen = _typed(form), form.words("seen")

    def refused(db: Session, faults: Sequence[Fault]) -> Response:
        said = {city_words.field_of(each): city_words.fault_words(each) for each in faults}
        return _page(db, visitor, typed, seen, faults=said, status=422)

    def again(db: Session, then: Facts, now: Facts) -> Response | None:
        if _values(then) == _values(now):
            return None
        last, told = proposal.newest(db, "facts"), proposal.told("facts", then, now)
        return _page(db, visitor, typed, str(last.id), others=told, status=409)

    wish = Wish(
        part="facts",
        title="公開の設定の変更",
        make=lambda _, now: checked_facts(_wanted(now, typed)),
        action=HERE,
        fields=typed,
        done=HERE,
        back=HERE,
        again=again,
        refused=refused,
    )
    return proposal.carry(visitor, form, wish)


def _typed(form: Posted) -> dict[str, str]:
    known = ("shown", "after_looking", "after_hours")
    kept = [name for name in form.fields if name.startswith(KEPT)]
    return {name: form.words(name, most=100) for name in known} | dict.fromkeys(kept, "yes")


def _values(facts: Mapping[str, Any]) -> dict[str, str]:
    now = opened(facts)
    return {
        "shown": "yes" if now.shown else "no",
        "after_looking": "yes" if now.after_looking else "no",
        "after_hours": str(now.after_hours),
        **dict.fromkeys((f"{KEPT}{key}" for key in sorted(now.kept_back)), "yes"),
    }


def _wanted(now: Mapping[str, Any], typed: Mapping[str, str]) -> dict[str, Any]:
    """What is in use, with what was typed in its table [open]. As it was typed where it is no
    number, for the checks to say so."""
    hours = str(half_width(typed["after_hours"])).strip()
    said = {
        "shown": typed["shown"] == "yes",
        "after_looking": typed["after_looking"] != "no",
        "after_hours": int(hours) if hours.isascii() and hours.isdecimal() else hours,
        "kept_back": [name.removeprefix(KEPT) for name in sorted(typed) if name.startswith(KEPT)],
    }
    return {**now, "open": {**(now.get("open") or {}), **said}}


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
        "desk/city/opened.html",
        status=status,
        visitor=visitor,
        quota=quota.notice(db),
        version=proposal.newest(db, "facts"),
        is_shown=reading.shown(db).shown,
        many=reading.count(db),
        kinds=profile.categories(db).values(),
        value=values,
        seen=seen,
        faults=faults or {},
        others=others,
        saved=saved,
        same=same,
    )
