"""WeChat as a driver: posts encrypted by npm's `wechat-crypto`, replies opened by it, 客服 at the API double."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import itertools
import json
import os
from collections import defaultdict
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx

from bot.clock import SystemClock
from bot.rasa_process import free_port
from tests.conversations.open_house import OpenHouse, served
from tests.conversations.play import Enough
from tests.doubles.wechat_api import WeChatDouble
from tests.doubles.wechat_phone import Post, Side, WeChatPhone, field_of

NODE = Path(__file__).resolve().parents[1] / "node"
AES_KEY = base64.b64encode(bytes(range(32))).decode().rstrip("=")
SIDE = Side(token="tok", aes_key=AES_KEY, app_id="wx0123456789abcdef")
SETTINGS = {
    "wechat_app_id": SIDE.app_id,
    "wechat_secret": "s3cret",
    "wechat_token": SIDE.token,
    "wechat_aes_key": AES_KEY,
}


async def node(script: str, **given: str) -> dict[str, Any]:
    """Run one of tests/node's scripts. Raises AssertionError with what it said."""
    sides = {"token": SIDE.token, "key": SIDE.aes_key, "app_id": SIDE.app_id}
    child = await asyncio.create_subprocess_exec(
        "node",
        "--no-deprecation",
        script,
        cwd=NODE,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, errors = await child.communicate(json.dumps(sides | given).encode())
    assert child.returncode == 0, errors.decode()
    answer: dict[str, Any] = json.loads(out)
    return answer


@contextlib.asynccontextmanager
async def wechat_api(double: WeChatDouble) -> AsyncIterator[str]:
    """The API double on loopback: its address."""
    port = free_port()
    async with served(double.app, port):
        yield f"http://127.0.0.1:{port}"


class WeChatDriver:
    """Everybody has a phone; the posts go over HTTP into the real door."""

    def __init__(self, house: OpenHouse, api: WeChatDouble) -> None:
        self.house, self.api = house, api
        self.http = httpx.AsyncClient(base_url=house.url, trust_env=False, timeout=60)
        self._phones: dict[str, WeChatPhone] = {}
        self._seen: dict[str, int] = defaultdict(int)
        self._serial = itertools.count(1)

    async def close(self) -> None:
        await self.http.aclose()

    def phone(self, who: str) -> WeChatPhone:
        if who not in self._phones:
            openid = f"o{next(self._serial):06}"
            self.house.bind("wechat", "main", openid, who)
            self._phones[who] = WeChatPhone(SIDE, openid, SystemClock())
        return self._phones[who]

    async def all_sit(self, *people: str) -> None:
        for who in people:
            self.phone(who)

    async def sealed(self, who: str, xml: str) -> Post:
        """The post that carries `xml`, encrypted and signed by the other implementation."""
        timestamp = str(int(SystemClock().now().timestamp()))
        nonce = str(int.from_bytes(os.urandom(4), "big"))
        made = await node("encrypt.js", xml=xml, timestamp=timestamp, nonce=nonce)
        params = {
            "timestamp": timestamp,
            "nonce": nonce,
            "openid": self.phone(who).openid,
            "encrypt_type": "aes",
            "msg_signature": made["signature"],
        }
        return Post(params, f"<xml><Encrypt><![CDATA[{made['encrypt']}]]></Encrypt></xml>".encode())

    async def post(self, who: str, xml: str) -> str | None:
        """Deliver once; the words of the passive reply, None for `success`."""
        self.api.wrote(self.phone(who).openid)
        sealed = await self.sealed(who, xml)
        answer = await self.http.post("/wechat/main", params=sealed.params, content=sealed.body)
        assert answer.status_code == 200, answer.text
        return await self.opened(who, answer.text)

    async def opened(self, who: str, body: str) -> str | None:
        """The words in an answer's body."""
        if body in ("", "success"):
            return None
        encrypted, timestamp, nonce = (field_of(body, name) for name in ("Encrypt", "TimeStamp", "Nonce"))
        opened = await node("decrypt.js", encrypt=encrypted, timestamp=timestamp, nonce=nonce)
        assert opened["id"] == SIDE.app_id
        assert opened["signature"] == field_of(body, "MsgSignature")
        return self.phone(who).reply_in(opened["message"])

    async def say(self, who: str, words: str, enough: Enough) -> list[str]:
        passive = await self.post(who, self.phone(who).text(words))
        await self.house.settle()
        later = self._new(who)
        return later if passive is None else [passive, *later]

    async def tap(self, who: str, label: str, enough: Enough) -> list[str]:
        return await self.say(who, label, enough)

    async def notices(self, who: str, enough: Enough) -> list[str]:
        await self.house.settle()
        return self._new(who)

    def _new(self, who: str) -> list[str]:
        texts = self.api.texts(self.phone(who).openid)
        new = texts[self._seen[who] :]
        self._seen[who] = len(texts)
        return new

    async def set_clock(self, now: datetime) -> None:
        await self.house.set_clock(now)
