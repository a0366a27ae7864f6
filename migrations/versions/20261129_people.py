"""People whom an admin registers: signing in by a phone number, passwords that are temporary."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql

revision = "20261129_people"
down_revision = "20261129_hooks"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql")


def exact(length: int) -> sa.String:
    return sa.String(length).with_variant(
        mysql.VARCHAR(length, charset="utf8mb4", collation="utf8mb4_bin"), "mysql"
    )


def upgrade() -> None:
    op.add_column("users", sa.Column("login_phone", exact(16), nullable=True))
    op.add_column("users", sa.Column("password_expires_at", INSTANT, nullable=True))
    # An index: SQLite adds a constraint by copying the table, which has computed columns.
    op.create_index("uq_users_login_phone", "users", ["login_phone"], unique=True)


def downgrade() -> None:
    op.drop_index("uq_users_login_phone", table_name="users")
    op.drop_column("users", "password_expires_at")
    op.drop_column("users", "login_phone")
