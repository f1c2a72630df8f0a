"""Settlement days: half and half, the odd minute stays, nobody twice, whatever is killed; and when stored time pays."""

from __future__ import annotations

from datetime import date

import pytest

from bank.coins import Owner, OwnerKind, Unit
from bank.notices import Due, DueKind
from bank.scheme import Scheme
from bank.usecases import clockwork, dividing, goods, jobs, own_use, reports, requests, serving, settling
from bank.usecases.requests import Change
from storage.scheme_files import load_scheme
from tests.bank.conftest import TownMaker
from tests.bank.market import Market, code, scheme_with
from tests.bank.town import Town

JUNE = date(2024, 6, 30)


def serve(town: Town, volunteer: str, minutes: int, starts: str, service: str = "company", who: str = "王阿婆") -> None:
    """A service that the head confirmed."""
    wish = town.wish(starts, minutes=minutes, service=service)
    number = town.do(requests.submit_request, who, wish).facts["number"]
    town.do(jobs.assign, "总行老赵", number, town.people[volunteer])
    town.clock_to(wish.starts_at)
    town.do(serving.start, volunteer, number)
    town.wait(minutes)
    town.do(serving.finish, volunteer, number)
    town.do(reports.report_service, "分行老张", number)
    town.do(settling.confirm, "总行老赵", number)


def plan(town: Town) -> None:
    with town.unit() as uow:
        clockwork.plan_calendar(uow, town.scheme, town.now)
        uow.commit()


def goods_of(town: Town, name: str) -> int:
    with town.unit() as uow:
        return uow.ledger.account(Owner(OwnerKind.MEMBER, town.people[name]), Unit.GOODS).balance


@pytest.fixture
def town(make_town: TownMaker) -> Town:
    """台儿庄: 王阿婆 is left behind; 李明 has served her 61 minutes of company, 陈芳 an hour of counselling (×3)."""
    town = make_town("taierzhuang")
    with town.unit() as uow:
        granny = uow.members.get(town.people["王阿婆"])
        granny.groups = ["left_behind"]
        uow.members.save(granny, town.doing("总行老赵").audit("group"))
        uow.commit()
    serve(town, "李明", 61, "2024-03-06T09:00")
    serve(town, "陈芳", 60, "2024-03-07T09:00", service="counselling")
    return town


def test_half_goes_to_goods_and_the_odd_minute_stays(town: Town) -> None:
    assert (town.purse("李明")[0], town.purse("陈芳")[0]) == (61, 180)
    plan(town)
    town.go("2024-06-30T17:59")
    assert goods_of(town, "李明") == 0
    town.go("2024-06-30T18:00")
    assert (town.purse("李明")[0], goods_of(town, "李明")) == (31, 30)
    assert (town.purse("陈芳")[0], goods_of(town, "陈芳")) == (90, 90)
    assert town.told("李明")[-1] == "coins_divided"
    assert "coins_divided" not in town.told("王阿婆")  # who earned nothing is not bothered


def test_the_statement_to_each_volunteer(town: Town) -> None:
    plan(town)
    town.go("2024-06-30T18:01")
    done = town.do(dividing.divisions_of, "李明").facts
    assert done["rows"] == [{"day": "2024-06-30", "earned": 61, "to_goods": 30, "stays": 31}]
    assert (done["next_day"], done["goods_pct"], done["unsettled"]) == ("2024-06-30", 50, 0)
    sheet = town.do(dividing.settlement_sheet, "分行老张", JUNE).facts
    assert (sheet["earned"], sheet["to_goods"]) == (241, 120)
    assert [row["name"] for row in sheet["rows"]] == ["李明", "陈芳"]
    town.refuses("not_staff", dividing.settlement_sheet, "李明", JUNE)


def test_the_second_day_divides_only_what_came_since(town: Town) -> None:
    plan(town)
    town.go("2024-07-05T09:00")
    serve(town, "李明", 120, "2024-07-06T09:00")
    assert town.purse("李明")[0] == 151
    plan(town)
    town.go("2024-12-31T18:01")
    assert (town.purse("李明")[0], goods_of(town, "李明")) == (91, 90)
    assert town.purse("陈芳")[0] == 90  # earned nothing since
    days = [row["day"] for row in town.do(dividing.divisions_of, "李明").facts["rows"]]
    assert days == ["2024-12-31", "2024-06-30"]


def test_a_day_in_portions_is_resumed_and_divides_nobody_twice(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dividing, "PORTION", 2)
    plan(town)
    town.now = town.at("2024-06-30T18:00")
    portions = 0
    while any(kind == "settlement_day" and at <= town.now for kind, at in town.due()):
        with town.unit() as uow:  # a worker that is killed before it commits
            row = next(row for row in uow.desk.due.claim(town.now, 9) if row.kind is DueKind.SETTLEMENT_DAY)
            clockwork.handle_due(uow, town.scheme, row, town.now)
        with town.unit() as uow:
            clockwork.handle_due(uow, town.scheme, row, town.now)
            uow.desk.due.done(row.id, town.now)
            uow.commit()
        portions += 1
        town.verify()
    assert portions == 3  # six people
    assert (town.purse("李明")[0], goods_of(town, "李明")) == (31, 30)
    assert town.told("李明").count("coins_divided") == 1
    with town.unit() as uow:
        assert len(uow.divisions.find(day=JUNE)) == 6


def test_the_same_member_again_is_the_same_deed(town: Town) -> None:
    first = town.do(dividing.divide, 0, town.people["李明"], JUNE, key="divide")
    again = town.do(dividing.divide, 0, town.people["李明"], JUNE, key="divide")
    assert again.again and again.facts == first.facts
    assert town.purse("李明")[0] == 31


def test_a_late_clock_still_settles_that_day(town: Town) -> None:
    plan(town)
    town.now = town.at("2024-07-03T09:00")
    row = Due(key="late", kind=DueKind.SETTLEMENT_DAY, subject_id=(JUNE - date(1970, 1, 1)).days, at=town.now)
    with town.unit() as uow:
        clockwork.handle_due(uow, town.scheme, row, town.now)
        uow.commit()
    with town.unit() as uow:
        assert {division.day for division in uow.divisions.find()} == {JUNE}


def test_goods_are_paid_from_the_goods_account(town: Town) -> None:
    market = Market(town)
    assert market.unit is Unit.GOODS
    town.refuses("goods_unaffordable", goods.redeem_goods, "陈芳", market.soap, 1, code(1))  # before the settlement
    plan(town)
    town.go("2024-06-30T18:01")
    pickup = market.put_aside("陈芳", market.soap, 2)
    town.do(goods.hand_over, "店主", pickup, code(1))
    assert (town.purse("陈芳")[0], goods_of(town, "陈芳"), market.till()) == (90, 30, 60)


def test_before_the_settlement_own_time_cannot_be_used(town: Town) -> None:
    wish = town.wish("2024-03-08T09:00", minutes=60, service="company")
    town.refuses("own_use_at_settlement", requests.submit_request, "陈芳", wish)
    town.refuses("own_use_at_settlement", requests.preview_request, "陈芳", wish)
    plan(town)
    town.go("2024-06-30T18:01")
    later = town.wish("2024-07-02T09:00", minutes=60, service="company")
    asked = town.do(requests.submit_request, "陈芳", later)
    assert (asked.outcome, asked.facts["payer"], asked.facts["cost"]) == ("published", "receiver", 60)
    assert town.purse("陈芳")[:2] == (90, 60)


def test_only_what_was_settled_pays(town: Town) -> None:
    plan(town)
    town.go("2024-07-01T09:00")
    serve(town, "陈芳", 60, "2024-07-02T09:00", service="counselling")
    assert town.purse("陈芳")[0] == 270  # 90 settled, 180 since
    town.refuses(
        "own_use_at_settlement",
        requests.submit_request,
        "陈芳",
        town.wish("2024-07-04T09:00", minutes=91, service="company"),
    )
    fits = town.wish("2024-07-04T09:00", minutes=90, service="company")
    number = town.do(requests.submit_request, "陈芳", fits).facts["number"]
    asked = town.do(requests.change_request, "陈芳", number, Change(minutes=120))
    assert (asked.outcome, asked.facts["available"]) == ("payer_needed", 90)


def test_nobody_pays_for_the_priority_groups(town: Town) -> None:
    plan(town)
    town.go("2024-07-01T09:00")
    serve(town, "李明", 30, "2024-07-02T09:00")
    with town.unit() as uow:
        ming = uow.members.get(town.people["李明"])
        ming.groups = ["tekun"]  # 63 years old
        uow.members.save(ming, town.doing("总行老赵").audit("group"))
        uow.commit()
    asked = town.do(requests.submit_request, "李明", town.wish("2024-07-04T09:00", minutes=30, service="company"))
    assert (asked.outcome, asked.facts["payer"]) == ("published", "nobody")


def test_who_has_stored_too_little_is_served_after_the_others(town: Town) -> None:
    asked = town.do(
        requests.submit_request, "小红", town.wish(minutes=60, service="company", starts="2024-03-09T09:00")
    )
    assert (asked.outcome, asked.facts["payer"], asked.facts["cost"]) == ("published", "nobody", 0)


def quarterly() -> Scheme:
    """A city of its own: quarterly days, 30 %, households, coins needed to ask."""
    return scheme_with(
        load_scheme("fuyuan"),
        settlement={"days": ["03-31", "06-30", "09-30", "12-31"], "goods_pct": 30},
        own_use_at_settlement=True,
    )


def test_a_city_with_quarterly_days_and_thirty_percent(make_town: TownMaker) -> None:
    town = make_town(quarterly())
    with town.unit() as uow:
        for name in ("李明", "陈芳"):
            member = uow.members.get(town.people[name])
            member.household_id = 7
            uow.members.save(member, town.doing("总行老赵").audit("household"))
        uow.commit()
    town.grant("王阿婆", 10)
    town.settled(service="parcel", minutes=90)
    assert town.purse("陈芳")[0] == 90  # the household's
    town.refuses(
        "own_use_at_settlement",
        requests.submit_request,
        "陈芳",
        town.wish("2024-03-10T09:00", minutes=60, service="parcel"),
    )
    plan(town)
    town.go("2024-03-31T18:01")
    with town.unit() as uow:
        assert uow.ledger.account(Owner(OwnerKind.HOUSEHOLD, 7), Unit.GOODS).balance == 27
        assert sorted(row.earned for row in uow.divisions.find() if row.earned) == [90]
    assert town.purse("李明")[0] == 63
    plan(town)
    assert [(kind, at.date().isoformat()) for kind, at in town.due() if kind == "settlement_day"] == [
        ("settlement_day", "2024-06-30")
    ]
    asked = town.do(requests.submit_request, "李明", town.wish("2024-04-02T09:00", minutes=60, service="parcel"))
    assert asked.outcome == "published"


def test_schemes_without_settlement_days(make_town: TownMaker) -> None:
    town = make_town("fuyuan")
    plan(town)
    assert [kind for kind, _ in town.due() if kind == "settlement_day"] == []
    town.refuses("no_settlement", dividing.divisions_of, "李明")
    town.refuses("no_settlement", dividing.divide, 0, town.people["李明"], JUNE)


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        ("2024-06-29", "2024-06-30"),
        ("2024-06-30", "2024-06-30"),
        ("2024-07-01", "2024-12-31"),
        ("2025-01-01", "2025-06-30"),
    ],
)
def test_the_next_settlement_day(today: str, expected: str) -> None:
    found = own_use.next_settlement(load_scheme("taierzhuang"), date.fromisoformat(today))
    assert found == date.fromisoformat(expected)
