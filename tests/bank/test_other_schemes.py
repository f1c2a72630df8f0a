"""The other rule books on the same code: households, ×2 and ×3, minting, one level, minors, and a made-up city."""

from __future__ import annotations

from pathlib import Path

import pytest

from bank.members import RoleName
from bank.orders import PayerKind
from bank.organisation import Branch
from bank.usecases import approval, clockwork, dividing, goods, grants, jobs, reports, requests, serving, settling
from bot.settings import check_for_serving, read_settings
from storage.scheme_files import load_scheme
from tests.bank.conftest import TownMaker
from tests.bank.market import Market, code
from tests.bank.town import Town


def household(town: Town, household_id: int, *names: str) -> None:
    with town.unit() as uow:
        for name in names:
            member = uow.members.get(town.people[name])
            member.household_id = household_id
            uow.members.save(member, town.doing(name).audit("household"))
        uow.commit()


def test_fuyuan_a_household_is_one_purse_and_nobody_approves(make_town: TownMaker) -> None:
    town = make_town("fuyuan")
    town.person("女儿", born="1990-01-01")
    town.role("女儿", RoleName.VOLUNTEER)
    household(town, 1, "王阿婆", "女儿")
    household(town, 2, "李明")
    town.grant("女儿", 2)
    asked = town.do(requests.submit_request, "王阿婆", town.wish(service="parcel", minutes=60))
    assert asked.outcome == "published"
    number = asked.facts["number"]
    assert town.purse("王阿婆") == (120, 60, 0)
    town.refuses("same_household", jobs.accept, "女儿", number)
    town.do(jobs.accept, "李明", number)
    town.go("2024-03-06T09:00")
    town.do(serving.start, "李明", number)
    town.wait(50)
    town.do(serving.finish, "李明", number)
    paid = town.do(settling.confirm, "王阿婆", number)
    assert paid.facts["paid"] == 60  # 50 minutes, to the nearest half hour
    assert (town.purse("女儿")[0], town.purse("李明")[0]) == (60, 60)


def test_fuyuan_plain_neighbourly_help_costs_nothing_and_counts_as_hours(make_town: TownMaker) -> None:
    town = make_town("fuyuan")
    number = town.do(requests.submit_request, "王阿婆", town.wish(service="haircut", minutes=60)).facts["number"]
    town.do(jobs.accept, "李明", number)
    town.go("2024-03-06T09:00")
    town.do(serving.start, "李明", number)
    town.wait(60)
    town.do(serving.finish, "李明", number)
    town.do(settling.confirm, "王阿婆", number)
    assert (town.purse("王阿婆"), town.purse("李明")) == ((0, 0, 0), (0, 0, 60))


def test_fuyuan_without_coins_staff_choose_a_payer(make_town: TownMaker) -> None:
    town = make_town("fuyuan")
    asked = town.do(requests.submit_request, "王阿婆", town.wish(service="parcel"))
    assert (asked.outcome, asked.facts["needed"]) == ("payer_needed", 120)
    assert "payer_needed" in town.told("总行老赵")
    number = asked.facts["number"]
    assert town.do(approval.waiting_for, "总行老赵").facts["orders"][0]["level"] == "payer"
    town.fund_charity(200)
    assert town.do(approval.choose_payer, "总行老赵", number, PayerKind.CHARITY).outcome == "published"


def test_taierzhuang_mints_by_multiplier_when_the_head_confirms(make_town: TownMaker) -> None:
    town = make_town("taierzhuang")
    asked = town.do(requests.submit_request, "王阿婆", town.wish(service="counselling", minutes=60))
    assert (asked.outcome, asked.facts["cost"]) == ("published", 0)
    assert "dispatch_needed" in town.told("总行老赵")
    number = asked.facts["number"]
    town.do(jobs.assign, "总行老赵", number, town.people["李明"])
    town.go("2024-03-06T09:00")
    town.do(serving.start, "李明", number)
    town.wait(50)
    town.do(serving.finish, "李明", number)
    town.refuses("report_confirmed_by_head", settling.confirm, "王阿婆", number)
    town.refuses("report_confirmed_by_head", settling.confirm, "分行老张", number)
    town.do(reports.report_service, "分行老张", number)
    town.do(settling.confirm, "总行老赵", number)
    assert (town.purse("李明"), town.purse("王阿婆"), town.minted()) == ((150, 0, 0), (0, 0, 0), 150)
    assert "case_opened" in town.told("分行老张")  # the satisfaction call-back


def test_taierzhuang_priority_groups_stand_first_on_the_board(make_town: TownMaker) -> None:
    town = make_town("taierzhuang")
    town.person("低保老人", born="1945-01-01", groups=["dibao"])
    town.do(requests.submit_request, "王阿婆", town.wish(starts="2024-03-05T09:00"))
    town.do(requests.submit_request, "低保老人", town.wish(starts="2024-03-06T09:00"))
    board = town.do(jobs.open_jobs, "李明").facts["orders"]
    assert [row["resident"] for row in board] == ["低保老人", "王阿婆"]


def test_beijing_one_level_by_the_minute_and_a_student_with_guardian(make_town: TownMaker) -> None:
    town = make_town("beijing")
    town.grant("王阿婆", 2)
    guardian = town.people["小红"]
    town.volunteer("学生", born="2008-06-01", guardian_id=guardian)
    town.refuses("receive_age", requests.submit_request, "小红", town.wish())
    number = town.submitted(minutes=60)
    assert town.do(approval.approve, "分行老张", number).outcome == "published"
    town.do(jobs.accept, "学生", number)
    town.go("2024-03-06T09:00")
    town.refuses("guardian_absent", serving.start, "学生", number)
    town.refuses("guardian_absent", serving.start, "学生", number, guardian_id=town.people["李明"])
    town.do(serving.start, "学生", number, guardian_id=guardian)
    town.wait(47)
    town.do(serving.finish, "学生", number)
    town.do(settling.confirm, "王阿婆", number)
    assert (town.purse("王阿婆"), town.purse("学生")) == ((73, 0, 0), (47, 0, 0))


SIXTH = Path(__file__).parent / "sixth.yml"


@pytest.fixture
def city(make_town: TownMaker) -> Town:
    """The made-up sixth city: 王阿婆 lives alone and was granted 10 coins."""
    town = make_town(load_scheme(SIXTH))
    town.person("区里老钱", born="1980-01-01", branch=town.branches["区"])
    town.role("区里老钱", RoleName.STAFF, town.branches["区"])
    with town.unit() as uow:
        granny = uow.members.get(town.people["王阿婆"])
        granny.groups = ["living_alone"]
        uow.members.save(granny, town.doing("总行老赵").audit("group"))
        uow.commit()
    town.refuses("grant_no_budget", grants.grant_coins, "总行老赵", town.people["王阿婆"], 600, "独居")
    town.grant("王阿婆", 10)
    return town


def let_through(town: Town, number: int) -> None:
    """Past the three levels."""
    assert town.do(approval.approve, "分行老张", number).facts["level"] == "区"
    town.refuses("approval_level", approval.approve, "分行老张", number)
    assert town.do(approval.approve, "区里老钱", number).facts["level"] == "市"
    assert town.do(approval.approve, "总行老赵", number).outcome == "published"


def test_a_made_up_city_from_the_request_to_the_quarters_goods(city: Town) -> None:
    city.refuses("receive_group", requests.submit_request, "小红", city.wish())
    number = city.submitted(minutes=130)
    let_through(city, number)
    assert city.purse("王阿婆") == (600, 180, 0)  # never more than a day may credit
    city.do(jobs.accept, "李明", number)
    city.go("2024-03-06T09:00")
    city.do(serving.start, "李明", number)
    city.wait(130)
    city.do(serving.finish, "李明", number)
    paid = city.do(settling.confirm, "王阿婆", number)
    assert (paid.facts["paid"], paid.facts["credited"], paid.facts["honour"]) == (180, 180, 22)  # 3 coins a day
    assert (city.purse("王阿婆"), city.purse("李明")) == ((420, 0, 0), (180, 0, 22))
    with city.unit() as uow:
        clockwork.plan_calendar(uow, city.scheme, city.now)
        uow.commit()
    city.go("2024-03-31T18:01")
    assert city.do(dividing.divisions_of, "李明").facts["rows"] == [
        {"day": "2024-03-31", "earned": 180, "to_goods": 54, "stays": 126}
    ]
    market = Market(city)
    pickup = market.put_aside("李明", market.soap)
    city.do(goods.hand_over, "店主", pickup, code(1))
    assert (market.purse("李明"), city.purse("李明")[0]) == ((24, 0), 126)


def test_the_made_up_city_spends_only_where_it_earned(city: Town) -> None:
    number = city.submitted()
    let_through(city, number)
    other = city._add("branches", Branch(name="别的街道", tier=3, parent_id=city.branches["区"]))
    city.volunteer("外街道", born="1960-01-01", branch=other.id)
    city.refuses("other_branch", jobs.accept, "外街道", number)


def test_the_made_up_city_is_served_by_its_path() -> None:
    settings = read_settings(scheme=str(SIXTH), secret_key="x" * 32)
    check_for_serving(settings)
    assert load_scheme(settings.scheme).name == "sixth"
