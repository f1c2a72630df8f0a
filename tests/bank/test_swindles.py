"""A likely swindle: who is told, how fast, and what is added to an open case."""

from __future__ import annotations

from bank.members import KinStatus
from bank.usecases import swindles
from tests.bank.town import Town


def rows_to(town: Town, name: str, words: str) -> list[object]:
    return [row for row in town.outbox() if row.to_member_id == town.people[name] and row.words == words]


def test_staff_and_agreed_relatives_are_told(town: Town) -> None:
    town.kin("王阿婆", "小红", may_act=False)
    told = town.do(swindles.report_swindle, "王阿婆", "有人说我中奖了", plot="lottery")
    assert (told.outcome, told.facts["paged"], told.facts["relatives"]) == ("kept", 2, 1)
    assert len(rows_to(town, "分行老张", "case_opened")) == 1
    assert len(rows_to(town, "小红", "swindle_relative")) == 1


def test_a_relative_who_has_not_agreed_is_not_told(town: Town) -> None:
    town.kin("王阿婆", "小红", status=KinStatus.ASKED)
    assert town.do(swindles.report_swindle, "王阿婆", "有人说我中奖了").facts["relatives"] == 0


def test_gone_money_is_told_in_the_night(town: Town) -> None:
    town.kin("王阿婆", "小红", may_act=False)
    town.go("2024-03-04T23:30")
    assert town.do(swindles.report_swindle, "王阿婆", "被骗了三万", money_gone=True).outcome == "urgent"
    for name, words in (("分行老张", "money_gone_staff"), ("小红", "swindle_relative")):
        (row,) = rows_to(town, name, words)
        assert (row.urgency, row.not_before) == ("emergency", None)  # type: ignore[attr-defined]  # a row


def test_a_case_becomes_urgent_when_the_money_goes(town: Town) -> None:
    first = town.do(swindles.report_swindle, "王阿婆", "有人叫我转账")
    again = town.do(swindles.report_swindle, "王阿婆", "他又打来了")
    gone = town.do(swindles.report_swindle, "王阿婆", "我转了两万", money_gone=True)
    assert {first.facts["case"], again.facts["case"], gone.facts["case"]} == {first.facts["case"]}
    assert (again.facts["paged"], gone.facts["paged"]) == (0, 2)
    assert len(rows_to(town, "分行老张", "money_gone_staff")) == 1


def test_a_stranger_is_heard(town: Town) -> None:
    told = town.do(swindles.report_swindle, 0, "这是不是骗子", sender="wechat:main:abc")
    assert (told.outcome, told.facts["paged"]) == ("kept", 1)  # the head's staff
