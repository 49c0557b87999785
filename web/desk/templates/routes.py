"""What staff say often: all of it in its order, which can be changed, and what is given up."""

from typing import Final

from fastapi import Response
from sqlalchemy.orm import Session

from reports.city import category_list, profile, versions
from reports.city.category_list import Entries
from reports.people.sessions import Visitor
from web.auth import who
from web.auth.csrf import Form
from web.desk import proposal, quota
from web.desk.proposal import Wish
from web.desk.template_words import USES, where_words
from web.desk.templates import editor
from web.kit import languages
from web.kit.deps import Db
from web.kit.pages import page
from web.kit.router import Router

router = Router(include_in_schema=False)
router.include(editor.router)

LIST: Final = "/staff/templates"
MOST_LETTERS: Final = 20_000
_WAYS: Final = {"up": -1, "down": 1}


@router.get("/staff/templates")
def listing(visitor: who.EditsCity, db: Db, saved: bool = False, same: bool = False) -> Response:
    """Those for a state, then those that ask, each with what it lacks."""
    entries: Entries = versions.now(db, "templates")
    return page(
        "desk/templates/page.html",
        visitor=visitor,
        quota=quota.notice(db),
        by_use=_by_use(entries),
        uses=USES,
        languages=languages,
        written=editor.written_in(db, entries),
        names=profile.category_names(db),
        where_words=where_words,
        version=proposal.newest(db, "templates"),
        saved=saved,
        same=same,
    )


@router.get("/staff/templates/order")
def order(visitor: who.EditsCity, db: Db) -> Response:
    """The order as it is, to be changed."""
    seen = proposal.newest(db, "templates").id
    return _order_page(db, visitor, versions.now(db, "templates"), str(seen))


@router.post("/staff/templates/order")
def reorder(visitor: who.EditsCity, form: Form, db: Db) -> Response:
    """Fields: order (keys with blanks between), seen; do is "up KEY", "down KEY", edit, look, save.

    Only save keeps anything. Each moves among those of its own use.
    """
    way, _, key = form.fields.get("do", "").partition(" ")
    wanted = form.words("order", most=MOST_LETTERS).split()
    if way not in _WAYS and way != "edit":
        wish = Wish(
            part="templates",
            title="定型文の順番を変える",
            make=lambda db, now: category_list.in_order(now, wanted),
            action=f"{LIST}/order",
            fields={"order": " ".join(wanted)},
            done=LIST,
        )
        return proposal.carry(visitor, form, wish)
    entries: Entries = category_list.in_order(versions.now(db, "templates"), wanted)
    if found := category_list.entry_of(entries, key):
        alike = [one["key"] for one in entries if one["use"] == found["use"]]
        alike = category_list.moved(alike, key, _WAYS.get(way, 0))
        rest = [one["key"] for one in entries if one["use"] != found["use"]]
        entries = category_list.in_order(entries, [*alike, *rest])
    return _order_page(db, visitor, entries, form.words("seen"), moved=key, way=way)


@router.post("/staff/templates/remove")
def remove(visitor: who.EditsCity, form: Form) -> Response:
    """Fields: template (its key), seen, do."""
    return editor.FORM.remove(visitor, form, "この定型文を削除する")


def _by_use(entries: Entries) -> dict[str, Entries]:
    return {use: [entry for entry in entries if entry["use"] == use] for use in USES}


def _order_page(
    db: Session, visitor: Visitor, entries: Entries, seen: str, *, moved: str = "", way: str = ""
) -> Response:
    by_use = _by_use(entries)
    places = {one["key"]: place for some in by_use.values() for place, one in enumerate(some, 1)}
    return page(
        "desk/templates/order.html",
        visitor=visitor,
        quota=quota.notice(db),
        by_use=by_use,
        uses=USES,
        order=" ".join(one["key"] for some in by_use.values() for one in some),
        seen=seen,
        moved=moved,
        way=way,
        place=places.get(moved, 0),
    )
