"""Who did what, when and from where: a log that is only added to, each row chained to the one before.

Triggers write what changes in the tables of people, of the city and of work, so that no action can
forget to; a later migration has a new table watched by `SELECT audit_watch(…)`.
"""

from collections.abc import Sequence
from typing import Final

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision: str = "0043"
down_revision: str | None = "0042"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

_BEGINS: Final = """
    CREATE FUNCTION audit_begins() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE who jsonb := nullif(current_setting('michi.who', true), '')::jsonb;
    BEGIN
        NEW.at := clock_timestamp();
        IF NEW.via IS NULL THEN
            NEW.user_id := coalesce(NEW.user_id, (who ->> 'user')::integer);
            NEW.via := coalesce(who ->> 'via', 'db:' || session_user);
            NEW.address := coalesce(who ->> 'address', '');
        END IF;
        RETURN NEW;
    END $$
"""
"""Who does it: as the transaction was told (`store/origin.py`), else the role of the database."""
_WAITS: Final = """
    CREATE FUNCTION audit_waits() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO audit_waiting VALUES (NEW.id);
        RETURN NULL;
    END $$
"""
_GUARD: Final = """
    CREATE FUNCTION audit_guard() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE stack text;
    BEGIN
        IF TG_OP = 'DELETE' THEN
            GET DIAGNOSTICS stack = PG_CONTEXT;
            IF stack ~ '\\maudit_forget\\(' THEN
                RETURN OLD;
            END IF;
        END IF;
        RAISE EXCEPTION 'the audit log is only added to' USING ERRCODE = '42501';
    END $$
"""
_FORGET: Final = """
    CREATE FUNCTION audit_forget(before timestamptz, most integer)
    RETURNS TABLE (last_seq bigint, last_hash bytea, gone bigint)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
    BEGIN
        IF before > now() - interval '1 year' THEN
            RAISE EXCEPTION 'the audit log is kept for a year at least' USING ERRCODE = '42501';
        END IF;
        SELECT s.seq, s.hash INTO last_seq, last_hash
        FROM (SELECT seq, id, hash FROM audit_seals ORDER BY seq LIMIT most) AS s
        JOIN audit a ON a.id = s.id
        WHERE a.at < before
          AND NOT EXISTS (
            SELECT FROM (SELECT seq, id FROM audit_seals ORDER BY seq LIMIT most) AS earlier
            LEFT JOIN audit e ON e.id = earlier.id
            WHERE earlier.seq < s.seq AND (e.at IS NULL OR e.at >= before))
        ORDER BY s.seq DESC LIMIT 1;
        IF last_seq IS NULL THEN
            RETURN;
        END IF;
        WITH sealed AS (DELETE FROM audit_seals WHERE seq <= last_seq RETURNING id)
        DELETE FROM audit USING sealed WHERE audit.id = sealed.id;
        GET DIAGNOSTICS gone = ROW_COUNT;
        RETURN NEXT;
    END $$
"""
"""The oldest rows of the chain that are all older than that; `most` at once."""
_VALUES: Final = """
    CREATE FUNCTION audit_values(facts jsonb, hidden text[], left_out text[]) RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
        SELECT jsonb_object_agg(key, CASE
            WHEN value = 'null' THEN value
            WHEN key = ANY(hidden) THEN '"…"'
            WHEN octet_length(value::text) > 400 THEN to_jsonb(
                'sha256:' || encode(sha256(convert_to(value::text, 'UTF8')), 'hex'))
            ELSE value END)
        FROM jsonb_each(CASE jsonb_typeof(facts) WHEN 'object' THEN facts ELSE '{}' END)
        WHERE key <> ALL(left_out)
    $$
"""
"""What the log keeps of a row: nobody's words and secrets, and of what is long its SHA-256."""
_CHANGE: Final = """
    CREATE FUNCTION audit_change() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        hidden text[] := string_to_array(TG_ARGV[2], ',');
        left_out text[] := string_to_array(TG_ARGV[3], ',');
        was jsonb := CASE WHEN TG_OP = 'INSERT' THEN '{}' ELSE to_jsonb(OLD) END;
        becomes jsonb := CASE WHEN TG_OP = 'DELETE' THEN '{}' ELSE to_jsonb(NEW) END;
        about text := TG_ARGV[0] || ':' || coalesce(becomes ->> TG_ARGV[1], was ->> TG_ARGV[1]);
        same text[];
    BEGIN
        SELECT coalesce(array_agg(key), '{}') INTO same FROM jsonb_each(was)
        WHERE becomes -> key = value OR (TG_OP <> 'UPDATE' AND value = 'null');
        left_out := left_out || same;
        was := audit_values(was, hidden, left_out);
        becomes := audit_values(becomes, hidden, left_out);
        IF TG_ARGV[0] = 'ticket' THEN
            SELECT 'ticket:' || number INTO about FROM tickets
            WHERE id = split_part(about, ':', 2)::bigint;
        END IF;
        IF was IS NULL AND becomes IS NULL AND TG_OP = 'UPDATE' THEN
            RETURN NULL;
        END IF;
        INSERT INTO audit (kind, what, about, user_id, old, new) VALUES (
            TG_ARGV[4],
            TG_TABLE_NAME || CASE TG_OP WHEN 'INSERT' THEN ' added' WHEN 'UPDATE' THEN ' changed'
                                        ELSE ' removed' END,
            coalesce(about, ''),
            CASE WHEN TG_TABLE_NAME = 'sign_ins' AND TG_OP = 'INSERT'
                 THEN (to_jsonb(NEW) ->> 'user_id')::integer END,
            was, jsonb_strip_nulls(becomes));
        RETURN NULL;
    END $$
"""
"""A row's own trigger: what it is called, the column of its number, hidden columns, those that say
nothing, and the kind."""
_WATCH: Final = """
    CREATE FUNCTION audit_watch(
        watched regclass, thing text, id_in text, hidden text DEFAULT '', left_out text DEFAULT '',
        kind text DEFAULT 'change', moments text DEFAULT 'INSERT OR UPDATE OR DELETE'
    ) RETURNS void LANGUAGE plpgsql AS $$
    BEGIN
        EXECUTE format(
            'CREATE TRIGGER audit AFTER %s ON %s FOR EACH ROW'
            ' EXECUTE FUNCTION audit_change(%L, %L, %L, %L, %L)',
            moments, watched, thing, id_in, hidden, left_out, kind);
    END $$
"""
_HISTORY: Final = """
    CREATE FUNCTION audit_history() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        personal text[] := '{session,remark_ids,place,place_message_id,question}';
        who jsonb := nullif(current_setting('michi.who', true), '')::jsonb;
        ticket text;
        was jsonb;
        becomes jsonb;
    BEGIN
        SELECT number INTO ticket FROM tickets
        WHERE id = CASE WHEN TG_OP = 'DELETE' THEN OLD.ticket_id ELSE NEW.ticket_id END;
        IF TG_OP = 'INSERT' THEN
            was := jsonb_build_object('status', NEW.from_status) || jsonb_build_object(
                'from', audit_values(NEW.details, '{}', personal) -> 'from');
            becomes := coalesce(audit_values(NEW.details, '{}', personal) - 'from', '{}')
                || jsonb_build_object('status', NEW.to_status, 'line', NEW.id,
                                      'note', CASE WHEN NEW.note <> '' THEN '…' END);
            INSERT INTO audit (kind, what, about, user_id, via, address, old, new) VALUES (
                'change', 'ticket ' || NEW.what, 'ticket:' || coalesce(ticket, ''), NEW.actor_id,
                coalesce(nullif(who ->> 'via', ''),
                         CASE WHEN NEW.actor_id IS NULL THEN NEW.actor ELSE '' END),
                coalesce(who ->> 'address', ''),
                nullif(jsonb_strip_nulls(was), '{}'), jsonb_strip_nulls(becomes));
            RETURN NULL;
        END IF;
        was := to_jsonb(OLD) - 'note' - 'details'
            || coalesce(audit_values(OLD.details, '{}', personal), '{}');
        IF TG_OP = 'UPDATE' THEN
            becomes := to_jsonb(NEW) - 'note' - 'details'
                || coalesce(audit_values(NEW.details, '{}', personal), '{}');
            IF was = becomes AND (NEW.note = OLD.note OR NEW.note = ''
                                  AND NEW.what IN ('answered', 'called_back')) THEN
                RETURN NULL;
            END IF;
            IF NEW.note <> OLD.note THEN
                becomes := becomes || '{"note": "…"}';
            END IF;
        END IF;
        INSERT INTO audit (kind, what, about, old, new) VALUES (
            'change', 'history ' || CASE TG_OP WHEN 'UPDATE' THEN 'changed' ELSE 'removed' END,
            'ticket:' || coalesce(ticket, ''),
            jsonb_strip_nulls(was - 'key' - 'ticket_id'),
            jsonb_strip_nulls(becomes - 'key' - 'ticket_id'));
        RETURN NULL;
    END $$
"""
"""Of a ticket's history: no note, and nothing that would have to go with a resident."""
FUNCTIONS: Final = {
    "audit_begins()": _BEGINS,
    "audit_waits()": _WAITS,
    "audit_guard()": _GUARD,
    "audit_forget(timestamptz, integer)": _FORGET,
    "audit_values(jsonb, text[], text[])": _VALUES,
    "audit_change()": _CHANGE,
    "audit_watch(regclass, text, text, text, text, text, text)": _WATCH,
    "audit_history()": _HISTORY,
}
ONLY_ADDED: Final = ("audit", "audit_seals", "audit_stones")
ON_INSERT: Final = "INSERT"
WATCHED: Final[dict[str, tuple[str, ...]]] = {
    "users": ("user", "id", "password", "last_sign_in_at,created_at"),
    "user_departments": ("user", "user_id"),
    "sign_ins": (
        "user", "user_id", "token_hash,csrf", "seen_at,expires_at,created_at,csrf,token_hash",
        "sign in", "INSERT",
    ),
    "known_devices": ("user", "user_id", "token_hash", "seen_at,made_at"),
    "invitations": ("user", "user_id", "nonce,token_hash,mail", "mail_state,made_at"),
    "crew_links": ("user", "user_id", "line_user_id", "flow"),
    "crew_link_codes": ("user", "user_id", "code_hash", "", "change", ON_INSERT),
    "api_tokens": ("key", "id", "token_hash", "used_at,used_from,created_at"),
    "passkeys": ("user", "user_id", "credential,public_key", "sign_count,used_at,made_at"),
    "code_apps": ("user", "user_id", "secret", "last_step,made_at"),
    "recovery_codes": ("user", "user_id", "code_hash", "made_at"),
    "provider_people": ("user", "user_id", "subject,told_name", "linked_at"),
    "provider_groups": ("group", "id"),
    "provider_group_departments": ("group", "group_id"),
    "pauses": ("pause", "id", "why,person", "held,key"),
    "residents": (
        "resident", "id", "",
        "line_user_id,language,draft,question,spent,blocked_at,profile_seen_at,told_on,created_at",
        "change", "UPDATE OF paused_until OR DELETE",
    ),
    "callers": ("report", "report_id", "name,phone"),
    "notes": ("ticket", "ticket_id", "words", "key"),
    "plan_stops": ("user", "user_id"),
    "saved_views": ("view", "id", "query"),
    "start_views": ("user", "user_id"),
    "bulk_runs": ("run", "id", "act", "key"),
    "work_orders": ("order", "id", "", "change,key"),
    "work_order_items": ("order", "order_id", "what,said,sent_back"),
    "work_order_quantities": ("item", "item_id"),
    "work_order_photos": ("item", "item_id"),
    "work_order_links": ("order", "order_id", "token_hash"),
    "work_order_mails": ("order", "order_id"),
    "patrols": ("patrol", "id", "by_name,members,car", "signed_at,way_m,key"),
    "patrol_finds": ("patrol", "patrol_id"),
    "departments": ("department", "id"),
    "contractors": ("contractor", "id"),
    "unit_prices": ("contractor", "contractor_id"),
    "terms": ("terms", "language"),
    "city_versions": ("city", "id"),
    "rule_tables": ("rules", "id"),
    "trial_runs": ("rules", "table_id", "", "found", "change", ON_INSERT),
    "layers": ("layer", "id"),
    "exports": ("file", "id", "asked,ids", "key", "export", ON_INSERT),
}  # fmt: skip
INDEXES: Final = {
    "ix_audit_at": ("at", "id"),
    "ix_audit_user_id": ("user_id", "at", "id"),
    "ix_audit_kind": ("kind", "at", "id"),
    "ix_audit_about": ("about", "at", "id"),
}


def upgrade() -> None:
    _make_tables()
    for made in FUNCTIONS.values():
        op.execute(made)
    op.execute(
        "CREATE TRIGGER audit_begins BEFORE INSERT ON audit"
        " FOR EACH ROW EXECUTE FUNCTION audit_begins()"
    )
    op.execute(
        "CREATE TRIGGER audit_waits AFTER INSERT ON audit"
        " FOR EACH ROW EXECUTE FUNCTION audit_waits()"
    )
    for table in ONLY_ADDED:
        op.execute(
            f"CREATE TRIGGER audit_guard BEFORE UPDATE OR DELETE ON {table}"
            " FOR EACH ROW EXECUTE FUNCTION audit_guard()"
        )
        op.execute(
            f"CREATE TRIGGER audit_guard_all BEFORE TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION audit_guard()"
        )
    for table, words in WATCHED.items():
        told = ", ".join(map(repr, words))
        op.execute(
            f"SELECT audit_watch(to_regclass('{table}'), {told})"
            f" WHERE to_regclass('{table}') IS NOT NULL"
        )
    op.execute(
        "CREATE TRIGGER audit_ended AFTER DELETE ON sign_ins FOR EACH ROW"
        " WHEN (OLD.expires_at > now()) EXECUTE FUNCTION audit_change("
        "'user', 'user_id', '', 'seen_at,expires_at,created_at,csrf,token_hash', 'sign in')"
    )
    op.execute(
        "CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON history"
        " FOR EACH ROW EXECUTE FUNCTION audit_history()"
    )


def downgrade() -> None:
    op.execute("DROP TRIGGER audit ON history")
    op.execute("DROP TRIGGER audit_ended ON sign_ins")
    for table in WATCHED:
        op.execute(f"DROP TRIGGER IF EXISTS audit ON {table}")
    for table in (*ONLY_ADDED, "audit_waiting", "audit_head"):
        op.drop_table(table)
    for signature in FUNCTIONS:
        op.execute(f"DROP FUNCTION {signature}")


def _make_tables() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "audit",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("at", moment, server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("about", sa.String(), server_default="", nullable=False),
        sa.Column("user_id", sa.Integer()),
        sa.Column("via", sa.String(), nullable=False),
        sa.Column("address", sa.String(), server_default="", nullable=False),
        sa.Column("old", JSONB()),
        sa.Column("new", JSONB()),
        sa.CheckConstraint(
            "kind IN ('sign in', 'refusal', 'change', 'look', 'export')", name="kind"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_audit"),
    )
    for name, columns in INDEXES.items():
        op.create_index(name, "audit", [*columns])
    op.create_table(
        "audit_seals",
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_audit_seals"),
        sa.UniqueConstraint("id", name="uq_audit_seals_id"),
    )
    op.create_table(
        "audit_stones",
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("gone", sa.BigInteger(), nullable=False),
        sa.Column("at", moment, server_default=sa.text("now()"), nullable=False),
        sa.Column("mac", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_audit_stones"),
    )
    op.create_table(
        "audit_waiting",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit_waiting"),
    )
    op.create_table(
        "audit_head",
        sa.Column("one", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("mac", sa.LargeBinary(), nullable=False),
        sa.Column("said_on", sa.Date()),
        sa.CheckConstraint("one = 1", name="only_one"),
        sa.PrimaryKeyConstraint("one", name="pk_audit_head"),
    )
