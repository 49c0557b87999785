"""A department's card, edited in the browser."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from reports.city.categories import bare
from reports.city.departments import DepartmentCard, Wrong, lock_names
from reports.city.models import Department
from reports.tickets.workload import kept


def save_department(db: Session, key: str, card: DepartmentCard, edited_by: str) -> None:
    """From the browser: added or changed; from now on no file overwrites it. Raises Wrong.

    Whoever has crews or open tickets stays inside or outside: Wrong("inside"). A new name is no
    other department's: Wrong("same_name").
    """
    lock_names(db)
    # nobody gives it a crew or a ticket from here to the commit
    held = select(Department).where(Department.key == key).with_for_update()
    db.scalars(held, execution_options={"populate_existing": True}).all()
    cards = {one.key: one for one in kept(db)}
    mine = cards.pop(key, None)
    if mine and (mine.crews or mine.open_tickets) and mine.card.inside != card.inside:
        raise Wrong("inside")
    is_new_name = mine is None or bare(mine.card.name) != bare(card.name)
    if is_new_name and any(bare(one.card.name) == bare(card.name) for one in cards.values()):
        raise Wrong("same_name")
    facts: Mapping[str, Any] = asdict(card.checked()) | {"edited_by": edited_by}
    new = insert(Department).values(key=key, **facts)
    db.execute(new.on_conflict_do_update(index_elements=[Department.key], set_=dict(facts)))
