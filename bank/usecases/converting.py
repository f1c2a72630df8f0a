"""Coins into another system's points (fuyuan: 益币): asked in chat, exported in batches, acknowledged or returned.

The coins lie on the clearing account from the asking on; what comes back is a linked reversal.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from math import gcd
from typing import Any, Literal

from bank.coins import Leg, Posting, TransactionKind, Unit
from bank.doing import Doing, Receipt
from bank.eligibility import check_active
from bank.errors import NotAllowed, NotFound, RuleRefused
from bank.goods import CONVERSION_LIFE, Conversion, ConversionStatus
from bank.moments import local_day
from bank.permissions import check_is_staff, known
from bank.ports import UnitOfWork
from bank.scheme import Scheme
from bank.scheme_parts import ExternalPoints
from bank.usecases.accounts import coins_of
from bank.usecases.deed import once
from bank.usecases.own_use import usable
from bank.usecases.purses import clearing
from bank.usecases.telling import tell

MOST_ROWS = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """One row of the other side's answer: the conversion's `number`, taken or sent back with a reason."""

    number: int
    result: Literal["acknowledged", "returned"]
    reason: str = ""


def points_rule(scheme: Scheme) -> ExternalPoints:
    """The other system's points. Raises RuleRefused("conversion_not_here")."""
    if scheme.goods is None or scheme.goods.points is None:
        raise RuleRefused("conversion_not_here")
    return scheme.goods.points


def step_minutes(scheme: Scheme) -> int:
    """The fewest minutes that make whole points; every conversion is a multiple of it."""
    return scheme.minutes_per_coin // gcd(scheme.minutes_per_coin, points_rule(scheme).per_coin)


def preview_conversion(uow: UnitOfWork, scheme: Scheme, doing: Doing, minutes: int) -> Receipt:
    """What `minutes` would give, for the read-back. Reads only; raises as convert_coins.

    preview: minutes, points, name (of the points), available, left.
    """
    member = known(uow, doing.actor_id)
    account = coins_of(uow, scheme, member)
    can = usable(uow, scheme, member, account)
    points = _points(scheme, minutes, can)
    facts = {"minutes": minutes, "points": points, "name": points_rule(scheme).name, "available": can}
    return Receipt(outcome="preview", facts=facts | {"left": can - minutes})


def convert_coins(uow: UnitOfWork, scheme: Scheme, doing: Doing, minutes: int) -> Receipt:
    """Turn coins into the other system's points. Outcome: conversion_asked: conversion, minutes, points, name, balance.

    Nobody does this for another. Raises NotAllowed ("not_a_member", "only_oneself"), RuleRefused:
    "conversion_not_here", "conversion_uneven", "conversion_unaffordable", "membership_…".
    """
    return once(uow, doing, "convert_coins", {"minutes": minutes}, lambda: _convert(uow, scheme, doing, minutes))


def _points(scheme: Scheme, minutes: int, available: int) -> int:
    rule, step = points_rule(scheme), step_minutes(scheme)
    if minutes <= 0 or minutes % step:
        raise RuleRefused("conversion_uneven", step=step)
    if minutes > available:
        raise RuleRefused("conversion_unaffordable", needed=minutes, available=available)
    return minutes * rule.per_coin // scheme.minutes_per_coin


def _convert(uow: UnitOfWork, scheme: Scheme, doing: Doing, minutes: int) -> Receipt:
    rule = points_rule(scheme)
    member = known(uow, doing.actor_id)
    if doing.person_id != member.id:
        raise NotAllowed("only_oneself")
    check_active(member)
    account, away = coins_of(uow, scheme, member), clearing(uow, Unit.COIN)
    account = uow.ledger.lock([account.id, away.id])[account.id]
    points = _points(scheme, minutes, usable(uow, scheme, member, account))
    posted = uow.ledger.post(
        Posting(
            key=f"conversion:{doing.key}",
            kind=TransactionKind.CONVERSION,
            legs=(Leg(debit=account.id, credit=away.id, minutes=minutes),),
            day=local_day(doing.now, scheme.tz),
            posted_at=doing.now,
            scheme=scheme.name,
            scheme_version=scheme.version,
            done_by=member.id,
            done_for=member.id,
            reason=f"{points} {rule.name}",
        )
    )
    row = Conversion(member_id=member.id, minutes=minutes, points=points, transaction_id=posted.id, made_at=doing.now)
    uow.conversions.add(row, doing.audit("convert_coins", minutes=minutes, points=points))
    balance = coins_of(uow, scheme, member).available
    facts = {"conversion": row.id, "minutes": minutes, "points": points, "name": rule.name, "balance": balance}
    return Receipt(outcome="conversion_asked", facts=facts | {"undo_minutes": scheme.undo_minutes})


def last_conversion(uow: UnitOfWork, scheme: Scheme, doing: Doing) -> Conversion | None:
    """The person's own conversion that "撤销" would undo: asked within `undo_minutes`, not yet exported."""
    since = doing.now - timedelta(minutes=scheme.undo_minutes)
    rows = uow.conversions.find(member_id=doing.actor_id, status=ConversionStatus.ASKED.value)
    fresh = [row for row in rows if since <= row.made_at <= doing.now]
    return max(fresh, key=lambda row: (row.made_at, row.id), default=None)


def undo_conversion(uow: UnitOfWork, scheme: Scheme, doing: Doing, conversion_id: int) -> Receipt:
    """Take a conversion back that was not exported yet, within `undo_minutes`. Outcome: conversion_undone (returned).

    Raises NotAllowed("only_oneself"), RuleRefused("nothing_to_undo"), WrongState, RuleRefused("balance_cap").
    """
    content = {"conversion": conversion_id}
    return once(uow, doing, "undo_conversion", content, lambda: _undo(uow, scheme, doing, conversion_id))


def _undo(uow: UnitOfWork, scheme: Scheme, doing: Doing, conversion_id: int) -> Receipt:
    row = uow.conversions.get(conversion_id, lock=True)
    if row.member_id != doing.actor_id:
        raise NotAllowed("only_oneself")
    status = CONVERSION_LIFE.target(row.id, row.status, "return")
    late = doing.now - row.made_at > timedelta(minutes=scheme.undo_minutes)
    if late or row.status is not ConversionStatus.ASKED:
        raise RuleRefused("nothing_to_undo", minutes=scheme.undo_minutes)
    balance = _bring_back(uow, scheme, doing, row, "undone")
    row.status, row.ended_at, row.reason = status, doing.now, "undone"
    uow.conversions.save(row, doing.audit("undo_conversion"))
    return Receipt(outcome="conversion_undone", facts={"returned": row.minutes, "balance": balance})


def _bring_back(uow: UnitOfWork, scheme: Scheme, doing: Doing, row: Conversion, reason: str) -> int:
    """Reverse the coins of a conversion; answers the balance after it. Raises RuleRefused("balance_cap")."""
    member = uow.members.get(row.member_id)
    account, away = coins_of(uow, scheme, member), clearing(uow, Unit.COIN)
    account = uow.ledger.lock([account.id, away.id])[account.id]
    if account.room is not None and account.room < row.minutes:
        raise RuleRefused("balance_cap", cap=account.cap, room=account.room)
    uow.ledger.reverse(
        row.transaction_id,
        key=f"reverse:{row.transaction_id}",
        now=doing.now,
        day=local_day(doing.now, scheme.tz),
        reason=reason,
        done_by=doing.actor_id or None,
    )
    return coins_of(uow, scheme, member).available


# To the other side and back ---------------------------------------------------------------------------------------


def export_conversions(uow: UnitOfWork, scheme: Scheme, doing: Doing, batch: str) -> Receipt:
    """Hand over what was asked for and can no longer be undone, as batch `batch`. Outcome: batch.

    batch: batch, name, rows (number, member_id, member, phone, points, minutes, asked_at), points. The same batch again
    is the same rows, whoever asks. Raises NotAllowed ("not_staff", "not_staff_here"), RuleRefused:
    "conversion_not_here", "batch_name", "batch_empty".
    """
    _check_head(uow, doing)
    rule = points_rule(scheme)
    if not batch or not batch.replace("-", "").isalnum() or not batch.isascii() or len(batch) > 40:
        raise RuleRefused("batch_name")
    deed = replace(doing, key=f"conversions:{batch}", actor_id=0, for_id=None)
    return once(
        uow, deed, "export_conversions", {"batch": batch}, lambda: _export(uow, scheme, doing, batch, rule.name)
    )


def batch_of(uow: UnitOfWork, scheme: Scheme, doing: Doing, batch: str) -> Receipt:
    """A batch that was handed over, as it was then. Reads only. Raises NotAllowed as export_conversions, NotFound."""
    _check_head(uow, doing)
    seen = uow.receipts.seen(f"conversions:{batch}", _batch_content(batch))
    if seen is None:
        raise NotFound("batch", batch)
    return seen


def _batch_content(batch: str) -> dict[str, Any]:
    """What the deed of a batch was asked to do, whoever asked (see `deed.once`)."""
    return {"verb": "export_conversions", "actor": 0, "for": None, "batch": batch}


def _check_head(uow: UnitOfWork, doing: Doing) -> None:
    """Only staff of a head: the way to the other side is one for the whole bank."""
    branches = [uow.branches.get(ident) for ident in check_is_staff(uow, doing.actor_id)]
    if not any(branch.parent_id is None for branch in branches):
        raise NotAllowed("not_staff_here", branch=uow.branches.path_up(branches[0].id)[-1].name)


def _export(uow: UnitOfWork, scheme: Scheme, doing: Doing, batch: str, name: str) -> Receipt:
    until = doing.now - timedelta(minutes=scheme.undo_minutes)
    waiting = [row for row in uow.conversions.find(status=ConversionStatus.ASKED.value) if row.made_at < until]
    if not waiting:
        raise RuleRefused("batch_empty")
    rows: list[dict[str, Any]] = []
    for found in waiting:
        row = uow.conversions.get(found.id, lock=True)
        row.status = CONVERSION_LIFE.target(row.id, row.status, "export")
        row.batch, row.exported_at = batch, doing.now
        uow.conversions.save(row, doing.audit("export_conversion", batch=batch))
        member = uow.members.get(row.member_id)
        rows.append(
            {
                "number": row.id,
                "member_id": member.id,
                "member": member.name,
                "phone": member.phone or "",
                "points": row.points,
                "minutes": row.minutes,
                "asked_at": row.made_at.astimezone(scheme.tz).isoformat(),
            }
        )
    facts = {"batch": batch, "name": name, "rows": rows, "points": sum(int(row["points"]) for row in rows)}
    return Receipt(outcome="batch", facts=facts)


def take_answers(uow: UnitOfWork, scheme: Scheme, doing: Doing, batch: str, answers: Sequence[Answered]) -> Receipt:
    """The other side's answer to a batch: taken rows are done, returned ones give the coins back. All rows or none.

    Outcomes: answers_taken: acknowledged, returned, known (rows taken before) · answers_wrong: report (number, why:
    unknown, twice, other_result, reason_missing, no_room), and nothing was changed.
    Raises NotAllowed as export_conversions, RuleRefused: "conversion_not_here", "too_many_rows".
    """
    content = {"batch": batch, "rows": [asdict(answer) for answer in answers]}
    return once(uow, doing, "take_answers", content, lambda: _take(uow, scheme, doing, batch, answers))


def _take(uow: UnitOfWork, scheme: Scheme, doing: Doing, batch: str, answers: Sequence[Answered]) -> Receipt:
    _check_head(uow, doing)
    points_rule(scheme)
    if len(answers) > MOST_ROWS:
        raise RuleRefused("too_many_rows", most=MOST_ROWS)
    rows = {found.id: uow.conversions.get(found.id, lock=True) for found in uow.conversions.find(batch=batch)}
    report = _wrong_rows(uow, scheme, rows, answers)
    if report:
        return Receipt(outcome="answers_wrong", facts={"batch": batch, "report": report})
    counts = {"acknowledged": 0, "returned": 0, "known": 0}
    for answer in answers:
        row = rows[answer.number]
        if row.status is not ConversionStatus.EXPORTED:
            counts["known"] += 1
            continue
        _answer(uow, scheme, doing, row, answer)
        counts[answer.result] += 1
    return Receipt(outcome="answers_taken", facts={"batch": batch, **counts})


def _wrong_rows(
    uow: UnitOfWork, scheme: Scheme, rows: dict[int, Conversion], answers: Sequence[Answered]
) -> list[dict[str, Any]]:
    report: list[dict[str, Any]] = []
    seen: set[int] = set()
    back: dict[int, int] = {}
    for line, answer in enumerate(answers, start=1):
        row = rows.get(answer.number)
        why = None
        if row is None:
            why = "unknown"
        elif answer.number in seen:
            why = "twice"
        elif row.status is not ConversionStatus.EXPORTED and row.status.value != answer.result:
            why = "other_result"
        elif answer.result == "returned" and not answer.reason.strip():
            why = "reason_missing"
        elif answer.result == "returned" and row.status is ConversionStatus.EXPORTED:
            account = coins_of(uow, scheme, uow.members.get(row.member_id))
            back[account.id] = back.get(account.id, 0) + row.minutes
            why = "no_room" if account.room is not None and back[account.id] > account.room else None
        seen.add(answer.number)
        if why is not None:
            report.append({"line": line, "number": answer.number, "why": why})
    return report


def _answer(uow: UnitOfWork, scheme: Scheme, doing: Doing, row: Conversion, answer: Answered) -> None:
    name = points_rule(scheme).name
    if answer.result == "acknowledged":
        row.status = CONVERSION_LIFE.target(row.id, row.status, "acknowledge")
        tell(uow, scheme, _about(doing, row), row.member_id, "conversion_done", points=row.points, name=name)
    else:
        row.status = CONVERSION_LIFE.target(row.id, row.status, "return")
        row.reason = answer.reason.strip()
        balance = _bring_back(uow, scheme, doing, row, row.reason)
        tell(
            uow,
            scheme,
            _about(doing, row),
            row.member_id,
            "conversion_returned",
            minutes=row.minutes,
            points=row.points,
            name=name,
            reason=row.reason,
            balance=balance,
        )
    row.ended_at = doing.now
    uow.conversions.save(row, doing.audit(answer.result, batch=row.batch))


def _about(doing: Doing, row: Conversion) -> Doing:
    """Several conversions of one member may be answered by one file: each is told."""
    return doing.step(f"conversion{row.id}")


def conversions(uow: UnitOfWork, scheme: Scheme, doing: Doing) -> Receipt:
    """What waits and what was handed over, for staff of a head. Reads only. Raises as export_conversions.

    conversions: waiting (rows), batches (batch, count, points, open, exported_at), name.
    """
    _check_head(uow, doing)
    name = points_rule(scheme).name
    batches: dict[str, dict[str, Any]] = {}
    waiting = []
    for row in uow.conversions.find():
        if row.batch is None:
            if row.status is ConversionStatus.ASKED:
                member = uow.members.get(row.member_id).name
                waiting.append({"number": row.id, "member": member, "points": row.points, "minutes": row.minutes})
            continue
        exported = row.exported_at.astimezone(scheme.tz).isoformat() if row.exported_at else ""
        whole = batches.setdefault(row.batch, {"batch": row.batch, "count": 0, "points": 0, "open": 0})
        whole["count"] += 1
        whole["points"] += row.points
        whole["open"] += row.status is ConversionStatus.EXPORTED
        whole["exported_at"] = exported
    facts = {"waiting": waiting, "batches": list(batches.values())[::-1], "name": name}
    return Receipt(outcome="conversions", facts=facts)
