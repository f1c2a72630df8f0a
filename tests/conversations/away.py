"""Ways for Rasa to be away: stopped, slow, dead in the middle of a talk."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.brain import BrainAddress
from bot.rasa_client import RasaClient
from bot.rasa_process import free_port
from tests.conversations.open_house import served


def stopped_rasa() -> RasaClient:
    """A client of a Rasa that does not run."""
    return RasaClient(f"http://127.0.0.1:{free_port()}", "token", 3)


class RasaInBetween:
    """Stands before a real Rasa. `hold()` makes it slow till `let_go()`, `die()` cuts everybody off till `revive()`."""

    def __init__(self, brain: BrainAddress) -> None:
        self._brain = brain
        self._open = asyncio.Event()
        self._open.set()
        self._dead = False
        self._http = httpx.AsyncClient(base_url=brain.rasa_url, timeout=60, trust_env=False)
        self.heard = 0
        self.passed_on = 0
        self.began = asyncio.Event()
        self.app = Starlette(routes=[Route("/{path:path}", self._pass, methods=["GET", "POST"])])
        self.url = ""

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[RasaInBetween]:
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        async with served(self.app, port):
            try:
                yield self
            finally:
                self.let_go()
                await self._http.aclose()

    def client(self, timeout: float) -> RasaClient:
        return RasaClient(self.url, self._brain.rasa_token, timeout)

    def hold(self) -> None:
        self._open.clear()
        self.began.clear()

    def let_go(self) -> None:
        self._open.set()

    def die(self) -> None:
        self._dead = True

    def revive(self) -> None:
        self._dead = False

    async def _pass(self, request: Request) -> Response:
        body = await request.body()
        if request.url.path.endswith("webhook"):
            self.heard += 1
        self.began.set()
        await self._open.wait()
        if self._dead:
            return Response(status_code=502)
        answer = await self._http.request(
            request.method,
            request.url.path,
            params=dict(request.query_params),
            content=body,
            headers={"content-type": request.headers.get("content-type", "application/json")},
        )
        self.passed_on += 1
        return Response(answer.content, answer.status_code, media_type=answer.headers.get("content-type"))
