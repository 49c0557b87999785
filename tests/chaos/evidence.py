"""What can be seen from outside: LINE's log, the tables of the database, the files of the store."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import Any

from crowd import Crowd
from stage import Row, Stage

from local.day.phone import LANGUAGES
from local.day.spoken import said_in, words

_PATIENCE_MS = 6000
"""So long Michi waits for LINE's answer to words."""
_SURE_MS = 55_000
"""So long LINE surely takes a token, from when it came or, where that was late, from its event."""


@dataclass(frozen=True)
class Said:
    """What came to a phone in one request: `row` of the words it was, `event` that it answers.

    `cards`: what a phone that cannot show them reads in their place; it begins with the title.
    """

    person: str
    seq: int
    at: int
    via: str
    by: str
    row: Row | None
    event: str | None
    words: str
    cards: Sequence[str]

    def receipt_of(self, number: str) -> bool:
        """Whether a card tells that this ticket was received."""
        return self._has_card("card.received", number)

    def news_of(self, number: str) -> bool:
        """Whether a card tells that, or what became of it since, which tells that as well."""
        return self.receipt_of(number) or self._has_card("card.moved", number)

    def _has_card(self, title: str, number: str) -> bool:
        titles = tuple(f"{words(language, title)} " for language in LANGUAGES)
        return any(card.startswith(titles) and number in card for card in self.cards)


@dataclass(frozen=True)
class Call:
    """One request to say something, as LINE's log has it."""

    number: int
    at: int
    status: int | None
    ms: int | None
    fault: str | None

    @property
    def is_clear(self) -> bool:
        """Whether whoever called can have learnt by it what became of these words."""
        return self.status in (200, 400, 409) and (self.ms or 0) < _PATIENCE_MS

    @property
    def has_said_it(self) -> bool:
        spoilt = {"500_after": 500, "reset_after": None}
        return self.status == 200 or spoilt.get(self.fault or "", 0) == self.status


class Evidence:
    """Gathered once, when all is over."""

    def __init__(self, stage: Stage, crowd: Crowd) -> None:
        self.crowd = crowd
        people = [*crowd.people]
        self.inbox = {row["key"]: row for row in stage.rows(_INBOX, people=people)}
        self.rows = stage.rows(_MESSAGES, people=people)
        self.keys = {str(row["key"]): row["id"] for row in stage.rows(_KEYS, people=people)}
        self.photos = stage.rows(_PHOTOS, people=people)
        self.tickets = stage.rows(_TICKETS, people=people)
        self.moves = stage.rows(_MOVES, people=people)
        self.given_up = stage.rows(_GIVEN_UP)
        self.files = stage.store.keys()
        self._hands = {row["id"]: row["hands"] for row in stage.rows(_HANDS, people=people)}
        self._talks = {who: _talk(stage, who) for who in crowd.people}
        sent = stage.line.get("/_platform/sent", timeout=300).raise_for_status().json()
        self.calls: dict[str, list[Call]] = defaultdict(list)
        for call in sent:
            by = call["retryKey"] or (call["body"] or {}).get("replyToken") or ""
            made = Call(call["n"], call["at"], call["status"], call["ms"], call["fault"])
            self.calls[by].append(made)

    @cached_property
    def answers(self) -> dict[str, Row]:
        """By the key of its event, the row of its answer."""
        keys = {row["id"]: key for key, row in self.inbox.items()}
        return {keys[row["event_id"]]: row for row in self.rows if row["event_id"] in keys}

    @cached_property
    def said(self) -> dict[str, list[Said]]:
        """All that came to each person, in its order."""
        rows = {row["id"]: row for row in self.rows}
        by_retry_key = {key: rows[id] for key, id in self.keys.items()}
        keys = {row["id"]: key for key, row in self.answers.items()}
        return {
            who: [*self._said(who, talk, by_retry_key, keys)] for who, talk in self._talks.items()
        }

    @cached_property
    def answered(self) -> dict[str, list[Said]]:
        """By the key of an event, what came as its answer."""
        found: dict[str, list[Said]] = defaultdict(list)
        for several in self.said.values():
            for said in several:
                if said.event:
                    found[said.event].append(said)
        return found

    @cached_property
    def _keys_of(self) -> dict[int, list[str]]:
        found: dict[int, list[str]] = defaultdict(list)
        for key, id in self.keys.items():
            found[id].append(key)
        return found

    def told_of(self, event: str) -> Iterator[str]:
        """All that is known of its answer, and what came to its person around then."""
        person = (self.inbox.get(event) or {}).get("person", "")
        yield f"its row: {self.answers.get(event)}"
        row = self.answers.get(event)
        yield from (f"in hand: {one}" for one in self._hands.get(row["id"] if row else 0, ()))
        yield from (f"asked: {call}" for call in self.calls_for(event))
        came = self.said.get(person, [])
        own = [at for at, said in enumerate(came) if said.event == event]
        for said in came[max(0, min(own, default=0) - 3) : max(own, default=5) + 3]:
            read = " / ".join(line[:20] for line in said.words.splitlines())
            yield f"came: {said.at} {said.via} for {said.event} as row {said.row}: {read}"
            hands = self._hands.get(said.row["id"] if said.row else 0, ())
            yield from (f"  in hand: {one}" for one in hands if said.event != event)

    def calls_for(self, event: str) -> Sequence[Call]:
        """All attempts to answer it, by its token or by a retry key of its row."""
        token = str((self.inbox.get(event) or {}).get("token"))
        row = self.answers.get(event)
        of_row = self._keys_of[row["id"]] if row else []
        return [call for by in (token, *of_row) for call in self.calls.get(by, [])]

    def calls_of(self, said: Said) -> Sequence[Call]:
        """All attempts to say it in this way."""
        by = (self.inbox.get(said.by) or {}).get("token") if said.via == "reply" else said.by
        return self.calls.get(str(by), [])

    def tells_nothing(self, said: Said, call: Call) -> bool:
        """Whether LINE may have refused the token for its age."""
        event = self.inbox.get(said.by) or {}
        return call.status == 400 and call.at > event.get("token_at", call.at) + _SURE_MS

    def _said(
        self, who: str, talk: Sequence[Row], by_retry_key: dict[str, Row], keys: dict[int, str]
    ) -> Iterator[Said]:
        for (via, by), entries in groupby(talk, lambda each: (each["via"], _by(each))):
            together = [*entries]
            row = self.answers.get(by) if via == "reply" else by_retry_key.get(by)
            event = by if via == "reply" else keys.get(row["id"]) if row else None
            messages = [entry["message"] for entry in together]
            read = "\n".join(word for message in messages for word in said_in(message))
            cards = [message["altText"] for message in messages if "altText" in message]
            first = together[0]
            yield Said(who, first["seq"], first["at"], via, by, row, event, read, cards)


def _talk(stage: Stage, who: str) -> list[dict[str, Any]]:
    found = stage.line.get(f"/_platform/people/{who}/timeline").raise_for_status().json()
    return [entry for entry in found if entry["from"] == "bot"]


def _by(entry: dict[str, Any]) -> str:
    return str(entry["answers"] if entry["via"] == "reply" else entry["retryKey"])


_INBOX = """
    SELECT id, key, person, done_at, attempts, error, raw ->> 'replyToken' AS token,
           (extract(epoch FROM CASE
               WHEN raw #>> '{deliveryContext,isRedelivery}' = 'true'
                    OR received_at > occurred_at + interval '10 s'
               THEN occurred_at ELSE received_at END) * 1000)::bigint AS token_at
    FROM inbox
    WHERE person = ANY(%(people)s)
"""
_MESSAGES = """
    SELECT id, event_id, state, unsure, reply_attempts, push_attempts, error,
           (extract(epoch FROM created_at) * 1000)::bigint AS at
    FROM messages WHERE recipient = ANY(%(people)s) ORDER BY id
"""
_KEYS = """
    SELECT k.retry_key AS key, m.id FROM retry_keys k JOIN messages m ON m.id = k.message_id
    WHERE m.recipient = ANY(%(people)s)
"""
_HANDS = """
    SELECT h.message_id AS id,
           array_agg(concat_ws(' ', h.at::time, h.state, 'claim', left(h.claim::text, 8), 'due',
                               h.due_at::time, h.waits_for, 'tries', h.said, h.say, 'by', h.backend,
                               'since', h.begun::time) ORDER BY h.at) AS hands
    FROM hands h JOIN messages m ON m.id = h.message_id
    WHERE m.recipient = ANY(%(people)s) AND m.event_id IS NOT NULL GROUP BY h.message_id
"""
_PHOTOS = """
    SELECT p.id, state, original, large, small,
           (extract(epoch FROM p.created_at) * 1000)::bigint AS at
    FROM photos p JOIN residents r ON r.id = p.resident_id WHERE line_user_id = ANY(%(people)s)
"""
_TICKETS = """
    SELECT r.line_user_id AS person, o.category, ST_X(o.place) AS lon, ST_Y(o.place) AS lat,
           t.number, t.routed_at IS NOT NULL AS routed
    FROM reports o JOIN tickets t ON t.id = o.ticket_id JOIN residents r ON r.id = o.resident_id
    WHERE r.line_user_id = ANY(%(people)s)
"""
_MOVES = """
    SELECT h.id, h.to_status, t.number, r.line_user_id AS person,
           (extract(epoch FROM h.at) * 1000)::bigint AS at,
           h.id = max(h.id) OVER (PARTITION BY h.ticket_id, f.resident_id) AS is_last
    FROM history h JOIN tickets t ON t.id = h.ticket_id
    JOIN followers f ON f.ticket_id = t.id AND NOT f.muted JOIN residents r ON r.id = f.resident_id
    WHERE h.what = 'moved' AND r.line_user_id = ANY(%(people)s) ORDER BY h.id
"""
_GIVEN_UP = """
    SELECT name, error, (extract(epoch FROM created_at) * 1000)::bigint AS at FROM tasks
    WHERE gave_up_at IS NOT NULL
"""
