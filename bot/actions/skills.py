"""X 志愿帮 in chat: what a resident is good at is offered to the neighbours, and found by who asks for it."""

from __future__ import annotations

import re
from typing import Any

from bank.usecases import skills as use
from bot.actions.turn import Turn, carried, payload
from bot.catalogue import MOST_CHOICES
from bot.understanding.services import resolve_service

OFFER = "offer_skill"
OFFERS = re.compile(
    r"(?:我|阿拉|俺)(?:们家)?(?:退休前|以前|也|还|倒是)?(?P<said>(?:会|懂|擅长|能帮|可以帮|能教|可以教)[一-龥a-zA-Z]{2,20})"
    r"[,，。 ].{0,20}(?:找我|叫我|喊我|帮|教|都行|可以)"
)
FINDS = re.compile(
    r"(?:谁|哪个|哪位|哪家|有没有(?:人|谁|邻居)|有(?:人|邻居))(?:家里?)?(?:会|懂|擅长|能|可以)(?P<what>[一-龥a-zA-Z]{2,16}?)(?:[吗呀啊呢的?？。!！]|$)"
)


def meant(turn: Turn) -> bool:
    """Whether the words offer a skill or look for one, where residents may declare theirs."""
    if turn.desk.scheme.self_offered_category is None or turn.member is None:
        return False
    return turn.given("change") == OFFER or bool(OFFERS.search(turn.words) or FINDS.search(turn.words))


def answer(turn: Turn) -> None:
    """Offer it (after a read-back), or tell who has offered what is looked for."""
    offered, wanted = OFFERS.search(turn.words), FINDS.search(turn.words)
    if turn.given("change") == OFFER:
        _offer(turn, turn.words)
    elif offered is not None:
        said = offered["said"]
        turn.say(
            "skill.agree",
            choices=[
                turn.choice("label.right", payload("join_volunteer", change=OFFER, words=carried(said)), means="yes"),
                turn.choice("label.not_right", payload("deny"), means="no"),
                turn.choice("label.person", payload("talk_to_person")),
            ],
            said=said,
        )
    elif wanted is not None:
        _find(turn, wanted["what"])


def _kind(words: str) -> str | None:
    found = resolve_service(words)
    return None if found is None or found.unsure else found.category


def _offer(turn: Turn, words: str) -> None:
    doing = turn.doing("offer_skill")
    receipt = use.offer_skill(turn.uow, turn.desk.scheme, doing, words, _kind(words) or "skill")
    turn.say("skill.offered", **receipt.facts)


def _find(turn: Turn, what: str) -> None:
    receipt = use.find_skills(turn.uow, turn.desk.scheme, turn.doing("find_skills"), what, _kind(what))
    rows: list[dict[str, Any]] = [row for row in receipt.facts["skills"] if not row["mine"]][:MOST_CHOICES]
    ask = turn.choice("label.ask_for_it", payload("request_help", words=carried(what)), means="yes")
    words = "skill.found" if rows else "skill.nobody"
    no = turn.choice("label.leave_it", payload("deny"), means="no")
    turn.say(words, choices=[ask, no, turn.choice("label.person", payload("talk_to_person"))], what=what, rows=rows)
