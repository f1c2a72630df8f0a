"""Which activity a person means: by its button, title, day, place in the list shown last, or the only one."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from bank.usecases import activities
from bot.actions import acting
from bot.actions.listing import span_of
from bot.actions.requests import FOR_SOMEBODY
from bot.actions.turn import Turn
from bot.talk import read_talk
from bot.understanding.numbers import whole_number
from bot.understanding.times import resolve_time

Row = dict[str, Any]
NO_NAME = re.compile(
    r"报名|参加|活动|我要|我想|最近|有什么|有没有|名额|还有|帮我|取消|退掉|退出|不去了?|去不了|不参加|明天|后天|今天|"
    r"上午|下午|晚上|周末|这个|那个|一个|多少|几点|几号|什么|时候|在哪里?|在哪儿|哪里|礼拜|星期|社区|小区|站里|街道"
)
"""What is said about any activity and so names none."""
NTH = re.compile(r"第\s?([一二三123])\s?[个项]?")
AGAIN = re.compile(r"也|这个|那个|刚才|同一个")
JUST_NOW = timedelta(minutes=30)
LEAST_SHARED = 2


def upcoming(turn: Turn, for_id: int | None = None) -> list[Row]:
    """What is on for the person (or for whom they act), soonest first. Raises NotAllowed."""
    receipt = activities.list_activities(turn.uow, turn.desk.scheme, turn.doing("upcoming", for_id=for_id))
    rows: list[Row] = receipt.facts["activities"]
    return rows


def own(turn: Turn, for_id: int | None = None) -> list[Row]:
    """What the person (or whom they act for) is on the list of. Raises NotAllowed."""
    receipt = activities.my_activities(turn.uow, turn.desk.scheme, turn.doing("own", for_id=for_id))
    rows: list[Row] = receipt.facts["activities"]
    return rows


def meant(turn: Turn, rows: Sequence[Row]) -> list[Row]:
    """Those of `rows` that the words can mean; empty when they name none or something that is not there."""
    given = turn.given("activity")
    if given is not None:
        return [row for row in rows if row["activity"] == int(given)]
    nth = _nth_shown(turn)
    if nth is not None:
        return [row for row in rows if row["activity"] == nth]
    named = titled(turn.words, rows)
    on_day = within(turn, named or rows)
    return on_day or named


def titled(words: str, rows: Sequence[Row]) -> list[Row]:
    """Those whose title or description shares the longest stretch of at least two signs with the words."""
    said = NO_NAME.sub(" ", words)
    shared = {row["activity"]: max(_shared(said, row["title"]) * 2, _shared(said, row["words"])) for row in rows}
    best = max(shared.values(), default=0)
    return [row for row in rows if best >= LEAST_SHARED and shared[row["activity"]] == best]


def _shared(said: str, title: str) -> int:
    """The length of the longest stretch of two signs and more that both have, else 0."""
    found = 0
    for begin in range(len(title)):
        while title[begin : begin + found + 1] in said and begin + found < len(title) and title[begin + found] != " ":
            found += 1
    return found if found >= LEAST_SHARED else 0


def within(turn: Turn, rows: Sequence[Row]) -> list[Row]:
    """Those that begin in the time the words name; none when they name no sure time."""
    span = span_said(turn)
    if span is None:
        return []
    return [row for row in rows if span[0] <= datetime.fromisoformat(row["starts_at"]) < span[1]]


def span_said(turn: Turn) -> tuple[datetime, datetime] | None:
    """The stretch of time that the words name; a week that runs counts from its Monday."""
    return span_of(resolve_time(turn.words, turn.local_now)) if turn.words else None


def just_signed(turn: Turn, rows: Sequence[Row]) -> list[Row]:
    """给我妈也报一个: what the speaker has put themselves down for a moment ago."""
    if not AGAIN.search(turn.words):
        return []
    lines = turn.uow.sign_ups.find(member_id=turn.me.id)
    fresh = [line for line in lines if turn.now - line.asked_at <= JUST_NOW and line.ended_at is None]
    last = max(fresh, key=lambda line: line.asked_at, default=None)
    return [row for row in rows if last is not None and row["activity"] == last.activity_id]


def _nth_shown(turn: Turn) -> int | None:
    """我报第二个: the activity of that place in the list that was shown last."""
    match = NTH.search(turn.words)
    last = read_talk(turn.uow, turn.identity_id).last_reply if match else None
    if match is None or last is None:
        return None
    place = whole_number(match[1]) or 0
    sent = [str(choice["payload"]) for choice in last.get("choices", ())]
    if not 1 <= place <= len(sent) or "_activity{" not in sent[place - 1]:
        return None
    activity = json.loads(sent[place - 1][sent[place - 1].index("{") :]).get("activity")
    return None if activity is None else int(activity)


def for_whom(turn: Turn) -> tuple[int, str] | None:
    """Whom the words are for (id, name), among those who agreed that the speaker acts for them; None: for oneself.

    Says so when somebody is named who has not agreed.
    """
    relation, found = turn.values.relation, acting.people(turn)
    in_words = FOR_SOMEBODY.search(turn.words)
    if len(found) == 1 and (in_words or found[0].name in turn.words):
        return found[0].id, found[0].name
    if not found and in_words and relation is not None:
        turn.say("request.not_bound", relation=relation.words)
    return None
