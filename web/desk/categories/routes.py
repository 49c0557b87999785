"""The kinds of road problems: all of them in their order, which can be changed."""

from typing import Final

from fastapi import Response
from sqlalchemy.orm import Session

from reports.actions.edit_city import checked_categories
from reports.city import category_list, versions
from reports.city.category_list import Entries
from reports.people.sessions import Visitor
from web.auth import who
from web.auth.csrf import Form
from web.desk import proposal, quota
from web.desk.categories import editor
from web.desk.proposal import Wish
from web.kit import languages
from web.kit.deps import Db
from web.kit.errors import BadInput
from web.kit.pages import page
from web.kit.router import Router

router = Router(include_in_schema=False)
router.include(editor.router)

LIST: Final = "/staff/categories"
MOST_LETTERS: Final = 20_000
_WAYS: Final = {"up": -1, "down": 1}
_LAST: Final = "ほかに選べる種類がないため、この種類はやめられません。"


@router.get("/staff/categories")
def listing(
    visitor: who.EditsCity, db: Db, saved: bool = False, same: bool = False, later: int = 0
) -> Response:
    """Those that are offered, and those that are retired."""
    entries: Entries = versions.now(db, "categories")
    return page(
        "desk/categories/page.html",
        visitor=visitor,
        quota=quota.notice(db),
        offered=[entry for entry in entries if not entry.get("retired")],
        retired=[entry for entry in entries if entry.get("retired")],
        languages=languages,
        version=proposal.newest(db, "categories"),
        saved=saved,
        same=same,
        later=later,
    )


@router.get("/staff/categories/order")
def order(visitor: who.EditsCity, db: Db) -> Response:
    """The order as it is, to be changed."""
    seen = proposal.newest(db, "categories").id
    entries: Entries = versions.now(db, "categories")
    return _order_page(db, visitor, entries, _offered(entries), str(seen))


@router.post("/staff/categories/order")
def reorder(visitor: who.EditsCity, form: Form, db: Db) -> Response:
    """Fields: order (keys with blanks between), seen; do is "up KEY", "down KEY", edit, look, save.

    Only save keeps anything.
    """
    way, _, key = form.fields.get("do", "").partition(" ")
    wanted = form.words("order", most=MOST_LETTERS).split()
    entries: Entries = versions.now(db, "categories")
    if way not in _WAYS and way != "edit":
        wish = Wish(
            part="categories",
            title="種類の順番を変える",
            make=lambda db, now: category_list.in_order(now, wanted),
            action=f"{LIST}/order",
            fields={"order": " ".join(wanted)},
            done=LIST,
        )
        return proposal.carry(visitor, form, wish)
    known = category_list.keys(category_list.in_order(entries, wanted))
    keys = [each for each in known if each in _offered(entries)]
    if key in keys:
        keys = category_list.moved(keys, key, _WAYS.get(way, 0))
    return _order_page(db, visitor, entries, keys, form.words("seen"), moved=key, way=way)


@router.post("/staff/categories/retire")
def retire(visitor: who.EditsCity, form: Form) -> Response:
    """Fields: kind, retired ("yes", or it is offered again), seen, do."""
    key, is_retired = form.fields.get("kind", ""), form.fields.get("retired") == "yes"
    wish = Wish(
        part="categories",
        title="この種類を新しい通報で使わない" if is_retired else "この種類をまた選べるようにする",
        make=lambda db, now: _with_retired(db, now, key, is_retired),
        action=f"{LIST}/retire",
        fields={"kind": key, "retired": "yes" if is_retired else "no"},
        done=LIST,
        back=LIST,
    )
    return proposal.carry(visitor, form, wish)


def _with_retired(db: Session, now: Entries, key: str, is_retired: bool) -> Entries:
    editor.FORM.known(now, key)
    wanted = category_list.with_retired(now, key, is_retired)
    if not _offered(wanted):
        raise BadInput(_LAST)
    return checked_categories(db, wanted)


def _offered(entries: Entries) -> list[str]:
    return [entry["key"] for entry in entries if not entry.get("retired")]


def _order_page(
    db: Session,
    visitor: Visitor,
    entries: Entries,
    keys: list[str],
    seen: str,
    *,
    moved: str = "",
    way: str = "",
) -> Response:
    by_key = {entry["key"]: entry for entry in entries}
    return page(
        "desk/categories/order.html",
        visitor=visitor,
        quota=quota.notice(db),
        kinds=[by_key[key] for key in keys],
        order=" ".join(keys),
        seen=seen,
        moved=moved,
        way=way,
        place=keys.index(moved) + 1 if moved in keys else 0,
    )
