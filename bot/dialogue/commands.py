"""Words that ask for something instead of reporting it: a number, a language, a command. Pure."""

from bot.wording import command_in, language_in
from reports.tickets.numbers import number_in, without_number


def number_asked_for(words: str, *, adding: bool) -> str | None:
    """The ticket number in them, where they are about how that ticket stands.

    Whoever is `adding` to a ticket or answers a question may name it in what they say.
    """
    number = number_in(words)
    rest = without_number(words) if number and adding else ""
    return number if not rest or command_in(rest) else None


def is_order(words: str, *, adding: bool) -> bool:
    """Whether nothing of a report is in them."""
    asked = number_asked_for(words, adding=adding) or language_in(words)
    return bool(asked or command_in(words))
