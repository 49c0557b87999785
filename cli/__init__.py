"""The `michi` command: run one process, migrate the database, load a city, set LINE up."""

import json
import os
import secrets
import signal
import threading
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError
from rich.console import Console

from cli.load import load
from cli.rules import rules
from cli.where import where

app = typer.Typer(
    no_args_is_help=True, add_completion=False, pretty_exceptions_show_locals=False, help=__doc__
)
line = typer.Typer(no_args_is_help=True, help="The city's account at LINE.")
app.add_typer(line, name="line")
app.add_typer(load, name="load")
app.add_typer(rules, name="rules")
app.command(context_settings={"ignore_unknown_options": True})(where)  # -122.3 is no option
console = Console()


@app.callback()
def begin() -> None:
    from store.logs import write_plain_lines

    write_plain_lines()


@app.command()
def web() -> None:
    """The web process: webhook, pages, API."""
    import uvicorn

    from settings import settings

    given = settings()
    uvicorn.run(
        "main:create_app",
        factory=True,
        host=given.host,
        port=given.port,
        log_level="warning",
        access_log=False,
        proxy_headers=True,
    )


@app.command()
def worker(queue: str) -> None:
    """One RQ worker: photos, routing, messages or letters."""
    from workers.worker import QUEUES, work

    if queue not in QUEUES:
        raise typer.BadParameter(f"queues are {', '.join(QUEUES)}")
    work(queue)


@app.command()
def clock() -> None:
    """The sweep: whatever is due and was not done."""
    from workers.clock import run

    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    run(stop)


@app.command()
def migrate() -> None:
    """Bring the database to this version's schema."""
    from migrations.schema import migrate

    migrate()


@app.command("load-city")
def load_city(folder: Path) -> None:
    """Load a city's areas, roads, departments, categories and rules from one folder."""
    from geo.gis_import.city_files import BadFile
    from reports.load_city import load_city
    from store.database import transaction

    try:
        with transaction() as db:
            counts = load_city(db, folder)
    except BadFile as bad:
        console.print(f"[red]{bad}[/red]")
        raise typer.Exit(1) from bad
    console.print(", ".join(f"{count} {what}" for what, count in counts.items()))


@app.command("add-user")
def add_user(
    name: str,
    role: Annotated[str, typer.Option(help="staff or crew")],
    shown_name: Annotated[str, typer.Option(help="The name that history shows.")],
    password: Annotated[str, typer.Option(prompt=True, hide_input=True, confirmation_prompt=True)],
    department: Annotated[str | None, typer.Option(help="A crew's department, by key.")] = None,
) -> None:
    """Make a sign-in, or change the one of this name."""
    from reports.people.accounts import create_user
    from store.database import transaction

    try:
        with transaction() as db:
            create_user(
                db,
                name=name,
                shown_name=shown_name,
                password=password,
                role=role,
                department_key=department,
            )
    except ValueError as wrong:
        raise typer.BadParameter(str(wrong)) from wrong


@app.command("api-token")
def api_token(name: str) -> None:
    """Make a token for a program, instead of its old one, and print it."""
    from reports.people.accounts import create_api_token
    from store.database import transaction

    with transaction() as db:
        print(create_api_token(db, name))


@line.command("setup")
def set_up_line(
    font: Annotated[Path | None, typer.Option(help="The font of the menu's picture.")] = None,
    set_webhook: Annotated[
        bool, typer.Option("--set-webhook", help="Enter PUBLIC_URL/line/webhook at LINE.")
    ] = False,
) -> None:
    """Put up the rich menu in every language and check the channel: 0 when all is right."""
    from bot.line.setup import checkup, fonts, menus

    _demand_settings()
    try:
        with console.status("メニューの絵を描く / drawing the menu"):
            wanted = menus.drawn(font)
    except (fonts.NoFont, ValueError) as undrawable:
        console.print(f"[red]✗[/red] {undrawable}")
        raise typer.Exit(1) from undrawable
    findings: list[checkup.Finding] = []
    for step in checkup.steps(wanted, set_webhook=set_webhook):
        with console.status(step.name):
            findings += checkup.look(step)
        if not findings[0].right:  # without the token LINE tells nothing more
            break
    console.print(checkup.as_table(findings))
    raise typer.Exit(0 if all(finding.right for finding in findings) else 1)


@app.command()
def prepare(
    folder: Path,
    write: Annotated[Path, typer.Option(help="The file for names, passwords and the token.")],
) -> None:
    """Make a new machine ready: schema, a city, one staff and one crew sign-in, an API token.

    What is there already stays as it is.
    """
    from reports.load_city import is_loaded
    from store.database import transaction

    migrate()
    with transaction() as db:
        loaded = is_loaded(db)
    if not loaded:
        load_city(folder)
    if not write.exists():
        _make_sign_ins(write)


def _demand_settings() -> None:
    from settings import settings

    try:
        settings()
    except ValidationError as wrong:
        names = ", ".join(str(each["loc"][0]).upper() for each in wrong.errors())
        console.print(f"[red]✗[/red] 設定を直してください / Settings missing or wrong: {names}")
        raise typer.Exit(1) from wrong


def _make_sign_ins(write: Path) -> None:
    from reports.people.accounts import create_api_token, create_user
    from store.database import transaction

    staff = {"name": "staff", "password": secrets.token_urlsafe(9)}
    crew = {"name": "crew", "password": secrets.token_urlsafe(9)}
    with transaction() as db:
        create_user(db, **staff, shown_name="道路管理課 受付", role="staff")
        create_user(db, **crew, shown_name="道路作業班", role="crew", department_key="road")
        token = create_api_token(db, "local")
        with open(os.open(write, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            json.dump({"staff": staff, "crew": crew, "api_token": token}, file, indent=1)
