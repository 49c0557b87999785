"""What the city says of itself, its categories, templates and materials, changed: from a file or in
the browser."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from geo.gis_import.faults import Fault
from reports.city import files, profile, versions
from reports.city.category_list import Entries
from reports.city.material_file import checked_materials as checked_file
from reports.city.models import Department
from reports.city.profile import closing_days
from reports.city.toml_file import TomlFile
from reports.city.versions import Part
from reports.tickets import closing_days as deadlines
from reports.tickets.status import Status


class RefusedEdit(ValueError):
    """It cannot be so; `faults` say why, each with its `path` among the facts or entries."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("; ".join(fault.english for fault in faults))
        self.faults = faults


def checked_facts(facts: dict[str, Any]) -> dict[str, Any]:
    """As they are kept, by the same checks as of city.toml. Raises RefusedEdit."""
    city, faults = files.checked_city(TomlFile("", "", facts))
    if faults:
        raise RefusedEdit(faults)
    return city


def checked_categories(db: Session, entries: Entries) -> list[dict[str, Any]]:
    """As they are kept, by the same checks as of categories.toml. Raises RefusedEdit."""
    departments = db.scalars(select(Department.key)).all()
    given = TomlFile("", "", {"categories": list(entries)})
    kept, faults = files.checked_categories(given, departments)
    if faults:
        raise RefusedEdit(faults)
    return kept


def checked_templates(db: Session, entries: Entries) -> list[dict[str, Any]]:
    """As they are kept, by the same checks as of templates.toml; there may be none at all. Raises
    RefusedEdit."""
    if not entries:
        return []
    given = TomlFile("", "", {"templates": list(entries)})
    kept, faults = files.checked_templates(given, profile.categories(db), [*Status])
    if faults:
        raise RefusedEdit(faults)
    return kept


def checked_materials(db: Session, entries: Entries) -> list[dict[str, Any]]:
    """As they are kept, by the same checks as of materials.toml; there may be none at all. Raises
    RefusedEdit."""
    if not entries:
        return []
    given = TomlFile("", "", {"materials": list(entries)})
    kept, faults = checked_file(given, profile.categories(db))
    if faults:
        raise RefusedEdit(faults)
    return kept


def save_facts(
    db: Session, facts: dict[str, Any], *, by: str, note: str, from_file: bool = False
) -> int:
    """Checked facts, from now on; gives of how many open tickets the deadline is later by it.

    To be called after `versions.take`.
    """
    before = versions.now(db, "facts")
    if not versions.keep(db, "facts", facts, by=by, note=note, from_file=from_file):
        return 0
    return deadlines.move(db, closing_days(before), closing_days(facts))


def checked_list(db: Session, part: Part, entries: Entries) -> list[dict[str, Any]]:
    """Entries of a part, by the checks of its file. Raises RefusedEdit."""
    return _CHECKS[part](db, entries)


def save_list(
    db: Session, part: Part, entries: Entries, *, by: str, note: str, from_file: bool = False
) -> None:
    """Checked entries, from now on; of categories none is left out that there is.

    To be called after `versions.take`.
    """
    versions.keep(db, part, [*entries], by=by, note=note, from_file=from_file)


_CHECKS: Final[Mapping[Part, Callable[[Session, Entries], list[dict[str, Any]]]]] = {
    "categories": checked_categories,
    "templates": checked_templates,
    "materials": checked_materials,
}
