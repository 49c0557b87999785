"""Kinds of words keep their JSON: rows of the version before and after this one are read."""

from typing import Any

import pytest

from reports.outbox import kinds
from reports.outbox.kinds import KINDS, from_json
from reports.outbox.say import Unknown, kind_of, to_json

TOWN = {"ja": "本町六丁目", "en": "Honcho 6-chome"}
LEFT = {"photos": 2, "place": TOWN, "category": None, "minutes": 45}
HELD = {
    "reports": 1, "photos": 0, "remarks": 0, "follows": 1, "draft": False, "language": None,
}  # fmt: skip
ABOUT = {"ticket_id": 7, "draft": "k", "why": "add"}
KEPT: list[dict[str, Any]] = [
    {"say": "ask", "draft": "k", "photos": [7], "no_photo": False, "place": TOWN, "category": None,
     "inferred": False, "words": True, "typed": None, "missing": ["category"], "left": LEFT},
    {"say": "photos_full", "image_set": None, "most": 10},
    {"say": "which_place", "draft": "k", "photo": 7, "metres": 320, "way": "nw",
     "photo_town": TOWN, "sent_town": TOWN},
    {"say": "same_hole", "draft": "k", "tickets": [{"id": 7, "metres": 12}]},
    {"say": "which_road", "draft": "k",
     "roads": [{"owner": "city", "name": "", "name_en": "", "ref": "市道123"}]},
    {"say": "urgent"},
    {"say": "ticket", "ticket_id": 7, "inferred": True},
    {"say": "joined", "ticket_id": 7},
    {"say": "status", "number": "000-000-001"},
    {"say": "mine"},
    {"say": "moved", "ticket_id": 7, "history_id": 9},
    {"say": "photo_lost", "state": "gone", "ticket_id": None},
    {"say": "onto", **ABOUT},
    {"say": "added", **ABOUT, "photos": [7], "words": False, "place": True},
    {"say": "question", "ticket_id": 7, "history_id": 9},
    {"say": "sure", "ticket_id": 7, "what": "withdraw"},
    {"say": "about", "key": "muted", "ticket_id": 7},
    {"say": "rate", "ticket_id": 7},
    {"say": "missed"},
    {"say": "again"},
    {"say": "my_data", "draft": "k", "held": HELD},
    {"say": "erased", "language": "en"},
    {"say": "text", "key": "sorry"},
    {"say": "help", "key": "how"},
    {"say": "contact", "about": "call"},
    {"say": "hello"},
    {"say": "unusable", "kind": "sticker"},
    {"say": "paused", "until": "2026-12-31"},
    {"say": "outside", "ja": "国分寺市", "en": ""},
    {"say": "crew_text", "key": "left"},
    {"say": "crew_linked"},
    {"say": "crew_ticket", "ticket_id": 7},
    {"say": "crew_list"},
    {"say": "crew_choose", "photo": None},
    {"say": "crew_photo_wanted", "ticket_id": 7},
    {"say": "crew_or_report", "photo": 7},
    {"say": "crew_about", "key": "done", "ticket_id": 7},
    {"say": "limit", "of": "photos", "most": 60, "minutes": 25, "draft": None},
]  # fmt: skip


@pytest.mark.parametrize("kept", KEPT, ids=lambda kept: str(kept["say"]))
def test_what_was_written_since_0_4_0_is_read_and_written_the_same(kept: dict[str, Any]) -> None:
    said = from_json(kept)
    assert kind_of(said) is KINDS[kept["say"]]
    assert kept.items() <= to_json(said).items()


def test_every_kind_has_its_json_here() -> None:
    assert {kept["say"] for kept in KEPT} == set(KINDS)


@pytest.mark.parametrize(
    ("kept", "said"),
    [
        ({"say": "status"}, kinds.Status()),
        ({"say": "same_hole", "draft": "k"}, kinds.SameHole(draft="k")),
        ({"say": "mine", "of_a_later_version": 1}, kinds.Mine()),
    ],
)
def test_what_is_missing_or_new_in_a_row_does_no_harm(kept: dict[str, Any], said: Any) -> None:
    assert from_json(kept) == said


@pytest.mark.parametrize("kept", [{"say": "hologram", "of": 7}, {"say": "moved", "ticket_id": 7}])
def test_what_is_not_known_is_kept_as_it_came(kept: dict[str, Any]) -> None:
    assert from_json(kept) == Unknown(kept)
    assert to_json(from_json(kept)) == kept
