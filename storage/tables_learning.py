"""The table of words that were not understood well, kept for staff to label (only with the person's consent)."""

from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import Index
from sqlmodel import SQLModel

from storage.columns import ident, json_of, link, maybe_link, maybe_moment, word


class LearningLineRow(SQLModel, table=True):
    """One masked line. `member_id` is there only until the line is labelled."""

    __tablename__: ClassVar[str] = "learning_line"
    __table_args__: ClassVar[Any] = (Index("ix_learning_line_state", "state", "id"),)

    id: int | None = ident()
    key: str = word(unique=True)
    member_id: int | None = maybe_link("member.id", index=True)
    branch_id: int = link("branch.id")
    text: str
    reason: str = word()
    decision: str = word()
    guesses: list[str] = json_of(list)
    task: str | None = None
    chosen: str | None = None
    role: str = word()
    channel: str = word()
    heard: bool = False
    day: date
    state: str = word()
    label: str | None = None
    labelled_by: int | None = maybe_link("member.id")
    labeller: str | None = None
    labelled_at: datetime | None = maybe_moment()
    kept_out: bool = False
    version: int = 1
