"""After the ticket: adding, asking, following, muting, withdrawing; all from its card."""

import pytest
from neighbours import Neighbour, Office, Row, Town, jpeg, quiet_spot

from local.day.spoken import words

HISTORY = """
    SELECT h.* FROM history h JOIN tickets t ON t.id = h.ticket_id WHERE number = %s ORDER BY h.id
"""
PHOTOS = """
    SELECT count(*) FROM photos p JOIN reports r ON r.id = p.report_id
    JOIN tickets t ON t.id = r.ticket_id WHERE t.number = %s
"""
QUESTION = "道路のどちら側ですか。"


def status_of(town: Town, number: str) -> str:
    return str(town.rows("SELECT status FROM tickets WHERE number = %s", number)[0]["status"])


def lines(town: Town, number: str, what: str) -> list[Row]:
    return [line for line in town.rows(HISTORY, number) if line["what"] == what]


@pytest.mark.long
def test_photos_and_words_are_added_to_a_ticket_from_its_card(
    town: Town, haruka: Neighbour
) -> None:
    number = haruka.reports_at_once()
    asked = haruka.answered(lambda: haruka.taps("写真・ことばを追加"))
    assert f"受付番号 {number} に加える写真やことば" in asked
    added = haruka.answered(lambda: haruka.sends_photos(jpeg(), jpeg()))
    assert f"写真2枚を、受付番号 {number} に加えました" in added
    assert "写真2枚・ことば" in haruka.answered(lambda: haruka.says("雨の日は水がたまります"))
    haruka.answered(lambda: haruka.taps("終わる"))
    assert town.rows(PHOTOS, number) == [{"count": 3}]
    assert len(lines(town, number, "added")) == 1
    assert "新しい通報ですか" in haruka.answered(lambda: haruka.sends_photos(jpeg()))


PLACE = "SELECT details -> 'place' AS place FROM history JOIN tickets t ON t.id = ticket_id"


@pytest.mark.long
def test_what_comes_soon_after_a_ticket_is_kept_with_it_or_becomes_a_report(
    town: Town, haruka: Neighbour, staff: Office
) -> None:
    spot = quiet_spot()
    number = haruka.reports_at_once(spot)
    assert f"受付番号 {number} に加えました" in haruka.answered(
        lambda: haruka.says("あと、電柱の横です")
    )
    haruka.answered(lambda: haruka.taps("終わる"))
    assert "場所を受け取りました" in haruka.answered(
        lambda: haruka.says(f"{spot[1] + 0.0003:.6f}, {spot[0]:.6f}")
    )
    page = staff.page(f"/staff/tickets/{number}")
    assert "北へ約 33\N{NO-BREAK SPACE}m" in page
    assert "この場所に移す" in page
    assert "新しい通報ですか" in haruka.answered(lambda: haruka.sends_photos(jpeg()))
    assert "✓ 写真 1枚" in haruka.answered(lambda: haruka.taps("新しい通報です"))
    assert town.rows(PHOTOS, number) == [{"count": 1}]
    assert town.rows(f"{PLACE} WHERE number = %s AND what = 'added'", number) == [{"place": None}]


@pytest.mark.long
def test_who_quotes_a_card_has_said_which_ticket_they_mean(town: Town, haruka: Neighbour) -> None:
    first = haruka.reports_at_once()
    card = haruka.heard()[-1]
    second = haruka.reports_at_once(spoken="ミラー")
    assert first in haruka.answered(lambda: haruka.says("まだ?", about=card))
    assert f"受付番号 {first} に加えました" in haruka.answered(
        lambda: haruka.says("右側です", about=card)
    )
    assert second not in haruka.reads(-1)


@pytest.mark.long
def test_a_question_from_staff_is_answered_by_the_next_photo_and_words(
    town: Town, haruka: Neighbour, staff: Office
) -> None:
    number = haruka.reports_at_once()
    asked = haruka.answered(lambda: staff.ask(number, QUESTION))
    assert QUESTION in asked
    assert number in asked
    told = haruka.answered(lambda: haruka.sends_photos(jpeg()))
    assert f"受付番号 {number} の質問への返事として" in told
    haruka.answered(lambda: haruka.says("北側です"))
    (answer,) = lines(town, number, "answered")
    assert answer["note"] == "北側です"
    assert town.rows(PHOTOS, number) == [{"count": 2}]
    assert town.rows("SELECT asked_at FROM tickets WHERE number = %s", number) == [
        {"asked_at": None}
    ]


@pytest.mark.long
def test_what_was_no_answer_is_taken_out_again_and_the_question_stays(
    town: Town, haruka: Neighbour, staff: Office
) -> None:
    number = haruka.reports_at_once()
    haruka.answered(lambda: staff.ask(number, QUESTION))
    haruka.answered(lambda: haruka.sends_photos(jpeg()))
    asked = haruka.answered(lambda: haruka.taps("新しい通報です"))
    assert "✓ 写真 1枚" in asked
    assert town.rows(PHOTOS, number) == [{"count": 1}]
    assert lines(town, number, "answered") == []
    haruka.answered(lambda: haruka.says("やめる"))
    told = haruka.answered(lambda: haruka.says("北側です"))
    assert f"受付番号 {number} の質問への返事として" in told


@pytest.mark.long
def test_a_neighbour_follows_by_number_and_a_muted_one_hears_nothing(
    town: Town, haruka: Neighbour, alex: Neighbour, staff: Office
) -> None:
    number = haruka.reports_at_once()
    assert words("en", "button.follow") in alex.answered(lambda: alex.says(number))
    followed = alex.answered(lambda: alex.taps(words("en", "button.follow")))
    assert words("en", "about.followed", number=number) in followed
    haruka.answered(lambda: haruka.says("状況"))
    muted = haruka.answered(lambda: haruka.taps("通知を止める"))
    assert words("ja", "about.muted", number=number) in muted
    silent = len(haruka.heard())
    told = alex.answered(lambda: staff.move(number, "scheduled"))
    assert words("en", "status.scheduled") in told
    assert town.sent(haruka.user_id) == []
    haruka.answered(lambda: haruka.taps("通知を受け取る"))
    haruka.answered(lambda: staff.move(number, "fixed"))
    assert len(haruka.heard()) == silent + 2


@pytest.mark.long
def test_mine_shows_the_last_tickets_side_by_side(town: Town, haruka: Neighbour) -> None:
    numbers = [haruka.reports_at_once(spoken=kind) for kind in ("穴", "ミラー")]
    shown = haruka.answered(lambda: haruka.says("わたしの通報"))
    carousel = haruka.card()["contents"]
    assert carousel["type"] == "carousel"
    assert len(carousel["contents"]) == 2
    assert shown.index(numbers[1]) < shown.index(numbers[0])
    card = haruka.answered(lambda: haruka.taps("状況を見る"))
    assert f"{numbers[1]}" in card
    assert words("ja", "history.filed") in card


@pytest.mark.long
def test_withdrawing_ends_a_ticket_of_ones_own_and_leaves_one_to_others(
    town: Town, haruka: Neighbour, alex: Neighbour
) -> None:
    alone, shared = (haruka.reports_at_once(spoken=kind) for kind in ("穴", "ミラー"))
    alex.answered(lambda: alex.says(shared))
    alex.answered(lambda: alex.taps(words("en", "button.follow")))
    for number, told in ((alone, "about.withdrawn"), (shared, "about.left_to_others")):
        haruka.answered(lambda number=number: haruka.says(number))
        sure = haruka.answered(lambda: haruka.taps("取り下げる"))
        assert words("ja", "sure.withdraw", number=number) in sure
        assert status_of(town, number) == "received"
        said = haruka.answered(lambda: haruka.taps("取り下げる"))
        assert words("ja", told, number=number) in said
    assert (status_of(town, alone), status_of(town, shared)) == ("declined", "received")
    refused = alex.answered(lambda: alex.presses(f"do=withdraw_yes&number={shared}"))
    assert words("en", "about.not_yours", number=shared) in refused
    assert status_of(town, shared) == "received"


@pytest.mark.long
def test_a_merged_ticket_goes_on_under_the_others_number(
    town: Town, haruka: Neighbour, alex: Neighbour, staff: Office
) -> None:
    number, into = haruka.reports_at_once(), alex.reports_at_once(spoken="pothole")
    staff.merge(number, into)
    shown = haruka.answered(lambda: haruka.says(number))
    assert words("ja", "card.merged", into=into) in shown
    on_the_other = haruka.answered(lambda: haruka.taps(f"{into} を見る"))
    assert words("ja", "status.received") in on_the_other
    heard = len(alex.heard())
    assert into in haruka.answered(lambda: staff.move(into, "scheduled"))
    assert into in "".join(alex.hears(heard + 1)[heard:])
    assert status_of(town, number) == "merged"
