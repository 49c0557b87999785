"""The city's categories, or its templates, as a list of entries; what can be done with it. Pure.

An entry is what stands in one [[categories]] or [[templates]]. Categories never leave their list,
for tickets have them; templates do.
"""

from collections.abc import Mapping, Sequence
from typing import Any

Entry = Mapping[str, Any]
Entries = Sequence[Entry]


def entry_of(entries: Entries, key: str) -> Entry | None:
    """The one of this key."""
    return next((entry for entry in entries if entry["key"] == key), None)


def keys(entries: Entries) -> list[str]:
    """In their order."""
    return [entry["key"] for entry in entries]


def with_entry(entries: Entries, entry: Entry) -> list[Entry]:
    """With this one in place of the one of its key; a new one after the last that is offered."""
    if entry_of(entries, entry["key"]):
        return [entry if each["key"] == entry["key"] else each for each in entries]
    at = max((n for n, each in enumerate(entries, 1) if not each.get("retired")), default=0)
    return [*entries[:at], entry, *entries[at:]]


def with_retired(entries: Entries, key: str, retired: bool) -> list[Entry]:
    """With this one offered no more, or again."""
    return [_retired(each, retired) if each["key"] == key else each for each in entries]


def in_order(entries: Entries, wanted: Sequence[str]) -> list[Entry]:
    """In the order of these keys; those that are not among them stay behind, as they are."""
    place = {key: n for n, key in enumerate(wanted)}
    return sorted(entries, key=lambda entry: place.get(entry["key"], len(place)))


def moved(order: Sequence[str], key: str, by: int) -> list[str]:
    """These keys with one of them so many places further down, as far as there are any."""
    rest = [each for each in order if each != key]
    at = min(max(order.index(key) + by, 0), len(rest))
    return [*rest[:at], key, *rest[at:]]


def back_to(entries: Entries, before: Entries, *, retire: bool = True) -> list[Entry]:
    """As they were `before`, and behind them those that have come since; `retire`: offered no
    more."""
    there = set(keys(before))
    since = [entry for entry in entries if entry["key"] not in there]
    return [*before, *(_retired(each, True) if retire else each for each in since)]


def _retired(entry: Entry, retired: bool) -> Entry:
    kept = {name: value for name, value in entry.items() if name != "retired"}
    return kept | ({"retired": True} if retired else {})
