"""The processes of the Procfile, and what is done once before they start."""

import signal
import threading
from pathlib import Path
from typing import Annotated, Final

import typer


def web() -> None:
    """The web process: webhook, pages, API."""
    import sys

    import uvicorn

    from cli import server
    from settings import needed
    from store.processes import noted

    given = needed()
    _be_known_as("web")
    _say_if_no_emergency()
    _need_schema()
    sys.setswitchinterval(server.SWITCH_SECONDS)
    with noted("web"):
        uvicorn.run(
            "main:create_app",
            factory=True,
            host=given.host,
            port=given.port,
            **server.options(given),
        )


def worker(queue: str) -> None:
    """One RQ worker: photos, routing, messages, letters or files."""
    from settings import needed
    from workers.worker import QUEUES, work

    if queue not in QUEUES:
        raise typer.BadParameter(f"queues are {', '.join(QUEUES)}")
    needed()  # before a child is forked that would end alone
    _be_known_as(queue)
    _need_schema()
    work(queue)


def clock() -> None:
    """The sweep: whatever is due and was not done."""
    from settings import needed
    from store.processes import noted
    from workers.clock import run

    needed()  # a wrong one ends the process here, and not its duties every second
    _be_known_as("clock")
    _need_schema()
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    with noted("clock"):
        run(stop)


def migrate(
    photo_store_anew: Annotated[
        bool,
        typer.Option(
            "--photo-store-anew",
            help="What PHOTO_STORE_URL names is the photo store from now on, whatever it holds.",
        ),
    ] = False,
    check: Annotated[
        bool,
        typer.Option(
            "--check",
            help="Only say which migrations wait, what they lock and for how long: 0 when they can"
            " run beside the processes of the version before, 1 when not.",
        ),
    ] = False,
) -> None:
    """Bring the database to this version's schema, make the photo store where there is none, and
    say what else is missing."""
    from migrations.schema import migrate
    from reports.photos.photo_store import make_photo_store
    from settings import needed
    from store.photo_files import FilesError
    from web.kit.assets import has_map_files

    needed("database_url", "database_owner_url", "database_direct_url", "photo_store_url")
    if check:
        from cli import migrate_check

        raise typer.Exit(migrate_check.check())
    migrate()
    try:
        make_photo_store(anew=photo_store_anew)
    except FilesError as trouble:
        typer.echo(f"✗ 写真の置き場 / The photo store: {trouble}", err=True)
        raise typer.Exit(1) from trouble
    if not has_map_files():
        typer.echo(f"⚠ {' / '.join(_NO_MAP_FILES)}", err=True)


_NO_MAP_FILES: Final = (
    "地図の部品がありません。web で npm ci --ignore-scripts を実行し、web を起動し直してください"
    "(それまで地図のある画面は出ません)",
    "MapLibre is not installed: run npm ci --ignore-scripts in web/ and start web again"
    " (until then no page with a map is shown)",
)


def prepare(
    folder: Path,
    write: Annotated[Path, typer.Option(help="The file for names, passwords and the token.")],
) -> None:
    """Make a new machine ready: schema, a city, sign-ins of an administrator, of staff and of a
    crew, an API token.

    What is there already stays as it is.
    """
    from cli.city.commands import load_city
    from cli.people import make_sign_ins
    from reports.load_city import is_loaded
    from store.database import transaction

    migrate()
    with transaction() as db:
        loaded = is_loaded(db)
    if not loaded:
        load_city(folder)
    if not write.exists():
        make_sign_ins(write)


def _be_known_as(process: str) -> None:
    """In the database, by its connections' application_name: who looks there sees which process
    that is, and when it asked last."""
    import os

    os.environ.setdefault("PGAPPNAME", f"michi {process}")


def _say_if_no_emergency() -> None:
    """Nobody could come in on the day on which the provider does not answer."""
    from contextlib import suppress

    from sqlalchemy.exc import SQLAlchemyError

    from reports.people import emergency
    from settings import settings
    from store.database import transaction

    name = settings().passwords_only_for
    if not name:
        return
    with suppress(SQLAlchemyError), transaction() as db:
        if emergency.is_missing(db):
            typer.echo(
                f"⚠ PASSWORDS_ONLY_FOR: 「{name}」という、パスワードのある管理者がいません。"
                f"`michi add-user {name} --role administrator …` で作ってください / there is no "
                f"administrator {name!r} with a password: nobody comes in without the provider",
                err=True,
            )


def _need_schema() -> None:
    """Ends this process on a schema older than its code; a database that is away is waited for."""
    from contextlib import suppress

    from sqlalchemy.exc import SQLAlchemyError

    from store import schema
    from store.database import engine

    with suppress(SQLAlchemyError):
        schema.check()
    engine().dispose()
    engine.cache_clear()  # a child that is forked makes its own
