"""How a task is asked together: one check action per form fills slots, one ask per slot, a read-back, then the deed.

A form in Rasa is a loop over slots. Here one `validate_<form>` action reads every value the words carry, decides the
next question and says what was wrong; a Rasa rule then runs `<form>`'s submit action. The last slot of every form that
binds anything is its read-back, `<topic>_agreed`.

Words that are no answer (`我还有几个币`) are handed on to the rules; the form asks again afterwards. Another task
begun in the middle of one pauses it: its slots stay, and it is offered again when the other has ended.
"""

from __future__ import annotations

import re
from abc import abstractmethod
from collections.abc import Sequence
from typing import Any, ClassVar

from bot.actions import mending
from bot.actions.base import DeskAction
from bot.actions.plainly import plainer, wants_it_plainer
from bot.actions.turn import Turn, payload
from bot.messages import Reply
from bot.understanding.order_numbers import resolve_order_number

MISSES_BEFORE_A_PERSON = 2
ANSWERS = frozenset({"affirm", "deny", "inform", "correct", "cancel_order", "goodbye", "nlu_fallback", "out_of_scope"})
"""Intents that go to a running form; the rules of most carry the condition that no form runs."""
NOT_UNDERSTOOD = frozenset({"nlu_fallback", "out_of_scope"})
NEVER_JUST_WORDS = frozenset(
    {"talk_to_person", "report_emergency", "suspect_scam", "repeat", "show_menu", "bot_challenge", "check_balance"}
)
"""Intents that count even where any words would do as an answer (a reason, a name)."""
NOT_RESUMED = frozenset({"rate_service_form"})
"""Forms that nobody misses: they are not offered again after another task."""
LET_GO = re.compile(r"不(?:用|要)了?|不了|别(?:办|弄|约)了", re.IGNORECASE)
LET_GO_SURELY = re.compile(
    r"^不(?:用|要|需要)了[。!]?$|算了|不(?:办|约|弄|搞|想)了?|取消|撤销|never ?mind|forget it", re.IGNORECASE
)
"""What lets the task go even where a plain no is an answer."""
LET_GO_FIRST = re.compile(r"^(?:哎呀?|唉|哦|那|那就|还是|嗯)?[,，]?(?:算了|不(?:办|用|要|约|弄|搞)了)")
"""Begins a sentence whose rest may be anything: 算了算了，叫我女儿擦."""
ABOUT_A_VISIT = re.compile(r"(?:不用|不要|别|甭|勿要)再?(?:过)?来|不来了|(?:上[次趟回]|之前|原来)(?:约|讲|说|订|定)")
"""Calls off an order that stands, not the task at hand."""


class FormCheck(DeskAction):
    """`validate_<form>`. Subclasses name the form and its slots in the order of asking.

    `intents` are the form's own: said again inside it they bring more facts. `free` are slots that take any words,
    `yes_or_no` those to which a plain no is an answer, `kept` slots to empty with the others but never asked for.
    """

    part_of_form = True

    form: ClassVar[str]
    slots: ClassVar[tuple[str, ...]]
    kept: ClassVar[tuple[str, ...]] = ()
    agreed: ClassVar[str | None] = None  # the read-back slot, the last of `slots`
    intents: ClassVar[frozenset[str]] = frozenset()
    free: ClassVar[frozenset[str]] = frozenset()
    yes_or_no: ClassVar[frozenset[str]] = frozenset()
    corrects: ClassVar[bool] = False  # whether one value may take another's place (不是三点，是四点)

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "form" in cls.__dict__:
            cls.action_name = f"validate_{cls.form}"

    def begin(self, turn: Turn) -> None:
        """Before the first question: what the talk, the payload or the person's only open order already gives.

        May raise BankError: then the form ends with the refusal's words. `turn.set(task_dropped="done")` after
        having said all there is to say ends it as well.
        """

    @abstractmethod
    def read(self, turn: Turn) -> None:
        """Take what the words carry into slots (`turn.set`); say what is wrong with it (`turn.say`)."""

    def needed(self, turn: Turn) -> Sequence[str]:
        """The slots that must be filled, in order; by default all."""
        return self.slots

    def takes_a_no(self, turn: Turn) -> bool:
        """Whether a plain no answers the question that was asked."""
        return turn.asked in self.yes_or_no

    def read_back_refused(self, turn: Turn) -> None:
        """A no to the read-back that changes nothing else: by default the task is let go."""
        if self.agreed:
            turn.set(**{self.agreed: False})

    def work(self, turn: Turn) -> None:
        first = turn.slots.get("task") != self.form
        if self._comes_back(turn, first):
            turn.set(requested_slot=self._missing(turn))
            return
        if not first and not self._is_answer(turn):
            turn.not_mine = True
            return
        if first:
            self._start(turn)
        elif self._let_go(turn):
            turn.set(requested_slot=None, task_dropped="by_person")
            return
        if turn.slot("task_dropped"):
            self._end(turn)
            return
        before = {name: turn.slot(name) for name in (*self.slots, *self.kept)}
        self._hear_correction(turn)
        self.read(turn)
        if turn.intent == "out_of_scope":
            self._only_what_was_asked(turn, before)
        self._answer_to_read_back(turn, before)
        self._next_question(turn, first, before)

    def _only_what_was_asked(self, turn: Turn, before: dict[str, Any]) -> None:
        """Of words about something else (a courier's message) at most the answer to the question is taken."""
        topic = (turn.asked or "").removesuffix("_time")
        for name, value in before.items():
            if name not in (turn.asked, f"{topic}_day") and name in turn.changes:
                turn.set(**{name: value})

    def _hear_correction(self, turn: Turn) -> None:
        """Of "不是三点，是四点" only the four o'clock is read."""
        mend = mending.correction(turn.words) if self._corrects(turn) else None
        if mend is not None:
            turn.intent = "correct"
            turn.hear_again(mend)

    def _corrects(self, turn: Turn) -> bool:
        """Whether the words put something else in the place of what stands."""
        open_question = self.corrects and turn.asked is not None and turn.asked not in self.free and not turn.is_payload
        return open_question and mending.correction(turn.words) is not None

    def _start(self, turn: Turn) -> None:
        turn.asked = None  # what another form had asked
        other = turn.slots.get("task")
        if other and other not in NOT_RESUMED:
            turn.set(paused_task=other)
        turn.set(task=self.form, task_dropped=None, misses=0, **dict.fromkeys((*self.slots, *self.kept)))
        self.begin(turn)

    def _comes_back(self, turn: Turn, first: bool) -> bool:
        """Whether these words were answered elsewhere and the form only asks its question again."""
        if first:
            return False
        if turn.slots.get("paused_task") == self.form:
            turn.set(paused_task=None, misses=0)
            return True
        return not turn.loop_begun and any(name != self.form for name in turn.answered)

    def _is_answer(self, turn: Turn) -> bool:
        if turn.intent == "cancel_order" and turn.intent not in self.intents and names_an_order(turn):
            return False  # an order that stands, not the task at hand
        if self._corrects(turn) and turn.intent not in NEVER_JUST_WORDS:
            return True
        if turn.intent in ANSWERS or turn.intent in self.intents:
            return True
        return turn.asked in self.free and turn.intent not in NEVER_JUST_WORDS and not turn.is_payload

    def _let_go(self, turn: Turn) -> bool:
        """Whether the person lets the whole task go (算了, 不办了); a plain no at the read-back is not that."""
        if turn.intent in ("goodbye", "cancel_order") and turn.intent not in self.intents:
            return turn.asked is not None
        if turn.asked in self.free or self._corrects(turn):
            return False
        if turn.intent in NOT_UNDERSTOOD and LET_GO_FIRST.search(turn.words):
            return turn.values.time is None and turn.values.duration is None
        if turn.intent != "deny":
            return False
        if LET_GO_SURELY.search(turn.words):
            return True
        answered = turn.asked == self.agreed or self.takes_a_no(turn)
        return not answered and (turn.is_payload or bool(LET_GO.search(turn.words)))

    def _answer_to_read_back(self, turn: Turn, before: dict[str, Any]) -> None:
        if self.agreed is None:
            return
        if any(turn.slot(name) != value for name, value in before.items() if name != self.agreed):
            turn.set(**{self.agreed: None})  # a correction is read back again
        elif turn.asked == self.agreed and turn.intent == "affirm":
            turn.set(**{self.agreed: True})
        elif turn.asked == self.agreed and turn.intent == "deny":
            self.read_back_refused(turn)

    def _next_question(self, turn: Turn, first: bool, before: dict[str, Any]) -> None:
        changed = first or any(turn.slot(name) != value for name, value in before.items())
        if turn.slot("task_dropped"):
            self._end(turn)
            return
        misses = 0 if changed or turn.replies else int(turn.slots.get("misses") or 0) + 1
        turn.set(misses=misses, requested_slot=self._missing(turn))
        if misses >= MISSES_BEFORE_A_PERSON:
            turn.say("offer_person_or_end")

    def _end(self, turn: Turn) -> None:
        """The check itself said all there is to say, or the person lets go: the submit action clears up."""
        turn.set(requested_slot=None)
        turn.finished = turn.slot("task_dropped") == "done" and not turn.slot("paused_task")

    def _missing(self, turn: Turn) -> str | None:
        return next((name for name in self.needed(turn) if turn.slot(name) is None), None)

    def after_refusal(self, turn: Turn) -> dict[str, Any]:
        changes = {"task": self.form, "requested_slot": None, "task_dropped": "refused"}
        other = turn.slots.get("task")
        pauses = other and other != self.form and other not in NOT_RESUMED
        return changes | {"paused_task": other} if pauses else changes


def names_an_order(turn: Turn) -> bool:
    if ABOUT_A_VISIT.search(turn.words):
        return True
    return turn.given("order_number") is not None or resolve_order_number(turn.words) is not None


class FormAsk(DeskAction):
    """`action_ask_<form>_<slot>`: asks one question. Its words are `ask.<slot>` unless a subclass says more."""

    part_of_form = True

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

    def spoken(self, turn: Turn) -> list[Reply]:
        """Plainer after a second "再说一遍"."""
        plain = "action_repeat" in turn.answered and wants_it_plainer(turn)
        return [plainer(reply) for reply in turn.replies] if plain else turn.replies


class FormSubmit(DeskAction):
    """Runs when the form is filled: does the deed if it was agreed, else lets it go. Empties the form's slots."""

    part_of_form = True

    check: ClassVar[type[FormCheck]]

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "check" in cls.__dict__:
            cls.action_name = f"action_{cls.check.form.removesuffix('_form')}_submit"

    def _check_speaker(self, turn: Turn) -> None:
        if not turn.slots.get("task_dropped"):  # else the check has said why not
            super()._check_speaker(turn)

    @abstractmethod
    def deed(self, turn: Turn) -> None:
        """Call the use case and say what was done."""

    def at_rest(self, turn: Turn) -> bool:
        return not turn.slot("paused_task")

    def declined(self, turn: Turn) -> None:
        """What is said when the person let the task go or said no to the read-back."""
        turn.say("task_dropped")

    def work(self, turn: Turn) -> None:
        dropped, agreed = turn.slot("task_dropped"), self.check.agreed
        if dropped == "by_person" or (agreed and turn.slot(agreed) is False):
            self.declined(turn)
        elif not dropped:  # "refused", "done": the check has said all there is to say
            self.deed(turn)
        turn.set(**self._emptied(turn))
        paused = turn.slot("paused_task")
        if paused and not turn.follow:
            _offer_again(turn, paused)
        turn.finished = not paused and not turn.follow

    def _emptied(self, turn: Turn) -> dict[str, Any]:
        names = (*self.check.slots, *self.check.kept)
        return {"task": turn.slot("paused_task"), "task_dropped": None, "misses": 0, **dict.fromkeys(names)}

    def after_refusal(self, turn: Turn) -> dict[str, Any]:
        return self._emptied(turn)


def _offer_again(turn: Turn, form: str) -> None:
    """The task that was paused for this one: shall we go on with it?"""
    turn.say(
        "resume_task",
        task=turn.desk.words.say(f"task.{form}", turn.now).text,
        choices=[
            turn.choice("label.go_on", payload("affirm"), means="yes"),
            turn.choice("label.leave_it", payload("deny"), means="no"),
        ],
    )
