"""A community on any migrated database, made by the real use cases: staff of both levels, residents, volunteers."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import Engine

from bank.coins import Audit
from bank.doing import Doing
from bank.members import Member, MemberStatus, RoleGrant, RoleName
from bank.organisation import Branch
from bank.scheme import Scheme
from bank.usecases import approval, coins, grants, jobs, requests, serving
from bank.usecases.membership import Applicant, join_at_branch
from bank.usecases.requests import Wish
from bank.usecases.volunteers import Declared, apply_volunteer, record_training
from storage.scheme_files import load_scheme
from storage.unit_of_work import SqlUnitOfWork, UnitFactory, uow_factory

HEAD, BRANCH = "总行老周", "张主任"
_SURNAMES = "王赵钱孙李周吴郑冯陈褚卫蒋沈韩杨"


@dataclass
class Community:
    """`now` dates what is done here. Deeds by name; every deed has a key of its own."""

    engine: Engine
    now: datetime
    scheme: Scheme = field(default_factory=lambda: load_scheme("changning"))
    staff: dict[str, int] = field(default_factory=dict)
    residents: list[int] = field(default_factory=list)
    volunteers: list[int] = field(default_factory=list)
    branch: int = 0

    def __post_init__(self) -> None:
        self._serial = itertools.count(1)
        self.units: UnitFactory = uow_factory(self.engine, zone=self.scheme.tz, clock=lambda: self.now)

    def doing(self, actor: int, now: datetime | None = None) -> Doing:
        return Doing(now=now or self.now, key=f"setup:{next(self._serial)}", actor_id=actor)

    def found(self, *, residents: int, volunteers: int, coins_each: int) -> Community:
        """Fill an empty database; `coins_each` minutes to every resident."""
        with self.units() as uow:
            audit = Audit(at=self.now, verb="set_up", actor_id=None)
            head = uow.branches.add(Branch(name="长宁区总行", tier=1, phone="12349"), audit)
            below = Branch(name="虹桥分行", tier=2, parent_id=head.id, phone="22850770", scene="hq")
            self.branch = uow.branches.add(below, audit).id
            for name, branch in ((HEAD, head.id), (BRANCH, self.branch)):
                member = Member(name=name, branch_id=branch, status=MemberStatus.ACTIVE, joined_at=self.now)
                self.staff[name] = uow.members.add(member, audit).id
                grant = RoleGrant(
                    member_id=self.staff[name], role=RoleName.STAFF, branch_id=branch, granted_at=self.now
                )
                uow.role_grants.add(grant, audit)
            self.residents = [self._join(uow, number, 1945) for number in range(residents)]
            self.volunteers = [self._join(uow, number + 7, 1961) for number in range(volunteers)]
            for resident in self.residents:
                if coins_each:
                    grants.grant_coins(uow, self.scheme, self.doing(self.staff[BRANCH]), resident, coins_each, "补助")
            for volunteer in self.volunteers:
                apply_volunteer(uow, self.scheme, self.doing(volunteer), Declared(healthy=True, retired=True))
                record_training(uow, self.scheme, self.doing(self.staff[BRANCH]), volunteer)
            uow.commit()
        return self

    def _join(self, uow: SqlUnitOfWork, number: int, born: int) -> int:
        name = _SURNAMES[number % len(_SURNAMES)] + "甲乙丙丁戊己庚辛"[number // len(_SURNAMES) % 8] + "一"
        applicant = Applicant(
            name=name,
            phone="13800000000",
            born=date(born, 3, 1),
            local_household=True,
            lives_here=True,
            branch_id=self.branch,
        )
        receipt = join_at_branch(uow, self.scheme, self.doing(self.staff[BRANCH]), applicant)
        return int(receipt.facts["member_id"])

    def published(
        self,
        uow: SqlUnitOfWork,
        resident: int,
        starts_at: datetime,
        *,
        minutes: int = 60,
        capacity: int = 1,
        service: str = "company",
        now: datetime | None = None,
    ) -> int:
        """An order that both levels have let through."""
        wish = Wish(
            service=service, words="陪我", starts_at=starts_at, minutes=minutes, place="家里", capacity=capacity
        )
        receipt = requests.submit_request(uow, self.scheme, self.doing(resident, now), wish)
        number = int(receipt.facts["number"])
        for name in (BRANCH, HEAD):
            approval.approve(uow, self.scheme, self.doing(self.staff[name], now), number)
        return number

    def finished(
        self, uow: SqlUnitOfWork, resident: int, volunteer: int, starts_at: datetime, minutes: int = 60
    ) -> int:
        """An order that was served as agreed and waits for the receiver's word."""
        number = self.published(uow, resident, starts_at, minutes=minutes, now=starts_at - timedelta(days=1))
        jobs.accept(uow, self.scheme, self.doing(volunteer, starts_at - timedelta(hours=20)), number)
        serving.start(uow, self.scheme, self.doing(volunteer, starts_at), number)
        end = starts_at + timedelta(minutes=minutes)
        serving.finish(uow, self.scheme, self.doing(volunteer, end), number, minutes)
        return number

    def coins(self, member: int) -> tuple[int, int]:
        """Available and reserved minutes of a member."""
        with self.units() as uow:
            facts = coins.balance(uow, self.scheme, self.doing(member)).facts
        return int(facts["available"]), int(facts["reserved"])
