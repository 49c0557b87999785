"""The routing table, its versions, its differences and its trials, shown in the terminal."""

import csv
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Final

from PIL import ImageFont
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Column, Table
from sqlalchemy.orm import Session

from bot.line.setup.fonts import NoFont, face_for
from geo.gis_import import sketch
from geo.kinds import OWNER_NAMES
from reports.routing.choose import Rule
from reports.routing.diff import Difference
from reports.routing.table import COLUMNS, HOURS, Finding, Known
from reports.routing.trial import Trial
from reports.routing.versions import Version

NOBODY: Final = "担当課未定"
_STATES: Final = {
    "draft": "案 / draft", "live": "使用中 / in use", "past": "以前 / past",
    "dropped": "捨てた案 / dropped",
}  # fmt: skip
_KINDS: Final = {
    "added": "[green]追加[/green]", "removed": "[red]削除[/red]",
    "changed": "[yellow]変更[/yellow]", "moved": "[cyan]移動[/cyan]",
}  # fmt: skip
_COLOURS: Final = (
    "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#7a5ba6", "#8c6d31",
    "#b3261e", "#3f6b21",
)  # fmt: skip


def show_findings(console: Console, findings: Sequence[Finding]) -> None:
    """One line each; ✗ must be mended."""
    for finding in findings:
        mark = "[red]✗[/red]" if finding.refuses else "[yellow]![/yellow]"
        console.print(f"{mark} {escape(str(finding))}")


def show_versions(console: Console, versions: Sequence[Version]) -> None:
    """The newest first; names stand below their moments, so that a narrow terminal shows all."""
    titles = ("版", "状態", "規則", "作った", "使用開始", "メモ")
    table = Table(*(Column(title, overflow="fold") for title in titles))
    for each in versions:
        table.add_row(
            str(each.id),
            _STATES[each.state],
            str(each.size),
            escape(f"{_moment(each.made_at)}\n{each.made_by}"),
            escape(f"{_moment(each.live_at)}\n{each.live_by}"),
            escape(each.note),
        )
    console.print(table)


def show_rules(console: Console, rules: Sequence[Rule], known: Known) -> None:
    """Line by line, in the city's words, without columns that are empty; no cell means any."""
    lines = [_in_words(rule, known) for rule in rules]
    filled = [column for column in COLUMNS if any(line[column] for line in lines)]
    table = Table(*(Column(COLUMNS[column], overflow="fold") for column in filled))
    for line in lines:
        table.add_row(*(escape(line[column]) for column in filled))
    console.print(table)


def show_differences(console: Console, differences: Sequence[Difference], known: Known) -> None:
    """Each rule that is other than before; of a changed one only what changed."""
    table = Table("違い", "番号", "中身")
    for each in differences:
        rule = each.after or each.before
        if rule:
            table.add_row(_KINDS[each.kind], str(rule.order), escape(_said(each, known)))
    console.print(table)


def show_trial(console: Console, trial: Trial, known: Known, since: datetime) -> None:
    """What would move from whom to whom, the most first."""
    console.print(
        f"{since:%Y-%m-%d}からの受付票 {trial.looked_at:,}件: 変わる {len(trial.moves):,}件、"
        f"変わらない {trial.unchanged:,}件、人が決めた {trial.by_hand:,}件"
    )
    if trial.moves:
        table = Table("今の担当課 / from", "変わる担当課 / to", "件 / tickets")
        for (before, after), count in trial.matrix.items():
            table.add_row(*map(escape, (_name(before, known), _name(after, known))), f"{count:,}")
        console.print(table)
    for (before_days, after_days), count in trial.days.most_common():
        console.print(f"期限が{before_days}日から{after_days}日に変わる: {count:,}件")


@contextmanager
def progress() -> Iterator[Callable[[int, int], None]]:
    """A bar on the error stream: what to call with how many of how many."""
    parts = TextColumn("調べています / trying"), BarColumn(), MofNCompleteColumn()
    bar = Progress(*parts, TimeRemainingColumn(), console=Console(stderr=True), transient=True)
    with bar:
        task = bar.add_task("", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def write_moves(file: Path, trial: Trial, known: Known) -> None:
    """Every move as a line of CSV, for Excel."""
    with file.open("w", encoding="utf-8-sig", newline="") as opened:
        lines = csv.writer(opened)
        lines.writerow(("number", "lon", "lat", "from", "from_name", "to", "to_name",
                        "version_before", "rule_before", "rule_after"))  # fmt: skip
        for move in trial.moves:
            before, after = _name(move.before, known), _name(move.after, known)
            lines.writerow((move.number, move.lon, move.lat, move.before, before, move.after, after,
                            move.version_before, move.rule_before, move.rule_after))  # fmt: skip


def draw_moves(db: Session, file: Path, trial: Trial, known: Known) -> None:
    """A map of the tickets that would move, coloured by where to."""
    to = list(dict.fromkeys(after for _, after in trial.matrix))
    colours = {key: _COLOURS[place % len(_COLOURS)] for place, key in enumerate(to)}
    names = {key: f"→ {_name(key, known)}" for key in to}
    spots = [sketch.Spot(move.lon, move.lat, colours[move.after]) for move in trial.moves]
    try:
        font: sketch.Font = face_for("".join(names.values())).at(sketch.LETTERS)
    except NoFont:
        font = ImageFont.load_default(sketch.LETTERS)
        names = {key: f"-> {key or 'nobody'}" for key in to}
    sketch.draw_spots(db, spots, [(names[key], colours[key]) for key in to], font, file)


def _in_words(rule: Rule, known: Known) -> dict[str, str]:
    names = {key: each.name for key, each in known.departments.items()}
    urgent = {True: "はい", False: "いいえ", None: ""}
    return {
        "order": str(rule.order),
        "category": known.categories.get(rule.category or "", rule.category or ""),
        "owner": OWNER_NAMES.get(rule.owner or "", rule.owner or ""),
        "district": known.districts.get(rule.district or "", rule.district or ""),
        "urgent": urgent[rule.urgent],
        "hours": HOURS.get(rule.hours or "", ""),
        "department": _name(rule.department, known),
        "deadline_days": "" if rule.deadline_days is None else f"{rule.deadline_days}日",
        "tell": "、".join(names.get(key, key) for key in rule.tell),
        "not_ours": names.get(rule.not_ours or "", rule.not_ours or ""),
        "note": rule.note,
    }


def _said(difference: Difference, known: Known) -> str:
    before, after = difference.before, difference.after
    old, new = (_in_words(rule, known) if rule else {} for rule in (before, after))
    if difference.kind != "changed":
        words = new or old
        return "、".join(f"{COLUMNS[c]} {words[c]}" for c in words if words[c] and c != "order")
    return "、".join(
        f"{COLUMNS[column]} {old[column] or '(空)'} → {new[column] or '(空)'}"
        for column in COLUMNS
        if old[column] != new[column]
    )


def _name(key: str | None, known: Known) -> str:
    if key is None:
        return NOBODY
    return known.departments[key].name if key in known.departments else key


def _moment(moment: datetime | None) -> str:
    return f"{moment.astimezone():%Y-%m-%d %H:%M}" if moment else ""
