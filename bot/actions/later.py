"""The second of two wishes, and a newcomer's first: kept beside the talk, offered once what came first has ended.

It lies in the talk's row, so neither a restart nor the end of Rasa's session loses it. One at a time: who says more
than two things at once is asked for the rest by nobody.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from bank.members import MemberStatus, RoleName
from bot.actions.turn import Turn, carried, payload
from bot.desk import Desk
from bot.messages import Choice, Reply
from bot.talk import person_key
from storage.unit_of_work import SqlUnitOfWork

Wish = dict[str, Any]
STAFFS = {
    **dict.fromkeys(("list_jobs", "accept_job", "withdraw_job", "start_service", "finish_service"), RoleName.VOLUNTEER),
    **dict.fromkeys(("set_availability", "check_honors"), RoleName.VOLUNTEER),
    **dict.fromkeys(("review_requests", "approve_request", "reject_request", "assign_job"), RoleName.STAFF),
    **dict.fromkeys(("broadcast", "grant_coins", "view_report"), RoleName.STAFF),
}
"""Whose wish an intent can only be: nobody else is offered it."""
GOOD_FOR = timedelta(hours=12)
NEWCOMERS_GOOD_FOR = timedelta(days=60)  # staff have to see them first
USED = "used"
LONGEST_QUOTED = 24
AWAITED = frozenset({"request_help", "check_balance", "list_activities", "join_activity", "redeem_goods", "gift_coins"})
"""What a newcomer asked for and cannot get before they are a member."""


def may_be_meant(turn: Turn, intent: str) -> bool:
    """Whether somebody in this person's roles can mean that."""
    role = STAFFS.get(intent)
    return role is None or role in turn.roles


def keep_second(turn: Turn) -> None:
    """Keep what the message wants besides what is acted on now."""
    wishes = [] if turn.is_payload else turn.understanding.get("wishes") or []
    if len(wishes) < 2:
        return
    first, second = wishes[0]["intent"], wishes[1]["intent"]
    if {first, second} == {"dispute_service", "rate_service"}:
        return  # the verdict belongs to the objection
    keep(turn, second, wishes[1]["text"], beside=first)


def keep_newcomers(turn: Turn) -> None:
    """Who is no member yet hears so; what they wanted is asked again when they are one."""
    if turn.member is None and turn.intent in AWAITED and turn.words:
        keep(turn, turn.intent, turn.words, newcomer=True)


def keep(turn: Turn, intent: str, words: str, *, beside: str = "", newcomer: bool = False) -> None:
    wish = {"intent": intent, "words": words, "key": turn.key, "beside": beside, "newcomer": newcomer}
    keep_in_talk(turn.uow, turn.identity_id, wish, turn.now)


def keep_in_talk(uow: SqlUnitOfWork, identity_id: int, wish: Wish, now: datetime) -> None:
    """Keep one wish (intent, words, key, beside, newcomer); the same message heard again keeps nothing twice."""
    row = uow.desk.talks.get(person_key(identity_id), lock=True)
    if row.second_wish and row.second_wish["key"] == wish["key"]:
        return
    until = now + (NEWCOMERS_GOOD_FOR if wish["newcomer"] else GOOD_FOR)
    row.second_wish = wish | {"until": until.isoformat(), "offered": None}
    uow.desk.talks.save(row, now)


def kept(uow: SqlUnitOfWork, identity_id: int, key: str, now: datetime) -> Wish | None:
    """The wish that waits, unless its time is over or another message than `key` saw it offered already."""
    found: Wish | None = uow.desk.talks.get(person_key(identity_id)).second_wish
    if not found or found["offered"] not in (None, key) or datetime.fromisoformat(found["until"]) < now:
        return None
    return found


def drop(turn: Turn) -> None:
    """It is done with; that it was there is kept, so that the same message does not bring it again."""
    row = turn.uow.desk.talks.get(person_key(turn.identity_id), lock=True)
    if row.second_wish:
        row.second_wish = row.second_wish | {"offered": USED}
        turn.uow.desk.talks.save(row, turn.now)


def forget_if_asked_for(turn: Turn) -> None:
    """What somebody asked for by themselves in the meantime is not offered any more."""
    wish = kept(turn.uow, turn.identity_id, turn.key, turn.now)
    if wish is not None and wish["intent"] == turn.intent and wish["key"] != turn.key:
        drop(turn)


def praise(turn: Turn) -> str:
    """The praise that was said together with "做好了", if any; it is used once."""
    wish = kept(turn.uow, turn.identity_id, turn.key, turn.now)
    if wish is None or wish["intent"] != "rate_service":
        return ""
    drop(turn)
    return str(wish["words"])


def offer(turn: Turn, *, all_clear: bool = False) -> None:
    """Ask whether the kept wish is to be done now, at the end of a turn that leaves nothing open.

    Not while staff are awaited, unless the person has just said that nothing was the matter.
    """
    wish = kept(turn.uow, turn.identity_id, turn.key, turn.now)
    if wish is None or not may_be_meant(turn, wish["intent"]):
        return
    row = turn.uow.desk.talks.get(person_key(turn.identity_id), lock=True)
    waits = turn.member is None or turn.member.status is not MemberStatus.ACTIVE
    told = wish["intent"] == "rate_service" and wish["beside"] == "confirm_done"  # used with the mark, not asked about
    awaited = row.relay_case_id is not None and not all_clear
    if awaited or told or (wish["newcomer"] and waits):
        return
    turn.replies.append(ask(turn.desk, turn.uow, turn.identity_id, wish, turn.key, turn.now))


def ask(desk: Desk, uow: SqlUnitOfWork, identity_id: int, wish: Wish, key: str, now: datetime) -> Reply:
    """The question, with the wish's own words behind the button, so that it is done as it was said. Asked once."""
    row = uow.desk.talks.get(person_key(identity_id), lock=True)
    row.second_wish = wish | {"offered": key}
    uow.desk.talks.save(row, now)
    words, intent = str(wish["words"]), str(wish["intent"])
    named = desk.words.say(f"intent.{intent}", now).text if len(words) > LONGEST_QUOTED else ""
    asks = "later.survey" if intent == "survey" else "later.newcomer" if wish["newcomer"] else "later.offer"
    said = desk.words.say(asks, now, words=words, named=named)
    yes = Choice(
        label=desk.words.say("label.do_it_now", now).text, payload=payload(intent, words=carried(words)), means="yes"
    )
    return Reply(text=said.text, choices=(yes, *said.choices))
