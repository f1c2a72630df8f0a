"""The desk without Rasa: which words and buttons it knows, how forms go on, what becomes of everything else."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from bot.clock import MovableClock
from bot.without_rasa import intent_of
from tests.conversations.conftest import Opening, alone, sample  # noqa: F401  # fixtures
from tests.conversations.drivers import GatewayDriver
from tests.conversations.open_house import OpenHouse

Says = Callable[[str, str], Awaitable[str]]


@pytest.mark.parametrize(
    ("words", "intent"),
    [
        ("余额", "check_balance"),
        ("我还有几个币？", "check_balance"),
        ("我还有多少时间币", "check_balance"),
        ("我的单子", "check_order"),
        ("谁来", "check_order"),
        ("做好了。", "confirm_done"),
        ("确认", "confirm_done"),
        ("接3号单", "accept_job"),
        ("我接三号", "accept_job"),
        ("有什么单子", "list_jobs"),
        ("我接的单", "view_schedule"),
        ("人工", "talk_to_person"),
        ("转人工！", "talk_to_person"),
        ("菜单", "show_menu"),
        ("算了", "deny"),
        ('/confirm_done{"order_number": 5}', "confirm_done"),
    ],
)
def test_fixed_words(words: str, intent: str) -> None:
    found = intent_of(words)
    assert found is not None
    assert found[0] == intent


@pytest.mark.parametrize(
    "words",
    [
        "明天陪我去医院",
        "我做完了两个小时",
        "币是什么",
        "不要接3号单",
        "别确认",
        "单子上写的是谁的名字",
        "",
        "打电话问问医生",
    ],
)
def test_words_that_need_understanding(words: str) -> None:
    assert intent_of(words) is None


@pytest.fixture
async def house(alone: Opening) -> AsyncIterator[OpenHouse]:  # noqa: F811  # the fixture of that name
    async with alone(None) as opened:
        yield opened


@pytest.fixture
def says(house: OpenHouse) -> Says:
    driver = GatewayDriver(house)
    driver.all_sit("王阿婆", "张大爷", "李明", "赵建国", "孙丽", "何主任", "钱小梅")

    async def say(who: str, words: str) -> str:
        (heard,) = await driver.say(who, words, bool)
        return heard

    return say


async def test_nothing_moves_before_the_read_back_is_agreed(says: Says, house: OpenHouse) -> None:
    before = house.count("entry")
    assert "您付1币" in await says("张大爷", "做好了")
    assert "哪里不对" in await says("张大爷", "不对")
    assert house.count("entry") == before


async def test_a_form_answers_a_side_question_and_goes_on(says: Says, house: OpenHouse) -> None:
    before = house.count("entry")
    await says("张大爷", "做好了")
    aside = await says("张大爷", "余额")
    assert "能用的有5币" in aside
    assert "您付1币" in aside
    assert "您付1币，还剩5币" in await says("张大爷", "对")
    assert house.count("entry") == before + 2
    house.check_books()


async def test_what_follows_a_form_is_not_answered_by_its_yes(says: Says) -> None:
    await says("张大爷", "做好了")
    assert "打几分" in await says("张大爷", "好的"), "好的 was the yes to the coins, not a mark"
    assert "给李明4分" in await says("张大爷", "4")


async def test_a_form_can_be_let_go(says: Says, house: OpenHouse) -> None:
    before = house.count("entry")
    await says("张大爷", "做好了")
    assert "打几分" not in await says("张大爷", "算了")
    assert "能用的有5币" in await says("张大爷", "余额")
    assert house.count("entry") == before


async def test_buttons_of_every_task_work(says: Says) -> None:
    assert "2个单子" in await says("王阿婆", "我的单子")
    assert "周芳接了" in await says("王阿婆", "1")
    assert "取消6号单" in await says("王阿婆", "取消它")
    assert "取消了" in await says("王阿婆", "对")


async def test_staff_decide_by_the_buttons_of_their_menu(says: Says) -> None:
    assert "待审核的单子" in await says("孙丽", "菜单")
    assert "8号" in await says("孙丽", "1")
    assert "原话" in await says("孙丽", "1")
    assert "通过吗" in await says("孙丽", "通过")
    assert "接着由总行审核" in await says("孙丽", "通过")


async def test_a_taken_number_a_wrong_number_a_wrong_state(says: Says) -> None:
    assert "您接吗" in await says("李明", "接7号单")
    assert "您接下了" in await says("李明", "对")
    assert "被别人接了" in await says("赵建国", "接7号单")
    assert "没有找到" in await says("赵建国", "接99号单")
    assert "等审核" in await says("赵建国", "接8号单")


async def test_what_is_not_understood_becomes_a_case_and_the_sender_knows(says: Says, house: OpenHouse) -> None:
    cases = house.count("desk_case")
    told = await says("王阿婆", "明天下午想找人陪我去看看眼睛")
    assert "交给工作人员" in told
    assert "22850770" in told
    assert house.count("desk_case") == cases + 1
    await says("王阿婆", "就是前面那家眼科")
    assert house.count("desk_case") == cases + 1, "the same talk goes into the same case"


async def test_alarms_and_swindlers_are_heard_as_ever(says: Says) -> None:
    assert "120" in await says("王阿婆", "我胸口疼得厉害喘不上气")
    assert "没事就好" in await says("王阿婆", "我没事，按错了")
    assert "别转钱" in await says("张大爷", "有人打电话说我中奖了要转账")


async def test_a_restart_loses_no_form(
    alone: Opening,  # noqa: F811  # the fixture of that name
) -> None:
    async with alone(None) as first:
        driver = GatewayDriver(first)
        driver.all_sit("张大爷")
        assert "您付1币" in (await driver.say("张大爷", "做好了", bool))[0]
        clock: MovableClock = first.clock
    async with alone(None, clock=clock) as second:  # the same books
        driver = GatewayDriver(second)
        driver.all_sit("张大爷")
        assert "您付1币" in (await driver.say("张大爷", "对", bool))[0]
        second.check_books()
