"""The `michi` command itself: quick to help, and plain about settings that are wrong."""

import os
import subprocess
import sys

import pytest

from settings import ROOT

MOST_MODULES = 400
"""Of which typer and rich are half: what is loaded is what help takes."""
HEAVY = ("alembic", "sqlalchemy", "psycopg", "pydantic_settings", "fastapi", "rq", "redis",
         "uvicorn", "PIL", "numpy", "pyogrio", "pyproj", "linebot",
         "httpx")  # fmt: skip


def michi(*words: str, **env: str) -> subprocess.CompletedProcess[str]:
    code = "from cli.app import app; app(prog_name='michi')"
    return subprocess.run(
        [sys.executable, "-c", code, *words],
        cwd=ROOT, env={"PATH": os.defpath, "HOME": "/tmp", "MICHI_ENV_FILE": "", **env}, text=True,
        capture_output=True, timeout=60,
    )  # fmt: skip


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


def test_help_and_version_end_well() -> None:
    assert michi("--help").returncode == 0
    assert michi("--version").stdout.startswith("michi ")


def test_no_file_of_the_command_imports_the_command() -> None:
    for file in (ROOT / "cli").rglob("*.py"):
        assert "cli.app" not in file.read_text(encoding="utf-8"), file
