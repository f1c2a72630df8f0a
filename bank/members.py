"""People: who they are to the bank, what roles they hold where, how they may be reached."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from bank.lifecycle import Lifecycle, Move


class Sex(StrEnum):
    FEMALE = "female"
    MALE = "male"


class MemberStatus(StrEnum):
    APPLIED = "applied"
    ACTIVE = "active"
    SUSPENDED = "suspended"
    BARRED = "barred"
    LEFT = "left"


MEMBERSHIP: Lifecycle[MemberStatus] = Lifecycle(
    "membership",
    MemberStatus.APPLIED,
    (
        Move("verify", MemberStatus.APPLIED, MemberStatus.ACTIVE, "staff"),
        Move("refuse", MemberStatus.APPLIED, MemberStatus.LEFT, "staff"),
        Move("suspend", MemberStatus.ACTIVE, MemberStatus.SUSPENDED, "staff"),
        Move("reinstate", MemberStatus.SUSPENDED, MemberStatus.ACTIVE, "staff"),
        Move("bar", MemberStatus.ACTIVE, MemberStatus.BARRED, "staff"),
        Move("bar", MemberStatus.SUSPENDED, MemberStatus.BARRED, "staff"),
        Move("leave", MemberStatus.ACTIVE, MemberStatus.LEFT, "member"),
        Move("rejoin", MemberStatus.LEFT, MemberStatus.APPLIED, "member"),
    ),
)


class RoleName(StrEnum):
    RESIDENT = "resident"
    VOLUNTEER = "volunteer"
    STAFF = "staff"


class Training(StrEnum):
    NONE = "none"
    ENROLLED = "enrolled"
    TRAINED = "trained"


@dataclass(slots=True, kw_only=True)
class Member:
    """A person. May be resident, volunteer and staff at once (see RoleGrant).

    `groups` holds the codes of special or priority groups that staff recorded (低保 -> dibao …).
    """

    id: int = 0
    name: str
    branch_id: int
    status: MemberStatus = MemberStatus.APPLIED
    phone: str | None = None
    born: date | None = None
    sex: Sex | None = None
    local_household: bool = False  # 户籍 in the district
    lives_here: bool = False  # 常住 in the area of the bank
    retired: bool = False
    healthy: bool = False  # the health declaration was given
    groups: list[str] = field(default_factory=list)
    household_id: int | None = None
    address: str = ""  # where "at home" is; told to the volunteer who takes the job
    ranked: bool = True  # False: hidden from rankings at the member's wish
    guardian_id: int | None = None
    identity_verified_at: datetime | None = None
    broadcasts_stopped_at: datetime | None = None
    joined_at: datetime | None = None
    version: int = 1
    learning_consent: bool | None = None  # whether misunderstood words may be kept for learning; None: no answer yet
    learning_asked_at: datetime | None = None

    def age_on(self, day: date) -> int | None:
        """Full years on `day`; None when the birth date is not known."""
        if self.born is None:
            return None
        return day.year - self.born.year - ((day.month, day.day) < (self.born.month, self.born.day))


@dataclass(slots=True, kw_only=True)
class Household:
    """People who share one account where the scheme counts by household (fuyuan: 以户为单位)."""

    id: int = 0
    name: str
    branch_id: int
    address: str = ""
    version: int = 1


@dataclass(slots=True, kw_only=True)
class RoleGrant:
    """`role` held by a member at a branch. Staff rights count at that node and below it."""

    id: int = 0
    member_id: int
    role: RoleName
    branch_id: int
    on_duty: bool = True
    granted_at: datetime
    granted_by: int | None = None
    ended_at: datetime | None = None


@dataclass(slots=True, kw_only=True)
class VolunteerFile:
    """What the bank keeps of a member as a volunteer. An age exception is a staff member's recorded act."""

    id: int = 0
    member_id: int
    training: Training = Training.NONE
    trained_at: datetime | None = None
    trained_by: int | None = None
    exception_reason: str | None = None
    exception_by: int | None = None
    exception_at: datetime | None = None
    availability: dict[str, Any] = field(default_factory=dict)
    skills: list[str] = field(default_factory=list)
    version: int = 1


class KinStatus(StrEnum):
    ASKED = "asked"
    AGREED = "agreed"
    ENDED = "ended"


KIN_LIFE: Lifecycle[KinStatus] = Lifecycle(
    "bond of kin",
    KinStatus.ASKED,
    (
        Move("agree", KinStatus.ASKED, KinStatus.AGREED, "other side"),
        Move("decline", KinStatus.ASKED, KinStatus.ENDED, "member"),
        Move("end", KinStatus.AGREED, KinStatus.ENDED, "member"),
    ),
)


@dataclass(slots=True, kw_only=True)
class Kin:
    """A bound relative: `relative_id` is the member's `relation` (daughter, spouse …).

    The member is the one who may be acted for. `asked_by`: who asked (either side, or staff with both present).
    """

    id: int = 0
    member_id: int
    relative_id: int
    relation: str
    status: KinStatus = KinStatus.ASKED
    may_act: bool = False
    page_in_emergency: bool = True
    asked_at: datetime
    agreed_at: datetime | None = None
    ended_at: datetime | None = None
    asked_by: int | None = None
