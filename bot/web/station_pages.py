"""The desk's pages of stations and meals, of activities with their lists, and of surveys with their summary."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, Protocol

from fastapi import APIRouter, Request
from fastapi.responses import Response

from bank.doing import Doing
from bank.moments import local_day
from bank.permissions import check_is_staff
from bank.scheme import Scheme
from bank.usecases import activity_desk, meals, stations, surveys
from bot.pictures.charts import Panel, draw_sheet
from storage.unit_of_work import SqlUnitOfWork

SPREADSHEET_MARK = "\ufeff"  # so that a spreadsheet reads the signs right
MENU_DAYS = 7


Reader = Callable[[SqlUnitOfWork, Scheme, Doing, Mapping[str, str]], Any]
Facts = dict[str, Any]


class StaffPages(Protocol):
    """What the desk offers its parts: pages and files for staff alone."""

    async def look(self, request: Request, done: str | None, template: str, read: Reader) -> Response:
        """A page of what `read` finds; who is no staff meets the door."""

    async def give(self, request: Request, draw: Reader, media_type: str, name: str) -> Response:
        """A file of the bytes that `draw` makes."""


def add_station_pages(router: APIRouter, desk: StaffPages) -> None:
    """Put the pages under the desk's router."""

    @router.get("/stations")
    async def all_stations(request: Request, done: str | None = None) -> Response:
        return await desk.look(request, done, "stations.html", read_stations)

    @router.get("/activities")
    async def all_activities(request: Request, done: str | None = None) -> Response:
        return await desk.look(request, done, "activities.html", read_activities)

    @router.get("/activities/{number}")
    async def one_activity(request: Request, number: int, done: str | None = None) -> Response:
        def read(uow: SqlUnitOfWork, scheme: Scheme, doing: Doing, asked: Mapping[str, str]) -> Facts:
            return activity_desk.attendance(uow, scheme, doing, number).facts

        return await desk.look(request, done, "activity.html", read)

    @router.get("/surveys")
    async def all_surveys(request: Request, done: str | None = None) -> Response:
        return await desk.look(request, done, "surveys.html", read_surveys)

    @router.get("/surveys/{number}")
    async def one_survey(request: Request, number: int, done: str | None = None) -> Response:
        def read(uow: SqlUnitOfWork, scheme: Scheme, doing: Doing, asked: Mapping[str, str]) -> Facts:
            return surveys.survey_summary(uow, scheme, doing, number).facts

        return await desk.look(request, done, "survey.html", read)

    @router.get("/surveys/{number}/answers.csv")
    async def answers(request: Request, number: int) -> Response:
        def draw(uow: SqlUnitOfWork, scheme: Scheme, doing: Doing, asked: Mapping[str, str]) -> bytes:
            return summary_csv(surveys.survey_summary(uow, scheme, doing, number).facts)

        return await desk.give(request, draw, "text/csv; charset=utf-8", f"survey-{number}.csv")

    @router.get("/surveys/{number}/answers.png")
    async def picture(request: Request, number: int) -> Response:
        def draw(uow: SqlUnitOfWork, scheme: Scheme, doing: Doing, asked: Mapping[str, str]) -> bytes:
            return summary_picture(surveys.survey_summary(uow, scheme, doing, number).facts)

        return await desk.give(request, draw, "image/png", "")


def read_stations(uow: SqlUnitOfWork, scheme: Scheme, doing: Doing, asked: Mapping[str, str]) -> Facts:
    """Stations and meal sites of one's branches, with the menus of today and the days to come."""
    mine = check_is_staff(uow, doing.actor_id)
    today = local_day(doing.now, scheme.tz)
    known = stations.station_directory(uow, scheme, doing).facts["stations"]
    sites = meals.meals(uow, scheme, doing, today).facts["sites"]
    days = [today + timedelta(days=step) for step in range(MENU_DAYS)]
    menus = {(menu.site_id, menu.day): menu for menu in uow.menus.find(day=tuple(days))}
    return {
        "branches": [uow.branches.get(ident) for ident in mine],
        "stations": [row for row in known if row["branch_id"] in mine],
        "sites": [row for row in sites if row["branch_id"] in mine],
        "days": days,
        "menus": menus,
    }


def read_activities(uow: SqlUnitOfWork, scheme: Scheme, doing: Doing, asked: Mapping[str, str]) -> Facts:
    """What is ahead and what was lately, by branch."""
    mine = check_is_staff(uow, doing.actor_id)
    found = activity_desk.staff_activities(uow, scheme, doing).facts["activities"]
    return {"branches": [uow.branches.get(ident) for ident in mine], "activities": found}


def read_surveys(uow: SqlUnitOfWork, scheme: Scheme, doing: Doing, asked: Mapping[str, str]) -> Facts:
    """The surveys of one's branches."""
    mine = check_is_staff(uow, doing.actor_id)
    found = surveys.surveys_of(uow, scheme, doing).facts["surveys"]
    return {
        "branches": [uow.branches.get(ident) for ident in mine],
        "surveys": found,
        "share": surveys.DEFAULT_SHARE,
        "days": surveys.DEFAULT_DAYS,
        "questions": range(1, surveys.MOST_QUESTIONS + 1),
    }


def summary_csv(summary: dict[str, Any]) -> bytes:
    """A row per choice and per free answer: question, answer, how many. Nobody's name is in it."""
    out = io.StringIO()
    out.write(SPREADSHEET_MARK)
    rows = csv.writer(out)
    rows.writerow(["question", "answer", "count"])
    for question in summary["questions"]:
        rows.writerows([question["text"], choice, count] for choice, count in question["counts"])
        rows.writerows([question["text"], _no_formula(words), 1] for words in question["words"])
        rows.writerow([question["text"], "-", question["silent"]])
    return out.getvalue().encode()


def _no_formula(words: str) -> str:
    """What people wrote must not run as a formula in somebody's spreadsheet."""
    return f"'{words}" if words[:1] in ("=", "+", "-", "@", "\t") else words


def summary_picture(summary: dict[str, Any]) -> bytes:
    """Bars for every question with choices; for free words how many wrote some."""
    panels = []
    for question in summary["questions"]:
        counts = question["counts"] or [["…", len(question["words"])]]
        labels, values = [str(name) for name, _ in counts], [float(count) for _, count in counts]
        panels.append(Panel(question["text"], "bars", [*labels, "—"], [("", [*values, float(question["silent"])])]))
    return draw_sheet(summary["title"], panels)
