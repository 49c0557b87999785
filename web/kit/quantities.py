"""Quantities as forms send them: one line each, numbered from 1."""

import re
from collections.abc import Iterator
from typing import Final

from reports.city.quantities import (
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

_TURN: Final = re.compile(r"[1-9][0-9]{0,3}")
_NUMBERS: Final = ("planned", "actual", "yen")


def quantities_in(form: Posted, of: str = "") -> list[Quantity]:
    """Fields: work-1, unit-1, planned-1, actual-1, yen-1 and so on, id-1 of a row that is there;
    lines without any work are left out. `of`: what stands before the number, where a form has lines
    of several things ("7-" for work-7-1). Raises BadInput."""
    lines = list(_lines(form, of))
    if len(lines) > MOST_LINES:
        raise BadInput(f"1か所に書ける数量は {MOST_LINES} 行までです。")
    return lines


def _lines(form: Posted, of: str) -> Iterator[Quantity]:
    starts = [f"{name}-{of}" for name in ("work", *_NUMBERS)]
    turns = {
        int(turn)
        for name in form.fields
        for start in starts
        if name.startswith(start) and _TURN.fullmatch(turn := name.removeprefix(start))
    }
    for number in sorted(turns):
        turn = str(number)
        work = " ".join(form.words(f"work-{of}{turn}", most=LONGEST_WORK).split())
        numbers = [form.words(f"{name}-{of}{turn}", most=40) for name in _NUMBERS]
        if not work and not any(numbers):
            continue
        if not work:
            raise BadInput("数量の行に、作業か材料の名前を書いてください。")
        try:
            yield Quantity(
                work,
                unit_in(form.fields.get(f"unit-{of}{turn}", "")),
                quantity_in(numbers[0]),
                quantity_in(numbers[1]),
                yen_in(numbers[2]),
                id_in(form.fields.get(f"id-{of}{turn}", "")),
            )
        except NotAQuantity as wrong:
            raise BadInput(f"「{work}」: {wrong}") from wrong
