"""Verified addresses, links that are mailed, preferences, and accounts that their persons close."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql

revision = "20261129_accounts"
down_revision = "20261129_approved_as"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer, "sqlite")
DIGEST = sa.LargeBinary(32).with_variant(mysql.BINARY(32), "mysql")
INSTANT = sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql")


def exact(length: int) -> sa.String:
    return sa.String(length).with_variant(
        mysql.VARCHAR(length, charset="utf8mb4", collation="utf8mb4_bin"), "mysql"
    )


PREFERENCES = (
    ("locale", exact(16), "en"),
    ("timezone", exact(64), None),
    ("channels", exact(32), "email,sms,inbox"),
    ("closed_at", INSTANT, None),
)


def upgrade() -> None:
    for name, kind, default in PREFERENCES:
        column = sa.Column(name, kind, nullable=default is None, server_default=default)
        op.add_column("users", column)
    op.create_table(
        "email_verifications",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("user_id", KEY, nullable=False),
        sa.Column("key_id", exact(16), nullable=False),
        sa.Column("nonce", DIGEST, nullable=False),
        sa.Column("code_digest", DIGEST, nullable=False),
        sa.Column("token_digest", DIGEST, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("used_at", INSTANT, nullable=True),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_email_verifications_user_id"),
        sa.PrimaryKeyConstraint("id", name="pk_email_verifications"),
        sa.UniqueConstraint("token_digest", name="uq_email_verifications_token_digest"),
    )
    op.create_index("ix_email_verifications_user_id_id", "email_verifications", ["user_id", "id"])
    op.add_column("password_links", sa.Column("key_id", exact(16), nullable=True))
    op.add_column("password_links", sa.Column("nonce", DIGEST, nullable=True))
    with op.batch_alter_table("password_links") as links:
        links.alter_column("user_id", existing_type=KEY, nullable=True)


def downgrade() -> None:
    links = sa.table("password_links", sa.column("user_id"))
    op.execute(sa.delete(links).where(links.c.user_id.is_(None)))
    with op.batch_alter_table("password_links") as changed:
        changed.alter_column("user_id", existing_type=KEY, nullable=False)
    op.drop_column("password_links", "nonce")
    op.drop_column("password_links", "key_id")
    op.drop_table("email_verifications")
    for name, _, _ in reversed(PREFERENCES):
        op.drop_column("users", name)
