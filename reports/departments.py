"""Departments and other authorities as a city keeps them: from its file, or edited by staff."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final, Self

from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from reports.city_models import Department
from reports.mails import is_address

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
        right["email"] &= is_address(self.email) if self.email else self.tell_by != "email"
        for field, is_right in right.items():
            if not is_right:
                raise Wrong(field)
        return self


@dataclass(frozen=True, slots=True)
class Kept:
    """A department with what hangs on it: crews that may sign in, open tickets."""

    key: str
    card: DepartmentCard
    edited_by: str
    crews: int
    open_tickets: int


def kept(db: Session, key: str | None = None) -> list[Kept]:
    """All of them, the city's own first; or the one of this key."""
    wanted = select(Department).order_by(Department.inside.desc(), Department.id)
    rows = list(db.scalars(wanted.where(Department.key == key) if key else wanted))
    counts = {row.id: row for row in db.execute(text(_COUNTS))}
    return [
        Kept(row.key, DepartmentCard.of(row), row.edited_by, count.crews, count.open_tickets)
        for row in rows
        if (count := counts[row.id])
    ]


def load_department(db: Session, key: str, card: DepartmentCard) -> None:
    """From the city's file: added, or changed unless staff have edited it. Raises Wrong."""
    facts = asdict(card.checked())
    new = insert(Department).values(key=key, **facts)
    theirs = Department.edited_by == ""
    db.execute(new.on_conflict_do_update(index_elements=[Department.key], set_=facts, where=theirs))


def save_department(db: Session, key: str, card: DepartmentCard, edited_by: str) -> None:
    """From the browser: added or changed; from now on no file overwrites it. Raises Wrong.

    Whoever has crews or open tickets stays inside or outside: Wrong("inside").
    """
    stays = [one.card.inside for one in kept(db, key) if one.crews or one.open_tickets]
    if stays and stays[0] != card.inside:
        raise Wrong("inside")
    facts: Mapping[str, Any] = asdict(card.checked()) | {"edited_by": edited_by}
    new = insert(Department).values(key=key, **facts)
    db.execute(new.on_conflict_do_update(index_elements=[Department.key], set_=dict(facts)))


_DIGITS: Final = frozenset("0123456789")
_COUNTS: Final = """
    SELECT d.id,
           (SELECT count(*) FROM users u
            WHERE u.department_id = d.id AND u.role = 'crew' AND NOT u.disabled) AS crews,
           (SELECT count(*) FROM tickets t WHERE t.department_id = d.id
            AND t.status NOT IN ('fixed', 'declined', 'merged')) AS open_tickets
    FROM departments d
"""
