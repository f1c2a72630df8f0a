"""What the dialogue builds on: signatures, outcomes, rules and words are where `README.md` and `words_needed` say."""

from __future__ import annotations

import ast
import inspect
import re
from importlib import import_module
from importlib.resources import files
from pathlib import Path

import pytest

import bank
from bank.words_needed import NOTICES, ORDER, REFUSALS

ROOT = Path(bank.__file__).parent
SOURCES = sorted(ROOT.rglob("*.py"))
README = (files("bank") / "usecases" / "README.md").read_text(encoding="utf-8")
_CALL = re.compile(r"`(\w+)\(((?:uow|scheme)[^`]*)\)(?: -> [^`]*)?`")


def calls(*names: str) -> list[tuple[Path, ast.Call]]:
    found = []
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) in names:
                found.append((path, node))
    return found


def text_of(node: ast.expr | None) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def test_there_is_something_to_look_at() -> None:
    assert len(SOURCES) > 40


def test_every_refusal_is_declared_with_its_facts() -> None:
    used: dict[str, set[str]] = {}
    for path, call in calls("RuleRefused", "NotAllowed"):
        rule = text_of(call.args[0]) if call.args else None
        if rule is None:
            continue
        facts = {keyword.arg for keyword in call.keywords if keyword.arg}
        assert rule in REFUSALS, f"{path.name}: {rule}"
        assert facts == set(REFUSALS[rule]), f"{path.name}: {rule}"
        used[rule] = facts
    dynamic = {"membership_pending", "membership_suspended", "membership_barred", "membership_left"}
    assert set(REFUSALS) - set(used) - dynamic == set()


def test_every_notice_is_sent_and_declared() -> None:
    used = set()
    places = {"tell": 4, "tell_order": 5, "tell_staff": 4, "page": 4, "page_staff": 4, "offer": 4}
    for path, call in calls(*places):
        name = getattr(call.func, "id", "")
        if len(call.args) <= places[name]:
            continue
        words = text_of(call.args[places[name]])
        if words is None:
            continue
        assert words in NOTICES, f"{path.name}: {words}"
        used.add(words)
        if name in ("tell_order", "tell_staff") and all(keyword.arg for keyword in call.keywords):
            given = {keyword.arg for keyword in call.keywords}
            assert set(NOTICES[words]) == set(ORDER) | given, f"{path.name}: {words}"
    elsewhere = {word for word in NOTICES if word.startswith(("evening_before", "hour_before"))}
    elsewhere |= {"emergency_staff", "emergency_doubtful_staff", "case_opened"}
    elsewhere |= {"membership_refused", "suspended", "reinstated", "barred"}
    assert set(NOTICES) - used - elsewhere == set()


def _documented() -> list[tuple[str, str, str]]:
    rows, module = [], ""
    for line in README.splitlines():
        if heading := re.match(r"\| \*\*(\w+)\.py\*\*", line):
            module = heading[1]
        rows += [(module, name, parameters) for name, parameters in _CALL.findall(line)]
    return rows


@pytest.mark.parametrize(("module", "name", "parameters"), _documented(), ids=lambda value: str(value)[:30])
def test_signatures_are_as_documented(module: str, name: str, parameters: str) -> None:
    function = getattr(import_module(f"bank.usecases.{module}"), name)
    wanted = [part.split("=")[0].strip() for part in parameters.split(",")]
    assert list(inspect.signature(function).parameters) == wanted


def test_every_use_case_is_documented() -> None:
    documented = {name for _, name, _ in _documented()} | set(re.findall(r"`(?:\w+/)*(\w+)(?:\(|`)", README))
    documented |= set(re.findall(r"(\w+)/\w+\(", README))
    for path in sorted((ROOT / "usecases").glob("*.py")):
        module = import_module(f"bank.usecases.{path.stem}")
        for name, function in inspect.getmembers(module, inspect.isfunction):
            mine = function.__module__ == module.__name__ and not name.startswith("_")
            parameters = list(inspect.signature(function).parameters)[:3]
            answers = inspect.signature(function).return_annotation == "Receipt"
            if mine and parameters == ["uow", "scheme", "doing"] and answers and name not in INNER:
                assert name in documented, f"{path.stem}.{name}"


INNER = {"go_on", "publish_or_wait", "settle_order", "cancel_order", "take_back_given"}


def test_every_outcome_is_documented() -> None:
    for path, call in calls("Receipt"):
        for keyword in call.keywords:
            outcome = text_of(keyword.value) if keyword.arg == "outcome" else None
            assert outcome is None or outcome in README, f"{path.name}: {outcome}"


def test_public_things_say_what_they_are() -> None:
    for path in SOURCES:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        assert ast.get_docstring(tree), path
        for node in tree.body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                assert ast.get_docstring(node), f"{path.name}: {node.name}"
                assert (node.end_lineno or 0) - node.lineno < 70, f"{path.name}: {node.name}"
        assert path.read_text(encoding="utf-8").count("\n") <= 400, path
