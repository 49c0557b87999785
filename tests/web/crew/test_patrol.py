"""A crew on patrol: begun, found, put right at once, seen again, ended; and its log."""

import io
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from PIL import Image
from townsfolk import rows, value
from web_scene import Browser, filed, picture, ticket_of

from reports.actions import patrol as acts
from reports.city.clock import local
from reports.privacy import patrols as forgetting
from reports.tickets.status import Status
from store.database import transaction

PLACE = "35.701500, 139.524600"
FIND = {"point": PLACE, "accuracy": "8", "category": "pothole", "words": "深さ5cmの穴"}


def go(crew: Browser, **more: str) -> Any:
    fields = {"kind": "usual", "members": "田中、鈴木", "car": "道路1号車", "weather": "晴れ"}
    return crew.post("/crew/patrol", **fields | {"meter_from": "12,300", "key": "go"} | more)


def find(crew: Browser, *photos: str, **more: str) -> Any:
    files = [
        (name, (f"{turn}.jpg", picture(turn), "image/jpeg")) for turn, name in enumerate(photos)
    ]
    return crew.post("/crew/patrol/find", files=files or None, **FIND | {"key": "f"} | more)


def ago(**how_long: float) -> str:
    return (datetime.now(UTC) - timedelta(**how_long)).isoformat()


def test_a_patrol_runs_is_seen_on_every_page_and_ends(crew: Browser) -> None:
    one = filed()
    assert 'id="patrol-bar"' not in crew.get("/crew/").text
    assert [go(crew).status_code for _ in range(2)] == [303, 303]
    assert value("SELECT count(*) FROM patrols") == 1
    refused = go(crew, key="again")
    assert (refused.status_code, "すでに巡回中です" in refused.text) == (409, True)
    for path in ("/crew/", f"/crew/tickets/{one.number}", "/crew/patrol", "/crew/patrol/find"):
        assert "巡回中</b>" in crew.get(path).text, path
    back = crew.post("/crew/patrol/end", meter_to="12299", remarks="異常なし", key="e")
    assert (back.status_code, "小さくなっています" in back.text) == (409, True)
    for _ in range(2):
        assert crew.post("/crew/patrol/end", meter_to="12324", key="e").status_code == 303
    (row,) = rows("SELECT meter_to - meter_from AS km, ended_by, by_name FROM patrols")
    assert tuple(row) == (24, "crew", "道路作業班")
    page = crew.get("/crew/patrol").text
    assert "巡回を始める" in page
    assert "24 km" in page


@pytest.mark.parametrize(
    ("path", "fields", "says"),
    [
        ("/crew/patrol", {"kind": "stroll"}, "種類を選んで"),
        ("/crew/patrol", {"kind": "usual", "meter_from": "abc"}, "メーターは数字で"),
        ("/crew/patrol", {"kind": "usual", "meter_from": "99999999"}, "大きすぎます"),
        ("/crew/patrol/end", {"km": "1e9"}, "数字で"),
        ("/crew/patrol/end", {"done_at": "9999-12-31T23:59:59-14:00"}, "巡回中ではありません"),
        ("/crew/patrol/find", FIND, "巡回中ではありません"),
    ],
)
def test_what_cannot_be_is_refused_in_words(
    crew: Browser, path: str, fields: dict[str, str], says: str
) -> None:
    answer = crew.post(path, **fields)
    assert answer.status_code in (409, 422)
    assert says in answer.text


def test_a_find_is_a_ticket_of_the_patrol_with_its_photo_and_who_found_it(crew: Browser) -> None:
    go(crew)
    answers = [find(crew, "photo", told="佐藤", urgent="yes") for _ in range(2)]
    (one,) = rows("SELECT id, number, status, urgent FROM tickets")
    assert [answer.headers["location"] for answer in answers] == [
        f"/crew/patrol?found={one.number}"
    ] * 2
    assert (one.status, one.urgent) == ("received", True)
    (report,) = rows("SELECT channel, place_source, place_accuracy_m FROM reports")
    assert tuple(report) == ("patrol", "staff", 8.0)
    assert value("SELECT count(*) FROM photos WHERE report_id IS NOT NULL") == 1
    assert value("SELECT actor FROM history WHERE what = 'filed'") == "crew"
    page = crew.get("/crew/patrol").text
    assert one.number in page
    assert '見つけたもの <span class="soft">1件' in page


def test_what_was_taken_away_at_once_is_fixed_and_the_crews_own(crew: Browser) -> None:
    go(crew)
    for photos in ((), ("photo",)):
        bare = find(crew, *photos, category="debris", fixed="yes")
        assert (bare.status_code, "写真を1枚撮って" in bare.text) == (422, True)
    same = [(name, ("a.jpg", picture(3), "image/jpeg")) for name in ("photo", "after")]
    told = FIND | {"key": "f", "category": "debris", "fixed": "yes"}
    old = crew.post("/crew/patrol/find", files=same, **told)
    assert (old.status_code, "前からある写真と同じ" in old.text) == (422, True)
    wish = {"category": "debris", "fixed": "yes", "done": "回収しました"}
    assert find(crew, "photo", "after", **wish).status_code == 303
    (one,) = rows("""
        SELECT t.status, d.key, t.closed_at IS NOT NULL AS closed
        FROM tickets t JOIN departments d ON d.id = t.department_id
    """)
    assert tuple(one) == ("fixed", "road", True)
    (photos,) = rows("""
        SELECT count(report_id) AS before, count(ticket_id) AS after FROM photos
    """)
    assert tuple(photos) == (1, 1)
    assert rows("SELECT FROM mails") == []


def test_the_same_hole_is_shown_and_seen_again(crew: Browser) -> None:
    one = filed()
    go(crew)
    near = find(crew)
    assert (near.status_code, one.number in near.text) == (409, True)
    assert "深さ5cmの穴" in near.text
    there = crew.get(f"/crew/patrol/there.json?point={PLACE}&category=pothole").json()["html"]
    assert one.number in there
    answer = find(crew, "after", same=one.number, known=one.number, fixed="yes")
    assert answer.headers["location"].endswith(one.number)
    assert ticket_of(one).ticket.status is Status.FIXED
    assert value("SELECT seen_again FROM patrol_finds")
    assert value("SELECT count(*) FROM tickets") == 1


def test_anothers_ticket_is_seen_again_but_not_put_right(crew: Browser) -> None:
    one = filed("tree")
    go(crew)
    wish = {"category": "tree", "same": one.number, "known": one.number}
    refused = find(crew, "after", **wish, fixed="yes")
    assert (refused.status_code, "ほかの課の担当" in refused.text) == (409, True)
    assert rows("SELECT FROM patrol_finds") == []
    assert find(crew, **wish).status_code == 303
    assert ticket_of(one).ticket.status is Status.RECEIVED


def test_a_find_made_without_signal_belongs_to_the_patrol_of_its_moment(crew: Browser) -> None:
    filed()
    go(crew, done_at=ago(hours=3))
    crew.post("/crew/patrol/end", key="e", done_at=ago(hours=1))
    late = find(crew, looked="no", done_at=ago(hours=2))
    assert late.status_code == 303
    assert value("SELECT count(*) FROM patrol_finds") == 1
    assert value("SELECT count(*) FROM tickets") == 2
    assert find(crew, key="now").status_code == 409


def test_a_photo_tells_the_place_where_the_phone_did_not(crew: Browser) -> None:
    go(crew)
    nowhere = find(crew, point="")
    assert (nowhere.status_code, "場所が分かりません" in nowhere.text) == (422, True)
    made, exif = io.BytesIO(), Image.Exif()
    exif[0x8825] = {1: "N", 2: (35.0, 42.0, 5.4), 3: "E", 4: (139.0, 31.0, 28.56)}
    Image.new("RGB", (64, 48), "#888").save(made, "JPEG", exif=exif)
    files = {"photo": ("a.jpg", made.getvalue(), "image/jpeg")}
    answer = crew.post("/crew/patrol/find", files=files, **FIND | {"point": "", "key": "exif"})
    assert answer.status_code == 303, answer.text
    (report,) = rows("SELECT place_source, round(ST_X(place)::numeric, 4) AS lon FROM reports")
    assert (report.place_source, float(report.lon)) == ("exif", 139.5246)


def test_what_a_phone_has_read_in_a_photo_before_it_made_it_small_is_kept(crew: Browser) -> None:
    go(crew)
    read = {"place_1": "139.5246,35.7015,8", "taken_1": "2026-11-30T15:20:00+09:00"}
    assert find(crew, "photo", point="", **read).status_code == 303
    (report,) = rows("SELECT place_source, place_accuracy_m FROM reports")
    assert tuple(report) == ("exif", 8)
    (photo,) = rows("SELECT ST_X(exif_place), exif_accuracy_m, taken_at::text FROM photos")
    assert tuple(photo) == (139.5246, 8, "2026-11-30 06:20:00+00")


def test_the_way_is_kept_sparse_printed_and_forgotten(
    crew: Browser, staff: Browser, come_in: Any
) -> None:
    go(crew, done_at=ago(hours=2))
    (number,) = rows("SELECT id FROM patrols")
    points = ";".join(
        f"139.5246,{35.7015 + n * 0.0002:.6f},6,{ago(minutes=60 - n)}" for n in range(30)
    )
    told = {"patrol": str(number.id), "points": points + ";x,y;139,95,1,now"}
    ahead = {"sent": ago(hours=-1), "points": f"139.5240,35.7010,6,{ago(hours=-0.5)}"}
    assert [crew.post("/crew/patrol/way", **told).status_code for _ in range(2)] == [204, 204]
    assert value("SELECT count(*) FROM patrol_points") == 30
    assert crew.post("/crew/patrol/way", **told | ahead | {"sent": ""}).status_code == 204
    assert value("SELECT count(*) FROM patrol_points") == 30
    rows("DELETE FROM patrol_points WHERE at > now() - interval '40 minutes'")
    assert crew.post("/crew/patrol/way", **told | ahead).status_code == 204
    assert value("SELECT count(*) FROM patrol_points") == 22
    assert 600 < value("SELECT way_m FROM patrols") < 700
    find(crew, "photo", told="佐藤")
    crew.post("/crew/patrol/end", key="e", remarks="側溝の清掃が必要")
    log = f"/staff/patrols/{number.id}/log.pdf"
    for one in (crew, staff):
        answer = one.get(log)
        assert answer.content.startswith(b"%PDF"), answer.text
        day = f"{local(value('SELECT began_at FROM patrols')):%Y%m%d}"
        assert f"patrol-{day}-" in answer.headers["content-disposition"]
    trees = come_in("trees")
    assert trees.get(log).status_code == 404
    assert trees.post("/crew/patrol/way", **told).status_code == 404
    listed = staff.get("/staff/patrols").text
    assert "田中、鈴木" in listed
    assert "軌跡 約 0.6" in listed
    page = staff.get(f"/staff/patrols/{number.id}").text
    for words in ("深さ5cmの穴", "佐藤", "側溝の清掃が必要", "139.5246"):
        assert words in page, words
    assert crew.get("/staff/patrols").status_code == 403
    for odd in ("?month=2026-13", "?month=x&department=%00", "/0", "/99999999999999999999"):
        assert staff.get(f"/staff/patrols{odd}").status_code in (200, 404, 422), odd
    assert "この月の巡回はありません" in staff.get("/staff/patrols?month=2020-01").text
    rows("UPDATE patrols SET began_at = began_at - interval '6 years'")
    with transaction() as db:
        year, five = (datetime.now(UTC) - timedelta(days=365 * years) for years in (1, 5))
        assert forgetting.forget_ways(db, year) + forgetting.forget_names(db, five) == 2
        assert forgetting.forget_ways(db, year) + forgetting.forget_names(db, five) == 0
    assert rows("SELECT FROM patrol_points") == []
    assert value("SELECT by_name || members || car FROM patrols") == ""
    assert staff.get(log).status_code == 200


def test_what_nobody_ended_the_clock_ends_at_its_last_sign(crew: Browser) -> None:
    go(crew, done_at=ago(hours=30))
    find(crew, done_at=ago(hours=26))
    with transaction() as db:
        assert acts.end_forgotten(db, datetime.now(UTC)) == 1
    (row,) = rows("SELECT ended_by, ended_at = signed_at AS at_last FROM patrols")
    assert tuple(row) == ("clock", True)
    late = find(crew, key="late", same="new", looked="no", done_at=ago(hours=20))
    assert late.status_code == 303
    (row,) = rows("SELECT ended_by, ended_at = signed_at AS at_last FROM patrols")
    assert tuple(row) == ("clock", True)
    crew.post("/crew/patrol/end", key="e", km="12.5", done_at=ago(hours=19))
    (row,) = rows("SELECT ended_by, km FROM patrols")
    assert tuple(row) == ("crew", 12.5)
