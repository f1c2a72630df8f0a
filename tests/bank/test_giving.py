"""Gifts and donations: who may receive, how many, what is left, and what one word takes back."""

from __future__ import annotations

import pytest

from bank.members import Household, MemberStatus, Sex
from bank.notices import CaseKind
from bank.usecases import care, giving, requests, undo
from tests.bank.conftest import TownMaker
from tests.bank.town import Town


def gift(town: Town, who: str, to: str, minutes: int) -> dict[str, object]:
    return town.do(giving.gift_coins, who, town.people[to], minutes).facts


def test_a_gift_moves_coins_and_both_sides_know(town: Town) -> None:
    town.kin("王阿婆", "小红", may_act=False)
    seen = town.do(giving.preview_gift, "王阿婆", town.people["小红"], 150).facts
    assert seen == {"to": "小红", "relation": "daughter", "minutes": 150, "available": 600, "left": 450}
    facts = gift(town, "王阿婆", "小红", 150)
    assert facts == {"to": "小红", "minutes": 150, "left": 450, "undo_minutes": 10}
    assert (town.purse("王阿婆")[0], town.purse("小红")[0]) == (450, 150)
    assert town.told("小红") == ["gift_received"]


def test_only_what_is_available_and_whole_or_half_coins(town: Town) -> None:
    town.published()  # 120 minutes are kept for it
    for minutes in (0, -60, 20, 61):
        town.refuses("gift_not_half", giving.gift_coins, "王阿婆", town.people["小红"], minutes)
    town.refuses("gift_too_much", giving.gift_coins, "王阿婆", town.people["小红"], 510)
    gift(town, "王阿婆", "小红", 480)


def test_not_to_oneself_nor_to_who_is_no_active_member(town: Town) -> None:
    town.person("待核", status=MemberStatus.APPLIED)
    town.refuses("gift_to_self", giving.gift_coins, "王阿婆", town.people["王阿婆"], 60)
    town.refuses("gift_receiver", giving.gift_coins, "王阿婆", town.people["待核"], 60)
    town.person("停着", status=MemberStatus.SUSPENDED)
    town.refuses("membership_suspended", giving.gift_coins, "停着", town.people["小红"], 60)
    town.refuses("not_a_member", giving.gift_coins, 0, town.people["小红"], 60)


def test_the_cap_of_a_balance_binds_the_receiver_of_a_gift(town: Town) -> None:
    town.grant("小红", 599)
    with pytest.raises(Exception, match="gift_no_room") as refused:
        gift(town, "王阿婆", "小红", 120)
    assert refused.value.facts == {"person": "小红", "cap": 36000, "room": 60}  # type: ignore[attr-defined]
    gift(town, "王阿婆", "小红", 60)
    assert town.purse("小红")[0] == 36000


def test_a_relative_gives_nothing_for_another(town: Town) -> None:
    town.kin("王阿婆", "小红")
    to = town.people["李明"]
    town.refuses("never_for_another", giving.gift_coins, "小红", to, 60, for_="王阿婆")
    town.refuses("never_for_another", giving.donate_coins, "小红", 60, for_="王阿婆")


def test_fuyuan_gives_to_other_households_only(make_town: TownMaker) -> None:
    town = make_town("fuyuan")
    home = town._add("households", Household(name="王家", branch_id=town.leaf)).id
    town.person("女儿", household_id=home)
    town.person("外婆", household_id=home)
    town.grant("女儿", 3)
    town.refuses("gift_same_household", giving.gift_coins, "女儿", town.people["外婆"], 60)
    gift(town, "外婆", "李明", 60)  # the household's coins are those of any of its adults
    assert (town.purse("女儿")[0], town.purse("李明")[0]) == (120, 60)


def test_beijing_gives_to_recorded_direct_kin_either_way(make_town: TownMaker) -> None:
    town = make_town("beijing")
    town.person("女儿", born="1985-01-01", sex=Sex.FEMALE)
    town.person("侄女", born="1985-01-01", sex=Sex.FEMALE)
    town.kin("王阿婆", "女儿", may_act=False)
    town.kin("王阿婆", "侄女", relation="niece")
    town.grant("王阿婆", 10)
    gift(town, "王阿婆", "女儿", 120)
    gift(town, "女儿", "王阿婆", 60)
    town.refuses("gift_not_kin", giving.gift_coins, "王阿婆", town.people["侄女"], 60)
    town.refuses("gift_not_kin", giving.gift_coins, "王阿婆", town.people["李明"], 60)


def test_taierzhuang_knows_no_gifts(make_town: TownMaker) -> None:
    town = make_town("taierzhuang")
    town.refuses("gifts_not_allowed", giving.gift_coins, "王阿婆", town.people["小红"], 60)
    town.refuses("donations_not_here", giving.donate_coins, "王阿婆", 60)


def test_a_donation_goes_to_the_charity_account_and_comes_back_by_one_word(make_town: TownMaker) -> None:
    town = make_town("beijing")
    town.grant("王阿婆", 5)
    assert town.do(giving.preview_donation, "王阿婆", 90).facts["left"] == 210
    assert town.do(giving.donate_coins, "王阿婆", 90).facts["left"] == 210
    assert town.charity() == 90
    assert town.do(undo.undoable, "王阿婆").facts["deed"] == "donation"
    back = town.do(undo.undo_last, "王阿婆")
    assert (back.outcome, back.facts["minutes"], back.facts["left"]) == ("donation_undone", 90, 300)
    assert town.charity() == 0
    town.refuses("nothing_to_undo", undo.undo_last, "王阿婆")


def test_a_gift_is_taken_back_within_the_minutes_and_not_after(town: Town) -> None:
    gift(town, "王阿婆", "小红", 60)
    town.wait(9)
    assert town.do(undo.undo_last, "王阿婆").outcome == "gift_undone"
    assert (town.purse("王阿婆")[0], town.purse("小红")[0]) == (600, 0)
    assert town.told("小红") == ["gift_received", "gift_undone"]
    gift(town, "王阿婆", "小红", 60)
    town.refuses("nothing_to_undo", undo.undo_last, "小红")  # it was not hers to take back
    town.wait(11)
    town.refuses("nothing_to_undo", undo.undo_last, "王阿婆")


def test_what_the_receiver_has_spent_stays_and_it_is_said(town: Town) -> None:
    gift(town, "王阿婆", "小红", 60)
    gift(town, "小红", "李明", 30)
    with pytest.raises(Exception, match="coins_spent") as refused:
        town.do(undo.undo_last, "王阿婆")
    assert refused.value.facts == {"short": 30}  # type: ignore[attr-defined]
    assert town.purse("小红")[0] == 30


def test_the_newest_deed_is_the_one_undone(town: Town) -> None:
    number = town.submitted()
    gift(town, "王阿婆", "小红", 60)
    town.wait(1)
    town.do(requests.cancel_request, "王阿婆", number)
    assert town.do(undo.undo_last, "王阿婆").outcome == "cancel_undone"
    assert town.do(undo.undo_last, "王阿婆").outcome == "gift_undone"


def test_the_same_gift_twice_is_one(town: Town) -> None:
    first = town.do(giving.gift_coins, "王阿婆", town.people["小红"], 60, key="tap")
    again = town.do(giving.gift_coins, "王阿婆", town.people["小红"], 60, key="tap")
    assert (first.facts, again.again) == (again.facts, True)
    assert town.purse("小红")[0] == 60


def alerts(town: Town) -> list[dict[str, object]]:
    with town.unit() as uow:
        return [case.evidence for case in uow.cases.find(kind=CaseKind.ALERT)]


def test_three_gifts_in_seven_days_open_one_case_and_freeze_nothing(town: Town) -> None:
    for _ in range(2):
        gift(town, "王阿婆", "小红", 30)
    assert alerts(town) == []
    gift(town, "王阿婆", "李明", 30)
    found = alerts(town)
    assert [(one["alert"], one["given"], one["received"]) for one in found] == [("gifts", 3, 1)]
    gift(town, "王阿婆", "陈芳", 30)
    assert len(alerts(town)) == 1
    assert town.purse("陈芳")[0] == 30
    assert "case_opened" in town.told("分行老张")


def test_three_givers_to_one_receiver_open_a_case_too(town: Town) -> None:
    for name in ("李明", "陈芳"):
        town.grant(name, 1)
    gift(town, "王阿婆", "小红", 30)
    gift(town, "李明", "小红", 30)
    gift(town, "陈芳", "小红", 30)
    assert [one["received"] for one in alerts(town)] == [3]


def test_what_was_taken_back_and_what_lies_behind_does_not_count(town: Town) -> None:
    gift(town, "王阿婆", "小红", 30)
    town.do(undo.undo_last, "王阿婆")
    gift(town, "王阿婆", "小红", 30)
    town.wait(8 * 24 * 60)
    gift(town, "王阿婆", "小红", 30)
    gift(town, "王阿婆", "小红", 30)
    assert alerts(town) == []
    gift(town, "王阿婆", "小红", 30)
    with town.unit() as uow:
        case = uow.cases.find(kind=CaseKind.ALERT)[0]
    town.do(care.close_case, "分行老张", case.id, "母女之间，没有问题")
    with town.unit() as uow:
        assert uow.cases.get(case.id).verdict == "母女之间，没有问题"
