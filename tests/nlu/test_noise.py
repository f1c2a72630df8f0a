"""The noise that lines are measured under: it spoils what it says, always in the same way."""

from __future__ import annotations

from noise import breathless, noises, slipped, sound_alikes, sound_groups, traditional
from pypinyin import lazy_pinyin

LINES = ["明天上午陪我去趟医院，好吗？", "我还有几个币", "师傅十点来过了", "是事实", "名天伤五"]


def test_sound_alikes_sound_alike() -> None:
    groups = sound_groups(LINES)
    spoiled = sound_alikes("是事实，明天上午", groups, share=1.0)
    assert spoiled != "是事实，明天上午"
    assert lazy_pinyin(spoiled) == lazy_pinyin("是事实，明天上午")
    assert spoiled == sound_alikes("是事实，明天上午", groups, share=1.0)


def test_a_share_of_none_changes_nothing() -> None:
    assert all(sound_alikes(line, sound_groups(LINES), share=0.0) == line for line in LINES)


def test_traditional_breathless_slipped() -> None:
    assert traditional("我还有几个币") == "我還有幾個幣"
    assert breathless("明天，好吗？") == "嗯那个明天好吗"
    assert slipped("对") == "对"
    assert slipped("明天上午陪我去") != "明天上午陪我去"
    assert abs(len(slipped("明天上午陪我去")) - 7) <= 1


def test_every_noise_spoils_something() -> None:
    for name, spoil in noises(sound_groups(LINES * 3)).items():
        assert any(spoil(line) != line for line in LINES), name
