"""Why."""

import pytest

from bot.understanding.reasons import resolve_reason

from .tables import rows

REASONS = """
    12号不通过，不在服务范围 | 不在服务范围
    驳回12号，材料不全 | 材料不全
    因为下雨，所以不去了 | 下雨
    明天那单我去不了了，家里有事 | 家里有事
    取消吧，女儿来陪我 | 女儿来陪我
    理由：超出次数 | 超出次数
    12号不通过 | -
    通过12号 | -
"""


@pytest.mark.parametrize(("words", "expected"), rows(REASONS))
def test_reasons(words: str, expected: str) -> None:
    value = resolve_reason(words)
    assert (value.words if value else "-") == expected
