"""`michi open-data` as it is typed: listed, made anew, saved, checked."""

import csv
from pathlib import Path

import pytest
from click.testing import Result
from published_life import DECEMBER, publish, tickets, turn
from sqlalchemy import text
from typer.testing import CliRunner

from cli.open_data import open_data
from store.database import transaction

pytestmark = pytest.mark.usefixtures("database_url")


def typed(*words: object) -> Result:
    return CliRunner().invoke(open_data, [str(word) for word in words], env={"COLUMNS": "220"})


def test_a_month_is_made_anew_saved_and_checked(tmp_path: Path) -> None:
    folder = tmp_path / "saved"
    folder.mkdir()
    life = [*tickets(60)]
    publish(life)
    turn(DECEMBER)
    assert "as before" in typed("make", "2026-11").output
    publish(life[:50])
    assert "第2版" in typed("make", "2026-11").output
    listed = [line.split("\t")[:2] for line in typed("list").output.splitlines()]
    assert listed == [["2026-11", "2"], ["2026-11", "1"], ["2026-10", "1"]]
    for wrong in ("2026-13", "2999-01", "x"):
        assert typed("make", wrong).exit_code == 2
        assert typed("save", wrong, folder).exit_code == 2
    assert typed("save", "2026-11", folder, "--version", 1).exit_code == 0
    names = sorted(path.name for path in folder.iterdir())
    assert names == [f"tickets-2026-11-v1.{form}" for form in ("csv", "geojson", "gpkg", "parquet")]
    with (folder / names[0]).open(encoding="utf-8-sig", newline="") as file:
        assert len([*csv.DictReader(file)]) > 10
    assert typed("verify").exit_code == 0
    with transaction() as db:
        db.execute(text("UPDATE open_data_parts SET data = data || 'x' WHERE form = 'csv'"))
    spoiled = typed("verify")
    assert spoiled.exit_code == 1
    assert "tickets-2026-10-v1.csv" in spoiled.output
