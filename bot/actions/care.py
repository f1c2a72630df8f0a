"""A person to talk to, complaints, emergencies the classifier heard, swindlers."""

from __future__ import annotations

import re

from bank.notices import CaseKind
from bank.usecases import care, emergencies, stations, swindles
from bot.actions.base import DeskAction
from bot.actions.turn import Turn
from bot.desk import Desk
from bot.understanding.scams import money_gone, screen_scam
from bot.understanding.text import as_written, clean
from bot.understanding.verdict import is_calm

TALK_LINES = 10
NOTHING_YET = re.compile(r"(?:我)?(?:要|想)?(?:投诉|提(?:个)?意见|反映(?:情况|问题)?)?(?:一下|你们|啊|呀|[。!！])*")
"""A complaint that does not say about what."""


def talk_so_far(turn: Turn) -> list[str]:
    """What this person wrote last, oldest first, as staff should see it with the case."""
    recent = sorted(turn.uow.desk.inbox.recent(turn.identity_id, TALK_LINES), key=lambda row: row.id)
    lines = [as_written(str(row.payload.get("text") or "")) for row in recent]
    if lines and clean(lines[-1]) == turn.words:
        del lines[-1]  # what is said now goes with the case itself
    return [line for line in lines if line and not line.startswith("/")]


def phone(turn: Turn) -> str:
    """The number of the person's own branch, or of the first one known."""
    doing = turn.doing_or_stranger("branch_info")
    branches = stations.branch_info(turn.uow, turn.desk.scheme, doing).facts["branches"]
    return next((branch["phone"] for branch in branches if branch["phone"]), "")


class TalkToPerson(DeskAction):
    """A case for staff with the talk so far; their answer comes back into this talk."""

    action_name = "action_talk_to_person"
    strangers_too = True

    def work(self, turn: Turn) -> None:
        words = turn.words or turn.desk.words.say("case.asked_for_person", turn.now).text
        receipt = care.open_case(
            turn.uow,
            turn.desk.scheme,
            turn.doing_or_stranger("talk_to_person"),
            CaseKind.PERSON,
            words,
            talk=talk_so_far(turn),
            sender=turn.sender,
        )
        turn.relay_case = receipt.facts["case"]  # what is written from here on is kept in the case
        turn.say("person.told", phone=phone(turn))


class Complain(DeskAction):
    action_name = "action_complain"
    strangers_too = True

    def work(self, turn: Turn) -> None:
        receipt = care.open_case(
            turn.uow,
            turn.desk.scheme,
            turn.doing_or_stranger("complain"),
            CaseKind.COMPLAINT,
            turn.words or turn.desk.words.say("intent.complain", turn.now).text,
            talk=talk_so_far(turn),
            sender=turn.sender,
        )
        turn.relay_case = receipt.facts["case"]
        if NOTHING_YET.fullmatch(turn.words):
            turn.say("complain.what")  # what is said next goes into the case
        else:
            turn.say("complain.told", case=receipt.facts["case"])


class ReportEmergency(DeskAction):
    """The screen in front of the understanding catches most; this is for those it did not."""

    action_name = "action_report_emergency"
    strangers_too = True

    def work(self, turn: Turn) -> None:
        words = turn.words or turn.desk.words.say("intent.report_emergency", turn.now).text
        if not turn.is_payload and is_calm(words):
            turn.say("emergency_asked")  # an errand or news more likely: nobody is paged for that
            return
        doubtful = not turn.is_payload  # nothing is settled by the classifier alone; who picked it means it
        receipt = emergencies.report_emergency(
            turn.uow,
            turn.desk.scheme,
            turn.doing_or_stranger("report_emergency"),
            words,
            doubtful=doubtful,
            sender=turn.sender,
        )
        if doubtful:
            turn.say("emergency_doubtful")
        else:
            turn.say("emergency_certain", relatives=bool(receipt.facts.get("relatives")))


class SuspectScam(DeskAction):
    """Advice for the kind of swindle at once, and a case so that somebody rings, for strangers too."""

    action_name = "action_suspect_scam"
    strangers_too = True

    def work(self, turn: Turn) -> None:
        words = turn.words or turn.desk.words.say("intent.suspect_scam", turn.now).text
        told = screen_scam(words)
        plot, gone = told.kind if told else "other", money_gone(words)
        receipt = swindles.report_swindle(
            turn.uow,
            turn.desk.scheme,
            turn.doing_or_stranger("suspect_scam"),
            words,
            plot=plot,
            money_gone=gone,
            talk=talk_so_far(turn),
            sender=turn.sender,
        )
        relatives = bool(receipt.facts["relatives"])
        if gone:
            turn.say("scam.money_gone", relatives=relatives)
        else:
            turn.say("scam.advice", plot=plot, relatives=relatives)


def actions(desk: Desk) -> list[DeskAction]:
    return [TalkToPerson(desk), Complain(desk), ReportEmergency(desk), SuspectScam(desk)]
