"""The routing table has versions: one in use, none lost, and nobody overtaken without a word."""

import threading
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session
from townsfolk import file, resident

from geo.kinds import BadFile
from reports.actions.route import route
from reports.load_city import load_rules
from reports.routing import versions
from reports.routing.choose import Rule
from reports.routing.csv import write
from reports.routing.table import RefusedTable, What
from reports.routing.versions import NoSuchTable, TableOvertaken
from store.database import transaction

EVERYTHING_TO_ROAD = [Rule(1, department="road")]


def in_use(db: Session) -> int:
    live = versions.live(db)
    assert live
    return live.id


def test_a_draft_decides_nothing_until_it_is_switched_on(db: Session) -> None:
    first = in_use(db)
    draft = versions.draft(db, EVERYTHING_TO_ROAD, by="道路 花子", note="試し", based_on=first)
    assert (in_use(db), versions.live_rules(db).version) == (first, first)
    assert versions.switch_on(db, draft, by="課長", seen=first) == draft
    assert versions.live_rules(db) == versions.Rules(draft, EVERYTHING_TO_ROAD)
    now, before = versions.versions(db)
    assert (now.id, now.state, now.size, now.note) == (draft, "live", 1, "試し")
    assert (now.made_by, now.live_by, before.state) == ("道路 花子", "課長", "past")
    assert now.live_at
    ticket_id = file(db, resident(db), category="tree")
    route(db, ticket_id)
    kept = db.execute(text("SELECT rules_version, why ->> 'rule' FROM tickets")).one()
    assert kept == (draft, "1")


def test_an_older_version_comes_back_as_a_new_one_of_the_same_lines(db: Session) -> None:
    first, lines = in_use(db), versions.live_rules(db).lines
    second = versions.replace(db, EVERYTHING_TO_ROAD, by="a")
    third = versions.switch_on(db, first, by="課長", seen=second)
    assert third > second
    assert versions.live_rules(db) == versions.Rules(third, lines)
    assert f"第{first}版" in versions.version(db, third).note
    assert versions.rules(db, first) == lines
    assert versions.switch_on(db, third, by="課長", seen=third) == third


def test_whoever_saw_another_version_is_told_and_nothing_is_written(db: Session) -> None:
    first = in_use(db)
    draft = versions.draft(db, EVERYTHING_TO_ROAD, by="a", based_on=first)
    second = versions.replace(db, [Rule(5)], by="a")
    with pytest.raises(TableOvertaken, match=str(second)):
        versions.draft(db, EVERYTHING_TO_ROAD, by="a", based_on=first)
    with pytest.raises(TableOvertaken):
        versions.switch_on(db, draft, by="a", seen=first)
    assert in_use(db) == second


def test_of_two_who_switch_on_at_the_same_time_one_is_told(database_url: str) -> None:
    with transaction() as db:
        first = in_use(db)
        drafts = [versions.draft(db, [Rule(n)], by="a", based_on=first) for n in (1, 2)]
    told: list[int] = []
    both = threading.Barrier(2)

    def switch_on(draft: int) -> None:
        try:
            with transaction() as db:
                in_use(db)
                both.wait(20)
                versions.switch_on(db, draft, by="a", seen=first)
        except TableOvertaken:
            told.append(draft)

    people = [threading.Thread(target=switch_on, args=[draft]) for draft in drafts]
    for person in people:
        person.start()
    for person in people:
        person.join(30)
    assert len(told) == 1
    with transaction() as db:
        assert {in_use(db), *told} == {*drafts}


def test_a_dropped_draft_is_seen_no_more_and_cannot_be_used(db: Session) -> None:
    first = in_use(db)
    draft = versions.draft(db, EVERYTHING_TO_ROAD, by="a", based_on=first)
    versions.drop(db, draft)
    assert [version.id for version in versions.versions(db)] == [first]
    for unknown in (draft, 9999):
        with pytest.raises(NoSuchTable):
            versions.switch_on(db, unknown, by="a", seen=first)
    for no_draft in (draft, first, 9999):
        with pytest.raises(NoSuchTable):
            versions.drop(db, no_draft)


def test_what_cannot_work_is_refused_when_saved_and_again_when_switched_on(db: Session) -> None:
    first = in_use(db)
    with pytest.raises(RefusedTable) as refusal:
        versions.draft(db, [Rule(1, "pothole")], by="a", based_on=first)
    assert [finding.what for finding in refusal.value.findings] == [What.NO_FALLBACK]
    to_cable = [Rule(1, department="cable")]
    db.execute(text("UPDATE departments SET key = 'cable' WHERE key = 'road'"))
    draft = versions.draft(db, to_cable, by="a", based_on=first)
    db.execute(text("UPDATE departments SET key = 'road' WHERE key = 'cable'"))
    db.expire_all()
    with pytest.raises(RefusedTable, match="担当課「cable」はありません"):
        versions.switch_on(db, draft, by="a", seen=first)
    assert in_use(db) == first


def test_loading_the_citys_folder_again_makes_a_version_only_where_the_table_differs(
    db: Session, tmp_path: Path
) -> None:
    first, lines = in_use(db), versions.live_rules(db).lines
    table = tmp_path / "rules.csv"
    table.write_text(write(lines))
    assert load_rules(db, table) == len(lines)
    assert in_use(db) == first
    table.write_text(write([*lines[:-1], replace(lines[-1], department="road")]))
    load_rules(db, table)
    assert in_use(db) > first
    assert versions.versions(db)[0].note == "rules.csv"
    table.write_text(write(lines[:-1]))
    with pytest.raises(BadFile, match=r"rules\.csv: どの規則にも当てはまらない"):
        load_rules(db, table)
