"""The page of one ticket: what stands around it, several put together at once, what is new."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select, text
from web_scene import (
    ON_CITY_ROAD,
    PASSWORD,
    STATION,
    Browser,
    Filed,
    filed,
    sends_more,
    ticket_of,
)

from geo.points import Point
from reports.actions.move import move
from reports.outbox.models import Message
from reports.people.accounts import create_user
from reports.people.models import Resident
from reports.people.permissions import Actor, Role
from reports.tickets.events import Parted
from reports.tickets.merged import merged_into
from reports.tickets.models import Follower
from reports.tickets.neighbours import MOST_OF_EACH
from reports.tickets.status import Status
from store.database import engine, transaction
from web.desk.ticket.story import AT_FIRST

METRE = 1 / 111_000


def north(metres: float) -> Point:
    return Point(ON_CITY_ROAD.lon, ON_CITY_ROAD.lat + metres * METRE)


def page_of(staff: Browser, one: Filed) -> str:
    return staff.get(f"/staff/tickets/{one.number}").text


def part_of(page: str, name: str) -> str:
    """One of the parts that come anew while the page is open."""
    return page.partition(f'data-live="{name}"')[2].partition("data-live=")[0]


def as_read(staff: Browser, one: Filed) -> dict[str, str]:
    """What the form of the next state says of what its reader saw."""
    form = page_of(staff, one).partition('id="move"')[2]
    return {
        name: found[1]
        for name in ("last", "change", "key", "seen")
        if (found := re.search(f'name="{name}" value="([^"]*)"', form))
    }


def waited_for() -> bool:
    """Whether somebody waits for a lock."""
    with engine().connect() as db:
        return bool(db.scalar(text("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)")))


def followers_of(one: Filed) -> set[int]:
    with transaction() as db:
        of = select(Follower.resident_id).where(Follower.ticket_id == one.id)
        return set(db.scalars(of))


def gather(staff: Browser, into: Filed, *others: Filed, **more: str) -> None:
    same = {f"same-{turn}": other.number for turn, other in enumerate(others)}
    answer = staff.post(f"/staff/tickets/{into.number}/merge", into="this", **same, **more)
    assert answer.headers["location"] == f"/staff/tickets/{into.number}?changed=gathered"


def test_of_another_kind_only_what_lies_within_fifty_metres_stands_beside_it(
    staff: Browser,
) -> None:
    one, tree = filed(), filed("tree", north(45), pictures=1)
    far, hole = filed("mirror", north(55)), filed(place=north(190))
    near = part_of(page_of(staff, one), "near")
    assert f"/staff/photos/{tree.photo_id}/small" in near
    assert f"{tree.number} を別の画面で開く" in near
    assert f'value="{hole.number}"' in near
    assert f'value="{tree.number}"' not in near
    assert far.number not in near


def test_of_many_around_it_the_nearest_are_shown(staff: Browser) -> None:
    one, *others = [filed(place=north(metres)) for metres in range(MOST_OF_EACH + 1)]
    assert "近い 6件だけ" not in page_of(staff, one)
    others.append(filed(place=north(MOST_OF_EACH + 1), words="見えない穴"))
    beside = filed("sign", words="看板が\u3000斜め")
    near = part_of(page_of(staff, one), "near")
    assert "近い 6件だけ" in near
    assert "看板が\u3000斜め</span></p>" in near.partition(beside.number)[2]
    assert "見えない穴" not in near
    assert [other.number in near for other in others] == [True] * MOST_OF_EACH + [False]


def test_several_are_put_together_in_one_press_and_one_is_split_out_again(
    staff: Browser,
) -> None:
    one, first, second = filed(), filed(words="一つ目", pictures=1), filed(words="二つ目")
    reporters = {each.resident_id for each in (one, first, second)}
    gather(staff, one, first, second, note="同じ穴", key="of its page")
    gather(staff, one, first, second, note="同じ穴", key="of its page")
    assert followers_of(one) == reporters
    with transaction() as db:
        merged = merged_into(db, one.id)
    assert [each.number for each in merged] == [first.number, second.number]
    assert [(each.photo_ids, each.words) for each in merged] == [
        ([first.photo_id], ["一つ目"]),
        ([], ["二つ目"]),
    ]
    page = part_of(page_of(staff, one), "merged")
    assert f"/staff/photos/{first.photo_id}/small" in page

    path = f"/staff/tickets/{one.number}/part"
    for _ in range(2):
        answer = staff.post(path, one=first.number, key="another")
        assert answer.headers["location"].endswith(f"?parted={first.number}")
    assert (
        f"{first.number}</a> を、また別の受付票に分けました"
        in staff.get(answer.headers["location"]).text
    )
    again = ticket_of(first)
    assert (again.ticket.status, again.words) == (Status.RECEIVED, ["一つ目"])
    assert [photo.id for photo in again.photos] == [first.photo_id]
    assert followers_of(first) == {first.resident_id}
    assert followers_of(one) == reporters - {first.resident_id}
    assert ticket_of(one).words == ["二つ目"]
    assert sum(isinstance(line.event, Parted) for line in ticket_of(one).history) == 1
    with transaction() as db:
        told = db.scalars(select(Message.recipient)).all()
        who = db.scalar(select(Resident.line_user_id).where(Resident.id == first.resident_id))
    assert told == [who]


def test_the_one_that_goes_on_may_be_another_and_this_one_ends_with_the_rest(
    staff: Browser,
) -> None:
    here, other, kept = filed(), filed(), filed()
    path = f"/staff/tickets/{here.number}"
    answer = staff.post(
        f"{path}/merge", into=kept.number, **{"same-1": other.number, "same-2": kept.number}
    )
    assert answer.headers["location"] == path
    assert [ticket_of(each).ticket.merged_into for each in (here, other)] == [kept.number] * 2


def test_of_several_none_is_merged_where_one_cannot_be(staff: Browser) -> None:
    one, other, closed = filed(), filed(), filed()
    staff.post(f"/staff/tickets/{closed.number}/move", to="fixed")
    path = f"/staff/tickets/{one.number}/merge"
    ticked = {"same-1": other.number, "same-2": closed.number}
    for status, fields, sentence in (
        (409, ticked, f"受付番号 {closed.number} は終わっているため、まとめられません"),
        (422, {}, "まとめる受付票を選んでください"),
        (422, {"same-1": "123"}, "受付番号(例 123-456-789)を確かめて"),
        (404, {"same-1": "189-031-934"}, "この番号の受付票はありません"),
    ):
        answer = staff.post(path, into="this", note="理由です", **fields)
        assert (answer.status_code, sentence in answer.text) == (status, True), fields
    assert ticket_of(other).ticket.status is Status.RECEIVED
    answer = staff.post(path, into="this", **ticked)
    assert re.search(f'value="{other.number}" checked', answer.text)


@pytest.mark.parametrize("fields", [{}, {"one": "nothing"}])
def test_what_is_to_be_split_out_must_be_told(staff: Browser, fields: dict[str, str]) -> None:
    answer = staff.post(f"/staff/tickets/{filed().number}/part", **fields)
    assert (answer.status_code, "分ける受付票を選んで" in answer.text) == (422, True)


def test_what_is_not_merged_is_not_split_out(staff: Browser) -> None:
    one, other = filed(), filed()
    staff.post(f"/staff/tickets/{other.number}/move", to="fixed")
    answer = staff.post(f"/staff/tickets/{one.number}/part", one=other.number)
    assert answer.status_code == 409
    assert ticket_of(other).ticket.status is Status.FIXED


def test_an_open_page_hears_in_a_word_whether_its_ticket_has_changed(
    staff: Browser, crew: Browser
) -> None:
    one, other = filed(), filed(place=STATION)
    shown = re.search(r'data-change="(\d+)"', page_of(staff, one))
    assert shown
    news = f"/staff/tickets/{one.number}/news?change={shown[1]}"
    sends_more(other, "add", words="ほかの所")
    assert (staff.get(news).status_code, staff.get(news).content) == (204, b"")
    sends_more(one, "add", words="水もたまっています")
    assert staff.get(news).json() == {"change": ticket_of(one).ticket.change}
    assert crew.get(news).status_code == 403
    for wrong in ("000-000-000/news", "nothing/news", f"{one.number}/news?change=x"):
        assert staff.get(f"/staff/tickets/{wrong}").status_code in (404, 422)


def test_who_was_slower_sees_what_changed_beside_what_they_typed(
    staff: Browser, come_in: Callable[[str], Browser]
) -> None:
    one = filed()
    with transaction() as db:
        create_user(db, name="suzuki", shown_name="鈴木 一", password=PASSWORD, role="staff")
    fields = as_read(staff, one)
    path = f"/staff/tickets/{one.number}/move"
    come_in("suzuki").post(path, to="scheduled", note="月曜に直します")
    answer = staff.post(path, to="in_progress", note="いま直しています", **fields)
    assert answer.status_code == 409
    meanwhile = answer.text.partition('class="card meanwhile"')[2].partition("</section>")[0]
    for said in ("鈴木 一", "月曜に直します", "対応予定", "対応中", "いま直しています"):
        assert said in meanwhile, said
    assert "通報を受け付けました" not in meanwhile
    assert "いま直しています</textarea>" in answer.text
    refused = staff.post(path, to="in_progress", seen="received", last="x" * 20)
    assert "経過に残る変更はありません" in refused.text


def test_of_two_who_press_at_once_the_second_changes_nothing_and_keeps_what_they_typed(
    staff: Browser,
) -> None:
    one = filed()
    fields = as_read(staff, one) | {"to": "in_progress", "note": "いま直しています"}
    with ThreadPoolExecutor(1) as other, transaction() as db:
        move(db, one.id, Status.SCHEDULED, Actor(Role.STAFF, "鈴木 一"), note="月曜に直します")
        posting = other.submit(staff.post, f"/staff/tickets/{one.number}/move", **fields)
        while not (posting.done() or waited_for()):
            pass
        assert not posting.done()
        db.commit()
    answer = posting.result()
    assert answer.status_code == 409
    assert "鈴木 一" in answer.text
    assert "いま直しています</textarea>" in answer.text
    assert ticket_of(one).ticket.status == "scheduled"


def test_the_place_says_where_it_comes_from_and_who_corrected_it(staff: Browser) -> None:
    one = filed(place_accuracy_m=20.0)
    assert "もと: LINE で送られた位置(誤差 約 20\u00a0m)" in page_of(staff, one)
    to = north(30)
    staff.post(f"/staff/tickets/{one.number}/place", point=to.latitude_first, why="地図で確認")
    facts = part_of(page_of(staff, one), "facts")
    assert "佐藤 恵: 場所を約 30\u00a0m 動かしました" in facts
    assert f'data-lat="{ON_CITY_ROAD.lat}"' in facts


def test_history_is_a_line_each_and_what_is_long_past_is_folded_away(staff: Browser) -> None:
    one = filed()
    with transaction() as db:
        for turn in range(AT_FIRST):
            to = (Status.INSPECTING, Status.SCHEDULED)[turn % 2]
            move(db, one.id, to, Actor(Role.STAFF, "佐藤 恵"))
    history = part_of(page_of(staff, one), "history").partition("</section>")[0]
    shown, folded, older = history.partition("それより前の経過 2件")
    assert (shown.count("<li"), folded != "", older.count("<li")) == (AT_FIRST, True, 2)
    assert "通報を受け付けました" in older
