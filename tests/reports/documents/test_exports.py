"""A list as a workbook, as points on a map and on paper, from rows that are made here."""

import io
import json
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import kept_photos
import pyogrio
import pypdfium2
import pytest
from PIL import Image

from reports.city import clock
from reports.documents.exports import columns, csv, geojson, printed, workbook
from reports.documents.exports.columns import City, Row
from reports.tickets.read_models import TicketSummary
from reports.tickets.status import Status
from store.photo_files import Files, open_files

pytestmark = pytest.mark.usefixtures("database_url")

NIGHT = datetime(2026, 11, 20, 15, 30, 59, tzinfo=UTC)
"""Past midnight in Japan."""
LINE = TicketSummary(
    id=1,
    number="482-913-706",
    category="pothole",
    status=Status.RECEIVED,
    lon=139.5246123,
    lat=35.7015,
    place_name="本町六丁目",
    place_name_en="",
    district="honcho",
    owner="city",
    department=None,
    deadline=date(2026, 11, 25),
    urgent=True,
    routed_at=NIGHT,
    received_at=NIGHT,
    updated_at=NIGHT,
    closed_at=None,
    change=1,
    why={"road": {"name": "小金井街道", "ref": "都道15"}, "asset": {"key": "K-0123"}},
    photo_id=1,
    followers=12,
    merged_into=None,
    asked_at=None,
)
CITY = City("小金井市", {}, {"honcho": "本町地区"}, [], date(2026, 11, 30))
ALL = dict(columns.COLUMNS)
BESIDE = {"words": "=HYPERLINK(1)\r\n二行目", "hints": "＝角", "cover": ""}
CELL = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def made(**more: Any) -> Row:
    return Row(replace(LINE, **more), CITY, BESIDE)


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
    with book_of([Row(LINE, CITY, BESIDE | {"words": "あ" * 40_000})]) as book:
        assert len(cells(book, 2)["通報した人の言葉"][1]) == workbook.MOST_LETTERS


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
        images = [*document[0].get_objects(filter=[pypdfium2.raw.FPDF_PAGEOBJ_IMAGE])]
    assert {(round(wide), round(high)) for wide, high in sizes} == {(842, 595)}
    assert len(images) == 1
    for turn, text in enumerate(texts, start=1):
        assert f"{turn} / {len(texts)} ページ" in text
        assert "2026年11月21日(土) 00:30 現在" in text
        assert "状態: 未完了すべて" in text
        assert "受付番号・受付" in text
    assert len(texts) > 1
    assert "#strong[x]" in texts[0]
    assert "5日超過" in texts[0]
    assert "N29" in texts[-1]
    assert heard == list(range(1, 31))
