"""The findings as lines for people and as JSON for programs; what is secret stands in neither."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from itertools import groupby
from typing import Any, Final

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from cli.doctor.findings import GROUPS, Finding, Level, worst

FORMAT: Final = 1
"""Of the JSON; it only grows within a number."""
MARKS: Final[Mapping[Level, str]] = {
    Level.RIGHT: "[green]✓[/]",
    Level.NOT_SEEN: "[dim]–[/]",
    Level.WARNING: "[yellow]⚠[/]",
    Level.WRONG: "[red]✗[/]",
}
_HIDDEN: Final = "…"


def show(findings: Sequence[Finding], console: Console) -> None:
    """A line for each, below the name of its group, and what to type below that. What was not
    looked at for the same reason stands there once."""
    for group, of_it in groupby(findings, key=lambda each: each.group):
        ja, en = GROUPS[group]
        console.print(f"[bold]{ja}[/]" + (f" [dim]/ {en}[/]" if en != ja else ""))
        for each in _once(of_it):
            english = f" [dim]/ {escape(each.en)}[/]" if each.en != each.ja else ""
            words = escape(each.ja) + english
            if console.is_terminal:
                console.print(_hanging(MARKS[each.level], words))
            else:
                console.print(f"  {MARKS[each.level]} {words}", soft_wrap=True)
            for line in each.to_type.splitlines():
                console.print(f"      [cyan]{escape(line)}[/]", soft_wrap=True)
    console.print(_sum(findings))


def _once(findings: Iterable[Finding]) -> list[Finding]:
    return list({(each.level, each.ja, each.to_type): each for each in findings}.values())


def _hanging(mark: str, words: str) -> Table:
    """What does not go into one line goes on below its words."""
    row = Table.grid(padding=(0, 1, 0, 0))
    row.add_column(width=3, justify="right")
    row.add_column(overflow="fold")
    row.add_row(mark, words)
    return row


def as_json(findings: Sequence[Finding]) -> str:
    """One object: the worst level, how many of each, and every finding."""
    told = {
        "format": FORMAT,
        "michi": version("michi"),
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "level": worst(findings),
        "counts": {level: _many(findings, level) for level in Level},
        "findings": [_as_object(each) for each in findings],
    }
    return json.dumps(told, ensure_ascii=False, indent=2)


def without(secrets: Collection[str], findings: Sequence[Finding]) -> list[Finding]:
    """The same, with … for whatever is secret."""
    longest_first = sorted(secrets, key=len, reverse=True)
    return [_hidden(each, longest_first) for each in findings]


def _hidden(finding: Finding, secrets: Sequence[str]) -> Finding:
    ja, en, to_type, details = (
        _less(each, secrets) for each in (finding.ja, finding.en, finding.to_type, finding.details)
    )
    return Finding(finding.name, finding.level, ja, en, to_type, details)


def _less(told: Any, secrets: Sequence[str]) -> Any:
    if isinstance(told, str):
        for secret in secrets:
            told = told.replace(secret, _HIDDEN)
        return told
    if isinstance(told, Mapping):
        return {name: _less(value, secrets) for name, value in told.items()}
    return [_less(each, secrets) for each in told] if isinstance(told, list | tuple) else told


def _as_object(finding: Finding) -> dict[str, Any]:
    return {
        "name": finding.name,
        "group": finding.group,
        "level": finding.level,
        "ja": finding.ja,
        "en": finding.en,
        "to_type": finding.to_type.splitlines(),
        "details": dict(finding.details),
    }


def _many(findings: Sequence[Finding], level: Level) -> int:
    return sum(each.level is level for each in findings)


def _sum(findings: Sequence[Finding]) -> str:
    told = [(mark, _many(findings, level), *_LEVELS[level]) for level, mark in MARKS.items()]
    ja = "、".join(f"{mark} {word} {many}" for mark, many, word, _ in told if many)
    return ja + " / " + ", ".join(f"{many} {word}" for _, many, _, word in told if many)


_LEVELS: Final = {
    Level.RIGHT: ("よし", "right"),
    Level.NOT_SEEN: ("見ていない", "not looked at"),
    Level.WARNING: ("注意", "warnings"),
    Level.WRONG: ("誤り", "wrong"),
}
