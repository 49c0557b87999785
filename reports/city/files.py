"""A city's TOML files: typed values, or everything that is wrong with one, by line."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any, Literal

from geo.gis_import.faults import Fault, refuse
from geo.kinds import BadFile
from reports.city.categories import bare
from reports.city.departments import DepartmentCard
from reports.city.entries import CategoryEntry, CityFile, DepartmentEntry, TemplateEntry
from reports.city.templates import placeholders_in
from reports.city.toml_file import TomlFile


def city_in(file: Path, categories: Collection[str] | None = None) -> dict[str, Any]:
    """city.toml as it is kept. Raises BadFile.

    `categories`: the keys that there are; None where they cannot be told.
    """
    given = TomlFile.of(file)
    city, faults = checked_city(given)
    if categories is not None:
        faults += _kept_back_unknown(given, city, categories)
    _refuse(faults)
    return city


def checked_city(given: TomlFile) -> tuple[dict[str, Any], list[Fault]]:
    """A city as it is kept, and what is wrong with it."""
    city, faults = given.checked(CityFile, given.data, ())
    return city.model_dump(mode="json", exclude_none=True) if city else {}, faults


def departments_in(file: Path, stay: Mapping[str, str]) -> dict[str, DepartmentCard]:
    """Cards by key. `stay`: the names by key that it does not change. Raises BadFile."""
    given = TomlFile.of(file)
    entries, faults = given.entries("departments", DepartmentEntry)
    _refuse([*faults, *_departments_of_one_name(given, entries, stay)])
    names = [field.name for field in fields(DepartmentCard)]
    return {
        entry.key: DepartmentCard(**{name: getattr(entry, name) for name in names})
        for entry in entries.values()
    }


def categories_in(file: Path, departments: Collection[str] | None) -> list[dict[str, Any]]:
    """Entries as they are kept, in the city's order. Raises BadFile.

    `departments`: the keys that there are; None where the file is only tried.
    """
    entries, faults = checked_categories(TomlFile.of(file), departments)
    _refuse(faults)
    return entries


def checked_categories(
    given: TomlFile, departments: Collection[str] | None
) -> tuple[list[dict[str, Any]], list[Fault]]:
    """The entries that are right as they are kept, and what is wrong with them and the others."""
    entries, faults = given.entries("categories", CategoryEntry)
    offered = {number: entry for number, entry in entries.items() if not entry.retired}
    faults += _of_one_name(given, offered)
    if departments is not None:
        faults += _without_department(given, departments)
    if not offered and not faults:
        faults.append(given.fault(("選べる種類がありません", "no category is offered"), ()))
    return [entry.model_dump(exclude_unset=True) for entry in entries.values()], faults


def templates_in(
    file: Path, categories: Collection[str] | None, statuses: Collection[str]
) -> list[dict[str, Any]]:
    """Entries as they are kept, in the city's order. Raises BadFile.

    `categories`: the keys that there are; None where they cannot be told. `statuses`: all.
    """
    entries, faults = checked_templates(TomlFile.of(file), categories, statuses)
    _refuse(faults)
    return entries


def checked_templates(
    given: TomlFile, categories: Collection[str] | None, statuses: Collection[str]
) -> tuple[list[dict[str, Any]], list[Fault]]:
    """The entries that are right as they are kept, and what is wrong with them and the others."""
    entries, faults = given.entries("templates", TemplateEntry)
    faults += [*_of_one_text(given, entries), *_without_placeholder(given, entries)]
    if categories is not None:
        faults += _of_unknown(given, entries, "categories", categories)
    faults += _of_unknown(given, entries, "statuses", statuses)
    return [entry.model_dump(exclude_defaults=True) for entry in entries.values()], faults


def named_in(file: Path, table: str) -> dict[str, Mapping[str, Any]]:
    """What a file names by key, whatever else is wrong with it: for the checks of other files."""
    try:
        tables = TomlFile.of(file).tables(table)
    except BadFile:
        return {}
    return {each["key"]: each for each in tables if isinstance(each.get("key"), str)}


def _refuse(faults: Iterable[Fault]) -> None:
    refuse(sorted(faults, key=lambda fault: fault.line))


def _without_department(given: TomlFile, departments: Collection[str]) -> Iterator[Fault]:
    for number, entry in enumerate(given.tables("categories")):
        wanted = entry.get("department")
        if isinstance(wanted, str) and wanted not in departments:
            words = (f"担当課「{wanted}」はありません", f"no department “{wanted}”")
            where = ("categories", number, "department")
            yield given.fault(words, where, str(entry.get("key", "")))


def _departments_of_one_name(
    given: TomlFile, entries: Mapping[int, DepartmentEntry], stay: Mapping[str, str]
) -> Iterator[Fault]:
    """A routing table may name them by it."""
    called = {number: bare(entry.name) for number, entry in entries.items()}
    stays = {key: bare(name) for key, name in stay.items()}
    new = {number: name for number, name in called.items() if entries[number].key not in stays}
    count = Counter([*called.values(), *stays.values()])
    words = ("名前が同じ担当課があります", "another department has the same name")
    for number, name in new.items():
        if count[name] > 1:
            yield given.fault(words, ("departments", number, "name"), entries[number].key)


def _of_one_text(given: TomlFile, entries: Mapping[int, TemplateEntry]) -> Iterator[Fault]:
    """What was sent is found again by its Japanese text."""
    count = Counter(entry.texts.ja for entry in entries.values())
    words = ("日本語の文が同じ定型文があります", "another template has the same Japanese text")
    for number, entry in entries.items():
        if count[entry.texts.ja] > 1:
            yield given.fault(words, ("templates", number, "texts", "ja"), entry.key)


def _without_placeholder(given: TomlFile, entries: Mapping[int, TemplateEntry]) -> Iterator[Fault]:
    """What is said in one language is said in all."""
    for number, entry in entries.items():
        texts: Mapping[str, str] = entry.texts.model_dump()
        named = {language: placeholders_in(line) for language, line in texts.items()}
        everywhere = dict.fromkeys(name for names in named.values() for name in names)
        for language, names in named.items():
            if lacks := [f"{{{name}}}" for name in everywhere if name not in names]:
                said = "、".join(lacks)
                words = (
                    f"texts.{language} に、ほかの言語にある {said} がありません",
                    f"texts.{language} lacks {said}, which stands in another language",
                )
                yield given.fault(words, ("templates", number, "texts", language), entry.key)


def _of_unknown(
    given: TomlFile,
    entries: Mapping[int, TemplateEntry],
    field: Literal["categories", "statuses"],
    known: Collection[str],
) -> Iterator[Fault]:
    what = {"categories": ("種類", "category"), "statuses": ("状態", "status")}[field]
    for number, entry in entries.items():
        for at, wanted in enumerate(getattr(entry, field)):
            if wanted not in known:
                words = (f"{what[0]}「{wanted}」はありません", f"no {what[1]} “{wanted}”")
                yield given.fault(words, ("templates", number, field, at), entry.key)


def _kept_back_unknown(
    given: TomlFile, city: Mapping[str, Any], known: Collection[str]
) -> Iterator[Fault]:
    """What is misspelt there would be shown to everybody."""
    for at, wanted in enumerate(city.get("open", {}).get("kept_back", ())):
        if wanted not in known:
            words = (f"種類「{wanted}」はありません", f"no category “{wanted}”")
            yield given.fault(words, ("open", "kept_back", at))


def _of_one_name(given: TomlFile, offered: Mapping[int, CategoryEntry]) -> Iterator[Fault]:
    """As residents' words are read: names that differ in blanks or width alone are the same."""
    called = {
        number: {language: bare(name) for language, name in entry.names.model_dump().items()}
        for number, entry in offered.items()
    }
    count = Counter(pair for names in called.values() for pair in names.items())
    words = ("名前が同じ種類があります", "another category has the same name")
    for number, names in called.items():
        if twice := [language for language, name in names.items() if count[language, name] > 1]:
            where = ("categories", number, "names", twice[0])
            yield given.fault(words, where, offered[number].key)
