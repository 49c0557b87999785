"""The versions of the routing table: drafts, the one in use, and those before it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Select, func, select, text
from sqlalchemy.orm import Session

from geo.models import Area
from reports.city import profile
from reports.city.models import Department
from reports.routing.checks import check
from reports.routing.choose import Rule
from reports.routing.models import RuleTable
from reports.routing.table import Known, RefusedTable
from reports.tickets.read_models import DepartmentSummary


class NoSuchTable(Exception):
    """There is no version of this number, or it cannot be used any more."""


class TableOvertaken(Exception):
    """Another version is in use than the one that somebody saw; its argument is that version."""


@dataclass(frozen=True, slots=True)
class Version:
    """`state`: draft, live, past or dropped; `size`: how many rules."""

    id: int
    state: str
    size: int
    note: str
    made_at: datetime
    made_by: str
    live_at: datetime | None
    live_by: str


def known(db: Session) -> Known:
    """What a table may name today."""
    facts = ("key", "name", "name_en", "inside", "phone", "contact", "email", "tell_by",
             "silent_days")  # fmt: skip
    rows = db.scalars(select(Department).order_by(Department.id))
    departments = {row.key: DepartmentSummary(*(getattr(row, f) for f in facts)) for row in rows}
    categories = profile.category_names(db)
    named = select(Area.key, Area.name).where(Area.kind == "district").order_by(Area.id)
    return Known(departments, categories, {row.key: row.name for row in db.execute(named)})


def live(db: Session) -> Version | None:
    """The version in use; `live_rules` gives its lines."""
    row = db.execute(_VERSIONS.where(RuleTable.state == "live")).first()
    return Version(**row._mapping) if row else None


def versions(db: Session) -> list[Version]:
    """Every version but the dropped ones, the newest first."""
    wanted = _VERSIONS.where(RuleTable.state != "dropped").order_by(RuleTable.id.desc())
    return [Version(**row._mapping) for row in db.execute(wanted)]


def version(db: Session, number: int) -> Version:
    """Raises NoSuchTable."""
    row = db.execute(_VERSIONS.where(RuleTable.id == number)).first()
    if row is None:
        raise NoSuchTable(str(number))
    return Version(**row._mapping)


def rules(db: Session, number: int) -> list[Rule]:
    """The lines of any version. Raises NoSuchTable."""
    facts = db.scalar(select(RuleTable.rules).where(RuleTable.id == number))
    if facts is None:
        raise NoSuchTable(str(number))
    return [Rule.from_json(each) for each in facts]


def draft(
    db: Session, rules: Sequence[Rule], *, by: str, note: str = "", based_on: int | None
) -> int:
    """Keep a changed table, to be tried and then switched on. Returns its version.

    `based_on`: the version in use that was changed, None where there was none. Raises RefusedTable,
    TableOvertaken.
    """
    _nobody_else(db, based_on)
    demand(rules, known(db))
    row = _row(rules, by=by, note=note)
    db.add(row)
    db.flush()
    return row.id


def switch_on(db: Session, number: int, *, by: str, seen: int | None) -> int:
    """Use this version from now on; tickets that are routed already stay where they are.

    `seen`: the version in use as the person knows. A draft is switched on itself; one that was in
    use before comes back as a copy, so that numbers rise with time. Returns the version now in
    use. Checked against today's departments. Raises NoSuchTable, RefusedTable, TableOvertaken.
    """
    _nobody_else(db, seen)
    row = db.get(RuleTable, number, with_for_update=True)
    if row is None or row.state == "dropped":
        raise NoSuchTable(str(number))
    if row.state == "live":
        return row.id
    lines = [Rule.from_json(each) for each in row.rules]
    demand(lines, known(db))
    if row.state == "past":
        row = _row(lines, by=by, note=f"第{number}版に戻す")
    _put_in_use(db, row, by)
    return row.id


def replace(db: Session, rules: Sequence[Rule], *, by: str, note: str = "") -> int:
    """Use these rules from now on, whatever is in use. Returns the version. Raises RefusedTable."""
    _one_at_a_time(db)
    demand(rules, known(db))
    row = _row(rules, by=by, note=note)
    _put_in_use(db, row, by)
    return row.id


def drop(db: Session, number: int) -> None:
    """Throw a draft away. Raises NoSuchTable where it is no draft any more."""
    _one_at_a_time(db)
    row = db.get(RuleTable, number, with_for_update=True)
    if row is None or row.state != "draft":
        raise NoSuchTable(str(number))
    row.state = "dropped"
    db.flush()


def demand(rules: Sequence[Rule], known: Known) -> None:
    """Raises RefusedTable with what must be mended, where anything must."""
    wrong = [finding for finding in check(rules, known) if finding.refuses]
    if wrong:
        raise RefusedTable(wrong)


def _row(rules: Sequence[Rule], *, by: str, note: str) -> RuleTable:
    facts = [rule.to_json() for rule in rules]
    return RuleTable(state="draft", rules=facts, note=note, made_by=by)


def _put_in_use(db: Session, row: RuleTable, by: str) -> None:
    before = db.scalar(select(RuleTable).where(RuleTable.state == "live"))
    if before:
        before.state = "past"
        db.flush()  # one is live at a time, in between as well
    row.state, row.live_at, row.live_by = "live", datetime.now(UTC), by
    db.add(row)
    db.flush()


def _one_at_a_time(db: Session) -> None:
    """Until the commit nobody else writes here; reading goes on."""
    db.execute(text("LOCK TABLE rule_tables IN SHARE ROW EXCLUSIVE MODE"))


def _nobody_else(db: Session, seen: int | None) -> None:
    _one_at_a_time(db)
    now = db.scalar(select(RuleTable.id).where(RuleTable.state == "live"))
    if now != seen:
        raise TableOvertaken(now)


_VERSIONS: Select[tuple[int, str, int, str, datetime, str, datetime | None, str]] = select(
    RuleTable.id,
    RuleTable.state,
    func.jsonb_array_length(RuleTable.rules).label("size"),
    RuleTable.note,
    RuleTable.made_at,
    RuleTable.made_by,
    RuleTable.live_at,
    RuleTable.live_by,
)


@dataclass(frozen=True, slots=True)
class Rules:
    """One version of the routing table, in its order; no version before there was any."""

    version: int | None
    lines: Sequence[Rule] = ()


def live_rules(db: Session) -> Rules:
    """The routing table in use."""
    row = db.execute(select(RuleTable.id, RuleTable.rules).where(RuleTable.state == "live")).first()
    return Rules(row.id, [Rule.from_json(facts) for facts in row.rules]) if row else Rules(None)
