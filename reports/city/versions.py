"""What the city says of itself, its categories, templates and materials in versions.

Whoever changes them, from a file or in the browser, makes a new one, and each that was can come
back.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

from sqlalchemy import delete, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from geo.gis_import.city_files import load_city_facts
from geo.models import City
from reports.city.models import CategoryRow, CityVersion, MaterialRow, TemplateRow

Part = Literal["categories", "facts", "templates", "materials"]
_Row = CategoryRow | TemplateRow | MaterialRow
_ROWS: Final[Mapping[str, type[_Row]]] = {
    "categories": CategoryRow,
    "templates": TemplateRow,
    "materials": MaterialRow,
}
Facts = Any
"""Of "facts" the table of city.toml; of the others a list of entries in the city's order."""


class NoSuchVersion(Exception):
    """This part has no version of this number."""


@dataclass(frozen=True, slots=True)
class Version:
    """One version without what it says, which `facts_of` gives; fields as of `CityVersion`."""

    id: int
    part: Part
    note: str
    made_at: datetime
    made_by: str
    from_file: bool


def newest(db: Session, part: Part) -> Version | None:
    """The version in use."""
    of_part = _VERSIONS.where(CityVersion.part == part).order_by(CityVersion.id.desc()).limit(1)
    row = db.execute(of_part).first()
    return Version(**row._mapping) if row else None


def listed(db: Session, *, before: int | None = None, most: int = 50) -> Sequence[Version]:
    """Those of all parts, the newest first; those before a number, if it is given."""
    wanted = _VERSIONS.order_by(CityVersion.id.desc()).limit(most)
    if before is not None:
        wanted = wanted.where(CityVersion.id < before)
    return [Version(**row._mapping) for row in db.execute(wanted)]


def version(db: Session, number: int) -> Version:
    """Raises NoSuchVersion."""
    row = db.execute(_VERSIONS.where(CityVersion.id == number)).first()
    if row is None:
        raise NoSuchVersion(str(number))
    return Version(**row._mapping)


def one_before(db: Session, known: Version) -> Version | None:
    """The version of the same part that it took the place of."""
    of_part = CityVersion.part == known.part, CityVersion.id < known.id
    row = db.execute(_VERSIONS.where(*of_part).order_by(CityVersion.id.desc()).limit(1)).first()
    return Version(**row._mapping) if row else None


def facts_of(db: Session, part: Part, number: int) -> Facts:
    """What a version says. Raises NoSuchVersion."""
    of_part = CityVersion.part == part, CityVersion.id == number
    row = db.execute(select(CityVersion.facts).where(*of_part)).first()
    if row is None:
        raise NoSuchVersion(str(number))
    return row.facts


def now(db: Session, part: Part) -> Facts:
    """What is in use."""
    if part == "facts":
        return db.scalar(select(City.facts)) or {}
    row = _ROWS[part]
    return list(db.scalars(select(row.facts).order_by(row.position, row.key)))


def take(db: Session, part: Part) -> Facts:
    """What is in use, nobody else's to change until the commit."""
    # one at a time, while everybody reads on
    turn = text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))")
    db.execute(turn, {"name": f"city {part}"})
    return now(db, part)


def keep(
    db: Session, part: Part, facts: Facts, *, by: str, note: str, from_file: bool = False
) -> bool:
    """Use this from now on, as a new version; whether it says anything else than what is in use.

    To be called after `take`. Categories that are there and not among these would be lost to their
    tickets: none may be left out.
    """
    if facts == now(db, part):
        return False
    db.add(CityVersion(part=part, facts=facts, note=note, made_by=by, from_file=from_file))
    if part == "facts":
        load_city_facts(db, facts)
    elif part == "categories":
        _write_categories(db, facts)
    else:
        _write_anew(db, _ROWS[part], facts)
    db.flush()
    return True


def _write_categories(db: Session, entries: Sequence[Facts]) -> None:
    for position, entry in enumerate(entries):
        row = {"key": entry["key"], "position": position, "facts": entry}
        new = insert(CategoryRow).values(**row)
        db.execute(new.on_conflict_do_update(index_elements=[CategoryRow.key], set_=row))


def _write_anew(db: Session, row: type[_Row], entries: Sequence[Facts]) -> None:
    db.execute(delete(row))
    for position, entry in enumerate(entries):
        db.add(row(key=entry["key"], position=position, facts=entry))


_VERSIONS: Final = select(
    CityVersion.id,
    CityVersion.part,
    CityVersion.note,
    CityVersion.made_at,
    CityVersion.made_by,
    CityVersion.from_file,
)
