"""Lists by arrival: filters of tracks lead to a time, and orders of a status are counted in their index."""

from alembic import op

revision = "20261120_lists"
down_revision = "20261120_core"
branch_labels = None
depends_on = None

BY_ID = {
    "tracks": (("worker_id", "id"), ("action", "id"), ("result", "id")),
    "orders": (("status", "id"),),
}
BY_TIME = {
    "tracks": (
        ("worker_id", "received_at", "id"),
        ("action", "received_at", "id"),
        ("result", "received_at", "id"),
    ),
    "orders": (("status", "id", "deleted_at"),),
}


def upgrade() -> None:
    replace(BY_ID, BY_TIME)


def downgrade() -> None:
    replace(BY_TIME, BY_ID)


def replace(old: dict[str, tuple], new: dict[str, tuple]) -> None:
    for table, indexes in new.items():
        for columns in indexes:
            op.create_index(name_of(table, columns), table, list(columns), unique=False)
        for columns in old[table]:  # afterwards: MariaDB's foreign keys are never without one
            op.drop_index(name_of(table, columns), table_name=table)


def name_of(table: str, columns: tuple[str, ...]) -> str:
    return f"ix_{table}_{'_'.join(columns)}"
