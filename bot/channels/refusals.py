"""How a door says no: an HTTP status with a one-line reason that names no person and shows no trace."""

from __future__ import annotations

import logging

from fastapi import Request, Response
from fastapi.responses import PlainTextResponse

log = logging.getLogger(__name__)


class DoorRefused(Exception):
    """The request is not let in. `reason` goes to the caller and the log, so it never quotes the request."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


def refusal_response(channel: str, account: str, refused: DoorRefused) -> Response:
    """Log and answer. `account` is one of ours by now, or a dash."""
    log.warning("%s/%s refused: %s (%d)", channel, account, refused.reason, refused.status)
    return PlainTextResponse(refused.reason + "\n", status_code=refused.status)


async def read_capped(request: Request, limit: int) -> bytes:
    """The body, at most `limit` bytes, without ever holding more. Raises DoorRefused (413, 400 on a bad length)."""
    declared = request.headers.get("content-length")
    if declared is not None:
        if not (declared.isascii() and declared.isdigit()):
            raise DoorRefused(400, "content-length is not a number")
        if int(declared[:12]) > limit:
            raise DoorRefused(413, f"body over {limit} bytes")
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > limit:
            raise DoorRefused(413, f"body over {limit} bytes")
    return bytes(body)
