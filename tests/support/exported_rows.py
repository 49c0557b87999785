"""Tickets as rows of a list that is saved."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from reports.documents.exports import columns
from reports.documents.exports.columns import City, Row
from reports.tickets.read_models import TicketSummary
from reports.tickets.status import Status

NIGHT = datetime(2026, 11, 20, 15, 30, 59, tzinfo=UTC)
"""Past midnight in Japan."""
LINE = TicketSummary(
    id=1,
    number="482-913-706",
    category="pothole",
    status=Status.RECEIVED,
    lon=139.5246123,
    lat=35.7015,
    place_name="本町六丁目",
    place_name_en="",
    district="honcho",
    owner="city",
    department=None,
    deadline=date(2026, 11, 25),
    urgent=True,
    routed_at=NIGHT,
    received_at=NIGHT,
    updated_at=NIGHT,
    closed_at=None,
    change=1,
    why={"road": {"name": "小金井街道", "ref": "都道15"}, "asset": {"key": "K-0123"}},
    photo_id=1,
    followers=12,
    merged_into=None,
    asked_at=None,
)
CITY = City("小金井市", {}, {"honcho": "本町地区"}, [], date(2026, 11, 30))
ALL = dict(columns.COLUMNS)
BESIDE = {"words": "=HYPERLINK(1)\r\n二行目", "hints": "＝角", "cover": ""}


def made(**more: Any) -> Row:
    return Row(replace(LINE, **more), CITY, BESIDE)
