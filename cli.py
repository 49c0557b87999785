"""The `michi` command: run one process, set up the database, load a city, make sign-ins."""

import json
import os
import secrets
import signal
import threading
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

app = typer.Typer(no_args_is_help=True, add_completion=False, help=__doc__)
console = Console()


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
    """One RQ worker: photos, routing or messages."""
    from workers.running import QUEUES, work

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
def load_city(
    folder: Path,
    if_empty: Annotated[bool, typer.Option(help="Do nothing when a city is loaded.")] = False,
) -> None:
    """Load a city's areas, roads, departments, categories and rules from one folder."""
    from geo.load import BadFile
    from reports.load import is_loaded, load_city
    from store.database import transaction

    with transaction() as db:
        if if_empty and is_loaded(db):
            return
        try:
            counts = load_city(db, folder)
        except BadFile as bad:
            console.print(f"[red]{bad}[/red]")
            raise typer.Exit(1) from bad
    console.print(", ".join(f"{count} {what}" for what, count in counts.items()))


@app.command("sign-ins")
def sign_ins(
    write: Annotated[Path, typer.Option(help="The file to write names and passwords to.")],
) -> None:
    """Make one staff and one crew sign-in and an API token with random secrets, in a file."""
    from store.database import transaction
    from web.sign_in import create_api_token, create_user

    made = {
        "staff": {"name": "staff", "password": secrets.token_urlsafe(9)},
        "crew": {"name": "crew", "password": secrets.token_urlsafe(9)},
    }
    with transaction() as db:
        create_user(db, **made["staff"], shown_name="道路管理課 受付", role="staff")
        create_user(db, **made["crew"], shown_name="道路作業班", role="crew", department_key="road")
        token = create_api_token(db, "local")
    with open(os.open(write, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump({**made, "api_token": token}, file, ensure_ascii=False, indent=1)
