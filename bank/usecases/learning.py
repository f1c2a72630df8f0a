"""Learning on the job: consent, keeping misunderstood lines, labelling them. No receipt holds anybody's words."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from bank.doing import Doing, Receipt
from bank.errors import RuleRefused
from bank.learning import KEPT_OUT_EVERY, LINE_LIFE, LearningLine, LineState, Misheard
from bank.members import Member
from bank.permissions import check_is_staff, check_staff_of, known
from bank.ports import UnitOfWork
from bank.scheme import Scheme
from bank.usecases.casework import head_branch
from bank.usecases.deed import once


@dataclass(frozen=True, slots=True, kw_only=True)
class SaidLine:
    """A masked line and what was made of it. `key` names the message, so that it is kept once."""

    key: str
    text: str
    decision: str
    guesses: Sequence[str]
    role: str
    channel: str
    heard: bool
    day: date
    task: str | None = None


def ask_learning_consent(uow: UnitOfWork, scheme: Scheme, doing: Doing) -> Receipt:
    """Whether the person shall be asked now: each is asked once. Outcome: ask · asked_before."""
    return once(uow, doing, "ask_learning_consent", {}, lambda: _ask(uow, doing))


def _ask(uow: UnitOfWork, doing: Doing) -> Receipt:
    member = uow.members.get(doing.person_id, lock=True)
    if member.learning_asked_at is not None or member.learning_consent is not None:
        return Receipt(outcome="asked_before")
    member.learning_asked_at = doing.now
    uow.members.save(member, doing.audit("ask_learning_consent"))
    return Receipt(outcome="ask")


def set_learning_consent(uow: UnitOfWork, scheme: Scheme, doing: Doing, agreed: bool) -> Receipt:
    """Give consent, refuse it or take it back; a no deletes every line that is still linked to the person. By
    themselves, or by staff of their branch to whom they said it. Outcome: learning_agreed · learning_declined.

    Raises NotAllowed: "not_a_member", "not_staff", "not_staff_here".
    """
    return once(uow, doing, "set_learning_consent", {"agreed": agreed}, lambda: _set(uow, doing, agreed))


def _set(uow: UnitOfWork, doing: Doing, agreed: bool) -> Receipt:
    known(uow, doing.actor_id)
    member = uow.members.get(doing.person_id, lock=True)
    if member.id != doing.actor_id:
        check_staff_of(uow, doing.actor_id, member.branch_id)
    member.learning_consent = agreed
    member.learning_asked_at = member.learning_asked_at or doing.now
    uow.members.save(member, doing.audit("set_learning_consent", agreed=agreed))
    forgotten = 0 if agreed else uow.learning.forget(member.id, doing.audit("forget_learning_lines"))
    outcome = "learning_agreed" if agreed else "learning_declined"
    return Receipt(outcome=outcome, facts={"member_id": member.id, "member": member.name, "forgotten": forgotten})


def stop_learning(uow: UnitOfWork, doing: Doing, member: Member) -> None:
    """Who leaves takes their words along. The caller saves the member."""
    member.learning_consent = member.learning_asked_at = None
    uow.learning.forget(member.id, doing.audit("forget_learning_lines"))


def may_learn_from(member: Member) -> bool:
    """Whether anything of this person may be kept: only a yes counts."""
    return member.learning_consent is True


def keep_line(
    uow: UnitOfWork, scheme: Scheme, doing: Doing, said: SaidLine, reason: Misheard, chosen: str | None = None
) -> Receipt:
    """Keep a line for labelling, once per message; what is known of it later (a correction) is added while it waits.
    Outcome: line_kept · line_known · no_consent."""
    member = uow.members.get(doing.person_id)
    if not may_learn_from(member):
        return Receipt(outcome="no_consent")
    before = uow.learning.find(key=said.key)
    if before:
        return _known(uow, doing, before[0], reason, chosen)
    line = LearningLine(
        key=said.key,
        member_id=member.id,
        branch_id=member.branch_id,
        text=said.text,
        reason=reason,
        decision=said.decision,
        guesses=list(said.guesses),
        task=said.task,
        chosen=chosen,
        role=said.role,
        channel=said.channel,
        heard=said.heard,
        day=said.day,
    )
    uow.learning.add(line, doing.audit("keep_line", reason=reason.value))
    return Receipt(outcome="line_kept", facts={"line": line.id})


def _known(uow: UnitOfWork, doing: Doing, line: LearningLine, reason: Misheard, chosen: str | None) -> Receipt:
    news = (reason is Misheard.CORRECTED and line.reason is not reason) or (chosen and line.chosen != chosen)
    if news and line.state is LineState.WAITING:
        line.reason = reason if reason is Misheard.CORRECTED else line.reason
        line.chosen = chosen or line.chosen
        uow.learning.save(line, doing.audit("keep_line", reason=line.reason.value))
    return Receipt(outcome="line_known", facts={"line": line.id})


def label_line(
    uow: UnitOfWork, scheme: Scheme, doing: Doing, line_id: int, label: str, labels: Collection[str]
) -> Receipt:
    """Say what a line means, one of `labels`; may be said anew. The link to the person is cut. Outcome: line_labelled.

    Raises NotAllowed("not_staff", "not_staff_here"), RuleRefused("label_unknown"), WrongState.
    """
    content = {"line": line_id, "label": label}
    return once(uow, doing, "label_line", content, lambda: _label(uow, doing, line_id, label, labels))


def _label(uow: UnitOfWork, doing: Doing, line_id: int, label: str, labels: Collection[str]) -> Receipt:
    if label not in labels:
        raise RuleRefused("label_unknown", label=label)
    line = _line_of_staff(uow, doing, line_id)
    first = line.state is not LineState.LABELLED
    line.state = LINE_LIFE.target(line.id, line.state, "label")
    if first:
        line.kept_out = keeps_out(uow, line.text)
    line.label, line.member_id = label, None
    line.labelled_by, line.labelled_at = doing.actor_id, doing.now
    line.labeller = uow.members.get(doing.actor_id).name
    uow.learning.save(line, doing.audit("label_line", label=label))
    return Receipt(outcome="line_labelled", facts={"line": line.id, "label": label, "kept_out": line.kept_out})


def keeps_out(uow: UnitOfWork, text: str) -> bool:
    """Whether the line labelled next is one for measuring: each fifth; the same words never lie on both sides."""
    labelled = uow.learning.find(state=LineState.LABELLED)
    same = [line for line in labelled if line.text == text]
    return same[0].kept_out if same else (len(labelled) + 1) % KEPT_OUT_EVERY == 0


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenLine:
    """A line that another desk's staff labelled."""

    key: str
    text: str
    label: str
    labeller: str
    day: date
    kept_out: bool


def take_lines(uow: UnitOfWork, scheme: Scheme, doing: Doing, lines: Sequence[TakenLine]) -> Receipt:
    """Take in lines labelled elsewhere; those that are there already are left. Outcome: lines_taken."""
    head = head_branch(uow)
    taken = 0
    for line in lines:
        if uow.learning.find(key=line.key):
            continue
        new = LearningLine(
            key=line.key,
            member_id=None,
            branch_id=head.id,
            text=line.text,
            reason=Misheard.ASKED,
            decision="ask",
            role="resident",
            channel="file",
            day=line.day,
            state=LineState.LABELLED,
            label=line.label,
            labeller=line.labeller,
            labelled_at=doing.now,
            kept_out=line.kept_out,
        )
        uow.learning.add(new, doing.audit("take_line", labeller=line.labeller))
        taken += 1
    return Receipt(outcome="lines_taken", facts={"taken": taken})


def skip_line(uow: UnitOfWork, scheme: Scheme, doing: Doing, line_id: int) -> Receipt:
    """Leave a line for somebody else. Outcome: line_skipped. Raises as label_line."""
    return once(uow, doing, "skip_line", {"line": line_id}, lambda: _skip(uow, doing, line_id))


def _skip(uow: UnitOfWork, doing: Doing, line_id: int) -> Receipt:
    line = _line_of_staff(uow, doing, line_id)
    line.state = LINE_LIFE.target(line.id, line.state, "skip")
    uow.learning.save(line, doing.audit("skip_line"))
    return Receipt(outcome="line_skipped", facts={"line": line.id})


def discard_line(uow: UnitOfWork, scheme: Scheme, doing: Doing, line_id: int) -> Receipt:
    """A line that teaches nothing, or says too much of a person: its words and its link go at once. Outcome:
    line_discarded. Raises as label_line."""
    return once(uow, doing, "discard_line", {"line": line_id}, lambda: _discard(uow, doing, line_id))


def _discard(uow: UnitOfWork, doing: Doing, line_id: int) -> Receipt:
    line = _line_of_staff(uow, doing, line_id)
    line.state = LINE_LIFE.target(line.id, line.state, "discard")
    line.text, line.member_id, line.label, line.kept_out = "", None, None, False
    uow.learning.save(line, doing.audit("discard_line"))
    return Receipt(outcome="line_discarded", facts={"line": line.id})


def _line_of_staff(uow: UnitOfWork, doing: Doing, line_id: int) -> LearningLine:
    check_is_staff(uow, doing.actor_id)
    line = uow.learning.get(line_id, lock=True)
    check_staff_of(uow, doing.actor_id, line.branch_id)
    return line


def lines_of(uow: UnitOfWork, doing: Doing, state: LineState) -> list[LearningLine]:
    """The lines in that state that this staff member may label, oldest first. Raises NotAllowed("not_staff")."""
    return uow.learning.find(state=state, branch_id=tuple(check_is_staff(uow, doing.actor_id)))
