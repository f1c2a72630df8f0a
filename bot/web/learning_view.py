"""What the page for labelling shows: lines that were not understood well, and who agreed to be learned from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from bank.doing import Doing
from bank.learning import LearningLine, LineState, Misheard
from bank.members import Member
from bank.permissions import check_is_staff
from bank.usecases.learning import lines_of
from bot.learning.intents import intents_by_topic, known_intents, plain_name
from storage.unit_of_work import SqlUnitOfWork

MOST = 20  # lines on one page; the rest is there when these are done
LOOKED_AT = (LineState.WAITING, LineState.SKIPPED, LineState.LABELLED)


@dataclass(frozen=True, slots=True)
class Filter:
    """What the reader wants to see. Nonsense in the address is as nothing."""

    state: LineState
    why: Misheard | None
    member: str

    @classmethod
    def of(cls, asked: Mapping[str, str]) -> Filter:
        state, why = asked.get("state", ""), asked.get("why", "")
        return cls(
            LineState(state) if state in LOOKED_AT else LineState.WAITING,
            Misheard(why) if why in set(Misheard) else None,
            asked.get("member", "").strip()[:20],
        )

    @property
    def address(self) -> str:
        """The page as it is looked at, to come back to after an act."""
        return "/desk/learning?" + urlencode({"state": self.state.value, "why": self.why.value if self.why else ""})


@dataclass(frozen=True, slots=True, kw_only=True)
class LearningView:
    """`names` are the plain names of all intents, `topics` the intents by topic; `people` whom a name found."""

    wanted: Filter
    lines: list[LearningLine]
    more: int
    counts: dict[str, int]
    names: dict[str, str]
    topics: dict[str, tuple[str, ...]]
    people: list[Member]


def read_learning(uow: SqlUnitOfWork, doing: Doing, wanted: Filter) -> LearningView:
    """Raises NotAllowed("not_staff")."""
    mine = check_is_staff(uow, doing.actor_id)
    by_state = {state: lines_of(uow, doing, state) for state in LOOKED_AT}
    lines = [line for line in by_state[wanted.state] if wanted.why is None or line.reason is wanted.why]
    if wanted.state is LineState.LABELLED:
        lines.reverse()  # what was said last is what one wants to put right
    return LearningView(
        wanted=wanted,
        lines=lines[:MOST],
        more=max(len(lines) - MOST, 0),
        counts={state.value: len(found) for state, found in by_state.items()},
        names={intent: plain_name(intent) for intent in known_intents()},
        topics=intents_by_topic(),
        people=uow.members.named(wanted.member, mine)[:5] if wanted.member else [],
    )
