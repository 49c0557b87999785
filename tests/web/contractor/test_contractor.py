"""A contractor by the link and with an account: one order's pages, photos and papers, no others."""

import io
import re
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pypdfium2
import pytest
from fastapi import FastAPI
from neighbours import repaired
from order_scene import STAFF, firm, items_of, link_of, ordered, people_of, quantity_of
from sqlalchemy import text
from starlette.testclient import TestClient
from townsfolk import rows, value
from web_scene import PASSWORD, Browser, Filed, filed, sends_more, ticket_of

from geo.points import Point
from reports.actions import end_order
from reports.actions.edit_contractor import save_contractor
from reports.city.contractors import ContractorCard
from reports.photos.photo_store import photo_store
from store.database import transaction

ELSEWHERE = Point(139.5067, 35.6990)
SECRET = "090-1234-5678 の田中です"
PHOTO = {"photo": ("road.jpg", repaired(), "image/jpeg")}


class Scene:
    """Two firms with an order each, and a ticket in none; `here`: the first order by its link."""

    def __init__(self, app: FastAPI) -> None:
        self.mine, self.theirs, self.nobodys = (
            filed(words=SECRET, pictures=1),
            filed("drain", ELSEWHERE, pictures=1),
            filed("tree", pictures=1),
        )
        with transaction() as db:
            self.order = ordered(db, [self.mine.id], firm(db))
            self.other = ordered(db, [self.theirs.id], firm(db, "other", "別の会社"))
            self.draft = ordered(db, [self.nobodys.id], firm(db), issued=False)
            (self.item,) = items_of(db, self.order)
            (self.other_item,) = items_of(db, self.other)
            self.quantity = quantity_of(db, self.item)
        people_of()
        self.path = link_of(self.order)
        client = TestClient(app, base_url="http://127.0.0.1:8000")
        self.here = Browser(client, "")


@pytest.fixture
def scene(app: FastAPI, stranger: TestClient) -> Scene:
    return Scene(app)


@pytest.fixture
def account(scene: Scene, come_in: Callable[[str], Browser]) -> Browser:
    return come_in("yamada")


def test_the_link_shows_this_order_and_when_it_ends_and_nothing_of_who_reported(
    scene: Scene,
) -> None:
    answer = scene.here.get(scene.path)
    html = answer.text
    assert answer.status_code == 200
    for shown in (scene.mine.number, "穴を合材で埋める", "3.5 m²", "ここへ行く", "まで使えます"):
        assert shown in html
    with transaction() as db:
        who = db.scalar(text("SELECT line_user_id FROM residents ORDER BY id LIMIT 1"))
    for hidden in (SECRET, "田中", scene.theirs.number, scene.nobodys.number, "4,800", who):
        assert hidden not in html
    assert answer.headers["x-robots-tag"] == "noindex, nofollow"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["cache-control"] == "no-store"


def test_a_photo_a_quantity_and_a_word_finish_it_and_the_ticket_is_fixed(scene: Scene) -> None:
    work = f"{scene.path}/items/{scene.item}"
    assert scene.here.post(f"{work}/start", key="1").status_code == 303
    assert scene.here.post(f"{work}/start", key="1").status_code == 303
    done = {f"of-{scene.quantity}": "３．２", "work-1": "常温合材", "unit-1": "袋", "actual-1": "2"}
    sent = {"said": "転圧しました", "key": "2", **done}
    for _ in range(2):
        answer = scene.here.post(f"{work}/finish", files=PHOTO, **sent)
        assert answer.status_code == 303
    assert answer.headers["location"] == f"{scene.path}?done={scene.item}#item-{scene.item}"
    assert ticket_of(scene.mine).ticket.status == "fixed"
    assert value("SELECT count(*) FROM photos WHERE ticket_id IS NOT NULL") == 1
    measured = rows("SELECT work, actual, yen FROM work_order_quantities ORDER BY id")
    assert [(work, float(many or 0), yen) for work, many, yen in measured if many] == [
        ("舗装補修", 3.2, 4_800),
        ("常温合材", 2.0, None),
    ]
    assert "すべての作業の報告がそろいました" in scene.here.get(scene.path).text


@pytest.mark.parametrize(
    ("files", "fields", "status", "words"),
    [
        (None, {}, 409, "写真を1枚以上"),
        ({"photo": ("a.jpg", b"none", "image/jpeg")}, {}, 422, "写真として読めない"),
        (PHOTO, {"of": "三"}, 422, "0 以上の数"),
        (PHOTO, {"said": "", "place_1": "139.5200000,35.7100000"}, 409, "離れています"),
        pytest.param(
            PHOTO,
            {"work-1": "砂", "unit-1": "山", "actual-1": "1"},
            422,
            "単位を一覧から",
            marks=pytest.mark.long,
        ),
        pytest.param(PHOTO, {"said": "あ" * 1001}, 422, "文章が長すぎます", marks=pytest.mark.long),
    ],
)
def test_what_cannot_be_is_said_and_what_was_typed_stays(
    scene: Scene, files: object, fields: dict[str, str], status: int, words: str
) -> None:
    typed = {name.replace("of", f"of-{scene.quantity}"): told for name, told in fields.items()}
    sent = {"said": "言葉", **typed}
    answer = scene.here.post(f"{scene.path}/items/{scene.item}/finish", files=files, **sent)
    assert (answer.status_code, words in answer.text) == (status, True)
    assert ticket_of(scene.mine).ticket.status == "scheduled"
    assert rows("SELECT FROM work_order_photos") == []
    assert rows("SELECT FROM photos WHERE report_id IS NULL") == []


def test_a_photo_of_before_shows_nothing_and_what_the_phone_read_of_another_is_kept(
    scene: Scene,
) -> None:
    work = f"{scene.path}/items/{scene.item}/finish"
    keys = value("SELECT original FROM photos WHERE id = :id", id=scene.mine.photo_id)
    old = {"photo": ("old.jpg", photo_store().get(keys), "image/jpeg")}
    answer = scene.here.post(work, files=old)
    assert (answer.status_code, "前からある写真と同じ" in answer.text) == (409, True)
    place = {"place_1": "139.5067000,35.6990000", "taken_1": "2026-07-01T10:00:00+09:00"}
    assert scene.here.post(work, files=PHOTO, said="道の向かいから", **place).status_code == 303
    kept = rows("SELECT ST_X(exif_place), taken_at FROM photos WHERE ticket_id IS NOT NULL")
    assert kept == [(139.5067, datetime(2026, 7, 1, 1, tzinfo=UTC))]


def test_why_it_cannot_be_done_goes_to_the_desk(scene: Scene, staff: Browser) -> None:
    work = f"{scene.path}/items/{scene.item}/cannot"
    assert scene.here.post(work, reason="いやだ").status_code == 422
    assert scene.here.post(
        work, reason="入れない・作業できない", why="車が停まっている"
    ).is_redirect
    assert "車が停まっている" in staff.get(f"/staff/orders/{scene.order}").text
    assert ticket_of(scene.mine).ticket.status == "scheduled"


def paths_of(one: Filed) -> list[str]:
    return [
        f"/staff/tickets/{one.number}",
        f"/crew/tickets/{one.number}",
        f"/staff/tickets/{one.number}/sheet.pdf",
        f"/staff/photos/{one.photo_id}/small",
        f"/staff/photos/{one.photo_id}/large",
        f"/staff/photos/{one.photo_id}/original",
    ]


def test_a_contractors_account_reaches_its_issued_orders_alone(
    scene: Scene, account: Browser, staff: Browser
) -> None:
    mine, other = (f"/contractor/orders/{id}" for id in (scene.order, scene.other))
    listed = account.get("/contractor/").text
    assert f'href="{mine}"' in listed
    assert f'href="{other}"' not in listed
    photo = f"photos/{scene.mine.photo_id}"
    for path in ("", "/order.pdf", "/order.xlsx", f"/{photo}/small", f"/{photo}/large"):
        assert account.get(mine + path).status_code == 200, path
        assert account.get(other + path).status_code == 404, path
        assert account.get(f"/contractor/orders/{scene.draft}{path}").status_code == 404, path
    for strange in (scene.theirs, scene.nobodys):
        assert account.get(f"{mine}/photos/{strange.photo_id}/small").status_code == 404
    assert account.get(f"{mine}/{photo}/original").status_code == 404
    for one in (scene.mine, scene.theirs, scene.nobodys):
        refused = [account.get(path).status_code for path in paths_of(one)]
        assert set(refused) <= {403, 404}, refused
    tile = "/map/tickets/14/14541/6450.mvt"
    assert staff.get(tile).status_code == 200
    assert account.get(tile).status_code == 204
    for path in ("/staff/", "/crew/", "/staff/orders", f"/staff/orders/{scene.order}/order.pdf"):
        assert account.get(path).status_code == 403, path
    for act in ("start", "finish", "cannot"):
        work = f"{other}/items/{scene.other_item}/{act}"
        assert account.post(work, reason="その他").status_code == 404
        work = f"{mine}/items/{scene.other_item}/{act}"
        assert account.post(work, files=PHOTO, reason="その他").status_code == 404
    moved = account.post(f"/crew/tickets/{scene.mine.number}/move", to="fixed", seen="scheduled")
    assert moved.status_code == 403
    assert ticket_of(scene.theirs).ticket.status == "scheduled"


def test_a_form_of_an_account_needs_its_token_and_works_with_it(
    scene: Scene, account: Browser
) -> None:
    work = f"/contractor/orders/{scene.order}/items/{scene.item}/start"
    assert account.post(work, csrf="none").status_code == 403
    assert account.post(work).status_code == 303
    assert ticket_of(scene.mine).history[-1].actor_name == "山田 太郎"


def test_the_link_reaches_nothing_else(scene: Scene) -> None:
    photo = f"{scene.path}/photos/{scene.mine.photo_id}"
    assert scene.here.get(f"{photo}/large").status_code == 200
    assert scene.here.get(f"{photo}/original").status_code == 404
    for strange in (scene.theirs, scene.nobodys):
        assert scene.here.get(f"{scene.path}/photos/{strange.photo_id}/large").status_code == 404
    for act in ("start", "finish", "cannot"):
        work = f"{scene.path}/items/{scene.other_item}/{act}"
        assert scene.here.post(work, files=PHOTO, reason="その他").status_code == 404
    for path in (*paths_of(scene.mine), "/contractor/", f"/contractor/orders/{scene.order}"):
        assert scene.here.get(path).status_code == 303
    assert scene.here.get("/map/tickets/14/14541/6450.mvt").status_code == 303
    assert scene.here.client.cookies.get("michi_session") is None
    for token in ("", "x", "x" * 200, scene.path[7:-1], "%00"):
        assert scene.here.get(f"/order/{token}").status_code == 404, token


def test_a_photo_that_is_left_out_reaches_no_contractor(
    scene: Scene, account: Browser, staff: Browser
) -> None:
    """Neither by its address, nor on the page, the paper or in the workbook."""
    photo = scene.mine.photo_id
    before = scene.here.get(f"{scene.path}/order.pdf").content
    assert pictures_in(before) == 1
    here = f"/staff/orders/{scene.order}/items/{scene.item}/photos"
    assert account.post(here, photos=str(photo)).status_code == 403
    assert staff.post(here, photos=str(photo)).is_redirect
    for browser, path in (
        (scene.here, scene.path),
        (account, f"/contractor/orders/{scene.order}"),
    ):
        for size in ("small", "large"):
            assert browser.get(f"{path}/photos/{photo}/{size}").status_code == 404
        assert f"photos/{photo}" not in browser.get(path).text
        assert pictures_in(browser.get(f"{path}/order.pdf").content) == 0
        assert browser.get(f"{path}/order.xlsx").status_code == 200
    assert f"photos/{photo}/small" in staff.get(f"/staff/orders/{scene.order}").text
    assert staff.post(here, photos=str(photo), **{f"show-{photo}": "yes"}).is_redirect
    assert scene.here.get(f"{scene.path}/photos/{photo}/small").status_code == 200


def test_what_residents_send_after_the_issue_waits_until_staff_show_it(
    scene: Scene, staff: Browser
) -> None:
    """Their own photo of before stays as it was, also in an order of the version before."""
    (late,) = sends_more(scene.mine, "after", pictures=1)
    here = f"/staff/orders/{scene.order}"

    def given() -> list[int]:
        paths = (f"{scene.path}/photos/{id}/small" for id in (scene.mine.photo_id, late))
        return [scene.here.get(path).status_code for path in paths]

    assert given() == [200, 404]
    assert pictures_in(scene.here.get(f"{scene.path}/order.pdf").content) == 1
    assert "発行のあとに届いた写真が 1枚" in staff.get(here).text
    rows("UPDATE work_order_items SET shown = NULL")
    assert given() == [200, 404]
    photos = f"{scene.mine.photo_id},{late}"
    both = {f"show-{id}": "yes" for id in (scene.mine.photo_id, late)}
    assert staff.post(f"{here}/items/{scene.item}/photos", photos=photos, **both).is_redirect
    assert given() == [200, 200]
    assert "発行のあとに届いた" not in staff.get(here).text


def pictures_in(pdf: bytes) -> int:
    kind = pypdfium2.raw.FPDF_PAGEOBJ_IMAGE
    return sum(
        len(list(page.get_objects([kind]))) for page in pypdfium2.PdfDocument(io.BytesIO(pdf))
    )


LATER = ("taken back", "cancelled")
PARTS = ("", "/order.pdf", "/order.xlsx", "/photos/{photo}/small")


@pytest.mark.parametrize(
    "how", ["made anew", "too old", *(pytest.param(how, marks=pytest.mark.long) for how in LATER)]
)
def test_a_link_that_has_ended_says_so_and_leads_nowhere(
    scene: Scene, staff: Browser, how: str
) -> None:
    if how == "taken back":
        assert staff.post(f"/staff/orders/{scene.order}/unlink").status_code == 303
    elif how == "made anew":
        made = staff.post(f"/staff/orders/{scene.order}/link").text
        new = re.search(r'value="http://127.0.0.1:8000(/order/[\w-]{43})"', made)
        assert new
        assert scene.here.get(new[1]).status_code == 200
    else:
        with transaction() as db:
            if how == "cancelled":
                end_order.cancel(db, scene.order, STAFF, "やめる")
            else:
                past = datetime.now(UTC) - timedelta(seconds=1)
                db.execute(text("UPDATE work_order_links SET ends_at = :at"), {"at": past})
    for part in PARTS:
        answer = scene.here.get(scene.path + part.format(photo=scene.mine.photo_id))
        assert (answer.status_code, "このリンクは終わりました" in answer.text) == (410, True), part
    for act in ("start", "finish", "cannot"):
        work = f"{scene.path}/items/{scene.item}/{act}"
        assert scene.here.post(work, files=PHOTO, reason="その他").status_code == 410
    back = "received" if how == "cancelled" else "scheduled"
    assert ticket_of(scene.mine).ticket.status == back


def test_the_token_is_kept_hashed(scene: Scene) -> None:
    token = scene.path.removeprefix("/order/")
    assert len(token) == 43
    mine = "SELECT token_hash, ends_at - made_at FROM work_order_links WHERE order_id = :id"
    in_the_mail, kept = rows(f"{mine} ORDER BY made_at", id=scene.order)
    assert token not in in_the_mail[0] + kept[0]
    assert abs(kept[1] - timedelta(days=30)) < timedelta(minutes=1)


def test_a_ticket_that_left_a_second_ago_is_not_theirs_any_more(
    scene: Scene, account: Browser, staff: Browser
) -> None:
    out = staff.post(f"/staff/orders/{scene.order}/items/{scene.item}/out", why="別の工事で直す")
    assert out.status_code == 303
    for path, browser in (
        (scene.path, scene.here),
        (f"/contractor/orders/{scene.order}", account),
    ):
        assert scene.mine.number not in browser.get(path).text
        assert browser.get(f"{path}/photos/{scene.mine.photo_id}/small").status_code == 404
        sent = browser.post(f"{path}/items/{scene.item}/finish", files=PHOTO)
        assert sent.status_code == 409
    assert ticket_of(scene.mine).ticket.status == "received"
    assert rows("SELECT FROM photos WHERE report_id IS NULL") == []


def test_a_firm_that_is_not_used_any_more_is_signed_out(scene: Scene, account: Browser) -> None:
    assert account.get("/contractor/").status_code == 200
    with transaction() as db:
        save_contractor(db, "doboku", ContractorCard("小金井土木", retired=True), STAFF)
    assert account.get("/contractor/").status_code == 303
    assert scene.here.get(scene.path).status_code == 410
    again = {"name": "yamada", "password": PASSWORD}
    refused = account.client.post("/sign-in", data=again, follow_redirects=False)
    assert refused.status_code == 401


def test_crews_and_staff_have_no_way_in(scene: Scene, staff: Browser, crew: Browser) -> None:
    for browser in (staff, crew):
        assert browser.get("/contractor/").status_code == 403
        assert browser.get(f"/contractor/orders/{scene.order}").status_code == 403
    assert crew.get("/staff/orders").status_code == 403
    assert crew.post(f"/staff/orders/{scene.order}/cancel", why="x").status_code == 403


def test_the_papers_hold_the_order_and_no_money_and_nobody(scene: Scene) -> None:
    pdf = scene.here.get(f"{scene.path}/order.pdf")
    assert pdf.headers["content-disposition"].startswith("inline; filename=")
    with pypdfium2.PdfDocument(pdf.content) as document:
        words = "".join(page.get_textpage().get_text_bounded() for page in document)
    for shown in ("作業指示書", scene.mine.number, "小金井土木", "穴を合材で埋める", "鈴木 一郎"):
        assert shown in words
    assert "田中" not in words
    sent = scene.here.get(f"{scene.path}/order.xlsx").content
    with zipfile.ZipFile(io.BytesIO(sent)) as book:
        cells = "".join(book.read(name).decode() for name in book.namelist())
    assert "舗装補修" in cells
    assert "4800" not in cells
    assert "田中" not in cells
