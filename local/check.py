"""`./run --check`: a scripted day through the whole of Michi, judged and shown as a table."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import httpx
import psycopg
import redis
from psycopg.rows import dict_row
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from local.day import Story, stories
from local.judging import Verdict, judge
from local.residents import Phone, Played
from local.stack import Stack

AT_ONCE: Final = 6
ROUGH_WEATHER: Final = {
    "batch_ms": 40,
    "shuffle": True,
    "duplicates": 0.3,
    "redeliver": True,
    "redeliver_after_ms": 700,
    "redeliver_times": 60,
    "seed": 11,
}
COLUMNS: Final = (
    ("ticket", "受付番号"),
    ("place", "場所"),
    ("category", "種類"),
    ("owner", "管理者"),
    ("department", "担当"),
    ("deadline", "期限"),
    ("status", "状況"),
    ("thumbnails", "縮小写真"),
    ("seconds", "秒"),
)


@dataclass
class Day:
    """What came of the day."""

    verdicts: list[Verdict] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)


def run_day(stack: Stack, *, faults: bool = False, json_file: Path | None = None) -> int:
    """Play the day on this stack, print the table; 0 when every report came out right, else 1.

    `faults` kills a worker, then web, then empties Redis in the middle of the day. `json_file`
    gets the table as data.
    """
    console = Console(width=140, soft_wrap=False)
    _set_weather(stack)
    played = _play(stack, stories(), console, faults)
    day = Day()
    with psycopg.connect(stack.database_url, row_factory=dict_row, autocommit=True) as database:
        _until_quiet(database)
        day.verdicts = [judge(one, stack, database) for one in played]
        day.wrong = list(_strays(database, day.verdicts))
    day.wrong += [f"{v.name}: {why}" for v in day.verdicts for why in v.wrong]
    _show(day, console)
    if json_file:
        json_file.write_text(json.dumps(_as_data(day), ensure_ascii=False, indent=1))
    return 1 if day.wrong else 0


def _set_weather(stack: Stack) -> None:
    httpx.post(f"{stack.line_api}/_platform/delivery", json=ROUGH_WEATHER).raise_for_status()


def _play(stack: Stack, day: list[Story], console: Console, faults: bool) -> list[Played]:
    played: list[Played] = []
    blows = _blows(stack) if faults else []
    with (
        ThreadPoolExecutor(AT_ONCE) as hands,
        Progress(console=console, transient=not console.is_terminal) as progress,
    ):
        bar = progress.add_task("住民の通報 / residents' reports", total=len(day))
        begun = [hands.submit(_report, stack.line_api, story) for story in day]
        for number, done in enumerate(as_completed(begun), start=1):
            played.append(done.result())
            progress.advance(bar)
            if blows and number >= len(day) * (4 - len(blows)) // 5:
                name, strike = blows.pop(0)
                progress.console.print(f"⚡ {name}")
                threading.Thread(target=strike).start()
    return sorted(played, key=lambda one: one.story.number)


def _report(line_api: str, story: Story) -> Played:
    return Phone(line_api, story).report()


def _blows(stack: Stack) -> list[tuple[str, Callable[[], Any]]]:
    return [
        ("kill -9 photos", lambda: stack.kill("photos")),
        ("kill -9 web", lambda: stack.kill("web")),
        ("Redis FLUSHALL", lambda: redis.Redis.from_url(stack.redis_url).flushall()),
    ]


def _until_quiet(database: psycopg.Connection[dict[str, Any]], patience: float = 90) -> None:
    """Until nothing waits any more: no event, no task, no message."""
    until = time.monotonic() + patience
    while time.monotonic() < until:
        row = database.execute(
            "SELECT (SELECT count(*) FROM inbox WHERE done_at IS NULL)"
            " + (SELECT count(*) FROM tasks WHERE finished_at IS NULL)"
            " + (SELECT count(*) FROM messages WHERE state = 'waiting') AS waiting"
        ).fetchone()
        if row and row["waiting"] == 0:
            return
        time.sleep(0.2)


def _strays(database: psycopg.Connection[dict[str, Any]], verdicts: list[Verdict]) -> Iterator[str]:
    """Tickets that nobody reported, and work that was given up."""
    known = {verdict.row.get("ticket") for verdict in verdicts}
    for row in database.execute("SELECT number FROM tickets"):
        if row["number"] not in known:
            yield f"{row['number']}: a ticket that nobody asked for"
    for row in database.execute("SELECT id, name, error FROM tasks WHERE gave_up_at IS NOT NULL"):
        yield f"task {row['id']} {row['name']} was given up: {row['error']}"
    for row in database.execute("SELECT id, state, error FROM messages WHERE state <> 'sent'"):
        yield f"message {row['id']} is {row['state']}: {row['error']}"
    for row in database.execute(
        "SELECT id, error FROM messages WHERE contents IS NOT NULL AND via = 'reply'"
    ):
        yield f"message {row['id']} had to be said in plain words: {row['error']}"


def _show(day: Day, console: Console) -> None:
    table = Table(*(title for _, title in COLUMNS), "")
    for verdict in day.verdicts:
        cells = [str(verdict.row.get(key, "")) for key, _ in COLUMNS]
        table.add_row(*cells, "✗" if verdict.wrong else "✓")
    console.print(table)
    for line in day.wrong:
        console.print(f"✗ {line}", style="red", highlight=False)
    tickets = sum("ticket" in verdict.row for verdict in day.verdicts)
    outcome = f"{len(day.wrong)} wrong" if day.wrong else "all as it should be"
    console.print(f"check: {len(day.verdicts)} reports, {tickets} tickets, {outcome}")


def _as_data(day: Day) -> dict[str, Any]:
    rows = [{"report": v.name, **v.row, "wrong": v.wrong} for v in day.verdicts]
    return {"rows": rows, "wrong": day.wrong}
