"""Rows of the audit log get their place in the chain, a moment after their commit: for the clock.

One at a time does it, and nobody who writes a row waits for it: docs/decisions/0046.
"""

from datetime import date
from typing import Final

from sqlalchemy.orm import Session

from reports.audit.chain import BEGIN, End, Link, hash_of, is_signed, signed
from settings import settings
from store import sql

MOST_AT_ONCE: Final = 2_000
AS_LINK: Final = """
    a.id::text, ((extract(epoch FROM a.at) * 1000000)::bigint)::text, a.kind, a.what, a.about,
    a.user_id::text, a.via, a.address, a.old::text, a.new::text
"""
"""SQL over audit `a`: the fields of `Link` after the first."""


def seal(db: Session) -> int:
    """How many rows that were committed now stand in the chain, MOST_AT_ONCE at most; 0 too where
    somebody else is doing it."""
    if not sql.run(db, _TRY).fetchall()[0][0]:
        return 0
    waiting = sql.run(db, _WAITING, most=MOST_AT_ONCE).fetchall()
    if not waiting:
        return 0
    last = head(db) or BEGIN
    seqs, hashes = [], []
    for row in waiting:
        seq = last.seq + 1
        last = End(seq, hash_of(last.hash, Link(str(seq), *row)))
        seqs.append(seq)
        hashes.append(last.hash)
    ids = [int(row[0]) for row in waiting]
    sql.run(db, _SEAL, seqs=seqs, ids=ids, hashes=hashes)
    sql.run(db, _KEEP_HEAD, seq=last.seq, hash=last.hash, mac=_signed(last))
    return len(waiting)


def head(db: Session) -> End | None:
    """Where the chain ends; None before its first row."""
    row = sql.run(db, "SELECT seq, hash FROM audit_head").fetchone()
    return End(*row) if row else None


def to_say(db: Session, today: date) -> End | None:
    """The head, once a day: for the log of the processes, which is kept elsewhere."""
    row = sql.run(db, _SAY, today=today).fetchone()
    return End(*row) if row else None


def sign_again(db: Session) -> bool:
    """The head, where another key that is read has signed it; whether it was."""
    sql.run(db, _WAIT)
    row = sql.run(db, "SELECT seq, hash, mac FROM audit_head").fetchone()
    if row is None or not _is_of_another(End(*row[:2]), "head", row[2]):
        return False
    sql.run(db, _KEEP_HEAD, seq=row[0], hash=row[1], mac=_signed(End(*row[:2])))
    return True


def stone_of_another(db: Session) -> bool:
    """Whether another key that is read than SECRET_KEY has signed the newest stone."""
    row = sql.run(db, _STONE).fetchone()
    return row is not None and _is_of_another(End(*row[:2]), "stone", row[2])


def _is_of_another(end: End, what: str, mac: bytes) -> bool:
    of_today, *others = settings().secret_keys
    is_today = is_signed(of_today, what, end, mac)
    return not is_today and any(is_signed(key, what, end, mac) for key in others)


def _signed(end: End) -> bytes:
    return signed(settings().secret_keys[0], "head", end)


_TRY: Final = "SELECT pg_try_advisory_xact_lock(hashtextextended('audit', 0))"
_WAIT: Final = "SELECT pg_advisory_xact_lock(hashtextextended('audit', 0))"
_STONE: Final = "SELECT seq, hash, mac FROM audit_stones ORDER BY seq DESC LIMIT 1"
_WAITING: Final = f"""
    WITH taken AS (
        DELETE FROM audit_waiting
        WHERE id IN (SELECT id FROM audit_waiting ORDER BY id LIMIT %(most)s) RETURNING id)
    SELECT {AS_LINK} FROM taken JOIN audit a ON a.id = taken.id ORDER BY a.id
"""
_SEAL: Final = """
    INSERT INTO audit_seals (seq, id, hash)
    SELECT * FROM unnest(%(seqs)s::bigint[], %(ids)s::bigint[], %(hashes)s::bytea[])
"""
_KEEP_HEAD: Final = """
    INSERT INTO audit_head (one, seq, hash, mac) VALUES (1, %(seq)s, %(hash)s, %(mac)s)
    ON CONFLICT (one) DO UPDATE SET seq = excluded.seq, hash = excluded.hash, mac = excluded.mac
"""
_SAY: Final = """
    UPDATE audit_head SET said_on = %(today)s
    WHERE said_on IS DISTINCT FROM %(today)s RETURNING seq, hash
"""
