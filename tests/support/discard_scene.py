"""A ticket with everything that can belong to one, closed; and lists of what is thrown away."""

from datetime import date
from decimal import Decimal
from typing import NamedTuple

from order_scene import STAFF, firm, items_of, ordered, quantity_of
from townsfolk import CREW, rows
from web_scene import PASSWORD, Filed, filed, sends_more, stored_photo

from reports.actions import bulk_runs, do_item, edit_budget, prove
from reports.actions.ask import ask
from reports.actions.follow import follow
from reports.actions.merge import merge
from reports.actions.move import move
from reports.actions.note import note
from reports.actions.report_work import Done, report_work
from reports.city import clock
from reports.city.fiscal import fiscal_year
from reports.city.materials import Material
from reports.discard import lists, throwing
from reports.people.accounts import create_user, known_as
from reports.people.permissions import Actor, Role
from reports.tickets import texts
from reports.tickets.outcomes import Outcome
from reports.tickets.status import Status
from store.database import transaction
from workers.clock import publish

LONG_AFTER = date(fiscal_year(clock.today()) + 3, 4, 1)
"""What was closed today is due since then where it is kept for two years."""
WORDS = (
    "わがやのまえのあな",
    "ふちがくずれる",
    "しょくいんのメモ",
    "さぎょうのことば",
    "ほかの人の言葉",
)


class Scene(NamedTuple):
    """`one` with `child`, which was put together with it; `other` was too, and goes on alone."""

    one: Filed
    child: Filed
    other: Filed

    @property
    def ids(self) -> list[int]:
        return [self.one.id, self.child.id]

    @property
    def numbers(self) -> list[str]:
        return [self.one.number, self.child.number]


def kept_for(years: int) -> None:
    """The city keeps all tickets so long."""
    rows(
        "UPDATE city_versions SET facts ="
        " jsonb_set(facts, '{keep}', coalesce(facts -> 'keep', '{}')"
        " || jsonb_build_object('records_years', CAST(:years AS int))) WHERE part = 'facts'",
        years=years,
    )
    rows(
        "UPDATE city SET facts = jsonb_set(facts, '{keep}', coalesce(facts -> 'keep', '{}')"
        " || jsonb_build_object('records_years', CAST(:years AS int)))",
        years=years,
    )


def boss(name: str = "kanri") -> Actor:
    """An administrator."""
    with transaction() as db:
        known = known_as(db, name)
        if known is None:
            create_user(db, name=name, shown_name=f"管理 {name}", password=PASSWORD,
                        role="administrator")  # fmt: skip
            known = known_as(db, name)
        assert known is not None
        return Actor(Role.ADMINISTRATOR, known.shown_name, known.id)


def closed(category: str = "pothole", *, pictures: int = 0) -> Filed:
    """A ticket that ended today."""
    one = filed(category, pictures=pictures)
    with transaction() as db:
        move(db, one.id, Status.DECLINED, STAFF, note="対応しません")
    return one


def everything() -> Scene:
    """All of it through the house's doors, but for rows that only name it."""
    one = filed(words=WORDS[0], pictures=2)
    child = filed(words=WORDS[4], pictures=1)
    other = filed("drain", words="となりのふた")
    material = Material("cold_mix", "常温合材", "袋")
    with transaction() as db:
        edit_budget.set_prices(db, STAFF, fiscal_year(clock.today()), {"hour": 3_000}, {})
        move(db, one.id, Status.INSPECTING, STAFF, note="見に行きます")
        ask(db, one.id, STAFF, "どちら側ですか。")
        merge(db, child.id, one.number, STAFF, note="同じ穴")
        merge(db, other.id, one.number, STAFF)
    with transaction() as db:
        move(db, other.id, Status.REOPENED, STAFF, note="別の場所でした")
        note(db, one.id, STAFF, WORDS[2], photo_ids=[stored_photo(db, None)])
        follow(db, one.id, other.resident_id)
    sends_more(one, "answered", words=WORDS[1], pictures=1)
    with transaction() as db:
        done = ordered(db, [one.id], firm(db))
        (item,) = items_of(db, done)
        by = Actor(Role.CONTRACTOR, "小金井土木", order_id=done)
        shots = [prove.Shot(stored_photo(db, None))]
        actual = {quantity_of(db, item): Decimal(3)}
        do_item.finish(db, done, item, by, actual=actual, shots=shots, key="k")
    with transaction() as db:
        move(db, one.id, Status.REOPENED, STAFF, note="まだ浅い")
        work = Done(Outcome.FIXED, used=[(material, Decimal(2))], minutes=30,
                    shots=[prove.Shot(stored_photo(db, None))], note=WORDS[3])  # fmt: skip
        report_work(db, one.id, work, CREW)
    rows("UPDATE work_orders SET state = 'done'")
    _named_by(one, other)
    publish()
    texts.take_in()
    return Scene(one, child, other)


def _named_by(one: Filed, other: Filed) -> None:
    """Rows that only name it."""
    at = {"id": one.id, "number": one.number}
    month = "date_trunc('month', now())::date"
    user = boss().user_id
    with transaction() as db:
        run = bulk_runs.choose(db, [one.id, other.id], Actor(Role.STAFF, "佐藤", user))
    assert run
    for statement in (
        "UPDATE reports SET differs_from = ARRAY[:id, 77] WHERE ticket_id <> :id",
        "INSERT INTO plan_stops VALUES (:user, current_date, :id, 1)",
        f"INSERT INTO monthly_words (month, tickets) VALUES ({month}, ARRAY[:id, 77])",
        f"INSERT INTO monthly_reports (month, tickets, photos) VALUES ({month}, ARRAY[:id],"
        " ARRAY(SELECT id FROM photos))",
        "INSERT INTO mails (kind, ticket_id, address, message_id) VALUES"
        " ('told', :id, 'a@example.jp', 'm1')",
        "INSERT INTO mails (kind, address, message_id, facts, state) VALUES ('daily',"
        " 'a@example.jp', 'm2', jsonb_build_object('due', CAST(:number AS text)), 'sent')",
        "INSERT INTO tasks (name, queue, args, due_at) VALUES"
        " ('route_ticket', 'routing', jsonb_build_object('ticket_id', CAST(:id AS bigint)), now())",
        "INSERT INTO callers (report_id, name, phone) SELECT id, '山田', '042' FROM reports"
        " WHERE ticket_id = :id ORDER BY id LIMIT 1",
        "INSERT INTO exports (user_id, key, asked, ids, total) VALUES"
        " (:user, 'k', '{}', ARRAY[:id], 1)",
        "INSERT INTO webhooks (name, url, secret) VALUES ('GIS', 'https://g.example.jp/', '')",
        "INSERT INTO webhook_calls (webhook_id, message_id, kind, number)"
        " SELECT id, 'c1', 'published', :number FROM webhooks",
        "INSERT INTO issued_records (ticket_id, serial, key, why, by_name) VALUES"
        " (:id, 1, 'k', '請求', '佐藤')",
        "INSERT INTO came_back (first_id, again_id, fixed_at, again_at, how, metres, category,"
        " town)"
        f" VALUES (:id, {other.id}, now(), now(), 'place', 3, 'pothole', '')",
    ):  # fmt: skip
        given = {
            name: each for name, each in (at | {"user": user}).items() if f":{name}" in statement
        }
        rows(statement, **given)


def listed(today: date = LONG_AFTER, key: str | None = None) -> int:
    """A list of what is due then; its id."""
    with transaction() as db:
        return lists.propose(db, boss(), today=today, key=key)


def approved(list_id: int, by: str = "fukushi") -> None:
    """By another administrator, who has seen it."""
    with transaction() as db:
        found = lists.one(db, list_id)
        assert found is not None
        lists.approve(db, list_id, boss(by), seen=found.digest)


def thrown_away(list_id: int, today: date = LONG_AFTER) -> None:
    """What a worker does of it."""
    assert not throwing.go_on(list_id, lambda: False, today)
    with transaction() as db:
        lists.end(db, list_id, "done")


def files_of(ticket_ids: list[int]) -> set[str]:
    """Places in the photo store of all their photos."""
    found = rows(
        "SELECT p.original, p.large, p.small FROM photos p"
        " LEFT JOIN reports r ON r.id = p.report_id"
        " LEFT JOIN notes n ON n.id = p.note_id"
        " WHERE coalesce(r.ticket_id, p.ticket_id, n.ticket_id) = ANY(:ids)",
        ids=ticket_ids,
    )
    return {key for row in found for key in row if key}
