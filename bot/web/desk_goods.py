"""`/desk/goods`: the catalogue, codes at the branch's own counter, merchants' months, conversions, green points."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from anyio import to_thread
from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import ValidationError
from starlette.datastructures import UploadFile

from bank.doing import Doing
from bank.errors import BankError, RuleRefused
from bank.members import Member
from bank.usecases import converting, goods, merchant_months, merchants
from bank.usecases.purses import goods_units
from bot.actions.base import words_of
from bot.pickup_codes import kept_code
from bot.web.acts import ACTS
from bot.web.desk import DeskPages, NoEntry
from bot.web.goods_files import MOST_BYTES, AnswerWrong, batch_csv, batch_json, month_csv, read_answer
from bot.web.pages import HEADERS
from bot.web.parts import DeskParts, status_of
from storage.unit_of_work import in_unit

CSV, JSON = "text/csv; charset=utf-8", "application/json"


@dataclass(frozen=True, slots=True, kw_only=True)
class GoodsView:
    """What the page shows; `conversions` None where there are none, or for staff who are not of the head."""

    counters: list[dict[str, Any]]
    kinds: list[str]
    units: list[str]
    months: list[dict[str, Any]]
    conversions: dict[str, Any] | None
    branches: list[Any]
    people: list[Member]


def goods_router(parts: DeskParts) -> APIRouter:
    """The routes of `/desk/goods`."""
    router = APIRouter(prefix="/desk/goods", include_in_schema=False)
    pages = GoodsPages(parts)

    @router.get("")
    async def page(request: Request, done: str | None = None, member: str = "") -> Response:
        return await pages.goods(request, done=done, member=member[:20])

    @router.post("/code")
    async def code(request: Request) -> Response:
        return await pages.code(request)

    @router.post("/hand-over")
    async def hand_over(request: Request) -> Response:
        return await pages.hand_over(request)

    @router.get("/months/{month_id}.csv")
    async def month(request: Request, month_id: int) -> Response:
        return await pages.month(request, month_id)

    @router.get("/batches/{batch}.{kind}")
    async def batch(request: Request, batch: str, kind: str) -> Response:
        return await pages.batch(request, batch, kind)

    @router.post("/answers")
    async def answers(request: Request) -> Response:
        return await pages.answers(request)

    return router


class GoodsPages(DeskPages):
    """The same door and the same forms as the desk's."""

    async def goods(
        self, request: Request, *, done: str | None = None, member: str = "", status: int = 200, **facts: Any
    ) -> Response:
        try:
            member_id = await self._staff(request)
        except NoEntry as refused:
            return await self._no_entry(refused.reason)
        view = await to_thread.run_sync(self._read_goods, member_id, member.strip())
        shown = {"found": None, "report": None, "told": None, "error": None, **facts}
        known = done if done in ACTS or done == "hand_over" else None
        return self._page("goods.html", request, status=status, view=view, done=known, **shown)

    def _read_goods(self, member_id: int, member: str) -> GoodsView:
        scheme = self._parts.desk.scheme
        doing = self._looking(member_id)
        with self._parts.reading() as uow:
            shown = merchants.counters(uow, scheme, doing).facts
            try:
                waiting = converting.conversions(uow, scheme, doing).facts
            except BankError:  # no points here, or not of the head: the section is left out
                waiting = None
            return GoodsView(
                counters=shown["merchants"],
                kinds=shown["kinds"],
                units=[unit.value for unit in goods_units(scheme)],
                months=merchant_months.merchant_months(uow, scheme, doing).facts["rows"],
                conversions=waiting,
                branches=[uow.branches.get(ident) for ident in sorted(self._own_branches(uow, member_id))],
                people=uow.members.named(member) if member else [],
            )

    def _own_branches(self, uow: Any, member_id: int) -> set[int]:
        return {ident for grant in uow.members.roles(member_id) for ident in uow.branches.below(grant.branch_id)}

    def _looking(self, member_id: int, key: str = "desk:look") -> Doing:
        return Doing(now=self._parts.desk.clock.now(), key=key, actor_id=member_id, device=f"desk:{member_id}")

    async def code(self, request: Request) -> Response:
        """A pick-up code at the branch's own counter: what it is for, before anything is handed over."""
        return await self._at_counter(request, self._find)

    async def hand_over(self, request: Request) -> Response:
        return await self._at_counter(request, self._collect)

    async def _at_counter(self, request: Request, work: Any) -> Response:
        try:
            member_id = await self._staff(request)
        except NoEntry as refused:
            return await self._no_entry(refused.reason)
        fields = await request.form(max_files=0, max_fields=8)
        if not self._token_fits(request, fields):
            return await self._no_entry("page_is_old")
        given = {name: str(value)[:80] for name, value in fields.items()}
        try:
            found = await to_thread.run_sync(work, member_id, given)
        except BankError as error:
            said = words_of(self._parts.desk, self._parts.desk.clock.now(), error).text
            return await self.goods(request, status=status_of(error), error=said)
        self._parts.wakeups.ring_all()
        if found is None:
            return RedirectResponse("/desk/goods?done=hand_over", status_code=303, headers=HEADERS)
        return await self.goods(request, found=found)

    def _find(self, member_id: int, given: dict[str, str]) -> dict[str, Any]:
        desk = self._parts.desk
        mark = kept_code(given.get("code", ""), desk.secret)
        doing = self._looking(member_id, f"desk:{member_id}:{given.get('key', '')}:find_pickup")
        done = in_unit(desk.units, lambda uow: goods.find_pickup(uow, desk.scheme, doing, mark))
        return {**done.facts, "mark": mark, "outcome": done.outcome}

    def _collect(self, member_id: int, given: dict[str, str]) -> None:
        desk = self._parts.desk
        number = given.get("pickup", "")
        if not number.isdigit() or len(number) > 9:
            raise RuleRefused("pickup_over")
        doing = self._looking(member_id, f"desk:{member_id}:{given.get('key', '')}:hand_over")
        in_unit(
            desk.units,
            lambda uow: goods.hand_over(uow, desk.scheme, doing, int(number), given.get("mark", "")),
        )

    async def month(self, request: Request, month_id: int) -> Response:
        """A merchant's statement as a file."""

        def read(member_id: int) -> str:
            with self._parts.reading() as uow:
                done = merchant_months.month_lines(
                    uow, self._parts.desk.scheme, self._looking(member_id), month_id=month_id
                )
            return month_csv(done.facts)

        return await self._file(request, read, f"month-{month_id}.csv", CSV)

    async def batch(self, request: Request, batch: str, kind: str) -> Response:
        """A batch of conversions as a file, the same every time."""

        def read(member_id: int) -> str:
            with self._parts.reading() as uow:
                done = converting.batch_of(uow, self._parts.desk.scheme, self._looking(member_id), batch)
            return batch_json(done.facts) if kind == "json" else batch_csv(done.facts)

        return await self._file(
            request, read, f"batch.{'json' if kind == 'json' else 'csv'}", JSON if kind == "json" else CSV
        )

    async def _file(self, request: Request, read: Any, name: str, kind: str) -> Response:
        try:
            member_id = await self._staff(request)
        except NoEntry as refused:
            return await self._no_entry(refused.reason)
        try:
            content = await to_thread.run_sync(read, member_id)
        except BankError as error:
            return await self._no_entry("file_gone", status=status_of(error))
        headers = HEADERS | {"Content-Disposition": f'attachment; filename="{name}"'}
        return Response(content, media_type=kind, headers=headers)

    async def answers(self, request: Request) -> Response:
        """The other side's answer as a file: taken whole, or a report by row and nothing changed."""
        try:
            member_id = await self._staff(request)
        except NoEntry as refused:
            return await self._no_entry(refused.reason)
        async with request.form(max_files=1, max_fields=6) as fields:
            if not self._token_fits(request, fields):
                return await self._no_entry("page_is_old")
            given, key = fields.get("file"), str(fields.get("key") or "")[:64]
            raw = await given.read(MOST_BYTES + 1) if isinstance(given, UploadFile) else b""
            batch = str(fields.get("batch") or "")
        act = ACTS["take_answers"]
        try:
            form = act.form.model_validate({"batch": batch, "answers": read_answer(raw)})
            done = await to_thread.run_sync(lambda: self._parts.do(act, form, member_id=member_id, key=key))
        except AnswerWrong as error:
            return await self.goods(request, status=422, report=[{"line": error.line, "why": error.why}])
        except ValidationError:
            return await self.goods(request, status=422, report=[{"line": 0, "why": "unreadable"}])
        except BankError as error:
            said = words_of(self._parts.desk, self._parts.desk.clock.now(), error).text
            return await self.goods(request, status=status_of(error), error=said)
        if done.outcome == "answers_wrong":
            return await self.goods(request, status=422, report=done.facts["report"])
        self._parts.wakeups.ring_all()
        return await self.goods(request, told=done.facts)
