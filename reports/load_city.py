"""A city's own files in: the whole folder or part by part, checked as a whole before any write."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from geo.gis_import import city_files
from geo.gis_import.faults import Checks, Fault
from geo.kinds import BadFile
from geo.models import City
from reports.actions.edit_city import save_facts, save_list
from reports.actions.load_contractors import load_contractors
from reports.city import category_list, files, profile
from reports.city import versions as city_versions
from reports.city.contractor_file import contractors_in
from reports.city.departments import DepartmentCard, load_department, lock_names
from reports.city.material_file import materials_in
from reports.city.models import Department, TermsText
from reports.city.terms_files import terms_in
from reports.city.versions import Part, Version
from reports.routing import versions
from reports.routing.choose import Rule
from reports.routing.csv import read
from reports.routing.table import Known, RefusedTable
from reports.tickets.read_models import DepartmentSummary
from reports.tickets.status import Status


@dataclass(frozen=True, slots=True)
class Loaded:
    """How many there are in the file, and the names by key of those that are here without it.

    `stays`: what staff have edited in the browser; then nothing of the file was taken.
    """

    count: int
    others: Mapping[str, str]
    stays: Version | None = None


@dataclass(frozen=True, slots=True)
class LoadedCity:
    """How many of each; `stays`: what staff have edited in the browser and the files say
    otherwise."""

    counts: Mapping[str, int]
    stays: Sequence[Version]


def load_city(db: Session, folder: Path, *, replace: bool = False) -> LoadedCity:
    """Everything of one city, all or nothing.

    What the city says of itself, its categories, templates and materials stay as they are where
    staff have edited them in the browser, unless `replace`.

    The folder holds city.toml, areas.geojson, roads.geojson, departments.toml, categories.toml,
    rules.csv and, where the city has them, assets.geojson, templates.toml, materials.toml,
    contractors.toml and terms.*.md: docs/city-files.md.
    Raises BadFile naming everything that is wrong in any of them; then nothing was written.
    """
    check_city(db, folder, replace=replace)
    departments = load_departments(db, folder / "departments.toml")
    kinds = load_categories(db, folder / "categories.toml", replace=replace)
    facts = load_facts(db, folder / "city.toml", replace=replace)
    templates = [
        load_templates(db, file, replace=replace) for file in _optional(folder, "templates.toml")
    ]
    materials = [
        load_materials(db, file, replace=replace) for file in _optional(folder, "materials.toml")
    ]
    counts = {
        "areas": city_files.load_areas(db, folder / "areas.geojson"),
        "roads": city_files.load_roads(db, folder / "roads.geojson"),
        "assets": city_files.load_assets(db, folder / "assets.geojson"),
        "departments": departments.count,
        "categories": kinds.count,
        "rules": load_rules(db, folder / "rules.csv"),
        "terms": load_terms(db, folder),
        "templates": sum(each.count for each in templates),
        "materials": sum(each.count for each in materials),
    }
    for file in _optional(folder, "contractors.toml"):
        counts["contractors"] = load_contractors(db, file, replace=replace).count
    return LoadedCity(
        counts,
        [each for each in (facts, *(one.stays for one in (kinds, *templates, *materials))) if each],
    )


def check_city(db: Session, folder: Path, *, replace: bool = False) -> None:
    """Whether `load_city` would take this folder. Writes nothing. Raises BadFile."""
    known, checks = _known_with(db, folder, replace=replace), Checks()
    with checks.one():
        files.city_in(folder / "city.toml", known.categories)
    with checks.one():
        city_files.read_areas(db, folder / "areas.geojson")
    with checks.one():
        city_files.read_roads(db, folder / "roads.geojson")
    with checks.one():
        city_files.read_assets(folder / "assets.geojson")
    with checks.one():
        _departments_in(db, folder / "departments.toml")
    with checks.one():
        files.categories_in(folder / "categories.toml", known.departments)
    with checks.one():
        _rules_in(folder / "rules.csv", known)
    with checks.one():
        terms_in(folder)
    for file in _optional(folder, "templates.toml"):
        with checks.one():
            files.templates_in(file, known.categories, [*Status])
    for file in _optional(folder, "materials.toml"):
        with checks.one():
            materials_in(file, known.categories)
    for file in _optional(folder, "contractors.toml"):
        with checks.one():
            contractors_in(file)
    checks.end()


def is_loaded(db: Session) -> bool:
    """Whether this installation knows its city."""
    return db.scalar(select(City.id)) is not None


def edited(db: Session, part: Part) -> Version | None:
    """The version in use, where staff have made it in the browser."""
    last = city_versions.newest(db, part)
    return None if last is None or last.from_file else last


def load_facts(db: Session, file: Path, *, replace: bool = False) -> Version | None:
    """city.toml, instead of what was there. Raises BadFile.

    What staff have edited in the browser stays, unless `replace`, and is given back.
    """
    facts = files.city_in(file, profile.categories(db) or None)
    now = city_versions.take(db, "facts")
    if (stays := edited(db, "facts")) and not replace and facts != now:
        return stays
    save_facts(db, facts, by="", note=file.name, from_file=True)
    return None


def load_departments(db: Session, file: Path) -> Loaded:
    """Add or change departments by key; none is removed, for tickets may stand with it.

    What staff have edited in the browser stays. Raises BadFile.
    """
    lock_names(db)
    cards = _departments_in(db, file)
    for key, card in cards.items():
        load_department(db, key, card)
    rows = db.execute(select(Department.key, Department.name).order_by(Department.id))
    return Loaded(len(cards), {row.key: row.name for row in rows if row.key not in cards})


def load_categories(
    db: Session, file: Path, *, retire: bool = False, replace: bool = False
) -> Loaded:
    """Add or change categories by key, in the order of the file; the others come after them.

    `retire`: the others are no longer offered. What staff have edited in the browser stays, unless
    `replace`. Raises BadFile.
    """
    entries = files.categories_in(file, db.scalars(select(Department.key)).all())
    now = city_versions.take(db, "categories")
    wanted = category_list.back_to(now, entries, retire=retire)
    if (stays := edited(db, "categories")) and not replace and wanted != now:
        return Loaded(len(entries), {}, stays)
    save_list(db, "categories", wanted, by="", note=file.name, from_file=True)
    there = set(category_list.keys(entries))
    others = {each["key"]: _name(each) for each in now if each["key"] not in there}
    offered = {each["key"] for each in now if not each.get("retired")}
    return Loaded(len(entries), {key: name for key, name in others.items() if key in offered})


def load_rules(db: Session, file: Path, *, by: str = "michi load-city") -> int:
    """Use this routing table, as a new version where it differs. Raises BadFile."""
    rules = _rules_in(file, versions.known(db))
    if rules != versions.live_rules(db).lines:
        versions.replace(db, rules, by=by, note=file.name)
    return len(rules)


def load_terms(db: Session, given: Path) -> int:
    """Add or change what the terms page says, by language; a text that staff have edited stays.

    `given`: one file, or the folder of all. Raises BadFile.
    """
    texts = terms_in(given)
    for language, words in texts.items():
        new = insert(TermsText).values(language=language, words=words)
        theirs = (TermsText.edited_by == "") & (TermsText.words != new.excluded.words)
        db.execute(
            new.on_conflict_do_update(
                index_elements=[TermsText.language],
                set_={"words": new.excluded.words, "edited_at": func.now()},
                where=theirs,
            )
        )
    return len(texts)


def load_templates(db: Session, file: Path, *, replace: bool = False) -> Loaded:
    """What staff say often, instead of what was there.

    What staff have edited in the browser stays, unless `replace`. Raises BadFile.
    """
    entries = files.templates_in(file, profile.categories(db), [*Status])
    return _load_list(db, "templates", entries, file, replace=replace)


def load_materials(db: Session, file: Path, *, replace: bool = False) -> Loaded:
    """What crews use, as `load_templates`. Raises BadFile."""
    entries = materials_in(file, profile.categories(db))
    return _load_list(db, "materials", entries, file, replace=replace)


def _load_list(
    db: Session, part: Part, entries: Sequence[dict[str, Any]], file: Path, *, replace: bool
) -> Loaded:
    now = city_versions.take(db, part)
    if (stays := edited(db, part)) and not replace and entries != now:
        return Loaded(len(entries), {}, stays)
    save_list(db, part, entries, by="", note=file.name, from_file=True)
    return Loaded(len(entries), {})


def _optional(folder: Path, name: str) -> list[Path]:
    """The file, if the city has it; a link that leads nowhere is meant as one."""
    file = folder / name
    return [file] if file.exists() or file.is_symlink() else []


def _departments_in(db: Session, file: Path) -> dict[str, DepartmentCard]:
    in_file = files.named_in(file, "departments")
    rows = db.execute(select(Department.key, Department.name, Department.edited_by)).all()
    stay = {row.key: row.name for row in rows if row.edited_by or row.key not in in_file}
    return files.departments_in(file, stay)


def _rules_in(file: Path, known: Known) -> list[Rule]:
    try:
        rules = read(file.read_bytes(), known)
        versions.demand(rules, known)
    except OSError as wrong:
        words = ("読めません", f"cannot be read ({wrong.strerror})")
        raise BadFile(str(Fault(file.name, *words))) from wrong
    except RefusedTable as refused:
        raise BadFile("\n".join(f"{file.name}: {each}" for each in refused.findings)) from refused
    return rules


def _known_with(db: Session, folder: Path, *, replace: bool) -> Known:
    """What a table may name once this folder is loaded, as far as its files can be read."""
    known = versions.known(db)
    departments = files.named_in(folder / "departments.toml", "departments")
    stays = edited(db, "categories") is not None and not replace
    categories = {} if stays else files.named_in(folder / "categories.toml", "categories")
    districts = city_files.districts_in(folder / "areas.geojson")
    return Known(
        {**known.departments, **{key: _department(each) for key, each in departments.items()}},
        {**known.categories, **{key: _name(each) for key, each in categories.items()}},
        known.districts if districts is None else districts,
    )


def _department(entry: Mapping[str, Any]) -> DepartmentSummary:
    key, name, name_en, phone, contact, email = (
        str(entry.get(field, ""))
        for field in ("key", "name", "name_en", "phone", "contact", "email")
    )
    is_inside = entry.get("inside") is True
    return DepartmentSummary(key, name, name_en, is_inside, phone, contact, email)


def _name(entry: Mapping[str, Any]) -> str:
    names = entry.get("names")
    return str(names.get("ja", "")) if isinstance(names, dict) else ""
