"""The parts of a scheme: each class is one row or more of the rule table, as values that are checked when loaded.

Every value is in minutes unless its name says otherwise.
"""

from __future__ import annotations

import re
from datetime import time
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator

from bank.members import Sex

Minutes = Annotated[int, Field(ge=0)]


def _clock(value: object) -> object:
    """Without quotes YAML reads 21:00 as the number 1260, which would be taken for seconds."""
    if isinstance(value, time) or (isinstance(value, str) and re.fullmatch(r"\d\d:\d\d(:\d\d)?", value)):
        return value
    raise ValueError('must be a time of day in quotes, such as "21:00"')


TimeOfDay = Annotated[time, BeforeValidator(_clock), Field(strict=False)]

# The fine vocabulary of what people ask for, shared by all schemes; each scheme puts every one under a category.
SERVICES = (
    "hospital_visit",
    "shopping",
    "errands",
    "pickup",
    "company",
    "walk",
    "health_advice",
    "legal_advice",
    "phone_help",
    "cleaning",
    "cooking",
    "meal_delivery",
    "repair_appliance",
    "drains",
    "haircut",
    "childcare",
    "homework",
    "parcel",
    "pet",
    "counselling",
    "medical_care",
    "day_care",
    "rescue",
    "training",
    "culture",
    "anti_fraud",
    "repair_home",
    "life_help",
    "skill",
    "other",
)


class Rules(BaseModel):
    """A part of a scheme: frozen, no unknown keys, no silent conversions."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class AgeBand(Rules):
    """Ages (full years, both ends in) of who may serve; outside only by a recorded exception."""

    least: int = Field(ge=0, le=120)
    most: int | None = Field(default=None, ge=0, le=120)
    sex: Sex | None = Field(default=None, strict=False)


class Category(Rules):
    """One category of service. `services` are the fine codes that fall under it, `words` what people also call it."""

    code: str
    name: str
    name_en: str
    services: tuple[str, ...] = Field(default=(), strict=False)
    words: tuple[str, ...] = Field(default=(), strict=False)
    multiplier_pct: int = Field(ge=1, le=1000)
    earns: bool = True

    @field_validator("services")
    @classmethod
    def _known(cls, services: tuple[str, ...]) -> tuple[str, ...]:
        unknown = sorted(set(services) - set(SERVICES))
        if unknown:
            raise ValueError(f"{', '.join(unknown)}: no such service")
        return services


class Rounding(StrEnum):
    """How a begun billing step counts (SCHEMES: "billing step")."""

    HALF_UP = "half_up"  # half a step and more counts as one
    DOWN = "down"
    UP = "up"


class Billing(Rules):
    """The step in which service is paid."""

    step: Annotated[int, Field(ge=1)]
    rounding: Rounding = Field(strict=False)


class Caps(Rules):
    """Most that may be earned a day and held in all, minutes; None is no cap."""

    earned_per_day: Minutes | None = None
    balance: Minutes | None = None


class Serving(Rules):
    """Who may serve."""

    ages: tuple[AgeBand, ...] = Field(default=(), strict=False)
    local_household: bool = False  # 户籍 in the district
    resident: bool = False  # 常住 in the area of the bank
    retired: bool = False
    healthy: bool = False
    trained: bool = False
    identity_verified: bool = True
    minors_with_guardian: bool = False
    exceptions: bool = False  # staff may record one for the age band
    organisations: bool = False


class PriorityGroup(Rules):
    """A group that is served before others, from `least_age` on (full years)."""

    code: str
    name: str
    least_age: int = Field(default=0, ge=0, le=120)


class Receiving(Rules):
    """Who may receive. `groups` are priority groups in order; `only_groups` shuts others out."""

    least_age: int | None = Field(default=None, ge=0, le=120)
    groups: tuple[PriorityGroup, ...] = Field(default=(), strict=False)
    only_groups: bool = False


class ApprovalLevel(Rules):
    """One level that must let an order through, by the tier of the organisation tree (1 is the head)."""

    tier: int = Field(ge=1, le=9)
    name: str


class Ladder(Rules):
    """Reminders, in minutes (SCHEMES: "Reminders for orders that wait")."""

    approval_waits: Minutes = 4 * 60
    nobody_accepted: Minutes = 4 * 60
    dispatch_before: Minutes = 24 * 60
    hour_before: Minutes = 60
    not_started: Minutes = 15
    not_started_staff: Minutes = 30
    not_finished: Minutes = 60
    no_show_grace: Minutes = 2 * 60  # after a no-show the order still looks for another volunteer so long
    not_confirmed: tuple[Minutes, Minutes, Minutes] = Field(default=(24 * 60, 48 * 60, 72 * 60), strict=False)
    not_rated: Minutes = 24 * 60
    case_waits: Minutes = 30
    emergency_waits: Minutes = 5
    evening_at: TimeOfDay = time(19, 0)
    seal_at: TimeOfDay = time(1, 0)
    settle_at: TimeOfDay = time(18, 0)  # on a settlement day, before the quiet hours
    month_at: TimeOfDay = time(6, 0)  # on the 1st: the merchants' statements


class Quiet(Rules):
    """Hours in which only emergencies are pushed."""

    begin: TimeOfDay = time(21, 0)
    end: TimeOfDay = time(8, 0)


class Settlement(Rules):
    """Division at fixed days (taierzhuang): `days` are MM-DD, `goods_pct` of what was earned goes to goods.

    The odd minute stays for service.
    """

    days: tuple[Annotated[str, Field(pattern=r"^\d\d-\d\d$")], ...] = Field(min_length=1, strict=False)
    goods_pct: int = Field(ge=0, le=100)


class Gifts(StrEnum):
    """To whom coins may be given."""

    ANY_MEMBER = "any_member"
    OTHER_HOUSEHOLDS = "other_households"
    DIRECT_KIN = "direct_kin"
    NONE = "none"


class Grants(Rules):
    """Coins that staff give: `groups` are special groups that come first; `from_charity` is 二次公益.

    `budgeted`: nothing is granted without a budget that staff set before.
    """

    by_staff: bool = True
    groups: tuple[str, ...] = Field(default=(), strict=False)
    from_charity: bool = False
    budgeted: bool = False


class Demand(Rules):
    """Categories earn when they are asked for often: at least `threshold` wishes in the last `days` (fuyuan)."""

    days: int = Field(default=90, ge=1)
    threshold: int = Field(ge=1)


class ExternalPoints(Rules):
    """Another system's points into which coins may be turned, `per_coin` points for one coin (fuyuan: 益币)."""

    name: str
    per_coin: int = Field(ge=1)


class Goods(Rules):
    """Where coins or points are accepted for goods and courtesy."""

    accepted_by: tuple[str, ...] = Field(min_length=1, strict=False)
    points: ExternalPoints | None = None


class GreenPoints(Rules):
    """A second unit of the stations, earned by sorting waste and exchanged for goods (垃圾分类绿色积分).

    `most_at_once` is the most that may be recorded for one person in one go, points.
    """

    name: str
    most_at_once: int = Field(default=200, ge=1)


class Pickups(Rules):
    """Goods put aside: the days they wait, the most pieces at once, the wrong codes that lock a counter for an hour."""

    days: int = Field(default=7, ge=1)
    most_pieces: int = Field(default=5, ge=1)
    wrong_codes: int = Field(default=5, ge=1)


class AwardRule(Rules):
    """A yearly award: the `winners` with the most minutes served (volunteers, organisations) or paid for (bodies)."""

    name: str
    to: Literal["volunteer", "organisation", "body"]
    winners: int = Field(ge=1)


class Honours(Rules):
    """What a volunteer is honoured by. `stars` are hours served for one star more; `awards` are yearly."""

    counters: tuple[Literal["hours", "coins"], ...] = Field(default=("hours",), strict=False)
    stars: tuple[Annotated[int, Field(ge=1)], ...] = Field(default=(), strict=False)
    awards: tuple[AwardRule, ...] = Field(default=(), strict=False)
    courtesy_at_merchants: bool = False


class AlertName(StrEnum):
    """What the watch looks for besides overlapping services, which are blocked (SCHEMES: "Alerts")."""

    BOTH_WAYS = "both_ways"
    NIGHT = "night"
    GIFTS = "gifts"
    QUICK_CONFIRM = "quick_confirm"
    NEVER_RATED = "never_rated"


class Alerts(Rules):
    """Thresholds of the watch; on in every scheme. `hold_settlement`: alerts whose case the settlement waits for."""

    both_ways_services: int = Field(default=4, ge=1)
    both_ways_days: int = Field(default=30, ge=1)
    night_begin: TimeOfDay = time(22, 0)
    night_end: TimeOfDay = time(6, 0)
    gifts: int = Field(default=3, ge=1)
    gifts_days: int = Field(default=7, ge=1)
    quick_confirm_seconds: int = Field(default=120, ge=0)
    never_rated_services: int = Field(default=10, ge=1)
    hold_settlement: tuple[Annotated[AlertName, Field(strict=False)], ...] = Field(
        default=(AlertName.QUICK_CONFIRM,), strict=False
    )
