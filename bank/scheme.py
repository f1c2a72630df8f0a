"""A scheme (章程): the rule book of one time bank, as typed values read from `bank/schemes/<name>.yml`.

The rule table is in the README of `bank/schemes`. Hours, coins and days appear only in the files; every value here
is in minutes unless its name says otherwise.
"""

from __future__ import annotations

from datetime import time
from enum import StrEnum
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from bank.errors import SchemeInvalid
from bank.members import Sex
from bank.orders import PayerKind

Minutes = Annotated[int, Field(ge=0)]


class _Rules(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class AgeBand(_Rules):
    """Ages (full years, both ends in) of who may serve; outside only by a recorded exception."""

    least: int = Field(ge=0, le=120)
    most: int | None = Field(default=None, ge=0, le=120)
    sex: Sex | None = Field(default=None, strict=False)


class Category(_Rules):
    """One category of service. `services` are the fine codes that fall under it."""

    code: str
    name: str
    name_en: str
    services: tuple[str, ...] = Field(default=(), strict=False)
    multiplier_pct: int = Field(ge=1, le=1000)
    earns: bool = True


class Rounding(StrEnum):
    """How a begun billing step counts (SCHEMES: "billing step")."""

    HALF_UP = "half_up"  # half a step and more counts as one
    DOWN = "down"
    UP = "up"


class Billing(_Rules):
    step: Annotated[int, Field(ge=1)]
    rounding: Rounding = Field(strict=False)


class Caps(_Rules):
    """Most that may be earned a day and held in all, minutes; None is no cap."""

    earned_per_day: Minutes | None = None
    balance: Minutes | None = None


class Serving(_Rules):
    """Who may serve."""

    ages: tuple[AgeBand, ...] = Field(default=(), strict=False)
    local_household: bool = False
    retired: bool = False
    healthy: bool = False
    trained: bool = False
    minors_with_guardian: bool = False
    exceptions: bool = False  # staff may record one for the age band


class Receiving(_Rules):
    """Who may receive. `groups` are priority groups in order; `only_groups` shuts others out."""

    least_age: int | None = None
    groups: tuple[str, ...] = Field(default=(), strict=False)
    only_groups: bool = False


class ApprovalLevel(_Rules):
    """One level that must let an order through, by the tier of the organisation tree (1 is the head)."""

    tier: int = Field(ge=1, le=9)
    name: str


class Ladder(_Rules):
    """Reminders, in minutes (SCHEMES: "Reminders for orders that wait")."""

    approval_waits: Minutes = 4 * 60
    nobody_accepted: Minutes = 4 * 60
    dispatch_before: Minutes = 24 * 60
    hour_before: Minutes = 60
    not_started: Minutes = 15
    not_started_staff: Minutes = 30
    not_finished: Minutes = 60
    not_confirmed: tuple[Minutes, Minutes, Minutes] = Field(default=(24 * 60, 48 * 60, 72 * 60), strict=False)
    not_rated: Minutes = 24 * 60
    case_waits: Minutes = 30
    evening_at: time = Field(default=time(19, 0), strict=False)


class Quiet(_Rules):
    begin: time = Field(default=time(21, 0), strict=False)
    end: time = Field(default=time(8, 0), strict=False)


class Settlement(_Rules):
    """Half-and-half at fixed days (taierzhuang): `days` are MM-DD, `goods_pct` of what was earned goes to goods."""

    days: tuple[str, ...] = Field(strict=False)
    goods_pct: int = Field(ge=0, le=100)


class Gifts(StrEnum):
    ANY_MEMBER = "any_member"
    OTHER_HOUSEHOLDS = "other_households"
    DIRECT_KIN = "direct_kin"
    NONE = "none"


class Alerts(_Rules):
    """Thresholds of the watch (SCHEMES: "Alerts"); on in every scheme."""

    both_ways_services: int = Field(default=4, ge=1)
    both_ways_days: int = Field(default=30, ge=1)
    night_begin: time = Field(default=time(22, 0), strict=False)
    night_end: time = Field(default=time(6, 0), strict=False)
    gifts: int = Field(default=3, ge=1)
    gifts_days: int = Field(default=7, ge=1)
    quick_confirm_seconds: int = Field(default=120, ge=0)
    never_rated_services: int = Field(default=10, ge=1)


class Scheme(_Rules):
    """The whole rule book. `version` is kept with every order and every transaction."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    version: str
    title: str
    title_en: str
    bank_name: str
    coin_name: str
    coin_classifier: str
    source: str
    zone: str = "Asia/Shanghai"
    tiers: tuple[str, ...] = Field(min_length=1, strict=False)
    account_holder: Literal["person", "household"]
    bases_pay: bool = False
    minutes_per_coin: Annotated[int, Field(ge=1)] = 60
    billing: Billing
    caps: Caps
    payer: PayerKind = Field(strict=False)
    approval: tuple[ApprovalLevel, ...] = Field(default=(), strict=False)
    dispatch_by_head: bool = False
    report_confirmed_by_head: bool = False
    serving: Serving
    receiving: Receiving
    categories: tuple[Category, ...] = Field(min_length=1, strict=False)
    other_category: str
    gifts: Gifts = Field(strict=False)
    donations: bool = False
    own_use_from_age: int | None = None
    own_use_at_settlement: bool = False
    settlement: Settlement | None = None
    goods: bool = False
    photo_per_job: bool = False
    insurance: bool = False
    callback_after_service: bool = False
    check_in_out: bool = False
    care_home_right: Minutes | None = None
    earns_by_demand: bool = False
    alerts: Alerts = Alerts()
    ladder: Ladder = Ladder()
    quiet: Quiet = Quiet()
    undo_minutes: Minutes = 10
    longest_service: Minutes = 12 * 60
    shortest_service: Minutes = 30
    farthest_days: int = Field(default=90, ge=1)

    @property
    def tz(self) -> ZoneInfo:
        return ZoneInfo(self.zone)

    def category(self, code: str) -> Category:
        """The category of that code. Raises KeyError."""
        for category in self.categories:
            if category.code == code:
                return category
        raise KeyError(code)

    def category_of(self, service: str) -> Category:
        """The category under which a fine service code falls; the scheme's `other_category` when none names it."""
        for category in self.categories:
            if service in category.services or service == category.code:
                return category
        return self.category(self.other_category)

    @model_validator(mode="after")
    def _hangs_together(self) -> Scheme:
        codes = [category.code for category in self.categories]
        if len(set(codes)) != len(codes):
            raise ValueError("categories: a code stands twice")
        if self.other_category not in codes:
            raise ValueError(f"other_category: {self.other_category!r} is no category of this scheme")
        fine = [service for category in self.categories for service in category.services]
        twice = sorted({service for service in fine if fine.count(service) > 1})
        if twice:
            raise ValueError(f"categories: services {twice} stand under two categories")
        for level in self.approval:
            if level.tier > len(self.tiers):
                raise ValueError(f"approval: tier {level.tier} does not exist, there are {len(self.tiers)} tiers")
        day, whole = self.caps.earned_per_day, self.caps.balance
        if day is not None and whole is not None and day > whole:
            raise ValueError("caps: earned_per_day is above balance")
        if self.payer is PayerKind.SERVICE_BASE and not self.bases_pay:
            raise ValueError("payer: service_base, but bases_pay is false")
        if self.own_use_at_settlement and self.settlement is None:
            raise ValueError("own_use_at_settlement: there is no settlement")
        return self


def parse_scheme(text: str, origin: str) -> Scheme:
    """Read a scheme from the text of its file. Raises SchemeInvalid naming `origin`, key and reason."""
    try:
        raw = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise SchemeInvalid(origin, [("(file)", f"is not YAML: {error}")]) from error
    if not isinstance(raw, dict):
        raise SchemeInvalid(origin, [("(file)", "must be a mapping of rules")])
    try:
        return Scheme.model_validate(raw)
    except ValidationError as error:
        problems = [(".".join(str(part) for part in item["loc"]) or "(whole)", item["msg"]) for item in error.errors()]
        raise SchemeInvalid(origin, problems) from error
