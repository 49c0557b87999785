"""The processes of the Procfile begin only where they can work."""

import os
import subprocess
import sys

import pytest
from townsfolk import rows
from typer.testing import CliRunner

from cli.app import app
from settings import ROOT, settings
from store.database import engine

RUNS = {
    "web": "uvicorn.run",
    "worker photos": "workers.worker.work",
    "worker routing": "workers.worker.work",
    "clock": "workers.clock.run",
}


@pytest.fixture
def begun(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """What has begun to run, instead of running."""
    done: list[object] = []
    for run in set(RUNS.values()):
        monkeypatch.setattr(run, lambda *given, **_: done.append(given))
    monkeypatch.setattr("signal.signal", lambda *_: None)
    return done


@pytest.mark.usefixtures("database_url")
@pytest.mark.parametrize("words", RUNS)
def test_on_an_older_schema_a_process_ends_with_a_sentence(words: str, begun: list[object]) -> None:
    rows("UPDATE alembic_version SET version_num = '0001'")
    ended = CliRunner().invoke(app, words.split())
    assert (ended.exit_code, begun) == (1, [])
    assert ended.output.startswith("✗ ")
    assert len(ended.output.splitlines()) == 1
    assert "michi migrate" in ended.output


@pytest.mark.usefixtures("database_url")
@pytest.mark.parametrize("words", RUNS)
def test_on_its_own_schema_a_process_runs_and_leaves_no_connection_to_its_children(
    words: str, begun: list[object]
) -> None:
    assert CliRunner().invoke(app, words.split()).exit_code == 0
    assert len(begun) == 1
    assert engine.cache_info().currsize == 0


@pytest.mark.usefixtures("database_url")
def test_a_process_waits_for_a_database_that_is_away(
    begun: list[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody@127.0.0.1:9/michi")
    settings.cache_clear()
    engine().dispose()
    engine.cache_clear()
    assert CliRunner().invoke(app, ["clock"]).exit_code == 0
    assert len(begun) == 1


@pytest.mark.usefixtures("database_url")
def test_a_worker_without_its_redis_ends_with_1_and_a_sentence() -> None:
    code = "from cli.app import app; app(prog_name='michi')"
    ran = subprocess.run(
        [sys.executable, "-c", code, "worker", "routing"],
        cwd=ROOT,
        env={**os.environ, "REDIS_URL": "redis://127.0.0.1:9"},
        text=True,
        capture_output=True,
        check=False,
    )
    assert ran.returncode == 1
    assert ran.stderr.startswith("✗ ワーカーを続けられない")
    assert len(ran.stderr.splitlines()) == 1
