"""Months of open data: made, made again, compared, and read by readers that are not ours."""

import csv
import hashlib
import json
from collections import Counter
from datetime import UTC, date, datetime
from io import StringIO
from pathlib import Path

import duckdb
import pyogrio
import pytest
from published_life import DECEMBER, NOVEMBER, OCTOBER, Ticket, mend, publish, tickets, turn, work
from sqlalchemy import text

from reports.city import clock
from reports.documents.open_data import versions
from reports.documents.open_data.columns import COLUMNS
from reports.documents.open_data.forms import FORMS
from reports.documents.open_data.months import later
from reports.documents.open_data.shapes import Version
from reports.documents.open_data.turn import publish_months
from store.database import transaction

pytestmark = pytest.mark.usefixtures("database_url")
JANUARY = later(DECEMBER, 1)
MENDED = datetime(2026, 12, 9, 15, 30, tzinfo=UTC)
"""10 December in the city."""


def version(month: date, number: int = 1) -> Version:
    with transaction() as db:
        found = versions.version_of(db, month, number)
    assert found is not None
    return found


def kept(month: date, form: str, number: int = 1) -> bytes:
    """The file, which is what its row says."""
    found = version(month, number)
    data = b"".join(versions.pieces(found.id, form))
    assert len(data) == found.files[form].bytes
    assert hashlib.sha256(data).hexdigest() == found.files[form].sha256
    return data


def rows_of(data: bytes) -> list[dict[str, str]]:
    """As any program that knows CSV reads it."""
    assert data.startswith(b"\xef\xbb\xbf")
    return [*csv.DictReader(StringIO(data.decode("utf-8-sig"), newline=""), strict=True)]


def of_month(life: list[Ticket], month: date) -> list[Ticket]:
    begin, end = clock.begin_of(month), clock.begin_of(later(month, 1))
    return [one for one in life if begin <= one["received_at"] < end]


@pytest.mark.parametrize("many", [300, pytest.param(20_000, marks=pytest.mark.long)])
def test_two_months_are_published_and_published_again(many: int, tmp_path: Path) -> None:
    life = [*tickets(many)]
    publish(life)
    assert (turn(DECEMBER), turn(DECEMBER), publish_months(DECEMBER)) == (2, 0, 0)
    for month in (OCTOBER, NOVEMBER):
        theirs = of_month(life, month)
        rows = rows_of(kept(month, "csv"))
        figures = version(month).figures
        assert figures["rows"] == len(rows) == len(theirs) - figures["left_out"]
        assert figures["left_out"] < 5
        alike = Counter((row["所在地_町字"], row["種類コード"]) for row in rows)
        assert min(alike.values()) >= 5
        assert [row["ID"] for row in rows] == [str(n) for n in range(1, len(rows) + 1)]
        days = Counter(clock.local(one["received_at"]).date().isoformat() for one in theirs)
        assert Counter(row["受付日"] for row in rows) <= days
        all_forms_say_the_same(month, rows, tmp_path)
    first = {form: kept(NOVEMBER, form) for form in FORMS}
    open_ones = [one for one in of_month(life, NOVEMBER) if one["state"] == "open"][:7]
    numbers = {one["number"] for one in open_ones}
    publish([mend(one, MENDED) if one["number"] in numbers else one for one in life])
    assert turn(JANUARY) == 3
    assert {form: kept(NOVEMBER, form) for form in FORMS} == first
    again = version(NOVEMBER, 2)
    was = version(NOVEMBER).figures["states"]
    assert again.note["states"]["fixed"] == [was["fixed"], was["fixed"] + 7]
    assert again.note["rows"] == [version(NOVEMBER).figures["rows"], again.figures["rows"]]
    assert again.note["come"] == again.note["gone"] == 7
    days = Counter(row["対応完了日"] for row in rows_of(kept(NOVEMBER, "csv", 2)))
    assert days["2026-12-10"] >= 7
    with transaction() as db:
        assert [(one.month, one.version) for one in versions.published(db)] == [
            (DECEMBER, 1), (NOVEMBER, 2), (NOVEMBER, 1), (OCTOBER, 1),
        ]  # fmt: skip
    assert rows_of(kept(DECEMBER, "csv")) == []
    assert pyogrio.read_info(saved(tmp_path, DECEMBER, "gpkg"))["features"] == 0


def saved(folder: Path, month: date, form: str) -> Path:
    path = folder / f"{month}.{form}"
    path.write_bytes(kept(month, form))
    return path


def all_forms_say_the_same(month: date, rows: list[dict[str, str]], folder: Path) -> None:
    """GDAL reads GeoJSON and GeoPackage, DuckDB reads Parquet; each value of each row."""
    names = {column.key: column.name for column in COLUMNS}
    wanted = [{key: row[name].removeprefix("'") for key, name in names.items()} for row in rows]
    for form in ("gpkg", "geojson"):
        meta, _, shapes, fields = pyogrio.raw.read(saved(folder, month, form))
        assert meta["crs"] == "EPSG:4326"
        found = [
            {key: told(value) for key, value in zip(meta["fields"], values, strict=True)}
            for values in zip(*fields, strict=True)
        ]
        assert [{k: row[k] for k in names} for row in found] == wanted
        assert [shape is None for shape in shapes] == [row["lat"] == "" for row in wanted]
    path = saved(folder, month, "parquet")
    read = duckdb.sql(f"SELECT * FROM '{path}' ORDER BY id")
    assert read.columns[:-1] == list(names)
    found = [
        {key: told(value) for key, value in zip(read.columns, values, strict=True) if key in names}
        for values in read.fetchall()
    ]
    assert found == wanted
    ((geo,),) = duckdb.sql(
        f"SELECT value FROM parquet_kv_metadata('{path}') WHERE key = 'geo'::BLOB"
    ).fetchall()
    assert json.loads(geo)["primary_column"] == "geometry"


def told(value: object) -> str:
    """As the CSV tells it."""
    if value is None or str(value) in ("NaT", "nan"):
        return ""
    if isinstance(value, float):
        return f"{value:.6f}"
    return str(value)


def test_nothing_of_a_number_of_words_or_of_an_hour_is_in_any_file() -> None:
    life = [*tickets(40)]
    publish(life)
    turn(DECEMBER)
    for month in (OCTOBER, NOVEMBER):
        for form in FORMS:
            data = kept(month, form)
            for one in life:
                assert one["number"].encode() not in data
                assert f"{clock.local(one['received_at']):%H:%M}:".encode() not in data
            assert "田中".encode() not in data
            assert b"1234-5678" not in data


def test_a_month_that_is_as_before_makes_no_version_and_another_k_does() -> None:
    publish([*tickets(60)])
    turn(DECEMBER)
    with transaction() as db:
        first = versions.ask(db, NOVEMBER, by=None, key="pressed")
        assert versions.ask(db, NOVEMBER, by=None, key="pressed again") == first
    work(first)
    with transaction() as db:
        assert versions.ask(db, NOVEMBER, by=None, key="pressed") == first
        run = versions.run_of(db, first)
        assert run is not None
        assert (run.state, run.version) == ("same", None)
        db.execute(text("""UPDATE city SET facts = facts || '{"open_data": {"k": 2}}'"""))
        other = versions.ask(db, NOVEMBER, by=None, key=None)
    work(other)
    again = version(NOVEMBER, 2)
    assert again.note["k"] == [5, 2]
    assert again.rule["k"] == 2
    assert again.figures["generalised"] < version(NOVEMBER).figures["generalised"]


def test_a_city_that_shows_nothing_and_one_without_tickets_publish_nothing() -> None:
    publish([])
    assert publish_months(DECEMBER) == 0
    publish([*tickets(10)])
    with transaction() as db:
        db.execute(text("UPDATE city SET facts = facts - 'open'"))
    assert publish_months(DECEMBER) == 0


def test_what_cannot_be_made_leaves_the_versions_that_are_there() -> None:
    publish([*tickets(30)])
    turn(DECEMBER)
    before = kept(NOVEMBER, "csv")
    with transaction() as db:
        run_id = versions.ask(db, NOVEMBER, by=None, key=None)
        versions.fail(db, run_id)
    with transaction() as db:
        assert versions.month_asked(db, run_id) is None
        anew = versions.ask(db, NOVEMBER, by=None, key=None)
    assert anew != run_id
    work(anew)
    assert kept(NOVEMBER, "csv") == before
