"""The scripted day of `./run --check --faults`: a worker and web killed, Redis emptied."""

import json
import statistics
from pathlib import Path

import pytest

from local.day.check import run_day
from local.machine.stack import stack

pytestmark = pytest.mark.long


def test_a_day_with_kills_and_an_emptied_redis_loses_and_doubles_nothing(tmp_path: Path) -> None:
    table = tmp_path / "day.json"
    with stack(tmp_path / "day") as michi:
        assert run_day(michi, faults=True, json_file=table) == 0
    day = json.loads(table.read_text())
    assert len(day["rows"]) >= 50
    assert all("lon" in row for row in day["rows"] if "ticket" in row)
    assert {row["language"] for row in day["rows"] if "ticket" in row} == {"ja", "easy_ja", "en"}
    assert statistics.median(day["actions"]) <= 3
