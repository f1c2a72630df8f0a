"""How long, in minutes."""

import pytest

from bot.understanding.durations import DurationValue, resolve_duration

from .tables import rows

STRETCHES = """
    两个半钟头 | 150
    一个钟头 | 60
    廿分钟 | 20
    一个半小时 | 90
    三刻钟 | 45
    半天 | 240..480 vague
    三四个小时 | 180..240 range
    1.5h | 90
    一上午 | 240 vague
    俩小时 | 120
    个把小时 | 60..120 range
    -2小时 | -120 out_of_range
    40小时 | 2400 out_of_range
    四十个小时 | 2400 out_of_range
    半小时后 | -
    两小时 | 120
    半个小时 | 30
    半小时 | 30
    半个钟头 | 30
    一小时二十分钟 | 80
    一个钟头零十分 | 70
    90分钟 | 90
    1h30m | 90
    30min | 30
    一个多小时 | 60..120 vague
    两个多钟头 | 120..180 vague
    一个小时不到 | 60 vague
    两小时左右 | 120
    两三个钟头 | 120..180 range
    一刻钟 | 15
    三点一刻 | -
    一天 | 480 vague
    三天 | 4320 out_of_range
    两天半 | 3600 out_of_range
    陪一会儿 | 30 vague
    点把钟 | 60..90 vague
    大半天 | 240..480 vague
    上半天 | -
    明天上午两个小时 | 120
    不是两个小时，三个小时 | 180
    他说两小时，其实就一小时 | 60
    一个小时一刻钟 | 75
    2个半小时 | 150
    2-3小时 | 120..180 range
    十来分钟 | 10..15 range
    二十多分钟 | 21..29 range
    0小时 | 0 out_of_range
    九十分钟 | 90
    一百二十分钟 | 120
    两个钟 | 120
    两小时半 | 150
    一个小时半 | 90
    整天 | 480 vague
    全天 | 480 vague
    一个下午 | 240 vague
    2小时30分 | 150
    负两小时 | -120 out_of_range
    一小时 | 60
    一两个小时 | 60..120 range
    几个小时 | 120..540 range
    half an hour | 30
    2 hours | 120
    两个中头 | 120
    五分 | -
    十分满意 | -
    第二天 | -
    今天一天 | 480 vague
    周三天气 | -
    1個鐘頭 | 60
    5个小时 | 300
    第3个小时 | -
    三小食 | 180
    一个礼拜 | 10080 out_of_range
    每天两小时 | 120
    一个半钟 | 90
    两节课 | -
    1.5小时 | 90
    一点五小时 | 90
    两点五个小时 | 150
    一个上午 | 240 vague
    十分钟 | 10
    40分 | 40
    四十五分钟 | 45
    一小时不到 | 60 vague
    上门两个钟头左右 | 120
    大概一个半钟头吧 | 90
    3个小时 | 180
    做完了，两个小时 | 120
    一共花了1小时30分 | 90
    一百分钟 | 100
    五十分钟 | 50
    八点到十点 | -
"""


def told(value: DurationValue | None) -> str:
    if value is None:
        return "-"
    most = f"..{value.most}" if value.most is not None else ""
    return f"{value.minutes}{most}" + (f" {value.reason}" if value.reason else "")


@pytest.mark.parametrize(("words", "expected"), rows(STRETCHES))
def test_stretches(words: str, expected: str) -> None:
    assert told(resolve_duration(words)) == expected


def test_unsure_means_a_reason() -> None:
    value = resolve_duration("半天")
    assert value is not None
    assert value.unsure
    assert value.words == "半天"
