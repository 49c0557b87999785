"""A running Michi in the hands of whoever asked for it."""

import json
import os
import signal
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local.machine.lock import only_one
from local.machine.parts import MAIL_FOLDER
from local.machine.processes import Trouble
from local.machine.starter import Fact, keeper
from local.machine.wish import Wish, bare_environment, write_private

Hear = Callable[[Fact], None]


@dataclass(frozen=True)
class Stack:
    """One machine's Michi that answers.

    `env` is the whole environment of its programs, `sign_in` what `sign-in.json` holds.
    """

    data: Path
    env: Mapping[str, str]
    sign_in: Mapping[str, Any]

    @property
    def web(self) -> str:
        """The address residents' LINE, staff and crew call."""
        return self.env["PUBLIC_URL"]

    @property
    def line_api(self) -> str:
        """The LINE platform's API."""
        return self.env["LINE_API_URL"]

    @property
    def line_data(self) -> str:
        """The LINE platform's data API."""
        return self.env["LINE_DATA_API_URL"]

    @property
    def chat(self) -> str:
        """The chat page of the LINE platform on loopback."""
        return f"{self.line_api}/chat/"

    @property
    def channel_secret(self) -> str:
        """What signs the web hook's bodies."""
        return self.env["LINE_CHANNEL_SECRET"]

    @property
    def database_url(self) -> str:
        """Where its PostGIS is, as the owner of the tables."""
        return self.env.get("DATABASE_OWNER_URL") or self.env["DATABASE_URL"]

    @property
    def redis_url(self) -> str:
        """Where its Redis is."""
        return self.env["REDIS_URL"]

    @property
    def mail_folder(self) -> Path:
        """Where the mail server on loopback keeps each mail as a file."""
        return self.data / MAIL_FOLDER

    @property
    def processes(self) -> dict[str, int]:
        """The process number of everything that runs just now, by name."""
        numbers: dict[str, int] = json.loads((self.data / "processes.json").read_text())
        return numbers

    def kill(self, name: str) -> None:
        """Kill one program with SIGKILL; returns when it is dead.

        The keeper starts it again after 0.2 s (longer when it keeps dying). KeyError when
        it is not running.
        """
        pid = self.processes[name]
        os.kill(pid, signal.SIGKILL)
        while self.processes.get(name) == pid:
            time.sleep(0.02)


def _nothing(_fact: Fact) -> None:
    """Hear nothing of it."""


@contextmanager
def stack(
    data: Path, *, port: int = 0, durable: bool = False, hear: Hear = _nothing
) -> Iterator[Stack]:
    """A whole Michi on free ports and throw-away data, for tests and the scripted day.

    Touches nothing real, whatever the environment's settings say. What it makes in `data` is
    gone afterwards, even when this process is killed; only the logs stay, in `data/logs`.
    Raises Trouble when it does not start.
    """
    wish = Wish(
        str(data.absolute()), bare_environment(), port=port, durable=durable, throw_away=True
    )
    with running(wish, hear) as found:
        yield found


@contextmanager
def running(wish: Wish, hear: Hear = _nothing) -> Iterator[Stack]:
    """What somebody wished for, from when it is ready until the block ends.

    `hear` is called with each fact the keeper tells on the way up.
    """
    with only_one(Path(wish.data)) as held, keeper(wish, held) as hired:
        for fact in hired.facts():
            hear(fact)
            if "ready" in fact:
                yield as_stack(wish, fact["ready"])
                return
        raise Trouble("it was stopped before it was ready")


def as_stack(wish: Wish, env: Mapping[str, str]) -> Stack:
    """The stack that the keeper has announced; writes its `sign-in.json` (mode 600)."""
    data = Path(wish.data)
    chat = f"{env['LINE_API_URL']}/chat/" if "line" in wish.ours else None
    users = data / "users.json"
    sign_in = {
        "web": env["PUBLIC_URL"],
        "chat": chat,
        "line_api": env.get("LINE_API_URL"),
        "line_data": env.get("LINE_DATA_API_URL"),
        "channel_secret": env.get("LINE_CHANNEL_SECRET"),
        "mail": str(data / MAIL_FOLDER) if "mail" in wish.ours else None,
        **(json.loads(users.read_text()) if users.exists() else {}),
    }
    write_private(data / "sign-in.json", sign_in)
    return Stack(data, env, sign_in)
