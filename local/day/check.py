"""`./run --check`: a scripted day through the whole of Michi, judged and shown as a table."""

import json
import statistics
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import httpx
import redis
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from local.day.cast import Cast, casts
from local.day.crews.day import crew_day
from local.day.morning import morning
from local.day.tales.repair import Repair
from local.day.tales.same_hole import SameHole
from local.day.tales.sequels import Question, Withdrawal
from local.day.tales.soon_after import CorrectedPin, MoreAboutIt, OnTheBorder, QuotedCard
from local.day.tales.taken_back import TakenBackAtOnce, TakenBackLater
from local.day.tales.tale import Alone, Tale
from local.day.town import Books, Town, town
from local.day.verdict import Verdict
from local.machine.stack import Stack

AT_ONCE: Final = 8
MOST_ACTIONS: Final = 3
TALES: Final[dict[str, type[Tale]]] = {
    "alone": Alone,
    "same_hole": SameHole,
    "repair": Repair,
    "taken_back_at_once": TakenBackAtOnce,
    "taken_back_later": TakenBackLater,
    "question": Question,
    "withdrawal": Withdrawal,
    "more_about_it": MoreAboutIt,
    "corrected_pin": CorrectedPin,
    "quoted_card": QuotedCard,
    "on_the_border": OnTheBorder,
}
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
    ("ticket", "受付番号", 11),
    ("place", "場所", 16),
    ("category", "種類", 14),
    ("owner", "管理", 4),
    ("department", "担当", 12),
    ("deadline", "期限", 10),
    ("status", "状況", 10),
    ("language", "言語", 7),
    ("part", "その後", 22),
    ("thumbnails", "写真", 4),
    ("actions", "操作", 4),
    ("seconds", "秒", 5),
)


@dataclass
class Day:
    """What came of the day."""

    verdicts: list[Verdict] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    @property
    def actions(self) -> list[int]:
        """For each resident who got a ticket number: what they had to send and tap for it."""
        return [v.row["actions"] for v in self.verdicts if v.row.get("actions")]


def run_day(stack: Stack, *, faults: bool = False, json_file: Path | None = None) -> int:
    """Play the day on this stack, print the table; 0 when everything came out right, else 1.

    `faults` kills a worker, then web, then empties Redis in the middle of the day. `json_file`
    gets the table as data.
    """
    console = Console(width=160, soft_wrap=False)
    _set_weather(stack)
    with town(stack) as place:
        tales = _play(stack, place, casts(), console, faults)
        place.books.until_quiet()
        day = Day([verdict for tale in tales for verdict in tale.judge(place.books)])
        day.wrong = [f"{v.name}: {why}" for v in day.verdicts for why in v.wrong]
        day.wrong += [*_too_many_actions(day), *_strays(place.books, day.verdicts)]
        day.wrong += [*morning(place), *crew_day(place), *_undone(place.books)]
    _show(day, console)
    if json_file:
        json_file.write_text(json.dumps(_as_data(day), ensure_ascii=False, indent=1))
    return 1 if day.wrong else 0


def _set_weather(stack: Stack) -> None:
    httpx.post(f"{stack.line_api}/_platform/delivery", json=ROUGH_WEATHER).raise_for_status()


def _play(stack: Stack, place: Town, day: list[Cast], console: Console, faults: bool) -> list[Tale]:
    tales: list[Tale] = []
    blows = _blows(stack) if faults else []
    with (
        ThreadPoolExecutor(AT_ONCE) as hands,
        Progress(console=console, transient=not console.is_terminal) as progress,
    ):
        bar = progress.add_task("住民の通報 / residents' reports", total=len(day))
        begun = [hands.submit(_perform, place, cast) for cast in day]
        for number, done in enumerate(as_completed(begun), start=1):
            tales.append(done.result())
            progress.advance(bar)
            if blows and number >= len(day) * (4 - len(blows)) // 5:
                name, strike = blows.pop(0)
                progress.console.print(f"⚡ {name}")
                threading.Thread(target=strike).start()
    return sorted(tales, key=lambda tale: tale.residents[0].story.number)


def _perform(place: Town, cast: Cast) -> Tale:
    tale = TALES[cast.kind](place, cast.stories)
    tale.perform()
    return tale


def _blows(stack: Stack) -> list[tuple[str, Callable[[], Any]]]:
    return [
        ("kill -9 photos", lambda: stack.kill("photos")),
        ("kill -9 web", lambda: stack.kill("web")),
        ("Redis FLUSHALL", lambda: redis.Redis.from_url(stack.redis_url).flushall()),
    ]


def _too_many_actions(day: Day) -> Iterator[str]:
    if day.actions and (middle := statistics.median(day.actions)) > MOST_ACTIONS:
        yield f"{middle:g} actions to a ticket number in the median instead of {MOST_ACTIONS}"


def _strays(books: Books, verdicts: list[Verdict]) -> Iterator[str]:
    """Tickets that nobody reported."""
    known = {verdict.row.get("ticket") for verdict in verdicts}
    for row in books.rows("SELECT number FROM tickets"):
        if row["number"] not in known:
            yield f"{row['number']}: a ticket that nobody asked for"


def _undone(books: Books) -> Iterator[str]:
    """Work that was given up, and what could not be said as it was meant."""
    for row in books.rows("SELECT id, name, error FROM tasks WHERE gave_up_at IS NOT NULL"):
        yield f"task {row['id']} {row['name']} was given up: {row['error']}"
    for row in books.rows(_UNSAID):
        yield f"message {row['id']} is {row['state']}: {row['error']}"
    for row in books.rows(_SAID_PLAINLY):
        yield f"message {row['id']} had to be said in plain words: {row['error']}"


def _show(day: Day, console: Console) -> None:
    table = Table()
    for _, title, width in COLUMNS:
        table.add_column(title, max_width=width, no_wrap=True)
    table.add_column("", min_width=1)
    for verdict in day.verdicts:
        cells = [_shown(verdict.row.get(key)) for key, _, _ in COLUMNS]
        table.add_row(*cells, "✗" if verdict.wrong else "✓")
    console.print(table)
    for verdict in day.verdicts:
        for line in verdict.talk if verdict.wrong else ():
            console.print(f"{verdict.name} {line}", style="dim", highlight=False, markup=False)
    for line in day.wrong:
        console.print(f"✗ {line}", style="red", highlight=False, markup=False)
    console.print(_closing_line(day))


def _shown(value: Any) -> str:
    return "" if value is None else str(value)


def _closing_line(day: Day) -> str:
    tickets = len({verdict.row["ticket"] for verdict in day.verdicts if "ticket" in verdict.row})
    outcome = f"{len(day.wrong)} wrong" if day.wrong else "all as it should be"
    said = [f"check: {len(day.verdicts)} reports", f"{tickets} tickets"]
    if day.actions:
        few = sum(actions <= MOST_ACTIONS for actions in day.actions) / len(day.actions)
        middle = statistics.median(day.actions)
        said.append(
            f"{middle:g} actions to a number (median; {few:.0%} need {MOST_ACTIONS} or fewer)"
        )
    return ", ".join([*said, outcome])


def _as_data(day: Day) -> dict[str, Any]:
    rows = [
        {"report": v.name, **v.row, "wrong": v.wrong, **({"talk": v.talk} if v.wrong else {})}
        for v in day.verdicts
    ]
    return {"rows": rows, "actions": sorted(day.actions), "wrong": day.wrong}


_UNSAID: Final = """
    SELECT id, state, error FROM messages WHERE state NOT IN ('sent', 'gathered')
"""
_SAID_PLAINLY: Final = """
    SELECT id, error FROM messages WHERE contents IS NOT NULL AND via = 'reply'
"""
