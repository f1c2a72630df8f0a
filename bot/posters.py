"""A branch's joining poster, with its own address and telephone and the code that leads to it."""

from __future__ import annotations

from urllib.parse import quote

from bank.errors import NotFound
from bot.desk import Desk
from bot.pictures.poster import Poster, draw_poster

STEPS = ("poster.step_scan", "poster.step_say", "poster.step_come")


def web_address(public_url: str, scene: str) -> str:
    """Where the code of a branch's poster leads without WeChat: the web chat, begun at that branch."""
    return f"{public_url.rstrip('/')}/chat?scene={quote(scene, safe='')}"


def draw_for(desk: Desk, scene: str, address: str) -> bytes:
    """The poster (PNG) of the branch that bears `scene`, its code saying `address`. Raises NotFound."""
    with desk.units() as uow:
        found = uow.branches.find(scene=scene)
    if not found:
        raise NotFound("branch with the scene", scene)
    branch, now = found[0], desk.clock.now()
    return draw_poster(
        Poster(
            title=desk.scheme.bank_name,
            call=desk.words.say("poster.call", now).text,
            steps=tuple(desk.words.say(step, now).text for step in STEPS),
            branch=branch.name,
            address=branch.address,
            phone=branch.phone,
            hours=branch.hours,
            code=address,
        )
    )
