"""What one Official Account needs to be served."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class WeChatTemplate:
    """A template of the account's. `text_field` takes the message's first `limit` characters; `fixed` fills the rest.

    `one_time`: 订阅通知, where one consent of the person pays for one sending; else a service template.
    """

    template_id: str
    one_time: bool = False
    text_field: str = "thing1"
    limit: int = 20
    fixed: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class WeChatAccount:
    """One Official Account (verified 服务号). `name` is the last part of its address `/wechat/{name}`.

    `plain` lets unsigned bodies in and is refused unless `development`. `templates` by purpose (outbound_policy).
    Raises ValueError when the keys are missing or of the wrong length, or plain mode is set for production.
    """

    name: str
    app_id: str
    secret: str = field(repr=False)
    token: str = field(repr=False)
    aes_key: str = field(default="", repr=False)
    api_url: str = "https://api.weixin.qq.com"
    plain: bool = False
    development: bool = False
    reply_within: float = 4.2  # WeChat gives up after 5 s and needs its own time on the way
    max_age: timedelta = timedelta(minutes=5)
    # a text of 20,000 characters is 80 KB once encrypted, and deserves an answer rather than a 413
    max_body: int = 128 * 1024
    templates: Mapping[str, WeChatTemplate] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.plain and not self.development:
            raise ValueError("plain mode is for development only: its signature does not cover the body")
        if not self.token or not self.app_id:
            raise ValueError("app id and token are needed")
        if len(self.aes_key) != 43 and not (self.plain and not self.aes_key):
            raise ValueError("the EncodingAESKey has 43 characters")

    @property
    def mode(self) -> Literal["safe", "plain"]:
        return "plain" if self.plain else "safe"
