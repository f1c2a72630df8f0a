"""Consent to learning from misunderstood words, and the list of them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision: str = "0004"
down_revision: str | None = "0003"
branch_labels: None = None
depends_on: None = None

Json = sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")


def upgrade() -> None:
    op.add_column("member", sa.Column("learning_consent", sa.Boolean(), nullable=True))
    op.add_column("member", sa.Column("learning_asked_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "learning_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=True),
        sa.Column("branch_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("decision", sa.String(), nullable=False),
        sa.Column("guesses", Json, nullable=False),
        sa.Column("task", sa.String(), nullable=True),
        sa.Column("chosen", sa.String(), nullable=True),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("heard", sa.Boolean(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("label", sa.String(), nullable=True),
        sa.Column("labelled_by", sa.Integer(), nullable=True),
        sa.Column("labeller", sa.String(), nullable=True),
        sa.Column("labelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("kept_out", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["branch_id"], ["branch.id"], name="fk_learning_line_branch_id"),
        sa.ForeignKeyConstraint(["labelled_by"], ["member.id"], name="fk_learning_line_labelled_by"),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name="fk_learning_line_member_id"),
        sa.PrimaryKeyConstraint("id", name="pk_learning_line"),
        sa.UniqueConstraint("key", name="uq_learning_line_key"),
    )
    op.create_index("ix_learning_line_branch_id", "learning_line", ["branch_id"], unique=False)
    op.create_index("ix_learning_line_member_id", "learning_line", ["member_id"], unique=False)
    op.create_index("ix_learning_line_state", "learning_line", ["state", "id"], unique=False)
