"""Becoming a member or a volunteer; binding relatives."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Any

from bank.doing import Doing
from bank.errors import RuleRefused
from bank.members import MemberStatus, RoleName
from bank.usecases import learning, membership, volunteers
from bank.usecases.membership import Applicant
from bank.usecases.volunteers import Declared
from bot.actions import family, skills
from bot.actions.base import DeskAction
from bot.actions.forms import FormAsk, FormCheck, FormSubmit
from bot.actions.turn import Turn
from bot.desk import Desk
from bot.talk import read_talk
from bot.understanding.numbers import NUMERAL, whole_number

MOBILE = re.compile(r"(?<!\d)(?:\+?86[- ]?)?(1[3-9]\d)[- ]?(\d{4})[- ]?(\d{4})(?!\d)")
LANDLINE = re.compile(r"(?<!\d)((?:0\d{2,3})?[- ]?\d{7,8})(?!\d)")
NAME = re.compile(r"(?:我?(?:的名字)?(?:叫|是|姓名|名字)[是叫:：]?\s?)?([一-龥·]{2,8}?)(?:[,，。. ].*)?$")
SAYS_NAME = re.compile(r"我?(?:的名字)?叫(?:做)?\s?([一-龥·]{2,4}?)(?=[,，。今 ]|$)|我是([一-龥]{2,3})(?=[,，。 ]|$)")
YEAR = re.compile(
    r"(?P<y>(?:19|20)\d{2}|\d{2}|[一二][九〇零][零〇一二三四五六七八九]{2}|[零〇一二三四五六七八九]{2})\s?年"
    r"(?:\s?(?P<m>\d{1,2}|[一二三四五六七八九十]{1,2})\s?月(?:份)?(?:\s?(?P<d>\d{1,2}|[一二三四五六七八九十廿]{1,3})\s?[日号])?)?"
)
DASHED = re.compile(r"(?P<y>(?:19|20)\d{2})[-./](?P<m>\d{1,2})(?:[-./](?P<d>\d{1,2}))?")
AGE = re.compile(rf"(?P<n>{NUMERAL})\s?(?:岁|周岁|虚岁|足岁)|(?:今年|快|刚好)\s?(?P<m>{NUMERAL})(?!\s?年)")
DIGITS = {ord(sign): str(value) for value, sign in enumerate("零一二三四五六七八九")} | {ord("〇"): "0"}
WELL = re.compile(r"(?<!不)(?<!不太)(?<!不大)(?:好|行|可以|不错|健康|硬朗|没(?:毛病|问题)|能)")
NO_PHONE = re.compile(
    r"没(?:有)?(?:得)?(?:装|用|办)?(?:手机|电话|座机|号码)|记不(?:住|得|清)|不记得|忘(?:了|记)|不晓得|不知道"
)
LEAST_AGE, MOST_AGE = 6, 115


class JoinCheck(FormCheck):
    strangers_too = True
    form = "join_form"
    slots = ("join_name", "join_born", "join_phone", "join_change", "join_agreed")
    agreed = "join_agreed"
    intents = frozenset({"join"})

    def begin(self, turn: Turn) -> None:
        turn.set(join_change="nothing")
        if turn.member is None:
            return
        if turn.member.status is MemberStatus.BARRED:
            raise RuleRefused("membership_barred")
        if turn.member.status is not MemberStatus.LEFT:
            raise RuleRefused("already_member", status=turn.member.status.value)

    def read(self, turn: Turn) -> None:
        if turn.asked == "join_change" and turn.given("change"):
            turn.set(**{f"join_{turn.given('change')}": None, "join_change": "nothing"})
            return
        self._read_name(turn)
        born = born_in(turn.words, turn.local_now.date(), asked=turn.asked == "join_born")
        if born is not None:
            turn.set(join_born=born)
        elif turn.asked == "join_born" and turn.intent not in ("deny", "affirm"):
            turn.say("join.born_unclear")
        self._read_phone(turn)
        if turn.asked == "join_change" and any(turn.changes.get(name) for name in self.slots[:3]):
            turn.set(join_change="nothing")

    def _read_name(self, turn: Turn) -> None:
        said = SAYS_NAME.search(turn.words)
        if said:
            turn.set(join_name=said[1] or said[2])
        elif turn.asked == "join_name" and turn.intent in ("inform", "nlu_fallback", "out_of_scope", "join", "correct"):
            bare = NAME.match(turn.words)
            if bare:
                turn.set(join_name=bare[1])

    def _read_phone(self, turn: Turn) -> None:
        mobile = MOBILE.search(turn.words)
        landline = LANDLINE.search(turn.words) if turn.asked == "join_phone" else None
        if mobile:
            turn.set(join_phone="".join(mobile.groups()))
        elif landline:
            turn.set(join_phone=landline[1])
        elif turn.asked == "join_phone" and NO_PHONE.search(turn.words):
            turn.set(join_phone="")  # the talk itself and the visit to the branch reach them
        elif turn.asked == "join_phone" and re.search(r"\d{3,}", turn.words):
            turn.say("join.phone_unclear")

    def read_back_refused(self, turn: Turn) -> None:
        turn.set(join_agreed=None, join_change=None)


def born_in(words: str, today: date, *, asked: bool) -> dict[str, Any] | None:
    """The birth date (ISO `day`, first of January where only the year is known) or `age` that the words give."""
    match = DASHED.search(words) or YEAR.search(words)
    if match:
        day = _day(match, today)
        if day is not None:
            return {"day": day.isoformat(), "exact": match["m"] is not None}
    age_said = AGE.search(words)
    number = whole_number(age_said["n"] or age_said["m"]) if age_said else None
    if number is None and asked:
        bare = re.fullmatch(rf"({NUMERAL})[了啊呀吧。]*", words)
        number = whole_number(bare[1]) if bare else None
    if number is not None and 1900 <= number <= today.year:
        return {"day": date(number, 1, 1).isoformat(), "exact": False}
    if number is not None and LEAST_AGE <= number <= MOST_AGE:
        return {"age": number, "day": date(today.year - number, 1, 1).isoformat(), "exact": False}
    return None


def _day(match: re.Match[str], today: date) -> date | None:
    year = int(match["y"].translate(DIGITS))
    if year < 100:
        year += 1900 if year > today.year % 100 else 2000
        if today.year - year < LEAST_AGE:
            year -= 100
    month, day = whole_number(match["m"] or "1"), whole_number(match["d"] or "1")
    try:
        found = date(year, month or 0, day or 0)
    except ValueError:
        return None
    return found if 0 <= today.year - found.year <= MOST_AGE and found <= today else None


class JoinReadBack(FormAsk):
    def facts(self, turn: Turn) -> dict[str, Any]:
        born: dict[str, Any] = turn.slot("join_born")
        day = date.fromisoformat(born["day"])
        shown = "" if "age" in born else f"{day.year}年{day.month}月" if born["exact"] else f"{day.year}年"
        age = born.get("age")
        return {"name": turn.slot("join_name"), "phone": turn.slot("join_phone"), "born_day": shown, "age": age}


class JoinSubmit(FormSubmit):
    strangers_too = True
    check = JoinCheck

    def deed(self, turn: Turn) -> None:
        applicant = Applicant(
            name=turn.slot("join_name"),
            phone=turn.slot("join_phone") or None,
            born=date.fromisoformat(turn.slot("join_born")["day"]),
            scene=read_talk(turn.uow, turn.identity_id).scene,
        )
        receipt = membership.join(turn.uow, turn.desk.scheme, turn.doing_or_stranger("join"), applicant)
        if turn.member is None:
            turn.uow.desk.identities.bind(turn.identity_id, receipt.facts["member_id"], turn.now)
        turn.say("join.done", **receipt.facts)
        asking = Doing(now=turn.now, key=f"{turn.key}:learning", actor_id=receipt.facts["member_id"])
        if learning.ask_learning_consent(turn.uow, turn.desk.scheme, asking).outcome == "ask":
            turn.say("learning.ask")

    def declined(self, turn: Turn) -> None:
        turn.say("join.dropped")


class VolunteerCheck(FormCheck):
    form = "join_volunteer_form"
    slots = ("volunteer_healthy", "volunteer_retired", "volunteer_agreed")
    agreed = "volunteer_agreed"
    intents = frozenset({"join_volunteer"})
    yes_or_no = frozenset({"volunteer_healthy", "volunteer_retired"})

    def needed(self, turn: Turn) -> Sequence[str]:
        asks_for_it = turn.desk.scheme.serving.retired and not turn.me.retired
        return [slot for slot in self.slots if slot != "volunteer_retired" or asks_for_it]

    def begin(self, turn: Turn) -> None:
        if skills.meant(turn):
            skills.answer(turn)
            turn.set(task_dropped="done")
            return
        if RoleName.VOLUNTEER in turn.roles:
            raise RuleRefused("already_volunteer")

    def read(self, turn: Turn) -> None:
        if "退休" in turn.words:
            turn.set(volunteer_retired="没" not in turn.words)
        elif turn.asked == "volunteer_retired" and turn.intent in ("affirm", "deny"):
            turn.set(volunteer_retired=turn.intent == "affirm")
        if turn.asked != "volunteer_healthy":
            return
        if turn.intent == "affirm" or WELL.search(turn.words):
            turn.set(volunteer_healthy=True)
        elif turn.intent == "deny" or re.search(r"不(?:太)?(?:好|行)|有病", turn.words):
            turn.say("volunteer.not_healthy")
            turn.set(task_dropped="done")


class VolunteerSubmit(FormSubmit):
    check = VolunteerCheck

    def deed(self, turn: Turn) -> None:
        declared = Declared(healthy=True, retired=turn.slot("volunteer_retired"))
        receipt = volunteers.apply_volunteer(turn.uow, turn.desk.scheme, turn.doing("apply_volunteer"), declared)
        if receipt.outcome == "ready":
            turn.say("volunteer.ready")
            return
        words = turn.desk.words
        missing = [words.say(f"volunteer.missing.{rule}", turn.now).text for rule in receipt.facts["missing"]]
        turn.say("volunteer.enrolled", missing="、".join(missing))

    def declined(self, turn: Turn) -> None:
        turn.say("volunteer.dropped")


def actions(desk: Desk) -> list[DeskAction]:
    join, volunteer = JoinCheck.form, VolunteerCheck.form
    plain: Sequence[str] = ("join_name", "join_born", "join_phone", "join_change")
    return [
        JoinCheck(desk),
        *(FormAsk(desk, join, slot) for slot in plain),
        JoinReadBack(desk, join, "join_agreed"),
        JoinSubmit(desk),
        VolunteerCheck(desk),
        FormAsk(desk, volunteer, "volunteer_healthy"),
        FormAsk(desk, volunteer, "volunteer_retired"),
        FormAsk(desk, volunteer, "volunteer_agreed"),
        VolunteerSubmit(desk),
        *family.actions(desk),
    ]
