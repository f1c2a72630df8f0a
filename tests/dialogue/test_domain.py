"""Domain, rules, actions and training lines hang together: Rasa itself keeps silent about most slips."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.actions.forms import ANSWERS, FormCheck, FormSubmit
from bot.actions.registry import all_actions
from bot.catalogue import Catalogue, read_entries
from bot.conversation import ALL_CLEAR
from bot.desk import Desk
from bot.learning.consent import NO, YES
from storage.scheme_files import load_scheme

HOUSE = Path(__file__).resolve().parents[2]
TOPICS = (
    "talk care notices membership requests settling coins rules stations activities jobs approval reports".split()  # noqa: SIM905  # a word list reads best as words
)
INTENTS = frozenset(
    """
    greet goodbye thank affirm deny inform correct repeat show_menu bot_challenge talk_to_person complain
    stop_messages resume_messages report_emergency suspect_scam out_of_scope join link_family request_help
    check_order change_order cancel_order confirm_done dispute_service rate_service check_balance
    view_statement gift_coins donate_coins redeem_goods ask_rules ask_station ask_meals list_activities
    join_activity leave_activity join_volunteer list_jobs accept_job withdraw_job view_schedule
    start_service finish_service set_availability check_honors review_requests approve_request
    reject_request assign_job broadcast grant_coins view_report
    """.split()  # noqa: SIM905  # a word list reads best as words
)
BEFORE_RASA = (ALL_CLEAR, YES, NO, "/survey")
"""Choices that are answered before the understanding."""
PAYLOAD = re.compile(r"/([a-z_]+)")


def load(folder: str) -> dict[str, dict[str, Any]]:
    files = {path.stem: yaml.safe_load(path.read_text(encoding="utf-8")) for path in (HOUSE / folder).glob("*.yml")}
    assert set(TOPICS) <= set(files)
    return files


@pytest.fixture(scope="module")
def domain() -> dict[str, dict[str, Any]]:
    return load("domain")


@pytest.fixture(scope="module")
def rules() -> list[dict[str, Any]]:
    found = [rule for body in load("stories").values() for rule in body["rules"]]
    assert len(found) > len(INTENTS)
    return found


@pytest.fixture(scope="module")
def actions() -> list[Any]:
    scheme = load_scheme("changning")
    desk = Desk(scheme=scheme, words=Catalogue(scheme), clock=None, units=None)  # type: ignore[arg-type]  # never used
    return list(all_actions(desk))


def every(domain: dict[str, dict[str, Any]], section: str) -> Iterator[str]:
    for body in domain.values():
        yield from body.get(section) or ()


def intents_begun(rules: list[dict[str, Any]]) -> Iterator[str]:
    for rule in rules:
        yield from (step["intent"] for step in rule["steps"] if "intent" in step)


def test_every_intent_has_a_rule_training_lines_and_a_label(
    domain: dict[str, dict[str, Any]], rules: list[dict[str, Any]]
) -> None:
    known = set(every(domain, "intents"))
    assert known == INTENTS | {"nlu_fallback"}
    assert set(intents_begun(rules)) == known
    trained = {item["intent"] for body in load("nlu/data").values() for item in body["nlu"] if "intent" in item}
    assert trained == INTENTS
    assert {name for name in INTENTS if f"intent.{name}" not in read_entries()} == set()


@pytest.mark.parametrize("section", ["intents", "slots", "forms", "actions", "responses", "entities"])
def test_every_key_is_defined_once(domain: dict[str, dict[str, Any]], section: str) -> None:
    assert [name for name, count in Counter(every(domain, section)).items() if count > 1] == []


def test_every_action_of_the_domain_is_registered_once_and_the_other_way_round(
    domain: dict[str, dict[str, Any]], actions: list[Any]
) -> None:
    names = [action.name() for action in actions]
    assert [name for name, count in Counter(names).items() if count > 1] == []
    assert set(names) == set(every(domain, "actions"))


def test_every_step_of_the_rules_exists(domain: dict[str, dict[str, Any]], rules: list[dict[str, Any]]) -> None:
    known = set(every(domain, "actions")) | set(every(domain, "forms"))
    taken = {step["action"] for rule in rules for step in rule["steps"] if "action" in step}
    assert taken <= known
    unused = {name for name in every(domain, "actions") if not name.startswith(("validate_", "action_ask_"))} - taken
    assert unused == {"action_default_fallback"}


def test_every_form_has_its_check_questions_and_end(domain: dict[str, dict[str, Any]], actions: list[Any]) -> None:
    checks = {action.form: action for action in actions if isinstance(action, FormCheck)}
    ends = {action.check.form for action in actions if isinstance(action, FormSubmit)}
    forms = {name: body for file in domain.values() for name, body in (file.get("forms") or {}).items()}
    assert set(checks) == set(forms) == ends
    slots, names = set(every(domain, "slots")), set(every(domain, "actions"))
    for form, check in checks.items():
        assert list(check.slots) == forms[form]["required_slots"], form
        assert {*check.slots, *check.kept} <= slots, form
        assert {f"action_ask_{form}_{slot}" for slot in check.slots} <= names, form
        assert check.agreed is None or check.agreed == check.slots[-1], form


def test_every_task_that_can_be_paused_has_a_name(domain: dict[str, dict[str, Any]]) -> None:
    assert {form for form in every(domain, "forms") if f"task.{form}" not in read_entries()} == set()


def test_slots_are_set_by_actions_alone(domain: dict[str, dict[str, Any]]) -> None:
    for file in domain.values():
        for name, slot in (file.get("slots") or {}).items():
            assert slot["mappings"] == [{"type": "custom"}], name
            assert slot["type"] == "any" or slot["influence_conversation"] is False, name


def test_answers_to_a_form_have_no_rule_of_their_own_while_it_runs(rules: list[dict[str, Any]]) -> None:
    for rule in rules:
        begun = [step["intent"] for step in rule["steps"] if "intent" in step]
        if begun and begun[0] in ANSWERS - {"cancel_order"}:
            assert rule["condition"] == [{"active_loop": None}], rule["rule"]


def test_every_choice_of_the_catalogue_leads_to_an_intent() -> None:
    entities = set(load("domain")["_shared"]["entities"])
    for key, entry in read_entries().items():
        for choice in entry.choices:
            match = PAYLOAD.match(choice.payload)
            assert match is None or match[1] in INTENTS or choice.payload.startswith(BEFORE_RASA), key
            assert set(re.findall(r'"([a-z_]+)":', choice.payload)) <= entities, key
