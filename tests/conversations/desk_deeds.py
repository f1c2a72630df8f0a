"""What staff do on a page of the desk in the middle of a talk: files, households, budgets, sanctions, categories."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from bank.doing import Doing, Receipt
from bank.usecases import (
    demand,
    grants,
    households,
    kin,
    member_file,
    membership,
    sanctions,
    serving,
    volunteers,
)
from storage.unit_of_work import SqlUnitOfWork
from tests.conversations.open_house import OpenHouse
from tests.conversations.play import Deed

HEAD = "何主任"


class DeskDeeds:
    """Deeds by name for one open house. Each is done by the head's staff at the house's own time."""

    def __init__(self, house: OpenHouse) -> None:
        self._house = house
        self._count = 0

    def named(self) -> dict[str, Deed]:
        """Every public deed under its own name."""
        return {name: getattr(self, name) for name in dir(type(self)) if not name.startswith("_") and name != "named"}

    def _do(self, verb: Callable[..., Receipt], *given: Any, by: str = HEAD, **named: Any) -> Receipt:
        self._count += 1

        def work(uow: SqlUnitOfWork) -> Receipt:
            doing = Doing(
                now=self._house.clock.now(), key=f"page:{self._count}", actor_id=uow.members.find(name=by)[0].id
            )
            return verb(uow, self._house.house.desk.scheme, doing, *given, **named)

        return self._house.unit(work)  # type: ignore[no-any-return]  # unit gives what the work gives

    def _home(self) -> int:
        return self._house.unit(lambda uow: uow.members.find(name="王阿婆")[0].branch_id)  # type: ignore[no-any-return]  # as above

    def _member(self, name: str) -> int:
        return self._house.member(name)

    # -- people ----------------------------------------------------------------------------------------------------

    def trains_qian(self) -> str:
        return self._do(volunteers.record_training, self._member("钱小梅")).outcome

    def age_exception_for_zhang(self) -> str:
        self._do(member_file.set_member_data, self._member("张大爷"), healthy=True, retired=True)
        return self._do(
            volunteers.record_exception, self._member("张大爷"), "身体硬朗，当过三十年老师，分行同意"
        ).outcome

    def zhang_is_trained(self) -> str:
        return self._do(volunteers.record_training, self._member("张大爷")).outcome

    def household_of_wang(self) -> str:
        opened = self._do(households.open_household, self._member("王阿婆"), "王家", "西湖府苑3幢201")
        return self._do(households.join_household, self._member("王芳"), opened.facts["household"]).outcome

    def priority_of_liu(self) -> str:
        return self._do(member_file.set_member_data, self._member("刘奶奶"), groups=("dibao",)).outcome

    def need_of_liu(self) -> str:
        return self._do(member_file.set_member_data, self._member("刘奶奶"), groups=("severely_incapacitated",)).outcome

    def guardian_of_student(self) -> str:
        return self._do(member_file.set_guardian, self._member("小宇"), self._member("王芳")).outcome

    def admits_student(self) -> str:
        """Identity and residence are checked at the branch, where the student shows the papers."""
        outcome = self._do(membership.verify_identity, self._member("小宇")).outcome
        self._do(member_file.set_member_data, self._member("小宇"), lives_here=True)
        return outcome

    def guardian_stands_by(self) -> str:
        """The guardian is there: staff begin the job with that guardian named."""
        number = self._house.unit(lambda uow: max(order.id for order in uow.orders.find(service="company")))
        student, guardian = self._member("小宇"), self._member("王芳")
        return self._do(serving.start, number, volunteer_id=student, guardian_id=guardian).outcome

    def student_serves(self) -> str:
        member = self._member("小宇")
        return self._do(volunteers.record_training, member).outcome

    def mother_of_li(self) -> str:
        wang, li = self._member("王阿婆"), self._member("李明")
        return self._do(kin.bind_kin, wang, li, "son", True).outcome

    def strikes_zhou(self) -> str:
        done = self._do(sanctions.sanction, self._member("周芳"), (2,), "没有去，说去了")
        return f"{done.outcome} {done.facts['barred']} {done.facts['listed']}"

    def barred(self) -> str:
        rows = self._do(sanctions.barred_list).facts["rows"]
        return "、".join(str(row["member"]) for row in rows)

    def budget_from_charity(self) -> str:
        branch = self._house.unit(lambda uow: uow.members.find(name=HEAD)[0].branch_id)
        for budget in self._do(grants.budgets).facts["rows"]:
            self._do(grants.end_budget, budget["budget"])
        return self._do(grants.set_budget, branch, date(2026, 11, 1), date(2026, 12, 31), 600, True, "二次公益").outcome

    # -- rules -----------------------------------------------------------------------------------------------------

    def adopts_skills(self) -> str:
        done = self._do(demand.adopt_category, "skills", True)
        return f"{done.facts['asked']}/{done.facts['threshold']}"
