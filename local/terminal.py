"""What the starter says on the terminal, in Japanese and English."""

import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from local.machine.starter import Fact

STEPS = {
    "postgres": "データベース PostGIS / database",
    "redis": "キュー Redis / queue",
    "mail": "この機械の中のメール / mail server on loopback",
    "line": "この機械の中の LINE / LINE platform on loopback",
    "prepare": "表と見本の市を用意 / tables and the sample city",
    "programs": "画面と裏方を開始 / web, workers and clock",
    "stop": "停止 / stopping",
}


class Teller:
    """Tells the keeper's facts as they come; a terminal that has gone is no reason to stop."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._status = console.status("")
        self._step: str | None = None
        self._since = 0.0

    def say(self, text: str) -> None:
        """Print one line of rich's markup."""
        with suppress(OSError):
            self._console.print(text, highlight=False)

    def show(self, table: Table) -> None:
        """Print a table."""
        with suppress(OSError):
            self._console.print()
            self._console.print(table)
            self._console.print()

    def tell(self, fact: Fact) -> None:
        """Tell what happened."""
        match fact:
            case {"step": step}:
                self._begin(step)
            case {"ready": _} | {"stopped": _}:
                self._finish()
            case {"died": name, "code": code, "again_in": delay}:
                self.say(f"[yellow]![/] {name} ({code}) → {delay} 秒後に再開 / starting again")
            case {"undone": name, "log": log}:
                self.say(f"[yellow]![/] {name}: うまくいきませんでした / not all right: {log}")

    def trouble(self, message: str, lines: Sequence[str]) -> None:
        """Say why it did not work, with the last words of the program concerned."""
        self._drop()
        for line in lines:
            self.say(f"  [dim]{escape(line)}[/]")
        self.say(f"[red]✗[/] {escape(message)}")

    def _begin(self, step: str) -> None:
        self._finish()
        self._step, self._since = STEPS[step], time.monotonic()
        with suppress(OSError):
            self._status.update(self._step)
            self._status.start()

    def _finish(self) -> None:
        step, took = self._step, time.monotonic() - self._since
        self._drop()
        if step:
            self.say(f"[green]✓[/] {step} [dim]{took:.1f} s[/]")

    def _drop(self) -> None:
        self._step = None
        with suppress(OSError):
            self._status.stop()


def where_to_click(sign_in: Mapping[str, Any], data: str) -> Table:
    """The addresses and sign-ins, as a table for the terminal."""
    table = Table(show_header=False, box=None, padding=(0, 2, 0, 0))
    table.add_column(style="bold", no_wrap=True)
    table.add_column(no_wrap=True)
    rows = {
        "住民の LINE / chat": sign_in["chat"],
        "職員の地図 / staff map": f"{sign_in['web']}/staff/",
        "作業班の一覧 / crew list": f"{sign_in['web']}/crew/",
        "届いたメール / mails": sign_in.get("mail"),
        "管理者 / administrator": _name_and_password(sign_in.get("administrator")),
        "職員 / staff": _name_and_password(sign_in.get("staff")),
        "作業班 / crew": _name_and_password(sign_in.get("crew")),
        "控え / also in": f"{data}/sign-in.json",
        "終了 / to stop": "Ctrl-C",
    }
    for label, value in rows.items():
        if value:
            table.add_row(label, escape(value))
    return table


def _name_and_password(user: Mapping[str, str] | None) -> str | None:
    return f"{user['name']}   {user['password']}" if user else None
