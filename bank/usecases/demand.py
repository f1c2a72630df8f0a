"""Which categories earn: what is asked for often does, by figures that the desk proposes and staff adopt (fuyuan).

高频需求成为可积分项目，低频需求为居民日常生活的互帮习惯 (SCHEMES: "which categories earn").
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from bank.doing import Doing, Receipt
from bank.earning import CategoryDecision
from bank.errors import RuleRefused
from bank.moments import local_day
from bank.permissions import check_is_staff, check_staff_of
from bank.ports import UnitOfWork
from bank.scheme import Scheme
from bank.usecases.casework import head_branch
from bank.usecases.deed import once


def category_earns(uow: UnitOfWork, scheme: Scheme, code: str, now: datetime) -> bool:
    """Whether a wish of that category costs and earns coins now: staff's newest decision, else the scheme's own word.

    Raises KeyError for a code that the scheme does not know.
    """
    own = scheme.category(code).earns
    if scheme.demand is None:
        return own
    today = local_day(now, scheme.tz)
    in_force = [row for row in uow.category_decisions.find(category=code) if row.from_day <= today]
    return max(in_force, key=lambda row: (row.from_day, row.id)).earns if in_force else own


def propose_categories(uow: UnitOfWork, scheme: Scheme, doing: Doing) -> Receipt:
    """The figures of the last `demand.days` and what they propose. Reads only.

    proposed: days, threshold, categories (code, name, asked, earns now, should). Raises NotAllowed("not_staff"),
    RuleRefused("demand_not_counted") where the scheme does not go by demand.
    """
    check_is_staff(uow, doing.actor_id)
    if scheme.demand is None:
        raise RuleRefused("demand_not_counted")
    asked = uow.orders.asked_by_category(doing.now - timedelta(days=scheme.demand.days), doing.now)
    rows: list[dict[str, Any]] = []
    for category in scheme.categories:
        count = asked.get(category.code, 0)
        rows.append(
            {
                "code": category.code,
                "name": category.name,
                "asked": count,
                "earns": category_earns(uow, scheme, category.code, doing.now),
                "should": count >= scheme.demand.threshold,
            }
        )
    facts = {"days": scheme.demand.days, "threshold": scheme.demand.threshold, "categories": rows}
    return Receipt(outcome="proposed", facts=facts)


def adopt_category(uow: UnitOfWork, scheme: Scheme, doing: Doing, category: str, earns: bool) -> Receipt:
    """Staff of the head decide that a category earns from today on, or no longer. Outcome: adopted.

    Facts: name, earns, asked, threshold. What stands in the books or on the board keeps its price. Raises NotAllowed,
    RuleRefused: "demand_not_counted", "category_unknown", "nothing_decided" (it is so already).
    """
    content = {"category": category, "earns": earns}
    return once(uow, doing, "adopt_category", content, lambda: _adopt(uow, scheme, doing, category, earns))


def _adopt(uow: UnitOfWork, scheme: Scheme, doing: Doing, code: str, earns: bool) -> Receipt:
    check_staff_of(uow, doing.actor_id, head_branch(uow).id)
    proposal = propose_categories(uow, scheme, doing).facts
    row = next((row for row in proposal["categories"] if row["code"] == code), None)
    if row is None:
        raise RuleRefused("category_unknown", category=code)
    if row["earns"] == earns:
        raise RuleRefused("nothing_decided", category=row["name"])
    figures = {"asked": row["asked"], "days": proposal["days"], "threshold": proposal["threshold"]}
    decision = CategoryDecision(
        category=code,
        earns=earns,
        from_day=local_day(doing.now, scheme.tz),
        figures=figures,
        decided_by=doing.actor_id,
        decided_at=doing.now,
    )
    uow.category_decisions.add(decision, doing.audit("adopt_category", category=code, earns=earns))
    return Receipt(outcome="adopted", facts={"category": code, "name": row["name"], "earns": earns, **figures})
