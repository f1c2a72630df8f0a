"""`/api`: the staff's acts and lists as JSON, for the branch's other programs. Bearer tokens are signed."""

from __future__ import annotations

from typing import Annotated, Any

from anyio import to_thread
from fastapi import APIRouter, Depends, FastAPI, Header, HTTPException, Request
from fastapi.encoders import jsonable_encoder
from fastapi.responses import JSONResponse
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import BaseModel, Field

from bank.doing import Doing
from bank.errors import BankError, NotAllowed, RuleRefused
from bank.permissions import check_is_staff
from bank.usecases import care
from bot.actions.base import words_of
from bot.web.act import Act, Form
from bot.web.acts import ACTS
from bot.web.desk_view import DeskView, read_view
from bot.web.parts import DeskParts, status_of
from bot.web.station_api import add_station_api
from bot.web.tokens import LinkInvalid, Purpose, Signer

SECTIONS = ("waiting", "cases", "applicants", "dispatch", "phone_list", "drafts", "sent", "today")
Key = Annotated[str, Header(alias="Idempotency-Key", min_length=8, max_length=64)]
_bearer = HTTPBearer(auto_error=False, description="a token of `./timebank api-token NAME`")
Bearer = Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]


class Done(BaseModel):
    """The receipt of an act. `again`: this key was used before, nothing was done anew."""

    outcome: str
    facts: dict[str, Any]
    again: bool


class Refused(BaseModel):
    """Why nothing was done. `rule` names the rule where one refused; `words` say it for people."""

    error: str
    rule: str | None = None
    words: str = Field(description="in the language of the desk")


REFUSALS: dict[int | str, dict[str, Any]] = {status: {"model": Refused} for status in (401, 403, 404, 409, 422, 503)}


def api_token(signer: Signer, member_id: int) -> str:
    """A bearer token for a staff member's programs."""
    return signer.make(Purpose.API, str(member_id))


def api_app(parts: DeskParts) -> FastAPI:
    """Mount at /api: then its description is at /api/openapi.json."""

    async def staff(request: Request, bearer: Bearer) -> None:
        """Only staff come in; who it is stands in the request's state."""
        try:
            member_id = parts.signer.read_member(Purpose.API, bearer.credentials if bearer else "")
            await to_thread.run_sync(_check, parts, member_id)
        except (LinkInvalid, BankError) as error:
            raise HTTPException(401, "token_invalid", headers={"WWW-Authenticate": "Bearer"}) from error
        request.state.member_id = member_id

    router = APIRouter(dependencies=[Depends(staff)], responses=REFUSALS)
    for section in SECTIONS:
        _add_section(router, parts, section)
    for act in ACTS.values():
        _add_act(router, parts, act)
    _add_others(router, parts)
    add_station_api(router, parts)
    app = FastAPI(title=parts.desk.scheme.title_en, version="1", docs_url=None, redoc_url=None)
    app.include_router(router)
    _add_refusals(app, parts)
    return app


def _add_section(router: APIRouter, parts: DeskParts, section: str) -> None:
    async def read(request: Request) -> Any:
        view = await to_thread.run_sync(_view, parts, request.state.member_id)
        return jsonable_encoder(getattr(view, section))

    router.get(f"/{section.replace('_', '-')}", name=section, summary=f"The desk's list: {section}")(read)


def _add_act(router: APIRouter, parts: DeskParts, act: Act) -> None:
    async def do(request: Request, form: Form, key: Key) -> Done:
        member_id: int = request.state.member_id
        receipt = await to_thread.run_sync(lambda: parts.do(act, form, member_id=member_id, key=key))
        parts.wakeups.ring_all()
        return Done(outcome=receipt.outcome, facts=jsonable_encoder(receipt.facts), again=receipt.again)

    do.__annotations__["form"] = act.form  # FastAPI reads and describes the act's own fields
    router.post(f"/acts/{act.name.replace('_', '-')}", name=act.name, summary=act.title, response_model=Done)(do)


def _add_others(router: APIRouter, parts: DeskParts) -> None:
    async def case(request: Request, case_id: int) -> Any:
        doing = Doing(now=parts.desk.clock.now(), key="api:look", actor_id=request.state.member_id)

        def read() -> dict[str, Any]:
            with parts.reading() as uow:
                return care.case_of(uow, parts.desk.scheme, doing, case_id).facts

        return jsonable_encoder(await to_thread.run_sync(read))

    async def books(request: Request) -> Any:
        return jsonable_encoder(parts.books.last())

    router.get("/cases/{case_id}", name="case", summary="One case with its talk")(case)
    router.get("/books", name="books", summary="The ledger's last proof")(books)


def _add_refusals(app: FastAPI, parts: DeskParts) -> None:
    @app.exception_handler(BankError)
    async def refused(request: Request, error: BankError) -> JSONResponse:
        return JSONResponse(_refusal(parts, error).model_dump(), status_code=status_of(error))

    @app.exception_handler(HTTPException)
    async def closed(request: Request, error: HTTPException) -> JSONResponse:
        words = parts.desk.words.say("page.api.closed", parts.desk.clock.now()).text
        body = Refused(error=str(error.detail), words=words).model_dump()
        return JSONResponse(body, status_code=error.status_code, headers=error.headers)


def _check(parts: DeskParts, member_id: int) -> None:
    with parts.reading() as uow:
        check_is_staff(uow, member_id)


def _view(parts: DeskParts, member_id: int) -> DeskView:
    now = parts.desk.clock.now()
    with parts.reading() as uow:
        return read_view(uow, parts.desk.scheme, member_id, now, parts.said)


def _refusal(parts: DeskParts, error: BankError) -> Refused:
    rule = error.rule if isinstance(error, RuleRefused | NotAllowed) else None
    words = words_of(parts.desk, parts.desk.clock.now(), error).text
    return Refused(error=type(error).__name__, rule=rule, words=words)
