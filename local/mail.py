"""A mail server on loopback, where no real one is named: every mail becomes a file to look at.

`python -m local.mail --port 8125 --folder mail`. It imports nothing of ours, and sends nothing on.
"""

import argparse
import asyncio
import itertools
import signal
import sys
import time
from functools import partial
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

MOST_BYTES = 30_000_000
CLOSED = "closed"
"""While a file of this name lies in the folder no mail is taken, as if the server had trouble."""


class Mailbox:
    """Takes mails for anybody and keeps each as an .eml file, named by its moment of arrival."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._numbers = itertools.count(1)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """What the server answers to a mail."""
        if (self._folder / CLOSED).exists():
            return "451 4.3.0 closed for now, please try again later"
        assert isinstance(envelope.content, bytes)
        name = f"{time.time_ns()}-{next(self._numbers)}"
        unfinished = self._folder / f"{name}.new"
        unfinished.write_bytes(envelope.content)
        unfinished.rename(self._folder / f"{name}.eml")
        return "250 2.0.0 kept"


async def serve(port: int, folder: Path) -> None:
    """Take mails until somebody ends this process."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    door = partial(SMTP, Mailbox(folder), hostname="localhost", data_size_limit=MOST_BYTES)
    server = await asyncio.get_running_loop().create_server(door, "127.0.0.1", port)
    async with server:
        await server.serve_forever()


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser("local.mail", description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--folder", type=Path, required=True)
    given = parser.parse_args(argv)
    for ending in (signal.SIGTERM, signal.SIGINT):
        signal.signal(ending, lambda number, frame: sys.exit(0))
    asyncio.run(serve(given.port, given.folder))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
