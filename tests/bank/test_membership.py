"""From a stranger to a volunteer: joining, verifying, training, exceptions, barring, leaving."""

from __future__ import annotations

from datetime import date

import pytest

from bank.errors import WrongState
from bank.members import RoleName, Sex
from bank.usecases import grants, leaving, membership, requests, volunteers
from bank.usecases.membership import Applicant
from bank.usecases.volunteers import Declared
from tests.bank.conftest import TownMaker
from tests.bank.town import Town

ZHOU = Applicant(name="老周", phone="139", born=date(1961, 2, 3), sex=Sex.MALE, local_household=True)


def joined(town: Town, applicant: Applicant = ZHOU) -> str:
    receipt = town.do(membership.join, 0, applicant)
    town.people[applicant.name] = receipt.facts["member_id"]
    return applicant.name


def test_a_stranger_joins_and_staff_verify(town: Town) -> None:
    name = joined(town)
    assert town.told("总行老赵")[-1] == "case_opened"
    town.refuses("membership_pending", requests.submit_request, name, town.wish())
    (row,) = town.do(membership.waiting_members, "总行老赵").facts["members"]
    assert (row["name"], row["age"]) == ("老周", 63)
    town.refuses("not_staff_here", membership.verify_identity, "分行老张", town.people[name])
    assert town.do(membership.verify_identity, "总行老赵", town.people[name]).outcome == "active"
    assert town.told(name) == ["membership_verified"]
    assert town.do(requests.submit_request, name, town.wish()).outcome == "submitted"
    town.refuses("already_member", membership.join, name, ZHOU)


def test_joining_at_a_branch(town: Town) -> None:
    receipt = town.do(membership.join_at_branch, "分行老张", ZHOU)
    assert (receipt.outcome, receipt.facts["branch"]) == ("active", "分行")
    town.refuses("not_staff", membership.join_at_branch, "李明", ZHOU)
    town.refuses("words_missing", membership.join_at_branch, "分行老张", Applicant(name=" "))


def test_a_refused_applicant_hears_why_and_may_come_again(town: Town) -> None:
    name = joined(town)
    town.refuses("reason_missing", membership.refuse, "总行老赵", town.people[name], "")
    town.do(membership.refuse, "总行老赵", town.people[name], "不是本区户籍")
    assert town.told(name) == ["membership_refused"]
    assert town.do(membership.join, name, ZHOU).outcome == "applied"


def test_becoming_a_volunteer(town: Town) -> None:
    name = joined(town)
    town.refuses("membership_pending", volunteers.apply_volunteer, name, Declared())
    town.do(membership.verify_identity, "总行老赵", town.people[name])
    first = town.do(volunteers.apply_volunteer, name, Declared(healthy=True, retired=True, skills=("haircut",)))
    assert (first.outcome, first.facts["missing"]) == ("enrolled", ["serve_untrained"])
    done = town.do(volunteers.record_training, "总行老赵", town.people[name])
    assert done.facts["ready"] is True
    assert town.told(name)[-1] == "volunteer_ready"
    town.refuses("already_volunteer", volunteers.apply_volunteer, name, Declared())


def test_outside_the_band_only_by_a_recorded_exception(town: Town) -> None:
    town.person("老吴", born="1950-01-01")
    first = town.do(volunteers.apply_volunteer, "老吴", Declared())
    assert first.facts["missing"] == ["serve_age", "serve_untrained"]
    town.do(volunteers.record_training, "分行老张", town.people["老吴"])
    town.refuses("serve_age", volunteers.give_role, "分行老张", town.people["老吴"], RoleName.VOLUNTEER, town.leaf)
    town.refuses("reason_missing", volunteers.record_exception, "分行老张", town.people["老吴"], "")
    recorded = town.do(volunteers.record_exception, "分行老张", town.people["老吴"], "身体好，愿意")
    assert recorded.facts["ready"] is True
    with town.unit() as uow:
        file = uow.members.volunteer_file(town.people["老吴"])
        assert file is not None
        assert (file.exception_by, file.exception_reason) == (town.people["分行老张"], "身体好，愿意")


def test_a_scheme_without_exceptions_records_none(make_town: TownMaker) -> None:
    town = make_town("beijing")
    town.refuses("exception_not_allowed", volunteers.record_exception, "分行老张", town.people["小红"], "x")


def test_roles_are_given_where_one_has_rights(town: Town) -> None:
    town.refuses("not_staff_here", volunteers.give_role, "分行老张", town.people["小红"], RoleName.STAFF, town.head)
    town.do(volunteers.give_role, "分行老张", town.people["小红"], RoleName.STAFF, town.leaf)
    assert town.told("小红") == ["role_given"]
    town.do(volunteers.end_role, "分行老张", town.people["小红"], RoleName.STAFF, town.leaf)
    town.refuses("role_unknown", volunteers.end_role, "分行老张", town.people["小红"], RoleName.STAFF, town.leaf)


def test_suspended_barred_and_left(town: Town) -> None:
    ming = town.people["李明"]
    town.refuses("own_membership", membership.bar, "分行老张", town.people["分行老张"], "x")
    town.do(membership.suspend, "分行老张", ming, "核实中")
    town.do(membership.reinstate, "分行老张", ming, "没问题")
    town.do(membership.bar, "分行老张", ming, "弄虚作假")
    assert town.told("李明") == ["suspended", "reinstated", "barred"]
    with pytest.raises(WrongState):
        town.do(membership.reinstate, "分行老张", ming, "x")
    town.refuses("membership_barred", membership.join, "李明", ZHOU)
    town.refuses("balance_not_zero", leaving.leave, "王阿婆")
    town.submitted("小红")
    town.refuses("orders_open", leaving.leave, "小红")
    assert town.do(leaving.leave, "陈芳").outcome == "left"
    town.refuses("membership_left", requests.submit_request, "陈芳", town.wish())


def test_taierzhuang_grants_nothing_by_hand(make_town: TownMaker) -> None:
    town = make_town("taierzhuang")
    town.refuses("grants_not_allowed", grants.grant_coins, "总行老赵", town.people["王阿婆"], 60, "x")


def test_in_fuyuan_everybody_serves_and_receives(make_town: TownMaker) -> None:
    town = make_town("fuyuan")
    name = joined(town, Applicant(name="府苑小王", born=date(1995, 1, 1)))
    town.do(membership.verify_identity, "总行老赵", town.people[name])
    with town.unit() as uow:
        roles = {grant.role for grant in uow.members.roles(town.people[name])}
    assert roles == {RoleName.RESIDENT, RoleName.VOLUNTEER}
