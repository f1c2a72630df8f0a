"""Honours: yearly awards and the right that ten thousand coins give, proposed by figures and decided by staff."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from bank.lifecycle import Lifecycle, Move


class AwardStatus(StrEnum):
    PROPOSED = "proposed"
    GRANTED = "granted"
    DECLINED = "declined"


AWARD_LIFE: Lifecycle[AwardStatus] = Lifecycle(
    "award",
    AwardStatus.PROPOSED,
    (
        Move("grant", AwardStatus.PROPOSED, AwardStatus.GRANTED, "staff"),
        Move("decline", AwardStatus.PROPOSED, AwardStatus.DECLINED, "staff"),
        Move("pass_over", AwardStatus.PROPOSED, AwardStatus.DECLINED, "desk"),  # newer figures put others before it
        Move("propose_again", AwardStatus.DECLINED, AwardStatus.PROPOSED, "desk"),
    ),
)


class AwardFor(StrEnum):
    VOLUNTEER = "volunteer"
    ORGANISATION = "organisation"  # a branch or sub-branch
    BODY = "body"  # a public-benefit body: a service base


@dataclass(slots=True, kw_only=True)
class Award:
    """`name` as the scheme calls it, for `subject_id` (member, branch or base) in `year`, with the figures behind it.

    The care-home right is an award of the name `care_home_right`, in the year in which it was reached.
    """

    id: int = 0
    year: int
    name: str
    subject_kind: AwardFor
    subject_id: int
    rank: int
    figures: dict[str, Any] = field(default_factory=dict)
    status: AwardStatus = AwardStatus.PROPOSED
    certificate: str | None = None  # its number, once granted
    proposed_at: datetime
    decided_by: int | None = None
    decided_at: datetime | None = None
    reason: str | None = None
    version: int = 1
