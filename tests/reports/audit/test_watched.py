"""Every table is watched, or says why not; and all that the log may say has Japanese words."""

import dataclasses

import psycopg
import pytest
from townsfolk import rows
from web_scene import filed

from reports.tickets.event_json import personal_keys
from reports.tickets.event_kinds import KINDS
from web.auth.looks import SHOWN
from web.desk.audit import fields, words

OF_THE_MACHINE = {
    "alembic_version", "audit", "audit_head", "audit_seals", "audit_stones", "audit_waiting",
    "backups", "crew_link_tries", "erasings", "fact_added", "fact_months", "fact_pushed",
    "fact_stale", "fact_state", "fact_sums", "fact_waiting", "facts", "inbox", "line_quota",
    "messages", "outside_counts",
    "photo_store", "phone_names", "processes", "provider_sessions", "published_aliases",
    "published_due", "published_events", "published_state", "published_tickets", "secret_keys",
    "sign_in_failures", "sign_in_steps", "sign_in_waits", "signs", "spending_state",
    "spending_waiting", "spendings", "tasks",
    "ticket_cell_changes", "ticket_cell_days", "ticket_cells", "ticket_text_changes",
    "ticket_texts", "unsent_messages", "used_challenges",
}  # fmt: skip
"""What comes in and goes out, is counted or waits."""
TOLD_BY = {
    "history": {
        "again_state", "answer_mails", "bulk_items", "came_back", "followers", "mails", "photos",
        "remarks", "reports",
        "ticket_sections", "tickets", "used_materials", "works",
    },
    "city_versions": {"categories", "city", "materials", "templates"},
    "layers": {
        "addresses", "areas", "areas_kept", "assets", "assets_kept", "road_sections", "roads",
        "roads_kept", "section_cuts",
    },
    "exports": {"export_ids", "export_parts"},
    "issued_records": {"record_parts"},
    "webhooks": {"webhook_calls"},
    "discard_lists": {"discard_items"},
    "open_data_versions": {"open_data_files", "open_data_parts"},
    "monthly_reports": {"monthly_report_parts"},
    "patrols": {"patrol_points"},
}  # fmt: skip
"""What another table tells of in the same commit; of a patrol's way only that it began and ended,
where a crew was minute by minute stands in no log."""


def watched() -> set[str]:
    found = rows("SELECT tgrelid::regclass::text AS name FROM pg_trigger WHERE tgname = 'audit'")
    return {row.name for row in found}


def tables() -> set[str]:
    found = rows("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    return {row.tablename for row in found} - {"spatial_ref_sys"}


def test_every_table_is_watched_or_told_of_by_one_that_is(database_url: str) -> None:
    told = {table for theirs in TOLD_BY.values() for table in theirs}
    assert set(TOLD_BY) <= watched()
    assert tables() - watched() <= told | OF_THE_MACHINE
    assert watched() <= set(words.TABLES)


def test_nothing_personal_of_a_tickets_history_is_copied(database_url: str) -> None:
    ((code,),) = rows("SELECT prosrc FROM pg_proc WHERE proname = 'audit_history'")
    kept_out = code.partition("personal text[] := '{")[2].partition("}'")[0].split(",")
    assert personal_keys() <= set(kept_out)
    forgotten = {what for what, kind in KINDS.items() if kind.personal_note}
    assert f"NEW.what IN ({', '.join(repr(one) for one in sorted(forgotten))})" in code


def test_a_hand_at_the_database_is_written_down_and_michi_itself_costs_nothing(
    database_url: str,
) -> None:
    one = filed(words="穴のことば", pictures=1)
    url = database_url.replace("postgresql+psycopg://", "postgresql://")
    told = """
        SELECT what, about, old, new FROM audit
        WHERE split_part(what, ' ', 1) IN ('tickets', 'reports', 'photos', 'remarks', 'followers')
        ORDER BY id
    """
    assert rows(told) == []
    with psycopg.connect(url, application_name="michi", autocommit=True) as hand:
        hand.execute("UPDATE tickets SET status = 'declined', place_name = 'x', change = change")
        hand.execute("UPDATE remarks SET words = 'another'")
        hand.execute("DELETE FROM photos")
    found = {what: (about, old, new) for what, about, old, new in reversed(rows(told))}
    about, old, new = found["tickets changed"]
    assert (about, old["status"], new["status"]) == (
        f"ticket:{one.number}",
        "received",
        "declined",
    )
    assert (old["place_name"], new["place_name"]) == ("…", "…")
    assert found["remarks changed"][1:] == ({"words": "…"}, {"words": "…"})
    assert found["photos removed"][0] == f"photo:{one.photo_id}"
    assert "穴のことば" not in str(found)


@pytest.mark.parametrize(
    ("version", "seconds_ago", "is_believed"),
    [("0.17.0", 0, True), ("0.17.0", 90, False), ("0.18.0", 0, False), ("1.0.0", 0, False)],
)
def test_a_name_alone_is_believed_while_a_process_of_before_lives(
    version: str, seconds_ago: int, is_believed: bool, database_url: str
) -> None:
    filed()
    url = database_url.replace("postgresql+psycopg://", "postgresql://")
    note = """
        INSERT INTO processes (kind, host, pid, version, noted_at, sums)
        VALUES ('web', 'b', 1, %s, now() - make_interval(secs => %s), '{}')
    """
    with psycopg.connect(url, application_name="michi web", autocommit=True) as former:
        former.execute(note, [version, seconds_ago])
        former.execute("UPDATE tickets SET urgent = NOT urgent")
    of_former = rows("SELECT FROM audit WHERE what = 'tickets changed'")
    assert bool(of_former) is not is_believed
    with psycopg.connect(url, application_name="psql", autocommit=True) as hand:
        hand.execute("DELETE FROM followers")
    assert rows("SELECT FROM audit WHERE what = 'followers removed'")


def test_all_that_happens_is_said_in_japanese() -> None:
    assert set(KINDS) <= set(words.EVENTS)
    assert {shown.what for shown in SHOWN.values()} <= set(words.SAYS)


def test_every_value_that_the_log_keeps_has_a_japanese_name(database_url: str) -> None:
    columns = rows("""
        SELECT c.column_name AS name FROM pg_trigger t
        JOIN information_schema.columns c ON c.table_name = t.tgrelid::regclass::text
        WHERE t.tgname IN ('audit', 'audit_by_hand') AND t.tgnargs > 3 AND c.column_name <> ALL (
            string_to_array(split_part(encode(t.tgargs, 'escape'), '\\000', 4), ','))
          AND t.tgrelid <> 'residents'::regclass
    """)
    told = {part.name for kind in KINDS.values() for part in dataclasses.fields(kind.type)}
    names = {row.name for row in columns} | told - set(personal_keys())
    assert len(columns) > len(told)
    assert names - set(fields.FIELDS) == set()


def test_a_value_is_read_as_people_say_it() -> None:
    said = {
        "役割": ("role", "staff", "全課の職員"),
        "できること": ("scopes", ["open", "write"], "公開データ、書き込み"),
        "状態": ("status", "in_progress", "対応中"),
        "期限": ("expires_at", "2026-12-04T15:30:00+00:00", "2026-12-05 00:30"),
        "道路": ("road", {"name": "市道216"}, "名前 市道216"),
    }
    for name, (field, value, words_) in said.items():
        assert (fields.name_of(field), fields.plain(field, value)) == (name, words_)
