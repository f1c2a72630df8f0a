"""A counter's door: its contact says a pick-up code, or what somebody earned in green points. Read back, then done.

Caught before the understanding: six figures are no wish. Only who keeps a counter is heard here.
"""

from __future__ import annotations

import re

from bank.doing import Doing
from bank.errors import BankError
from bank.members import Member
from bank.usecases import goods, green
from bank.usecases.merchants import own_counters
from bot.actions.base import words_of
from bot.actions.turn import payload
from bot.desk import Desk
from bot.messages import Choice, Reply
from bot.pickup_codes import kept_code
from bot.speaker import Speaker
from bot.understanding.numbers import whole_number
from storage.unit_of_work import SqlUnitOfWork, in_unit

SAYS_CODE = re.compile(
    r"(?P<named>核销|核对|取货码?|提货码?|兑换码?|领货码?|码)?[是为\s:：,，]*(?P<code>\d(?:[\s-]?\d){5})[。.]?"
)
SAYS_POINTS = re.compile(r"(?P<n>\d{1,4}|[一二两三四五六七八九十百]{1,5})\s?(?:个|分)?(?:绿色)?(?:积分|绿分)")
_REASON = re.compile(
    r"(?:因为|原因|事由|是)?(?P<why>[^\d,，。]{0,4}(?:垃圾分类|分类|回收|旧衣|旧物|电池|纸板|废纸|塑料|瓶)[^\d,，。]{0,8})"
)
USUAL_REASON = "垃圾分类"


class CounterDoor:
    """Answers a counter's contact; None when the words are nothing for a counter. Blocking."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def open(self, words: str, speaker: Speaker) -> Reply | None:
        said = SAYS_CODE.fullmatch(words)
        points = SAYS_POINTS.search(words) if said is None else None
        if speaker.member_id is None or (said is None and points is None):
            return None
        member_id = speaker.member_id
        if said is not None:
            code, named = said["code"], said["named"] is not None
            return self._tried(speaker, lambda uow: self._code(uow, member_id, speaker, code, named=named))
        count = whole_number(points["n"]) if points is not None else None
        if count is None:
            return None
        return self._tried(speaker, lambda uow: self._points(uow, member_id, speaker, words, count))

    def _tried(self, speaker: Speaker, work: object) -> Reply | None:
        try:
            return in_unit(self._desk.units, work)  # type: ignore[arg-type]
        except BankError as error:
            return words_of(self._desk, speaker.now, error)

    def _doing(self, member_id: int, speaker: Speaker, step: str) -> Doing:
        return Doing(now=speaker.now, key=f"{speaker.key}:{step}", actor_id=member_id, device=speaker.sender)

    def _code(self, uow: SqlUnitOfWork, member_id: int, speaker: Speaker, code: str, *, named: bool) -> Reply | None:
        """What the code is for. A bare number counts for a contact only; staff say 核销 before it."""
        if not (uow.merchants.find(contact_id=member_id) or (named and own_counters(uow, member_id))):
            return None
        mark = kept_code(code.replace("-", ""), self._desk.secret)
        found = goods.find_pickup(uow, self._desk.scheme, self._doing(member_id, speaker, "find_pickup"), mark)
        if found.outcome == "code_wrong":
            return self._desk.words.say("counter.code_wrong", speaker.now, **found.facts)
        sends = payload("redeem_goods", pickup=found.facts["pickup"], mark=mark)
        return self._asked("counter.hand_over", "label.handed_over", sends, speaker, **found.facts)

    def _points(self, uow: SqlUnitOfWork, member_id: int, speaker: Speaker, words: str, count: int) -> Reply | None:
        if not green.keeps_green_counter(uow, member_id):
            return None
        people = self._people(uow, words)
        if not people:
            return None  # 我有多少积分: the contact's own question
        if len(people) > 1:
            return self._desk.words.say(
                "counter.several_people", speaker.now, names="、".join(one.name for one in people)
            )
        why = _REASON.search(words)
        reason = why["why"] if why is not None else USUAL_REASON
        doing = self._doing(member_id, speaker, "preview_green")
        facts = green.preview_green(uow, self._desk.scheme, doing, people[0].id, count, reason).facts
        sends = payload("redeem_goods", member_number=people[0].id, points=count, reason=reason)
        return self._asked("counter.points", "label.record_points", sends, speaker, **facts)

    def _people(self, uow: SqlUnitOfWork, words: str) -> list[Member]:
        names = sorted(uow.members.names_in(words), key=len, reverse=True)
        return uow.members.find(name=names[0]) if names else []

    def _asked(self, words: str, yes: str, sends: str, speaker: Speaker, **facts: object) -> Reply:
        say = self._desk.words.say
        said = say(words, speaker.now, **facts)
        choices = (
            Choice(label=say(yes, speaker.now).text, payload=sends, means="yes"),
            Choice(label=say("label.not_that", speaker.now).text, payload=payload("deny"), means="no"),
        )
        return Reply(text=said.text, choices=choices)
