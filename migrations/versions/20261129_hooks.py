"""Webhooks and the changes feed."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql

revision = "20261129_hooks"
down_revision = "20261129_post"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer, "sqlite")
INSTANT = sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql")
PROSE = sa.Text().with_variant(mysql.TEXT(charset="utf8mb4"), "mysql")


def exact(length: int) -> sa.String:
    return sa.String(length).with_variant(
        mysql.VARCHAR(length, charset="utf8mb4", collation="utf8mb4_bin"), "mysql"
    )


def key(name: str, *, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, KEY, autoincrement=False, nullable=nullable)


def refers(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=f"fk_{table}_{column}")


def index(table: str, *columns: str) -> None:
    op.create_index(f"ix_{table}_{'_'.join(columns)}", table, list(columns))


def upgrade() -> None:
    op.create_table(
        "webhook_subscriptions",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        key("business_id", nullable=True),
        sa.Column("url", exact(512), nullable=False),
        sa.Column("events", exact(1024), nullable=False),
        sa.Column("status", exact(8), nullable=False),
        sa.Column("nonce", exact(43), nullable=False),
        sa.Column("key_id", exact(16), nullable=False),
        sa.Column("old_nonce", exact(43), nullable=True),
        sa.Column("old_key_id", exact(16), nullable=True),
        sa.Column("old_until", INSTANT, nullable=True),
        sa.Column("deleted_at", INSTANT, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        refers("webhook_subscriptions", "business_id", "businesses"),
        sa.PrimaryKeyConstraint("id", name="pk_webhook_subscriptions"),
    )
    index("webhook_subscriptions", "business_id")
    op.create_table(
        "webhook_deliveries",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        key("subscription_id"),
        key("outbox_id"),
        sa.Column("event", exact(32), nullable=False),
        sa.Column("event_id", exact(36), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("took_ms", sa.Integer(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("error", exact(32), nullable=True),
        refers("webhook_deliveries", "subscription_id", "webhook_subscriptions"),
        sa.PrimaryKeyConstraint("id", name="pk_webhook_deliveries"),
    )
    index("webhook_deliveries", "subscription_id", "id")
    op.create_table(
        "feed_events",
        key("id"),
        sa.Column("event_id", exact(36), nullable=False),
        sa.Column("event", exact(32), nullable=False),
        key("business_id", nullable=True),
        key("customer_id", nullable=True),
        sa.Column("payload", PROSE, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("added_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_feed_events"),
    )
    index("feed_events", "business_id", "id")
    index("feed_events", "customer_id", "id")
    op.create_table(
        "feed_counter",
        key("id"),
        key("newest"),
        sa.PrimaryKeyConstraint("id", name="pk_feed_counter"),
    )


def downgrade() -> None:
    op.drop_table("feed_counter")
    op.drop_table("feed_events")
    op.drop_table("webhook_deliveries")
    op.drop_table("webhook_subscriptions")
