"""Telling people: notices into the outbox, held back in quiet hours unless it is an emergency or an answer."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from bank.doing import Doing
from bank.members import Member
from bank.moments import after_quiet_hours
from bank.notices import Notice, Urgency
from bank.orders import Order
from bank.permissions import staff_at
from bank.ports import UnitOfWork
from bank.scheme import Scheme
from bank.usecases.facts import brief


def tell(
    uow: UnitOfWork,
    scheme: Scheme,
    doing: Doing,
    to_id: int,
    words: str,
    *,
    urgency: Urgency = Urgency.NORMAL,
    answer: bool = False,
    order_id: int | None = None,
    case_id: int | None = None,
    to_sender: str | None = None,
    **facts: Any,
) -> bool:
    """Put one notice into the outbox; False when this deed has already put it.

    `answer`: the person is in a talk right now, so quiet hours do not hold it back.
    """
    waits = urgency is not Urgency.EMERGENCY and not answer
    at = after_quiet_hours(doing.now, scheme.tz, scheme.quiet.begin, scheme.quiet.end) if waits else doing.now
    return uow.outbox.put(
        Notice(
            key=f"{doing.key}:{words}:{order_id or case_id or 0}:{to_id or to_sender}",
            to_id=to_id,
            words=words,
            facts=facts,
            urgency=urgency,
            not_before=at if at > doing.now else None,
            order_id=order_id,
            case_id=case_id,
            to_sender=to_sender,
        )
    )


def tell_order(
    uow: UnitOfWork, scheme: Scheme, doing: Doing, order: Order, to_ids: Iterable[int], words: str, **facts: Any
) -> int:
    """Tell people about an order: the facts of `brief` and what is added. Answers how many were told.

    The one who acts is not told of the own deed: the receipt says it.
    """
    known = {**brief(uow, scheme, order), **facts}
    told = 0
    for to_id in dict.fromkeys(to_ids):
        if to_id and to_id != doing.actor_id:
            told += tell(uow, scheme, doing, to_id, words, order_id=order.id, **known)
    return told


def tell_staff(uow: UnitOfWork, scheme: Scheme, doing: Doing, order: Order, words: str, **facts: Any) -> int:
    """Tell the staff who look after the order's branch."""
    return tell_order(uow, scheme, doing, order, ids(staff_at(uow, order.branch_id)), words, **facts)


def tell_acted_for(uow: UnitOfWork, scheme: Scheme, doing: Doing, order: Order, deed: str) -> None:
    """Acting for somebody is always told to them (SCHEMES: "Acting for someone")."""
    if doing.actor_id and doing.actor_id != order.resident_id:
        by = uow.members.get(doing.actor_id).name
        tell_order(uow, scheme, doing, order, [order.resident_id], "acted_for_you", by=by, deed=deed)


def ids(people: Iterable[Member]) -> list[int]:
    """The ids of members."""
    return [member.id for member in people]
