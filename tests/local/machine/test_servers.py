"""The PostGIS and the Redis that one machine runs for itself."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import psycopg
import pytest
from redis import Redis
from street import until

from local.machine.processes import Trouble
from local.machine.servers import postgres, redis
from local.machine.wish import ROOT

STARTS_ONE = """
import pathlib, sys, time
from local.machine.servers import postgres
print(postgres.start(pathlib.Path(sys.argv[1]), durable=False).process.pid, flush=True)
time.sleep(600)
"""


@pytest.fixture
def closed_folder(tmp_path: Path) -> Path:
    """A folder that nobody else may enter, with a space in its name."""
    folder = tmp_path / "closed to others"
    folder.mkdir(mode=0o700)
    return folder


def _one(url: str, question: str) -> object:
    with psycopg.connect(url) as db:
        row = db.execute(question).fetchone()
        return row[0]


def test_postgis_answers_from_a_folder_that_others_may_not_enter(closed_folder: Path) -> None:
    cluster = postgres.start(closed_folder / "pg", durable=False)
    try:
        metres = "ST_Distance(ST_MakePoint(139.5, 35.7)::geography, ST_MakePoint(139.5, 35.701))"
        assert _one(cluster.url, f"SELECT round({metres})") == 111
        assert _one(cluster.url, "SHOW jit") == "off"
        assert _one(cluster.url, "SHOW server_encoding") == "UTF8"
        assert _one(cluster.url, "SHOW listen_addresses") == ""
    finally:
        cluster.stop()
    assert cluster.process.returncode == 0
    assert not cluster.server.sockets.exists()


@pytest.mark.long
def test_what_was_written_is_there_after_a_kill_and_a_second_start(closed_folder: Path) -> None:
    first = postgres.start(closed_folder / "pg")
    with psycopg.connect(first.url) as db:
        db.execute("CREATE TABLE streets AS SELECT '連雀通り' AS name")
    first.process.kill()
    first.process.wait()
    second = postgres.start(closed_folder / "pg")
    try:
        assert _one(second.url, "SELECT name FROM streets") == "連雀通り"
    finally:
        second.stop()


def test_a_note_of_a_dead_server_whose_number_another_program_has_is_forgotten(
    closed_folder: Path,
) -> None:
    postgres.start(closed_folder / "pg", durable=False).stop()
    note = closed_folder / "pg" / "postmaster.pid"
    note.write_text(f"{os.getpid()}\n{closed_folder}\n1\n5432\n/tmp\n\n1 1\n")
    postgres.start(closed_folder / "pg", durable=False).stop()
    assert not note.exists()


def test_the_server_ends_with_whoever_started_it(closed_folder: Path) -> None:
    starter = subprocess.Popen(
        [sys.executable, "-c", STARTS_ONE, str(closed_folder / "pg")],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )
    assert starter.stdout is not None
    server = psutil.Process(int(starter.stdout.readline()))
    starter.kill()
    starter.communicate()
    until(lambda: not server.is_running() or server.status() == psutil.STATUS_ZOMBIE)
    postgres.start(closed_folder / "pg").stop()


@pytest.mark.long
def test_a_cluster_of_a_version_that_is_not_installed_says_so(closed_folder: Path) -> None:
    (closed_folder / "pg").mkdir()
    (closed_folder / "pg" / "PG_VERSION").write_text("9\n")
    with pytest.raises(Trouble, match="PostgreSQL 9 with PostGIS is not installed"):
        postgres.start(closed_folder / "pg")


def test_redis_keeps_what_it_was_told_and_listens_on_no_port(closed_folder: Path) -> None:
    first = redis.start(closed_folder / "redis")
    with Redis.from_url(first.url) as db:
        db.set("street", "連雀通り")
        assert db.config_get("port")["port"] == "0"
        assert db.config_get("maxmemory-policy")["maxmemory-policy"] == "noeviction"
    first.stop()
    second = redis.start(closed_folder / "redis")
    with Redis.from_url(second.url) as db:
        assert db.get("street") == "連雀通り".encode()
    second.stop()
    assert not second.server.sockets.exists()
    assert second.process.returncode in (0, -signal.SIGTERM)
