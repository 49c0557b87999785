"""A department's card, edited in the browser."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from reports.city.departments import DepartmentCard, Wrong
from reports.city.models import Department
from reports.tickets.workload import kept


def save_department(db: Session, key: str, card: DepartmentCard, edited_by: str) -> None:
    """From the browser: added or changed; from now on no file overwrites it. Raises Wrong.

    Whoever has crews or open tickets stays inside or outside: Wrong("inside").
    """
    # nobody gives it a crew or a ticket from here to the commit
    held = select(Department).where(Department.key == key).with_for_update()
    db.scalars(held, execution_options={"populate_existing": True}).all()
    stays = [one.card.inside for one in kept(db, key) if one.crews or one.open_tickets]
    if stays and stays[0] != card.inside:
        raise Wrong("inside")
    facts: Mapping[str, Any] = asdict(card.checked()) | {"edited_by": edited_by}
    new = insert(Department).values(key=key, **facts)
    db.execute(new.on_conflict_do_update(index_elements=[Department.key], set_=dict(facts)))
