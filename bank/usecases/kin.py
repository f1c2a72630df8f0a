"""Relatives: bound by the consent of both sides, ended by either at any time (SCHEMES: "Acting for someone").

The older person is the bond's member, the other its relative; which is which follows from the relation that was said.
"""

from __future__ import annotations

from typing import Any

from bank import kinship
from bank.doing import Doing, Receipt
from bank.eligibility import active, check_active
from bank.errors import NotAllowed, RuleRefused
from bank.members import KIN_LIFE, Kin, KinStatus, Member
from bank.permissions import check_staff_of, known
from bank.ports import UnitOfWork
from bank.scheme import Scheme
from bank.usecases.deed import once
from bank.usecases.telling import tell

_OPEN = (KinStatus.ASKED, KinStatus.AGREED)


def ask_kin(
    uow: UnitOfWork,
    scheme: Scheme,
    doing: Doing,
    other_id: int,
    relation: str,
    may_act: bool,
    acts: bool | None = None,
) -> Receipt:
    """Ask a relative to be bound: `relation` is what the actor calls them (my daughter, my mother).

    `may_act`: the younger may act for the older. `acts` says for relations of one age (spouse, sister) that the actor
    is the one who will act; else the other is. The other side is asked for consent. Outcome: asked (kin, other,
    relation, actor_is_older, may_act).

    Raises RuleRefused: "not_family", "kin_self", "kin_other_not_active", "kin_bound", "kin_asked", "membership_…".
    """
    content = {"other": other_id, "relation": relation, "may_act": may_act, "acts": acts}
    return once(uow, doing, "ask_kin", content, lambda: _ask(uow, scheme, doing, other_id, relation, may_act, acts))


def _ask(
    uow: UnitOfWork, scheme: Scheme, doing: Doing, other_id: int, relation: str, may_act: bool, acts: bool | None
) -> Receipt:
    me, other = known(uow, doing.actor_id), uow.members.get(other_id)
    check_active(me)
    actor_is_older = not (relation in kinship.ELDERS or (relation in kinship.PEERS and bool(acts)))
    if actor_is_older:
        member, relative, theirs = me, other, relation
    else:
        member, relative, theirs = other, me, kinship.inverse(relation, me.sex)
    bond = _new_bond(uow, doing, member, relative, theirs, may_act, other)
    bond = uow.kin.add(bond, doing.audit("ask_kin", member=member.id, relative=relative.id, relation=theirs))
    tell(
        uow,
        scheme,
        doing,
        other.id,
        "kin_asked",
        person=me.name,
        person_id=me.id,
        relation=theirs if not actor_is_older else kinship.inverse(theirs, me.sex),
        acts=may_act and not actor_is_older,
        helped=may_act and actor_is_older,
    )
    return Receipt(outcome="asked", facts=_facts(uow, bond, me.id))


def _new_bond(
    uow: UnitOfWork, doing: Doing, member: Member, relative: Member, relation: str, may_act: bool, other: Member
) -> Kin:
    """A bond not yet stored. Raises RuleRefused when it can't be."""
    if relation not in kinship.FAMILY:
        raise RuleRefused("not_family")
    if member.id == relative.id:
        raise RuleRefused("kin_self")
    if not active(other):
        raise RuleRefused("kin_other_not_active", person=other.name)
    for one, two in ((member, relative), (relative, member)):
        for bond in uow.kin.find(member_id=one.id, relative_id=two.id, status=_OPEN):
            if bond.status is KinStatus.ASKED:
                raise RuleRefused("kin_asked", person=other.name)
            raise RuleRefused("kin_bound", person=other.name)
    return Kin(
        member_id=member.id,
        relative_id=relative.id,
        relation=relation,
        may_act=may_act,
        asked_at=doing.now,
        asked_by=doing.actor_id,
    )


def agree_kin(uow: UnitOfWork, scheme: Scheme, doing: Doing, other_id: int) -> Receipt:
    """The side that was asked says yes to that person. Outcome: bound (as asked).

    Raises RuleRefused("kin_not_asked"), NotAllowed("kin_other_side"): who asked can't agree for the other.
    """
    return once(uow, doing, "agree_kin", {"other": other_id}, lambda: _agree(uow, scheme, doing, other_id))


def _agree(uow: UnitOfWork, scheme: Scheme, doing: Doing, other_id: int) -> Receipt:
    me = known(uow, doing.actor_id)
    check_active(me)
    bond = _bond_with(uow, me.id, other_id, KinStatus.ASKED)
    if bond is None:
        raise RuleRefused("kin_not_asked")
    other = uow.members.get(other_id)
    if bond.asked_by == me.id:
        raise NotAllowed("kin_other_side", person=other.name)
    _move(uow, doing, bond, "agree")
    tell(uow, scheme, doing, other.id, "kin_agreed", person=me.name, acts=bond.may_act and bond.relative_id == other.id)
    return Receipt(outcome="bound", facts=_facts(uow, bond, me.id))


def end_kin(uow: UnitOfWork, scheme: Scheme, doing: Doing, other_id: int) -> Receipt:
    """Either side ends the bond with that person, at any time, or says no to it. Outcomes: unbound, declined.

    Raises RuleRefused("kin_not_bound").
    """
    return once(uow, doing, "end_kin", {"other": other_id}, lambda: _end(uow, scheme, doing, other_id))


def _end(uow: UnitOfWork, scheme: Scheme, doing: Doing, other_id: int) -> Receipt:
    me = known(uow, doing.actor_id)
    bond = _bond_with(uow, me.id, other_id, *_OPEN)
    if bond is None:
        raise RuleRefused("kin_not_bound")
    asked = bond.status is KinStatus.ASKED
    _move(uow, doing, bond, "decline" if asked else "end")
    if asked:
        tell(uow, scheme, doing, other_id, "kin_declined", person=me.name)
        return Receipt(outcome="declined", facts=_facts(uow, bond, me.id))
    tell(uow, scheme, doing, other_id, "kin_ended", person=me.name)
    return Receipt(outcome="unbound", facts=_facts(uow, bond, me.id))


def bind_kin(
    uow: UnitOfWork,
    scheme: Scheme,
    doing: Doing,
    member_id: int,
    relative_id: int,
    relation: str,
    may_act: bool,
) -> Receipt:
    """Staff record a bond with both people present; `relation` is what the relative is to the member. Outcome: bound.

    Both are told. Raises NotAllowed ("not_staff", "not_staff_here", "own_kin"), RuleRefused as ask_kin.
    """
    content = {"member": member_id, "relative": relative_id, "relation": relation, "may_act": may_act}
    return once(
        uow,
        doing,
        "bind_kin",
        content,
        lambda: _bind(uow, scheme, doing, member_id, relative_id, relation, may_act),
    )


def _bind(
    uow: UnitOfWork,
    scheme: Scheme,
    doing: Doing,
    member_id: int,
    relative_id: int,
    relation: str,
    may_act: bool,
) -> Receipt:
    member, relative = uow.members.get(member_id), uow.members.get(relative_id)
    check_staff_of(uow, doing.actor_id, member.branch_id)
    if doing.actor_id in (member.id, relative.id):
        raise NotAllowed("own_kin")
    check_active(member)
    waiting = _bond_with(uow, member.id, relative.id, KinStatus.ASKED)
    if waiting is not None:
        _move(uow, doing, waiting, "decline")  # what is recorded with both present takes its place
    bond = _new_bond(uow, doing, member, relative, relation, may_act, relative)
    bond = uow.kin.add(bond, doing.audit("bind_kin", member=member.id, relative=relative.id, relation=relation))
    _move(uow, doing, bond, "agree")
    for to, person in ((member, relative), (relative, member)):
        acts = may_act and to.id == relative.id
        tell(uow, scheme, doing, to.id, "kin_agreed", person=person.name, acts=acts)
    return Receipt(outcome="bound", facts=_facts(uow, bond, member.id))


def kin_of(uow: UnitOfWork, scheme: Scheme, doing: Doing) -> Receipt:
    """The person's bonds, agreed and asked. Reads only. kin: rows (kin, other, other_id, relation, actor_is_older,
    may_act, status, mine: who asked). `relation` is what the other is to the person.

    Raises NotAllowed("not_a_member").
    """
    me = known(uow, doing.actor_id)
    bonds = [
        *uow.kin.find(member_id=me.id, status=_OPEN),
        *uow.kin.find(relative_id=me.id, status=_OPEN),
    ]
    return Receipt(outcome="kin", facts={"rows": [_facts(uow, bond, me.id) for bond in bonds]})


def _move(uow: UnitOfWork, doing: Doing, bond: Kin, verb: str) -> None:
    bond.status = KIN_LIFE.target(bond.id, bond.status, verb)
    if bond.status is KinStatus.AGREED:
        bond.agreed_at = doing.now
    else:
        bond.ended_at = doing.now
    uow.kin.save(bond, doing.audit(f"{verb}_kin", member=bond.member_id, relative=bond.relative_id))


def _bond_with(uow: UnitOfWork, one: int, other: int, *statuses: KinStatus) -> Kin | None:
    """The locked bond between two people, whichever is the older."""
    found = uow.kin.find(member_id=one, relative_id=other, status=statuses)
    found += uow.kin.find(member_id=other, relative_id=one, status=statuses)
    if not found:
        return None
    bond = uow.kin.get(found[-1].id, lock=True)
    return bond if bond.status in statuses else None


def _facts(uow: UnitOfWork, bond: Kin, me_id: int) -> dict[str, Any]:
    older = bond.member_id == me_id
    other = uow.members.get(bond.relative_id if older else bond.member_id)
    return {
        "kin": bond.id,
        "other": other.name,
        "other_id": other.id,
        "relation": bond.relation if older else kinship.inverse(bond.relation, other.sex),
        "actor_is_older": older,
        "may_act": bond.may_act,
        "status": bond.status.value,
        "mine": bond.asked_by == me_id,
    }
