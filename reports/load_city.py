"""A city's own tables in: departments, categories, rules and terms, from one folder of files."""

import re
import tomllib
from pathlib import Path
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from geo.gis_import.city_files import BadFile, load_areas, load_assets, load_city_facts, load_roads
from geo.models import City
from reports.city import profile
from reports.city.calendar import OfficeHours
from reports.city.categories import category_from
from reports.city.departments import DepartmentCard, Wrong, load_department
from reports.city.models import CategoryRow, Department, TermsText
from reports.routing import versions
from reports.routing.csv import read
from reports.routing.table import RefusedTable

PHONES: Final = ("police", "road_emergency", "road_line")
_TERMS: Final = re.compile(r"terms\.([a-z]{2,8}(?:_[a-z]{2,8})?)\.md")


def load_city(db: Session, folder: Path) -> dict[str, int]:
    """Everything of one city, all or nothing. Returns how many of each. Raises BadFile.

    The folder holds city.toml, areas.geojson, roads.geojson, departments.toml, categories.toml,
    rules.csv and, where the city has them, assets.geojson and terms.*.md: docs/city-files.md.
    """
    load_city_facts(db, _city(folder / "city.toml"))
    return {
        "areas": load_areas(db, folder / "areas.geojson"),
        "roads": load_roads(db, folder / "roads.geojson"),
        "assets": load_assets(db, folder / "assets.geojson"),
        "departments": load_departments(db, folder / "departments.toml"),
        "categories": load_categories(db, folder / "categories.toml"),
        "rules": load_rules(db, folder / "rules.csv"),
        "terms": load_terms(db, folder),
    }


def is_loaded(db: Session) -> bool:
    """Whether this installation knows its city."""
    return db.scalar(select(City.id)) is not None


def load_departments(db: Session, file: Path) -> int:
    """Add or change departments by key; none is removed, for tickets may stand with it.

    What staff have edited in the browser stays.
    """
    entries = _toml(file).get("departments", [])
    for number, entry in enumerate(entries, start=1):
        try:
            load_department(db, *_department(entry))
        except KeyError as missing:
            raise BadFile(f"{file.name}, entry {number}: {missing} is missing") from missing
        except (Wrong, TypeError, ValueError) as wrong:
            raise BadFile(f"{file.name}, entry {number}: {wrong} cannot be so") from wrong
    return len(entries)


def load_categories(db: Session, file: Path) -> int:
    """Add or change categories by key, in the order of the file."""
    entries = _toml(file).get("categories", [])
    departments = set(db.scalars(select(Department.key)))
    for position, entry in enumerate(entries):
        try:
            category = category_from(entry)
        except (KeyError, ValueError) as wrong:
            raise BadFile(f"{file.name}, entry {position + 1}: {wrong} is missing") from wrong
        if category.department not in departments:
            raise BadFile(f"{file.name}: {category.key}: no department “{category.department}”")
        row = {"key": category.key, "position": position, "facts": entry}
        new = insert(CategoryRow).values(**row)
        db.execute(new.on_conflict_do_update(index_elements=[CategoryRow.key], set_=row))
    return len(entries)


def load_rules(db: Session, file: Path) -> int:
    """Use this routing table, as a new version where it differs. Raises BadFile."""
    try:
        rules = read(file.read_bytes(), versions.known(db))
        if rules != versions.live_rules(db).lines:
            versions.replace(db, rules, by="michi load-city", note=file.name)
    except OSError as wrong:
        raise BadFile(f"{file.name}: {wrong}") from wrong
    except RefusedTable as refused:
        raise BadFile(f"{file.name}: {refused}") from refused
    return len(rules)


def load_terms(db: Session, folder: Path) -> int:
    """Add or change what the terms page says, by language; a text that staff have edited stays."""
    files = sorted(folder.glob("terms.*.md"))
    for file in files:
        name = _TERMS.fullmatch(file.name)
        if not name:
            raise BadFile(f"{file.name}: between the dots stands a language, such as ja or easy_ja")
        new = insert(TermsText).values(language=name[1], words=_text(file))
        theirs = (TermsText.edited_by == "") & (TermsText.words != new.excluded.words)
        db.execute(
            new.on_conflict_do_update(
                index_elements=[TermsText.language],
                set_={"words": new.excluded.words, "edited_at": func.now()},
                where=theirs,
            )
        )
    return len(files)


def _city(file: Path) -> dict[str, Any]:
    facts = _toml(file)
    missing = [name for name in PHONES if not facts.get("phones", {}).get(name)]
    missing += [name for name in ("name", "name_en", "centre") if not facts.get(name)]
    if missing:
        raise BadFile(f"{file.name}: {', '.join(missing)} must be given")
    try:
        OfficeHours.of(facts), profile.closing_days(facts)
    except (ValueError, TypeError) as wrong:
        raise BadFile(f"{file.name}: office_hours or extra_holidays: {wrong}") from wrong
    return facts


def _department(entry: dict[str, Any]) -> tuple[str, DepartmentCard]:
    given = {name: entry[name] for name in DepartmentCard.__slots__ if name in entry}
    for name in ("key", "name", "name_en", "inside", "phone"):
        if name not in entry:
            raise KeyError(name)
    return str(entry["key"]), DepartmentCard(**given)


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig").strip()
    except (OSError, UnicodeDecodeError) as wrong:
        raise BadFile(f"{file.name}: {wrong}") from wrong


def _toml(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as wrong:
        raise BadFile(f"{file.name}: {wrong}") from wrong
