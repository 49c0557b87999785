"""All data of a day that was lived goes out while everything runs, and others read it back; memory
stays flat however many tickets there are."""

import csv
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

import psycopg
import pytest

from local.day.check import run_day
from local.machine.stack import stack
from settings import ROOT

pytestmark = pytest.mark.long
LEAVE: Final = [
    sys.executable, "-c", "from cli.app import app; app(prog_name='michi')", "leave", "--yes",
]  # fmt: skip
MOST_MB_MORE: Final = 60
"""Than with a tenth of the tickets: what Python and GDAL keep for themselves."""


def say(step: str, result: str, figure: object = "") -> None:
    """One line of the drill's table."""
    print(f"{step:<44} {result:<6} {figure}")


def test_a_day_goes_out_and_is_read_back_by_others(tmp_path: Path) -> None:
    with stack(tmp_path / "day") as michi:
        assert run_day(michi) == 0
        plain, env = tmp_path / "out" / "koganei", dict(michi.env)
        leave(env, str(plain), "--originals", "--sheets")
        before = counted(michi.database_url)
        key, recipient = a_key(tmp_path)
        leave(env, str(plain), "--originals", "--encrypt-to", recipient)
    opened = tmp_path / "opened"
    opened.mkdir()
    tar = subprocess.Popen(
        ["age", "--decrypt", "--identity", key, f"{plain}.tar.age"], stdout=subprocess.PIPE
    )
    subprocess.run(["tar", "x"], cwd=opened, stdin=tar.stdout, check=True)
    assert tar.wait() == 0
    for folder in (plain, opened):
        assert not folder.with_name(f"{folder.name}.part").exists()
        looked_at(folder, before)
    strings = [michi.channel_secret, env["SECRET_KEY"], env["LINE_CHANNEL_ACCESS_TOKEN"], "$argon2"]
    leaks = [
        secret
        for file in opened.rglob("*")
        if file.is_file()
        for secret in strings
        if secret.encode() in file.read_bytes()
    ]
    say("secrets of settings, hashes of passwords", ok(not leaks), f"{len(leaks)} found")
    assert leaks == []


def looked_at(folder: Path, before: Mapping[str, int]) -> None:
    """By sha256sum, csv and ogrinfo."""
    summed = subprocess.run(["sha256sum", "--quiet", "--check", "SHA256SUMS"], cwd=folder)
    files = len((folder / "SHA256SUMS").read_text().splitlines())
    say(f"{folder.name}: sha256sum --check", ok(summed.returncode == 0), f"{files} files")
    assert summed.returncode == 0
    told = json.loads((folder / "manifest.json").read_text())
    for table, many in before.items():
        rows = sum(1 for _ in read(folder / "data" / f"{table}.csv"))
        assert rows == told["rows"][table] == many, table
    say(f"{folder.name}: rows by csv = rows of the database", "ok", f"{len(before)} tables")
    shown = subprocess.run(
        ["ogrinfo", "-so", "-al", folder / "map.gpkg"], capture_output=True, text=True, check=True
    ).stdout
    layers = {
        part.partition("\n")[0].strip(): int(part.split("Feature Count: ")[1].split()[0])
        for part in shown.split("Layer name: ")[1:]
    }
    say(f"{folder.name}: ogrinfo, features of layers", ok(layers == told["map"]), layers)
    assert layers == told["map"]
    assert layers["tickets"] == before["tickets"]
    photos = [*read(folder / "data" / "photo_files.csv")]
    assert all((folder / one["file"]).is_file() for one in photos if one["state"] == "whole")
    copies = sorted({one["copy"] for one in photos})
    say(f"{folder.name}: photos are there", "ok", f"{told['photos']} {copies}")
    say(f"{folder.name}: papers", "ok", told["papers"])
    assert told["photos"]["whole"] > before["tickets"]
    assert "original" in copies
    assert told["papers"]["orders"] == 2 * drawn(folder, "work_orders")


def drawn(folder: Path, table: str) -> int:
    return sum(1 for row in read(folder / "data" / f"{table}.csv") if row["state"] != "draft")


def test_memory_is_flat() -> None:
    peaks = []
    for many in (10_000, 100_000):
        words = [sys.executable, "-m", "bench.leaving", str(many)]
        ran = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True)
        figures = json.loads(ran.stdout.splitlines()[-1])
        assert figures["tickets"] == many
        peaks.append(figures["peak_mb"])
        say(f"{many:,} tickets", "ok", figures)
    assert peaks[1] < peaks[0] + MOST_MB_MORE


def leave(env: Mapping[str, str], *words: str) -> float:
    """Goes well; the most memory that it had, in MB."""
    ran = subprocess.Popen([*LEAVE, *words], env=env, cwd=ROOT, stdout=subprocess.PIPE)
    assert ran.stdout
    said = ran.stdout.read().decode().strip()
    _, status, used = os.wait4(ran.pid, 0)
    ran.returncode = os.waitstatus_to_exitcode(status)
    say("michi leave", ok(not ran.returncode), f"{said}; {used.ru_maxrss / 1024:.0f} MB at most")
    assert ran.returncode == 0
    return used.ru_maxrss / 1024


def counted(url: str) -> dict[str, int]:
    """How many rows the tables have that nothing changes once the day is over."""
    with psycopg.connect(url) as db:
        counts = [db.execute(f"SELECT count(*) FROM {table}").fetchone() for table in TABLES]
    return {table: row[0] for table, row in zip(TABLES, counts, strict=True) if row}


TABLES: Final = (
    "tickets", "reports", "remarks", "photos", "followers", "history", "notes", "residents",
    "users", "departments", "works", "used_materials", "work_orders", "work_order_items",
    "patrols", "patrol_points", "patrol_finds", "areas", "roads", "assets", "categories",
    "templates", "materials", "rule_tables", "terms",
)  # fmt: skip


def a_key(folder: Path) -> tuple[str, str]:
    """A file with a private key of age, and its public key."""
    file = folder / "key.txt"
    subprocess.run(["age-keygen", "--output", file], check=True, capture_output=True)
    (public,) = [line for line in file.read_text().splitlines() if "public key" in line]
    return str(file), public.rpartition(" ")[2]


def read(file: Path) -> Iterator[dict[str, str]]:
    with file.open(encoding="utf-8-sig", newline="") as opened:
        yield from csv.DictReader(opened, strict=True)


def ok(is_so: bool) -> str:
    return "ok" if is_so else "WRONG"
