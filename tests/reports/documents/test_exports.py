"""A list as a workbook, as points on a map and on paper, from rows that are made here."""

import csv as csv_reader
import io
import json
import re
import sqlite3
import zipfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date, datetime, time
from pathlib import Path
from xml.etree import ElementTree

import duckdb
import kept_photos
import openpyxl
import pyogrio
import pyogrio.raw
import pypdfium2
import pytest
from exported_rows import ALL, BESIDE, CITY, LINE, NIGHT, made
from PIL import Image
from pyarrow.parquet import read_schema

from reports.city import clock
from reports.documents.exports import csv, geojson, layer, printed, style, workbook
from reports.documents.exports.columns import Row
from reports.documents.layers import geopackage, parquet
from reports.tickets.status import Status
from store.photo_files import Files, open_files
from web.kit import labels

pytestmark = pytest.mark.usefixtures("database_url")

CELL = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def book_of(rows: list[Row]) -> zipfile.ZipFile:
    file = io.BytesIO()
    workbook.write([rows], ALL, "一覧", file)
    return zipfile.ZipFile(file)


def cells(book: zipfile.ZipFile, row: int) -> dict[str, tuple[str, str, str]]:
    """By the column's name: the cell's type, its words or number, its number format."""
    styles = ElementTree.fromstring(book.read("xl/styles.xml"))
    formats = {one.get("numFmtId"): one.get("formatCode") for one in styles.iter(f"{CELL}numFmt")}
    looks = [one.get("numFmtId") for one in styles.find(f"{CELL}cellXfs") or ()]
    sheet = ElementTree.fromstring(book.read("xl/worksheets/sheet1.xml"))
    assert not list(sheet.iter(f"{CELL}f"))
    names = {chr(ord("A") + place): one.name for place, one in enumerate(ALL.values())}
    found = {}
    for cell in sheet.iter(f"{CELL}c"):
        where = re.fullmatch(r"([A-Z])([0-9]+)", cell.get("r", ""))
        if where and int(where[2]) == row:
            look = formats.get(looks[int(cell.get("s", 0))]) or ""
            found[names[where[1]]] = (cell.get("t", "n"), "".join(cell.itertext()), look)
    return found


def test_cells_of_a_workbook_have_types_and_no_formula() -> None:
    with book_of([made(place_name="=1+1"), made(closed_at=NIGHT)]) as book:
        first, second = cells(book, 2), cells(book, 3)
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
        links = book.read("xl/worksheets/_rels/sheet1.xml.rels").decode()
    assert first["受付番号"] == ("inlineStr", "482-913-706", "")
    assert first["場所"][:2] == ("inlineStr", "=1+1")
    assert first["通報した人の言葉"][:2] == ("inlineStr", "=HYPERLINK(1)\n二行目")
    assert first["経度"] == ("n", "139.524612", "0.000000")
    assert first["受け取る人"][:2] == ("n", "12")
    assert first["期限"] == ("n", "46351", "yyyy/mm/dd")
    kind, value, look = first["受付"]
    assert (kind, round(float(value) * 1440), look) == ("n", 46347 * 1440 + 30, "yyyy/mm/dd hh:mm")
    assert "終了" not in first
    assert second["終了"] == first["受付"]
    assert '<pane ySplit="1"' in sheet
    assert f'<autoFilter ref="A1:{chr(ord("A") + len(ALL) - 1)}3"' in sheet
    assert "/staff/tickets/482-913-706" in links


def test_a_workbook_that_breaks_off_leaves_nothing_on_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks() -> Iterator[list[Row]]:
        yield [made()]
        raise ConnectionError

    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    with pytest.raises(ConnectionError):
        workbook.write(breaks(), ALL, "一覧", io.BytesIO())
    assert list(folder.iterdir()) == []


def test_words_too_long_for_a_cell_are_cut() -> None:
    long = [Row(LINE, CITY, BESIDE | {"words": one * 40_000}) for one in "あ🕳"]
    with book_of(long) as book:
        assert len(cells(book, 2)["通報した人の言葉"][1]) == workbook.MOST_LETTERS
        assert len(cells(book, 3)["通報した人の言葉"][1]) == workbook.MOST_LETTERS // 2


def test_a_csv_carries_nothing_out_and_keeps_its_types() -> None:
    head, line = b"".join(csv.write([[made()]], ALL)).decode("utf-8-sig").split("\r\n")[:2]
    told = dict(zip(head.split(","), line.split(","), strict=True))
    assert (told["受付"], told["期限"], told["終了"]) == ("2026-11-21 00:30", "2026-11-25", "")
    assert told["通報した人の言葉"] == '"\'=HYPERLINK(1)\n二行目"'
    assert told["通報した人の場所の説明"] == "'＝角"
    assert (told["道路"], told["設備の管理番号"]) == ("小金井街道(都道15)", "K-0123")


def test_points_are_read_by_gdal(tmp_path: Path) -> None:
    file = tmp_path / "list.geojson"
    pieces = [[made()], [], [made(number="1", deadline=None), made(number="2")]]
    file.write_bytes(b"".join(geojson.write(pieces, ALL, "受付票")))
    told = json.loads(file.read_text(encoding="utf-8"))
    assert told["features"][0]["geometry"]["coordinates"] == [139.524612, 35.7015]
    properties = told["features"][0]["properties"]
    assert properties["受付"] == "2026-11-21T00:30:00+09:00"
    assert (properties["期限"], properties["終了"]) == ("2026-11-25", None)
    facts = pyogrio.read_info(file)
    assert (facts["layer_name"], facts["features"], facts["crs"]) == ("受付票", 3, "EPSG:4326")
    types = dict(zip(facts["fields"], facts["dtypes"], strict=True))
    assert types["受け取る人"].startswith("int")
    assert types["期限"].startswith("datetime64")
    assert json.loads(b"".join(geojson.write([], ALL, "無")))["features"] == []


TITLE = "受付票_2026-11-21"


def layered(tmp_path: Path, rows: list[Row]) -> tuple[Path, Path]:
    """The same rows as GeoPackage and as Parquet."""
    as_layer = layer.layer(ALL, TITLE)
    gpkg, parquet_file = tmp_path / "list.gpkg", tmp_path / "list.parquet"
    geopackage.write(gpkg, layer.features([rows], ALL), as_layer, "2026-11-21T00:00:00.000Z")
    parquet.write(parquet_file, layer.features([rows], ALL), as_layer)
    return gpkg, parquet_file


def test_a_geopackage_is_read_by_gdal_and_drawn_by_state(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(geopackage, "AT_ONCE", 2)
    taken_back = made(status=Status.DECLINED, withdrawn=True, deadline=None, place_name="=1+1")
    path, _ = layered(tmp_path, [made(), made(closed_at=NIGHT, status=Status.FIXED), taken_back])
    facts = pyogrio.read_info(path, layer="受付票")
    assert (facts["features"], facts["crs"], facts["geometry_type"]) == (3, "EPSG:4326", "Point")
    assert list(facts["fields"]) == [column.name for column in ALL.values()]
    _, _, shapes, values = pyogrio.raw.read(path, layer="受付票", datetime_as_string=True)
    told = dict(zip(facts["fields"], values, strict=True))
    assert [*told["状態"]] == ["受付", "対応済", "取り下げ"]
    assert [*told["場所"]] == ["本町六丁目", "本町六丁目", "=1+1"]
    assert told["受付"][0] == "2026-11-21 00:30"
    assert (told["終了"][0], str(told["期限"][0])) == (None, "2026-11-25")
    assert told["受け取る人"].dtype.kind == "i"
    assert len(shapes) == 3
    with closing(sqlite3.connect(path)) as file:
        (style,) = file.execute(
            "SELECT f_table_name, f_geometry_column, useAsDefault, styleQML FROM layer_styles"
        ).fetchall()
        listed = file.execute("SELECT table_name FROM gpkg_contents").fetchall()
    assert {name for (name,) in listed} == {"受付票", "layer_styles"}
    assert style[:3] == ("受付票", "geom", 1)
    drawn = ElementTree.fromstring(style[3])
    known = {one.get("value"): one.get("symbol") for one in drawn.iter("category")}
    assert set(told["状態"]) <= set(known)
    assert set(known.values()) == {one.get("name") for one in drawn.iter("symbol")}
    assert drawn.find("renderer-v2").get("attr") == "状態"  # type: ignore[union-attr]


def pyarrow_types(path: Path) -> dict[str, str]:
    return {field.name: str(field.type) for field in read_schema(path)}


def test_parquet_is_read_by_duckdb(tmp_path: Path) -> None:
    _, path = layered(tmp_path, [made(), made(number="2", closed_at=NIGHT, place_name="")])
    with duckdb.connect() as db:
        types = db.execute(f"DESCRIBE SELECT * FROM '{path}'").fetchall()
        first, second = db.execute(
            f"SELECT 受付番号, 緯度, 期限, epoch(受付), epoch(終了), 場所 FROM '{path}'"
        ).fetchall()
    kinds = {name: kind for name, kind, *_ in types}
    assert (kinds["期限"], kinds["受付"]) == ("DATE", "TIMESTAMP WITH TIME ZONE")
    assert (kinds["受け取る人"], kinds["緯度"]) == ("INTEGER", "DOUBLE")
    assert first[:3] == ("482-913-706", 35.7015, date(2026, 11, 25))
    assert first[3] == second[4] == NIGHT.replace(second=0).timestamp()
    assert pyarrow_types(path)["受付"] == "timestamp[us, tz=Asia/Tokyo]"
    assert (first[4], first[5], second[5]) == (None, "本町六丁目", None)


def test_a_workbook_and_a_csv_hold_the_same_for_independent_readers(tmp_path: Path) -> None:
    some = [made(place_name='本町,"六"\n丁目'), made(closed_at=NIGHT, deadline=None)]
    path = tmp_path / "list.xlsx"
    with path.open("wb") as file:
        workbook.write([some], ALL, TITLE, file)
    head, *lines = openpyxl.load_workbook(path)["受付票"].iter_rows(values_only=True)
    plain = b"".join(csv.write([some], ALL)).decode("utf-8-sig")
    read = [*csv_reader.reader(io.StringIO(plain, newline=""))]
    assert [*head] == read[0]
    for line, other in zip(lines, read[1:], strict=True):
        assert [_as_csv(value) for value in line] == [one.lstrip("'") for one in other]


def _as_csv(value: object) -> str:
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d}" if value.time() == time() else f"{value:%Y-%m-%d %H:%M}"
    return "" if value is None else str(value)


def test_a_state_is_drawn_in_the_colour_of_the_desks_map() -> None:
    css = (Path(labels.__file__).parent / "colours.css").read_text("utf-8")
    tones = dict(re.findall(r"^\.tone-(\w+) {.*--tone: (#\w+);", css, re.M))
    for status, look in style.LOOKS.items():
        assert look.colour == tones[labels.STATUSES[status].tone]
    assert len({look.shape for look in style.LOOKS.values()}) == len(
        {look.colour for look in style.LOOKS.values()}
    )


@pytest.fixture
def files(tmp_path: Path) -> Files:
    kept_photos.make(tmp_path / "photos")
    return open_files(f"file://{tmp_path}/photos", kept_photos.ID)


def test_paper_counts_its_pages_and_says_the_conditions(files: Files) -> None:
    picture = io.BytesIO()
    Image.new("RGB", (480, 360), "#808080").save(picture, "JPEG")
    cover = files.put(picture.getvalue(), "small")
    gone = f"small/aa/aa/{'a' * 64}.jpg"
    rows = [Row(replace(LINE, number=f"N{turn:02}"), CITY, {"cover": ""}) for turn in range(30)]
    rows[0] = Row(LINE, CITY, {"cover": cover})
    rows[1] = Row(replace(LINE, place_name="#strong[x] \0🚧" + "W" * 90), CITY, {"cover": gone})
    heard: list[int] = []
    page = printed.draw([rows], "状態: 未完了すべて", clock.local(NIGHT), files, heard.append)
    with pypdfium2.PdfDocument(page) as document:
        texts = [one.get_textpage().get_text_bounded() for one in document]
        sizes = [one.get_size() for one in document]
        images = [*document[1].get_objects(filter=[pypdfium2.raw.FPDF_PAGEOBJ_IMAGE])]
    assert {(round(wide), round(high)) for wide, high in sizes} == {(842, 595)}
    assert len(images) == 1
    for turn, text in enumerate(texts, start=1):
        assert f"{turn} / {len(texts)} ページ" in text
        assert "2026年11月21日(土) 00:30 現在" in text
        assert "状態: 未完了すべて" in text
    assert "地図 1〜30" in texts[0]
    assert all("受付番号・受付" in text for text in texts[1:])
    assert len(texts) > 2
    assert "#strong[x]" in texts[1]
    assert "5日超過" in texts[1]
    assert "N29" in texts[-1]
    assert heard == list(range(1, 31))
