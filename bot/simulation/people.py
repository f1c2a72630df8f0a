"""Who lives in the made-up community: branches by the scheme's tiers, staff, older people, volunteers, households."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from bank.eligibility import may_receive, may_serve
from bank.members import Household, Member, MemberStatus, RoleGrant, RoleName, Sex, Training, VolunteerFile
from bank.moments import local_day
from bank.organisation import Branch
from bot.simulation.world import World
from storage.unit_of_work import SqlUnitOfWork

SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许邓冯韩曹"
GIVEN = "秀英桂兰玉珍建国志强文明淑芬美玲德华国庆丽萍永福春花小平海燕金凤长根"
LEAVES = 4
VOLUNTEERS = 0.25
"""The share of members who serve, where the rules let them."""
OLD = 70


@dataclass(slots=True)
class Community:
    """Ids by part. `home` is each member's branch; `staff` the staff of each branch; `head` the head's two."""

    residents: list[int] = field(default_factory=list)
    volunteers: dict[int, list[int]] = field(default_factory=dict)
    home: dict[int, int] = field(default_factory=dict)
    staff: dict[int, int] = field(default_factory=dict)
    head: tuple[int, int] = (0, 0)
    path: dict[int, list[int]] = field(default_factory=dict)
    old: set[int] = field(default_factory=set)


def settle(world: World, members: int) -> Community:
    """Make branches, staff and `members` people, all in order by the scheme's rules."""
    community = Community()
    with world.unit() as uow:
        leaves = _branches(world, uow, community)
        for number in range(members):
            _person(world, uow, community, leaves[number % len(leaves)], number)
        uow.commit()
    return community


def _branches(world: World, uow: SqlUnitOfWork, community: Community) -> list[int]:
    tiers = world.scheme.tiers
    head = uow.branches.add(Branch(name=tiers[0], tier=1, phone="22850700"), world.audit()).id
    row = [head]
    community.path[head] = [head]
    for tier, name in enumerate(tiers[1:], start=2):
        wanted = LEAVES if tier == len(tiers) else 2
        below = []
        for number in range(wanted):
            parent = row[number % len(row)]
            branch = Branch(name=f"{name}{number + 1}", tier=tier, parent_id=parent, phone="22850770")
            below.append(uow.branches.add(branch, world.audit()).id)
            community.path[below[-1]] = [below[-1], *community.path[parent]]
        row = below
    for branch_id in community.path:
        community.staff[branch_id] = _staff(world, uow, branch_id)
    community.head = (community.staff[head], _staff(world, uow, head))
    return row


def _staff(world: World, uow: SqlUnitOfWork, branch_id: int) -> int:
    ident = _add(world, uow, branch_id, local_day(world.now, world.scheme.tz) - timedelta(days=40 * 366)).id
    grant = RoleGrant(member_id=ident, role=RoleName.STAFF, branch_id=branch_id, granted_at=world.now)
    uow.role_grants.add(grant, world.audit())
    return ident


def _add(world: World, uow: SqlUnitOfWork, branch_id: int, born: date, **more: Any) -> Member:
    name = world.rng.choice(SURNAMES) + "".join(world.rng.choice(GIVEN) for _ in range(world.rng.choice((1, 2))))
    member = Member(
        name=name,
        branch_id=branch_id,
        status=MemberStatus.ACTIVE,
        born=born,
        sex=world.rng.choice((Sex.FEMALE, Sex.MALE)),
        local_household=True,
        lives_here=True,
        healthy=True,
        phone=f"139{world.rng.randrange(10**8):08}",
        identity_verified_at=world.now,
        joined_at=world.now,
        **more,
    )
    return uow.members.add(member, world.audit())


def _person(world: World, uow: SqlUnitOfWork, community: Community, branch_id: int, number: int) -> None:
    rng, scheme, today = world.rng, world.scheme, local_day(world.now, world.scheme.tz)
    young = scheme.households  # a whole community, not only its older people
    age = rng.randint(22, 85) if young else rng.choice((58, 62, 64, 66, 68, 69, 72, 75, 78, 81, 85, 88))
    groups = [rng.choice(scheme.receiving.groups).code] if scheme.receiving.groups and rng.random() < 0.4 else []
    household = None
    if scheme.households:
        household = number // 3 + 1
        if number % 3 == 0:
            uow.households.add(Household(name=f"{household}户", branch_id=branch_id), world.audit())
    born = today - timedelta(days=age * 366)
    member = _add(world, uow, branch_id, born, retired=age >= 55, groups=groups, household_id=household)
    community.home[member.id] = branch_id
    if age >= OLD:
        community.old.add(member.id)
    trained = VolunteerFile(member_id=member.id, training=Training.TRAINED, trained_at=world.now)
    if rng.random() < VOLUNTEERS * (2 if not young else 1) and may_serve(scheme, member, trained, today):
        uow.volunteer_files.add(trained, world.audit())
        grant = RoleGrant(member_id=member.id, role=RoleName.VOLUNTEER, branch_id=branch_id, granted_at=world.now)
        uow.role_grants.add(grant, world.audit())
        community.volunteers.setdefault(branch_id, []).append(member.id)
    if may_receive(scheme, member, today):
        community.residents.append(member.id)
