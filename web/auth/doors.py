"""Every address of the application with what it is for: what must be allowed, or who else may come.

A route without a line here, and without a permission that it asks for, keeps the process from
starting.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import iter_route_contexts

from reports.people.permissions import OPENS, Do, Scope
from web.auth.programs import Opens
from web.auth.sessions import Allowed


class Door(StrEnum):
    """Who comes in where no permission is asked for."""

    PUBLIC = "public"
    SIGNED_LINK = "by signed link"
    KEY = "by a program's key"
    SIGNED_IN = "signed in"


class NoLine(Exception):
    """A route asks for no permission, and is not said to be for others."""


OTHERWISE: Final[dict[str, Door | Do]] = {
    "/": Door.PUBLIC,
    "/terms": Door.PUBLIC,
    "/open/feed.atom": Door.PUBLIC,
    **{
        f"/open/data{path}": Door.PUBLIC
        for path in (
            "",
            "/",
            "/columns",
            "/columns.csv",
            "/catalog.jsonld",
            "/tickets-{month}.{form}",
        )
    },
    "/open": Door.PUBLIC,
    "/open/points.json": Door.PUBLIC,
    "/open/embed": Door.PUBLIC,
    "/open/badge.svg": Door.PUBLIC,
    "/open/city/{z}/{x}/{y}.mvt": Door.PUBLIC,
    "/sign-in": Door.PUBLIC,
    "/sign-in/provider": Door.PUBLIC,
    "/sign-in/provider/back": Door.PUBLIC,
    "/sign-in/provider/ended": Door.PUBLIC,
    "/sign-in/provider/join": Door.SIGNED_IN,
    "/invited/{token}": Door.SIGNED_LINK,
    "/static/{path:path}": Door.PUBLIC,
    "/openapi.json": Door.PUBLIC,
    **{
        f"/ogc{path}": Door.PUBLIC
        for path in (
            "",
            "/conformance",
            "/api",
            "/collections",
            "/collections/{collection}",
            "/collections/{collection}/items",
            "/collections/{collection}/items/{feature}",
        )
    },
    "/open/tiles/{z}/{x}/{y}.mvt": Door.PUBLIC,
    "/open/tiles/tilejson.json": Door.PUBLIC,
    "/open/tiles/style.json": Door.PUBLIC,
    "/healthz": Door.PUBLIC,
    "/readyz": Door.PUBLIC,
    "/metrics": Door.PUBLIC,
    "/as-seen": Door.SIGNED_LINK,
    "/contractor/sw.js": Door.PUBLIC,
    "/crew/sw.js": Door.PUBLIC,
    "/crew/app.webmanifest": Door.PUBLIC,
    "/photos/{photo_id}/{size}/{signature}.jpg": Door.SIGNED_LINK,
    "/open/tickets/{number}": Door.PUBLIC,
    "/open/tickets/{number}/map.svg": Door.PUBLIC,
    "/open/photos/{key}.jpg": Door.PUBLIC,
    "/crew/offline/standing": Door.SIGNED_LINK,
    "/order/{token}": Door.SIGNED_LINK,
    "/order/{token}/order.pdf": Door.SIGNED_LINK,
    "/order/{token}/order.xlsx": Door.SIGNED_LINK,
    "/order/{token}/photos/{photo_id}/{size}": Door.SIGNED_LINK,
    "/order/{token}/items/{item_id}/start": Door.SIGNED_LINK,
    "/order/{token}/items/{item_id}/finish": Door.SIGNED_LINK,
    "/order/{token}/items/{item_id}/cannot": Door.SIGNED_LINK,
    "/contractor/orders/{order_id}": Do.DO_ITEMS,
    "/contractor/orders/{order_id}/order.pdf": Do.DO_ITEMS,
    "/contractor/orders/{order_id}/order.xlsx": Do.DO_ITEMS,
    "/contractor/orders/{order_id}/photos/{photo_id}/{size}": Do.DO_ITEMS,
    "/contractor/orders/{order_id}/items/{item_id}/start": Do.DO_ITEMS,
    "/contractor/orders/{order_id}/items/{item_id}/finish": Do.DO_ITEMS,
    "/contractor/orders/{order_id}/items/{item_id}/cannot": Do.DO_ITEMS,
    **{
        f"/open311/{path}.{{form}}": Door.PUBLIC
        for path in (
            "discovery",
            "v2/discovery",
            "v2/services",
            "v2/services/{code}",
            "v2/requests",
            "v2/requests/{number}",
            "v2/tokens/{token}",
            "v2/servicerequestupdates",
        )
    },
    "/sign-in/passkey": Door.PUBLIC,
    "/sign-in/passkey.json": Door.PUBLIC,
    "/sign-in/second": Door.PUBLIC,
    "/sign-in/second/new": Door.PUBLIC,
    "/sign-in/second/make.json": Door.PUBLIC,
    "/sign-in/second/passkey.json": Door.PUBLIC,
    "/again": Door.SIGNED_IN,
    "/again/provider": Door.SIGNED_IN,
    "/again/passkey.json": Door.SIGNED_IN,
    "/sign-out": Door.SIGNED_IN,
    "/map/city/{z}/{x}/{y}.mvt": Door.SIGNED_IN,
    **{
        f"/{side}/account{path}": Door.SIGNED_IN
        for side in ("staff", "crew", "contractor")
        for path in (
            "",
            "/name",
            "/password",
            "/sessions/{session_id}/end",
            "/sessions/end",
            "/browsers/{browser_id}/forget",
            "/app",
            "/app/off",
            "/passkeys/new",
            "/passkeys/make.json",
            "/passkeys/{passkey_id}/rename",
            "/passkeys/{passkey_id}/remove",
            "/recovery",
        )
    },
}
"""Of routes that ask for no permission by a dependency of their own. An order's page asks for its
own: one function serves both who signs in and who has the link."""


@dataclass(frozen=True, slots=True)
class Line:
    """One route. `does`: all of it must be allowed; else `door` says who comes in. By a key:
    `scopes`, one of which the key must have."""

    method: str
    path: str
    does: frozenset[Do]
    door: Door | None
    scopes: frozenset[Scope] = frozenset()


def lines(app: FastAPI) -> Iterator[Line]:
    """Of every route, as the application has it. Raises NoLine."""
    for route in iter_route_contexts(app.routes):
        path = route.path or ""
        dependant = _dependant(route)
        asks = [*_asked(dependant)] if dependant else []
        does = frozenset(one.do for one in asks if isinstance(one, Allowed))
        of_programs = [one.do for one in asks if isinstance(one, Opens)]
        told = Door.KEY if of_programs else OTHERWISE.get(path)
        if not does and told is None:
            raise NoLine(f"{path}: web/auth/doors.py does not say who comes in")
        does = does | {told} if isinstance(told, Do) else does
        door = told if isinstance(told, Door) else None
        scopes = frozenset(one for one in Scope if of_programs and {*of_programs} <= {*OPENS[one]})
        for method in sorted((route.methods or {"GET"}) - {"HEAD"}):
            yield Line(method, path, does, door, scopes)


def check(app: FastAPI) -> None:
    """Raises NoLine."""
    for _ in lines(app):
        pass


def _dependant(route: object) -> Dependant | None:
    found = getattr(route, "dependant", None)
    return found if isinstance(found, Dependant) else None


def asked(dependant: Dependant) -> Iterator[Do]:
    """What a route asks for, of who signs in, by what it depends on."""
    for one in _asked(dependant):
        if isinstance(one, Allowed):
            yield one.do


def _asked(dependant: Dependant) -> Iterator[Allowed | Opens]:
    for one in dependant.dependencies:
        if isinstance(one.call, Allowed | Opens):
            yield one.call
        yield from _asked(one)
