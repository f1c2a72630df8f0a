"""What the page of grants and relatives shows: budgets, who is in need, the charity account, whom a name found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from bank import kinship
from bank.doing import Doing
from bank.members import Member
from bank.moments import local_day
from bank.organisation import Branch
from bank.permissions import check_is_staff
from bank.scheme import Scheme
from bank.usecases import grants
from storage.unit_of_work import SqlUnitOfWork

LOOK_BACK = timedelta(days=90)
MOST = 20  # lines of the charity account, people in need
FOUND = 5  # people that one name finds


@dataclass(frozen=True, slots=True, kw_only=True)
class GivingView:
    """`people` and `relatives` are whom the two names found; `asked` are the names as they were typed."""

    branches: list[Branch]
    budgets: list[dict[str, Any]]
    in_need: list[dict[str, Any]]
    year: int
    charity: dict[str, Any]
    people: list[Member]
    relatives: list[Member]
    asked: dict[str, str]
    relations: list[str]
    today: date
    year_ends: date


def read_giving(uow: SqlUnitOfWork, scheme: Scheme, doing: Doing, asked: Mapping[str, str]) -> GivingView:
    """Raises NotAllowed("not_staff")."""
    mine = check_is_staff(uow, doing.actor_id)
    names = {field: asked.get(field, "").strip()[:20] for field in ("member", "relative")}
    need = grants.without_grant(uow, scheme, doing).facts
    charity = grants.charity_statement(
        uow, scheme, doing, doing.now - LOOK_BACK, doing.now + timedelta(seconds=1)
    ).facts
    today = local_day(doing.now, scheme.tz)
    return GivingView(
        branches=[uow.branches.get(ident) for ident in mine],
        budgets=grants.budgets(uow, scheme, doing).facts["rows"],
        in_need=need["rows"][:MOST],
        year=need["year"],
        charity={**charity, "lines": charity["lines"][-MOST:]},
        people=uow.members.named(names["member"], mine)[:FOUND] if names["member"] else [],
        relatives=uow.members.named(names["relative"])[:FOUND] if names["relative"] else [],
        asked=names,
        relations=sorted(kinship.FAMILY),
        today=today,
        year_ends=date(today.year, 12, 31),
    )
