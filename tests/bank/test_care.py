"""Cases, emergencies, broadcasts: what reaches whom, quiet hours or not."""

from __future__ import annotations

import pytest

from bank.errors import WrongState
from bank.members import RoleName
from bank.notices import CaseKind
from bank.usecases import care, emergencies, jobs, notices, rules, stations, volunteers
from tests.bank.town import Town


def rows_to(town: Town, name: str, words: str) -> list[object]:
    return [row for row in town.outbox() if row.to_member_id == town.people[name] and row.words == words]


def test_a_person_takes_over_and_the_answer_reaches_her(town: Town) -> None:
    opened = town.do(care.open_case, "王阿婆", CaseKind.PERSON, "找个人跟我说", ["你好", "听不懂"])
    case = opened.facts["case"]
    assert opened.facts["paged"] == 2
    again = town.do(care.open_case, "王阿婆", CaseKind.PERSON, "人呢")
    assert (again.facts["case"], again.facts["paged"]) == (case, 0)
    assert [row["case"] for row in town.do(care.open_cases, "分行老张").facts["cases"]] == [case]
    assert town.do(care.take_case, "分行老张", case).outcome == "taken"
    with pytest.raises(WrongState):
        town.do(care.take_case, "总行老赵", case)
    town.refuses("not_your_case", care.answer_case, "总行老赵", case, "我来")
    town.do(care.answer_case, "分行老张", case, "阿婆您说")
    assert town.told("王阿婆")[-1] == "case_answer"
    assert town.do(care.person_says, "王阿婆", "灯坏了").outcome == "kept"
    assert town.told("分行老张")[-1] == "case_said"
    talk = town.do(care.case_of, "分行老张", case).facts["talk"]
    assert [line["words"] for line in talk] == ["你好", "听不懂", "找个人跟我说", "人呢", "阿婆您说", "灯坏了"]
    town.refuses("verdict_missing", care.close_case, "分行老张", case, "")
    assert town.do(care.close_case, "分行老张", case, "派人去看").outcome == "closed"
    assert town.told("王阿婆")[-1] == "case_closed"
    assert town.do(care.person_says, "王阿婆", "谢谢").outcome == "none"
    town.refuses("case_closed", care.answer_case, "分行老张", case, "还有吗")


def test_a_case_is_for_staff_only_and_can_be_given_back(town: Town) -> None:
    case = town.do(care.complain, "王阿婆", "打了三次没人管").facts["case"]
    town.refuses("not_staff", care.take_case, "李明", case)
    town.refuses("not_staff", care.open_cases, "李明")
    town.do(care.take_case, "分行老张", case)
    town.do(care.give_back_case, "分行老张", case)
    assert town.do(care.take_case, "总行老赵", case).outcome == "taken"


def test_a_case_that_waits_is_asked_after(town: Town) -> None:
    town.do(care.open_case, "王阿婆", CaseKind.PERSON, "人工")
    assert not rows_to(town, "分行老张", "case_waits")
    town.wait(31)
    assert len(rows_to(town, "分行老张", "case_waits")) == 1


def test_emergency_pages_staff_and_relatives_in_the_night(town: Town) -> None:
    town.kin("王阿婆", "小红", may_act=False)
    town.role("李明", RoleName.STAFF)
    town.do(volunteers.set_on_duty, "李明", False)
    town.go("2024-03-04T23:30")
    raised = town.do(emergencies.report_emergency, "王阿婆", "我摔倒起不来了", place="家里")
    assert (raised.outcome, raised.facts["paged"], raised.facts["relatives"]) == ("raised", 2, 1)
    for name, words in (("分行老张", "emergency_staff"), ("小红", "emergency_relative")):
        (row,) = rows_to(town, name, words)
        assert (row.urgency, row.not_before) == ("emergency", None)  # type: ignore[attr-defined]  # a row
    assert town.told("李明") == []
    again = town.do(emergencies.report_emergency, "王阿婆", "快来")
    assert again.facts["case"] == raised.facts["case"]
    assert len(rows_to(town, "分行老张", "emergency_staff")) == 2
    town.wait(6)
    assert len(rows_to(town, "李明", "case_waits")) == 1
    assert town.do(emergencies.all_clear, "王阿婆", "按错了，我没事").outcome == "noted"


def test_a_doubtful_emergency_alerts_staff_only_until_it_is_sure(town: Town) -> None:
    town.kin("王阿婆", "小红")
    assert town.do(emergencies.report_emergency, "王阿婆", "胸口闷", doubtful=True).outcome == "doubtful"
    assert (town.told("分行老张"), town.told("小红")) == (["emergency_doubtful_staff"], [])
    town.do(emergencies.report_emergency, "王阿婆", "疼得厉害")
    assert town.told("小红") == ["emergency_relative"]


def test_nobody_on_duty_pages_everybody(town: Town) -> None:
    for name in ("分行老张", "总行老赵"):
        town.do(volunteers.set_on_duty, name, False)
    assert town.do(emergencies.report_emergency, "王阿婆", "煤气味很大").facts["paged"] == 2


def test_a_stranger_in_need_is_heard(town: Town) -> None:
    raised = town.do(emergencies.report_emergency, 0, "救命", sender="wechat:main:abc")
    assert raised.facts["paged"] == 1  # the head's staff
    assert town.do(emergencies.all_clear, 0, "没事了", sender="wechat:main:abc").outcome == "noted"
    assert town.do(emergencies.all_clear, 0, sender="wechat:main:xyz").outcome == "none"


def test_quiet_hours_hold_back_all_but_emergencies(town: Town) -> None:
    number = town.published()
    town.go("2024-03-04T22:00")
    town.do(jobs.accept, "李明", number)
    (row,) = rows_to(town, "王阿婆", "job_taken")
    assert town.moment(row.not_before) == town.at("2024-03-05T08:00")  # type: ignore[attr-defined]  # a row


def test_an_answer_in_a_running_talk_is_not_held_back(town: Town) -> None:
    town.go("2024-03-04T22:00")
    case = town.do(care.open_case, "王阿婆", CaseKind.PERSON, "人工").facts["case"]
    town.do(care.answer_case, "分行老张", case, "您说")
    (row,) = rows_to(town, "王阿婆", "case_answer")
    assert row.not_before is None  # type: ignore[attr-defined]  # a row
    town.wait(120)
    town.do(care.answer_case, "分行老张", case, "还在吗")
    assert rows_to(town, "王阿婆", "case_answer")[1].not_before is not None  # type: ignore[attr-defined]  # a row


def test_a_broadcast_is_previewed_confirmed_and_honours_the_opt_out(town: Town) -> None:
    town.do(notices.stop_messages, "陈芳")
    town.refuses("not_staff_here", notices.draft_broadcast, "分行老张", "开会", town.head)
    town.refuses("role_unknown", notices.draft_broadcast, "分行老张", "开会", town.leaf, "mayor")
    town.refuses("words_missing", notices.draft_broadcast, "分行老张", " ", town.leaf)
    draft = town.do(notices.draft_broadcast, "分行老张", "明天下午开会", town.leaf, "volunteer")
    assert (draft.facts["heads"], draft.facts["opted_out"]) == (1, 1)
    assert town.told("李明") == []
    sent = town.do(notices.send_broadcast, "分行老张", draft.facts["broadcast"])
    assert (sent.facts["heads"], town.told("李明"), town.told("陈芳")) == (1, ["broadcast"], [])
    with pytest.raises(WrongState):
        town.do(notices.send_broadcast, "分行老张", draft.facts["broadcast"])
    town.do(notices.resume_messages, "陈芳")
    everybody = town.do(notices.draft_broadcast, "总行老赵", "明天下午开会", town.head)
    assert everybody.facts["heads"] == 6
    assert town.do(notices.drop_broadcast, "总行老赵", everybody.facts["broadcast"]).outcome == "dropped"


def test_who_stopped_messages_gets_no_job_offers(town: Town) -> None:
    town.do(notices.stop_messages, "李明")
    town.published()
    assert (town.told("李明"), town.told("陈芳")) == ([], ["job_offered"])


def test_branches_and_rules_are_facts(town: Town) -> None:
    rows = town.do(stations.branch_info, "王阿婆").facts["branches"]
    assert [(row["name"], row["tier"], row["phone"]) for row in rows] == [
        ("分行", "分行", "22850770"),
        ("总行", "总行", "22850770"),
    ]
    assert town.do(stations.branch_info, 0).facts["branches"][0]["name"] == "总行"
    facts = rules.rule_facts(town.scheme)
    assert set(facts) == {rule.code for rule in rules.RULES}
    assert facts["earned_per_day"] == {"caps.earned_per_day": 120}
    assert facts["balance"] == {"caps.balance": 36000}
    assert [level["name"] for level in facts["approval"]["approval"]] == ["分行", "总行"]
