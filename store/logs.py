"""The log: one JSON line per fact, ids only; a failure says where it happened, never what was said.

What an exception says, and the values around it, may be a resident's words, place or token. So a
failure is logged by its kind and the lines of our code it came through, and by nothing else.
"""

import sys
import traceback
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import structlog

from settings import ROOT


def write_plain_lines() -> None:
    """How this process logs from now on; each process says it once, when it starts."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            _where_it_failed,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ]
    )


@contextmanager
def beside_the_answer() -> Iterator[None]:
    """What is logged within goes to standard error: standard output is an answer for programs."""
    before = structlog.get_config()["logger_factory"]
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    try:
        yield
    finally:
        structlog.configure(logger_factory=before)


def _where_it_failed(
    logger: Any, method: str, line: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    given = line.pop("exc_info", None)
    error = given if isinstance(given, BaseException) else sys.exc_info()[1] if given else None
    if error:
        frames = traceback.extract_tb(error.__traceback__)
        line["failed"] = type(error).__name__
        line["at"] = [where for frame in frames if (where := _ours(frame))]
        if sqlstate := getattr(getattr(error, "orig", error), "sqlstate", None):
            line["sqlstate"] = sqlstate
    return line


def _ours(frame: traceback.FrameSummary) -> str:
    """Such as "bot/dialogue/script.py:120 _go_on"; "" for a frame of somebody else's code."""
    file = Path(frame.filename)
    if not file.is_relative_to(ROOT) or "site-packages" in file.parts:
        return ""
    return f"{file.relative_to(ROOT)}:{frame.lineno} {frame.name}"
