"""Tried with orders: the way, its side doors, the watch, proof of service, reminders."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from bank.members import RoleName
from bank.usecases import (
    approval,
    care,
    disputes,
    giving,
    jobs,
    proof,
    reports,
    requests,
    serving,
    settling,
)
from tests.bank.rule_table.ground import DAY, Facts, Ground, tryout

JOB = date(2024, 3, 6)


@tryout
def whole_way(ground: Ground) -> Facts:
    """The status after each step."""
    ground.own("王阿婆", 600)
    number = ground.ask()
    seen = [ground.status(number)]
    ground.let_through(number)
    seen.append(ground.status(number))
    ground.do(jobs.accept, "李明", number)
    seen.append(ground.status(number))
    ground.go(f"{DAY}T09:00")
    ground.do(serving.start, "李明", number)
    seen.append(ground.status(number))
    ground.wait(120)
    ground.do(serving.finish, "李明", number)
    seen.append(ground.status(number))
    ground.confirm(number)
    seen.append(ground.status(number))
    return {"way": list(dict.fromkeys(seen))}


@tryout
def accept_two(ground: Ground, starts: str) -> Facts:
    """李明 has a job from nine to eleven and takes another."""
    ground.own("王阿婆", 600)
    ground.own("小红", 600)
    ground.change("小红", born=date(1950, 1, 1), groups=list(_groups(ground)))
    ground.taken()
    return {"outcome": ground.do(jobs.accept, "李明", ground.open("小红", starts=starts)).outcome}


def _groups(ground: Ground) -> tuple[str, ...]:
    return tuple(group.code for group in ground.scheme.receiving.groups[:1])


@tryout
def accept_own(ground: Ground) -> Facts:
    ground.own("李明", 600)
    ground.change("李明", groups=list(_groups(ground)))
    return {"outcome": ground.do(jobs.accept, "李明", ground.open("李明")).outcome}


@tryout
def serve_each_other(ground: Ground, times: int) -> Facts:
    """李明 and 陈芳 serve each other in turn, both of an age to receive."""
    for name in ("李明", "陈芳"):
        ground.own(name, 600)
        ground.change(name, groups=list(_groups(ground)))
    if ground.scheme.own_use_at_settlement:  # stored time pays there only after a settlement day
        ground.change("李明", groups=["tekun"])
        ground.change("陈芳", groups=["tekun"])
    for turn in range(times):
        volunteer, resident = ("李明", "陈芳") if turn % 2 else ("陈芳", "李明")
        ground.settle(who=resident, volunteers=(volunteer,), starts=f"2024-03-{6 + turn:02}T09:00", minutes=60)
    return {"alerts": ground.alerts(), "settled": True}


@tryout
def serve_at(ground: Ground, starts: str, minutes: int) -> Facts:
    ground.own("王阿婆", 900)
    paid = ground.settle(starts=starts, minutes=minutes)
    return {"alerts": ground.alerts(), "outcome": paid["outcome"]}


@tryout
def give_often(ground: Ground, times: int) -> Facts:
    ground.own("王阿婆", 600)
    ground.kin("王阿婆", "小红", may_act=False)
    for _ in range(times):
        ground.do(giving.gift_coins, "王阿婆", ground.people["小红"], 60)
        ground.wait(60)
    return {"alerts": ground.alerts(), "arrived": ground.purse("小红")[0]}


@tryout
def confirm_quickly(ground: Ground, seconds: int, same: bool = True, again: bool = False) -> Facts:
    """Confirmed from the volunteer's telephone so soon after the finish; then once more, or by a verdict of staff."""
    ground.own("王阿婆", 600)
    number = ground.done(device="phone-1")
    if ground.scheme.report_confirmed_by_head:
        ground.do(reports.report_service, "分行老张", number)
    who = "总行老赵" if ground.scheme.report_confirmed_by_head else "王阿婆"
    ground.now += timedelta(seconds=seconds)
    receipt = ground.do(settling.confirm, who, number, device="phone-1" if same else "phone-2")
    if again:
        ground.do(settling.preview_confirm, who, number)
    return {"outcome": receipt.outcome, "alerts": ground.alerts()}


@tryout
def alert_case(ground: Ground, verdict: bool) -> Facts:
    """A settlement that waits for a case; staff close it, with a verdict on the settlement or without."""
    found = confirm_quickly(ground, seconds=60)
    cases = ground.do(care.open_cases, "分行老张").facts["cases"]
    case = next(each["case"] for each in cases if each["kind"] == "alert")
    closed = ground.do(care.close_case, "分行老张", case, "女儿帮忙按的", clean=True if verdict else None)
    return {"before": found["outcome"], "settled": closed.facts["settled"], "credited": ground.purse("李明")[0] > 0}


@tryout
def never_rated(ground: Ground, services: int) -> Facts:
    ground.own("王阿婆", 9000)
    for turn in range(services):
        ground.settle(starts=f"2024-03-{6 + turn:02}T09:00", minutes=30)
    return {"alerts": ground.alerts()}


@tryout
def reject(ground: Ground, reason: str) -> Facts:
    ground.own("王阿婆", 600)
    number = ground.ask()
    first = ground.levels[ground.scheme.approval[0].tier] if ground.scheme.approval else "总行老赵"
    outcome = ground.do(approval.reject, first, number, reason).outcome
    return {"outcome": outcome, "told": "request_rejected" in ground.told("王阿婆"), "held": ground.purse("王阿婆")[1]}


@tryout
def cancel(ground: Ground) -> Facts:
    ground.own("王阿婆", 600)
    number = ground.taken()
    ground.go(f"{DAY}T08:30")
    facts = ground.do(requests.cancel_request, "王阿婆", number, "不舒服").facts
    return {"minutes_before": facts["minutes_before"], "held": ground.purse("王阿婆")[1], "by": ground.status(number)}


@tryout
def nobody_takes(ground: Ground) -> Facts:
    ground.own("王阿婆", 600)
    number = ground.open(starts="2024-03-08T09:00")
    ground.go("2024-03-08T09:30")
    heard = {
        "again": "job_offered_again" in ground.told("李明"),
        "dispatch": "dispatch_needed" in ground.told("分行老张"),
    }
    return {**heard, "status": ground.status(number), "held": ground.purse("王阿婆")[1]}


@tryout
def give_back(ground: Ground) -> Facts:
    ground.own("王阿婆", 600)
    number = ground.taken()
    ground.do(jobs.withdraw, "李明", number, "有事")
    told = "volunteer_withdrew" in ground.told("王阿婆")
    return {"status": ground.status(number), "told": told, "taken": ground.do(jobs.accept, "陈芳", number).outcome}


@tryout
def nobody_came(ground: Ground, after: int) -> Facts:
    ground.own("王阿婆", 600)
    number = ground.taken()
    ground.go(f"{DAY}T09:00")
    ground.wait(after)
    receipt = ground.do(serving.no_show, "王阿婆", number)
    asked = "not_started_volunteer" in ground.told("李明")
    return {
        "outcome": receipt.outcome,
        "asked": asked,
        "status": ground.status(number),
        "paid": ground.purse("李明")[0],
    }


@tryout
def start_early(ground: Ground) -> Facts:
    ground.own("王阿婆", 600)
    number = ground.taken()
    ground.go(f"{DAY}T06:30")
    return {"outcome": ground.do(serving.start, "李明", number).outcome}


@tryout
def dispute(ground: Ground, days: int, outcome: str = "part", minutes: int | None = 60) -> Facts:
    """A finished (or, after days, settled) service is disputed; staff resolve it."""
    ground.own("王阿婆", 600)
    number = ground.done()
    if days:
        ground.confirm(number)
        ground.wait(days * 24 * 60)
    ground.do(disputes.dispute, "王阿婆", number, "只做了一小时")
    facts = ground.do(disputes.resolve, "总行老赵", number, outcome, minutes, "按一小时算").facts
    return {"credited": facts["credited"], "paid": facts["paid"], "status": ground.status(number)}


@tryout
def silence(ground: Ground) -> Facts:
    """Nobody says a word for four days after the finish."""
    ground.own("王阿婆", 600)
    ground.kin("王阿婆", "小红")
    number = ground.done()
    ground.wait(4 * 24 * 60)
    return {
        "status": ground.status(number),
        "paid": ground.purse("李明")[0],
        "again": "please_confirm_again" in ground.told("王阿婆"),
        "relative": "please_confirm_relative" in ground.told("小红"),
        "callback": "confirm_callback" in ground.told("分行老张"),
    }


@tryout
def confirm_by_phone(ground: Ground) -> Facts:
    """Staff settle on the telephone, and it is recorded so."""
    ground.own("王阿婆", 600)
    number = ground.done()
    if ground.scheme.report_confirmed_by_head:
        return {"outcome": ground.confirm(number)["outcome"]}
    return {"outcome": ground.do(settling.confirm, "分行老张", number, for_="王阿婆").outcome}


@tryout
def reminded(ground: Ground) -> Facts:
    ground.own("王阿婆", 600)
    ground.taken()
    ground.go(f"{DAY}T09:31")
    told = set(ground.told("李明")) | set(ground.told("王阿婆")) | set(ground.told("分行老张"))
    wanted = ("evening_before_volunteer", "hour_before_resident", "not_started_volunteer", "not_started_staff")
    return {"heard": [each for each in wanted if each in told]}


@tryout
def quiet_hours(ground: Ground) -> Facts:
    """A job at half past eight in the morning: its reminder of an hour before would fall into the quiet hours."""
    ground.own("王阿婆", 600)
    ground.taken(starts=f"{DAY}T08:30")
    quiet = ground.scheme.quiet
    awake = [at for _, at in ground.due() if not (at.time() >= quiet.begin or at.time() < quiet.end)]
    reminders = [at for kind, at in ground.due() if kind in ("evening_before", "hour_before")]
    return {"all_awake": len(reminders) == len([at for at in reminders if at in awake])}


@tryout
def several(ground: Ground, capacity: int) -> Facts:
    """Two volunteers come, one of them half as long."""
    ground.own("王阿婆", 900)
    number = ground.taken(("李明", "陈芳"), capacity=capacity)
    ground.go(f"{DAY}T09:00")
    for name in ("李明", "陈芳"):
        ground.do(serving.start, name, number)
    ground.wait(60)
    ground.do(serving.finish, "陈芳", number, 60)
    ground.wait(60)
    ground.do(serving.finish, "李明", number, 120)
    ground.confirm(number)
    return {"credited": [ground.purse("李明")[0], ground.purse("陈芳")[0]]}


@tryout
def bounds(ground: Ground, **wish: Any) -> Facts:
    ground.own("王阿婆", 600)
    return {
        "outcome": ground.do(requests.submit_request, "王阿婆", ground.wish(service=ground.service, **wish)).outcome
    }


@tryout
def claim(ground: Ground, minutes: int) -> Facts:
    ground.own("王阿婆", 600)
    number = ground.taken()
    ground.go(f"{DAY}T09:00")
    ground.do(serving.start, "李明", number)
    return {"outcome": ground.do(serving.finish, "李明", number, minutes).outcome}


@tryout
def confirm_as(ground: Ground, who: str, report: str = "") -> Facts:
    """After the finish, with or without a report, somebody confirms."""
    ground.own("王阿婆", 600)
    number = ground.done()
    if report:
        ground.do(reports.report_service, report, number)
    return {"outcome": ground.do(settling.confirm, who, number).outcome, "credited": ground.purse("李明")[0]}


@tryout
def keep_photo(ground: Ground) -> Facts:
    ground.own("王阿婆", 600)
    number = ground.settle(minutes=60)["number"]
    lacking = [row["number"] for row in ground.do(proof.jobs_without_photo, "总行老赵").facts["orders"]] == [number]
    kept = ground.do(proof.keep_photo, "李明", "m1")
    left = ground.do(proof.jobs_without_photo, "总行老赵").facts["orders"]
    return {"listed_before": lacking, "outcome": kept.outcome, "listed_after": bool(left)}


@tryout
def send_photo(ground: Ground) -> Facts:
    return {"outcome": ground.do(proof.keep_photo, "李明", "m1").outcome}


@tryout
def insure(ground: Ground) -> Facts:
    ground.own("王阿婆", 600)
    ground.taken()
    rows = ground.do(proof.insurance_roster, "总行老赵", JOB).facts["rows"]
    return {"insured": [row["volunteer"] for row in rows]}


@tryout
def callback(ground: Ground) -> Facts:
    """The cases that a settled service leaves to staff."""
    ground.own("王阿婆", 600)
    ground.settle(minutes=60)
    cases = ground.do(care.open_cases, "分行老张").facts["cases"]
    return {"callbacks": len([case for case in cases if case["kind"] == "callback"])}


@tryout
def staff_report(ground: Ground) -> Facts:
    """A branch reports a service where nobody asks for reports."""
    ground.own("王阿婆", 600)
    ground.role("陈芳", RoleName.STAFF)
    return {"outcome": ground.do(reports.report_service, "分行老张", ground.done()).outcome}
