"""Whom a job fits: who may take it, who said that they can, and first of all those who are good at it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from bank.eligibility import may_serve
from bank.members import Member, RoleName, VolunteerFile
from bank.moments import local_day
from bank.orders import Order
from bank.overlap import no_overlap
from bank.ports import UnitOfWork
from bank.scheme import Scheme
from bank.usecases.accounts import same_purse


def fitting(uow: UnitOfWork, scheme: Scheme, order: Order) -> Iterator[Member]:
    """Volunteers of the order's branch, those below and above it, who may take it and are not resting.

    Those who offer just this service come first; among equals the start rotates from order to order.
    """
    area = {branch.id for branch in uow.branches.path_up(order.branch_id)} | set(uow.branches.below(order.branch_id))
    people = uow.members.holding(RoleName.VOLUNTEER, sorted(area))
    shift = order.id % len(people) if people else 0
    skilled = {skill.member_id for skill in uow.skills.find(service=order.service, ended_at=None)}
    files = {file.member_id: file for file in uow.volunteer_files.find(member_id=tuple(each.id for each in people))}
    in_turn = people[shift:] + people[:shift]
    resident = uow.members.get(order.resident_id)
    day = local_day(order.starts_at, scheme.tz)
    for person in sorted(in_turn, key=lambda each: not _good_at(each, files.get(each.id), order, skilled)):
        file = files.get(person.id)
        if person.id == resident.id or same_purse(scheme, person, resident):
            continue
        if not may_serve(scheme, person, file, day) or resting(file, order):
            continue
        if no_overlap(uow, person.id, order):
            yield person


def _good_at(person: Member, file: VolunteerFile | None, order: Order, skilled: set[int]) -> bool:
    return person.id in skilled or (file is not None and order.service in file.skills)


def resting(file: VolunteerFile | None, order: Order) -> bool:
    """Whether the volunteer asked for no jobs at that time; a rest without an end lasts until they say otherwise."""
    known: dict[str, Any] = file.availability if file is not None else {}
    if not known.get("paused"):
        return False
    since, until = _moment(known.get("from")), _moment(known.get("until"))
    end = order.starts_at + timedelta(minutes=order.minutes)
    return (since is None or end > since) and (until is None or order.starts_at < until)


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
