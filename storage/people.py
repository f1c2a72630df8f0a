"""Members, branches and kin as the bank's ports want them."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, func, literal, select, union

from bank.members import Kin, KinStatus, Member, MemberStatus, RoleGrant, RoleName, VolunteerFile
from bank.orders import JOB_HELD
from bank.organisation import Branch
from bank.ports import OPEN_ORDER
from storage.collection import SqlCollection, shape_of, to_thing, words_of
from storage.names import bare_name
from storage.session import Session
from storage.tables import table
from storage.tables_orders import JobRow, OrderRow
from storage.tables_people import BranchRow, KinRow, MemberRow, RoleGrantRow, VolunteerFileRow

_MEMBER, _GRANT, _FILE = table(MemberRow), table(RoleGrantRow), table(VolunteerFileRow)
_BRANCH, _KIN = table(BranchRow), table(KinRow)
_JOB, _ORDER = table(JobRow), table(OrderRow)
_SEATED = words_of(sorted(JOB_HELD))


class SqlMembers(SqlCollection[Member]):
    """`bank.ports.Members`."""

    def __init__(self, session: Session) -> None:
        super().__init__(session, Member, _MEMBER, "member")

    def named(self, words: str, branch_ids: Sequence[int] | None = None) -> list[Member]:
        """The best that fits: the same name; a name inside the words; surname + call; a call by the given name."""
        said = "".join(words.split())
        bare = bare_name(said)
        if not said:
            return []
        name = _MEMBER.c.name
        tiers: list[ColumnElement[bool]] = [
            name == said,
            literal(said).like("%" + name + "%"),
        ]
        begins, ends = name.startswith(bare, autoescape=True), name.endswith(bare, autoescape=True)
        tiers += [name == bare, begins, ends] if bare != said or len(bare) == 1 else [ends, begins]
        for tier in tiers:
            statement = select(_MEMBER).where(tier, _MEMBER.c.status != str(MemberStatus.LEFT)).order_by(_MEMBER.c.id)
            if branch_ids is not None:
                statement = statement.where(_MEMBER.c.branch_id.in_(list(branch_ids)))
            if found := self._all(statement):
                return found
        return []

    def phone_ends(self, figures: str) -> list[Member]:
        """Members whose telephone number ends in these figures."""
        ends = _MEMBER.c.phone.endswith(figures, autoescape=True)
        return self._all(select(_MEMBER).where(ends, _MEMBER.c.status != str(MemberStatus.LEFT)).order_by(_MEMBER.c.id))

    def names_in(self, words: str) -> list[str]:
        """The names, of two signs or more, of all members that stand in `words` as they are."""
        name = _MEMBER.c.name
        statement = select(name).where(func.length(name) > 1, literal(words).contains(name)).distinct()
        return [row[0] for row in self._session.run(statement)]

    def roles(self, member_id: int) -> list[RoleGrant]:
        """The member's running role grants."""
        statement = (
            select(_GRANT).where(_GRANT.c.member_id == member_id, _GRANT.c.ended_at.is_(None)).order_by(_GRANT.c.id)
        )
        shape = shape_of(RoleGrant, _GRANT)
        return [to_thing(shape, row) for row in self._session.run(statement).mappings()]

    def holding(self, role: RoleName, branch_ids: Sequence[int], *, on_duty: bool | None = None) -> list[Member]:
        """Active members with a running grant of `role` at one of the branches."""
        granted = select(_GRANT.c.member_id).where(
            _GRANT.c.role == str(role), _GRANT.c.branch_id.in_(list(branch_ids)), _GRANT.c.ended_at.is_(None)
        )
        if on_duty is not None:
            granted = granted.where(_GRANT.c.on_duty.is_(on_duty))
        return self._all(
            select(_MEMBER)
            .where(_MEMBER.c.id.in_(granted), _MEMBER.c.status == str(MemberStatus.ACTIVE))
            .order_by(_MEMBER.c.id)
        )

    def volunteer_file(self, member_id: int, *, lock: bool = False) -> VolunteerFile | None:
        """What the bank keeps of the member as a volunteer; None when there is nothing yet."""
        statement = select(_FILE).where(_FILE.c.member_id == member_id)
        if lock:
            statement = statement.with_for_update()
        row = self._session.run(statement).mappings().first()
        if row is None:
            return None
        found: VolunteerFile = to_thing(shape_of(VolunteerFile, _FILE), row)
        return found

    def known_to(self, member_id: int) -> list[str]:
        """Names of the people of one's open orders and jobs, and of one's relatives, by name."""
        open_jobs = (
            select(_JOB.c.volunteer_id, _ORDER.c.resident_id)
            .join(_ORDER, _ORDER.c.id == _JOB.c.order_id)
            .where(_JOB.c.status.in_(_SEATED), _ORDER.c.status.in_(words_of(OPEN_ORDER)))
            .subquery()
        )
        agreed = _KIN.c.status == str(KinStatus.AGREED)
        theirs = union(
            select(open_jobs.c.volunteer_id).where(open_jobs.c.resident_id == member_id),
            select(open_jobs.c.resident_id).where(open_jobs.c.volunteer_id == member_id),
            select(_KIN.c.relative_id).where(_KIN.c.member_id == member_id, agreed),
            select(_KIN.c.member_id).where(_KIN.c.relative_id == member_id, agreed),
        ).subquery()
        statement = select(_MEMBER.c.name).where(_MEMBER.c.id.in_(select(theirs)), _MEMBER.c.id != member_id)
        return sorted(self._session.run(statement.distinct()).scalars())


class SqlBranches(SqlCollection[Branch]):
    """`bank.ports.Branches`."""

    def __init__(self, session: Session) -> None:
        super().__init__(session, Branch, _BRANCH, "branch")

    def path_up(self, branch_id: int) -> list[Branch]:
        """The branch and all above it, the head last. Raises NotFound."""
        path = [self.get(branch_id)]
        while (above := path[-1].parent_id) is not None and all(above != branch.id for branch in path):
            path.append(self.get(above))
        return path

    def below(self, branch_id: int) -> list[int]:
        """Ids of the branch and all below it, in order."""
        tree = select(_BRANCH.c.id).where(_BRANCH.c.id == branch_id).cte("tree", recursive=True)
        tree = tree.union(select(_BRANCH.c.id).where(_BRANCH.c.parent_id == tree.c.id))
        return list(self._session.run(select(tree.c.id).order_by(tree.c.id)).scalars())


class SqlKinships(SqlCollection[Kin]):
    """`bank.ports.Kinships`."""

    def __init__(self, session: Session) -> None:
        super().__init__(session, Kin, _KIN, "kin")

    def of(self, member_id: int) -> list[Kin]:
        """Agreed relatives of a member."""
        return self._agreed(_KIN.c.member_id == member_id)

    def acting(self, relative_id: int) -> list[Kin]:
        """Agreed bonds in which this person may act for somebody."""
        return self._agreed(_KIN.c.relative_id == relative_id, _KIN.c.may_act.is_(True))

    def _agreed(self, *conditions: ColumnElement[bool]) -> list[Kin]:
        agreed = _KIN.c.status == str(KinStatus.AGREED)
        return self._all(select(_KIN).where(agreed, *conditions).order_by(_KIN.c.id))
