"""Words and classifier together: what finally counts as a call for help or as a swindle.

The words decide where they are sure. Where they are in doubt, or silent, the classifier's share is weighed in: a doubt
that the classifier does not share at all is dropped, and so are sure words in an ordinary errand;
a share that no word explains raises one short question.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .alarm_calm import CALM, DESK_TALK
from .alarm_context import HEARSAY
from .emergencies import Alarm
from .scam_plots import HARMLESS_WORDS
from .scam_words import NOT_SCAM
from .scams import ScamAlarm
from .text import clean

# Shares from 0 to 1, chosen on lines that neither trained the classifier nor shaped the word lists.
NOT_SHARED = 0.03
HEARD = 0.22
HEARD_THOUGH_CALM = 0.5
SURE = 0.6
SCAM_HEARD = 0.25
SCAM_HEARD_THOUGH_HARMLESS = 0.5


@dataclass(frozen=True, slots=True)
class Opinion:
    """The classifier's share of belief, 0–1, in an emergency and in a swindle."""

    emergency: float = 0.0
    scam: float = 0.0

    @classmethod
    def of(cls, parsed: Mapping[str, Any]) -> Opinion:
        """From a parse; what stands in no ranking has no share."""
        shares = {item["name"]: float(item["confidence"]) for item in parsed.get("intent_ranking") or []}
        return cls(shares.get("report_emergency", 0.0), shares.get("suspect_scam", 0.0))


def is_calm(text: str) -> bool:
    """Whether something ordinary stands there as well: an errand, a question, news, a job done."""
    said = clean(text)
    return any(pattern.search(said) for pattern in (CALM, HEARSAY, DESK_TALK))


def weigh_emergency(text: str, words: Alarm | None, opinion: Opinion | None) -> Alarm | None:
    """The alarm to raise; without an opinion (the classifier is away) the words stand alone."""
    if opinion is None:
        return words
    calm = is_calm(text)
    if words is not None and words.level == "certain":
        return None if calm and opinion.emergency < NOT_SHARED else words
    if words is not None:
        if opinion.emergency < NOT_SHARED:
            return None
        if opinion.emergency >= SURE:
            return Alarm("certain", words.kind, words.words, words.span)
        return words
    if opinion.emergency >= (HEARD_THOUGH_CALM if calm else HEARD) and opinion.emergency > opinion.scam:
        said = clean(text)
        return Alarm("doubtful", "help", said, (0, len(said)))
    return None


def weigh_scam(text: str, words: ScamAlarm | None, opinion: Opinion | None) -> ScamAlarm | None:
    """The swindle to advise on; advice costs little, so a fair share is enough."""
    if words is not None or opinion is None:
        return words
    said = clean(text)
    harmless = HARMLESS_WORDS.search(said) or NOT_SCAM.search(said)
    if opinion.scam >= (SCAM_HEARD_THOUGH_HARMLESS if harmless else SCAM_HEARD) and opinion.scam > opinion.emergency:
        return ScamAlarm("doubtful", "other", said, (0, len(said)))
    return None
