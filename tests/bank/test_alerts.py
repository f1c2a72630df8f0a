"""The watch: what opens a case, and the one settlement that waits for its verdict."""

from __future__ import annotations

from datetime import datetime

import pytest

from bank.members import RoleName
from bank.usecases import care, disputes, serving, settling
from bank.usecases.alerts import at_night
from storage.scheme_files import load_scheme
from tests.bank.town import Town


def alerts(town: Town) -> list[str]:
    cases = town.do(care.open_cases, "分行老张").facts["cases"]
    return [case["evidence"]["alert"] for case in cases if case["kind"] == "alert"]


def suspicious(town: Town) -> tuple[int, int]:
    """An order confirmed from the volunteer's device a minute after the finish: (order, case)."""
    number = town.accepted()
    town.go("2024-03-06T09:00")
    town.do(serving.start, "李明", number)
    town.wait(120)
    town.do(serving.finish, "李明", number, device="phone-1")
    town.wait(1)
    waits = town.do(settling.confirm, "王阿婆", number, device="phone-1")
    assert waits.outcome == "waiting_for_case"
    return number, waits.facts["case"]


def test_a_quick_confirm_from_one_device_waits_for_its_case(town: Town) -> None:
    number, case = suspicious(town)
    assert (town.status(number), town.purse("李明")) == ("finished", (0, 0, 0))
    assert alerts(town) == ["quick_confirm"]
    assert town.do(settling.confirm, "王阿婆", number, device="phone-2").facts["case"] == case
    town.refuses("settlement_waits", settling.preview_confirm, "王阿婆", number)
    town.refuses("verdict_missing", care.close_case, "分行老张", case, "看过了")
    closed = town.do(care.close_case, "分行老张", case, "女儿帮忙按的", clean=True)
    assert closed.facts["settled"] is True
    assert (town.status(number), town.purse("李明")) == ("settled", (120, 0, 0))


def test_a_settlement_that_is_not_clean_becomes_a_dispute(town: Town) -> None:
    number, case = suspicious(town)
    town.do(care.close_case, "分行老张", case, "没有服务", clean=False)
    assert town.status(number) == "disputed"
    town.do(disputes.resolve, "分行老张", number, "void", None, "没有服务")
    assert (town.purse("李明"), town.purse("王阿婆")) == ((0, 0, 0), (600, 0, 0))


def test_an_own_device_or_a_later_word_raises_nothing(town: Town) -> None:
    number = town.accepted()
    town.go("2024-03-06T09:00")
    town.do(serving.start, "李明", number)
    town.wait(120)
    town.do(serving.finish, "李明", number, device="phone-1")
    town.wait(3)
    assert town.do(settling.confirm, "王阿婆", number, device="phone-1").outcome == "settled"
    assert alerts(town) == []


def test_a_service_at_night_opens_a_case_but_holds_nothing(town: Town) -> None:
    number = town.finished(starts="2024-03-06T21:00", minutes=90)
    assert town.do(settling.confirm, "王阿婆", number).outcome == "settled"
    assert alerts(town) == ["night"]


@pytest.mark.parametrize(
    ("start", "minutes", "night"),
    [
        ("2024-03-06T21:00", 60, False),
        ("2024-03-06T21:00", 61, True),
        ("2024-03-06T23:00", 30, True),
        ("2024-03-06T05:59", 60, True),
        ("2024-03-06T06:00", 60, False),
        ("2024-03-06T20:00", 660, True),
    ],
)
def test_night(start: str, minutes: int, night: bool) -> None:
    scheme = load_scheme("changning")
    begin = datetime.fromisoformat(start).replace(tzinfo=scheme.tz)
    assert at_night(begin, minutes, scheme) is night


def test_two_people_who_keep_serving_each_other(town: Town) -> None:
    town.role("陈芳", RoleName.VOLUNTEER)
    town.grant("李明", 10)
    town.grant("陈芳", 10)
    for day, resident, volunteer in ((6, "陈芳", "李明"), (7, "李明", "陈芳"), (8, "陈芳", "李明")):
        town.settled(starts=f"2024-03-{day:02}T09:00", who=resident, volunteers=(volunteer,), minutes=60)
    assert alerts(town) == []
    town.settled(starts="2024-03-09T09:00", who="李明", volunteers=("陈芳",), minutes=60)
    assert alerts(town) == ["both_ways"]


def test_a_volunteer_whom_nobody_rates(town: Town) -> None:
    town.scheme = town.scheme.model_copy(
        update={"alerts": town.scheme.alerts.model_copy(update={"never_rated_services": 2})}
    )
    for day in (6, 7, 8):
        town.settled(starts=f"2024-03-{day:02}T09:00", minutes=60)
    assert alerts(town) == ["never_rated"]
