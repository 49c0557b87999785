"""How a page is made: a template found by its path below web/, and the words it may use."""

import gzip
import secrets
from datetime import datetime
from functools import lru_cache
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from geo.kinds import OWNER_NAMES
from reports.city import clock, phones
from reports.city.calendar import day_words, full_day_words
from reports.city.templates import STAFF_SAY, as_staff_read
from reports.patrols import words as patrols
from reports.patrols.queries import running
from reports.tickets import words
from reports.tickets.undoable import undoable
from settings import ROOT
from web.kit import assets, labels
from web.kit.masks import masked


def page(template: str, *, status: int = 200, **facts: Any) -> HTMLResponse:
    """A page nobody else may keep. Raises jinja2's errors for facts a template lacks."""
    html = _templates().get_template(template).render(**facts)
    return HTMLResponse(html, status, headers={"Cache-Control": "no-store"})


def packed(request: Request, answer: HTMLResponse) -> HTMLResponse:
    """The same by gzip and as small as that makes it, for a long page that a phone fetches over a
    slow line: a third less than what every answer is packed with, for some milliseconds."""
    answer.headers.add_vary_header("Accept-Encoding")
    if "gzip" in request.headers.get("accept-encoding", ""):
        answer.body = gzip.compress(bytes(answer.body), 9, mtime=0)
        answer.headers["Content-Encoding"] = "gzip"
        answer.headers["Content-Length"] = str(len(answer.body))
    return answer


def fragment(template: str, **facts: Any) -> str:
    """A part of a page, for a script to put in its place."""
    return _templates().get_template(template).render(**facts)


@lru_cache(maxsize=1)
def _templates() -> Environment:
    made = Environment(
        loader=FileSystemLoader(ROOT / "web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals |= {
        "asset": assets.address,
        "day_words": day_words,
        "full_day_words": full_day_words,
        "labels": labels,
        "may_take_back": undoable,
        "new_key": _new_key,
        "offline_files": assets.has_offline_files,
        "owner_names": OWNER_NAMES,
        "patrol_kinds": patrols.KINDS,
        "placeholder_names": STAFF_SAY,
        "running_patrol": running,
        "ticket_words": words,
    }
    made.filters |= {
        "moment": local_moment,
        "clock": _hour,
        "day_number": _day_number,
        "dial": dial,
        "masked": masked,
        "as_staff_read": as_staff_read,
    }
    return made


def _new_key() -> str:
    """For a form: who sends it a second time has pressed once."""
    return secrets.token_urlsafe(12)


def dial(phone: str) -> str:
    """As it was written, and a tap calls it; plain words where no number can be made out."""
    address = phones.tel(phone)
    return Markup('<a href="{}">{}</a>').format(address, phone) if address else phone


def local_moment(when: datetime) -> str:
    """On the city's clocks, as `labels.moment` says it."""
    return labels.moment(clock.local(when), clock.now())


def _hour(when: datetime) -> str:
    """21:03, on the city's clocks."""
    return f"{clock.local(when):%H:%M}"


def _day_number(when: datetime) -> str:
    """2026-11-21, which every language reads alike."""
    return clock.local(when).date().isoformat()
