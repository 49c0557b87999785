"""The form of one entry of the city's own lists: a kind, a template, a material. What is typed is
shown with what it changes before it is saved, and stays where it is refused or somebody was faster.
"""

import re
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from fastapi import Response
from sqlalchemy.orm import Session

from geo.gis_import.faults import Fault
from reports.actions.edit_city import checked_list
from reports.city import category_list, profile, versions
from reports.city.category_list import Entries, Entry
from reports.city.versions import Facts, Part
from reports.people.sessions import Visitor
from store.database import transaction
from web.desk import proposal, quota
from web.desk.city_words import PARTS, Line
from web.desk.proposal import Wish
from web.kit.errors import BadInput, NotFound
from web.kit.forms import Posted
from web.kit.pages import page

Typed = Mapping[str, str]
_KEY: Final = re.compile(r"[a-z][a-z0-9_]{1,39}")
_MOST: Final = 2_000
_OLD_PAGE: Final = "画面を開き直して、もう一度お試しください。"


class WrongField(BadInput):
    """Its second argument is the field's name; "" for the whole form."""

    @property
    def field(self) -> str:
        return str(self.args[1])


def _in_its_place(now: Entries, entry: Entry, typed: Typed) -> list[Entry]:
    return category_list.with_entry(now, entry)


@dataclass(frozen=True, slots=True)
class EntryForm:
    """What is one part's own.

    `address`: of the list, `action`: of the form, which is drawn by `template`. `field`:
    holds the key of an entry that is there, `new_key` that of a new one, which begins with `begins`
    and is typed where `no_key` says how. `name`: the field that names an entry to people.

    `values`: what the fields show of an entry of these entries, or of a new one. `entry`: what was
    typed, on top of what is kept, as in a city's file; raises WrongField. `told`: what is wrong, by
    field. `more`: what else the page shows. `placed`: the list with this entry.
    """

    part: Part
    address: str
    action: str
    template: str
    field: str
    begins: str
    name: str
    values: Callable[[Entry | None, Entries], dict[str, str]]
    entry: Callable[[Entry, Typed], Entry]
    told: Callable[[Sequence[Fault], Entries, str], dict[str, str]]
    more: Callable[[Session, Entries, str, Typed], dict[str, Any]]
    placed: Callable[[Entries, Entry, Typed], list[Entry]] = _in_its_place
    no_key: str = ""

    def known(self, entries: Entries, key: str) -> Entry:
        """Raises NotFound."""
        entry = category_list.entry_of(entries, key)
        if entry is None:
            raise NotFound(f"この{PARTS[self.part]}はありません。一覧から選び直してください。")
        return entry

    def show(self, db: Session, visitor: Visitor, key: str, **new: str) -> Response:
        """The form as it is kept; without a key an empty one, but for what is given as `new`."""
        entries: Entries = versions.now(db, self.part)
        values = self.values(self.known(entries, key) if key else None, entries)
        if not key:
            values |= {"new_key": self.begins + secrets.token_hex(4)} | new
        return self._page(db, visitor, key, values, str(proposal.newest(db, self.part).id))

    def save(self, visitor: Visitor, form: Posted, typed: Typed) -> Response:
        """Fields: its own, and those of `proposal.carry`; do may be edit."""
        key, seen = form.fields.get(self.field, ""), form.words("seen")
        if form.fields.get("do") == "edit":
            with transaction() as db:
                return self._page(db, visitor, key, typed, seen)
        try:
            return proposal.carry(visitor, form, self._wish(visitor, key, typed, seen))
        except WrongField as wrong:
            faults = {wrong.field: wrong.sentence}
            with transaction() as db:
                return self._page(db, visitor, key, typed, seen, faults=faults, status=422)

    def remove(self, visitor: Visitor, form: Posted, title: str) -> Response:
        """Give it up. Fields: its key, and those of `proposal.carry`."""
        key = form.fields.get(self.field, "")

        def without(db: Session, now: Entries) -> Entries:
            self.known(now, key)
            return [entry for entry in now if entry["key"] != key]

        wish = Wish(
            part=self.part,
            title=title,
            make=without,
            action=f"{self.address}/remove",
            fields={self.field: key},
            done=self.address,
            back=self.address,
        )
        return proposal.carry(visitor, form, wish)

    def _wish(self, visitor: Visitor, key: str, typed: Typed, seen: str) -> Wish:
        def again(db: Session, then: Facts, now: Facts) -> Response | None:
            before, after = (category_list.entry_of(each, key) for each in (then, now))
            if not key or not before or not after or before == after:
                return None
            values = proposal.merged(typed, self.values(before, then), self.values(after, now))
            told = proposal.told(self.part, [before], [after], profile.category_names(db))
            last = str(proposal.newest(db, self.part).id)
            return self._page(db, visitor, key, values, last, others=told, status=409)

        def refused(db: Session, faults: Sequence[Fault]) -> Response:
            wanted = self._wanted(versions.now(db, self.part), key, typed)
            told = self.told(faults, wanted, key or typed["new_key"])
            return self._page(db, visitor, key, typed, seen, faults=told, status=422)

        named = f"{PARTS[self.part]}「{typed[self.name]}」"
        return Wish(
            part=self.part,
            title=f"{named}の変更" if key else f"新しい{named}",
            make=lambda db, now: checked_list(db, self.part, self._wanted(now, key, typed)),
            action=self.action,
            fields={self.field: key, **typed},
            done=self.address,
            again=again,
            refused=refused,
        )

    def _wanted(self, now: Entries, key: str, typed: Typed) -> list[Entry]:
        """The list with what was typed. Raises WrongField, NotFound."""
        if key:
            return self.placed(now, self.entry(self.known(now, key), typed), typed)
        new, field = typed["new_key"], "new_key" if self.no_key else ""
        if not _KEY.fullmatch(new):
            raise WrongField(self.no_key or _OLD_PAGE, field)
        entry = self.entry({"key": new}, typed)
        wanted, there = self.placed(now, entry, typed), category_list.entry_of(now, new)
        if there is None:
            return wanted
        if self.values(there, now) != self.values(entry, wanted):
            taken = "この記号は、もう使われています。別の記号にしてください。"
            raise WrongField(taken if self.no_key else _OLD_PAGE, field)
        return [*now]  # the same new one, sent a second time

    def _page(
        self,
        db: Session,
        visitor: Visitor,
        key: str,
        values: Typed,
        seen: str,
        *,
        faults: Mapping[str, str] | None = None,
        others: Sequence[Line] = (),
        status: int = 200,
    ) -> Response:
        entries: Entries = versions.now(db, self.part)
        entry = self.known(entries, key) if key else None
        title = self.values(entry, entries)[self.name] if entry else f"新しい{PARTS[self.part]}"
        return page(
            self.template,
            status=status,
            visitor=visitor,
            quota=quota.notice(db),
            key=key,
            entry=entry,
            title=title,
            value=values,
            seen=seen,
            faults=faults or {},
            others=others,
            **self.more(db, entries, key, values),
        )


def chosen(form: Posted, name: str, begins: str) -> list[str]:
    """What is ticked of boxes whose names begin so; or, of a form that is carried through the page
    of changes, what stands in the one field with blanks between."""
    if name in form.fields:
        return form.words(name, most=_MOST).split()
    ticked = [each.removeprefix(begins) for each in form.fields if each.startswith(begins)]
    return ticked[::-1]  # as they stand on the page: fields come with the last first
