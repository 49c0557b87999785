"""After the repair: the crew's photo beside the resident's own, and whether it is mended."""

import re

import httpx
import pytest
from neighbours import Neighbour, Office, Town, jpeg, repaired, until

from local.day.spoken import words

TICKET = "SELECT * FROM tickets WHERE number = %s"
LONG_AGO = """
    UPDATE tickets SET closed_at = closed_at - interval '15 days' WHERE number = %s RETURNING id
"""
RATINGS = """
    SELECT f.rating, f.confirmed_at IS NOT NULL AS confirmed
    FROM followers f JOIN tickets t ON t.id = f.ticket_id WHERE number = %s
"""
STORED = """
    SELECT p.id FROM photos p JOIN reports r ON r.id = p.report_id
    JOIN tickets t ON t.id = r.ticket_id WHERE number = %s AND p.state = 'stored'
"""


@pytest.fixture
def filed(town: Town, haruka: Neighbour) -> str:
    """はるか's ticket, which the road crew sees."""
    number = haruka.reports_at_once()
    until(lambda: town.rows(STORED, number))
    until(lambda: town.rows(TICKET, number)[0]["department_id"])
    return number


@pytest.fixture
def mended(filed: str, haruka: Neighbour, crew: Office) -> str:
    """The same, mended, which she has read."""
    haruka.answered(lambda: crew.move(filed, "fixed", photo=repaired()))
    return filed


@pytest.mark.long
def test_the_repair_is_shown_before_and_after_and_rated_once(
    filed: str, town: Town, haruka: Neighbour, crew: Office
) -> None:
    card = haruka.answered(lambda: crew.move(filed, "fixed", photo=repaired((900, 1200))))
    assert words("ja", "status.fixed") in card
    before, after = haruka.pictures()
    for picture in (before, after):
        assert httpx.get(picture).status_code == 200
    asked = haruka.answered(lambda: haruka.taps("直りました"))
    assert words("ja", "rate.question", number=filed) in asked
    rating = haruka.data_of(words("ja", "rate.4"))
    thanks = haruka.answered(lambda: haruka.taps(words("ja", "rate.4")))
    assert words("ja", "about.rated", number=filed) in thanks
    again = haruka.answered(lambda: haruka.presses(rating.replace("stars=4", "stars=1")))
    assert words("ja", "about.rated_before", number=filed) in again
    assert town.rows(RATINGS, filed) == [{"rating": 4, "confirmed": True}]


@pytest.mark.long
def test_not_mended_reopens_takes_a_photo_and_stands_first_with_the_crew(
    mended: str, town: Town, haruka: Neighbour, crew: Office
) -> None:
    asked = haruka.answered(lambda: haruka.taps("まだです"))
    assert words("ja", "add.ask_reopened", number=mended) in asked
    assert town.rows(TICKET, mended)[0]["status"] == "reopened"
    added = haruka.answered(lambda: haruka.sends_photos(jpeg()))
    assert f"受付番号 {mended} に加えました" in added
    before, _, after = crew.page("/crew/").partition(f"/crew/tickets/{mended}")
    statuses = "SELECT status FROM tickets WHERE number = ANY(%s)"
    listed_before = re.findall(r"/crew/tickets/([\d-]+)", before)
    assert {row["status"] for row in town.rows(statuses, listed_before)} <= {"reopened"}
    assert "まだ直っていない" in after
    twice = haruka.answered(lambda: haruka.presses(f"do=not_mended&number={mended}"), 2)
    assert words("ja", "about.reopened_already", number=mended) in twice


@pytest.mark.long
def test_after_fourteen_days_it_is_not_reopened(mended: str, town: Town, haruka: Neighbour) -> None:
    town.rows(LONG_AGO, mended)
    told = haruka.answered(lambda: haruka.taps("まだです"))
    assert words("ja", "about.too_late", number=mended) in told
    assert town.rows(TICKET, mended)[0]["status"] == "fixed"


@pytest.mark.long
def test_a_stranger_can_neither_confirm_nor_reopen(
    mended: str, town: Town, alex: Neighbour
) -> None:
    for do in ("mended", "not_mended", "rate&stars=1"):
        refused = alex.answered(lambda do=do: alex.presses(f"do={do}&number={mended}"))
        assert words("en", "about.not_yours", number=mended) in refused
    assert town.rows(RATINGS, mended) == [{"rating": None, "confirmed": False}]
    assert town.rows(TICKET, mended)[0]["status"] == "fixed"
