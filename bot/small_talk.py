"""What people say that is neither an order nor a report, in any language. Pure."""

from enum import StrEnum
from functools import lru_cache
from typing import Final

from bot.wording import COURTESY, as_spoken, command_in, evened, phrases, said_alone


class Talk(StrEnum):
    """What people say that is neither an order nor a report."""

    THANKS = "thanks"
    GREETING = "greeting"
    WHEN = "when"
    CALL = "call"
    OTHER = "other"
    NUMBER = "lost_number"
    WITHDRAW = "withdraw"
    HOW = "how"


@lru_cache(maxsize=8)
def talk_in(words: str) -> Talk | None:
    """What these words are about, where they are neither an order nor a report: thanks or a
    greeting and nothing else, or words that hold a phrase of one of the others, in any language.
    As with a kind's hints, of a long story only the beginning is looked at. Asked twice of what
    one person says."""
    plain = evened(words[:_MOST_LETTERS])
    ways = dict.fromkeys((plain, "".join(plain.split())))
    for talk in (Talk.THANKS, Talk.GREETING):
        if _is_only(talk, plain):
            return talk
    if as_spoken(words) in said_alone("when_alone"):
        return Talk.WHEN
    others = (talk for talk in Talk if talk not in (Talk.THANKS, Talk.GREETING))
    return next((talk for talk in others if any(map(phrases(talk).search, ways))), None)


def asks_for_a_number(words: str) -> bool:
    """Whether these words, which stand around a ticket number, say no more than that it is one or
    that its state is wanted (「受付番号は…です」, "what is the status of …")."""
    return command_in(words) is not None or _is_only("number", evened(words))


def _is_only(about: str, plain: str) -> bool:
    """Whether this is said, and nothing else but what stands around it and courtesy."""
    more, found = phrases(about).subn(" ", plain)
    more = phrases(f"around_{about}", *COURTESY).sub(" ", more)
    return found > 0 and not any(map(str.isalnum, more))


_MOST_LETTERS: Final = 1_000
