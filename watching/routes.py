"""/healthz, /readyz and /metrics: how an installation is, for balancers and for Prometheus."""

from fastapi import Request, Response
from fastapi.responses import JSONResponse, PlainTextResponse
from prometheus_client import CONTENT_TYPE_LATEST

from settings import settings
from watching import gate, metrics, readiness
from web.kit.errors import NotAllowed
from web.kit.router import Router

router = Router(include_in_schema=False)


@router.get("/healthz")
async def alive() -> PlainTextResponse:
    """This process answers, also while all turns of pages are taken."""
    return PlainTextResponse("ok")


@router.get("/readyz")
def ready(request: Request) -> JSONResponse:
    """200 or 503, which is all that a balancer needs; the parts and what is degraded, to those who
    may see it."""
    gate.count(request)
    is_told = gate.may_see(request)
    now = readiness.look(whole=is_told)
    told = now.as_json() if is_told else {"ok": now.is_ready}
    return JSONResponse(told, 200 if now.is_ready else 503)


@router.get("/metrics")
def numbers(request: Request) -> Response:
    """Prometheus text: what every process has counted, and what waits in the database."""
    gate.count(request)
    if not gate.may_see(request):
        raise _refused()
    return Response(metrics.text(), media_type=CONTENT_TYPE_LATEST)


def _refused() -> NotAllowed:
    """Also for people: no sign-in opens it."""
    token = "と METRICS_TOKEN" if settings().metrics_token.get_secret_value() else ""
    return NotAllowed(
        "この数値は、監視する機械のためのものです。"
        f"見られるのは METRICS_NETWORKS{token} だけです。",
        reason="not_for_you",
    )
