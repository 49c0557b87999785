"""What two versions of a city's categories, its templates, or of what it says of itself have
different. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from reports.city.category_list import Entries, Entry, entry_of, keys

ADDED: Final = "added"
REMOVED: Final = "removed"
ORDER: Final = "order"
CLOSED: Final = "closed"
OPENED: Final = "opened"
_USUAL: Final = {"urgent": False, "radius_m": 30, "hints": [], "but_not": [], "retired": False}


@dataclass(frozen=True, slots=True)
class Difference:
    """`key`: of a category or template, or empty. `field`: its name, with a point before a part of
    it ("names.ja"), or one of the words above.

    ADDED: `after` is the entry; REMOVED: `before` is. ORDER: both are keys. CLOSED and OPENED:
    `after` are days that the city has closed, or no longer, as YYYY-MM-DD.
    """

    key: str
    field: str
    before: Any
    after: Any


def of_categories(before: Entries, after: Entries) -> list[Difference]:
    """In the new order, the order itself last; of one that is not there any more nothing."""
    found = [each for entry in after for each in _of_entry(entry_of(before, entry["key"]), entry)]
    old, new = keys(before), keys(after)
    stays = [[key for key in some if key in old and key in new] for some in (old, new)]
    return found + ([Difference("", ORDER, old, new)] if stays[0] != stays[1] else [])


def of_templates(before: Entries, after: Entries) -> list[Difference]:
    """As `of_categories`; those that are not there any more last of all."""
    there = set(keys(after))
    gone = [Difference(each["key"], REMOVED, each, None) for each in before]
    return of_categories(before, after) + [each for each in gone if each.key not in there]


def of_facts(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Difference]:
    """What the city says of itself."""
    old, new = _flat(before), _flat(after)
    days = [set(map(str, facts.get("extra_holidays") or ())) for facts in (before, after)]
    changes = (("", CLOSED, sorted(days[1] - days[0])), ("", OPENED, sorted(days[0] - days[1])))
    return [
        *_fields("", old, new),
        *(Difference(key, field, None, some) for key, field, some in changes if some),
    ]


def _of_entry(before: Entry | None, after: Entry) -> Iterator[Difference]:
    if before is None:
        yield Difference(after["key"], ADDED, None, after)
        return
    yield from _fields(after["key"], *(_flat({**each, **_usual(each)}) for each in (before, after)))


def _usual(entry: Entry) -> dict[str, Any]:
    return {name: value for name, value in _USUAL.items() if name not in entry}


def _fields(key: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Difference]:
    for field in dict.fromkeys((*new, *old)):
        if old.get(field) != new.get(field):
            yield Difference(key, field, old.get(field), new.get(field))


def _flat(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Tables within as "names.ja"; days stand apart, and what is not said is no field."""
    flat: dict[str, Any] = {}
    for name, value in facts.items():
        if isinstance(value, Mapping):
            flat |= {f"{name}.{part}": each for part, each in value.items()}
        elif value is not None and name != "extra_holidays":
            flat[name] = value
    return flat
