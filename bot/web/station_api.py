"""Stations, meals, activities and surveys as JSON, for the street's own programs; the acts are the desk's."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from anyio import to_thread
from fastapi import APIRouter, Request
from fastapi.encoders import jsonable_encoder

from bank.doing import Doing
from bank.moments import local_day
from bank.scheme import Scheme
from bank.usecases import activity_desk, meals, stations, surveys
from bot.web.parts import DeskParts
from storage.unit_of_work import SqlUnitOfWork

Read = Callable[[SqlUnitOfWork, Scheme, Doing], dict[str, Any]]


def add_station_api(router: APIRouter, parts: DeskParts) -> None:
    """Put the lists under the API's router."""

    async def answer(request: Request, read: Read) -> Any:
        doing = Doing(now=parts.desk.clock.now(), key="api:look", actor_id=request.state.member_id)

        def look() -> dict[str, Any]:
            with parts.reading() as uow:
                return read(uow, parts.desk.scheme, doing)

        return jsonable_encoder(await to_thread.run_sync(look))

    async def directory(request: Request) -> Any:
        return await answer(request, lambda uow, scheme, doing: stations.station_directory(uow, scheme, doing).facts)

    async def menus(request: Request, day: date | None = None) -> Any:
        def read(uow: SqlUnitOfWork, scheme: Scheme, doing: Doing) -> dict[str, Any]:
            return meals.meals(uow, scheme, doing, day or local_day(doing.now, scheme.tz)).facts

        return await answer(request, read)

    async def activities(request: Request) -> Any:
        return await answer(
            request, lambda uow, scheme, doing: activity_desk.staff_activities(uow, scheme, doing).facts
        )

    async def activity(request: Request, number: int) -> Any:
        return await answer(
            request, lambda uow, scheme, doing: activity_desk.attendance(uow, scheme, doing, number).facts
        )

    async def all_surveys(request: Request) -> Any:
        return await answer(request, lambda uow, scheme, doing: surveys.surveys_of(uow, scheme, doing).facts)

    async def survey(request: Request, number: int) -> Any:
        return await answer(
            request, lambda uow, scheme, doing: surveys.survey_summary(uow, scheme, doing, number).facts
        )

    router.get("/stations", summary="The directory of stations")(directory)
    router.get("/meals", summary="Meal sites with what they serve on a day")(menus)
    router.get("/activities", summary="Activities of one's branches")(activities)
    router.get("/activities/{number}", summary="One activity with its list")(activity)
    router.get("/surveys", summary="Surveys of one's branches")(all_surveys)
    router.get("/surveys/{number}", summary="What was answered, without names")(survey)
