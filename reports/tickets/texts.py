"""What can be searched of tickets: their places and roads, and all that people wrote.

A trigger notes whose words may have changed (migration 0017), in the commit that changes them; the
clock folds them and keeps them with their pairs of letters, which an index finds. Whoever searches
reads what is kept and, of the tickets that are noted, what there is: nothing that was taken back is
found any more, and everything new at once (docs/decisions/0031).
"""

import re
from collections.abc import Iterable
from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from reports.city.spelling import plain
from store import sql
from store.database import transaction

AT_ONCE: Final = 2_000
"""So many notes are taken in one commit."""
TEXT: Final = r"""
    concat_ws(E'\n', t.number, replace(t.number, '-', ''), t.place_name, t.place_name_en,
              t.district, t.why #>> '{road,name}', t.why #>> '{road,ref}',
              t.why #>> '{asset,key}', replace(t.why #>> '{asset,key}', '-', ''),
              t.why #>> '{asset,name}',
              (SELECT string_agg(r.place_hint, E'\n') FROM reports r WHERE r.ticket_id = t.id),
              (SELECT string_agg(m.words, E'\n') FROM remarks m JOIN reports r ON r.id = m.report_id
               WHERE r.ticket_id = t.id),
              (SELECT string_agg(h.note, E'\n') FROM history h
               WHERE h.ticket_id = t.id AND h.note <> ''),
              (SELECT string_agg(n.words, E'\n') FROM notes n WHERE n.ticket_id = t.id))
"""
"""SQL over tickets `t`: all that can be searched, a line for each thing."""
WRITTEN: Final = f"SELECT t.id, {TEXT} FROM tickets t WHERE t.id = ANY(%(ids)s::bigint[])"
"""The same with the ids, of these."""
_DIGIT: Final = {digit: value for value, digit in enumerate("〇一二三四五六七八九")}
_NUMERAL: Final = re.compile(
    "([〇一二三四五六七八九]?)(十?)([〇一二三四五六七八九]?)(?=丁目|番|号)"
)


def folded(written: str) -> str:
    """As it is compared, each line by itself: width, letters, kana, and 六丁目 as 6丁目."""
    lines = (_NUMERAL.sub(_in_digits, plain(line)).strip() for line in written.splitlines())
    return "\n".join(dict.fromkeys(line for line in lines if line))


def take_in() -> None:
    """Fold and keep what was noted."""
    while _take_some():
        pass


def differences(db: Session, after: int, until: int) -> list[int]:
    """Tickets of these ids of which something else is kept than there is, but for noted ones."""
    found = sql.run(db, _COMPARED, after=after, until=until)
    return [id for id, kept, written in found if kept != folded(written)]


def note(db: Session, ids: Iterable[int]) -> None:
    """What is kept of these is old."""
    db.execute(
        text("INSERT INTO ticket_text_changes SELECT unnest(CAST(:ids AS bigint[]))"),
        {"ids": list(ids)},
    )


def _take_some() -> bool:
    """One after the other, whoever does it: nobody puts older words over newer ones."""
    with transaction() as db:
        if not db.scalar(text("SELECT EXISTS (SELECT FROM ticket_text_changes)")):
            return False
        db.execute(text("LOCK TABLE ticket_texts IN SHARE ROW EXCLUSIVE MODE"))
        noted = {id for (id,) in sql.run(db, _TAKE, most=AT_ONCE)}
        written = sql.run(db, WRITTEN, ids=list(noted))
        for id, words in written:
            sql.run(db, _KEEP, id=id, words=folded(words))
    return bool(noted)


def _in_digits(found: re.Match[str]) -> str:
    if not found[0]:
        return ""
    tens, ten, ones = found.groups()
    if not ten:
        return "".join(str(_DIGIT[digit]) for digit in tens + ones)
    return str((_DIGIT[tens] if tens else 1) * 10 + (_DIGIT[ones] if ones else 0))


_TAKE: Final = """
    DELETE FROM ticket_text_changes
    WHERE ctid = ANY(ARRAY(SELECT ctid FROM ticket_text_changes LIMIT %(most)s))
    RETURNING ticket_id
"""
_KEEP: Final = """
    INSERT INTO ticket_texts (ticket_id, words) VALUES (%(id)s, %(words)s)
    ON CONFLICT (ticket_id) DO UPDATE SET words = excluded.words
"""
_COMPARED: Final = f"""
    SELECT t.id, x.words, {TEXT} FROM tickets t LEFT JOIN ticket_texts x ON x.ticket_id = t.id
    WHERE t.id > %(after)s AND t.id <= %(until)s
      AND NOT EXISTS (SELECT FROM ticket_text_changes c WHERE c.ticket_id = t.id)
    ORDER BY t.id
"""
