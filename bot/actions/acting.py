"""For whom: the one place that reads out of relation, name or choice whom of their relatives a person acts for.

A bond is looked up from the words each time (我妈的单子, 替王阿婆看看余额); nothing is remembered between messages.
"""

from __future__ import annotations

import re

from bank import kinship
from bank.errors import NotAllowed
from bank.members import Kin, KinStatus, Member
from bot.actions.turn import Turn, carried, payload

ABOUT_THEM = (
    r"(?:的|还剩|还有|有几|有多少|那边|那儿|那里|账上|帐上|余额|名下|单子|现在|上次|上个月|这个月|约的|订的|的事|这边)"
)
FOR_THEM = re.compile(r"(?:替|代|帮|给|看看|看下|查查|查下|查一下|看一下|问问)(?:我|俺|阿拉|咱)?(?:们)?(?:家)?$")
ON_BEHALF = re.compile(r"(?:替|代表?)(?:我|俺|阿拉|咱)?(?:们)?(?:家)?$")
HELPS, GIVES = re.compile(r"帮(?:我|俺|阿拉|咱)?(?:们)?(?:家)?$"), re.compile(r"[送转捐赠]|把")
"""帮我妈转两个币 is her gift; 帮我转给我妈 is the speaker's."""


def fits(said: str, kin: Kin) -> bool:
    """Whether somebody whom the speaker calls `said` can be the one to whom the speaker is `kin.relation`."""
    return kinship.mirrors(said, kin.relation)


def people(turn: Turn) -> list[Member]:
    """The relatives that the words name and the speaker may act for; empty when they name none."""
    if turn.member is None:
        return []
    bonds = turn.uow.kin.acting(turn.member.id)
    given = turn.given("member_number")
    theirs = {kin.member_id: turn.uow.members.get(kin.member_id) for kin in bonds}
    if given is not None:
        return [theirs[int(given)]] if int(given) in theirs else []
    if not turn.words or not bonds:
        return []
    named = [member for member in theirs.values() if member.name in turn.words]
    relation = turn.values.relation
    if named or relation is None:
        return named
    return [theirs[kin.member_id] for kin in bonds if fits(relation.code, kin)]


def person(turn: Turn) -> Member | None:
    """The one relative that is meant, None for nobody or for several."""
    found = people(turn)
    return found[0] if len(found) == 1 else None


def concerns_relative(turn: Turn) -> bool:
    """Whether the words are about a relative's affairs, not merely tell of one (我妈还有几个币, 替我妈看看)."""
    relation = turn.values.relation if turn.words else None
    if relation is None or relation.code not in kinship.FAMILY:
        return False
    before, after = turn.words[: relation.span[0]], turn.words[relation.span[1] :]
    return bool(FOR_THEM.search(before)) or bool(re.match(ABOUT_THEM, after))


def on_behalf(turn: Turn) -> bool:
    """Whether the words say outright that they are spoken in a relative's place (替我妈…)."""
    relation = turn.values.relation if turn.words else None
    if relation is None:
        return False
    before, after = turn.words[: relation.span[0]], turn.words[relation.span[1] :]
    return bool(ON_BEHALF.search(before)) or bool(HELPS.search(before) and GIVES.match(after))


def offered_to_bind(turn: Turn) -> bool:
    """Say that there is no bond with the relative whose affairs these are, and offer to make one.

    Raises NotAllowed("kin_may_not_act") when there is a bond, but without leave to act.
    """
    if turn.member is None or people(turn) or not concerns_relative(turn):
        return False
    relation = turn.values.relation
    assert relation is not None  # concerns_relative found one
    for kin in turn.uow.kin.find(relative_id=turn.member.id, status=KinStatus.AGREED):
        if fits(relation.code, kin):
            raise NotAllowed("kin_may_not_act", person=turn.uow.members.get(kin.member_id).name)
    words = turn.desk.words.say("family.bind_words", turn.now, relation=relation.words).text
    turn.say(
        "family.not_bound",
        relation=relation.words,
        choices=[
            turn.choice("label.bind", payload("link_family", words=carried(words)), means="yes"),
            turn.choice("label.leave_it", payload("deny"), means="no"),
            turn.choice("label.person", payload("talk_to_person")),
        ],
    )
    return True
