"""A city's own file of contractors in, with their unit prices."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.orm import Session

from reports.actions.edit_contractor import save_contractor, set_prices
from reports.city import contractors
from reports.city.contractor_file import contractors_in
from reports.city.contractors import ContractorCard
from reports.people.permissions import Actor, Role


@dataclass(frozen=True, slots=True)
class LoadedContractors:
    """How many there are in the file; the names by key of those that are here without it, and of
    those that stay as staff have edited them."""

    count: int
    others: Mapping[str, str]
    stay: Mapping[str, str]


def load_contractors(db: Session, file: Path, *, replace: bool = False) -> LoadedContractors:
    """Add or change contractors by key, with their unit prices of the years that the file names;
    none is removed, for orders stand with it. What staff have edited in the browser stays, unless
    `replace`. Raises BadFile."""
    entries = contractors_in(file)
    kept = {row.key: row for row in contractors.contractors(db, retired=True)}
    stays: dict[str, str] = {}
    for key, entry in entries.items():
        row = kept.get(key)
        is_edited = row is not None and row.edited_by not in ("", file.name)
        if row and is_edited and not replace and ContractorCard.of(row) != entry.card:
            stays[key] = row.name
            continue
        save_contractor(db, key, entry.card, Actor(Role.STAFF, file.name))
        for year, prices in entry.prices_by_year.items():
            set_prices(db, key, year, prices, Actor(Role.STAFF, file.name))
    others = {key: row.name for key, row in kept.items() if key not in entries}
    return LoadedContractors(len(entries), others, stays)
