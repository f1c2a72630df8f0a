"""One action call: who speaks, what was said, what the talk knows, and what is said back."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from typing import Any

from bank.doing import Doing
from bank.errors import NotAllowed
from bank.members import Member, RoleName
from bot.desk import Desk
from bot.messages import Choice, Reply
from bot.understanding.text import clean
from bot.understanding.values import Slot, Values, extract
from storage.unit_of_work import SqlUnitOfWork

ASKS_FOR: Mapping[str, Slot] = {
    "time": "time",
    "minutes": "duration",
    "duration": "duration",
    "place": "place",
    "person": "person",
    "amount": "amount",
    "number": "order_number",
    "score": "rating",
    "service": "service",
}
"""What kind of value the question about a slot wants, by the last part of the slot's name."""


CARRIED = re.compile(r"[{}\[\]\"\\\n\r@]")
LONGEST_CARRIED = 80


def carried(words: str) -> str:
    """Words as a choice may carry them along."""
    return CARRIED.sub("", words)[:LONGEST_CARRIED]


def payload(intent: str, **entities: Any) -> str:
    """What a choice sends: `/accept_job{"order_number": 3}`."""
    return f"/{intent}{json.dumps(entities, ensure_ascii=False)}" if entities else f"/{intent}"


@dataclass(kw_only=True)
class Turn:
    """The context of one action call, inside one unit of work.

    `key` is the inbox row's key: with a step's name it is the idempotency key of a deed. `slots` are Rasa's slots as
    they stand; `changes` what this turn sets. `asked` is the slot that was just asked, if any. `answered` are the
    actions that have run since the person spoke: something else has answered these words already.
    """

    desk: Desk
    uow: SqlUnitOfWork
    now: datetime
    key: str
    sender: str
    identity_id: int
    member: Member | None
    roles: frozenset[RoleName]
    text: str
    intent: str
    entities: list[dict[str, Any]]
    slots: Mapping[str, Any]
    asked: str | None
    understanding: dict[str, Any]
    said: str = ""  # as the person said it, also where that picked a choice
    shown: tuple[Choice, ...] = ()  # the choices that another action of this turn has shown already
    answered: tuple[str, ...] = ()
    interrupts: bool = False  # a form runs, and this action is not part of it: the form's question follows
    loop_begun: bool = False  # a form was started by these very words
    replies: list[Reply] = field(default_factory=list)
    changes: dict[str, Any] = field(default_factory=dict)
    follow: str | None = None  # the action or form to run next
    relay_case: int | None = None  # the case whose talk goes between two people from here on; 0: that has ended
    not_mine: bool = False  # a form hands these words on to the rules
    finished: bool = False  # a task ended: the talk may start afresh
    unsure: bool = False  # the words were not understood

    @property
    def me(self) -> Member:
        """The member who speaks. Raises NotAllowed("not_a_member") for an unknown sender."""
        if self.member is None:
            raise NotAllowed("not_a_member")
        return self.member

    def doing(self, step: str, *, for_id: int | None = None) -> Doing:
        """The deed of this turn for the use cases; `step` is the action's name."""
        return Doing(now=self.now, key=f"{self.key}:{step}", actor_id=self.me.id, for_id=for_id, device=self.sender)

    def doing_or_stranger(self, step: str) -> Doing:
        """The same where strangers may do it too (ask for a person, join): their actor is 0."""
        actor = self.member.id if self.member else 0
        return Doing(now=self.now, key=f"{self.key}:{step}", actor_id=actor, device=self.sender)

    def slot(self, name: str) -> Any:
        """A slot as this turn leaves it."""
        return self.changes[name] if name in self.changes else self.slots.get(name)

    def set(self, **slots: Any) -> None:
        self.changes.update(slots)

    def say(self, words: str, /, *, choices: Sequence[Choice] | None = None, **facts: Any) -> Reply:
        """Say the catalogue's `words`, with `choices` instead of its own if given; returns what was said."""
        reply = self.desk.words.say(words, self.now, **facts)
        if choices is not None:
            reply = replace(reply, choices=tuple(choices))
        self.replies.append(reply)
        return reply

    def choice(self, words: str, sends: str, /, *, means: str | None = None, **facts: Any) -> Choice:
        """A choice whose label is the catalogue's `words`; `sends` is made by `payload`."""
        return Choice(label=self.desk.words.say(words, self.now, **facts).text, payload=sends, means=means)

    @property
    def is_payload(self) -> bool:
        """A button, menu key or picked number: `/intent{...}`, made by the desk itself."""
        return self.text.startswith("/")

    def given(self, entity: str) -> Any:
        """The value a payload carries for `entity`, else None. What the classifier marks in words is not that."""
        if not self.is_payload:
            return None
        return next((item["value"] for item in self.entities if item["entity"] == entity), None)

    @cached_property
    def words(self) -> str:
        """What the person said, cleaned; for a payload the words it carries along, if any, else nothing.

        Of two wishes in one message the words of the first: the other's time or place must not leak into it.
        """
        if self.is_payload:
            return clean(str(self.given("words") or ""))
        wishes = self.understanding.get("wishes") or []
        return clean(str(wishes[0]["text"]) if len(wishes) > 1 else self.text)

    def hear_again(self, words: str) -> None:
        """Read words of an earlier message as if they had been said now."""
        self.words = words
        self.__dict__.pop("values", None)

    @cached_property
    def values(self) -> Values:
        """The normalised values of the words (time, duration …); empty for a payload without words."""
        kind = ASKS_FOR.get(self.asked.rsplit("_", 1)[-1]) if self.asked else None
        called = self.desk.scheme.said_of_categories()
        return extract(self.words, self.local_now, roster=self.roster, asked=kind, called=called)

    @cached_property
    def roster(self) -> tuple[str, ...]:
        """Names that may be meant: the people of one's own open orders and relatives."""
        if self.member is None:
            return ()
        return tuple(self.uow.members.known_to(self.member.id))

    @cached_property
    def local_now(self) -> datetime:
        return self.now.astimezone(self.desk.scheme.tz)
