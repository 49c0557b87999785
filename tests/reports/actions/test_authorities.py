"""Tickets of other authorities: handed over, asked about again, answered; and their cards."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session
from townsfolk import CREW, STAFF, file, resident

from geo.kinds import BadFile
from geo.points import Point
from reports.actions.assign import assign, not_ours
from reports.actions.authorities import (
    NotWaitedFor,
    answered,
    count_to_tell,
    remind,
    silent,
    tell_them,
    to_tell,
)
from reports.actions.edit_department import save_department
from reports.actions.move import move, reopen
from reports.actions.route import route
from reports.city.departments import DepartmentCard, Wrong
from reports.load_city import load_departments
from reports.outbox import mails
from reports.tickets import workload
from reports.tickets.status import MoveRefused, Status
from store.database import transaction

ON_TODO = Point(139.5078, 35.7014)
OFFICE = "tokyo_kitatama_south"
NOTE = "東京都へ連絡しました。電話 042-000-0201"
MONDAY = datetime(2026, 11, 2, 1, tzinfo=UTC)
"""Before 文化の日 (the 3rd) and 勤労感謝の日 (the 23rd)."""


def on_the_prefectures_road(db: Session, **more: Any) -> tuple[int, str]:
    """A ticket's id and number."""
    ticket_id = file(db, resident(db, f"U{more.pop('who', 7):032d}"), at=ON_TODO, **more)
    route(db, ticket_id)
    return ticket_id, one(db, "SELECT number FROM tickets WHERE id = :id", id=ticket_id)


def one(db: Session, statement: str, **values: Any) -> Any:
    return db.execute(text(statement), values).scalar_one()


def handed_over(db: Session, since: datetime | None = None) -> int:
    """Forty days ago, if nothing else is said."""
    since = since or datetime.now(UTC) - timedelta(days=40)
    ticket_id, number = on_the_prefectures_road(db)
    tell_them(db, OFFICE, [number], STAFF, NOTE)
    db.execute(text("UPDATE tickets SET silent_since = :since"), {"since": since})
    return ticket_id


def history(db: Session) -> list[Any]:
    return list(db.execute(text("SELECT what, note, details FROM history ORDER BY id")))


def test_a_ticket_of_the_prefecture_waits_to_be_told_until_staff_have_done_it(db: Session) -> None:
    ticket_id, number = on_the_prefectures_road(db, spoken="穴が深い")
    (waiting,) = to_tell(db)
    assert (waiting.authority.key, waiting.notice.number) == (OFFICE, number)
    assert (waiting.notice.words, waiting.notice.category) == (["穴が深い"], "舗装の穴・段差")
    assert count_to_tell(db) == 1
    assert tell_them(db, OFFICE, [number], STAFF, NOTE) == 1
    assert to_tell(db) == []
    assert one(db, "SELECT status FROM tickets WHERE id = :id", id=ticket_id) == "forwarded"
    assert one(db, "SELECT count(*) FROM messages WHERE say -> 0 ->> 'say' = 'moved'") == 1
    assert one(db, "SELECT kind FROM mails WHERE ticket_id = :id", id=ticket_id) == "forwarded"
    assert one(db, "SELECT silent_since IS NOT NULL FROM tickets WHERE id = :id", id=ticket_id)


def test_nobody_is_told_without_a_reason_or_of_another_authoritys_tickets(db: Session) -> None:
    _, number = on_the_prefectures_road(db)
    assert tell_them(db, "police", [number], STAFF, NOTE) == 0
    with pytest.raises(MoveRefused):
        tell_them(db, OFFICE, [number], STAFF, " ")


def test_a_city_ticket_never_waits_for_an_authority(db: Session) -> None:
    route(db, file(db, resident(db)))
    assert to_tell(db) == []


def test_urgent_tickets_stand_first_in_an_authoritys_pile(db: Session) -> None:
    on_the_prefectures_road(db)
    _, urgent = on_the_prefectures_road(db, who=8)
    db.execute(text("UPDATE tickets SET urgent = true WHERE number = :n"), {"n": urgent})
    assert to_tell(db)[0].notice.number == urgent


def test_words_of_a_report_that_was_withdrawn_go_nowhere(db: Session) -> None:
    on_the_prefectures_road(db, spoken="やめます")
    db.execute(text("UPDATE reports SET withdrawn_at = now()"))
    assert to_tell(db)[0].notice.words == []


def test_whom_no_mail_reaches_comes_back_to_the_list_to_copy(db: Session) -> None:
    """This installation has no SMTP_URL."""
    _, number = on_the_prefectures_road(db)
    tell_them(db, OFFICE, [number], STAFF, NOTE)
    mails.failed(db, one(db, "SELECT id FROM mails"), mails.NO_SERVER)
    (waiting,) = to_tell(db)
    assert waiting.undelivered
    assert tell_them(db, OFFICE, [number], STAFF, NOTE) == 1
    assert to_tell(db) == []
    assert mails.undelivered(db) == []
    assert history(db)[-1].what == "told_otherwise"
    assert one(db, "SELECT count(*) FROM history WHERE to_status = 'forwarded'") == 1


def test_silence_is_counted_in_business_days(db: Session) -> None:
    handed_over(db, MONDAY)
    for days_later, business_days in {14: None, 15: 10, 16: 11, 21: 13, 22: 14}.items():
        found = silent(db, MONDAY + timedelta(days=days_later))
        assert [one.days for one in found] == ([business_days] if business_days else [])


def test_one_day_of_silence_is_over_on_the_next_morning(db: Session) -> None:
    db.execute(text("UPDATE departments SET silent_days = 1"))
    wednesday_evening = MONDAY + timedelta(days=2, hours=7)
    handed_over(db, wednesday_evening)
    assert silent(db, wednesday_evening + timedelta(hours=1)) == []
    assert [one.days for one in silent(db, MONDAY + timedelta(days=3))] == [1]


def test_a_reminder_begins_the_silence_anew_and_writes_a_mail(db: Session) -> None:
    ticket_id = handed_over(db)
    assert [one.reminded for one in silent(db)] == [0]
    remind(db, ticket_id, STAFF)
    assert silent(db) == []
    assert one(db, "SELECT count(*) FROM mails WHERE kind = 'reminder'") == 1
    assert history(db)[-1].details["by"] == "email"
    with pytest.raises(NotWaitedFor):
        remind(db, ticket_id, STAFF)


def test_whoever_has_no_mail_is_reminded_by_telephone(db: Session) -> None:
    ticket_id = handed_over(db)
    db.execute(text("UPDATE departments SET tell_by = 'list', email = '' WHERE NOT inside"))
    db.expire_all()
    remind(db, ticket_id, STAFF)
    assert one(db, "SELECT count(*) FROM mails WHERE kind = 'reminder'") == 0


def test_an_answer_is_kept_and_ends_the_waiting(db: Session) -> None:
    ticket_id = handed_over(db)
    answered(db, ticket_id, STAFF, "来週直します")
    assert silent(db) == []
    assert (history(db)[-1].what, history(db)[-1].note) == ("authority_answered", "来週直します")
    with pytest.raises(NotWaitedFor):
        answered(db, ticket_id, STAFF, "もう一度")


def test_an_answer_may_move_the_ticket_on_and_residents_read_it(db: Session) -> None:
    ticket_id = handed_over(db)
    answered(db, ticket_id, STAFF, "現場を見ます", Status.INSPECTING)
    assert one(db, "SELECT status FROM tickets") == "inspecting"
    assert history(db)[-1].note == "現場を見ます"
    assert to_tell(db) == []
    move(db, ticket_id, Status.FIXED, STAFF)
    reopen(db, ticket_id, one(db, "SELECT max(id) FROM residents"))
    assert len(to_tell(db)) == 1


WORKED_ON = (Status.SCHEDULED, Status.IN_PROGRESS, Status.MADE_SAFE, Status.MONITORING)
HAND_OVERS: dict[str, Callable[[Session, int], object]] = {
    "by the desk": lambda db, id: assign(db, id, OFFICE, STAFF, "都の設備でした"),
    "by the crew": lambda db, id: not_ours(db, id, CREW, "市の管理ではありません"),
}


@pytest.mark.parametrize("status", WORKED_ON)
@pytest.mark.parametrize("how", HAND_OVERS)
def test_what_is_handed_over_after_work_began_waits_to_be_told(
    db: Session, status: Status, how: str
) -> None:
    db.execute(text(GOES_ON_TO_THE_OFFICE))
    ticket_id = file(db, resident(db))
    route(db, ticket_id)
    number = one(db, "SELECT number FROM tickets WHERE id = :id", id=ticket_id)
    move(db, ticket_id, status, STAFF)
    HAND_OVERS[how](db, ticket_id)
    assert [waiting.notice.number for waiting in to_tell(db)] == [number]
    assert count_to_tell(db) == 1
    assert tell_them(db, OFFICE, [number], STAFF, NOTE) == 1
    assert to_tell(db) == []
    move(db, ticket_id, status, STAFF)
    assert to_tell(db) == []


def test_what_comes_back_to_an_authority_waits_to_be_told_anew(db: Session) -> None:
    ticket_id, number = on_the_prefectures_road(db)
    tell_them(db, OFFICE, [number], STAFF, NOTE)
    move(db, ticket_id, Status.SCHEDULED, STAFF)
    assert to_tell(db) == []
    assign(db, ticket_id, "road", STAFF, "市のふたでした")
    assert to_tell(db) == []
    assign(db, ticket_id, OFFICE, STAFF, "やはり都でした")
    assert [waiting.notice.number for waiting in to_tell(db)] == [number]


def test_an_answer_that_cannot_be_leaves_nothing_behind(db: Session) -> None:
    ticket_id = handed_over(db)
    with pytest.raises(MoveRefused), db.begin_nested():
        answered(db, ticket_id, STAFF, "まとめた", Status.MERGED)
    db.expire_all()
    assert len(silent(db)) == 1


GOES_ON_TO_THE_OFFICE = f"""
    UPDATE rule_tables SET rules = (
        SELECT jsonb_agg(line || '{{"not_ours": "{OFFICE}"}}')
        FROM jsonb_array_elements(rules) AS line WHERE line ->> 'department' = 'road')
    WHERE state = 'live'
"""


def many_more(db: Session) -> None:
    """A thousand tickets of the same authority that stand before ours in every list."""
    db.execute(
        text(
            "INSERT INTO tickets (number, category, place, department_id, urgent)"
            " SELECT 'n' || n, 'pothole', place, department_id, true"
            " FROM generate_series(1, 1000) AS n, tickets"
        )
    )


def test_behind_a_thousand_others_a_ticket_is_told_and_reminded_all_the_same(db: Session) -> None:
    ticket_id, number = on_the_prefectures_road(db)
    many_more(db)
    assert tell_them(db, OFFICE, [number], STAFF, NOTE) == 1
    many_ago = {"since": datetime.now(UTC) - timedelta(days=40)}
    db.execute(text("UPDATE tickets SET silent_since = :since, status = 'forwarded'"), many_ago)
    db.execute(text("UPDATE tickets SET silent_since = now() - interval '90 d' WHERE urgent"))
    db.expire_all()
    remind(db, ticket_id, STAFF)
    assert one(db, "SELECT count(*) FROM history WHERE what = 'reminded'") == 1


CARD = DepartmentCard("水道局", "Waterworks", False, "042-000-0303", email="w@example.jp")


def test_what_staff_have_edited_no_file_overwrites(db: Session, tmp_path: Path) -> None:
    file = tmp_path / "departments.toml"
    entry = (
        '[[departments]]\nkey = "{0}"\nname = "{1}"\nname_en = "N"\ninside = false\nphone = "1"\n'
    )
    file.write_text(entry.format("water", "水") + entry.format("telecom", "名"))
    save_department(db, "water", CARD, "佐藤 恵")
    load_departments(db, file)
    cards = {kept.key: kept.card for kept in workload.kept(db)}
    assert (cards["water"], cards["telecom"].name) == (CARD, "名")


WRONG_LINES = {
    'tell_by = "email"': "email cannot be so",
    'email = "who?"': "email cannot be so",
    'tell_by = "fax"': "tell_by cannot be so",
    "silent_days = 0": "silent_days cannot be so",
    "name = ''": "name cannot be so",
    "phone = 110": "cannot be so",
    'url = "javascript:alert(1)"': "url cannot be so: an address such as https://",
    'url = "www.example.jp"': "url cannot be so",
    'url = "https://[x"': "url cannot be so",
}


def test_a_file_with_a_wrong_card_is_refused_with_the_field(db: Session, tmp_path: Path) -> None:
    fields = {"key": '"x"', "name": '"X"', "name_en": '"X"', "inside": "false", "phone": '"1"'}
    file = tmp_path / "departments.toml"
    for line, why in WRONG_LINES.items():
        name, _, value = line.partition(" = ")
        lines = [f"{field} = {said}" for field, said in {**fields, name: value}.items()]
        file.write_text("\n".join(["[[departments]]", *lines]))
        with pytest.raises(BadFile, match=why):
            load_departments(db, file)


def test_a_department_with_open_tickets_stays_inside(db: Session) -> None:
    route(db, file(db, resident(db)))
    (road,) = workload.kept(db, "road")
    assert road.open_tickets == 1
    with pytest.raises(Wrong, match="inside"):
        save_department(db, "road", CARD, "佐藤 恵")


def test_a_ticket_that_comes_while_a_card_is_edited_keeps_its_department_inside(
    database_url: str,
) -> None:
    with transaction() as db:
        db.execute(text("UPDATE users SET disabled = true"))
    with ThreadPoolExecutor(1) as desk, transaction() as routing:
        route(routing, file(routing, resident(routing)))
        saving = desk.submit(save_in_its_own, "road")
        while not (saving.done() or waits_somebody(routing)):
            pass
        routing.commit()
    with pytest.raises(Wrong, match="inside"):
        saving.result()


def save_in_its_own(key: str) -> None:
    with transaction() as db:
        save_department(db, key, CARD, "佐藤 恵")


def waits_somebody(db: Session) -> bool:
    return bool(one(db, "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)"))
