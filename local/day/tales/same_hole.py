"""A second and a third resident at a hole that is reported: one says the same, one another. Staff
release the first one's photo in between, so that only the third sees it."""

from collections.abc import Iterator
from typing import Final

from local.day.residents import Resident
from local.day.spoken import pictures_in
from local.day.tales.tale import Tale, history, ticket
from local.day.town import Books


def join(resident: Resident, first: Resident) -> None:
    """Report what was reported already, and press 「同じです」. Raises NoAnswer."""
    resident.tell()
    resident.joined = first
    resident.tap("button.same")
    resident.until_number("card.joined")


class SameHole(Tale):
    """The second follows, with photo and words; the third has a ticket of their own."""

    parts = ("同じ場所の最初", "「同じです」", "「ちがいます」")

    def play(self) -> None:
        first, same, other = self.residents
        first.report()
        self.until_photos_are_in()
        join(same, first)
        self._release_the_photo_of(first)
        other.tell()
        other.tap("button.differs")
        other.until_number("card.received")

    def _release_the_photo_of(self, resident: Resident) -> None:
        number, books = resident.number, self.town.books
        (photo,) = books.rows(_PHOTO, user=resident.phone.user_id)
        page = f"/staff/tickets/{number}/photos/{photo['id']}"
        self.town.staff.send(page, f"{page}/patches", patches="[]", do="release")
        books.until(_IS_RELEASED, "the copy for strangers", **photo)

    def wrongs(self, books: Books) -> Iterator[str]:
        first, same, other = self.residents
        yield from _trouble_with_question(same, first, pictures=0)
        yield from _trouble_with_question(other, first, pictures=1)
        if same.number != first.number:
            yield f"who said the same got {same.number} instead of {first.number}"
        if not same.cards("card.joined", same.say("card.others", count=1)):
            yield "who said the same was not told that one other waits"
        if other.number in (first.number, None):
            yield "who said that it is another has no ticket of their own"
        yield from _trouble_with_ticket(books, first)
        differs = books.rows(_DIFFERS, user=other.phone.user_id)
        if differs != [{"differs_from": [ticket(books, first.number).get("id")]}]:
            yield "it is not kept which ticket is another one"


def _trouble_with_question(resident: Resident, first: Resident, *, pictures: int) -> Iterator[str]:
    if not resident.read("same_hole.question"):
        yield f"{resident.story.name} was not asked whether it is the same"
    shown = resident.cards("button.same", first.number or "")
    if len(shown) != 1 or len(pictures_in(shown)) != pictures:
        yield f"{resident.story.name} did not see the first one's ticket with {pictures} photos"


def _trouble_with_ticket(books: Books, first: Resident) -> Iterator[str]:
    (held,) = books.rows(_HELD, number=first.number)
    if held != {"reports": 2, "followers": 2, "photos": 2}:
        yield f"the ticket of both holds {held}"
    joined = history(books, first.number, "joined")
    if len(joined) != 1 or joined[0]["details"] != {"photos": 1, "words": True}:
        yield f"its history tells {len(joined)} times that somebody joined"


_PHOTO: Final = """
    SELECT p.id FROM photos p JOIN residents u ON u.id = p.resident_id
    WHERE u.line_user_id = %(user)s ORDER BY p.id LIMIT 1
"""
_IS_RELEASED: Final = "SELECT FROM photos WHERE id = %(id)s AND public_at IS NOT NULL"
_HELD: Final = """
    SELECT (SELECT count(*) FROM reports r WHERE r.ticket_id = t.id) AS reports,
           (SELECT count(*) FROM followers f WHERE f.ticket_id = t.id) AS followers,
           (SELECT count(*) FROM photos p JOIN reports r ON r.id = p.report_id
            WHERE r.ticket_id = t.id AND p.state = 'stored') AS photos
    FROM tickets t WHERE t.number = %(number)s
"""
_DIFFERS: Final = """
    SELECT differs_from FROM reports r JOIN residents u ON u.id = r.resident_id
    WHERE u.line_user_id = %(user)s
"""
