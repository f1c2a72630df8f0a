"""A scheme (章程): the rule book of one time bank, as typed values read from `bank/schemes/<name>.yml`.

Hours, coins and days appear only in what people read; every value here is in minutes unless its name says otherwise.
"""

from __future__ import annotations

from collections.abc import Hashable
from datetime import date
from itertools import pairwise
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import yaml
from pydantic import Field, ValidationError, field_validator, model_validator
from pydantic_core import PydanticCustomError

from bank.errors import SchemeInvalid
from bank.orders import PayerKind
from bank.scheme_parts import (
    SERVICES,
    AgeBand,
    AlertName,
    Alerts,
    ApprovalLevel,
    Billing,
    Caps,
    Category,
    Demand,
    Gifts,
    Goods,
    Grants,
    GreenPoints,
    Honours,
    Ladder,
    Minutes,
    Pickups,
    PriorityGroup,
    Quiet,
    Receiving,
    Rounding,
    Rules,
    Serving,
    Settlement,
)

__all__ = [
    "SERVICES",
    "AgeBand",
    "AlertName",
    "Alerts",
    "ApprovalLevel",
    "Billing",
    "Caps",
    "Category",
    "Gifts",
    "Ladder",
    "PriorityGroup",
    "Quiet",
    "Receiving",
    "Rounding",
    "Scheme",
    "Serving",
    "Settlement",
    "parse_scheme",
]


class Scheme(Rules):
    """The whole rule book. `version` is kept with every order and every transaction."""

    # who we are
    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    version: str = Field(min_length=1)
    title: str
    title_en: str
    bank_name: str
    coin_name: str
    coin_classifier: str
    source: str
    zone: str = "Asia/Shanghai"
    tiers: tuple[str, ...] = Field(min_length=1, strict=False)
    hotline: str | None = None
    # price and caps
    account_holder: Literal["person", "household"]
    minutes_per_coin: Annotated[int, Field(ge=1)] = 60
    billing: Billing
    caps: Caps
    categories: tuple[Category, ...] = Field(min_length=1, strict=False)
    other_category: str
    self_offered_category: str | None = None  # "X": skills that residents offer themselves (fuyuan)
    branches_add_categories: bool = False
    demand: Demand | None = None
    # who pays
    payer: PayerKind = Field(strict=False)
    bases_pay: bool = False
    charity_pays: bool = True
    # the way of an order
    approval: tuple[ApprovalLevel, ...] = Field(default=(), strict=False)
    dispatch_by_head: bool = False
    volunteers_ask: bool = True
    report_confirmed_by_head: bool = False
    # who may
    serving: Serving
    receiving: Receiving
    # what coins are good for
    gifts: Gifts = Field(strict=False)
    gift_relations: tuple[str, ...] = Field(default=(), strict=False)
    donations: bool = False
    grants: Grants = Grants()
    spend_anywhere: bool = True  # 通存通兑
    own_use_from_age: int | None = Field(default=None, ge=0, le=120)
    own_use_at_settlement: bool = False
    settlement: Settlement | None = None
    goods: Goods | None = None
    green: GreenPoints | None = None
    honours: Honours = Honours()
    care_home_right: Minutes | None = None
    # proof and safety
    check_in_out: bool = False
    photo_per_job: bool = False
    insurance: bool = False
    callback_after_service: bool = False
    fraud_listed: bool = False
    alerts: Alerts = Alerts()
    # times and limits of the desk
    ladder: Ladder = Ladder()
    pickups: Pickups = Pickups()
    quiet: Quiet = Quiet()
    undo_minutes: Minutes = 10
    longest_service: Minutes = 12 * 60
    shortest_service: Minutes = 30
    farthest_days: int = Field(default=90, ge=1)
    dispute_days: int = Field(default=30, ge=1)
    early_start: Minutes = 2 * 60
    most_volunteers: int = Field(default=20, ge=1)
    volunteers_told: int = Field(default=20, ge=1)

    @property
    def tz(self) -> ZoneInfo:
        return ZoneInfo(self.zone)

    @property
    def households(self) -> bool:
        """Whether accounts belong to households."""
        return self.account_holder == "household"

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

    def said_of_categories(self) -> dict[str, str]:
        """What people call a category (its name and its `words`) to a fine service code that falls under it."""
        return {
            word: category.services[0] if category.services else category.code
            for category in self.categories
            if category.code != self.other_category
            for word in (category.name, *category.words)
        }

    @field_validator("zone")
    @classmethod
    def _zone_exists(cls, zone: str) -> str:
        try:
            ZoneInfo(zone)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise ValueError(f"{zone!r} is no time zone") from error
        return zone

    @model_validator(mode="after")
    def _hangs_together(self) -> Scheme:
        problems = (*_category_problems(self), *_rule_problems(self), *_list_problems(self))
        if problems:
            said = "; ".join(f"{key}: {reason}" for key, reason in problems)
            raise PydanticCustomError("contradiction", "{said}", {"said": said, "problems": problems})
        return self


def _category_problems(scheme: Scheme) -> list[tuple[str, str]]:
    problems: list[tuple[str, str]] = []
    codes = [category.code for category in scheme.categories]
    if len(set(codes)) != len(codes):
        problems.append(("categories", "a code stands twice"))
    if scheme.other_category not in codes:
        problems.append(("other_category", f"{scheme.other_category!r} is no category of this scheme"))
    if scheme.self_offered_category is not None and scheme.self_offered_category not in codes:
        problems.append(("self_offered_category", f"{scheme.self_offered_category!r} is no category of this scheme"))
    fine = [service for category in scheme.categories for service in category.services]
    twice = sorted({service for service in fine if fine.count(service) > 1})
    if twice:
        problems.append(("categories", f"services {', '.join(twice)} stand under two categories"))
    return problems


def _rule_problems(scheme: Scheme) -> list[tuple[str, str]]:
    problems: list[tuple[str, str]] = []
    for level in scheme.approval:
        if level.tier > len(scheme.tiers):
            problems.append(("approval", f"tier {level.tier} does not exist, there are {len(scheme.tiers)} tiers"))
    day, whole = scheme.caps.earned_per_day, scheme.caps.balance
    if day is not None and whole is not None and day > whole:
        problems.append(("caps.earned_per_day", f"{day} is above caps.balance {whole}"))
    for key, cap in (("caps.earned_per_day", day), ("caps.balance", whole)):
        if cap is not None and cap < scheme.billing.step:
            problems.append((key, f"{cap} is below billing.step {scheme.billing.step}: nothing could be earned"))
    if scheme.payer is PayerKind.SERVICE_BASE and not scheme.bases_pay:
        problems.append(("payer", "service_base, but bases_pay is false"))
    if scheme.own_use_at_settlement and scheme.settlement is None:
        problems.append(("own_use_at_settlement", "there is no settlement"))
    if scheme.gifts is Gifts.DIRECT_KIN and not scheme.gift_relations:
        problems.append(("gift_relations", "gifts go to direct kin, but no relation is named"))
    if scheme.receiving.only_groups and not scheme.receiving.groups:
        problems.append(("receiving.only_groups", "no group is named, so nobody could receive"))
    if scheme.shortest_service > scheme.longest_service:
        problems.append(("shortest_service", "is above longest_service"))
    first, second, third = scheme.ladder.not_confirmed
    if not first < second < third:
        problems.append(("ladder.not_confirmed", "the three steps must rise"))
    for band in scheme.serving.ages:
        if band.most is not None and band.most < band.least:
            problems.append(("serving.ages", f"most {band.most} is below least {band.least}"))
    return problems + _calendar_problems(scheme)


def _calendar_problems(scheme: Scheme) -> list[tuple[str, str]]:
    for day in scheme.settlement.days if scheme.settlement else ():
        month, day_of_month = day.split("-")
        try:
            date(2023, int(month), int(day_of_month))  # a common year: a settlement day comes every year
        except ValueError:
            return [("settlement.days", f"{day!r} is no day of every year")]
    if scheme.settlement is not None and scheme.settlement.goods_pct and scheme.goods is None:
        return [("settlement.goods_pct", "a part goes to goods, but nobody accepts them")]
    return []


def _list_problems(scheme: Scheme) -> list[tuple[str, str]]:
    """What stands twice in a list, and steps that do not rise."""
    lists: dict[str, tuple[object, ...]] = {
        "tiers": scheme.tiers,
        "categories": tuple(category.name for category in scheme.categories),
        "approval": tuple(level.tier for level in scheme.approval),
        "receiving.groups": tuple(group.code for group in scheme.receiving.groups),
        "gift_relations": scheme.gift_relations,
        "grants.groups": scheme.grants.groups,
        "honours.awards": tuple(award.name for award in scheme.honours.awards),
        "settlement.days": scheme.settlement.days if scheme.settlement else (),
    }
    problems = [
        (key, f"{', '.join(map(str, twice))} stands twice")
        for key, values in lists.items()
        if (twice := sorted({value for value in values if values.count(value) > 1}, key=str))
    ]
    stars = scheme.honours.stars
    if any(after <= before for before, after in pairwise(stars)):
        problems.append(("honours.stars", "the hours must rise"))
    if scheme.quiet.begin == scheme.quiet.end:
        problems.append(("quiet", "begins and ends at the same time"))
    return problems


class _OnceLoader(yaml.SafeLoader):
    """YAML that refuses a key standing twice; plain YAML keeps the last one silently."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        for key in keys:
            if keys.count(key) > 1:
                raise yaml.YAMLError(f"key {key!r} stands twice")
        return super().construct_mapping(node, deep)


def parse_scheme(text: str, origin: str) -> Scheme:
    """Read a scheme from the text of its file. Raises SchemeInvalid naming `origin`, key and reason."""
    try:
        raw = yaml.load(text, Loader=_OnceLoader)  # noqa: S506 - a SafeLoader's child
    except yaml.YAMLError as error:
        raise SchemeInvalid(origin, [("(file)", f"is not YAML: {error}")]) from error
    if not isinstance(raw, dict):
        raise SchemeInvalid(origin, [("(file)", "must be a mapping of rules")])
    try:
        return Scheme.model_validate(raw)
    except ValidationError as error:
        problems = []
        for item in error.errors():
            if "problems" in item.get("ctx", {}):
                problems += item["ctx"]["problems"]
            else:
                problems.append((".".join(str(part) for part in item["loc"]) or "(whole)", item["msg"]))
        raise SchemeInvalid(origin, problems) from error
