"""The versions of the city's own data: who changed what, and the way back."""

from typing import Annotated, Final

from fastapi import Path, Query, Response
from sqlalchemy.orm import Session

from reports.actions.edit_city import checked_facts, checked_list
from reports.city import category_list, versions
from reports.city.versions import Facts, NoSuchVersion, Part, Version
from store.database import transaction
from web.auth import who
from web.auth.csrf import Form
from web.desk import city_words, proposal, quota
from web.desk.proposal import Wish
from web.kit.deps import Db
from web.kit.errors import NotFound
from web.kit.pages import page
from web.kit.router import Router

router = Router(include_in_schema=False)

Number = Annotated[int, Path(ge=1, le=2_147_483_647)]
_ON_A_PAGE: Final = 50
_NO_SUCH: Final = "この版はありません。一覧から選び直してください。"
_DONE: Final = {
    "facts": "/staff/city",
    "categories": "/staff/categories",
    "templates": "/staff/templates",
    "materials": "/staff/materials",
}


@router.get("/staff/city/versions")
def listing(
    visitor: who.EditsCity,
    db: Db,
    before: Annotated[int | None, Query(ge=1, le=2_147_483_647)] = None,
) -> Response:
    """All parts, the newest first."""
    found = versions.listed(db, before=before, most=_ON_A_PAGE + 1)
    return page(
        "desk/city/versions.html",
        visitor=visitor,
        quota=quota.notice(db),
        versions=found[:_ON_A_PAGE],
        parts=city_words.PARTS,
        in_use=_in_use(db),
        older=found[_ON_A_PAGE - 1].id if len(found) > _ON_A_PAGE else None,
    )


@router.get("/staff/city/versions/{number}")
def one(number: Number, visitor: who.EditsCity, db: Db) -> Response:
    """What it changed, and what would change if it came back."""
    shown = _known(db, number)
    last = proposal.newest(db, shown.part)
    facts, now = versions.facts_of(db, shown.part, number), versions.now(db, shown.part)
    earlier = versions.one_before(db, shown)
    back = None
    if shown.id != last.id:
        back = proposal.change(db, shown.part, now, _wanted(shown, now, facts))
    return page(
        "desk/city/version.html",
        visitor=visitor,
        quota=quota.notice(db),
        version=shown,
        parts=city_words.PARTS,
        seen=last.id,
        done=_what_it_did(db, shown, earlier, facts),
        back=back,
    )


@router.post("/staff/city/versions/{number}")
def go_back(number: Number, visitor: who.EditsCity, form: Form) -> Response:
    """Fields: seen; do is look or save."""
    with transaction() as db:
        shown = _known(db, number)

    def make(db: Session, now: Facts) -> Facts:
        wanted = _wanted(shown, now, versions.facts_of(db, shown.part, number))
        if shown.part == "facts":
            return checked_facts(wanted)
        return checked_list(db, shown.part, wanted)

    wish = Wish(
        part=shown.part,
        title=f"第{number}版に戻す",
        make=make,
        action=f"/staff/city/versions/{number}",
        fields={},
        done=_DONE[shown.part],
        back=f"/staff/city/versions/{number}",
        note=f"第{number}版に戻す: ",
    )
    return proposal.carry(visitor, form, wish)


def _known(db: Session, number: int) -> Version:
    try:
        return versions.version(db, number)
    except NoSuchVersion:
        raise NotFound(_NO_SUCH) from None


def _in_use(db: Session) -> set[int]:
    parts: tuple[Part, ...] = ("facts", "categories", "templates", "materials")
    return {each.id for part in parts if (each := versions.newest(db, part))}


def _wanted(shown: Version, now: Facts, facts: Facts) -> Facts:
    """Categories that have come since stay, offered no more; periods stay as they are, for what
    they end is gone for good, and only who keeps the privacy page changes them."""
    if shown.part == "facts":
        others = {name: each for name, each in facts.items() if name != "keep"}
        return others | ({"keep": now["keep"]} if "keep" in now else {})
    return category_list.back_to(now, facts) if shown.part == "categories" else facts


def _what_it_did(
    db: Session, shown: Version, earlier: Version | None, facts: Facts
) -> list[city_words.Line]:
    if earlier is None:
        return []
    before = versions.facts_of(db, shown.part, earlier.id)
    return list(proposal.change(db, shown.part, before, facts).lines)
