"""Comparisons are fair, and a limit that is passed is told."""

import json
import sys
from pathlib import Path

import pytest

from bench.__main__ import BEGIN, END, with_table
from bench.rounds import NOTES, in_child, interleave, peak_growth, report


@pytest.mark.short
def test_contestants_take_turns_and_every_other_round_runs_backwards() -> None:
    order: list[str] = []

    def takes_note(name: str) -> float:
        order.append(name)
        return float(len(order))

    samples = interleave({"a": lambda: takes_note("a"), "b": lambda: takes_note("b")}, 3)
    assert order == ["a", "b", "b", "a", "a", "b"]
    assert samples == {"a": [1, 4, 5], "b": [2, 3, 6]}


@pytest.mark.parametrize(("limit", "kept"), [(0.25, True), (0.24, False)])
@pytest.mark.short
def test_a_ratio_above_its_limit_is_told(
    limit: float, kept: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    samples = {"old": [4.0, 4.0, 99.0], "new": [1.0, 1.0, 99.0]}
    assert report("speed", samples, "old", {"new": limit}) is kept
    assert ("TOO MUCH" in capsys.readouterr().out) is not kept


@pytest.mark.short
def test_what_was_measured_becomes_a_table_of_the_document(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    notes = tmp_path / "notes"
    monkeypatch.setenv(NOTES, str(notes))
    samples = {"old": [4.0], "new": [1.0], "new again (A/A)": [1.2], "slow": [9.0]}
    report("speed", samples, "old", {"new": 0.25, "slow": 2.0})
    measured = [{"program": "p", **json.loads(line)} for line in notes.read_text().splitlines()]
    text = with_table(f"between `{BEGIN}` and\n\n{BEGIN}\nold table\n{END}\nafter\n", measured)
    assert text.splitlines() == [
        f"between `{BEGIN}` and",
        "",
        BEGIN,
        "| | ratio | A/A | limit |",
        "|---|---|---|---|",
        "| **p**: speed, in multiples of *old* | | | |",
        "| new | 0.25 | 0.3 | 0.25 |",
        "| slow | 2.25 **over** |  | 2 |",
        END,
        "after",
    ]
    assert with_table(text, measured) == text
    with pytest.raises(ValueError, match="measured"):
        with_table("a document without marks", measured)


@pytest.mark.short
def test_a_child_answers_and_takes_its_memory_with_it() -> None:
    assert in_child(lambda: "done") == "done"
    assert peak_growth(lambda: bytearray(50_000_000)) > 45_000_000
    assert peak_growth(lambda: None) < 20_000_000


@pytest.mark.skipif(sys.platform != "linux", reason="nothing else gives memory back when asked")
@pytest.mark.short
def test_what_a_process_has_free_hides_nothing_of_what_its_child_needs() -> None:
    def many_small() -> list[bytes]:
        return [bytes(1000) for _ in range(40_000)]

    held = many_small()
    del held[:-1]  # the last one lies behind what is free, which so stays with the process
    assert peak_growth(many_small) > 35_000_000
