"""What the desk page shows a staff member: read in one unit, by the same rules as the acts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from bank.doing import Doing
from bank.eligibility import may_serve
from bank.members import Member, RoleName, VolunteerFile
from bank.moments import local_day
from bank.notices import Broadcast, BroadcastStatus
from bank.orders import Order
from bank.organisation import Branch, ServiceBase
from bank.permissions import check_is_staff
from bank.scheme import Scheme
from bank.usecases import approval, care, membership
from bank.usecases.facts import order_facts
from bot.web.mailbox import Said
from storage.desk_things import OutboxState
from storage.unit_of_work import SqlUnitOfWork

MOST = 50  # rows of a section; the rest is there when these are done


@dataclass(frozen=True, slots=True, kw_only=True)
class PhoneRow:
    """A message that could not be sent: to whom, and what to say on the phone."""

    id: int
    name: str
    phone: str
    words: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispatch:
    """A published order that has free seats, and who may take it, those with the skill first."""

    order: dict[str, Any]
    volunteers: list[Member]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskView:
    """Everything on the page. Facts of orders, cases and applicants are those of the use cases."""

    me: Member
    branches: list[Branch]
    waiting: list[dict[str, Any]]
    bases: list[ServiceBase]
    cases: list[dict[str, Any]]
    applicants: list[dict[str, Any]]
    dispatch: list[Dispatch]
    phone_list: list[PhoneRow]
    drafts: list[Broadcast]
    sent: list[Broadcast]
    today: dict[str, list[dict[str, Any]]]  # by state


def read_view(uow: SqlUnitOfWork, scheme: Scheme, member_id: int, now: datetime, said: Said) -> DeskView:
    """Raises NotAllowed("not_staff")."""
    mine = check_is_staff(uow, member_id)
    doing = Doing(now=now, key="desk:look", actor_id=member_id)
    broadcasts = uow.broadcasts.find(branch_id=tuple(mine))
    return DeskView(
        me=uow.members.get(member_id),
        branches=[uow.branches.get(ident) for ident in mine],
        waiting=approval.waiting_for(uow, scheme, doing).facts["orders"][:MOST],
        bases=uow.bases.find(branch_id=tuple(mine)) if scheme.bases_pay else [],
        cases=care.open_cases(uow, scheme, doing).facts["cases"][:MOST],
        applicants=membership.waiting_members(uow, scheme, doing).facts["members"][:MOST],
        dispatch=_dispatch(uow, scheme, mine, now),
        phone_list=_phone_list(uow, mine, now, said),
        drafts=[each for each in broadcasts if each.status is BroadcastStatus.DRAFT],
        sent=[each for each in broadcasts if each.status is BroadcastStatus.SENT][-5:],
        today=_today(uow, scheme, mine, now),
    )


def _dispatch(uow: SqlUnitOfWork, scheme: Scheme, mine: list[int], now: datetime) -> list[Dispatch]:
    volunteers = uow.members.holding(RoleName.VOLUNTEER, mine)
    files = {member.id: uow.members.volunteer_file(member.id) for member in volunteers}
    found = []
    for order in uow.orders.published_in(mine, now)[:MOST]:
        day = local_day(order.starts_at, scheme.tz)
        fit = [
            member
            for member in volunteers
            if member.id != order.resident_id
            and may_serve(scheme, member, files[member.id], day)
            and not uow.orders.overlapping(member.id, order.starts_at, order.starts_at + _length(order))
        ]
        fit.sort(key=lambda member: not _skilled(files[member.id], order))
        found.append(Dispatch(order=order_facts(uow, scheme, order), volunteers=fit))
    return found


def _skilled(file: VolunteerFile | None, order: Order) -> bool:
    return file is not None and order.service in file.skills


def _length(order: Order) -> timedelta:
    return timedelta(minutes=order.minutes)


def _phone_list(uow: SqlUnitOfWork, mine: list[int], now: datetime, said: Said) -> list[PhoneRow]:
    rows = []
    for item in uow.desk.outbox.in_state(OutboxState.PHONE_LIST):
        if item.to_member_id is None:
            continue  # a sender who is no member has no phone number here: their case is among the cases
        member = uow.members.get(item.to_member_id)
        if member.branch_id in mine:
            rows.append(
                PhoneRow(
                    id=item.id,
                    name=member.name,
                    phone=member.phone or "",
                    words=said(item, now).text,
                    why=item.why or "",
                )
            )
    return rows[:MOST]


def _today(uow: SqlUnitOfWork, scheme: Scheme, mine: list[int], now: datetime) -> dict[str, list[dict[str, Any]]]:
    start = datetime.combine(local_day(now, scheme.tz), time(0), tzinfo=scheme.tz)
    by_state: dict[str, list[dict[str, Any]]] = {}
    for order in uow.orders.starting(mine, start, start + timedelta(days=1)):
        by_state.setdefault(order.status.value, []).append(order_facts(uow, scheme, order))
    return by_state
