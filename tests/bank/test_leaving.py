"""Leaving with what is left, households, guardians, what staff see of a member, a coin that is good everywhere."""

from __future__ import annotations

import pytest

from bank.coins import Owner, OwnerKind, Unit
from bank.errors import WrongState
from bank.scheme import Scheme
from bank.usecases import coins, households, jobs, leaving, member_file, membership, requests
from storage.scheme_files import load_scheme
from tests.bank.conftest import TownMaker
from tests.bank.town import Town


def charity(town: Town) -> int:
    with town.unit() as uow:
        return uow.ledger.account(Owner(OwnerKind.CHARITY), Unit.COIN).balance


def test_coins_go_to_an_heir(town: Town) -> None:
    town.refuses("balance_not_zero", leaving.leave, "王阿婆")
    town.refuses("own_heir", leaving.leave, "王阿婆", heir_id=town.people["王阿婆"])
    left = town.do(leaving.leave, "王阿婆", heir_id=town.people["小红"], key="go")
    assert (left.facts["passed_on"], left.facts["to"]) == (600, "小红")
    assert (town.purse("王阿婆")[0], town.purse("小红")[0]) == (0, 600)
    assert "coins_inherited" in town.told("小红")
    assert town.do(leaving.leave, "王阿婆", heir_id=town.people["小红"], key="go").again


def test_coins_go_to_the_common_good(town: Town) -> None:
    assert town.do(leaving.leave, "王阿婆", to_charity=True).facts["passed_on"] == 600
    assert charity(town) == 600


def test_an_heir_has_room_for_it_or_it_is_refused(town: Town) -> None:
    town.grant("小红", 595)
    town.refuses("balance_cap", leaving.leave, "王阿婆", heir_id=town.people["小红"])


def test_nobody_leaves_with_orders_open_and_nobody_twice(town: Town) -> None:
    town.submitted()
    town.refuses("orders_open", leaving.leave, "王阿婆", to_charity=True)
    town.do(leaving.leave, "小红")
    with pytest.raises(WrongState):
        town.do(leaving.leave, "小红")


def test_staff_close_a_membership_as_the_family_says(town: Town) -> None:
    who, heir = town.people["王阿婆"], town.people["小红"]
    town.refuses("reason_missing", leaving.close_membership, "分行老张", who, " ", heir_id=heir)
    town.refuses("not_staff", leaving.close_membership, "李明", who, "去世", heir_id=heir)
    assert town.do(leaving.close_membership, "分行老张", who, "去世", heir_id=heir).facts["passed_on"] == 600
    file = town.do(member_file.member_file, "分行老张", who).facts
    assert (file["status"], file["history"][-1]["verb"], file["history"][-1]["by"]) == ("left", "leave", "分行老张")


def test_a_household_takes_in_what_its_members_have(make_town: TownMaker) -> None:
    town = make_town("fuyuan")
    town.grant("王阿婆", 3)
    town.grant("小红", 2)
    opened = town.do(households.open_household, "总行老赵", town.people["王阿婆"], "3幢201", "府苑3幢201")
    assert opened.facts["moved"] == 180
    household = opened.facts["household"]
    assert town.do(households.join_household, "总行老赵", town.people["小红"], household).facts["moved"] == 120
    assert town.purse("王阿婆")[0] == town.purse("小红")[0] == 300
    town.refuses("household_already", households.join_household, "总行老赵", town.people["小红"], household)
    assert town.do(leaving.leave, "小红").facts["passed_on"] == 0  # the coins stay with the household
    assert town.purse("王阿婆")[0] == 300
    assert town.do(leaving.leave, "王阿婆", to_charity=True).facts["passed_on"] == 300  # the last one closes it


def test_moving_out_leaves_the_coins(make_town: TownMaker) -> None:
    town = make_town("fuyuan")
    town.grant("王阿婆", 3)
    town.do(households.open_household, "总行老赵", town.people["王阿婆"], "3幢201", "")
    town.refuses("no_household", households.leave_household, "总行老赵", town.people["小红"])
    town.do(households.leave_household, "总行老赵", town.people["王阿婆"])
    assert town.purse("王阿婆")[0] == 0
    assert "household_left" in town.told("王阿婆")


def test_no_household_is_changed_under_a_running_order(make_town: TownMaker) -> None:
    town = make_town("fuyuan")
    town.grant("王阿婆", 3)
    town.do(requests.submit_request, "王阿婆", town.wish(service="parcel", minutes=60))
    town.refuses("orders_running", households.open_household, "总行老赵", town.people["王阿婆"], "3幢", "")


def test_households_are_no_rule_elsewhere(town: Town) -> None:
    town.refuses("households_not_here", households.open_household, "分行老张", town.people["王阿婆"], "3幢", "")


def test_a_guardian_is_a_grown_up_member(make_town: TownMaker) -> None:
    town = make_town("beijing")
    student = town.person("学生", born="2008-06-01")
    town.refuses("guardian_wrong", member_file.set_guardian, "分行老张", town.people["王阿婆"], student)
    assert town.do(member_file.set_guardian, "分行老张", student, town.people["小红"]).outcome == "named"
    assert town.do(member_file.member_file, "分行老张", student).facts["guardian"] == "小红"
    make_town("changning").refuses("minors_not_here", member_file.set_guardian, "分行老张", 3, 4)


def test_what_staff_correct_is_kept_and_shown_with_its_history(town: Town) -> None:
    who = town.people["王阿婆"]
    kept = town.do(member_file.set_member_data, "分行老张", who, phone="13911112222", address="仙霞路1号")
    assert sorted(kept.facts["changed"]) == ["address", "phone"]
    assert town.do(member_file.set_member_data, "分行老张", who, phone="13911112222").facts["changed"] == []
    town.refuses("group_unknown", member_file.set_member_data, "分行老张", who, groups=("rich",))
    town.do(membership.suspend, "分行老张", who, "电话打不通")
    town.do(membership.reinstate, "分行老张", who, "打通了")
    file = town.do(member_file.member_file, "分行老张", who).facts
    assert (file["phone"], file["address"], file["available"]) == ("13911112222", "仙霞路1号", 600)
    assert [row["verb"] for row in file["history"]] == ["set_member_data", "suspend", "reinstate"]
    assert file["history"][1]["reason"] == "电话打不通"
    assert "serve_untrained" in file["missing"]
    town.refuses("not_staff", member_file.member_file, "李明", who)


def test_at_home_is_where_the_member_says(town: Town) -> None:
    assert town.do(member_file.set_address, "王阿婆", " 仙霞路2号 ").facts["address"] == "仙霞路2号"
    town.refuses("words_missing", member_file.set_address, "王阿婆", " ")


def closed_city() -> Scheme:
    known = load_scheme("changning").model_dump(mode="json")
    return Scheme.model_validate({**known, "name": "closed", "spend_anywhere": False})


def test_a_coin_is_good_in_all_branches_unless_the_scheme_says_not(make_town: TownMaker) -> None:
    for scheme, open_to_all in (("changning", True), (closed_city(), False)):
        town = make_town(scheme)
        town.grant("王阿婆", 10)
        number = town.published()
        town.person("总行志愿者", born="1960-01-01", branch=town.head)
        volunteer = town.volunteer("别处的人", born="1960-01-01", branch=town.head)
        assert volunteer
        if open_to_all:
            assert town.do(jobs.accept, "别处的人", number).outcome == "accepted"
        else:
            town.refuses("other_branch", jobs.accept, "别处的人", number)
            assert town.do(jobs.accept, "李明", number).outcome == "accepted"
        assert town.do(coins.balance, "王阿婆").facts["balance"] == 600
