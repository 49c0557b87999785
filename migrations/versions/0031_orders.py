"""Work orders: the city's contractors and their unit prices, orders, what is done and what it costs."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0031"
down_revision: str | None = "0030"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None
WIDER: Sequence[str] = ("ck_users_crew_has_department",)

OPEN = "state IN ('waiting', 'started', 'reported')"


def _words(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String(), server_default="", nullable=False)


def _no(name: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean(), server_default=sa.text("false"), nullable=False)


def _moment(name: str, *, now: bool = False) -> sa.Column[sa.DateTime]:
    default = {"server_default": sa.text("now()"), "nullable": False} if now else {}
    return sa.Column(name, sa.DateTime(timezone=True), **default)


def upgrade() -> None:
    op.create_table(
        "contractors",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        *map(_words, ("contract", "person", "phone", "email", "note")),
        _no("retired"),
        _words("edited_by"),
        sa.PrimaryKeyConstraint("id", name="pk_contractors"),
        sa.UniqueConstraint("key", name="uq_contractors_key"),
    )
    op.create_table(
        "unit_prices",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("contractor_id", sa.Integer(), nullable=False),
        sa.Column("fiscal_year", sa.Integer(), nullable=False),
        sa.Column("work", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("yen", sa.Integer(), nullable=False),
        sa.CheckConstraint("yen >= 0", name=op.f("ck_unit_prices_yen")),
        sa.PrimaryKeyConstraint("id", name="pk_unit_prices"),
        sa.ForeignKeyConstraint(
            ["contractor_id"], ["contractors.id"], name="fk_unit_prices_contractor_id_contractors"
        ),
        sa.UniqueConstraint(
            "contractor_id", "fiscal_year", "work", "unit", name="uq_unit_prices_contractor_id"
        ),
    )
    op.create_table(
        "work_orders",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(), server_default="draft", nullable=False),
        sa.Column("fiscal_year", sa.Integer()),
        sa.Column("serial", sa.Integer()),
        sa.Column("contractor_id", sa.Integer()),
        sa.Column("until", sa.Date()),
        _no("urgent"),
        _no("city_checks"),
        *map(_words, ("remarks", "clerk", "chief", "closed_note")),
        sa.Column("key", sa.String()),
        sa.Column("change", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("made_by", sa.Integer()),
        _moment("made_at", now=True),
        _moment("issued_at"),
        _moment("closed_at"),
        sa.CheckConstraint(
            "state IN ('draft', 'issued', 'done', 'cancelled')", name=op.f("ck_work_orders_state")
        ),
        sa.CheckConstraint(
            "state IN ('draft', 'cancelled') OR serial IS NOT NULL AND contractor_id IS NOT NULL"
            " AND until IS NOT NULL AND issued_at IS NOT NULL",
            name=op.f("ck_work_orders_issued"),
        ),
        sa.PrimaryKeyConstraint("id", name="pk_work_orders"),
        sa.ForeignKeyConstraint(
            ["contractor_id"], ["contractors.id"], name="fk_work_orders_contractor_id_contractors"
        ),
        sa.ForeignKeyConstraint(
            ["made_by"], ["users.id"], name="fk_work_orders_made_by_users", ondelete="SET NULL"
        ),
        sa.UniqueConstraint("key", name="uq_work_orders_key"),
    )
    op.create_index("ix_work_orders_number", "work_orders", ["fiscal_year", "serial"], unique=True)
    op.create_index("ix_work_orders_state", "work_orders", ["state", "id"])
    op.create_index("ix_work_orders_contractor_id", "work_orders", ["contractor_id", "state"])
    op.create_table(
        "work_order_items",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column("ticket_id", sa.BigInteger(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), server_default="waiting", nullable=False),
        _words("what"),
        sa.Column(
            "quotes",
            sa.ARRAY(sa.BigInteger()),
            server_default=sa.text("'{}'::bigint[]"),
            nullable=False,
        ),
        _words("said"),
        _words("sent_back"),
        _moment("started_at"),
        _moment("done_at"),
        sa.CheckConstraint(
            "state IN ('waiting', 'started', 'reported', 'done', 'cannot', 'taken_out')",
            name=op.f("ck_work_order_items_state"),
        ),
        sa.PrimaryKeyConstraint("id", name="pk_work_order_items"),
        sa.ForeignKeyConstraint(
            ["order_id"],
            ["work_orders.id"],
            name="fk_work_order_items_order_id_work_orders",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["tickets.id"], name="fk_work_order_items_ticket_id_tickets"
        ),
    )
    op.create_index("ix_work_order_items_order_id", "work_order_items", ["order_id", "place"])
    op.create_index("ix_work_order_items_ticket_id", "work_order_items", ["ticket_id"])
    op.create_index(
        "ix_work_order_items_open",
        "work_order_items",
        ["ticket_id"],
        unique=True,
        postgresql_where=sa.text(OPEN),
    )
    op.create_table(
        "work_order_quantities",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("item_id", sa.BigInteger(), nullable=False),
        sa.Column("work", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("planned", sa.Numeric(10, 2)),
        sa.Column("actual", sa.Numeric(10, 2)),
        sa.Column("yen", sa.Integer()),
        sa.CheckConstraint(
            "planned >= 0 AND actual >= 0 AND yen >= 0", name=op.f("ck_work_order_quantities_sign")
        ),
        sa.PrimaryKeyConstraint("id", name="pk_work_order_quantities"),
        sa.ForeignKeyConstraint(
            ["item_id"],
            ["work_order_items.id"],
            name="fk_work_order_quantities_item_id_work_order_items",
            ondelete="CASCADE",
        ),
    )
    op.create_index("ix_work_order_quantities_item_id", "work_order_quantities", ["item_id"])
    op.create_table(
        "work_order_photos",
        sa.Column("item_id", sa.BigInteger(), nullable=False),
        sa.Column("photo_id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("item_id", "photo_id", name="pk_work_order_photos"),
        sa.ForeignKeyConstraint(
            ["item_id"],
            ["work_order_items.id"],
            name="fk_work_order_photos_item_id_work_order_items",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["photo_id"],
            ["photos.id"],
            name="fk_work_order_photos_photo_id_photos",
            ondelete="CASCADE",
        ),
    )
    op.create_index("ix_work_order_photos_photo_id", "work_order_photos", ["photo_id"])
    op.create_table(
        "work_order_links",
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        _moment("made_at", now=True),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        _moment("revoked_at"),
        sa.PrimaryKeyConstraint("token_hash", name="pk_work_order_links"),
        sa.ForeignKeyConstraint(
            ["order_id"],
            ["work_orders.id"],
            name="fk_work_order_links_order_id_work_orders",
            ondelete="CASCADE",
        ),
    )
    op.create_index("ix_work_order_links_order_id", "work_order_links", ["order_id"])
    op.add_column("users", sa.Column("contractor_id", sa.Integer()))
    op.create_foreign_key(
        "fk_users_contractor_id_contractors", "users", "contractors", ["contractor_id"], ["id"]
    )
    op.execute("""
        ALTER TABLE users
            DROP CONSTRAINT ck_users_role,
            DROP CONSTRAINT ck_users_crew_has_department,
            ADD CONSTRAINT ck_users_role CHECK (role IN ('staff', 'crew', 'contractor')),
            ADD CONSTRAINT ck_users_crew_has_department
                CHECK (role <> 'crew' OR department_id IS NOT NULL),
            ADD CONSTRAINT ck_users_contractor_has_contractor
                CHECK ((role = 'contractor') = (contractor_id IS NOT NULL))
    """)


def downgrade() -> None:
    op.execute("UPDATE history SET actor_id = NULL FROM users u"
               " WHERE u.id = actor_id AND u.role = 'contractor'")  # fmt: skip
    op.execute("DELETE FROM users WHERE role = 'contractor'")
    op.execute("""
        ALTER TABLE users
            DROP CONSTRAINT ck_users_contractor_has_contractor,
            DROP CONSTRAINT ck_users_role,
            DROP CONSTRAINT ck_users_crew_has_department,
            ADD CONSTRAINT ck_users_role CHECK (role IN ('staff', 'crew')),
            ADD CONSTRAINT ck_users_crew_has_department
                CHECK (role = 'staff' OR department_id IS NOT NULL)
    """)
    op.drop_constraint("fk_users_contractor_id_contractors", "users", type_="foreignkey")
    op.drop_column("users", "contractor_id")
    for table in (
        "work_order_links", "work_order_photos", "work_order_quantities", "work_order_items",
        "work_orders", "unit_prices", "contractors",
    ):  # fmt: skip
        op.drop_table(table)
