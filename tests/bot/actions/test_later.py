"""The second of two wishes: kept, offered once what came first has ended, done as it was said."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bank.usecases import membership
from tests.doubles.dialogue import TalkDouble
from tests.doubles.town import FRIDAY, Town, make_town

HOUR = timedelta(hours=1)
BALANCE = {"text": "看看我还有几个币", "intent": "check_balance"}
HELP = {"text": "明天上午九点陪我去华东医院，两小时", "intent": "request_help"}
PRAISE = {"text": "人很好，五星", "intent": "rate_service"}
DONE = {"text": "小李来过了", "intent": "confirm_done"}
OFF = {"text": "明天不用来了", "intent": "cancel_order"}


@pytest.fixture
def town() -> Town:
    return make_town()


async def both(talk: TalkDouble, first: dict[str, Any], second: dict[str, Any]) -> str:
    """Say two wishes in one message, in the order of acting."""
    return await talk.says(f"{first['text']}，顺便{second['text']}", first["intent"], wishes=[first, second])


async def test_the_second_is_offered_when_the_first_has_ended(town: Town) -> None:
    talk = town.talk("王阿婆")
    assert "您刚才还说" not in await both(talk, HELP, BALANCE)
    answer = await talk.says("对", "affirm")
    assert "您刚才还说“看看我还有几个币”，现在办吗？\n1 现在办\n2 不用了\n3 找人说" in answer
    assert "能用的有5币" in await talk.says("好呀", "affirm")
    assert "您刚才还说" not in await talk.says("谢谢", "thank")


async def test_it_survives_a_restart_and_the_end_of_the_session(town: Town) -> None:
    await both(town.talk("王阿婆"), HELP, BALANCE)
    again = town.talk("王阿婆")  # nothing of the first talk's own memory is left
    assert "您刚才还说“看看我还有几个币”" in await again.says("谢谢", "thank")


async def test_a_no_lets_it_go(town: Town) -> None:
    talk = town.talk("王阿婆")
    await both(talk, BALANCE, OFF)
    await talk.says("2")
    assert "您刚才还说" not in await talk.says("余额", "check_balance")


async def test_what_is_asked_for_again_by_oneself_is_not_offered(town: Town) -> None:
    talk = town.talk("王阿婆")
    await both(talk, HELP, BALANCE)
    assert "您刚才还说" not in await talk.says("我还有几个币", "check_balance")
    assert "您刚才还说" not in await talk.says("对", "affirm")


async def test_it_is_offered_too_when_the_first_was_refused_or_let_go(town: Town) -> None:
    talk = town.talk("王阿婆")
    assert "您刚才还说“看看我还有几个币”" in await both(talk, OFF, BALANCE)  # nothing to cancel
    other = town.talk("王阿婆", FRIDAY + HOUR)
    await both(other, {"text": "陪我去医院", "intent": "request_help"}, BALANCE)
    assert "您刚才还说“看看我还有几个币”" in await other.says("算了", "deny")


async def test_the_time_of_one_is_not_the_time_of_the_other(town: Town) -> None:
    number = town.request(at=FRIDAY + timedelta(days=1))
    talk = town.talk("王阿婆")
    haircut = {"text": "后天上午十点找人理发，一小时，到家里", "intent": "request_help"}
    assert "后天（周日）上午10点，理发" in await both(talk, haircut, OFF)
    await talk.says("对", "affirm")
    assert f"取消{number}号单：明天（周六）" in await talk.says("1")


async def test_after_half_a_day_it_is_forgotten(town: Town) -> None:
    await both(town.talk("王阿婆"), HELP, BALANCE)
    assert "您刚才还说" not in await town.talk("王阿婆", FRIDAY + 13 * HOUR).says("谢谢", "thank")


async def test_nobody_is_offered_what_only_others_do(town: Town) -> None:
    talk = town.talk("王阿婆")
    assert "您刚才还说" not in await both(talk, BALANCE, {"text": "有什么单子", "intent": "list_jobs"})


async def test_a_list_keeps_its_numbers(town: Town) -> None:
    town.published()
    talk = town.talk("李明")
    answer = await both(
        talk, {"text": "有什么单子", "intent": "list_jobs"}, {"text": "几星了", "intent": "check_honors"}
    )
    assert "您刚才还说" not in answer
    assert "您接吗" in await talk.says("1")
    assert "您刚才还说“几星了”" in await talk.says("不接", "deny") or "看看单子" in talk.last.as_text()


async def test_a_long_wish_is_named_instead_of_quoted(town: Town) -> None:
    talk = town.talk("王阿婆")
    story = {"text": "我老早就想问问我那个单子是不是有人接了怎么一直没有声音的呀", "intent": "check_order"}
    assert "您刚才还要“看我的单子”" in await both(talk, BALANCE, story)


async def test_praise_said_with_done_is_the_mark(town: Town) -> None:
    number = town.finished(at=FRIDAY + HOUR)
    talk = town.talk("王阿婆", FRIDAY + 4 * HOUR)
    assert "您付2币，还剩3币。对吗" in await both(talk, DONE, PRAISE)
    answer = await talk.says("对", "affirm")
    assert "给李明5分" in answer
    assert "打几分" not in answer
    assert scores(town, number) == [5]


async def test_praise_inside_the_same_words_counts_as_well(town: Town) -> None:
    number = town.finished(at=FRIDAY + HOUR)
    talk = town.talk("王阿婆", FRIDAY + 4 * HOUR)
    await talk.says("做好了小李人很好", "confirm_done")
    assert "给李明5分" in await talk.says("对", "affirm")
    assert scores(town, number) == [5]


async def test_a_no_to_the_hours_drops_the_praise(town: Town) -> None:
    number = town.finished(at=FRIDAY + HOUR)
    talk = town.talk("王阿婆", FRIDAY + 4 * HOUR)
    await both(talk, DONE, PRAISE)
    await talk.says("不对", "deny")
    assert "您刚才还说" not in await talk.says("2")
    assert town.status(number) == "disputed"
    assert scores(town, number) == []


def scores(town: Town, number: int) -> list[int]:
    with town.desk.units() as uow:
        return [one.score for one in uow.ratings.find(order_id=number)]


async def test_a_newcomers_wish_is_offered_once_they_are_a_member(town: Town) -> None:
    talk = town.talk(None)
    await talk.says("明天上午陪我去医院", "request_help")
    await talk.says("1")
    for words in ("我叫李大海", "1950年3月", "13812345678"):
        await talk.says(words)
    assert "您登记前" not in await talk.says("对", "affirm")
    with town.desk.units() as uow:
        member = uow.members.find(name="李大海")[0].id
        membership.verify_identity(uow, town.desk.scheme, town.doing("总行老周"), member)
        uow.commit()
    talk.member_id = member
    answer = await talk.says("我还有几个币", "check_balance")
    assert "您登记前说过“明天上午陪我去医院”，现在办吗" in answer
    assert "上午几点" in await talk.says("1")
