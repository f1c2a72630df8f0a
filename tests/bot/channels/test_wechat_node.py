"""Message crypto against an implementation by others (npm `wechat-crypto`), both ways."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from bot.channels.wechat_settings import WeChatAccount
from bot.clock import MovableClock
from tests.bot.channels.conftest import WeChatLine
from tests.doubles.house import GatewayDouble
from tests.doubles.wechat_phone import Post, WeChatPhone, field_of

NODE = Path(__file__).resolve().parents[2] / "node"
pytestmark = pytest.mark.node


def node(script: str, account: WeChatAccount, **given: str) -> dict[str, Any]:
    """Run one of tests/node's scripts."""
    if not (NODE / "node_modules" / "wechat-crypto").is_dir():
        pytest.fail("run `npm ci` in tests/node first")
    sides = {"token": account.token, "key": account.aes_key, "app_id": account.app_id}
    done = subprocess.run(
        ["node", "--no-deprecation", script],
        check=False,
        cwd=NODE,
        input=json.dumps(sides | given).encode(),
        capture_output=True,
    )
    assert done.returncode == 0, done.stderr.decode()
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


@pytest.mark.parametrize("words", ["明天陪我去医院", "😀]]>&", "x" * 3000])
async def test_there_and_back(
    line: WeChatLine,
    phone: WeChatPhone,
    account: WeChatAccount,
    gateway: GatewayDouble,
    clock: MovableClock,
    words: str,
) -> None:
    timestamp, nonce = str(int(clock.now().timestamp())), "1320562132"
    made = node("encrypt.js", account, xml=phone.text(words), timestamp=timestamp, nonce=nonce)
    params = {"timestamp": timestamp, "nonce": nonce, "encrypt_type": "aes", "msg_signature": made["signature"]}
    response = await line(Post(params, f"<xml><Encrypt><![CDATA[{made['encrypt']}]]></Encrypt></xml>".encode()))
    assert gateway.incoming[0].text == words

    body = response.text
    opened = node(
        "decrypt.js",
        account,
        encrypt=field_of(body, "Encrypt"),
        timestamp=field_of(body, "TimeStamp"),
        nonce=field_of(body, "Nonce"),
    )
    assert opened["id"] == account.app_id
    assert opened["signature"] == field_of(body, "MsgSignature")
    assert phone.reply_in(opened["message"]) == "好"
