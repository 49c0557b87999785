"""What a crew's phone asks for: what to keep, who it still is, and how a ticket stands now."""

import io
from collections.abc import Callable

from PIL import Image
from sqlalchemy import update
from starlette.testclient import TestClient
from townsfolk import STAFF, rows, value
from web_scene import STATION, Browser, filed, picture

from reports.actions.move import move
from reports.people.models import User
from reports.people.phones import is_shut_out, name_on_phone, user_of
from reports.tickets.status import Status
from store.database import transaction
from web.kit import assets


def user_id(name: str) -> int:
    return int(value(f"SELECT id FROM users WHERE name = '{name}'"))


def test_the_app_and_its_worker_are_there_before_anybody_has_signed_in(
    stranger: TestClient,
) -> None:
    app = stranger.get("/crew/app.webmanifest")
    assert app.headers["content-type"] == "application/manifest+json"
    told = app.json()
    assert (told["scope"], told["start_url"], told["display"]) == ("/crew/", "/crew/", "standalone")
    for icon in told["icons"][1:]:
        drawn = Image.open(io.BytesIO(stranger.get(icon["src"]).content))
        assert f"{drawn.width}x{drawn.height}" == icon["sizes"]
    worker = stranger.get("/crew/sw.js")
    assert worker.headers["content-type"].startswith("text/javascript")
    assert worker.headers["cache-control"] == "no-cache"
    assert assets.manifest().version in worker.text
    assert "worker-src 'self'" in worker.headers["content-security-policy"]


def test_workbox_is_given_as_a_module_can_read_it(stranger: TestClient) -> None:
    for name in ("workbox-core", "workbox-routing", "workbox-strategies"):
        script = stranger.get(assets.address(f"workbox/{name}.js")).text
        assert script.startswith("(function () {\nthis.workbox")
        assert script.endswith("}).call(globalThis);\n")


def test_a_phone_hears_who_is_signed_in_with_a_token_for_what_it_sends(
    stranger: TestClient, crew: Browser, staff: Browser
) -> None:
    of = name_on_phone(user_id("roads"))
    nobody = {"person": None, "csrf": None, "ended": False}
    assert stranger.get("/crew/offline/standing", params={"of": of}).json() == nobody
    assert staff.get(f"/crew/offline/standing?of={of}").json() == nobody
    told = crew.get(f"/crew/offline/standing?of={of}")
    assert told.headers["cache-control"] == "no-store"
    assert (told.json()["person"], told.json()["ended"]) == (of, False)
    one = filed()
    sent = crew.client.post(
        f"/crew/tickets/{one.number}/move",
        data={"csrf": told.json()["csrf"], "to": "in_progress", "key": "k"},
        headers={"accept": "application/json"},
        follow_redirects=False,
    )
    assert sent.json()["done"]


def test_a_phone_of_somebody_who_is_shut_out_hears_so_whoever_is_in(
    stranger: TestClient, come_in: Callable[[str], Browser], crew: Browser
) -> None:
    of = name_on_phone(user_id("roads"))
    trees = come_in("trees")
    with transaction() as db:
        db.execute(update(User).where(User.name == "roads").values(disabled=True))
    for browser in (crew, trees):
        told = browser.get(f"/crew/offline/standing?of={of}")
        assert told.json()["ended"]
        assert told.headers["clear-site-data"] == '"cache"'
    for made_up in (f"{user_id('roads')}-{'0' * 32}", "1", "-", "٣-x", "9" * 99):
        assert not trees.get(f"/crew/offline/standing?of={made_up}").json()["ended"]
        assert user_of(made_up) is None
    with transaction() as db:
        assert is_shut_out(db, user_id("sato"))
        assert is_shut_out(db, 10**8)


def test_who_signs_out_leaves_nothing_in_the_browsers_cache(crew: Browser) -> None:
    assert crew.post("/sign-out").headers["clear-site-data"] == '"cache"'


def test_the_pack_holds_the_departments_tickets_and_a_tag_that_changes_with_the_page(
    crew: Browser,
) -> None:
    one, urgent, _ = filed(), filed("pothole", urgent=True), filed("tree", STATION)
    pack = crew.get("/crew/offline/pack").json()
    assert [ticket["number"] for ticket in pack["tickets"]] == [urgent.number, one.number]
    assert pack["person"] == name_on_phone(user_id("roads"))
    assert pack["map"] == {"address": "/map/city/{z}/{x}/{y}.mvt", "deepest": 16}
    assert {address.rpartition("/")[2] for address in pack["files"]} >= {
        "worker.js", "maplibre-gl.mjs", "icons.svg", "page.css",
    }  # fmt: skip
    assert not [address for address in pack["files"] if "/desk/" in address]
    with transaction() as db:
        move(db, one.id, Status.IN_PROGRESS, STAFF)
    again = crew.get("/crew/offline/pack").json()
    tags = [{each["number"]: each["tag"] for each in told["tickets"]} for told in (pack, again)]
    assert tags[0][urgent.number] == tags[1][urgent.number]
    assert tags[0][one.number] != tags[1][one.number]


def test_a_ticket_as_it_is_now_says_who_moved_it_and_what_may_follow(crew: Browser) -> None:
    one = filed()
    with transaction() as db:
        move(db, one.id, Status.SCHEDULED, STAFF, note="来週なおします")
    told = crew.get(f"/crew/offline/tickets/{one.number}").json()
    assert (told["status"], told["moved"]["words"]) == ("scheduled", "来週なおします")
    assert told["moved"]["who"] == STAFF.name
    assert "fixed" in told["may"]
    assert told["photo"] is None


def test_what_came_too_late_stays_with_the_ticket_as_a_note_once(
    crew: Browser, staff: Browser
) -> None:
    one = filed()
    path = f"/crew/offline/tickets/{one.number}/note"
    photo = {"photo": ("road.jpg", picture(), "image/jpeg")}
    for _ in range(2):
        answer = crew.post(path, files=photo, words="穴をうめました", key="once")
        assert answer.json() == {"done": True, "number": one.number}
    assert "穴をうめました" in staff.get(f"/staff/tickets/{one.number}").text
    assert rows("SELECT count(*) FROM notes") == [(1,)]
    assert rows("SELECT count(*) FROM photos WHERE note_id IS NOT NULL") == [(1,)]
    assert crew.post(path, words=" ", key="other").status_code == 422


def test_another_departments_ticket_is_not_there_and_staff_have_no_phone(
    crew: Browser, staff: Browser, stranger: TestClient
) -> None:
    theirs = filed("tree", STATION)
    path = f"/crew/offline/tickets/{theirs.number}"
    assert crew.get(path).status_code == 404
    assert crew.post(f"{path}/note", words="言葉").status_code == 404
    assert rows("SELECT FROM notes") == []
    for address in (path, "/crew/offline/pack", "/crew/waiting"):
        assert staff.get(address).status_code == 403
        assert stranger.get(address).status_code == 401
