"""What a crew's form tells of its work, read from its fields."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Final

from reports.actions.prove import Shot
from reports.actions.report_work import MOST_AMOUNT, MOST_MINUTES, Done
from reports.city.materials import Material
from reports.city.quantities import NotAQuantity, quantity_in
from reports.tickets.outcomes import Outcome
from web.kit.days import moment_in
from web.kit.errors import BadInput
from web.kit.forms import Posted

_AMOUNT: Final = "amount_"
_MOST_USED: Final = 30
_FAST: Final = timedelta(minutes=10)


def outcome_of(form: Posted) -> Outcome:
    """Raises BadInput."""
    try:
        return Outcome(form.fields.get("outcome", ""))
    except ValueError:
        raise BadInput("現場の結果を選んでください。") from None


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
        done_at=_past(moment_in(form.fields.get("done_at", ""))),
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
        amount = quantity_in(value)
    except NotAQuantity:
        amount = None
    if amount is None or amount > MOST_AMOUNT:
        raise BadInput(f"{material.name}の量は、0 から {MOST_AMOUNT:,} までの数で書いてください。")
    return amount


def _minutes(words: str) -> int | None:
    if not words:
        return None
    if not (words.isdecimal() and len(words) <= 5 and 0 < int(words) <= MOST_MINUTES):
        raise BadInput(f"作業時間は、1 から {MOST_MINUTES:,} 分までの数で書いてください。")
    return int(words)


def _past(moment: datetime | None) -> datetime | None:
    """None for one that no clock can tell yet, a little fast as it may be."""
    return moment if moment and moment <= datetime.now(UTC) + _FAST else None
