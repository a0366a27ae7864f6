"""People are found by any of their names, however they are written, and by the end of their phone number."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql

from app.support.search_text import name_key

revision = "20261120_search"
down_revision = "20261120_two_factor"
branch_labels = None
depends_on = None

TABLES = ("orders", "users")
PIECE = 1_000
DIGITS = (
    "replace(replace(replace(replace(replace(replace(replace("
    "phone, ' ', ''), '-', ''), '(', ''), ')', ''), '/', ''), '.', ''), '+', '')"
)


def exact(length: int) -> sa.String:
    return sa.String(length).with_variant(
        mysql.VARCHAR(length, charset="utf8mb4", collation="utf8mb4_bin"), "mysql"
    )


def text(length: int) -> sa.String:
    return sa.String(length).with_variant(mysql.VARCHAR(length, charset="utf8mb4"), "mysql")


COMPUTED = {
    "later_names": (exact(128), "substr(name_key, instr(name_key, ' ') + 1)"),
    "phone_end": (text(6), f"substr({DIGITS}, -6)"),
}


def upgrade() -> None:
    for table in TABLES:
        op.add_column(table, sa.Column("name_key", exact(128), nullable=False, server_default=""))
        fill(table)
        for name, (kind, sql) in COMPUTED.items():
            op.add_column(table, sa.Column(name, kind, sa.Computed(sql, persisted=False)))
        for name in ("name_key", *COMPUTED):
            op.create_index(f"ix_{table}_{name}_id", table, [name, "id"])


def fill(table: str) -> None:
    """The key of every name that is there."""
    connection = op.get_bind()
    rows = sa.table(table, sa.column("id"), sa.column("name"), sa.column("name_key"))
    some = sa.select(rows.c.id, rows.c.name).order_by(rows.c.id).limit(PIECE)
    write = (
        sa.update(rows).where(rows.c.id == sa.bindparam("row")).values(name_key=sa.bindparam("key"))
    )
    last = 0
    while found := connection.execute(some.where(rows.c.id > last)).all():
        connection.execute(write, [{"row": row.id, "key": name_key(row.name)} for row in found])
        last = found[-1].id


def downgrade() -> None:
    for table in TABLES:
        for name in (*reversed(COMPUTED), "name_key"):
            op.drop_index(f"ix_{table}_{name}_id", table_name=table)
            op.drop_column(table, name)
