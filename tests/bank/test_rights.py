"""Who may do what: every refusal names its rule, and nothing has changed afterwards."""

from __future__ import annotations

import pytest

from bank.errors import NotFound, WrongState
from bank.members import KinStatus, MemberStatus, RoleName
from bank.orders import PayerKind
from bank.permissions import not_paid, owns_order, staff_of
from bank.usecases import approval, disputes, grants, jobs, requests, serving, settling, undo
from tests.bank.town import Town


def test_bounds_of_a_wish(town: Town) -> None:
    for rule, wish in (
        ("starts_in_past", town.wish("2024-03-04T09:00")),
        ("starts_in_past", town.wish("2023-03-04T09:00")),
        ("starts_too_far", town.wish("2025-03-04T09:00")),
        ("too_short", town.wish(minutes=29)),
        ("too_short", town.wish(minutes=-60)),
        ("too_long", town.wish(minutes=40 * 60)),
        ("capacity_wrong", town.wish(capacity=0)),
        ("capacity_wrong", town.wish(capacity=21)),
        ("words_missing", town.wish(words=" ")),
        ("words_missing", town.wish(place="")),
    ):
        town.refuses(rule, requests.submit_request, "王阿婆", wish)
    town.submitted()
    town.refuses("same_wish_twice", requests.submit_request, "王阿婆", town.wish())
    with pytest.raises(ValueError, match="naive"):
        requests.Wish(service="other", words="x", starts_at=town.now.replace(tzinfo=None), minutes=60, place="x")


def test_strangers_and_inactive_people(town: Town) -> None:
    town.refuses("not_a_member", requests.submit_request, 0, town.wish())
    town.refuses("not_a_member", jobs.open_jobs, 999)
    for status in (MemberStatus.APPLIED, MemberStatus.SUSPENDED, MemberStatus.BARRED, MemberStatus.LEFT):
        town.person(status.value, status=status)
        rule = {"applied": "pending"}.get(status.value, status.value)
        town.refuses(f"membership_{rule}", requests.submit_request, status.value, town.wish())


def test_an_order_concerns_only_its_people(town: Town) -> None:
    number = town.accepted()
    town.person("邻居")
    for verb in (
        lambda *a: requests.cancel_request(*a, number),
        lambda *a: requests.change_request(*a, number, requests.Change(minutes=60)),
        lambda *a: settling.confirm(*a, number),
        lambda *a: disputes.dispute(*a, number, "没来"),
        lambda *a: requests.order_of(*a, number),
        lambda *a: serving.no_show(*a, number),
        lambda *a: serving.start(*a, number),
        lambda *a: serving.finish(*a, number),
        lambda *a: jobs.withdraw(*a, number),
        lambda *a: settling.rate(*a, number, 5),
    ):
        town.refuses("not_your_order", verb, "邻居")
    with pytest.raises(NotFound):
        town.do(settling.confirm, "王阿婆", 999)


def test_a_volunteer_never_confirms_the_own_work(town: Town) -> None:
    number = town.finished()
    town.refuses("not_your_order", settling.confirm, "李明", number)
    town.role("李明", RoleName.STAFF)
    town.refuses("own_work", settling.confirm, "李明", number)
    town.refuses("own_work", disputes.dispute, "李明", number, "x")
    town.kin("王阿婆", "李明")
    town.refuses("own_work", settling.confirm, "李明", number)
    with town.unit() as uow:
        order, paid = uow.orders.get(number), uow.jobs.of_order(number)
        assert not not_paid(uow, town.scheme, town.people["李明"], order, paid)
        assert not_paid(uow, town.scheme, town.people["分行老张"], order, paid)


def test_kin_act_when_both_agreed_and_are_told_of(town: Town) -> None:
    town.refuses("not_bound", requests.submit_request, "小红", town.wish(), for_="王阿婆")
    town.kin("王阿婆", "小红", status=KinStatus.ASKED)
    town.refuses("not_bound", requests.submit_request, "小红", town.wish(), for_="王阿婆")
    town.kin("王阿婆", "小红", may_act=False)
    town.refuses("kin_may_not_act", requests.submit_request, "小红", town.wish(), for_="王阿婆")
    town.kin("王阿婆", "小红")
    receipt = town.do(requests.submit_request, "小红", town.wish(), for_="王阿婆")
    assert receipt.facts["resident"] == "王阿婆"
    assert town.told("王阿婆")[-1] == "acted_for_you"
    number = receipt.facts["number"]
    assert town.do(requests.order_of, "小红", number).facts["as_what"] == "kin"
    town.do(requests.cancel_request, "小红", number)
    assert town.do(undo.undo_last, "王阿婆").outcome == "cancel_undone"


def test_what_another_asked_is_undone_with_a_word(town: Town) -> None:
    town.kin("王阿婆", "小红")
    number = town.do(requests.submit_request, "小红", town.wish(), for_="王阿婆").facts["number"]
    town.wait(600)
    assert town.do(undo.undoable, "王阿婆").facts["deed"] == "asked"
    assert town.do(undo.undo_last, "王阿婆").outcome == "ask_undone"
    assert town.status(number) == "cancelled"


def test_who_cancelled_for_another_may_take_it_back(town: Town) -> None:
    town.kin("王阿婆", "小红")
    number = town.accepted()
    town.do(requests.cancel_request, "小红", number)
    assert town.do(undo.undo_last, "小红").outcome == "cancel_undone"
    town.refuses("nothing_to_undo", undo.undo_last, "李明")


def test_kin_confirm_and_the_older_person_undoes_it_with_a_word(town: Town) -> None:
    town.kin("王阿婆", "小红")
    number = town.finished()
    town.do(settling.confirm, "小红", number)
    assert {"settled_resident", "acted_for_you"} <= set(town.told("王阿婆"))
    assert town.do(undo.undo_last, "王阿婆").outcome == "confirm_undone"


def test_staff_settle_and_rate_on_the_phone_recorded_so(town: Town) -> None:
    number = town.finished()
    town.do(settling.confirm, "分行老张", number)
    town.do(settling.rate, "分行老张", number, 4, "电话回访")
    with town.unit() as uow:
        (rating,) = uow.ratings.find(order_id=number)
        assert rating.taken_by == town.people["分行老张"]
        assert uow.orders.get(number).ended_by == town.people["分行老张"]


def test_staff_rights_by_node(town: Town) -> None:
    with town.unit() as uow:
        head, branch = town.people["总行老赵"], town.people["分行老张"]
        assert staff_of(uow, head, town.leaf)
        assert staff_of(uow, head, town.head)
        assert staff_of(uow, branch, town.leaf)
        assert not staff_of(uow, branch, town.head)
        assert not staff_of(uow, town.people["李明"], town.leaf)
    town.person("总行王总", branch=town.head)
    town.refuses("not_staff_here", grants.grant_coins, "分行老张", town.people["总行王总"], 60, "x")
    town.refuses("not_staff", grants.grant_coins, "李明", town.people["王阿婆"], 60, "x")
    town.refuses("own_grant", grants.grant_coins, "总行老赵", town.people["总行老赵"], 60, "x")
    town.refuses("grant_not_whole", grants.grant_coins, "总行老赵", town.people["王阿婆"], 0, "x")
    town.refuses("reason_missing", grants.grant_coins, "总行老赵", town.people["王阿婆"], 60, "")


def test_nobody_approves_the_own_request(town: Town) -> None:
    number = town.submitted("分行老张")
    town.refuses("own_request", approval.approve, "分行老张", number)
    town.do(approval.approve, "总行老赵", number)


def test_who_may_take_a_job(town: Town) -> None:
    number = town.published()
    town.refuses("not_a_volunteer", jobs.accept, "小红", number)
    town.refuses("not_a_volunteer", jobs.open_jobs, "小红")
    town.role("王阿婆", RoleName.VOLUNTEER)
    town.refuses("own_order", jobs.accept, "王阿婆", number)
    town.volunteer("老周", born="1930-01-01")
    town.refuses("serve_age", jobs.accept, "老周", number)
    town.do(jobs.accept, "李明", number)
    town.refuses("already_yours", jobs.accept, "李明", number)
    town.refuses("taken_already", jobs.accept, "陈芳", number)
    overlapping = town.published(starts="2024-03-06T10:30")
    town.refuses("overlap", jobs.accept, "李明", overlapping)
    town.refuses("overlap", jobs.assign, "分行老张", overlapping, town.people["李明"])
    after = town.published(starts="2024-03-06T11:00")
    assert town.do(jobs.accept, "李明", after).outcome == "accepted"
    with pytest.raises(WrongState):
        town.do(jobs.accept, "李明", town.submitted(starts="2024-03-09T09:00"))
    town.do(jobs.withdraw, "李明", number)
    town.refuses("no_seat", jobs.withdraw, "李明", number)


def test_check_in_and_out_bounds(town: Town) -> None:
    number = town.accepted()
    town.go("2024-03-06T06:59")
    town.refuses("too_early_to_start", serving.start, "李明", number)
    town.refuses("not_started_yet", serving.finish, "李明", number)
    town.go("2024-03-06T08:50")
    town.do(serving.start, "李明", number)
    town.refuses("claim_negative", serving.finish, "李明", number, -1)
    town.refuses("claim_too_long", serving.finish, "李明", number, 41 * 60)
    with pytest.raises(WrongState):
        town.do(requests.cancel_request, "王阿婆", number)
    with pytest.raises(WrongState):
        town.do(jobs.withdraw, "李明", number)
    assert town.do(settling.confirm, "王阿婆", number).outcome == "waiting_for_finish"
    assert town.told("李明")[-1] == "please_finish"
    assert town.do(serving.finish, "分行老张", number, 60).outcome == "finished"


def test_confirm_before_anything_happened(town: Town) -> None:
    town.refuses("nothing_finished", settling.confirm, "王阿婆", town.accepted())
    town.refuses("nothing_to_rate", settling.rate, "王阿婆", 1, 5)
    town.refuses("score_wrong", settling.rate, "王阿婆", 1, 6)
    town.refuses("not_started_yet", disputes.dispute, "王阿婆", 1, "没来")
    town.refuses("nothing_to_undo", undo.undo_last, "王阿婆")


def test_dispute_has_its_time(town: Town) -> None:
    number = town.settled()
    town.wait(31 * 24 * 60)
    town.refuses("dispute_too_late", disputes.dispute, "王阿婆", number, "想起来了")


def test_minutes_of_a_part_have_bounds(town: Town) -> None:
    number = town.finished()
    town.do(disputes.dispute, "王阿婆", number, "x")
    for minutes in (None, 0, -5, 121):
        town.refuses("minutes_wrong", disputes.resolve, "分行老张", number, "part", minutes)
    town.refuses("verdict_missing", disputes.resolve, "分行老张", number, "perhaps")


def test_bases_and_charity_pay_when_staff_choose(town: Town) -> None:
    base = town.base("养老院")
    number = town.submitted("小红")
    town.do(approval.approve, "分行老张", number)
    town.refuses("coins_missing", approval.choose_payer, "总行老赵", number, PayerKind.CHARITY)
    town.fund_base(base, 300)
    chosen = town.do(approval.choose_payer, "总行老赵", number, PayerKind.SERVICE_BASE, base)
    assert (chosen.outcome, chosen.facts["payer_name"]) == ("payer_chosen", "养老院")
    town.do(approval.approve, "总行老赵", number)
    assert town.base_purse(base) == (300, 120)
    town.do(jobs.accept, "李明", number)
    town.go("2024-03-06T09:00")
    town.do(serving.start, "李明", number)
    town.wait(120)
    town.do(serving.finish, "李明", number)
    town.do(settling.confirm, "小红", number)
    assert (town.base_purse(base), town.purse("小红"), town.purse("李明")) == ((180, 0), (0, 0, 0), (120, 0, 0))


def test_a_lapsed_base_does_not_pay(town: Town) -> None:
    base = town.base("旧基地", certified_until=town.today().replace(year=2020))
    town.refuses(
        "payer_not_allowed",
        approval.choose_payer,
        "分行老张",
        town.submitted("小红"),
        PayerKind.SERVICE_BASE,
        base,
    )


def test_owns_order_as_yes_or_no(town: Town) -> None:
    number = town.submitted()
    with town.unit() as uow:
        order = uow.orders.get(number)
        from_doing = {
            name: owns_order(uow, town.doing(name), order) for name in ("王阿婆", "李明", "分行老张", "总行老赵")
        }
    assert from_doing == {"王阿婆": True, "李明": False, "分行老张": True, "总行老赵": True}
