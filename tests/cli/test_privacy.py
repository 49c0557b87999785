"""`michi privacy` as it is typed: shown, handed out, erased, cleared away."""

import json
import zipfile
from pathlib import Path

import pytest
from click.testing import Result
from townsfolk import ALEX, HARUKA, hear, photo, place, rows, value, words
from typer.testing import CliRunner

from cli.privacy import privacy

pytestmark = pytest.mark.usefixtures("database_url")


def typed(*words: object) -> Result:
    return CliRunner().invoke(privacy, [str(word) for word in words], env={"COLUMNS": "220"})


def test_a_person_is_handed_out_and_erased_by_number_and_what_is_due_goes(tmp_path: Path) -> None:
    for who in (HARUKA, ALEX):
        hear(photo(who), place(who), words("わが家の穴", who))
    number = value("SELECT min(number) FROM tickets")
    rows("INSERT INTO followers (ticket_id, resident_id) SELECT t.id, r.id"
         " FROM tickets t, residents r ON CONFLICT DO NOTHING")  # fmt: skip
    several = typed("export", number, "--to", tmp_path / "a.zip")
    assert (several.exit_code, "resident:" in several.output) == (2, True)
    made = typed("export", HARUKA, "--to", tmp_path / "a.zip")
    assert made.exit_code == 0, made.output
    assert (tmp_path / "a.zip").stat().st_mode & 0o777 == 0o600
    sections = json.loads(zipfile.ZipFile(tmp_path / "a.zip").read("data.json"))["sections"]
    assert sections["remarks"]["rows"][0]["words"] == "わが家の穴"
    assert typed("erase", HARUKA).exit_code == 1
    assert value("SELECT count(*) FROM residents") == 2
    done = typed("erase", HARUKA, "--yes")
    assert (done.exit_code, "goes\tremarks\t1" in done.output) == (0, True)
    assert rows("SELECT line_user_id FROM residents") == [(ALEX,)]
    assert "nobody was found" in typed("erase", HARUKA, "--yes").output
    rows("UPDATE tickets SET status = 'fixed', closed_at = now() - interval '2 years'")
    look = typed("clear", "--look").output
    assert "people\t2" in look
    assert typed("clear").output == look
    assert typed("clear", "--look").output == ""
    assert "inbox\tkeep.inbox_days=30\t30日\t" in typed("show").output
