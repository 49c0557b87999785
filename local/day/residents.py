"""Residents of the scripted day: each with a phone, a story to report, and what must come of it."""

import re
import time
from collections.abc import Callable, Mapping
from typing import Any, Final

import httpx

from local.day.cast import Story
from local.day.phone import NoAnswer, Phone
from local.day.sample_map import Spot, categories
from local.day.snapshots import Picture, jpeg
from local.day.spoken import is_in, is_said, said_in, words

NUMBER: Final = re.compile(r"\d{3}-\d{3}-\d{3}")
EASY: Final = "やさしい"
MOST_QUESTIONS: Final = 40
BETWEEN_QUESTIONS_SECONDS: Final = 3.0
_PHOTOS_OF_ONE: Final = 16


class Resident:
    """Plays a story. What comes of it in the end may differ from the story, by what is done later:

    `photos` and `words` stand on their report, so many cards tell of it unasked, pictures that are
    `gone` can no longer be seen, `joined` is who reported it before, and the ticket `stands_at`
    another place than they sent first.
    """

    def __init__(self, line: httpx.Client, story: Story) -> None:
        self.story = story
        profile = "ja" if story.language == "easy_ja" else story.language
        self.phone = Phone(line, story.name, profile)
        self.number: str | None = None
        self.actions: int | None = None
        self.used_photo_place = False
        self.photos = 0 if story.lost else len(story.pictures)
        self.words = [story.words] if story.words else []
        self.hears_unasked = 0
        self.gone: set[str] = set()
        self.joined: Resident | None = None
        self.stands_at: Spot | None = None
        self._taken = 0

    def report(self) -> None:
        """The story to its end: the card with the number, or the word that it is outside.

        Raises NoAnswer.
        """
        self.tell()
        if self.story.outside is None:
            self.until_number("card.received")
        if self.story.lost:
            self._hear_of_the_photo()

    def tell(self) -> None:
        """The steps of the story, and the answers to them. Raises NoAnswer."""
        if self.story.language == "easy_ja":
            self.phone.say(EASY)
            self.phone.until_answered()
        for step in self.story.order:
            self.do(step)
            if not self.story.hasty:
                self.phone.until_answered()
        self.phone.until_answered()

    def do(self, step: str) -> None:
        """One step: photo, place, category or words."""
        steps: dict[str, Callable[[], None]] = {
            "photo": self.send_photos,
            "place": self._place,
            "category": self._category,
            "words": lambda: self.phone.say(self.story.words),
        }
        steps[step]()

    def send_photos(self) -> None:
        """All photos of the story at once."""
        self._photos(self.story.pictures)

    def send_another(self) -> str:
        """One photo more; gives the id of its message."""
        self._photos((Picture(),))
        return self.phone.acts[-1].messages[0]

    def adds(self, words: str, *, quotes: Mapping[str, Any] | None = None) -> None:
        """More words for their report, which may quote a message. Raises NoAnswer."""
        self.phone.say(words, quotes=quotes)
        self.words.append(words)
        self.phone.until_answered()

    def tap(self, key: str) -> Any:
        """A button by its key in the language files; waits for the answer. Raises NoAnswer."""
        action = self.phone.tap(self.say(key))
        self.phone.until_answered()
        return action

    def say(self, key: str, **values: Any) -> str:
        """A text of Michi's in this resident's language."""
        return words(self.story.language, key, **values)

    def read(self, key: str) -> bool:
        """Whether they have read this text, whatever stood in its gaps."""
        return any(is_said(self.story.language, key, said) for said in self.phone.read())

    def cards(self, title: str, *parts: str) -> list[dict[str, Any]]:
        """The cards with this title (a key) whose words hold these parts, oldest first."""
        wanted = (self.say(title), *parts)
        messages = [entry["message"] for entry in self.phone.heard()]
        return [
            message
            for message in messages
            if message["type"] == "flex"
            and all(part in "\n".join(said_in(message)) for part in wanted)
        ]

    def told(self, status: str) -> list[dict[str, Any]]:
        """The cards that told unasked that the ticket has come to this status."""
        return self.cards("card.moved", self.number or "", self.say(f"status.{status}"))

    def until_told(self, status: str, times: int = 1) -> None:
        """Wait for such a card. Raises NoAnswer."""
        what = f"“{status}” ({times})"
        self.phone.until(lambda: len(self.told(status)) >= times, what)
        self.hears_unasked += 1

    def until_number(self, title: str) -> None:
        """Wait for the card with the number, and count the actions up to it. Raises NoAnswer."""
        self.phone.until(lambda: self.cards(title), f"the card “{title}”")
        found = NUMBER.search(self.cards(title)[-1]["altText"])
        self.number = found[0] if found else None
        self.actions = len(self.phone.acts)

    def foreign_words(self) -> list[str]:
        """What Michi said that is not in this resident's language."""
        return [said for said in self.phone.read() if not is_in(self.story.language, said)]

    def _photos(self, pictures: tuple[Picture, ...]) -> None:
        story = self.story
        data = []
        for picture in pictures:
            data.append(jpeg(picture, story.spot, story.number * _PHOTOS_OF_ONE + self._taken))
            self._taken += 1
        if story.lost == "not_image":
            data = [b"%PDF-1.7 this is not a photo"]
        self.phone.send_photos(data, "404" if story.lost == "404" else None)

    def _place(self) -> None:
        if self.story.place_by_photo and self.phone.offers(self.say("button.photo_place")):
            self.phone.tap(self.say("button.photo_place"))
            self.used_photo_place = True
        elif self.story.writes_place:
            lon, lat = self.story.spot
            self.phone.say(f"{lat:.6f}, {lon:.6f}")
            self.phone.until_answered()
            self.phone.tap(self.say("button.written_place"))
        else:
            self.phone.send_place(self.story.spot)

    def _category(self) -> None:
        name = categories()[self.story.category][self.story.language]
        if not self.story.hasty and self.phone.offers(name):
            self.phone.tap(name)
        else:
            self.phone.say(name)
            self.words.append(name)

    def _hear_of_the_photo(self) -> None:
        """A lost photo is worth no push: the next answer tells of it. Raises NoAnswer."""
        for _ in range(MOST_QUESTIONS):
            if self._was_told_of_the_photo():
                return
            time.sleep(BETWEEN_QUESTIONS_SECONDS)
            self.phone.say(self.number or "")
            self.phone.until_answered()
        raise NoAnswer("asked in vain for word of the lost photo")

    def _was_told_of_the_photo(self) -> bool:
        return any(map(self.read, ("lost.after", "lost.after_no_ticket", "ask.photo_lost")))
