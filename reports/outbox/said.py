"""What residents were told, found and taken back by what stands in the words."""

import json
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from reports.outbox.kinds import KINDS, Question
from reports.outbox.say import Json, Say, name_of
from store import sql

UNTOUCHED: Final = "state = 'waiting' AND pushed_first_at IS NULL AND reply_attempts = 0"
"""SQL over `messages`: LINE has heard nothing of it as it is, so nobody has read that."""


def is_question_unsaid(db: Session, recipient: str, history_id: int) -> bool:
    """Whether what staff ask in that line of history is still to be said to this LINE user."""
    asks = json.dumps([{"say": name_of(Question), "history_id": history_id}])
    return sql.run(db, _UNSAID, recipient=recipient, say=asks).fetchone() is not None


def tickets_told_of(
    db: Session, resident_id: int, kind: type[Say], *, since: datetime
) -> list[int]:
    """The tickets that words of this kind have told them of after that, the last told first."""
    told = sql.run(db, _TOLD_OF, resident=resident_id, kind=name_of(kind), since=since)
    return [ticket_id for (ticket_id,) in told]


def tickets_told_in(db: Session, recipient: str, line_message_id: str) -> list[int]:
    """The tickets that were told of together with this message of LINE's, to this LINE user."""
    told = sql.run(db, _TOLD_IN, recipient=recipient, message=line_message_id)
    return [ticket_id for (ticket_id,) in told]


def forget_places(db: Session, resident_id: int) -> None:
    """What was said to them names no place any more, nor what is near it; what is just being said
    keeps what is chosen from."""
    said, waiting = (json.dumps(without_places(said=is_said)) for is_said in (True, False))
    sql.run(db, _FORGET_PLACES, resident=resident_id, said=said, waiting=waiting)


def without_places(*, said: bool) -> dict[str, Json]:
    """By kind: what takes the place of its personal fields, in words that are `said` or wait."""
    return {name: left for name, kind in KINDS.items() if (left := kind.without_places(said=said))}


_UNSAID: Final = f"""
    SELECT 1 FROM messages WHERE recipient = %(recipient)s
      AND (state = 'held' OR ({UNTOUCHED})) AND NOT unsure AND say @> %(say)s::jsonb LIMIT 1
"""
_TOLD_OF: Final = """
    SELECT (told ->> 'ticket_id')::bigint
    FROM residents x JOIN messages m ON m.recipient = x.line_user_id
    CROSS JOIN jsonb_path_query(m.say, 'lax $[*]') AS told
    WHERE x.id = %(resident)s AND m.state = 'sent' AND m.sent_at > %(since)s
      AND told ->> 'say' = %(kind)s AND told ->> 'ticket_id' ~ '^[0-9]{1,18}$'
    ORDER BY m.id DESC
"""
_TOLD_IN: Final = """
    SELECT DISTINCT t.id
    FROM messages m CROSS JOIN jsonb_path_query(m.say, 'lax $[*]') AS told
    JOIN tickets t ON t.number = told ->> 'number' OR t.id = CASE
        WHEN told ->> 'ticket_id' ~ '^[0-9]{1,18}$' THEN (told ->> 'ticket_id')::bigint END
    WHERE m.recipient = %(recipient)s AND m.line_message_ids @> ARRAY[%(message)s]::varchar[]
"""
_FORGET_PLACES: Final = """
    UPDATE messages SET say = (
        SELECT jsonb_agg(CASE WHEN jsonb_typeof(one) <> 'object' THEN one ELSE
                         one || coalesce(CASE WHEN state = 'waiting' THEN %(waiting)s::jsonb
                                              ELSE %(said)s::jsonb END -> (one ->> 'say'), '{}') END
                         ORDER BY at)
        FROM jsonb_path_query(say, '$[*]') WITH ORDINALITY AS said(one, at))
    WHERE recipient = (SELECT line_user_id FROM residents WHERE id = %(resident)s)
      AND EXISTS (SELECT FROM jsonb_path_query(say, '$[*]') AS one
                  WHERE %(said)s::jsonb ? (one ->> 'say'))
"""
