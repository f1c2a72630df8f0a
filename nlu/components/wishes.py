"""Two wishes in one message: "帮我约明天陪诊，顺便看看我还有几个币".

A message is cut where a second wish may begin, and both halves are put to the same models. Only two different things
that the desk can do, each clear by itself, are two wishes: greetings, thanks, reasons and facts beside a wish are none.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from components.decision import Decision

Opinions = Callable[[Sequence[str]], list[Decision]]
Strength = Literal["cue", "stop", "comma"]

MOST_CUTS: Final = 4
LONGEST: Final = 300
"""Characters that are looked at, as everywhere in the understanding."""
_PAUSE: Final = re.compile(r"[，。；！？…~～\n]+|[,;!?]+(?!\d)|\.+(?=\s|$)")
_STOPS: Final = frozenset("。；！？!?;.\n")
_CUE: Final = re.compile(
    r"[顺順](?:便|[带帶]|手)|另外|"
    r"[还還]有(?![多几幾没沒人谁誰吗嗎么单單活位空币幣哪什啥一二两三四五六七八九十\d剩待要])|"
    r"[对對]了(?=[,，。 \s]|我|[帮幫]|再|[还還]|那)|"
    r"再就是|再[帮幫替请請约約问問看查找叫]|再[给給]我[约約请請找叫]|也[帮幫给給替请請问問看查]|同[时時](?!候|间|間)|"
    r"然[后後]再?(?:[帮幫给給问問看查请請]|我[想要])|[还還](?:想|要)(?:再)?[问問看查请請约約找]|"
    r"\b(?:also|by the way|btw|oh and|and (?:also|how|what|please|can|tell))\b",
    re.IGNORECASE,
)
_LEADING: Final = re.compile(
    r"^(?:(?:[顺順](?:便|[带帶]|手)|另外|[还還]有|[对對]了|然[后後]|同[时時]|哦|噢|那|就是|"
    r"also|by the way|btw|oh and|and)[,，、 ]*)+|^改(?=[今明后大下周礼星])",
    re.IGNORECASE,
)
_NEAR_PAUSE: Final = 5
"""A cue so few characters after a pause belongs to the clause that the pause begins."""
_LEAST: Final = 2
"""Characters of a clause that can be a wish."""
_SURE: Final[dict[Strength, float]] = {"cue": 0.55, "stop": 0.7, "comma": 0.8}
"""How clear both halves must be by themselves, by what stands between them."""
_ONE_BREATH: Final = (frozenset({"confirm_done", "rate_service"}), frozenset({"cancel_order", "request_help"}))
"""Pairs that are said without a word between them: neither is a reason of the other."""
_EMERGENCY_SURE: Final = 0.75
_FIRST: Final = ("report_emergency", "suspect_scam", "dispute_service", "request_help")
"""What is acted on before what was said first (INTENTS: rulings)."""
_NO_TASKS: Final = frozenset(
    """
    greet goodbye thank affirm deny inform correct repeat show_menu bot_challenge talk_to_person complain out_of_scope
    nlu_fallback
    """.split()  # noqa: SIM905  # a word list reads best as words
)
_SAME: Final = (
    frozenset({"confirm_done", "finish_service", "start_service"}),
    frozenset({"cancel_order", "change_order", "withdraw_job"}),
    frozenset({"dispute_service", "check_order"}),
    frozenset({"stop_messages", "resume_messages"}),
)
"""Names for one thing, said twice."""
_ALIKE: Final = (
    frozenset({"check_balance", "view_statement", "ask_rules", "check_honors", "gift_coins", "donate_coins"}),
    frozenset({"join", "join_volunteer", "ask_rules", "link_family", "request_help", "ask_station"}),
    frozenset({"list_jobs", "accept_job", "set_availability", "view_schedule", "withdraw_job", "finish_service"}),
    frozenset({"request_help", "check_order", "change_order", "dispute_service", "report_emergency", "confirm_done"}),
    frozenset({"list_activities", "join_activity", "leave_activity", "broadcast", "ask_meals", "ask_station"}),
    frozenset({"review_requests", "approve_request", "reject_request", "assign_job"}),
    frozenset({"stop_messages", "set_availability"}),
)
"""What is often a reason or a detail of the other: two wishes only where a word says that another begins."""
_ASKED_FOR: Final = frozenset(
    """
    request_help check_balance check_order list_activities ask_meals ask_station view_schedule list_jobs view_statement
    review_requests view_report redeem_goods
    """.split()  # noqa: SIM905  # a word list reads best as words
)
"""What is never said as a reason: at a mere comma only these stand side by side (想攒时长，有啥活 is one wish)."""


@dataclass(frozen=True)
class Wish:
    """One thing wanted, in the person's own words."""

    text: str
    intent: str


def wishes_of(text: str, whole: Decision, opinions: Opinions) -> tuple[Wish, ...]:
    """The two wishes of a message in the order of acting, or none. `opinions` decides on several texts at once."""
    cuts = list(_cuts(text[:LONGEST]))[:MOST_CUTS]
    if not cuts:
        return ()
    halves = [half for first, second, _ in cuts for half in (first, second)]
    decisions = opinions(halves)
    best: tuple[float, tuple[Wish, Wish]] | None = None
    for number, (first, second, strength) in enumerate(cuts):
        left, right = decisions[2 * number], decisions[2 * number + 1]
        if not _are_two(left, right, strength, whole):
            continue
        sure = min(left.confidence, right.confidence) + (0.1 if strength == "cue" else 0.0)
        if best is None or sure > best[0]:
            best = sure, (Wish(first, left.intent), Wish(second, right.intent))
    return () if best is None else _in_order(*best[1])


def _cuts(text: str) -> Iterator[tuple[str, str, Strength]]:
    """Where a second wish may begin, the likeliest first: both halves, and what stands between them."""
    pauses = [match.span() for match in _PAUSE.finditer(text)]
    found: dict[tuple[int, int], Strength] = {}
    for match in _CUE.finditer(text):
        near = [span for span in pauses if span[1] <= match.start() <= span[1] + _NEAR_PAUSE]
        found[near[-1] if near else (match.start(), match.start())] = "cue"
    for begin, end in pauses:
        found.setdefault((begin, end), "stop" if _STOPS & set(text[begin:end]) else "comma")
    order: dict[Strength, int] = {"cue": 0, "stop": 1, "comma": 2}
    for (begin, end), strength in sorted(found.items(), key=lambda item: (order[item[1]], item[0])):
        first, second = text[:begin].strip(" ,，。"), _LEADING.sub("", text[end:].strip(" ,，。"))
        if min(len(first), len(second)) >= _LEAST:
            yield first, second, strength


def _are_two(left: Decision, right: Decision, strength: Strength, whole: Decision) -> bool:
    names = {left.intent, right.intent}
    if len(names) < 2 or names & _NO_TASKS or any(names <= alike for alike in _SAME):
        return False
    one_breath = names in _ONE_BREATH
    if strength != "cue" and not one_breath and any(names <= alike for alike in _ALIKE):
        return False
    least = _SURE["cue"] if one_breath else _SURE[strength]
    if min(left.confidence, right.confidence) < least:
        return False
    if strength == "comma" and not one_breath and not names <= _ASKED_FOR:
        return False
    if "report_emergency" in names and "request_help" in names:
        return False  # what hurts is told as the reason of a visit to the doctor; the screens watch over the rest
    if any(one.intent == "report_emergency" and one.confidence < _EMERGENCY_SURE for one in (left, right)):
        return False
    likely = [name for name, _ in whole.ranking[: 3 if strength == "cue" else 1]]
    return bool(names & set(likely))


def _in_order(first: Wish, second: Wish) -> tuple[Wish, Wish]:
    """By the ruling; done and praise is first of all done."""
    if {first.intent, second.intent} == {"confirm_done", "rate_service"}:
        return (first, second) if first.intent == "confirm_done" else (second, first)
    for intent in _FIRST:
        if intent in (first.intent, second.intent):
            return (first, second) if first.intent == intent else (second, first)
    return first, second
