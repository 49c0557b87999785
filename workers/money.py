"""The book of what was spent follows what was done."""

from reports.orders.book import book
from store.database import transaction


def book_spendings() -> int:
    """One commit; how many entries were added."""
    with transaction() as db:
        return book(db)
