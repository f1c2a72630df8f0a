"""Who may knock as WeChat: verification, decryption, replay. Ends in a `Knock` or in `DoorRefused`.

**Replays.** The signature covers token, timestamp, nonce and, in safe mode, the encrypted body. A post whose
timestamp is off by more than `max_age` is refused. Within that time a nonce seen before is

- *the same bytes again*: let through as a redelivery. The message id makes it do nothing twice, and the answer is
  the stored reply, freshly encrypted, which is worth nothing to whoever recorded the traffic. Refusing it would lose
  a message whenever we are killed between remembering the nonce and storing the message and WeChat repeats its
  request as it was.
- *other content under a used nonce*: refused, 403. In plain mode, whose signature leaves the body open, this is what
  stops a recorded signature from carrying another body.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from bot.channels.ports import NonceGuard
from bot.channels.refusals import DoorRefused
from bot.channels.wechat_crypto import MessageCrypto, check_freshness, check_shape, check_signature
from bot.channels.wechat_parse import Parsed, flat_xml, parse
from bot.channels.wechat_settings import WeChatAccount
from bot.clock import Clock

Query = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Knock:
    """A genuine post."""

    parsed: Parsed
    safe: bool
    timestamp: str
    nonce: str


class WeChatDoor:
    """One account's door. `clock` is the wall clock: WeChat's timestamps are compared with it."""

    def __init__(self, account: WeChatAccount, nonces: NonceGuard, clock: Clock) -> None:
        self.account = account
        self.clock = clock
        self._nonces = nonces
        self.crypto = MessageCrypto(account.token, account.aes_key, account.app_id) if account.aes_key else None

    def verify(self, query: Query) -> str:
        """The `echostr` to answer the GET verification with, in either mode. Raises DoorRefused."""
        timestamp, nonce, echo = query.get("timestamp", ""), query.get("nonce", ""), query.get("echostr", "")
        check_shape(timestamp, nonce)
        if not echo or len(echo) > 1024:
            raise DoorRefused(400, "echostr missing or too long")
        if self.crypto and "msg_signature" in query:
            return self.crypto.open(echo, query["msg_signature"], timestamp, nonce)
        check_signature(query.get("signature", ""), self.account.token, timestamp, nonce)
        return echo

    async def open(self, query: Query, body: bytes) -> Knock:
        """Check and read one POST. Raises DoorRefused; nothing is remembered before the signature has been checked."""
        timestamp, nonce = query.get("timestamp", ""), query.get("nonce", "")
        check_freshness(timestamp, nonce, self.clock.now(), self.account.max_age)
        if not body:
            raise DoorRefused(400, "empty body")
        try:
            text = body.decode("utf-8")
        except UnicodeDecodeError:
            raise DoorRefused(400, "body is not UTF-8") from None
        safe = "msg_signature" in query or query.get("encrypt_type") == "aes"
        xml = self._open_safe(text, query) if safe else self._open_plain(text, query)
        digest = hashlib.sha256(body).hexdigest()
        parsed = parse(xml, self.account.name, self.clock.now())
        kept = await self._nonces.first_use(self.account.name, f"{timestamp}:{nonce}", digest, now=self.clock.now())
        if kept != digest:
            raise DoorRefused(403, "nonce used before with other content")
        return Knock(parsed, safe, timestamp, nonce)

    def _open_safe(self, text: str, query: Query) -> str:
        if self.crypto is None:
            raise DoorRefused(400, "no EncodingAESKey is set for this account")
        encrypted = flat_xml(text).get("Encrypt")
        if not encrypted:
            raise DoorRefused(400, "Encrypt missing")
        return self.crypto.open(encrypted, query.get("msg_signature", ""), query["timestamp"], query["nonce"])

    def _open_plain(self, text: str, query: Query) -> str:
        if not (self.account.plain and self.account.development):
            raise DoorRefused(403, "plain mode is not accepted: set the account to safe mode")
        check_signature(query.get("signature", ""), self.account.token, query["timestamp"], query["nonce"])
        return text
