"""The ladder of reminders: what falls due when, what it does, and that silence never pays."""

from __future__ import annotations

from bank.notices import Due, DueKind
from bank.usecases import approval, clockwork, jobs, requests, serving, settling
from tests.bank.town import Town


def kinds(town: Town) -> list[tuple[str, str]]:
    return [(kind, f"{at:%d %H:%M}") for kind, at in town.due()]


def test_what_waits_in_each_state(town: Town) -> None:
    number = town.submitted()
    assert kinds(town) == [("approval_waits", "04 13:00"), ("expire_order", "06 09:00")]
    town.do(approval.approve, "分行老张", number)
    town.do(approval.approve, "总行老赵", number)
    assert kinds(town) == [
        ("nobody_accepted", "04 13:00"),
        ("dispatch_needed", "05 09:00"),
        ("expire_order", "06 09:00"),
    ]
    town.do(jobs.accept, "李明", number)
    assert kinds(town) == [
        ("evening_before", "05 19:00"),
        ("hour_before", "06 08:00"),
        ("not_started", "06 09:15"),
        ("not_started_staff", "06 09:30"),
    ]
    town.go("2024-03-06T09:00")
    town.do(serving.start, "李明", number)
    assert kinds(town) == [("not_finished", "06 12:00")]
    town.go("2024-03-06T11:00")
    town.do(serving.finish, "李明", number)
    assert kinds(town) == [
        ("not_confirmed_24", "07 11:00"),
        ("not_confirmed_48", "08 11:00"),
        ("not_confirmed_72", "09 11:00"),
    ]
    town.do(settling.confirm, "王阿婆", number)
    assert kinds(town) == [("not_rated", "07 11:00")]


def test_silence_never_pays(town: Town) -> None:
    town.kin("王阿婆", "小红", may_act=False)
    number = town.finished()
    town.wait(24 * 60)
    assert town.told("王阿婆")[-1] == "please_confirm_again"
    assert "please_confirm_relative" not in town.told("小红")
    town.wait(24 * 60)
    assert town.told("王阿婆").count("please_confirm_again") == 2
    assert town.told("小红")[-1] == "please_confirm_relative"
    town.wait(24 * 60)
    assert "confirm_callback" in town.told("分行老张")
    town.wait(365 * 24 * 60)
    assert (town.status(number), town.purse("李明"), town.purse("王阿婆")) == ("finished", (0, 0, 0), (600, 120, 0))
    town.do(settling.confirm, "分行老张", number)
    assert town.purse("李明") == (120, 0, 0)


def test_approval_that_waits_is_asked_after_every_day(town: Town) -> None:
    town.submitted(starts="2024-03-20T09:00")
    town.go("2024-03-07T00:00")
    assert town.told("分行老张").count("approval_still_waiting") == 3


def test_an_order_never_approved_expires(town: Town) -> None:
    number = town.submitted()
    town.go("2024-03-06T09:00")
    assert town.status(number) == "expired"
    assert town.told("王阿婆")[-1] == "request_expired"


def test_reminders_avoid_quiet_hours(town: Town) -> None:
    town.accepted(starts="2024-03-06T07:00")
    assert kinds(town) == [
        ("evening_before", "05 19:00"),
        ("not_started", "06 08:00"),
        ("not_started_staff", "06 08:00"),
    ]


def test_accepted_after_the_evening_gets_no_stale_reminder(town: Town) -> None:
    number = town.published()
    town.go("2024-03-05T20:00")
    town.do(jobs.accept, "李明", number)
    assert [kind for kind, _ in kinds(town)] == ["hour_before", "not_started", "not_started_staff"]


def test_not_started_tells_both_then_staff(town: Town) -> None:
    town.accepted()
    town.go("2024-03-06T09:15")
    assert (town.told("王阿婆")[-1], town.told("李明")[-1]) == ("not_started_resident", "not_started_volunteer")
    assert "not_started_staff" not in town.told("分行老张")
    town.go("2024-03-06T09:30")
    assert "not_started_staff" in town.told("分行老张")


def test_not_finished_is_asked_after(town: Town) -> None:
    number = town.accepted()
    town.go("2024-03-06T09:00")
    town.do(serving.start, "李明", number)
    town.go("2024-03-06T12:00")
    assert (town.told("李明")[-1], town.told("分行老张")[-1]) == ("not_finished_volunteer", "not_finished_staff")


def test_a_rating_is_asked_for_once(town: Town) -> None:
    town.settled()
    town.wait(7 * 24 * 60)
    assert town.told("王阿婆").count("please_rate") == 1


def test_a_second_publication_has_reminders_of_its_own(town: Town) -> None:
    number = town.accepted()
    town.do(jobs.withdraw, "李明", number)
    town.do(jobs.accept, "李明", number)
    assert [kind for kind, _ in kinds(town)] == ["evening_before", "hour_before", "not_started", "not_started_staff"]
    town.do(requests.cancel_request, "王阿婆", number)
    assert kinds(town) == []


def test_a_row_handled_twice_does_nothing_twice(town: Town) -> None:
    number = town.accepted()
    row = Due(key="k", kind=DueKind.EVENING_BEFORE, subject_id=number, at=town.now)
    for _ in range(2):
        with town.unit() as uow:
            receipt = clockwork.handle_due(uow, town.scheme, row, town.now)
            uow.commit()
    assert (receipt.outcome, receipt.again) == ("done", True)
    assert town.told("李明").count("evening_before_volunteer") == 1


def test_books_are_sealed_every_night(town: Town) -> None:
    town.settled()
    with town.unit() as uow:
        clockwork.plan_sealing(uow, town.scheme, town.now)
        uow.commit()
    assert ("seal_day", town.at("2024-03-07T01:00")) in town.due()
    town.go("2024-03-08T02:00")
    assert ("seal_day", town.at("2024-03-09T01:00")) in town.due()
