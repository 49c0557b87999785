"""A hand at the database is known by what it does not say, and no name of a program hides it.

Michi says that it is Michi by a setting of its own (`michi.app`), with each connection or, behind a
pooler, in each transaction (`store/database.py`). Processes of 0.17.0 and before say only their
name: it is believed while one of those has said in the last minute that it lives.
"""

from collections.abc import Sequence
from typing import Final

from alembic import op

revision: str = "0065"
down_revision: str | None = "0064"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

TABLES: Final = ("tickets", "reports", "photos", "remarks", "followers")
"""Those of migration 0055."""
_FORMER: Final = """
    CREATE FUNCTION audit_of_former() RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path FROM CURRENT AS $$
        SELECT current_setting('application_name') LIKE 'michi%' AND EXISTS (
            SELECT FROM processes
            WHERE noted_at > now() - interval '1 minute' AND string_to_array(
                substring(version FROM '^[0-9]+[.][0-9]+'), '.')::integer[] < '{0,18}')
    $$
"""
"""Whether it may be a process of before."""
BY_HAND: Final = (
    "current_setting(''michi.app'', true) IS DISTINCT FROM ''on'' AND NOT audit_of_former()"
)
BY_NAME: Final = "current_setting(''application_name'') NOT LIKE ''michi%''"
"""As migration 0055 has it."""
_AGAIN: Final = """
    DO $$ DECLARE made text; BEGIN
        SELECT pg_get_triggerdef(oid) INTO made FROM pg_trigger
        WHERE tgrelid = '{table}'::regclass AND tgname = 'audit_by_hand';
        EXECUTE regexp_replace(
            replace(made, 'CREATE TRIGGER', 'CREATE OR REPLACE TRIGGER'),
            'WHEN .* EXECUTE', 'WHEN ({when}) EXECUTE');
    END $$
"""
"""The same trigger, called in other cases."""


def upgrade() -> None:
    op.execute(_FORMER)
    for table in TABLES:
        op.execute(_AGAIN.format(table=table, when=BY_HAND))


def downgrade() -> None:
    for table in TABLES:
        op.execute(_AGAIN.format(table=table, when=BY_NAME))
    op.execute("DROP FUNCTION audit_of_former()")
