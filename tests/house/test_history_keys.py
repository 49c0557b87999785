"""Only the room of tickets reads the rows of history in SQL; all others ask its events."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
ROOMS = ("reports", "bot", "web", "workers", "cli")
READS = re.compile(
    r"\b(?:FROM|JOIN|USING|UPDATE)\s+history\b|History\.details|\bdetails\b\s*(?:->|\?)|\.details\["
)


def reads_history(root: Path) -> list[str]:
    """The files that read what a line of history says by themselves."""
    files = [file for room in ROOMS for file in sorted((root / room).rglob("*.py"))]
    return [
        str(file.relative_to(root))
        for file in files
        if "node_modules" not in file.parts
        and READS.search(file.read_text(encoding="utf-8"))
        and not file.is_relative_to(root / "reports" / "tickets")
    ]


def test_nobody_but_tickets_names_the_keys_of_history() -> None:
    assert reads_history(ROOT) == []


def test_a_planted_reader_is_found(tmp_path: Path) -> None:
    (tmp_path / "web").mkdir()
    (tmp_path / "web" / "a.py").write_text("X = \"SELECT details ->> 'session' FROM history\"\n")
    assert reads_history(tmp_path) == ["web/a.py"]
