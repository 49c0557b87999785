"""Charts for paper: Vega-Lite specifications become SVG in a child process, which has so much time
and memory, no more.

The child is a Python of its own, which is this file run as a program: it knows no setting and no
secret, and JavaScript runs there alone. It loads nothing but what the specification holds.
"""

import json
import resource
import subprocess
import sys
from collections.abc import Mapping, Sequence
from typing import Any, Final

MOST_SECONDS: Final = 45.0
"""On the clock; a report's charts take three."""
CPU_SECONDS: Final = 30
MEMORY_BYTES: Final = 1_000 * 1024 * 1024
"""Of what it holds itself; a report's charts take a tenth of it. The engine reserves more addresses
than any machine has memory, so that these are not counted."""


class NotDrawn(Exception):
    """The charts could not be drawn within their limits; the message says why."""


def draw(specs: Sequence[Mapping[str, Any]]) -> list[str]:
    """An SVG for each. Raises NotDrawn."""
    if not specs:
        return []
    program = [sys.executable, "-m", __name__]
    try:
        done = subprocess.run(
            program,
            input=json.dumps(list(specs)).encode(),
            capture_output=True,
            timeout=MOST_SECONDS,
            env={"PYTHONPATH": ":".join(filter(None, sys.path)), "HOME": "/nonexistent"},
        )
    except subprocess.TimeoutExpired:
        raise NotDrawn(f"not drawn within {MOST_SECONDS} s") from None
    if done.returncode:
        *_, said = [b"", *done.stderr.strip().splitlines()]
        raise NotDrawn(f"exit {done.returncode}: {said.decode(errors='replace')[:300]}")
    drawn: list[str] = json.loads(done.stdout)
    return drawn


def _drawn(specs: Sequence[Mapping[str, Any]]) -> list[str]:
    """In the child."""
    import vl_convert

    return [vl_convert.vegalite_to_svg(dict(one), allowed_base_urls=[]) for one in specs]


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS + 1))
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY_BYTES, MEMORY_BYTES))
    json.dump(_drawn(json.load(sys.stdin)), sys.stdout)
