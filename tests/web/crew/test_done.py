"""What a crew tells of its work: proved by a photo from there, kept typed, told in words."""

import io
from typing import Any

import pytest
from exif_blocks import saved
from PIL import Image
from townsfolk import STAFF, rows, value
from web_scene import ON_CITY_ROAD, Browser, Filed, filed, picture, ticket_of

from bot.wording import languages
from geo.points import Point
from reports.actions.move import move
from reports.documents.sheet.facts import facts_of
from reports.people.permissions import RESIDENT
from reports.photos.photo_store import photo_store
from reports.tickets.outcomes import FOR_STAFF_TO_DECIDE, GOES_TO, Outcome
from reports.tickets.status import Status
from store.database import transaction
from web.crew.ticket.outcome_words import RESULTS
from web.crew.ticket.told import done
from web.kit.forms import Posted
from workers import photos

HERE = f"{ON_CITY_ROAD.lon},{ON_CITY_ROAD.lat},12.0"
FAR = f"{ON_CITY_ROAD.lon + 0.004},{ON_CITY_ROAD.lat},12.0"
JSON = {"accept": "application/json"}


def tell(crew: Browser, one: Filed, *shots: bytes, **fields: str) -> Any:
    """As our script posts it."""
    files = [("photo", ("road.jpg", data, "image/jpeg")) for data in shots]
    told = {"csrf": crew.csrf, "seen": "received", "key": "of its page"} | fields
    path = f"/crew/tickets/{one.number}/done"
    return crew.client.post(path, data=told, files=files, headers=JSON, follow_redirects=False)


def taken_in(photo_id: int) -> None:
    """As a worker does it."""
    keep = photos.take_in(photo_id)
    assert keep
    with transaction() as db:
        keep(db)


def packed_anew(data: bytes, side: int) -> bytes:
    """As a phone makes small what was saved from our page."""
    image = Image.open(io.BytesIO(data))
    image.thumbnail((side, side))
    made = io.BytesIO()
    image.save(made, "JPEG", quality=70)
    return made.getvalue()


def test_what_is_mended_wants_a_photo_that_the_ticket_had_not_before(crew: Browser) -> None:
    one = filed(pictures=1)
    old = photo_store().get(value("SELECT original FROM photos"))
    for shots, reason in (((), "needs_photo"), ((old,), "old_photo")):
        answer = tell(crew, one, *shots, outcome="fixed")
        assert (answer.status_code, answer.json()["reason"]) == (422, reason)
        assert answer.json()["status"] == "received"
    answer = tell(crew, one, packed_anew(old, 800), outcome="fixed")
    assert answer.json()["reason"] == "old_photo"
    assert rows("SELECT FROM history WHERE what = 'moved'") == []
    assert len(rows("SELECT FROM photos")) == 1


def test_the_same_view_with_the_hole_filled_is_another_photo(crew: Browser) -> None:
    one = filed(pictures=1)
    image = Image.open(io.BytesIO(photo_store().get(value("SELECT original FROM photos"))))
    road = image.getpixel((image.width // 2, int(image.height * 0.98)))
    image.paste(road, (0, int(image.height * 0.65), image.width, int(image.height * 0.79)))
    answer = tell(crew, one, saved(image, "JPEG"), outcome="fixed", here=HERE)
    assert answer.json() == {
        "done": True, "number": one.number, "next": f"/crew/?done={one.number}",
    }  # fmt: skip


def test_a_photo_from_elsewhere_wants_a_sentence_which_staff_read(
    crew: Browser, staff: Browser
) -> None:
    one, shot = filed(), picture()
    answer = tell(crew, one, shot, outcome="fixed", here=FAR)
    assert (answer.status_code, answer.json()["reason"]) == (422, "far")
    page = crew.post(
        f"/crew/tickets/{one.number}/done",
        [("photo", ("road.jpg", shot, "image/jpeg"))],
        outcome="fixed", here=FAR, seen="received",
    ).text  # fmt: skip
    assert 'class="field far"><label for="fixed-far">' in page
    # what the phone has read in the photo counts more than where it is now
    told = {"place_1": HERE, "taken_1": "2026-12-01T09:00:00+09:00"}
    assert tell(crew, one, shot, outcome="fixed", here=FAR, **told).json()["done"]
    taken_in(value("SELECT id FROM photos"))
    (kept,) = rows("SELECT ST_X(exif_place), taken_at::text FROM photos")
    assert kept[0] == pytest.approx(ON_CITY_ROAD.lon)

    other = filed(place=ON_CITY_ROAD)
    done = tell(crew, other, shot, outcome="fixed", here=FAR, why_far="穴は反対側でした")
    assert done.json()["done"]
    page = staff.get(f"/staff/tickets/{other.number}").text
    assert "離れた所で撮影(理由: 穴は反対側でした)" in page
    assert "反対側" not in str(crew.get(f"/crew/?done={other.number}").text)


def test_what_was_used_is_kept_typed_and_read_at_the_desk(crew: Browser, staff: Browser) -> None:
    one = filed()
    page = crew.get(f"/crew/tickets/{one.number}").text
    assert page.index("常温合材") < page.index("ほかの材料") < page.index("カーブミラー鏡面")
    told = {"amount_cold_mix": "2", "amount_cone": "0", "minutes": "35", "note": "埋めました"}
    late = {"done_at": "2026-12-01T09:10:00+09:00"}
    for wrong in ({"amount_cold_mix": "-1"}, {"amount_gold": "1"}, {"minutes": "0"}):
        answer = tell(crew, one, outcome="made_safe", **told | wrong)
        assert (answer.status_code, answer.json()["reason"]) == (422, "bad_input")
    for _ in range(2):
        assert tell(crew, one, outcome="made_safe", **told, **late).json()["done"]
    used = rows("""SELECT w.outcome, w.minutes, w.done_at::text, d.key, u.material, u.amount, u.unit
        FROM works w JOIN used_materials u ON u.work_id = w.id
        JOIN departments d ON d.id = w.department_id""")
    assert [tuple(map(str, row)) for row in used] == [
        ("made_safe", "35", "2026-12-01 00:10:00+00", "road", "cold_mix", "2.00", "袋")
    ]
    page = staff.get(f"/staff/tickets/{one.number}").text
    assert "常温合材 2袋、作業 35分" in page
    assert "終わった時刻(作業班の端末) 12月1日(火) 09:10" in page
    with transaction() as db:
        paper = facts_of(db, one.id)
    assert paper
    assert paper.work.endswith("応急処置済(常温合材 2袋、作業 35分)")


@pytest.mark.parametrize("at", ["2099-12-01T09:10:00+09:00", "9999-12-31T23:59", "0001-01-01", "x"])
def test_a_moment_that_cannot_have_been_is_none(at: str) -> None:
    assert done(Posted({"outcome": Outcome.MADE_SAFE, "done_at": at}, []), [], []).done_at is None


def test_every_outcome_has_its_status_and_whose_it_is_then(crew: Browser) -> None:
    for outcome in RESULTS:
        one = filed()
        shots = [picture()] if outcome is Outcome.ALREADY_FIXED else []
        for _ in range(2):
            assert tell(crew, one, *shots, outcome=outcome, note="柵の中です").json()["done"]
        found = ticket_of(one)
        assert found.ticket.status is GOES_TO[outcome]
        is_staffs = outcome in FOR_STAFF_TO_DECIDE
        assert (found.ticket.department is None) == is_staffs
        page = crew.get(f"/crew/tickets/{one.number}")
        assert page.status_code == (404 if is_staffs else 200)
        assert len([line for line in found.history if line.what == "worked"]) == 1
        moved = [line for line in found.history if line.what == "moved"]
        tells = outcome in (Outcome.MADE_SAFE, Outcome.ALREADY_FIXED)
        assert [line.note for line in moved] == ["柵の中です" if tells else ""]


def test_what_a_crew_reads_that_residents_read_is_what_they_read() -> None:
    japanese = languages()["ja"].texts
    for outcome, said in RESULTS.items():
        usual = japanese[f"means.{GOES_TO[outcome]}"]
        assert said.residents == japanese.get(f"found.{outcome}", usual)


def test_a_late_post_stands_while_staff_planned_it_and_not_once_it_was_opened_anew(
    crew: Browser,
) -> None:
    planned, again = filed(), filed()
    with transaction() as db:
        move(db, planned.id, Status.SCHEDULED, STAFF)
        move(db, again.id, Status.FIXED, STAFF)
        move(db, again.id, Status.REOPENED, RESIDENT)
    assert tell(crew, planned, outcome="made_safe", change="1").json()["done"]
    refused = tell(crew, again, outcome="made_safe", change="1")
    assert refused.status_code == 409
    assert refused.json()["reason"] == "changed"
    assert refused.json()["status"] == "reopened"
    assert "再確認中" in refused.json()["sentence"]


def test_a_program_hears_why_it_is_refused(crew: Browser) -> None:
    ours, theirs = filed(), filed("tree")
    crew_csrf = crew.csrf
    assert tell(crew, theirs, outcome="bigger").json() == {
        "sentence": "この番号の受付票はありません。番号をお確かめください。",
        "reason": "not_theirs",
        "status": None,
    }
    assert tell(crew, ours, outcome="bigger", csrf="x").json()["reason"] == "old_page"
    assert tell(crew, ours, outcome="perfect").json()["reason"] == "bad_input"
    crew.client.cookies.clear()
    answer = tell(crew, ours, outcome="bigger", csrf=crew_csrf)
    assert (answer.status_code, answer.json()["reason"]) == (401, "signed_out")


def test_the_phones_own_map_and_the_desk_are_one_tap_away(crew: Browser) -> None:
    one = filed(place=Point(139.5246, 35.7015))
    path = f"/crew/tickets/{one.number}"
    for phone, first in (
        ("Mozilla/5.0 (Linux; Android 16)", "geo:35.701500,139.524600"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 19_0)", "https://maps.apple.com/?daddr=35.7015"),
    ):
        page = crew.get(path, **{"user-agent": phone}).text
        assert page.partition('class="button main" href="')[2].startswith(first)
    assert 'class="button call" href="tel:' in page
