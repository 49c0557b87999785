"""A question as it is kept in rows: read whatever stands there, and written as ever."""

from datetime import UTC, datetime
from typing import Any

import pytest

from reports.tickets.open_question import OpenQuestion, open_question, to_json

KEPT = {"ticket_id": 7, "history_id": 9, "at": "2026-11-20T09:00:00+00:00"}
ODD: dict[str, Any] = {
    "history_id": [{}, [], "x", None, 1.5, -1, 2**63, 10**30],
    "ticket_id": [{}, "x", None, 2**63],
    "at": [{}, "soon", "2026-11-20T09:00:00", None, 1e300],
}


def test_it_is_kept_as_0_5_0_has_kept_it() -> None:
    asked = OpenQuestion(7, 9, datetime(2026, 11, 20, 9, tzinfo=UTC))
    assert to_json(asked) == KEPT
    assert open_question(KEPT) == asked


@pytest.mark.parametrize(("part", "odd"), [(part, odd) for part in ODD for odd in ODD[part]])
def test_a_part_of_another_form_makes_it_no_question(part: str, odd: Any) -> None:
    assert open_question({**KEPT, part: odd}) is None
    assert open_question({name: KEPT[name] for name in KEPT if name != part}) is None


@pytest.mark.parametrize("odd", [{}, None, [], "x", 7, [1], {"a": 1}])
def test_what_is_no_question_at_all_is_none(odd: Any) -> None:
    assert open_question(odd) is None
