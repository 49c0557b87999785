"""What a conversation leaves behind in the house, without what chance gave: ids, keys, times."""

import re
from collections import defaultdict
from typing import Any

import line_limits
from conversations import Talk
from townsfolk import Json, rows

from bot.render.table import draw
from local.day.spoken import said_in
from reports.outbox.kinds import from_json
from store.database import transaction

TICKETS = """
    SELECT category, status, urgent, ST_AsText(place), closed_at IS NULL, asked_at IS NULL,
        ARRAY(SELECT (p.line_user_id, r.category, ST_AsText(r.place), place_source, place_hint,
                      owner_said, cardinality(differs_from), withdrawn_at IS NULL, r.urgent,
                      ARRAY(SELECT line_message_id || state FROM photos WHERE report_id = r.id
                            ORDER BY 1),
                      ARRAY(SELECT line_message_id || words FROM remarks WHERE report_id = r.id
                            ORDER BY 1))::text
              FROM reports r LEFT JOIN residents p ON p.id = r.resident_id
              WHERE ticket_id = t.id ORDER BY r.id),
        ARRAY(SELECT (actor, what, from_status, to_status, note,
                      ARRAY(SELECT jsonb_object_keys(details) ORDER BY 1))::text
              FROM history WHERE ticket_id = t.id ORDER BY id),
        ARRAY(SELECT (line_user_id, muted, rating, confirmed_at IS NULL)::text FROM followers
              JOIN residents p ON p.id = resident_id WHERE ticket_id = t.id ORDER BY 1)
    FROM tickets t
"""
PEOPLE_NOW = """
    SELECT line_user_id, language, blocked_at IS NULL, question <> '{}', draft,
           ARRAY(SELECT line_message_id FROM photos WHERE draft -> 'photos' @> to_jsonb(id)
                 ORDER BY 1)
    FROM residents r WHERE line_user_id LIKE 'U%' AND (draft <> '{}' OR language IS NOT NULL
        OR EXISTS (SELECT FROM followers WHERE resident_id = r.id)
        OR EXISTS (SELECT FROM reports WHERE resident_id = r.id))
    ORDER BY line_user_id
"""
TIMES = ("started_at", "touched_at", "at")
PHOTOS = "SELECT line_message_id, state, report_id IS NULL FROM photos ORDER BY 1"
PUSHES = """
    SELECT recipient, state, say FROM messages WHERE event_id IS NULL ORDER BY recipient, id
"""
WORK = """
    SELECT name, args ? 'photo_id', args ->> 'person', args ->> 'language', count(*) FROM tasks
    GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
"""


NAMED = ("draft", "ticket", "photo", "report", "line", "number", "image_set")
SAME = {"id": "ticket", "ticket_id": "ticket", "report_id": "report", "history_id": "line"}
IN_LISTS = {"photos": "photo", "differs": "ticket", "choices": "ticket"}


class Names:
    """Ids and keys, which chance gave, by the order in which they are first spoken of."""

    def __init__(self) -> None:
        self._known: dict[str, dict[str, int]] = defaultdict(dict)

    def plain(self, said: Any, name: str = "") -> Any:
        """The same said without them, and without times."""
        if isinstance(said, dict):
            key = "" if "say" in said else "draft"
            kinds = SAME | {"key": key}
            kept = [part for part in said if part not in TIMES]
            return {self._of(part): self.plain(said[part], kinds.get(part, part)) for part in kept}
        if isinstance(said, list):
            return [self.plain(part, IN_LISTS.get(name, name)) for part in said]
        return said if name not in NAMED or said is None else self._name(name, str(said))

    def _of(self, part: str) -> str:
        """Tickets that a question is about stand before the colon."""
        return self._name("ticket", part) if part.isdecimal() else part

    def _name(self, kind: str, of: str) -> str:
        known = self._known[kind]
        return f"{kind} {known.setdefault(of, len(known))}"


def outcome(talk: Talk, answers: dict[str, list[Json]]) -> dict[str, Any]:
    """All that is left of a talk, and what was answered to it."""
    names = defaultdict(Names)
    whose = {sent["webhookEventId"]: sent["source"]["userId"] for sent in talk.events}
    return {
        "answers": {key: names[whose[key]].plain(answers[key]) for key in whose
                    if key in answers},
        "pushes": [(row.recipient, row.state, names[row.recipient].plain(row.say))
                   for row in rows(PUSHES)],
        "people": [(*row[:4], names[row[0]].plain(row.draft), *row[5:])
                   for row in rows(PEOPLE_NOW)],
        "tickets": sorted(map(repr, rows(TICKETS))),
        "photos": rows(PHOTOS),
        "work": rows(WORK),
        "outside": rows("SELECT neighbour, times FROM outside_counts ORDER BY 1"),
        "waiting": rows("SELECT key FROM inbox WHERE done_at IS NULL OR attempts > 0"),
        "read": {who: read_by(who) for who in {*whose.values()}},
    }  # fmt: skip


def read_by(who: str) -> list[str]:
    """Every word of the last answer on this person's phone, numbers aside; LINE would take it."""
    last = rows("SELECT say FROM messages WHERE recipient = :who AND event_id IS NOT NULL"
                " ORDER BY id DESC LIMIT 1", who=who)  # fmt: skip
    with transaction() as db:
        drawn = [message for row in last for message in draw(db, who, [*map(from_json, row.say)])]
    wrongs = line_limits.wrongs(drawn) if last else []
    assert [wrong for wrong in wrongs if "http://127.0.0.1" not in wrong] == []
    return [re.sub("[0-9]+", "#", said) for said in said_in(drawn)]
