"""What one or more residents do in one matter, in one thread, so that no other has a say in it."""

from collections.abc import Iterator, Sequence
from typing import Any, ClassVar, Final

import httpx

from local.day.cast import Story
from local.day.phone import NoAnswer
from local.day.residents import Resident
from local.day.town import Books, Row, Town
from local.day.verdict import Verdict, judge


class Tale:
    """Played first, judged when the whole day is quiet. `parts` names what each resident does."""

    parts: ClassVar[tuple[str, ...]] = ("",)

    def __init__(self, town: Town, stories: Sequence[Story]) -> None:
        self.town = town
        self.residents = [Resident(town.line, story) for story in stories]
        self._trouble: list[str] = []

    def perform(self) -> None:
        """Play it to its end; whatever went wrong is noted, not raised."""
        try:
            self.play()
        except (NoAnswer, httpx.HTTPError) as wrong:
            self._trouble.append(f"{type(wrong).__name__}: {wrong}")

    def judge(self, books: Books) -> list[Verdict]:
        """A verdict for each resident; what concerns them all stands with the first."""
        for resident in self.residents:
            resident.phone.look()
        verdicts = [judge(resident, books) for resident in self.residents]
        for verdict, part in zip(verdicts, self.parts, strict=True):
            verdict.row["part"] = part
        verdicts[0].wrong += self._trouble or self.wrongs(books)
        return verdicts

    def until_photos_are_in(self) -> None:
        """Wait until every photo of these residents and their tickets is kept. Raises NoAnswer."""
        number = next((one.number for one in self.residents if one.number), None)
        people = [resident.phone.user_id for resident in self.residents]
        self.town.books.until(_PHOTOS_ARE_IN, "the photos", people=people, number=number)

    def play(self) -> None:
        """What they do, one after another. Raises NoAnswer."""
        raise NotImplementedError

    def wrongs(self, books: Books) -> Iterator[str]:
        """What is wrong beyond the single reports."""
        yield from ()


class Alone(Tale):
    """A report by somebody who meets nobody else's."""

    def play(self) -> None:
        self.residents[0].report()


def history(books: Books, number: str | None, *what: str) -> list[Row]:
    """The lines of a ticket's history of these kinds, oldest first."""
    return books.rows(_HISTORY, number=number, what=list(what))


def ticket(books: Books, number: str | None) -> dict[str, Any]:
    """The ticket's own row; an empty one where there is none."""
    found = books.rows("SELECT * FROM tickets WHERE number = %(number)s", number=number)
    return found[0] if found else {}


_PHOTOS_ARE_IN: Final = """
    SELECT 1 WHERE NOT EXISTS (
        SELECT FROM photos p LEFT JOIN residents u ON u.id = p.resident_id
        LEFT JOIN tickets t ON t.id = p.ticket_id
        WHERE p.state = 'waiting' AND (u.line_user_id = ANY(%(people)s) OR t.number = %(number)s))
"""
_HISTORY: Final = """
    SELECT h.* FROM history h JOIN tickets t ON t.id = h.ticket_id
    WHERE t.number = %(number)s AND h.what = ANY(%(what)s) ORDER BY h.id
"""
