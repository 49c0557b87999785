"""What people say that is neither an order nor a report, in any language. Pure."""

from enum import StrEnum
from typing import Final

from bot.wording import COURTESY, as_spoken, as_written, command_in, evened, languages, phrases


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


def talk_in(words: str) -> Talk | None:
    """What these words are about, where they are neither an order nor a report: thanks or a
    greeting and nothing else, or words that hold a phrase of one of the others, in any language.
    As with a kind's hints, of a long story only the beginning is looked at."""
    plain = evened(words[:_MOST_LETTERS])
    close = "".join(plain.split())
    for talk in (Talk.THANKS, Talk.GREETING):
        if _is_only(talk, plain):
            return talk
    if any(as_spoken(words) in map(as_written, one.alone) for one in languages().values()):
        return Talk.WHEN
    others = (talk for talk in Talk if talk not in (Talk.THANKS, Talk.GREETING))
    found = (talk for talk in others if phrases(talk).search(plain) or phrases(talk).search(close))
    return next(found, None)


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
