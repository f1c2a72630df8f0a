"""Activities of branches and stations: places, sign-up, waiting list, attendance."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bank.lifecycle import Lifecycle, Move


class ActivityStatus(StrEnum):
    OPEN = "open"
    CANCELLED = "cancelled"
    HELD = "held"


_A = ActivityStatus
ACTIVITY_LIFE: Lifecycle[ActivityStatus] = Lifecycle(
    "activity",
    _A.OPEN,
    (
        Move("cancel", _A.OPEN, _A.CANCELLED, "staff"),
        Move("hold", _A.OPEN, _A.HELD, "staff"),
    ),
)


@dataclass(slots=True, kw_only=True)
class Activity:
    """Something to come to: `minutes` long, `places` None for as many as come. `green_points` for who attended."""

    id: int = 0
    branch_id: int
    station_id: int | None = None
    title: str
    words: str = ""
    starts_at: datetime
    minutes: int
    place: str
    places: int | None = None
    green_points: int = 0
    status: ActivityStatus = ActivityStatus.OPEN
    made_by: int | None = None
    made_at: datetime
    version: int = 1


class SignUpStatus(StrEnum):
    SIGNED = "signed"
    WAITING = "waiting"
    LEFT = "left"
    ATTENDED = "attended"
    ABSENT = "absent"


_S = SignUpStatus
SIGN_UP_LIFE: Lifecycle[SignUpStatus] = Lifecycle(
    "sign-up",
    _S.SIGNED,
    (
        Move("wait", _S.SIGNED, _S.WAITING, "desk"),
        Move("move_up", _S.WAITING, _S.SIGNED, "desk"),
        Move("leave", _S.SIGNED, _S.LEFT, "member"),
        Move("leave", _S.WAITING, _S.LEFT, "member"),
        Move("sign_again", _S.LEFT, _S.SIGNED, "member"),
        Move("wait_again", _S.LEFT, _S.WAITING, "member"),
        Move("attend", _S.SIGNED, _S.ATTENDED, "staff"),
        Move("absent", _S.SIGNED, _S.ABSENT, "staff"),
    ),
)


@dataclass(slots=True, kw_only=True)
class SignUp:
    """One member's place; the waiting list goes by `asked_at`."""

    id: int = 0
    activity_id: int
    member_id: int
    status: SignUpStatus
    asked_at: datetime
    asked_by: int
    ended_at: datetime | None = None
    version: int = 1
