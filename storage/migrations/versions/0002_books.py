"""The books: accounts, transactions, holds, sealed days, and what the database itself refuses."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from storage.triggers import trigger_statements

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: None = None
depends_on: None = None

Json = sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")

BigId = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "account",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("owner_kind", sa.String(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("balance", BigId, nullable=False),
        sa.Column("reserved", BigId, nullable=False),
        sa.Column("cap", sa.Integer(), nullable=True),
        sa.CheckConstraint("owner_kind = 'issuance' OR balance >= reserved", name="ck_account_available"),
        sa.CheckConstraint("cap IS NULL OR balance <= cap", name="ck_account_cap"),
        sa.CheckConstraint("reserved >= 0", name="ck_account_reserved"),
        sa.PrimaryKeyConstraint("id", name="pk_account"),
        sa.UniqueConstraint("owner_kind", "owner_id", "unit", name="uq_account_owner_unit"),
    )
    op.create_table(
        "audit",
        sa.Column("id", BigId, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("verb", sa.String(), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("for_id", sa.Integer(), nullable=True),
        sa.Column("key", sa.String(), nullable=True),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("detail", Json, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit"),
    )
    op.create_index("ix_audit_actor_id", "audit", ["actor_id"], unique=False)
    op.create_index("ix_audit_at", "audit", ["at"], unique=False)
    op.create_index("ix_audit_what_subject", "audit", ["what", "subject_id"], unique=False)
    op.create_table(
        "receipt",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("facts", Json, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_receipt"),
    )
    op.create_index("ix_receipt_at", "receipt", ["at"], unique=False)
    op.create_table(
        "sealed_day",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sealed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("transactions", sa.Integer(), nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.Column("previous_hash", sa.String(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_sealed_day"),
        sa.UniqueConstraint("day", name="uq_sealed_day_day"),
    )
    op.create_index("ix_sealed_day_ends_at", "sealed_day", ["ends_at"], unique=False)
    op.create_table(
        "hold",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("captured", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("order_id", sa.Integer(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("resolve_key", sa.String(), nullable=True),
        sa.CheckConstraint("(status = 'pending') = (resolved_at IS NULL)", name="ck_hold_resolved"),
        sa.CheckConstraint("captured >= 0 AND captured <= minutes", name="ck_hold_captured"),
        sa.CheckConstraint("minutes > 0", name="ck_hold_minutes"),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_hold_account_id"),
        sa.PrimaryKeyConstraint("id", name="pk_hold"),
        sa.UniqueConstraint("key", name="uq_hold_key"),
    )
    op.create_index("ix_hold_account_status", "hold", ["account_id", "status"], unique=False)
    op.create_index("ix_hold_order_id", "hold", ["order_id"], unique=False)
    op.create_table(
        "ledger_transaction",
        sa.Column("id", BigId, nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("mark", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("posted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("scheme", sa.String(), nullable=False),
        sa.Column("scheme_version", sa.String(), nullable=False),
        sa.Column("category", sa.String(), nullable=True),
        sa.Column("multiplier_pct", sa.Integer(), nullable=True),
        sa.Column("order_id", sa.Integer(), nullable=True),
        sa.Column("job_id", sa.Integer(), nullable=True),
        sa.Column("done_by", sa.Integer(), nullable=True),
        sa.Column("done_for", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("hold_id", sa.Integer(), nullable=True),
        sa.Column("daily_cap", sa.Integer(), nullable=True),
        sa.Column("reverses_id", BigId, nullable=True),
        sa.CheckConstraint("(kind = 'reversal') = (reverses_id IS NOT NULL)", name="ck_transaction_reversal"),
        sa.ForeignKeyConstraint(["hold_id"], ["hold.id"], name="fk_ledger_transaction_hold_id"),
        sa.ForeignKeyConstraint(["reverses_id"], ["ledger_transaction.id"], name="fk_ledger_transaction_reverses_id"),
        sa.PrimaryKeyConstraint("id", name="pk_ledger_transaction"),
        sa.UniqueConstraint("key", name="uq_ledger_transaction_key"),
        sa.UniqueConstraint("reverses_id", name="uq_ledger_transaction_reverses_id"),
    )
    op.create_index("ix_ledger_transaction_hold_id", "ledger_transaction", ["hold_id"], unique=False)
    op.create_index("ix_ledger_transaction_order_id", "ledger_transaction", ["order_id"], unique=False)
    op.create_index("ix_transaction_posted_at", "ledger_transaction", ["posted_at", "id"], unique=False)
    op.create_table(
        "entry",
        sa.Column("id", BigId, nullable=False),
        sa.Column("transaction_id", BigId, nullable=False),
        sa.Column("leg", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("counter_id", sa.Integer(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("previous_balance", BigId, nullable=False),
        sa.Column("balance", BigId, nullable=False),
        sa.CheckConstraint("account_id <> counter_id", name="ck_entry_accounts"),
        sa.CheckConstraint("balance = previous_balance + minutes", name="ck_entry_balance"),
        sa.CheckConstraint("minutes <> 0", name="ck_entry_minutes"),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_entry_account_id"),
        sa.ForeignKeyConstraint(["counter_id"], ["account.id"], name="fk_entry_counter_id"),
        sa.ForeignKeyConstraint(["transaction_id"], ["ledger_transaction.id"], name="fk_entry_transaction_id"),
        sa.PrimaryKeyConstraint("id", name="pk_entry"),
        sa.UniqueConstraint("transaction_id", "leg", "account_id", name="uq_entry_transaction_leg"),
    )
    op.create_index("ix_entry_account_day", "entry", ["account_id", "day"], unique=False)
    sqlite = op.get_bind().dialect.name == "sqlite"
    for statement in trigger_statements(sqlite=sqlite):
        op.get_bind().exec_driver_sql(statement)
