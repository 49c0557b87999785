"""What was kept for as long as it had to be goes, and a signed stone stands in its place."""

from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from reports.audit.chain import End, signed
from settings import settings
from store import sql

MOST_AT_ONCE: Final = 2_000


def forget(db: Session, now: datetime) -> int:
    """The oldest rows, MOST_AT_ONCE at most, are gone after AUDIT_YEARS; how many.

    To be called again until it is 0. The database itself lets go of nothing that is younger than a
    year, whoever asks.
    """
    years = settings().audit_years
    values = {"now": now, "years": years, "most": MOST_AT_ONCE}
    row = sql.run(db, _FORGET, **values).fetchone()
    if row is None:
        return 0
    seq, hash, gone = row
    mac = signed(settings().secret_keys[0], "stone", End(seq, hash))
    sql.run(db, _STONE, seq=seq, hash=hash, gone=gone, mac=mac)
    return int(gone)


_FORGET: Final = """
    SELECT last_seq, last_hash, gone
    FROM audit_forget(%(now)s - make_interval(years => %(years)s), %(most)s)
"""
_STONE: Final = """
    INSERT INTO audit_stones (seq, hash, gone, mac)
    VALUES (%(seq)s, %(hash)s, %(gone)s, %(mac)s)
"""
