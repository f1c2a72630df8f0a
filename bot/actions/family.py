"""Binding a relative: whom, what they are, whether they may act; the other side agrees; either side ends it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from bank import kinship
from bank.eligibility import check_active
from bank.usecases import kin
from bot.actions.base import DeskAction
from bot.actions.finding import ask_which_member, members_named, name_said
from bot.actions.forms import FormAsk, FormCheck, FormSubmit
from bot.actions.listing import offset_of, say_list
from bot.actions.naming import kept
from bot.actions.turn import Turn, payload
from bot.desk import Desk

END = re.compile(
    r"解绑|解除|取消绑定|不(?:要|想)?(?:再)?绑|别(?:再)?绑|松绑|断开|(?:不让|不要|别让|不许|别叫)[^,，。]{0,6}(?:替|代|管)|"
    r"换(?:一?个|成)?(?:亲属|家属|家人|人|绑定)|unbind|unlink",
    re.IGNORECASE,
)
LIST = re.compile(
    r"谁能?(?:替|代)我|绑(?:定)?了?(?:谁|哪些|哪几|几个)|(?:谁|哪些|哪几)[^,，。]{0,6}绑|绑定(?:情况|关系|名单)"
)
I_ACT = re.compile(r"(?:我|由我|俺)(?:来)?(?:替|代|帮)|^(?:替|代)")
I_AM = re.compile(r"我(?:就|本人)?是[^,，。]{0,6}$")
LETS_ACT = re.compile(r"(?:让|叫|由|请)[^,，。]{0,6}(?:替|代|帮)我")


class FamilyCheck(FormCheck):
    form = "link_family_form"
    slots = ("family_relation", "family_person", "family_may_act", "family_bond", "family_agreed")
    kept = ("family_end", "family_found", "family_said", "family_acts", "family_relation_said")
    agreed = "family_agreed"
    intents = frozenset({"link_family"})
    yes_or_no = frozenset({"family_may_act"})
    free = frozenset({"family_relation", "family_person"})

    def begin(self, turn: Turn) -> None:
        if self._answer(turn):
            return
        check_active(turn.me)
        if LIST.search(turn.words):
            say_bonds(turn)
            turn.set(task_dropped="done")
            return
        if END.search(turn.words):
            turn.set(family_end=True)
            if not agreed_bonds(turn):
                turn.say("family.none")
                turn.set(task_dropped="done")
        elif I_ACT.search(turn.words):
            turn.set(family_acts=True)

    def needed(self, turn: Turn) -> Sequence[str]:
        if turn.slot("family_end"):
            return ("family_bond", "family_agreed")
        return ("family_relation", "family_person", "family_may_act", "family_agreed")

    def read(self, turn: Turn) -> None:
        if self._answer(turn):
            return
        if turn.slot("family_end"):
            self._read_bond(turn)
            return
        self._read_relation(turn)
        self._read_person(turn)
        if turn.asked == "family_may_act" and turn.intent in ("affirm", "deny"):
            turn.set(family_may_act=turn.intent == "affirm")
        elif turn.slot("family_may_act") is None and (LETS_ACT.search(turn.words) or turn.slot("family_acts")):
            turn.set(family_may_act=True)

    def _answer(self, turn: Turn) -> bool:
        """同意 or 不同意 to the notice that asked."""
        change, other = turn.given("change"), turn.given("member_number")
        if change not in ("agree", "decline") or other is None:
            return False
        verb = kin.agree_kin if change == "agree" else kin.end_kin
        receipt = verb(turn.uow, turn.desk.scheme, turn.doing(f"{change}_kin"), int(other))
        turn.say(f"family.{receipt.outcome}", **receipt.facts)
        turn.set(task_dropped="done")
        return True

    def _read_relation(self, turn: Turn) -> None:
        relation = turn.values.relation if turn.words else None
        known = turn.slot("family_relation") is not None
        if relation is None or (known and turn.asked not in ("family_relation", "family_agreed")):
            return
        if relation.code in kinship.FAMILY and I_AM.search(turn.words[: relation.span[0]]):
            code = kinship.inverse(relation.code, None)  # 我是她儿子: what she is to the speaker
            said = turn.desk.words.say("family.relation", turn.now, code=code).text
            turn.set(family_relation=code, family_relation_said=said)
            return
        if relation.code not in kinship.FAMILY:
            turn.say("family.not_kin", relation=relation.words)
            turn.set(task_dropped="done")
            return
        turn.set(family_relation=relation.code, family_relation_said=relation.words)

    def _read_person(self, turn: Turn) -> None:
        asked = turn.asked == "family_person"
        if turn.slot("family_person") is not None and turn.intent != "correct":
            return
        if turn.asked == "family_may_act":
            return
        found = members_named(turn, asked=asked, before=turn.slot("family_said") or "")
        if len(found) == 1:
            turn.set(family_person=kept(found[0]), family_found=None)
        elif found:
            turn.set(family_found=[member.id for member in found])
        elif asked or turn.values.person is not None:
            name = name_said(turn, asked=asked)
            if name or re.search(r"\d{4}", turn.words):
                turn.set(family_said=name or turn.slot("family_said"))
                turn.say("family.nobody", name=name)

    def _read_bond(self, turn: Turn) -> None:
        rows = agreed_bonds(turn)
        given = turn.given("member_number")
        relation = turn.values.relation if turn.words else None
        fitting = [
            row
            for row in rows
            if (given is not None and row["other_id"] == int(given))
            or (turn.words and row["other"] in turn.words)
            or (relation and kinship.alike(relation.code, row["relation"]))
        ]
        fitting = fitting or (rows if len(rows) == 1 and turn.slot("family_bond") is None else [])
        if len(fitting) == 1:
            turn.set(family_bond={"id": fitting[0]["other_id"], "name": fitting[0]["other"]})


def agreed_bonds(turn: Turn) -> list[dict[str, Any]]:
    """The speaker's bonds that both sides agreed to."""
    rows = kin.kin_of(turn.uow, turn.desk.scheme, turn.doing("kin_of")).facts["rows"]
    return [row for row in rows if row["status"] == "agreed"]


def say_bonds(turn: Turn) -> None:
    """With whom the speaker is bound, and who may act for whom."""
    rows = kin.kin_of(turn.uow, turn.desk.scheme, turn.doing("kin_of")).facts["rows"]
    turn.say("family.list" if rows else "family.none", rows=rows)


class AskPerson(FormAsk):
    def work(self, turn: Turn) -> None:
        if turn.slot("family_found"):
            ask_which_member(turn, turn.slot("family_found"), "link_family")
        else:
            turn.say("ask.family_person", relation=turn.slot("family_relation_said"))


class AskMayAct(FormAsk):
    def facts(self, turn: Turn) -> dict[str, Any]:
        return {"person": turn.slot("family_person")["name"], "actor_is_older": older_side(turn)}


def older_side(turn: Turn) -> bool:
    """Whether the speaker is the one who will be acted for."""
    relation = turn.slot("family_relation")
    return not (relation in kinship.ELDERS or (relation in kinship.PEERS and bool(turn.slot("family_acts"))))


class AskBond(FormAsk):
    def work(self, turn: Turn) -> None:
        say_list(
            turn,
            "ask.family_bond",
            "family.item",
            agreed_bonds(turn),
            sends=lambda row: payload("link_family", member_number=row["other_id"]),
            more=lambda start: payload("link_family", offset=start),
            offset=offset_of(turn),
        )


class FamilyReadBack(FormAsk):
    def facts(self, turn: Turn) -> dict[str, Any]:
        ends = bool(turn.slot("family_end"))
        person = turn.slot("family_bond") if ends else turn.slot("family_person")
        return {
            "ends": ends,
            "person": person["name"],
            "relation": turn.slot("family_relation_said") or "",
            "may_act": bool(turn.slot("family_may_act")),
            "actor_is_older": not ends and older_side(turn),
        }


class FamilySubmit(FormSubmit):
    check = FamilyCheck

    def deed(self, turn: Turn) -> None:
        scheme = turn.desk.scheme
        if turn.slot("family_end"):
            other = turn.slot("family_bond")
            receipt = kin.end_kin(turn.uow, scheme, turn.doing("end_kin"), other["id"])
        else:
            other = turn.slot("family_person")
            relation, may_act = turn.slot("family_relation"), bool(turn.slot("family_may_act"))
            acts = bool(turn.slot("family_acts"))
            doing = turn.doing("ask_kin")
            receipt = kin.ask_kin(turn.uow, scheme, doing, other["id"], relation, may_act, acts=acts)
        turn.say(f"family.{receipt.outcome}", **receipt.facts)

    def declined(self, turn: Turn) -> None:
        turn.say("family.dropped")


def actions(desk: Desk) -> list[DeskAction]:
    form = FamilyCheck.form
    return [
        FamilyCheck(desk),
        FormAsk(desk, form, "family_relation"),
        AskPerson(desk, form, "family_person"),
        AskMayAct(desk, form, "family_may_act"),
        AskBond(desk, form, "family_bond"),
        FamilyReadBack(desk, form, "family_agreed"),
        FamilySubmit(desk),
    ]
