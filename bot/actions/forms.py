"""How a task is asked together: one check action per form fills slots, one ask per slot, a read-back, then the deed.

A form in Rasa is a loop over slots. Here one `validate_<form>` action reads every value the words carry, decides the
next question and says what was wrong; a Rasa rule then runs `<form>`'s submit action. The last slot of every form that
binds anything is its read-back, `<topic>_agreed`.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import Any, ClassVar

from bot.actions.base import DeskAction
from bot.actions.turn import Turn

MISSES_BEFORE_A_PERSON = 2


class FormCheck(DeskAction):
    """`validate_<form>`. Subclasses name the form and its slots in the order of asking."""

    form: ClassVar[str]
    slots: ClassVar[tuple[str, ...]]
    agreed: ClassVar[str | None] = None  # the read-back slot, the last of `slots`

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "form" in cls.__dict__:
            cls.action_name = f"validate_{cls.form}"

    def begin(self, turn: Turn) -> None:
        """Before the first question: what the talk, the payload or the person's only open order already gives.

        May raise BankError: then the form ends with the refusal's words.
        """

    @abstractmethod
    def read(self, turn: Turn) -> None:
        """Take what the words carry into slots (`turn.set`); say what is wrong with it (`turn.say`)."""

    def needed(self, turn: Turn) -> Sequence[str]:
        """The slots that must be filled, in order; by default all."""
        return self.slots

    def work(self, turn: Turn) -> None:
        first = turn.slots.get("task") != self.form
        if first:
            turn.set(task=self.form, misses=0, **dict.fromkeys(self.slots))
            self.begin(turn)
        if not first and self._dropped(turn):
            turn.set(requested_slot=None, task_dropped="by_person")
            return
        before = {name: turn.slot(name) for name in self.slots}
        self._answer_to_read_back(turn)
        self.read(turn)
        self._next_question(turn, first, before)

    def _dropped(self, turn: Turn) -> bool:
        """Whether the person lets the whole task go (算了, 不办了); a plain no at the read-back is not that."""
        if turn.intent in ("goodbye", "cancel_order") and turn.asked is not None:
            return True
        return turn.intent == "deny" and turn.asked != self.agreed

    def _answer_to_read_back(self, turn: Turn) -> None:
        if self.agreed is None or turn.asked != self.agreed:
            return
        if turn.intent == "affirm":
            turn.set(**{self.agreed: True})
        elif turn.intent == "deny":
            turn.set(**{self.agreed: False})

    def _next_question(self, turn: Turn, first: bool, before: dict[str, Any]) -> None:
        changed = any(turn.slot(name) != value for name, value in before.items())
        if changed and self.agreed and turn.slot(self.agreed) is True and self._other_changed(turn, before):
            turn.set(**{self.agreed: None})  # a correction is read back again
        missing = next((name for name in self.needed(turn) if turn.slot(name) is None), None)
        misses = 0 if changed or first else int(turn.slots.get("misses") or 0) + 1
        turn.set(misses=misses, requested_slot=missing)
        if misses >= MISSES_BEFORE_A_PERSON:
            turn.say("offer_person")

    def _other_changed(self, turn: Turn, before: dict[str, Any]) -> bool:
        return any(turn.slot(name) != value for name, value in before.items() if name != self.agreed)

    def after_refusal(self, turn: Turn) -> dict[str, Any]:
        return {"requested_slot": None, "task_dropped": "refused"}


class FormAsk(DeskAction):
    """`action_ask_<form>_<slot>`: asks one question. Its words are `ask.<slot>` unless a subclass says more."""

    strangers_too = True

    def __init__(self, desk: Any, form: str, slot: str) -> None:
        super().__init__(desk)
        self.form, self.slot = form, slot

    def name(self) -> str:
        return f"action_ask_{self.form}_{self.slot}"

    def work(self, turn: Turn) -> None:
        turn.say(f"ask.{self.slot}", **self.facts(turn))

    def facts(self, turn: Turn) -> dict[str, Any]:
        """What the question's words need; the read-back's override gives the whole deed."""
        return {}


class FormSubmit(DeskAction):
    """Runs when the form is filled: does the deed if it was agreed, else lets it go. Empties the form's slots."""

    slots: ClassVar[tuple[str, ...]]
    agreed: ClassVar[str | None] = None

    @abstractmethod
    def deed(self, turn: Turn) -> None:
        """Call the use case and say what was done."""

    def work(self, turn: Turn) -> None:
        dropped = turn.slot("task_dropped")
        if dropped == "by_person" or (self.agreed and turn.slot(self.agreed) is False):
            turn.say("task_dropped")
        elif not dropped:  # "refused": the check has said why already
            self.deed(turn)
        turn.set(**self._emptied())
        turn.finished = True

    def _emptied(self) -> dict[str, Any]:
        return {"task": None, "task_dropped": None, "misses": 0, **dict.fromkeys(self.slots)}

    def after_refusal(self, turn: Turn) -> dict[str, Any]:
        return self._emptied()
