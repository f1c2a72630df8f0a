"""Every rule of every scheme, tried on the real use cases: what happens, or which rule refuses in which words.

The rows stand in the files of this folder, beside the words of the source that they come from. The list of rules is
read from the generated pages of the rule book, so that a rule which enters the book fails here until it is tried.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from bank.errors import NotAllowed, RuleRefused
from bank.schemes import NAMES
from bank.usecases.rules import RULE, RULES
from bank.words_needed import REFUSALS
from bot.catalogue import Catalogue
from bot.rulebook import RuleBook
from storage.scheme_files import load_scheme
from tests.bank.rule_table import tries_coins, tries_orders, tries_people, tries_stations
from tests.bank.rule_table.ground import SIXTH, TRYOUTS, Ground
from tests.bank.rule_table.house_rules import HOUSE_RULES
from tests.bank.rule_table.rows import Row, all_rows

PAGES = Path(__file__).resolve().parents[3] / "docs" / "schemes"
ROWS = all_rows()
NOT_BUILT: dict[tuple[str, str], str] = {}
"""(scheme, rule): why no row tries it yet. Printed by the check of coverage."""


@cache
def book_of(scheme: str) -> RuleBook:
    return RuleBook(load_scheme(SIXTH if scheme == "sixth" else scheme))


@cache
def said_in_book(scheme: str) -> dict[str, str]:
    return {told.rule.code: told.zh for told in book_of(scheme).rules()}


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_a_rule_does_what_its_row_says(row: Row) -> None:
    ground = Ground(row.scheme)
    try:
        if row.refused is None:
            saw = TRYOUTS[row.tryout](ground, **row.given)
            expected: dict[str, Any] = row.happens or {}
            assert {key: saw.get(key) for key in expected} == expected
        else:
            with pytest.raises((RuleRefused, NotAllowed)) as refusal:
                TRYOUTS[row.tryout](ground, **row.given)
            error = refusal.value
            assert isinstance(error, RuleRefused | NotAllowed)
            assert error.rule == row.refused
            words = Catalogue(ground.scheme).refusal(error.rule, ground.now, **error.facts).text
            for figure in row.says:
                assert figure in words
        ground.verify()
    finally:
        ground.engine.dispose()


@pytest.mark.parametrize("row", [row for row in ROWS if row.book], ids=str)
def test_the_rule_book_says_it_too(row: Row) -> None:
    said = said_in_book(row.scheme)[row.rule]
    for words in row.book:
        assert words in said


@pytest.mark.parametrize("scheme", NAMES)
def test_every_rule_of_the_page_has_a_row(scheme: str, capsys: pytest.CaptureFixture[str]) -> None:
    page = (PAGES / f"{scheme}.md").read_text(encoding="utf-8")
    rules = re.findall(r"^\| \*\*.+?\*\*<br>.+?<br>`(\w+)` \|", page, re.MULTILINE)
    assert rules == [rule.code for rule in RULES]
    tried = {row.rule for row in ROWS if row.scheme == scheme}
    for (where, rule), reason in NOT_BUILT.items():
        with capsys.disabled():
            print(f"not built: {where}: {rule}: {reason}")
    lacking = [rule for rule in rules if rule not in tried and (scheme, rule) not in NOT_BUILT]
    assert lacking == [], f"{scheme}: no row tries {', '.join(lacking)}"


def test_every_row_is_about_a_rule_and_a_tryout_and_all_are_used() -> None:
    assert {row.rule for row in ROWS} <= set(RULE)
    assert {row.tryout for row in ROWS} == set(TRYOUTS)
    assert all(module.__doc__ for module in (tries_people, tries_coins, tries_orders, tries_stations))


def test_every_rule_says_something_of_its_own_in_each_book() -> None:
    """Each rule of each scheme has a row that holds the book to its words."""
    held = {(row.scheme, row.rule) for row in ROWS if row.book}
    assert [(scheme, rule.code) for scheme in NAMES for rule in RULES if (scheme, rule.code) not in held] == []


def test_every_refusal_of_a_rule_stands_in_a_table() -> None:
    refused = {row.refused for row in ROWS if row.refused}
    assert set(REFUSALS) - refused - set(HOUSE_RULES) == set(), "put it into a table, or among the rules of the house"
    assert refused & set(HOUSE_RULES) == set(), "in a table: no longer a rule of the house alone"
    assert set(HOUSE_RULES) <= set(REFUSALS)
