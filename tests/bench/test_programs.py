"""What each program of the figures measures is written down."""

import importlib.util

import pytest

from bench.__main__ import PROGRAMS
from settings import ROOT


@pytest.mark.parametrize("name", PROGRAMS)
def test_each_program_is_there_and_explained(name: str) -> None:
    assert importlib.util.find_spec(f"bench.{name}")
    assert f"| `python -m bench.{name}" in (ROOT / "docs" / "figures.md").read_text("utf-8")
