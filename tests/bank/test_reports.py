"""taierzhuang: the sub-branch reports, the head confirms, only then are coins minted."""

from __future__ import annotations

import pytest

from bank.errors import WrongState
from bank.members import RoleName
from bank.usecases import jobs, reports, requests, serving, settling, undo
from tests.bank.conftest import TownMaker
from tests.bank.town import Town


@pytest.fixture
def town(make_town: TownMaker) -> Town:
    return make_town("taierzhuang")


def finished(town: Town, service: str = "drains", minutes: int = 60) -> int:
    number: int = town.do(requests.submit_request, "王阿婆", town.wish(service=service, minutes=minutes)).facts[
        "number"
    ]
    town.do(jobs.assign, "总行老赵", number, town.people["李明"])
    town.go("2024-03-06T09:00")
    town.do(serving.start, "李明", number)
    town.wait(minutes)
    town.do(serving.finish, "李明", number)
    return number


def test_nothing_is_minted_without_a_report(town: Town) -> None:
    number = finished(town)
    town.refuses("report_missing", settling.confirm, "总行老赵", number)
    town.refuses("report_confirmed_by_head", settling.confirm, "王阿婆", number)
    town.refuses("report_confirmed_by_head", settling.confirm, "分行老张", number)
    assert town.minted() == 0


def test_said_done_then_reported_then_confirmed(town: Town) -> None:
    number = finished(town)
    assert town.do(reports.say_done, "王阿婆", number).outcome == "passed_on"
    assert "please_report" in town.told("分行老张")
    assert [row["number"] for row in town.do(reports.reports_waiting, "分行老张").facts["to_report"]] == [number]
    town.do(reports.report_service, "分行老张", number)
    assert "report_waiting" in town.told("总行老赵")
    waiting = town.do(reports.reports_waiting, "总行老赵").facts
    assert [(row["number"], row["reported_by"]) for row in waiting["to_confirm"]] == [(number, "分行老张")]
    assert waiting["to_report"] == []
    assert town.do(reports.reports_waiting, "分行老张").facts["to_confirm"] == []
    paid = town.do(settling.confirm, "总行老赵", number)
    assert (paid.facts["credited"], town.minted(), town.purse("王阿婆")[0]) == (120, 120, 0)  # drains: ×2


def test_the_one_who_reports_does_not_confirm(town: Town) -> None:
    number = finished(town)
    town.do(reports.report_service, "总行老赵", number)
    town.refuses("own_report", settling.confirm, "总行老赵", number)
    town.person("总行老钱", born="1981-01-01", branch=town.head)
    town.role("总行老钱", RoleName.STAFF, town.head)
    assert town.do(settling.confirm, "总行老钱", number).outcome == "settled"


def test_a_report_comes_back_with_a_reason_and_goes_again(town: Town) -> None:
    number = finished(town)
    town.do(reports.report_service, "分行老张", number, 90)
    town.refuses("reason_missing", reports.return_report, "总行老赵", number, " ")
    town.refuses("report_confirmed_by_head", reports.return_report, "分行老张", number, "不对")
    town.do(reports.return_report, "总行老赵", number, "只有一小时")
    assert "report_returned" in town.told("分行老张")
    town.refuses("report_missing", settling.confirm, "总行老赵", number)
    town.do(reports.report_service, "分行老张", number, 60)
    assert town.do(settling.confirm, "总行老赵", number).facts["credited"] == 120


def test_reported_twice_is_refused_and_the_same_deed_again_is_not(town: Town) -> None:
    number = finished(town)
    first = town.do(reports.report_service, "分行老张", number, key="tap")
    assert town.do(reports.report_service, "分行老张", number, key="tap").again
    assert first.outcome == "reported"
    with pytest.raises(WrongState):
        town.do(reports.report_service, "分行老张", number)


def test_who_is_paid_neither_says_done_nor_reports(town: Town) -> None:
    number = finished(town)
    town.role("李明", RoleName.STAFF)
    town.refuses("own_work", reports.report_service, "李明", number)
    town.refuses("minutes_wrong", reports.report_service, "分行老张", number, 24 * 60)


def test_the_heads_undo_puts_the_report_back(town: Town) -> None:
    number = finished(town)
    town.do(reports.report_service, "分行老张", number)
    town.do(settling.confirm, "总行老赵", number)
    town.do(undo.undo_last, "总行老赵")
    assert town.minted() == 0
    assert [row["number"] for row in town.do(reports.reports_waiting, "总行老赵").facts["to_confirm"]] == [number]
    assert town.do(settling.confirm, "总行老赵", number).outcome == "settled"


def test_elsewhere_nobody_reports(make_town: TownMaker) -> None:
    town = make_town("changning")
    town.grant("王阿婆", 5)
    number = town.finished()
    town.refuses("reports_not_needed", reports.report_service, "分行老张", number)
    assert town.do(reports.reports_waiting, "分行老张").facts == {"to_confirm": [], "to_report": []}
