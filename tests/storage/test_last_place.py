"""The last place of an activity under several workers: one has it, the others wait in an order."""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import Engine

from bank.activities import SignUpStatus
from bank.coins import Audit
from bank.doing import Doing
from bank.members import Member, MemberStatus, RoleGrant, RoleName
from bank.organisation import Branch
from bank.usecases import activities, activity_desk, meals
from bank.usecases.activity_desk import ActivityPlan
from bank.usecases.green_points import give_green
from bank.usecases.meals import MealSitePlan
from storage.scheme_files import load_scheme
from storage.unit_of_work import SqlUnitOfWork, UnitFactory, in_unit
from storage.verify import verify
from tests.storage.test_workers import Work, at_once

NOW = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)
AUDIT = Audit(at=NOW, verb="test", actor_id=None)
SCHEME = load_scheme("changning")
_keys = itertools.count(1)


def doing(actor_id: int) -> Doing:
    return Doing(now=NOW, key=f"place:{next(_keys)}", actor_id=actor_id)


def street(uow: SqlUnitOfWork) -> tuple[int, list[int]]:
    """A branch with a member of staff and five others; answers the branch and the ids, staff first."""
    branch = uow.branches.add(Branch(name="分行", tier=1), AUDIT).id
    known = {"branch_id": branch, "status": MemberStatus.ACTIVE, "identity_verified_at": NOW}
    people = [uow.members.add(Member(name=f"会员{number}", **known), AUDIT).id for number in range(6)]  # type: ignore[arg-type]  # a test's shorthand
    grant = RoleGrant(member_id=people[0], role=RoleName.STAFF, branch_id=branch, granted_at=NOW)
    uow.role_grants.add(grant, AUDIT)
    return branch, people


def signer(lecture: int, member_id: int) -> Work:
    return lambda uow: activities.sign_up(uow, SCHEME, doing(member_id), lecture, wait=True)


def test_one_place_five_people(engine: Engine, units: UnitFactory) -> None:
    branch, people = in_unit(units, street)
    plan = ActivityPlan(title="讲座", starts_at=NOW + timedelta(days=1), minutes=60, place="二楼", places=1)
    opened = in_unit(units, lambda uow: activity_desk.open_activity(uow, SCHEME, doing(people[0]), branch, plan))
    lecture = opened.facts["activity"]
    ended = at_once(units, *[signer(lecture, member_id) for member_id in people[1:]])
    assert ended == {"done": 5}
    with units() as uow:
        held = [line.status for line in uow.sign_ups.find(activity_id=lecture)]
    assert sorted(held) == [SignUpStatus.SIGNED, *[SignUpStatus.WAITING] * 4]


def test_green_points_stand_in_the_books(engine: Engine, units: UnitFactory) -> None:
    _, people = in_unit(units, street)
    for _ in range(2):  # the same deed again gives nothing more
        deed = Doing(now=NOW, key="green", actor_id=people[0])
        receipt = in_unit(units, lambda uow, deed=deed: give_green(uow, SCHEME, deed, people[1], 5, "垃圾分类"))  # type: ignore[misc]  # bound early
    assert receipt.facts == {"points": 5, "balance": 5}
    assert verify(engine).ok


def test_a_menu_is_kept_by_day(units: UnitFactory) -> None:
    branch, people = in_unit(units, street)
    site = in_unit(
        units,
        lambda uow: meals.save_meal_site(uow, SCHEME, doing(people[0]), branch, MealSitePlan(name="助餐点")),
    ).facts["site"]
    day = date(2026, 11, 21)
    in_unit(units, lambda uow: meals.put_menu(uow, SCHEME, doing(people[0]), site, day, "红烧肉"))
    with units() as uow:
        assert [menu.dishes for menu in uow.menus.find(day=day)] == ["红烧肉"]
