"""What was said of tickets that are thrown away is not kept any longer than they are."""

from collections.abc import Collection
from typing import Final

from sqlalchemy.orm import Session

from store import sql


def forget_said(db: Session, ticket_ids: Collection[int], numbers: Collection[str]) -> None:
    """Words that name one of them leave the messages, which go where nothing else is left."""
    sql.run(db, _FORGET, tickets=[str(id) for id in ticket_ids], numbers=list(numbers))


def forget_questions(db: Session, ticket_ids: Collection[int]) -> None:
    """Nobody is asked of them any more. To be called before the tickets are locked: residents come
    first."""
    ids = [str(id) for id in ticket_ids]
    asked = sql.run(db, _ASKED, tickets=ids).fetchall()
    if asked:
        sql.run(db, _ASK_NOTHING, residents=[id for (id,) in asked], tickets=ids)


_NAMES: Final = """
    (one ->> 'number' = ANY(%(numbers)s::text[]) OR one ->> 'ticket_id' = ANY(%(tickets)s::text[]))
"""
_FORGET: Final = f"""
    WITH named AS (
        SELECT m.id, (SELECT jsonb_agg(one ORDER BY at)
                      FROM jsonb_path_query(m.say, 'lax $[*]') WITH ORDINALITY AS s(one, at)
                      WHERE {_NAMES} IS NOT TRUE) AS left_over
        FROM messages m WHERE EXISTS (
            SELECT FROM jsonb_path_query(m.say, 'lax $[*]') AS one WHERE {_NAMES})
    ), gone AS (
        DELETE FROM messages m USING named n WHERE m.id = n.id AND n.left_over IS NULL
    )
    UPDATE messages m SET say = n.left_over, contents = NULL FROM named n
    WHERE m.id = n.id AND n.left_over IS NOT NULL
"""
_ASKED: Final = """
    SELECT id FROM residents WHERE question ->> 'ticket_id' = ANY(%(tickets)s::text[])
    ORDER BY id FOR UPDATE
"""
_ASK_NOTHING: Final = """
    UPDATE residents SET question = '{}' WHERE id = ANY(%(residents)s::bigint[])
      AND question ->> 'ticket_id' = ANY(%(tickets)s::text[])
"""
