"""All figures in one run, one program after the other.

    python -m bench [--json FILE] [--into FILE] [name ...]

Without names all of them, each with its own number of rounds. What was measured is kept as JSON,
and as a table between two marks of a document. Ends with an error when a limit is exceeded.
"""

import json
import os
import subprocess
import sys
import tempfile
from argparse import ArgumentParser
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

from bench.rounds import NOTES
from settings import ROOT

PROGRAMS: Final = (
    "webhook", "thumbnails", "growth", "filing", "tiles", "drain", "fairness", "trials", "turns",
    "load", "desk", "disk", "open", "numbers",
)  # fmt: skip
AGAIN: Final = " again (A/A)"
MOST_ROWS: Final = 20
"""Of a comparison without limits, such as the disk's, the largest."""
BEGIN, END = "<!-- measured -->", "<!-- /measured -->"


def main() -> int:
    asked = ArgumentParser(prog="python -m bench", description=__doc__)
    asked.add_argument("names", nargs="*", metavar="name", default=PROGRAMS)
    asked.add_argument("--json", type=Path, metavar="FILE")
    asked.add_argument("--into", type=Path, metavar="FILE")
    given = asked.parse_args()
    measured = [table for name in given.names for table in _measured(name)]
    if given.json:
        given.json.write_text(json.dumps(measured, ensure_ascii=False, indent=1) + "\n", "utf-8")
    if given.into:
        text = given.into.read_text("utf-8")
        given.into.write_text(with_table(text, measured), "utf-8")
    return 0 if all(row["kept"] for table in measured for row in table["rows"]) else 1


def with_table(text: str, measured: Iterable[dict[str, Any]]) -> str:
    """The text with what was measured between its two marks. Raises ValueError without them."""
    before, _, rest = text.partition(f"\n{BEGIN}\n")
    _, mark, after = rest.partition(f"{END}\n")
    if not mark:
        raise ValueError(f"no {BEGIN} … {END}, each on a line of its own")
    return "\n".join([before, BEGIN, *_lines(measured), END, after])


def _measured(name: str) -> list[dict[str, Any]]:
    """What this program notes; a program that cannot measure ends all."""
    with tempfile.TemporaryDirectory() as folder:
        notes = Path(folder) / "notes"
        env = os.environ | {NOTES: str(notes)}
        done = subprocess.run(
            (sys.executable, "-m", f"bench.{name}"), env=env, cwd=ROOT, check=False
        )
        if not notes.exists():
            raise SystemExit(f"bench.{name} ended with {done.returncode} and measured nothing")
        return [{"program": name, **json.loads(line)} for line in notes.read_text().splitlines()]


def _lines(measured: Iterable[dict[str, Any]]) -> Iterator[str]:
    """A heading for each comparison, then its contestants: in multiples of the first one, and the
    same measured twice."""
    yield "| | ratio | A/A | limit |"
    yield "|---|---|---|---|"
    for table in measured:
        ratios = {row["name"]: row["ratio"] for row in table["rows"]}
        base = next(name for name, ratio in ratios.items() if ratio == 1)
        yield f"| **{table['program']}**: {table['title']}, in multiples of *{base}* | | | |"
        others = [row for row in table["rows"] if row["name"] != base and AGAIN not in row["name"]]
        for row in others[:MOST_ROWS]:
            again = ratios.get(row["name"] + AGAIN, ratios.get(base + AGAIN))
            twice = "" if again is None else f"{again:.3g}"
            limit = "" if row["limit"] is None else f"{row['limit']:g}"
            over = "" if row["kept"] else " **over**"
            yield f"| {row['name']} | {row['ratio']:.3g}{over} | {twice} | {limit} |"


if __name__ == "__main__":
    sys.exit(main())
