"""What may stand in a city's materials.toml, and what is wrong in one."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Final

from pydantic import Field

from geo.gis_import.faults import Fault, refuse
from reports.city.categories import bare
from reports.city.entries import Entry, Key, Words
from reports.city.toml_file import TomlFile

MOST: Final = 60
"""A crew's form has a field for each, and takes a hundred of all kinds."""


class MaterialEntry(Entry):
    """One [[materials]]; fields as of `reports.city.materials.Material`."""

    key: Key
    name: Annotated[Words, Field(max_length=40)]
    unit: Annotated[Words, Field(max_length=10)]
    categories: list[Key] = Field(default_factory=list)


def materials_in(file: Path, categories: Collection[str] | None) -> list[dict[str, Any]]:
    """Entries as they are kept, in the city's order. Raises BadFile.

    `categories`: the keys that there are; None where they cannot be told.
    """
    entries, faults = checked_materials(TomlFile.of(file), categories)
    refuse(sorted(faults, key=lambda fault: fault.line))
    return entries


def checked_materials(
    given: TomlFile, categories: Collection[str] | None
) -> tuple[list[dict[str, Any]], list[Fault]]:
    """The entries that are right as they are kept, and what is wrong with them and the others."""
    entries, faults = given.entries("materials", MaterialEntry)
    faults += _of_one_name(given, entries)
    if len(entries) > MOST:
        words = (f"材料は {MOST} 件までです", f"at most {MOST} materials")
        faults.append(given.fault(words, ("materials", MOST, "key")))
    if categories is not None:
        faults += _of_unknown(given, entries, categories)
    return [entry.model_dump(exclude_unset=True) for entry in entries.values()], faults


def _of_one_name(given: TomlFile, entries: Mapping[int, MaterialEntry]) -> Iterator[Fault]:
    """A crew could not tell them apart."""
    count = Counter((bare(entry.name), bare(entry.unit)) for entry in entries.values())
    words = ("名前と単位が同じ材料があります", "another material has the same name and unit")
    for number, entry in entries.items():
        if count[bare(entry.name), bare(entry.unit)] > 1:
            yield given.fault(words, ("materials", number, "name"), entry.key)


def _of_unknown(
    given: TomlFile, entries: Mapping[int, MaterialEntry], categories: Collection[str]
) -> Iterator[Fault]:
    for number, entry in entries.items():
        for at, wanted in enumerate(entry.categories):
            if wanted not in categories:
                words = (f"種類「{wanted}」はありません", f"no category “{wanted}”")
                yield given.fault(words, ("materials", number, "categories", at), entry.key)
