"""The desk's pages of members and of honours, the insurance roster as a file, and the joining posters."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from fastapi import APIRouter, Request
from fastapi.responses import Response

from bank.doing import Doing
from bank.scheme import Scheme
from bot.desk import Desk
from bot.posters import draw_for, web_address
from bot.web.people_view import read_honours, read_people, roster_csv
from bot.web.station_pages import StaffPages
from storage.unit_of_work import SqlUnitOfWork


def add_people_pages(router: APIRouter, pages: StaffPages, desk: Desk) -> None:
    """Put the pages under the desk's router."""

    @router.get("/people")
    async def people(request: Request, done: str | None = None) -> Response:
        return await pages.look(request, done, "people.html", read_people)

    @router.get("/honours")
    async def honours(request: Request, done: str | None = None) -> Response:
        return await pages.look(request, done, "honours.html", read_honours)

    @router.get("/insurance.csv")
    async def insurance(request: Request, day: date) -> Response:
        def draw(uow: SqlUnitOfWork, scheme: Scheme, doing: Doing, asked: Mapping[str, str]) -> bytes:
            return roster_csv(uow, scheme, doing, day).encode()

        return await pages.give(request, draw, "text/csv; charset=utf-8", f"insurance-{day.isoformat()}.csv")

    @router.get("/posters/{branch_id}.png")
    async def poster(request: Request, branch_id: int) -> Response:
        def draw(uow: SqlUnitOfWork, scheme: Scheme, doing: Doing, asked: Mapping[str, str]) -> bytes:
            scene = uow.branches.get(branch_id).scene or ""
            return draw_for(desk, scene, web_address(str(request.base_url), scene))

        return await pages.give(request, draw, "image/png", f"poster-{branch_id}.png")
