"""The rules as facts for ask_rules: read from the very values that the code obeys."""

from __future__ import annotations

from typing import Any

from bank.scheme import Scheme
from bank.usecases.purses import goods_units

TOPICS = (
    "coin",
    "caps",
    "serve",
    "receive",
    "categories",
    "billing",
    "who_pays",
    "approval",
    "gifts",
    "own_use",
    "cash_out",
    "goods",
    "grants",
    "honours",
    "care_home",
    "safety",
    "settlement_day",
    "confirm",
    "cancel",
    "account",
    "overflow",
    "branches",
)


def rule_facts(scheme: Scheme) -> dict[str, dict[str, Any]]:
    """What the code does, by topic (`TOPICS`); lengths in minutes. The words are the catalogue's."""
    return {**_coins(scheme), **_people(scheme), **_service(scheme), **_use(scheme)}


def _coins(scheme: Scheme) -> dict[str, dict[str, Any]]:
    return {
        "coin": {
            "name": scheme.coin_name,
            "classifier": scheme.coin_classifier,
            "minutes": scheme.minutes_per_coin,
            "multipliers": sorted({category.multiplier_pct for category in scheme.categories}),
        },
        "caps": {"earned_per_day": scheme.caps.earned_per_day, "balance": scheme.caps.balance},
        "billing": {"step": scheme.billing.step, "rounding": scheme.billing.rounding.value},
        "overflow": {"honour_minutes": True, "capped": scheme.caps.earned_per_day is not None},
        "cash_out": {"allowed": False, "recharge": False},
        "account": {"holder": scheme.account_holder, "spend_anywhere": scheme.spend_anywhere},
    }


def _people(scheme: Scheme) -> dict[str, dict[str, Any]]:
    rules = scheme.serving
    return {
        "serve": {
            "ages": [
                {"least": band.least, "most": band.most, "sex": band.sex.value if band.sex else None}
                for band in rules.ages
            ],
            "exceptions": rules.exceptions,
            "local_household": rules.local_household,
            "resident": rules.resident,
            "retired": rules.retired,
            "healthy": rules.healthy,
            "trained": rules.trained,
            "identity_verified": rules.identity_verified,
            "minors_with_guardian": rules.minors_with_guardian,
            "organisations": rules.organisations,
        },
        "receive": {
            "least_age": scheme.receiving.least_age,
            "groups": [
                {"code": group.code, "name": group.name, "least_age": group.least_age}
                for group in scheme.receiving.groups
            ],
            "only_groups": scheme.receiving.only_groups,
        },
        "branches": {"tiers": list(scheme.tiers), "hotline": scheme.hotline},
    }


def _service(scheme: Scheme) -> dict[str, dict[str, Any]]:
    return {
        "categories": {
            "categories": [
                {
                    "code": category.code,
                    "name": category.name,
                    "multiplier_pct": category.multiplier_pct,
                    "earns": category.earns,
                }
                for category in scheme.categories
            ],
            "branches_add": scheme.branches_add_categories,
            "demand_days": scheme.demand.days if scheme.demand else None,
            "demand_threshold": scheme.demand.threshold if scheme.demand else None,
        },
        "approval": {
            "levels": [level.name for level in scheme.approval],
            "dispatch_by_head": scheme.dispatch_by_head,
            "volunteers_ask": scheme.volunteers_ask,
        },
        "confirm": {
            "silence_pays": False,
            "reminders": list(scheme.ladder.not_confirmed),
            "undo_minutes": scheme.undo_minutes,
            "by_head": scheme.report_confirmed_by_head,
        },
        "cancel": {"until": "started", "undo_minutes": scheme.undo_minutes},
        "safety": {
            "photo": scheme.photo_per_job,
            "insurance": scheme.insurance,
            "callback": scheme.callback_after_service,
            "check_in_out": scheme.check_in_out,
            "fraud_listed": scheme.fraud_listed,
        },
    }


def _use(scheme: Scheme) -> dict[str, dict[str, Any]]:
    settlement, goods = scheme.settlement, scheme.goods
    return {
        "who_pays": {
            "payer": scheme.payer.value,
            "bases": scheme.bases_pay,
            "charity": scheme.charity_pays,
        },
        "gifts": {
            "to": scheme.gifts.value,
            "relations": list(scheme.gift_relations),
            "donations": scheme.donations,
        },
        "own_use": {"from_age": scheme.own_use_from_age, "at_settlement": scheme.own_use_at_settlement},
        "settlement_day": {
            "days": list(settlement.days) if settlement else [],
            "goods_pct": settlement.goods_pct if settlement else 0,
            "at": scheme.ladder.settle_at.strftime("%H:%M"),
        },
        "goods": {
            "accepted_by": list(goods.accepted_by) if goods else [],
            "points": goods.points.name if goods and goods.points else None,
            "points_per_coin": goods.points.per_coin if goods and goods.points else None,
            "units": [unit.value for unit in goods_units(scheme)],
            "green": scheme.green.name if scheme.green else None,
            "pickup_days": scheme.pickups.days,
            "most_pieces": scheme.pickups.most_pieces,
        },
        "grants": {
            "by_staff": scheme.grants.by_staff,
            "groups": list(scheme.grants.groups),
            "from_charity": scheme.grants.from_charity,
        },
        "honours": {
            "counters": list(scheme.honours.counters),
            "stars": list(scheme.honours.stars),
            "awards": [award.name for award in scheme.honours.awards],
            "courtesy_at_merchants": scheme.honours.courtesy_at_merchants,
        },
        "care_home": {"right_at": scheme.care_home_right},
    }
