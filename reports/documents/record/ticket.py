"""The ticket itself in its record: its facts, its history and that of those merged into it, and the
rules that it was routed by."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from geo.kinds import OWNER_NAMES
from geo.points import Point
from reports.city import profile
from reports.routing import versions
from reports.tickets import queries
from reports.tickets.event_json import details_of, personal_keys
from reports.tickets.event_kinds import kind_of
from reports.tickets.sentences import happened
from reports.tickets.why_sentences import why_sentence
from store import sql

Row = dict[str, Any]


def family(db: Session, ticket_id: int) -> dict[int, str]:
    """Number by id: the ticket and those merged into it, also by way of others."""
    return dict(sql.run(db, _FAMILY, id=ticket_id))


def facts(db: Session, ticket_id: int) -> tuple[Row, Point, int | None]:
    """As it is now; where it is, and the road that decided."""
    (values,) = sql.run(db, _FACTS, id=ticket_id)
    row = dict(zip(_NAMES, map(plain, values), strict=True))
    names = profile.category_names(db)
    row["category_name"] = names.get(row["category"], row["category"])
    row["why_words"] = why_sentence(row["why"], row["department"] or None, row["rules_version"])
    road = row["why"].get("road") or {}
    return row, Point(row["lon"], row["lat"]), road.get("id")


def history(db: Session, family: Mapping[int, str], *, personal: bool) -> list[Row]:
    """Every line of them all, in the order of time; without what is a resident's own, unless
    `personal`."""
    categories = profile.category_names(db)
    departments = {one.key: one.name for one in queries.departments(db)}
    found = queries.history_of(db, list(family))
    left_out = frozenset() if personal else personal_keys()
    rows = [
        {
            "id": line.id,
            "ticket": family[ticket_id],
            "at": plain(line.at),
            "actor": line.actor,
            "who": line.actor_name if line.actor != "resident" else "",
            "what": line.what,
            "from": line.from_status,
            "to": line.to_status,
            "note": line.note if personal or not kind_of(line.event).personal_note else "",
            "details": {
                key: value for key, value in details_of(line.event).items() if key not in left_out
            },
            "sentence": happened(line, categories, departments),
        }
        for ticket_id, lines in found.items()
        for line in lines
    ]
    return sorted(rows, key=lambda row: (row["at"], row["id"]))


def rules(db: Session, lines: Sequence[Row], facts: Row) -> list[Row]:
    """The versions of the routing table by which it went somewhere: the one that it bears, and
    those in use when a line of history says that it was routed."""
    routed = [row["at"] for row in lines if row["what"] == "routed"]
    found = sql.run(db, _RULES, version=facts["rules_version"], moments=routed)
    names = ("id", "live_at", "live_by", "note", "rules")
    rows = [dict(zip(names, map(plain, row), strict=True)) for row in found]
    number = facts["why"].get("rule")
    for row in rows:
        its = row["id"] == facts["rules_version"]
        of_number = [one for one in row.pop("rules") if one.get("order") == number]
        row["rule"] = of_number[0] if its and of_number else None
        row["rule_words"] = _rule_words(db, row["rule"]) if row["rule"] else ""
    return rows


def _rule_words(db: Session, rule: Mapping[str, Any]) -> str:
    """70番: 種類 舗装の穴、管理者 市 → 道路管理課."""
    known = versions.known(db)
    to = known.departments.get(str(rule.get("department")))
    when = {
        "種類": known.categories.get(rule.get("category") or "", rule.get("category")),
        "管理者": OWNER_NAMES.get(rule.get("owner") or "", rule.get("owner")),
        "地区": known.districts.get(rule.get("district") or "", rule.get("district")),
        "緊急": {"True": "はい", "False": "いいえ"}.get(str(rule.get("urgent"))),
        "時間": {"office": "開庁時間", "after": "時間外"}.get(rule.get("hours") or ""),
        "期限": f"{rule['deadline_days']}開庁日" if rule.get("deadline_days") is not None else "",
    }
    told = "、".join(f"{name} {value}" for name, value in when.items() if value)
    return f"{rule.get('order')}番: {told or 'すべて'} → {to.name if to else '職員が決める'}"


def plain(value: Any) -> Any:
    """As JSON has it; moments in UTC."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return value.isoformat() if isinstance(value, date) else value


_NAMES: Final = (
    "id", "number", "category", "status", "urgent", "lon", "lat", "place_name", "district",
    "owner", "department", "assignee", "received_at", "routed_at", "closed_at", "due_from",
    "deadline", "deadline_days", "paused_days", "paused_at", "rules_version", "why", "merged_into",
    "forgotten_at", "words_gone_at", "originals_gone_at", "exif_gone_at",
)  # fmt: skip
_FACTS: Final = """
    SELECT t.id, t.number, t.category, t.status, t.urgent, ST_X(t.place), ST_Y(t.place),
           t.place_name, t.district, t.owner, d.name, u.shown_name, t.received_at, t.routed_at,
           t.closed_at, t.due_from, t.deadline, t.deadline_days, t.paused_days, t.paused_at,
           t.rules_version, t.why, m.number, t.forgotten_at, t.words_gone_at, t.originals_gone_at,
           t.exif_gone_at
    FROM tickets t LEFT JOIN departments d ON d.id = t.department_id
    LEFT JOIN users u ON u.id = t.assignee_id LEFT JOIN tickets m ON m.id = t.merged_into
    WHERE t.id = %(id)s
"""
_FAMILY: Final = """
    WITH RECURSIVE family AS (
        SELECT id, number FROM tickets WHERE id = %(id)s
        UNION SELECT t.id, t.number FROM tickets t JOIN family f ON t.merged_into = f.id
    )
    SELECT id, number FROM family ORDER BY id
"""
_RULES: Final = """
    SELECT id, live_at, live_by, note, rules FROM rule_tables
    WHERE id = %(version)s::bigint OR id IN (
        SELECT (SELECT r.id FROM rule_tables r WHERE r.live_at <= moment::timestamptz
                ORDER BY r.live_at DESC LIMIT 1)
        FROM unnest(%(moments)s::text[]) AS moment)
    ORDER BY id
"""
