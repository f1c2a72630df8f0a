"""Coins that staff grant to people in need, and the budgets that pay for it (SCHEMES: "grants").

A running budget of the member's branch or of one above it pays: from issuance, or from the charity account (beijing:
二次公益). Where the scheme is `budgeted` nothing is granted without one; where a budget runs it binds.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from bank.coins import Leg, Posting, StatementLine, Transaction, TransactionKind, Unit
from bank.doing import Doing, Receipt
from bank.earning import GrantBudget
from bank.eligibility import check_active
from bank.errors import NotAllowed, RuleRefused
from bank.members import Member, MemberStatus
from bank.moments import check_aware, local_day
from bank.permissions import check_is_staff, check_staff_of
from bank.ports import UnitOfWork
from bank.scheme import Scheme
from bank.usecases.accounts import charity, coins_of, issuance
from bank.usecases.deed import once
from bank.usecases.facts import iso
from bank.usecases.telling import tell

GRANT_KEY = "grant"  # grant:<budget, 0 for none>:<key of the deed>


def grant_coins(uow: UnitOfWork, scheme: Scheme, doing: Doing, member_id: int, minutes: int, reason: str) -> Receipt:
    """Staff issue coins to a member, within the balance cap and a budget. Outcome: granted.

    Raises NotAllowed ("not_staff", "not_staff_here", "own_grant"), RuleRefused: "grants_not_allowed",
    "grant_not_whole" (not above zero), "reason_missing", "balance_cap", "membership_…", "grant_no_budget",
    "grant_over_budget", "charity_short".
    """
    content = {"member": member_id, "minutes": minutes, "reason": reason}
    return once(uow, doing, "grant_coins", content, lambda: _grant(uow, scheme, doing, member_id, minutes, reason))


def _grant(uow: UnitOfWork, scheme: Scheme, doing: Doing, member_id: int, minutes: int, reason: str) -> Receipt:
    check_is_staff(uow, doing.actor_id)
    member = uow.members.get(member_id)
    check_staff_of(uow, doing.actor_id, member.branch_id)
    check_active(member)
    if member.id == doing.actor_id:
        raise NotAllowed("own_grant")
    if not scheme.grants.by_staff:
        raise RuleRefused("grants_not_allowed")
    if minutes <= 0:
        raise RuleRefused("grant_not_whole")
    if not reason.strip():
        raise RuleRefused("reason_missing")
    budget = _budget_for(uow, scheme, doing, member, minutes)
    account = coins_of(uow, scheme, member)
    source = charity(uow) if budget is not None and budget.from_charity else issuance(uow, Unit.COIN)
    locked = uow.ledger.lock([account.id, source.id])
    account = locked[account.id]
    if account.room is not None and minutes > account.room:
        raise RuleRefused("balance_cap", cap=account.cap, room=account.room)
    if budget is not None:
        if budget.from_charity and locked[source.id].available < minutes:
            raise RuleRefused("charity_short", available=locked[source.id].available)
        budget.spent += minutes
        uow.grant_budgets.save(budget, doing.audit("spend_budget", member=member.id, minutes=minutes))
    uow.ledger.post(
        Posting(
            key=f"{GRANT_KEY}:{budget.id if budget else 0}:{doing.key}",
            kind=TransactionKind.GRANT,
            legs=(Leg(debit=source.id, credit=account.id, minutes=minutes),),
            day=local_day(doing.now, scheme.tz),
            posted_at=doing.now,
            scheme=scheme.name,
            scheme_version=scheme.version,
            done_by=doing.actor_id,
            done_for=member.id,
            reason=reason,
        )
    )
    left = account.balance + minutes
    tell(uow, scheme, doing, member.id, "coins_granted", granted=minutes, balance=left, reason=reason)
    facts = {
        "member": member.name,
        "granted": minutes,
        "balance": left,
        "budget_left": budget.left if budget is not None else None,
    }
    return Receipt(outcome="granted", facts=facts)


def _budget_for(uow: UnitOfWork, scheme: Scheme, doing: Doing, member: Member, minutes: int) -> GrantBudget | None:
    """The locked budget that pays: the nearest to the member, of those the one that ends first."""
    running = running_budgets(uow, scheme, member.branch_id, doing.now)
    for found in running:
        if found.left >= minutes:
            budget = uow.grant_budgets.get(found.id, lock=True)
            if budget.left >= minutes:
                return budget
    if running:
        raise RuleRefused("grant_over_budget", left=max(budget.left for budget in running))
    if scheme.grants.budgeted:
        raise RuleRefused("grant_no_budget")
    return None


def running_budgets(uow: UnitOfWork, scheme: Scheme, branch_id: int, now: datetime) -> list[GrantBudget]:
    """Budgets of the branch and of those above it that run today: nearest first, then by their last day."""
    path = [branch.id for branch in uow.branches.path_up(branch_id)]
    day = local_day(now, scheme.tz)
    running = [budget for budget in uow.grant_budgets.find(branch_id=tuple(path)) if budget.runs_on(day)]
    return sorted(running, key=lambda budget: (path.index(budget.branch_id), budget.last_day, budget.id))


# Budgets ----------------------------------------------------------------------------------------------------------


def set_budget(
    uow: UnitOfWork,
    scheme: Scheme,
    doing: Doing,
    branch_id: int,
    first_day: date,
    last_day: date,
    minutes: int,
    from_charity: bool,
    reason: str,
) -> Receipt:
    """Staff of a branch set what may be granted there and below in [first_day, last_day]. Outcome: budget_set.

    Raises NotAllowed ("not_staff", "not_staff_here"), RuleRefused: "grants_not_allowed", "budget_days_wrong",
    "grant_not_whole", "reason_missing", "charity_grants_not_here".
    """
    content = {
        "branch": branch_id,
        "first_day": first_day.isoformat(),
        "last_day": last_day.isoformat(),
        "minutes": minutes,
        "from_charity": from_charity,
        "reason": reason,
    }
    budget = GrantBudget(
        branch_id=branch_id,
        first_day=first_day,
        last_day=last_day,
        minutes=minutes,
        from_charity=from_charity,
        reason=reason.strip(),
        set_by=doing.actor_id,
        set_at=doing.now,
    )
    return once(uow, doing, "set_budget", content, lambda: _set_budget(uow, scheme, doing, budget))


def _set_budget(uow: UnitOfWork, scheme: Scheme, doing: Doing, budget: GrantBudget) -> Receipt:
    check_staff_of(uow, doing.actor_id, budget.branch_id)
    if not scheme.grants.by_staff:
        raise RuleRefused("grants_not_allowed")
    if budget.from_charity and not scheme.grants.from_charity:
        raise RuleRefused("charity_grants_not_here")
    if budget.minutes <= 0:
        raise RuleRefused("grant_not_whole")
    if budget.last_day < budget.first_day or budget.last_day < local_day(doing.now, scheme.tz):
        raise RuleRefused("budget_days_wrong")
    if not budget.reason:
        raise RuleRefused("reason_missing")
    budget = uow.grant_budgets.add(budget, doing.audit("set_budget", minutes=budget.minutes))
    return Receipt(outcome="budget_set", facts=_row(uow, scheme, budget, doing.now))


def end_budget(uow: UnitOfWork, scheme: Scheme, doing: Doing, budget_id: int) -> Receipt:
    """Nothing more is granted from it, from now on. Outcome: budget_ended.

    Raises NotFound, NotAllowed ("not_staff", "not_staff_here"), RuleRefused("budget_over").
    """
    return once(uow, doing, "end_budget", {"budget": budget_id}, lambda: _end_budget(uow, scheme, doing, budget_id))


def _end_budget(uow: UnitOfWork, scheme: Scheme, doing: Doing, budget_id: int) -> Receipt:
    budget = uow.grant_budgets.get(budget_id, lock=True)
    check_staff_of(uow, doing.actor_id, budget.branch_id)
    yesterday = local_day(doing.now, scheme.tz) - timedelta(days=1)
    if budget.last_day <= yesterday:
        raise RuleRefused("budget_over")
    budget.first_day, budget.last_day = min(budget.first_day, yesterday), yesterday
    budget = uow.grant_budgets.save(budget, doing.audit("end_budget"))
    return Receipt(outcome="budget_ended", facts=_row(uow, scheme, budget, doing.now))


def budgets(uow: UnitOfWork, scheme: Scheme, doing: Doing) -> Receipt:
    """Budgets of the staff member's branches and of those above, running ones first. Reads only.

    budgets: rows (budget, branch, first_day, last_day, minutes, spent, left, from_charity, reason, by, runs, mine).
    Raises NotAllowed("not_staff").
    """
    mine = check_is_staff(uow, doing.actor_id)
    above = {branch.id for ident in mine for branch in uow.branches.path_up(ident)}
    found = uow.grant_budgets.find(branch_id=tuple(above | set(mine)))
    rows = [_row(uow, scheme, budget, doing.now) | {"mine": budget.branch_id in mine} for budget in found]
    rows.sort(key=lambda row: (not row["runs"], row["last_day"], row["budget"]))
    return Receipt(outcome="budgets", facts={"rows": rows})


def _row(uow: UnitOfWork, scheme: Scheme, budget: GrantBudget, now: datetime) -> dict[str, Any]:
    return {
        "budget": budget.id,
        "branch": uow.branches.get(budget.branch_id).name,
        "first_day": budget.first_day.isoformat(),
        "last_day": budget.last_day.isoformat(),
        "minutes": budget.minutes,
        "spent": budget.spent,
        "left": budget.left,
        "from_charity": budget.from_charity,
        "reason": budget.reason,
        "by": uow.members.get(budget.set_by).name,
        "runs": budget.runs_on(local_day(now, scheme.tz)),
    }


# Who is in need, and what the charity account holds ---------------------------------------------------------------


def special_groups(scheme: Scheme, member: Member) -> list[str]:
    """Codes of the member's groups for which the scheme grants first; all their groups where it names none."""
    return [code for code in member.groups if code in scheme.grants.groups or not scheme.grants.groups]


def without_grant(uow: UnitOfWork, scheme: Scheme, doing: Doing) -> Receipt:
    """Active members in a special group who were granted nothing this calendar year. Reads only.

    without_grant: rows (member, name, phone, branch, groups, balance), year. Raises NotAllowed("not_staff").
    """
    mine = check_is_staff(uow, doing.actor_id)
    year = local_day(doing.now, scheme.tz).year
    begins = datetime(year, 1, 1, tzinfo=scheme.tz)
    rows = []
    for member in uow.members.find(branch_id=tuple(mine), status=MemberStatus.ACTIVE):
        groups = special_groups(scheme, member)
        if not groups:
            continue
        account = coins_of(uow, scheme, member)
        lines = uow.ledger.statement(account.id, begins, doing.now + timedelta(seconds=1))
        if standing(lines, TransactionKind.GRANT):
            continue
        rows.append(
            {
                "member": member.id,
                "name": member.name,
                "phone": member.phone,
                "branch": uow.branches.get(member.branch_id).name,
                "groups": groups,
                "balance": account.balance,
            }
        )
    return Receipt(outcome="without_grant", facts={"rows": rows, "year": year})


def standing(lines: list[StatementLine], *kinds: TransactionKind) -> list[Transaction]:
    """Transactions of these kinds among the lines that were not reversed, oldest first."""
    undone = {line.transaction.reverses_id for line in lines}
    return [line.transaction for line in lines if line.transaction.kind in kinds and line.transaction.id not in undone]


def charity_statement(uow: UnitOfWork, scheme: Scheme, doing: Doing, since: datetime, until: datetime) -> Receipt:
    """What came into and left the charity account in [since, until), oldest first. Reads only, for staff.

    charity: lines (at, kind, minutes, balance, who, number, reason), came_in, went_out, balance.
    Raises NotAllowed("not_staff"), ValueError for naive moments.
    """
    check_aware(since)
    check_aware(until)
    check_is_staff(uow, doing.actor_id)
    account = charity(uow)
    lines = uow.ledger.statement(account.id, since, until)
    facts = {
        "lines": [_charity_line(uow, scheme, line) for line in lines],
        "came_in": sum(line.minutes for line in lines if line.minutes > 0),
        "went_out": -sum(line.minutes for line in lines if line.minutes < 0),
        "balance": account.balance,
    }
    return Receipt(outcome="charity", facts=facts)


def _charity_line(uow: UnitOfWork, scheme: Scheme, line: StatementLine) -> dict[str, Any]:
    about = line.transaction
    who = about.done_for if about.kind in (TransactionKind.GRANT, TransactionKind.SERVICE) else about.done_by
    return {
        "at": iso(about.posted_at, scheme),
        "kind": about.kind.value,
        "minutes": line.minutes,
        "balance": line.balance,
        "who": uow.members.get(who).name if who else "",
        "number": about.order_id,
        "reason": about.reason,
    }
