"""`michi city new|list|upgrade|remove`, and the same under `michi cities`."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from cli.install.command import AS_THEY_ARE

cities = typer.Typer(
    no_args_is_help=True,
    help="同じサーバーの市をまとめて扱う / The cities of this machine, side by side.",
)


def new(asked: typer.Context) -> None:
    """市を増やす(michi install と同じ引数と --like) / Another city on this machine: the words of
    `michi install`, and --like CITY for what all cities here have in common."""
    from cli.cities.new import new as make

    with _said():
        raise typer.Exit(make(asked.args))


def remove(asked: typer.Context) -> None:
    """市を外す(michi uninstall と同じ引数) / Take a city off: the words of `michi uninstall`."""
    from cli.install.run import uninstall

    raise typer.Exit(uninstall(asked.args))


def listed(
    json: Annotated[bool, typer.Option("--json", help="プログラム用 / for programs")] = False,
) -> None:
    """この機械の市と、版・アドレス・状態 / The cities here: version, address, how they are; ends
    with 1 where two have something in common that they must not."""
    from cli.cities.listed import as_json, facts, lines

    with _said():
        found = facts()
        typer.echo(as_json(found) if json else "\n".join(lines(found)))
    if any(fact.shares for fact in found):
        raise typer.Exit(1)


def upgrade(
    names: Annotated[
        list[str] | None, typer.Argument(help="市の短い名前。なければ全部 / cities; none: all")
    ] = None,
    release: Annotated[
        Path | None, typer.Option(help="新しい版のフォルダ / folder of the new release")
    ] = None,
    to: Annotated[
        str, typer.Option(help="もう入っている版へ / to a version that is installed already")
    ] = "",
    first: Annotated[str, typer.Option(help="最初の1市 / the city that goes first, alone")] = "",
    wave: Annotated[
        int,
        typer.Option(min=0, help="そのあと何市ずつか(0は残り全部) / how many after that; 0: all"),
    ] = 0,
    watch: Annotated[
        float, typer.Option(min=0, help="1波ごとに見守る秒数 / seconds to watch each wave")
    ] = 300.0,
    errors: Annotated[
        int, typer.Option(min=0, help="見逃すログのエラーの数 / errors in the log to let pass")
    ] = 0,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="見せるだけ / only shown")] = False,
) -> None:
    """波に分けて新しい版にする / A new version, wave by wave; a wave in trouble is the last,
    and its city goes back to the version before."""
    from cli.cities.run import Wanted, upgrade_all

    wanted = Wanted(names or [], release, to, first, wave, watch, errors, dry_run)
    with _said():
        raise typer.Exit(upgrade_all(wanted))


@contextmanager
def _said() -> Iterator[None]:
    """What cannot be is one sentence and a 1."""
    from cli.install.machine import UnknownMachine
    from cli.install.release import NoRelease
    from cli.install.steps import Failed

    try:
        yield
    except (ValueError, OSError, UnknownMachine, NoRelease, Failed) as trouble:
        typer.echo(f"✗ {trouble}", err=True)
        raise typer.Exit(1) from trouble


def stand_in(group: typer.Typer) -> None:
    """Make these commands part of a group."""
    group.command(context_settings=dict(AS_THEY_ARE))(new)
    group.command(context_settings=dict(AS_THEY_ARE))(remove)
    group.command("list")(listed)
    group.command()(upgrade)


stand_in(cities)
