"""`./run`: the whole of Michi on this machine, until Ctrl-C."""

import os
import signal
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Annotated

import typer
from rich.console import Console

from local.machine.lock import LOGS, AlreadyRunning, note, only_one, throw_away
from local.machine.processes import Trouble, adopt_orphans, let_orphans_end
from local.machine.stack import as_stack, stack
from local.machine.starter import Keeper, keeper
from local.machine.watch import STOP_SIGNALS
from local.machine.wish import LINE_SET_UP, ROOT, Wish, not_given, usual_environment
from local.terminal import Teller, where_to_click

USUAL_PORT = 8000
ORPHANS_MAY_TAKE = 5.0
CALLED_FROM = Path(os.environ.get("MICHI_CALLED_FROM", "."))
"""Where `./run` was typed: relative paths are meant from there."""


def up(
    port: Annotated[int | None, typer.Option(help="画面のポート / port of the web pages")] = None,
    data: Annotated[Path | None, typer.Option(help="データの置き場 / folder of the data")] = None,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="データを捨てて始める / begin anew")
    ] = False,
    check: Annotated[
        bool, typer.Option("--check", help="一日分の自動確認 / a scripted day")
    ] = False,
    faults: Annotated[bool, typer.Option("--faults", help="途中で壊す / with failures")] = False,
    json_file: Annotated[
        Path | None, typer.Option("--json", help="結果のファイル / the day's table as data")
    ] = None,
) -> None:
    """Michi をこの機械で動かす / Run the whole of Michi on this machine."""
    teller = Teller(Console())
    if not check and (faults or json_file):
        raise typer.BadParameter("--faults and --json go with --check")
    if check and (fresh or data or port):
        raise typer.BadParameter("--check has data and ports of its own")
    if check:
        kept = CALLED_FROM / json_file if json_file else None
        sys.exit(as_exit_code(lambda: _check(faults, kept, teller), teller))
    wish = _wish(port, CALLED_FROM / data if data else ROOT / ".data")
    sys.exit(as_exit_code(lambda: stay_up(wish, fresh, teller), teller))


def as_exit_code(work: Callable[[], int], teller: Teller) -> int:
    """What the work gives, or 1 with a word on why it could not be done."""
    try:
        return work()
    except AlreadyRunning as other:
        where = other.web or "起動中 / starting"
        teller.trouble(f"もう動いています / Already running: {where} (pid {other.pid})", [])
    except PermissionError as refusal:
        teller.trouble(f"別の利用者のものです / Belongs to another user: {refusal.filename}", [])
    except Trouble as trouble:
        teller.trouble(str(trouble), trouble.lines)
    return 1


def _wish(port: int | None, data: Path) -> Wish:
    env = usual_environment()
    set_port = port or int(env.get("PORT") or 0)
    ours = not_given(env)
    return Wish(
        data=os.path.abspath(data),
        env=env,
        port=set_port or USUAL_PORT,
        port_is_firm=bool(set_port),
        ours=ours,
        afterwards=LINE_SET_UP if "line" in ours else (),
    )


def stay_up(wish: Wish, fresh: bool, teller: Teller) -> int:
    """Keep what is wished for running until a signal; gives 0 then.

    Raises AlreadyRunning, Trouble.
    """
    adopt_orphans()
    hands: list[Keeper] = []
    _heed_signals(hands)
    with only_one(Path(wish.data)) as held:
        if fresh:
            throw_away(Path(wish.data), LOGS)
        try:
            with keeper(wish, held) as hired:
                hands.append(hired)
                _follow(hired, wish, held, teller)
        finally:
            let_orphans_end(ORPHANS_MAY_TAKE)
    return 0


def _follow(hired: Keeper, wish: Wish, held: int, teller: Teller) -> None:
    for fact in hired.facts():
        teller.tell(fact)
        if "ready" in fact:
            found = as_stack(wish, fact["ready"])
            note(held, found.web)
            teller.show(where_to_click(found.sign_in, wish.data))


def _heed_signals(hands: list[Keeper]) -> None:
    """The first signal lets the keeper go, a second one kills it."""
    came = 0

    def stop(number: int, _frame: FrameType | None) -> None:
        nonlocal came
        came += 1
        if number == signal.SIGHUP:
            _forget_the_terminal()
        if not hands:
            sys.exit(0)
        for hired in hands:
            hired.let_go() if came == 1 else hired.kill()

    for name in STOP_SIGNALS:
        if signal.getsignal(name) is not signal.SIG_IGN:
            signal.signal(name, stop)


def _forget_the_terminal() -> None:
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)


def _check(faults: bool, json_file: Path | None, teller: Teller) -> int:
    from local.day.check import run_day  # draws pictures and speaks HTTP: not needed to start

    for name in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, lambda number, _frame: sys.exit(128 + number))
    with (
        tempfile.TemporaryDirectory(prefix="michi-check-") as folder,
        stack(Path(folder), hear=teller.tell) as day,
    ):
        return run_day(day, faults=faults, json_file=json_file)


if __name__ == "__main__":
    command = typer.Typer(add_completion=False)
    command.command()(up)
    command(prog_name="./run")
