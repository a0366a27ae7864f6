"""Businesses, hours and calendars: everything that was there before belongs to the house."""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql

from app.support.search_text import name_key

revision = "20261129_businesses"
down_revision = "20261120_outbox"
branch_labels = None
depends_on = None

HOUSE = 1
KEY = sa.BigInteger().with_variant(sa.Integer, "sqlite")
DIGEST = sa.LargeBinary(32).with_variant(mysql.BINARY(32), "mysql")
INSTANT = sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql")
PROSE = sa.Text().with_variant(mysql.TEXT(charset="utf8mb4"), "mysql")


def exact(length: int) -> sa.String:
    return sa.String(length).with_variant(
        mysql.VARCHAR(length, charset="utf8mb4", collation="utf8mb4_bin"), "mysql"
    )


def text(length: int) -> sa.String:
    return sa.String(length).with_variant(mysql.VARCHAR(length, charset="utf8mb4"), "mysql")


def key(name: str, *, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, KEY, autoincrement=False, nullable=nullable)


def refers(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=f"fk_{table}_{column}")


def serial(table: str) -> tuple[sa.Column[int], sa.PrimaryKeyConstraint]:
    return (
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
    )


def index(table: str, *columns: str) -> None:
    op.create_index(f"ix_{table}_{'_'.join(columns)}", table, list(columns))


def upgrade() -> None:
    add_businesses()
    widen_services()
    widen_workers()
    widen_orders()
    add_hours()
    add_opinions()
    add_calendar()


def add_businesses() -> None:
    businesses = op.create_table(
        "businesses",
        *serial("businesses"),
        key("owner_id", nullable=True),
        sa.Column("slug", exact(64), nullable=False),
        sa.Column("name", text(128), nullable=False),
        sa.Column("name_key", exact(128), nullable=False, server_default=""),
        sa.Column("category", exact(16), nullable=False),
        sa.Column("description", PROSE, nullable=True),
        sa.Column("about_key", PROSE, nullable=True),
        sa.Column("email", exact(255), nullable=True),
        sa.Column("phone", text(32), nullable=True),
        sa.Column("website", exact(255), nullable=True),
        sa.Column("address", text(255), nullable=True),
        sa.Column("city", text(128), nullable=True),
        sa.Column("city_key", exact(128), nullable=False),
        sa.Column("postal_code", exact(16), nullable=True),
        sa.Column("country", exact(2), nullable=True),
        sa.Column("lat_e6", sa.Integer(), nullable=True),
        sa.Column("lon_e6", sa.Integer(), nullable=True),
        sa.Column("timezone", exact(64), nullable=False),
        sa.Column("currency", exact(3), nullable=False),
        sa.Column("status", exact(16), nullable=False),
        sa.Column("reason", text(500), nullable=True),
        key("reviewed_by", nullable=True),
        sa.Column("reviewed_at", INSTANT, nullable=True),
        sa.Column("changed_at", INSTANT, nullable=True),
        sa.Column("deleted_at", INSTANT, nullable=True),
        sa.Column("slot_step_minutes", sa.Integer(), nullable=False),
        sa.Column("lead_minutes", sa.Integer(), nullable=False),
        sa.Column("horizon_days", sa.Integer(), nullable=False),
        sa.Column("cancel_cutoff_minutes", sa.Integer(), nullable=False),
        sa.Column("auto_confirm", sa.Boolean(), nullable=False),
        sa.Column("rating_sum", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("rating_count", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        refers("businesses", "owner_id", "users"),
        refers("businesses", "reviewed_by", "users"),
        sa.UniqueConstraint("slug", name="uq_businesses_slug"),
    )
    index("businesses", "owner_id")
    index("businesses", "changed_at")
    index("businesses", "status", "id")
    index("businesses", "status", "category", "id")
    index("businesses", "status", "city_key", "id")
    index("businesses", "status", "lat_e6")
    index("businesses", "status", "name_key", "id")
    now = datetime.now(UTC).replace(tzinfo=None)
    house = {
        "id": HOUSE,
        "slug": "house",
        "name": "House",
        "name_key": "house",
        "category": "other",
        "city_key": "",
        "timezone": "UTC",
        "currency": "EUR",
        "status": "approved",
        "slot_step_minutes": 15,
        "lead_minutes": 0,
        "horizon_days": 90,
        "cancel_cutoff_minutes": 0,
        "auto_confirm": False,
        "version": 0,
        "created_at": now,
        "updated_at": now,
    }
    op.bulk_insert(businesses, [house])


def widen_services() -> None:
    with op.batch_alter_table("services", table_kwargs={"sqlite_autoincrement": True}) as services:
        services.add_column(
            sa.Column("business_id", KEY, nullable=False, server_default=str(HOUSE))
        )
        services.add_column(sa.Column("name_key", exact(128), nullable=False, server_default=""))
        services.add_column(sa.Column("description", PROSE, nullable=True))
        for name in ("buffer_before_minutes", "buffer_after_minutes"):
            services.add_column(sa.Column(name, sa.Integer(), nullable=False, server_default="0"))
        services.drop_constraint("uq_services_name", type_="unique")
        services.create_unique_constraint("uq_services_business_id_name", ["business_id", "name"])
        services.create_foreign_key(
            "fk_services_business_id", "businesses", ["business_id"], ["id"]
        )

    fill_service_keys()


def fill_service_keys() -> None:
    rows = sa.table("services", sa.column("id"), sa.column("name"), sa.column("name_key"))
    connection = op.get_bind()
    write = (
        sa.update(rows).where(rows.c.id == sa.bindparam("row")).values(name_key=sa.bindparam("key"))
    )
    found = connection.execute(sa.select(rows.c.id, rows.c.name)).all()
    if found:
        connection.execute(write, [{"row": row.id, "key": name_key(row.name)} for row in found])


def widen_workers() -> None:
    with op.batch_alter_table("workers") as workers:
        workers.add_column(sa.Column("business_id", KEY, nullable=False, server_default=str(HOUSE)))
        workers.add_column(sa.Column("user_id", KEY, nullable=True))
        workers.add_column(sa.Column("specialization", text(128), nullable=True))
        workers.add_column(sa.Column("bio", PROSE, nullable=True))
        for name in ("is_manager", "is_implicit"):
            workers.add_column(sa.Column(name, sa.Boolean(), nullable=False, server_default="0"))
        workers.add_column(sa.Column("invite_digest", DIGEST, nullable=True))
        workers.add_column(sa.Column("invite_expires_at", INSTANT, nullable=True))
        workers.create_unique_constraint("uq_workers_invite_digest", ["invite_digest"])
        workers.create_unique_constraint(
            "uq_workers_business_id_user_id", ["business_id", "user_id"]
        )
        workers.create_index("ix_workers_user_id", ["user_id"])
        workers.create_index("ix_workers_business_id_id", ["business_id", "id"])
        workers.create_foreign_key("fk_workers_business_id", "businesses", ["business_id"], ["id"])
        workers.create_foreign_key("fk_workers_user_id", "users", ["user_id"], ["id"])


ORDERS = (
    ("business_id", KEY, str(HOUSE)),
    ("worker_id", KEY, None),
    ("starts_at", INSTANT, None),
    ("ends_at", INSTANT, None),
    ("local_start", exact(16), None),
    ("timezone", exact(64), None),
    ("currency", exact(3), None),
    ("hold_expires_at", INSTANT, None),
    ("sequence", sa.Integer(), "0"),
    ("cancelled_by", exact(16), None),
    ("cancel_reason", text(500), None),
)


def widen_orders() -> None:
    for name, kind, default in ORDERS:
        column = sa.Column(name, kind, nullable=default is None, server_default=default)
        op.add_column("orders", column)
    index("orders", "business_id", "starts_at", "id")
    index("orders", "ends_at")
    index("orders", "status", "starts_at", "id")


def add_hours() -> None:
    op.create_table(
        "hours",
        *serial("hours"),
        key("business_id"),
        key("worker_id", nullable=True),
        sa.Column("weekday", sa.Integer(), nullable=True),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("opens", sa.Integer(), nullable=False),
        sa.Column("closes", sa.Integer(), nullable=False),
        sa.Column("kind", exact(4), nullable=False),
        refers("hours", "business_id", "businesses"),
        refers("hours", "worker_id", "workers"),
    )
    index("hours", "business_id", "worker_id", "day")
    op.create_table(
        "time_off",
        *serial("time_off"),
        key("worker_id"),
        sa.Column("starts_at", INSTANT, nullable=False),
        sa.Column("ends_at", INSTANT, nullable=False),
        sa.Column("reason", text(255), nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        refers("time_off", "worker_id", "workers"),
        sqlite_autoincrement=True,
    )
    index("time_off", "worker_id", "ends_at")
    op.create_table(
        "worker_services",
        key("worker_id"),
        key("service_id"),
        refers("worker_services", "worker_id", "workers"),
        refers("worker_services", "service_id", "services"),
        sa.PrimaryKeyConstraint("worker_id", "service_id", name="pk_worker_services"),
    )
    index("worker_services", "service_id")


def add_opinions() -> None:
    op.create_table(
        "favorites",
        key("user_id"),
        key("business_id"),
        sa.Column("created_at", INSTANT, nullable=False),
        refers("favorites", "user_id", "users"),
        refers("favorites", "business_id", "businesses"),
        sa.PrimaryKeyConstraint("user_id", "business_id", name="pk_favorites"),
    )
    index("favorites", "business_id")
    op.create_table(
        "reviews",
        *serial("reviews"),
        key("order_id"),
        key("business_id"),
        key("user_id"),
        sa.Column("rating", sa.Integer(), nullable=False),
        sa.Column("comment", PROSE, nullable=True),
        sa.Column("reply", PROSE, nullable=True),
        sa.Column("replied_at", INSTANT, nullable=True),
        sa.Column("hidden_at", INSTANT, nullable=True),
        sa.Column("hidden_reason", text(500), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        refers("reviews", "order_id", "orders"),
        refers("reviews", "business_id", "businesses"),
        refers("reviews", "user_id", "users"),
        sa.UniqueConstraint("order_id", name="uq_reviews_order_id"),
    )
    index("reviews", "user_id")
    index("reviews", "business_id", "hidden_at", "id")


def add_calendar() -> None:
    op.create_table(
        "calendar_feeds",
        *serial("calendar_feeds"),
        key("business_id"),
        key("worker_id", nullable=True),
        sa.Column("token_digest", DIGEST, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("revoked_at", INSTANT, nullable=True),
        refers("calendar_feeds", "business_id", "businesses"),
        refers("calendar_feeds", "worker_id", "workers"),
        sa.UniqueConstraint("token_digest", name="uq_calendar_feeds_token_digest"),
    )
    index("calendar_feeds", "business_id")
    op.create_table(
        "resources",
        *serial("resources"),
        sa.Column("kind", exact(8), nullable=False),
        key("business_id", nullable=True),
        key("worker_id", nullable=True),
        key("user_id", nullable=True),
        sa.Column("name", text(128), nullable=True),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("calendar_version", KEY, nullable=False),
        refers("resources", "business_id", "businesses"),
        refers("resources", "worker_id", "workers"),
        refers("resources", "user_id", "users"),
        sa.UniqueConstraint("worker_id", name="uq_resources_worker_id"),
        sa.UniqueConstraint("user_id", name="uq_resources_user_id"),
    )
    index("resources", "business_id")
    op.create_table(
        "service_resources",
        key("service_id"),
        key("resource_id"),
        refers("service_resources", "service_id", "services"),
        refers("service_resources", "resource_id", "resources"),
        sa.PrimaryKeyConstraint("service_id", "resource_id", name="pk_service_resources"),
    )
    index("service_resources", "resource_id")
    op.create_table(
        "claims",
        key("resource_id"),
        sa.Column("bucket", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("lane", sa.Integer(), autoincrement=False, nullable=False),
        key("order_id"),
        refers("claims", "resource_id", "resources"),
        refers("claims", "order_id", "orders"),
        sa.PrimaryKeyConstraint("resource_id", "bucket", "lane", name="pk_claims"),
    )
    index("claims", "order_id")
    op.create_table(
        "segments",
        *serial("segments"),
        key("order_id"),
        key("resource_id"),
        sa.Column("lane", sa.Integer(), nullable=False),
        sa.Column("busy_start", sa.Integer(), nullable=False),
        sa.Column("busy_end", sa.Integer(), nullable=False),
        refers("segments", "order_id", "orders"),
        refers("segments", "resource_id", "resources"),
    )
    index("segments", "order_id")
    index("segments", "resource_id", "busy_start", "busy_end", "lane", "order_id")


NEW = (
    "segments",
    "claims",
    "service_resources",
    "resources",
    "calendar_feeds",
    "reviews",
    "favorites",
    "worker_services",
    "time_off",
    "hours",
)


def downgrade() -> None:
    for table in NEW:
        op.drop_table(table)
    for columns in ("status_starts_at_id", "ends_at", "business_id_starts_at_id"):
        op.drop_index(f"ix_orders_{columns}", table_name="orders")
    for name, _, _ in reversed(ORDERS):
        op.drop_column("orders", name)
    with op.batch_alter_table("workers") as workers:
        workers.drop_constraint("fk_workers_user_id", type_="foreignkey")
        workers.drop_constraint("fk_workers_business_id", type_="foreignkey")
        workers.drop_index("ix_workers_business_id_id")
        workers.drop_index("ix_workers_user_id")
        workers.drop_constraint("uq_workers_business_id_user_id", type_="unique")
        workers.drop_constraint("uq_workers_invite_digest", type_="unique")
        for name in (
            "invite_expires_at",
            "invite_digest",
            "is_implicit",
            "is_manager",
            "bio",
            "specialization",
            "user_id",
        ):
            workers.drop_column(name)
        workers.drop_column("business_id")
    with op.batch_alter_table("services", table_kwargs={"sqlite_autoincrement": True}) as services:
        services.drop_constraint("fk_services_business_id", type_="foreignkey")
        services.drop_constraint("uq_services_business_id_name", type_="unique")
        services.create_unique_constraint("uq_services_name", ["name"])
        for name in ("buffer_after_minutes", "buffer_before_minutes", "description", "name_key"):
            services.drop_column(name)
        services.drop_column("business_id")
    op.drop_table("businesses")
