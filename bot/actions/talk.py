"""Opening, closing, menus, yes and no out of the blue, and what is done when nothing was understood."""

from __future__ import annotations

import re

from rasa_sdk import Tracker

from bank.members import RoleName
from bank.notices import CaseKind
from bank.usecases import care, emergencies
from bot.actions import later, reporting, skills
from bot.actions.approval import CASE_WORDS
from bot.actions.base import DeskAction
from bot.actions.forms import MISSES_BEFORE_A_PERSON
from bot.actions.later import may_be_meant
from bot.actions.listing import order_number
from bot.actions.own_orders import mine, order_of, take_back
from bot.actions.plainly import plainer, wants_it_plainer
from bot.actions.settling import works
from bot.actions.turn import Turn, carried, payload
from bot.catalogue import MOST_CHOICES
from bot.desk import Desk
from bot.keypad import says_yes
from bot.messages import Choice, Reply
from bot.talk import read_talk
from bot.understanding.ratings import resolve_rating
from bot.understanding.services import resolve_service
from bot.understanding.times import resolve_time

HEALTH = re.compile(
    r"吃(?:什么|啥)?药|什么药|血压|血糖|头晕|疼|痛|发烧|咳嗽|失眠|症|病|中药|保健品|medicine|pain", re.IGNORECASE
)
LAW = re.compile(r"法律|官司|遗嘱|遗产|继承|合同|起诉|律师|房产证|过户|赔偿|离婚|lawyer|legal", re.IGNORECASE)
NOT_MINE = re.compile(r"不是我(?:点|约|订|要|叫|让|的意思)|我没(?:点|约|订|叫|要)")
DONT_OFFER = frozenset(
    {"affirm", "deny", "inform", "correct", "greet", "goodbye", "thank", "out_of_scope", "nlu_fallback"}
)
"""Intents that make no sense as "did you mean"."""
DONE_BY_EITHER = frozenset({"finish_service", "confirm_done"})
""""做完了" fits both: whose word it is, jobs and orders say."""
DONE = re.compile(r"完|好(?:了|哉|嘞|啦|咯|额)|结束|来过|搞定|弄好|做好|修好|finish|done", re.IGNORECASE)


class Greet(DeskAction):
    action_name = "action_greet"
    strangers_too = True

    def work(self, turn: Turn) -> None:
        name = turn.member.name if turn.member else ""
        turn.say(f"greet.{kind_of(turn)}", name=name)


def kind_of(turn: Turn) -> str:
    """Which opening words fit: by the role in which the person mostly comes."""
    if turn.member is None:
        return "stranger"
    for role in (RoleName.STAFF, RoleName.VOLUNTEER):
        if role in turn.roles:
            return role.value
    return RoleName.RESIDENT.value


class Say(DeskAction):
    """An action that says one thing of the catalogue to anybody."""

    strangers_too = True

    def __init__(self, desk: Desk, name: str, words: str, *, ends: bool = False) -> None:
        super().__init__(desk)
        self._name, self._words, self._ends = name, words, ends

    def name(self) -> str:
        return self._name

    def work(self, turn: Turn) -> None:
        turn.say(self._words)
        turn.finished = self._ends and not turn.slot("task")


class ShowMenu(DeskAction):
    """What can be done, three things a page, by role."""

    action_name = "action_show_menu"
    strangers_too = True

    def work(self, turn: Turn) -> None:
        pages = menu_pages(turn)
        page = min(max(int(turn.given("page") or 1), 1), len(pages))
        turn.say(f"menu.{pages[page - 1]}", next=page + 1)


def menu_pages(turn: Turn) -> list[str]:
    if turn.member is None:
        return ["stranger.1"]
    pages: list[str] = []
    if RoleName.STAFF in turn.roles:
        pages.append("staff.1")
    if RoleName.VOLUNTEER in turn.roles:
        pages += ["volunteer.1", "volunteer.2"]
    if RoleName.RESIDENT in turn.roles or not pages:
        pages += ["resident.1", "resident.2"]
    return [*pages, "last"]


class Repeat(DeskAction):
    """The last words again, the second time plainer. Inside a form the question follows by itself."""

    action_name = "action_repeat"
    strangers_too = True

    def work(self, turn: Turn) -> None:
        turn.set(repeats=int(turn.slots.get("repeats") or 0) + 1)
        if turn.asked:
            return  # a form asks its question again
        last = read_talk(turn.uow, turn.identity_id).last_reply
        if last is None:
            turn.say("repeat.nothing")
            return
        reply = Reply.from_json(last)
        turn.replies.append(plainer(reply) if wants_it_plainer(turn) else reply)


class Affirm(DeskAction):
    """Yes, though nothing was asked in words: a paused task, or the one order that waits for a word."""

    action_name = "action_affirm"

    def work(self, turn: Turn) -> None:
        if turn.slot("paused_task"):
            turn.follow = turn.slot("paused_task")
        elif says_yes(turn.words) and len(mine(turn, "settle")) == 1:
            turn.follow = "confirm_done_form"  # it reads hours and coins back before anything moves
        elif offered := _either_or(turn):
            turn.say("which_one", choices=offered)
        else:
            turn.say("said_yes")


def _either_or(turn: Turn) -> tuple[Choice, ...]:
    """The choices that were shown last, where a yes picks none of them."""
    last = read_talk(turn.uow, turn.identity_id).last_reply
    offered = Reply.from_json(last).choices if last else ()
    return () if len(offered) < 2 or any(choice.means == "yes" for choice in offered) else offered


class Deny(DeskAction):
    action_name = "action_deny"
    strangers_too = True

    def work(self, turn: Turn) -> None:
        if turn.slot("paused_task"):
            turn.set(paused_task=None, task=None)
            turn.say("task_dropped")
            turn.finished = True
        elif turn.member is not None and (take_back(turn) or self._not_mine(turn) or self._all_clear(turn)):
            return
        else:
            turn.say("said_no")

    def _not_mine(self, turn: Turn) -> bool:
        """ "不是我要的": what somebody did in this person's name goes to staff, and may be called off."""
        number = turn.given("order_number")
        if number is None and NOT_MINE.search(turn.words):
            others = [order for order in mine(turn) if turn.uow.orders.get(order["number"]).asked_by != turn.me.id]
            number = others[-1]["number"] if others else None
        if number is None:
            return False
        order = order_of(turn, int(number))
        turn.say("not_mine_case", number=order["number"])
        from_words = turn.words or turn.desk.words.say("case.not_mine", turn.now, number=order["number"]).text
        care.open_case(
            turn.uow, turn.desk.scheme, turn.doing("not_mine"), CaseKind.COMPLAINT, from_words, order_id=order["number"]
        )
        return True

    def _all_clear(self, turn: Turn) -> bool:
        receipt = emergencies.all_clear(turn.uow, turn.desk.scheme, turn.doing("all_clear"), turn.words)
        if receipt.outcome == "none":
            return False
        turn.say("all_clear")
        later.offer(turn, all_clear=True)
        return True


class Inform(DeskAction):
    """A bare fact outside a question: a service begins a request, an order's number shows it, else we ask what for."""

    action_name = "action_inform"
    strangers_too = True

    def work(self, turn: Turn) -> None:
        words = turn.words
        rating = resolve_rating(words)
        if take_back(turn):
            return
        if resolve_service(words) is not None:
            turn.follow = "request_help_form"
        elif rating is not None and not rating.derived and rating.stars is not None:
            turn.follow = "rate_service_form"
        elif order_number(turn, asked=False) is not None:
            turn.follow = "action_check_order"
        elif words and (resolve_time(words, turn.local_now) is not None or len(words) > 1):
            turn.unsure = True
            turn.say("what_for", words=words, request=payload("request_help", words=carried(words)))
        else:
            not_understood(turn)


class Correct(DeskAction):
    """A correction with nothing under way: of an order that stands, if there is one."""

    action_name = "action_correct"

    def work(self, turn: Turn) -> None:
        if take_back(turn):
            return
        if mine(turn):
            turn.follow = "change_order_form"
        else:
            turn.say("correct_what")


class OutOfScope(DeskAction):
    action_name = "action_out_of_scope"
    strangers_too = True

    def work(self, turn: Turn) -> None:
        if told_by_words(turn):
            return
        said = turn.words
        kind = ".health" if HEALTH.search(said) else ".law" if LAW.search(said) else ""
        turn.unsure = not kind
        if kind:
            turn.say(f"out_of_scope{kind}")
            return
        misses = int(turn.slot("misses") or 0) + 1
        turn.set(misses=misses)
        if misses > MISSES_BEFORE_A_PERSON:
            not_understood(turn)
        else:
            turn.say("out_of_scope")


def told_by_words(turn: Turn) -> bool:
    """Answer what no intent is for and the words alone say: a skill offered or looked for, a report of staff."""
    for topic in (reporting, skills):
        if topic.meant(turn):
            topic.answer(turn)
            return True
    return False


class AskAgain(DeskAction):
    """Not sure what was meant: the likeliest two and a person; after two misses the person comes first."""

    action_name = "action_ask_again"
    strangers_too = True

    def work(self, turn: Turn) -> None:
        if take_back(turn) or told_by_words(turn):
            return
        if RoleName.STAFF in turn.roles and CASE_WORDS.search(turn.words):
            turn.follow = "action_review_requests"
            return
        guesses = [name for name in turn.understanding.get("choices") or () if _may_be_meant(turn, name)]
        if guesses[:1] == ["request_help"] and turn.values.service is not None:
            turn.follow = "request_help_form"  # nothing binds before its read-back
            return
        if turn.member is not None and self._means_done(turn, guesses[:2]):
            return
        turn.unsure = True
        misses = int(turn.slot("misses") or 0) + 1
        turn.set(misses=misses)
        if not guesses or misses > MISSES_BEFORE_A_PERSON:
            not_understood(turn)
            return
        offered = [
            turn.choice(f"intent.{name}", payload(name, words=carried(turn.words)))
            for name in guesses[: MOST_CHOICES - 1]
            if name != "talk_to_person"
        ]
        turn.say("did_you_mean", choices=[*offered, turn.choice("intent.talk_to_person", payload("talk_to_person"))])

    def _means_done(self, turn: Turn, guesses: list[str]) -> bool:
        """Whether the words may say that a service is done, and there is one that they can mean. Each form reads back
        before anything binds, and hands over to the other."""
        if set(guesses) != DONE_BY_EITHER and not (DONE_BY_EITHER & set(guesses) and DONE.search(turn.words)):
            return False
        if works(turn):
            turn.follow = "finish_service_form"
        elif set(guesses) == DONE_BY_EITHER or len(mine(turn, "settle")) == 1:
            turn.follow = "confirm_done_form"
        return turn.follow is not None


def _may_be_meant(turn: Turn, intent: str) -> bool:
    return intent not in DONT_OFFER and may_be_meant(turn, intent)


def not_understood(turn: Turn) -> None:
    turn.unsure = True
    if int(turn.slot("misses") or 0) >= MISSES_BEFORE_A_PERSON:
        turn.say("offer_person", choices=[turn.choice("label.person", payload("talk_to_person"), means="yes")])
    else:
        turn.say("not_understood")


class DefaultFallback(AskAgain):
    """No rule fits (a payload of an old message, say)."""

    action_name = "action_default_fallback"

    def _comes_next(self, tracker: Tracker) -> str | None:
        return "action_listen"


def actions(desk: Desk) -> list[DeskAction]:
    return [
        Greet(desk),
        Say(desk, "action_goodbye", "goodbye", ends=True),
        Say(desk, "action_thank", "thanked"),
        Say(desk, "action_bot_challenge", "bot_challenge"),
        ShowMenu(desk),
        Repeat(desk),
        Affirm(desk),
        Deny(desk),
        Inform(desk),
        Correct(desk),
        OutOfScope(desk),
        AskAgain(desk),
        DefaultFallback(desk),
    ]
