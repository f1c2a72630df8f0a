"""Households, goods, stations, activities, surveys, what earns, awards, sanctions; a member's address and ranking."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision: str = "0005"
down_revision: str | None = "0004"
branch_labels: None = None
depends_on: None = None

Json = sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
BigId = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "award",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("subject_kind", sa.String(), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("figures", Json, nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("certificate", sa.String(), nullable=True),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_award"),
        sa.UniqueConstraint("certificate", name="uq_award_certificate"),
        sa.UniqueConstraint("year", "name", "subject_kind", "subject_id", name="uq_award_subject"),
    )
    op.create_table(
        "category_decision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("category", sa.String(), nullable=False),
        sa.Column("earns", sa.Boolean(), nullable=False),
        sa.Column("from_day", sa.Date(), nullable=False),
        sa.Column("figures", Json, nullable=False),
        sa.Column("decided_by", sa.Integer(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_category_decision"),
    )
    op.create_index("ix_category_decision_category", "category_decision", ["category"], unique=False)
    op.create_table(
        "activity",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("branch_id", sa.Integer(), nullable=False),
        sa.Column("station_id", sa.Integer(), nullable=True),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("places", sa.Integer(), nullable=True),
        sa.Column("green_points", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["branch_id"], ["branch.id"], name="fk_activity_branch_id"),
        sa.PrimaryKeyConstraint("id", name="pk_activity"),
    )
    op.create_index("ix_activity_branch_start", "activity", ["branch_id", "starts_at"], unique=False)
    op.create_table(
        "grant_budget",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("branch_id", sa.Integer(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("from_charity", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("set_by", sa.Integer(), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("spent", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("minutes > 0", name="ck_grant_budget_minutes"),
        sa.CheckConstraint("spent >= 0 AND spent <= minutes", name="ck_grant_budget_spent"),
        sa.ForeignKeyConstraint(["branch_id"], ["branch.id"], name="fk_grant_budget_branch_id"),
        sa.PrimaryKeyConstraint("id", name="pk_grant_budget"),
    )
    op.create_index("ix_grant_budget_branch_id", "grant_budget", ["branch_id"], unique=False)
    op.create_table(
        "household",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("branch_id", sa.Integer(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["branch_id"], ["branch.id"], name="fk_household_branch_id"),
        sa.PrimaryKeyConstraint("id", name="pk_household"),
    )
    op.create_index("ix_household_branch_id", "household", ["branch_id"], unique=False)
    op.create_table(
        "meal_site",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("branch_id", sa.Integer(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("hours", sa.String(), nullable=False),
        sa.Column("phone", sa.String(), nullable=False),
        sa.Column("price", sa.String(), nullable=False),
        sa.Column("supplier", sa.String(), nullable=False),
        sa.Column("delivers", sa.Boolean(), nullable=False),
        sa.Column("alliance", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["branch_id"], ["branch.id"], name="fk_meal_site_branch_id"),
        sa.PrimaryKeyConstraint("id", name="pk_meal_site"),
    )
    op.create_index("ix_meal_site_branch_id", "meal_site", ["branch_id"], unique=False)
    op.create_table(
        "station",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("branch_id", sa.Integer(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("hours", sa.String(), nullable=False),
        sa.Column("phone", sa.String(), nullable=False),
        sa.Column("offers", Json, nullable=False),
        sa.Column("windows", Json, nullable=False),
        sa.Column("notes", sa.String(), nullable=False),
        sa.Column("green", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["branch_id"], ["branch.id"], name="fk_station_branch_id"),
        sa.PrimaryKeyConstraint("id", name="pk_station"),
    )
    op.create_index("ix_station_branch_id", "station", ["branch_id"], unique=False)
    op.create_table(
        "survey",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("branch_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("questions", Json, nullable=False),
        sa.Column("share_permille", sa.Integer(), nullable=False),
        sa.Column("seed", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("asked", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["branch_id"], ["branch.id"], name="fk_survey_branch_id"),
        sa.PrimaryKeyConstraint("id", name="pk_survey"),
    )
    op.create_index("ix_survey_branch_id", "survey", ["branch_id"], unique=False)
    op.create_table(
        "division",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("earned", sa.Integer(), nullable=False),
        sa.Column("to_goods", sa.Integer(), nullable=False),
        sa.Column("transaction_id", sa.Integer(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name="fk_division_member_id"),
        sa.PrimaryKeyConstraint("id", name="pk_division"),
        sa.UniqueConstraint("member_id", "day", name="uq_division_member_day"),
    )
    op.create_table(
        "menu",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("dishes", sa.String(), nullable=False),
        sa.Column("price", sa.String(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["meal_site.id"], name="fk_menu_site_id"),
        sa.PrimaryKeyConstraint("id", name="pk_menu"),
        sa.UniqueConstraint("site_id", "day", name="uq_menu_site_day"),
    )
    op.create_table(
        "merchant",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("branch_id", sa.Integer(), nullable=False),
        sa.Column("contact_id", sa.Integer(), nullable=True),
        sa.Column("station_id", sa.Integer(), nullable=True),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("phone", sa.String(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("wrong_codes", sa.Integer(), nullable=False),
        sa.Column("wrong_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["branch_id"], ["branch.id"], name="fk_merchant_branch_id"),
        sa.ForeignKeyConstraint(["contact_id"], ["member.id"], name="fk_merchant_contact_id"),
        sa.PrimaryKeyConstraint("id", name="pk_merchant"),
    )
    op.create_index("ix_merchant_branch_id", "merchant", ["branch_id"], unique=False)
    op.create_index("ix_merchant_contact_id", "merchant", ["contact_id"], unique=False)
    op.create_table(
        "sign_up",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("activity_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by", sa.Integer(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["activity_id"], ["activity.id"], name="fk_sign_up_activity_id"),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name="fk_sign_up_member_id"),
        sa.PrimaryKeyConstraint("id", name="pk_sign_up"),
        sa.UniqueConstraint("activity_id", "member_id", name="uq_sign_up_member"),
    )
    op.create_index("ix_sign_up_member_id", "sign_up", ["member_id"], unique=False)
    op.create_table(
        "skill",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("branch_id", sa.Integer(), nullable=False),
        sa.Column("service", sa.String(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("offered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["branch_id"], ["branch.id"], name="fk_skill_branch_id"),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name="fk_skill_member_id"),
        sa.PrimaryKeyConstraint("id", name="pk_skill"),
    )
    op.create_index("ix_skill_branch_id", "skill", ["branch_id"], unique=False)
    op.create_index("ix_skill_member_id", "skill", ["member_id"], unique=False)
    op.create_table(
        "survey_answer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("survey_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("answers", Json, nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name="fk_survey_answer_member_id"),
        sa.ForeignKeyConstraint(["survey_id"], ["survey.id"], name="fk_survey_answer_survey_id"),
        sa.PrimaryKeyConstraint("id", name="pk_survey_answer"),
        sa.UniqueConstraint("survey_id", "member_id", name="uq_survey_answer_member"),
    )
    op.create_index("ix_survey_answer_member_id", "survey_answer", ["member_id"], unique=False)
    op.create_table(
        "conversion",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("transaction_id", BigId, nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("batch", sa.String(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("exported_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name="fk_conversion_member_id"),
        sa.ForeignKeyConstraint(["transaction_id"], ["ledger_transaction.id"], name="fk_conversion_transaction_id"),
        sa.PrimaryKeyConstraint("id", name="pk_conversion"),
    )
    op.create_index("ix_conversion_batch", "conversion", ["batch"], unique=False)
    op.create_index("ix_conversion_member_id", "conversion", ["member_id"], unique=False)
    op.create_index("ix_conversion_status", "conversion", ["status"], unique=False)
    op.create_table(
        "good",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("merchant_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("price", sa.Integer(), nullable=False),
        sa.Column("stock", sa.Integer(), nullable=False),
        sa.Column("picture", sa.String(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("price > 0", name="ck_good_price"),
        sa.CheckConstraint("stock >= 0", name="ck_good_stock"),
        sa.ForeignKeyConstraint(["merchant_id"], ["merchant.id"], name="fk_good_merchant_id"),
        sa.PrimaryKeyConstraint("id", name="pk_good"),
    )
    op.create_index("ix_good_merchant_id", "good", ["merchant_id"], unique=False)
    op.create_table(
        "merchant_month",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("merchant_id", sa.Integer(), nullable=False),
        sa.Column("month", sa.String(), nullable=False),
        sa.Column("pieces", sa.Integer(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cleared_by", sa.Integer(), nullable=True),
        sa.Column("cleared_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["merchant_id"], ["merchant.id"], name="fk_merchant_month_merchant_id"),
        sa.PrimaryKeyConstraint("id", name="pk_merchant_month"),
        sa.UniqueConstraint("merchant_id", "month", name="uq_merchant_month"),
    )
    op.create_table(
        "service_report",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("order_id", sa.Integer(), nullable=False),
        sa.Column("branch_id", sa.Integer(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("reported_by", sa.Integer(), nullable=False),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["branch_id"], ["branch.id"], name="fk_service_report_branch_id"),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name="fk_service_report_order_id"),
        sa.PrimaryKeyConstraint("id", name="pk_service_report"),
        sa.UniqueConstraint("order_id", name="uq_service_report_order_id"),
    )
    op.create_index("ix_service_report_branch_status", "service_report", ["branch_id", "status"], unique=False)
    op.create_table(
        "job_photo",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("job_id", sa.Integer(), nullable=False),
        sa.Column("order_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("media", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name="fk_job_photo_job_id"),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name="fk_job_photo_member_id"),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name="fk_job_photo_order_id"),
        sa.PrimaryKeyConstraint("id", name="pk_job_photo"),
    )
    op.create_index("ix_job_photo_job_id", "job_photo", ["job_id"], unique=False)
    op.create_index("ix_job_photo_order_id", "job_photo", ["order_id"], unique=False)
    op.create_table(
        "pickup",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("good_id", sa.Integer(), nullable=False),
        sa.Column("merchant_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("price", sa.Integer(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("hold_id", sa.Integer(), nullable=False),
        sa.Column("code_hash", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("quantity > 0", name="ck_pickup_quantity"),
        sa.ForeignKeyConstraint(["good_id"], ["good.id"], name="fk_pickup_good_id"),
        sa.ForeignKeyConstraint(["hold_id"], ["hold.id"], name="fk_pickup_hold_id"),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name="fk_pickup_member_id"),
        sa.ForeignKeyConstraint(["merchant_id"], ["merchant.id"], name="fk_pickup_merchant_id"),
        sa.PrimaryKeyConstraint("id", name="pk_pickup"),
    )
    op.create_index(
        "uq_pickup_open_code",
        "pickup",
        ["code_hash"],
        unique=True,
        sqlite_where=sa.text("status = 'reserved'"),
        postgresql_where=sa.text("status = 'reserved'"),
    )
    op.create_index("ix_pickup_good_id", "pickup", ["good_id"], unique=False)
    op.create_index("ix_pickup_member_id", "pickup", ["member_id"], unique=False)
    op.create_index("ix_pickup_merchant_status", "pickup", ["merchant_id", "status"], unique=False)
    op.create_table(
        "sanction",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=True),
        sa.Column("order_ids", Json, nullable=False),
        sa.Column("barred", sa.Boolean(), nullable=False),
        sa.Column("listed", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lifted_by", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["desk_case.id"], name="fk_sanction_case_id"),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name="fk_sanction_member_id"),
        sa.PrimaryKeyConstraint("id", name="pk_sanction"),
    )
    op.create_index("ix_sanction_member_id", "sanction", ["member_id"], unique=False)
    op.add_column("member", sa.Column("address", sa.String(), server_default="", nullable=False))
    op.add_column("member", sa.Column("ranked", sa.Boolean(), server_default=sa.true(), nullable=False))
    op.add_column("kin", sa.Column("asked_by", sa.Integer(), nullable=True))
