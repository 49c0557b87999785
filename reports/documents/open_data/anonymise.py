"""What of kind and town stands in the data, so that nobody is alone with both. Pure.

A rule of counts: kind and town (町字) are named where at least k tickets of the month are alike in
both. Of the others first the town is left out, then the kind in its place, then both; a step counts
for those of which it makes at least k alike. What is left then is not published.

So of every row that is published at least k have the same town and the same kind, left out or not.
A row of which something is left out has no point, road, owner nor department, for these would tell
it again. Of times the day is told; days are no part of the counting.
"""

from collections import Counter
from collections.abc import Mapping
from typing import Final, NamedTuple


class Class(NamedTuple):
    """A town, None where the place has none, and a key of a category."""

    town: str | None
    category: str


class Shown(NamedTuple):
    """As what the tickets of a class are published; what is left out is None."""

    town: str | None
    category: str | None
    without_town: bool = False
    without_category: bool = False

    @property
    def is_whole(self) -> bool:
        """Nothing is left out."""
        return not (self.without_town or self.without_category)


_STEPS: Final = ((False, False), (True, False), (False, True), (True, True))
"""Whether the town and the kind are left out, in the order in which it is tried."""


def shown_as(counts: Mapping[Class, int], k: int) -> dict[Class, Shown]:
    """Each class as it is published; one that is missing is not published.

    `counts`: how many tickets there are of each class in the month.
    """
    found: dict[Class, Shown] = {}
    for without_town, without_category in _STEPS:
        rest = {
            one: Shown(
                None if without_town else one.town,
                None if without_category else one.category,
                without_town,
                without_category,
            )
            for one in counts
            if one not in found
        }
        alike: Counter[Shown] = Counter()
        for one, shown in rest.items():
            alike[shown] += counts[one]
        found |= {one: shown for one, shown in rest.items() if alike[shown] >= k}
    return found
