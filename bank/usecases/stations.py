"""Where the branches are, for ask_station."""

from __future__ import annotations

from typing import Any

from bank.doing import Doing, Receipt
from bank.organisation import Branch
from bank.ports import UnitOfWork
from bank.scheme import Scheme


def branch_info(uow: UnitOfWork, scheme: Scheme, doing: Doing) -> Receipt:
    """The person's own branch first, then those above it; for a stranger all, the head first. Reads only."""
    if doing.person_id:
        own = uow.members.get(doing.person_id).branch_id
        branches = uow.branches.path_up(own)
    else:
        branches = sorted(uow.branches.find(), key=lambda branch: (branch.tier, branch.id))
    rows = [_row(scheme, branch) for branch in branches]
    return Receipt(outcome="branches", facts={"branches": rows, "hotline": scheme.hotline})


def _row(scheme: Scheme, branch: Branch) -> dict[str, Any]:
    tier = scheme.tiers[min(branch.tier, len(scheme.tiers)) - 1]
    return {
        "id": branch.id,
        "name": branch.name,
        "tier": tier,
        "address": branch.address,
        "phone": branch.phone,
        "hours": branch.hours,
    }
