"""The position of a new interest: none of an interest that is gone."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.add_column("subscribers", sa.Column("next_position", sa.Integer(), nullable=True))
