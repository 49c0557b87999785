"""The dialogue, and the drawing of a card, load no database, queue, web or LINE package."""

import subprocess
import sys

import pytest

IMPURE = {
    "sqlalchemy", "psycopg", "redis", "rq", "httpx", "starlette", "fastapi", "linebot", "pydantic",
}  # fmt: skip
ROOTS = [
    "bot.dialogue.script",
    "bot.dialogue.unsent",
    "bot.render.cards",
    "bot.render.bubbles",
    "reports.outbox.batching",
    "reports.outbox.kinds",
]


@pytest.mark.parametrize("root", ROOTS)
def test_what_says_pure_loads_nothing_else(root: str) -> None:
    loaded = f"import sys, {root}; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", loaded], capture_output=True, text=True)
    assert {name.split(".")[0] for name in done.stdout.split()} & (IMPURE | {"", "store"}) == set()
    assert root in done.stdout.split()
