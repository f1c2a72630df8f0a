"""Talking to Rasa over its REST channel: a turn, a parse, a look whether it is there."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

import httpx

from bot.messages import Choice, Reply

REST_AFTER_FAILURE = 2.0  # seconds without asking again once Rasa failed, so that nobody waits for a dead server


class RasaAway(Exception):
    """Rasa is starting, slow or dead, or answered with nothing: the desk goes on without it."""


@dataclass(frozen=True, slots=True)
class RasaTurn:
    """What one turn brought: replies in order, and whether a task ended with it.

    `relay_case`: a person of the staff took this case, and words go to the other side from here on; 0: that ended.
    """

    replies: list[Reply]
    finished: bool
    relay_case: int | None = None


class RasaClient:
    """One HTTP client for one Rasa (or a balancer in front of several). `timeout` is in seconds."""

    def __init__(self, url: str, token: str | None, timeout: float = 3.0) -> None:
        self._timeout = timeout
        self._params = {"token": token} if token else {}
        self._http = httpx.AsyncClient(base_url=url, timeout=timeout, trust_env=False)
        self._resting_until = 0.0

    async def close(self) -> None:
        await self._http.aclose()

    async def turn(self, sender: str, text: str, metadata: dict[str, Any]) -> RasaTurn:
        """Send one message of a person. Raises RasaAway when no answer came in time or it was empty."""
        raw = await self._post("/webhooks/rest/webhook", {"sender": sender, "message": text, "metadata": metadata})
        replies = [_reply(item) for item in raw]
        if not replies:
            raise RasaAway("empty answer")
        about = [item.get("custom") or {} for item in raw]
        relay = next((each["relay_case"] for each in reversed(about) if each.get("relay_case") is not None), None)
        return RasaTurn(replies, any(each.get("finished") for each in about), relay)

    async def parse(self, text: str) -> dict[str, Any]:
        """Rasa's own reading of a text (`/model/parse`). Raises RasaAway."""
        answer: dict[str, Any] = await self._post("/model/parse", {"text": text})
        return answer

    async def ready(self) -> bool:
        """Whether Rasa answers and has a model loaded."""
        try:
            answer = await self._http.get("/status", params=self._params)
        except httpx.HTTPError:
            return False
        return answer.status_code == httpx.codes.OK and bool(answer.json().get("model_file"))

    async def _post(self, path: str, body: dict[str, Any]) -> Any:
        if time.monotonic() < self._resting_until:
            raise RasaAway("resting after a failure")
        try:
            answer = await self._http.post(path, json=body, params=self._params)
            answer.raise_for_status()
            return answer.json()
        except (httpx.HTTPError, ValueError) as error:
            self._resting_until = time.monotonic() + REST_AFTER_FAILURE
            raise RasaAway(type(error).__name__) from error


def _reply(item: dict[str, Any]) -> Reply:
    custom = item.get("custom") or {}
    if "reply" in custom:
        return Reply.from_json(custom["reply"])
    buttons = tuple(Choice(label=button["title"], payload=button["payload"]) for button in item.get("buttons") or ())
    return Reply(text=item.get("text") or "", choices=buttons)
