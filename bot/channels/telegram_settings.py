"""What one Telegram bot needs to be served."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class TelegramAccount:
    """One bot. `name` is the last part of its address `/telegram/{name}`.

    With `secret` and `public_url` Telegram calls us; without a secret we poll.
    Raises ValueError for a secret Telegram would not take.
    """

    name: str
    token: str = field(repr=False)
    secret: str = field(default="", repr=False)
    public_url: str = ""
    api_url: str = "https://api.telegram.org"
    max_body: int = 256 * 1024  # an update of 4096 characters with entities stays far below

    def __post_init__(self) -> None:
        if not self.token:
            raise ValueError("the bot's token is needed")
        if self.secret and not _SECRET.fullmatch(self.secret):
            raise ValueError("the webhook secret has 1–256 characters of A-Z, a-z, 0-9, _ and -")

    @property
    def polls(self) -> bool:
        return not self.secret

    @property
    def webhook_url(self) -> str:
        return f"{self.public_url.rstrip('/')}/telegram/{self.name}"
