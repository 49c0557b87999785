"""What may stand in a city's contractors.toml, and what is wrong in one."""

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Final

from pydantic import AfterValidator, BeforeValidator, Field

from geo.gis_import.faults import Fault, refuse
from reports.city.categories import bare
from reports.city.contractors import KEY, LONGEST, ContractorCard
from reports.city.departments import is_address
from reports.city.entries import Entry, Words, half_width
from reports.city.quantities import LONGEST_WORK, MOST_YEN, UNITS
from reports.city.toml_file import TomlFile

MOST_PRICES: Final = 30
"""Of one contractor in one year: as many as the page takes."""


def _is_key(key: str) -> str:
    if not KEY.fullmatch(key) or key == "new":
        raise ValueError(
            "英小文字で始まる 2〜40 文字の英小文字・数字・_ が要ります(new は使えません)"
            " / 2 to 40 of a-z, 0-9 and _ are wanted, a letter first, and not “new”"
        )
    return key


def _is_unit(unit: str) -> str:
    if unit not in UNITS:
        units = "・".join(UNITS)
        raise ValueError(f"単位は {units} のどれかです / the unit must be one of {units}")
    return unit


def _is_reached(email: str) -> str:
    if email and not is_address(email):
        raise ValueError(
            "name@example.jp の形の宛先が 1 つ要ります"
            " / one address such as name@example.jp is wanted"
        )
    return email


def _has_digits(phone: str) -> str:
    if phone and not any(letter in "0123456789" for letter in phone):
        raise ValueError("電話番号には数字が要ります / a telephone number has digits")
    return phone


class PriceEntry(Entry):
    """One of `prices`: a unit of this work in this fiscal year, in yen without tax."""

    year: Annotated[int, Field(ge=2000, le=2999)]
    work: Annotated[Words, Field(max_length=LONGEST_WORK)]
    unit: Annotated[str, AfterValidator(_is_unit)]
    yen: Annotated[int, Field(ge=0, le=MOST_YEN)]


class ContractorEntry(Entry):
    """One [[contractors]]; fields as of `ContractorCard`."""

    key: Annotated[str, AfterValidator(_is_key)]
    name: Annotated[Words, Field(max_length=LONGEST["name"])]
    contract: Annotated[str, Field(max_length=LONGEST["contract"])] = ""
    person: Annotated[str, Field(max_length=LONGEST["person"])] = ""
    phone: Annotated[
        str,
        BeforeValidator(half_width),
        Field(max_length=LONGEST["phone"]),
        AfterValidator(_has_digits),
    ] = ""
    email: Annotated[str, Field(max_length=LONGEST["email"]), AfterValidator(_is_reached)] = ""
    mail_pdf: bool = True
    note: Annotated[str, Field(max_length=LONGEST["note"])] = ""
    retired: bool = False
    prices: list[PriceEntry] = Field(default_factory=list)

    @property
    def card(self) -> ContractorCard:
        return ContractorCard(**{name: getattr(self, name) for name in ContractorCard.__slots__})

    @property
    def prices_by_year(self) -> Mapping[int, list[tuple[str, str, int]]]:
        """Of each year that the file names: work, unit, yen."""
        found: dict[int, list[tuple[str, str, int]]] = {}
        for one in self.prices:
            found.setdefault(one.year, []).append((one.work, one.unit, one.yen))
        return found


def contractors_in(file: Path) -> dict[str, ContractorEntry]:
    """By key. Raises BadFile naming everything that is wrong, with its lines."""
    given = TomlFile.of(file)
    entries, faults = given.entries("contractors", ContractorEntry)
    faults += [*_of_one_name(given, entries), *_priced_twice(given, entries)]
    refuse(sorted(faults, key=lambda fault: fault.line))
    return {entry.key: entry for entry in entries.values()}


def _of_one_name(given: TomlFile, entries: Mapping[int, ContractorEntry]) -> Iterator[Fault]:
    """Staff choose them by it."""
    count = Counter(bare(entry.name) for entry in entries.values() if not entry.retired)
    words = ("名前が同じ請負業者があります", "another contractor has the same name")
    for number, entry in entries.items():
        if not entry.retired and count[bare(entry.name)] > 1:
            yield given.fault(words, ("contractors", number, "name"), entry.key)


def _priced_twice(given: TomlFile, entries: Mapping[int, ContractorEntry]) -> Iterator[Fault]:
    for number, entry in entries.items():
        where = ("contractors", number, "prices")
        count = Counter((one.year, one.work, one.unit) for one in entry.prices)
        for at, one in enumerate(entry.prices):
            if count[one.year, one.work, one.unit] > 1:
                said = f"{one.year} {one.work} {one.unit}"
                words = (f"{said} の単価が二つあります", f"two prices for {said}")
                yield given.fault(words, (*where, at, "work"), entry.key)
        for year, many in Counter(one.year for one in entry.prices).items():
            if many > MOST_PRICES:
                words = (
                    f"{year}年度の単価は {MOST_PRICES} 件までです",
                    f"at most {MOST_PRICES} prices in {year}",
                )
                yield given.fault(words, where, entry.key)
