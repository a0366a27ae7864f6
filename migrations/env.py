"""Alembic's environment: the application's engine and its models' metadata."""

from alembic import context
from flask import current_app

from app.database.guard import UNRECORDED
from app.models import Base

engine = current_app.extensions["migrate"].db.engine


def run() -> None:
    """Migrate over one connection; SQLite rewrites tables in batches."""
    with engine.connect().execution_options(**UNRECORDED) as connection:
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            render_as_batch=True,
            transaction_per_migration=True,
            compare_type=True,
        )
        with context.begin_transaction():
            context.run_migrations()


run()
