"""Photos as phones and lines leave them, from the chat to the desk."""

import pytest
from neighbours import Neighbour, Office, Town, jpeg, quiet_spot, until
from phone_photos import turned
from PIL import Image

THEIRS = """
    SELECT p.state, p.width, p.height FROM photos p JOIN reports r ON r.id = p.report_id
    JOIN tickets t ON t.id = r.ticket_id WHERE t.number = %s
"""
STATUS = "SELECT status FROM tickets WHERE number = %s"
FILM = b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + bytes(4_000)


def noise() -> Image.Image:
    return Image.effect_noise((800, 600), 60).convert("RGB")


def the_photo(town: Town, number: str) -> tuple[str, int, int]:
    """Its state and size, once it is taken in."""

    def taken_in() -> bool:
        return bool(rows := town.rows(THEIRS, number)) and rows[0]["state"] != "waiting"

    until(taken_in)
    (photo,) = town.rows(THEIRS, number)
    return photo["state"], photo["width"], photo["height"]


@pytest.mark.long
@pytest.mark.parametrize(
    "format", ["HEIF", *(pytest.param(one, marks=pytest.mark.long) for one in ("AVIF", "JPEG"))]
)
def test_a_photo_of_a_phone_that_was_held_upright_stands_upright(
    town: Town, haruka: Neighbour, format: str
) -> None:
    held = turned(noise().transpose(Image.Transpose.ROTATE_90), format, 6)
    number = haruka.reports_at_once(photo=held)
    assert the_photo(town, number) == ("stored", 600, 800)


@pytest.mark.long
def test_a_photo_that_breaks_off_is_taken_as_far_as_it_goes_and_marked(
    town: Town, haruka: Neighbour, staff: Office
) -> None:
    whole = turned(noise(), "JPEG", 1)
    number = haruka.reports_at_once(photo=whole[: len(whole) // 2])
    assert the_photo(town, number)[0] == "stored"
    assert "途中で切れた写真です" in staff.page(f"/staff/tickets/{number}")


@pytest.mark.long
def test_what_is_no_photo_is_told_and_the_card_says_that_it_was_not_received(
    town: Town, haruka: Neighbour
) -> None:
    number = haruka.reports_at_once(photo=FILM)
    assert the_photo(town, number)[0] == "not_image"
    assert "受け取れなかったもの 1枚" in haruka.answered(lambda: haruka.says(number))
    assert "写真ではないファイルのようです" in haruka.reads()


@pytest.mark.long
def test_a_crews_film_is_refused_before_the_ticket_is_closed(
    town: Town, haruka: Neighbour, crew: Office
) -> None:
    number = haruka.reports_at_once(quiet_spot(), photo=jpeg())
    with pytest.raises(AssertionError, match="写真"):
        crew.move(number, "fixed", photo=FILM)
    assert town.rows(STATUS, number)[0]["status"] != "fixed"
