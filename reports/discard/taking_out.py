"""Tickets leave every table that knows of them, as `reports.discard.tables` has it: for whoever
holds them."""

from collections.abc import Mapping, Sequence
from typing import Final

from sqlalchemy.orm import Session

from reports.outbox import thrown as words
from reports.photos import intake
from reports.published import publishing
from reports.tickets import thrown
from store import sql


def take_out(
    db: Session, ticket_ids: Sequence[int], numbers: Sequence[str], others: Sequence[int]
) -> None:
    """`others`: tickets whose lines name these."""
    tickets = {"tickets": list(ticket_ids), "numbers": list(numbers)}
    photos = sql.run(db, _PHOTOS, **tickets).fetchall()
    ids = {**tickets, "photos": [id for id, *_ in photos], "texts": [f"%{one}%" for one in numbers]}
    words.forget_said(db, ticket_ids, numbers)
    thrown.forget_numbers(db, others, numbers)
    thrown.forget_ids(db, others, ticket_ids)
    publishing.withdraw_for_good(db, ticket_ids, numbers)
    for keys in (keys for _, *keys in photos):
        intake.forget(db, keys)
    for statement in STATEMENTS.values():
        sql.run(db, statement, **{name: ids[name] for name in ids if f"%({name})s" in statement})
    db.expire_all()


_OF_TICKETS: Final = "ticket_id = ANY(%(tickets)s::bigint[])"
_REPORTS: Final = f"SELECT id FROM reports WHERE {_OF_TICKETS}"
_PHOTOS: Final = f"""
    SELECT id, original, large, small, public_large, public_small FROM photos
    WHERE report_id IN ({_REPORTS}) OR {_OF_TICKETS}
       OR note_id IN (SELECT id FROM notes WHERE {_OF_TICKETS})
    ORDER BY id FOR UPDATE
"""


def _of(table: str) -> str:
    return f"DELETE FROM {table} WHERE {_OF_TICKETS}"


def _without(column: str, ids: str) -> str:
    return f"""{column} = ARRAY(
        SELECT one FROM unnest({column}) AS one WHERE one <> ALL(%({ids})s::bigint[]))"""


STATEMENTS: Final[Mapping[str, str]] = {
    "tasks": """
        DELETE FROM tasks WHERE name <> 'forget_files' AND (
            args ->> 'ticket_id' = ANY(%(tickets)s::bigint[]::text[])
            OR args ->> 'photo_id' = ANY(%(photos)s::bigint[]::text[]))
    """,
    "monthly_reports": f"""
        UPDATE monthly_reports SET {_without("tickets", "tickets")}, {_without("photos", "photos")}
        WHERE tickets && %(tickets)s::bigint[] OR photos && %(photos)s::bigint[]
    """,
    "monthly_words": f"""
        UPDATE monthly_words SET {_without("tickets", "tickets")}
        WHERE tickets && %(tickets)s::bigint[]
    """,
    "exports": """
        DELETE FROM exports WHERE ids && %(tickets)s::bigint[] OR id IN (
            SELECT export_id FROM export_ids WHERE ids && %(tickets)s::bigint[])
    """,
    "trial_runs": "DELETE FROM trial_runs WHERE found::text LIKE ANY(%(texts)s::text[])",
    "webhook_calls": """
        DELETE FROM webhook_calls WHERE number = ANY(%(numbers)s::text[])
    """,
    "mails": f"{_of('mails')} OR kind = 'daily' AND facts::text LIKE ANY(%(texts)s::text[])",
    "bulk_items": _of("bulk_items"),
    "work_order_items": _of("work_order_items"),
    "photos": "DELETE FROM photos WHERE id = ANY(%(photos)s::bigint[])",
    "followers": _of("followers"),
    "remarks": f"DELETE FROM remarks WHERE report_id IN ({_REPORTS})",
    "reports": _of("reports"),
    "works": _of("works"),
    "history": _of("history"),
    "notes": _of("notes"),
    "tickets": "DELETE FROM tickets WHERE id = ANY(%(tickets)s::bigint[])",
    "ticket_text_changes": _of("ticket_text_changes"),
    "fact_waiting": _of("fact_waiting"),
    "spending_waiting": _of("spending_waiting"),
    "published_due": _of("published_due"),
}
"""By table, in this order; the rest goes with these."""
