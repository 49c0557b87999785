"""Thousands of events under a hundred faults, judged from outside: nothing lost, nothing twice,
nobody without an answer, no photo without its file, no stale word, no ticket missing or doubled.

`./test --long chaos` plays all of it; `./test --long` alone a part. MICHI_CHAOS_SEED repeats a run,
MICHI_CHAOS_EVENTS and MICHI_CHAOS_FAULTS change its size.
"""

import os
import random
import time
from pathlib import Path

import pytest
from bad_day import live_through, together
from report import show

pytestmark = pytest.mark.long

FULL = os.environ.get("MICHI_CHAOS") == "full"
EVENTS = int(os.environ.get("MICHI_CHAOS_EVENTS", 10_000 if FULL else 1_200))
FAULTS = int(os.environ.get("MICHI_CHAOS_FAULTS", 100 if FULL else 0))
SEED = int(os.environ.get("MICHI_CHAOS_SEED") or random.SystemRandom().randrange(10**6))
IN_S3 = 0.08
"""So much of it with the photos in S3."""


def test_a_bad_day_loses_doubles_and_forgets_nothing(tmp_path: Path) -> None:
    began = time.monotonic()
    _tell(f"\nchaos: MICHI_CHAOS_SEED={SEED}")
    shares = {"disk": 1 - IN_S3, "s3": IN_S3}
    results = [
        live_through(
            tmp_path / name,
            SEED,
            round(EVENTS * share),
            round(FAULTS * share),
            _tell,
            short=not FULL,
            s3=name == "s3",
        )
        for name, share in shares.items()
    ]
    table = show(result := together(*results), SEED, time.monotonic() - began)
    _tell(table)
    assert result.findings == [], table


def _tell(words: str) -> None:
    print(words, flush=True)
