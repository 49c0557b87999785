"""The keeper's one way of waiting: it ends when nobody wants the house any more."""

import os
import select
import signal
from types import FrameType

STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


class Closed(Exception):
    """The lifeline has ended, or somebody sent a signal to stop."""


class Watch:
    """Waits while it watches the lifeline: a pipe whose other end the starter holds."""

    def __init__(self, lifeline: int) -> None:
        self._lifeline = lifeline
        self._told_to_stop = False
        for name in STOP_SIGNALS:
            signal.signal(name, self._stop)

    def first_line(self) -> bytes:
        """What the starter says first. Raises Closed when it ended without a word."""
        line = b""
        while not line.endswith(b"\n"):
            line += self._read()
        return line

    def pause(self, seconds: float) -> None:
        """Let time pass; raises Closed when it is time to stop."""
        if select.select([self._lifeline], [], [], seconds)[0]:
            self._read()
        if self._told_to_stop:
            raise Closed

    def _read(self) -> bytes:
        if not (said := os.read(self._lifeline, 65536)):
            raise Closed
        return said

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        self._told_to_stop = True
