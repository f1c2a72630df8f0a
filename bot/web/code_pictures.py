"""The picture under a pick-up code: a QR code of its six figures, for the counter's scanner. Nothing is stored."""

from __future__ import annotations

import io

import segno
from fastapi import APIRouter
from fastapi.responses import Response

from bot.web.pages import HEADERS
from bot.web.tokens import LinkInvalid, Purpose, Signer

PREFIX = "code."


def code_picture(secret: str, code: str) -> str:
    """The name under which a reply carries the picture of a code: signed, so that nobody draws others."""
    return PREFIX + Signer(secret).make(Purpose.PICKUP, code)


def picture_router(secret: str) -> APIRouter:
    """The route of these pictures."""
    router = APIRouter(include_in_schema=False)
    signer = Signer(secret)

    @router.get("/pictures/code.{token}")
    async def picture(token: str) -> Response:
        try:
            code = signer.read(Purpose.PICKUP, token)
        except LinkInvalid:
            return Response(status_code=404, headers=HEADERS)
        out = io.BytesIO()
        segno.make(code, error="m", micro=False).save(out, kind="png", scale=8, border=4)
        return Response(out.getvalue(), media_type="image/png", headers=HEADERS)

    return router
