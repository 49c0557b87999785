"""A crew mends a hole; one resident says 「まだです」; after the second work another is content."""

from collections.abc import Iterator
from typing import Final

from local.day.residents import Resident
from local.day.snapshots import Picture, jpeg
from local.day.spoken import pictures_in
from local.day.tales.same_hole import join
from local.day.tales.tale import Tale, history, ticket
from local.day.town import Books

STARS: Final = 5
_STATUS: Final = "状況"
_OF_WORK: Final = 8192
"""From here on the photos' numbers are those of works."""


class Repair(Tale):
    """Both hear of every repair; who said 「まだです」 sends a photo; the other one rates once."""

    parts = ("「まだです」", "「直りました」")

    def play(self) -> None:
        first, other = self.residents
        first.report()
        join(other, first)
        self._mend(1)
        self._not_mended(first)
        other.until_told("reopened")
        self._mend(2)
        other.tap("button.mended")
        star = other.tap(f"rate.{STARS}")
        other.phone.press_again(star)
        other.phone.until_answered()
        self.until_photos_are_in()
        for resident in self.residents:
            resident.phone.say(_STATUS)
            resident.phone.until_answered()

    def _mend(self, time: int) -> None:
        first = self.residents[0]
        done = jpeg(Picture(), first.story.spot, _OF_WORK + 4 * first.story.number + time)
        self.town.crew.move(first.number or "", "fixed", photo=done)
        for resident in self.residents:
            resident.until_told("fixed", time)

    def _not_mended(self, resident: Resident) -> None:
        resident.tap("button.not_mended")
        resident.send_another()
        resident.photos += 1
        resident.phone.until_answered()
        resident.tap("button.done")

    def wrongs(self, books: Books) -> Iterator[str]:
        first, other = self.residents
        moves = [line["to_status"] for line in history(books, first.number, "moved")]
        if moves != ["fixed", "reopened", "fixed"]:
            yield f"the ticket went {moves}"
        added = history(books, first.number, "added")
        if [len(line["details"].get("photo_ids", ())) for line in added] != [1]:
            yield "the photo of what is not mended is not told of once"
        if not first.read("add.ask_reopened") or not first.read("add.added"):
            yield "who said that it is not mended was not asked for a photo, or not thanked"
        works = books.rows(_WORKS, ticket=ticket(books, first.number).get("id"))
        if len(works) != 2:
            yield f"{len(works)} photos of the work instead of 2"
        for resident in self.residents:
            shown = pictures_in(resident.cards("card.now", resident.say("status.fixed"))[-1])
            if len(shown) != 2:
                yield f"{resident.story.name} sees {len(shown)} pictures instead of two in the end"
        yield from _trouble_with_opinion(books, other)


def _trouble_with_opinion(books: Books, resident: Resident) -> Iterator[str]:
    (opinion,) = books.rows(_OPINION, user=resident.phone.user_id)
    if opinion != {"rating": STARS, "confirmed": True}:
        yield f"the opinion is kept as {opinion}"
    stars = [line["details"] for line in history(books, resident.number, "rated")]
    if stars != [{"stars": STARS}]:
        yield f"the history tells of the ratings {stars}"
    for key in ("rate.question", "about.rated", "about.rated_before"):
        if not resident.read(key):
            yield f"who is content did not read “{key}”"


_WORKS: Final = "SELECT id FROM photos WHERE ticket_id = %(ticket)s AND state = 'stored'"
_OPINION: Final = """
    SELECT f.rating, f.confirmed_at IS NOT NULL AS confirmed
    FROM followers f JOIN residents u ON u.id = f.resident_id WHERE u.line_user_id = %(user)s
"""
