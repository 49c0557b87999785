"""What crews use: the list, and one material of it with its unit and where it is offered first."""

from collections.abc import Sequence
from typing import Any, Final

from fastapi import Response
from sqlalchemy.orm import Session

from geo.gis_import.faults import Fault
from reports.city import category_list, profile, versions
from reports.city.category_list import Entries, Entry
from web.auth import who
from web.auth.csrf import Form
from web.desk import material_words, proposal, quota
from web.desk.entry_form import EntryForm, Typed, chosen
from web.kit.deps import Db
from web.kit.forms import Posted
from web.kit.pages import page
from web.kit.router import Router

router = Router(include_in_schema=False)

LIST: Final = "/staff/materials"
_FIRST: Final = "first"


@router.get("/staff/materials")
def listing(visitor: who.EditsCity, db: Db, saved: bool = False, same: bool = False) -> Response:
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
def one(visitor: who.EditsCity, db: Db, key: str = "") -> Response:
    """The form of one material; without a key an empty one."""
    return _FORM.show(db, visitor, key)


@router.post("/staff/materials/one")
def save(visitor: who.EditsCity, form: Form) -> Response:
    """Fields: material (empty for a new one), new_key, name, unit, category_KEY ("yes") or
    categories (with blanks between), after (a key, or "first"), seen; do is look, save or edit."""
    return _FORM.save(visitor, form, _typed(form))


@router.post("/staff/materials/remove")
def remove(visitor: who.EditsCity, form: Form) -> Response:
    """Fields: material (its key), seen, do."""
    return _FORM.remove(visitor, form, "この材料を一覧からなくす")


def _entry(kept: Entry, typed: Typed) -> Entry:
    entry = {"key": kept["key"], "name": typed["name"], "unit": typed["unit"]}
    chosen = typed["categories"].split()
    return entry | ({"categories": chosen} if chosen else {})


def _placed(now: Entries, entry: Entry, typed: Typed) -> list[Entry]:
    rest = [each for each in now if each["key"] != entry["key"]]
    order, after = category_list.keys(rest), typed["after"]
    at = order.index(after) + 1 if after in order else 0 if after == _FIRST else len(rest)
    return [*rest[:at], entry, *rest[at:]]


def _values(entry: Entry | None, entries: Entries) -> dict[str, str]:
    """What the fields show of an entry; of none, those of a new one, which is the last."""
    order = category_list.keys(entries)
    if entry is None:
        new = dict.fromkeys(("new_key", "name", "unit", "categories"), "")
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
    return plain | {"categories": " ".join(chosen(form, "categories", "category_"))}


def _told(faults: Sequence[Fault], wanted: Entries, key: str) -> dict[str, str]:
    return {_field_of(fault): _fault_words(fault) for fault in faults}


def _field_of(fault: Fault) -> str:
    return str(fault.path[2]) if len(fault.path) > 2 else ""


def _fault_words(fault: Fault) -> str:
    said = fault.japanese.partition(": ")[2] or fault.japanese
    return f"{said.removeprefix(_field_of(fault)).strip()}。"


def _more(db: Session, entries: Entries, key: str, values: Typed) -> dict[str, Any]:
    chosen = values["categories"].split()
    kinds = profile.categories(db).values()
    return {
        "rest": [entry for entry in entries if entry["key"] != key],
        "kinds": [each for each in kinds if not each.retired or each.key in chosen],
        "chosen": chosen,
    }


_FORM: Final = EntryForm(
    part="materials",
    address=LIST,
    action=f"{LIST}/one",
    template="desk/materials/form.html",
    field="material",
    begins="m",
    name="name",
    values=_values,
    entry=_entry,
    told=_told,
    more=_more,
    placed=_placed,
)
