"""What a crew types of a patrol and its finds, read into values."""

import math
import re
import secrets
from datetime import UTC, datetime, timedelta
from typing import Final

from geo.points import NoPosition, Point
from reports.actions.patrol import NewPatrol, Return, then
from reports.patrols.way import Sample
from reports.patrols.words import KINDS
from web.kit.days import moment_in
from web.kit.errors import BadInput
from web.kit.forms import Posted

_LONGEST: Final = 200
_MOST_METER: Final = 9_999_999
_MOST_KM: Final = 2_000.0
_MOST_SAMPLES: Final = 1_000
_NUMBER: Final = re.compile(r"[0-9]{1,9}(\.[0-9]{1,3})?", re.ASCII)


def new_patrol(form: Posted) -> NewPatrol:
    """Fields: kind, members, car, weather, routes, meter_from. Raises BadInput."""
    kind = form.fields.get("kind", "")
    if kind not in KINDS:
        raise BadInput("巡回の種類を選んでください。")
    return NewPatrol(
        kind=kind,
        members=form.words("members", most=_LONGEST),
        car=form.words("car", most=_LONGEST),
        weather=form.words("weather", most=_LONGEST),
        routes=form.words("routes", most=500),
        meter_from=_meter(form, "meter_from"),
    )


def come_back(form: Posted) -> Return:
    """Fields: meter_to, km, weather, remarks. Raises BadInput."""
    km = _number(form, "km", "走った距離")
    if km is not None and km > _MOST_KM:
        raise BadInput("走った距離が長すぎます。km で書いてください。")
    return Return(
        meter_to=_meter(form, "meter_to"),
        km=km,
        weather=form.words("weather", most=_LONGEST),
        remarks=form.words("remarks"),
    )


def moment(form: Posted) -> datetime:
    """When it was done (field done_at, ISO 8601), as far as the phone's clock can be believed."""
    return then(moment_in(form.fields.get("done_at", "")))


def press(form: Posted) -> str:
    """The key of this press, or of none that comes again."""
    return form.key or secrets.token_hex(16)


def samples(form: Posted) -> list[Sample]:
    """Fields: points ("lon,lat,metres,moment", with semicolons between; what is none is left out),
    sent (the phone's moment as it sends them: its clock may go wrong)."""
    words, sent = form.fields.get("points", ""), moment_in(form.fields.get("sent", ""))
    wrong = datetime.now(UTC) - sent if sent else timedelta(0)
    read = (_sample(one.split(","), wrong) for one in words.split(";")[:_MOST_SAMPLES])
    return [one for one in read if one]


def _sample(parts: list[str], wrong: timedelta) -> Sample | None:
    try:
        lon, lat, out = map(float, parts[:3])
        at = moment_in(parts[3])
        good = at is not None and math.isfinite(out) and out >= 0
        return Sample(at + wrong, Point(lon, lat), out) if at and good else None
    except (ValueError, IndexError, NoPosition, OverflowError):
        return None


def accuracy(form: Posted) -> float | None:
    """How far the phone's place may be out, in metres."""
    words = form.fields.get("accuracy", "").strip()
    return float(words) if _NUMBER.fullmatch(words) else None


def _meter(form: Posted, name: str) -> int | None:
    read = _number(form, name, "メーター")
    if read is not None and read > _MOST_METER:
        raise BadInput("メーターの数字が大きすぎます。km で書いてください。")
    return None if read is None else int(read)


def _number(form: Posted, name: str, what: str) -> float | None:
    words = form.words(name, most=20).translate(_PLAIN).replace(",", "")
    if not words:
        return None
    if not _NUMBER.fullmatch(words):
        raise BadInput(f"{what}は数字で書いてください。")
    return float(words)


_PLAIN: Final = str.maketrans("0123456789.,", "0123456789.,")
