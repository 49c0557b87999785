"""The forms in which the data comes, and the names of its files. Pure."""

from collections.abc import Mapping
from datetime import date
from typing import Final, NamedTuple

from reports.documents.open_data.months import written


class Form(NamedTuple):
    """`media_type` as IANA has it; `eu`: in the European Union's table of file types, which DCAT-AP
    asks for."""

    name: str
    media_type: str
    eu: str


FORMS: Final[Mapping[str, Form]] = {
    "csv": Form("CSV", "text/csv", "CSV"),
    "geojson": Form("GeoJSON", "application/geo+json", "GEOJSON"),
    "gpkg": Form("GeoPackage", "application/geopackage+sqlite3", "GPKG"),
    "parquet": Form("Parquet", "application/vnd.apache.parquet", "PARQUET"),
}
"""By the ending of the file's name."""


def file_name(month: date, form: str) -> str:
    """tickets-2026-11.csv, whichever version."""
    return f"tickets-{written(month)}.{form}"


def kept_name(month: date, version: int, form: str) -> str:
    """tickets-2026-11-v2.csv: on the disk of whoever has saved it."""
    return f"tickets-{written(month)}-v{version}.{form}"
