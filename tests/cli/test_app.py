"""The `michi` command itself: quick to help, and plain about settings that are wrong."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from settings import ROOT

MOST_MODULES = 400
"""Of which typer and rich are half: what is loaded is what help takes."""
HEAVY = ("alembic", "sqlalchemy", "psycopg", "pydantic_settings", "fastapi", "rq", "redis",
         "uvicorn", "PIL", "numpy", "pyogrio", "pyproj", "linebot",
         "httpx")  # fmt: skip
COMMANDS = (
    "web", "worker photos", "clock", "migrate", "load-city local/sample_city",
    "add-user sato --role staff --shown-name S --password long-enough-password", "api-token gis",
    "disable-user sato", "keys list",
    "where 139.5 35.7", "rules versions", "load versions", "line setup",
    "prepare local/sample_city --write {tmp}/users.json", "city check local/sample_city",
    "check",
)  # fmt: skip


def michi(*words: str, **env: str) -> subprocess.CompletedProcess[str]:
    code = "from cli.app import app; app(prog_name='michi')"
    return subprocess.run(
        [sys.executable, "-c", code, *words],
        cwd=ROOT, env={"PATH": os.defpath, "HOME": "/tmp", **env}, text=True,
        capture_output=True, timeout=60,
    )  # fmt: skip


ALL_OF_THEM = """
import json, sys
from typer.testing import CliRunner
from cli.app import app
ends = [CliRunner().invoke(app, words.split()) for words in sys.argv[1:]]
print(json.dumps([(end.exit_code, end.output.splitlines()) for end in ends]))
"""


@pytest.mark.long
def test_wrong_settings_end_every_command_with_a_sentence_each(tmp_path: Path) -> None:
    commands = [words.format(tmp=tmp_path) for words in COMMANDS]
    ran = subprocess.run(
        [sys.executable, "-c", ALL_OF_THEM, *commands], cwd=ROOT, text=True, capture_output=True,
        env={"PATH": os.defpath, "SECRET_KEY": "x", "TZ": "Asia/Nowhere"}, check=True,
    )  # fmt: skip
    for command, (status, lines) in zip(commands, json.loads(ran.stdout), strict=True):
        assert (status, len(lines)) == (1, 8), (command, lines)
        assert all(line.startswith("✗ ") for line in lines), command
        assert any(line.startswith("✗ SECRET_KEY ") and "32" in line for line in lines), command


@pytest.mark.long
def test_the_clock_ends_with_status_1_instead_of_going_round() -> None:
    ended = michi("clock", SECRET_KEY="x")
    assert (ended.returncode, ended.stdout) == (1, "")
    assert "✗ SECRET_KEY " in ended.stderr
    assert "Traceback" not in ended.stderr


def test_help_loads_nothing_heavy_and_needs_no_settings() -> None:
    code = (
        "import sys\nfrom cli.app import app\n"
        "try: app(['--help'])\nexcept SystemExit: print(*sys.modules)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env={"PATH": os.defpath}, text=True,
        capture_output=True, check=True,
    )  # fmt: skip
    loaded = set(ran.stdout.splitlines()[-1].split())
    assert "cli.app" in loaded
    assert loaded.isdisjoint(HEAVY)
    assert len(loaded) < MOST_MODULES


def test_help_ends_well() -> None:
    assert michi("--help").returncode == 0


def test_no_file_of_the_command_imports_the_command() -> None:
    for file in (ROOT / "cli").rglob("*.py"):
        assert "cli.app" not in file.read_text(encoding="utf-8"), file
