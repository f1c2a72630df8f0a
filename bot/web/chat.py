"""`/chat`: the web chat in large type. A signed link says who speaks; without one a newcomer's talk begins."""

from __future__ import annotations

import asyncio
import hashlib
import logging
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any

from anyio import to_thread
from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from pydantic import ValidationError

from bot import phrases
from bot.desk import Desk
from bot.messages import Incoming, Kind
from bot.web.incoming import LONGEST_BODY, LONGEST_TEXT, Posted, cleaned
from bot.web.pages import HEADERS, Pages
from bot.web.ports import ACCOUNT, CHANNEL, Gateway, Line, Mailbox, live_line
from bot.web.tokens import LIFETIMES, LinkExpired, LinkInvalid, Purpose, Signer, fingerprint
from bot.web.wakeups import Wakeups

log = logging.getLogger(__name__)
NEWCOMER = "tb_new"  # cookie: the talk that a stranger began in this browser
SHOWN = 80  # lines of a talk that a page shows
LONGEST_POLL = 25.0  # seconds
LOOK_EVERY = 1.0  # seconds between two looks into the mailbox
REPLY_WITHIN = 20.0  # seconds until a reply counts as late and takes the outbox


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatParts:
    """`phone` is whom to call when a link is of no use; `secure` marks cookies for https only."""

    desk: Desk
    gateway: Gateway
    mailbox: Mailbox
    signer: Signer
    phone: Callable[[], str]
    wakeups: Wakeups = field(default_factory=Wakeups)
    secure: bool = False
    reply_within: float = REPLY_WITHIN


def chat_link(signer: Signer, sender: str) -> str:
    """The path that opens the chat of a sender of the web channel."""
    return f"/chat?k={signer.make(Purpose.CHAT_LINK, sender)}"


def new_sender() -> str:
    """An opaque name for a new identity on the web channel."""
    return f"w{secrets.token_hex(12)}"


def chat_router(parts: ChatParts) -> APIRouter:
    """The routes of `/chat`."""
    router = APIRouter()
    chat = _Chat(parts)

    @router.get("/chat", include_in_schema=False)
    async def enter(
        request: Request, k: str | None = None, scene: Annotated[str, Query(max_length=64)] = ""
    ) -> Response:
        return await chat.enter(request, k, scene)

    @router.get("/chat/{pane}", include_in_schema=False)
    async def page(request: Request, pane: str) -> Response:
        return await chat.page(request, pane)

    @router.post("/chat/{pane}/messages", include_in_schema=False)
    async def post(request: Request, pane: str) -> Response:
        return await chat.post(request, pane)

    @router.get("/chat/{pane}/messages", include_in_schema=False)
    async def lines(
        request: Request,
        pane: str,
        after: Annotated[str, Query(max_length=64)] = "",
        wait: Annotated[float, Query(ge=0, le=LONGEST_POLL)] = LONGEST_POLL,
    ) -> Response:
        return await chat.lines(request, pane, after, wait)

    return router


class _Chat:
    def __init__(self, parts: ChatParts) -> None:
        self._parts = parts
        self._pages = Pages(parts.desk)

    async def enter(self, request: Request, token: str | None, scene: str) -> Response:
        """Turn a link into the pane's cookie, or begin (or find again) a newcomer's talk, at the branch of `scene`."""
        signer = self._parts.signer
        if token is not None:
            try:
                sender = signer.read(Purpose.CHAT_LINK, token)
            except LinkInvalid as error:
                return await self._no_entry(error)
            return self._to_pane(sender)
        try:
            sender = signer.read(Purpose.CHAT_SESSION, request.cookies.get(NEWCOMER, ""))
        except LinkInvalid:
            sender = new_sender()
        if scene:
            await self._scanned(sender, scene)
        response = self._to_pane(sender)
        self._set_cookie(response, NEWCOMER, sender, "/chat")
        return response

    async def _scanned(self, sender: str, scene: str) -> None:
        """A branch's code was scanned: the talk begins there. Scanned again, the first scan stands."""
        incoming = Incoming(
            channel=CHANNEL,
            account=ACCOUNT,
            sender=sender,
            message_id=f"{fingerprint(sender)}.scan.{scene}",
            kind=Kind.FOLLOW,
            text=scene,
            at=self._parts.desk.clock.now(),
        )
        await self._parts.gateway.receive(incoming, wait=self._parts.reply_within)

    async def page(self, request: Request, pane: str) -> Response:
        try:
            sender = self._sender(request, pane)
        except LinkInvalid as error:
            return await self._no_entry(error)
        phone = await to_thread.run_sync(self._parts.phone)
        response = self._pages.page("chat.html", pane=pane, phone=phone, longest=LONGEST_TEXT)
        self._set_cookie(response, _cookie(pane), sender, f"/chat/{pane}")  # its lifetime begins anew
        return response

    async def post(self, request: Request, pane: str) -> Response:
        try:
            sender = self._sender(request, pane)
        except LinkInvalid:
            return self._refuse(403, "session_over")
        try:
            posted = Posted.model_validate_json(await _body(request))
        except _TooLarge:
            return self._refuse(413, "too_long", longest=LONGEST_TEXT)
        except (ValidationError, UnicodeDecodeError):
            return self._refuse(422, "not_readable")
        text = cleaned(posted.text)
        if len(text) > LONGEST_TEXT:
            return self._refuse(413, "too_long", longest=LONGEST_TEXT)
        if posted.pick is not None:
            if not await to_thread.run_sync(self._may_pick, sender, posted):
                return self._refuse(409, "choice_is_over")
            text = str(posted.pick)
        if not text:
            return self._refuse(422, "empty")
        return await self._receive(sender, pane, posted, text)

    async def _receive(self, sender: str, pane: str, posted: Posted, text: str) -> Response:
        incoming = Incoming(
            channel=CHANNEL,
            account=ACCOUNT,
            sender=sender,
            message_id=f"{pane}.{posted.id}",  # nobody can name another person's message
            kind=Kind.TEXT,
            text=text,
            at=self._parts.desk.clock.now(),
        )
        try:
            await self._parts.gateway.receive(incoming, wait=self._parts.reply_within)
        except Exception:  # whatever broke: the page keeps the message and offers to send it again
            log.exception("a web message could not be stored")
            return self._refuse(503, "not_stored")
        finally:
            self._parts.wakeups.ring(sender)
        return JSONResponse({"stored": True}, headers=HEADERS)

    async def lines(self, request: Request, pane: str, after: str, wait: float) -> Response:
        """The talk as soon as it differs from the state `after`, or after `wait` seconds."""
        try:
            sender = self._sender(request, pane)
        except LinkInvalid:
            return self._refuse(403, "session_over")
        loop = asyncio.get_running_loop()
        until = loop.time() + wait
        while True:
            lines = await to_thread.run_sync(self._read, sender)
            state = _state(lines)
            left = until - loop.time()
            if state != after or left <= 0 or self._parts.wakeups.closing or await request.is_disconnected():
                live = live_line(lines)
                body = {"state": state, "lines": self._shown(lines), "live": live.id if live else None}
                return JSONResponse(body, headers=HEADERS)
            await self._parts.wakeups.wait(sender, min(LOOK_EVERY, left))

    def _read(self, sender: str) -> list[Line]:
        return self._parts.mailbox.lines(sender, now=self._parts.desk.clock.now(), most=SHOWN)

    def _shown(self, lines: list[Line]) -> list[dict[str, Any]]:
        now, zone = self._parts.desk.clock.now(), self._parts.desk.scheme.tz
        shown: list[dict[str, Any]] = []
        choices: Sequence[str] = ()
        for line in lines:
            shown.append(
                {
                    "id": line.id,
                    "mine": line.mine,
                    "when": phrases.when(line.at, now, zone),
                    "text": _with_label(line.text, choices) if line.mine else line.text,
                    "choices": list(line.choices),
                    "message": line.message_id.rsplit(".", 1)[-1] if line.message_id else None,
                    "picture": line.picture,
                }
            )
            choices = choices if line.mine else line.choices
        return shown

    def _may_pick(self, sender: str, posted: Posted) -> bool:
        """Only the newest choices can be picked, or the message came before and its stored reply is asked for again."""
        lines = self._read(sender)
        if any(line.message_id is not None and line.message_id.endswith(str(posted.id)) for line in lines):
            return True
        live = live_line(lines)
        return live is not None and live.id == posted.of and (posted.pick or 0) <= len(live.choices)

    def _sender(self, request: Request, pane: str) -> str:
        sender = self._parts.signer.read(Purpose.CHAT_SESSION, request.cookies.get(_cookie(pane), ""))
        if fingerprint(sender) != pane:
            raise LinkInvalid(Purpose.CHAT_SESSION)
        return sender

    def _to_pane(self, sender: str) -> Response:
        pane = fingerprint(sender)
        response = RedirectResponse(f"/chat/{pane}", status_code=303, headers=HEADERS)
        self._set_cookie(response, _cookie(pane), sender, f"/chat/{pane}")
        return response

    def _set_cookie(self, response: Response, name: str, sender: str, path: str) -> None:
        response.set_cookie(
            name,
            self._parts.signer.make(Purpose.CHAT_SESSION, sender),
            max_age=int(LIFETIMES[Purpose.CHAT_SESSION].total_seconds()),
            path=path,
            secure=self._parts.secure,
            httponly=True,
            samesite="lax",
        )

    async def _no_entry(self, error: LinkInvalid) -> HTMLResponse:
        phone = await to_thread.run_sync(self._parts.phone)
        key = "link_expired" if isinstance(error, LinkExpired) else "link_invalid"
        return self._pages.page("no_entry.html", status=403, reason=key, phone=phone)

    def _refuse(self, status: int, key: str, **facts: Any) -> JSONResponse:
        body = {"error": key, "words": self._pages.words(f"chat.{key}", **facts)}
        return JSONResponse(body, status_code=status, headers=HEADERS)


class _TooLarge(Exception):
    """The post is larger than any message."""


async def _body(request: Request) -> bytes:
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > LONGEST_BODY:
            raise _TooLarge
    return body


def _cookie(pane: str) -> str:
    return f"tb_{pane}"


def _with_label(text: str, choices: Sequence[str]) -> str:
    """A picked number with the words it stood for: "1" -> "1 对"."""
    if text.isdecimal() and 1 <= int(text) <= len(choices):
        return f"{int(text)} {choices[int(text) - 1]}"
    return text


def _state(lines: list[Line]) -> str:
    return hashlib.sha256("\n".join(line.id for line in lines).encode()).hexdigest()[:16]
