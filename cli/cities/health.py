"""How a city of this machine is: whether it says that it can work, and what went wrong in it."""

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Final

from cli import near
from cli.install.files import PROCESSES
from cli.install.given import read
from cli.install.layout import City
from cli.install.steps import Failed, output

BETWEEN_LOOKS: Final = 1.0


@dataclass(frozen=True)
class Ready:
    """What /readyz said: `status` is 0 where nobody answered."""

    status: int
    parts: dict[str, Any] = field(default_factory=dict)

    @property
    def is_ready(self) -> bool:
        return self.status == HTTPStatus.OK

    @property
    def words(self) -> str:
        """The parts that do not work, for people."""
        lacking = ", ".join(sorted(name for name, works in self.parts.items() if works is False))
        return lacking or (str(self.status) if self.status else "応答なし / no answer")


def ask(city: City) -> Ready:
    """At the city's own port, past the proxy."""
    port = read(city.settings).get("PORT", "8000")
    status, body = near.ask(f"http://127.0.0.1:{port}/readyz")
    return Ready(status, _json(body))


def wait_until_ready(city: City, seconds: float) -> bool:
    """Whether it became ready within so many seconds."""
    until = time.monotonic() + seconds
    while not ask(city).is_ready:
        if time.monotonic() > until:
            return False
        time.sleep(BETWEEN_LOOKS / 2)
    return True


def starts(city: City) -> dict[str, int]:
    """How often systemd has started each process again by itself. Raises Failed."""
    units = [f"michi-{process}@{city.name}.service" for process in PROCESSES]
    said = output(["systemctl", "show", "--property=Id,NRestarts", *units])
    found = {}
    for one in said.strip().split("\n\n"):
        fact = dict(line.split("=", 1) for line in one.splitlines() if "=" in line)
        if "Id" in fact:
            found[fact["Id"]] = int(fact.get("NRestarts") or 0)
    return found


def errors_since(city: City, moment: float) -> list[str]:
    """What the city's processes logged as errors since this moment (seconds since 1970), by its
    name. Raises Failed."""
    words = ["journalctl", "--quiet", "--output=cat", f"--since=@{moment:.0f}"]
    units = [f"--unit=michi-{process}@{city.name}.service" for process in PROCESSES]
    return [name for line in output([*words, *units]).splitlines() if (name := _error_in(line))]


def is_running(city: City) -> str:
    """systemd's word for the city's target: active, inactive, failed; "?" where systemd is away."""
    try:
        said = output(["systemctl", "show", "--property=ActiveState", "--value", city.target])
    except Failed:
        return "?"
    return said.strip() or "?"


def troubles(city: City, before: dict[str, int], moment: float, most_errors: int) -> Iterator[str]:
    """What is wrong now, with what has happened since a moment. Raises Failed."""
    state = ask(city)
    if not state.is_ready:
        yield f"/readyz: {state.words}"
    for unit, times in starts(city).items():
        if times > before.get(unit, 0):
            yield f"{unit}: 再起動 {times - before.get(unit, 0)} 回 / started again by itself"
    errors = errors_since(city, moment)
    if len(errors) > most_errors:
        names = ", ".join(sorted(set(errors)))
        yield f"ログのエラー {len(errors)} 件 / {len(errors)} errors in the log: {names}"


def _error_in(line: str) -> str:
    """The fact's name, where the line is one of ours and says that something failed."""
    fact = _json(line.encode())
    return str(fact.get("event", "?")) if fact.get("level") in ("error", "critical") else ""


def _json(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
