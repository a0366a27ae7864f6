"""A second factor for admins, half-finished sign-ins, and sessions that tell their browser."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql

revision = "20261120_two_factor"
down_revision = "20261120_lists"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer, "sqlite")
DIGEST = sa.LargeBinary(32).with_variant(mysql.BINARY(32), "mysql")
INSTANT = sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql")


def exact(length: int) -> sa.String:
    return sa.String(length).with_variant(
        mysql.VARCHAR(length, charset="utf8mb4", collation="utf8mb4_bin"), "mysql"
    )


def text(length: int) -> sa.String:
    return sa.String(length).with_variant(mysql.VARCHAR(length, charset="utf8mb4"), "mysql")


def upgrade() -> None:
    op.create_table(
        "second_factors",
        sa.Column("user_id", KEY, autoincrement=False, nullable=False),
        sa.Column("secret", exact(255), nullable=False),
        sa.Column("last_step", KEY, nullable=False),
        sa.Column("started_at", INSTANT, nullable=False),
        sa.Column("enabled_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_second_factors_user_id"),
        sa.PrimaryKeyConstraint("user_id", name="pk_second_factors"),
    )
    op.create_table(
        "recovery_codes",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("user_id", KEY, nullable=False),
        sa.Column("digest", DIGEST, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("used_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_recovery_codes_user_id"),
        sa.PrimaryKeyConstraint("id", name="pk_recovery_codes"),
        sa.UniqueConstraint("user_id", "digest", name="uq_recovery_codes_user_id_digest"),
    )
    op.create_table(
        "pending_sign_ins",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("user_id", KEY, nullable=False),
        sa.Column("token_digest", DIGEST, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("used_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_pending_sign_ins_user_id"),
        sa.PrimaryKeyConstraint("id", name="pk_pending_sign_ins"),
        sa.UniqueConstraint("token_digest", name="uq_pending_sign_ins_token_digest"),
    )
    op.create_index(
        "ix_pending_sign_ins_user_id_created_at", "pending_sign_ins", ["user_id", "created_at"]
    )
    op.add_column("admin_sessions", sa.Column("browser", text(64), nullable=True))
    op.create_index(
        "ix_admin_sessions_user_id_expires_at", "admin_sessions", ["user_id", "expires_at"]
    )
    op.drop_index("ix_admin_sessions_user_id", table_name="admin_sessions")


def downgrade() -> None:
    op.create_index("ix_admin_sessions_user_id", "admin_sessions", ["user_id"])
    op.drop_index("ix_admin_sessions_user_id_expires_at", table_name="admin_sessions")
    op.drop_column("admin_sessions", "browser")
    op.drop_table("pending_sign_ins")
    op.drop_table("recovery_codes")
    op.drop_table("second_factors")
