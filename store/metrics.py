"""What this process counts and times, as sums that can be added to those of others.

A web process gives the sums of all processes to Prometheus (watching/metrics.py), so they are kept
in a form that goes through the database (store/processes.py) and out of the child of a fork.
"""

import threading
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from time import perf_counter
from typing import Final

Sums = Mapping[str, Sequence[tuple[Sequence[str], Sequence[float]]]]
"""By the metric's name: the values of its labels, and its sums: of a counter one, of a histogram
the sum of all and how many fell into each of its buckets, the last of which has no end."""

_QUICK: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 5.0)
_CALL: Final = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_WORK: Final = (0.1, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0)
_WAIT: Final = (0.25, 0.5, 1.0, 2.0, 3.0, 5.0, 10.0, 30.0, 60.0, 120.0, 600.0)


@dataclass(frozen=True, slots=True, eq=False)
class Metric:
    """A counter, or with `buckets` (their upper ends, in seconds) a histogram."""

    name: str
    what: str
    labels: tuple[str, ...]
    buckets: tuple[float, ...] = ()

    def count(self, *labels: str) -> None:
        """Once more."""
        with _lock:
            self._sums(labels)[0] += 1

    def observe(self, seconds: float, *labels: str) -> None:
        """It took so long."""
        with _lock:
            sums = self._sums(labels)
            sums[0] += seconds
            sums[1 + bisect_left(self.buckets, seconds)] += 1

    @contextmanager
    def timed(self, *labels: str) -> Iterator["Timed"]:
        """The block's time, by these labels and the `outcome` that it leaves, which comes last; an
        exception that it does not catch is by its outcome "failed"."""
        time = Timed("failed", perf_counter())
        try:
            yield time
        finally:
            self.observe(perf_counter() - time.began, *labels, time.outcome)

    def _sums(self, labels: tuple[str, ...]) -> list[float]:
        mine = _sums[self.name]
        if (found := mine.get(labels)) is None:
            assert len(labels) == len(self.labels), self.name
            found = mine[labels] = [0.0] * (2 + len(self.buckets) if self.buckets else 1)
        return found


@dataclass(slots=True)
class Timed:
    """A block that is being timed."""

    outcome: str
    began: float


METRICS: Final = {
    each.name: each
    for each in (
        Metric(
            "michi_http_seconds",
            "Answers to requests, by the route's template and the status's class.",
            ("route", "status"),
            _QUICK,
        ),
        Metric(
            "michi_webhook_seconds", "Answers to LINE's web hook, by status.", ("status",), _QUICK
        ),
        Metric(
            "michi_heard_seconds",
            "From an event's being stored to its being heard: its effects are committed.",
            (),
            _WAIT,
        ),
        Metric(
            "michi_answered_seconds",
            "From an event's being stored to LINE's having taken the answer to it.",
            ("via",),
            _WAIT,
        ),
        Metric(
            "michi_task_seconds",
            "Work after the commit, of all kinds, by task and outcome.",
            ("task", "outcome"),
            _WORK,
        ),
        Metric(
            "michi_line_seconds",
            "Calls to LINE, by what is called and how they ended.",
            ("call", "outcome"),
            _CALL,
        ),
        Metric("michi_mail_seconds", "Mails handed to the mail server.", ("outcome",), _CALL),
        Metric("michi_call_out_seconds", "Calls to systems that are told.", ("outcome",), _CALL),
        Metric(
            "michi_duty_seconds",
            "Turns of the clock's duties, by whether they ended well.",
            ("duty", "outcome"),
            _WORK,
        ),
        Metric("michi_messages", "Attempts to say something, by way and fate.", ("via", "fate")),
        Metric(
            "michi_line_errors",
            "Calls to LINE that brought nothing, by kind of error and HTTP status (0: no answer).",
            ("call", "kind", "status"),
        ),
        Metric(
            "michi_webhook_signatures",
            "Webhook requests by the secret that has signed them.",
            ("secret",),
        ),
        Metric(
            "michi_line_tokens",
            "Calls to LINE by token, and whether it was taken.",
            ("token", "taken"),
        ),
        Metric(
            "michi_errors",
            "Trouble below us, by whose (the database's by SQLSTATE).",
            ("of", "kind"),
        ),
    )
}

HTTP: Final = METRICS["michi_http_seconds"]
WEBHOOK: Final = METRICS["michi_webhook_seconds"]
HEARD: Final = METRICS["michi_heard_seconds"]
ANSWERED: Final = METRICS["michi_answered_seconds"]
TASK: Final = METRICS["michi_task_seconds"]
LINE: Final = METRICS["michi_line_seconds"]
MAIL: Final = METRICS["michi_mail_seconds"]
CALL_OUT: Final = METRICS["michi_call_out_seconds"]
DUTY: Final = METRICS["michi_duty_seconds"]
MESSAGES: Final = METRICS["michi_messages"]
SIGNATURES: Final = METRICS["michi_webhook_signatures"]
TOKENS: Final = METRICS["michi_line_tokens"]
LINE_ERRORS: Final = METRICS["michi_line_errors"]
ERRORS: Final = METRICS["michi_errors"]

_lock: Final = threading.Lock()
_sums: Final[dict[str, dict[tuple[str, ...], list[float]]]] = {name: {} for name in METRICS}


def sums() -> Sums:
    """All that this process has counted, as it is now; JSON can hold it."""
    with _lock:
        return {
            name: [(labels, list(each)) for labels, each in mine.items()]
            for name, mine in _sums.items()
            if mine
        }


def begin_anew() -> None:
    """In the child of a fork: what the parent has counted is the parent's."""
    with _lock:
        for mine in _sums.values():
            mine.clear()


def add(theirs: Sums) -> None:
    """What a child has counted is ours from now on; names and shapes that are not known are left
    out."""
    with _lock:
        for name, labels, more in known(theirs):
            before = METRICS[name]._sums(tuple(labels))
            before[:] = [one + other for one, other in zip(before, more, strict=True)]


def known(theirs: Sums) -> Iterator[tuple[str, Sequence[str], Sequence[float]]]:
    """Of another process's sums those that this version knows, in its shape."""
    for name, lines in theirs.items():
        if (metric := METRICS.get(name)) is None:
            continue
        length = 2 + len(metric.buckets) if metric.buckets else 1
        for labels, each in lines:
            if len(labels) == len(metric.labels) and len(each) == length:
                yield name, labels, each
