"""Signing in at the city's own provider (OpenID Connect)."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0041"
down_revision: str | None = "0040"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "provider_people",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("issuer", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("told_name", sa.String(), nullable=False),
        sa.Column(
            "linked_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name="fk_provider_people_user_id_users", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_provider_people"),
        sa.UniqueConstraint("issuer", "subject", name="uq_provider_people_issuer"),
    )
    op.create_index("ix_provider_people_user_id", "provider_people", ["user_id"])
    op.create_table(
        "provider_groups",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("contractor_id", sa.Integer()),
        sa.CheckConstraint(
            "role IN ('viewer', 'crew', 'contractor', 'department', 'staff', 'administrator')",
            name="role",
        ),
        sa.CheckConstraint(
            "(role = 'contractor') = (contractor_id IS NOT NULL)",
            name="contractor_has_contractor",
        ),
        sa.ForeignKeyConstraint(
            ["contractor_id"],
            ["contractors.id"],
            name="fk_provider_groups_contractor_id_contractors",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_provider_groups"),
        sa.UniqueConstraint("name", name="uq_provider_groups_name"),
    )
    op.create_table(
        "provider_group_departments",
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["group_id"],
            ["provider_groups.id"],
            name="fk_provider_group_departments_group_id_provider_groups",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["department_id"],
            ["departments.id"],
            name="fk_provider_group_departments_department_id_departments",
        ),
        sa.PrimaryKeyConstraint("group_id", "department_id", name="pk_provider_group_departments"),
    )
    op.create_index(
        "ix_provider_group_departments_department_id",
        "provider_group_departments",
        ["department_id"],
    )
    op.create_table(
        "provider_sessions",
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("id_token", sa.String(), nullable=False),
        sa.Column("sid", sa.String(), nullable=False),
        sa.Column("end_address", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["token_hash"],
            ["sign_ins.token_hash"],
            name="fk_provider_sessions_token_hash_sign_ins",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("token_hash", name="pk_provider_sessions"),
    )
    op.create_index("ix_provider_sessions_sid", "provider_sessions", ["sid"])


def downgrade() -> None:
    op.drop_table("provider_sessions")
    op.drop_table("provider_group_departments")
    op.drop_table("provider_groups")
    op.drop_table("provider_people")
