"""Activities: places, the waiting list, moving up, reminders, attendance and green points, what staff do."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bank.activities import SignUpStatus
from bank.errors import WrongState
from bank.usecases import activities, activity_desk, requests
from bank.usecases.activity_desk import ActivityPlan
from bank.usecases.green_points import green_of
from bank.usecases.notices import stop_messages
from storage.verify import verify
from tests.bank.conftest import TownMaker
from tests.bank.town import Town


def plan(town: Town, starts: str = "2024-03-06T14:00", **more: object) -> ActivityPlan:
    known = {"title": "健康讲座", "minutes": 90, "place": "古北市民中心二楼", "words": "讲讲血压"}
    return ActivityPlan(starts_at=town.at(starts), **{**known, **more})  # type: ignore[arg-type]  # a test's shorthand


def opened(town: Town, starts: str = "2024-03-06T14:00", **more: object) -> int:
    receipt = town.do(activity_desk.open_activity, "分行老张", town.leaf, plan(town, starts, **more))
    return int(receipt.facts["activity"])


def statuses(town: Town, activity: int) -> dict[str, str]:
    people = town.do(activity_desk.attendance, "分行老张", activity).facts["people"]
    return {person["name"]: person["status"] for person in people}


def told(town: Town, name: str) -> list[str]:
    """What was said to a person about activities."""
    return [words for words in town.told(name) if words.startswith("activity_")]


def points(town: Town, name: str) -> int:
    with town.unit() as uow:
        return green_of(uow, uow.members.get(town.people[name])).balance


def test_what_is_on_soonest_first_with_free_places(town: Town) -> None:
    later = opened(town, "2024-03-08T09:00", title="合唱", places=20)
    soon = opened(town, places=2)
    rows = town.do(activities.list_activities, "王阿婆").facts["activities"]
    assert [row["activity"] for row in rows] == [soon, later]
    assert rows[0]["free"] == 2
    within = town.do(activities.list_activities, "王阿婆", town.at("2024-03-08T00:00"), town.at("2024-03-09T00:00"))
    assert [row["title"] for row in within.facts["activities"]] == ["合唱"]


def test_the_head_sees_the_branches_and_the_branch_the_head(town: Town) -> None:
    opened(town)
    town.do(activity_desk.open_activity, "总行老赵", town.head, plan(town, title="全区大会"))
    for who in ("王阿婆", "总行老赵"):
        rows = town.do(activities.list_activities, who).facts["activities"]
        assert {row["title"] for row in rows} == {"健康讲座", "全区大会"}, who


def test_full_then_waiting_then_moved_up_and_declined(town: Town) -> None:
    lecture = opened(town, places=1)
    assert town.do(activities.sign_up, "王阿婆", lecture).outcome == "signed"
    town.refuses("activity_full", activities.sign_up, "小红", lecture)
    assert town.do(activities.preview_sign_up, "小红", lecture).facts["full"]
    for number, name in enumerate(("小红", "李明"), start=1):
        receipt = town.do(activities.sign_up, name, lecture, wait=True)
        assert (receipt.outcome, receipt.facts["line"]) == ("waiting", number)
    assert town.do(activities.leave_activity, "王阿婆", lecture).facts["moved_up"] == 1
    assert statuses(town, lecture) == {"小红": "signed", "李明": "waiting"}
    assert told(town, "小红") == ["activity_moved_up"]
    town.do(activities.leave_activity, "小红", lecture)  # moved up, but cannot come: the next one has the place
    assert statuses(town, lecture) == {"李明": "signed"}
    assert told(town, "李明") == ["activity_moved_up"]


def test_signing_again_after_leaving_goes_to_the_end_of_the_line(town: Town) -> None:
    lecture = opened(town, places=1)
    for name in ("王阿婆", "小红"):
        town.do(activities.sign_up, name, lecture, wait=True)
    town.do(activities.leave_activity, "王阿婆", lecture)
    town.wait(1)
    assert town.do(activities.sign_up, "王阿婆", lecture, wait=True).facts["line"] == 1
    town.refuses("signed_up_already", activities.sign_up, "王阿婆", lecture)


def test_the_same_message_twice_takes_one_place(town: Town) -> None:
    lecture = opened(town, places=2)
    first = town.do(activities.sign_up, "王阿婆", lecture, key="inbox:1")
    again = town.do(activities.sign_up, "王阿婆", lecture, key="inbox:1")
    assert again.again and again.facts == first.facts
    assert statuses(town, lecture) == {"王阿婆": "signed"}


def test_a_relative_signs_up_and_the_older_person_undoes_it(town: Town) -> None:
    town.kin("王阿婆", "小红")
    lecture = opened(town, places=1)
    town.do(activities.sign_up, "小红", lecture, for_="王阿婆")
    assert statuses(town, lecture) == {"王阿婆": "signed"}
    assert told(town, "王阿婆") == ["activity_acted_for"]
    town.do(activities.leave_activity, "王阿婆", lecture)
    assert statuses(town, lecture) == {}
    town.refuses("not_bound", activities.sign_up, "小红", lecture, for_="李明")


def test_what_lies_at_the_same_time_is_named(town: Town) -> None:
    first = opened(town)
    town.do(activities.sign_up, "王阿婆", first)
    town.do(requests.submit_request, "王阿婆", town.wish("2024-03-06T15:00", 60))
    second = opened(town, "2024-03-06T15:00", title="合唱")
    clash = town.do(activities.preview_sign_up, "王阿婆", second).facts["same_time"]
    assert [(one["kind"], one["what"]) for one in clash] == [("activity", "健康讲座"), ("order", "hospital_visit")]
    third = opened(town, "2024-03-06T16:00", title="散步")  # begins when the other two have ended
    assert town.do(activities.preview_sign_up, "王阿婆", third).facts["same_time"] == []


def test_reminders_the_evening_and_the_hour_before(town: Town) -> None:
    lecture = opened(town, places=1)
    town.do(activities.sign_up, "王阿婆", lecture)
    town.do(activities.sign_up, "小红", lecture, wait=True)
    town.go("2024-03-05T18:59")
    assert told(town, "王阿婆") == []
    town.go("2024-03-05T19:01")
    assert told(town, "王阿婆") == ["activity_eve"]
    town.go("2024-03-06T13:01")
    assert told(town, "王阿婆") == ["activity_eve", "activity_hour"]
    assert told(town, "小红") == [], "who waits is not reminded"


def test_an_early_start_reminds_after_the_quiet_hours_or_not_at_all(town: Town) -> None:
    opened(town, "2024-03-06T08:30", title="早锻炼")
    opened(town, "2024-03-07T07:30", title="看日出")
    kinds = [(kind, at.isoformat()[:16]) for kind, at in town.due() if kind.startswith("activity")]
    assert kinds == [
        ("activity_eve", "2024-03-05T19:00"),
        ("activity_hour", "2024-03-06T08:00"),
        ("activity_eve", "2024-03-06T19:00"),
    ]


def test_called_off_everybody_is_told_and_nobody_reminded(town: Town) -> None:
    lecture = opened(town, places=1)
    for name in ("王阿婆", "小红"):
        town.do(activities.sign_up, name, lecture, wait=True)
    town.refuses("reason_missing", activity_desk.cancel_activity, "分行老张", lecture, " ")
    assert town.do(activity_desk.cancel_activity, "分行老张", lecture, "老师病了").facts["told"] == 2
    town.go("2024-03-07T09:00")
    assert told(town, "王阿婆") == told(town, "小红") == ["activity_off"]
    town.refuses("activity_cancelled", activities.sign_up, "李明", lecture)
    with pytest.raises(WrongState):
        town.do(activity_desk.cancel_activity, "分行老张", lecture, "又一次")


def test_another_time_is_told_and_more_places_move_people_up(town: Town) -> None:
    lecture = opened(town, places=1)
    for name in ("王阿婆", "小红"):
        town.do(activities.sign_up, name, lecture, wait=True)
    more = plan(town, "2024-03-07T14:00", places=2)
    facts = town.do(activity_desk.change_activity, "分行老张", lecture, more).facts
    assert (facts["told"], facts["moved_up"]) == (2, 1)
    assert told(town, "小红") == ["activity_changed", "activity_moved_up"]
    town.refuses("places_taken", activity_desk.change_activity, "分行老张", lecture, plan(town, places=1))
    assert [at.day for kind, at in town.due() if kind == "activity_eve"] == [6]


def test_attendance_gives_green_points_once(town: Town) -> None:
    lecture = opened(town, places=2, green_points=5)
    town.do(activities.sign_up, "王阿婆", lecture)
    town.do(activities.sign_up, "小红", lecture)
    town.refuses("activity_not_begun", activity_desk.attend, "分行老张", lecture, town.people["王阿婆"])
    town.go("2024-03-06T14:10")
    assert town.do(activity_desk.attend, "分行老张", lecture, town.people["王阿婆"]).facts["points"] == 5
    with pytest.raises(WrongState):
        town.do(activity_desk.attend, "分行老张", lecture, town.people["王阿婆"])
    assert points(town, "王阿婆") == 5
    town.do(activity_desk.attend, "分行老张", lecture, town.people["李明"])  # was not on the list, but came
    facts = town.do(activity_desk.end_activity, "分行老张", lecture).facts
    assert (facts["came"], facts["absent"]) == (2, 1)
    assert points(town, "小红") == 0
    assert town.purse("王阿婆")[0] == 600, "points never turn into coins"


def test_only_the_branchs_own_staff_run_an_activity(town: Town) -> None:
    lecture = opened(town)
    town.refuses("not_staff", activity_desk.cancel_activity, "王阿婆", lecture, "不高兴")
    town.refuses("not_staff_here", activity_desk.open_activity, "分行老张", town.head, plan(town))
    for wrong, rule in (
        ({"title": " "}, "words_missing"),
        ({"minutes": 0}, "minutes_wrong"),
        ({"places": 0}, "places_wrong"),
        ({"green_points": -1}, "points_wrong"),
    ):
        town.refuses(rule, activity_desk.open_activity, "分行老张", town.leaf, plan(town, **wrong))
    past = plan(town, "2024-03-01T09:00")
    town.refuses("starts_in_past", activity_desk.open_activity, "分行老张", town.leaf, past)


def test_announced_to_who_wants_messages_and_is_not_on_the_list(town: Town) -> None:
    lecture = opened(town, places=5)
    town.do(activities.sign_up, "王阿婆", lecture)
    town.do(stop_messages, "李明")
    facts = town.do(activity_desk.announce_activity, "分行老张", lecture).facts
    assert facts["opted_out"] == 1
    assert "activity_announced" in told(town, "小红")
    assert "activity_announced" not in told(town, "李明") + told(town, "王阿婆")


NAMES = ("王阿婆", "小红", "李明", "陈芳")
STEPS = st.lists(st.tuples(st.sampled_from(NAMES), st.booleans()), max_size=14)


@settings(max_examples=15, deadline=None)
@given(places=st.integers(1, 3), steps=STEPS)
def test_never_more_people_than_places_and_nobody_waits_beside_a_free_one(
    places: int, steps: list[tuple[str, bool]]
) -> None:
    town = Town("changning")
    lecture = opened(town, places=places)
    for name, comes in steps:
        there = name in statuses(town, lecture)
        town.wait(1)
        if comes and not there:
            town.do(activities.sign_up, name, lecture, wait=True)
        elif not comes and there:
            town.do(activities.leave_activity, name, lecture)
        held = list(statuses(town, lecture).values())
        assert held.count(SignUpStatus.SIGNED) <= places
        assert held.count(SignUpStatus.SIGNED) == places or SignUpStatus.WAITING not in held
    assert verify(town.engine).ok
    town.engine.dispose()


def test_every_scheme_has_activities(make_town: TownMaker) -> None:
    for name in ("fuyuan", "taierzhuang", "beijing"):
        town = make_town(name)
        lecture = opened(town)
        assert town.do(activities.sign_up, "王阿婆", lecture).outcome == "signed"
