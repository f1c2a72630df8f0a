"""A small town to test the bank in: a head, a branch, a few people, every deed through the real unit of work."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, text

from bank.coins import Leg, Owner, OwnerKind, Posting, TransactionKind, Unit
from bank.doing import Doing, Receipt
from bank.errors import NotAllowed, RuleRefused
from bank.members import Kin, KinStatus, Member, MemberStatus, RoleGrant, RoleName, Sex, Training, VolunteerFile
from bank.moments import local_day
from bank.organisation import Branch, ServiceBase
from bank.scheme import Scheme
from bank.usecases import approval, clockwork, grants, jobs, requests, serving, settling
from bank.usecases.accounts import coins_of, honour_of, issuance
from bank.usecases.requests import Wish
from bank.words_needed import NOTICES
from storage.engine import make_engine
from storage.schema import create_schema
from storage.scheme_files import load_scheme
from storage.unit_of_work import SqlUnitOfWork
from storage.verify import verify

MONDAY = "2024-03-04T09:00"


class Town:
    """Holds the engine, the scheme, the clock and people by name. `now` only moves when a test moves it."""

    def __init__(self, scheme: Scheme | str = "changning", engine: Engine | None = None) -> None:
        self.scheme = load_scheme(scheme) if isinstance(scheme, str) else scheme
        self.engine = engine or make_engine("sqlite://")
        if engine is None:  # one that is given has its tables
            create_schema(self.engine)
        self.now = self.at(MONDAY)
        self.keys = itertools.count(1)
        self.people: dict[str, int] = {}
        self.branches: dict[str, int] = {}
        self.budget_id = 0
        self._settle_down()

    def _settle_down(self) -> None:
        parent = None
        for tier, name in enumerate(self.scheme.tiers, start=1):
            parent = self._add("branches", Branch(name=name, tier=tier, parent_id=parent, phone="22850770")).id
            self.branches[name] = parent
        self.leaf, self.head = parent or 0, self.branches[self.scheme.tiers[0]]
        for name, branch in (("分行老张", self.leaf), ("总行老赵", self.head)):
            self.person(name, born="1980-01-01", branch=branch)
            self.role(name, RoleName.STAFF, branch)
        self.person("王阿婆", born="1940-05-01", sex=Sex.FEMALE)
        self.volunteer("李明", born="1960-05-01", sex=Sex.MALE)
        self.volunteer("陈芳", born="1962-05-01", sex=Sex.FEMALE)
        self.person("小红", born="1975-05-01", sex=Sex.FEMALE)

    # People -----------------------------------------------------------------------------------------------------

    def unit(self) -> SqlUnitOfWork:
        return SqlUnitOfWork(self.engine, zone=self.scheme.tz)

    def _add(self, collection: str, thing: Any) -> Any:
        with self.unit() as uow:
            thing = getattr(uow, collection).add(thing, Doing(now=self.now, key="setup", actor_id=0).audit("setup"))
            uow.commit()
        return thing

    def person(self, name: str, *, born: str | None = "1950-01-01", branch: int | None = None, **more: Any) -> int:
        """An active member with everything in order, unless `more` says otherwise."""
        known = {
            "status": MemberStatus.ACTIVE,
            "local_household": True,
            "lives_here": True,
            "retired": True,
            "healthy": True,
            "identity_verified_at": self.now,
            "phone": "13800000000",
        }
        day = date.fromisoformat(born) if born else None
        member = Member(name=name, branch_id=branch or self.leaf, born=day, **{**known, **more})
        self.people[name] = self._add("members", member).id
        return self.people[name]

    def role(self, name: str, role: RoleName, branch: int | None = None) -> None:
        grant = RoleGrant(member_id=self.people[name], role=role, branch_id=branch or self.leaf, granted_at=self.now)
        self._add("role_grants", grant)

    def volunteer(self, name: str, **more: Any) -> int:
        """A person who is trained and holds the role."""
        ident = self.person(name, **more)
        self._add("volunteer_files", VolunteerFile(member_id=ident, training=Training.TRAINED))
        self.role(name, RoleName.VOLUNTEER)
        return ident

    def kin(self, person: str, relative: str, **more: Any) -> None:
        bond = Kin(
            member_id=self.people[person],
            relative_id=self.people[relative],
            **{
                "relation": "daughter",
                "status": KinStatus.AGREED,
                "may_act": True,
                "asked_at": self.now,
                **more,
            },
        )
        self._add("kin", bond)

    def base(self, name: str, **more: Any) -> int:
        ident: int = self._add("bases", ServiceBase(name=name, branch_id=self.leaf, **more)).id
        return ident

    # Time -------------------------------------------------------------------------------------------------------

    def at(self, iso: str) -> datetime:
        """A local moment of the scheme's zone."""
        return datetime.fromisoformat(iso).replace(tzinfo=self.scheme.tz)

    def go(self, iso: str) -> None:
        """Move the clock to a moment and let everything fall due on the way."""
        self.clock_to(self.at(iso))

    def wait(self, minutes: int) -> None:
        self.clock_to(self.now + timedelta(minutes=minutes))

    def clock_to(self, moment: datetime) -> None:
        while self._one_due(moment):
            pass
        self.now = moment

    def _one_due(self, until: datetime) -> bool:
        with self.unit() as uow:
            rows = uow.desk.due.claim(until, 1)
            for row in rows:
                self.now = max(self.now, row.at)
                clockwork.handle_due(uow, self.scheme, row, self.now)
                uow.desk.due.done(row.id, self.now)
            uow.commit()
        return bool(rows)

    def due(self) -> list[tuple[str, datetime]]:
        """What waits: (kind, when), by time; cases aside."""
        with self.unit() as uow:
            rows = uow.desk.due.claim(self.now + timedelta(days=999), 999)
        return [(row.kind.value, row.at.astimezone(self.scheme.tz)) for row in rows if row.kind.value != "case_waits"]

    # Deeds ------------------------------------------------------------------------------------------------------

    def doing(self, who: str | int, **more: Any) -> Doing:
        """A deed of one person now, under a fresh key unless one is given."""
        return Doing(
            now=self.now,
            key=more.get("key") or f"deed{next(self.keys)}",
            actor_id=self.people[who] if isinstance(who, str) else who,
            for_id=self.people[more["for_"]] if more.get("for_") else None,
            device=more.get("device"),
        )

    def do(self, verb: Callable[..., Receipt], who: str | int, *args: Any, **more: Any) -> Receipt:
        """One deed of one person in a unit of its own. `key`, `device` and `for_` (a name) go into the Doing."""
        doing = self.doing(who, **{name: more.pop(name, None) for name in ("key", "device", "for_")})
        with self.unit() as uow:
            receipt = verb(uow, self.scheme, doing, *args, **more)
            uow.commit()
        return receipt

    def refuses(self, rule: str, verb: Callable[..., Receipt], who: str | int, *args: Any, **more: Any) -> None:
        """The deed is refused by the rule of that name, and nothing was changed."""
        before = self.figures()
        with pytest.raises((RuleRefused, NotAllowed)) as refusal:
            self.do(verb, who, *args, **more)
        assert isinstance(refusal.value, RuleRefused | NotAllowed)
        assert refusal.value.rule == rule
        assert self.figures() == before

    # The usual story --------------------------------------------------------------------------------------------

    def wish(self, starts: str = "2024-03-06T09:00", minutes: int = 120, **more: Any) -> Wish:
        """A wish for Wednesday morning."""
        known = {"service": "hospital_visit", "words": "陪我去医院", "place": "中山西路1030弄8号"}
        return Wish(starts_at=self.at(starts), minutes=minutes, **{**known, **more})

    def submitted(self, who: str = "王阿婆", **more: Any) -> int:
        number: int = self.do(requests.submit_request, who, self.wish(**more)).facts["number"]
        return number

    def published(self, who: str = "王阿婆", **more: Any) -> int:
        number = self.submitted(who, **more)
        for staff in ("分行老张", "总行老赵")[: len(self.scheme.approval)]:
            self.do(approval.approve, staff, number)
        return number

    def accepted(self, volunteers: tuple[str, ...] = ("李明",), **more: Any) -> int:
        number = self.published(**more)
        for name in volunteers:
            self.do(jobs.accept, name, number)
        return number

    def finished(self, volunteers: tuple[str, ...] = ("李明",), claimed: int | None = None, **more: Any) -> int:
        """Accepted, started on time, finished after the agreed minutes (the clock moves)."""
        number = self.accepted(volunteers, **more)
        wish = self.wish(**{key: value for key, value in more.items() if key != "who"})
        self.clock_to(wish.starts_at)
        for name in volunteers:
            self.do(serving.start, name, number)
        self.wait(wish.minutes)
        for name in volunteers:
            self.do(serving.finish, name, number, claimed)
        return number

    def settled(self, **more: Any) -> int:
        number = self.finished(**more)
        self.do(settling.confirm, more.get("who", "王阿婆"), number)
        return number

    def grant(self, name: str, hours: float) -> None:
        """Coins from staff, out of a budget where there must be one."""
        if self.scheme.grants.budgeted and not self.budget_id:
            self.budget_id = self.budget()
        self.do(grants.grant_coins, "总行老赵", self.people[name], int(hours * 60), "开户")

    def budget(self, minutes: int = 600_000, *, from_charity: bool = False, branch: int | None = None) -> int:
        """A budget for this year, set by the head."""
        day = self.today()
        until = date(day.year, 12, 31)
        where = branch or self.head
        facts = self.do(grants.set_budget, "总行老赵", where, day, until, minutes, from_charity, "年度计划").facts
        return int(facts["budget"])

    def fund_base(self, base_id: int, minutes: int) -> None:
        """Coins into a service base's account."""
        self.fund(Owner(OwnerKind.SERVICE_BASE, base_id), minutes)

    def fund_charity(self, minutes: int) -> None:
        """Coins into the charity pool."""
        self.fund(Owner(OwnerKind.CHARITY), minutes)

    def fund(self, owner: Owner, minutes: int) -> None:
        with self.unit() as uow:
            account = uow.ledger.account(owner, Unit.COIN)
            leg = Leg(debit=issuance(uow, Unit.COIN).id, credit=account.id, minutes=minutes)
            uow.ledger.post(
                Posting(
                    key=f"fund{next(self.keys)}",
                    kind=TransactionKind.OPENING,
                    legs=(leg,),
                    day=self.today(),
                    posted_at=self.now,
                    scheme=self.scheme.name,
                    scheme_version=self.scheme.version,
                )
            )
            uow.commit()

    # Looking ----------------------------------------------------------------------------------------------------

    def purse(self, name: str) -> tuple[int, int, int]:
        """(balance, reserved, honour) of a person, minutes."""
        with self.unit() as uow:
            member = uow.members.get(self.people[name])
            account = coins_of(uow, self.scheme, member)
            return account.balance, account.reserved, honour_of(uow, member).balance

    def moment(self, stored: Any) -> datetime:
        """A moment as a bare row holds it: SQLite keeps UTC as text."""
        return datetime.fromisoformat(stored).replace(tzinfo=UTC) if isinstance(stored, str) else stored

    def charity(self) -> int:
        """What the charity account holds, minutes."""
        with self.unit() as uow:
            return uow.ledger.account(Owner(OwnerKind.CHARITY), Unit.COIN).balance

    def base_purse(self, base_id: int) -> tuple[int, int]:
        with self.unit() as uow:
            account = uow.ledger.account(Owner(OwnerKind.SERVICE_BASE, base_id), Unit.COIN)
            return account.balance, account.reserved

    def status(self, number: int) -> str:
        with self.unit() as uow:
            return uow.orders.get(number).status.value

    def job_states(self, number: int) -> list[str]:
        with self.unit() as uow:
            return [job.status.value for job in uow.jobs.of_order(number)]

    def told(self, name: str) -> list[str]:
        """Keys of the words that went to a person, oldest first."""
        return [row.words for row in self.outbox() if row.to_member_id == self.people[name]]

    def outbox(self) -> list[Any]:
        with self.unit() as uow:
            rows = uow.connection.execute(text("SELECT * FROM outbox ORDER BY id")).all()
        return list(rows)

    def figures(self) -> dict[str, int]:
        """How many rows of each kind there are: what a refused deed must not change."""
        with self.unit() as uow:
            names = uow.connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'table'")).scalars().all()
            changing = [name for name in names if not name.startswith("sqlite_") and name != "account"]
            return {
                name: uow.connection.execute(text(f'SELECT count(*) FROM "{name}"')).scalar_one() for name in changing
            }

    def minted(self) -> int:
        """Minutes of coins that were ever issued and not taken back."""
        with self.unit() as uow:
            return -issuance(uow, Unit.COIN).balance

    def verify(self) -> None:
        """The books prove themselves, and every notice has exactly the facts that its words need."""
        report = verify(self.engine)
        assert report.ok, report.as_json()
        check_notices(self.outbox())

    def today(self) -> date:
        return local_day(self.now, self.scheme.tz)


def check_notices(rows: list[Any]) -> None:
    """Every notice is one of `words_needed.NOTICES`, with just the facts named there."""
    for row in rows:
        facts = row.facts if isinstance(row.facts, dict) else json.loads(row.facts)
        assert row.words in NOTICES, row.words
        assert set(facts) == set(NOTICES[row.words]), row.words
