"""The table: what went wrong, under which kind of fault."""

import io
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from oracle import COLUMNS, NO_FILE, Finding
from rich.console import Console
from rich.table import Table
from storm import Blow

CALM = "(no fault)"
AFTER_MS = 90_000
"""So long after its end something may still come of a fault."""
SHOWN = 12


@dataclass
class Result:
    """What came of one stage."""

    events: int = 0
    tickets: int = 0
    copies: int = 0
    findings: list[Finding] = field(default_factory=list)
    blows: list[Blow] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)


def blamed(finding: Finding, blows: Sequence[Blow]) -> str:
    """The fault that was on then or just before: of photos the store's, else LINE's first."""
    of_store = finding.column == NO_FILE
    near = [blow for blow in blows if blow.begun <= finding.at <= blow.ended + AFTER_MS]
    ranked = sorted(near, key=lambda blow: (_is_past(blow, finding), -blow.begun))
    lanes = ("store", "photos") if of_store else ("line", "house", "clocks", "photos", "store")
    for lane in lanes:
        for blow in ranked:
            if blow.lane == lane and not _is_past(blow, finding):
                return blow.kind
    return ranked[0].kind if ranked else CALM


def show(result: Result, seed: int, seconds: float) -> str:
    """As it is printed."""
    console = Console(width=150, record=True, file=io.StringIO())
    table = Table("fault", "times", *COLUMNS)
    times = Counter(blow.kind for blow in result.blows)
    wrong = Counter((blamed(one, result.blows), one.column) for one in result.findings)
    for kind in [*sorted(times), CALM]:
        cells = [str(wrong[kind, column] or "·") for column in COLUMNS]
        table.add_row(kind, str(times[kind] or ""), *cells)
    sums = Counter(one.column for one in result.findings)
    table.add_section()
    table.add_row("all", str(len(result.blows)), *(str(sums[column]) for column in COLUMNS))
    console.print(table)
    for line in _words(result, seed, seconds, len(times)):
        console.print(line, highlight=False, markup=False)
    return console.export_text()


def _words(result: Result, seed: int, seconds: float, kinds: int) -> Iterator[str]:
    yield (
        f"chaos: {result.events} events, {result.tickets} tickets, {len(result.blows)} faults of"
        f" {kinds} kinds in {seconds:.0f} s, seed {seed}; {result.copies} said again because"
        " nobody could know"
    )
    yield from (f"left out: {what}" for what in result.left_out)
    for column in COLUMNS:
        found = [one for one in result.findings if one.column == column]
        for one in found[:SHOWN]:
            yield f"✗ {column}: {one.what} [{blamed(one, result.blows)}]"
            yield from (f"    {line}" for line in one.evidence)
        if len(found) > SHOWN:
            yield f"✗ {column}: and {len(found) - SHOWN} more"


def _is_past(blow: Blow, finding: Finding) -> bool:
    return finding.at > blow.ended
