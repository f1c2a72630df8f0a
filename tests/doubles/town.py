"""A small town on SQLite in memory: head and branch, residents, volunteers, staff; made by the real use cases."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import count
from zoneinfo import ZoneInfo

from bank.coins import Audit
from bank.doing import Doing
from bank.members import Member, MemberStatus, RoleGrant, RoleName
from bank.organisation import Branch
from bank.usecases import approval, coins, grants, jobs, requests, serving
from bank.usecases.membership import Applicant, join_at_branch
from bank.usecases.requests import Wish
from bank.usecases.volunteers import Declared, apply_volunteer, record_exception, record_training
from bot.catalogue import Catalogue
from bot.clock import FixedClock
from bot.desk import Desk
from storage.engine import make_engine
from storage.schema import create_schema
from storage.scheme_files import load_scheme
from storage.unit_of_work import SqlUnitOfWork, uow_factory
from tests.doubles.dialogue import TalkDouble

CHINA = ZoneInfo("Asia/Shanghai")
FRIDAY = datetime(2026, 11, 20, 10, 0, tzinfo=CHINA)
"""When the tests play: a Friday morning."""


@dataclass
class Town:
    """`people` by name; `desk` as the actions want it."""

    desk: Desk
    people: dict[str, int]
    branch: int

    def __post_init__(self) -> None:
        self._serial = count(1)

    def id(self, name: str) -> int:
        return self.people[name]

    def doing(self, name: str, now: datetime = FRIDAY) -> Doing:
        return Doing(now=now, key=f"test:{next(self._serial)}", actor_id=self.people[name])

    def talk(self, name: str | None, now: datetime = FRIDAY) -> TalkDouble:
        """A fresh talk of that person; None is a stranger."""
        member = self.people[name] if name else None
        with self.desk.units() as uow:
            identity = uow.desk.identities.get_or_create("web", "main", name or "stranger", now)
            if member:
                uow.desk.identities.bind(identity.id, member, now)
            uow.commit()
        return TalkDouble(self.desk, member, now, identity_id=identity.id)

    def request(
        self,
        name: str = "王阿婆",
        at: datetime = FRIDAY + timedelta(days=1),
        minutes: int = 120,
        service: str = "hospital_visit",
    ) -> int:
        """An order, submitted only."""
        wish = Wish(service=service, words="陪我去医院", starts_at=at, minutes=minutes, place="家里")
        with self.desk.units() as uow:
            receipt = requests.submit_request(uow, self.desk.scheme, self.doing(name), wish)
            uow.commit()
        return int(receipt.facts["number"])

    def published(self, **wish: object) -> int:
        """An order that both levels let through."""
        number = self.request(**wish)  # type: ignore[arg-type]  # as `request` takes them
        for staff in ("张主任", "总行老周"):
            with self.desk.units() as uow:
                approval.approve(uow, self.desk.scheme, self.doing(staff), number)
                uow.commit()
        return number

    def accepted(self, volunteer: str = "李明", **wish: object) -> int:
        number = self.published(**wish)
        with self.desk.units() as uow:
            jobs.accept(uow, self.desk.scheme, self.doing(volunteer), number)
            uow.commit()
        return number

    def finished(self, volunteer: str = "李明", minutes: int = 120, **wish: object) -> int:
        """Done by the volunteer's word, `minutes` long, from the agreed start on."""
        number = self.accepted(volunteer, **wish)
        with self.desk.units() as uow:
            start = uow.orders.get(number).starts_at
            serving.start(uow, self.desk.scheme, self.doing(volunteer, start), number)
            end = start + timedelta(minutes=minutes)
            serving.finish(uow, self.desk.scheme, self.doing(volunteer, end), number, minutes)
            uow.commit()
        return number

    def coins(self, name: str) -> int:
        """What that person can spend, in minutes."""
        with self.desk.units() as uow:
            return int(coins.balance(uow, self.desk.scheme, self.doing(name)).facts["available"])

    def status(self, number: int) -> str:
        with self.desk.units() as uow:
            return uow.orders.get(number).status.value


def make_town(scheme_name: str = "changning") -> Town:
    """王阿婆 (5 coins), 赵奶奶 (none), 李明 and 陈芳 (volunteers), 张主任 (branch), 总行老周 (head)."""
    scheme = load_scheme(scheme_name)
    engine = make_engine("sqlite://")
    create_schema(engine)
    units = uow_factory(engine, zone=scheme.tz)
    desk = Desk(scheme=scheme, words=Catalogue(scheme), clock=FixedClock(FRIDAY), units=units)
    with units() as uow:
        head, branch = _branches(uow)
        town = Town(desk, {}, branch)
        _staff(uow, town, "总行老周", head)
        _staff(uow, town, "张主任", branch)
        uow.commit()
    for name, born in (("王阿婆", 1948), ("赵奶奶", 1945), ("李明", 1961), ("陈芳", 1963)):
        _member(town, name, born)
    with units() as uow:
        grants.grant_coins(uow, scheme, town.doing("张主任"), town.id("王阿婆"), 300, "困难补助")
        uow.commit()
    for name in ("李明", "陈芳"):
        _volunteer(town, name)
    return town


def _branches(uow: SqlUnitOfWork) -> tuple[int, int]:
    audit = Audit(at=FRIDAY, verb="set_up", actor_id=None)
    head = uow.branches.add(Branch(name="长宁区总行", tier=1, phone="12349"), audit)
    branch = Branch(
        name="虹桥分行", tier=2, parent_id=head.id, address="中山西路1030弄8号", phone="22850770", scene="hq"
    )
    return head.id, uow.branches.add(branch, audit).id


def _staff(uow: SqlUnitOfWork, town: Town, name: str, branch: int) -> None:
    audit = Audit(at=FRIDAY, verb="set_up", actor_id=None)
    member = uow.members.add(Member(name=name, branch_id=branch, status=MemberStatus.ACTIVE, joined_at=FRIDAY), audit)
    grant = RoleGrant(member_id=member.id, role=RoleName.STAFF, branch_id=branch, granted_at=FRIDAY)
    uow.role_grants.add(grant, audit)
    town.people[name] = member.id


def _member(town: Town, name: str, born: int) -> None:
    applicant = Applicant(
        name=name,
        phone="13800000000",
        born=date(born, 3, 1),
        local_household=True,
        lives_here=True,
        branch_id=town.branch,
    )
    with town.desk.units() as uow:
        receipt = join_at_branch(uow, town.desk.scheme, town.doing("张主任"), applicant)
        uow.commit()
    town.people[name] = int(receipt.facts["member_id"])


def _volunteer(town: Town, name: str) -> None:
    scheme = town.desk.scheme
    with town.desk.units() as uow:
        apply_volunteer(uow, scheme, town.doing(name), Declared(healthy=True, retired=True))
        trained = record_training(uow, scheme, town.doing("张主任"), town.id(name))
        if not trained.facts["ready"]:
            record_exception(uow, scheme, town.doing("张主任"), town.id(name), "经验丰富")
        uow.commit()
