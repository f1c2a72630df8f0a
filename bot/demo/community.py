"""Fills a sample community by the real use cases, dated into the days before `now`: everything or nothing, once."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import Engine

from bank.doing import Doing
from bank.members import Kin, KinStatus, Member, MemberStatus, RoleGrant, RoleName
from bank.moments import local_day
from bank.organisation import Branch, ServiceBase
from bank.scheme import Scheme
from bank.usecases import grants, membership, volunteers
from bot.demo.goods import fill_goods
from bot.demo.past import Past
from bot.demo.sample_story import Kind, Sample, SampleBranch, SamplePersonData, read_sample
from bot.demo.stations import fill_stations
from bot.web.ports import ACCOUNT, CHANNEL
from storage.unit_of_work import SqlUnitOfWork, uow_factory

JOINED = timedelta(days=40)
TRAINED = timedelta(days=30)
LINKED = timedelta(days=2, hours=12)  # since when people have their page


@dataclass(frozen=True, slots=True, kw_only=True)
class SamplePerson:
    """One person to play. `sender` is their identity on the web channel."""

    key: str
    name: str
    kind: Kind
    note: str
    member_id: int
    sender: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleCommunity:
    """Who is there, in the order of the sample file, and the branch ids by key."""

    people: tuple[SamplePerson, ...]
    branches: dict[str, int] = field(default_factory=dict)

    def of_kind(self, kind: Kind) -> list[SamplePerson]:
        return [person for person in self.people if person.kind == kind]

    def named(self, name: str) -> SamplePerson:
        """Raises KeyError."""
        for person in self.people:
            if name in (person.name, person.key):
                return person
        raise KeyError(name)


def fill_sample(engine: Engine, scheme: Scheme, now: datetime) -> SampleCommunity:
    """Fill an empty, migrated database; a second call finds it filled and changes nothing.

    One transaction: a kill in between leaves it empty. The same `now` and scheme give the same community.
    """
    sample = read_sample()
    moment = now

    def clock() -> datetime:
        return moment

    units = uow_factory(engine, zone=scheme.tz, clock=clock)
    with units() as uow:
        found = _found(uow, scheme, sample)
        if found is not None:
            return found
        filling = _Filling(uow, scheme, sample, now)
        moment = now - JOINED
        filling.organisation()
        filling.people()
        moment = now - TRAINED
        filling.training()
        filling.stations()
        filling.goods()
        for past in filling.story():
            moment = past
        community = filling.community()
        filling.tidy()
        uow.commit()
    return community


def _branches(scheme: Scheme, sample: Sample) -> tuple[SampleBranch, ...]:
    return sample.branches_of(scheme.name, len(scheme.tiers))


def _sender(person: SamplePersonData) -> str:
    return f"demo-{person.key}"


def _found(uow: SqlUnitOfWork, scheme: Scheme, sample: Sample) -> SampleCommunity | None:
    branches: dict[str, int] = {}
    for branch in _branches(scheme, sample):
        known = uow.branches.find(name=branch.name)
        if not known:
            return None
        branches[branch.key] = known[0].id
    people: list[SamplePerson] = []
    for person in sample.people:
        identity = uow.desk.identities.find(CHANNEL, ACCOUNT, _sender(person))
        if identity is None or identity.member_id is None:
            return None
        people.append(_played(person, identity.member_id))
    return SampleCommunity(people=tuple(people), branches=branches)


def _played(person: SamplePersonData, member_id: int) -> SamplePerson:
    return SamplePerson(
        key=person.key,
        name=person.name,
        kind=person.kind,
        note=person.note,
        member_id=member_id,
        sender=_sender(person),
    )


class _Filling:
    """Fills one database, step by step. Deeds have keys of their own, so nothing depends on chance."""

    def __init__(self, uow: SqlUnitOfWork, scheme: Scheme, sample: Sample, now: datetime) -> None:
        self._uow = uow
        self._scheme = scheme
        self._sample = sample
        self._now = now
        self._today = local_day(now, scheme.tz)
        self._branches: dict[str, int] = {}
        self._members: dict[str, int] = {}

    def organisation(self) -> None:
        """The tree, the base and the first member of staff: they stand before any use case can be called."""
        at = self._now - JOINED
        first = next(person for person in self._sample.people if person.kind == "staff")
        for branch in _branches(self._scheme, self._sample):
            added = self._uow.branches.add(
                Branch(
                    name=branch.name,
                    tier=branch.tier,
                    parent_id=self._branches.get(branch.under) if branch.under else None,
                    address=branch.address,
                    phone=branch.phone,
                    hours=branch.hours,
                    scene=branch.scene,
                ),
                self._doing("branch", at, 0).audit("open_branch", name=branch.name),
            )
            self._branches[branch.key] = added.id
        if self._scheme.bases_pay:
            base = ServiceBase(name=self._sample.base.name, branch_id=self._branch("home"))
            self._uow.bases.add(base, self._doing("base", at, 0).audit("certify_base", name=base.name))
        self._first_staff(first, at)

    def _first_staff(self, person: SamplePersonData, at: datetime) -> None:
        doing = self._doing(f"first:{person.key}", at, 0)
        member = Member(
            name=person.name,
            branch_id=self._branch(person.at),
            status=MemberStatus.ACTIVE,
            phone=person.phone,
            born=self._born(person),
            sex=person.sex,
            identity_verified_at=at,
            joined_at=at,
        )
        self._uow.members.add(member, doing.audit("first_staff", name=person.name))
        grant = RoleGrant(member_id=member.id, role=RoleName.STAFF, branch_id=member.branch_id, granted_at=at)
        self._uow.role_grants.add(grant, doing.audit("first_staff", name=person.name))
        self._members[person.key] = member.id
        self._bind(person)

    def _budget(self, at: datetime) -> None:
        """Out of what the first coins are granted, where the scheme grants nothing without a budget."""
        if not (self._scheme.grants.by_staff and self._scheme.grants.budgeted):
            return
        grants.set_budget(
            self._uow,
            self._scheme,
            self._doing("budget", at, self._head()),
            self._uow.members.get(self._head()).branch_id,
            local_day(at, self._scheme.tz),
            self._today + timedelta(days=365),
            1000 * self._scheme.minutes_per_coin,
            False,
            self._sample.grant_reason,
        )

    def people(self) -> None:
        """Everybody else joins at the branch; staff get their role, residents their coins."""
        at = self._now - JOINED
        self._budget(at)
        for person in self._sample.people:
            if person.key in self._members:
                continue
            self._members[person.key] = self._join(person, at)
            self._bind(person)
            member_id = self._members[person.key]
            if person.kind == "staff":
                doing = self._doing(f"role:{person.key}", at, self._head())
                branch = self._branch(person.at)
                volunteers.give_role(self._uow, self._scheme, doing, member_id, RoleName.STAFF, branch)
            if person.coins and self._scheme.grants.by_staff:
                doing = self._doing(f"coins:{person.key}", at, self._head())
                minutes = person.coins * self._scheme.minutes_per_coin
                grants.grant_coins(self._uow, self._scheme, doing, member_id, minutes, self._sample.grant_reason)
        for kin in self._sample.kin:
            bond = Kin(
                member_id=self._members[kin.member],
                relative_id=self._members[kin.relative],
                relation=kin.relation,
                status=KinStatus.AGREED,
                may_act=True,
                asked_at=at,
                agreed_at=at,
            )
            self._uow.kin.add(bond, self._doing(f"kin:{kin.member}", at, bond.member_id).audit("bind_relative"))

    def _join(self, person: SamplePersonData, at: datetime) -> int:
        applicant = membership.Applicant(
            name=person.name,
            phone=person.phone,
            born=self._born(person),
            sex=person.sex,
            local_household=True,
            lives_here=True,
            branch_id=self._branch(person.at),
        )
        doing = self._doing(f"join:{person.key}", at, self._head())
        receipt = membership.join_at_branch(self._uow, self._scheme, doing, applicant)
        member_id: int = receipt.facts["member_id"]
        return member_id

    def training(self) -> None:
        """Volunteers declare themselves; staff record training and exceptions where the scheme asks for them."""
        at = self._now - TRAINED
        declared_by = [person for person in self._sample.people if person.kind == "volunteer"]
        for person in declared_by:
            member_id = self._members[person.key]
            if volunteers.is_volunteer(self._uow, member_id):
                continue  # the scheme makes everybody one
            declared = volunteers.Declared(healthy=True, retired=True, skills=person.skills)
            doing = self._doing(f"declare:{person.key}", at, member_id)
            volunteers.apply_volunteer(self._uow, self._scheme, doing, declared)
            if person.exception and self._scheme.serving.exceptions:
                doing = self._doing(f"exception:{person.key}", at, self._head())
                volunteers.record_exception(self._uow, self._scheme, doing, member_id, person.exception)
            if person.trained:
                doing = self._doing(f"train:{person.key}", at, self._head())
                volunteers.record_training(self._uow, self._scheme, doing, member_id)

    def stations(self) -> None:
        """Stations, meals and activities of the home branch."""
        at = self._now - TRAINED
        fill_stations(
            self._uow,
            self._scheme,
            branch_id=self._branch("home"),
            today=self._today,
            members=self._members,
            deed=lambda key, who: self._doing(key, at, self._members[who]),
        )

    def goods(self) -> None:
        """A counter of the home branch, and green points, where the scheme has them."""
        at = self._now - TRAINED
        fill_goods(
            self._uow,
            self._scheme,
            branch_id=self._branch("home"),
            members=self._members,
            staff=next(person.key for person in self._sample.people if person.kind == "staff"),
            deed=lambda key, who: self._doing(key, at, self._members[who]),
        )

    def story(self) -> Past:
        """What has happened since; iterating does the deeds and yields the moment of each before it is done."""
        return Past(
            uow=self._uow,
            scheme=self._scheme,
            today=self._today,
            now=self._now,
            members=self._members,
            staff=(self._members["sun"], self._head()),
            deeds=self._sample.story,
        )

    def community(self) -> SampleCommunity:
        people = tuple(_played(person, self._members[person.key]) for person in self._sample.people)
        return SampleCommunity(people=people, branches=dict(self._branches))

    def _bind(self, person: SamplePersonData) -> None:
        identities = self._uow.desk.identities
        identity = identities.get_or_create(CHANNEL, ACCOUNT, _sender(person), self._now - LINKED)
        identities.bind(identity.id, self._members[person.key], self._now - LINKED)

    def tidy(self) -> None:
        """What was told before people had the page reached them then: it is not told again."""
        for person in self._sample.people:
            rows = self._uow.desk.outbox.mailbox(now=self._now, member_id=self._members[person.key], limit=500)
            for row in rows:
                if row.created_at is not None and row.created_at < self._now - LINKED:
                    self._uow.desk.outbox.read([row.id], channel=CHANNEL, now=row.created_at)

    def _head(self) -> int:
        return self._members["he"]

    def _branch(self, key: str) -> int:
        """The branch of that key; where the scheme has a single node, that one."""
        return self._branches.get(key, self._branches["home"])

    def _born(self, person: SamplePersonData) -> date:
        return date(self._today.year - person.age, 1, 2)

    def _doing(self, key: str, at: datetime, actor_id: int) -> Doing:
        return Doing(now=at, key=f"sample:{key}", actor_id=actor_id)
