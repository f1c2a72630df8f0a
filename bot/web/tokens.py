"""Signed links and sessions: an opaque subject and a purpose, never personal data."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from itsdangerous import BadSignature, SignatureExpired, TimestampSigner, URLSafeTimedSerializer

from bot.clock import Clock, SystemClock


class Purpose(StrEnum):
    """What a token opens. A token of one purpose is worthless for another."""

    CHAT_LINK = "chat-link"  # handed to a person; subject: the sender of the web channel
    CHAT_SESSION = "chat-session"  # the cookie it turns into
    DESK_LINK = "desk-link"  # subject: the member id of a staff member
    DESK_SESSION = "desk-session"
    API = "api"  # bearer token of the staff API
    PICKUP = "pickup"  # draws the picture of a pick-up code; subject: its six figures
    FORM = "form"  # guards the desk's forms; subject: the session's fingerprint


LIFETIMES = {
    Purpose.CHAT_LINK: timedelta(days=180),
    Purpose.CHAT_SESSION: timedelta(days=180),
    Purpose.DESK_LINK: timedelta(minutes=15),
    Purpose.DESK_SESSION: timedelta(hours=12),
    Purpose.API: timedelta(days=30),
    Purpose.PICKUP: timedelta(days=60),
    Purpose.FORM: timedelta(hours=12),
}


class LinkInvalid(Exception):
    """The link was not made by this desk, or for something else."""


class LinkExpired(LinkInvalid):
    """The link was good once and is too old now."""


class Signer:
    """Makes and reads tokens. `clock` is the wall clock: moving the demo's time on must not end sessions."""

    def __init__(self, secret: str, clock: Clock | None = None) -> None:
        if not secret:
            raise ValueError("the signing secret is empty")
        self._secret = secret
        self._clock = clock or SystemClock()

    def make(self, purpose: Purpose, subject: str) -> str:
        return self._serializer(purpose).dumps(subject)

    def read(self, purpose: Purpose, token: str) -> str:
        """The subject of a token. Raises LinkExpired, LinkInvalid."""
        try:
            subject = self._serializer(purpose).loads(token, max_age=int(LIFETIMES[purpose].total_seconds()))
        except SignatureExpired as error:
            raise LinkExpired(purpose) from error
        except BadSignature as error:  # forged, cut, of another purpose, or its payload is no JSON
            raise LinkInvalid(purpose) from error
        if not isinstance(subject, str):
            raise LinkInvalid(purpose)
        return subject

    def read_member(self, purpose: Purpose, token: str) -> int:
        """The member id that a token of the desk or the API stands for. Raises LinkExpired, LinkInvalid."""
        subject = self.read(purpose, token)
        if not subject.isdecimal():
            raise LinkInvalid(purpose)
        return int(subject)

    def _serializer(self, purpose: Purpose) -> URLSafeTimedSerializer:
        clock = self._clock

        class Stamp(TimestampSigner):
            def get_timestamp(self) -> int:
                return int(clock.now().timestamp())

            def timestamp_to_datetime(self, ts: int) -> datetime:
                return datetime.fromtimestamp(ts, UTC)

        return URLSafeTimedSerializer(self._secret, salt=f"timebank.{purpose}", signer=Stamp)


def fingerprint(text: str) -> str:
    """A short public name for something secret or long: the pane of a sender, the session of a form."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]
