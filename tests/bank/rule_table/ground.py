"""A town where the same deed can be tried under any scheme: whoever must approve, report or confirm there does so."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from bank.coins import Owner, OwnerKind
from bank.members import RoleName
from bank.usecases import approval, care, clockwork, jobs, reports, requests, serving, settling
from bank.usecases.accounts import coins_of
from storage.scheme_files import load_scheme
from tests.bank.market import Market, code
from tests.bank.town import Town

SIXTH = Path(__file__).parent.parent / "sixth.yml"
DAY = "2024-03-06"
Facts = dict[str, Any]


class Ground(Town):
    """A town with staff at every level, 王阿婆 in a priority group where that is needed, and coins without a grant."""

    def __init__(self, scheme: str) -> None:
        super().__init__(load_scheme(SIXTH if scheme == "sixth" else scheme))
        self.levels: dict[int, str] = {1: "总行老赵", len(self.scheme.tiers): "分行老张"}
        for tier, name in enumerate(self.scheme.tiers, start=1):
            if tier not in self.levels:
                self.levels[tier] = f"{name}老钱"
                self.person(self.levels[tier], born="1980-01-01", branch=self.branches[name])
                self.role(self.levels[tier], RoleName.STAFF, self.branches[name])
        if self.scheme.receiving.groups:  # elsewhere she would pay with time that she stored
            self.change("王阿婆", groups=[self.scheme.receiving.groups[0].code])

    @property
    def service(self) -> str:
        """What is asked for unless a row says otherwise: it earns everywhere."""
        return "company"

    def change(self, name: str, **values: Any) -> None:
        with self.unit() as uow:
            member = uow.members.get(self.people[name])
            for field, value in values.items():
                setattr(member, field, value)
            uow.members.save(member, self.doing("总行老赵").audit("changed"))
            uow.commit()

    def own(self, name: str, minutes: int) -> None:
        """Coins on a person's account, from nowhere."""
        with self.unit() as uow:
            owner = coins_of(uow, self.scheme, uow.members.get(self.people[name])).owner
            uow.commit()
        self.fund(owner, minutes)

    def base_with(self, minutes: int) -> int:
        base = self.base("虹桥养老院")
        self.fund(Owner(OwnerKind.SERVICE_BASE, base), minutes)
        return base

    def ask(self, who: str = "王阿婆", **wish: Any) -> int:
        wish.setdefault("service", self.service)
        return int(self.do(requests.submit_request, who, self.wish(**wish)).facts["number"])

    def let_through(self, number: int) -> None:
        for level in self.scheme.approval:
            self.do(approval.approve, self.levels[level.tier], number)

    def open(self, who: str = "王阿婆", **wish: Any) -> int:
        """A published wish."""
        number = self.ask(who, **wish)
        self.let_through(number)
        return number

    def taken(self, volunteers: tuple[str, ...] = ("李明",), who: str = "王阿婆", **wish: Any) -> int:
        number = self.open(who, **wish)
        for name in volunteers:
            self.do(jobs.accept, name, number)
        return number

    def done(
        self,
        volunteers: tuple[str, ...] = ("李明",),
        claimed: int | None = None,
        device: str | None = None,
        who: str = "王阿婆",
        **wish: Any,
    ) -> int:
        """A service that is finished; the clock stands at its end."""
        number = self.taken(volunteers, who, **wish)
        asked = self.wish(**wish)
        self.clock_to(asked.starts_at)
        for name in volunteers:
            self.do(serving.start, name, number)
        self.wait(claimed or asked.minutes)
        for name in volunteers:
            self.do(serving.finish, name, number, claimed, device=device)
        return number

    def confirm(self, number: int, who: str = "王阿婆", **more: Any) -> Facts:
        """Confirmed by whom the scheme lets confirm; the outcome is a fact too."""
        if self.scheme.report_confirmed_by_head:
            self.do(reports.report_service, "分行老张", number)
            who = "总行老赵"
        receipt = self.do(settling.confirm, who, number, **more)
        return {**receipt.facts, "outcome": receipt.outcome}

    def settle(self, who: str = "王阿婆", **service: Any) -> Facts:
        """A service from the wish to the coins; `coins` of the payer are there where it must pay."""
        return self.confirm(self.done(who=who, **service), who)

    def alerts(self) -> list[str]:
        cases = self.do(care.open_cases, "分行老张").facts["cases"]
        return [case["evidence"]["alert"] for case in cases if case["kind"] == "alert"]

    def market(self) -> Market:
        return Market(self)

    def calendar(self) -> None:
        with self.unit() as uow:
            clockwork.plan_calendar(uow, self.scheme, self.now)
            uow.commit()


Tryout = Callable[..., Facts]
TRYOUTS: dict[str, Tryout] = {}


def tryout(function: Tryout) -> Tryout:
    """Register what a row of the table may try: `function(ground, **what the row says)`, the facts it saw."""
    assert function.__name__ not in TRYOUTS, function.__name__
    TRYOUTS[function.__name__] = function
    return function


__all__ = ["DAY", "TRYOUTS", "Facts", "Ground", "Market", "code", "tryout"]
