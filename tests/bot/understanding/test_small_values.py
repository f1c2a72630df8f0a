"""Coins, orders, marks and picks."""

import pytest

from bot.understanding.amounts import coins_of, resolve_amount
from bot.understanding.choices import LAST, resolve_choice
from bot.understanding.order_numbers import resolve_order_number
from bot.understanding.ratings import resolve_rating

from .tables import rows

# words, outcome when nothing was asked, outcome when coins were asked for
AMOUNTS = """
    五个币 | 300 | 300
    2.5币 | 150 | 150
    十个时间币 | 600 | 600
    俩币 | 120 | 120
    两个半币 | 150 | 150
    一点五个币 | 90 | 90
    半个币 | 30 | 30
    送五个币给我老伴 | 300 | 300
    全部捐掉 | all | all
    把所有的币给我女儿 | all | all
    全部 | - | all
    五个 | - | 300
    5 | - | 300
    给3个吧 | - | 180
    两个半 | - | 150
    两个小时 | - | 120
    -3币 | -180 out_of_range | -180 out_of_range
    0币 | 0 out_of_range | 0 out_of_range
    99999999币 | 5999999940 out_of_range | 5999999940 out_of_range
    0.01币 | 0 not_whole_minutes | 0 not_whole_minutes
    三四个币 | 180 range | 180 range
    不是五个币，三个币 | 180 | 180
    一百块 | - | -
    我还有几个币 | - | -
    好的 | - | -
"""


def amount(words: str, asked: bool) -> str:
    value = resolve_amount(words, asked=asked)
    if value is None:
        return "-"
    return "all" if value.all else f"{value.minutes}" + (f" {value.reason}" if value.reason else "")


@pytest.mark.parametrize(("words", "unasked", "asked"), rows(AMOUNTS))
def test_amounts(words: str, unasked: str, asked: str) -> None:
    assert amount(words, False) == unasked
    assert amount(words, True) == asked


@pytest.mark.parametrize(
    ("minutes", "coins"), [(150, "2.5"), (60, "1"), (600, "10"), (90, "1.5"), (20, "0.33"), (0, "0")]
)
def test_minutes_as_coins(minutes: int, coins: str) -> None:
    assert coins_of(minutes) == coins


# words, outcome when nothing was asked, outcome when the order was asked for
ORDERS = """
    3号单 | 3 | 3
    单子12 | 12 | 12
    第5个单 | 5 | 5
    #12 | 12 | 12
    单号12 | 12 | 12
    12 | - | 12
    三号 | 3 unsure | 3
    12号 | 12 unsure | 12
    第五个 | - | 5
    接3号单 | 3 | 3
    接12号 | 12 | 12
    12号不通过，不在服务范围 | 12 | 12
    12号派给李明 | 12 | 12
    通过12号 | 12 | 12
    通过十二号 | 12 | 12
    21号审核通过 | 21 | 21
    15号指定小陈 | 15 | 15
    一号单和三号单 | 1 unsure | 1 unsure
    3号楼 | - | -
    3号线 | - | -
    幸福路12号 | - | -
    3号上午 | - | -
    12月3号 | - | -
    取消12号的陪诊 | - | -
    有什么单子 | - | -
"""


def order(words: str, asked: bool) -> str:
    value = resolve_order_number(words, asked=asked)
    return "-" if value is None else f"{value.number}" + (" unsure" if value.unsure else "")


@pytest.mark.parametrize(("words", "unasked", "asked"), rows(ORDERS))
def test_orders(words: str, unasked: str, asked: str) -> None:
    assert order(words, False) == unasked
    assert order(words, True) == asked


# words, outcome when nothing was asked, outcome when a mark was asked for
RATINGS = """
    五星 | 5 | 5
    四颗星 | 4 | 4
    给5分 | 5 | 5
    打4分 | 4 | 4
    满分 | 5 derived | 5 derived
    很好 | 5 derived | 5 derived
    满意 | 4 derived | 4 derived
    一般 | 3 derived | 3 derived
    太差了 | 1 derived | 1 derived
    差 | 1 derived | 1 derived
    不太满意 | 2 derived | 2 derived
    十分满意 | 5 derived | 5 derived
    小王做得很好 | 5 derived | 5 derived
    好 | - | 4 derived
    5 | - | 5
    第三个 | - | 3
    6星 | out_of_range | out_of_range
    0分 | out_of_range | out_of_range
    说错了，是四星不是五星 | 4 | 4
    五分钟 | - | -
    星期五 | - | -
    三点四十五分 | - | -
    你好 | - | -
"""


def rating(words: str, asked: bool) -> str:
    value = resolve_rating(words, asked=asked)
    if value is None:
        return "-"
    return f"{value.stars}" + (" derived" if value.derived else "") if value.stars else str(value.reason)


@pytest.mark.parametrize(("words", "unasked", "asked"), rows(RATINGS))
def test_ratings(words: str, unasked: str, asked: str) -> None:
    assert rating(words, False) == unasked
    assert rating(words, True) == asked


PICKS = """
    1 | 1
    １ | 1
    一 | 1
    第一个 | 1
    头一个 | 1
    选2 | 2
    ② | 2
    二号 | 2
    就第三个吧 | 3
    中间那个 | 2
    后面那个 | 3
    最后一个 | 3
    A | 1
    one | 1
    4 | -
    明天 | -
    好 | -
    两个都要 | -
"""


@pytest.mark.parametrize(("words", "expected"), rows(PICKS))
def test_picks_of_three(words: str, expected: str) -> None:
    assert str(resolve_choice(words, count=3) or "-") == expected


def test_the_last_of_an_unknown_list() -> None:
    assert resolve_choice("最后一个") == LAST
    assert resolve_choice("12") == 12
