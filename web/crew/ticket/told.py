"""What a crew's form tells of its work, read from its fields."""

import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Final

from geo.points import NoPosition, Point
from reports.actions.report_work import MOST_AMOUNT, MOST_MINUTES, Done, Shot
from reports.city.clock import zone
from reports.city.materials import Material
from reports.photos.codec.derive import PhotoMetadata
from reports.photos.intake import Told
from reports.tickets.outcomes import Outcome
from web.kit.errors import BadInput
from web.kit.forms import Posted

_AMOUNT: Final = "amount_"
_PLACE: Final = re.compile(
    r"(-?\d{1,3}(?:\.\d{1,15})?),(-?\d{1,3}(?:\.\d{1,15})?)(?:,(\d{1,7}(?:\.\d{1,15})?))?"
)
_MOST_USED: Final = 30
_FAST: Final = timedelta(minutes=10)


def outcome_of(form: Posted) -> Outcome:
    """Raises BadInput."""
    try:
        return Outcome(form.fields.get("outcome", ""))
    except ValueError:
        raise BadInput("現場の結果を選んでください。") from None


def photo_facts(form: Posted, seen: Sequence[PhotoMetadata]) -> list[Told]:
    """Of each photo where and when it was taken: as its file tells, else as the phone has read in
    it before it made it small (fields place_N and taken_N, N from 1).
    """
    told = []
    for turn, one in enumerate(seen, 1):
        read = _place(form.fields.get(f"place_{turn}", ""))
        taken = None if one.taken_at else _moment(form.fields.get(f"taken_{turn}", ""))
        if one.place:
            read = Point(*one.place), one.accuracy_m or 0.0
        place, accuracy = read or (None, 0.0)
        told.append(Told(place, accuracy, taken, from_file=one.place is not None))
    return told


def shots(
    form: Posted, photo_ids: Sequence[int], told: Sequence[Told], are_old: Sequence[bool]
) -> list[Shot]:
    """What tells nothing of its place was taken where the phone is (field `here`)."""
    here, accuracy = _place(form.fields.get("here", "")) or (None, 0.0)
    return [
        Shot(id, is_old, one.place or here, one.accuracy_m if one.place else accuracy, one)
        for id, one, is_old in zip(photo_ids, told, are_old, strict=True)
    ]


def done(form: Posted, taken: Sequence[Shot], materials: Iterable[Material]) -> Done:
    """Fields: outcome, note, why_far, done_at (ISO 8601; none that is still to come), minutes,
    amount_KEY of a material.

    Raises BadInput.
    """
    return Done(
        outcome_of(form),
        taken,
        note=form.words("note"),
        why_far=form.words("why_far", most=300),
        done_at=_past(_moment(form.fields.get("done_at", ""))),
        minutes=_minutes(form.words("minutes")),
        used=_used(form.fields, materials),
    )


def _used(
    fields: Mapping[str, str], materials: Iterable[Material]
) -> list[tuple[Material, Decimal]]:
    """In the city's order. What has left its list while a phone was offline is named, not lost."""
    known = {one.key: one for one in materials}
    given = {
        name.removeprefix(_AMOUNT): value.strip()
        for name, value in fields.items()
        if name.startswith(_AMOUNT) and value.strip() not in ("", "0")
    }
    if gone := [key for key in given if key not in known]:
        raise BadInput(
            f"材料「{gone[0][:40]}」は、市の一覧からなくなりました。"
            "画面を開き直して、選び直してください。"
        )
    if len(given) > _MOST_USED:
        raise BadInput(f"材料は {_MOST_USED} 種類までです。")
    amounts = {key: _amount(known[key], value) for key, value in given.items()}
    return [(known[key], amounts[key]) for key in known if amounts.get(key)]


def _amount(material: Material, value: str) -> Decimal:
    try:
        amount = Decimal(value)
    except InvalidOperation:
        amount = Decimal(-1)
    exact = amount.is_finite() and 0 <= amount <= MOST_AMOUNT
    if not exact or amount != round(amount, 2):
        raise BadInput(f"{material.name}の量は、0 から {MOST_AMOUNT:,} までの数で書いてください。")
    return amount


def _minutes(words: str) -> int | None:
    if not words:
        return None
    if not (words.isdecimal() and len(words) <= 5 and 0 < int(words) <= MOST_MINUTES):
        raise BadInput(f"作業時間は、1 から {MOST_MINUTES:,} 分までの数で書いてください。")
    return int(words)


def _place(words: str) -> tuple[Point, float] | None:
    """Longitude, latitude and perhaps how far it may be out in metres; None for anything else: a
    phone's hint refuses nobody."""
    found = _PLACE.fullmatch(words)
    if found is None:
        return None
    with suppress(NoPosition):
        return Point(float(found[1]), float(found[2])), float(found[3] or 0)
    return None


def _moment(words: str) -> datetime | None:
    """As the phone's clock told it; without an offset, on the city's clocks."""
    try:
        moment = datetime.fromisoformat(words)
        moment = moment if moment.tzinfo else moment.replace(tzinfo=zone())
        return moment if 1990 <= moment.astimezone(UTC).year < 2100 else None
    except (ValueError, OverflowError):
        return None


def _past(moment: datetime | None) -> datetime | None:
    """None for one that no clock can tell yet, a little fast as it may be."""
    return moment if moment and moment <= datetime.now(UTC) + _FAST else None
