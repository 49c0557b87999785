"""Programs that speak Open311 with Michi: their keys, and what they hand in."""

from datetime import timedelta
from itertools import count
from typing import Any

from fastapi import FastAPI
from georeport_client import GeoReport, Refused
from starlette.testclient import TestClient

from reports.actions.give_key import NewKey, give_key
from reports.city.clock import today
from reports.people.permissions import Scope
from store.database import transaction

HOLE: dict[str, Any] = {
    "service_code": "pothole",
    "lat": "35.7015",
    "long": "139.5246",
    "description": "大きな穴です <b>&",
}
_turns = count()


def key(*scopes: Scope, **more: Any) -> str:
    """Of a program's own, until the end of tomorrow; `more`: of NewKey."""
    wanted = NewKey(f"app {next(_turns)}", scopes, today() + timedelta(days=1), **more)
    with transaction() as db:
        return give_key(db, wanted, None)


def program(app: FastAPI, *scopes: Scope, **more: Any) -> GeoReport:
    """A client with a key of these scopes, or without one."""
    http = TestClient(app, base_url="http://127.0.0.1:8000", raise_server_exceptions=False)
    return GeoReport(http, key=key(*scopes, **more) if scopes else "")


def status_of(refused: Any) -> int:
    """With what it is refused."""
    try:
        refused()
    except Refused as no:
        return no.status
    return 200
