"""What is long goes over the wire compressed, and nothing that is compressed already."""

import re

from web_scene import Browser, filed

from web.kit.masks import unmasked

ASKS = {"accept-encoding": "gzip"}


def test_long_answers_are_compressed_and_short_ones_are_not(staff: Browser) -> None:
    for _ in range(10):
        filed()
    answer = staff.get("/staff/tickets.geojson", **ASKS)
    assert answer.headers["content-encoding"] == "gzip"
    assert int(answer.headers["content-length"]) < len(answer.content) / 5
    assert "accept-encoding" in answer.headers["vary"].lower()
    assert "content-encoding" not in staff.get("/healthz", **ASKS).headers
    plain = staff.get("/staff/tickets.geojson", **{"accept-encoding": "identity"})
    assert plain.json()["features"] == answer.json()["features"]


def test_a_changed_ticket_costs_a_desk_less_than_a_kilobyte(staff: Browser) -> None:
    first = staff.get("/staff/tickets.geojson").json()
    since = {"since": first["moment"], "day": first["day"], "words": first["words"]}
    for _ in range(5):
        filed()
    answer = staff.client.get("/staff/tickets/changes", params=since, headers=ASKS)
    assert len(answer.json()["tickets"]) == 5
    assert int(answer.headers["content-length"]) < 5 * 1000


def test_pictures_and_papers_are_left_as_they_are(staff: Browser) -> None:
    one = filed(pictures=1)
    for path in (f"/staff/photos/{one.photo_id}/small", f"/staff/tickets/{one.number}/sheet.pdf"):
        answer = staff.get(path, **ASKS)
        assert answer.status_code == 200
        assert "content-encoding" not in answer.headers


def test_the_secret_of_a_form_stands_on_no_two_pages_alike(staff: Browser) -> None:
    pages = [staff.get("/staff/", **ASKS).text for _ in range(2)]
    found = [re.findall(r'name="csrf" value="([^"]+)"', page)[0] for page in pages]
    assert found[0] != found[1]
    assert len({unmasked(one) for one in found}) == 1
    assert all(unmasked(found[0]) not in page for page in pages)
