"""Senders that die, freeze and come late, a LINE that fails in every way, somebody who goes on
meanwhile: played by chance from a fixed seed, and judged by what that person read."""

import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest
from examples import examples
from line_nearby import PUSH, REPLY, Line, answer, send, states
from townsfolk import STAFF, file, rows, value

from bot import delivery, leases, speech
from bot.drafts import draft_to_json, new_draft
from bot.leases import Due
from bot.wording import wording
from reports.actions.move import move
from reports.outbox import kinds
from reports.people.models import Resident
from reports.tickets.status import Status
from settings import settings
from store.database import transaction

NOWHERE = "http://127.0.0.1:9"
AGAIN = wording("ja")("again")
FAULTS = ("500_before", "500_after", "reset_before", "reset_after", "429_rate", "429_one_user")
STEPS = 30


@dataclass
class Street:
    """One person, four senders, and what was to be said so far."""

    line: Line
    who: str
    chance: random.Random
    hands: list[Due] = field(default_factory=list)
    cards: list[str] = field(default_factory=list)
    fixed: list[str] = field(default_factory=list)
    over: set[str] = field(default_factory=set)
    draft: str = ""

    def step(self) -> None:
        acts = (
            self.files, self.files, self.asks_for_help, self.goes_on, self.gives_up, self.mends,
            self.claims, self.claims, self.speaks, self.speaks, self.speaks, self.dies,
            self.lease_ends, self.tokens_end, self.line_fails, self.line_goes, self.line_comes,
            self.all_send,
        )  # fmt: skip
        self.chance.choice(acts)()

    def files(self) -> None:
        """Their report has become a ticket: its draft is over."""
        with transaction() as db:
            ticket = file(db, value("SELECT id FROM residents"))
        self.cards.append(value("SELECT number FROM tickets WHERE id = :id", id=ticket))
        self._drafts("")
        answer(self.who, kinds.Ticket(ticket_id=ticket), token=self.line.token(self.who))

    def asks_for_help(self) -> None:
        answer(self.who, kinds.Help(key="how"), token=self.line.token(self.who))

    def goes_on(self) -> None:
        self._drafts(self.draft or f"draft{self.chance.random()}")
        ask = kinds.Ask(
            draft=self.draft, photos=[], no_photo=True, category=None, inferred=False, words=False,
            missing=["category"],
        )  # fmt: skip
        answer(self.who, ask, token=self.line.token(self.who))

    def gives_up(self) -> None:
        self._drafts("")
        answer(self.who, kinds.Help(key="cancelled"), token=self.line.token(self.who))

    def mends(self) -> None:
        left = [number for number in self.cards if number not in self.fixed]
        if left:
            number = self.chance.choice(left)
            self.fixed.append(number)
            with transaction() as db:
                ticket = value("SELECT id FROM tickets WHERE number = :n", n=number)
                move(db, ticket, Status.FIXED, STAFF)

    def claims(self) -> None:
        """A sender takes up what is due and, mostly, comes as far as LINE's door."""
        for due in leases.claim(1, replies_only=self.chance.random() < 0.5):
            if self.chance.random() < 0.2:
                return
            try:
                ready = speech.prepare(due)
            except leases.Lost:
                leases.note(due, due_at=datetime.now(UTC))
                return
            self.hands += [ready] if ready else []

    def speaks(self) -> None:
        """Whoever stands at LINE's door goes in, however long ago that was."""
        if self.hands:
            delivery.speak(self.hands.pop(self.chance.randrange(len(self.hands))))

    def dies(self) -> None:
        self.hands = self.hands[1:]

    def lease_ends(self) -> None:
        rows("UPDATE messages SET due_at = now() WHERE claim IS NOT NULL")

    def tokens_end(self) -> None:
        """A minute goes by, in which senders at LINE's door notice that they come too late."""
        self.hands.clear()
        rows("UPDATE messages SET reply_until = now() - interval '16 s', due_at = now()"
             " WHERE state = 'waiting' AND reply_until > now()")  # fmt: skip
        self.line.order("clock", advance=70)

    def line_fails(self) -> None:
        path, kind = self.chance.choice((REPLY, PUSH)), self.chance.choice(FAULTS)
        self.line.order("faults", path=path, kind=kind, times=self.chance.choice((1, 1, 3)))

    def line_goes(self) -> None:
        settings().line_api_url = NOWHERE

    def line_comes(self) -> None:
        settings().line_api_url = self.line.api

    def all_send(self) -> None:
        """No push that leaves now has buttons of a draft that is over."""
        before = len(self.line.asked())
        send()
        pushed = [call["body"] for call in self.line.asked()[before:] if "to" in call["body"]]
        assert [key for key in self.over if f"draft={key}" in str(pushed)] == []

    def comes_to_rest(self) -> None:
        """LINE is well, whoever had something in hand is gone, and the person writes once more."""
        self.line_comes()
        self.hands.clear()
        for _ in range(20):
            self.all_send()
        self.tokens_end()
        for _ in range(3):
            self.all_send()
        answer(self.who, kinds.Text(key="language"), token=self.line.token(self.who))
        for _ in range(9):
            self.all_send()

    def _drafts(self, key: str) -> None:
        self.over |= {self.draft} - {key, ""}
        self.draft = key
        kept = draft_to_json(new_draft(datetime.now(UTC))) | {"key": key, "no_photo": True}
        with transaction() as db:
            db.query(Resident).update({"draft": kept if key else {}})


def read(street: Street) -> list[list[Any]]:
    """What the person read, request by request."""
    url = f"{street.line.api}/_platform/people/{street.who}/timeline"
    entries = street.line.http.get(url).json()
    seen = [entry["message"] for entry in entries if entry["from"] == "bot"]
    requests = []
    for call in street.line.asked():
        said = call["body"]["messages"]
        if seen[: len(said)] == said:
            requests.append(said)
            seen = seen[len(said) :]
    assert seen == []
    return requests


@pytest.mark.parametrize("seed", range(examples(5)))
def test_whatever_happens_everybody_reads_what_they_must_and_nothing_twice_without_a_word(
    line: Line, haruka: str, seed: int
) -> None:
    street = Street(line, haruka, random.Random(seed))
    for _ in range(STEPS):
        street.step()
    street.comes_to_rest()
    requests = read(street)
    plainly: Counter[tuple[str, bool]] = Counter()
    told: Counter[str] = Counter()
    for said in requests:
        words = [message.get("text") or message["altText"] for message in said]
        for number in street.cards:
            cards = [word for word in words if f"受付番号 {number}" in word]
            told[number] += len(cards)
            if words[0] != AGAIN:
                plainly.update((number, word.startswith("受け付けました")) for word in cards)
    assert set(states()) <= {"sent", "gathered"}
    assert [number for number in street.cards if not told[number]] == []
    everything = str(requests)
    assert [n for n in street.fixed if f"do=mended&number={n}" not in everything] == []
    assert {what: count for what, count in plainly.items() if count > 1} == {}
