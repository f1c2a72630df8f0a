"""What the pages of people and of honours show."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from bank.doing import Doing
from bank.members import Household, Member
from bank.moments import local_day
from bank.organisation import Branch
from bank.permissions import check_is_staff, staff_of
from bank.scheme import Scheme
from bank.usecases import awards, demand, member_file, proof, reports, sanctions
from bank.usecases.casework import head_branch
from bot.web.goods_files import harmless
from storage.unit_of_work import SqlUnitOfWork

FOUND = 12
ROSTER = ("number", "volunteer", "phone", "born", "starts_at", "minutes", "place")


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleView:
    """`file` is the one member who is open; `others` are whom `asked["other"]` found: heirs, guardians."""

    asked: dict[str, str]
    found: list[Member]
    file: dict[str, Any] | None
    others: list[Member]
    households: list[Household]
    barred: list[dict[str, Any]]
    branches: list[Branch]


def read_people(uow: SqlUnitOfWork, scheme: Scheme, doing: Doing, asked: Mapping[str, str]) -> PeopleView:
    """Raises NotAllowed ("not_staff", "not_staff_here"), NotFound."""
    mine = check_is_staff(uow, doing.actor_id)
    wanted = {name: asked.get(name, "").strip()[:20] for name in ("who", "other", "member")}
    number = wanted["member"]
    file = member_file.member_file(uow, scheme, doing, int(number)).facts if number.isdecimal() else None
    return PeopleView(
        asked=wanted,
        found=uow.members.named(wanted["who"], mine)[:FOUND] if wanted["who"] else [],
        file=file,
        others=uow.members.named(wanted["other"])[:FOUND] if wanted["other"] else [],
        households=uow.households.find(branch_id=tuple(mine)) if scheme.households else [],
        barred=sanctions.barred_list(uow, scheme, doing).facts["rows"],
        branches=[branch for ident in mine if (branch := uow.branches.get(ident)).scene],
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class HonoursView:
    """`at_head`: only staff of the head decide awards and categories; others see what their branches must do."""

    at_head: bool
    year: int
    awards: list[dict[str, Any]]
    demand: dict[str, Any] | None
    reports: dict[str, Any]
    without_photo: list[dict[str, Any]]
    insured: int | None
    today: date


def read_honours(uow: SqlUnitOfWork, scheme: Scheme, doing: Doing, asked: Mapping[str, str]) -> HonoursView:
    """Raises NotAllowed("not_staff")."""
    check_is_staff(uow, doing.actor_id)
    at_head = staff_of(uow, doing.actor_id, head_branch(uow).id)
    today = local_day(doing.now, scheme.tz)
    roster = proof.insurance_roster(uow, scheme, doing, today).facts["rows"] if scheme.insurance else None
    return HonoursView(
        at_head=at_head,
        year=today.year,
        awards=awards.awards_of(uow, scheme, doing).facts["rows"] if at_head else [],
        demand=demand.propose_categories(uow, scheme, doing).facts if scheme.demand and at_head else None,
        reports=reports.reports_waiting(uow, scheme, doing).facts,
        without_photo=proof.jobs_without_photo(uow, scheme, doing).facts["orders"] if scheme.photo_per_job else [],
        insured=None if roster is None else len(roster),
        today=today,
    )


def roster_csv(uow: SqlUnitOfWork, scheme: Scheme, doing: Doing, day: date) -> str:
    """The insurance roster of a day, for the insurer. Raises NotAllowed, RuleRefused("insurance_not_here")."""
    out = io.StringIO()
    writer = csv.DictWriter(out, ROSTER, lineterminator="\n")
    writer.writeheader()
    for row in proof.insurance_roster(uow, scheme, doing, day).facts["rows"]:
        writer.writerow({name: harmless(row[name]) for name in ROSTER})
    return "﻿" + out.getvalue()
