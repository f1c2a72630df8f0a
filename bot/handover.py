"""While a person of the staff has taken a case, what both write goes to the other, past the understanding."""

from __future__ import annotations

from dataclasses import dataclass

from bank.doing import Doing
from bank.notices import Case, CaseStatus
from bank.usecases import care
from bot.desk import Desk
from bot.keypad import plain
from bot.messages import Reply
from bot.speaker import Speaker
from bot.talk import Talk
from storage.unit_of_work import SqlUnitOfWork

END_WORDS = frozenset({"结束", "结束谈话", "说完了", "办结", "菜单", "end"})


@dataclass(frozen=True, slots=True)
class Relayed:
    """What the writer is told, and the case that stays open between them (None: it ended)."""

    reply: Reply
    case_id: int | None


class Handover:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def pass_on(self, speaker: Speaker, talk: Talk, words: str) -> Relayed | None:
        """Pass `words` to the other side of the talk's case; None when that case is no longer taken."""
        assert talk.relay_case_id is not None
        with self._desk.units() as uow:
            case = uow.cases.get(talk.relay_case_id, lock=True)
            if case.status is not CaseStatus.TAKEN:
                return None
            doing = Doing(
                now=speaker.now, key=f"{speaker.key}:relay", actor_id=speaker.member_id or 0, device=speaker.sender
            )
            relayed = self._relay(uow, case, doing, words)
            uow.commit()
        return relayed

    def _relay(self, uow: SqlUnitOfWork, case: Case, doing: Doing, words: str) -> Relayed:
        say, scheme = self._desk.words.say, self._desk.scheme
        from_staff = case.taken_by == doing.actor_id
        if plain(words) in END_WORDS:
            if not from_staff:
                return Relayed(say("relay_ended", doing.now), None)
            care.close_case(uow, scheme, doing, case.id, verdict="answered")
            return Relayed(say("relay_closed_staff", doing.now, case=case.id), None)
        if from_staff:
            care.answer_case(uow, scheme, doing, case.id, words)
            return Relayed(say("relay_passed_on", doing.now), case.id)
        care.person_says(uow, scheme, doing, words, sender=None if doing.actor_id else case.sender)
        return Relayed(say("relay_passed_to_staff", doing.now), case.id)
