"""The passive reply's words."""

from __future__ import annotations

import pytest

from bot.channels.wechat_replies import wechat_parts
from bot.messages import Choice, Reply
from tests.bot.channels.conftest import WeChatLine
from tests.doubles.house import GatewayDouble
from tests.doubles.wechat_phone import WeChatPhone


@pytest.mark.parametrize(
    "words",
    [
        "]]>",
        "a]]>b]]>]]>",
        "]]]]>>",
        "<xml>&amp;</xml>",
        "</Content><MsgType>news</MsgType>",
        "两行\n字",
        "😀",
    ],
)
async def test_words_arrive_as_they_are(
    line: WeChatLine, phone: WeChatPhone, gateway: GatewayDouble, words: str
) -> None:
    gateway.answer = lambda incoming: Reply(text=words)
    assert phone.reply_in((await line(phone.post(phone.text("x")))).text) == words


async def test_control_characters_are_left_out(line: WeChatLine, phone: WeChatPhone, gateway: GatewayDouble) -> None:
    gateway.answer = lambda incoming: Reply(text="好\x00\x08的\ufffe")
    assert phone.reply_in((await line(phone.post(phone.text("x")))).text) == "好的"


async def test_an_empty_reply_is_success(line: WeChatLine, phone: WeChatPhone, gateway: GatewayDouble) -> None:
    gateway.answer = lambda incoming: Reply(text=" \x00")
    assert (await line(phone.post(phone.text("x")))).text == "success"


def test_choices_are_numbered_at_the_end() -> None:
    reply = Reply(text="对吗？", choices=(Choice(label="对", payload="/affirm"), Choice(label="不对", payload="/deny")))
    assert wechat_parts(reply) == ["对吗？\n1 对\n2 不对"]
    long = Reply(text="字" * 1000, choices=reply.choices)
    parts = wechat_parts(long)
    assert len(parts) == 2 and parts[-1].endswith("1 对\n2 不对")
    assert all(len(part.encode()) <= 2048 for part in parts)
