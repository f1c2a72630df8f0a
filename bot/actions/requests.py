"""A resident asks for help: what, when, how long, where; read back; then one request."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from bank import eligibility
from bank.doing import Doing
from bank.errors import RuleRefused
from bank.orders import PayerKind
from bank.usecases import coins, requests
from bank.usecases.requests import Wish
from bot.actions import acting, mending, order_changes, skills
from bot.actions.base import DeskAction, words_of
from bot.actions.forms import FormAsk, FormCheck, FormSubmit, names_an_order
from bot.actions.turn import Turn
from bot.actions.wish_time import ask_time, is_yes_or_no, keep_the_day, read_time
from bot.desk import Desk

URGENT = re.compile(
    r"急(?!诊)|马上|立刻|赶紧|赶快|快来|爆了|漏(?:水|得)|淹|锁在|进不去|关在门外|urgent|right now", re.IGNORECASE
)
FOR_SOMEBODY = re.compile(r"替|代|帮我?[们的]?(?:妈|爸|老|父|母|爷|奶|外)|给我?[们的]?(?:妈|爸|老|父|母|爷|奶|外)")
PAUSE = re.compile(r"[,，。;；!！?？\s]")
PLACE_ENDS = re.compile(
    r"(?:那里|那边|这里)?(?:吧|哦|噢|啊|呀|呢|哈|好了|就行|就好|好伐|好吗|行吗|可以吗|见面?|等我?|碰头)+$"
)
LONGEST_PLACE = 40
MINDS_ITS_SLOT = {
    "starts_in_past": "request_time",
    "starts_too_far": "request_time",
    "too_short": "request_minutes",
    "too_long": "request_minutes",
}
"""Refusals that one answer can mend: the slot is asked again."""


TOO_GENERAL = frozenset("医院 门诊 急诊 银行 菜场 菜市场 超市 药店 药房 公园 学校 邮局".split())  # noqa: SIM905  # a word list
"""Where one goes, but no place where a volunteer could find somebody."""
HOME = re.compile(
    r"(?:^|[,，。 ])(?:就|还是)?[在到来]?(?:我|自己|屋)?(?:家|屋)(?:里|中|头)?(?:接我?|碰头)?[吧呀啊好了]*$"
)
FLOOR = re.compile(r"(?:我|我家|家)?(?:住|就)?(?:在)?[一二三四五六七八九十\d]{1,3}[楼层](?:的|啊|呀|吧)?")
"""Asked whether it is at home, people say on which floor that is."""
NO_PLACE = re.compile(r"怎么|什么|多少|几[个点时]|要是|如果|万一|吗[?？]?$|呢[?？]?$|为啥|凭什么|[?？]$")
"""A question back is no place: 要是下雨怎么办."""


class RequestCheck(FormCheck):
    form = "request_help_form"
    slots = (
        "request_service",
        "request_time",
        "request_minutes",
        "request_place",
        "request_change",
        "request_agreed",
    )
    kept = ("request_words", "request_day", "request_urgent", "request_for", "request_for_name", "request_elsewhere")
    agreed = "request_agreed"
    corrects = True
    intents = frozenset({"request_help", "change_order"})
    yes_or_no = frozenset({"request_place", "request_time"})

    def begin(self, turn: Turn) -> None:
        if not turn.is_payload and skills.meant(turn):
            skills.answer(turn)
            turn.set(task_dropped="done")
            return
        turn.set(request_change="nothing", request_words=turn.words)
        for_whom(turn)
        person = turn.uow.members.get(turn.slot("request_for") or turn.me.id)
        eligibility.check_active(person)  # who is not a member yet hears so before all the questions
        eligibility.check_may_receive(turn.desk.scheme, person, turn.local_now.date())
        if turn.desk.scheme.payer is PayerKind.RECEIVER and not turn.slot("request_for"):
            free = coins.balance(turn.uow, turn.desk.scheme, turn.doing("balance")).facts["available"]
            if free < turn.desk.scheme.minutes_per_coin:
                turn.say("request.low_on_coins", available=free)
        if URGENT.search(turn.words):
            turn.set(request_urgent=True)
            turn.say("request.will_be_urgent")

    def read(self, turn: Turn) -> None:
        if turn.asked == "request_change" and self._what_to_change(turn):
            return
        if self._called_wrong(turn):
            return
        if turn.intent == "correct":
            self._for_whom_else(turn)
        read_service(turn)
        lasts = read_time(turn, "request")
        read_minutes(turn, "request", lasts.total_seconds() // 60 if lasts else None)
        read_place(turn, "request")
        if turn.slot("request_change") is None and any(name in turn.changes for name in self.slots[:4]):
            turn.set(request_change="nothing")
        self._check_wish(turn)

    def takes_a_no(self, turn: Turn) -> bool:
        return super().takes_a_no(turn) and (turn.asked != "request_time" or is_yes_or_no(turn, "request"))

    def _is_answer(self, turn: Turn) -> bool:
        if turn.intent == "change_order" and names_an_order(turn):
            return False  # an order that stands, not the wish at hand
        wrong = turn.asked is not None and not turn.is_payload and mending.called_wrong(turn.words)
        return bool(wrong) or super()._is_answer(turn)

    def _let_go(self, turn: Turn) -> bool:
        return not mending.called_wrong(turn.words) and super()._let_go(turn)

    def _what_to_change(self, turn: Turn) -> bool:
        """The answer to "要改哪一样？"; False when the words bring the new value itself."""
        given = turn.given("change")
        if given == "drop" or (turn.intent == "deny" and not mending.called_wrong(turn.words)):
            turn.set(task_dropped="by_person")
            return True
        return self._empty(turn, given or mending.called_wrong(turn.words))

    def _called_wrong(self, turn: Turn) -> bool:
        """地方不对, without the right one: only that is asked again."""
        what = None if turn.is_payload or turn.asked is None else mending.called_wrong(turn.words)
        return what is not None and turn.slot(f"request_{what}") is not None and self._empty(turn, what)

    def _empty(self, turn: Turn, what: str | None) -> bool:
        """Ask one thing again; of a time the day stays known, so that an hour alone will do."""
        if what == "time" and turn.slot("request_time"):
            keep_the_day(turn, "request")
        elif what == "place":
            turn.set(request_place=None, request_elsewhere=None)
        elif what in ("minutes", "service"):
            turn.set(**{f"request_{what}": None})
        else:
            return False
        turn.set(request_change="nothing")
        return True

    def _for_whom_else(self, turn: Turn) -> None:
        """不是我，是我老伴: somebody else's wish. Without a bond it stays the speaker's, and its words tell."""
        if turn.values.relation is None:
            return
        before = turn.slot("request_for")
        for_whom(turn, corrected=True)
        if turn.slot("request_for") == before:
            turn.set(request_words="；".join(filter(None, (turn.slot("request_words"), turn.words))))

    def read_back_refused(self, turn: Turn) -> None:
        turn.set(request_agreed=None, request_change=None)

    def _check_wish(self, turn: Turn) -> None:
        """Once all is known the rules are asked, so that a no comes before the read-back."""
        if any(turn.slot(name) is None for name in self.slots[:4]):
            return
        try:
            requests.preview_request(turn.uow, turn.desk.scheme, doing_for(turn, "preview"), wish_of(turn))
        except RuleRefused as refusal:
            slot = MINDS_ITS_SLOT.get(refusal.rule)
            if slot is None:
                raise
            turn.replies.append(words_of(turn.desk, turn.now, refusal))
            turn.set(**{slot: None})


def read_service(turn: Turn) -> None:
    given = turn.given("service")
    if given:
        turn.set(request_service=str(given))
        return
    value = turn.values.service
    if value is not None and not may_replace(turn, "request_service"):
        return  # "到家里来接我" says where, not another wish
    if value is not None and not (value.category == "other" and turn.slot("request_service")):
        turn.set(request_service=value.category)
        if turn.slot("request_words") in (None, ""):
            turn.set(request_words=turn.words)
    elif turn.asked == "request_service" and turn.intent in ("inform", "request_help") and turn.words:
        turn.set(request_service="other", request_words=turn.words)


def may_replace(turn: Turn, slot: str) -> bool:
    """Whether what stands already may be overwritten: where it was asked for, read back, or is being corrected."""
    if turn.slot(slot) is None or turn.intent in ("correct", "change_order"):
        return True
    return turn.asked is not None and (turn.asked == slot or turn.asked.endswith(("_change", "_agreed")))


def read_minutes(turn: Turn, topic: str, lasts: float | None = None) -> None:
    """How long, from a choice, from words, or from both ends of the time."""
    slot = f"{topic}_minutes"
    given = turn.given("hours")
    if given is not None:
        turn.set(**{slot: round(float(given) * 60)})
        return
    value = turn.values.duration
    if value is None:
        if lasts is not None and turn.slot(slot) is None:
            turn.set(**{slot: int(lasts)})
    elif value.unsure:
        if value.reason == "out_of_range":
            scheme, say = turn.desk.scheme, turn.desk.words.refusal
            long = value.minutes > scheme.longest_service
            turn.replies.append(
                say("too_long", turn.now, most=scheme.longest_service)
                if long
                else say("too_short", turn.now, least=scheme.shortest_service)
            )
        elif turn.asked == slot:
            turn.say("request.minutes_unclear")
    else:
        turn.set(**{slot: value.minutes})


def read_place(turn: Turn, topic: str) -> None:
    """Where: home by a yes, a place by name; asked for it, any short answer is the place."""
    slot, asked = f"{topic}_place", turn.asked == f"{topic}_place"
    home = turn.desk.words.say("place.home", turn.now).text
    given = turn.given("place")
    if given == "home" or (asked and turn.intent == "affirm"):
        turn.set(**{slot: home})
        return
    if given == "elsewhere" or (asked and turn.intent == "deny"):
        turn.set(**{f"{topic}_elsewhere": True})
        return
    if asked and FLOOR.fullmatch(turn.words):
        turn.set(**{slot: home})
        return
    value = turn.values.place
    if (asked or turn.slot(slot) is None) and (value is None or value.words in TOO_GENERAL) and HOME.search(turn.words):
        turn.set(**{slot: home})
        return
    if (
        value is not None
        and not (value.kind == "other" and NO_PLACE.search(turn.words))
        and may_replace(turn, slot)
        and (asked or (value.kind != "other" and value.words not in TOO_GENERAL))
    ):
        place = _whole_place(turn, value.span[0]) if asked else value.words
        turn.set(**{slot: home if value.kind == "home" else place})


def _whole_place(turn: Turn, begins: int) -> str:
    """Asked where, people say more than the name: 中山西路工商银行门口, 华山医院门诊大厅. All up to the next pause."""
    said = PAUSE.split(turn.words[begins:], maxsplit=1)[0]
    return PLACE_ENDS.sub("", said)[:LONGEST_PLACE]


def for_whom(turn: Turn, *, corrected: bool = False) -> None:
    """Whether the wish is for a relative who agreed that the speaker may act for them."""
    relation, found = turn.values.relation, acting.people(turn)
    if len(found) == 1:
        turn.set(request_for=found[0].id, request_for_name=found[0].name)
    elif relation and not found and (corrected or FOR_SOMEBODY.search(turn.words)):
        turn.say("request.not_bound", relation=relation.words)


def doing_for(turn: Turn, step: str) -> Doing:
    return turn.doing(step, for_id=turn.slot("request_for"))


def wish_of(turn: Turn) -> Wish:
    """The wish as the slots have it."""
    service = turn.slot("request_service")
    return Wish(
        service=service,
        starts_at=datetime.fromisoformat(turn.slot("request_time")),
        minutes=int(turn.slot("request_minutes")),
        place=turn.slot("request_place"),
        words=turn.slot("request_words") or turn.desk.words.say(f"service.{service}", turn.now).text,
        urgent=bool(turn.slot("request_urgent")),
    )


class AskTime(FormAsk):
    def work(self, turn: Turn) -> None:
        ask_time(turn, "request", "ask.request_time")


class AskPlace(FormAsk):
    def work(self, turn: Turn) -> None:
        turn.say("request.where" if turn.slot("request_elsewhere") else "ask.request_place")


class ReadBack(FormAsk):
    def facts(self, turn: Turn) -> dict[str, Any]:
        preview = requests.preview_request(turn.uow, turn.desk.scheme, doing_for(turn, "preview"), wish_of(turn))
        payer = turn.desk.scheme.payer.value
        return {**preview.facts, "payer": payer, "for_name": turn.slot("request_for_name") or ""}


class RequestSubmit(FormSubmit):
    check = RequestCheck

    def deed(self, turn: Turn) -> None:
        receipt = requests.submit_request(turn.uow, turn.desk.scheme, doing_for(turn, "submit"), wish_of(turn))
        turn.say(f"request.{receipt.outcome}", **receipt.facts)


def actions(desk: Desk) -> list[DeskAction]:
    form = RequestCheck.form
    plain: Sequence[str] = ("request_service", "request_minutes", "request_change")
    return [
        RequestCheck(desk),
        *(FormAsk(desk, form, slot) for slot in plain),
        AskTime(desk, form, "request_time"),
        AskPlace(desk, form, "request_place"),
        ReadBack(desk, form, "request_agreed"),
        RequestSubmit(desk),
        *order_changes.actions(desk),
    ]
