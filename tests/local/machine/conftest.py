"""A street for each test, cleared afterwards."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from street import Street


@pytest.fixture
def street(tmp_path: Path) -> Iterator[Street]:
    """A folder for stand-ins; what a failed test left running is killed."""
    folder = tmp_path / "a street"
    folder.mkdir()
    street = Street(folder)
    yield street
    for pid in street.alive():
        os.kill(pid, signal.SIGKILL)
    for starter in street.started:
        starter.wait()
        if starter.stdout:
            starter.stdout.close()
