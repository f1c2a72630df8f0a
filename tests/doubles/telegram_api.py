"""Plays the Bot API: updates by getUpdates or webhook, messages with buttons, files, flood control, blocks.

Flood control: a second message to one chat within a second, or the 31st within a second over all, is answered with
429 and `retry_after`, when `flood_control` is on.
"""

from __future__ import annotations

import asyncio
import itertools
import json
from collections import Counter, deque
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.clock import Clock

BOT = {"id": 7000000001, "is_bot": True, "first_name": "Desk", "username": "timebank_desk_bot"}


@dataclass(frozen=True, slots=True)
class Sent:
    """One message that reached a chat. `buttons` are (label, callback_data)."""

    message_id: int
    chat: int
    text: str
    buttons: tuple[tuple[str, str], ...]
    at: datetime


class TelegramDouble:
    """`app` is the ASGI app; `updates` wait for getUpdates, or for `take` to be posted to a webhook."""

    def __init__(self, clock: Clock, *, token: str = "7000000001:AAtest", flood_control: bool = True) -> None:
        self.clock, self.token, self.flood_control = clock, token, flood_control
        self.updates: deque[dict[str, Any]] = deque()
        self.sent: list[Sent] = []
        self.answered_taps: list[str] = []
        self.blocked: set[int] = set()
        self.files: dict[str, bytes] = {}
        self.webhook: dict[str, str] | None = None
        self.calls: Counter[str] = Counter()
        self._failures: dict[str, deque[tuple[int, str]]] = {}
        self._update_ids, self._message_ids = itertools.count(1000), itertools.count(1)
        self.app = Starlette(
            routes=[
                Route("/bot{token}/{method}", self._method, methods=["GET", "POST"]),
                Route("/file/bot{token}/{path:path}", self._file),
            ]
        )

    # what the test says happened

    def says(self, chat: int, text: str) -> dict[str, Any]:
        return self.sends(chat, text=text)

    def sends(self, chat: int, **content: Any) -> dict[str, Any]:
        """A message with any content (`voice`, `photo`, `location` …)."""
        return self.update(message=self.message(chat, **content))

    def message(self, chat: int, **content: Any) -> dict[str, Any]:
        return {
            "message_id": next(self._message_ids),
            "date": int(self.clock.now().timestamp()),
            "chat": {"id": chat, "type": "private", "first_name": "Wang"},
            "from": {"id": chat, "is_bot": False, "first_name": "Wang"},
            **content,
        }

    def taps(self, chat: int, data: str, message_id: int = 1) -> dict[str, Any]:
        under = self.message(chat, text="?") | {"message_id": message_id, "from": BOT}
        person = {"id": chat, "is_bot": False, "first_name": "Wang"}
        number = str(next(self._update_ids))
        return self.update(
            callback_query={"id": number, "from": person, "message": under, "chat_instance": "1", "data": data}
        )

    def blocks(self, chat: int) -> dict[str, Any]:
        self.blocked.add(chat)
        member = {"user": BOT, "status": "member"}
        gone = {"user": BOT, "status": "kicked", "until_date": 0}
        private = {"id": chat, "type": "private", "first_name": "Wang"}
        person = {"id": chat, "is_bot": False, "first_name": "Wang"}
        change = {"chat": private, "from": person, "date": int(self.clock.now().timestamp())}
        return self.update(my_chat_member={**change, "old_chat_member": member, "new_chat_member": gone})

    def update(self, **content: Any) -> dict[str, Any]:
        update = {"update_id": next(self._update_ids), **content}
        self.updates.append(update)
        return update

    def take(self) -> list[dict[str, Any]]:
        """What a webhook would be called with now."""
        waiting = list(self.updates)
        self.updates.clear()
        return waiting

    def fail(self, method: str, code: int, description: str, times: int = 1) -> None:
        self._failures.setdefault(method, deque()).extend([(code, description)] * times)

    def texts(self, chat: int) -> list[str]:
        return [sent.text for sent in self.sent if sent.chat == chat]

    # endpoints

    async def _method(self, request: Request) -> Response:
        method = request.path_params["method"]
        self.calls[method] += 1
        if request.path_params["token"] != self.token:
            return _error(401, "Unauthorized")
        waiting = self._failures.get(method)
        if waiting:
            return _error(*waiting.popleft())
        given: dict[str, Any] = dict(await request.form()) if request.method == "POST" else dict(request.query_params)
        match method:
            case "getMe":
                return _ok(BOT)
            case "setWebhook":
                self.webhook = {"url": given["url"], "secret_token": given.get("secret_token", "")}
                return _ok(True)
            case "deleteWebhook":
                self.webhook = None
                return _ok(True)
            case "getUpdates":
                return await self._get_updates(given)
            case "sendMessage":
                return self._send_message(given)
            case "sendVoice":
                return self._keep(int(given["chat_id"]), "[voice]", ())
            case "answerCallbackQuery":
                self.answered_taps.append(given["callback_query_id"])
                return _ok(True)
            case "getFile":
                return self._get_file(given["file_id"])
            case _:
                return _error(404, "Not Found")

    async def _get_updates(self, given: dict[str, Any]) -> Response:
        if self.webhook:
            return _error(409, "Conflict: can't use getUpdates method while webhook is active")
        await asyncio.sleep(0)  # in memory nothing else would give way to the rest of the test
        offset = int(given.get("offset") or 0)
        while self.updates and self.updates[0]["update_id"] < offset:
            self.updates.popleft()
        for _ in range(int(given.get("timeout") or 0) * 50):  # long polling; looks instead of being told, as
            if self.updates:  # the test may add updates from another thread
                break
            await asyncio.sleep(0.02)
        return _ok(list(self.updates)[: int(given.get("limit") or 100)])

    def _send_message(self, given: dict[str, Any]) -> Response:
        chat, text = int(given["chat_id"]), given.get("text", "")
        if chat in self.blocked:
            return _error(403, "Forbidden: bot was blocked by the user")
        if chat <= 0:
            return _error(400, "Bad Request: chat not found")
        if not text:
            return _error(400, "Bad Request: message text is empty")
        if len(text.encode("utf-16-le")) // 2 > 4096:
            return _error(400, "Bad Request: message is too long")
        keys = json.loads(given["reply_markup"])["inline_keyboard"] if given.get("reply_markup") else []
        buttons = tuple((key["text"], key["callback_data"]) for row in keys for key in row)
        if any(len(data.encode()) > 64 for _, data in buttons):
            return _error(400, "Bad Request: BUTTON_DATA_INVALID")
        second = [sent for sent in self.sent if self.clock.now() - sent.at < timedelta(seconds=1)]
        if self.flood_control and (len(second) >= 30 or any(sent.chat == chat for sent in second)):
            return _error(429, "Too Many Requests: retry after 3", retry_after=3)
        return self._keep(chat, text, buttons)

    def _keep(self, chat: int, text: str, buttons: tuple[tuple[str, str], ...]) -> Response:
        message = self.message(chat, text=text) | {"from": BOT}
        self.sent.append(Sent(message["message_id"], chat, text, buttons, self.clock.now()))
        return _ok(message)

    def _get_file(self, file_id: str) -> Response:
        if file_id not in self.files:
            return _error(400, "Bad Request: invalid file_id")
        size = len(self.files[file_id])
        return _ok({"file_id": file_id, "file_unique_id": file_id, "file_size": size, "file_path": f"voice/{file_id}"})

    async def _file(self, request: Request) -> Response:
        content = self.files.get(request.path_params["path"].removeprefix("voice/"))
        return Response(content, media_type="audio/ogg") if content is not None else _error(404, "Not Found")


def _ok(result: Any) -> Response:
    return JSONResponse({"ok": True, "result": result})


def _error(code: int, description: str, **parameters: int) -> Response:
    answer: dict[str, Any] = {"ok": False, "error_code": code, "description": description}
    if parameters:
        answer["parameters"] = parameters
    return JSONResponse(answer, status_code=code)
