"""What a group of the city's provider gives everybody of it; each gets it at their next sign-in."""

from typing import Final

from sqlalchemy import delete, insert
from sqlalchemy.dialects.postgresql import insert as insert_or
from sqlalchemy.orm import Session

from reports.actions.appoint import Post
from reports.actions.invite import Refused, may_change_people
from reports.people import rights
from reports.people.group_names import is_name
from reports.people.permissions import Actor
from reports.people.provider_models import ProviderGroup, ProviderGroupDepartment

LONGEST: Final = 200
"""Letters of a group's name; Entra ID's are ids of 36, those of Keycloak paths."""


def grant(db: Session, group: str, post: Post, by: Actor | None) -> None:
    """From now on this group gives this, instead of what it gave. Raises Refused, NotTheirs, and
    ValueError for a role without what it needs."""
    may_change_people(by)
    name = checked_group(group)
    department_ids = rights.department_ids(db, post.role, post.departments)
    facts = {
        "role": post.role,
        "contractor_id": rights.contractor_id(db, post.role, post.contractor),
    }
    kept = insert_or(ProviderGroup).values(name=name, **facts)
    kept = kept.on_conflict_do_update(index_elements=[ProviderGroup.name], set_=facts)
    group_id = db.execute(kept.returning(ProviderGroup.id)).scalar_one()
    of_it = ProviderGroupDepartment.group_id == group_id
    db.execute(delete(ProviderGroupDepartment).where(of_it))
    for id in department_ids:
        db.execute(insert(ProviderGroupDepartment).values(group_id=group_id, department_id=id))


def take_away(db: Session, group: str, by: Actor | None) -> bool:
    """It gives nothing any more; whether it did. Raises NotTheirs."""
    may_change_people(by)
    gone = delete(ProviderGroup).where(ProviderGroup.name == group)
    return db.scalar(gone.returning(ProviderGroup.id)) is not None


def checked_group(typed: str) -> str:
    """Raises Refused."""
    name = typed.strip()
    if not 0 < len(name) <= LONGEST or not is_name(name):
        raise Refused(f"グループの名前か ID を、{LONGEST} 文字以内で書いてください。")
    return name
