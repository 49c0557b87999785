"""What the form of a draft shows at each place: what was typed, else what is kept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from reports.city.quantities import MOST_LINES, Quantity, quantity_words
from reports.orders.read_models import ItemPage, OrderPage
from web.kit.forms import id_in

_SPARE_LINES: Final = 2


@dataclass(frozen=True, slots=True)
class Line:
    """A line of quantities as it stands in the form."""

    work: str = ""
    planned: str = ""
    unit: str = ""
    yen: str = ""


@dataclass(frozen=True, slots=True)
class Written:
    """What stands in the form at one place; `quotes`, `left_out`: ids. `now`: what is kept, in
    words, where that is something else and somebody else has written it."""

    what: str
    quotes: Sequence[int]
    left_out: Sequence[int]
    lines: Sequence[Line]
    now: str = ""


def quotes_in(fields: Mapping[str, str], item_id: int) -> list[int]:
    """Ids of the remarks of one place that are ticked."""
    start = f"quote-{item_id}-"
    ids = (id_in(told) for name, told in fields.items() if name.startswith(start))
    return [id for id in ids if id]


def ids_in(typed: str) -> list[int]:
    """Of "7,12"."""
    return [id for one in typed.split(",") if (id := id_in(one))]


def written(
    page: OrderPage, typed: Mapping[str, str], *, changed: bool = False
) -> Mapping[int, Written]:
    """By the items' ids what their part of the form shows: what was typed, else what is kept.
    `changed`: somebody else has saved meanwhile."""
    return {item.id: _written(item, typed, changed=changed) for item in page.items}


def _written(item: ItemPage, typed: Mapping[str, str], *, changed: bool) -> Written:
    kept = [_line(one) for one in item.quantities]
    if f"what-{item.id}" not in typed:
        return Written(item.what, item.quotes, item.left_out, _with_spare(kept))
    offered = ids_in(typed.get(f"photos-{item.id}", ""))
    left_out = [id for id in offered if typed.get(f"show-{item.id}-{id}") != "yes"]
    lines = [
        line
        for turn in range(1, 2 * MOST_LINES)
        if _is_written(line := _line_typed(typed, f"{item.id}-{turn}"))
    ]
    what = typed[f"what-{item.id}"]
    is_other = what.split() != item.what.split() or lines != kept
    return Written(
        what,
        quotes_in(typed, item.id),
        [*left_out, *(id for id in item.left_out if id not in offered)],
        _with_spare(lines),
        now=_now(item) if changed and is_other else "",
    )


def _now(item: ItemPage) -> str:
    lines = [
        f"{one.work} {quantity_words(one.planned)}{one.unit}".strip() for one in item.quantities
    ]
    return " / ".join((item.what or "(作業内容なし)", *lines))


def _line(one: Quantity) -> Line:
    yen = "" if one.yen is None else str(one.yen)
    return Line(one.work, quantity_words(one.planned), one.unit, yen)


def _line_typed(typed: Mapping[str, str], turn: str) -> Line:
    return Line(*(typed.get(f"{name}-{turn}", "") for name in ("work", "planned", "unit", "yen")))


def _is_written(line: Line) -> bool:
    return bool(line.work.strip() or line.planned.strip() or line.yen.strip())


def _with_spare(lines: Sequence[Line]) -> list[Line]:
    many = max(len(lines), min(len(lines) + _SPARE_LINES, MOST_LINES))
    return [*lines, *[Line()] * (many - len(lines))]
