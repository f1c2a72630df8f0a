"""The catalogue of words holds all that the bank and the dialogue need said, and nothing that nobody says."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bank.notices import CaseKind
from bank.scheme import Scheme
from bank.words_needed import NOTICES, REFUSALS
from bot.actions.forms import FormAsk
from bot.actions.registry import all_actions
from bot.catalogue import Catalogue, read_entries
from bot.desk import Desk
from bot.understanding.services import LABELS
from storage.scheme_files import load_scheme

BOT = Path(__file__).resolve().parents[2] / "bot"
NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
SCHEMES = ("changning", "fuyuan", "taierzhuang", "beijing")
NAMED_BY_DATA = ("notice.", "refused.", "service.", "case_kind.", "relation.", "group.", "rules.", "intent.", "task.")
"""Keys that codes of the bank, the scheme or the dialogue ask for; tests below hold both sides together."""
NEVER_SAID = re.compile(r"意图|参数|系统错误|异常|错误代码|非法|NLU|Rasa", re.IGNORECASE)

FACTS: dict[str, Any] = {
    "number": 3, "service": "hospital_visit", "starts_at": "2026-11-21T09:00:00+08:00", "minutes": 120,
    "place": "家里", "resident": "王阿婆", "volunteer": "李明", "by": "王小红", "deed": "asked", "level": "分行",
    "needed": 120, "available": 60, "cost": 120, "reason": "不在服务范围", "minutes_before": 90,
    "minutes_left_today": 60, "claimed": 120, "extra": 30, "served": 120, "credited": 120, "honour": 0,
    "paid": 120, "balance": 300, "returned": 120, "verdict": "按1小时算", "score": 5, "remark": "很好",
    "phone": "13800000000", "case": 7, "kind": "person", "person": "王阿婆", "said": "您好", "staff": "小张",
    "address": "中山西路", "branch_phone": "22850770", "branch": "虹桥分行", "role": "volunteer", "granted": 600,
    "status": "applied", "age": 55, "least": 60, "most": 70, "days": 90, "payer": "服务基地", "cap": 36000,
    "room": 60, "count": 2, "short": 60, "category": "志愿帮",
    "name": "一袋米", "unit": "coin", "quantity": 1, "merchant": "小店", "day": "2026-12-31", "earned": 61,
    "to_goods": 30, "stays": 31, "goods": 30, "month": "2026-11", "pieces": 2, "points": 10, "stock": 1,
    "usable": 30, "kinds": "超市", "units": "coin", "step": 6, "left": 60, "person_id": 5,
    "relation": "daughter", "acts": True, "helped": False,
    "activity": 4, "became": "signed", "title": "健康讲座", "free": 3, "survey": 2, "rows": [(3, "day")],
    "kept": 600000, "needs": 600000, "award": "优秀志愿者", "year": 2026, "certificate": "2026-00012", "barred": True,
    "household": "3户", "group": "高龄", "label": "x",
}  # fmt: skip


@pytest.fixture(scope="module", params=SCHEMES)
def scheme(request: pytest.FixtureRequest) -> Scheme:
    return load_scheme(str(request.param))


@pytest.fixture(scope="module")
def words(scheme: Scheme) -> Catalogue:
    return Catalogue(scheme)


@pytest.mark.parametrize("key", NOTICES)
def test_every_notice_can_be_said_with_its_facts_alone(key: str, words: Catalogue) -> None:
    reply = words.say(f"notice.{key}", NOW, **{name: FACTS[name] for name in NOTICES[key]})
    assert reply.text
    assert "None" not in reply.text


@pytest.mark.parametrize("rule", REFUSALS)
def test_every_refusal_can_be_said_with_its_facts_alone(rule: str, words: Catalogue) -> None:
    facts = {name: FACTS[name] for name in REFUSALS[rule]}
    if "starts_at" in facts:
        facts["starts_at"] = datetime.fromisoformat(facts["starts_at"])
    assert words.refusal(rule, NOW, **facts).text


def test_facts_that_may_be_missing_are_not_said_as_nothing(words: Catalogue) -> None:
    facts = {name: FACTS[name] for name in NOTICES["job_assigned"]} | {"minutes_left_today": None}
    assert "None" not in words.say("notice.job_assigned", NOW, **facts).text
    facts = {name: FACTS[name] for name in NOTICES["case_opened"]} | {"phone": "", "said": ""}
    assert "没有留电话" in words.say("notice.case_opened", NOW, **facts).text
    assert "70" not in words.refusal("serve_age", NOW, age=50, least=60, most=None).text


def test_every_service_and_kind_of_case_has_a_name(scheme: Scheme) -> None:
    entries = read_entries()
    codes = {code for category in scheme.categories for code in category.services} | set(LABELS)
    assert {code for code in codes if f"service.{code}" not in entries} == set()
    assert {kind for kind in CaseKind if f"case_kind.{kind}" not in entries} == set()


def test_every_question_of_a_form_has_its_words(scheme: Scheme) -> None:
    desk = Desk(scheme=scheme, words=Catalogue(scheme), clock=None, units=None)  # type: ignore[arg-type]  # never used
    asks = [action for action in all_actions(desk) if isinstance(action, FormAsk)]
    assert asks
    lacking = [ask.name() for ask in asks if type(ask).work is FormAsk.work and f"ask.{ask.slot}" not in desk.words]
    assert lacking == []


def test_nothing_is_said_that_has_no_words() -> None:
    entries = read_entries()
    said = {key for file in sources() for key in keys_said(file)}
    assert len(said) > 100
    assert {key for key in said if key not in entries} == set()


def test_no_words_lie_unused() -> None:
    exact, prefixes = constants()
    unused = {
        key
        for key in read_entries()
        if key not in exact and not key.startswith(NAMED_BY_DATA) and not any(key.startswith(one) for one in prefixes)
    }
    forms = {key for key in unused if key.startswith("ask.")}  # FormAsk says them by the name of its slot
    assert unused - forms == set()


def test_no_words_of_machines() -> None:
    entries = read_entries()
    assert {key for key, entry in entries.items() if NEVER_SAID.search(entry.text)} == set()


def test_numbered_choices_are_at_most_three_and_short() -> None:
    for key, entry in read_entries().items():
        assert len(entry.choices) <= 3, key
        for choice in entry.choices:
            assert len(re.sub(r"\{.*?\}", "", choice.label)) <= 12, (key, choice.label)


def sources() -> Iterator[Path]:
    found = [file for file in BOT.rglob("*.py") if "understanding" not in file.parts]
    assert len(found) > 20
    yield from found


def keys_said(file: Path) -> Iterator[str]:
    """The literal first arguments of `say` and `choice`."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute) or not node.args:
            continue
        first = node.args[0]
        options = [first.body, first.orelse] if isinstance(first, ast.IfExp) else [first]
        for option in options:
            if (
                node.func.attr in ("say", "choice")
                and isinstance(option, ast.Constant)
                and isinstance(option.value, str)
            ):
                yield option.value


def constants() -> tuple[set[str], set[str]]:
    """All texts in the code, and the fixed beginnings of texts that are put together there (with pages' templates)."""
    exact: set[str] = set()
    prefixes: set[str] = set()
    for file in sources():
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                exact.add(node.value)
            elif isinstance(node, ast.JoinedStr) and node.values and isinstance(node.values[0], ast.Constant):
                begin = str(node.values[0].value)
                if re.fullmatch(r"[a-z_]+(?:\.[a-z_]*)*\.?", begin) and ("." in begin or len(begin) > 8):
                    prefixes.add(begin)
    for page in BOT.rglob("*"):
        if page.suffix in (".html", ".js", ".svg"):
            exact |= set(re.findall(r"[a-z_]+(?:\.[a-z0-9_]+)+", page.read_text(encoding="utf-8")))
    return exact, prefixes
