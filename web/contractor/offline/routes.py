"""The service worker of contractors' pages, by which an order opens without signal."""

from fastapi import Response

from web.kit import assets
from web.kit.router import Router

router = Router(include_in_schema=False)


@router.get("/contractor/sw.js")
def service_worker() -> Response:
    """For everybody, as most have no account; it also serves the pages of links, which lie
    elsewhere. It changes with every version, by which a browser knows a new one."""
    body = f'import "{assets.address("contractor/offline/worker.js")}";\n'
    headers = {"Cache-Control": "no-cache", "Service-Worker-Allowed": "/"}
    return Response(body, media_type="text/javascript", headers=headers)
