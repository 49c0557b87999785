"""The dialogue: three actions in any order make one report, and every action has its answer."""

import itertools
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.dialogue import effects
from bot.dialogue.clarify import ask
from bot.dialogue.draft import MOST_PHOTOS, Draft, Onto, Place
from bot.dialogue.photo_sets import WAIT_FOR_PHOTO, WAIT_FOR_SET
from bot.dialogue.script import respond
from bot.dialogue.turn import (
    WAIT_FOR_ROUTING,
    Button,
    Context,
    Hello,
    Input,
    PhotoCame,
    PlaceCame,
    Turn,
    Unusable,
    Words,
)
from geo.nearby import Whereabouts
from geo.points import Point
from reports.city.categories import category_from
from reports.outbox import kinds
from reports.outbox.say import Say, kind_of
from reports.tickets.numbers import new_number

NEW = Draft("k", datetime(2026, 11, 20, 9, tzinfo=UTC))
CITY = {
    key: category_from(
        {"key": key, "names": {"ja": ja}, "icon": "・", "department": "d", "deadline_days": 3,
         "urgent": urgent, "hints": hints}
    )
    for key, ja, urgent, hints in [
        ("pothole", "舗装の穴・段差", False, ["穴"]),
        ("tree", "街路樹・倒木・草", True, ["倒木"]),
    ]
}  # fmt: skip
CONTEXT = Context(CITY, Draft("fresh", NEW.started_at))
HERE = Point(139.5067, 35.7011)
INSIDE = Whereabouts(True, "north", "本町六丁目", "Honcho 6-chome")
PHOTO = PhotoCame(7)
PLACE = PlaceCame(HERE, "line", INSIDE)
CATEGORY = Button("category", "k", {"do": "category", "draft": "k", "category": "pothole"})
ACTIONS: dict[str, Input] = {"photo": PHOTO, "place": PLACE, "category": CATEGORY}
PLACED = respond(NEW, PLACE, CONTEXT).draft or NEW


def day(actions: Sequence[Input], draft: Draft = NEW) -> list[Turn]:
    """The turns of one resident; a draft that ends is followed by a new one with another key."""
    turns = []
    for number, action in enumerate(actions):
        turns.append(respond(draft, action, CONTEXT))
        draft = turns[-1].draft or replace(NEW, key=f"k{number}")
    return turns


def said(turn: Turn) -> list[str]:
    return [kind_of(say).name for say in turn.say]


def test_whoever_changes_the_language_is_asked_again_in_it_for_what_is_missing() -> None:
    turn = respond(PLACED, Words("English", "m"), CONTEXT)
    assert (turn.language, turn.draft) == ("en", PLACED)
    assert [getattr(say, "key", None) or kind_of(say).name for say in turn.say] == [
        "language",
        "ask",
    ]
    turn = respond(NEW, Words("やさしい", "m"), CONTEXT)
    assert (turn.language, said(turn)) == ("easy_ja", ["help"])


def test_whoever_changes_the_language_reads_again_in_it_what_is_on_the_screen() -> None:
    def on(*shown: Say, draft: Draft = NEW) -> list[Say]:
        turn = respond(draft, Words("English", "m"), replace(CONTEXT, on_screen=shown))
        assert turn.say[0] == kinds.Text(key="language")
        return [*turn.say[1:]]

    status = kinds.Status(number="123-456-789")
    assert on(kinds.Hello()) == [kinds.Hello()]
    assert on(kinds.Urgent(), status) == [kinds.Urgent(), status]
    (asked,) = on(ask(NEW, CONTEXT))
    assert isinstance(asked, kinds.Ask)
    assert [kind_of(say).name for say in on(status, draft=PLACED)] == ["status", "ask"]
    assert on(kinds.MyData(draft="old")) == [kinds.MyData(draft="k")]


@pytest.mark.parametrize("order", list(itertools.permutations(ACTIONS)), ids="-".join)
def test_photo_place_and_category_in_any_order_make_one_report(order: tuple[str, ...]) -> None:
    turns = day([ACTIONS[name] for name in order])
    assert [turn.file is not None for turn in turns] == [False, False, True]
    assert [said(turn) for turn in turns] == [["ask"], ["ask"], ["ticket"]]
    filed = turns[-1].file
    assert filed
    assert (filed.photos, filed.category) == ((7,), "pothole")
    assert filed.place
    assert (filed.place.point, filed.place.town, filed.place.source) == (HERE, "本町六丁目", "line")
    assert turns[-1].draft is None
    assert (turns[-1].wait, turns[-1].waits_for) == (WAIT_FOR_ROUTING, "ticket")


@pytest.mark.parametrize("order", list(itertools.permutations(ACTIONS)), ids="-".join)
def test_each_answer_asks_only_for_what_is_still_missing(order: tuple[str, ...]) -> None:
    for done, turn in enumerate(day([ACTIONS[name] for name in order])[:2], start=1):
        asked = turn.say[-1]
        assert asked.missing == [name for name in ACTIONS if name not in order[:done]]
        assert asked.draft == "k"


def test_an_answer_waits_a_moment_for_what_the_photo_may_say_of_its_place() -> None:
    turn = respond(NEW, PHOTO, CONTEXT)
    assert (turn.wait, turn.waits_for) == (WAIT_FOR_PHOTO, "photo:7")


def test_an_urgent_category_brings_the_telephone_numbers_first() -> None:
    fallen = Button("category", "k", {"category": "tree"})
    assert said(day([PHOTO, PLACE, fallen])[-1]) == ["urgent", "ticket"]


def test_danger_is_answered_at_once_and_once() -> None:
    turns = day([Words("ガスのにおいで危ない"), PHOTO, Words("倒木で危険"), PLACE])
    assert [said(turn) for turn in turns] == [["urgent", "ask"], ["ask"], ["ask"], ["ticket"]]
    assert turns[-1].file
    assert turns[-1].file.urgent


def test_a_category_named_in_words_is_shown_and_changed_with_one_tap() -> None:
    turns = day([Words("公園の前の道に穴"), PHOTO, Button("category", "k", {"category": "tree"})])
    assert [turn.say[-1].inferred for turn in turns] == [True, True, False]
    assert turns[-1].draft
    assert turns[-1].draft.category == "tree"


def test_a_ticket_made_with_a_category_from_words_says_so() -> None:
    assert day([PHOTO, PLACE, Words("穴")])[-1].say[-1] == kinds.Ticket(inferred=True)


def test_a_second_photo_before_the_place_belongs_to_the_same_report() -> None:
    turns = day([PHOTO, PhotoCame(8), PLACE, CATEGORY])
    assert [said(turn) for turn in turns] == [["ask"], ["ask"], ["ask"], ["ticket"]]
    assert turns[-1].file
    assert turns[-1].file.photos == (7, 8)


def test_a_set_of_photos_gets_one_answer_which_waits_for_the_others() -> None:
    first = PhotoCame(7, "S")
    others = [PhotoCame(number, "S", before=number - 7) for number in (8, 9)]
    turns = day([first, *others, PLACE, CATEGORY])
    assert [said(turn) for turn in turns] == [["ask"], [], [], ["ask"], ["ticket"]]
    assert (turns[0].wait, turns[0].waits_for) == (WAIT_FOR_SET, "set:S")
    assert turns[-1].file
    assert turns[-1].file.photos == (7, 8, 9)


def test_a_photo_of_a_set_that_comes_after_the_ticket_joins_its_report_silently() -> None:
    late = PhotoCame(9, "S", in_report=4, before=1)
    turn = respond(NEW, late, CONTEXT)
    kept = effects.KeepWithItsSet(report_id=4, photo_id=9)
    assert (turn.effects, turn.say, turn.file) == ((kept,), (), None)


def test_a_set_that_completes_a_report_files_it_at_once() -> None:
    turns = day([PLACE, CATEGORY, PhotoCame(7, "S")])
    assert said(turns[-1]) == ["ticket"]
    assert turns[-1].waits_for == "set:S"


def test_ten_photos_are_taken_and_the_eleventh_is_dropped_with_a_word() -> None:
    turns = day([PhotoCame(number) for number in range(1, MOST_PHOTOS + 2)])
    assert all(said(turn) == ["ask"] and not turn.drop for turn in turns[:MOST_PHOTOS])
    assert said(turns[-1]) == ["photos_full", "ask"]
    assert turns[-1].drop == (MOST_PHOTOS + 1,)
    assert turns[-1].draft
    assert turns[-1].draft.photos == tuple(range(1, MOST_PHOTOS + 1))


@pytest.mark.parametrize(
    ("in_report", "said_"), [(None, ["photos_full", "ask"]), (4, ["photos_full"])]
)
def test_of_a_set_with_too_many_photos_its_answer_says_so_or_else_the_eleventh(
    in_report: int | None, said_: list[str]
) -> None:
    full = NEW if in_report else replace(NEW, photos=tuple(range(1, 11)))
    eleventh = PhotoCame(11, "S", in_report, before=10, kept=10)
    early = respond(full, replace(eleventh, answer_waits=True), CONTEXT)
    told = effects.TellWithSet(kinds.PhotosFull(image_set="S", most=MOST_PHOTOS))
    assert (early.say, early.drop, early.effects) == ((), (11,), (told,))
    late = respond(full, eleventh, CONTEXT)
    assert (said(late), late.drop, late.effects) == (said_, (11,), ())
    twelfth = PhotoCame(12, "S", in_report, before=11, kept=10, dropped=True)
    silent = respond(full, twelfth, CONTEXT)
    assert (silent.say, silent.drop) == ((), (12,))


def test_a_photo_that_was_taken_back_leaves_room_in_its_set() -> None:
    turn = respond(NEW, PhotoCame(11, "S", 4, before=10, kept=9), CONTEXT)
    assert turn.effects == (effects.KeepWithItsSet(report_id=4, photo_id=11),)


def test_a_report_may_do_without_a_photo() -> None:
    turns = day([Button("no_photo", "k"), PLACE, CATEGORY])
    assert turns[0].say[-1].missing == ["place", "category"]
    assert said(turns[-1]) == ["ticket"]


@pytest.mark.parametrize("actions", [[], [PHOTO], [PHOTO, PLACE], [PLACE], [CATEGORY]])
@pytest.mark.parametrize("cancel", [Words("やめる"), Button("cancel", "k"), Words("cancel")])
def test_cancelling_drops_the_draft_and_its_photos(actions: list[Input], cancel: Input) -> None:
    turn = day([*actions, cancel])[-1]
    photos = tuple(action.photo_id for action in actions if isinstance(action, PhotoCame))
    assert (turn.draft, turn.drop, said(turn)) == (None, photos, ["help"])
    assert turn.say[0].key == ("cancelled" if actions else "nothing_to_cancel")


@pytest.mark.parametrize("do", ["category", "no_photo", "cancel", "place", "tidy", ""])
@pytest.mark.parametrize("draft", [NEW, PLACED])
def test_a_button_of_an_earlier_draft_changes_nothing_and_says_so(do: str, draft: Draft) -> None:
    turn = respond(draft, Button(do, "old", {"category": "tree"}), CONTEXT)
    assert (turn.draft, turn.file, turn.drop) == (draft, None, ())
    assert [turn.say[0].key, kind_of(turn.say[1]).name] == ["old_button", "ask"]


@pytest.mark.parametrize("data", [{"category": "ghost"}, {}])
def test_a_button_for_a_category_that_the_city_gave_up_asks_again(data: dict[str, str]) -> None:
    turn = respond(PLACED, Button("category", "k", data), CONTEXT)
    assert said(turn) == ["text", "ask"]
    assert turn.draft == PLACED


@pytest.mark.parametrize(
    ("words", "said_", "category"),
    [
        ("大きな穴があります", ["ask"], "pothole"),
        ("倒木です", ["urgent", "ask"], "tree"),
        ("こんにちは", ["help"], None),
        ("", ["help"], None),
    ],
)
def test_words_with_a_hint_begin_a_report_and_others_are_told_how(
    words: str, said_: list[str], category: str | None
) -> None:
    turn = respond(NEW, Words(words), CONTEXT)
    assert said(turn) == said_
    assert turn.draft
    assert turn.draft.category == category


def test_words_within_a_report_are_kept_and_name_the_category_once() -> None:
    turns = day([PLACE, Words("倒木と穴"), Words("穴です"), PHOTO])
    assert turns[-1].file
    assert turns[-1].file.words == "倒木と穴\n穴です"
    assert turns[-1].file.category == "tree"


@pytest.mark.parametrize("first", [Words("穴です"), CATEGORY])
def test_the_name_of_another_category_takes_the_place_of_the_first(first: Input) -> None:
    turn = day([first, Words("街路樹・倒木・草")])[-1]
    assert turn.draft
    assert (turn.draft.category, turn.draft.inferred) == ("tree", False)


def test_words_that_complete_a_report_file_it() -> None:
    assert said(day([PHOTO, PLACE, Words("穴")])[-1]) == ["ticket"]


def test_long_words_are_kept_whole_and_what_is_too_much_is_told_so() -> None:
    turns = day([PLACE, *[Words("長" * 5_000)] * 5])
    assert [said(turn) for turn in turns[-2:]] == [["ask"], ["text", "ask"]]
    assert turns[-1].draft
    assert [len(remark.words) for remark in turns[-1].draft.remarks] == [5_000] * 4


@pytest.mark.parametrize(
    ("words", "say"),
    [
        ("状況", kinds.Status()),
        ("status", kinds.Status()),
        ("わたしの通報", kinds.Mine()),
        ("使い方", kinds.Help(key="how")),
    ],
)
@pytest.mark.parametrize("draft", [NEW, PLACED])
def test_a_question_is_answered_and_the_draft_goes_on(
    words: str, say: dict[str, Any], draft: Draft
) -> None:
    turn = respond(draft, Words(words), CONTEXT)
    assert (turn.say, turn.draft) == ((say,), draft)


def test_a_ticket_number_asks_for_its_state_whatever_else_is_said() -> None:
    number = new_number()
    turn = respond(PLACED, Words(f"{number} の穴は?"), CONTEXT)
    assert (turn.say, turn.draft) == ((kinds.Status(number=number),), PLACED)


@pytest.mark.parametrize("do", ["status", "mine", "help"])
def test_a_button_of_the_menu_works_for_ever(do: str) -> None:
    turn = respond(PLACED, Button(do), CONTEXT)
    assert turn.draft == PLACED
    assert said(turn) == [do]


def test_the_word_for_reporting_opens_a_report() -> None:
    turn = respond(NEW, Words("通報"), CONTEXT)
    assert (said(turn), turn.draft) == (["ask"], replace(NEW, anew=True))


@pytest.mark.parametrize(("draft", "answer"), [(NEW, ["outside"]), (PLACED, ["outside", "ask"])])
def test_outside_the_city_the_draft_stays_as_it_was_and_only_a_count_is_kept(
    draft: Draft, answer: list[str]
) -> None:
    away = PlaceCame(Point(139.48, 35.70), "line", Whereabouts(False, neighbour="国分寺市"))
    turn = respond(draft, away, CONTEXT)
    assert (turn.draft, turn.outside, said(turn)) == (draft, "国分寺市", answer)


def test_without_an_outline_of_the_city_no_place_is_outside() -> None:
    nowhere = PlaceCame(Point(139.48, 35.70), "line", Whereabouts(False, has_outline=False))
    turn = respond(NEW, nowhere, CONTEXT)
    assert (turn.outside, said(turn)) == (None, ["ask"])
    assert turn.draft
    assert turn.draft.place


def test_far_outside_the_count_has_no_name() -> None:
    away = PlaceCame(Point(135.5, 34.7), "line", Whereabouts(False))
    assert respond(NEW, away, CONTEXT).outside == ""


def test_a_new_place_replaces_the_old_one() -> None:
    other = PlaceCame(Point(139.51, 35.70), "exif", INSIDE, 12.0)
    turn = day([PHOTO, PLACE, other])[-1]
    assert turn.draft
    assert turn.draft.place
    assert (turn.draft.place.source, turn.draft.place.accuracy_m) == ("exif", 12.0)


@pytest.mark.parametrize("kind", ["sticker", "video", "audio", "external", "hologram"])
@pytest.mark.parametrize("draft", [NEW, PLACED])
def test_what_cannot_be_a_report_is_answered_with_what_is_missing(kind: str, draft: Draft) -> None:
    turn = respond(draft, Unusable(kind), CONTEXT)
    assert said(turn) == ["unusable", "ask"]
    assert turn.draft == draft


def test_a_new_friend_is_greeted() -> None:
    assert said(respond(NEW, Hello(), CONTEXT)) == ["hello"]


EVERYTHING: list[Input] = [
    PHOTO,
    PhotoCame(8, "S"),
    PLACE,
    PlaceCame(Point(139.48, 35.70), "line", Whereabouts(False)),
    Words("穴"),
    Words("あの"),
    Words("通報"),
    Words("状況"),
    Words("やめる"),
    Unusable("sticker"),
    Hello(),
    *(Button(do, key, {"category": "pothole"}) for key in ("k", "old")
      for do in ("category", "no_photo", "cancel", "place", "status", "strange")),
]  # fmt: skip


@given(st.lists(st.sampled_from(EVERYTHING), max_size=12))
def test_every_action_is_answered_and_buttons_belong_to_the_draft_that_is_kept(
    actions: list[Input],
) -> None:
    for turn in day(actions):
        assert 1 <= len(turn.say) <= 5
        for asked in (say for say in turn.say if isinstance(say, kinds.Ask)):
            assert turn.draft, turn
            assert asked.draft == turn.draft.key
            assert asked.missing == turn.draft.missing


@given(st.lists(st.sampled_from(EVERYTHING), max_size=12))
def test_only_a_complete_draft_is_filed_and_it_is_filed_once(actions: list[Input]) -> None:
    for turn in day(actions):
        if turn.file:
            assert turn.file.missing == []
            assert turn.draft is None


def test_more_kinds_shows_the_same_question_with_others_to_choose_from() -> None:
    more = Button("category", "k", {"do": "category", "draft": "k", "after": "pothole"})
    turn = respond(replace(PLACED, photos=(7,)), more, CONTEXT)
    assert (turn.say[0].after, turn.say[0].missing, turn.draft) == (
        "pothole", ["category"], replace(PLACED, photos=(7,)),
    )  # fmt: skip


def test_more_kinds_of_an_old_draft_is_an_old_button() -> None:
    more = Button("category", "old", {"do": "category", "draft": "old", "after": "pothole"})
    told = respond(PLACED, more, CONTEXT).say
    assert [kind_of(say).name for say in told] == ["text", "ask"]


TALK = [
    ("ありがとうございました", "text"),
    ("ご対応ありがとうございます!助かります😊", "text"),
    ("Thanks!", "text"),
    ("いつ直りますか?", "status"),
    ("いつ なおりますか", "status"),
    ("まだ?", "status"),
    ("When will it be fixed?", "status"),
    ("電話で話したい", "contact"),
    ("受付時間を教えてください", "contact"),
    ("ゴミの日はいつですか", "contact"),
    ("住民票を取りたい", "contact"),
    ("こんにちは", "help"),
    ("Hello!", "help"),
    ("お世話になっております。迅速なご対応、ありがとうございます", "text"),
    ("ありがと〜", "text"),
    ("番号なくしました", "mine"),
    ("I forgot my ticket number", "mine"),
    ("写真の送り方が分かりません", "help"),
    ("How do I send a photo?", "help"),
    ("その後いかがでしょうか", "status"),
    ("Has anyone looked at it?", "status"),
]


@pytest.mark.parametrize(("words", "answer"), TALK)
def test_thanks_questions_and_other_matters_have_a_short_answer(words: str, answer: str) -> None:
    turn = respond(NEW, Words(words, "m"), CONTEXT)
    assert (said(turn), turn.draft, turn.effects) == ([answer], NEW, ())
    begun = respond(PLACED, Words(words, "m"), CONTEXT)
    assert begun.draft == PLACED
    assert said(begun)[0] == answer


@pytest.mark.parametrize("words", ["通報を取り消したいです", "please cancel my report"])
def test_who_wants_to_take_it_back_is_shown_the_button(words: str) -> None:
    assert said(respond(NEW, Words(words, "m"), CONTEXT)) == ["status"]
    assert said(respond(PLACED, Words(words, "m"), CONTEXT)) == ["ask"]


def test_who_adds_to_a_ticket_may_ask_for_its_number_as_the_card_writes_it() -> None:
    draft = replace(NEW, onto=Onto(1, 2, "add"))
    number = new_number()
    for words in (
        f"番号(ばんごう) {number}", f"受付番号は{number}です", f"No.{number}", f"Ticket {number}",
        f"受付番号 {number} の状況を教えてください", f"What's the status of ticket {number}?",
    ):  # fmt: skip
        assert said(respond(draft, Words(words, "m"), CONTEXT))[0] == "status", words
    for words in (f"{number} の穴が大きくなりました", f"ticket {number} is worse"):
        assert said(respond(draft, Words(words, "m"), CONTEXT)) == ["added"], words


REPORTS = [
    "ボタンを押しても青にならない信号の横の穴",
    "ありがとう。穴がもう一つあります",
    "いつ頃からか穴があります",
    "年金事務所の前の穴",
    "電話ボックスの前の穴",
]


@pytest.mark.parametrize("words", REPORTS)
def test_words_that_tell_of_a_problem_are_a_report(words: str) -> None:
    assert said(respond(NEW, Words(words, "m"), CONTEXT)) == ["ask"]


@pytest.mark.parametrize(
    "words",
    ["991-611-303", "受付番号 99161130 です", "９９１ー６１１ー３０３", "9916113020 はどう?"],
)
def test_a_wrong_number_is_told_so_and_is_no_remark(words: str) -> None:
    turn = respond(NEW, Words(words, "m"), CONTEXT)
    assert said(turn) == ["status"]
    assert turn.draft == NEW


def test_a_wrong_number_alone_is_no_remark_of_a_report_that_is_begun() -> None:
    turn = respond(PLACED, Words("991-611-303", "m"), CONTEXT)
    assert (said(turn), turn.draft) == (["status"], PLACED)


def test_a_written_point_is_asked_back() -> None:
    written = Place(HERE, "written", 5.0, "本町六丁目", message_id="m")
    turn = respond(NEW, Words("", "m", place=written), CONTEXT)
    (asked,) = turn.say
    assert isinstance(asked, kinds.Ask)
    assert (asked.typed, asked.written) == (written.names, True)
    taken = respond(turn.draft or NEW, Button("typed_place", "k"), CONTEXT)
    assert taken.draft
    assert taken.draft.place == written


@pytest.mark.parametrize(("draft", "answers"), [(NEW, ["help"]), (PLACED, ["text", "ask"])])
def test_a_link_that_nobody_can_read_is_told_so(draft: Draft, answers: list[str]) -> None:
    turn = respond(draft, Words("https://maps.app.goo.gl/AbCdEf", "m"), CONTEXT)
    assert said(turn) == answers


def test_a_link_that_nobody_can_read_beside_a_report_is_told_so_too() -> None:
    turn = respond(NEW, Words("穴です https://maps.app.goo.gl/AbCdEf", "m"), CONTEXT)
    assert said(turn) == ["text", "ask"]


def test_who_insists_is_asked_for_the_place_once_more_and_it_is_taken() -> None:
    away = PlaceCame(HERE, "line", Whereabouts(False, neighbour="国分寺市"))
    (refused,) = respond(NEW, away, CONTEXT).say
    assert isinstance(refused, kinds.Outside)
    assert refused.draft == "k"
    turn = respond(NEW, Button("anyway", "k"), CONTEXT)
    assert said(turn) == ["text", "ask"]
    taken = respond(turn.draft or NEW, away, CONTEXT)
    assert taken.outside is None
    assert taken.draft
    assert taken.draft.place
