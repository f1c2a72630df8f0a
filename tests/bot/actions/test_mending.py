"""After a correction exactly that one thing is another."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.actions.mending import called_wrong, correction
from bot.actions.plainly import shorter
from tests.doubles.town import FRIDAY, Town, make_town

WHOLE = "后天下午三点陪我去华东医院，两个小时"


@pytest.fixture
def town() -> Town:
    return make_town()


@pytest.mark.parametrize(
    ("said", "new"),
    [
        ("不是三点是四点", "四点"),
        ("不是三点，是四点", "四点"),
        ("不要三点要四点", "四点"),
        ("两个小时太长，一个半", "一个半小时"),
        ("两个小时太长了，一个半就够了", "一个半小时"),
        ("不是我，是我老伴", "我老伴"),
        ("说错了，是后天", "后天"),
        ("把医院改成银行", "银行"),
        ("不是两个小时，三个小时", "三个小时"),
        ("不是的", None),
        ("不对", None),
        ("说错了", None),
        ("等得太久了，我那个单子到底怎么样了呀你们", None),
        ("我不是会员是不是不能约", None),
    ],
)
def test_what_stands_instead(said: str, new: str | None) -> None:
    assert correction(said) == new


@pytest.mark.parametrize(
    ("said", "what"),
    [("地方不对", "place"), ("时间错了", "time"), ("太长了", "minutes"), ("不对", None), ("华东医院", None)],
)
def test_what_is_called_wrong(said: str, what: str | None) -> None:
    assert called_wrong(said) == what


@pytest.mark.parametrize(
    ("said", "intent", "then"),
    [
        ("不是三点是四点", "correct", "后天（周日）下午4点，陪诊，2小时，在华东医院"),
        ("不是三点是四点", "check_order", "后天（周日）下午4点，陪诊，2小时，在华东医院"),
        ("两个小时太长，一个半", "deny", "后天（周日）下午3点，陪诊，1小时30分钟，在华东医院"),
        ("不是后天，是大后天", "deny", "11月23日（周一）下午3点，陪诊，2小时，在华东医院"),
        ("不是陪诊，是接送", "correct", "后天（周日）下午3点，接送，2小时，在华东医院"),
        ("不是华东医院，是华山医院", "deny", "后天（周日）下午3点，陪诊，2小时，在华山医院"),
        ("不是我，是我老伴", "deny", "后天（周日）下午3点，陪诊，2小时，在华东医院"),
    ],
)
async def test_one_thing_alone_changes(town: Town, said: str, intent: str, then: str) -> None:
    talk = town.talk("王阿婆")
    await talk.says(WHOLE, "request_help")
    assert f"{then}，用2币。对吗" in await talk.says(said, intent)


@pytest.mark.parametrize(
    ("said", "question", "answer", "then"),
    [
        ("地方不对", "家里吗", "中山医院", "后天（周日）下午3点，陪诊，2小时，在中山医院"),
        ("时间不对", "什么时候", "上午十点", "后天（周日）上午10点，陪诊，2小时，在华东医院"),
        ("太长了", "多久", "一个小时", "后天（周日）下午3点，陪诊，1小时，在华东医院"),
    ],
)
async def test_what_is_only_called_wrong_is_asked_again(
    town: Town, said: str, question: str, answer: str, then: str
) -> None:
    talk = town.talk("王阿婆")
    await talk.says(WHOLE, "request_help")
    assert question in await talk.says(said, "deny")
    assert then in await talk.says(answer)


async def test_undo_right_after_asking_offers_to_call_it_off(town: Town) -> None:
    await _asks(town)
    talk = town.talk("王阿婆", FRIDAY + timedelta(minutes=2))
    assert "取消1号单" in await talk.says("撤销", "cancel_order")
    assert "取消了" in await talk.says("对", "affirm")
    assert town.status(1) == "cancelled"


@pytest.mark.parametrize("intent", ["deny", "affirm", "nlu_fallback", "correct"])
async def test_undo_is_understood_however_it_was_heard(town: Town, intent: str) -> None:
    await _asks(town)
    answer = await town.talk("王阿婆", FRIDAY + timedelta(minutes=2)).says("撤销刚才那个", intent)
    assert "取消1号单" in answer or intent == "affirm"
    assert town.status(1) == "submitted"


async def test_after_the_minutes_of_undo_it_is_no_longer_meant(town: Town) -> None:
    await _asks(town)
    late = town.talk("王阿婆", FRIDAY + timedelta(minutes=11))
    assert "没有可以撤销的" in await late.says("撤销", "cancel_order")


async def _asks(town: Town) -> None:
    talk = town.talk("王阿婆")
    await talk.says(WHOLE, "request_help")
    await talk.says("对", "affirm")


async def test_words_about_something_else_give_no_values(town: Town) -> None:
    talk = town.talk("王阿婆")
    assert "多久" in await talk.says("后天上午十点找人理发", "request_help")
    await talk.says("您的包裹已到3号楼，取件码5-2", "out_of_scope")
    assert "家里吗" in await talk.says("一个小时")


async def test_misses_count_in_a_row_only(town: Town) -> None:
    talk = town.talk("王阿婆")
    for _ in range(2):
        await talk.says("呜哩哇啦", "nlu_fallback")
    await talk.says("余额", "check_balance")
    assert "人工" not in await talk.says("呜哩哇啦", "nlu_fallback")
    await talk.says("今天股票怎么样", "out_of_scope")
    assert "人工" in await talk.says("呜哩哇啦", "nlu_fallback")


def test_the_question_alone_is_shorter() -> None:
    assert shorter("记好了。明天上午来。您要几点？") == "您要几点？"
    assert shorter("记好了。明天上午来。") == "记好了。"
    assert shorter("记好了") == "记好了"
