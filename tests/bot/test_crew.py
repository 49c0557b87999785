"""Crew members on their own LINE: linked and let go, told of what is urgent, finishing by a photo;
and what they report as residents stays apart."""

import io
from typing import Any, cast

import pytest
from PIL import Image, ImageDraw
from sqlalchemy import select, text
from townsfolk import (
    ALEX,
    HARUKA,
    STAFF,
    button,
    door_of,
    draft,
    event,
    file,
    hear,
    photo,
    place,
    resident,
    rows,
    said,
    unsend,
    value,
    words,
)

from bot.render.table import draw
from geo.points import Point
from reports.actions.assign import assign
from reports.actions.move import move
from reports.actions.put_in_charge import put_in_charge
from reports.actions.route import route
from reports.outbox.kinds import from_json
from reports.people import crew_links
from reports.people.accounts import create_user
from reports.people.crew_links import MOST_CODES, MOST_TRIES
from reports.photos.photo_store import photo_store
from reports.tickets.models import Photo
from reports.tickets.status import Status
from store.database import transaction
from workers.crew_work import look_at_work
from workers.photos import keep

pytestmark = pytest.mark.usefixtures("database_url")

LINKS = "SELECT count(*) FROM crew_links"


def user(name: str = "haru", department: str = "road") -> int:
    with transaction() as db:
        create_user(
            db, name=name, shown_name=f"作業班 {name}", password="tape-measure", role="crew",
            department_key=department,
        )  # fmt: skip
    found: int = value("SELECT id FROM users WHERE name = :name", name=name)
    return found


def code_of(user_id: int) -> str:
    with transaction() as db:
        code = crew_links.new_code(db, user_id)
        assert code
        return code.code


def linked(name: str = "haru", line: str = HARUKA, department: str = "road") -> int:
    user_id = user(name, department)
    with transaction() as db:
        crew_links.link(db, user_id, line)
    return user_id


def ticket(*, assignee: int | None = None, urgent: bool = False) -> int:
    """A routed ticket of the roads' department, reported by somebody else."""
    with transaction() as db:
        known = db.execute(text("SELECT id FROM residents WHERE line_user_id = :a"), {"a": ALEX})
        found = known.scalar()
        made = file(db, found or resident(db, ALEX), spoken="危険です" if urgent else "")
        db.execute(text("UPDATE reports SET urgent = :u WHERE ticket_id = :t"),
                   {"u": urgent, "t": made})  # fmt: skip
        route(db, made)
        if assignee:
            put_in_charge(db, made, assignee, STAFF)
    return made


def number(ticket_id: int) -> str:
    found: str = value("SELECT number FROM tickets WHERE id = :id", id=ticket_id)
    return found


def status(ticket_id: int) -> str:
    found: str = value("SELECT status FROM tickets WHERE id = :id", id=ticket_id)
    return found


def shown(who: str = HARUKA) -> str:
    """What their last answer is drawn as."""
    last = value("SELECT say FROM messages WHERE recipient = :w ORDER BY id DESC LIMIT 1", w=who)
    with transaction() as db:
        return str(draw(db, who, [*map(from_json, last)]))


def test_a_code_links_once_and_nothing_of_it_is_kept_in_the_inbox() -> None:
    code = code_of(user())
    assert not rows("SELECT 1 FROM crew_link_codes WHERE code_hash LIKE :c", c=f"%{code}%")
    hear(words(f"つなぐ {code.lower()}"))
    assert said() == [["crew_linked"]]
    assert "作業班 haruさん" in shown()
    assert code.lower() not in str(rows("SELECT raw FROM inbox"))
    assert draft() == {}
    hear(words(f"つなぐ {code}", ALEX))
    assert said(ALEX) == [["code_unknown"]]
    assert value(LINKS) == 1


def test_a_code_that_is_old_or_guessed_links_nobody_and_guessing_ends() -> None:
    first, second = (code_of(who) for who in [user()] * 2)
    hear(words(f"つなぐ {first}"))
    assert said() == [["code_unknown"]], "a newer one has been made"
    for _ in range(MOST_TRIES):
        hear(words("つなぐ AAAA-2222"))
    hear(words(f"つなぐ {second}"))
    assert said()[-1] == ["code_too_many"]
    rows("UPDATE crew_link_tries SET at = at - interval '61 minutes'")
    rows("UPDATE crew_link_codes SET expires_at = now()")
    hear(words(f"つなぐ {second}"))
    assert said()[-1] == ["code_unknown"]
    assert value(LINKS) == 0
    with transaction() as db:
        made = [crew_links.new_code(db, user()) for _ in range(MOST_CODES)]
    assert made[-1] is None


def test_what_only_looks_like_a_code_is_a_residents_words() -> None:
    hear(words("LAMP 1234"))
    assert said()[-1] == ["not_understood"]
    assert value("SELECT raw #>> '{message,text}' FROM inbox") == "LAMP 1234"


def test_one_line_account_is_one_persons() -> None:
    linked()
    hear(words(f"つなぐ {code_of(user('aoi'))}"))
    assert said() == [["code_taken"]]


@pytest.mark.parametrize("how", ["words", "web", "blocked", "disabled", "changed"])
def test_either_side_ends_the_link(how: str) -> None:
    me = linked()
    match how:
        case "words":
            hear(words("作業班の連絡をやめる"))
            assert said() == [["left"]]
        case "web":
            with transaction() as db:
                assert crew_links.unlink(db, me)
        case "blocked":
            hear(words("こんにちは"), event(kind="unfollow"))
        case "disabled":
            rows("UPDATE users SET disabled = true")
        case "changed":
            user(department="trees")
    with transaction() as db:
        assert crew_links.link_of(db, HARUKA) is None
        crew_links.forget(db)
    assert value(LINKS) == 0
    hear(button("do=crew_list"))
    assert said()[-1] == (["not_linked"])


def test_the_urgent_tickets_of_their_department_are_told_once_to_each() -> None:
    linked()
    linked("midori", "U" + "4" * 32, "trees")
    told = ticket(urgent=True)
    ticket()
    with transaction() as db:
        route(db, told)
    assert said() == [["crew_ticket"]]
    assert number(told) in shown()
    assert said("U" + "4" * 32) == []
    with transaction() as db:
        assign(db, told, "trees", STAFF, "みどりの仕事です")
        assign(db, told, "road", STAFF, "もどします")
    assert (said(), said("U" + "4" * 32)) == ([["crew_ticket"]], [["crew_ticket"]])
    with transaction() as db:
        move(db, told, Status.FIXED, STAFF, note="直しました")
    with transaction() as db:
        assert draw(db, HARUKA, [from_json({"say": "crew_ticket", "ticket_id": told})]) == []


def sent(*shots: tuple[Image.Image, Point | None]) -> None:
    """Their photos came: fetched, taken apart and looked at, as workers do it."""
    with transaction() as db:
        waiting = [photo.id for photo in db.scalars(WAITING)]
    for photo_id, (image, at) in zip(waiting, shots, strict=True):
        facts = stored(image, at)
        with transaction() as db:
            keep(db, photo_id, facts)
    user_id = value("SELECT user_id FROM crew_links")
    if settle := look_at_work(user_id):
        with transaction() as db:
            settle(db)


def stored(image: Image.Image, at: Point | None) -> dict[str, Any]:
    """What a worker writes down of a photo that it has put into the store."""
    keys = {}
    for size, side in (("original", 900), ("large", 800), ("small", 200)):
        made, small = io.BytesIO(), image.copy()
        small.thumbnail((side, side))
        small.save(made, "JPEG", quality=80)
        keys[size] = photo_store().put(made.getvalue(), cast("Any", size))
    place = {"exif_place": at.wkt, "exif_accuracy_m": 5.0} if at else {}
    return {**keys, **place, "state": "stored", "width": 900, "height": 600}


def view(colour: str) -> Image.Image:
    image = Image.new("RGB", (900, 600), "#8fa3ad")
    ImageDraw.Draw(image).rectangle((200, 350, 700, 560), fill=colour)
    return image


FILLED, HOLE = "#3c3f41", "#1b0f08"
WAITING = select(Photo).where(Photo.state == "waiting").order_by(Photo.id)


def test_done_and_a_photo_finish_the_ticket_in_their_name() -> None:
    me = linked()
    mine = ticket(assignee=me)
    hear(words("完了"))
    assert said()[-1] == ["crew_photo_wanted"]
    assert "応急処置済" in shown()
    hear(photo(image_set="S"), photo(image_set="S"))
    assert (said()[-1], status(mine)) == (["looking"], "received"), "nothing is proved so far"
    sent((view(FILLED), None), (view("#55585a"), door_of(ALEX)))
    assert said()[-1] == ["done"]
    assert "秒以内なら" in shown()
    assert "常温合材 1袋" in shown()
    assert status(mine) == "fixed"
    line = rows("SELECT actor_id, details FROM history WHERE to_status = 'fixed'")
    assert [(one.actor_id, one.details) for one in line] == [(me, {"via": "line"})]
    assert value("SELECT count(*) FROM photos WHERE ticket_id = :t AND resident_id IS NULL"
                 " AND report_id IS NULL", t=mine) == 2  # fmt: skip
    assert draft() == {}
    assert said(ALEX) == [["moved"]]
    work = value("SELECT history_id FROM works WHERE outcome = 'fixed'")
    for _ in range(2):
        hear(button(f"do=crew_used&work={work}&number={number(mine)}&material=cold_mix"))
    assert "常温合材 2袋" in shown()
    used = rows("SELECT details -> 'used' FROM history WHERE what = 'worked'")
    assert used[0][0] == [["常温合材", 2.0, "袋"]]
    hear(button(f"do=crew_undo&work={work}&number={number(mine)}"))
    assert (said()[-1], status(mine), said(ALEX)) == (["undone"], "received", [])
    assert value("SELECT count(*) FROM photos WHERE state = 'removed'") == 2
    hear(button("do=crew_no_material"))
    assert said()[-1] == ["no_material"]


def test_how_long_it_took_is_tapped_or_typed_and_stays_with_the_work() -> None:
    me = linked()
    mine = ticket(assignee=me)
    hear(button(f"do=crew_result&number={number(mine)}&outcome=made_safe"))
    work = value("SELECT history_id FROM works")
    of_it = f"work={work}&number={number(mine)}"
    hear(button(f"do=crew_no_material&{of_it}"))
    assert "90分" in shown()
    hear(button(f"do=crew_minutes&{of_it}&minutes=30"), button(f"do=crew_no_material&{of_it}"))
    hear(words("1時間20分"))
    assert (said()[-1], "80分" in shown()) == (["timed"], True)
    told = value("SELECT details FROM history WHERE what = 'worked'")
    assert (value("SELECT minutes FROM works"), told["minutes"]) == (80, 80)
    hear(words("40分"))
    assert said()[-1] == ["not_understood"], "nothing of a crew's is waited for any more"
    hear(button(f"do=crew_minutes&{of_it}&minutes=9999"))
    assert (said()[-1], value("SELECT minutes FROM works")) == (["not_timed"], 80)


def test_what_is_not_theirs_goes_on_with_a_reason() -> None:
    me = linked()
    first, second = ticket(assignee=me), ticket()
    hear(button(f"do=crew_finish&number={number(first)}"))
    assert "担当ではない" in shown()
    hear(words("担当ではない"), words("水道管の工事のあとです"))
    assert said()[-1] == ["not_ours"]
    said_so = value("SELECT note FROM history WHERE what = 'not_ours'")
    assert said_so == "水道管の工事のあとです"
    tap = f"do=crew_not_ours&number={number(second)}"
    hear(button(tap))
    assert "ほかの課の仕事" in shown()
    for _ in range(2):
        hear(button(f"{tap}&why=not_citys"))
    assert said()[-2:] == [["not_ours"], ["left"]]
    notes = rows("SELECT note FROM history WHERE what = 'not_ours' ORDER BY id")
    assert notes[-1].note == "市の管理ではありません"
    assert len(notes) == 2
    hear(button("do=crew_not_ours&number=none"))
    assert said()[-1] == ["gone"]


def test_an_old_photo_and_one_from_elsewhere_are_answered_with_what_to_do() -> None:
    me = linked()
    mine = ticket(assignee=me)
    with transaction() as db:
        before = Photo(**stored(view(HOLE), None))
        before.report_id = db.execute(text("SELECT id FROM reports")).scalar_one()
        db.add(before)
    hear(words("完了"), photo())
    sent((view(HOLE), None))
    assert said()[-1] == ["old_photo"]
    assert "前からある写真と同じ" in shown()
    here = door_of(ALEX)
    hear(photo())
    sent((view(FILLED), Point(here.lon + 0.0034, here.lat)))
    assert said()[-1] == ["far"]
    assert "から約 30" in shown()
    assert status(mine) == "received"
    hear(words("穴は交差点の反対側でした"))
    assert (said()[-1], status(mine)) == (["done"], "fixed")
    told = value("SELECT details FROM history WHERE what = 'worked'")
    assert told["why_far"] == "穴は交差点の反対側でした"
    assert draft() == {}


def test_other_outcomes_are_one_tap_and_one_that_left_is_told() -> None:
    me = linked()
    mine = ticket(assignee=me)
    tap = f"do=crew_result&number={number(mine)}&outcome="
    hear(button(f"{tap}made_safe"), button(f"{tap}made_safe"))
    assert (said()[-2:], status(mine)) == ([["made_safe"], ["same"]], "made_safe")
    hear(words("完了"), words("見つからない"))
    assert (said()[-1], status(mine)) == (["left"], "made_safe") or said()[-1] == ["same"]
    hear(button(f"{tap}bigger"))
    assert (said()[-1], status(mine)) == (["bigger"], "scheduled")
    hear(button(f"{tap}no_access"))
    assert said()[-1] == ["left"]
    hear(button("do=crew_result&number=no&outcome=x"))
    assert said()[-1] == ["gone"]


def test_of_several_one_is_chosen_and_what_was_closed_meanwhile_is_told() -> None:
    me = linked()
    first, second = ticket(assignee=me), ticket(assignee=me)
    hear(words("完了"))
    assert said()[-1] == ["crew_choose"]
    assert all(number(each) in shown() for each in (first, second))
    hear(button(f"do=crew_finish&number={number(second)}"))
    with transaction() as db:
        move(db, second, Status.FIXED, STAFF, note="直しました")
    hear(photo())
    assert "すでに終わっています" in shown()
    assert value("SELECT state FROM photos") == "removed"
    with transaction() as db:
        assign(db, first, "trees", STAFF, "みどりの仕事です")
    hear(button(f"do=crew_finish&number={number(first)}"))
    assert "いまはあなたの担当ではありません" in shown()
    assert status(first) == "received"


def test_a_photo_that_comes_first_is_asked_about_and_is_a_report_as_ever() -> None:
    me = linked()
    mine = ticket(assignee=me)
    hear(photo())
    assert said()[-1] == ["crew_or_report", "ask"]
    photo_id = draft()["photos"][0]
    hear(button(f"do=crew_photo_done&photo={photo_id}"))
    assert (said()[-1], draft()) == (["looking"], {})
    sent((view(FILLED), None))
    assert (said()[-1], status(mine)) == (["done"], "fixed")
    hear(photo(), place(), words("穴"))
    filed = value("SELECT count(*) FROM reports r JOIN residents p ON p.id = r.resident_id"
                  " WHERE p.line_user_id = :w", w=HARUKA)  # fmt: skip
    assert filed == 1, "an ordinary report, of a resident"


def test_the_list_has_theirs_first_and_leads_to_the_page() -> None:
    me = linked()
    others, mine = ticket(), ticket(assignee=me)
    hear(words("一覧"))
    assert said()[-1] == ["crew_list"]
    told = shown()
    assert told.index(number(mine)) < told.index(number(others))
    assert "/crew/'" in told
    hear(words("一覧", ALEX))
    assert said(ALEX)[-1] != ["crew_list"]


def test_erasing_as_a_resident_leaves_link_and_repair_and_unsending_takes_the_photo() -> None:
    me = linked()
    ticket(assignee=me)
    asked, shot = words("完了"), photo()
    hear(asked, shot)
    sent((view(FILLED), None))
    hear(words("わたしのデータを消して"))
    key = draft()["key"]
    hear(button(f"do=erase&draft={key}"))
    assert value(LINKS) == 1
    kept: Any = "SELECT state FROM photos WHERE ticket_id IS NOT NULL"
    assert value(kept) == "stored"
    hear(unsend(shot))
    assert value(kept) == "removed"
