"""How one conversation stands, between two messages: what the numbers mean, which session, what runs without Rasa."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.messages import Reply
from storage import desk_things
from storage.unit_of_work import SqlUnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class Talk:
    """`session` counts Rasa's conversations of this person, `turns` within it. `local`: a form open without Rasa.

    `relay_case_id`: a person of the staff has taken the case, and words go to the other side. `scene`: the branch
    whose QR code brought the person here. `wrong_codes`: how often a binding code was wrong. `noted`: what was made of
    the last words, of people who agreed to learning (see bot.learning.noticing). `alarm_words`: a message that raised
    an alarm and may have wanted something else besides.
    """

    identity_id: int
    last_reply: dict[str, Any] | None = None
    choices: list[dict[str, Any]] = field(default_factory=list)
    relay_case_id: int | None = None
    session: int = 1
    turns: int = 0
    session_over: bool = False
    local: dict[str, Any] | None = None
    scene: str | None = None
    wrong_codes: int = 0
    noted: dict[str, Any] | None = None
    alarm_words: str | None = None
    updated_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Opened:
    """What a side door of the talk said, and how many wrong codes this talk has seen now."""

    reply: Reply
    wrong_codes: int


NOTES = ("session", "turns", "session_over", "local", "scene", "wrong_codes", "noted", "alarm_words")


def person_key(identity_id: int) -> str:
    """The name under which an identity's talk is kept."""
    return f"identity:{identity_id}"


def read_talk(uow: SqlUnitOfWork, identity_id: int) -> Talk:
    """The talk as it stands; a fresh one for a new sender."""
    row = uow.desk.talks.get(person_key(identity_id))
    notes = {name: row.notes[name] for name in NOTES if name in row.notes}
    return Talk(
        identity_id=identity_id,
        last_reply=row.last_reply,
        choices=row.choices,
        relay_case_id=row.relay_case_id,
        updated_at=row.updated_at,
        **notes,
    )


def save_talk(uow: SqlUnitOfWork, talk: Talk, before: Talk, now: datetime) -> None:
    """Keep the talk. What an action changed in the meantime (a case taken) stays unless this turn changed it too."""
    row = uow.desk.talks.get(person_key(talk.identity_id), lock=True)
    row.last_reply, row.choices = talk.last_reply, list(talk.choices)
    if talk.relay_case_id != before.relay_case_id:
        row.relay_case_id = talk.relay_case_id
    row.notes = row.notes | {name: getattr(talk, name) for name in NOTES}
    uow.desk.talks.save(row, now)


def show_in_talk(uow: SqlUnitOfWork, identity_id: int, reply: dict[str, Any], now: datetime) -> None:
    """A notice was shown to the person: from now on "1" and "对" mean its choices."""
    row: desk_things.Talk = uow.desk.talks.get(person_key(identity_id), lock=True)
    row.last_reply = reply
    if reply.get("choices"):
        row.choices = list(reply["choices"])
    uow.desk.talks.save(row, now)
