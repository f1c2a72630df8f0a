"""The passive reply: the body that answers WeChat's own request."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime

from wechatpy.replies import TextReply

from bot.channels.splitting import split_text, utf8_size
from bot.channels.wechat_crypto import MessageCrypto
from bot.channels.wechat_door import Knock
from bot.messages import Reply

TEXT_LIMIT = 2048  # bytes, not characters
SUCCESS = "success"  # "got it, nothing to say now": WeChat neither retries nor tells the person of a failure

_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class PassiveReply:
    """The answer's body and media type, and the words that did not fit into it."""

    body: str
    media_type: str
    rest: Reply | None


def wechat_parts(reply: Reply) -> list[str]:
    """The reply as texts of at most 2048 bytes, its choices numbered below the words."""
    return split_text(clean(reply.as_text()), TEXT_LIMIT, utf8_size)


def clean(text: str) -> str:
    """Without the control characters that XML has no way to carry."""
    return _NOT_XML.sub("", text)


def passive_reply(reply: Reply | None, knock: Knock, crypto: MessageCrypto | None, now: datetime) -> PassiveReply:
    """Encrypted if the question was. `success` when there is no reply, or nothing in it."""
    parts = wechat_parts(reply) if reply else [""]
    if reply is None or not parts[0]:
        return PassiveReply(SUCCESS, "text/plain", None)
    rest = replace(reply, text="\n".join(parts[1:]), choices=(), picture=None) if parts[1:] else None
    seconds = int(now.timestamp())
    xml = TextReply(
        source=_cdata(knock.parsed.our_id),
        target=_cdata(knock.parsed.incoming.sender),
        content=_cdata(parts[0]),
        time=seconds,
    ).render()
    if knock.safe and crypto:
        xml = crypto.seal(xml, str(seconds), knock.nonce)
    return PassiveReply(xml, "application/xml", rest)


def _cdata(text: str) -> str:
    """Safe inside `<![CDATA[…]]>`, which wechatpy writes around every string without looking at it."""
    return text.replace("]]>", "]]]]><![CDATA[>")
