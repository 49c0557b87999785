"""Whatever stands in `messages.say`, it is read: as words, or as what this version cannot say."""

from typing import Any

import pytest

from reports.outbox import kinds
from reports.outbox.kinds import from_json, said_in
from reports.outbox.say import Unknown, to_json

ODD: list[Any] = [
    None, 7, "x", [], {}, {"x": 1}, {"say": {}}, {"say": 7}, {"say": None}, {"say": "unknown"},
    {"say": "moved", "ticket_id": {}, "history_id": 1},
    {"say": "moved", "ticket_id": "x", "history_id": 1},
    {"say": "question", "ticket_id": 10**23, "history_id": 1},
    {"say": "text", "key": {}}, {"say": "outside", "ja": [1]}, {"say": "erased", "language": {}},
    {"say": "same_hole", "draft": "k", "tickets": [{"id": 7}]},
]  # fmt: skip


@pytest.mark.parametrize("kept", ODD, ids=str)
def test_what_does_not_read_is_kept_as_it_came(kept: Any) -> None:
    assert from_json(kept) == Unknown(kept)
    assert to_json(from_json(kept)) == kept


@pytest.mark.parametrize("column", [None, 7, "x", {}, {"say": "mine"}], ids=str)
def test_a_column_that_is_no_list_is_one_thing_to_say(column: Any) -> None:
    assert said_in(column) == [from_json(column)]


def test_one_odd_thing_leaves_the_others() -> None:
    assert said_in([7, {"say": "mine"}]) == [Unknown(7), kinds.Mine()]
