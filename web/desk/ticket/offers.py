"""What staff say often, filled for one ticket: what fits it, what cannot be said of it. Pure."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from reports.city.templates import Template, filled, placeholders_in
from reports.tickets import words
from reports.tickets.read_models import TicketSummary


@dataclass(frozen=True, slots=True)
class Offer:
    """A template of which the Japanese is filled. `placeholders`: those that this ticket has
    nothing for. `fits`: it is for tickets of this category. `statuses`: for these new states, or
    for all."""

    title: str
    use: str
    japanese: str
    placeholders: Sequence[str]
    fits: bool
    statuses: Collection[str]


def offers(
    templates: Iterable[Template], ticket: TicketSummary, names: Mapping[str, str]
) -> list[Offer]:
    """In the city's order. `names`: of the categories, by key."""
    values = words.of_placeholders(ticket, names)
    return [_offer(one, ticket.category, values) for one in templates]


def _offer(template: Template, category: str, values: Mapping[str, str]) -> Offer:
    said = filled(template.japanese, values)
    fits = not template.categories or category in template.categories
    lacks = placeholders_in(said)
    return Offer(template.title, template.use, said, lacks, fits, template.statuses)
