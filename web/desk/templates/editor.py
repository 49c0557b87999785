"""One template: a form with its text in each language, and where it is offered."""

import re
import secrets
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from fastapi import APIRouter, Response
from sqlalchemy.orm import Session

from geo.gis_import.faults import Fault
from reports.actions.edit_city import checked_templates
from reports.city import category_list, profile, terms, versions
from reports.city.category_list import Entries, Entry
from reports.city.templates import as_kept
from reports.city.versions import Facts
from reports.people.permissions import Role
from reports.people.sessions import Visitor
from reports.tickets.status import MOVES, Status
from store.database import transaction
from web.auth.csrf import Form
from web.auth.sessions import Staff
from web.desk import proposal, quota, template_words
from web.desk.city_words import Line
from web.desk.proposal import Wish
from web.kit import languages
from web.kit.deps import Db
from web.kit.errors import BadInput, NotFound
from web.kit.forms import Posted
from web.kit.pages import page

router = APIRouter(include_in_schema=False)

FORM: Final = "/staff/templates/one"
LIST: Final = "/staff/templates"
_TEXT: Final = "text_"
_LISTS: Final = {"categories": "category_", "statuses": "status_"}
_KEY: Final = re.compile(r"[a-z][a-z0-9_]{1,39}")
_MOST: Final = 2_000
_OLD_PAGE: Final = "画面を開き直して、もう一度お試しください。"
_TAKEN: Final = "この定型文は、ほかの内容で保存されています。一覧から開き直してください。"
_NO_LANGUAGE: Final = "どの言語の文かを選んでください。"
_NO_SUCH: Final = "この定型文はありません。一覧から選び直してください。"
_WANTED_STATUSES: Final = [
    status for status in Status if any(Role.STAFF in to.get(status, ()) for to in MOVES.values())
]


@router.get("/staff/templates/one")
def one(visitor: Staff, db: Db, key: str = "", use: str = "note") -> Response:
    """The form of one template; without a key an empty one."""
    seen = proposal.newest(db, "templates").id
    entry = known(versions.now(db, "templates"), key) if key else None
    values = _values(entry)
    if not entry:
        kind = use if use in template_words.USES else "note"
        values |= {"new_key": f"t{secrets.token_hex(4)}", "use": kind}
    return _page(db, visitor, key, values, str(seen))


@router.post("/staff/templates/one")
def save(visitor: Staff, form: Form) -> Response:
    """Fields: template (empty for a new one), new_key, title, use, text_LANGUAGE, more_language,
    more_text, category_KEY and status_KEY ("yes") or categories and statuses (with blanks between),
    seen; do is look, save or edit."""
    key, typed = form.fields.get("template", ""), _typed(form)
    seen = form.words("seen")
    if form.fields.get("do") == "edit":
        with transaction() as db:
            return _page(db, visitor, key, typed, seen)

    def again(db: Session, then: Facts, now: Facts) -> Response | None:
        before, after = (category_list.entry_of(each, key) for each in (then, now))
        if not key or not before or not after or before == after:
            return None
        values = proposal.merged(typed, _values(before), _values(after))
        told = proposal.told("templates", [before], [after], profile.category_names(db))
        last = proposal.newest(db, "templates")
        return _page(db, visitor, key, values, str(last.id), others=told, status=409)

    def refused(db: Session, faults: Sequence[Fault]) -> Response:
        wanted = _wanted(versions.now(db, "templates"), key, typed)
        told = _told(faults, wanted, key or typed["new_key"])
        return _page(db, visitor, key, typed, seen, faults=told, status=422)

    wish = Wish(
        part="templates",
        title=f"定型文「{typed['title']}」の変更" if key else f"新しい定型文「{typed['title']}」",
        make=lambda db, now: checked_templates(db, _wanted(now, key, typed)),
        action=FORM,
        fields={"template": key} | typed,
        done=LIST,
        again=again,
        refused=refused,
    )
    try:
        return proposal.carry(visitor, form, wish)
    except WrongText as wrong:
        with transaction() as db:
            faults = {"more_text": wrong.sentence}
            return _page(db, visitor, key, typed, seen, faults=faults, status=422)


class WrongText(BadInput):
    """The one that was typed beside the others."""


def known(entries: Entries, key: str) -> Entry:
    """Raises NotFound."""
    entry = category_list.entry_of(entries, key)
    if entry is None:
        raise NotFound(_NO_SUCH)
    return entry


def written_in(db: Session, entries: Entries, more: Collection[str] = ()) -> list[str]:
    """All languages that the city writes in, and the three that Michi speaks."""
    used = {language for entry in entries for language in entry["texts"]}
    used |= {"ja", "easy_ja", "en", *more} | set(terms.texts(db))
    used |= {language for each in profile.categories(db).values() for language in each.names}
    return languages.ordered(used)


def _wanted(now: Entries, key: str, typed: Mapping[str, str]) -> list[Entry]:
    """The list with what was typed. Raises BadInput, NotFound."""
    if key:
        return category_list.with_entry(now, _entry(known(now, key), typed))
    new = typed["new_key"]
    if not _KEY.fullmatch(new):
        raise BadInput(_OLD_PAGE)
    entry = _entry({"key": new}, typed)
    there = category_list.entry_of(now, new)
    if there is not None and _values(there) != _values(entry):
        raise BadInput(_TAKEN)
    return category_list.with_entry(now, there or entry)


def _entry(kept: Entry, typed: Mapping[str, str]) -> dict[str, Any]:
    """What was typed as in a city's file; wrong values stay wrong."""
    facts = {name: typed[name] for name in ("title", "use")}
    entry = {"key": kept["key"], **facts, "texts": _texts(typed)}
    lists = {name: _in_order_of(kept.get(name, ()), typed[name].split()) for name in _LISTS}
    if typed["use"] == "question":
        lists["statuses"] = []
    return entry | {name: chosen for name, chosen in lists.items() if chosen}


def _in_order_of(kept: Sequence[str], chosen: Sequence[str]) -> list[str]:
    return [*(each for each in kept if each in chosen), *(one for one in chosen if one not in kept)]


def _texts(typed: Mapping[str, str]) -> dict[str, str]:
    texts = {name.removeprefix(_TEXT): each for name, each in typed.items() if _is_text(name)}
    texts = {language: text for language, text in texts.items() if text or language == "ja"}
    if typed["more_text"]:
        if not typed["more_language"]:
            raise WrongText(_NO_LANGUAGE)
        texts[typed["more_language"]] = typed["more_text"]
    return texts


def _is_text(field: str) -> bool:
    return field.startswith(_TEXT)


def _values(entry: Entry | None) -> dict[str, str]:
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
    chosen = {name: " ".join(_chosen(form, name)) for name in _LISTS}
    return typed | {"use": use if use in template_words.USES else "note"} | chosen


def _chosen(form: Posted, name: str) -> list[str]:
    if name in form.fields:
        return form.words(name, most=_MOST).split()
    start = _LISTS[name]
    chosen = [each.removeprefix(start) for each in form.fields if each.startswith(start)]
    return chosen[::-1]  # as they stand on the page: fields come with the last first


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
    entries: Entries = versions.now(db, "templates")
    entry = known(entries, key) if key else None
    mine = [name.removeprefix(_TEXT) for name in values if _is_text(name)]
    written = written_in(db, entries, mine)
    chosen = {name: values[name].split() for name in _LISTS}
    kinds = profile.categories(db).values()
    return page(
        "desk/templates/form.html",
        status=status,
        visitor=visitor,
        quota=quota.notice(db),
        key=key,
        title=entry["title"] if entry else "新しい定型文",
        value=values,
        seen=seen,
        faults=faults or {},
        others=others,
        languages=languages,
        written=written,
        further=[one for one in languages.NAMES if one not in written],
        uses=template_words.USES,
        placeholders=template_words.PLACEHOLDERS,
        kinds=[one for one in kinds if not one.retired or one.key in chosen["categories"]],
        statuses=[one for one in Status if one in _WANTED_STATUSES or one in chosen["statuses"]],
        chosen=chosen,
    )
