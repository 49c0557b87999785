"""What residents send soon after their ticket: more words, a photo, a better place, a quotation."""

from collections.abc import Iterator
from typing import Final

from local.day.sample_map import beside
from local.day.tales.tale import Tale, history, ticket
from local.day.town import Books

MORE: Final = {
    "ja": "あと、電柱の横です",
    "easy_ja": "でんちゅうの 横です",
    "en": "It is next to the pole",
}
"""They name no kind and no town."""
WRONG_PLACE: Final = {"ja": "場所がちがいました", "en": "Wrong place"}
ANOTHER_KIND: Final = {"ja": "カーブミラーも割れています", "en": "The mirror is broken too"}
"""Alone, they would begin a report."""
CORRECTED_M: Final = 12.0


class MoreAboutIt(Tale):
    """A photo soon after the ticket is kept with it and asked about; words follow."""

    parts = ("あとから写真とことば",)

    def play(self) -> None:
        (resident,) = self.residents
        resident.report()
        resident.send_another()
        resident.photos += 1
        resident.phone.until_answered()
        resident.tap("button.add_to")
        resident.adds(MORE[resident.story.language])
        resident.tap("button.done")

    def wrongs(self, books: Books) -> Iterator[str]:
        (resident,) = self.residents
        if not resident.read("add.in_doubt"):
            yield "was not asked whether the photo is for that ticket"
        added = history(books, resident.number, "added")
        photos = sum(len(line["details"].get("photo_ids", ())) for line in added)
        words = sum(len(line["details"].get("remark_ids", ())) for line in added)
        if (photos, words) != (1, 1):
            yield f"the history tells of {photos} photos and {words} words added"


class CorrectedPin(Tale):
    """A better place sent for the ticket; staff move the ticket there by one button."""

    parts = ("場所を直す",)

    def play(self) -> None:
        (resident,) = self.residents
        resident.report()
        resident.adds(WRONG_PLACE[resident.story.language])
        resident.stands_at = beside(resident.story.spot, CORRECTED_M)
        resident.phone.send_place(resident.stands_at)
        resident.phone.until_answered()
        self.town.staff.take_told_place(resident.number or "")

    def wrongs(self, books: Books) -> Iterator[str]:
        (resident,) = self.residents
        places = [line["details"].get("place") for line in history(books, resident.number, "added")]
        if len([place for place in places if place]) != 1:
            yield f"the history tells of the places {places}"
        if len(history(books, resident.number, "relocated")) != 1:
            yield "staff did not move the ticket there"


class QuotedCard(Tale):
    """Words that quote the ticket's card go to it unasked, though they name another kind."""

    parts = ("カードに返信",)

    def play(self) -> None:
        (resident,) = self.residents
        resident.report()
        card = resident.cards("card.received")[-1]
        resident.adds(ANOTHER_KIND[resident.story.language], quotes=card)

    def wrongs(self, books: Books) -> Iterator[str]:
        (resident,) = self.residents
        if resident.read("add.in_doubt") or not resident.read("add.added"):
            yield "was asked which ticket is meant, or not told that it has the words"
        if len(history(books, resident.number, "added")) != 1:
            yield "the history does not tell of the words"


class OnTheBorder(Tale):
    """A place that a phone put some metres beyond the outline is the city's, and staff see it."""

    parts = ("市の境のすぐ外",)

    def play(self) -> None:
        (resident,) = self.residents
        resident.report()
        self.page = self.town.staff.page_of(resident.number or "")

    def wrongs(self, books: Books) -> Iterator[str]:
        if "市の境" not in self.page:
            yield "the desk does not say that it lies beyond the border"
        if ticket(books, self.residents[0].number).get("department_id") is None:
            yield "nobody works on it"
