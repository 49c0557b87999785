"""Whether the audit log is what was written: a row that was changed or removed is named."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Literal

from sqlalchemy.orm import Session

from reports.audit.chain import BEGIN, End, Link, hash_of, is_signed
from reports.audit.seal import AS_LINK
from settings import settings
from store import sql

AT_ONCE: Final = 5_000
SEALED_WITHIN: Final = timedelta(minutes=5)
"""A row that has waited longer for its place was left out of the chain, or no clock runs."""
Wrong = Literal[
    "changed", "removed", "seal removed", "seal changed", "newest removed", "head unsigned",
    "stone unsigned", "begin removed", "never sealed", "not the head",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with the row `id` at the place `seq`; 0 where that is not known. `many`: of
    how many places."""

    wrong: Wrong
    seq: int
    id: int = 0
    many: int = 1


@dataclass(frozen=True, slots=True)
class Verified:
    """How the chain was found: its end, how many rows were looked at, how many wait for a place,
    and what is wrong, in its order."""

    end: End
    rows: int
    waiting: int
    faults: tuple[Fault, ...]


def verify(db: Session, expected: End | None = None) -> Verified:
    """Reckon the whole chain again. `expected`: a head that was written down elsewhere."""
    faults: list[Fault] = []
    last, rows = _begin(db, faults), 0
    known = expected is None or expected.seq <= last.seq
    for seq, id, kept, *fields in _chain(db, last.seq):
        if seq > last.seq + 1:
            wrong: Wrong = "begin removed" if not rows else "seal removed"
            faults.append(Fault(wrong, last.seq + 1, many=seq - last.seq - 1))
            last = End(seq - 1, b"")
        rows += 1
        faults += _looked_at(last, seq, id, kept, fields)
        last = End(seq, kept)
        if expected is not None and seq == expected.seq:
            known = True
            if kept != expected.hash:
                faults.append(Fault("not the head", seq, id))
    if expected is not None and not known:
        faults.append(Fault("newest removed", last.seq + 1, many=expected.seq - last.seq))
    faults += _of_head(db, last)
    faults += [Fault("never sealed", 0, id) for (id,) in sql.run(db, _LEFT, within=SEALED_WITHIN)]
    waiting = sql.run(db, "SELECT count(*) FROM audit_waiting").fetchall()[0][0]
    return Verified(last, rows, waiting, tuple(faults))


def may_change(db: Session) -> bool:
    """Whether this role of the database could switch off what keeps the log from being changed."""
    return bool(sql.run(db, _OWNS).fetchall()[0][0])


def restored(db: Session) -> list[tuple[datetime, str]]:
    """When a backup was put back, and which (its id, or the moment that was asked for): what was
    written between that and then is not in this log."""
    return [(at, about.partition(":")[2]) for at, about in sql.run(db, _RESTORED)]


def may_have_been_told_since(db: Session, moment: datetime) -> bool:
    """Whether a backup was put back since then that did not know what was said after it."""
    return bool(sql.run(db, _PUT_BACK_SINCE, moment=moment).fetchall()[0][0])


def _looked_at(last: End, seq: int, id: int, kept: bytes, fields: list[Any]) -> Iterator[Fault]:
    if fields[0] is None:
        yield Fault("removed", seq, id)
    elif last.hash and hash_of(last.hash, Link(str(seq), *fields)) != kept:
        yield Fault("changed", seq, id)


def _begin(db: Session, faults: list[Fault]) -> End:
    """Where what is kept of the chain begins: after the newest stone."""
    row = sql.run(db, _STONE).fetchone()
    if row is None:
        return BEGIN
    seq, hash, mac = row
    if not _is_ours("stone", End(seq, hash), mac):
        faults.append(Fault("stone unsigned", seq))
    return End(seq, hash)


def _of_head(db: Session, last: End) -> Iterator[Fault]:
    row = sql.run(db, "SELECT seq, hash, mac FROM audit_head").fetchone()
    if row is None:
        if last.seq:
            yield Fault("head unsigned", last.seq)
        return
    kept = End(*row[:2])
    if not _is_ours("head", kept, row[2]):
        yield Fault("head unsigned", kept.seq)
    if kept.seq > last.seq:
        yield Fault("newest removed", last.seq + 1, many=kept.seq - last.seq)
    elif kept.seq < last.seq or kept.hash != last.hash:
        yield Fault("seal changed", last.seq)


def _is_ours(what: str, end: End, mac: bytes) -> bool:
    """Whether any key that is read has signed it."""
    return any(is_signed(key, what, end, mac) for key in settings().secret_keys)


def _chain(db: Session, after: int) -> Iterator[tuple[Any, ...]]:
    while found := sql.run(db, _NEXT, after=after, most=AT_ONCE).fetchall():
        yield from found
        after = found[-1][0]


_PUT_BACK_SINCE: Final = """
    SELECT EXISTS (SELECT FROM audit WHERE what = 'backup restored' AND at >= %(moment)s
        AND coalesce(new->>'nothing_since', '') <> 'true')
"""
_RESTORED: Final = "SELECT at, about FROM audit WHERE what = 'backup restored' ORDER BY id"
_OWNS: Final = """
    SELECT pg_has_role(relowner, 'MEMBER') FROM pg_class WHERE oid = 'audit'::regclass
"""
_STONE: Final = "SELECT seq, hash, mac FROM audit_stones ORDER BY seq DESC LIMIT 1"
_NEXT: Final = f"""
    SELECT s.seq, s.id, s.hash, {AS_LINK}
    FROM (SELECT seq, id, hash FROM audit_seals WHERE seq > %(after)s ORDER BY seq LIMIT %(most)s
         ) AS s LEFT JOIN audit a ON a.id = s.id
    ORDER BY s.seq
"""
_LEFT: Final = """
    SELECT a.id FROM audit a
    WHERE a.at < now() - %(within)s AND NOT EXISTS (
        SELECT FROM audit_seals s WHERE s.id = a.id)
    ORDER BY a.id LIMIT 100
"""
