"""`GET|POST /wechat/{account}`."""

from __future__ import annotations

import logging
from collections.abc import Mapping

from fastapi import APIRouter, Request, Response
from fastapi.responses import PlainTextResponse

from bot.channels.ports import Gateway
from bot.channels.refusals import DoorRefused, read_capped, refusal_response
from bot.channels.wechat_door import WeChatDoor
from bot.channels.wechat_parse import CHANNEL
from bot.channels.wechat_replies import SUCCESS, passive_reply

log = logging.getLogger(__name__)


def wechat_router(doors: Mapping[str, WeChatDoor], gateway: Gateway) -> APIRouter:
    """`doors` by account name. The gateway stores a message before it is answered and keeps what comes too late."""
    router = APIRouter()

    @router.get("/wechat/{account}", include_in_schema=False)
    async def verify(account: str, request: Request) -> Response:
        door = doors.get(account)
        if door is None:
            return refusal_response(CHANNEL, "-", DoorRefused(404, "no such account"))
        try:
            return PlainTextResponse(door.verify(request.query_params))
        except DoorRefused as refused:
            return refusal_response(CHANNEL, account, refused)

    @router.post("/wechat/{account}", include_in_schema=False)
    async def receive(account: str, request: Request) -> Response:
        door = doors.get(account)
        if door is None:
            return refusal_response(CHANNEL, "-", DoorRefused(404, "no such account"))
        try:
            body = await read_capped(request, door.account.max_body)
            knock = await door.open(request.query_params, body)
        except DoorRefused as refused:
            return refusal_response(CHANNEL, account, refused)
        if knock.parsed.silent:
            return PlainTextResponse(SUCCESS)
        incoming = knock.parsed.incoming
        reply = await gateway.receive(incoming, wait=door.account.reply_within)
        answer = passive_reply(reply, knock, door.crypto, door.clock.now())
        if answer.rest is not None:
            await gateway.send_rest(incoming, answer.rest)
        return Response(answer.body, media_type=answer.media_type)

    return router
