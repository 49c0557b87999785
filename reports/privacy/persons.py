"""Whose data it is: found by their LINE user id, a ticket's number, or a telephone number."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from sqlalchemy.orm import Session

from reports.tickets import queries
from reports.tickets.numbers import number_in
from store import sql

Kind = Literal["resident", "caller"]
_LINE_USER: Final = re.compile(r"U[0-9a-f]{32}")
_SHORTEST_PHONE: Final = 9
"""Digits of a Japanese telephone number without its first 0."""


@dataclass(frozen=True, slots=True)
class Person:
    """A resident (`id`: of their row), or somebody who told staff (`id`: of one of their reports).

    `reports`: ids of all of theirs; `numbers`: of their tickets. `line_user_id`: of a resident;
    `name`, `phone`: of a caller, as staff wrote them down. `follows`: so many tickets.
    """

    kind: Kind
    id: int
    reports: Sequence[int]
    numbers: Sequence[str]
    line_user_id: str = ""
    name: str = ""
    phone: str = ""
    follows: int = 0

    @property
    def shown(self) -> str:
        """What staff call them."""
        if self.kind == "resident":
            return f"通報者 {self.id}(LINE)"
        return self.name or "名前のない電話・窓口の人"


def find(db: Session, typed: str) -> list[Person]:
    """Everybody whom these words mean; of a ticket all who have reported it or follow it."""
    words = unicodedata.normalize("NFKC", typed).strip()
    if _LINE_USER.fullmatch(words):
        return _residents(db, sql.run(db, _BY_LINE_ID, who=words).fetchall())
    if number := number_in(words):
        return _of_ticket(db, number)
    digits = re.sub(r"[^0-9]", "", words)
    if "@" in words:
        found = sql.run(db, _BY_EMAIL, email=words).fetchone()
    elif len(digits) < _SHORTEST_PHONE:
        return []
    else:
        found = sql.run(db, _BY_PHONE, digits=digits).fetchone()
    one = person(db, "caller", found[0]) if found else None
    return [one] if one else []


def person(db: Session, kind: Kind, id: int) -> Person | None:
    """As they are held now; None where nothing is."""
    row = sql.run(db, _RESIDENT if kind == "resident" else _CALLER, id=id).fetchone()
    return Person(kind, id, *row) if row else None


def _of_ticket(db: Session, number: str) -> list[Person]:
    ticket_id = queries.id_of(db, number)
    if ticket_id is None:
        return []
    ids = [*queries.way_on(db, ticket_id)]
    residents = _residents(db, sql.run(db, _RESIDENTS_OF, tickets=ids).fetchall())
    callers = sql.run(db, _CALLERS_OF, tickets=ids).fetchall()
    found = [one for (id,) in callers if (one := person(db, "caller", id))]
    return [*residents, *{tuple(one.reports): one for one in found}.values()]


def _residents(db: Session, rows: Sequence[Sequence[int]]) -> list[Person]:
    return [one for (id,) in rows if (one := person(db, "resident", id))]


_OF_CALLERS: Final = "('telephone', 'counter', 'mail', 'open311')"
_BY_LINE_ID: Final = "SELECT id FROM residents WHERE line_user_id = %(who)s"
_DIGITS: Final = "regexp_replace(normalize({0}.phone, NFKC), '[^0-9]', '', 'g')"
_BY_PHONE: Final = f"""
    SELECT report_id FROM callers c WHERE {_DIGITS.format("c")} = %(digits)s
    ORDER BY report_id LIMIT 1
"""
_BY_EMAIL: Final = """
    SELECT report_id FROM callers WHERE email <> '' AND lower(email) = lower(%(email)s)
    ORDER BY report_id LIMIT 1
"""
_RESIDENTS_OF: Final = """
    SELECT DISTINCT resident_id FROM (
        SELECT resident_id, ticket_id FROM reports
        UNION ALL SELECT resident_id, ticket_id FROM followers
    ) AS theirs WHERE resident_id IS NOT NULL AND ticket_id = ANY(%(tickets)s::bigint[])
    ORDER BY resident_id
"""
_CALLERS_OF: Final = f"""
    SELECT id FROM reports
    WHERE ticket_id = ANY(%(tickets)s::bigint[]) AND channel IN {_OF_CALLERS}
    ORDER BY id
"""
_NUMBERS: Final = """
    ARRAY(SELECT DISTINCT t.number FROM reports o JOIN tickets t ON t.id = o.ticket_id
          WHERE o.id = ANY({0}) ORDER BY t.number)
"""
_THEIR_REPORTS: Final = "ARRAY(SELECT id FROM reports WHERE resident_id = r.id ORDER BY id)"
_RESIDENT: Final = f"""
    SELECT {_THEIR_REPORTS}, {_NUMBERS.format(_THEIR_REPORTS)}, r.line_user_id, '', '',
           (SELECT count(*) FROM followers WHERE resident_id = r.id)
    FROM residents r WHERE r.id = %(id)s
"""
# Calls from one number, or with one mail address, are one person's; who left neither is known by
# the one report.
_SAME: Final = f"""
    SELECT ARRAY(
        SELECT o.id FROM reports o LEFT JOIN callers other ON other.report_id = o.id
        WHERE o.id = r.id OR {_DIGITS.format("c")} <> ''
              AND {_DIGITS.format("other")} = {_DIGITS.format("c")}
              OR c.email <> '' AND lower(other.email) = lower(c.email) ORDER BY o.id) AS ids
"""
_CALLER: Final = f"""
    SELECT same.ids, {_NUMBERS.format("same.ids")}, '', coalesce(c.name, ''), coalesce(c.phone, ''),
           0
    FROM reports r LEFT JOIN callers c ON c.report_id = r.id, LATERAL ({_SAME}) AS same
    WHERE r.id = %(id)s AND r.channel IN {_OF_CALLERS}
      AND (c.report_id IS NOT NULL OR EXISTS (SELECT FROM remarks WHERE report_id = r.id)
           OR EXISTS (SELECT FROM photos WHERE report_id = r.id AND state <> 'removed')
           OR r.place IS NOT NULL)
"""
