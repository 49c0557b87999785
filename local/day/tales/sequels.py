"""What may follow a ticket: a question from staff and its answer, or the resident's withdrawal."""

from collections.abc import Iterator
from typing import Final

from local.day.tales.tale import Tale, history, ticket
from local.day.town import Books

QUESTIONS: Final = {
    "ja": "まわりの様子が分かる写真を送っていただけますか。",
    "easy_ja": "まわりの 写真を おくって ください。",
    "en": "Could you send a photo that shows what is around it?",
}


class Question(Tale):
    """Staff ask for something, and the next photo is the answer."""

    parts = ("質問に写真で返事",)

    def play(self) -> None:
        (resident,) = self.residents
        resident.report()
        asked = QUESTIONS[resident.story.language]
        self.town.staff.ask(resident.number or "", asked)
        resident.phone.until(lambda: resident.cards("card.question", asked), "the question")
        resident.hears_unasked += 1
        resident.send_another()
        resident.photos += 1
        resident.phone.until_answered()
        resident.tap("button.done")

    def wrongs(self, books: Books) -> Iterator[str]:
        (resident,) = self.residents
        asked, *more = history(books, resident.number, "asked", "answered")
        if asked["note"] != QUESTIONS[resident.story.language]:
            yield f"the history tells of the question {asked['note']!r}"
        if [len(line["details"].get("photo_ids", ())) for line in more] != [1]:
            yield "the history does not tell of one photo as the answer"
        if not resident.read("add.answered") or not resident.read("about.done"):
            yield "was not told that the answer has arrived"
        if ticket(books, resident.number)["asked_at"] is not None:
            yield "the ticket still waits for an answer"
        if books.rows(_STILL_ASKED, user=resident.phone.user_id):
            yield "what they send next would be an answer again"


class Withdrawal(Tale):
    """Asked whether they are sure, they first are not; then the ticket ends."""

    parts = ("取り下げ",)

    def play(self) -> None:
        (resident,) = self.residents
        resident.report()
        resident.tap("button.status")
        resident.tap("button.withdraw")
        resident.tap("button.not_now")
        self.status_meanwhile = ticket(self.town.books, resident.number)["status"]
        resident.tap("button.withdraw")
        sure = resident.tap("button.withdraw")
        resident.phone.press_again(sure)
        resident.phone.until_answered()

    def wrongs(self, books: Books) -> Iterator[str]:
        (resident,) = self.residents
        for key in ("sure.withdraw", "about.withdrawn", "about.not_open"):
            if not resident.read(key):
                yield f"did not read “{key}”"
        if self.status_meanwhile != "received":
            yield f"without being sure the ticket was {self.status_meanwhile}"
        moves = history(books, resident.number, "moved")
        if [(line["actor"], line["to_status"]) for line in moves] != [("resident", "declined")]:
            yield f"the history tells of {len(moves)} moves instead of the resident's own"
        if not books.rows(_WITHDRAWN, user=resident.phone.user_id):
            yield "the report is not withdrawn"


_STILL_ASKED: Final = """
    SELECT id FROM residents WHERE line_user_id = %(user)s AND question <> '{}'
"""
_WITHDRAWN: Final = """
    SELECT r.id FROM reports r JOIN residents u ON u.id = r.resident_id
    WHERE u.line_user_id = %(user)s AND r.withdrawn_at IS NOT NULL
"""
