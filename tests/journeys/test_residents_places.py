"""Where it is, and whether it is known already: each doubt is one question with one tap."""

import httpx
import pytest
from neighbours import (
    OUTSIDE,
    Neighbour,
    Office,
    Town,
    jpeg,
    north_of,
    quiet_spot,
    taken_at,
    until,
)

from local.day.sample_map import just_outside
from local.day.spoken import words

NORTH_OF_THE_STATION = (139.5090, 35.7022)
KITA_ODORI = (139.508, 35.7055)
"""Where 小金井街道 (都道) and 北大通り (市道) cross."""
KUNUGI_DORI = (139.5083, 35.7087)
TICKET = """
    SELECT t.*, ST_Y(t.place) AS lat, d.name AS department, r.place_source, r.place_accuracy_m,
           r.owner_said
    FROM tickets t JOIN reports r ON r.ticket_id = t.id
    LEFT JOIN departments d ON d.id = t.department_id WHERE number = %s ORDER BY r.id DESC
"""
THEIR_PHOTOS = """
    SELECT p.state FROM photos p JOIN residents r ON r.id = p.resident_id WHERE r.line_user_id = %s
"""
FOLLOWERS = """
    SELECT count(*) FROM followers f JOIN tickets t ON t.id = f.ticket_id WHERE t.number = %s
"""


def sends_photo(who: Neighbour, photo: bytes, town: Town) -> str:
    """A photo, and the answer once it was taken over."""
    told = who.answered(lambda: who.sends_photos(photo))
    until(lambda: {row["state"] for row in town.rows(THEIR_PHOTOS, who.user_id)} == {"stored"})
    return told


@pytest.mark.long
def test_where_photo_and_place_disagree_it_is_asked_once(town: Town, haruka: Neighbour) -> None:
    there = quiet_spot()
    sends_photo(haruka, taken_at(there), town)
    haruka.answered(lambda: haruka.says("穴"))
    beside = north_of(there, 300 if there[1] < NORTH_OF_THE_STATION[1] else -300)
    asked = haruka.answered(lambda: haruka.sends_place(*beside))
    assert "約300 m離れています" in asked
    haruka.answered(lambda: haruka.taps("写真の場所"))
    (ticket, *_) = town.rows(TICKET, haruka.number())
    assert abs(ticket["lat"] - there[1]) < 1e-5
    assert ticket["place_source"] == "exif"


@pytest.mark.long
def test_where_the_photo_comes_last_it_is_asked_with_the_ticket(
    town: Town, alex: Neighbour
) -> None:
    there = quiet_spot()
    alex.answered(lambda: alex.says("broken mirror"))
    alex.answered(lambda: alex.sends_place(*NORTH_OF_THE_STATION))
    told = alex.answered(lambda: alex.sends_photos(taken_at(there)), messages=2)
    assert "apart" in told
    alex.answered(lambda: alex.taps(words("en", "button.at_photo")), messages=2)
    (ticket, *_) = town.rows(TICKET, alex.number())
    assert abs(ticket["lat"] - there[1]) < 1e-5
    assert (ticket["place_source"], ticket["department"]) == ("exif", "交通対策課")


@pytest.mark.long
def test_the_photos_own_place_is_offered_with_its_town(town: Town, haruka: Neighbour) -> None:
    asked = sends_photo(haruka, taken_at(quiet_spot()), town)
    assert "付近" in asked
    haruka.answered(lambda: haruka.taps("写真の場所で送る"))
    haruka.answered(lambda: haruka.taps("街路灯の不点灯"))
    assert town.rows(TICKET, haruka.number())[0]["place_source"] == "exif"


def test_a_town_named_in_words_can_be_the_place_and_is_left_to_staff(
    town: Town, haruka: Neighbour
) -> None:
    haruka.answered(lambda: haruka.sends_photos(jpeg()))
    asked = haruka.answered(lambda: haruka.says("貫井南町のどこかの道に穴"))
    assert "「貫井南町」とのことですね" in asked
    card = haruka.answered(lambda: haruka.taps("貫井南町のあたりで送る"))
    assert "貫井南町付近" in card
    (ticket, *_) = town.rows(TICKET, haruka.number())
    assert (ticket["place_source"], ticket["department"]) == ("typed", None)
    assert ticket["place_accuracy_m"] > 100


def test_a_place_written_in_figures_is_asked_back_and_taken_with_one_tap(
    town: Town, haruka: Neighbour
) -> None:
    lon, lat = quiet_spot()
    haruka.answered(lambda: haruka.sends_photos(jpeg()))
    asked = haruka.answered(lambda: haruka.says(f"https://maps.google.com/?q={lat:.6f},{lon:.6f}"))
    assert "その座標は" in asked
    haruka.answered(lambda: haruka.taps("この場所で送る"))
    haruka.answered(lambda: haruka.taps("カーブミラー"))
    (ticket, *_) = town.rows(TICKET, haruka.number())
    assert abs(ticket["lat"] - lat) < 2e-6
    assert ticket["place_source"] == "written"


@pytest.mark.long
def test_some_metres_beyond_the_border_it_is_the_citys_and_staff_see_it(
    town: Town, haruka: Neighbour, staff: Office
) -> None:
    outside, _ = next(just_outside("city", 8))
    number = haruka.reports_at_once(outside)
    (ticket, *_) = town.rows(TICKET, number)
    assert ticket["place_name"] != ""
    assert "市の境" in staff.page(f"/staff/tickets/{number}")


@pytest.mark.long
def test_far_outside_the_neighbour_is_named_and_who_insists_is_taken_once(
    town: Town, haruka: Neighbour, staff: Office
) -> None:
    haruka.answered(lambda: haruka.sends_photos(jpeg()))
    haruka.answered(lambda: haruka.says("穴"))
    told = haruka.answered(lambda: haruka.sends_place(*OUTSIDE), 2)
    assert "国分寺市へお知らせください" in told
    haruka.answered(lambda: haruka.taps("それでも送る"), 2)
    haruka.answered(lambda: haruka.sends_place(*OUTSIDE))
    (ticket, *_) = town.rows(TICKET, haruka.number())
    assert ticket["department"] is None
    assert "市の外" in staff.page(f"/staff/tickets/{haruka.number()}")


@pytest.mark.long
def test_between_two_owners_the_resident_is_asked_and_may_leave_it_to_staff(
    town: Town, haruka: Neighbour, alex: Neighbour
) -> None:
    for who, place, spoken in ((haruka, KITA_ODORI, "穴"), (alex, KUNUGI_DORI, "holes")):
        who.answered(lambda who=who: who.sends_photos(jpeg()))
        who.answered(lambda who=who, place=place: who.sends_place(*place))
        who.answered(lambda who=who, spoken=spoken: who.says(spoken))
    asked = haruka.reads()
    assert "どちらの道路ですか" in asked
    assert "小金井街道(都道15)" in asked
    haruka.answered(lambda: haruka.taps("北大通り"))
    (ticket, *_) = town.rows(TICKET, haruka.number())
    assert (ticket["owner"], ticket["owner_said"]) == ("city", "city")
    assert ticket["department"] == "道路管理課"
    assert "Kunugi-dori" in alex.reads()
    alex.answered(lambda: alex.taps(words("en", "button.road_unknown")))
    (ticket, *_) = town.rows(TICKET, alex.number())
    assert (ticket["department"], ticket["owner_said"]) == (None, None)


@pytest.mark.long
def test_the_same_hole_is_shown_and_the_same_or_another_it_is(
    town: Town, haruka: Neighbour, alex: Neighbour, staff: Office
) -> None:
    there = quiet_spot()
    far = alex.reports_at_once(spoken="pothole")
    number = haruka.reports_at_once(there)
    until(lambda: {row["state"] for row in town.rows(THEIR_PHOTOS, haruka.user_id)} == {"stored"})
    ichiro = town.somebody("一郎", "ja")
    alex.answered(lambda: alex.says("通報"))
    for who in (alex, ichiro):
        who.answered(lambda who=who: who.sends_photos(jpeg()))
        who.answered(lambda who=who: who.says("a pothole, 穴"))
        shown = who.answered(lambda who=who: who.sends_place(*north_of(there, 10)), 2)
        assert number in shown
        assert "10 m" in shown
        assert far not in shown
        assert httpx.get(who.pictures()[0]).status_code == 200
    (far_id,) = town.rows("SELECT id FROM tickets WHERE number = %s", far)
    key = ichiro.data_of("同じです").split("draft=")[1].split("&")[0]
    forged = f"do=same&draft={key}&ticket={far_id['id']}"
    refused = ichiro.answered(lambda: ichiro.presses(forged), 3)
    assert words("ja", "old_button") in refused
    assert number in refused
    joined = alex.answered(lambda: alex.taps(words("en", "button.same")))
    assert "1" in joined
    assert number in joined
    ichiro.answered(lambda: ichiro.says("違います"))
    own = ichiro.number()
    assert own not in (number, far)
    assert "通報した人は「ちがいます」と答えました" in staff.page(f"/staff/tickets/{own}")
    (kept,) = town.rows(
        "SELECT r.differs_from, t.number FROM reports r JOIN tickets t"
        " ON t.id = ANY(r.differs_from) WHERE r.ticket_id ="
        " (SELECT id FROM tickets WHERE number = %s)",
        own,
    )
    assert kept["number"] == number
    third = town.somebody("花子", "ja")
    third.answered(lambda: third.sends_photos(jpeg()))
    third.answered(lambda: third.says("穴"))
    third.answered(lambda: third.sends_place(*there), 2)
    told = third.answered(lambda: third.taps("同じです"))
    assert "ほかに2人が、この通報の経過を待っています" in told
    assert town.rows(FOLLOWERS, number) == [{"count": 3}]
