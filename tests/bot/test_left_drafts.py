"""A draft that was left is asked about for a day; then it is forgotten with its photos."""

import pytest
from townsfolk import (
    ALEX,
    HARUKA,
    HONCHO,
    button,
    draft,
    hear,
    leave,
    photo,
    place,
    rows,
    said,
    value,
    words,
)

from workers import clock

pytestmark = pytest.mark.usefixtures("database_url")

STATES = "SELECT state, report_id IS NULL AS loose FROM photos ORDER BY id"


def go_by(hours: float) -> None:
    """So much time passes for the draft, for one that stands behind it, and for the photos."""
    minutes = round(hours * 60)
    leave(HARUKA, minutes)
    rows(
        "UPDATE photos SET created_at = created_at - make_interval(mins => :minutes)",
        minutes=minutes,
    )


def test_after_a_day_neither_draft_nor_photos_are_left() -> None:
    hear(photo(), place(at=HONCHO))
    go_by(26)
    clock.tidy()
    assert rows(STATES) == [("removed", True)]
    hear(words("穴"))
    assert said()[-1] == ["ask"]
    assert (draft()["photos"], draft()["place"]) == ([], None)
    assert "before" not in draft()


def test_before_that_it_is_there_to_be_gone_on_with() -> None:
    hear(photo(), place(at=HONCHO))
    go_by(23)
    clock.tidy()
    hear(words("穴"))
    hear(button(f"do=resume&draft={draft()['key']}"))
    assert said()[-1] == ["ticket"]
    assert rows(STATES) == [("waiting", False)]


def test_who_does_not_care_for_the_old_one_is_not_held_up_by_it() -> None:
    hear(photo())
    go_by(1)
    hear(photo(), place(at=HONCHO), words("穴"))
    assert said()[-3:] == [["ask"], ["ask"], ["ticket"]]
    assert rows(STATES) == [("waiting", True), ("waiting", False)]
    assert value("SELECT count(*) FROM tickets") == 1


def test_gone_on_with_it_is_forgotten_a_day_after_its_first_photo() -> None:
    hear(photo())
    go_by(20)
    hear(photo())
    hear(button(f"do=resume&draft={draft()['key']}"))
    assert len(draft()["photos"]) == 2
    go_by(6)
    clock.tidy()
    hear(words("穴"))
    assert draft()["photos"] == []
    assert rows(STATES)[0].state == "removed"


ODD_DRAFTS = ["[1]", '"x"', "7", '{"x": 1}', '{"started_at": "yesterdayish"}', '{"started_at": 7}']


@pytest.mark.parametrize("odd", ODD_DRAFTS)
def test_a_draft_that_does_not_read_is_none_and_goes_with_the_others(odd: str) -> None:
    hear(photo(), place(at=HONCHO))
    go_by(26)
    rows("INSERT INTO residents (line_user_id, draft) VALUES (:who, CAST(:odd AS jsonb))",
         who=ALEX, odd=odd)  # fmt: skip
    hear(words("穴", ALEX))
    assert value("SELECT max(attempts) FROM inbox") == 0
    assert said(ALEX) == [["ask"]]
    rows("UPDATE residents SET draft = CAST(:odd AS jsonb) WHERE line_user_id = :who",
         who=ALEX, odd=odd)  # fmt: skip
    clock.tidy()
    assert value("SELECT count(*) FROM residents WHERE draft <> '{}'") == 0


def test_a_question_that_does_not_read_is_none() -> None:
    rows("INSERT INTO residents (line_user_id, question) VALUES (:who, '{\"at\": 7}')", who=ALEX)
    hear(words("穴", ALEX))
    assert value("SELECT max(attempts) FROM inbox") == 0
    assert said(ALEX) == [["ask"]]
