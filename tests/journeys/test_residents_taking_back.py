"""What a resident takes back is gone: one message everywhere, or everything about them."""

import pytest
from neighbours import Neighbour, Office, Town, jpeg, quiet_spot, until

from local.day.spoken import words

PHOTOS = """
    SELECT p.* FROM photos p JOIN residents r ON r.id = p.resident_id
    WHERE r.line_user_id = %s ORDER BY p.id
"""
REPORT = """
    SELECT r.*, t.status, t.place AS ticket_place, t.id AS ticket FROM reports r
    JOIN tickets t ON t.id = r.ticket_id WHERE t.number = %s
"""
UNSENT = "SELECT details FROM history WHERE ticket_id = %s AND what = 'unsent' ORDER BY id"
RAW = "SELECT raw FROM inbox WHERE person = %s"


def states(town: Town, who: Neighbour) -> list[str]:
    return [photo["state"] for photo in town.rows(PHOTOS, who.user_id)]


def takes_back(who: Neighbour, message_id: str) -> None:
    who.does("unsend", json={"messageId": message_id})


def files_of(town: Town, *keys: str) -> list[str]:
    """What is left in the photo store of these keys."""
    kept = {file.name for file in (town.michi.data / "photos").rglob("*") if file.is_file()}
    return [name for name in kept if any(key.split("/")[-1] in name for key in keys)]


@pytest.mark.long
def test_a_photo_taken_back_before_it_is_heard_never_comes_in(
    town: Town, haruka: Neighbour
) -> None:
    town.line("delivery", json={"hold": True})
    (photo,) = haruka.sends_photos(jpeg())
    takes_back(haruka, photo["messageId"])
    haruka.does("sticker")
    town.line("delivery", json={"hold": False})
    until(lambda: words("ja", "unusable.sticker") in haruka.reads())
    assert set(states(town, haruka)) <= {"removed"}
    assert photo["messageId"] not in str(
        [row["raw"].get("message") for row in town.rows(RAW, haruka.user_id)]
    )


@pytest.mark.long
def test_a_photo_taken_back_while_it_is_fetched_is_not_kept(town: Town, haruka: Neighbour) -> None:
    (photo,) = haruka.sends_photos(jpeg(), content={"behaviour": "202"})
    haruka.hears(1)
    takes_back(haruka, photo["messageId"])
    until(lambda: states(town, haruka) == ["removed"])
    town.line("content", json={"messageId": photo["messageId"], "behaviour": "ok"})
    asked = haruka.answered(lambda: haruka.sends_place(*quiet_spot()))
    assert words("ja", "ask.category") not in asked
    (kept,) = town.rows(PHOTOS, haruka.user_id)
    assert (kept["original"], kept["large"], kept["small"]) == (None, None, None)


@pytest.mark.long
def test_photo_words_and_place_of_a_ticket_taken_back_leave_lines_without_content(
    town: Town, haruka: Neighbour, staff: Office
) -> None:
    (photo,) = haruka.sends_photos(jpeg((800, 640)))
    (place,) = haruka.sends_place(*quiet_spot())
    (said,) = haruka.says("穴です。うちのへいの前")
    haruka.hears(3)
    number = haruka.number()
    until(lambda: states(town, haruka) == ["stored"])
    (stored,) = town.rows(PHOTOS, haruka.user_id)
    keys = (stored["original"], stored["large"], stored["small"])
    assert len(files_of(town, *keys)) == 3
    assert "うちのへい" in staff.page(f"/staff/tickets/{number}")
    for event in (photo, place, said):
        takes_back(haruka, event["messageId"])
    (report,) = town.rows(REPORT, number)
    until(lambda: len(town.rows(UNSENT, report["ticket"])) == 3)
    until(lambda: not files_of(town, *keys))
    (report,) = town.rows(REPORT, number)
    assert (report["place"], report["status"]) == (None, "received")
    assert report["ticket_place"] is not None
    assert states(town, haruka) == ["removed"]
    told = [row["details"] for row in town.rows(UNSENT, report["ticket"])]
    assert told == [{"what": ["photo"]}, {"what": ["place"]}, {"what": ["words"]}]
    assert not town.rows("SELECT * FROM remarks WHERE report_id = %s", report["id"])
    assert "うちのへい" not in staff.page(f"/staff/tickets/{number}")
    assert "うちのへい" not in str(town.rows(RAW, haruka.user_id))
    assert len(haruka.heard()) == 3


@pytest.mark.long
def test_everything_about_a_person_is_shown_and_erased_after_a_confirmation(
    town: Town, haruka: Neighbour, staff: Office
) -> None:
    number = haruka.reports_at_once(spoken="穴です。うちのへいの前", photo=jpeg((800, 656)))
    until(lambda: states(town, haruka) == ["stored"])
    shown = haruka.answered(lambda: haruka.says("わたしのデータを消して"))
    for line in ("reports", "photos", "remarks"):
        assert words("ja", f"my_data.{line}", count=1) in shown
    old = haruka.data_of(words("ja", "button.erase"))
    haruka.answered(lambda: haruka.says("やめる"))
    refused = haruka.answered(lambda: haruka.presses(old), 2)
    assert words("ja", "old_button") in refused
    assert town.rows(REPORT, number)[0]["resident_id"]
    (photo,) = town.rows(PHOTOS, haruka.user_id)
    haruka.answered(lambda: haruka.says("わたしのデータを消して"))
    erased = haruka.answered(lambda: haruka.taps(words("ja", "button.erase")))
    assert words("ja", "erased") in erased
    for table, column in (("residents", "line_user_id"), ("inbox", "person")):
        assert not town.rows(f"SELECT 1 FROM {table} WHERE {column} = %s", haruka.user_id)
    assert not town.rows("SELECT 1 FROM inbox WHERE raw::text LIKE %s", f"%{haruka.user_id}%")
    until(lambda: not files_of(town, photo["original"], photo["large"], photo["small"]))
    (report,) = town.rows(REPORT, number)
    assert (report["resident_id"], report["status"]) == (None, "received")
    page = staff.page(f"/staff/tickets/{number}")
    assert number in page
    assert "うちのへい" not in page
    heard = len(haruka.heard())
    staff.move(number, "scheduled")
    assert haruka.answered(lambda: haruka.says("状況")).count(words("ja", "card.no_tickets"))
    assert len(haruka.heard()) == heard + 1
