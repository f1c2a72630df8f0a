"""The frame of every action: one unit of work, errors turned into words, Conflict tried again."""

from __future__ import annotations

import logging
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, ClassVar

from anyio import to_thread
from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from bank.errors import BankError, Conflict, NotAllowed, NotFound, RuleRefused, WrongState
from bank.members import RoleName
from bank.usecases.learning import may_learn_from
from bot.actions import later
from bot.actions.turn import Turn
from bot.desk import Desk
from bot.learning.noticing import report
from bot.messages import Choice, Reply
from storage.unit_of_work import SqlUnitOfWork

log = logging.getLogger(__name__)
TRIES = 4
ENDS_WITH_ITSELF = frozenset({"action_goodbye", "action_report_emergency"})
"""After these nothing else is offered."""
RASAS_OWN = frozenset({"action_listen", "action_extract_slots", "action_session_start"})


class DeskAction(Action, ABC):  # type: ignore[misc]  # rasa_sdk is untyped
    """One action. Subclasses say their Rasa name, who may call them, and do their work on a Turn."""

    action_name: ClassVar[str]
    only_for: ClassVar[RoleName | None] = None  # None: any member
    strangers_too: ClassVar[bool] = False
    part_of_form: ClassVar[bool] = False

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    def name(self) -> str:
        return self.action_name

    @abstractmethod
    def work(self, turn: Turn) -> None:
        """Do it: read slots and values, call one use case, say words, set slots."""

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        turn = await to_thread.run_sync(self._in_unit, tracker)
        learns = turn.member is not None and may_learn_from(turn.member)
        loop = (tracker.active_loop or {}).get("name")
        understood = report(tracker.latest_message, loop, turn.roles, learns)
        for reply in self.spoken(turn):
            dispatcher.utter_message(json_message={"reply": reply.as_json(), "understood": understood, **_about(turn)})
        return list(self._events(turn, tracker))

    def spoken(self, turn: Turn) -> list[Reply]:
        """The replies as they go out."""
        return turn.replies

    def _events(self, turn: Turn, tracker: Tracker) -> Iterator[EventType]:
        if turn.not_mine:  # no event at all: Rasa then lets its rules answer
            return
        yield from (SlotSet(name, value) for name, value in turn.changes.items())
        if turn.follow:
            yield FollowupAction(turn.follow)
        elif then := self._comes_next(tracker):
            yield FollowupAction(then)

    def _comes_next(self, tracker: Tracker) -> str | None:
        """What Rasa must be told to do next, since no rule knows what comes after an action that another one chose:
        the question of the running form, else listening. None where a rule knows."""
        chosen = any(
            event["event"] == "followup" and event.get("name") == self.name()
            for event in _since_the_person_spoke(tracker)
        )
        return ((tracker.active_loop or {}).get("name") or "action_listen") if chosen else None

    def _in_unit(self, tracker: Tracker) -> Turn:
        for attempt in range(1, TRIES + 1):
            with self.desk.units() as uow:
                turn = open_turn(self.desk, uow, tracker)
                turn.interrupts = not self.part_of_form and bool((tracker.active_loop or {}).get("name"))
                if _too_late(uow, turn.key):
                    return turn
                try:
                    later.keep_second(turn)
                    self._check_speaker(turn)
                    self.work(turn)
                    self._close(turn)
                    uow.commit()
                except Conflict:
                    if attempt < TRIES:
                        continue
                    return self._refused(turn, self.desk.words.say("someone_changed_it", turn.now))
                except BankError as error:
                    refused = self._refused(turn, words_of(self.desk, turn.now, error))
                else:
                    return turn
            return self._kept_though_refused(refused)
        raise AssertionError("the last try always returns")

    def _kept_though_refused(self, turn: Turn) -> Turn:
        """A refusal changes nothing in the books, but what was wanted besides is not forgotten with it."""
        with self.desk.units() as uow:
            turn.uow = uow
            later.keep_second(turn)
            later.keep_newcomers(turn)
            uow.commit()
        return turn

    def _close(self, turn: Turn) -> None:
        """What every action leaves behind: counts of misses and repetitions start anew, a kept wish has its turn."""
        if turn.not_mine:
            return
        if turn.slots.get("repeats") and self.name() != "action_repeat" and "action_repeat" not in turn.answered:
            turn.set(repeats=None)
        if turn.slots.get("misses") and not turn.unsure and not self.part_of_form and turn.replies:
            turn.changes.setdefault("misses", 0)
        later.forget_if_asked_for(turn)
        asks = any(reply.choices for reply in turn.replies) or bool(turn.shown)
        if self.at_rest(turn) and not (turn.follow or turn.unsure or asks or self.name() in ENDS_WITH_ITSELF):
            later.offer(turn)

    def at_rest(self, turn: Turn) -> bool:
        """Whether nothing is open after this action."""
        return not self.part_of_form and not turn.interrupts

    def _check_speaker(self, turn: Turn) -> None:
        if not self.strangers_too and turn.member is None:
            raise NotAllowed("not_a_member")
        if self.only_for is not None and self.only_for not in turn.roles:
            raise NotAllowed(f"{self.only_for}_only")

    def _refused(self, turn: Turn, reply: Reply) -> Turn:
        """Nothing was changed: only the words of the refusal go out. A refusing form lets its task go."""
        turn.replies = [reply]
        turn.changes = self.after_refusal(turn)
        turn.follow, turn.relay_case, turn.not_mine = None, None, False
        turn.finished = bool(turn.changes) and not turn.slot("paused_task")
        return turn

    def after_refusal(self, turn: Turn) -> dict[str, Any]:
        """Slots to set when a rule refused; a form ends here."""
        return {}


def _about(turn: Turn) -> dict[str, Any]:
    """What the conversation must know of the turn besides its words."""
    about: dict[str, Any] = {"finished": turn.finished, "unsure": turn.unsure}
    return about if turn.relay_case is None else about | {"relay_case": turn.relay_case}


def words_of(desk: Desk, now: datetime, error: BankError) -> Reply:
    """The words of an error: by rule, by kind of thing, by state."""
    match error:
        case RuleRefused() | NotAllowed():
            return desk.words.refusal(error.rule, now, **error.facts)
        case NotFound():
            key = f"not_found.{error.what}"
            return desk.words.say(key if key in desk.words else "not_found", now)
        case WrongState():
            key = f"wrong_state.{error.what}.{error.state}"
            return desk.words.say(key if key in desk.words else "wrong_state", now, ident=error.ident)
    log.error("a use case failed: %s", type(error).__name__)
    return desk.words.say("went_wrong", now)


def open_turn(desk: Desk, uow: Any, tracker: Tracker) -> Turn:
    """Read the tracker into a Turn. The metadata was put there by the conversation, never by a person."""
    message = tracker.latest_message
    who = message.get("metadata") or {}
    member = uow.members.get(who["member_id"]) if who.get("member_id") else None
    roles = frozenset(grant.role for grant in uow.members.roles(member.id)) if member else frozenset()
    since = _since_the_person_spoke(tracker)
    return Turn(
        desk=desk,
        uow=uow,
        now=datetime.fromisoformat(who["now"]),
        key=who["key"],
        sender=who["sender"],
        identity_id=who["identity_id"],
        member=member,
        roles=roles,
        text=message.get("text") or "",
        intent=(message.get("intent") or {}).get("name") or "",
        entities=message.get("entities") or [],
        slots=tracker.slots,
        asked=tracker.slots.get("requested_slot"),
        understanding=message.get("understanding") or {},
        said=str(who.get("said") or message.get("text") or ""),
        shown=tuple(_shown(since)),
        answered=tuple(
            event["name"] for event in since if event["event"] == "action" and event["name"] not in RASAS_OWN
        ),
        loop_begun=any(event["event"] == "active_loop" and event.get("name") for event in since),
    )


def _shown(events: Sequence[dict[str, Any]]) -> Iterator[Choice]:
    """Choices among what the desk said in these events."""
    for event in events:
        if event["event"] == "bot":
            reply = ((event.get("data") or {}).get("custom") or {}).get("reply") or {}
            yield from (Choice(**choice) for choice in reply.get("choices") or ())


def _too_late(uow: SqlUnitOfWork, key: str) -> bool:
    """Whether the message was answered in the meantime without Rasa, which was too slow: then nothing may be done."""
    kind, _, ident = key.partition(":")
    return kind == "inbox" and ident.isdigit() and uow.desk.inbox.answered(int(ident))


def _since_the_person_spoke(tracker: Tracker) -> list[dict[str, Any]]:
    events: list[dict[str, Any]] = []
    for event in reversed(tracker.events):
        if event["event"] == "user":
            break
        events.append(event)
    return events[::-1]
