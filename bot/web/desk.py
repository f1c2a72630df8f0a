"""`/desk`: the staff's page. Every form is one act with a key of its own; rights are those of the use cases."""

from __future__ import annotations

import hmac
import logging
import re
import secrets
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from anyio import to_thread
from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, RedirectResponse, Response
from pydantic import ValidationError
from starlette.datastructures import FormData

from bank.doing import Doing
from bank.errors import BankError
from bank.permissions import check_is_staff
from bank.scheme import Scheme
from bank.usecases import care
from bot.actions.base import words_of
from bot.learning.files import as_yaml, labelled_lines
from bot.web.act import Act
from bot.web.acts import ACTS
from bot.web.desk_view import DeskView, read_view
from bot.web.giving_view import read_giving
from bot.web.learning_view import Filter, LearningView, read_learning
from bot.web.pages import HEADERS, Pages
from bot.web.parts import DeskParts, status_of
from bot.web.people_pages import add_people_pages
from bot.web.station_pages import add_station_pages
from bot.web.tokens import LIFETIMES, LinkExpired, LinkInvalid, Purpose, Signer, fingerprint
from storage.identities import hash_code
from storage.unit_of_work import SqlUnitOfWork, in_unit

log = logging.getLogger(__name__)
Reader = Callable[[SqlUnitOfWork, Scheme, Doing, Mapping[str, str]], Any]
COOKIE = "tb_desk"
OWN_FIELDS = frozenset({"key", "token", "back"})
BACK = re.compile(
    r"/desk/(?:learning\?state=\w*&why=\w*|people\?(?:member=\d{1,9})?"
    r"|(?:giving|honours|stations|activities|surveys|goods)(?:/\d{1,9})?\?)"
)
"""Where an act may lead back to."""
STAY_IN_CASE = frozenset({"take_case", "give_back_case", "answer_case"})
MOST_TRIES = 10  # wrong codes in TRY_AGAIN before the door stays shut for a while
TRY_AGAIN = timedelta(minutes=10)


def desk_link(signer: Signer, member_id: int) -> str:
    """The path that opens the desk for a staff member, good for a quarter of an hour."""
    return f"/desk?k={signer.make(Purpose.DESK_LINK, str(member_id))}"


def desk_router(parts: DeskParts) -> APIRouter:
    """The routes of `/desk`."""
    router = APIRouter(prefix="/desk", include_in_schema=False)
    desk = DeskPages(parts)

    @router.get("")
    async def page(request: Request, k: str | None = None, done: str | None = None) -> Response:
        return await (desk.enter_by_link(k) if k is not None else desk.page(request, done))

    @router.post("/enter")
    async def enter(request: Request) -> Response:
        return await desk.enter_by_code(request)

    @router.post("/leave")
    async def leave(request: Request) -> Response:
        return desk.leave()

    @router.get("/cases/{case_id}")
    async def case(request: Request, case_id: int, done: str | None = None) -> Response:
        return await desk.case(request, case_id, done)

    @router.get("/learning")
    async def learning(request: Request, done: str | None = None) -> Response:
        return await desk.learning(request, done)

    @router.get("/learning.yml")
    async def learned(request: Request) -> Response:
        return await desk.learned(request)

    @router.get("/giving")
    async def giving(request: Request, done: str | None = None) -> Response:
        return await desk.look(request, done, "giving.html", read_giving)

    @router.get("/media/{name}")
    async def media(request: Request, name: str) -> Response:
        return await desk.media(request, name)

    @router.post("/prove")
    async def prove(request: Request) -> Response:
        return await desk.prove(request)

    @router.post("/acts/{name}")
    async def act(request: Request, name: str) -> Response:
        return await desk.act(request, name)

    add_station_pages(router, desk)
    add_people_pages(router, desk, parts.desk)
    return router


class NoEntry(Exception):
    """Nobody of the staff: says why, by the key of the words."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class DeskPages:
    """What the routes do; pages of their own (goods) build on it."""

    def __init__(self, parts: DeskParts) -> None:
        self._parts = parts
        self._pages = Pages(parts.desk)
        self._wrong_codes: list[float] = []

    async def page(self, request: Request, done: str | None) -> Response:
        try:
            member_id = await self._staff(request)
        except NoEntry as error:
            return await self._no_entry(error.reason)
        return await self._render(request, member_id, done=done)

    async def enter_by_link(self, token: str) -> Response:
        try:
            member_id = self._parts.signer.read_member(Purpose.DESK_LINK, token)
            await to_thread.run_sync(self._check_staff, member_id)
        except LinkExpired:
            return await self._no_entry("link_expired")
        except (LinkInvalid, BankError):
            return await self._no_entry("link_invalid")
        return self._let_in(member_id)

    async def enter_by_code(self, request: Request) -> Response:
        """A one-time code from the staff member's own chat opens the desk."""
        now = self._parts.desk.clock.now().timestamp()
        self._wrong_codes = [at for at in self._wrong_codes if at > now - TRY_AGAIN.total_seconds()]
        code = str((await request.form(max_files=0, max_fields=4)).get("code") or "")
        if len(self._wrong_codes) >= MOST_TRIES:
            return await self._no_entry("too_many_codes", status=429)
        try:
            member_id = await to_thread.run_sync(self._member_of_code, code)
        except BankError:
            member_id = None
        if member_id is None:
            self._wrong_codes.append(now)
            return await self._no_entry("code_wrong")
        return self._let_in(member_id)

    def leave(self) -> Response:
        response = RedirectResponse("/desk", status_code=303, headers=HEADERS)
        response.delete_cookie(COOKIE, path="/desk")
        return response

    async def case(self, request: Request, case_id: int, done: str | None, error: str | None = None) -> Response:
        try:
            member_id = await self._staff(request)
            case = await to_thread.run_sync(self._read_case, member_id, case_id)
        except NoEntry as refused:
            return await self._no_entry(refused.reason)
        except BankError as refused:
            return await self._render(request, member_id, error=refused)
        return self._page("case.html", request, case=case, done=done if done in ACTS else None, error=error)

    async def learning(self, request: Request, done: str | None) -> Response:
        """Lines that were not understood well, to be labelled."""
        try:
            member_id = await self._staff(request)
        except NoEntry as refused:
            return await self._no_entry(refused.reason)
        wanted = Filter.of(request.query_params)
        view = await to_thread.run_sync(self._read_learning, member_id, wanted)
        return self._page("learning.html", request, view=view, done=done if done in ACTS else None, error=None)

    async def look(self, request: Request, done: str | None, template: str, read: Reader) -> Response:
        """A page that shows what `read` finds for this member of staff."""
        try:
            member_id = await self._staff(request)
            view = await to_thread.run_sync(self._look, member_id, read, dict(request.query_params))
        except NoEntry as refused:
            return await self._no_entry(refused.reason)
        except BankError as refused:
            return await self._render(request, member_id, error=refused)
        return self._page(template, request, view=view, done=done if done in ACTS else None, error=None)

    def _look(self, member_id: int, read: Reader, asked: Mapping[str, str]) -> Any:
        doing = Doing(now=self._parts.desk.clock.now(), key="desk:look", actor_id=member_id)
        with self._parts.reading() as uow:
            return read(uow, self._parts.desk.scheme, doing, asked)

    async def learned(self, request: Request) -> Response:
        """The labelled lines as a file."""
        try:
            await self._staff(request)
        except NoEntry as refused:
            return await self._no_entry(refused.reason)
        content = await to_thread.run_sync(self._labelled)
        headers = HEADERS | {"Content-Disposition": 'attachment; filename="learned.yml"'}
        return Response(content, media_type="application/yaml", headers=headers)

    async def media(self, request: Request, name: str) -> Response:
        """A recording or picture that somebody sent, for staff only."""
        try:
            await self._staff(request)
        except NoEntry as refused:
            return await self._no_entry(refused.reason)
        found = await to_thread.run_sync(self._parts.media.path, name)
        if found is None:
            return await self._no_entry("file_gone", status=404)
        return FileResponse(found, headers=HEADERS, content_disposition_type="attachment", filename=name)

    async def give(self, request: Request, draw: Reader, media_type: str, name: str) -> Response:
        """A file of one of the desk's parts; with a name it is for keeping."""
        try:
            member_id = await self._staff(request)
            content = await to_thread.run_sync(self._look, member_id, draw, dict(request.query_params))
        except NoEntry as refused:
            return await self._no_entry(refused.reason)
        except BankError as refused:
            return await self._render(request, member_id, error=refused)
        keep = {"Content-Disposition": f'attachment; filename="{name}"'} if name else {}
        return Response(content, media_type=media_type, headers=HEADERS | keep)

    async def prove(self, request: Request) -> Response:
        try:
            await self._staff(request)
        except NoEntry as error:
            return await self._no_entry(error.reason)
        form = await request.form(max_files=0, max_fields=4)
        if not self._token_fits(request, form):
            return await self._no_entry("page_is_old")
        await to_thread.run_sync(self._parts.books.prove, self._parts.desk.clock.now())
        return RedirectResponse("/desk#books", status_code=303, headers=HEADERS)

    async def act(self, request: Request, name: str) -> Response:
        try:
            member_id = await self._staff(request)
        except NoEntry as error:
            return await self._no_entry(error.reason)
        fields = await request.form(max_files=0, max_fields=20)
        act, key = ACTS.get(name), str(fields.get("key") or "")
        if act is None or not key or len(key) > 64 or not self._token_fits(request, fields):
            return await self._no_entry("page_is_old")
        given = {name: value for name, value in fields.items() if name not in OWN_FIELDS and value != ""}
        try:
            form = act.form.model_validate(given)
        except ValidationError:
            return await self._render(request, member_id, status=422, message=self._pages.words("desk.form_wrong"))
        try:
            await to_thread.run_sync(lambda: self._parts.do(act, form, member_id=member_id, key=key))
        except BankError as error:
            return await self._render(request, member_id, error=error)
        self._parts.wakeups.ring_all()
        back = str(fields.get("back") or "")
        after = f"{back}&done={act.name}" if BACK.fullmatch(back) else _after(act, form)
        return RedirectResponse(after, status_code=303, headers=HEADERS)

    async def _render(
        self,
        request: Request,
        member_id: int,
        *,
        status: int = 200,
        done: str | None = None,
        error: BankError | None = None,
        message: str | None = None,
    ) -> Response:
        view = await to_thread.run_sync(self._read, member_id)
        if error is not None:
            status = status_of(error)
            message = words_of(self._parts.desk, self._parts.desk.clock.now(), error).text
        return self._page(
            "desk.html",
            request,
            status=status,
            view=view,
            books=self._parts.books.last(),
            done=done if done in ACTS else None,
            error=message,
        )

    def _page(self, template: str, request: Request, *, status: int = 200, **facts: Any) -> Response:
        token = self._parts.signer.make(Purpose.FORM, fingerprint(request.cookies.get(COOKIE, "")))
        return self._pages.page(template, status=status, token=token, new_key=lambda: secrets.token_hex(12), **facts)

    def _read(self, member_id: int) -> DeskView:
        desk = self._parts.desk
        now = desk.clock.now()
        with self._parts.reading() as uow:
            return read_view(uow, desk.scheme, member_id, now, self._parts.said)

    def _read_learning(self, member_id: int, wanted: Filter) -> LearningView:
        doing = Doing(now=self._parts.desk.clock.now(), key="desk:look", actor_id=member_id)
        with self._parts.reading() as uow:
            return read_learning(uow, doing, wanted)

    def _labelled(self) -> str:
        with self._parts.reading() as uow:
            return as_yaml(labelled_lines(uow))

    def _read_case(self, member_id: int, case_id: int) -> dict[str, Any]:
        desk = self._parts.desk
        doing = Doing(now=desk.clock.now(), key="desk:look", actor_id=member_id)
        with self._parts.reading() as uow:
            return care.case_of(uow, desk.scheme, doing, case_id).facts

    async def _staff(self, request: Request) -> int:
        """The staff member of this session. Raises NoEntry."""
        try:
            member_id = self._parts.signer.read_member(Purpose.DESK_SESSION, request.cookies.get(COOKIE, ""))
            await to_thread.run_sync(self._check_staff, member_id)
        except (LinkInvalid, BankError) as error:
            raise NoEntry("staff_only") from error
        return member_id

    def _check_staff(self, member_id: int) -> None:
        with self._parts.reading() as uow:
            check_is_staff(uow, member_id)

    def _member_of_code(self, code: str) -> int | None:
        desk = self._parts.desk
        digest = hash_code(code, self._parts.secret.encode())
        member_id = in_unit(desk.units, lambda uow: uow.desk.identities.use_code(digest, desk.clock.now()))
        if member_id is not None:
            self._check_staff(member_id)
        return member_id

    def _let_in(self, member_id: int) -> Response:
        response = RedirectResponse("/desk", status_code=303, headers=HEADERS)
        response.set_cookie(
            COOKIE,
            self._parts.signer.make(Purpose.DESK_SESSION, str(member_id)),
            max_age=int(LIFETIMES[Purpose.DESK_SESSION].total_seconds()),
            path="/desk",
            secure=self._parts.secure,
            httponly=True,
            samesite="lax",
        )
        return response

    def _token_fits(self, request: Request, form: FormData) -> bool:
        """Whether the form was made by this session's own page."""
        try:
            made_for = self._parts.signer.read(Purpose.FORM, str(form.get("token") or ""))
        except LinkInvalid:
            return False
        return hmac.compare_digest(made_for, fingerprint(request.cookies.get(COOKIE, "")))

    async def _no_entry(self, reason: str, *, status: int = 403) -> Response:
        phone = await to_thread.run_sync(self._parts.phone)
        return self._pages.page("desk_door.html", status=status, reason=reason, phone=phone)


def _after(act: Act, form: Any) -> str:
    where = f"/desk/cases/{form.case_id}" if act.name in STAY_IN_CASE else "/desk"
    return f"{where}?done={act.name}"
