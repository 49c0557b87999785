"""However much one person sends, others who come later are heard after a few events of theirs."""

import itertools

import pytest
from townsfolk import ALEX, HARUKA, arrive, event, hear, rows, said, value, words

from bot import inbox
from bot.hearing import EARS, MOST_IN_A_TURN, hear_everything

pytestmark = pytest.mark.usefixtures("database_url")

MANY = 40
HEARD_BEFORE = """
    SELECT count(*) FROM inbox WHERE person = :other AND done_at <
        (SELECT min(done_at) FROM inbox WHERE person = :who)
"""
"""Of somebody else's events, those that were heard before the first of this person's."""


def heard_before(who: str, other: str = HARUKA) -> int:
    found: int = value(HEARD_BEFORE, who=who, other=other)
    return found


def crowd(size: int) -> list[str]:
    return [f"U{number:032x}" for number in range(0x100, 0x100 + size)]


def test_in_one_body_the_last_is_heard_after_one_turn_of_the_one_who_sent_most() -> None:
    hear(*[words("状況") for _ in range(MANY)], words("状況", ALEX))
    assert heard_before(ALEX) <= MOST_IN_A_TURN
    assert (len(said()), len(said(ALEX))) == (MANY, 1)


def test_who_comes_while_another_is_heard_out_waits_for_one_turn_at_most() -> None:
    arrive(*[words("状況") for _ in range(MANY)])
    asked = itertools.count()

    def somebody_comes() -> bool:
        """Asked before each commit, the first of which comes next."""
        if next(asked) == 2:
            arrive(words("状況", ALEX))
        return False

    hear_everything(somebody_comes)
    hear_everything()
    assert heard_before(ALEX) <= 2 * MOST_IN_A_TURN
    assert (len(said()), len(said(ALEX))) == (MANY, 1)


def test_people_beside_somebody_who_sends_much_are_heard_between() -> None:
    """Also where one ear listens to several of them."""
    others = crowd(4 * EARS)
    hear(*[words("状況") for _ in range(MANY)], *[words("状況", who) for who in others])
    assert all(heard_before(who) <= MOST_IN_A_TURN for who in others)


def test_when_more_people_send_much_than_are_looked_at_together_the_others_have_their_turn(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(inbox, "MOST_PEOPLE", 3)
    many = crowd(7)
    arrive(*[words("状況", who) for who in many for _ in range(3 * MOST_IN_A_TURN)])
    late = "U" + "f" * 32
    hear(words("状況", late))
    assert all(heard_before(late, who) <= MOST_IN_A_TURN for who in many)
    assert value("SELECT count(*) FROM inbox WHERE done_at IS NULL") == 0
    assert all(len(said(who)) == 3 * MOST_IN_A_TURN for who in many)


def test_what_nobody_has_sent_is_heard_as_well() -> None:
    nobodys = [event() | {"source": None} for _ in range(2 * MOST_IN_A_TURN)]
    assert hear(*nobodys, words("状況", ALEX)) == 2 * MOST_IN_A_TURN + 1


def test_each_persons_own_order_stays() -> None:
    sent = [words(f"穴{number}") for number in range(3 * MOST_IN_A_TURN)]
    arrive(*reversed(sent))
    hear(words("状況", ALEX))
    answered = rows(
        "SELECT reply_token FROM messages WHERE recipient = :who ORDER BY id", who=HARUKA
    )
    assert [token for (token,) in answered] == [one["replyToken"] for one in sent]
