"""The outbox: what is sent after its transaction has committed."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql

revision = "20261120_outbox"
down_revision = "20261120_search"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer, "sqlite")
INSTANT = sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql")
PROSE = sa.Text().with_variant(mysql.TEXT(charset="utf8mb4"), "mysql")


def exact(length: int) -> sa.String:
    return sa.String(length).with_variant(
        mysql.VARCHAR(length, charset="utf8mb4", collation="utf8mb4_bin"), "mysql"
    )


def upgrade() -> None:
    op.create_table(
        "outbox",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("event", exact(32), nullable=False),
        sa.Column("subject_id", KEY, nullable=False),
        sa.Column("says", exact(32), nullable=False),
        sa.Column("channel", exact(16), nullable=False),
        sa.Column("payload", PROSE, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("due_at", INSTANT, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("lease", exact(36), nullable=True),
        sa.Column("sent_at", INSTANT, nullable=True),
        sa.Column("dead_at", INSTANT, nullable=True),
        sa.Column("last_error", exact(64), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_outbox"),
        sa.UniqueConstraint(
            "subject_id",
            "event",
            "says",
            "channel",
            name="uq_outbox_subject_id_event_says_channel",
        ),
    )
    for columns in (["sent_at", "dead_at", "due_at", "id"], ["sent_at", "dead_at", "id"]):
        op.create_index(f"ix_outbox_{'_'.join(columns)}", "outbox", columns)


def downgrade() -> None:
    op.drop_table("outbox")
