"""The first tables: people, workers and devices, services, orders, tracks, the ledger."""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql

revision = "20261120_core"
down_revision = None
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer, "sqlite")
SALT = sa.LargeBinary(16).with_variant(mysql.BINARY(16), "mysql")
SIGNATURE = sa.LargeBinary(64).with_variant(mysql.BINARY(64), "mysql")
DIGEST = sa.LargeBinary(32).with_variant(mysql.BINARY(32), "mysql")
MONEY = sa.Numeric(12, 2)
INSTANT = sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql")
PROSE = sa.Text().with_variant(mysql.TEXT(charset="utf8mb4"), "mysql")


def exact(length: int) -> sa.String:
    return sa.String(length).with_variant(
        mysql.VARCHAR(length, charset="utf8mb4", collation="utf8mb4_bin"), "mysql"
    )


def text(length: int) -> sa.String:
    return sa.String(length).with_variant(mysql.VARCHAR(length, charset="utf8mb4"), "mysql")


def recorded() -> list[sa.Column]:
    return [
        sa.Column("mac", DIGEST, nullable=False),
        sa.Column("key_id", exact(16), nullable=False),
        sa.Column("seal_id", KEY, nullable=True),
        sa.Column("salt", SALT, nullable=True),
        sa.Column("pii_hash", DIGEST, nullable=True),
    ]


def upgrade() -> None:
    op.create_table(
        "services",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("name", exact(128), nullable=False),
        sa.Column("price", MONEY, nullable=False),
        sa.Column("duration_minutes", sa.Integer(), nullable=True),
        sa.Column("status", exact(16), nullable=False),
        sa.Column("category", text(64), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_services"),
        sa.UniqueConstraint("name", name="uq_services_name"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "users",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("name", text(128), nullable=False),
        sa.Column("username", exact(64), nullable=True),
        sa.Column("email", exact(255), nullable=True),
        sa.Column("phone", text(32), nullable=True),
        sa.Column("password_hash", exact(255), nullable=True),
        sa.Column("role", exact(16), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("verified_at", INSTANT, nullable=True),
        sa.Column("must_change_password", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_users"),
        sa.UniqueConstraint("email", name="uq_users_email"),
        sa.UniqueConstraint("username", name="uq_users_username"),
    )
    op.create_index("ix_users_role", "users", ["role"], unique=False)
    op.create_table(
        "workers",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("name", text(128), nullable=False),
        sa.Column("email", exact(255), nullable=True),
        sa.Column("password_hash", exact(255), nullable=True),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_workers"),
        sa.UniqueConstraint("email", name="uq_workers_email"),
    )
    op.create_table(
        "admin_sessions",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("user_id", KEY, nullable=False),
        sa.Column("token_digest", DIGEST, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("revoked_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_admin_sessions_user_id"),
        sa.PrimaryKeyConstraint("id", name="pk_admin_sessions"),
        sa.UniqueConstraint("token_digest", name="uq_admin_sessions_token_digest"),
    )
    op.create_index("ix_admin_sessions_user_id", "admin_sessions", ["user_id"], unique=False)
    op.create_table(
        "devices",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("name", text(128), nullable=False),
        sa.Column("station", text(64), nullable=True),
        sa.Column("profile", exact(16), nullable=False),
        sa.Column("origin", exact(16), nullable=False),
        sa.Column("default_action", exact(16), nullable=True),
        sa.Column("worker_id", KEY, nullable=True),
        sa.Column("token_digest", DIGEST, nullable=True),
        sa.Column("enrol_digest", DIGEST, nullable=True),
        sa.Column("enrol_expires_at", INSTANT, nullable=True),
        sa.Column("enrolled_at", INSTANT, nullable=True),
        sa.Column("hardware", text(128), nullable=True),
        sa.Column("app", text(64), nullable=True),
        sa.Column("app_version", text(32), nullable=True),
        sa.Column("last_seen_at", INSTANT, nullable=True),
        sa.Column("revoked_at", INSTANT, nullable=True),
        sa.Column("drained", sa.Integer(), nullable=False),
        sa.Column("state", PROSE, nullable=False),
        sa.Column("state_version", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["worker_id"], ["workers.id"], name="fk_devices_worker_id"),
        sa.PrimaryKeyConstraint("id", name="pk_devices"),
        sa.UniqueConstraint("enrol_digest", name="uq_devices_enrol_digest"),
        sa.UniqueConstraint("token_digest", name="uq_devices_token_digest"),
    )
    op.create_index("ix_devices_last_seen_at", "devices", ["last_seen_at"], unique=False)
    op.create_index("ix_devices_worker_id", "devices", ["worker_id"], unique=False)
    op.create_table(
        "idempotency_keys",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("user_id", KEY, nullable=False),
        sa.Column("route", exact(64), nullable=False),
        sa.Column("key", exact(255), nullable=False),
        sa.Column("body_digest", DIGEST, nullable=False),
        sa.Column("answer", PROSE, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_idempotency_keys_user_id"),
        sa.PrimaryKeyConstraint("id", name="pk_idempotency_keys"),
        sa.UniqueConstraint(
            "user_id", "route", "key", name="uq_idempotency_keys_user_id_route_key"
        ),
    )
    op.create_table(
        "orders",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("order_number", exact(64), nullable=False),
        sa.Column("label_code", exact(24), nullable=False),
        sa.Column("channel", exact(16), nullable=False),
        sa.Column("customer_id", KEY, nullable=True),
        sa.Column("service_id", KEY, nullable=True),
        sa.Column("service_name", text(512), nullable=False),
        sa.Column("total_cost", MONEY, nullable=False),
        sa.Column("name", text(128), nullable=False),
        sa.Column("email", exact(255), nullable=True),
        sa.Column("email_key", exact(255), nullable=True),
        sa.Column("phone", text(32), nullable=True),
        sa.Column("pickup_date", exact(32), nullable=True),
        sa.Column("instructions", PROSE, nullable=True),
        sa.Column("piece_count", sa.Integer(), nullable=False),
        sa.Column("status", exact(16), nullable=False),
        sa.Column("status_since", INSTANT, nullable=False),
        sa.Column("folded_at", INSTANT, nullable=True),
        sa.Column("folded_seq", KEY, nullable=False),
        sa.Column("folded_event_id", exact(36), nullable=True),
        sa.Column("sightings", PROSE, nullable=True),
        sa.Column("location", text(255), nullable=True),
        sa.Column("located_at", INSTANT, nullable=True),
        sa.Column("custodian_id", KEY, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("deleted_at", INSTANT, nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["custodian_id"], ["workers.id"], name="fk_orders_custodian_id"),
        sa.ForeignKeyConstraint(["customer_id"], ["users.id"], name="fk_orders_customer_id"),
        sa.ForeignKeyConstraint(["service_id"], ["services.id"], name="fk_orders_service_id"),
        sa.PrimaryKeyConstraint("id", name="pk_orders"),
        sa.UniqueConstraint("label_code", name="uq_orders_label_code"),
        sa.UniqueConstraint("order_number", name="uq_orders_order_number"),
    )
    op.create_index("ix_orders_customer_id_id", "orders", ["customer_id", "id"], unique=False)
    op.create_index("ix_orders_email_key_id", "orders", ["email_key", "id"], unique=False)
    op.create_index("ix_orders_service_id", "orders", ["service_id"], unique=False)
    op.create_index("ix_orders_status_id", "orders", ["status", "id"], unique=False)
    op.create_index("ix_orders_created_at_id", "orders", ["created_at", "id"], unique=False)
    op.create_table(
        "password_links",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("user_id", KEY, nullable=False),
        sa.Column("token_digest", DIGEST, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("used_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_password_links_user_id"),
        sa.PrimaryKeyConstraint("id", name="pk_password_links"),
        sa.UniqueConstraint("token_digest", name="uq_password_links_token_digest"),
    )
    op.create_index("ix_password_links_user_id", "password_links", ["user_id"], unique=False)
    op.create_table(
        "token_families",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("user_id", KEY, nullable=False),
        sa.Column("current_digest", DIGEST, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("revoked_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_token_families_user_id"),
        sa.PrimaryKeyConstraint("id", name="pk_token_families"),
    )
    op.create_index("ix_token_families_user_id", "token_families", ["user_id"], unique=False)
    op.create_table(
        "order_aliases",
        sa.Column("alias", exact(64), nullable=False),
        sa.Column("order_id", KEY, nullable=False),
        sa.Column("kind", exact(16), nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name="fk_order_aliases_order_id"),
        sa.PrimaryKeyConstraint("alias", name="pk_order_aliases"),
    )
    op.create_index("ix_order_aliases_order_id", "order_aliases", ["order_id"], unique=False)
    op.create_table(
        "order_lines",
        sa.Column("order_id", KEY, nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("service_id", KEY, nullable=False),
        sa.Column("name", text(128), nullable=False),
        sa.Column("price", MONEY, nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name="fk_order_lines_order_id"),
        sa.ForeignKeyConstraint(["service_id"], ["services.id"], name="fk_order_lines_service_id"),
        sa.PrimaryKeyConstraint("order_id", "position", name="pk_order_lines"),
    )
    op.create_index("ix_order_lines_service_id", "order_lines", ["service_id"], unique=False)
    op.create_table(
        "tracks",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("event_id", exact(36), nullable=False),
        sa.Column("kind", exact(8), nullable=False),
        sa.Column("target_event_id", exact(36), nullable=True),
        sa.Column("order_id", KEY, nullable=True),
        sa.Column("order_version", sa.Integer(), nullable=True),
        sa.Column("order_email", exact(255), nullable=True),
        sa.Column("worker_id", KEY, nullable=True),
        sa.Column("device_id", KEY, nullable=True),
        sa.Column("user_id", KEY, nullable=True),
        sa.Column("code_digest", DIGEST, nullable=True),
        sa.Column("content_digest", DIGEST, nullable=False),
        sa.Column("source", exact(16), nullable=True),
        sa.Column("action", exact(16), nullable=False),
        sa.Column("occurred_at", INSTANT, nullable=False),
        sa.Column("effective_at", INSTANT, nullable=False),
        sa.Column("received_at", INSTANT, nullable=False),
        sa.Column("clock", exact(16), nullable=False),
        sa.Column("offset_ms", KEY, nullable=True),
        sa.Column("seq", KEY, nullable=True),
        sa.Column("location", text(255), nullable=True),
        sa.Column("lat_e6", sa.Integer(), nullable=True),
        sa.Column("lon_e6", sa.Integer(), nullable=True),
        sa.Column("piece", sa.Integer(), nullable=True),
        sa.Column("note", PROSE, nullable=True),
        sa.Column("forced", sa.Boolean(), nullable=False),
        sa.Column("force_reason", text(255), nullable=True),
        sa.Column("result", exact(8), nullable=False),
        sa.Column("reasons", exact(255), nullable=False),
        sa.Column("verdict", PROSE, nullable=False),
        *recorded(),
        sa.ForeignKeyConstraint(["device_id"], ["devices.id"], name="fk_tracks_device_id"),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name="fk_tracks_order_id"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_tracks_user_id"),
        sa.ForeignKeyConstraint(["worker_id"], ["workers.id"], name="fk_tracks_worker_id"),
        sa.PrimaryKeyConstraint("id", name="pk_tracks"),
        sa.UniqueConstraint("event_id", name="uq_tracks_event_id"),
        sa.UniqueConstraint("target_event_id", "kind", name="uq_tracks_target_event_id_kind"),
    )
    op.create_index("ix_tracks_action_id", "tracks", ["action", "id"], unique=False)
    op.create_index("ix_tracks_device_id_id", "tracks", ["device_id", "id"], unique=False)
    op.create_index("ix_tracks_order_id_id", "tracks", ["order_id", "id"], unique=False)
    op.create_index("ix_tracks_received_at_id", "tracks", ["received_at", "id"], unique=False)
    op.create_index("ix_tracks_result_id", "tracks", ["result", "id"], unique=False)
    op.create_index("ix_tracks_seal_id", "tracks", ["seal_id"], unique=False)
    op.create_index("ix_tracks_worker_id_id", "tracks", ["worker_id", "id"], unique=False)
    op.create_table(
        "audit_events",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("user_id", KEY, nullable=True),
        sa.Column("device_id", KEY, nullable=True),
        sa.Column("actor_role", exact(16), nullable=False),
        sa.Column("actor_label", text(128), nullable=False),
        sa.Column("action", exact(32), nullable=False),
        sa.Column("resource_type", exact(32), nullable=True),
        sa.Column("resource_id", KEY, nullable=True),
        sa.Column("subject_user_id", KEY, nullable=True),
        sa.Column("seq", sa.Integer(), nullable=True),
        sa.Column("outcome", exact(16), nullable=False),
        sa.Column("status_code", sa.Integer(), nullable=True),
        sa.Column("method", exact(16), nullable=True),
        sa.Column("route", exact(255), nullable=True),
        sa.Column("request_id", exact(64), nullable=True),
        sa.Column("data", PROSE, nullable=False),
        sa.Column("ip_address", exact(45), nullable=True),
        sa.Column("user_agent", text(255), nullable=True),
        sa.Column("pii", PROSE, nullable=True),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("refusal_key", DIGEST, nullable=True),
        sa.Column("address_key", DIGEST, nullable=True),
        sa.Column("slot", sa.Integer(), nullable=True),
        *recorded(),
        sa.PrimaryKeyConstraint("id", name="pk_audit_events"),
        sa.UniqueConstraint("address_key", "slot", name="uq_audit_events_address_key_slot"),
        sa.UniqueConstraint("refusal_key", name="uq_audit_events_refusal_key"),
        sa.UniqueConstraint(
            "resource_type",
            "resource_id",
            "seq",
            name="uq_audit_events_resource_type_resource_id_seq",
        ),
    )
    for name, columns in {
        "action_at_id": ["action", "at", "id"],
        "at_id": ["at", "id"],
        "ip_address_at_id": ["ip_address", "at", "id"],
        "resource_at_id": ["resource_type", "resource_id", "at", "id"],
        "seal_id": ["seal_id"],
        "subject_user_id_at_id": ["subject_user_id", "at", "id"],
        "user_id_at_id": ["user_id", "at", "id"],
    }.items():
        op.create_index(f"ix_audit_events_{name}", "audit_events", columns, unique=False)
    op.create_table(
        "audit_seals",
        sa.Column("id", KEY, autoincrement=False, nullable=False),
        sa.Column("prev_hash", DIGEST, nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("root", DIGEST, nullable=False),
        sa.Column("sealed_at", INSTANT, nullable=False),
        sa.Column("key_id", exact(16), nullable=False),
        sa.Column("hash", DIGEST, nullable=False),
        sa.Column("signature", SIGNATURE, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit_seals"),
    )
    now = datetime.now(UTC).replace(tzinfo=None)
    devices = sa.table(
        "devices",
        *[
            sa.column(name)
            for name in ("id", "name", "profile", "origin", "drained", "state", "state_version")
        ],
        sa.column("version"),
        *[sa.column(name, INSTANT) for name in ("created_at", "updated_at")],
    )
    op.bulk_insert(
        devices,
        [
            {
                "id": 1,
                "name": "Unauthenticated legacy scans",
                "profile": "scan",
                "origin": "shared",
                "drained": 0,
                "state": "{}",
                "state_version": 0,
                "version": 1,
                "created_at": now,
                "updated_at": now,
            }
        ],
    )


def downgrade() -> None:
    op.drop_table("audit_seals")
    op.drop_table("audit_events")
    op.drop_table("tracks")
    op.drop_table("order_lines")
    op.drop_table("order_aliases")
    op.drop_table("token_families")
    op.drop_table("password_links")
    op.drop_table("orders")
    op.drop_table("idempotency_keys")
    op.drop_table("devices")
    op.drop_table("admin_sessions")
    op.drop_table("workers")
    op.drop_table("users")
    op.drop_table("services")
