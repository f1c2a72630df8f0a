"""Cutting by bytes never cuts a character and loses no words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.splitting import split_text, utf8_size, utf16_size

TEXTS = st.text(alphabet=st.sampled_from("a1 \n。，好é😀👍🏻\u200d𠮷"), max_size=400)


@given(TEXTS, st.integers(min_value=4, max_value=60))
def test_by_bytes(text: str, limit: int) -> None:
    parts = split_text(text, limit)
    assert all(len(part.encode("utf-8")) <= limit for part in parts)
    assert "".join("".join(parts).split()) == "".join(text.split())


@given(TEXTS, st.integers(min_value=4, max_value=60))
def test_by_utf16(text: str, limit: int) -> None:
    parts = split_text(text, limit, utf16_size)
    assert all(len(part.encode("utf-16-le")) // 2 <= limit for part in parts)
    assert "".join("".join(parts).split()) == "".join(text.split())


@pytest.mark.parametrize(
    ("text", "limit", "parts"),
    [
        ("", 10, [""]),
        ("  \n ", 10, [""]),
        ("好", 4, ["好"]),
        ("您好。再见。", 12, ["您好。", "再见。"]),
        ("第一行\n第二行", 15, ["第一行", "第二行"]),
        ("好好好好", 7, ["好好", "好好"]),
        ("abcdefgh", 4, ["abcd", "efgh"]),
    ],
)
def test_seams(text: str, limit: int, parts: list[str]) -> None:
    assert split_text(text, limit, utf8_size) == parts


def test_a_hopeless_limit_is_refused() -> None:
    with pytest.raises(ValueError, match="no character"):
        split_text("好", 3)
