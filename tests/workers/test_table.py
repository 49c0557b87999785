"""The table of tasks: every name has its work, and nobody begins what another may still be at."""

import inspect
import re
from pathlib import Path
from pkgutil import resolve_name
from typing import Final

import pytest

from bot.line import client, content
from reports.documents import chart_svg
from reports.documents.monthly.words import MOST_PAIRS
from reports.documents.sheet.facts import MOST_PHOTOS
from reports.photos import same_picture
from reports.photos.codec import confined
from settings import ROOT
from store import outside
from store.photo_files import bucket
from store.tasks import TaskKind
from workers import (
    bulk,
    clearing,
    delivery,
    discarding,
    erasings,
    exports,
    open_data,
    records,
    smtp,
    trials,
    webhooks,
)
from workers.table import KINDS
from workers.worker import ENDS_WITHIN_SECONDS, QUEUES

SIZES: Final = 3
MARKER: Final = 1
DRAWING: Final = 10
"""Seconds, on a slow machine."""
NAMES_IN_FLIGHT: Final = {
    "take_in_photo",
    "forget_files",
    "route_ticket",
    "send_messages",
    "show_menu",
    "send_mail",
}


def call(timeout: object) -> float:
    """The longest that one call to LINE may take."""
    return sum(timeout.as_dict().values())  # type: ignore[attr-defined]


TAKES_AT_MOST: Final = {
    "take_in_photo": call(client.SETTING_UP)
    + content.MOST_SECONDS
    + confined.MOST_SECONDS
    + (MARKER + SIZES) * bucket.MOST_SECONDS,
    "make_public_photo": confined.MOST_SECONDS + (2 * MARKER + SIZES) * bucket.MOST_SECONDS,
    "look_at_work": same_picture.MOST_SECONDS + bucket.MOST_SECONDS,
    "fetch_media": content.MOST_SECONDS + (MARKER + 1) * bucket.MOST_SECONDS,
    "send_answer": smtp.MOST_SECONDS,
    "forget_files": (MARKER + SIZES) * bucket.MOST_SECONDS,
    "route_ticket": 10,
    "try_rules": trials.SECONDS + 10,
    "go_on_with_bulk": bulk.SECONDS + 10,
    "send_messages": delivery.SECONDS + 3 * call(client.ASKING) + call(client.SAYING),
    "show_menu": 2 * call(client.SETTING_UP),
    "send_mail": MOST_PHOTOS * bucket.MOST_SECONDS + DRAWING + smtp.MOST_SECONDS,
    "send_invitation": smtp.MOST_SECONDS,
    "send_webhooks": webhooks.SECONDS + outside.PATIENCE_SECONDS + 10,
    "clear_away": clearing.SECONDS + 50,
    "throw_away": discarding.SECONDS + 120,
    "note_erasings": erasings.SECONDS,
    "make_monthly_report": chart_svg.MOST_SECONDS
    + 2 * MOST_PAIRS * bucket.MOST_SECONDS
    + 2 * DRAWING,
    "make_open_data": open_data.SECONDS + 3 * DRAWING,
    "make_record": records.SECONDS + bucket.MOST_SECONDS + 2 * DRAWING,
    "make_export": exports.SECONDS + bucket.MOST_SECONDS + 2 * DRAWING,
}
"""All time-outs of the work together."""


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_nobody_begins_what_another_may_still_be_at(kind: TaskKind) -> None:
    assert TAKES_AT_MOST[kind.name] < kind.time_out
    assert kind.time_out + ENDS_WITHIN_SECONDS < kind.lease


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_every_name_has_its_work_and_a_worker(kind: TaskKind) -> None:
    assert kind.queue in QUEUES
    work = inspect.signature(resolve_name(kind.work))
    if kind.give_up:
        assert inspect.signature(resolve_name(kind.give_up)).parameters == work.parameters


def test_names_of_running_installations_stay() -> None:
    assert {kind.name for kind in KINDS} >= NAMES_IN_FLIGHT


def test_what_is_written_down_anywhere_is_in_the_table() -> None:
    rooms = ("bot", "reports", "web", "workers")
    sources = [path for room in rooms for path in (ROOT / room).rglob("*.py")]
    named = {name for path in sources for name in _written_in(path)}
    assert named == {kind.name for kind in KINDS}


def _written_in(path: Path) -> list[str]:
    return re.findall(r"\blater\(\s*\w+,\s*\"(\w+)\"", path.read_text())
