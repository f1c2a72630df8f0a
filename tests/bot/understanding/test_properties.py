"""Whatever people send: nothing raises, nothing is answered in the past, only the first 300 characters count."""

import json
from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.understanding.choices import resolve_choice
from bot.understanding.emergencies import screen
from bot.understanding.scams import screen_scam
from bot.understanding.text import MAX_CHARS, clean, is_only_symbols, mask, neutralise
from bot.understanding.times import resolve_time
from bot.understanding.values import Slot, extract

from .tables import NOW, SHANGHAI

_PIECES = """
明天 后天 昨天 上个月 下周 周三 礼拜 每 隔 一 二 三 两 十 廿 半 点 刻 号 月 日 年 15 3:30 2.5 号单 币 小时
钟头 分钟 上午 下午 晚上 到 至 - 不对 改到 之前 以后 腊月 初八 冬至 国庆 除夕 农历 差 第 个 9999 24 25 60
tomorrow at 3pm every Monday in hours 摔倒 起不来 胸口 疼 没 昨天 煤气 转账 中奖 骗子 医院 去 陪 我妈 王阿婆 路 弄 室
名天 礼拜司 中武 夏午 第一个 周一
1-5号 俩点儿 半拉 个半 时间毕 ⭐ 五星 李 小红 单 蛋 忙活到 中旬 before Friday the 25th Mary hospital
， 。 ？ 、 吧 的 了 😀 / { }
"""
PIECES = (*_PIECES.split(), "\u200b", " ")
WORDS = st.lists(st.sampled_from(PIECES), max_size=14).map("".join)
ANY_TEXT = st.one_of(st.text(max_size=80), WORDS)
MOMENTS = st.datetimes(datetime(1995, 1, 1), datetime(2090, 1, 1)).map(lambda at: at.replace(tzinfo=SHANGHAI))  # noqa: DTZ001 - made aware here
SLOTS: tuple[Slot | None, ...] = (
    None, "time", "duration", "service", "place", "person", "amount", "order_number", "rating", "choice",
)  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(text=ANY_TEXT, now=MOMENTS, asked=st.sampled_from(SLOTS))
def test_nothing_raises_and_spans_stand_in_the_text(text: str, now: datetime, asked: Slot | None) -> None:
    values = extract(text, now, roster=("李明", "王秀英"), asked=asked)
    for one in values.entities():
        assert 0 <= one["start"] < one["end"] <= len(values.text)
    for said in (
        values.time,
        values.duration,
        values.amount,
        values.person,
        values.place,
        values.rating,
        values.service,
    ):
        assert said is None or 0 <= said.span[0] <= said.span[1] <= len(values.text)
    for begin, end in values.time.spans if values.time else ():
        assert 0 <= begin < end <= len(values.text)
    json.dumps([values.as_values(), values.entities()])
    screen(text)
    screen_scam(text)
    resolve_choice(text)
    mask(text)
    is_only_symbols(text)


@settings(max_examples=600, deadline=None)
@given(text=ANY_TEXT, now=MOMENTS)
def test_never_the_past_for_a_future_wish(text: str, now: datetime) -> None:
    value = resolve_time(text, now)
    if value is None or value.start is None:
        assert value is None or value.unsure
        return
    assert value.start.utcoffset() is not None
    assert (value.end or value.start) >= now
    assert value.end is None or value.end > value.start
    assert value.start.tzinfo is SHANGHAI
    assert value.unsure == (value.reason is not None)


@settings(max_examples=200, deadline=None)
@given(text=ANY_TEXT, now=MOMENTS)
def test_looking_back_never_raises(text: str, now: datetime) -> None:
    resolve_time(text, now, future=False)


@given(text=st.text(max_size=400))
def test_clean_is_settled_and_short(text: str) -> None:
    once = clean(text)
    assert clean(once) == once
    assert len(once) <= MAX_CHARS


@given(text=st.text(max_size=60))
def test_no_text_becomes_a_payload(text: str) -> None:
    assert not neutralise("/" + text).lstrip().startswith("/")
    assert not clean(neutralise(text)).startswith("/")


def test_only_the_first_characters_count() -> None:
    head = "明天上午九点陪我去医院，" * 25
    assert extract(head + "后天" * 9000, NOW) == extract(head[:MAX_CHARS], NOW)
    assert NOW.utcoffset() == timedelta(hours=8)
