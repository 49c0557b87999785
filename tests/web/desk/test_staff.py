"""The desk: what it sees, how fast it hears of changes, and what it may do."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from sqlalchemy import select, text
from townsfolk import rows
from web_scene import ON_CITY_ROAD, STATION, Browser, filed, picture, resident, stored_photo

from geo.points import Point
from reports.actions.add import add_photo
from reports.actions.move import move
from reports.actions.withdraw import withdraw
from reports.outbox.models import Message
from reports.people.permissions import Actor, Role
from reports.photos.photo_store import photo_store
from reports.tickets import queries
from reports.tickets.history_models import History
from reports.tickets.models import Photo, Report
from reports.tickets.status import Status
from store.database import transaction
from store.tasks import TaskRow

FAR_FROM_ROADS = Point(139.6, 35.75)


def numbers(staff: Browser, query: str = "") -> list[str]:
    answer = staff.get(f"/staff/tickets.geojson{query}")
    assert answer.status_code == 200
    return [feature["properties"]["number"] for feature in answer.json()["features"]]


def test_a_ticket_is_a_point_with_its_words_longitude_first(staff: Browser) -> None:
    one = filed(pictures=1)
    answer = staff.get("/staff/tickets.geojson")
    assert answer.headers["content-type"] == "application/geo+json"
    (feature,) = answer.json()["features"]
    assert feature["geometry"] == {"type": "Point", "coordinates": [139.5246, 35.7015]}
    told = feature["properties"]
    assert told["number"] == one.number
    assert told["category"] == "舗装の穴・段差"
    assert told["status_text"] == "受付"
    assert told["photo"] == one.photo_id
    assert told["deadline"].startswith("期限 ")


def test_urgent_and_new_ones_come_first_then_nobodys_tickets(staff: Browser) -> None:
    usual = filed("pothole")
    urgent = filed("tree")
    nobodys = filed("pothole", FAR_FROM_ROADS)
    assert numbers(staff) == [urgent.number, nobodys.number, usual.number]


def test_an_unchanged_map_is_answered_without_a_body_and_a_new_ticket_changes_it(
    staff: Browser,
) -> None:
    filed()
    first = staff.get("/staff/tickets.geojson")
    again = staff.get("/staff/tickets.geojson", **{"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    filed()
    changed = staff.get("/staff/tickets.geojson", **{"if-none-match": first.headers["etag"]})
    assert len(changed.json()["features"]) == 2


def test_a_change_is_seen_even_when_a_later_one_was_committed_before_it(staff: Browser) -> None:
    early, late = filed(), filed()
    with transaction() as slow:
        move(slow, early.id, Status.INSPECTING, Actor(Role.STAFF))
        with transaction() as quick:
            move(quick, late.id, Status.INSPECTING, Actor(Role.STAFF))
        tag = staff.get("/staff/tickets.geojson").headers["etag"]
    assert staff.get("/staff/tickets.geojson", **{"if-none-match": tag}).status_code == 200


def test_a_photo_that_arrives_after_its_ticket_changes_the_map(staff: Browser) -> None:
    one = filed()
    tag = staff.get("/staff/tickets.geojson").headers["etag"]
    with transaction() as db:
        report_id = db.scalars(select(Report.id)).one()
        add_photo(db, report_id, stored_photo(db, None))
    answer = staff.get("/staff/tickets.geojson", **{"if-none-match": tag})
    (feature,) = answer.json()["features"]
    assert feature["properties"]["number"] == one.number
    assert feature["properties"]["photo"] is not None


def test_filters_keep_what_was_asked_for(staff: Browser) -> None:
    pothole, tree, nobodys = filed(), filed("tree"), filed("sign", FAR_FROM_ROADS)
    with transaction() as db:
        move(db, tree.id, Status.SCHEDULED, Actor(Role.STAFF))
        move(db, pothole.id, Status.FIXED, Actor(Role.STAFF))
    assert numbers(staff, "?status=scheduled") == [tree.number]
    assert numbers(staff, "?status=closed") == [pothole.number]
    assert len(numbers(staff, "?status=all")) == 3
    assert numbers(staff, "?department=unassigned") == [nobodys.number]
    assert numbers(staff, "?department=trees") == [tree.number]
    assert numbers(staff, "?category=sign") == [nobodys.number]
    assert numbers(staff, f"?status=all&number={pothole.number}") == [pothole.number]
    assert staff.get("/staff/tickets.geojson?category=%00").status_code == 422


def test_the_page_tells_place_words_reason_and_history(staff: Browser) -> None:
    one = filed(words="<b>夜は</b>見えません", pictures=2)
    page = staff.get(f"/staff/tickets/{one.number}").text
    assert "&lt;b&gt;夜は&lt;/b&gt;見えません" in page
    assert "規則(第1版)の70番により道路管理課の担当です" in page
    assert "通報を受け付けました" in page
    assert f"/staff/photos/{one.photo_id}/large" in page
    assert "知らせを受け取る人: 1人" in page


def test_a_ticket_that_nobody_owns_says_so_and_why(staff: Browser) -> None:
    page = staff.get(f"/staff/tickets/{filed(place=FAR_FROM_ROADS).number}").text
    assert "担当課未定" in page
    assert "近くに道路がありません" in page


def test_a_ticket_that_waits_for_its_routing_can_be_read(staff: Browser) -> None:
    page = staff.get(f"/staff/tickets/{filed(routed=False).number}")
    assert "担当をこれから振り分けます" in page.text


def test_a_move_is_one_commit_of_status_history_and_words_to_say(staff: Browser) -> None:
    one = filed()
    answer = staff.post(
        f"/staff/tickets/{one.number}/move", to="scheduled", seen="received", note="月曜に直します"
    )
    assert answer.headers["location"] == f"/staff/tickets/{one.number}?moved=scheduled"
    page = staff.get(answer.headers["location"]).text
    assert "「対応予定」に変えました" in page
    assert "月曜に直します" in page
    with transaction() as db:
        line = db.scalars(select(History).order_by(History.id.desc()).limit(1)).one()
        assert (line.actor, line.actor_name, line.note) == ("staff", "佐藤 恵", "月曜に直します")
        said = db.scalars(select(Message.say)).all()
    assert said == [[{"say": "moved", "ticket_id": one.id, "history_id": line.id}]]


def test_declining_without_a_reason_gives_the_page_again_and_moves_nothing(staff: Browser) -> None:
    one = filed()
    answer = staff.post(
        f"/staff/tickets/{one.number}/move", to="declined", seen="received", note=" \n\x00 "
    )
    assert answer.status_code == 409
    assert "通報した人が読む説明を書いてください" in answer.text
    assert 'value="declined" required data-reason data-told checked' in answer.text
    assert numbers(staff) == [one.number]


def test_who_acts_on_an_old_page_is_told_that_somebody_was_faster(staff: Browser) -> None:
    one = filed()
    with transaction() as db:
        move(db, one.id, Status.IN_PROGRESS, Actor(Role.CREW, "作業班", department="road"))
    answer = staff.post(
        f"/staff/tickets/{one.number}/move", to="declined", seen="received", note="私道です"
    )
    assert answer.status_code == 409
    assert "ほかの人が「対応中」に変えました" in answer.text
    assert "私道です" in answer.text


def test_who_goes_back_and_sends_another_note_is_told_that_it_was_their_own_press(
    staff: Browser,
) -> None:
    one = filed()
    for note in ("月曜に直します", "火曜に直します"):
        answer = staff.post(
            f"/staff/tickets/{one.number}/move", to="scheduled", seen="received", note=note
        )
    assert answer.status_code == 409
    assert "先ほどの操作で「対応予定」に変わっています" in answer.text
    assert "ほかの人" not in answer.text
    assert "火曜に直します" in answer.text


def test_a_photo_of_the_repair_goes_to_the_store_and_to_the_worker(staff: Browser) -> None:
    one, photo = filed(), picture()
    answer = staff.post(
        f"/staff/tickets/{one.number}/move",
        files={"photo": ("road.jpg", photo, "image/jpeg")},
        to="fixed",
    )
    assert answer.status_code == 303
    with transaction() as db:
        row = db.scalars(select(Photo).where(Photo.ticket_id == one.id)).one()
        waiting = db.scalars(select(TaskRow.args).where(TaskRow.name == "take_in_photo")).all()
    assert {"photo_id": row.id} in waiting
    assert photo_store().get(row.original or "") == photo
    assert "写真を準備しています" in staff.get(f"/staff/tickets/{one.number}").text


def test_the_desk_and_the_crew_see_of_which_photo_a_part_never_came(
    staff: Browser, come_in: Callable[[str], Browser]
) -> None:
    one = filed(pictures=2)
    pages = f"/staff/tickets/{one.number}", f"/crew/tickets/{one.number}"
    for browser, page in zip((staff, come_in("roads")), pages, strict=True):
        rows("UPDATE photos SET missing = NULL")
        assert "途中で切れた写真です" not in browser.get(page).text
        rows("UPDATE photos SET missing = 0.333 WHERE id = :id", id=one.photo_id)
        assert browser.get(page).text.count("途中で切れた写真です(約\xa033% が届いていません)") == 1


def test_a_refused_move_leaves_no_photo_behind(staff: Browser) -> None:
    one = filed()
    photo = {"photo": ("road.jpg", picture(), "image/jpeg")}
    answer = staff.post(f"/staff/tickets/{one.number}/move", files=photo, to="reopened")
    assert answer.status_code == 409
    with transaction() as db:
        assert db.scalars(select(Photo)).all() == []


def test_forms_that_cannot_be_are_refused_kindly(staff: Browser) -> None:
    path = f"/staff/tickets/{filed().number}/move"
    text_file = {"photo": ("a.jpg", b"no picture", "image/jpeg")}
    five = [("photo", (f"{turn}.jpg", picture(), "image/jpeg")) for turn in range(5)]
    for status, files, fields in (
        (422, None, {}),
        (422, None, {"to": "paradise"}),
        (422, None, {"to": "declined", "note": "長" * 1001}),
        (422, None, {"to": "fixed", "seen": "yesterday"}),
        (422, text_file, {"to": "fixed"}),
        (422, five, {"to": "fixed"}),
        (403, None, {"to": "fixed", "csrf": "wrong"}),
        (413, {"photo": ("a.jpg", b"\xff\xd8\xff" + bytes(21 * 2**20), "image/jpeg")}, {}),
    ):
        answer = staff.post(path, files=files, **fields)
        assert answer.status_code == status
        assert 'role="alert"' in answer.text


def test_numbers_that_are_none_are_not_found(staff: Browser) -> None:
    for number in ("000-000-000", "abc", "%00", "1" * 300, "１２３"):
        assert staff.get(f"/staff/tickets/{number}").status_code == 404
        answer = staff.post(f"/staff/tickets/{number}/move", to="fixed")
        assert answer.status_code == 404


def test_the_desk_is_closed_to_strangers_and_crews(
    staff: Browser, come_in: Callable[[str], Browser]
) -> None:
    one = filed(pictures=1)
    paths = ("/staff/", f"/staff/tickets/{one.number}", "/staff/tickets.geojson")
    for path in paths:
        assert come_in("roads").get(path).status_code == 403
    staff.client.cookies.clear()
    for path in (*paths, f"/staff/photos/{one.photo_id}/small", "/map/city/3/7/3.mvt"):
        assert staff.get(path).status_code == 303
        assert staff.client.get(path).status_code == 401
    assert staff.post(f"/staff/tickets/{one.number}/move", to="fixed").status_code == 401


def test_photos_come_in_three_sizes_and_the_original_only_as_a_file(staff: Browser) -> None:
    one = filed(pictures=1)
    for size in ("small", "large"):
        photo = staff.get(f"/staff/photos/{one.photo_id}/{size}")
        assert photo.headers["content-type"] == "image/jpeg"
        assert photo.headers["cache-control"].startswith("private")
    original = staff.get(f"/staff/photos/{one.photo_id}/original")
    assert original.headers["content-disposition"].startswith("attachment")
    assert "sandbox" in original.headers["content-security-policy"]
    assert 'role="alert"' in staff.get("/staff/photos/x/small").text
    for path in (f"{one.photo_id}/huge", "0/small", "99999999999999999999/small", "-1/large"):
        assert staff.get(f"/staff/photos/{path}").status_code == 404


def test_nobody_signed_in_opens_a_photo_of_a_report_that_was_not_filed(
    come_in: Callable[[str], Browser],
) -> None:
    with transaction() as db:
        draft = stored_photo(db, resident(db))
    for name, sizes in (("sato", ("small", "large", "original")), ("roads", ("small", "large"))):
        for size in sizes:
            assert come_in(name).get(f"/staff/photos/{draft}/{size}").status_code == 404


def test_a_ticket_past_its_deadline_is_marked_in_words(staff: Browser) -> None:
    one = filed(place=STATION)
    with transaction() as db:
        found = queries.ticket(db, id=one.id)
        assert found is not None
        day = datetime.now(UTC) - timedelta(days=3)
        db.execute(text("UPDATE tickets SET deadline = :day"), {"day": day.date()})
    (feature,) = staff.get("/staff/tickets.geojson").json()["features"]
    assert feature["properties"]["overdue"] is True
    assert "日超過" in feature["properties"]["deadline"]
    assert "期限超過" in staff.get(f"/staff/tickets/{one.number}").text


def test_every_status_can_be_shown(staff: Browser) -> None:
    one = filed(place=ON_CITY_ROAD, pictures=1)
    for status in Status:
        with transaction() as db:
            db.execute(text("UPDATE tickets SET status = :status"), {"status": str(status)})
        assert staff.get(f"/staff/tickets/{one.number}").status_code == 200
        assert numbers(staff, "?status=all") == [one.number]


def test_what_a_resident_took_back_is_not_called_declined_by_the_city(
    staff: Browser, crew: Browser
) -> None:
    taken_back, declined, again = filed(), filed(), filed()
    with transaction() as db:
        for one in (taken_back, again):
            withdraw(db, one.id, one.resident_id)
        move(db, again.id, Status.REOPENED, Actor(Role.STAFF))
        for one in (declined, again):
            move(db, one.id, Status.DECLINED, Actor(Role.STAFF), note="私有地です")
    listed = staff.get("/staff/tickets.geojson?status=closed").json()["features"]
    words = {one["properties"]["number"]: one["properties"]["status_text"] for one in listed}
    assert words == {
        taken_back.number: "取り下げ",
        declined.number: "対象外",
        again.number: "対象外",
    }
    assert numbers(staff, "?status=withdrawn") == [taken_back.number]
    assert numbers(staff, "?status=declined") == [again.number, declined.number]
    offered = 'name="status" value="withdrawn" data-group="closed"><span class="text">取り下げ<'
    assert offered in staff.get("/staff/").text
    for page in (
        staff.get(f"/staff/tickets/{taken_back.number}").text,
        crew.get(f"/crew/tickets/{taken_back.number}").text,
    ):
        assert page.count("</svg>取り下げ</span>") == 2
        assert "</svg>対象外</span>" not in page
