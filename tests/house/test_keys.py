"""What stands in the JSON of history and of words is named in SQL by their own rooms alone."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROOMS = ("reports", "bot", "web", "workers", "cli")
READS = {
    "reports/tickets": re.compile(
        r"\b(?:FROM|JOIN|USING|UPDATE)\s+history\b"
        r"|History\.details|\bdetails\b\s*(?:->|\?)|\.details\["
    ),
    "reports/outbox": re.compile(
        r"\bsay\s*(?:->|@>|#>|\?\s)|->>?\s*'say'|'say'\s*,|\"say\":\s*\"|Message\.say\b"
        r"|jsonb_(?:array_elements|to_recordset)\(\s*(?:\w+\.)?say\s*\)"
    ),
}
"""By the room whose rows they are: what nobody else writes."""


def reads_of_others(root: Path, owner: str) -> list[str]:
    """The files that read by themselves what a row of this room says."""
    files = [file for room in ROOMS for file in sorted((root / room).rglob("*.py"))]
    return [
        str(file.relative_to(root))
        for file in files
        if "node_modules" not in file.parts
        and READS[owner].search(file.read_text(encoding="utf-8"))
        and not file.is_relative_to(root / owner)
    ]


@pytest.mark.parametrize("owner", READS)
def test_nobody_else_names_the_keys(owner: str) -> None:
    assert reads_of_others(ROOT, owner) == []


PLANTED = [
    ("reports/tickets", "SELECT details ->> 'session' FROM history"),
    ("reports/outbox", "SELECT FROM messages WHERE say @> jsonb_build_array(1)"),
    ("reports/outbox", "jsonb_build_object('say', 'question')"),
    ("reports/outbox", "CROSS JOIN jsonb_array_elements(m.say) AS told"),
    ("reports/outbox", "told ->> 'say' = 'photo_lost'"),
    ("reports/outbox", """say @> '[{"say": "erased"}]'::jsonb"""),
]


@pytest.mark.parametrize(("owner", "planted"), PLANTED)
def test_a_planted_reader_is_found(owner: str, planted: str, tmp_path: Path) -> None:
    (tmp_path / "web").mkdir()
    (tmp_path / "web" / "a.py").write_text(f'X = """{planted}"""\n')
    assert reads_of_others(tmp_path, owner) == ["web/a.py"]
