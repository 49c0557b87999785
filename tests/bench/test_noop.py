"""RQ's workers, forking and simple, do all jobs that are asked for and say what each took."""

import json
import subprocess
import sys

import pytest

from bench.noop import WORKERS
from settings import ROOT, settings


@pytest.mark.parametrize("kind", WORKERS)
def test_a_worker_says_what_a_job_took(kind: str, database_url: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bench.noop", f"{settings().redis_url}", "2", kind],
        cwd=ROOT,
        input="\n\n",
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(answers) == 2
    assert all(clock > 0 and cpu > 0 for clock, cpu in answers)
