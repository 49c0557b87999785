"""A changed table tried on past tickets says what routing each of them anew would do."""

from collections import Counter
from datetime import UTC, datetime, timedelta

from sqlalchemy import text
from sqlalchemy.orm import Session
from townsfolk import HONCHO, STAFF, file, resident

from geo.nearby import NearRoad
from geo.points import Point
from reports.actions.assign import assign
from reports.actions.route import route
from reports.city import profile
from reports.routing import versions
from reports.routing.choose import Case, Rule, choose
from reports.routing.trial import try_rules

KOGANEI_KAIDO, NO_ROAD = Point(139.5078, 35.7014), Point(139.4700, 35.7500)
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
MANY = text("""
    INSERT INTO tickets (number, category, place, district, owner, department_id, urgent,
                         received_at, routed_at, rules_version, deadline_days, why)
    SELECT 'N' || n, (array['pothole', 'tree', 'sign', 'debris'])[1 + n % 4],
           ST_SetSRID(ST_MakePoint(139.5 + n % 97 * 0.0004, 35.69 + n % 89 * 0.0002), 4326),
           (array['north', 'south', NULL])[1 + n / 4 % 3],
           (array['city', 'prefecture', 'other', 'national'])[1 + n / 12 % 4],
           CASE WHEN n / 48 % 5 > 0 THEN n / 48 % 5 END, n / 240 % 2 = 0,
           timestamptz '2026-01-01' + n * interval '47 minutes', now(), 1, 5,
           jsonb_build_object('reason', 'rule', 'rule', n % 7)
    FROM generate_series(1, 10000) n
""")
NEW = [
    Rule(10, owner="national", department="national_road_office"),
    Rule(20, "tree", "city", None, True, "after", "road", 1),
    Rule(30, "tree", department="trees"),
    Rule(40, district="south", hours="office", department="drains"),
    Rule(50, urgent=True, department="road", deadline_days=2),
    Rule(60, "sign", department="traffic"),
    Rule(70),
]


def test_ten_thousand_tickets_are_decided_as_routing_each_anew_would(db: Session) -> None:
    db.execute(MANY)
    heard: list[tuple[int, int]] = []
    trial = try_rules(db, NEW, LONG_AGO, lambda done, total: heard.append((done, total)))
    assert (heard[0], heard[-1]) == ((0, 10_000), (10_000, 10_000))
    assert len(heard) > 5
    facts = profile.profile(db)
    categories = profile.categories(db)
    moves, unchanged, other_days = {}, 0, Counter[tuple[int, int]]()
    for row in db.execute(
        text("SELECT t.*, d.key FROM tickets t LEFT JOIN departments d ON d.id = department_id")
    ):
        in_hours = profile.in_hours(facts)(row.received_at)
        found = choose(
            [NearRoad(1, "", "", "", row.owner, 2.0, None)],
            NEW,
            Case(row.category, row.district, row.urgent, in_hours),
        )
        assert found.rule
        days = found.rule.deadline_days or categories[row.category].days(urgent=row.urgent)
        if days != 5:
            other_days[5, days] += 1
        if found.department == row.key:
            unchanged += 1
        else:
            moves[row.number] = (row.key, found.department, row.why["rule"], found.rule.order)
    assert {
        move.number: (move.before, move.after, move.rule_before, move.rule_after)
        for move in trial.moves
    } == moves
    assert (trial.looked_at, trial.unchanged, trial.by_hand) == (10_000, unchanged, 0)
    assert trial.matrix == Counter((before, after) for before, after, *_ in moves.values())
    assert trial.days == other_days


def test_what_it_says_is_what_happens_once_the_table_is_used(db: Session) -> None:
    haruka = resident(db)
    filed = [
        file(db, haruka, category=category, at=at)
        for category, at in (("pothole", HONCHO), ("tree", HONCHO), ("pothole", KOGANEI_KAIDO),
                             ("pothole", NO_ROAD), ("sign", HONCHO))
    ]  # fmt: skip
    for ticket_id in filed:
        route(db, ticket_id)
    assign(db, filed[4], "waste", STAFF, "現場を見て決めた")
    before = where_they_are(db)
    ours = Rule(1, owner="city", department="drains")
    new = [ours, Rule(2, owner="prefecture", department="tokyo_kitatama_south"), Rule(3)]
    trial = try_rules(db, new, LONG_AGO)
    assert (trial.looked_at, trial.by_hand, trial.unchanged) == (5, 1, 2)
    versions.replace(db, new, by="a")
    for ticket_id in filed[:4]:
        route(db, ticket_id)
    after = where_they_are(db)
    moved = {n: (before[n], after[n]) for n in before if before[n] != after[n]}
    assert {move.number: (move.before, move.after) for move in trial.moves} == moved
    assert set(moved.values()) == {("road", "drains"), ("trees", "drains")}


def test_only_what_was_received_since_then_is_looked_at_and_nothing_is_written(db: Session) -> None:
    db.execute(MANY)
    db.execute(text("UPDATE tickets SET routed_at = NULL WHERE number = 'N9999'"))
    last = db.execute(text("SELECT max(received_at) FROM tickets")).scalar_one()
    changes = text("SELECT count(*), max(change), max(updated_at) FROM tickets")
    before = db.execute(changes).one()
    assert try_rules(db, NEW, last - timedelta(minutes=100)).looked_at == 2
    assert try_rules(db, NEW, last + timedelta(days=1)).looked_at == 0
    assert db.execute(changes).one() == before


def where_they_are(db: Session) -> dict[str, str | None]:
    found = text("SELECT number, key FROM tickets LEFT JOIN departments d ON d.id = department_id")
    return {row.number: row.key for row in db.execute(found)}
