"""After the service: the receiver's word (only then coins move), an objection, a mark."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from bank.members import RoleName
from bank.notices import CaseKind
from bank.usecases import care, disputes, serving
from bank.usecases import settling as use
from bot.actions import later, rating, reporting
from bot.actions.base import DeskAction
from bot.actions.forms import FormAsk, FormCheck, FormSubmit
from bot.actions.listing import Facts
from bot.actions.own_orders import mine, order_of, pick_mine, say_mine, seat_names, speaks_of
from bot.actions.turn import Turn
from bot.desk import Desk
from bot.keypad import plain, says_yes, vague_yes
from bot.messages import Choice, Reply
from bot.talk import read_talk
from bot.understanding.durations import resolve_duration
from bot.understanding.ratings import resolve_rating

VOLUNTEERS_FORM = "finish_service_form"
UNDER_WAY = frozenset({"accepted", "started"})
NOBODY_CAME = re.compile(
    r"没(?:有)?(?:人)?(?:来|到|见|出现|上门)|(?:人|他|她|鬼)影?(?:都|也)?没|放(?:我)?鸽子|白等|"
    r"no ?body came|didn't (?:come|show)",
    re.IGNORECASE,
)
BARE_DONE = re.compile(
    r"(?:(?:对|是|是的|对的|嗯|哦|好|好的|没错|都)[,， 。]*)*(?:[他她]|小[一-龥]|已经|事情|活儿?|是)*"
    r"(?:做|弄|修|搞|办|陪|教|买|干|擦|打扫)?(?:好|完|完成|来过|结束)(?:了|啦|嘞|咯|哉|额|的)+"
    r"[,， 。]*(?:对的?|没错|是的|谢谢[你您]?)?|"
    r"(?:服务)?完成了?|确认(?:完成|无误|了)?|没错[,， ]*确认"
)
"""做好了 and nothing else."""
OBJECTS = re.compile(
    rf"{NOBODY_CAME.pattern}|小时|钟头|分钟|[他她]|人家|没(?:有)?(?:做|擦|弄|修|搞|洗|打扫|买|陪)|不干净|态度|时间不对|多算|少做|"
    r"早走|走了|迟到|敷衍|没好|坏了|赔",
    re.IGNORECASE,
)
"""What is said against a service."""
CLAUSES = re.compile(r"[,，。;；!！ ]+")
THANKS = re.compile(r"谢|辛苦|麻烦")
GOOD = 4
GRACE = timedelta(days=7)  # orders that ended longer ago are not offered for an objection
LONGEST_REASON = 200


def confirmable(turn: Turn) -> list[dict[str, Any]]:
    """The orders that the word "做好了" can mean: finished ones, else those whose start has passed."""
    finished = mine(turn, "settle")
    if finished:
        return finished
    return [order for order in mine(turn) if order["status"] in UNDER_WAY and has_begun(turn, order)]


def has_begun(turn: Turn, order: Facts) -> bool:
    return str(order["starts_at"]) <= turn.local_now.isoformat()


def works(turn: Turn) -> bool:
    """Whether the speaker holds a job that has begun: then "做完了" is the volunteer's word."""
    if "volunteer" not in turn.roles:
        return False
    held = turn.uow.orders.overlapping(turn.me.id, turn.now - timedelta(hours=12), turn.now)
    return any(order.status.value in UNDER_WAY for order in held)


class ConfirmCheck(FormCheck):
    form = "confirm_done_form"
    slots = ("confirm_number", "confirm_agreed")
    kept = ("confirm_hand_over",)
    agreed = "confirm_agreed"
    intents = frozenset({"confirm_done", "rate_service"})

    def begin(self, turn: Turn) -> None:
        if reporting.meant(turn):
            reporting.answer(turn)
            turn.set(task_dropped="done")
            return
        found = confirmable(turn)
        number = pick_mine(turn, found, can="settle", asked=False)
        if number is None and not found and RoleName.VOLUNTEER in turn.roles:
            turn.set(confirm_hand_over=True, task_dropped="done")
            return
        if number is None and not found:
            turn.say("confirm.none")
            turn.set(task_dropped="done")
        elif number is None and len(found) == 1:
            if not (only_done(turn) or speaks_of(turn, found[0])):
                turn.say("confirm.is_it_this", **{**found[0], "volunteer": seat_names(found[0])})
                turn.set(task_dropped="done")
                return
            number = found[0]["number"]
        if answered_notice(turn, number) or (number is not None and turn.desk.scheme.report_confirmed_by_head):
            turn.set(confirm_agreed=True)  # where the head confirms reports, this word moves no coins
        keep_praise(turn)
        turn.set(confirm_number=number)

    def read(self, turn: Turn) -> None:
        if turn.asked == "confirm_number":
            number = pick_mine(turn, confirmable(turn), can="settle", asked=True)
            by_head = number is not None and turn.desk.scheme.report_confirmed_by_head
            turn.set(confirm_number=number, confirm_agreed=by_head or None)
        elif turn.asked == "confirm_agreed" and turn.intent == "confirm_done":
            turn.set(confirm_agreed=True)  # "做好了" once more, after the read-back
        elif turn.intent == "rate_service":
            turn.say("confirm.before_the_mark")  # praise is no yes to the coins


def answered_notice(turn: Turn, number: int | None) -> bool:
    """Whether the words say yes to the notice that told who came, when, for how long and at what price.

    Then nothing is read back a second time. Only where that notice was the last thing said in this talk, its hours and
    coins are still what would be booked, and the yes is a plain one: 好 and 嗯 are said to anything.
    """
    last = read_talk(turn.uow, turn.identity_id).last_reply
    told = _told(Reply.from_json(last).choices if last else (), number)
    if number is None or told is None or not _plain_yes(turn):
        return False
    if turn.is_payload and (turn.given("order_number") != number or turn.given("told") != told):
        return False  # the button of another notice
    if order_of(turn, number)["status"] != "finished":
        return False
    facts = use.preview_confirm(turn.uow, turn.desk.scheme, turn.doing("preview_confirm"), number).facts
    return bool(told == f"{facts['claimed']}/{facts['paid'] + facts['extra']}")


def _told(choices: Sequence[Choice], number: int | None) -> str | None:
    """Minutes and coins (as minutes) that the notice about that order told; None when it was not said last."""
    for choice in choices:
        if choice.payload.startswith("/confirm_done{"):
            facts = json.loads(choice.payload.removeprefix("/confirm_done"))
            if facts.get("order_number") == number and "told" in facts:
                return str(facts["told"])
    return None


def _plain_yes(turn: Turn) -> bool:
    if vague_yes(turn.said):
        return False
    return turn.is_payload or (bare_done(turn) and not turn.understanding.get("wishes"))


def bare_done(turn: Turn) -> bool:
    """做好了 and nothing that could be about something else; a yes in words counts as well."""
    words = plain(turn.words)
    return bool(BARE_DONE.fullmatch(words)) or says_yes(words)


def only_done(turn: Turn) -> bool:
    """The same, with how long it took, a verdict or thanks beside it."""
    clauses = [clause for clause in CLAUSES.split(plain(turn.words)) if clause]
    done = [clause for clause in clauses if BARE_DONE.fullmatch(clause)]
    beside = [clause for clause in clauses if clause not in done and not says_yes(clause)]
    known = all(resolve_duration(one) or resolve_rating(one) or THANKS.search(one) for one in beside)
    return bare_done(turn) or (bool(done) and known)


def keep_praise(turn: Turn) -> None:
    """做好了，小李人真好: clear praise is the mark, once the coins are settled."""
    value = resolve_rating(turn.words) if turn.words else None
    if value is None or value.unsure or value.stars is None:
        return
    if not value.derived or value.stars >= GOOD:
        later.keep(turn, "rate_service", turn.words, beside="confirm_done")


class AskConfirmNumber(FormAsk):
    def work(self, turn: Turn) -> None:
        say_mine(turn, "ask.confirm_number", confirmable(turn), "inform")


class ConfirmReadBack(FormAsk):
    """Hours and coins in plain deeds; for an order that the volunteer has not ended yet only whether it is done."""

    def facts(self, turn: Turn) -> dict[str, Any]:
        order = order_of(turn, turn.slot("confirm_number"))
        if order["status"] in UNDER_WAY:
            early = {"early": True, "volunteer": seat_names(order), "claimed": 0, "served": 0, "paid": 0, "extra": 0}
            return {**order, **early, "balance_after": 0}
        doing = turn.doing("preview_confirm")
        facts = use.preview_confirm(turn.uow, turn.desk.scheme, doing, turn.slot("confirm_number")).facts
        paid, extra = facts["paid"], facts["extra"]  # the yes covers what was longer than reserved
        after = (facts["balance_after"] or 0) - extra
        return {**facts, "paid": paid + extra, "balance_after": after, "early": False}


class ConfirmSubmit(FormSubmit):
    check = ConfirmCheck

    def work(self, turn: Turn) -> None:
        handed_over = turn.slot("confirm_hand_over")
        if handed_over:
            turn.follow = VOLUNTEERS_FORM
        super().work(turn)

    def deed(self, turn: Turn) -> None:
        number = turn.slot("confirm_number")
        if turn.desk.scheme.report_confirmed_by_head:
            reporting.pass_on(turn, number)
            later.praise(turn)
            return
        receipt = use.confirm(turn.uow, turn.desk.scheme, turn.doing("confirm"), number, agree_extra=True)
        facts = {"volunteer": seat_names(order_of(turn, number)), **receipt.facts}
        if receipt.outcome != "settled":
            turn.say(f"confirm.{receipt.outcome}", **facts)
            later.praise(turn)  # there is nothing to mark yet
            return
        turn.say("confirm.settled" if receipt.facts["paid"] else "confirm.settled_free", **facts)
        if not turn.slot("paused_task"):
            turn.set(settled_number=number)
            turn.follow = rating.RateCheck.form

    def declined(self, turn: Turn) -> None:
        number = turn.slot("confirm_number")
        later.praise(turn)  # what was not agreed to is not praised either
        if number is not None and turn.slot("confirm_agreed") is False:
            turn.say("confirm.what_is_wrong", number=number)
        else:
            turn.say("task_dropped")


def disputable(turn: Turn) -> list[dict[str, Any]]:
    """Orders that an objection can mean: those under way or done, then those settled lately."""
    since = (turn.local_now - GRACE).isoformat()
    found = [order for order in mine(turn, "dispute") if has_begun(turn, order) and order["starts_at"] >= since]
    return [order for order in found if order["status"] != "settled"] or found


class DisputeCheck(FormCheck):
    form = "dispute_service_form"
    slots = ("dispute_number", "dispute_reason")
    intents = frozenset({"dispute_service", "complain"})
    free = frozenset({"dispute_reason"})

    def begin(self, turn: Turn) -> None:
        found = disputable(turn)
        number = pick_mine(turn, found, can="dispute", asked=False)
        if number is None and not found:
            self._nothing_new(turn)
            turn.set(task_dropped="done")
        elif number is None and len(found) == 1 and (OBJECTS.search(turn.words) or speaks_of(turn, found[0])):
            number = found[0]["number"]  # else it is asked: 号都没叫到 may be about the clinic
        reason = turn.given("reason")
        turn.set(dispute_number=number, dispute_reason=str(reason) if reason else turn.words[:LONGEST_REASON] or None)

    def read(self, turn: Turn) -> None:
        if turn.asked == "dispute_number":
            turn.set(dispute_number=pick_mine(turn, disputable(turn), can="dispute", asked=True))
        elif turn.asked == "dispute_reason":
            reason = turn.given("reason")
            turn.set(dispute_reason=str(reason) if reason else turn.words[:LONGEST_REASON] or None)

    def _nothing_new(self, turn: Turn) -> None:
        """More about the one service that staff look at already goes to them; else it is asked what is meant."""
        disputed = [order for order in mine(turn) if order["status"] == "disputed"]
        if len(disputed) != 1 or not turn.words:
            turn.say("dispute.none")
            return
        number = disputed[0]["number"]
        care.open_case(
            turn.uow,
            turn.desk.scheme,
            turn.doing("dispute_more"),
            CaseKind.COMPLAINT,
            turn.words[:LONGEST_REASON],
            order_id=number,
        )
        turn.say("dispute.more", number=number)


class AskDisputeNumber(FormAsk):
    def work(self, turn: Turn) -> None:
        say_mine(turn, "ask.dispute_number", disputable(turn), "inform")


class DisputeSubmit(FormSubmit):
    """Nobody came: the order goes out again. Anything else: a case, and no coins till staff have looked."""

    check = DisputeCheck

    def deed(self, turn: Turn) -> None:
        number, said = turn.slot("dispute_number"), turn.slot("dispute_reason")
        order = order_of(turn, number)
        key = f"dispute.reason.{said}"
        reason = turn.desk.words.say(key, turn.now).text if key in turn.desk.words else said
        if turn.slot("paused_task") == ConfirmCheck.form and turn.slot("confirm_number") == number:
            turn.set(paused_task=None, confirm_number=None, confirm_agreed=None)  # objecting was the answer to it
        if order["status"] == "accepted" and (said == "no_show" or NOBODY_CAME.search(said)):
            serving.no_show(turn.uow, turn.desk.scheme, turn.doing("no_show"), number)
            turn.say("dispute.no_show", number=number)
            return
        disputes.dispute(turn.uow, turn.desk.scheme, turn.doing("dispute"), number, reason)
        turn.say("dispute.done", number=number, reason=reason)


def actions(desk: Desk) -> list[DeskAction]:
    confirm, dispute = ConfirmCheck.form, DisputeCheck.form
    return [
        ConfirmCheck(desk),
        AskConfirmNumber(desk, confirm, "confirm_number"),
        ConfirmReadBack(desk, confirm, "confirm_agreed"),
        ConfirmSubmit(desk),
        DisputeCheck(desk),
        AskDisputeNumber(desk, dispute, "dispute_number"),
        FormAsk(desk, dispute, "dispute_reason"),
        DisputeSubmit(desk),
        *rating.actions(desk),
    ]
