"""Every file of the photo store that the database names."""

from collections.abc import Iterator
from typing import Any, Final, NamedTuple

import psycopg


class Named(NamedTuple):
    """`key` of the store; `needed`: it is there by now, or lost. Others may be on their way."""

    key: str
    needed: bool


def named_files(connection: psycopg.Connection[Any]) -> Iterator[Named]:
    """In the order of the bytes of their keys, read piece by piece; `connection` is in a
    transaction."""
    with connection.cursor(name="named_files") as cursor:
        cursor.itersize = _AT_ONCE
        cursor.execute(_NAMED)
        for row in cursor:
            yield Named(*row)


_AT_ONCE: Final = 5_000
_NAMED: Final = """
    SELECT key, bool_or(needed) FROM (
        SELECT unnest(ARRAY[original, large, small]) AS key, state IN ('stored', 'hidden') AS needed
        FROM photos
        UNION ALL
        SELECT unnest(ARRAY[public_large, public_small]), public_at IS NOT NULL FROM photos
    ) AS files WHERE key IS NOT NULL GROUP BY key ORDER BY key COLLATE "C"
"""
