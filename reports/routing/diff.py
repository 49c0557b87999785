"""What one routing table says otherwise than another. Pure."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from typing import Final, Literal

from reports.routing.choose import Rule

Kind = Literal["added", "removed", "changed", "moved"]


@dataclass(frozen=True, slots=True)
class Difference:
    """`added` has no `before`, `removed` no `after`; `moved` stands elsewhere among the others."""

    kind: Kind
    before: Rule | None
    after: Rule | None


def differences(old: Sequence[Rule], new: Sequence[Rule]) -> list[Difference]:
    """In the order of the new table, what is gone last. New numbers alone are no difference."""
    stay = _staying(old, new)
    stayed = set(stay.values())
    gone = {place: rule for place, rule in enumerate(old) if place not in stayed}
    came = {place: rule for place, rule in enumerate(new) if place not in stay}
    found: dict[int, Difference] = {}
    for kind, same in _LIKENESSES:
        alike = defaultdict[object, list[int]](list)
        for place, rule in reversed(gone.items()):
            alike[same(rule)].append(place)
        for place, rule in came.items():
            if place not in found and (before := alike.get(same(rule))):
                found[place] = Difference(kind, gone.pop(before.pop()), rule)
    here = [found.get(place, Difference("added", None, rule)) for place, rule in came.items()]
    return [*here, *(Difference("removed", rule, None) for rule in gone.values())]


def _staying(old: Sequence[Rule], new: Sequence[Rule]) -> dict[int, int]:
    """Places in the new table → in the old one, of rules that say the same in the same order."""
    matcher = SequenceMatcher(None, [_says(r) for r in old], [_says(r) for r in new], False)
    return {
        block.b + step: block.a + step
        for block in matcher.get_matching_blocks()
        for step in range(block.size)
    }


def _says(rule: Rule) -> object:
    return replace(rule, order=0)


def _asks(rule: Rule) -> object:
    return rule.category, rule.owner, rule.district, rule.urgent, rule.hours


def _stands(rule: Rule) -> object:
    return rule.order, rule.department


_LIKENESSES: Final[Sequence[tuple[Kind, Callable[[Rule], object]]]] = (
    ("moved", _says),
    ("changed", _asks),
    ("changed", _stands),
)
"""What makes a rule the same one as before, the surest first."""
