"""The list of all rules: what the rule book, its table tests and the page of each scheme go through.

A rule is a row of the reading that the bank was built from. `keys` are the values of the scheme that decide it; a rule
without keys holds in every scheme. The words are the catalogue's.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Any

from pydantic import BaseModel

from bank.scheme import Scheme

SECTIONS = {
    "table": ("规则", "Rules"),
    "common": ("大家都一样的", "Common to all"),
    "alerts": ("留心的事", "Alerts"),
    "order": ("一张单子的路", "An order, from wish to coins"),
    "stations": ("服务站", "Stations"),
}


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: its code, the section it stands in, its name in both languages, the keys of the scheme it reads."""

    code: str
    section: str
    zh: str
    en: str
    keys: tuple[str, ...] = ()


def _rules(section: str, *rows: tuple[str, str, str, str]) -> tuple[Rule, ...]:
    return tuple(Rule(code, section, zh, en, tuple(keys.split())) for code, zh, en, keys in rows)


RULES: tuple[Rule, ...] = (
    *_rules(
        "table",
        ("organisation", "组织", "Organisation", "tiers bases_pay hotline spend_anywhere"),
        ("who_may_serve", "谁能服务", "Who may serve", "serving"),
        ("who_may_receive", "谁能享受", "Who may receive", "receiving"),
        ("account_holder", "账户归谁", "Account holder", "account_holder"),
        ("price", "价格", "Price", "minutes_per_coin categories.*.multiplier_pct"),
        ("billing_step", "计时", "Billing step", "billing.step billing.rounding"),
        ("earned_per_day", "每天最多得", "Earned per day", "caps.earned_per_day"),
        ("balance", "最多存", "Balance", "caps.balance"),
        ("who_pays", "谁付", "Who pays", "payer bases_pay charity_pays report_confirmed_by_head"),
        ("approval", "发布前审核", "Approval before publishing", "approval dispatch_by_head volunteers_ask"),
        ("categories", "服务内容", "Categories", "categories other_category branches_add_categories"),
        ("which_earn", "哪些记币", "Which categories earn", "categories.*.earns demand"),
        ("gifts", "赠送", "Gifts", "gifts gift_relations donations"),
        ("own_use", "自己用", "Own use", "own_use_from_age own_use_at_settlement"),
        ("goods", "换东西", "Goods", "goods settlement pickups"),
        ("grants", "补助", "Grants", "grants"),
        ("honours", "荣誉", "Honours", "honours care_home_right"),
        ("safety", "安全", "Safety", "insurance photo_per_job callback_after_service fraud_listed"),
        ("proof", "服务凭证", "Proof of service", "check_in_out photo_per_job report_confirmed_by_head"),
    ),
    *_rules(
        "common",
        ("unit", "记账单位", "Unit", "minutes_per_coin"),
        ("day", "一天", "Day", "zone"),
        ("names", "名称，不是钱", "Names; never money", "bank_name coin_name coin_classifier"),
        ("record", "每笔账留什么", "What a transaction keeps", "version"),
        ("overflow", "超出的时间", "Overflow never vanishes", ""),
        ("funds", "预留", "Funds", ""),
        ("no_coins", "没有币的人", "A receiver without coins", "bases_pay charity_pays"),
        ("rating", "评价", "Rating", ""),
        ("acting", "替人办", "Acting for someone", "undo_minutes"),
        ("undo", "撤销", "Undo", "undo_minutes"),
    ),
    *_rules(
        "alerts",
        ("overlap", "同时两单", "Overlapping services", ""),
        ("both_ways", "来回互相服务", "Serving each other often", "alerts.both_ways_services alerts.both_ways_days"),
        ("night", "深夜服务", "Service at night", "alerts.night_begin alerts.night_end"),
        ("often_gifts", "频繁赠送", "Frequent gifts", "alerts.gifts alerts.gifts_days"),
        ("quick_confirm", "确认太快", "A confirm too quick", "alerts.quick_confirm_seconds"),
        ("never_rated", "从没人评价", "Never rated", "alerts.never_rated_services"),
        ("alerts", "查出来怎么办", "What an alert does", "alerts.hold_settlement"),
    ),
    *_rules(
        "order",
        ("way", "从头到尾", "The way of an order", ""),
        ("rejected", "没有通过", "Rejected", ""),
        ("cancelled", "取消", "Cancelled", ""),
        ("expired", "没人接", "Expired", "ladder.nobody_accepted ladder.dispatch_before"),
        ("withdrawn", "志愿者退单", "Withdrawn", ""),
        ("no_show", "没有来", "No-show", "ladder.not_started"),
        ("disputed", "有争议", "Disputed", "dispute_days"),
        ("confirming", "确认", "Settlement", "ladder.not_confirmed"),
        ("reminders", "提醒", "Reminders", "ladder"),
        ("quiet", "不打扰", "Quiet hours", "quiet.begin quiet.end"),
        ("capacity", "几个人来", "Capacity", "most_volunteers"),
    ),
    *_rules(
        "stations",
        ("stations", "服务站", "Directory of stations", ""),
        ("meals", "助餐点", "Meal sites", ""),
        ("activities", "活动", "Activities", ""),
        ("green", "绿色积分", "Green points", "green"),
        ("survey", "需求问卷", "Survey of needs", ""),
    ),
)
RULE = {rule.code: rule for rule in RULES}


def rule_facts(scheme: Scheme) -> dict[str, dict[str, Any]]:
    """By the code of each rule: the values of its keys in this scheme, plain (minutes, texts, lists, None)."""
    return {rule.code: {key: _plain(_value(scheme, key.split("."))) for key in rule.keys} for rule in RULES}


def _value(thing: Any, path: list[str]) -> Any:
    if not path or thing is None:
        return thing
    if path[0] == "*":
        return [_value(each, path[1:]) for each in thing]
    return _value(getattr(thing, path[0]), path[1:])


def _plain(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return value if value is None or isinstance(value, bool | int | str) else str(value)
