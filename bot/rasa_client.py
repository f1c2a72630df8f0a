"""Talking to Rasa over its REST channel: a turn, a parse, a look whether it is there."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import httpx

from bot.messages import Choice, Reply

REST_AFTER_FAILURE = 2.0  # seconds without asking again once Rasa failed, so that nobody waits for a dead server

SESSION_BEGINS = ({"event": "action", "name": "action_session_start"}, {"event": "session_started"})


class RasaAway(Exception):
    """Rasa is starting, slow or dead, or answered with nothing: the desk goes on without it."""


@dataclass(frozen=True, slots=True)
class RasaTurn:
    """What one turn brought: replies in order, and whether a task ended with it.

    `relay_case`: a person of the staff took this case, and words go to the other side from here on; 0: that ended.
    `unsure`: nothing was understood, the replies ask again. `understood`: what the first action was told of the words.
    """

    replies: list[Reply]
    finished: bool
    relay_case: int | None = None
    unsure: bool = False
    understood: dict[str, Any] | None = None


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
        unsure = bool(about) and all(each.get("unsure") for each in about)
        understood = next((each["understood"] for each in about if each.get("understood")), None)
        return RasaTurn(replies, any(each.get("finished") for each in about), relay, unsure, understood)

    async def take_back(self, sender: str, key: str) -> None:
        """Make Rasa forget the message of that key and all that followed, if it is the last it heard from `sender`.

        For words that are said to it again because whoever passed them on the first time was killed: heard twice they
        would answer the question that they had themselves raised. Raises RasaAway.
        """
        path = f"/conversations/{quote(sender, safe='')}/tracker"
        tracker = await self._ask("GET", path, params={"include_events": "ALL"})
        before = before_message(tracker.get("events") or [], key)
        if before is not None:
            await self._post(f"{path}/events", [*SESSION_BEGINS, *before])

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

    async def _post(self, path: str, body: Any) -> Any:
        return await self._ask("POST", path, json=body)

    async def _ask(self, method: str, path: str, *, params: dict[str, str] | None = None, json: Any = None) -> Any:
        if time.monotonic() < self._resting_until:
            raise RasaAway("resting after a failure")
        try:
            answer = await self._http.request(method, path, json=json, params={**self._params, **(params or {})})
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


def before_message(events: list[dict[str, Any]], key: str) -> list[dict[str, Any]] | None:
    """What happened in the session before the message of that key; None unless that was the last message.

    Without their times: they happen anew, after the beginning of the session that is put before them. (Rasa's own
    rewind loses count in forms, whose earlier rounds it folds together.)
    """
    said = max((number for number, event in enumerate(events) if event["event"] == "user"), default=None)
    if said is None or (events[said].get("metadata") or {}).get("key") != key:
        return None
    begun = max((number for number in range(said) if events[number]["event"] == "session_started"), default=-1)
    return [{name: value for name, value in event.items() if name != "timestamp"} for event in events[begun + 1 : said]]
