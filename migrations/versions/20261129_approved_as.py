"""What of a business was approved, so that a later change can be shown beside it."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql

revision = "20261129_approved_as"
down_revision = "20261129_businesses"
branch_labels = None
depends_on = None

KEPT = ("name", "address", "city", "category")


def text(length: int) -> sa.String:
    return sa.String(length).with_variant(mysql.VARCHAR(length, charset="utf8mb4"), "mysql")


def exact(length: int) -> sa.String:
    return sa.String(length).with_variant(
        mysql.VARCHAR(length, charset="utf8mb4", collation="utf8mb4_bin"), "mysql"
    )


def upgrade() -> None:
    op.add_column("businesses", sa.Column("approved_name", text(128), nullable=True))
    op.add_column("businesses", sa.Column("approved_address", text(255), nullable=True))
    op.add_column("businesses", sa.Column("approved_city", text(128), nullable=True))
    op.add_column("businesses", sa.Column("approved_category", exact(16), nullable=True))
    keep_what_is_unchanged()


def keep_what_is_unchanged() -> None:
    """Of what was changed meanwhile only the ledger knows how it was: there they stay empty."""
    columns = [sa.column(one) for name in KEPT for one in (name, f"approved_{name}")]
    rows = sa.table("businesses", sa.column("status"), sa.column("changed_at"), *columns)
    as_they_are = {f"approved_{name}": rows.c[name] for name in KEPT}
    is_unchanged = (rows.c.status == "approved") & rows.c.changed_at.is_(None)
    op.execute(sa.update(rows).where(is_unchanged).values(as_they_are))


def downgrade() -> None:
    for name in KEPT:
        op.drop_column("businesses", f"approved_{name}")
