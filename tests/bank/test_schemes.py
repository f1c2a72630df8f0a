"""The four rule books load, say what the rule table says, and a wrong file is refused by name, key and reason."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import files

import pytest
import yaml

from bank.errors import SchemeInvalid
from bank.orders import PayerKind
from bank.scheme import SERVICES, Gifts, Rounding, Scheme, parse_scheme
from bank.schemes import NAMES
from storage.scheme_files import load_scheme, scheme_names


def source(name: str) -> str:
    return (files("bank") / "schemes" / f"{name}.yml").read_text(encoding="utf-8")


@pytest.fixture(params=NAMES)
def scheme(request: pytest.FixtureRequest) -> Scheme:
    return load_scheme(request.param)


def test_names_are_the_files() -> None:
    assert sorted(NAMES) == scheme_names()


def test_every_service_has_its_category(scheme: Scheme) -> None:
    named = [service for category in scheme.categories for service in category.services]
    assert sorted(named) == sorted(SERVICES)
    assert {scheme.category_of(service).code for service in SERVICES} <= {item.code for item in scheme.categories}


def test_an_unknown_service_falls_under_other(scheme: Scheme) -> None:
    assert scheme.category_of("knitting").code == scheme.other_category


# The rule table of SCHEMES.md, a row per rule: rule | changning | fuyuan | taierzhuang | beijing.
# `?` before a value reads its truth only.
TABLE = """
tiers                        | 2       | 1               | 3       | 3
bases_pay                    | yes     | no              | no      | no
serving.trained              | yes     | no              | yes     | yes
serving.retired              | yes     | no              | no      | no
serving.healthy              | yes     | no              | no      | yes
serving.local_household      | yes     | no              | no      | no
serving.resident             | no      | no              | no      | yes
serving.identity_verified    | yes     | yes             | yes     | yes
serving.exceptions           | yes     | no              | no      | no
serving.minors_with_guardian | no      | no              | no      | yes
serving.organisations        | no      | no              | yes     | no
serving.ages                 | 2       | 0               | 0       | 1
receiving.least_age          | none    | none            | none    | 60
receiving.groups             | 0       | 0               | 8       | 0
account_holder               | person  | household       | person  | person
minutes_per_coin             | 60      | 60              | 60      | 60
billing.step                 | 60      | 30              | 1       | 1
billing.rounding             | half_up | half_up         | down    | down
caps.earned_per_day          | 120     | none            | none    | none
caps.balance                 | 36000   | none            | none    | none
payer                        | receiver| receiver        | nobody  | receiver
approval                     | 2       | 0               | 0       | 1
dispatch_by_head             | no      | no              | yes     | no
volunteers_ask               | yes     | yes             | yes     | yes
report_confirmed_by_head     | no      | no              | yes     | no
branches_add_categories      | no      | no              | no      | yes
demand.days                  | none    | 90              | none    | none
gifts                        | any_member | other_households | none_at_all | direct_kin
donations                    | no      | no              | no      | yes
own_use_from_age             | none    | none            | none    | 60
own_use_at_settlement        | no      | no              | yes     | no
settlement.days              | none    | none            | 2       | none
settlement.goods_pct         | none    | none            | 50      | none
goods.accepted_by            | none    | 3               | 1       | none
green.name                   | 绿色积分 | none            | none    | none
pickups.days                 | 7       | 7               | 7       | 7
grants.by_staff              | yes     | yes             | no      | yes
grants.groups                | 0       | 0               | 0       | 7
grants.from_charity          | no      | no              | no      | yes
grants.budgeted              | no      | no              | no      | yes
honours.counters             | 2       | 2               | 1       | 1
honours.awards               | 1       | 0               | 3       | 2
honours.courtesy_at_merchants| no      | yes             | no      | no
care_home_right              | none    | none            | none    | 600000
photo_per_job                | no      | yes             | no      | no
insurance                    | no      | yes             | no      | no
callback_after_service       | no      | no              | yes     | no
check_in_out                 | no      | yes             | no      | yes
fraud_listed                 | no      | no              | no      | yes
hotline                      | none    | none            | 12349   | none
spend_anywhere               | yes     | yes             | yes     | yes
undo_minutes                 | 10      | 10              | 10      | 10
"""
ROWS = [[cell.strip() for cell in line.split("|")] for line in TABLE.strip().splitlines()]


@pytest.mark.parametrize("row", ROWS, ids=[row[0] for row in ROWS])
def test_the_rule_table(row: list[str]) -> None:
    for name, expected in zip(NAMES, row[1:], strict=True):
        assert _plain(load_scheme(name), row[0]) == expected, name


def _plain(scheme: Scheme, path: str) -> str:
    value: object = scheme
    for part in path.split("."):
        value = getattr(value, part) if value is not None else None
    if value is None:
        return "none"
    if value is Gifts.NONE:
        return "none_at_all"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(len(value)) if isinstance(value, tuple) else str(getattr(value, "value", value))


def test_every_key_of_a_scheme_is_in_the_table_or_said_elsewhere() -> None:
    told = {row[0].split(".")[0] for row in ROWS}
    elsewhere = {"name", "version", "title", "title_en", "bank_name", "coin_name", "coin_classifier", "source", "zone"}
    tested_below = {"categories", "other_category", "self_offered_category", "charity_pays", "gift_relations"}
    of_the_desk = {"alerts", "ladder", "quiet", "longest_service", "shortest_service", "farthest_days"}
    of_the_desk |= {"dispute_days", "early_start", "most_volunteers", "volunteers_told"}
    assert set(Scheme.model_fields) == told | elsewhere | tested_below | of_the_desk


@pytest.mark.parametrize(
    ("name", "service", "category", "multiplier", "earns"),
    [
        ("changning", "hospital_visit", "company", 100, True),
        ("changning", "repair_appliance", "life_help", 100, True),
        ("fuyuan", "parcel", "courier", 100, True),
        ("fuyuan", "haircut", "skills", 100, False),
        ("taierzhuang", "cleaning", "ordinary", 100, True),
        ("taierzhuang", "drains", "technical", 200, True),
        ("taierzhuang", "counselling", "professional", 300, True),
        ("beijing", "company", "comfort", 100, True),
        ("beijing", "anti_fraud", "anti_fraud", 100, True),
    ],
)
def test_categories(name: str, service: str, category: str, multiplier: int, earns: bool) -> None:
    found = load_scheme(name).category_of(service)
    assert (found.code, found.multiplier_pct, found.earns) == (category, multiplier, earns)


def test_the_values_are_typed() -> None:
    scheme = load_scheme("changning")
    assert scheme.payer is PayerKind.RECEIVER
    assert scheme.billing.rounding is Rounding.HALF_UP
    assert [level.name for level in scheme.approval] == ["分行", "总行"]


# what is changed | key that is named | part of the reason
WRONG = [
    ({"undo_minutes": "ten"}, "undo_minutes", "valid integer"),
    ({"undo_minutes": 10.5}, "undo_minutes", "valid integer"),
    ({"undo_minutes": True}, "undo_minutes", "valid integer"),
    ({"caps": {"earned_per_day": -60}}, "caps.earned_per_day", "greater than or equal to 0"),
    ({"colour": "red"}, "colour", "not permitted"),
    ({"caps": {"earned_per_week": 60}}, "caps.earned_per_week", "not permitted"),
    ({"caps": {"earned_per_day": 600, "balance": 120}}, "caps.earned_per_day", "above caps.balance"),
    ({"caps": {"earned_per_day": 30}}, "caps.earned_per_day", "nothing could be earned"),
    ({"categories": [{"code": "a", "name": "a", "name_en": "a"}]}, "categories.0.multiplier_pct", "required"),
    ({"other_category": "none"}, "other_category", "no category"),
    ({"payer": "the mayor"}, "payer", "Input should be"),
    ({"payer": "service_base", "bases_pay": False}, "payer", "bases_pay is false"),
    ({"approval": [{"tier": 5, "name": "x"}]}, "approval", "does not exist"),
    ({"settlement": {"days": ["06-30"], "goods_pct": 50}}, "settlement.goods_pct", "nobody accepts them"),
    ({"own_use_at_settlement": True}, "own_use_at_settlement", "no settlement"),
    ({"settlement": {"days": ["02-30"], "goods_pct": 50}}, "settlement.days", "no day of every year"),
    ({"gifts": "direct_kin"}, "gift_relations", "no relation"),
    ({"zone": "Asia/Atlantis"}, "zone", "no time zone"),
    ({"serving": {"ages": [{"least": 70, "most": 60}]}}, "serving.ages", "below least"),
    ({"receiving": {"only_groups": True}}, "receiving.only_groups", "nobody could receive"),
    ({"ladder": {"not_confirmed": [60, 50, 70]}}, "ladder.not_confirmed", "must rise"),
    ({"shortest_service": 999}, "shortest_service", "above longest_service"),
    ({"alerts": {"gifts": -1}}, "alerts.gifts", "greater than or equal to 1"),
    ({"alerts": {"quick_confirm_seconds": -5}}, "alerts.quick_confirm_seconds", "greater than or equal to 0"),
    ({"alerts": {"hold_settlement": ["everything"]}}, "alerts.hold_settlement.0", "Input should be"),
    ({"quiet": {"begin": "late"}}, "quiet.begin", "time of day in quotes"),
    ({"quiet": {"begin": 1260}}, "quiet.begin", "time of day in quotes"),  # what YAML makes of 21:00 without quotes
    ({"quiet": {"begin": "25:00"}}, "quiet.begin", "hour"),
    ({"quiet": {"begin": "08:00", "end": "08:00"}}, "quiet", "the same time"),
    ({"version": 2019}, "version", "valid string"),
    ({"tiers": []}, "tiers", "at least 1"),
    ({"tiers": ["总行", "总行"]}, "tiers", "总行 stands twice"),
    ({"approval": [{"tier": 1, "name": "x"}, {"tier": 1, "name": "y"}]}, "approval", "1 stands twice"),
    ({"billing": {"step": 0, "rounding": "down"}}, "billing.step", "greater than or equal to 1"),
    ({"billing": {"step": 60, "rounding": "sideways"}}, "billing.rounding", "Input should be"),
    ({"receiving": {"groups": [{"code": "a", "name": "a"}] * 2}}, "receiving.groups", "a stands twice"),
    ({"honours": {"stars": [100, 50]}}, "honours.stars", "must rise"),
    ({"honours": {"awards": [{"name": "a", "to": "volunteer", "winners": 0}]}}, "honours.awards.0.winners", "greater"),
    ({"demand": {"days": 90}}, "demand.threshold", "required"),
    ({"green": {"name": "a", "most_at_once": 0}}, "green.most_at_once", "greater"),
    ({"pickups": {"days": 0}}, "pickups.days", "greater"),
    ({"goods": {"accepted_by": ["x"], "points": {"name": "a", "per_coin": 0}}}, "goods.points.per_coin", "greater"),
    ({"grants": {"groups": ["a", "a"]}}, "grants.groups", "a stands twice"),
    ({"self_offered_category": "flying"}, "self_offered_category", "no category"),
    ({"undo_minutes": None}, "undo_minutes", "valid integer"),
]


@pytest.mark.parametrize(("change", "key", "reason"), WRONG, ids=[row[1] + " " + row[2] for row in WRONG])
def test_a_wrong_file_is_refused(change: dict[str, object], key: str, reason: str) -> None:
    raw = {**yaml.safe_load(source("changning")), **change}
    with pytest.raises(SchemeInvalid) as refusal:
        parse_scheme(yaml.safe_dump(raw, allow_unicode=True), "mytown.yml")
    assert refusal.value.origin == "mytown.yml"
    assert key in [problem[0] for problem in refusal.value.problems]
    assert reason in str(refusal.value)
    assert "mytown.yml" in str(refusal.value)


def test_a_category_twice_is_refused() -> None:
    raw = yaml.safe_load(source("changning"))
    raw["categories"].append({**raw["categories"][0], "services": []})
    with pytest.raises(SchemeInvalid, match="a code stands twice"):
        parse_scheme(yaml.safe_dump(raw, allow_unicode=True), "mytown.yml")


def test_all_problems_are_named_at_once() -> None:
    types = {"undo_minutes": "ten", "colour": "red", "quiet": {"begin": "late"}, "alerts": {"gifts": -1}}
    assert problems_of(types) == ["alerts.gifts", "colour", "quiet.begin", "undo_minutes"]
    contradictions = {
        "caps": {"earned_per_day": 600, "balance": 120},
        "other_category": "none",
        "honours": {"stars": [2, 1]},
        "own_use_at_settlement": True,
    }
    assert problems_of(contradictions) == [
        "caps.earned_per_day",
        "honours.stars",
        "other_category",
        "own_use_at_settlement",
    ]


def problems_of(change: Mapping[str, object]) -> list[str]:
    """The keys that are named, sorted."""
    raw = {**yaml.safe_load(source("changning")), **change}
    with pytest.raises(SchemeInvalid) as refusal:
        parse_scheme(yaml.safe_dump(raw, allow_unicode=True), "mytown.yml")
    assert all(line.startswith("mytown.yml: ") for line in str(refusal.value).splitlines())
    return sorted(key for key, _ in refusal.value.problems)


@pytest.mark.parametrize("service", ["company", "knitting"])
def test_a_service_under_two_categories_or_unknown_is_refused(service: str) -> None:
    raw = yaml.safe_load(source("changning"))
    raw["categories"][1]["services"].append(service)
    with pytest.raises(SchemeInvalid, match=service):
        parse_scheme(yaml.safe_dump(raw), "mytown.yml")


@pytest.mark.parametrize("text", ["", "- a\n- b", "a: [", "name: a\nname: b"])
def test_what_is_no_scheme_at_all_is_refused(text: str) -> None:
    with pytest.raises(SchemeInvalid, match=r"mytown\.yml"):
        parse_scheme(text, "mytown.yml")
