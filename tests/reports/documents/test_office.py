"""LibreOffice opens what Michi wrote: headings, lines within a cell, and words that stay words."""

import subprocess
from pathlib import Path

import openpyxl
import pytest
from exported_rows import ALL, made

from reports.documents.exports import csv, workbook

pytestmark = [pytest.mark.long, pytest.mark.usefixtures("database_url")]

_AS_UTF_8 = "CSV:44,34,76"
"""Commas, double quotes, and UTF-8, which LibreOffice takes from the BOM at a desk."""


@pytest.fixture(params=["csv", "xlsx"])
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> list[list[str | None]]:
    """Its cells, once LibreOffice has read the file and written it as a workbook of its own; a cell
    that it would carry out is said so."""
    written = tmp_path / f"一覧.{request.param}"
    rows = [made(place_name=name) for name in ("本町六丁目", "=1+1", "＝1+1", "@SUM(1)", "−1")]
    if request.param == "csv":
        written.write_bytes(b"".join(csv.write([rows], ALL)))
    else:
        with written.open("wb") as file:
            workbook.write([rows], ALL, "一覧", file)
    out = tmp_path / "out"
    read_as = [f"--infilter={_AS_UTF_8}"] if request.param == "csv" else []
    subprocess.run(
        ["soffice", "--headless", f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}",
         *read_as, "--convert-to", "xlsx", "--outdir", str(out), str(written)],
        check=True, capture_output=True, timeout=180,
    )  # fmt: skip
    sheet = openpyxl.load_workbook(out / "一覧.xlsx").active
    assert sheet is not None
    return [
        [f"FORMULA {cell.value}" if cell.data_type == "f" else _words(cell.value) for cell in row]
        for row in sheet.iter_rows()
    ]


def _words(value: object) -> str | None:
    return None if value is None else str(value)


def test_it_reads_as_it_was_written(opened: list[list[str | None]]) -> None:
    head, *rows = opened
    assert head == [column.name for column in ALL.values()]
    told = [dict(zip(ALL, row, strict=True)) for row in rows]
    assert [row["place"].lstrip("'") for row in told if row["place"]] == [
        "本町六丁目", "=1+1", "＝1+1", "@SUM(1)", "−1",
    ]  # fmt: skip
    assert told[0]["number"] == "482-913-706"
    words = (told[0]["words"] or "").lstrip("'")
    assert words == "=HYPERLINK(1)\n二行目"
    assert not [cell for row in rows for cell in row if cell and cell.startswith("FORMULA")]
