"""A contractor's card and unit prices, edited in the browser."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from reports.city.contractors import ContractorCard
from reports.city.departments import Wrong
from reports.city.models import Contractor
from reports.orders.models import UnitPrice
from reports.people.permissions import Actor, Do, NotTheirs, may


def add_contractor(db: Session, key: str, card: ContractorCard, by: Actor) -> None:
    """A new one. Raises Wrong("taken") where there is one of this key, and as `save_contractor`."""
    _allow(by)
    facts = asdict(card.checked()) | {"edited_by": by.name}
    new = upsert(Contractor).values(key=key, **facts).on_conflict_do_nothing()
    if db.execute(new.returning(Contractor.id)).scalar_one_or_none() is None:
        raise Wrong("taken")


def save_contractor(db: Session, key: str, card: ContractorCard, by: Actor) -> None:
    """Added, or changed. Raises Wrong, NotTheirs."""
    _allow(by)
    facts: Mapping[str, Any] = asdict(card.checked()) | {"edited_by": by.name}
    new = upsert(Contractor).values(key=key, **facts)
    db.execute(new.on_conflict_do_update(index_elements=[Contractor.key], set_=dict(facts)))


def set_prices(
    db: Session, key: str, year: int, prices: Sequence[tuple[str, str, int]], by: Actor
) -> None:
    """These (work, unit, yen) are the unit prices of this fiscal year, and no others; orders keep
    the price that they were written with. Raises NotTheirs."""
    _allow(by)
    # who saves at the same moment waits, and then sees these
    firm = db.scalar(
        select(Contractor.id).where(Contractor.key == key).with_for_update(key_share=True)
    )
    of_year = UnitPrice.contractor_id == firm, UnitPrice.fiscal_year == year
    db.execute(delete(UnitPrice).where(*of_year))
    rows = [
        {"contractor_id": firm, "fiscal_year": year, "work": work, "unit": unit, "yen": yen}
        for (work, unit), yen in {(work, unit): yen for work, unit, yen in prices}.items()
    ]
    if rows:
        db.execute(insert(UnitPrice), rows)


def _allow(by: Actor) -> None:
    if not may(by, Do.ORDER, None):
        raise NotTheirs(Do.ORDER)
