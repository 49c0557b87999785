"""Words that ask for something instead of reporting it: a number, a language, a command. Pure."""

from bot.small_talk import asks_for_a_number
from bot.wording import command_in, language_in
from reports.tickets.numbers import mistyped_in, number_in, without_number


def number_asked_for(words: str, *, adding: bool) -> str | None:
    """The ticket number in them, where they are about how that ticket stands; also a wrong one, of
    which they are to be told so.

    Whoever is `adding` to a ticket or answers a question may name it in what they say.
    """
    number = number_in(words)
    typed = number or mistyped_in(words)
    rest = without_number(words) if typed and (adding or not number) else ""
    return typed if not rest or asks_for_a_number(rest) else None


def is_order(words: str, *, adding: bool) -> bool:
    """Whether nothing of a report is in them."""
    asked = number_asked_for(words, adding=adding) or language_in(words)
    return bool(asked or command_in(words))
