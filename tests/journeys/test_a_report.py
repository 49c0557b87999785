"""From the photo in a resident's hand to the ticket and its card."""

import io

import httpx
import pytest
from neighbours import ON_CITY_ROAD, OUTSIDE, Neighbour, Town, jpeg, until
from PIL import Image

TICKET = """
    SELECT t.*, ST_X(t.place) AS lon, ST_Y(t.place) AS lat, d.name AS department
    FROM tickets t LEFT JOIN departments d ON d.id = t.department_id WHERE number = %s
"""
PHOTOS = """
    SELECT p.* FROM photos p JOIN residents r ON r.id = p.resident_id
    WHERE r.line_user_id = %s ORDER BY p.id
"""
OF_A_SET = """
    SELECT FROM photos WHERE image_set IS NOT NULL AND report_id = (SELECT max(id) FROM reports)
"""
STORED = """
    SELECT p.id FROM photos p JOIN reports r ON r.id = p.report_id
    JOIN tickets t ON t.id = r.ticket_id WHERE t.number = %s AND p.state = 'stored'
"""


def test_a_photo_a_place_and_a_tap_make_a_routed_ticket(town: Town, haruka: Neighbour) -> None:
    number = haruka.reports(ON_CITY_ROAD)
    until(lambda: town.rows(TICKET, number)[0]["routed_at"])
    (ticket,) = town.rows(TICKET, number)
    assert (ticket["lon"], ticket["lat"]) == pytest.approx(ON_CITY_ROAD, abs=1e-9)
    assert (ticket["category"], ticket["owner"]) == ("pothole", "city")
    assert ticket["department"] == "道路管理課"
    card = haruka.answered(lambda: haruka.taps("状況を見る"))
    assert "道路管理課" in card
    assert number in card


def test_the_cards_picture_is_upright_small_and_without_exif(town: Town, haruka: Neighbour) -> None:
    number = haruka.reports()
    until(lambda: town.rows(STORED, number))
    haruka.answered(lambda: haruka.taps("状況を見る"))
    picture = httpx.get(haruka.card()["contents"]["hero"]["url"])
    image = Image.open(io.BytesIO(picture.content))
    assert max(image.size) <= 1280
    assert not image.getexif()


@pytest.mark.long
def test_three_photos_in_one_send_get_one_answer(town: Town, haruka: Neighbour) -> None:
    haruka.sends_photos(jpeg(), jpeg((900, 1200)), jpeg((640, 480)))
    (words,) = haruka.hears(1)
    assert "写真 3枚" in words
    assert haruka.quiet() == 1
    haruka.sends_place(*ON_CITY_ROAD)
    haruka.hears(2)
    haruka.taps("その他")
    until(lambda: len(town.rows(OF_A_SET)) == 3)


@pytest.mark.long
def test_an_english_profile_is_answered_in_english(town: Town, alex: Neighbour) -> None:
    alex.sends_place(*ON_CITY_ROAD)
    (words,) = alex.hears(1)
    assert "Please send a photo" in words


@pytest.mark.long
def test_a_resident_changes_the_language_by_saying_so(town: Town, haruka: Neighbour) -> None:
    for words, answer in (("English", "in English"), ("やさしい", "やさしい 日本語")):
        before = len(haruka.heard())
        haruka.says(words)
        assert answer in haruka.hears(before + 1)[-1]
    haruka.sends_place(*ON_CITY_ROAD)
    assert "の 近く" in haruka.hears(3)[-1]


@pytest.mark.long
def test_a_profile_that_line_will_not_show_changes_nothing(town: Town) -> None:
    stranger = town.somebody("だれか", None, profile="404")
    stranger.sends_place(*ON_CITY_ROAD)
    assert "写真を送ってください" in stranger.hears(1)[0]


@pytest.mark.long
@pytest.mark.parametrize("kind", ["sticker", "video", "audio"])
def test_what_cannot_be_a_report_is_answered_with_help(
    kind: str, town: Town, haruka: Neighbour
) -> None:
    haruka.does(kind)
    assert "現場の写真を送ってください" in " ".join(haruka.hears(1))


@pytest.mark.long
def test_words_without_a_report_are_answered_with_help(town: Town, haruka: Neighbour) -> None:
    haruka.says("こんにちは")
    assert "写真を送るだけ" in haruka.hears(1)[0]


@pytest.mark.long
def test_words_that_name_a_category_begin_a_report(town: Town, haruka: Neighbour) -> None:
    haruka.says("公園の前の道に穴があいています")
    assert "✓ 種類 舗装の穴・段差" in haruka.hears(1)[0]


@pytest.mark.long
def test_yameru_drops_the_draft_and_its_photos(town: Town, haruka: Neighbour) -> None:
    haruka.sends_photos(jpeg())
    haruka.hears(1)
    haruka.says("やめる")
    assert "取りやめました" in haruka.hears(2)[1]
    (photo,) = town.rows(PHOTOS, haruka.user_id)
    assert (photo["state"], photo["original"]) == ("removed", None)


@pytest.mark.long
def test_jokyo_and_the_number_tell_the_state_with_its_history(
    town: Town, haruka: Neighbour, alex: Neighbour
) -> None:
    number = haruka.reports()
    before = len(haruka.heard())
    haruka.says("状況")
    haruka.hears(before + 1)
    assert number in str(haruka.heard()[-1]["message"])
    alex.says(number)
    alex.hears(1)
    card = alex.card()
    assert number in card["altText"]
    assert "hero" not in card["contents"], "another resident's photo"


@pytest.mark.long
def test_a_number_that_does_not_exist_is_said_to_be_unknown(town: Town, haruka: Neighbour) -> None:
    haruka.says(" ".join(f"000-000-00{digit}" for digit in range(10)))
    assert "見つかりませんでした" in haruka.hears(1)[0]


def test_a_place_outside_names_the_neighbour_and_leaves_only_a_count(
    town: Town, haruka: Neighbour
) -> None:
    haruka.sends_place(*OUTSIDE)
    assert "国分寺市" in haruka.hears(1)[0]
    assert town.rows("SELECT times FROM outside_counts WHERE neighbour = '国分寺市'")
    (row,) = town.rows("SELECT draft FROM residents WHERE line_user_id = %s", haruka.user_id)
    assert row["draft"].get("place") is None
    (event,) = town.rows("SELECT raw FROM inbox WHERE person = %s", haruka.user_id)
    assert "latitude" not in str(event["raw"])


@pytest.mark.long
def test_an_old_button_says_so(town: Town, haruka: Neighbour) -> None:
    haruka.sends_photos(jpeg())
    haruka.hears(1)
    haruka.sends_place(*ON_CITY_ROAD)
    haruka.hears(2)
    haruka.says("やめる")
    haruka.hears(3)
    haruka.taps("舗装の穴・段差")
    assert "前の通報" in haruka.hears(4)[3]
    assert not town.rows(
        "SELECT * FROM followers f JOIN residents r ON r.id = f.resident_id"
        " WHERE r.line_user_id = %s",
        haruka.user_id,
    )


@pytest.mark.parametrize(
    ("content", "state"),
    [
        ({"behaviour": "404"}, "gone"),
        pytest.param({"behaviour": "410"}, "gone", marks=pytest.mark.long),
        pytest.param({"behaviour": "wrong_type"}, "not_image", marks=pytest.mark.long),
    ],
)
def test_a_photo_that_cannot_be_kept_is_told(
    content: dict[str, str], state: str, town: Town, haruka: Neighbour
) -> None:
    haruka.sends_photos(jpeg(), content=content)
    until(lambda: [photo["state"] for photo in town.rows(PHOTOS, haruka.user_id)] == [state])
    haruka.sends_place(*ON_CITY_ROAD)
    until(lambda: "写真を受け取れませんでした" in "".join(haruka.words()[-1:]))


@pytest.mark.long
@pytest.mark.parametrize("behaviour", ["202", "cut"])
def test_a_photo_that_is_late_or_cut_off_is_fetched_again(
    behaviour: str, town: Town, haruka: Neighbour
) -> None:
    haruka.sends_photos(jpeg(), content={"behaviour": behaviour, "times": 2})
    until(lambda: [row["state"] for row in town.rows(PHOTOS, haruka.user_id)] == ["stored"])
    assert haruka.quiet(1) == 1


@pytest.mark.long
def test_a_file_that_is_a_photo_is_taken_and_another_is_refused(
    town: Town, haruka: Neighbour
) -> None:
    haruka.does("file", files=[("file", ("road.jpg", jpeg(), "image/jpeg"))])
    haruka.does("file", files=[("file", ("list.pdf", b"%PDF-1.7 no photo", "application/pdf"))])
    states = ["stored", "not_image"]
    until(lambda: [photo["state"] for photo in town.rows(PHOTOS, haruka.user_id)] == states)
    haruka.sends_place(*ON_CITY_ROAD)
    until(lambda: "写真ではないファイル" in "".join(haruka.words()[-1:]))


def test_a_photo_taken_back_is_forgotten_everywhere(town: Town, haruka: Neighbour) -> None:
    (event,) = haruka.sends_photos(jpeg())
    haruka.hears(1)
    until(lambda: town.rows(PHOTOS, haruka.user_id)[0]["state"] == "stored")
    (stored,) = town.rows(PHOTOS, haruka.user_id)
    kept = town.michi.data / "photos"
    assert list(kept.rglob(f"{stored['original'].split('/')[-1]}*"))
    haruka.does("unsend", json={"messageId": event["messageId"]})
    until(lambda: town.rows(PHOTOS, haruka.user_id)[0]["state"] == "removed")
    (photo,) = town.rows(PHOTOS, haruka.user_id)
    assert photo["original"] is photo["large"] is photo["small"] is None
