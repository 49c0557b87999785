"""What becomes of every table that knows of a ticket when it is thrown away. Pure.

A table that refers to tickets, reports, photos, works or notes, or has a column that names one, and
is not here fails a test: whoever adds one says where it stands.
"""

from collections.abc import Mapping
from typing import Final, Literal

Fate = Literal["goes", "with", "loses", "stays"]

FATES: Final[Mapping[str, tuple[Fate, str]]] = {
    # in this order
    "messages": ("loses", "the words that name it; a message of nothing else goes"),
    "residents": ("loses", "the question that was asked of it"),
    "tasks": ("loses", "work that was to be done with it"),
    "monthly_reports": ("loses", "the ids; the paper of the month, with its pictures, stays"),
    "monthly_words": ("loses", "the choice of its pictures"),
    "exports": ("goes", "files of a day in which it stands"),
    "export_ids": ("with", "exports"),
    "trial_runs": ("goes", "trials of rules that tell of it"),
    "webhook_calls": ("goes", "calls that told of it; the last one says that it is withdrawn"),
    "published_tickets": ("goes", "and an event with its number alone says so"),
    "published_aliases": ("goes", ""),
    "published_events": ("loses", "all but its number"),
    "mails": ("goes", ""),
    "work_order_mails": ("with", "mails"),
    "bulk_items": ("goes", ""),
    "work_order_items": ("goes", "orders that are over; what it cost stays in the book"),
    "work_order_quantities": ("with", "work_order_items"),
    "work_order_photos": ("with", "work_order_items"),
    "photos": ("goes", "after their files"),
    "callers": ("with", "reports"),
    "answer_mails": ("with", "reports"),
    "patrol_finds": ("with", "reports"),
    "followers": ("goes", ""),
    "remarks": ("goes", ""),
    "reports": ("goes", "and of others the note that they are not the same"),
    "works": ("goes", ""),
    "used_materials": ("with", "works"),
    "history": ("goes", "and its number from the lines of others"),
    "notes": ("goes", ""),
    "tickets": ("goes", "those that were put together at once"),
    "ticket_holds": ("with", "tickets"),
    "ticket_sections": ("with", "tickets"),
    "ticket_texts": ("with", "tickets"),
    "came_back": ("with", "tickets"),
    "issued_records": ("with", "tickets"),
    "record_parts": ("with", "issued_records"),
    "plan_stops": ("with", "tickets"),
    "ticket_text_changes": ("goes", "noted by triggers meanwhile"),
    "fact_waiting": ("goes", "noted by triggers meanwhile"),
    "spending_waiting": ("goes", "noted by triggers meanwhile"),
    "published_due": ("goes", "noted by triggers meanwhile"),
    "facts": ("stays", "what was counted, by number"),
    "spendings": ("stays", "what was spent, by number"),
    "discard_items": ("stays", "the list that was approved"),
    "discarded": ("stays", "the book of what was thrown away"),
    "audit": ("stays", "what people did, without words, for as long as the log is kept"),
    "erasings": ("stays", "that it is to go again after a restore"),
    "inbox": ("stays", "what came from LINE, for 30 days at most"),
}
