"""The `michi` command: run one process, migrate the database, load a city, set LINE up."""

import sys
from pathlib import Path
from typing import Annotated, Final

import typer

from cli import keys, people, processes
from cli.alive import alive
from cli.audit import audit
from cli.backup.commands import backup
from cli.backup.restore import restore
from cli.check import check
from cli.cities.commands import cities, stand_in
from cli.city.commands import city, load_city
from cli.doctor.command import doctor
from cli.gis.commands import gis
from cli.install import command as installation
from cli.leave.command import leave
from cli.line import line
from cli.open_data import open_data
from cli.privacy import privacy
from cli.record import record
from cli.rules.commands import rules
from cli.secrets import secrets
from cli.trouble import SaysTrouble
from cli.watching import watching
from cli.where.command import where

app = typer.Typer(
    cls=SaysTrouble,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_show_locals=False,
    help="Michi: プロセスの起動、データベースの更新、市のデータ、利用者、LINE の設定 /"
    " Run a process, migrate the database, load a city, let people in, set LINE up."
    " 設定 / settings: docs/running/commands.md",
)


_ASKS_FOR_HELP: Final = frozenset({"--help"})
_PROCESSES: Final = frozenset({"web", "worker", "clock"})
"""What serves others, and is nobody's command."""


def _say_version(is_asked: bool) -> None:
    from importlib.metadata import version

    if is_asked:
        print(f"michi {version('michi')}")
        raise typer.Exit


@app.callback()
def begin(
    asked: typer.Context,
    env_file: Annotated[
        Path | None,
        typer.Option(
            "--env-file",
            metavar="FILE",
            help="設定のファイル(ほかに MICHI_ENV_FILE でも。環境変数が優先) /"
            " A file of settings (MICHI_ENV_FILE names one, too; the environment wins).",
        ),
    ] = None,
    version: Annotated[
        bool,
        typer.Option("--version", callback=_say_version, is_eager=True, help="版 / The version."),
    ] = False,
) -> None:
    import getpass

    from cli import env_file as files
    from store import tasks
    from store.logs import write_plain_lines
    from store.origin import Origin, origin
    from workers.table import KINDS

    write_plain_lines()
    if not _ASKS_FOR_HELP.intersection(sys.argv):
        files.take_in(env_file)
    tasks.learn(KINDS)
    if asked.invoked_subcommand not in _PROCESSES:
        before = origin.set(Origin(via=f"command:{getpass.getuser()}", changes=True))
        asked.call_on_close(lambda: origin.reset(before))


app.command(context_settings={"ignore_unknown_options": True})(where)  # -122.3 is no option
for process in (processes.web, processes.worker, processes.clock, processes.migrate):
    app.command()(process)
for change in (installation.install, installation.uninstall):
    app.command(context_settings=installation.AS_THEY_ARE)(change)
app.command("load-city")(load_city)
app.command("add-user")(people.add_user)
app.command("disable-user")(people.disable_user)
app.command("api-token")(keys.api_token)
app.command()(processes.prepare)
app.command()(check)
app.command()(watching)
app.command()(alive)
app.command()(leave)
app.command()(doctor)
stand_in(city)
app.add_typer(city, name="city")
app.add_typer(cities, name="cities")
app.add_typer(line, name="line")
app.add_typer(gis, name="load")
app.add_typer(rules, name="rules")
app.add_typer(people.people, name="people")
app.add_typer(audit, name="audit")
app.add_typer(record, name="record")
app.add_typer(keys.keys, name="keys")
app.add_typer(privacy, name="privacy")
app.add_typer(open_data, name="open-data")
app.add_typer(backup, name="backup")
app.command()(restore)
app.add_typer(secrets, name="secrets")
