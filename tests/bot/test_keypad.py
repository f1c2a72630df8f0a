"""What a number, a label or a plain yes or no picks among the choices shown last."""

from __future__ import annotations

import pytest

from bot.keypad import lets_go, pick, vague_yes
from bot.messages import Choice

READ_BACK = (
    Choice(label="对", payload="/affirm", means="yes"),
    Choice(label="要改", payload="/deny", means="no"),
    Choice(label="找人说", payload="/talk_to_person"),
)


@pytest.mark.parametrize(
    ("said", "payload"), [("1", "/affirm"), ("好呀", "/affirm"), ("不对", "/deny"), ("三", "/talk_to_person")]
)
def test_it_picks(said: str, payload: str) -> None:
    choice = pick(said, READ_BACK)
    assert choice is not None
    assert choice.payload == payload


@pytest.mark.parametrize("said", ["4", "后天吧", ""])
def test_it_picks_nothing(said: str) -> None:
    assert pick(said, READ_BACK) is None


OFFER = (
    Choice(label="现在办", payload='/check_balance{"words": "看看我还有几个币"}', means="yes"),
    Choice(label="不用了", payload="/deny", means="no"),
)


@pytest.mark.parametrize("said", ["看看吧", "好，看看", "办吧", "那就现在办吧", "好的呀谢谢", "嗯，麻烦你了"])
def test_what_lets_a_deed_go_ahead(said: str) -> None:
    assert pick(said, OFFER) == OFFER[0]


@pytest.mark.parametrize("said", ["看看吧", "办吧", "看看"])
def test_to_a_read_back_that_is_no_yes(said: str) -> None:
    assert pick(said, READ_BACK) is None


def test_some_yeses_are_said_to_anything() -> None:
    assert [vague_yes(said) for said in ("好的", "嗯", "好的谢谢", "对", "是的", "没错")] == [True] * 3 + [False] * 3


def test_some_noes_let_the_whole_matter_go() -> None:
    assert [lets_go(said) for said in ("算了", "不用了。", "不对", "不")] == [True, True, False, False]
