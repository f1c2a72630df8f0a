"""Words that were not understood well, kept to learn from: only with consent, masked, labelled by staff."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from bank.lifecycle import Lifecycle, Move

KEPT_OUT_EVERY = 5  # each fifth labelled line is never trained on: it measures what the others have taught


class Misheard(StrEnum):
    """Why a line was kept."""

    REFUSED = "refused"  # called none of the desk's business
    ASKED = "asked"  # the desk had to ask what was meant
    CORRECTED = "corrected"  # the person said right after that something else was meant


class LineState(StrEnum):
    WAITING = "waiting"
    SKIPPED = "skipped"
    LABELLED = "labelled"
    UNUSABLE = "unusable"


LINE_LIFE: Lifecycle[LineState] = Lifecycle(
    "learning line",
    LineState.WAITING,
    (
        Move("label", LineState.WAITING, LineState.LABELLED, "staff"),
        Move("label", LineState.SKIPPED, LineState.LABELLED, "staff"),
        Move("label", LineState.LABELLED, LineState.LABELLED, "staff"),
        Move("skip", LineState.WAITING, LineState.SKIPPED, "staff"),
        Move("discard", LineState.WAITING, LineState.UNUSABLE, "staff"),
        Move("discard", LineState.SKIPPED, LineState.UNUSABLE, "staff"),
        Move("discard", LineState.LABELLED, LineState.UNUSABLE, "staff"),
    ),
)


@dataclass(slots=True, kw_only=True)
class LearningLine:
    """One line. `text` is masked, and empty once it is unusable; `guesses` best first; `chosen` is what the person
    picked or said instead, a hint for whoever labels. `member_id` is cut with the label. `labeller` is the name that
    every use of the line shows; `kept_out`: only for measuring."""

    id: int = 0
    key: str
    member_id: int | None
    branch_id: int
    text: str
    reason: Misheard
    decision: str
    guesses: list[str] = field(default_factory=list)
    task: str | None = None
    chosen: str | None = None
    role: str
    channel: str
    heard: bool = False
    day: date
    state: LineState = LineState.WAITING
    label: str | None = None
    labelled_by: int | None = None
    labeller: str | None = None
    labelled_at: datetime | None = None
    kept_out: bool = False
    version: int = 1
