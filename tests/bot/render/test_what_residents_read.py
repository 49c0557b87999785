"""What a resident reads and can tap: the right pictures, buttons that reach, nothing left out."""

import itertools
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import event, text, update
from sqlalchemy.orm import Session
from things_to_say import (
    KEY,
    SCENES,
    TOWNS,
    ask,
    filed,
    go_outdoors,
    id_of,
    last_line,
    mended,
    merged_into,
    number_of,
    take_photo,
)
from townsfolk import ALEX, HARUKA, ICHIRO, STAFF

from bot.render.emergency import is_open
from bot.render.table import draw
from bot.wording import in_order, wording
from reports.actions.ask import ask as staff_ask
from reports.actions.follow import confirm
from reports.actions.move import move as move_ticket
from reports.actions.report_work import Done, report_work
from reports.actions.route import route
from reports.actions.withdraw import withdraw
from reports.city import clock, profile
from reports.city.models import Department, TemplateRow
from reports.outbox import kinds
from reports.outbox.say import Say
from reports.people.models import Resident
from reports.people.permissions import RESIDENT
from reports.tickets import history
from reports.tickets.event_kinds import KINDS, Reader
from reports.tickets.events import Added, Answered, Asked, Joined, Rated, Routed, Unsent
from reports.tickets.models import Photo, Ticket
from reports.tickets.outcomes import Outcome
from reports.tickets.status import Status

Json = dict[str, Any]
ASKS = {
    "ask": ask(),
    "which_place": kinds.WhichPlace(
        draft=KEY, photo=7, metres=320, way="",
        photo_town=TOWNS[0], sent_town=TOWNS[1],
    ),
    "same_hole": kinds.SameHole(draft=KEY, tickets=[{"id": 0, "metres": 9}]),
    "which_road": kinds.WhichRoad(
        draft=KEY, roads=[{"owner": "city", "name": "", "name_en": "", "ref": ""}]
    ),
}  # fmt: skip


LEFT = {"photos": 2, "place": TOWNS[0], "category": None, "minutes": 125}


@pytest.fixture
def outdoors(db: Session, monkeypatch: pytest.MonkeyPatch) -> Session:
    return go_outdoors(db, monkeypatch)


def quick_replies(messages: list[Json]) -> list[Json]:
    """What LINE shows above the keyboard: those of the last message."""
    items = messages[-1].get("quickReply", {}).get("items", [])
    return [item["action"] for item in items]


def does(actions: list[Json]) -> list[str]:
    """What each of these buttons asks for."""
    return [dict(parse_qsl(a["data"]))["do"] if "data" in a else a["type"] for a in actions]


def footer(card: Json) -> list[Json]:
    return [button["action"] for button in card.get("footer", {}).get("contents", [])]


def strings(value: Any) -> Iterator[str]:
    """Every text of a card, in order."""
    if isinstance(value, dict):
        if value.get("type") == "text":
            yield value["text"]
        for part in value.values():
            yield from strings(part)
    if isinstance(value, list):
        for part in value:
            yield from strings(part)


def the_card(db: Session, who: str, *say: Say) -> Json:
    (message,) = draw(db, who, say)
    card: Json = message["contents"]
    return card


def status_of(db: Session, ticket: int) -> Say:
    return kinds.Status(number=number_of(db, ticket))


def test_a_card_shows_a_residents_own_photo_and_never_anothers(outdoors: Session) -> None:
    ticket = filed(outdoors, HARUKA, photo_ids=[take_photo(outdoors, HARUKA)])
    own = the_card(outdoors, HARUKA, status_of(outdoors, ticket))
    others = the_card(outdoors, ALEX, status_of(outdoors, ticket))
    assert own["hero"]["url"].startswith("https://michi.example.jp/photos/")
    assert "hero" not in others


RELEASED = """
    UPDATE photos SET decision = 'released', public_at = now(), redaction = 3, public_large = 'p',
                      public_small = 'p'
"""


@pytest.mark.long
def test_only_who_is_about_to_report_the_same_sees_a_neighbours_photo_once_it_is_released(
    outdoors: Session,
) -> None:
    photo = take_photo(outdoors, ALEX)
    ticket = filed(outdoors, ALEX, photo_ids=[photo])
    say: Say = kinds.SameHole(draft=KEY, tickets=[{"id": ticket, "metres": 12.4}])
    assert f"/photos/{photo}/" not in str(draw(outdoors, HARUKA, [say]))
    assert f"/photos/{photo}/large/" in str(draw(outdoors, ALEX, [say]))
    outdoors.execute(text(RELEASED))
    _, carousel = draw(outdoors, HARUKA, [say])
    (card,) = carousel["contents"]["contents"]
    assert f"/photos/{photo}/public-large/" in card["hero"]["url"]
    assert "約12 mのところ" in list(strings(card))
    same = dict(parse_qsl(footer(card)[0]["data"]))
    assert same == {"do": "same", "draft": KEY, "ticket": str(ticket)}
    for kind in ("ticket", "joined", "status", "mine", "moved"):
        for said in SCENES[kind](outdoors, ALEX):
            assert f"/photos/{photo}/" not in str(draw(outdoors, HARUKA, said))


@pytest.mark.parametrize(
    "otherwise",
    [
        'UPDATE city SET facts = facts || \'{"strangers_photos": "none"}\'',
        "UPDATE photos SET decision = 'withheld'",
        "UPDATE photos SET public_at = NULL",
        "UPDATE photos SET state = 'hidden'",
    ],
)
def test_a_neighbours_photo_is_shown_to_nobody_otherwise(outdoors: Session, otherwise: str) -> None:
    photo = take_photo(outdoors, ALEX)
    ticket = filed(outdoors, ALEX, photo_ids=[photo])
    say: Say = kinds.SameHole(draft=KEY, tickets=[{"id": ticket, "metres": 12.4}])
    outdoors.execute(text(RELEASED))
    assert f"/photos/{photo}/public-large/" in str(draw(outdoors, HARUKA, [say]))
    outdoors.execute(text(otherwise))
    assert f"/photos/{photo}/" not in str(draw(outdoors, HARUKA, [say]))


def test_the_photo_of_who_has_withdrawn_is_shown_to_no_neighbour(outdoors: Session) -> None:
    mine, theirs = take_photo(outdoors, ALEX), take_photo(outdoors, ICHIRO)
    ticket = filed(outdoors, ALEX, photo_ids=[mine])
    outdoors.execute(text(RELEASED))
    say: Say = kinds.SameHole(draft=KEY, tickets=[{"id": ticket, "metres": 1}])
    outdoors.execute(text("UPDATE reports SET withdrawn_at = now()"))
    assert f"/photos/{mine}/" not in str(draw(outdoors, HARUKA, [say]))
    other = filed(outdoors, ICHIRO, photo_ids=[theirs])
    outdoors.execute(text("UPDATE reports SET ticket_id = :id"), {"id": ticket})
    assert other != ticket
    shown = str(draw(outdoors, HARUKA, [say]))
    assert (f"/photos/{mine}/" in shown, f"/photos/{theirs}/" in shown) == (False, True)


def test_who_reported_it_before_sees_that_it_is_their_own(outdoors: Session) -> None:
    own, others = filed(outdoors, HARUKA), filed(outdoors, ALEX)
    near = [{"id": own, "metres": 5}, {"id": others, "metres": 9}]
    _, carousel = draw(outdoors, HARUKA, [kinds.SameHole(draft=KEY, tickets=near)])
    mine, theirs = (list(strings(card)) for card in carousel["contents"]["contents"])
    assert "あなたの通報・約5 m" in mine
    assert "約9 mのところ" in theirs


def test_a_second_report_of_ones_own_is_not_told_as_anothers(outdoors: Session) -> None:
    ticket = filed(outdoors, HARUKA)
    history.write(outdoors, ticket, RESIDENT, Joined(1, words=True, again=True))
    said = list(strings(the_card(outdoors, HARUKA, status_of(outdoors, ticket))))
    assert ("写真・ことばを追加" in said, "ほかの方も通報" in said) == (True, False)
    history.write(outdoors, ticket, RESIDENT, Joined(1, words=True))
    said = list(strings(the_card(outdoors, HARUKA, status_of(outdoors, ticket))))
    assert "ほかの方も通報" in said


def test_differs_names_the_tickets_that_were_shown(outdoors: Session) -> None:
    shown = [{"id": filed(outdoors, ALEX), "metres": 5} for _ in range(3)]
    messages = draw(outdoors, HARUKA, [kinds.SameHole(draft=KEY, tickets=shown)])
    data = dict(parse_qsl(quick_replies(messages)[0]["data"]))
    assert data["tickets"] == ".".join(str(near["id"]) for near in shown)


def test_a_repair_shows_before_and_after_and_asks_whether_it_is_mended(outdoors: Session) -> None:
    ticket = mended(outdoors, HARUKA)
    say: Say = kinds.Moved(ticket_id=ticket, history_id=last_line(outdoors))
    card = the_card(outdoors, HARUKA, say)
    assert len(card["hero"]["contents"]) == 2
    assert does(footer(card)) == ["mended", "not_mended"]
    assert "担当から:直しました。" in list(strings(card))


def test_what_a_crew_found_is_read_in_place_of_what_its_status_means(outdoors: Session) -> None:
    ticket = filed(outdoors, HARUKA)
    report_work(outdoors, ticket, Done(Outcome.BIGGER, note="幹が太い"), STAFF)
    move_id = outdoors.scalar(text("SELECT max(id) FROM history WHERE what = 'moved'"))
    said = list(
        strings(the_card(outdoors, HARUKA, kinds.Moved(ticket_id=ticket, history_id=move_id)))
    )
    assert wording("ja")("found.bigger") in said
    assert wording("ja")("means.scheduled") not in said
    assert not any("幹が太い" in words for words in said)


def test_a_picture_of_the_work_alone_says_that_it_is_one(outdoors: Session) -> None:
    ticket = mended(outdoors, HARUKA)
    card = the_card(outdoors, ALEX, status_of(outdoors, ticket))
    assert list(strings(card["hero"])) == [wording("en")("card.after")]


@pytest.mark.parametrize(
    ("metres", "told"), [(0.2, "約1 m"), (99.4, "約99 m"), (696.3, "約700 m"), (997, "約1.0 km")]
)
def test_a_distance_is_no_more_exact_than_it_is_known(
    metres: float, told: str, outdoors: Session
) -> None:
    (message,) = draw(outdoors, HARUKA, [replace(ASKS["which_place"], metres=metres)])
    assert f"{told}離れています" in message["text"]


@pytest.mark.parametrize(
    ("who", "told"),
    [
        (HARUKA, "本町二丁目付近(送った場所の北東)"),
        (ALEX, "near Honcho 2-chome, to the north-east"),
    ],
)
def test_two_places_in_one_town_are_told_apart(who: str, told: str, outdoors: Session) -> None:
    town = {"ja": "本町二丁目", "en": "Honcho 2-chome"}
    apart = {"way": "ne", "photo_town": town, "sent_town": town}
    (message,) = draw(outdoors, who, [replace(ASKS["which_place"], **apart)])
    assert told in message["text"]


def test_after_two_weeks_or_an_answer_a_card_no_longer_asks_whether_it_is_mended(
    outdoors: Session,
) -> None:
    old = mended(outdoors, HARUKA, days_ago=15)
    answered = mended(outdoors, HARUKA, days_ago=1)
    confirm(outdoors, answered, id_of(outdoors, HARUKA))
    for ticket in (old, answered):
        assert does(footer(the_card(outdoors, HARUKA, status_of(outdoors, ticket)))) == []


def test_until_when_it_can_be_called_not_mended_is_told_by_the_day(outdoors: Session) -> None:
    ticket = mended(outdoors, HARUKA, days_ago=14)
    today = clock.today()
    card = list(strings(the_card(outdoors, HARUKA, status_of(outdoors, ticket))))
    assert any(f"({today.month}月{today.day}日まで)" in said for said in card)


def test_an_office_is_found_only_where_there_is_one(outdoors: Session) -> None:
    found, nobody = filed(outdoors, HARUKA), filed(outdoors, HARUKA)
    route(outdoors, found)
    outdoors.execute(text("DELETE FROM roads"))
    route(outdoors, nobody)
    told = list(strings(the_card(outdoors, HARUKA, status_of(outdoors, found))))
    assert "担当が決まりました" in told
    told = list(strings(the_card(outdoors, HARUKA, status_of(outdoors, nobody))))
    assert "確認中" in told
    assert "担当が決まりました" not in told


def test_several_moves_become_one_carousel_with_the_newest_of_each_ticket(
    outdoors: Session,
) -> None:
    said: list[Say] = []
    for number in range(3):
        ticket = filed(outdoors, HARUKA)
        for to in (Status.INSPECTING, Status.SCHEDULED):
            move_ticket(outdoors, ticket, to, STAFF, note=f"{to} {number}")
            said.append(kinds.Moved(ticket_id=ticket, history_id=last_line(outdoors)))
    heading, carousel, question = draw(outdoors, HARUKA, [kinds.Missed(), *said, ask()])
    cards = carousel["contents"]["contents"]
    assert [f"担当から:scheduled {n}" in list(strings(c)) for n, c in enumerate(cards)] == [
        True
    ] * 3
    assert heading["text"] == "お知らせできずにいたことがあります。"
    assert question["text"] == "現場の写真を送ってください。"


def test_a_question_still_open_stands_on_the_card_of_who_reported(outdoors: Session) -> None:
    ticket = filed(outdoors, HARUKA)
    staff_ask(outdoors, ticket, STAFF, "道路のどちら側ですか。")
    asked = "担当からの質問:道路のどちら側ですか。"
    assert asked in list(strings(the_card(outdoors, HARUKA, status_of(outdoors, ticket))))
    assert asked not in list(strings(the_card(outdoors, ALEX, status_of(outdoors, ticket))))
    move_ticket(outdoors, ticket, Status.FIXED, STAFF)
    assert asked not in list(strings(the_card(outdoors, HARUKA, status_of(outdoors, ticket))))


def test_older_tickets_than_the_last_ten_are_counted(outdoors: Session) -> None:
    for _ in range(10):
        filed(outdoors, HARUKA)
    assert [one["type"] for one in draw(outdoors, HARUKA, [kinds.Mine()])] == ["flex"]
    for _ in range(2):
        filed(outdoors, HARUKA)
    older, carousel = draw(outdoors, HARUKA, [kinds.Mine()])
    assert "2件" in older["text"]
    assert len(carousel["contents"]["contents"]) == 10
    assert "ほかに11件" in draw(outdoors, HARUKA, [kinds.Status()])[-1]["text"]


def test_more_moves_than_a_message_holds_are_counted(outdoors: Session) -> None:
    said = [kinds.Moved(ticket_id=filed(outdoors, HARUKA), history_id=0) for _ in range(13)]
    carousel, more = draw(outdoors, HARUKA, said)
    assert len(carousel["contents"]["contents"]) == 10
    assert "ほかに3件" in more["text"]


def test_ten_tickets_are_read_in_as_few_statements_as_one(outdoors: Session) -> None:
    for _ in range(10):
        mended(outdoors, HARUKA)
    asked: list[str] = []
    connection = outdoors.connection()
    event.listen(connection, "before_cursor_execute", lambda *call: asked.append(call[2]))
    (message,) = draw(outdoors, HARUKA, [kinds.Mine()])
    assert len(message["contents"]["contents"]) == 10
    assert len(asked) <= 8


def before_a_question(db: Session) -> dict[str, list[Say]]:
    """What is said before something that waits for an answer."""
    ticket = filed(db, HARUKA)
    asked = history.write(db, ticket, STAFF, Asked(note="どちら側ですか。"))
    move: Say = kinds.Moved(ticket_id=ticket, history_id=0)
    added: Say = kinds.Added(
        ticket_id=ticket, draft=KEY, why="add", photos=[], words=True, place=False
    )
    return {
        "nothing": [],
        "old_button": [kinds.Text(key="old_button")],
        "urgent": [kinds.Urgent()],
        "ticket": [kinds.Urgent(), kinds.Ticket(ticket_id=ticket, inferred=True)],
        "missed": [kinds.Missed(), move],
        "added": [added],
        "about": [kinds.About(key="done", ticket_id=ticket)],
        "question": [kinds.Question(ticket_id=ticket, history_id=asked)],
        "unusable": [kinds.Unusable(kind="sticker")],
        "everything": [
            kinds.Missed(), move, kinds.PhotoLost(state="gone", ticket_id=ticket),
            kinds.Urgent(), kinds.Question(ticket_id=ticket, history_id=asked),
            kinds.Text(key="old_button"), added,
        ],
    }  # fmt: skip


@pytest.mark.parametrize("question", ASKS)
@pytest.mark.parametrize("turned", [False, True], ids=["asked last", "asked first"])
def test_the_buttons_of_a_question_are_where_line_shows_them(
    outdoors: Session, question: str, turned: bool
) -> None:
    (alone,) = [draw(outdoors, HARUKA, [ASKS[question]])]
    for name, before in before_a_question(outdoors).items():
        said = [ASKS[question], *before] if turned else [*before, ASKS[question]]
        messages = draw(outdoors, HARUKA, said)
        assert len(messages) <= 5
        assert all("quickReply" not in message for message in messages[:-1]), name
        words = [message.get("text") for message in messages]
        assert alone[-1]["text"] in words, name
        there = does(quick_replies(messages))
        missing = set(does(quick_replies(alone))) - set(there)
        assert missing <= ({"cancel"} if len(there) == 13 else set()), name


def test_with_more_than_five_messages_what_waits_for_an_answer_stays(outdoors: Session) -> None:
    plain: list[Say] = [kinds.Text(key=key) for key in ("sorry", "groups", "data_kept")]
    said = [plain[0], ask(), *plain, *plain, kinds.Text(key="language")]
    messages = draw(outdoors, HARUKA, said)
    words = [message["text"] for message in messages]
    assert len(words) == 5
    assert words[0].startswith("申し訳ありません")
    assert words[1] == "現場の写真を送ってください。"
    assert words[-1] == "これからは日本語でお答えします。"


def kinds_on(message: Json) -> list[Json]:
    """What a tap on each kind of the card does, row by row."""
    pairs = message["contents"]["body"]["contents"][1]["contents"]
    return [cell["action"] for pair in pairs for cell in pair["contents"] if "action" in cell]


def chosen(actions: list[Json]) -> list[str]:
    return [dict(parse_qsl(action["data"]))["category"] for action in actions]


def test_the_kind_is_asked_by_a_card_of_pictures_and_names(outdoors: Session) -> None:
    (message,) = draw(outdoors, HARUKA, [ask(no_photo=True, place=TOWNS[0])])
    assert message["altText"].endswith("どんな問題ですか。下から選んでください。")
    offered = profile.categories(outdoors)
    assert chosen(kinds_on(message)) == [*offered]
    read = list(strings(message["contents"]))
    for category in offered.values():
        assert {category.icon, category.name("ja")} <= set(read)
    assert does(quick_replies([message])) == ["cancel"]
    assert footer(message["contents"]) == []


def test_each_kind_is_as_high_as_a_finger_and_two_stand_side_by_side(outdoors: Session) -> None:
    (message,) = draw(outdoors, HARUKA, [ask(no_photo=True, place=TOWNS[0])])
    pairs = message["contents"]["body"]["contents"][1]["contents"]
    assert {len(pair["contents"]) for pair in pairs} == {2}
    cell = pairs[0]["contents"][0]
    letters, around, border = 16, int(cell["paddingAll"][:-2]), int(cell["borderWidth"][:-2])
    assert letters + 2 * (around + border) >= 44


def test_an_inferred_category_is_shown_with_the_others_one_chip_away(outdoors: Session) -> None:
    say = ask(photos=[take_photo(outdoors, HARUKA)], category="pothole", inferred=True)
    (message,) = draw(outdoors, HARUKA, [say])
    assert "✓ 種類 舗装の穴・段差(ことばから" in message["text"]
    actions = quick_replies([message])
    assert does(actions) == ["location", "category", "cancel"]
    assert dict(parse_qsl(actions[1]["data"])) == {"do": "category", "after": "=", "draft": KEY}
    (message,) = draw(outdoors, HARUKA, [replace(say, after="=")])
    assert "✓ 種類 舗装の穴・段差\n" in message["altText"]
    first, *others = chosen(kinds_on(message))
    assert first == "pothole"
    assert others == [key for key in profile.categories(outdoors) if key != "pothole"]
    borders = [
        cell["borderColor"]
        for pair in message["contents"]["body"]["contents"][1]["contents"]
        for cell in pair["contents"]
        if "action" in cell
    ]
    assert borders[0] not in borders[1:]


def test_the_card_of_kinds_names_no_button_that_it_has_not(outdoors: Session) -> None:
    say = ask(category="pothole", inferred=True, typed=TOWNS[0], written=True)
    (message,) = draw(outdoors, HARUKA, [say])
    assert "「この場所で送る」" in message["text"]
    (card,) = draw(outdoors, HARUKA, [replace(say, after="=")])
    assert "「この場所で送る」" not in card["altText"]
    assert does(quick_replies([card])) == ["cancel"]


@pytest.fixture
def many_kinds(outdoors: Session) -> list[str]:
    """All categories of a city that has more than one question can show, by key."""
    outdoors.execute(
        text(
            "INSERT INTO categories (key, position, facts) SELECT 'kind' || n, 100 + n, facts"
            " || jsonb_build_object('key', 'kind' || n, 'retired', n = 7)"
            " FROM categories, generate_series(1, 25) n WHERE key = 'other'"
        )
    )
    return [key for key in profile.categories(outdoors) if key != "kind7"]


def pages(db: Session, say: Callable[[str | None], Say], do: str) -> list[list[str]]:
    """The categories on each page, by what leads on, until it comes back to the first."""
    after: str | None = "="
    seen: list[list[str]] = []
    while not seen or after != "=":
        (message,) = draw(db, HARUKA, [say(after)])
        actions = [*kinds_on(message), *footer(message["contents"])]
        pressed = [dict(parse_qsl(action["data"])) for action in actions]
        of_kinds = [data for data in pressed if data.get("do") == do]
        seen.append([data["category"] for data in of_kinds if "category" in data])
        (after,) = [data["after"] for data in of_kinds if "after" in data]
    return seen


@pytest.mark.parametrize(
    "said",
    [
        {"no_photo": True, "place": TOWNS[0]},
        {"category": "pothole", "inferred": True},
        {"left": LEFT, "no_photo": True, "place": TOWNS[0]},
    ],
)
def test_a_city_with_many_categories_offers_every_one_on_some_page(
    outdoors: Session, many_kinds: list[str], said: dict[str, Any]
) -> None:
    found = pages(outdoors, lambda after: ask(**said, after=after), "category")
    assert [key for page in found for key in page] == many_kinds


def test_a_new_ticket_can_become_any_of_many_categories(
    outdoors: Session, many_kinds: list[str]
) -> None:
    ticket_id = filed(outdoors, HARUKA)
    found = pages(
        outdoors,
        lambda after: kinds.Ticket(ticket_id=ticket_id, inferred=True, after=after),
        "recategorise",
    )
    assert [key for page in found for key in page] == many_kinds


def test_a_new_ticket_of_an_inferred_kind_leads_to_the_others(outdoors: Session) -> None:
    ticket_id = filed(outdoors, HARUKA)
    say = kinds.Ticket(ticket_id=ticket_id, inferred=True)
    (action,) = quick_replies(draw(outdoors, HARUKA, [say]))
    number = number_of(outdoors, ticket_id)
    leads = {"do": "recategorise", "after": "=", "number": number}
    assert dict(parse_qsl(action["data"])) == leads
    (message,) = draw(outdoors, HARUKA, [replace(say, after="=")])
    assert message["altText"] == f"受付番号 {number} の種類を選んでください。"
    assert chosen(kinds_on(message))[0] == "pothole"


def test_a_report_left_is_offered_before_anything_else(outdoors: Session) -> None:
    left = {"photos": 2, "place": TOWNS[0], "category": None, "minutes": 125}
    (message,) = draw(outdoors, HARUKA, [ask(left=left)])
    assert message["text"].startswith(
        "前の通報が途中で残っています(写真2枚・本町六丁目付近、2時間前)。"
    )
    assert does(quick_replies([message]))[:2] == ["resume", "fresh"]


def test_a_town_in_words_can_be_the_place_with_one_tap(outdoors: Session) -> None:
    say = ask(photos=[take_photo(outdoors, HARUKA)], typed=TOWNS[0])
    (message,) = draw(outdoors, HARUKA, [say])
    assert "「本町六丁目」とのことですね" in message["text"]
    assert does(quick_replies([message])) == ["location", "typed_place", "cancel"]


def test_a_set_of_photos_is_counted_whole_by_its_one_answer(outdoors: Session) -> None:
    first, *_ = [take_photo(outdoors, HARUKA, image_set="S") for _ in range(3)]
    take_photo(outdoors, ALEX, image_set="S")
    (message,) = draw(outdoors, HARUKA, [ask(photos=[first])])
    assert "写真 3枚" in message["text"]
    ticket = filed(outdoors, HARUKA)
    added = kinds.Added(
        ticket_id=ticket, draft=KEY, why="add", photos=[first], words=True, place=False
    )
    (message,) = draw(outdoors, HARUKA, [added])
    assert message["text"].startswith("写真3枚・ことばを、")
    assert does(quick_replies([message])) == ["camera", "cameraRoll", "done", "not_this"]


def test_who_hears_that_a_photo_was_lost_can_send_it_again_with_one_tap(outdoors: Session) -> None:
    ticket = filed(outdoors, HARUKA)
    say: Say = kinds.PhotoLost(state="broken", ticket_id=ticket)
    assert does(quick_replies(draw(outdoors, HARUKA, [say]))) == ["camera", "cameraRoll", "add"]
    assert does(quick_replies(draw(outdoors, HARUKA, [replace(say, ticket_id=None)]))) == [
        "camera",
        "cameraRoll",
    ]
    move_ticket(outdoors, ticket, Status.FIXED, STAFF)
    assert does(quick_replies(draw(outdoors, HARUKA, [say]))) == ["camera", "cameraRoll"]


def test_the_first_chips_of_the_greeting_are_the_languages(outdoors: Session) -> None:
    for who in (HARUKA, ALEX):
        actions = quick_replies(draw(outdoors, who, [kinds.Hello()]))
        named = [action["label"] for action in actions[:3]]
        assert named == ["日本語", "やさしい 日本語", "English"]
        assert does(actions[3:5]) == ["camera", "cameraRoll"]


def test_a_card_tells_how_many_photos_are_not_there_and_why(outdoors: Session) -> None:
    photos = [take_photo(outdoors, HARUKA) for _ in range(5)]
    ticket = filed(outdoors, HARUKA, photo_ids=photos)
    for id, state, of in (
        (photos[1], "removed", HARUKA),
        (photos[2], "removed", None),
        (photos[3], "broken", HARUKA),
        (photos[4], "gone", HARUKA),
    ):
        whose = id_of(outdoors, of) if of else None
        outdoors.execute(update(Photo).where(Photo.id == id).values(state=state, resident_id=whose))
    read = list(strings(the_card(outdoors, HARUKA, status_of(outdoors, ticket))))
    assert read[read.index("写真") + 1].split("\n") == [
        "1枚",
        "送った人のデータとともに消したもの 1枚",
        "受け取れなかったもの 2枚",
        "送った人が取り消したもの 1枚",
    ]
    outdoors.execute(update(Photo).where(Photo.id == photos[0]).values(state="too_large"))
    read = list(strings(the_card(outdoors, HARUKA, status_of(outdoors, ticket))))
    assert "0枚" not in "".join(read)


def test_a_photo_that_was_taken_back_is_not_called_lost(outdoors: Session) -> None:
    (message,) = draw(outdoors, HARUKA, [ask(photos=[take_photo(outdoors, HARUKA, "removed")])])
    assert message["text"] == "現場の写真を送ってください。"


def test_danger_has_its_numbers_on_buttons_and_in_plain_words(outdoors: Session) -> None:
    (message,) = draw(outdoors, HARUKA, [kinds.Urgent()])
    calls = [part["action"] for part in message["contents"]["body"]["contents"][0]["contents"]]
    assert [call["uri"] for call in calls] == [
        "tel:110",
        "tel:%239910",
        "tel:042-000-0000".replace("-", ""),
    ]
    assert all(number in message["altText"] for number in ("110", "#9910", "042-000-0000"))
    assert "すぐに人が向かうことはありません" in message["altText"]


def test_a_number_that_cannot_be_dialled_is_still_read_on_the_card(outdoors: Session) -> None:
    rough = """jsonb_set(facts, '{phones,police}', '"内線 110"')"""
    outdoors.execute(text(f"UPDATE city SET facts = {rough}"))
    (message,) = draw(outdoors, HARUKA, [kinds.Urgent()])
    assert "内線 110" in str(message["contents"])
    assert "tel:110" not in str(message["contents"])


HOURS = {"office_hours": {"opens": "08:30", "closes": "17:15"}, "extra_holidays": ["2026-11-25"]}


@pytest.mark.parametrize(
    ("moment", "answered"),
    [
        ("2026-11-24 08:29", False), ("2026-11-24 08:30", True), ("2026-11-24 17:14", True),
        ("2026-11-24 17:15", False), ("2026-11-22 12:00", False), ("2026-11-23 12:00", False),
        ("2026-11-25 12:00", False), ("2026-12-29 12:00", False),
    ],
)  # fmt: skip
def test_the_citys_line_is_answered_in_office_hours_on_business_days(
    moment: str, answered: bool
) -> None:
    now = datetime.fromisoformat(moment).replace(tzinfo=ZoneInfo("Asia/Tokyo"))
    assert is_open(HOURS, now) is answered


def test_a_city_without_office_hours_is_never_called_closed() -> None:
    assert is_open({}, datetime(2026, 11, 22, 3, tzinfo=ZoneInfo("Asia/Tokyo")))


def test_the_telephone_of_who_is_responsible_can_be_tapped(outdoors: Session) -> None:
    ticket = filed(outdoors, HARUKA)
    route(outdoors, ticket)
    said = str(the_card(outdoors, HARUKA, status_of(outdoors, ticket)))
    assert "'uri': 'tel:0420000101'" in said
    outdoors.execute(update(Department).values(phone="383-1111"))
    without = str(the_card(outdoors, HARUKA, status_of(outdoors, ticket)))
    assert "383-1111" in without
    assert "tel:" not in without


def test_history_is_told_in_plain_words_without_what_others_wrote(outdoors: Session) -> None:
    ticket = filed(outdoors, HARUKA)
    hidden = {"note": "ひみつ"}
    for line in (
        Routed({}, **hidden), Joined(1, words=True, **hidden), Added(1, **hidden), Asked(**hidden),
        Answered(1, **hidden), Unsent(**hidden), Rated(1, **hidden),
    ):  # fmt: skip
        history.write(outdoors, ticket, None, line)
    said = list(strings(the_card(outdoors, HARUKA, status_of(outdoors, ticket))))
    told = [
        "担当が決まりました",
        "ほかの方も通報",
        "写真・ことばを追加",
        "担当から質問",
        "質問に返事",
    ]
    assert [words for words in said if words in told] == told
    assert "ひみつ" not in "".join(said)


def test_what_is_for_staff_alone_stands_on_no_card(
    outdoors: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticket = filed(outdoors, HARUKA)
    move_ticket(outdoors, ticket, Status.INSPECTING, STAFF, note="見に行きます")
    for_staff = replace(KINDS[Asked.what], reader=Reader.STAFF)
    monkeypatch.setitem(KINDS, Asked.what, for_staff)
    history.write(outdoors, ticket, STAFF, Asked(note="ひみつ"))
    of_a_newer_version = (
        "INSERT INTO history (ticket_id, actor, what, from_status, to_status, note)"
        f" VALUES ({ticket}, 'staff', 'sung_of', 'inspecting', 'monitoring', 'ひみつ')"
    )
    outdoors.execute(text(of_a_newer_version))
    said = list(strings(the_card(outdoors, HARUKA, status_of(outdoors, ticket))))
    assert any("見に行きます" in words for words in said)
    assert not [
        words for words in said if words in ("担当から質問", "経過観察") or "ひみつ" in words
    ]


def test_what_a_resident_is_to_a_ticket_decides_its_buttons(outdoors: Session) -> None:
    ticket = filed(outdoors, HARUKA)
    own, strangers = (
        draw(outdoors, who, [status_of(outdoors, ticket)]) for who in (HARUKA, ICHIRO)
    )
    assert does(footer(own[0]["contents"])) == ["add"]
    assert does(quick_replies(own)) == ["mute", "withdraw", "mine"]
    assert does(footer(strangers[0]["contents"])) == ["follow"]
    assert does(quick_replies(strangers)) == ["mine"]


def test_a_ticket_that_was_merged_leads_to_the_one_that_goes_on(outdoors: Session) -> None:
    ticket, into = filed(outdoors, HARUKA), filed(outdoors, HARUKA)
    merged_into(outdoors, ticket, into)
    card = the_card(outdoors, HARUKA, status_of(outdoors, ticket))
    (goes_on,) = footer(card)
    assert dict(parse_qsl(goes_on["data"]))["number"] == number_of(outdoors, into)
    assert any(number_of(outdoors, into) in words for words in strings(card["body"]))


def test_a_withdrawn_ticket_is_not_called_refused(outdoors: Session) -> None:
    ticket = filed(outdoors, HARUKA)
    withdraw(outdoors, ticket, id_of(outdoors, HARUKA))
    said = list(strings(the_card(outdoors, HARUKA, status_of(outdoors, ticket))))
    assert "取り下げ" in said
    assert "対象外" not in said


def test_a_deadline_that_has_passed_is_owned_up_to(outdoors: Session) -> None:
    ticket = filed(outdoors, HARUKA)
    route(outdoors, ticket)
    late = update(Ticket).where(Ticket.id == ticket)
    outdoors.execute(late.values(deadline=datetime(2026, 3, 2).date()))  # noqa: DTZ001
    said = list(strings(the_card(outdoors, HARUKA, status_of(outdoors, ticket))))
    assert "3月2日を過ぎています。お待たせしています。" in said


def test_a_deadline_that_stands_still_is_not_told_as_if_it_had_passed(outdoors: Session) -> None:
    ticket = filed(outdoors, HARUKA)
    route(outdoors, ticket)
    stands = update(Ticket).where(Ticket.id == ticket)
    outdoors.execute(stands.values(deadline=datetime(2026, 3, 2).date()))  # noqa: DTZ001
    staff_ask(outdoors, ticket, STAFF, "どちら側ですか。")
    said = list(strings(the_card(outdoors, HARUKA, status_of(outdoors, ticket))))
    assert "お返事をお待ちしています" in said
    assert not [words for words in said if "3月2日" in words]
    move_ticket(outdoors, ticket, Status.MONITORING, STAFF)
    outdoors.execute(stands.values(asked_at=None))
    said = list(strings(the_card(outdoors, HARUKA, status_of(outdoors, ticket))))
    assert "めやす" not in said


def test_who_has_been_erased_is_told_in_the_language_they_spoke(outdoors: Session) -> None:
    outdoors.execute(text("DELETE FROM residents WHERE line_user_id = :who"), {"who": ALEX})
    (message,) = draw(outdoors, ALEX, [kinds.Erased(language="en")])
    assert message["text"].startswith("Everything we held about you has been deleted.")


@pytest.mark.parametrize(
    ("who", "others"),
    [
        (HARUKA, ["やさしい 日本語", "English"]),
        (ICHIRO, ["日本語", "English"]),
        (ALEX, ["日本語", "やさしい 日本語"]),
    ],
)
def test_who_does_not_understand_finds_the_other_languages_by_their_names(
    outdoors: Session, who: str, others: list[str]
) -> None:
    for key in ("how", "not_understood", "language"):
        actions = quick_replies(draw(outdoors, who, [kinds.Help(key=key)]))
        assert [action["text"] for action in actions if action["type"] == "message"] == others
    (told,) = draw(outdoors, who, [kinds.Help(key="cancelled")])
    assert "message" not in does(quick_replies([told]))


def test_a_group_is_told_in_every_language(outdoors: Session) -> None:
    (message,) = draw(outdoors, "C" + "0" * 32, [kinds.Text(key="groups")])
    assert message["text"].split("\n\n") == [words("groups") for words in in_order()]


def test_a_person_without_a_language_is_spoken_to_in_japanese(outdoors: Session) -> None:
    outdoors.execute(update(Resident).values(language=None))
    for who, _ in itertools.product(("U" + "9" * 32, ALEX), range(1)):
        (message,) = draw(outdoors, who, [kinds.Text(key="groups")])
        assert message["text"].startswith("道路")


@pytest.mark.parametrize(
    ("who", "note", "is_told"),
    [
        (ALEX, "部品を待っています。", True),
        (ALEX, "We wait for a part.", False),
        (HARUKA, "部品を待っています。", False),
        (ICHIRO, "ぶひんを まっています。", False),
    ],
)
def test_words_in_japanese_say_so_to_whoever_reads_another_language(
    outdoors: Session, who: str, note: str, is_told: bool
) -> None:
    ticket = filed(outdoors, who)
    move_ticket(outdoors, ticket, Status.SCHEDULED, STAFF, note=note)
    read = "\n".join(strings(the_card(outdoors, who, status_of(outdoors, ticket))))
    assert note in read
    assert (wording("en")("card.in_japanese") in read) is is_told


TEMPLATE = {
    "key": "will_look",
    "title": "見に行きます",
    "use": "note",
    "texts": {
        "ja": "確認します。",
        "easy_ja": "見に 行きます。",
        "en": "We will go and look.",
    },
}


@pytest.mark.parametrize(
    ("who", "read"),
    [(HARUKA, "確認します。"), (ICHIRO, "見に 行きます。"), (ALEX, "We will go and look.")],
)
def test_a_template_is_read_in_the_language_of_who_reported(
    outdoors: Session, who: str, read: str
) -> None:
    outdoors.add(TemplateRow(key="look", position=0, facts=TEMPLATE))
    ticket = filed(outdoors, who)
    foreign = wording("en")("card.in_japanese")
    for left in ("", "\n夕方です。"):
        note = "確認します。" + left.replace("\n", "\r\n")
        move_ticket(outdoors, ticket, Status.INSPECTING, STAFF, note=note)
        told = kinds.Moved(ticket_id=ticket, history_id=last_line(outdoors))
        (card,) = draw(outdoors, who, [told])
        said = "\n".join(strings(card["contents"]))
        assert f"{read}{left}" in said
        assert f"{read}{left}" in card["altText"]
        assert (foreign in said) is bool(left and who == ALEX)
        move_ticket(outdoors, ticket, Status.SCHEDULED, STAFF)


@pytest.mark.parametrize(("language", "read"), [("pt-BR", "Vamos ver."), ("fr", "We go.")])
def test_a_template_knows_languages_that_michi_does_not(
    outdoors: Session, language: str, read: str
) -> None:
    texts = {"ja": "確認します。", "en": "We go.", "pt": "Vamos ver."}
    outdoors.add(TemplateRow(key="look", position=0, facts=TEMPLATE | {"texts": texts}))
    outdoors.execute(
        update(Resident).where(Resident.line_user_id == ALEX).values(language=language)
    )
    ticket = filed(outdoors, ALEX)
    move_ticket(outdoors, ticket, Status.INSPECTING, STAFF, note="確認します。")
    said = "\n".join(strings(the_card(outdoors, ALEX, status_of(outdoors, ticket))))
    assert read in said
    assert "Being inspected" in said


def test_a_question_by_template_is_read_in_the_language_of_who_reported(outdoors: Session) -> None:
    asks = TEMPLATE | {"use": "question", "texts": {"ja": "いつからですか。", "en": "Since when?"}}
    outdoors.add(TemplateRow(key="asks", position=0, facts=asks))
    ticket = filed(outdoors, ALEX)
    staff_ask(outdoors, ticket, STAFF, "いつからですか。")
    asked = kinds.Question(ticket_id=ticket, history_id=last_line(outdoors))
    said = list(strings(the_card(outdoors, ALEX, asked)))
    assert "Since when?" in said
    assert wording("en")("card.in_japanese") not in said
    assert "Since when?" in "".join(strings(the_card(outdoors, ALEX, status_of(outdoors, ticket))))


def test_who_knows_nothing_but_the_number_reads_no_words_to_others(outdoors: Session) -> None:
    ticket = filed(outdoors, HARUKA)
    move_ticket(outdoors, ticket, Status.SCHEDULED, STAFF, note="お宅の前を直します。")
    said = status_of(outdoors, ticket)
    assert "お宅の前" in "\n".join(strings(the_card(outdoors, HARUKA, said)))
    assert "お宅の前" not in "\n".join(strings(the_card(outdoors, ALEX, said)))
