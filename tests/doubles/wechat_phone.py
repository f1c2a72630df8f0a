"""Plays WeChat's servers on the other side: encrypts and signs posts, repeats them, reads the passive reply.

The crypto is written from WeChat's description on the bare AES of `cryptography`, so that it shares nothing with the
code under test. (An implementation by others is used too: tests/node.)
"""

from __future__ import annotations

import base64
import hashlib
import itertools
import os
import struct
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from xml.etree import ElementTree
from xml.sax.saxutils import escape

import httpx
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from bot.clock import Clock


@dataclass(frozen=True, slots=True)
class Post:
    """One request as WeChat makes it."""

    params: dict[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Side:
    """What WeChat knows of our account."""

    token: str
    aes_key: str
    app_id: str

    def sign(self, *parts: str) -> str:
        return hashlib.sha1("".join(sorted((self.token, *parts))).encode()).hexdigest()

    def encrypt(self, xml: str, app_id: str | None = None) -> str:
        data = xml.encode()
        plain = os.urandom(16) + struct.pack(">I", len(data)) + data + (app_id or self.app_id).encode()
        padding = 32 - len(plain) % 32
        encryptor = self._cipher().encryptor()
        return base64.b64encode(encryptor.update(plain + bytes([padding]) * padding) + encryptor.finalize()).decode()

    def decrypt(self, encrypted: str) -> str:
        decryptor = self._cipher().decryptor()
        plain = decryptor.update(base64.b64decode(encrypted)) + decryptor.finalize()
        content = plain[16 : -plain[-1]]
        size = struct.unpack(">I", content[:4])[0]
        assert content[4 + size :].decode() == self.app_id
        return content[4 : 4 + size].decode()

    def _cipher(self) -> Cipher[modes.CBC]:
        key = base64.b64decode(self.aes_key + "=")
        return Cipher(algorithms.AES(key), modes.CBC(key[:16]))


class WeChatPhone:
    """One person's WeChat, with the servers behind it."""

    _ids = itertools.count(24_000_000_000)

    def __init__(self, side: Side, openid: str, clock: Clock, *, our_id: str = "gh_0123456789ab") -> None:
        self.side, self.openid, self.clock, self.our_id = side, openid, clock, our_id

    def text(self, words: str, **fields: str) -> str:
        return self.message("text", Content=words, **fields)

    def message(self, kind: str, **fields: str) -> str:
        """The XML of a message with a MsgId of its own."""
        return self._xml(kind, {"MsgId": str(next(self._ids)), **fields})

    def event(self, event: str, key: str | None = None, **fields: str) -> str:
        return self._xml("event", {"Event": event, **({"EventKey": key} if key is not None else {}), **fields})

    def _xml(self, kind: str, fields: dict[str, str]) -> str:
        head = {
            "ToUserName": self.our_id,
            "FromUserName": self.openid,
            "CreateTime": str(int(self.clock.now().timestamp())),
            "MsgType": kind,
        }
        nodes = "".join(f"<{name}>{escape(value)}</{name}>" for name, value in (head | fields).items())
        return f"<xml>{nodes}</xml>"

    def post(
        self, xml: str, *, at: datetime | None = None, nonce: str | None = None, app_id: str | None = None
    ) -> Post:
        """The safe-mode request that carries `xml`; each call has a timestamp, nonce and encryption of its own."""
        timestamp = str(int((at or self.clock.now()).timestamp()))
        nonce = nonce or str(int.from_bytes(os.urandom(4), "big"))
        encrypted = self.side.encrypt(xml, app_id)
        params = {
            "signature": self.side.sign(timestamp, nonce),
            "timestamp": timestamp,
            "nonce": nonce,
            "openid": self.openid,
            "encrypt_type": "aes",
            "msg_signature": self.side.sign(timestamp, nonce, encrypted),
        }
        body = f"<xml><ToUserName>{self.our_id}</ToUserName><Encrypt><![CDATA[{encrypted}]]></Encrypt></xml>"
        return Post(params, body.encode())

    def plain_post(self, xml: str, *, nonce: str | None = None) -> Post:
        timestamp = str(int(self.clock.now().timestamp()))
        nonce = nonce or str(int.from_bytes(os.urandom(4), "big"))
        return Post(
            {"signature": self.side.sign(timestamp, nonce), "timestamp": timestamp, "nonce": nonce}, xml.encode()
        )

    def reply_in(self, body: str) -> str | None:
        """The words of a passive reply; None for `success` or an empty body. Checks its signature and receiver."""
        if body in ("", "success"):
            return None
        if "<Encrypt>" in body:
            encrypted = field_of(body, "Encrypt")
            timestamp, nonce = field_of(body, "TimeStamp"), field_of(body, "Nonce")
            assert field_of(body, "MsgSignature") == self.side.sign(timestamp, nonce, encrypted)
            body = self.side.decrypt(encrypted)
        assert field_of(body, "ToUserName") == self.openid
        assert field_of(body, "FromUserName") == self.our_id
        return field_of(body, "Content")

    async def deliver(self, send: Callable[[Post], Awaitable[httpx.Response | None]], xml: str) -> str | None:
        """Send as WeChat does: up to three tries, each signed anew, until one is answered with 200.

        `send` returns None for a try that was not answered within 5 s.
        """
        for _ in range(3):
            response = await send(self.post(xml))
            if response is not None and response.status_code == 200:
                return self.reply_in(response.text)
        return None


def field_of(xml: str, name: str) -> str:
    """The text of one field, as any XML reader gives it."""
    found = ElementTree.fromstring(xml).find(name)
    assert found is not None, f"{name} missing"
    return found.text or ""
