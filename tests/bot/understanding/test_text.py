"""Cleaning, defusing and masking."""

import pytest

from bot.understanding.text import MAX_CHARS, clean, is_only_symbols, mask, neutralise


@pytest.mark.parametrize(
    ("raw", "cleaned"),
    [
        ("  明天\u200b 上午\u3000９点  ", "明天 上午 9点"),
        ("後天下午兩點鐘", "后天下午两点钟"),
        ("裏面著火了", "里面着火了"),
        ("著名医院", "著名医院"),
        ("①２３\x00\x07", "123"),
        ("1️⃣", "1"),
        ("第一行\n第二行", "第一行 第二行"),
        ("", ""),
        ("\u202e反\ufeff", "反"),
    ],
)
def test_clean(raw: str, cleaned: str) -> None:
    assert clean(raw) == cleaned


def test_long_texts_are_cut() -> None:
    assert len(clean("我" * 20_000)) == MAX_CHARS
    assert len(clean("\u200b" * 20_000 + "我")) <= MAX_CHARS


@pytest.mark.parametrize(
    "raw", ["/greet", "／greet", " /greet{}", '\u200b/inform{"a":1}', "//x", "⁄greet", "\n/stop", "\\greet"]
)
def test_no_user_text_is_a_payload(raw: str) -> None:
    assert not neutralise(raw).startswith(("/", "／", "\\", "⁄"))
    assert neutralise(raw).strip("/\\") == neutralise(raw)


@pytest.mark.parametrize("raw", ["明天/后天", "3/4", "好", "12/3上午", ""])
def test_ordinary_texts_stay_as_they_are(raw: str) -> None:
    assert neutralise(raw) == raw


@pytest.mark.parametrize(
    ("raw", "only"),
    [("😀😀", True), ("。。。", True), ("", True), ("👍好", False), ("1", False), ("①", False), ("…？！", True)],
)
def test_only_symbols(raw: str, only: bool) -> None:
    assert is_only_symbols(raw) is only


@pytest.mark.parametrize(
    ("raw", "masked"),
    [
        ("我电话13812345678", "我电话[电话]"),
        ("１３８１２３４５６７８", "[电话]"),
        ("138 1234 5678打给我", "[电话]打给我"),
        ("身份证310101194001011234。", "身份证[证件号]。"),
        ("31010119400101123X", "[证件号]"),
        ("站里22850770", "站里[电话]"),
        ("021-22850770", "[电话]"),
        ("卡号6222021234567890123", "卡号[数字]"),
        ("一三八幺二三四五六七八", "[数字]"),
        ("3号单，明天9:30", "3号单，明天9:30"),
    ],
)
def test_mask(raw: str, masked: str) -> None:
    assert mask(raw) == masked
