"""Quantities as forms send them: one line each, numbered from 1."""

from collections.abc import Iterator

from reports.orders.quantities import (
    LONGEST_WORK,
    MOST_LINES,
    NotAQuantity,
    Quantity,
    quantity_in,
    unit_in,
    yen_in,
)
from web.kit.errors import BadInput
from web.kit.forms import Posted, id_in


def quantities_in(form: Posted) -> list[Quantity]:
    """Fields: work-1, unit-1, planned-1, actual-1, yen-1 and so on, id-1 of a row that is there;
    lines without any work are left out. Raises BadInput."""
    return list(_lines(form))


def _lines(form: Posted) -> Iterator[Quantity]:
    for turn in range(1, 2 * MOST_LINES + 1):
        work = " ".join(form.words(f"work-{turn}", most=LONGEST_WORK).split())
        numbers = [form.words(f"{name}-{turn}", most=40) for name in ("planned", "actual", "yen")]
        if not work and not any(numbers):
            continue
        if not work:
            raise BadInput("数量の行に、作業か材料の名前を書いてください。")
        try:
            yield Quantity(
                work,
                unit_in(form.fields.get(f"unit-{turn}", "")),
                quantity_in(numbers[0]),
                quantity_in(numbers[1]),
                yen_in(numbers[2]),
                id_in(form.fields.get(f"id-{turn}", "")),
            )
        except NotAQuantity as wrong:
            raise BadInput(f"「{work}」: {wrong}") from wrong
