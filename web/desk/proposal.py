"""What a change of the city's own data will do, shown before it is saved; then saved, as a new
version."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from fastapi import Response
from fastapi.responses import RedirectResponse
from sqlalchemy.orm import Session

from geo.gis_import.faults import Fault
from reports.actions.edit_city import RefusedEdit, save_facts, save_list
from reports.city import differences, profile, versions
from reports.city.differences import Difference
from reports.city.versions import Facts, NoSuchVersion, Part, Version
from reports.people.sessions import Visitor
from store.database import transaction
from web.desk import city_effects, city_words, material_words, quota, template_words
from web.desk.city_words import Line
from web.kit.errors import BadInput, NotFound
from web.kit.forms import Posted
from web.kit.pages import page

_NO_CITY: Final = "市のデータがまだありません。市のファイルを読み込むと、ここで変えられます。"
_OLD_PAGE: Final = "画面を開き直して、もう一度お試しください。"


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants to become of a part.

    `make` gives it from what is in use; raises RefusedEdit, BadInput. `action`: where its form is
    posted, with these `fields` of it. `back`: where else to go; without it the form again, with
    what was typed. `done`: where to go once it is saved. `again`: the form again, with
    what was typed, where somebody has changed meanwhile what it is about; None where they have not.
    Takes the part as the form showed it, and as it is now.
    `refused`: the form with what is wrong.
    """

    part: Part
    title: str
    make: Callable[[Session, Facts], Facts]
    action: str
    fields: Mapping[str, str]
    done: str
    back: str = ""
    note: str = ""
    again: Callable[[Session, Facts, Facts], Response | None] = lambda *_: None
    refused: Callable[[Session, Sequence[Fault]], Response | None] = lambda *_: None


@dataclass(frozen=True, slots=True)
class Change:
    """What becomes of a part, in words for people."""

    lines: Sequence[Line]
    effects: Sequence[str]


def newest(db: Session, part: Part) -> Version:
    """The version in use. Raises NotFound before a city is loaded."""
    last = versions.newest(db, part)
    if last is None:
        raise NotFound(_NO_CITY)
    return last


def change(db: Session, part: Part, before: Facts, after: Facts) -> Change:
    """From one state of a part to another."""
    found = _differences(part, before, after)
    if part == "facts":
        effects = city_effects.of_facts(db, found, before, after)
        return Change(city_words.lines(found, (), ()), effects)
    if part == "templates":
        said = template_words.lines(found, before, after, _names(db, part))
        return Change(said, template_words.effects(found))
    if part == "materials":
        said = material_words.lines(found, before, after, _names(db, part))
        return Change(said, material_words.effects(found))
    effects = city_effects.of_categories(db, found, before, after)
    return Change(city_words.lines(found, before, after), effects)


def told(
    part: Part, before: Facts, after: Facts, names: Mapping[str, str] | None = None
) -> list[Line]:
    """What somebody else has changed. `names`: of categories, where templates name them."""
    if part == "templates":
        found = _differences(part, before, after)
        return template_words.lines(found, before, after, names or {})
    if part == "materials":
        found = _differences(part, before, after)
        return material_words.lines(found, before, after, names or {})
    known = ((), ()) if part == "facts" else (before, after)
    return city_words.lines(_differences(part, before, after), *known)


def carry(visitor: Visitor, form: Posted, wish: Wish) -> Response:
    """Show what it changes; saved only where that was shown of the version still in use.

    Fields: seen (the version that the page showed), do ("save", or anything else to look).
    """
    saving = form.fields.get("do") == "save"
    with transaction() as db:
        now = versions.take(db, wish.part) if saving else versions.now(db, wish.part)
        last = newest(db, wish.part)
        then = _then(db, form, wish.part, last, now)
        if then != now and (form_again := wish.again(db, then, now)):
            return form_again
        try:
            wanted = wish.make(db, now)
        except RefusedEdit as refused:
            return wish.refused(db, refused.faults) or _refusal(refused.faults)
        shown = change(db, wish.part, now, wanted)
        if not shown.lines:
            return RedirectResponse(_with(wish.done, same=1), 303)
        others = told(wish.part, then, now, _names(db, wish.part))
        if saving and not others:
            later = _save(db, visitor, wish, wanted, shown)
            return RedirectResponse(_with(wish.done, saved=1, later=later), 303)
        return page(
            "desk/proposal.html",
            status=409 if others else 200,
            visitor=visitor,
            quota=quota.notice(db),
            wish=wish,
            change=shown,
            others=others,
            seen=last.id,
            by=last.made_by,
        )


def merged(
    typed: Mapping[str, str], then: Mapping[str, str], now: Mapping[str, str]
) -> dict[str, str]:
    """The fields of a form over which somebody was faster: what was typed stays, and what was left
    as it had been becomes what it is now."""
    return {
        name: now.get(name, value) if value == then.get(name) else value
        for name, value in typed.items()
    }


def _then(db: Session, form: Posted, part: Part, last: Version, now: Facts) -> Facts:
    seen = form.fields.get("seen", "")
    if not (seen.isascii() and seen.isdecimal() and len(seen) <= 9):
        raise BadInput(_OLD_PAGE)
    if int(seen) == last.id:
        return now
    try:
        return versions.facts_of(db, part, int(seen))
    except NoSuchVersion:
        raise BadInput(_OLD_PAGE) from None


def _differences(part: Part, before: Any, after: Any) -> list[Difference]:
    return _DIFFERENCES[part](before, after)


def _names(db: Session, part: Part) -> Mapping[str, str]:
    """Of the categories, where they are named."""
    if part not in ("templates", "materials"):
        return {}
    return profile.category_names(db)


def _save(db: Session, visitor: Visitor, wish: Wish, wanted: Facts, shown: Change) -> int:
    """Of how many tickets the deadline is later by it."""
    note = wish.note + city_words.note(shown.lines)
    if wish.part == "facts":
        return save_facts(db, wanted, by=visitor.name, note=note)
    save_list(db, wish.part, wanted, by=visitor.name, note=note)
    return 0


def _refusal(faults: Sequence[Fault]) -> Response:
    raise BadInput(" ".join(f"{fault.japanese}。" for fault in faults))


def _with(address: str, **more: int) -> str:
    said = urlencode({name: value for name, value in more.items() if value})
    return f"{address}{'&' if '?' in address else '?'}{said}"


_DIFFERENCES: Final[Mapping[Part, Callable[[Any, Any], list[Difference]]]] = {
    "facts": differences.of_facts,
    "categories": differences.of_categories,
    "templates": differences.of_templates,
    "materials": differences.of_templates,
}
