"""Notifications: what was announced is spread to all who are to know, by mail and into inboxes."""

import sqlalchemy as sa
from alembic import op
from alembic.operations import BatchOperations
from sqlalchemy.dialects import mysql

revision = "20261129_post"
down_revision = "20261129_accounts"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer, "sqlite")
DIGEST = sa.LargeBinary(32).with_variant(mysql.BINARY(32), "mysql")
INSTANT = sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql")
PROSE = sa.Text().with_variant(mysql.TEXT(charset="utf8mb4"), "mysql")
UNIQUE = ("subject_id", "event", "says", "channel")
DUE = ("sent_at", "dead_at", "due_at", "id")


def exact(length: int) -> sa.String:
    return sa.String(length).with_variant(
        mysql.VARCHAR(length, charset="utf8mb4", collation="utf8mb4_bin"), "mysql"
    )


def text(length: int) -> sa.String:
    return sa.String(length).with_variant(mysql.VARCHAR(length, charset="utf8mb4"), "mysql")


def upgrade() -> None:
    with op.batch_alter_table("outbox") as outbox:
        outbox.add_column(sa.Column("recipient_id", KEY, nullable=False, server_default="0"))
        retie(outbox, old=UNIQUE, new=(*UNIQUE, "recipient_id"))
        reindex(outbox, old=DUE, new=("channel", *DUE))
    # What is sent, too: what was told is not told again under its new channel.
    op.execute("UPDATE outbox SET channel = 'fan_out' WHERE channel = 'console'")
    add_notifications()
    op.add_column("businesses", sa.Column("sender_name", text(64), nullable=True))
    op.create_table(
        "message_texts",
        sa.Column("business_id", KEY, autoincrement=False, nullable=False),
        sa.Column("event", exact(32), nullable=False),
        sa.Column("text", PROSE, nullable=False),
        sa.ForeignKeyConstraint(
            ["business_id"], ["businesses.id"], name="fk_message_texts_business_id"
        ),
        sa.PrimaryKeyConstraint("business_id", "event", name="pk_message_texts"),
    )
    op.create_table(
        "mail_stops",
        sa.Column("address_digest", DIGEST, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("address_digest", name="pk_mail_stops"),
    )


def add_notifications() -> None:
    op.create_table(
        "notifications",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("user_id", KEY, nullable=False),
        sa.Column("event", exact(32), nullable=False),
        sa.Column("subject_id", KEY, nullable=False),
        sa.Column("says", exact(32), nullable=False),
        sa.Column("title", text(255), nullable=False),
        sa.Column("body", PROSE, nullable=False),
        sa.Column("link", exact(255), nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("read_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_notifications_user_id"),
        sa.PrimaryKeyConstraint("id", name="pk_notifications"),
        sa.UniqueConstraint(
            *("user_id", "event", "subject_id", "says"),
            name="uq_notifications_user_id_event_subject_id_says",
        ),
    )
    for columns in (["user_id", "id"], ["user_id", "read_at", "id"]):
        op.create_index(f"ix_notifications_{'_'.join(columns)}", "notifications", columns)


def downgrade() -> None:
    op.drop_table("mail_stops")
    op.drop_table("message_texts")
    op.drop_column("businesses", "sender_name")
    op.drop_table("notifications")
    op.execute("DELETE FROM outbox WHERE channel <> 'fan_out'")
    op.execute("UPDATE outbox SET channel = 'console'")
    with op.batch_alter_table("outbox") as outbox:
        reindex(outbox, old=("channel", *DUE), new=DUE)
        retie(outbox, old=(*UNIQUE, "recipient_id"), new=UNIQUE)
        outbox.drop_column("recipient_id")


def retie(table: BatchOperations, *, old: tuple[str, ...], new: tuple[str, ...]) -> None:
    table.create_unique_constraint(f"uq_outbox_{'_'.join(new)}", list(new))
    table.drop_constraint(f"uq_outbox_{'_'.join(old)}", type_="unique")


def reindex(table: BatchOperations, *, old: tuple[str, ...], new: tuple[str, ...]) -> None:
    table.create_index(f"ix_outbox_{'_'.join(new)}", list(new))
    table.drop_index(f"ix_outbox_{'_'.join(old)}")
