"""A resident's phone, played through the LINE platform on loopback as the chat page does it.

Each act is noted with its events, because each must have exactly one answer.
"""

import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import httpx

from local.day.sample_map import Spot
from local.day.spoken import buttons_in, is_said, said_in

PATIENCE_SECONDS: Final = 300.0
LANGUAGES: Final = ("ja", "easy_ja", "en")
_ONE_REQUEST_MS: Final = 5
_UNASKED: Final = ("card.moved", "card.question")

Json = dict[str, Any]


class NoAnswer(Exception):
    """What had to come did not come in all that time."""


@dataclass(frozen=True)
class Act:
    """What the resident did: its events and messages. Taking something back has no answer."""

    events: tuple[str, ...]
    messages: tuple[str, ...]
    is_answered: bool = True


class Phone:
    """One resident's phone: what they do with it, and what they read on it."""

    def __init__(self, line: httpx.Client, name: str, language: str) -> None:
        self._line = line
        made = line.post("/_platform/people", json={"name": name, "language": language})
        self.user_id: str = made.raise_for_status().json()["userId"]
        self.acts: list[Act] = []
        self.timeline: list[Json] = []

    def send_photos(self, photos: Sequence[bytes], behaviour: str | None = None) -> None:
        """Several are one set. `behaviour`: how LINE gives their content away, such as "404"."""
        files = [("files", (f"{i}.jpg", data, "image/jpeg")) for i, data in enumerate(photos)]
        form = {"content": json.dumps({"behaviour": behaviour})} if behaviour else {}
        self._act("photos", files=files, data=form)

    def send_place(self, spot: Spot) -> None:
        self._act("location", json={"longitude": spot[0], "latitude": spot[1]})

    def say(self, words: str, *, quotes: Mapping[str, Any] | None = None) -> None:
        """`quotes`: a message on this phone, as an answer to which they are said."""
        quoted = [entry["messageId"] for entry in self.timeline if entry["message"] is quotes]
        self._act("text", json={"text": words, **({"quotes": quoted[0]} if quoted else {})})

    def tap(self, label: str) -> Mapping[str, Any]:
        """The newest button whose label ends so; gives its action. NoAnswer when there is none."""
        for entry, action in self._buttons():
            if action["label"].endswith(label):
                order = {"messageId": entry["messageId"], "label": action["label"]}
                self._act("tap", json=order)
                return action
        raise NoAnswer(f"no button {label}")

    def press_again(self, action: Mapping[str, Any]) -> None:
        """A button that this phone still shows."""
        self._act("postback", json={"data": action["data"], "displayText": action["label"]})

    def take_back(self, message_id: str) -> None:
        """Unsend a message; nothing is to be said to that."""
        self._act("unsend", is_answered=False, json={"messageId": message_id})

    def offers(self, label: str) -> bool:
        """Whether there is a button whose label ends so."""
        return any(action["label"].endswith(label) for _, action in self._buttons())

    def until_answered(self) -> None:
        """Wait until everything done so far has its answer. Raises NoAnswer."""
        self.until(lambda: self.unanswered() <= 0, f"an answer to {len(self.acts)} actions")

    def until(self, is_so: Callable[[], Any], what: str) -> None:
        """Wait for something to be read on this phone. Raises NoAnswer saying `what`."""
        end = time.monotonic() + PATIENCE_SECONDS
        while not self.look() or not is_so():
            if time.monotonic() > end:
                raise NoAnswer(f"waited in vain for {what}")
            time.sleep(0.15)

    def look(self) -> bool:
        """Read what has come since."""
        last = self.timeline[-1]["seq"] if self.timeline else 0
        found = self._line.get(
            f"/_platform/people/{self.user_id}/timeline", params={"after": str(last)}
        )
        self.timeline += found.raise_for_status().json()
        return True

    def heard(self) -> list[Json]:
        """All that Michi said, oldest first."""
        return [entry for entry in self.timeline if entry["from"] == "bot"]

    def read(self) -> list[str]:
        """The same as words, one text for each message."""
        return ["\n".join(said_in(entry["message"])) for entry in self.heard()]

    def talk(self) -> Iterator[str]:
        """The whole talk, one line for each message."""
        for entry in self.timeline:
            message, mark = entry["message"], {"person": ">"}.get(entry["from"], "<")
            said = message.get("text") or message.get("altText") or message["type"]
            yield f"{mark} {said}".replace("\n", " / ")

    def unanswered(self) -> int:
        """How many actions have no answer yet; below nothing when too much was said."""
        replied = {entry["answers"] for entry in self.heard() if entry["via"] == "reply"}
        waiting = [a for a in self.acts if a.is_answered and not replied.intersection(a.events)]
        return len(waiting) - sum(not _is_unasked(push) for push in self._pushes())

    def trouble_with_answers(self) -> Iterator[str]:
        """Every action has exactly one answer, by reply or by push, and nothing else is said."""
        replied = [e["answers"] for e in self.heard() if e["via"] == "reply"]
        wanted = {event for act in self.acts if act.is_answered for event in act.events}
        if missing := self.unanswered():
            yield (
                f"{missing} action(s) without an answer"
                if missing > 0
                else (f"{-missing} answer(s) too many")
            )
        if any(len(set(act.events).intersection(replied)) > 1 for act in self.acts):
            yield "an action was answered twice"
        if not wanted.issuperset(replied):
            yield "there was an answer to what needs none"

    def _pushes(self) -> Iterator[list[Json]]:
        """The messages of each push, which came in one moment."""
        together: list[Json] = []
        for entry in (e for e in self.heard() if e["via"] == "push"):
            if together and entry["at"] - together[-1]["at"] > _ONE_REQUEST_MS:
                yield together
                together = []
            together.append(entry)
        if together:
            yield together

    def _buttons(self) -> Iterator[tuple[Json, Mapping[str, Any]]]:
        """Newest message first; quick replies are shown below the last message alone."""
        for age, entry in enumerate(reversed(self.heard())):
            shown = entry["message"] if age == 0 else {**entry["message"], "quickReply": None}
            yield from ((entry, action) for action in buttons_in(shown))

    def _act(self, what: str, *, is_answered: bool = True, **body: Any) -> None:
        answer = self._line.post(f"/_platform/people/{self.user_id}/{what}", **body)
        events = answer.raise_for_status().json()["events"]
        act = Act(
            tuple(event["webhookEventId"] for event in events),
            tuple(event["messageId"] for event in events if event["messageId"]),
            is_answered,
        )
        self.acts.append(act)


def _is_unasked(push: Sequence[Json]) -> bool:
    """Whether these messages tell of something that happened, and answer nothing."""
    return all(_tells(" ".join(said_in(entry["message"]))) for entry in push)


def _tells(said: str) -> bool:
    return any(is_said(language, key, said) for language in LANGUAGES for key in _UNASKED)
