"""`POST /actions`: where Rasa calls back. The official executor inside our own web application."""

from __future__ import annotations

import hmac
import ipaddress
import logging
from typing import Any

from fastapi import APIRouter, HTTPException, Request
from rasa_sdk.executor import ActionExecutor
from rasa_sdk.interfaces import ActionExecutionRejection, ActionNotFoundException

from bot.actions.registry import all_actions
from bot.desk import Desk

log = logging.getLogger(__name__)


def make_executor(desk: Desk) -> ActionExecutor:
    """The executor with every action of the desk."""
    executor = ActionExecutor()
    for action in all_actions(desk):
        executor.register_action(action)
    return executor


def actions_router(desk: Desk, token: str) -> APIRouter:
    """The route. Only loopback callers with the right token are heard; others get 403."""
    router = APIRouter()
    executor = make_executor(desk)

    @router.post("/actions", include_in_schema=False)
    async def run_action(request: Request) -> dict[str, Any]:
        check_caller(request, token)
        call = await request.json()
        try:
            answer = await executor.run(call)
        except ActionExecutionRejection as rejection:
            raise HTTPException(400, {"error": str(rejection), "action_name": rejection.action_name}) from rejection
        except ActionNotFoundException as missing:
            raise HTTPException(404, {"error": str(missing), "action_name": missing.action_name}) from missing
        return answer.model_dump() if answer is not None else {"events": [], "responses": []}

    return router


def check_caller(request: Request, token: str) -> None:
    """Raises HTTPException 403 for a caller from elsewhere or with a wrong token."""
    host = request.client.host if request.client else ""
    shown = request.headers.get("authorization", "").removeprefix("Bearer ")
    try:
        near = ipaddress.ip_address(host).is_loopback
    except ValueError:
        near = False
    if not near or not hmac.compare_digest(shown.encode(), token.encode()):
        raise HTTPException(403, "only Rasa calls here")
