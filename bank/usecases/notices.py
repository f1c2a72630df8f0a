"""Activity reminders to a group, and who does not want them."""

from __future__ import annotations

from bank.doing import Doing, Receipt
from bank.errors import RuleRefused
from bank.members import Member, MemberStatus, RoleName
from bank.notices import BROADCAST_LIFE, Broadcast, Urgency
from bank.permissions import check_staff_of, known
from bank.ports import UnitOfWork
from bank.scheme import Scheme
from bank.usecases.deed import once
from bank.usecases.telling import tell


def audience(uow: UnitOfWork, branch_id: int, role: str | None) -> list[Member]:
    """Active members of the branch and below, those who hold `role` there when one is named.

    Raises RuleRefused("role_unknown").
    """
    branches = uow.branches.below(branch_id)
    if role is None:
        return uow.members.find(branch_id=tuple(branches), status=MemberStatus.ACTIVE)
    if role not in {item.value for item in RoleName}:
        raise RuleRefused("role_unknown", role=role)
    return uow.members.holding(RoleName(role), branches)


def draft_broadcast(
    uow: UnitOfWork, scheme: Scheme, doing: Doing, words: str, branch_id: int, role: str | None = None
) -> Receipt:
    """Prepare a broadcast; nothing is sent yet. Outcome: drafted (broadcast, heads, opted_out).

    `heads` counts who would get it, without those who stopped messages. Raises NotAllowed ("not_staff",
    "not_staff_here"), RuleRefused: "words_missing", "role_unknown", "nobody_to_tell".
    """
    content = {"words": words, "branch": branch_id, "role": role}
    return once(uow, doing, "draft_broadcast", content, lambda: _draft(uow, scheme, doing, words, branch_id, role))


def _draft(uow: UnitOfWork, scheme: Scheme, doing: Doing, words: str, branch_id: int, role: str | None) -> Receipt:
    check_staff_of(uow, doing.actor_id, branch_id)
    if not words.strip():
        raise RuleRefused("words_missing")
    people = audience(uow, branch_id, role)
    willing = [person for person in people if person.broadcasts_stopped_at is None]
    if not willing:
        raise RuleRefused("nobody_to_tell")
    draft = Broadcast(
        words=words, role=role, branch_id=branch_id, by_id=doing.actor_id, heads=len(willing), made_at=doing.now
    )
    draft = uow.broadcasts.add(draft, doing.audit("draft_broadcast", heads=len(willing)))
    facts = {
        "broadcast": draft.id,
        "heads": len(willing),
        "opted_out": len(people) - len(willing),
        "words": words,
        "role": role,
        "branch": uow.branches.get(branch_id).name,
    }
    return Receipt(outcome="drafted", facts=facts)


def send_broadcast(uow: UnitOfWork, scheme: Scheme, doing: Doing, broadcast_id: int) -> Receipt:
    """Send a drafted broadcast to everybody who does not refuse them now. Outcome: sent (heads).

    Raises NotAllowed, WrongState when it was sent or dropped before.
    """
    return once(
        uow,
        doing,
        "send_broadcast",
        {"broadcast": broadcast_id},
        lambda: _send(uow, scheme, doing, broadcast_id),
    )


def _send(uow: UnitOfWork, scheme: Scheme, doing: Doing, broadcast_id: int) -> Receipt:
    draft = uow.broadcasts.get(broadcast_id, lock=True)
    check_staff_of(uow, doing.actor_id, draft.branch_id)
    draft.status = BROADCAST_LIFE.target(draft.id, draft.status, "send")
    branch = uow.branches.get(draft.branch_id).name
    told = 0
    for person in audience(uow, draft.branch_id, draft.role):
        if person.broadcasts_stopped_at is None:
            told += tell(
                uow, scheme, doing, person.id, "broadcast", urgency=Urgency.BULK, branch=branch, said=draft.words
            )
    draft.heads, draft.sent_at = told, doing.now
    uow.broadcasts.save(draft, doing.audit("send_broadcast", heads=told))
    return Receipt(outcome="sent", facts={"broadcast": draft.id, "heads": told})


def drop_broadcast(uow: UnitOfWork, scheme: Scheme, doing: Doing, broadcast_id: int) -> Receipt:
    """Throw a draft away. Outcome: dropped. Raises NotAllowed, WrongState."""
    return once(uow, doing, "drop_broadcast", {"broadcast": broadcast_id}, lambda: _drop(uow, doing, broadcast_id))


def _drop(uow: UnitOfWork, doing: Doing, broadcast_id: int) -> Receipt:
    draft = uow.broadcasts.get(broadcast_id, lock=True)
    check_staff_of(uow, doing.actor_id, draft.branch_id)
    draft.status = BROADCAST_LIFE.target(draft.id, draft.status, "drop")
    uow.broadcasts.save(draft, doing.audit("drop_broadcast"))
    return Receipt(outcome="dropped", facts={"broadcast": draft.id})


def stop_messages(uow: UnitOfWork, scheme: Scheme, doing: Doing) -> Receipt:
    """No more broadcasts; notices about one's own orders still come. Outcome: stopped."""
    return once(uow, doing, "stop_messages", {}, lambda: _stop(uow, doing, stop=True))


def resume_messages(uow: UnitOfWork, scheme: Scheme, doing: Doing) -> Receipt:
    """Broadcasts again. Outcome: resumed."""
    return once(uow, doing, "resume_messages", {}, lambda: _stop(uow, doing, stop=False))


def _stop(uow: UnitOfWork, doing: Doing, *, stop: bool) -> Receipt:
    member = uow.members.get(known(uow, doing.actor_id).id, lock=True)
    member.broadcasts_stopped_at = doing.now if stop else None
    uow.members.save(member, doing.audit("stop_messages" if stop else "resume_messages"))
    return Receipt(outcome="stopped" if stop else "resumed", facts={})
