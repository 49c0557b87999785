"""`michi rules` as it is typed: out, changed, tried, in again, and back."""

import csv
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import Result
from PIL import Image
from sqlalchemy import text
from townsfolk import file, resident
from typer.testing import CliRunner

from cli.rules.commands import rules
from reports.actions.route import route
from settings import ROOT
from store.database import transaction

pytestmark = pytest.mark.usefixtures("database_url")


def typed(*words: object) -> Result:
    return CliRunner().invoke(rules, [str(word) for word in words], env={"COLUMNS": "220"})


def in_use() -> int:
    with transaction() as db:
        found = db.execute(text("SELECT id FROM rule_tables WHERE state = 'live'"))
        return int(found.scalar_one())


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """The table in use, as a file."""
    path = tmp_path / "表.csv"
    assert typed("export", path).exit_code == 0
    return path


def change(table: Path, before: str, after: str, encoding: str = "utf-8-sig") -> None:
    words = table.read_text("utf-8-sig")
    assert before in words
    table.write_text(words.replace(before, after), encoding)


def test_a_table_goes_out_is_tried_comes_in_and_goes_back(table: Path, tmp_path: Path) -> None:
    assert typed("export").stdout_bytes == table.read_bytes()
    assert "違いはありません" in typed("import", table, "--yes").output
    first = in_use()
    with transaction() as db:
        haruka = resident(db)
        for category in ("streetlight", "pothole"):
            route(db, file(db, haruka, category=category))
    change(table, ",streetlight,city,,,,road,", ",streetlight,city,,,,下水道課,", "cp932")
    moves, picture = tmp_path / "moves.csv", tmp_path / "moves.png"
    tried = typed("try", table, "--csv", moves, "--picture", picture)
    assert tried.exit_code == 0, tried.output
    assert "変わる 1件、変わらない 1件" in tried.output
    assert [
        line for line in tried.output.splitlines() if "道路管理課" in line and "下水道課" in line
    ]
    with moves.open(encoding="utf-8-sig") as opened:
        (line,) = csv.DictReader(opened)
    assert (line["from"], line["to"], line["to_name"]) == ("road", "drains", "下水道課")
    with Image.open(picture) as image:
        assert image.size == (1200, 900)
    assert in_use() == first
    shown = typed("import", table)
    assert "まだ変えていません" in shown.output
    assert "担当課 道路管理課 → 下水道課" in shown.output
    assert in_use() == first
    done = typed("import", table, "--yes", "--by", "道路 花子", "--note", "街路灯は下水道課へ")
    assert done.exit_code == 0, done.output
    second = in_use()
    assert second > first
    listed = typed("versions").output
    assert all(words in listed for words in ("道路 花子", "街路灯は下水道課へ", "使用中"))
    assert typed("switch", first, "--yes").exit_code == 0
    assert in_use() > second
    assert typed("export").stdout_bytes == typed("export", "--version", first).stdout_bytes


def test_a_table_that_cannot_work_is_refused_and_nothing_is_kept(table: Path) -> None:
    first = in_use()
    change(table, "10,,national,,,,national_road_office", "10,,,,,,water_office")
    for command in (["check", table], ["import", table, "--yes"], ["try", table]):
        refused = typed(*command)
        assert refused.exit_code == 1
        assert "規則10番: 担当課「water_office」はありません" in refused.output
        assert "規則20番: この規則まで来る通報はありません。規則10番が" in refused.output
    assert in_use() == first
    with transaction() as db:
        assert db.execute(text("SELECT count(*) FROM rule_tables")).scalar_one() == 1


def test_what_is_not_there_is_said_in_a_sentence(table: Path) -> None:
    for command in (["show", "999"], ["switch", "999", "--yes"], ["export", "--version", "999"]):
        refused = typed(*command)
        assert refused.exit_code == 1
        assert "第999版はありません" in refused.output
    away = table.parent / "nowhere" / "x.csv"
    for unwritable in (["export", away], ["try", table, "--csv", away]):
        refused = typed(*unwritable)
        assert (refused.exit_code, "書けません" in refused.output) == (1, True)
    assert typed("check", "nowhere.csv").exit_code == 2
    assert typed("check", table).exit_code == 0
    assert "国道は国が管理する" in typed("show").output


@pytest.mark.long
def test_at_a_terminal_consent_is_asked_for(table: Path) -> None:
    first = in_use()
    change(table, "990,,,,,,,,,,", "990,,,,,,road,,,,")
    ours, theirs = pty.openpty()
    code = "from cli.rules.commands import rules; rules(prog_name='rules')"
    running = subprocess.Popen(
        [sys.executable, "-c", code, "import", str(table)], cwd=ROOT, stdin=theirs, stdout=theirs,
        stderr=theirs, close_fds=True, env=os.environ | {"TERM": "dumb", "COLUMNS": "120"},
    )  # fmt: skip
    os.close(theirs)
    os.write(ours, b"y\n")
    said = b""
    while True:
        try:
            said += os.read(ours, 65536)
        except OSError:  # the other side has gone
            break
    os.close(ours)
    assert running.wait() == 0, said.decode()
    assert "追加" in said.decode() or "変更" in said.decode()
    assert in_use() > first
