"""Departments and other authorities as a city keeps them: from its file, or edited by staff."""

import re
from dataclasses import asdict, dataclass
from typing import Final, Self
from urllib.parse import urlsplit

from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from reports.city.models import Department

LONGEST: Final = {"name": 80, "name_en": 120, "phone": 40, "contact": 500, "url": 500, "email": 254}
MOST_SILENT_DAYS: Final = 250
WAYS: Final = ("email", "list")


class Wrong(ValueError):
    """A field that cannot be so; its only argument is the field's name."""


@dataclass(frozen=True, slots=True)
class DepartmentCard:
    """All that is written on a department's card, but for its key; fields as of `Department`."""

    name: str
    name_en: str
    inside: bool
    phone: str
    contact: str = ""
    url: str | None = None
    email: str = ""
    tell_by: str = "list"
    silent_days: int = 10

    @classmethod
    def of(cls, row: Department) -> Self:
        """As it is kept."""
        return cls(**{name: getattr(row, name) for name in cls.__slots__})

    def checked(self) -> Self:
        """Itself. Raises Wrong."""
        right = {
            **{field: len(getattr(self, field) or "") <= most for field, most in LONGEST.items()},
            "tell_by": self.tell_by in WAYS,
            "silent_days": 1 <= self.silent_days <= MOST_SILENT_DAYS,
        }
        for field in ("name", "name_en", "phone"):
            right[field] &= bool(getattr(self, field).strip())
        right["phone"] &= not _DIGITS.isdisjoint(self.phone)
        right["url"] &= not self.url or is_web_address(self.url)
        right["email"] &= is_address(self.email) if self.email else self.tell_by != "email"
        for field, is_right in right.items():
            if not is_right:
                raise Wrong(field)
        return self


def is_web_address(words: str) -> bool:
    """Whether a page can lead there: http or https, and a host."""
    try:
        parts = urlsplit(words)
        return words.isprintable() and parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return False


def load_department(db: Session, key: str, card: DepartmentCard) -> None:
    """From the city's file: added, or changed unless staff have edited it. Raises Wrong."""
    facts = asdict(card.checked())
    new = insert(Department).values(key=key, **facts)
    theirs = Department.edited_by == ""
    db.execute(new.on_conflict_do_update(index_elements=[Department.key], set_=facts, where=theirs))


def lock_names(db: Session) -> None:
    """Until the commit nobody else gives a department a name."""
    db.execute(text("SELECT pg_advisory_xact_lock(hashtextextended('department_names', 0))"))


def department_id(db: Session, key: str | None) -> int | None:
    """The id of this department; None where there is none of this key."""
    return db.scalar(select(Department.id).where(Department.key == key)) if key else None


_DIGITS: Final = frozenset("0123456789")


def is_address(words: str) -> bool:
    """Whether a mail can be addressed so: one plain address, as every mail server takes it."""
    return len(words) <= 254 and bool(_ADDRESS.fullmatch(words))


# a dot-atom of RFC 5321; what else it allows no authority uses, and some servers refuse
_ADDRESS: Final = re.compile(
    r"[\w!#$%&'*+/=?^`{|}~-]{1,64}(\.[\w!#$%&'*+/=?^`{|}~-]{1,64})*"
    r"@[a-z\d]([a-z\d-]{0,62}\.)*[a-z\d-]{1,62}[a-z\d]",
    re.ASCII | re.IGNORECASE,
)
