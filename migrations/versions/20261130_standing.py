"""Who chose where a webhook posts."""

import sqlalchemy as sa
from alembic import op

revision = "20261130_standing"
down_revision = "20261130_licenses"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.add_column("webhook_subscriptions", sa.Column("user_id", KEY, nullable=True))


def downgrade() -> None:
    op.drop_column("webhook_subscriptions", "user_id")
