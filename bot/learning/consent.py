"""Whether misunderstood words may be kept: asked once after joining, answered by a button or in plain words."""

from __future__ import annotations

import re

from bank.doing import Doing
from bank.usecases import learning
from bot.desk import Desk
from bot.messages import Reply
from bot.speaker import Speaker
from storage.unit_of_work import in_unit

YES, NO = "/learning_yes", "/learning_no"
_SAYS_NO = re.compile(
    r"(?:请)?(?:不要|别|不许|不准|勿要|覅)再?(?:留|记|存|学)(?:着|下)?我(?:说|讲)?的?话|(?:请)?(?:删掉|删除|删了|收回)我(?:说|讲)?(?:过)?的话"
)
_SAYS_YES = re.compile(r"(?:我)?(?:同意|可以|愿意|允许)(?:您|你|你们)?(?:留|记|存)(?:着|下)?我(?:说|讲)?的?话")


def consent_in(words: str) -> bool | None:
    """The answer that a button or plain words give; None when they are about something else."""
    bare = words.rstrip("。.!！吧了啊 ")
    if words == YES or _SAYS_YES.fullmatch(bare):
        return True
    if words == NO or _SAYS_NO.fullmatch(bare):
        return False
    return None


def take_consent(desk: Desk, speaker: Speaker, agreed: bool) -> Reply:
    """Record the answer; a no deletes what is still linked to the person. Blocking."""
    if speaker.member_id is None:
        return desk.words.refusal("not_a_member", speaker.now)
    doing = Doing(now=speaker.now, key=f"{speaker.key}:learning", actor_id=speaker.member_id, device=speaker.sender)
    receipt = in_unit(desk.units, lambda uow: learning.set_learning_consent(uow, desk.scheme, doing, agreed))
    if agreed:
        return desk.words.say("learning.agreed", speaker.now)
    return desk.words.say("learning.declined", speaker.now, forgotten=receipt.facts["forgotten"])
