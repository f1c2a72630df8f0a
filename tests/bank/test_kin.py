"""Binding relatives: who is the older follows from the words, both agree, either ends it."""

from __future__ import annotations

import pytest

from bank import kinship
from bank.errors import NotAllowed
from bank.members import Sex
from bank.usecases import coins, kin, requests, undo
from tests.bank.conftest import TownMaker
from tests.bank.town import Town


@pytest.fixture
def family(make_town: TownMaker) -> Town:
    town = make_town("changning")
    town.grant("王阿婆", 10)
    town.person("王芳", born="1975-01-01", sex=Sex.FEMALE)
    return town


def bonds(town: Town, who: str) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = town.do(kin.kin_of, who).facts["rows"]
    return rows


def test_a_mother_asks_her_daughter_who_agrees_and_may_act(family: Town) -> None:
    asked = family.do(kin.ask_kin, "王阿婆", family.people["王芳"], "daughter", True)
    assert asked.facts | {"kin": 0} == {
        "kin": 0,
        "other": "王芳",
        "other_id": family.people["王芳"],
        "relation": "daughter",
        "actor_is_older": True,
        "may_act": True,
        "status": "asked",
        "mine": True,
    }
    with pytest.raises(NotAllowed, match="not_bound"):
        family.do(coins.balance, "王芳", for_="王阿婆")
    assert family.do(kin.agree_kin, "王芳", family.people["王阿婆"]).outcome == "bound"
    assert family.do(coins.balance, "王芳", for_="王阿婆").facts["available"] == 600
    with pytest.raises(NotAllowed, match="not_bound"):
        family.do(coins.balance, "王阿婆", for_="王芳")  # the older is acted for, not the other way round
    assert (family.told("王芳"), family.told("王阿婆")[-1]) == (["kin_asked"], "kin_agreed")


def test_a_daughter_asks_and_the_mother_is_the_member(family: Town) -> None:
    facts = family.do(kin.ask_kin, "王芳", family.people["王阿婆"], "mother", True).facts
    assert (facts["actor_is_older"], facts["relation"]) == (False, "mother")
    family.refuses("kin_other_side", kin.agree_kin, "王芳", family.people["王阿婆"])
    family.do(kin.agree_kin, "王阿婆", family.people["王芳"])
    with family.unit() as uow:
        bond = uow.kin.acting(family.people["王芳"])[0]
    assert (bond.member_id, bond.relation) == (family.people["王阿婆"], "daughter")


def test_of_one_age_the_words_say_who_acts(family: Town) -> None:
    family.do(kin.ask_kin, "李明", family.people["王阿婆"], "spouse", True, acts=True)
    family.do(kin.agree_kin, "王阿婆", family.people["李明"])
    family.do(requests.submit_request, "李明", family.wish(), for_="王阿婆")


def test_no_is_told_and_can_be_asked_again(family: Town) -> None:
    family.do(kin.ask_kin, "王芳", family.people["王阿婆"], "mother", True)
    family.refuses("kin_asked", kin.ask_kin, "王阿婆", family.people["王芳"], "daughter", True)
    assert family.do(kin.end_kin, "王阿婆", family.people["王芳"]).outcome == "declined"
    assert family.told("王芳") == ["kin_declined"]
    family.refuses("kin_not_asked", kin.agree_kin, "王阿婆", family.people["王芳"])
    family.do(kin.ask_kin, "王阿婆", family.people["王芳"], "daughter", False)


def test_either_side_ends_it_at_any_time(family: Town) -> None:
    for who, other in (("王阿婆", "王芳"), ("王芳", "王阿婆")):
        family.do(kin.ask_kin, "王阿婆", family.people["王芳"], "daughter", True)
        family.do(kin.agree_kin, "王芳", family.people["王阿婆"])
        family.refuses("kin_bound", kin.ask_kin, "王芳", family.people["王阿婆"], "mother", True)
        assert family.do(kin.end_kin, who, family.people[other]).outcome == "unbound"
        assert family.told(other)[-1] == "kin_ended"
        assert bonds(family, who) == bonds(family, other) == []
        with pytest.raises(NotAllowed, match="not_bound"):
            family.do(coins.balance, "王芳", for_="王阿婆")
    family.refuses("kin_not_bound", kin.end_kin, "王芳", family.people["王阿婆"])


def test_a_bond_without_leave_to_act_lets_nobody_act(family: Town) -> None:
    family.do(kin.ask_kin, "王阿婆", family.people["王芳"], "daughter", False)
    family.do(kin.agree_kin, "王芳", family.people["王阿婆"])
    family.refuses("kin_may_not_act", requests.submit_request, "王芳", family.wish(), for_="王阿婆")


def test_who_can_be_bound(family: Town) -> None:
    other = family.people["王芳"]
    family.refuses("not_family", kin.ask_kin, "王阿婆", other, "neighbour", True)
    family.refuses("kin_self", kin.ask_kin, "王阿婆", family.people["王阿婆"], "daughter", True)
    family.person("走了", status="left")
    family.refuses("kin_other_not_active", kin.ask_kin, "王阿婆", family.people["走了"], "son", True)


def test_staff_record_it_with_both_present(family: Town) -> None:
    mother, daughter = family.people["王阿婆"], family.people["王芳"]
    family.do(kin.ask_kin, "王芳", mother, "mother", True)
    done = family.do(kin.bind_kin, "分行老张", mother, daughter, "daughter", True)
    assert (done.outcome, done.facts["status"]) == ("bound", "agreed")
    assert (family.told("王阿婆")[-1], family.told("王芳")[-1]) == ("kin_agreed", "kin_agreed")
    family.refuses("kin_bound", kin.bind_kin, "分行老张", mother, daughter, "daughter", True)
    family.refuses("not_staff", kin.bind_kin, "李明", mother, daughter, "daughter", True)
    family.refuses("own_kin", kin.bind_kin, "总行老赵", mother, family.people["总行老赵"], "son", True)


def test_what_the_daughter_asked_for_the_mother_undoes_with_a_word(family: Town) -> None:
    family.kin("王阿婆", "王芳")
    number = family.do(requests.submit_request, "王芳", family.wish(), for_="王阿婆").facts["number"]
    assert "acted_for_you" in family.told("王阿婆")
    assert family.do(undo.undo_last, "王阿婆").outcome == "ask_undone"
    assert family.status(number) == "cancelled"


@pytest.mark.parametrize(
    ("said", "relation", "fits"),
    [
        ("mother", "daughter", True),
        ("mother", "child", True),
        ("mother_in_law", "daughter_in_law", True),
        ("mother", "daughter_in_law", True),  # 我妈, said of the husband's mother
        ("grandmother", "grandson", True),
        ("spouse", "spouse", True),
        ("sister", "brother", True),
        ("daughter", "son", False),
        ("mother", "mother", False),
        ("spouse", "daughter", False),
    ],
)
def test_what_one_calls_the_other(said: str, relation: str, fits: bool) -> None:
    assert kinship.mirrors(said, relation) is fits


def test_what_i_am_to_whom_i_call_so() -> None:
    assert kinship.inverse("mother", Sex.MALE) == "son"
    assert kinship.inverse("grandmother", None) == "grandchild"
    assert kinship.inverse("spouse", Sex.FEMALE) == "spouse"
    assert kinship.inverse("niece", Sex.FEMALE) == "relative"
    assert kinship.both_ways("child") >= {"son", "daughter", "mother", "father"}
    assert kinship.alike("孩子", "孩子")
    assert kinship.alike("child", "son")
    assert not kinship.alike("daughter", "son")
