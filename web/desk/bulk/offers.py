"""What staff say often, for many tickets at once: what fits all of them stands first. Pure."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from reports.city.templates import Template


@dataclass(frozen=True, slots=True)
class Offer:
    """A template of which nothing is filled yet. `fits`: it is for every category among the
    tickets. `statuses`: it is for these new states, or for all."""

    title: str
    use: str
    japanese: str
    fits: bool
    statuses: Collection[str]
    placeholders: Sequence[str] = ()


def offers(templates: Iterable[Template], categories: Collection[str]) -> list[Offer]:
    """In the city's order. `categories`: keys."""
    return [
        Offer(
            one.title,
            one.use,
            one.japanese,
            not one.categories or set(categories) <= set(one.categories),
            one.statuses,
        )
        for one in templates
    ]
