"""The changning story from wish to mark, with its figures; and its side doors."""

from __future__ import annotations

import pytest

from bank.errors import KeyReused, WrongState
from bank.orders import PayerKind
from bank.usecases import approval, coins, disputes, grants, jobs, requests, serving, settling, undo
from tests.bank.town import Town


def test_a_wish_becomes_settled_coins(town: Town) -> None:
    asked = town.do(requests.submit_request, "王阿婆", town.wish())
    number = asked.facts["number"]
    assert (asked.outcome, asked.facts["level"], asked.facts["cost"]) == ("submitted", "分行", 120)
    assert town.purse("王阿婆") == (600, 0, 0)
    assert town.told("分行老张") == ["approval_waiting"]

    assert town.do(approval.waiting_for, "分行老张").facts["orders"][0]["number"] == number
    first = town.do(approval.approve, "分行老张", number)
    assert (first.outcome, first.facts["level"]) == ("next_level", "总行")
    town.refuses("approval_level", approval.approve, "分行老张", number)
    last = town.do(approval.approve, "总行老赵", number)
    assert (last.outcome, last.facts["offered"]) == ("published", 2)
    assert town.purse("王阿婆") == (600, 120, 0)
    assert town.told("李明") == town.told("陈芳") == ["job_offered"]

    seen = town.do(jobs.open_jobs, "李明").facts["orders"]
    assert [row["number"] for row in seen] == [number]
    taken = town.do(jobs.accept, "李明", number)
    assert (taken.outcome, taken.facts["expected"], taken.facts["minutes_left_today"]) == ("accepted", 120, 120)
    assert town.told("王阿婆")[-1] == "job_taken"
    assert town.do(jobs.open_jobs, "陈芳").facts["orders"] == []

    town.go("2024-03-06T09:00")
    assert {"evening_before_resident", "hour_before_resident"} <= set(town.told("王阿婆"))
    assert {"evening_before_volunteer", "hour_before_volunteer"} <= set(town.told("李明"))
    assert town.do(serving.start, "李明", number).outcome == "started"
    town.go("2024-03-06T11:05")
    done = town.do(serving.finish, "李明", number)
    assert (done.facts["claimed"], done.facts["paying"], done.facts["extra"]) == (125, 120, 0)

    before = town.do(settling.preview_confirm, "王阿婆", number)
    assert (before.facts["paid"], before.facts["balance_after"]) == (120, 480)
    paid = town.do(settling.confirm, "王阿婆", number)
    assert paid.outcome == "settled"
    figures = {key: paid.facts[key] for key in ("volunteer", "served", "paid", "credited", "honour", "balance")}
    assert figures == {
        "volunteer": "李明",
        "served": 120,
        "paid": 120,
        "credited": 120,
        "honour": 0,
        "balance": 480,
    }
    assert town.purse("王阿婆") == (480, 0, 0)
    assert town.purse("李明") == (120, 0, 0)
    assert "settled_volunteer" in town.told("李明")

    assert town.do(settling.rate, "王阿婆", number, 5, "很好").outcome == "rated"
    town.refuses("already_rated", settling.rate, "王阿婆", number, 4)
    lines = town.do(coins.statement, "李明", town.at("2024-03-01T00:00"), town.at("2024-04-01T00:00")).facts
    assert [(row["minutes"], row["number"], row["other"]) for row in lines["lines"]] == [(120, number, "王阿婆")]
    assert town.due() == []


def test_the_same_deed_again_gives_the_first_receipt(town: Town) -> None:
    number = town.finished()
    first = town.do(settling.confirm, "王阿婆", number, key="word")
    again = town.do(settling.confirm, "王阿婆", number, key="word")
    assert (again.again, again.facts) == (True, first.facts)
    assert town.purse("李明") == (120, 0, 0)
    with pytest.raises(KeyReused):
        town.do(settling.confirm, "王阿婆", number, agree_extra=True, key="word")
    with pytest.raises(WrongState):
        town.do(settling.confirm, "王阿婆", number)


def test_reject_reaches_who_asked(town: Town) -> None:
    number = town.submitted()
    town.refuses("reason_missing", approval.reject, "分行老张", number, " ")
    town.refuses("not_staff", approval.reject, "李明", number, "不行")
    assert town.do(approval.reject, "分行老张", number, "不在服务范围").outcome == "rejected"
    assert town.told("王阿婆")[-1] == "request_rejected"
    assert town.status(number) == "rejected"
    assert town.do(approval.waiting_for, "分行老张").facts["orders"] == []


def test_cancel_late_frees_the_coins_and_says_how_late(town: Town) -> None:
    number = town.accepted()
    town.go("2024-03-06T08:30")
    receipt = town.do(requests.cancel_request, "王阿婆", number, "不舒服")
    assert (receipt.facts["minutes_before"], receipt.facts["released"]) == (30, 120)
    assert town.purse("王阿婆") == (600, 0, 0)
    assert town.told("李明")[-1] == "job_cancelled"
    assert town.job_states(number) == ["cancelled"]
    assert town.due() == []


def test_undo_of_a_cancel_brings_the_volunteer_back(town: Town) -> None:
    number = town.accepted()
    town.do(requests.cancel_request, "王阿婆", number)
    town.wait(9)
    assert town.do(undo.undo_last, "王阿婆").outcome == "cancel_undone"
    assert (town.status(number), town.job_states(number)) == ("accepted", ["accepted"])
    assert town.purse("王阿婆") == (600, 120, 0)
    assert town.told("李明")[-1] == "job_restored"


def test_undo_of_a_cancel_before_approval_waits_where_it_waited(town: Town) -> None:
    number = town.submitted()
    town.do(approval.approve, "分行老张", number)
    town.do(requests.cancel_request, "王阿婆", number)
    town.do(undo.undo_last, "王阿婆")
    assert town.status(number) == "submitted"
    assert town.do(approval.approve, "总行老赵", number).outcome == "published"


def test_undo_of_a_confirm_moves_the_coins_back_for_ten_minutes(town: Town) -> None:
    number = town.settled()
    town.wait(10)
    assert town.do(undo.undoable, "王阿婆").facts["deed"] == "confirm"
    undone = town.do(undo.undo_last, "王阿婆")
    assert (undone.outcome, undone.facts["returned"]) == ("confirm_undone", 120)
    assert (town.purse("王阿婆"), town.purse("李明")) == ((600, 120, 0), (0, 0, 0))
    assert town.told("李明")[-1] == "settlement_undone"
    assert town.do(settling.confirm, "王阿婆", number).facts["credited"] == 120
    assert (town.purse("王阿婆"), town.purse("李明")) == ((480, 0, 0), (120, 0, 0))
    town.wait(11)
    town.refuses("nothing_to_undo", undo.undo_last, "王阿婆")


def test_undo_is_refused_when_the_volunteer_has_spent_the_coins(town: Town) -> None:
    town.settled()
    spent = town.submitted("李明", starts="2024-03-08T09:00")
    for staff in ("分行老张", "总行老赵"):
        town.do(approval.approve, staff, spent)
    assert town.purse("李明") == (120, 120, 0)
    town.refuses("coins_spent", undo.undo_last, "王阿婆")


def test_withdraw_goes_back_to_the_board(town: Town) -> None:
    number = town.accepted()
    town.go("2024-03-05T20:00")
    assert town.do(jobs.withdraw, "李明", number).facts["minutes_before"] == 13 * 60
    assert (town.status(number), town.job_states(number)) == ("published", ["withdrawn"])
    assert town.told("王阿婆")[-1] == "volunteer_withdrew"
    assert town.told("分行老张")[-1] == "volunteer_withdrew_staff"
    assert town.told("陈芳")[-1] == "job_offered_again"
    town.do(jobs.accept, "陈芳", number)
    assert town.status(number) == "accepted"


def test_no_show_opens_a_case_and_looks_for_somebody(town: Town) -> None:
    number = town.accepted()
    town.go("2024-03-06T09:05")
    town.refuses("too_early_for_no_show", serving.no_show, "王阿婆", number)
    town.go("2024-03-06T09:35")
    assert "not_started_resident" in town.told("王阿婆")
    assert "not_started_staff" in town.told("分行老张")
    assert town.do(serving.no_show, "王阿婆", number).outcome == "no_show"
    assert (town.status(number), town.job_states(number)) == ("published", ["no_show"])
    assert "no_show_staff" in town.told("分行老张")
    town.refuses("starts_in_past", jobs.accept, "陈芳", number)
    assert town.do(jobs.assign, "分行老张", number, town.people["陈芳"]).outcome == "assigned"
    town.do(serving.start, "陈芳", number)
    town.wait(120)
    town.do(serving.finish, "陈芳", number)
    town.do(settling.confirm, "王阿婆", number)
    assert (town.purse("李明"), town.purse("陈芳")) == ((0, 0, 0), (120, 0, 0))


def test_no_show_with_nobody_found_expires(town: Town) -> None:
    number = town.accepted()
    town.go("2024-03-06T09:20")
    town.do(serving.no_show, "王阿婆", number)
    town.go("2024-03-06T12:00")
    assert (town.status(number), town.purse("王阿婆")) == ("expired", (600, 0, 0))


def test_nobody_took_it(town: Town) -> None:
    number = town.published()
    town.go("2024-03-06T09:00")
    assert town.status(number) == "expired"
    assert town.purse("王阿婆") == (600, 0, 0)
    assert {"nobody_accepted", "request_expired"} <= set(town.told("王阿婆"))
    assert "job_offered_again" in town.told("李明")
    assert "dispatch_needed" in town.told("分行老张")


@pytest.mark.parametrize("settled_before", [False, True])
@pytest.mark.parametrize(
    ("outcome", "minutes", "resident", "volunteer"),
    [
        ("full", None, 480, 120),
        ("part", 60, 540, 60),
        ("void", None, 600, 0),
    ],
)
def test_dispute(
    town: Town, settled_before: bool, outcome: str, minutes: int | None, resident: int, volunteer: int
) -> None:
    number = town.settled() if settled_before else town.finished()
    town.refuses("reason_missing", disputes.dispute, "王阿婆", number, "")
    assert town.do(disputes.dispute, "王阿婆", number, "其实就一小时").outcome == "disputed"
    assert "service_disputed" in town.told("李明")
    town.refuses("not_staff", disputes.resolve, "王阿婆", number, outcome, minutes)
    assert town.do(disputes.resolve, "分行老张", number, outcome, minutes, "核实").outcome == "resolved"
    assert town.purse("王阿婆") == (resident, 0, 0)
    assert town.purse("李明") == (volunteer, 0, 0)
    assert town.status(number) == "resolved"
    assert town.job_states(number) == ["void" if outcome == "void" else "settled"]
    assert "dispute_resolved_resident" in town.told("王阿婆")


def test_longer_than_reserved_needs_a_yes(town: Town) -> None:
    number = town.finished(minutes=60, claimed=120)
    assert town.do(settling.preview_confirm, "王阿婆", number).facts["extra"] == 60
    town.do(settling.confirm, "王阿婆", number)
    assert (town.purse("王阿婆"), town.purse("李明")) == ((540, 0, 0), (60, 0, 60))
    town.do(undo.undo_last, "王阿婆")
    paid = town.do(settling.confirm, "王阿婆", number, agree_extra=True)
    assert (paid.facts["paid"], paid.facts["honour"]) == (120, 0)
    assert (town.purse("王阿婆"), town.purse("李明")) == ((480, 0, 0), (120, 0, 0))


def test_a_yes_to_more_reaches_as_far_as_the_coins(town: Town) -> None:
    town.grant("陈芳", 1)
    number = town.finished(who="陈芳", minutes=60, claimed=120)
    paid = town.do(settling.confirm, "陈芳", number, agree_extra=True)
    assert (paid.facts["paid"], paid.facts["honour"]) == (60, 60)


def test_over_the_daily_cap_is_honour(town: Town) -> None:
    preview = town.do(requests.preview_request, "王阿婆", town.wish(minutes=180)).facts
    assert preview["cost"] == 120
    number = town.accepted(minutes=180)
    assert town.purse("王阿婆") == (600, 120, 0)
    town.go("2024-03-06T09:00")
    town.do(serving.start, "李明", number)
    town.wait(180)
    town.do(serving.finish, "李明", number)
    town.do(settling.confirm, "王阿婆", number, agree_extra=True)
    assert (town.purse("王阿婆"), town.purse("李明")) == ((480, 0, 0), (120, 0, 60))


def test_the_second_job_of_a_day_is_told_what_it_still_brings(town: Town) -> None:
    town.accepted(minutes=60)
    second = town.published(starts="2024-03-06T14:00")
    ahead = town.do(jobs.preview_accept, "李明", second).facts
    assert (ahead["expected"], ahead["honour"], ahead["minutes_left_today"]) == (60, 60, 60)


def test_balance_cap_of_600_coins(town: Town) -> None:
    town.grant("李明", 599)
    town.refuses("balance_cap", grants.grant_coins, "总行老赵", town.people["李明"], 120, "奖励")
    town.settled()
    assert town.purse("李明") == (36000, 0, 60)
    assert town.purse("王阿婆") == (540, 0, 0)


def test_over_midnight_counts_for_two_days(town: Town) -> None:
    number = town.finished(starts="2024-03-06T22:00", minutes=240)
    town.do(settling.confirm, "王阿婆", number)
    assert (town.purse("王阿婆"), town.purse("李明")) == ((360, 0, 0), (240, 0, 0))


def test_several_seats_each_with_their_own_time(town: Town) -> None:
    number = town.published(capacity=2)
    assert town.purse("王阿婆") == (600, 240, 0)
    town.do(jobs.accept, "李明", number)
    assert town.status(number) == "published"
    town.do(jobs.accept, "陈芳", number)
    town.go("2024-03-06T09:00")
    town.do(serving.start, "李明", number)
    town.do(serving.start, "陈芳", number)
    town.wait(60)
    town.do(serving.finish, "李明", number)
    assert town.status(number) == "started"
    town.wait(60)
    town.do(serving.finish, "陈芳", number)
    town.do(settling.confirm, "王阿婆", number)
    assert [town.purse(name)[0] for name in ("李明", "陈芳", "王阿婆")] == [60, 120, 420]


def test_seats_that_nobody_took_are_given_up(town: Town) -> None:
    number = town.published(capacity=3)
    town.do(jobs.accept, "李明", number)
    town.go("2024-03-06T09:00")
    assert town.status(number) == "accepted"
    town.do(serving.start, "李明", number)
    town.wait(120)
    town.do(serving.finish, "李明", number)
    town.do(settling.confirm, "王阿婆", number)
    assert town.purse("王阿婆") == (480, 0, 0)


def test_without_coins_staff_choose_who_pays(town: Town) -> None:
    base = town.base("社区食堂")
    number = town.submitted("小红")
    town.do(approval.approve, "分行老张", number)
    town.refuses("coins_missing", approval.approve, "总行老赵", number)
    town.refuses("coins_missing", approval.choose_payer, "总行老赵", number, PayerKind.SERVICE_BASE, base)
    town.refuses("payer_not_allowed", approval.choose_payer, "总行老赵", number, PayerKind.SERVICE_BASE, None)
    assert town.status(number) == "submitted"


def test_a_change_after_approval_goes_back(town: Town) -> None:
    number = town.accepted()
    change = requests.Change(starts_at=town.at("2024-03-07T14:00"))
    receipt = town.do(requests.change_request, "王阿婆", number, change)
    assert (receipt.outcome, receipt.facts["level"]) == ("resubmitted", "分行")
    assert (town.status(number), town.job_states(number)) == ("submitted", ["cancelled"])
    assert town.purse("王阿婆") == (600, 0, 0)
    assert town.told("李明")[-1] == "job_changed"
    for staff in ("分行老张", "总行老赵"):
        town.do(approval.approve, staff, number)
    town.do(jobs.accept, "李明", number)
    assert town.status(number) == "accepted"
    assert ("expire_order", town.at("2024-03-07T14:00")) not in town.due()


def test_a_change_before_approval_stays_in_place(town: Town) -> None:
    number = town.submitted()
    town.refuses("nothing_changed", requests.change_request, "王阿婆", number, requests.Change(minutes=120))
    receipt = town.do(requests.change_request, "王阿婆", number, requests.Change(minutes=60))
    assert (receipt.outcome, receipt.facts["minutes"]) == ("changed", 60)
