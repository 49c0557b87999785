"""Playing residents through the LINE platform on loopback, as the chat page does it."""

import json
import time
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any, Final

import httpx

from local.day import Story, jpeg
from local.sample_map import categories

PATIENCE_SECONDS: Final = 90.0


class NoAnswer(Exception):
    """An action was not answered in all that time."""


@dataclass
class Played:
    """What was done and what came back: each action's event ids, and the whole timeline."""

    story: Story
    user_id: str
    actions: list[list[str]] = field(default_factory=list)
    timeline: list[dict[str, Any]] = field(default_factory=list)
    trouble: str = ""
    used_photo_place: bool = False


class Phone:
    """One resident's phone. Speaks to the platform's control calls only."""

    def __init__(self, line_api: str, story: Story) -> None:
        self._http = httpx.Client(base_url=line_api, timeout=30)
        made = self._http.post(
            "/_platform/people", json={"name": story.name, "language": story.language}
        )
        self.played = Played(story, made.raise_for_status().json()["userId"])

    def report(self) -> Played:
        """Play the story to its end; whatever went wrong is noted, not raised."""
        with closing(self._http):
            try:
                self._play()
            except (NoAnswer, httpx.HTTPError) as wrong:
                self.played.trouble = f"{type(wrong).__name__}: {wrong}"
            self._look()
        return self.played

    def _play(self) -> None:
        story = self.played.story
        for step in story.order:
            self._do(step)
            if not story.hasty:
                self._wait_for_answers()
        self._wait_for_answers()
        if story.outside is None:
            self._wait_for(lambda: self.card() is not None)
        if story.lost:
            self._wait_for(self._was_told_of_the_photo)

    def card(self) -> dict[str, Any] | None:
        """The last flex message, which is the ticket's card."""
        cards = [e["message"] for e in self._from_bot() if e["message"]["type"] == "flex"]
        return cards[-1] if cards else None

    def _do(self, step: str) -> None:
        {"photo": self._photo, "place": self._place, "category": self._category}[step]()

    def _photo(self) -> None:
        story = self.played.story
        data = [jpeg(picture, story.spot, story.number) for picture in story.pictures]
        if story.lost == "not_image":
            data = [b"%PDF-1.7 this is not a photo"]
        files = [("files", (f"{i}.jpg", part, "image/jpeg")) for i, part in enumerate(data)]
        content = {"content": json.dumps({"behaviour": "404"})} if story.lost == "404" else {}
        self._act("photos", files=files, data=content)

    def _place(self) -> None:
        story = self.played.story
        offered = self._buttons() if story.place_by_photo else []
        if offered and offered[0]["type"] == "postback":
            self._tap(0)
            self.played.used_photo_place = True
        else:
            self._act("location", json={"longitude": story.spot[0], "latitude": story.spot[1]})

    def _category(self) -> None:
        story = self.played.story
        name = categories()[story.category][story.language]
        buttons = [] if story.hasty else self._buttons()
        wanted = [i for i, button in enumerate(buttons) if button["label"].endswith(name)]
        if wanted:
            self._tap(wanted[0])
        else:
            self._act("text", json={"text": name})

    def _buttons(self) -> list[dict[str, Any]]:
        said = self._from_bot()
        items = said[-1]["message"].get("quickReply", {}).get("items", []) if said else []
        return [item["action"] for item in items]

    def _tap(self, which: int) -> None:
        button, said = self._buttons()[which], self._from_bot()[-1]
        self._act("tap", json={"messageId": said["messageId"], "label": button["label"]})

    def _act(self, what: str, **body: Any) -> None:
        answer = self._http.post(f"/_platform/people/{self.played.user_id}/{what}", **body)
        events = answer.raise_for_status().json()["events"]
        self.played.actions.append([event["webhookEventId"] for event in events])

    def _wait_for_answers(self) -> None:
        self._wait_for(lambda: len(answers(self.played)) >= len(self.played.actions))

    def _was_told_of_the_photo(self) -> bool:
        return any(
            "写真を受け取れません" in text or "could not take" in text
            for text in (e["message"].get("text", "") for e in self._from_bot())
        )

    def _wait_for(self, is_so: Any) -> None:
        until = time.monotonic() + PATIENCE_SECONDS
        while not self._look() or not is_so():
            if time.monotonic() > until:
                raise NoAnswer(f"{self.played.story.name}: {len(self.played.actions)} actions")
            time.sleep(0.15)

    def _look(self) -> bool:
        found = self._http.get(f"/_platform/people/{self.played.user_id}/timeline")
        self.played.timeline = found.raise_for_status().json()
        return True

    def _from_bot(self) -> list[dict[str, Any]]:
        return [entry for entry in self.played.timeline if entry["from"] == "bot"]


def answers(played: Played) -> set[str]:
    """Answers that came: each reply by its event, each push by its moment."""
    return {
        str(entry["answers"] if entry["via"] == "reply" else entry["at"])
        for entry in played.timeline
        if entry["from"] == "bot"
    }


def unanswered_or_twice(played: Played) -> list[str]:
    """What is wrong with the answers: every action has exactly one, and nothing else is said.

    A photo that could not be kept may be told of in one message more.
    """
    replied = [entry["answers"] for entry in played.timeline if entry["via"] == "reply"]
    wrong = []
    missing = sum(not set(events) & set(replied) for events in played.actions)
    pushes = {entry["at"] for entry in played.timeline if entry["via"] == "push"}
    spare = len(pushes) - missing
    if spare < 0:
        wrong.append(f"{-spare} action(s) without an answer")
    if spare > (1 if played.story.lost else 0):
        wrong.append(f"{spare} message(s) too many")
    twice = sum(len(set(events) & set(replied)) > 1 for events in played.actions)
    if twice:
        wrong.append(f"{twice} action(s) answered twice")
    return wrong
