"""What each address shows of a person, and what leaves by it as a file: for the audit log.

Whoever gets a page has a line here, so that a new one cannot forget to say so: docs/decisions/0046.
"""

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from fastapi import FastAPI

from reports.audit.kinds import Kind
from web.auth.doors import lines


class Shown(NamedTuple):
    """`what` stands in the log (web/desk/audit/words.py); `only`: a part of the address and its
    value, where others show nothing of it."""

    kind: Kind
    what: str
    only: tuple[str, str] | None = None


class SaysNothing(Exception):
    """A route does not say what it shows."""


def _look(what: str, *paths: str) -> Iterator[tuple[str, Shown]]:
    yield from ((path, Shown(Kind.LOOK, what)) for path in paths)


def _export(what: str, *paths: str) -> Iterator[tuple[str, Shown]]:
    yield from ((path, Shown(Kind.EXPORT, what)) for path in paths)


SHOWN: Final[Mapping[str, Shown]] = dict(
    [
        *_look(
            "ticket",
            "/staff/tickets/{number}",
            "/crew/tickets/{number}",
            "/crew/offline/tickets/{number}",
        ),
        *_look("callers", "/staff/calls"),
        *_look("mails to authorities", "/staff/authorities"),
        *_look("senders", "/staff/senders"),
        *_look("sender", "/staff/senders/{resident_id}"),
        *_look("people", "/staff/people"),
        *_look("person", "/staff/people/{user_id}"),
        *_look("records", "/staff/tickets/{number}/record"),
        *_look("holds", "/staff/tickets/{number}/hold"),
        *_look("patrols", "/staff/patrols", "/staff/patrols/{patrol_id}"),
        *_look(
            "order",
            "/staff/orders/{order_id}",
            "/contractor/orders/{order_id}",
            "/order/{token}",
        ),
        *_look("audit", "/staff/audit"),
        *_look("photo to decide on", "/staff/tickets/{number}/photos/{photo_id}"),
        *_look(
            "person's data",
            "/staff/privacy/people/{kind}/{person_id}",
            "/staff/privacy/people/{kind}/{person_id}/erase",
        ),
        (
            "/staff/photos/{photo_id}/{size}",
            Shown(Kind.LOOK, "original photo", ("size", "original")),
        ),
        *_export("list", "/staff/table/file", "/staff/table/files/{file_id}/file"),
        *_export("list", "/staff/tickets.csv", "/staff/numbers/again/repairs.csv"),
        *_export("ticket", "/staff/tickets/{number}/sheet.pdf"),
        *_export("record", "/staff/tickets/{number}/record/{record_id}/file"),
        *_export("patrol log", "/staff/patrols/{patrol_id}/log.pdf"),
        *_export(
            "order",
            "/staff/orders/{order_id}/order.pdf",
            "/staff/orders/{order_id}/order.xlsx",
            "/contractor/orders/{order_id}/order.pdf",
            "/contractor/orders/{order_id}/order.xlsx",
            "/order/{token}/order.pdf",
            "/order/{token}/order.xlsx",
        ),
        *_export("monthly report", "/staff/reports/{month}/report.pdf"),
        *_export("sums of orders", "/staff/orders/sums.csv", "/staff/orders/sums.xlsx"),
        *_export("spendings", "/staff/numbers/money/accounts.csv"),
        *_export(
            "discard list", "/staff/discard/due.csv", "/staff/discard/lists/{list_id}/list.csv"
        ),
        *_export("discard book", "/staff/discard/book.csv"),
        *_export("rules", "/staff/rules/{number}.csv"),
        *_export("audit", "/staff/audit.csv"),
        *_export(
            "tickets with words",
            "/api/personal/tickets",
            "/ogc/collections/desk-tickets-personal/items",
            "/ogc/collections/desk-tickets-personal/items/{number}",
        ),
    ]
)
NOTHING: Final = frozenset(
    {
        # for everybody, and the application's own
        "/", "/terms", "/open/feed.atom", "/sign-in", "/invited/{token}", "/static/{path:path}",
        "/openapi.json", "/healthz", "/readyz", "/metrics", "/crew/sw.js", "/contractor/sw.js",
        "/crew/app.webmanifest",
        "/photos/{photo_id}/{size}/{signature}.jpg", "/api/tickets", "/api/tickets.geojson",
        *(
            f"/ogc{path}"
            for path in (
                "", "/conformance", "/api", "/collections", "/collections/{collection}",
                "/collections/{collection}/items", "/collections/{collection}/items/{feature}",
                "/collections/desk-tickets", "/collections/desk-tickets/items",
                "/collections/desk-tickets/items/{number}", "/collections/desk-tickets-personal",
            )
        ),
        "/open/tiles/{z}/{x}/{y}.mvt", "/open/city/{z}/{x}/{y}.mvt",
        "/open/tiles/tilejson.json", "/open/tiles/style.json",
        "/open/tickets/{number}", "/open/tickets/{number}/map.svg", "/open/photos/{key}.jpg",
        "/open", "/open/points.json", "/open/embed", "/open/badge.svg",
        "/sign-in/provider", "/sign-in/provider/back", "/sign-in/passkey.json", "/sign-in/second",
        "/sign-in/second/make.json", "/sign-in/second/passkey.json",
        # one's own
        *(
            f"/{side}/account/{path}"
            for side in ("staff", "crew", "contractor")
            for path in ("app", "passkeys/new", "passkeys/make.json")
        ),
        "/again/passkey.json", "/again/provider", "/sign-in/provider/join",
        "/staff/account", "/crew/account", "/contractor/account", "/crew/line",
        "/crew/offline/standing", "/crew/waiting", "/crew/patrol", "/staff/views",
        "/staff/menu.json",
        # tickets without their residents' words, and small pictures of pages that have a line
        "/staff/", "/staff/tickets.geojson", "/staff/tickets/choices", "/staff/tickets/changes",
        "/staff/tickets/{number}/record/{record_id}/progress",
        "/staff/tickets/{number}/record/key.pem",
        "/staff/tickets/{number}/news", "/staff/table", "/staff/due", "/staff/plan",
        "/staff/numbers", "/staff/numbers/behind", "/staff/numbers/work",
        "/staff/bulk/{run_id}", "/staff/bulk/{run_id}/progress.json", "/staff/new",
        "/staff/new/places.json", "/staff/new/there.json", "/crew/", "/crew/changes", "/crew/plan",
        "/crew/offline/pack", "/crew/patrol/find", "/crew/patrol/there.json", "/contractor/",
        "/map/tickets/{z}/{x}/{y}.mvt", "/map/city/{z}/{x}/{y}.mvt", "/staff/orders",
        "/staff/numbers/again", "/staff/numbers/again/sections.json",
        "/staff/numbers/again/sections/{key}", "/staff/numbers/again/sections.csv",
        "/staff/numbers/again/sections.gpkg",
        "/staff/orders/sums", "/staff/orders/sums/list", "/staff/orders/sums/used",
        "/staff/numbers/money", "/staff/numbers/money/behind", "/staff/numbers/money/budget",
        "/staff/table/files/{file_id}", "/staff/table/files/{file_id}/progress",
        "/order/{token}/photos/{photo_id}/{size}",
        "/contractor/orders/{order_id}/photos/{photo_id}/{size}",
        # the city's own data
        "/staff/where", "/staff/where.json", "/staff/rights", "/staff/city", "/staff/city/days",
        "/staff/city/open",
        "/staff/city/versions", "/staff/city/versions/{number}", "/staff/categories",
        "/staff/categories/kind", "/staff/categories/order", "/staff/materials",
        "/staff/materials/one", "/staff/templates", "/staff/templates/one",
        "/staff/templates/order", "/staff/departments", "/staff/departments/{key}",
        "/staff/contractors", "/staff/contractors/{key}", "/staff/terms", "/staff/rules",
        "/staff/rules/edit", "/staff/rules/{number}", "/staff/rules/trials/{trial_id}",
        "/staff/people/new", "/staff/people/groups", "/staff/people/groups/one", "/staff/keys",
        "/staff/keys/new", "/staff/webhooks", "/staff/webhooks/new",
        "/staff/webhooks/{webhook_id}", "/staff/webhooks/{webhook_id}/edit",
        "/staff/privacy", "/staff/privacy/periods", "/staff/privacy/clearing",
        "/staff/privacy/clearing/{clearing_id}", "/staff/privacy/clearing/{clearing_id}/progress",
        "/staff/discard", "/staff/discard/lists/{list_id}",
        "/staff/discard/lists/{list_id}/progress", "/staff/discard/book",
        "/staff/privacy/people/erased", "/staff/tickets/{number}/photos/{photo_id}/faces",
        "/staff/open311", "/staff/open-data", "/staff/open-data/settings",
        "/staff/open-data/{run_id}", "/staff/open-data/{run_id}/progress",
        # the monthly report: numbers, and whose photos everybody may see
        "/staff/reports", "/staff/reports/{month}", "/staff/reports/{month}/progress",
        # months of data: what is public, without numbers, words and photos
        "/open/data", "/open/data/", "/open/data/columns", "/open/data/columns.csv",
        "/open/data/catalog.jsonld", "/open/data/tickets-{month}.{form}",
        # Open311: what is public, and nothing of who reported it
        "/open311/discovery.{form}", "/open311/v2/discovery.{form}",
        "/open311/v2/services.{form}", "/open311/v2/services/{code}.{form}",
        "/open311/v2/requests.{form}", "/open311/v2/requests/{number}.{form}",
        "/open311/v2/tokens/{token}.{form}", "/open311/v2/servicerequestupdates.{form}",
    }
)  # fmt: skip
"""What shows nobody's words, numbers or names but colleagues' beside what they did."""


def check(app: FastAPI) -> None:
    """Raises SaysNothing."""
    for line in lines(app):
        if line.method == "GET" and line.path not in SHOWN and line.path not in NOTHING:
            raise SaysNothing(f"{line.path}: web/auth/looks.py does not say what it shows")
