"""Licenses of workers, services that require one, and what a scan proves of its worker's."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql

revision = "20261130_licenses"
down_revision = "20261129_people"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer, "sqlite")
INSTANT = sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql")
PROSE = sa.Text().with_variant(mysql.TEXT(charset="utf8mb4"), "mysql")


def exact(length: int) -> sa.String:
    return sa.String(length).with_variant(
        mysql.VARCHAR(length, charset="utf8mb4", collation="utf8mb4_bin"), "mysql"
    )


def text(length: int) -> sa.String:
    return sa.String(length).with_variant(mysql.VARCHAR(length, charset="utf8mb4"), "mysql")


def upgrade() -> None:
    op.create_table(
        "license_types",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("code", exact(32), nullable=False),
        sa.Column("title", text(128), nullable=False),
        sa.Column("max_level", sa.Integer(), nullable=False),
        sa.Column("validity_months", sa.Integer(), nullable=True),
        sa.Column("covers", exact(1024), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_license_types"),
        sa.UniqueConstraint("code", name="uq_license_types_code"),
    )
    op.create_table(
        "licenses",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("code", exact(16), nullable=False),
        sa.Column("worker_id", KEY, nullable=False),
        sa.Column("type_code", exact(32), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("issued_at", INSTANT, nullable=False),
        sa.Column("issued_by", KEY, nullable=True),
        sa.Column("expires_at", INSTANT, nullable=True),
        sa.Column("revoked_at", INSTANT, nullable=True),
        sa.Column("revoke_reason", text(500), nullable=True),
        sa.Column("live", sa.Integer(), nullable=True),
        sa.Column("requested_level", sa.Integer(), nullable=True),
        sa.Column("requested_at", INSTANT, nullable=True),
        sa.Column("request_reason", text(500), nullable=True),
        sa.Column("token_serial", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["worker_id"], ["workers.id"], name="fk_licenses_worker_id"),
        sa.ForeignKeyConstraint(
            ["type_code"], ["license_types.code"], name="fk_licenses_type_code"
        ),
        sa.ForeignKeyConstraint(["issued_by"], ["users.id"], name="fk_licenses_issued_by"),
        sa.PrimaryKeyConstraint("id", name="pk_licenses"),
        sa.UniqueConstraint("code", name="uq_licenses_code"),
        sa.UniqueConstraint(
            "worker_id", "type_code", "live", name="uq_licenses_worker_id_type_code_live"
        ),
    )
    op.create_index("ix_licenses_type_code", "licenses", ["type_code"])
    op.create_index("ix_licenses_expires_at_id", "licenses", ["expires_at", "id"])
    with op.batch_alter_table("services", table_kwargs={"sqlite_autoincrement": True}) as services:
        services.add_column(sa.Column("required_license", exact(32), nullable=True))
        services.add_column(sa.Column("required_level", sa.Integer(), nullable=True))
        services.create_index("ix_services_required_license", ["required_license"])
        services.create_foreign_key(
            "fk_services_required_license", "license_types", ["required_license"], ["code"]
        )
    op.add_column("tracks", sa.Column("license", PROSE, nullable=True))


def downgrade() -> None:
    op.drop_column("tracks", "license")
    with op.batch_alter_table("services", table_kwargs={"sqlite_autoincrement": True}) as services:
        services.drop_constraint("fk_services_required_license", type_="foreignkey")
        services.drop_index("ix_services_required_license")
        services.drop_column("required_level")
        services.drop_column("required_license")
    op.drop_table("licenses")
    op.drop_table("license_types")
