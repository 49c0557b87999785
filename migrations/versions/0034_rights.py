"""Viewers, staff of some departments, administrators; further departments of one person.

Every person's first department, which stands in their own row, is kept among all of theirs by a
trigger, whoever writes the row. Going back, an administrator is of staff; a viewer and staff of some
departments, who would gain rights, come in no more.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0034"
down_revision: str | None = "0033"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None
WIDER: Sequence[str] = ("ck_users_crew_has_department",)

_BEFORE = "role IN ('staff', 'crew', 'contractor')"
_NOW = "role IN ('viewer', 'crew', 'contractor', 'department', 'staff', 'administrator')"
_SOME = "role <> 'crew' OR department_id IS NOT NULL"
_KEPT = """
    CREATE FUNCTION michi_first_department() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'UPDATE' THEN
            DELETE FROM user_departments WHERE user_id = new.id;
        END IF;
        IF new.department_id IS NOT NULL THEN
            INSERT INTO user_departments (user_id, department_id)
            VALUES (new.id, new.department_id) ON CONFLICT DO NOTHING;
        END IF;
        RETURN NULL;
    END $$
"""
_ADDED = """
    CREATE TRIGGER first_department_on_insert AFTER INSERT ON users
    FOR EACH ROW EXECUTE FUNCTION michi_first_department()
"""
_CHANGED = """
    CREATE TRIGGER first_department_on_update AFTER UPDATE OF department_id ON users
    FOR EACH ROW WHEN (old.department_id IS DISTINCT FROM new.department_id)
    EXECUTE FUNCTION michi_first_department()
"""


def upgrade() -> None:
    _check(_NOW, _SOME.replace("role <> 'crew'", "role NOT IN ('crew', 'department')"))
    op.create_table(
        "user_departments",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name="fk_user_departments_user_id_users", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["department_id"],
            ["departments.id"],
            name="fk_user_departments_department_id_departments",
        ),
        sa.PrimaryKeyConstraint("user_id", "department_id", name="pk_user_departments"),
    )
    op.create_index("ix_user_departments_department_id", "user_departments", ["department_id"])
    for statement in (_KEPT, _ADDED, _CHANGED):
        op.execute(statement)
    op.execute(
        "INSERT INTO user_departments SELECT id, department_id FROM users"
        " WHERE department_id IS NOT NULL"
    )


def downgrade() -> None:
    op.execute("DROP TRIGGER first_department_on_update ON users")
    op.execute("DROP TRIGGER first_department_on_insert ON users")
    op.execute("DROP FUNCTION michi_first_department()")
    op.drop_table("user_departments")
    op.execute("UPDATE users SET disabled = true WHERE role IN ('viewer', 'department')")
    op.execute(
        "UPDATE users SET role = 'staff' WHERE role IN ('viewer', 'department', 'administrator')"
    )
    _check(_BEFORE, _SOME)


def _check(role: str, department: str) -> None:
    op.execute(f"""
        ALTER TABLE users
            DROP CONSTRAINT ck_users_role,
            DROP CONSTRAINT ck_users_crew_has_department,
            ADD CONSTRAINT ck_users_role CHECK ({role}),
            ADD CONSTRAINT ck_users_crew_has_department CHECK ({department})
    """)
