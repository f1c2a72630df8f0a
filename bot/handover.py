"""A person and the staff: what is written while a case waits is kept in it; once taken it goes to the other side."""

from __future__ import annotations

from dataclasses import dataclass

from bank.doing import Doing
from bank.notices import Case, CaseKind, CaseStatus
from bank.usecases import care
from bot.desk import Desk
from bot.keypad import pick, plain
from bot.messages import Choice, Reply
from bot.speaker import Speaker
from bot.talk import Talk, person_key
from storage.unit_of_work import SqlUnitOfWork

END_WORDS = frozenset({"结束", "结束谈话", "说完了", "办结", "菜单", "end"})


@dataclass(frozen=True, slots=True)
class Relayed:
    """What the writer is told (None: the words go on to the understanding), and the case that stays between them.

    `case_id` None: it ended.
    """

    reply: Reply | None
    case_id: int | None


class Handover:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def pass_on(self, speaker: Speaker, talk: Talk, words: str) -> Relayed:
        """Bring `words` to the talk's case."""
        assert talk.relay_case_id is not None
        with self._desk.units() as uow:
            case = uow.cases.get(talk.relay_case_id, lock=True)
            doing = Doing(
                now=speaker.now, key=f"{speaker.key}:relay", actor_id=speaker.member_id or 0, device=speaker.sender
            )
            match case.status:
                case CaseStatus.OPEN:
                    care.person_says(uow, self._desk.scheme, doing, words, self._sender(case, doing), case.id)
                    relayed = Relayed(None, case.id)
                case CaseStatus.TAKEN:
                    relayed = self._relay(uow, case, doing, talk, words)
                case _:
                    return Relayed(None, None)
            uow.commit()
        return relayed

    def _relay(self, uow: SqlUnitOfWork, case: Case, doing: Doing, talk: Talk, words: str) -> Relayed:
        say, scheme = self._desk.words.say, self._desk.scheme
        from_staff = case.taken_by == doing.actor_id
        if plain(words) in END_WORDS or (from_staff and _picks_close(talk, words)):
            if not from_staff:
                return Relayed(say("relay_ended", doing.now), None)
            if case.kind is CaseKind.DISPUTE:  # how it is paid must be decided, or the order would hang for ever
                _let_go(uow, case, doing)
                return Relayed(say("relay_ended_dispute", doing.now, number=case.order_id), None)
            care.close_case(uow, scheme, doing, case.id, verdict="answered")
            return Relayed(say("relay_closed_staff", doing.now, case=case.id), None)
        if from_staff:
            care.answer_case(uow, scheme, doing, case.id, words)
            return Relayed(say("relay_passed_on", doing.now), case.id)
        care.person_says(uow, scheme, doing, words, sender=self._sender(case, doing), case_id=case.id)
        return Relayed(say("relay_passed_to_staff", doing.now), case.id)

    def _sender(self, case: Case, doing: Doing) -> str | None:
        return None if doing.actor_id else case.sender


def _let_go(uow: SqlUnitOfWork, case: Case, doing: Doing) -> None:
    """The other side's words go to the desk again, though the case stays."""
    for identity in uow.desk.identities.of_member(case.member_id) if case.member_id else []:
        talk = uow.desk.talks.get(person_key(identity.id), lock=True)
        if talk.relay_case_id == case.id:
            talk.relay_case_id = None
            uow.desk.talks.save(talk, doing.now)


def _picks_close(talk: Talk, words: str) -> bool:
    """Whether a number picks "办结" under the case that was just taken."""
    picked = pick(words, _choices(talk))
    return picked is not None and "close_case" in picked.payload


def _choices(talk: Talk) -> list[Choice]:
    return [Choice(**choice) for choice in talk.choices]


def _in_talk(speaker: Speaker, talk: Talk) -> bool:
    """Whether the words still belong to what was said just before; the next morning's do not."""
    return talk.updated_at is None or speaker.now - talk.updated_at <= care.IN_TALK
