"""What is understood of a text, as one JSON object (INTERFACES: `parse`)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import islice
from typing import Any

from bank.scheme import Scheme
from bot.brain import ensure_brain
from bot.clock import SystemClock
from bot.rasa_client import RasaClient
from bot.understanding.emergencies import screen
from bot.understanding.scams import screen_scam
from bot.understanding.text import clean, neutralise
from bot.understanding.values import Role, Values, extract
from bot.understanding.verdict import Opinion, weigh_emergency, weigh_scam
from storage.scheme_files import load_scheme

AT_ONCE = 8  # requests under way: Rasa parses one at a time, this only hides the way there and back
# the same words from the volunteer and from the receiver mean different deeds (INTENTS: "Who says it matters")
RECEIVER_AND_GIVER = (
    ("confirm_done", "finish_service"),
    ("cancel_order", "withdraw_job"),
    ("check_order", "view_schedule"),
    ("gift_coins", "grant_coins"),
)
TWINS = {
    "resident": {giver: receiver for receiver, giver in RECEIVER_AND_GIVER},
    "volunteer": {receiver: giver for receiver, giver in RECEIVER_AND_GIVER if giver != "grant_coins"},
    "staff": {"gift_coins": "grant_coins"},
}
FITS_BOTH = 0.2  # share of the leader's confidence from which the twin counts as fitting too


async def read_lines(
    lines: Iterator[str],
    show: Callable[[dict[str, Any]], None],
    *,
    now: datetime | None,
    role: str,
    scheme_name: str,
) -> None:
    """Read each line and show its object, in order. Raises ModelMissing when the understanding does not start."""
    scheme = load_scheme(scheme_name)
    address = ensure_brain()
    client = RasaClient(address.rasa_url, address.rasa_token, timeout=30)
    try:
        while batch := list(islice(lines, AT_ONCE)):
            moments = now or SystemClock().now()
            for answer in await asyncio.gather(*(read(client, scheme, line, moments, role) for line in batch)):
                show(answer)
    finally:
        await client.close()


async def read(client: RasaClient, scheme: Scheme, text: str, now: datetime, role: str) -> dict[str, Any]:
    """One text's object: Rasa's parse, our values, the decision, and whether it is an emergency."""
    words = neutralise(clean(text))
    parsed = await client.parse(words)
    values = extract(words, now.astimezone(scheme.tz), role=_ROLES.get(role), called=scheme.said_of_categories())
    understood = parsed.get("understanding") or {}
    opinion = Opinion.of(parsed)
    alarm, scam = weigh_emergency(words, screen(words), opinion), weigh_scam(words, screen_scam(words), opinion)
    intent, ranking = by_role(parsed["intent"], parsed.get("intent_ranking", []), role)
    decision, choices = understood.get("decision", "act"), list(understood.get("choices", []))
    forced = "report_emergency" if alarm is not None else "suspect_scam" if scam is not None else None
    if forced is not None:
        intent, decision, choices = {"name": forced, "confidence": 1.0}, "act", []
        if alarm is not None and alarm.level == "doubtful":
            decision = "ask"
    elif intent["name"] == "report_emergency" and decision == "act":
        decision = "ask"  # the desk asks back where only the classifier heard a call
    return {
        "text": text,
        "intent": {"name": intent["name"], "confidence": intent["confidence"]},
        "intent_ranking": [{"name": item["name"], "confidence": item["confidence"]} for item in ranking],
        "entities": values.entities(),
        "values": _of_scheme(values, scheme),
        "decision": decision,
        "choices": choices if decision == "ask" else [],
        "emergency": alarm is not None,
    }


_ROLES: dict[str, Role] = {"resident": "resident", "volunteer": "volunteer", "staff": "staff"}


def _of_scheme(values: Values, scheme: Scheme) -> dict[str, Any]:
    """The values with the service under the scheme's own category: its code and name, beside the fine kind of help."""
    said = values.as_values()
    if values.service is not None:
        category = scheme.category_of(values.service.category)
        said["service"] = {"category": category.code, "name": category.name, "kind": values.service.category,
                           "words": values.service.words}  # fmt: skip
    return said


Scored = dict[str, Any]


def by_role(intent: Scored, ranking: list[Scored], role: str) -> tuple[Scored, list[Scored]]:
    """Where the words fit both the volunteer's and the receiver's deed, the speaker's role decides."""
    from_name = intent["name"]
    to_name = TWINS.get(role, {}).get(from_name)
    if to_name is None:
        return intent, ranking
    twin = next((item for item in ranking if item["name"] == to_name), None)
    if twin is None or twin["confidence"] < FITS_BOTH * intent["confidence"]:
        return intent, ranking
    swap = {from_name: to_name, to_name: from_name}
    return (
        {"name": to_name, "confidence": intent["confidence"]},
        [{**item, "name": swap.get(item["name"], item["name"])} for item in ranking],
    )
