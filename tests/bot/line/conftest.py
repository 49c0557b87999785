"""LINE as the calls to it see it: a stand-in that answers as it is told."""

from collections.abc import Iterator

import pytest
from line_stand_in import StandIn, stand_in


@pytest.fixture
def line(monkeypatch: pytest.MonkeyPatch) -> Iterator[StandIn]:
    with stand_in(monkeypatch) as line:
        yield line
