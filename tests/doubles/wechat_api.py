"""Plays api.weixin.qq.com: tokens, 客服 allowances, templates, subscriptions, mass messages, media, QR, menu.

Rules as WeChat states them: 5 客服 messages within 48 h of a person's message, 3 within a minute of a gesture
(45015 when no window is open, 45047 when it is used up); 4 mass messages a person and month (silently dropped beyond);
a `clientmsgid` once in 24 h (45065); one subscription message per consent (43101).
"""

from __future__ import annotations

import itertools
import json
from collections import Counter, deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.clock import Clock


@dataclass(slots=True)
class Person:
    """What WeChat remembers of one follower."""

    follows: bool = True
    window_until: datetime | None = None
    left: int = 0
    consents: Counter[str] = field(default_factory=Counter)
    mass: Counter[str] = field(default_factory=Counter)  # by month


@dataclass(frozen=True, slots=True)
class Sent:
    """One message that reached a person."""

    way: str
    openid: str
    text: str
    at: datetime


class WeChatDouble:
    """`app` is the ASGI app. `fail` makes the next calls of a path end in an error code."""

    def __init__(self, clock: Clock, *, app_id: str = "wx0123456789abcdef", secret: str = "s3cret") -> None:
        self.clock = clock
        self.app_id, self.secret = app_id, secret
        self.people: dict[str, Person] = {}
        self.sent: list[Sent] = []
        self.calls: Counter[str] = Counter()
        self.media: dict[str, tuple[bytes, str]] = {}
        self.menu: dict[str, Any] | None = None
        self.scenes: list[dict[str, Any]] = []
        self.mass_quota = 100
        self.token_lifetime = timedelta(hours=2)
        self.token = ""
        self._token_until: datetime | None = None
        self._old: tuple[str, datetime] | None = None
        self._serial = itertools.count(1)
        self._failures: dict[str, deque[int]] = {}
        self._mass_ids: dict[str, tuple[int, datetime]] = {}
        self.app = Starlette(
            routes=[
                Route("/cgi-bin/stable_token", self._stable_token, methods=["POST"]),
                Route("/cgi-bin/token", self._plain_token),
                Route("/cgi-bin/message/custom/send", self._custom, methods=["POST"]),
                Route("/cgi-bin/message/template/send", self._template, methods=["POST"]),
                Route("/cgi-bin/message/subscribe/bizsend", self._subscription, methods=["POST"]),
                Route("/cgi-bin/message/mass/send", self._mass, methods=["POST"]),
                Route("/cgi-bin/media/get", self._media),
                Route("/cgi-bin/menu/create", self._menu, methods=["POST"]),
                Route("/cgi-bin/qrcode/create", self._qr, methods=["POST"]),
            ]
        )

    # what the test says happened

    def wrote(self, openid: str) -> None:
        """The person sent a message: 5 messages within 48 h."""
        self._open(openid, 5, timedelta(hours=48))

    def gestured(self, openid: str) -> None:
        """A menu click, follow or scan: 3 messages within a minute."""
        self._open(openid, 3, timedelta(minutes=1))

    def unfollowed(self, openid: str) -> None:
        self.person(openid).follows = False

    def consented(self, openid: str, template_id: str) -> None:
        self.person(openid).consents[template_id] += 1

    def fail(self, path: str, code: int, times: int = 1) -> None:
        """The next `times` calls of the path that ends in `path` answer `code`."""
        self._failures.setdefault(path, deque()).extend([code] * times)

    def revoke_token(self) -> None:
        """Somebody fetched another token by the old endpoint: ours is void."""
        self.token, self._old = f"token-{next(self._serial)}", None

    def person(self, openid: str) -> Person:
        return self.people.setdefault(openid, Person())

    def texts(self, openid: str) -> list[str]:
        return [sent.text for sent in self.sent if sent.openid == openid]

    def _open(self, openid: str, allowance: int, window: timedelta) -> None:
        person = self.person(openid)
        person.follows = True
        now = self.clock.now()
        if person.window_until is None or person.window_until < now:
            person.left = 0
        person.left = max(person.left, allowance)
        person.window_until = max(person.window_until or now, now + window)

    # endpoints

    async def _stable_token(self, request: Request) -> Response:
        body = await request.json()
        self.calls["stable_token"] += 1
        if (code := self._planned("stable_token")) is not None:
            return _error(code)
        return self._give_token(body.get("appid"), body.get("secret"), bool(body.get("force_refresh")))

    async def _plain_token(self, request: Request) -> Response:
        self.calls["token"] += 1
        return self._give_token(request.query_params.get("appid"), request.query_params.get("secret"), True)

    def _give_token(self, app_id: Any, secret: Any, force: bool) -> Response:
        if app_id != self.app_id:
            return _error(40013)
        if secret != self.secret:
            return _error(40001)
        now = self.clock.now()
        until = self._token_until
        if force or not self.token or until is None or until - timedelta(minutes=5) <= now:
            if until is not None and until > now and not force:
                self._old = (self.token, until)  # in the last 5 minutes both are good
            self.token = f"token-{next(self._serial)}"
            self._token_until = now + self.token_lifetime
        assert self._token_until is not None
        left = int((self._token_until - now).total_seconds())
        return JSONResponse({"access_token": self.token, "expires_in": left})

    async def _custom(self, request: Request) -> Response:
        body = await request.json()
        if (refused := self._refused(request, "custom/send")) is not None:
            return refused
        text, openid = body["text"]["content"], body["touser"]
        person = self.people.get(openid)
        if person is None:
            return _error(40003)
        if len(text.encode()) > 2048:
            return _error(45002)
        if not person.follows:
            return _error(43004)
        if person.window_until is None or self.clock.now() > person.window_until:
            return _error(45015)
        if person.left <= 0:
            return _error(45047)
        person.left -= 1
        self._record("custom", openid, text)
        return JSONResponse({"errcode": 0, "errmsg": "ok"})

    async def _template(self, request: Request) -> Response:
        body = await request.json()
        if (refused := self._refused(request, "template/send")) is not None:
            return refused
        if not self.person(body["touser"]).follows:
            return _error(43004)
        self._record("template", body["touser"], _first_value(body["data"]))
        return JSONResponse({"errcode": 0, "errmsg": "ok", "msgid": next(self._serial)})

    async def _subscription(self, request: Request) -> Response:
        body = await request.json()
        if (refused := self._refused(request, "subscribe/bizsend")) is not None:
            return refused
        person = self.person(body["touser"])
        if person.consents[body["template_id"]] <= 0:
            return _error(43101)
        person.consents[body["template_id"]] -= 1
        self._record("subscription", body["touser"], _first_value(body["data"]))
        return JSONResponse({"errcode": 0, "errmsg": "ok"})

    async def _mass(self, request: Request) -> Response:
        body = await request.json()
        if (refused := self._refused(request, "mass/send")) is not None:
            return refused
        receivers = list(dict.fromkeys(body["touser"]))
        if len(receivers) < 2:
            return _error(40130)
        now = self.clock.now()
        earlier = self._mass_ids.get(body.get("clientmsgid", ""))
        if earlier and now - earlier[1] < timedelta(hours=24):
            return JSONResponse({"errcode": 45065, "errmsg": "clientmsgid exist", "msg_id": earlier[0]})
        if self.mass_quota <= 0:
            return _error(45028)
        self.mass_quota -= 1
        number = next(self._serial)
        if body.get("clientmsgid"):
            self._mass_ids[body["clientmsgid"]] = (number, now)
        for openid in receivers:
            person, month = self.person(openid), now.strftime("%Y-%m")
            if person.follows and person.mass[month] < 4:  # beyond four WeChat drops it without a word
                person.mass[month] += 1
                self._record("mass", openid, body["text"]["content"])
        return JSONResponse({"errcode": 0, "errmsg": "ok", "msg_id": number})

    async def _media(self, request: Request) -> Response:
        if (refused := self._refused(request, "media/get")) is not None:
            return refused
        found = self.media.get(request.query_params.get("media_id", ""))
        return Response(found[0], media_type=found[1]) if found else _error(40007)

    async def _menu(self, request: Request) -> Response:
        body = await request.json()
        if (refused := self._refused(request, "menu/create")) is not None:
            return refused
        columns = body["button"]
        if not 1 <= len(columns) <= 3 or any(len(column.get("sub_button", [])) > 5 for column in columns):
            return _error(40016)
        self.menu = body
        return _error(0)

    async def _qr(self, request: Request) -> Response:
        body = await request.json()
        if (refused := self._refused(request, "qrcode/create")) is not None:
            return refused
        self.scenes.append(body)
        return JSONResponse({"ticket": f"ticket=={next(self._serial)}", "url": "http://weixin.qq.com/q/x"})

    def _refused(self, request: Request, path: str) -> Response | None:
        self.calls[path] += 1
        if (code := self._planned(path)) is not None:
            return _error(code)
        given, now = request.query_params.get("access_token"), self.clock.now()
        if self._old and given == self._old[0] and self._old[1] > now:
            return None
        if given != self.token or not self.token:
            return _error(40001)
        if self._token_until is not None and self._token_until <= now:
            return _error(42001)
        return None

    def _planned(self, path: str) -> int | None:
        waiting = self._failures.get(path)
        return waiting.popleft() if waiting else None

    def _record(self, way: str, openid: str, text: str) -> None:
        self.sent.append(Sent(way, openid, text, self.clock.now()))


def _error(code: int) -> Response:
    # like the real one: JSON under text/plain
    return Response(json.dumps({"errcode": code, "errmsg": "ok" if code == 0 else "stand-in"}), media_type="text/plain")


def _first_value(data: dict[str, dict[str, str]]) -> str:
    return " / ".join(field["value"] for field in data.values())
