"""Messages that their sender takes back: nothing of them stays, wherever it went."""

from collections.abc import Iterator
from typing import Final, LiteralString

from local.day.spoken import pictures_in
from local.day.tales.tale import Tale, history
from local.day.town import Books


class TakenBackAtOnce(Tale):
    """A photo taken back before the report is complete; another one takes its place."""

    parts = ("写真を取り消し",)

    def play(self) -> None:
        (resident,) = self.residents
        resident.send_photos()
        resident.phone.until_answered()
        self.photo = resident.phone.acts[-1].messages[0]
        self.files = _files_of(self.town.books, self.photo)
        _take_back(self, self.photo, _REMOVED)
        resident.do("place")
        resident.phone.until_answered()
        self.asked_again = resident.say("ask.photo") in resident.phone.read()[-1]
        resident.send_another()
        resident.phone.until_answered()
        resident.do("category")
        resident.until_number("card.received")

    def wrongs(self, books: Books) -> Iterator[str]:
        if not self.asked_again:
            yield "was not asked for a photo in place of the one taken back"
        yield from _trouble_with_photo(books, self.photo, self.files)
        if history(books, self.residents[0].number, "unsent"):
            yield "the history tells of a photo that the ticket never had"


class TakenBackLater(Tale):
    """Photo and words taken back when the ticket is there; it goes on without them."""

    parts = ("写真とことばを取り消し",)

    def play(self) -> None:
        (resident,) = self.residents
        resident.report()
        sent = dict(zip(resident.story.order, resident.phone.acts, strict=True))
        self.photo, self.said = sent["photo"].messages[0], sent["words"].messages[0]
        self.files = _files_of(self.town.books, self.photo)
        resident.tap("button.status")
        resident.gone.update(
            url for entry in resident.phone.heard() for url in pictures_in(entry["message"])
        )
        _take_back(self, self.photo, _REMOVED)
        _take_back(self, self.said, _NO_REMARK)
        resident.photos, resident.words = 0, []
        resident.tap("button.status")

    def wrongs(self, books: Books) -> Iterator[str]:
        (resident,) = self.residents
        if not resident.gone:
            yield "their photo was never seen on a card"
        if pictures_in(resident.cards("card.now")[-1]):
            yield "a card still shows what was taken back"
        yield from _trouble_with_photo(books, self.photo, self.files)
        for table in books.tables_with(resident.story.words):
            yield f"words that were taken back still stand in {table}"
        lines = [
            (line["details"], line["note"]) for line in history(books, resident.number, "unsent")
        ]
        if lines != [({"what": ["photo"]}, ""), ({"what": ["words"]}, "")]:
            yield f"the history tells {lines} of what was taken back"


def _take_back(tale: Tale, message: str, until: LiteralString) -> None:
    tale.residents[0].phone.take_back(message)
    tale.town.books.until(until, f"message {message} to be forgotten", message=message)


def _files_of(books: Books, message: str) -> list[str]:
    (row,) = books.until(_STORED, f"photo {message} to be kept", message=message)
    return [str(key) for key in row.values()]


def _trouble_with_photo(books: Books, message: str, files: list[str]) -> Iterator[str]:
    rows = books.rows(_EMPTIED, message=message)
    if len(rows) != 1 or any(value is not None for value in rows[0].values()):
        yield f"of a photo that was taken back {rows} is kept"
    for key in files:
        if (books.photos / key).exists():
            yield f"the photo store still has {key.split('/')[0]} of a photo that was taken back"
    if books.rows(_IN_INBOX, message=message):
        yield "the inbox still has a message that was taken back"


_STORED: Final = """
    SELECT original, large, small FROM photos
    WHERE line_message_id = %(message)s AND state = 'stored'
"""
_REMOVED: Final = """
    SELECT id FROM photos WHERE line_message_id = %(message)s AND state = 'removed'
"""
_NO_REMARK: Final = """
    SELECT 1 WHERE NOT EXISTS (SELECT FROM remarks WHERE line_message_id = %(message)s)
"""
_EMPTIED: Final = """
    SELECT original, large, small, width, height, exif_place, taken_at, direction FROM photos
    WHERE line_message_id = %(message)s
"""
_IN_INBOX: Final = "SELECT id FROM inbox WHERE raw -> 'message' ->> 'id' = %(message)s"
