"""Spans for OpenTelemetry, where OTEL_EXPORTER_OTLP_ENDPOINT names a collector; else nothing.

A span says what was done, how long it took and how it ended: names of ours, numbers of rows, status
codes. No words or addresses or names or LINE user ids, of an exception its kind alone. What follows
a commit is of the trace in which its row was written (column `trace`, migration 0049).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache, lru_cache
from importlib.metadata import version
from typing import Any, Final, Literal

from settings import settings

Kind = Literal["server", "client", "consumer", "internal"]
WAITS_MS: Final = 2_000
"""So long spans wait for company on their way to the collector, and then for its answer: whoever
ends waits for that, whatever time it gives (`force_flush` heeds none)."""


def are_on() -> bool:
    """Whether anybody wants them."""
    return settings().otel_exporter_otlp_endpoint != ""


@contextmanager
def span(
    name: str, kind: Kind = "internal", *, parent: str | None = None, **facts: str | int
) -> Iterator[Any]:
    """The block as a span, of the trace of `parent` (as `here` gave it) or of the block around it.
    `facts`: `http_route` and the like, which become `http.route`. Gives the span, or None where
    nobody wants it."""
    if not are_on():
        yield None
        return
    from opentelemetry.trace import SpanKind, Status, StatusCode

    told = {key.replace("_", "."): value for key, value in facts.items()}
    begun = _tracer().start_as_current_span(
        name,
        context=_context_of(parent) if parent else None,
        kind=SpanKind[kind.upper()],
        attributes=told,
        record_exception=False,
        set_status_on_exception=False,
    )
    with begun as now:
        try:
            yield now
        except BaseException as wrong:
            now.set_attribute("error.type", type(wrong).__name__)
            now.set_status(Status(StatusCode.ERROR))
            raise


def tell(now: Any, **facts: str | int) -> None:
    """More of a span that `span` gave; nothing where it gave none."""
    if now is not None:
        for key, value in facts.items():
            now.set_attribute(key.replace("_", "."), value)


def failed(now: Any, kind: str) -> None:
    """It ended badly, without an exception."""
    if now is not None:
        from opentelemetry.trace import Status, StatusCode

        now.set_attribute("error.type", kind)
        now.set_status(Status(StatusCode.ERROR))


def here() -> str:
    """The span around this, as W3C's traceparent writes it; "" where there is none."""
    if not are_on():
        return ""
    from opentelemetry.trace import get_current_span

    known = get_current_span().get_span_context()
    return f"00-{known.trace_id:032x}-{known.span_id:016x}-01" if known.is_valid else ""


def send() -> None:
    """What waits goes to the collector now: for the child of a fork, which is about to end."""
    if are_on() and _provider.cache_info().currsize:
        _provider().force_flush(WAITS_MS)


def end() -> None:
    """What waits is sent, and the next span begins anew, with the settings of then."""
    if _provider.cache_info().currsize:
        _provider().shutdown()
    _provider.cache_clear()
    _tracer.cache_clear()


def _context_of(parent: str) -> Any:
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

    return TraceContextTextMapPropagator().extract({"traceparent": parent})


@cache
def _tracer() -> Any:
    return _provider().get_tracer("michi")


@lru_cache(maxsize=1)
def _provider() -> Any:
    """It is made when the first span begins: in the child of a fork, not before it."""
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    endpoint = settings().otel_exporter_otlp_endpoint.rstrip("/")
    known = Resource.create({"service.name": "michi", "service.version": version("michi")})
    made = TracerProvider(resource=known)
    sends = OTLPSpanExporter(endpoint=f"{endpoint}/v1/traces", timeout=WAITS_MS / 1000)
    made.add_span_processor(BatchSpanProcessor(sends, schedule_delay_millis=WAITS_MS))
    return made
