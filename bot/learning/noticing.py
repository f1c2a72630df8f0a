"""What of a talk is worth learning from: refused, asked back, or corrected by the person right after."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from bank.doing import Doing
from bank.learning import Misheard
from bank.members import RoleName
from bank.usecases import learning
from bank.usecases.learning import SaidLine
from bot.desk import Desk
from bot.masking import mask
from bot.speaker import Speaker
from bot.talk import Talk
from storage.unit_of_work import SqlUnitOfWork, in_unit

REMEMBERED = timedelta(minutes=10)  # what is said later corrects nothing
MOST_GUESSES = 3
PERSON = "talk_to_person"
NOT_THAT = re.compile(
    r"(?:不是|勿是)(?:这个|那个|这意思|那意思|这样|要|问|说|叫|让|我)|(?:说|弄|搞|听|理解|领会|办)错|没听懂|答非所问|瞎讲|瞎说"
)
PLAIN_NO = re.compile(r"(?:不|不是|不是的|不对|不对的|勿对|错了|错的|说错了)[啊呀呢吧,，。!！]*")
ALWAYS_MEANT = frozenset({"affirm", "deny", "inform", "correct", "repeat", PERSON})
"""What a no does not call wrong: it answers a question of the desk, or asks for a person."""


@dataclass(frozen=True, slots=True)
class Understood:
    """What Rasa made of a message, as its first action reports it. `learns`: the person agreed to learning."""

    intent: str
    decision: str
    guesses: tuple[str, ...]
    task: str | None
    role: str
    learns: bool

    @classmethod
    def read(cls, raw: Mapping[str, Any] | None) -> Understood | None:
        return cls(**{**raw, "guesses": tuple(raw["guesses"])}) if raw else None


def report(message: Mapping[str, Any], loop: str | None, roles: frozenset[RoleName], learns: bool) -> dict[str, Any]:
    """`Understood` as an action sends it along. `message` is Rasa's latest."""
    ranking = [each["name"] for each in message.get("intent_ranking") or ()]
    held = [role.value for role in (RoleName.STAFF, RoleName.VOLUNTEER) if role in roles]
    return {
        "intent": (message.get("intent") or {}).get("name") or "",
        "decision": (message.get("understanding") or {}).get("decision") or "act",
        "guesses": ranking[:MOST_GUESSES],
        "task": loop,
        "role": held[0] if held else RoleName.RESIDENT.value,
        "learns": learns,
    }


class Learner:
    """Keeps lines for staff to label. Blocking; opens a unit only when there is something to keep."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def notice(
        self, speaker: Speaker, talk: Talk, *, text: str, said: str, understood: Understood, unsure: bool
    ) -> dict[str, Any] | None:
        """Look at one answered message; returns what the talk remembers of it till the next one.

        `text` is what went to Rasa (a picked choice begins with /), `said` the person's own words.
        """
        if not understood.learns or speaker.member_id is None:
            return None
        picked = text.startswith("/")
        before = self._before(talk, speaker)
        if before is not None:
            chosen = self._chosen_instead(before, talk, text, said, understood)
            if chosen is not None:
                first = (before["guesses"] or [""])[0]
                reason = Misheard.CORRECTED if chosen != first else Misheard(before["reason"] or Misheard.ASKED)
                self._keep(speaker, before, reason, chosen or None)
        if picked:
            return None
        refused = understood.decision == "refuse"
        missed = (Misheard.REFUSED if refused else Misheard.ASKED) if unsure else None
        note = {
            "key": f"{speaker.key}:line",
            "text": said,
            "decision": understood.decision,
            "guesses": list(understood.guesses),
            "task": understood.task,
            "role": understood.role,
            "channel": speaker.sender.partition(":")[0],
            "heard": speaker.heard,
            "day": speaker.now.astimezone(self._desk.scheme.tz).date().isoformat(),
            "intent": understood.intent,
            "reason": missed,
        }
        if missed is not None:
            self._keep(speaker, note, missed, None)
        return note

    def _before(self, talk: Talk, speaker: Speaker) -> dict[str, Any] | None:
        if talk.noted is None or talk.updated_at is None or speaker.now - talk.updated_at > REMEMBERED:
            return None
        return talk.noted

    def _chosen_instead(
        self, before: dict[str, Any], talk: Talk, text: str, said: str, understood: Understood
    ) -> str | None:
        """What the person meant instead of what was understood before; empty: not known; None: nothing is wrong."""
        asked = before["reason"] is not None
        if text.startswith("/"):
            intent = text[1:].partition("{")[0]
            return intent if asked and intent not in ("affirm", "deny", "inform") else None
        if before["intent"] in ALWAYS_MEANT:
            return None
        if understood.intent == PERSON:
            return PERSON
        awaits_yes_or_no = any(choice.get("means") for choice in talk.choices)
        if NOT_THAT.search(said) or (PLAIN_NO.fullmatch(said) and not awaits_yes_or_no and not understood.task):
            return ""
        return None

    def _keep(self, speaker: Speaker, note: dict[str, Any], reason: Misheard, chosen: str | None) -> None:
        def keep(uow: SqlUnitOfWork) -> None:
            line = SaidLine(
                key=note["key"],
                text=mask(note["text"], uow.members.names_in(note["text"])),
                decision=note["decision"],
                guesses=note["guesses"],
                role=note["role"],
                channel=note["channel"],
                heard=note["heard"],
                day=date.fromisoformat(note["day"]),
                task=note["task"],
            )
            doing = Doing(now=speaker.now, key=f"{speaker.key}:learn", actor_id=speaker.member_id or 0)
            learning.keep_line(uow, self._desk.scheme, doing, line, reason, chosen)

        in_unit(self._desk.units, keep)
