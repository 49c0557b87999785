"""Where the application has a role of its own, beside the one that owns the tables, it may do with
the tables what it does, and to the audit log it can only add."""

from typing import Final

from sqlalchemy import Connection, text

ONLY_ADDED_TO: Final = ("audit", "audit_seals", "audit_stones")
_GRANTS: Final = (
    "GRANT USAGE ON SCHEMA {schema} TO {role}",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {schema} TO {role}",
    "GRANT USAGE, SELECT, UPDATE ON ALL SEQUENCES IN SCHEMA {schema} TO {role}",
    *(f"REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM {{role}}" for table in ONLY_ADDED_TO),
    "REVOKE UPDATE ON SEQUENCE audit_id_seq FROM {role}",
    "REVOKE EXECUTE ON FUNCTION audit_forget(timestamptz, integer) FROM PUBLIC",
    "GRANT EXECUTE ON FUNCTION audit_forget(timestamptz, integer) TO {role}",
)
_NAMES: Final = text("SELECT quote_ident(current_schema()), quote_ident(:role), current_user")


def grant(owner: Connection, role: str) -> None:
    """By the role that owns the tables; nothing where that is the application's."""
    schema, quoted, owns = owner.execute(_NAMES, {"role": role}).one()
    if owns == role:
        return
    for statement in _GRANTS:
        owner.exec_driver_sql(statement.format(schema=schema, role=quoted))
