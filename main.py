"""The web application: every door, and the one table from exceptions to HTTP answers."""

import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from importlib.metadata import version
from typing import Final

import structlog
from anyio.to_thread import current_default_thread_limiter
from fastapi import Depends, FastAPI, Request
from fastapi.responses import JSONResponse, PlainTextResponse, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from bot import inbox
from bot.line import tokens
from bot.render.table import draw
from bot.threads import awake
from bot.webhook import Webhook
from geo.points import NoPosition
from geo.roads import has_roads
from reports.actions.merge import CannotMerge
from reports.documents.paper import NoFont
from reports.outbox import counts as words
from reports.outbox import quota
from reports.people.permissions import NotTheirs, OnlyToSee
from reports.photos.photo_store import photo_store
from reports.privacy import above
from reports.routing.versions import NoSuchTable
from reports.stats.outside import places_outside
from reports.tickets import counts as tickets
from reports.tickets.lock import NoSuchTicket
from reports.tickets.status import MoveRefused
from store import schema, sql, tasks
from store.database import transaction
from store.jobs import quick_redis
from store.photo_files import FilesAway, NoSuchFile, StrangeStore
from store.sql import is_passing
from web.auth import again, as_seen, doors, invited, looks, sign_in
from web.auth.oidc import routes as oidc
from web.auth.second import step
from web.auth.sessions import visitor_or_none
from web.auth.watch import Watched
from web.contractor import routes as contractor
from web.crew import routes as crew
from web.desk import routes as desk
from web.kit import app as web_app
from web.kit.assets import NoMapFiles
from web.kit.faults import FAULT, Faults
from web.maps import tiles
from web.open import routes as open_to_all
from workers.privacy import ABOVE
from workers.table import KINDS

log = structlog.get_logger()
ANSWERS: Final[dict[type[Exception], tuple[int, str | None]]] = {
    NoSuchTicket: (404, "その受付票はありません。"),
    NoSuchTable: (404, "その版の振り分け規則はありません。"),
    NotTheirs: (403, "この操作は、いまのサインインではできません。"),
    OnlyToSee: (403, None),
    NoSuchFile: (404, "その写真はありません。"),
    MoveRefused: (409, "この受付票は、いまの状態からその状態へは変えられません。"),
    CannotMerge: (409, None),
    NoFont: (503, "PDF の文字を書ける日本語フォントがありません。管理者に知らせてください。"),
    NoPosition: (422, "その場所は読み取れません。"),
    NoMapFiles: (
        503,
        "地図の部品(npm ci)が入っていないため、この画面を出せません。管理者に知らせてください。",
    ),
    FilesAway: (503, "写真の置き場につながりません。少し待って、もう一度お試しください。"),
}
"""Each with its sentence, or None where the exception has its own."""
PAGES_AT_ONCE: Final = 4
"""The web hook takes turns with each of them, on one processor; photos have turns of their own."""
LATER: Final = (503, "いま処理できません。少し待って、もう一度お試しください。")


def create_app() -> FastAPI:
    """One web process: webhook, pages, API, health; two threads hear and answer LINE."""
    tasks.learn(KINDS)
    above.learn(ABOVE)
    arrived = threading.Event()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        current_default_thread_limiter().total_tokens = PAGES_AT_ONCE
        with awake(arrived):
            yield

    app = FastAPI(
        title="Michi",
        version=version("michi"),
        lifespan=lifespan,
        dependencies=[Depends(again.asked)],
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,  # web.kit.app does so, without repeating the request's Host
    )
    for room in (
        open_to_all, sign_in, step, again, oidc, invited, as_seen, tiles, desk, crew, contractor,
    ):  # fmt: skip
        app.include_router(room.router)
    app.state.draw = draw
    web_app.furnish(app, visitor_or_none)
    app.add_middleware(Watched)
    app.add_middleware(Webhook, arrived=arrived.set)
    app.add_middleware(Faults)
    for kind, (status, sentence) in ANSWERS.items():
        app.add_exception_handler(kind, _answering(status, sentence))
    app.add_exception_handler(again.NotProven, again.refuse)
    app.add_exception_handler(SQLAlchemyError, trouble)
    app.add_api_route("/healthz", alive, include_in_schema=False)
    app.add_api_route("/readyz", ready, include_in_schema=False)
    app.add_api_route("/metrics", metrics, include_in_schema=False)
    doors.check(app)
    looks.check(app)
    return app


def trouble(request: Request, error: Exception) -> Response:
    """The database's: only what passes by itself is worth a second try."""
    passes = is_passing(error)
    (log.warning if passes else log.error)("database_trouble", exc_info=error)
    return web_app.refused(request, *(LATER if passes else FAULT))


async def alive() -> PlainTextResponse:
    """This process answers, also while all turns of pages are taken."""
    return PlainTextResponse("ok")


def ready() -> JSONResponse:
    """It can work: database, schema and photo store; Redis may be away without any loss.

    Without roads it works, and leaves every ticket to staff: that is said beside. `why` says of a
    part what a person can do something about.
    """
    why: dict[str, str] = {}
    database = _works("database", _ask_database, why)
    parts = {
        "database": database,
        "schema": database and _works("schema", schema.check, why),
        "photo_store": _works("photo_store", _ask_photo_store, why),
    }
    redis_works = _works("redis", quick_redis().ping, why)
    status = 200 if all(parts.values()) else 503
    lacks = _lacks() if parts["schema"] else {}
    known = {**parts, "redis": redis_works, **lacks, **_tokens()}
    return JSONResponse(known | ({"why": why} if why else {}), status)


def metrics() -> Response:
    """Prometheus text: this process's counters, and what waits in the database."""
    with transaction() as db:
        waiting, pushes, outside = waiting_counts(db), quota.state(db), places_outside(db)
    lines = [f'michi_waiting{{what="{what}"}} {count}' for what, count in waiting.items()]
    lines = ["# TYPE michi_waiting gauge", *lines, *_gauges(pushes)]
    lines += ["# TYPE michi_outside_places_total counter", f"michi_outside_places_total {outside}"]
    body = generate_latest().decode() + "\n".join([*lines, ""])
    return Response(body, media_type=CONTENT_TYPE_LATEST)


def waiting_counts(db: Session) -> dict[str, int]:
    """How much waits, by what; each room counts its own."""
    return {
        **inbox.counts(db),
        **tasks.counts(db),
        **words.counts(db),
        **tickets.counts(db),
    }


def _gauges(pushes: quota.Quota | None) -> Iterator[str]:
    """The month's pushes, as far as LINE has told: none of them, or no limit."""
    told = {"limit": pushes.limit, "used": pushes.used} if pushes else {}
    for what, count in told.items():
        if count is not None:
            yield f"# TYPE michi_push_quota_{what} gauge"
            yield f"michi_push_quota_{what} {count}"


def _answering(status: int, sentence: str | None) -> Callable[[Request, Exception], Response]:
    return lambda request, error: web_app.refused(request, status, sentence or str(error))


def _works(part: str, ask: Callable[[], object], why: dict[str, str]) -> bool:
    try:
        ask()
    except (Exception, schema.OldSchema) as away:
        log.warning("part_away", part=part, kind=sql.kind_of(away))
        if isinstance(away, StrangeStore):
            why[part] = str(away)
        return False
    return True


def _ask_database() -> None:
    """Whether it may be written to: after a failover the old server still answers."""
    with transaction() as db:
        db.execute(text("UPDATE alembic_version SET version_num = version_num WHERE false"))


def _tokens() -> dict[str, str]:
    """Which access token LINE did not take when this process last spoke to it."""
    refused = tokens.refused()
    return {"line_token": f"{', '.join(refused)} refused"} if refused else {}


def _lacks() -> dict[str, str]:
    with transaction() as db:
        return {} if has_roads(db) else {"roads": "no roads"}


def _ask_photo_store() -> None:
    photo_store().check()
