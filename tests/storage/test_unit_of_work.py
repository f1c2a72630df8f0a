"""One transaction or none, and the bank's things in their tables."""

from __future__ import annotations

from dataclasses import fields
from datetime import UTC, date, datetime
from typing import get_type_hints

import pytest
from sqlalchemy import Engine, text

from bank.coins import Audit
from bank.doing import Receipt
from bank.errors import Conflict, KeyReused, NotFound
from bank.members import Kin, KinStatus, Member, MemberStatus, RoleGrant, RoleName, Sex, VolunteerFile
from bank.notices import Case, CaseKind, CaseStatus, Due, DueKind, DueStatus, Urgency
from bank.orders import Job, JobStatus, Order, OrderStatus, PayerKind
from bank.organisation import Branch
from bank.ports import UnitOfWork
from storage.collection import shape_of
from storage.engine import make_engine
from storage.tables import table
from storage.tables_people import BranchRow
from storage.unit_of_work import SqlUnitOfWork, UnitFactory, uow_factory
from tests.storage.books import NOW, later, rows

AUDIT = Audit(at=NOW, verb="did", actor_id=7, key="k", detail={"when": NOW, "day": NOW.date(), "词": "好"})


def town(uow: SqlUnitOfWork) -> list[Branch]:
    """A head, two branches, a station below the first."""
    head = uow.branches.add(Branch(name="总行", tier=1), AUDIT)
    east = uow.branches.add(Branch(name="东", tier=2, parent_id=head.id), AUDIT)
    west = uow.branches.add(Branch(name="西", tier=2, parent_id=head.id, scene="west"), AUDIT)
    station = uow.branches.add(Branch(name="站", tier=3, parent_id=east.id), AUDIT)
    return [head, east, west, station]


def person(uow: SqlUnitOfWork, name: str, branch: Branch, status: MemberStatus = MemberStatus.ACTIVE) -> Member:
    return uow.members.add(Member(name=name, branch_id=branch.id, status=status), AUDIT)


def order(uow: SqlUnitOfWork, resident: Member, **more: object) -> Order:
    wish = {
        "scheme": "test",
        "scheme_version": "1",
        "branch_id": resident.branch_id,
        "resident_id": resident.id,
        "asked_by": resident.id,
        "service": "company",
        "category": "company",
        "words": "陪我说说话",
        "starts_at": later(days=1),
        "minutes": 60,
        "place": "家里",
        "created_at": NOW,
    } | more
    return uow.orders.add(Order(**wish), AUDIT)  # type: ignore[arg-type]  # the fields are given by name above


def test_a_unit_of_work_rolls_back_unless_committed(units: UnitFactory) -> None:
    with units() as uow:
        town(uow)
    with units() as uow:
        assert uow.branches.find() == []
    with pytest.raises(RuntimeError, match="stop"), units() as uow:
        town(uow)
        raise RuntimeError("stop")
    with units() as uow:
        assert uow.branches.find() == []
        town(uow)
        uow.commit()
        uow.branches.add(Branch(name="later", tier=1), AUDIT)  # after the commit: kept only if committed again
    with units() as uow:
        assert len(uow.branches.find()) == 4


def test_a_closed_unit_says_so(units: UnitFactory) -> None:
    uow = units()
    with pytest.raises(RuntimeError, match="not open"):
        uow.commit()


def test_a_thing_comes_back_as_it_was_stored(units: UnitFactory) -> None:
    with units() as uow:
        head = town(uow)[0]
        stored = uow.members.add(
            Member(
                name="王秀英",
                branch_id=head.id,
                status=MemberStatus.ACTIVE,
                born=date(1950, 2, 28),
                sex=Sex.FEMALE,
                groups=["dibao", "独居"],
                identity_verified_at=NOW,
            ),
            AUDIT,
        )
        uow.commit()
    with units() as uow:
        found = uow.members.get(stored.id)
        assert found == stored
        assert found.sex is Sex.FEMALE
        assert found.identity_verified_at is not None
        assert found.identity_verified_at.tzinfo is UTC
        with pytest.raises(NotFound, match="member"):
            uow.members.get(99)


def test_every_kind_of_the_bank_has_its_table() -> None:
    with uow_factory(engine := make_engine("sqlite://"))() as uow:
        shapes = {name: getattr(getattr(uow, name), "_shape", None) for name in get_type_hints(UnitOfWork)}
        kept = {name: shape for name, shape in shapes.items() if shape is not None}
        assert len(kept) == 35
        for name, shape in kept.items():
            assert {field.name for field in fields(shape.kind)} <= set(shape.table.columns.keys()), name
        with pytest.raises(AttributeError):
            _ = uow.weather
    engine.dispose()


def test_a_kind_without_its_columns_is_named() -> None:
    with pytest.raises(TypeError, match="no columns"):
        shape_of(Member, table(BranchRow))


def test_naive_moments_are_refused(units: UnitFactory) -> None:
    naive = datetime(2026, 3, 2, 10, 0)  # noqa: DTZ001  what is to be refused
    with units() as uow:
        head = town(uow)[0]
        with pytest.raises(Exception, match="naive"):
            uow.members.add(Member(name="王", branch_id=head.id, joined_at=naive), AUDIT)


def test_the_second_of_two_savers_gets_a_conflict(units: UnitFactory) -> None:
    with units() as uow:
        member = person(uow, "王秀英", town(uow)[0])
        uow.commit()
    with units() as uow:
        first = uow.members.get(member.id)
        second = uow.members.get(member.id, lock=True)
        first.phone = "1"
        uow.members.save(first, AUDIT)
        assert first.version == 2
        second.phone = "2"
        with pytest.raises(Conflict):
            uow.members.save(second, AUDIT)
        assert uow.members.get(member.id).phone == "1"
        with pytest.raises(NotFound):
            uow.members.save(Member(id=99, name="x", branch_id=1), AUDIT)


def test_every_change_leaves_an_audit_row(engine: Engine, units: UnitFactory) -> None:
    with units() as uow:
        member = person(uow, "王秀英", town(uow)[0])
        uow.members.save(member, Audit(at=NOW, verb="moved", actor_id=None, for_id=member.id))
        uow.commit()
    with engine.begin() as connection:
        found = connection.execute(text("SELECT verb, what, subject_id, actor_id FROM audit ORDER BY id")).all()
    assert [tuple(row) for row in found[-2:]] == [("did", "member", 1, 7), ("moved", "member", 1, None)]
    assert len(found) == 6


def test_find_takes_values_and_sets_of_values(units: UnitFactory) -> None:
    with units() as uow:
        head, east, west, station = town(uow)
        assert uow.branches.find(tier=2) == [east, west]
        assert uow.branches.find(tier=(1, 3)) == [head, station]
        assert uow.branches.find(parent_id=None) == [head]
        assert uow.branches.find(tier={2}, name="西") == [west]
        assert uow.branches.find(tier=()) == []
        with pytest.raises(KeyError):
            uow.branches.find(colour="red")


def test_the_tree_of_branches_is_walked_both_ways(units: UnitFactory) -> None:
    with units() as uow:
        head, east, west, station = town(uow)
        assert uow.branches.path_up(station.id) == [station, east, head]
        assert uow.branches.below(east.id) == [east.id, station.id]
        assert uow.branches.below(head.id) == [head.id, east.id, west.id, station.id]
        with pytest.raises(NotFound):
            uow.branches.path_up(99)


NAMES = """
# said         | who is meant
  李明         | 李明
  小李         | 李明, 李秀英
  老李         | 李明, 李秀英
  李明师傅     | 李明
  请李明来吧   | 李明
  王阿婆       | 王秀英
  王 阿婆      | 王秀英
  秀英         | 李秀英, 王秀英
  秀英阿姨     | 李秀英, 王秀英
  阿明         | 李明
  欧阳老师     | 欧阳芳
  欧阳         | 欧阳芳
  张师傅       |
  100%         |
  _            |
               |
"""


@pytest.mark.parametrize(("said", "meant"), rows(NAMES))
def test_people_are_found_as_they_are_called(units: UnitFactory, said: str, meant: str) -> None:
    with units() as uow:
        branch = town(uow)[1]
        for name in ("李明", "李秀英", "王秀英", "欧阳芳"):
            person(uow, name, branch)
        person(uow, "李明", branch, MemberStatus.LEFT)
        assert ", ".join(member.name for member in uow.members.named(said)) == meant
        assert uow.members.named(said, [99]) == []


def test_roles_count_while_they_run(units: UnitFactory) -> None:
    with units() as uow:
        _, east, west, _ = town(uow)
        ann, bob = person(uow, "安", east), person(uow, "鲍", east)
        gone = person(uow, "古", east, MemberStatus.SUSPENDED)
        for who, branch, ended in ((ann, east, None), (bob, west, None), (gone, east, None), (bob, east, NOW)):
            grant = RoleGrant(
                member_id=who.id, role=RoleName.STAFF, branch_id=branch.id, granted_at=NOW, ended_at=ended
            )
            uow.role_grants.add(grant, AUDIT)
        off = RoleGrant(member_id=bob.id, role=RoleName.VOLUNTEER, branch_id=east.id, granted_at=NOW, on_duty=False)
        uow.role_grants.add(off, AUDIT)
        assert uow.members.holding(RoleName.STAFF, [east.id]) == [ann]
        assert uow.members.holding(RoleName.STAFF, [east.id, west.id], on_duty=True) == [ann, bob]
        assert uow.members.holding(RoleName.VOLUNTEER, [east.id], on_duty=True) == []
        assert [grant.role for grant in uow.members.roles(bob.id)] == [RoleName.STAFF, RoleName.VOLUNTEER]
        assert uow.members.volunteer_file(bob.id) is None
        kept = uow.volunteer_files.add(VolunteerFile(member_id=bob.id, skills=["修水管"]), AUDIT)
        assert uow.members.volunteer_file(bob.id, lock=True) == kept


def test_kin_and_people_of_open_orders_are_known(units: UnitFactory) -> None:
    with units() as uow:
        east = town(uow)[1]
        mother, daughter, helper = (person(uow, name, east) for name in ("王秀英", "赵丽", "李明"))
        bond = Kin(member_id=mother.id, relative_id=daughter.id, relation="daughter", asked_at=NOW, may_act=True)
        uow.kin.add(bond, AUDIT)
        assert uow.kin.of(mother.id) == []
        bond.status = KinStatus.AGREED
        uow.kin.save(bond, AUDIT)
        assert uow.kin.of(mother.id) == uow.kin.acting(daughter.id) == [bond]
        wish = order(uow, mother, status=OrderStatus.ACCEPTED)
        uow.jobs.add(Job(order_id=wish.id, volunteer_id=helper.id, accepted_at=NOW), AUDIT)
        assert uow.members.known_to(mother.id) == ["李明", "赵丽"]
        assert uow.members.known_to(daughter.id) == uow.members.known_to(helper.id) == ["王秀英"]


def test_orders_are_found_by_what_is_asked_of_them(units: UnitFactory) -> None:
    with units() as uow:
        _, east, west, _ = town(uow)
        ann, bob = person(uow, "安", east), person(uow, "鲍", east)
        late = order(uow, ann, status=OrderStatus.PUBLISHED, starts_at=later(days=2))
        soon = order(uow, ann, status=OrderStatus.PUBLISHED, capacity=2, minutes=120)
        past = order(uow, ann, status=OrderStatus.PUBLISHED, starts_at=later(hours=-1))
        order(uow, ann, status=OrderStatus.SETTLED, payer=PayerKind.CHARITY)
        assert uow.orders.open_for(ann.id) == [past, soon, late]
        assert uow.orders.published_in([east.id], NOW) == [soon, late]
        assert uow.orders.published_in([west.id], NOW) == []
        seat = uow.jobs.add(Job(order_id=soon.id, volunteer_id=bob.id, accepted_at=NOW), AUDIT)
        assert uow.orders.published_in([east.id], NOW) == [soon, late]
        uow.jobs.add(Job(order_id=late.id, volunteer_id=bob.id, accepted_at=NOW, status=JobStatus.WITHDRAWN), AUDIT)
        uow.jobs.add(Job(order_id=soon.id, volunteer_id=ann.id, accepted_at=NOW), AUDIT)
        assert uow.orders.published_in([east.id], NOW) == [late]
        assert uow.jobs.of_order(soon.id, [JobStatus.ACCEPTED])[0] == seat
        assert len(uow.jobs.of_volunteer(bob.id)) == 2
        begins, ends = soon.starts_at, later(days=1, hours=2)
        assert uow.orders.overlapping(bob.id, begins, ends) == [soon]
        assert uow.orders.overlapping(bob.id, later(hours=23), begins) == []
        assert uow.orders.overlapping(bob.id, ends, later(days=3)) == []
        assert uow.orders.overlapping(bob.id, later(days=1, hours=1), later(days=1, hours=1.5)) == [soon]


def test_open_cases_come_most_urgent_first(units: UnitFactory) -> None:
    with units() as uow:
        east = town(uow)[1]
        opened = [
            uow.cases.add(
                Case(kind=CaseKind.PERSON, branch_id=east.id, urgency=urgency, opened_at=at, status=status), AUDIT
            )
            for urgency, at, status in (
                (Urgency.BULK, NOW, CaseStatus.OPEN),
                (Urgency.NORMAL, later(hours=1), CaseStatus.OPEN),
                (Urgency.NORMAL, NOW, CaseStatus.TAKEN),
                (Urgency.EMERGENCY, later(hours=2), CaseStatus.OPEN),
                (Urgency.EMERGENCY, NOW, CaseStatus.CLOSED),
            )
        ]
        assert [case.id for case in uow.cases.open_in([east.id])] == [opened[n].id for n in (3, 2, 1, 0)]


def test_a_receipt_is_kept_under_its_key(units: UnitFactory) -> None:
    content = {"order": 3, "at": NOW, "who": ["a", "b"]}
    with units() as uow:
        assert uow.receipts.seen("k", content) is None
        uow.receipts.put("k", content, Receipt(outcome="accepted", facts={"order": 3}), NOW)
        uow.commit()
    with units() as uow:
        again = uow.receipts.seen("k", dict(reversed(content.items())))
        assert again == Receipt(outcome="accepted", facts={"order": 3}, again=True)
        with pytest.raises(KeyReused):
            uow.receipts.seen("k", content | {"order": 4})
    with pytest.raises(Conflict), units() as uow:
        uow.receipts.put("k", content, Receipt(outcome="accepted"), NOW)


def test_due_rows_are_put_once_and_claimed_when_due(units: UnitFactory) -> None:
    with units() as uow:
        made = [
            uow.due.put(Due(key=key, kind=kind, subject_id=subject, at=at))
            for key, kind, subject, at in (
                ("b", DueKind.HOUR_BEFORE, 1, later(hours=2)),
                ("a", DueKind.EVENING_BEFORE, 1, later(hours=1)),
                ("a", DueKind.EVENING_BEFORE, 1, later(hours=9)),
                ("c", DueKind.HOUR_BEFORE, 2, later(hours=3)),
            )
        ]
        assert made == [True, True, False, True]
        assert uow.desk.due.next_at() == later(hours=1)
        assert uow.desk.due.claim(NOW) == []
        first = uow.desk.due.claim(later(hours=2))
        assert [due.key for due in first] == ["a", "b"]
        uow.desk.due.done(first[0].id, later(hours=2))
        uow.due.cancel(1, [DueKind.HOUR_BEFORE, DueKind.EVENING_BEFORE], later(hours=2))
        left = uow.desk.due.claim(later(days=1))
        assert [(due.key, due.status) for due in left] == [("c", DueStatus.WAITING)]
        assert len(uow.desk.due.claim(later(days=1), limit=0)) == 0


def test_other_databases_are_refused() -> None:
    with pytest.raises(ValueError, match="not supported"):
        make_engine("mysql://localhost/x")
