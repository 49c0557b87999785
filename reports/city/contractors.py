"""The firms that work for the city by orders, as the city keeps them in the browser."""

import re
from dataclasses import dataclass
from typing import Final, Self

from sqlalchemy import select
from sqlalchemy.orm import Session

from reports.city.departments import Wrong, is_address
from reports.city.models import Contractor

KEY: Final = re.compile(r"[a-z][a-z0-9_]{1,39}")
LONGEST: Final = {
    "name": 80, "contract": 120, "person": 60, "phone": 40, "email": 254, "note": 500,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class ContractorCard:
    """All that is written on a contractor's card, but for its key; fields as of `Contractor`."""

    name: str
    contract: str = ""
    person: str = ""
    phone: str = ""
    email: str = ""
    mail_pdf: bool = True
    note: str = ""
    retired: bool = False

    @classmethod
    def of(cls, row: Contractor) -> Self:
        """As it is kept."""
        return cls(**{name: getattr(row, name) for name in cls.__slots__})

    def checked(self) -> Self:
        """Itself. Raises Wrong."""
        right = {field: len(getattr(self, field)) <= most for field, most in LONGEST.items()}
        right["name"] &= bool(self.name.strip())
        right["phone"] &= not self.phone or any(letter in "0123456789" for letter in self.phone)
        right["email"] &= not self.email or is_address(self.email)
        for field, is_right in right.items():
            if not is_right:
                raise Wrong(field)
        return self


def contractors(db: Session, *, retired: bool = False) -> list[Contractor]:
    """By name; those that get no orders any more where they are asked for too, last."""
    found = select(Contractor).order_by(Contractor.retired, Contractor.name, Contractor.id)
    return list(db.scalars(found if retired else found.where(Contractor.retired.is_(False))))


def contractor_id(db: Session, key: str) -> int | None:
    """The id of the contractor of this key, if there is one."""
    return db.scalar(select(Contractor.id).where(Contractor.key == key))
