"""How long the city keeps what is personal, changed as the rest of what it says of itself."""

import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any, Final

from fastapi import Response
from sqlalchemy.orm import Session

from geo.gis_import.faults import Fault
from reports.actions.edit_city import checked_facts
from reports.city import periods, versions
from reports.city.periods import PERIODS
from reports.city.versions import Facts
from reports.people.sessions import Visitor
from reports.privacy import words
from store.database import transaction
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

PAGE: Final = "/staff/privacy/periods"
_LONGEST: Final = 20


@router.get(PAGE)
def form_page(
    visitor: who.KeepsPrivacy, db: Db, saved: bool = False, same: bool = False
) -> Response:
    """The form with what is in use."""
    last = proposal.newest(db, "facts")
    values = _values(versions.now(db, "facts"))
    return _page(db, visitor, values, str(last.id), saved=saved, same=same)


@router.post(PAGE)
def save(visitor: who.KeepsPrivacy, form: Form) -> Response:
    """Fields: the keys of PERIODS, seen; do is look, save or edit. What is left out stays."""
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
        said = [city_words.fault_words(each) for each in faults]
        return _page(db, visitor, typed, seen, faults=said, status=422)

    wish = Wish(
        part="facts",
        title="保存期間の変更",
        make=lambda db, now: checked_facts(_wanted(now, typed)),
        action=PAGE,
        fields=typed,
        done=PAGE,
        again=again,
        refused=refused,
    )
    return proposal.carry(visitor, form, wish)


def _typed(form: Posted) -> dict[str, str]:
    return {key: form.words(key, most=_LONGEST) for key in PERIODS if key in form.fields}


def _values(facts: Mapping[str, Any]) -> dict[str, str]:
    keep = periods.said_in(facts)
    return {key: str(periods.length(keep, key)) for key in PERIODS}


def _wanted(now: Mapping[str, Any], typed: Mapping[str, str]) -> dict[str, Any]:
    """What is in use with what was typed; what is as long as usual is not said."""
    said = {key: _number(value) for key, value in {**_values(now), **typed}.items()}
    keep = {key: value for key, value in said.items() if value != PERIODS[key].usual}
    return {**{name: each for name, each in now.items() if name != "keep"}, "keep": keep or None}


def _number(typed: str) -> int | str:
    """As it is where it is none, for the checks to say so."""
    plain = unicodedata.normalize("NFKC", typed).strip()
    return int(plain) if plain.isascii() and plain.isdecimal() and len(plain) <= _DIGITS else plain


_DIGITS: Final = 6


def _page(
    db: Session,
    visitor: Visitor,
    values: Mapping[str, str],
    seen: str,
    *,
    faults: Sequence[str] = (),
    others: Sequence[Line] = (),
    status: int = 200,
    saved: bool = False,
    same: bool = False,
) -> Response:
    return page(
        "desk/privacy/periods.html",
        status=status,
        visitor=visitor,
        quota=quota.notice(db),
        version=proposal.newest(db, "facts"),
        value=_values(versions.now(db, "facts")) | dict(values),
        periods=PERIODS,
        words=words,
        seen=seen,
        faults=faults,
        others=others,
        saved=saved,
        same=same,
    )
