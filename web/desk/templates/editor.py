"""One template: a form with its text in each language, and where it is offered."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from fastapi import Response
from sqlalchemy.orm import Session

from geo.gis_import.faults import Fault
from reports.city import category_list, profile, terms
from reports.city.category_list import Entries, Entry
from reports.city.templates import as_kept
from reports.people.permissions import Role
from reports.tickets.status import MOVES, Status
from web.auth import who
from web.auth.csrf import Form
from web.desk import template_words
from web.desk.entry_form import EntryForm, Typed, WrongField, chosen
from web.kit import languages
from web.kit.deps import Db
from web.kit.forms import Posted
from web.kit.router import Router

router = Router(include_in_schema=False)

_TEXT: Final = "text_"
_LISTS: Final = {"categories": "category_", "statuses": "status_"}
_MOST: Final = 2_000
_NO_LANGUAGE: Final = "どの言語の文かを選んでください。"
_WANTED_STATUSES: Final = [
    status for status in Status if any(Role.STAFF in to.get(status, ()) for to in MOVES.values())
]


@router.get("/staff/templates/one")
def one(visitor: who.EditsCity, db: Db, key: str = "", use: str = "note") -> Response:
    """The form of one template; without a key an empty one."""
    return FORM.show(db, visitor, key, use=use if use in template_words.USES else "note")


@router.post("/staff/templates/one")
def save(visitor: who.EditsCity, form: Form) -> Response:
    """Fields: template (empty for a new one), new_key, title, use, text_LANGUAGE, more_language,
    more_text, category_KEY and status_KEY ("yes") or categories and statuses (with blanks between),
    seen; do is look, save or edit."""
    return FORM.save(visitor, form, _typed(form))


def written_in(db: Session, entries: Entries, more: Collection[str] = ()) -> list[str]:
    """All languages that the city writes in, and the three that Michi speaks."""
    used = {language for entry in entries for language in entry["texts"]}
    used |= {"ja", "easy_ja", "en", *more} | set(terms.texts(db))
    used |= {language for each in profile.categories(db).values() for language in each.names}
    return languages.ordered(used)


def _entry(kept: Entry, typed: Typed) -> dict[str, Any]:
    """What was typed as in a city's file; wrong values stay wrong."""
    facts = {name: typed[name] for name in ("title", "use")}
    entry = {"key": kept["key"], **facts, "texts": _texts(typed)}
    lists = {name: _in_order_of(kept.get(name, ()), typed[name].split()) for name in _LISTS}
    if typed["use"] == "question":
        lists["statuses"] = []
    return entry | {name: chosen for name, chosen in lists.items() if chosen}


def _in_order_of(kept: Sequence[str], chosen: Sequence[str]) -> list[str]:
    return [*(each for each in kept if each in chosen), *(one for one in chosen if one not in kept)]


def _texts(typed: Typed) -> dict[str, str]:
    texts = {name.removeprefix(_TEXT): each for name, each in typed.items() if _is_text(name)}
    texts = {language: text for language, text in texts.items() if text or language == "ja"}
    if typed["more_text"]:
        if not typed["more_language"]:
            raise WrongField(_NO_LANGUAGE, "more_text")
        texts[typed["more_language"]] = typed["more_text"]
    return texts


def _is_text(field: str) -> bool:
    return field.startswith(_TEXT)


def _values(entry: Entry | None, _entries: Entries) -> dict[str, str]:
    """What the fields show of an entry; of none, those of a new one."""
    facts: Mapping[str, Any] = entry or {}
    texts = {f"{_TEXT}{language}": text for language, text in facts.get("texts", {}).items()}
    return {
        "new_key": facts.get("key", ""),
        "title": facts.get("title", ""),
        "use": facts.get("use", "note"),
        f"{_TEXT}ja": "",
        **texts,
        "categories": " ".join(facts.get("categories", ())),
        "statuses": " ".join(facts.get("statuses", ())),
        "more_language": "",
        "more_text": "",
    }


def _typed(form: Posted) -> dict[str, str]:
    texts = [name for name in form.fields if _is_text(name)]
    plain = ("new_key", "title", f"{_TEXT}ja", *texts, "more_language", "more_text")
    typed = {name: form.words(name, most=_MOST) for name in dict.fromkeys(plain)}
    texts = [name for name in typed if _is_text(name) or name == "more_text"]
    typed |= {name: as_kept(typed[name]) for name in texts}
    use = form.fields.get("use", "")
    lists = {name: " ".join(chosen(form, name, begins)) for name, begins in _LISTS.items()}
    return typed | {"use": use if use in template_words.USES else "note"} | lists


def _told(faults: Sequence[Fault], wanted: Entries, key: str) -> dict[str, str]:
    """By the field of the form; what is wrong with another template is said for the whole."""
    here, said = category_list.keys(wanted).index(key), dict[str, str]()
    for fault in faults:
        is_here = fault.path[1:2] == (here,)
        words = template_words.fault_words(fault, wanted)
        other = "" if is_here else f"定型文「{wanted[_place(fault)]['title']}」: "
        said.setdefault(template_words.field_of(fault) if is_here else "", other + words)
    return said


def _place(fault: Fault) -> int:
    return int(fault.path[1]) if len(fault.path) > 1 else 0


def _more(db: Session, entries: Entries, key: str, values: Typed) -> dict[str, Any]:
    mine = [name.removeprefix(_TEXT) for name in values if _is_text(name)]
    written = written_in(db, entries, mine)
    chosen = {name: values[name].split() for name in _LISTS}
    kinds = profile.categories(db).values()
    return {
        "languages": languages,
        "written": written,
        "further": [one for one in languages.NAMES if one not in written],
        "uses": template_words.USES,
        "placeholders": template_words.PLACEHOLDERS,
        "kinds": [one for one in kinds if not one.retired or one.key in chosen["categories"]],
        "statuses": [one for one in Status if one in _WANTED_STATUSES or one in chosen["statuses"]],
        "chosen": chosen,
    }


FORM: Final = EntryForm(
    part="templates",
    address="/staff/templates",
    action="/staff/templates/one",
    template="desk/templates/form.html",
    field="template",
    begins="t",
    name="title",
    values=_values,
    entry=_entry,
    told=_told,
    more=_more,
)
