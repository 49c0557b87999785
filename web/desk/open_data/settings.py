"""How the data is published: the city's code, its licence, how many are alike, how far back."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from fastapi import Response
from sqlalchemy.orm import Session

from geo.gis_import.faults import Fault
from reports.actions.edit_city import checked_facts
from reports.city import versions
from reports.city.entries import half_width
from reports.city.open_data import LEAST_K, LICENCES, MOST_K, MOST_MONTHS, OpenData, open_data
from reports.city.versions import Facts
from reports.people.sessions import Visitor
from web.auth import who
from web.auth.csrf import Form
from web.desk import city_words, proposal, quota
from web.desk.city_words import Line
from web.desk.proposal import Wish
from web.kit.deps import Db
from web.kit.pages import page
from web.kit.router import Router

router = Router(include_in_schema=False)

HERE: Final = "/staff/open-data/settings"
_LONGEST: Final = 40


@router.get(HERE)
def how_it_is(visitor: who.Publishes, db: Db, saved: bool = False, same: bool = False) -> Response:
    """The form with what is in use."""
    last, facts = proposal.newest(db, "facts"), versions.now(db, "facts")
    return _page(db, visitor, _values(facts), str(last.id), saved=saved, same=same)


@router.post(HERE)
def change_it(visitor: who.Publishes, form: Form) -> Response:
    """Fields: code, licence, k, months, seen; do is look or save. All of them stand in the form."""
    typed = {name: form.words(name, most=_LONGEST) for name in OpenData._fields}
    seen = form.words("seen")

    def refused(db: Session, faults: Sequence[Fault]) -> Response:
        said = [city_words.fault_words(each) for each in faults]
        return _page(db, visitor, typed, seen, faults=said, status=422)

    def again(db: Session, then: Facts, now: Facts) -> Response | None:
        if _values(then) == _values(now):
            return None
        last, told = proposal.newest(db, "facts"), proposal.told("facts", then, now)
        return _page(db, visitor, typed, str(last.id), others=told, status=409)

    wish = Wish(
        part="facts",
        title="公開データの設定の変更",
        make=lambda _, now: checked_facts(_wanted(now, typed)),
        action=HERE,
        fields=typed,
        done=HERE,
        back=HERE,
        again=again,
        refused=refused,
    )
    return proposal.carry(visitor, form, wish)


def _values(facts: Mapping[str, Any]) -> dict[str, str]:
    return {name: str(value) for name, value in open_data(facts)._asdict().items()}


def _wanted(now: Mapping[str, Any], typed: Mapping[str, str]) -> dict[str, Any]:
    """What is in use with what was typed; as it was typed where it is no number, for the checks to
    say so."""
    plain = {name: str(half_width(value)).strip() for name, value in typed.items()}
    said: dict[str, Any] = {name: plain[name] for name in ("code", "licence") if plain[name]}
    said |= {name: _number(plain[name]) for name in ("k", "months") if plain[name]}
    return {**now, "open_data": said}


def _number(typed: str) -> int | str:
    return int(typed) if typed.isascii() and typed.isdecimal() else typed


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
        "desk/open_data/settings.html",
        status=status,
        visitor=visitor,
        quota=quota.notice(db),
        value=values,
        licences=LICENCES,
        bounds={"k": (LEAST_K, MOST_K), "months": (0, MOST_MONTHS)},
        seen=seen,
        faults=faults,
        others=others,
        saved=saved,
        same=same,
    )
