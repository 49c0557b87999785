"""One kind of road problem: a form with its names in each language, its deadline, its hints."""

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final
from urllib.parse import quote

from fastapi import Response
from sqlalchemy.orm import Session

from geo.gis_import.faults import Fault
from reports.city import category_list, hint_text, profile, terms
from reports.city.categories import USUAL_WEIGHTS
from reports.city.category_list import Entries, Entry
from reports.city.entries import MOST_DAYS
from reports.city.periods import RECORDS, length, said_in
from reports.privacy.words import length_words
from reports.tickets import queries
from reports.tickets.workload import open_of_category
from web.auth import who
from web.auth.csrf import Form
from web.desk import city_words
from web.desk.entry_form import EntryForm, Typed, WrongField
from web.kit import languages
from web.kit.deps import Db
from web.kit.forms import Posted
from web.kit.router import Router

router = Router(include_in_schema=False)

ICONS: Final = (
    "🕳️", "🚶", "💧", "👀", "🚧", "💡", "🛑", "🌳", "📦", "🐾", "🚦", "🚸", "🛣️", "🌉", "🪜", "🚲",
    "🅿️", "🧱", "🪧", "🔌", "❄️", "🌊", "🍂", "🗑️", "⚠️", "🔧", "🏞️", "❓",
)  # fmt: skip
_MOST: Final = 20_000
_NAME: Final = "name_"
_FIELDS: Final = (
    "new_key", "icon", "department", "deadline_days", "urgent_deadline_days", "urgent", "radius_m",
    "weight", "again_m", "keep_years", "hints", "but_not", "more_language", "more_name",
)  # fmt: skip
_NO_KEY: Final = "記号は、英小文字で始まる 2〜40 文字の英小文字・数字・_ にしてください。"
_NO_LANGUAGE: Final = "どの言語の名前かを選んでください。"


@router.get("/staff/categories/kind")
def kind(visitor: who.EditsCity, db: Db, key: str = "") -> Response:
    """The form of one category; without a key an empty one."""
    return FORM.show(db, visitor, key)


@router.post("/staff/categories/kind")
def save(visitor: who.EditsCity, form: Form) -> Response:
    """Fields: kind (empty for a new one), those of `_FIELDS`, name_LANGUAGE, seen; do is look, save
    or edit."""
    return FORM.save(visitor, form, _typed(form))


def _entry(kept: Entry, typed: Typed) -> Entry:
    """What was typed, on top of what is kept, as in a city's file; wrong values stay wrong. What
    means the same as before is left as it is."""
    before = _values(kept, ())
    entry = dict(kept) | {"names": _names(typed)}
    for field, read in _READ.items():
        if typed[field] == before[field] and field in kept:
            continue
        entry.pop(field, None)
        value = read(typed[field])
        if value not in (None, "", []) or field in ("icon", "department", "deadline_days"):
            entry[field] = value
    return entry


def _names(typed: Typed) -> dict[str, str]:
    names = {name.removeprefix(_NAME): each for name, each in typed.items() if _is_name(name)}
    names = {language: name for language, name in names.items() if name or language == "ja"}
    if typed["more_name"]:
        if not typed["more_language"]:
            raise WrongField(_NO_LANGUAGE, "more_name")
        names[typed["more_language"]] = typed["more_name"]
    return names


def _is_name(field: str) -> bool:
    return field.startswith(_NAME)


def _number(typed: str) -> int | float | str | None:
    plain = unicodedata.normalize("NFKC", typed)
    if re.fullmatch(r"-?[0-9]{1,9}", plain):
        return int(plain)
    return float(plain) if re.fullmatch(r"[0-9]{1,6}\.[0-9]{1,6}", plain) else plain or None


_READ: Final[Mapping[str, Any]] = {
    "icon": str,
    "department": str,
    "deadline_days": _number,
    "urgent_deadline_days": _number,
    "urgent": lambda typed: typed == "yes" or None,
    "radius_m": _number,
    "weight": _number,
    "again_m": _number,
    "keep_years": _number,
    "hints": hint_text.from_text,
    "but_not": hint_text.words_from_text,
}


def _values(entry: Entry | None, _entries: Entries) -> dict[str, str]:
    """What the fields show of an entry; of none, those of a new one."""
    facts: Mapping[str, Any] = entry or {}
    names = {f"{_NAME}{language}": name for language, name in facts.get("names", {}).items()}
    urgent_days = facts.get("urgent_deadline_days")
    return {
        "new_key": facts.get("key", ""),
        f"{_NAME}ja": "",
        **names,
        "icon": facts.get("icon", ""),
        "department": facts.get("department", ""),
        "deadline_days": str(facts.get("deadline_days", "")),
        "urgent_deadline_days": "" if urgent_days is None else str(urgent_days),
        "urgent": "yes" if facts.get("urgent") else "no",
        "radius_m": f"{facts.get('radius_m', 30):g}",
        "weight": f"{facts['weight']:g}" if facts.get("weight") is not None else "",
        "again_m": f"{facts['again_m']:g}" if facts.get("again_m") is not None else "",
        "keep_years": str(facts["keep_years"]) if facts.get("keep_years") is not None else "",
        "hints": hint_text.as_text(facts.get("hints", ())),
        "but_not": hint_text.words_as_text(facts.get("but_not", ())),
        "more_language": "",
        "more_name": "",
    }


def _typed(form: Posted) -> dict[str, str]:
    names = [name for name in form.fields if _is_name(name)]
    fields = dict.fromkeys((*_FIELDS, f"{_NAME}ja", *names))
    words = {name: form.words(name, most=_MOST) for name in fields}
    lines = {name: re.sub(r"[\n\t]+", " ", words[name]) for name in (*names, "more_name")}
    return words | lines | {"urgent": "yes" if form.fields.get("urgent") == "yes" else "no"}


def _told(faults: Sequence[Fault], wanted: Entries, key: str) -> dict[str, str]:
    """By the field of the form; what is wrong with another category is said for the whole."""
    here, said = category_list.keys(wanted).index(key), dict[str, str]()
    for fault in faults:
        is_here = fault.path[1:2] == (here,)
        field = city_words.field_of(fault).replace("names.", _NAME) if is_here else ""
        said.setdefault(field, city_words.fault_words(fault, wanted, named=not is_here))
    return said


def _languages(db: Session, entries: Entries, typed: Collection[str]) -> list[str]:
    """All that the city writes in, and the three that Michi speaks."""
    used = {language for entry in entries for language in entry["names"]}
    used |= {"ja", "easy_ja", "en"} | set(terms.texts(db))
    used |= {language for one in profile.templates(db) for language in one.texts}
    return languages.ordered(used | {name.removeprefix(_NAME) for name in typed if _is_name(name)})


def _more(db: Session, entries: Entries, key: str, values: Typed) -> dict[str, Any]:
    written = _languages(db, entries, values)
    return {
        "languages": languages,
        "written": written,
        "further": [one for one in languages.NAMES if one not in written],
        "icons": [*({values["icon"]: None} | dict.fromkeys(ICONS))] if values["icon"] else ICONS,
        "departments": {one.key: one.name for one in queries.departments(db)},
        "most_days": MOST_DAYS,
        "usual_weight": f"{USUAL_WEIGHTS.get(key, 1.0):g}",
        "kept": length_words(RECORDS, length(said_in(profile.profile(db)), RECORDS)),
        "open_tickets": open_of_category(db, key) if key else 0,
        "address": quote(key),
    }


FORM: Final = EntryForm(
    part="categories",
    address="/staff/categories",
    action="/staff/categories/kind",
    template="desk/categories/form.html",
    field="kind",
    begins="kind_",
    name=f"{_NAME}ja",
    values=_values,
    entry=_entry,
    told=_told,
    more=_more,
    no_key=_NO_KEY,
)
