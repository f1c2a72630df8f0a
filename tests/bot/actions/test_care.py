"""A person at every point, complaints kept, emergencies and swindlers answered at once."""

from __future__ import annotations

import pytest

from bank.notices import CaseKind, Urgency
from tests.doubles.town import FRIDAY, Town, make_town


@pytest.fixture
def town() -> Town:
    return make_town()


def kinds(town: Town) -> list[CaseKind]:
    with town.desk.units() as uow:
        return [case.kind for case in uow.cases.find() if case.kind is not CaseKind.MEMBERSHIP]


async def test_a_person_is_told_with_the_talk_so_far(town: Town) -> None:
    talk = town.talk("王阿婆")
    with town.desk.units() as uow:
        uow.desk.inbox.receive(
            channel="web",
            account="main",
            message_id="m1",
            sender="王阿婆",
            kind="text",
            payload={"text": "我的灯坏了说不清楚"},
            now=FRIDAY,
        )
        uow.commit()
    assert "22850770" in await talk.says("转人工", "talk_to_person")
    with town.desk.units() as uow:
        (case,) = uow.cases.find(kind=CaseKind.PERSON)
        assert [line.words for line in uow.case_messages.find(case_id=case.id)] == [
            "我的灯坏了说不清楚",
            "转人工",
        ]


async def test_a_person_may_be_called_inside_a_task_which_goes_on(town: Town) -> None:
    talk = town.talk("王阿婆")
    await talk.says("帮我买点菜", "request_help")
    answer = await talk.says("人工", "talk_to_person")
    assert "工作人员" in answer
    assert "什么时候" in answer


async def test_strangers_may_call_a_person_too(town: Town) -> None:
    assert "工作人员" in await town.talk(None).says("转人工", "talk_to_person")
    assert kinds(town) == [CaseKind.PERSON]


async def test_a_complaint_is_kept(town: Town) -> None:
    talk = town.talk("王阿婆")
    assert "是什么事" in await talk.says("投诉", "complain")
    assert kinds(town) == [CaseKind.COMPLAINT], "staff know of it at once; what is said next goes into the same case"
    assert "记下了" in await talk.says("你们怎么回事，打了三次没人管", "complain")
    assert kinds(town) == [CaseKind.COMPLAINT]


async def test_an_emergency_that_only_the_classifier_heard(town: Town) -> None:
    talk = town.talk("王阿婆")
    assert "要紧吗" in await talk.says("我起不来了，快点", "report_emergency")
    with town.desk.units() as uow:
        (case,) = uow.cases.find(kind=CaseKind.EMERGENCY)
        assert case.urgency is Urgency.EMERGENCY
    assert "没事就好" in await talk.says("按错了，我没事", "deny")


async def test_a_swindle_gets_advice_and_a_case(town: Town) -> None:
    assert "先别转钱" in await town.talk("王阿婆").says("有人打电话说我中奖了要转账", "suspect_scam")
    assert kinds(town) == [CaseKind.SCAM]


async def test_advice_fits_the_swindle(town: Town) -> None:
    talk = town.talk("王阿婆")
    assert "安全账户" in await talk.says("公安局打电话说我涉嫌洗钱", "suspect_scam")
    assert "从不收您的钱" in await talk.says("志愿者说要先给他两百块钱才干活", "suspect_scam")


async def test_money_that_is_gone_calls_the_staff_at_once(town: Town) -> None:
    answer = await town.talk("王阿婆").says("我被骗了三万块", "suspect_scam")
    assert "马上打110" in answer
    with town.desk.units() as uow:
        (case,) = uow.cases.find(kind=CaseKind.SCAM)
        assert (case.urgency, case.evidence["money_gone"]) == (Urgency.EMERGENCY, True)


async def test_what_only_the_classifier_took_for_a_call_is_asked_back_and_staff_alerted(town: Town) -> None:
    assert "要紧吗" in await town.talk("王阿婆").says("我不大好", "report_emergency")
    with town.desk.units() as uow:
        (case,) = uow.cases.find(kind=CaseKind.EMERGENCY)
        assert case.evidence["doubtful"] is True


async def test_an_errand_that_the_classifier_took_for_a_call_pages_nobody(town: Town) -> None:
    assert "要紧吗" in await town.talk("王阿婆").says("帮我买瓶红花油，腿肿了", "report_emergency")
    assert kinds(town) == []


async def test_what_others_did_in_ones_name_is_looked_at(town: Town) -> None:
    number = town.request()
    talk = town.talk("王阿婆")
    assert "告诉了工作人员" in await talk.says(f'/deny{{"order_number": {number}}}')
    assert kinds(town) == [CaseKind.COMPLAINT]
    assert f"取消{number}号单" in await talk.says("1")
