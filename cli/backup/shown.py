"""How far a backup is, and what went wrong with it, as whoever types reads it."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import typer

Words = tuple[str, str]
_EVERY_SECONDS = 30.0


@contextmanager
def said() -> Iterator[None]:
    """Trouble with backups or the photo store is a sentence, and ends with 1."""
    from store.backup import BackupError
    from store.photo_files import FilesError

    try:
        yield
    except BackupError as trouble:
        typer.echo(f"✗ {trouble}", err=True)
        raise typer.Exit(1) from trouble
    except FilesError as trouble:
        typer.echo(f"✗ 写真の置き場 / The photo store: {trouble}", err=True)
        raise typer.Exit(1) from trouble


class Progress:
    """A line for each thing that is done; on a terminal it counts on, else every half minute."""

    def __init__(self) -> None:
        self.what: Words | None = None
        self.said_at = 0.0
        self.is_terminal = sys.stderr.isatty()

    def __call__(self, what: Words, done: int, of: int | None) -> None:
        now = time.monotonic()
        if what == self.what and now - self.said_at < (0.2 if self.is_terminal else _EVERY_SECONDS):
            return
        end = "\n" if self.what and what != self.what and self.is_terminal else ""
        self.what, self.said_at = what, now
        many = "" if not of else f" {done}/{of}"
        line = f"… {what[0]} / {what[1]}{many}"
        typer.echo(
            f"{end}\r{line}" if self.is_terminal else line, err=True, nl=not self.is_terminal
        )

    def end(self) -> None:
        """What comes next stands on a line of its own."""
        if self.is_terminal and self.what:
            typer.echo("", err=True)


def size(many: int) -> str:
    """1.2 GB."""
    left = float(many)
    for unit in ("B", "kB", "MB", "GB"):
        if left < 1000:
            return f"{left:.0f} {unit}" if unit == "B" else f"{left:.1f} {unit}"
        left /= 1000
    return f"{left:.1f} TB"
