"""What crews use: the list, and one material of it with its unit and where it is offered first."""

import re
import secrets
from collections.abc import Mapping, Sequence
from typing import Any, Final

from fastapi import APIRouter, Response
from sqlalchemy.orm import Session

from geo.gis_import.faults import Fault
from reports.actions.edit_city import checked_materials
from reports.city import category_list, profile, versions
from reports.city.category_list import Entries, Entry
from reports.city.versions import Facts
from reports.people.sessions import Visitor
from store.database import transaction
from web.auth.csrf import Form
from web.auth.sessions import Staff
from web.desk import material_words, proposal, quota
from web.desk.city_words import Line
from web.desk.proposal import Wish
from web.kit.deps import Db
from web.kit.errors import BadInput, NotFound
from web.kit.forms import Posted
from web.kit.pages import page

router = APIRouter(include_in_schema=False)

LIST: Final = "/staff/materials"
FORM: Final = "/staff/materials/one"
_CATEGORY: Final = "category_"
_KEY: Final = re.compile(r"[a-z][a-z0-9_]{1,39}")
_OLD_PAGE: Final = "画面を開き直して、もう一度お試しください。"
_NO_SUCH: Final = "この材料はありません。一覧から選び直してください。"
_FIRST: Final = "first"


@router.get("/staff/materials")
def listing(visitor: Staff, db: Db, saved: bool = False, same: bool = False) -> Response:
    """In the order in which crews see them."""
    return page(
        "desk/materials/page.html",
        visitor=visitor,
        quota=quota.notice(db),
        entries=versions.now(db, "materials"),
        names=profile.category_names(db),
        where_words=material_words.where_words,
        version=proposal.newest(db, "materials"),
        saved=saved,
        same=same,
    )


@router.get("/staff/materials/one")
def one(visitor: Staff, db: Db, key: str = "") -> Response:
    """The form of one material; without a key an empty one."""
    seen = proposal.newest(db, "materials").id
    entries: Entries = versions.now(db, "materials")
    values = _values(_known(entries, key) if key else None, entries)
    return _page(db, visitor, key, values, str(seen))


@router.post("/staff/materials/one")
def save(visitor: Staff, form: Form) -> Response:
    """Fields: material (empty for a new one), new_key, name, unit, category_KEY ("yes") or
    categories (with blanks between), after (a key, or "first"), seen; do is look, save or edit."""
    key, typed, seen = form.fields.get("material", ""), _typed(form), form.words("seen")
    if form.fields.get("do") == "edit":
        with transaction() as db:
            return _page(db, visitor, key, typed, seen)

    def again(db: Session, then: Facts, now: Facts) -> Response | None:
        before, after = (category_list.entry_of(each, key) for each in (then, now))
        if not key or not before or not after or before == after:
            return None
        values = proposal.merged(typed, _values(before, then), _values(after, now))
        told = proposal.told("materials", [before], [after], profile.category_names(db))
        last = proposal.newest(db, "materials")
        return _page(db, visitor, key, values, str(last.id), others=told, status=409)

    def refused(db: Session, faults: Sequence[Fault]) -> Response:
        told = {_field_of(fault): _fault_words(fault) for fault in faults}
        return _page(db, visitor, key, typed, seen, faults=told, status=422)

    title = f"材料「{typed['name']}」の変更" if key else f"新しい材料「{typed['name']}」"
    wish = Wish(
        part="materials",
        title=title,
        make=lambda db, now: checked_materials(db, _wanted(now, key, typed)),
        action=FORM,
        fields={"material": key} | typed,
        done=LIST,
        again=again,
        refused=refused,
    )
    return proposal.carry(visitor, form, wish)


@router.post("/staff/materials/remove")
def remove(visitor: Staff, form: Form) -> Response:
    """Fields: material (its key), seen, do."""
    key = form.fields.get("material", "")

    def without(db: Session, now: Entries) -> Entries:
        _known(now, key)
        return [entry for entry in now if entry["key"] != key]

    wish = Wish(
        part="materials",
        title="この材料を一覧からなくす",
        make=without,
        action=f"{LIST}/remove",
        fields={"material": key},
        done=LIST,
        back=LIST,
    )
    return proposal.carry(visitor, form, wish)


def _known(entries: Entries, key: str) -> Entry:
    entry = category_list.entry_of(entries, key)
    if entry is None:
        raise NotFound(_NO_SUCH)
    return entry


def _wanted(now: Entries, key: str, typed: Mapping[str, str]) -> list[Entry]:
    """The list with what was typed, in its place. Raises BadInput, NotFound."""
    if key:
        _known(now, key)
    elif not _KEY.fullmatch(typed["new_key"]):
        raise BadInput(_OLD_PAGE)
    entry: dict[str, Any] = {"key": key or typed["new_key"]}
    entry |= {name: typed[name] for name in ("name", "unit")}
    if chosen := typed["categories"].split():
        entry["categories"] = chosen
    rest = [each for each in now if each["key"] != entry["key"]]
    order = category_list.keys(rest)
    after = typed["after"]
    at = order.index(after) + 1 if after in order else 0 if after == _FIRST else len(rest)
    return [*rest[:at], entry, *rest[at:]]


def _values(entry: Entry | None, entries: Entries) -> dict[str, str]:
    """What the fields show of an entry; of none, those of a new one, which is the last."""
    order = category_list.keys(entries)
    if entry is None:
        new = {"new_key": f"m{secrets.token_hex(4)}", "name": "", "unit": "", "categories": ""}
        return new | {"after": order[-1] if order else _FIRST}
    at = order.index(entry["key"])
    return {
        "new_key": entry["key"],
        "name": entry["name"],
        "unit": entry["unit"],
        "categories": " ".join(entry.get("categories", ())),
        "after": order[at - 1] if at else _FIRST,
    }


def _typed(form: Posted) -> dict[str, str]:
    plain = {name: form.words(name) for name in ("new_key", "name", "unit", "after")}
    if "categories" in form.fields:
        return plain | {"categories": form.words("categories")}
    chosen = [name.removeprefix(_CATEGORY) for name in form.fields if name.startswith(_CATEGORY)]
    return plain | {"categories": " ".join(chosen[::-1])}


def _field_of(fault: Fault) -> str:
    return str(fault.path[2]) if len(fault.path) > 2 else ""


def _fault_words(fault: Fault) -> str:
    said = fault.japanese.partition(": ")[2] or fault.japanese
    return f"{said.removeprefix(_field_of(fault)).strip()}。"


def _page(
    db: Session,
    visitor: Visitor,
    key: str,
    values: Mapping[str, str],
    seen: str,
    *,
    faults: Mapping[str, str] | None = None,
    others: Sequence[Line] = (),
    status: int = 200,
) -> Response:
    entries: Entries = versions.now(db, "materials")
    chosen = values["categories"].split()
    kinds = profile.categories(db).values()
    return page(
        "desk/materials/form.html",
        status=status,
        visitor=visitor,
        quota=quota.notice(db),
        key=key,
        title=_known(entries, key)["name"] if key else "新しい材料",
        value=values,
        seen=seen,
        faults=faults or {},
        others=others,
        rest=[entry for entry in entries if entry["key"] != key],
        kinds=[each for each in kinds if not each.retired or each.key in chosen],
        chosen=chosen,
    )
