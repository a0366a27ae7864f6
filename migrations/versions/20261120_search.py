"""People are found by any of their names and by the end of their phone number."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql

revision = "20261120_search"
down_revision = "20261120_two_factor"
branch_labels = None
depends_on = None

TABLES = ("orders", "users")
DIGITS = (
    "replace(replace(replace(replace(replace(replace(replace("
    "phone, ' ', ''), '-', ''), '(', ''), ')', ''), '/', ''), '.', ''), '+', '')"
)
KEYS = {
    "name_key": (128, "lower(name)"),
    "later_names": (128, "lower(substr(name, instr(name, ' ') + 1))"),
    "phone_end": (6, f"substr({DIGITS}, -6)"),
}


def text(length: int) -> sa.String:
    return sa.String(length).with_variant(mysql.VARCHAR(length, charset="utf8mb4"), "mysql")


def upgrade() -> None:
    for table in TABLES:
        for name, (length, sql) in KEYS.items():
            op.add_column(table, sa.Column(name, text(length), sa.Computed(sql, persisted=False)))
            op.create_index(f"ix_{table}_{name}_id", table, [name, "id"])


def downgrade() -> None:
    for table in TABLES:
        for name in KEYS:
            op.drop_index(f"ix_{table}_{name}_id", table_name=table)
            op.drop_column(table, name)
