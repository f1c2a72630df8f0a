"""A volunteer's photo goes into the job it belongs to, where the scheme keeps one (服务接单影像留存)."""

from __future__ import annotations

from typing import Any

from bank.doing import Doing
from bank.errors import NotAllowed, RuleRefused
from bank.usecases import proof
from bot.desk import Desk
from bot.messages import Reply
from bot.speaker import Speaker


def keep_job_photo(desk: Desk, speaker: Speaker, evidence: dict[str, Any]) -> Reply | None:
    """The reply when the photo was kept with a job; None when it belongs to none, then staff look at it."""
    if speaker.member_id is None or "file" not in evidence:
        return None
    doing = Doing(now=speaker.now, key=f"{speaker.key}:photo", actor_id=speaker.member_id, device=speaker.sender)
    try:
        with desk.units() as uow:
            kept = proof.keep_photo(uow, desk.scheme, doing, str(evidence["file"]))
            uow.commit()
    except (RuleRefused, NotAllowed):
        return None
    return desk.words.say("photo_of_job", speaker.now, number=kept.facts["number"])
