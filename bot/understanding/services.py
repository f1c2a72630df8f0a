"""What kind of help: words to the fine category codes that the schemes map to their own."""

from collections.abc import Mapping
from dataclasses import dataclass

from .service_words import DENIED, HINTS, NEVER, SOUNDS, TELLING
from .sounds import mend, syllables
from .text import clean

LABELS = {
    "hospital_visit": "陪诊",
    "shopping": "代购",
    "errands": "代办",
    "pickup": "接送",
    "company": "陪伴",
    "walk": "散步",
    "health_advice": "健康咨询",
    "legal_advice": "法律咨询",
    "phone_help": "手机教学",
    "cleaning": "保洁",
    "meal_delivery": "送餐",
    "cooking": "做饭",
    "repair_appliance": "家电维修",
    "repair_home": "家庭维修",
    "drains": "管道疏通",
    "haircut": "理发",
    "childcare": "托管",
    "homework": "辅导",
    "parcel": "快递",
    "pet": "宠物照看",
    "counselling": "心理疏导",
    "medical_care": "医疗护理",
    "day_care": "日间照料",
    "rescue": "紧急救援",
    "training": "培训讲座",
    "culture": "文体活动",
    "anti_fraud": "防诈",
    "life_help": "生活服务",
    "other": "其他",
}


@dataclass(frozen=True)
class ServiceValue:
    """The category, the words it was read from, and other categories that fit too (`unsure` when as well)."""

    category: str
    words: str
    span: tuple[int, int]
    others: tuple[str, ...] = ()
    unsure: bool = False


_SOUNDS = tuple((label, syllables(label)) for label in SOUNDS)
_ACCOMPANIED = ("hospital_visit", "errands", "shopping")
_ENOUGH = 2
"""Hints that are worth a guess; one weak word is not."""


def resolve_service(text: str, called: Mapping[str, str] | None = None) -> ServiceValue | None:
    """The kind of help that a text names, or None. The most telling words win; with two of the same strength
    from different places in the text the value is `unsure` and names the `others`. Where no telling words are found,
    single words that hint are counted together. `called` are a scheme's own words for kinds of help: they go first."""
    said = clean(text)
    own = [(said.find(word), -len(word), word) for word in called or () if word in said]
    if called and own:
        at, _, word = min(own)
        return ServiceValue(called[word], word, (at, at + len(word)))
    heard = mend(said, _SOUNDS)
    blanked = NEVER.sub(lambda match: "\x00" * len(match[0]), heard)
    found: list[tuple[int, int, int, str]] = []
    for rank, (code, weight, pattern) in enumerate(TELLING):
        for match in pattern.finditer(blanked):
            denied = 6 if DENIED.search(blanked[: match.start()]) else 0
            found.append((denied - weight, rank, match.start(), code))
    wanted = [one for one in found if one[0] < 0] or found
    if not wanted:
        return _by_hints(blanked, said)
    lead = min(wanted)
    if lead[3] == "company":
        # 陪 alone says little: what it is for counts
        lead = min((one for one in wanted if one[3] in _ACCOMPANIED), default=lead)
    words, span = _words(blanked, said, lead)
    others = tuple(sorted({one[3] for one in wanted if one[3] != lead[3] and one[0] <= lead[0] + 1}))
    rivals = [one for one in wanted if one[0] == lead[0] and one[3] != lead[3] and not span[0] <= one[2] < span[1]]
    rivals = [one for one in rivals if one[3] != "company"]
    return ServiceValue(lead[3], words, span, others, bool(rivals))


def _by_hints(blanked: str, said: str) -> ServiceValue | None:
    """The category with the most hints; two with as many leave it unsure."""
    scores: dict[str, int] = {}
    first: dict[str, tuple[int, int]] = {}
    for code, weight, pattern in HINTS:
        for match in pattern.finditer(blanked):
            scores[code] = scores.get(code, 0) + weight
            first.setdefault(code, match.span())
    if not scores:
        return None
    if any(code in scores for code in _ACCOMPANIED):
        scores.pop("company", None)
    ranked = sorted(scores, key=lambda code: (-scores[code], first[code]))
    lead = ranked[0]
    if scores[lead] < _ENOUGH:
        return None
    near = tuple(code for code in ranked[1:] if scores[code] >= scores[lead])
    start, end = first[lead]
    return ServiceValue(lead, said[start:end], (start, end), near, bool(near))


def _words(blanked: str, said: str, lead: tuple[int, int, int, str]) -> tuple[str, tuple[int, int]]:
    match = TELLING[lead[1]][2].search(blanked, lead[2])
    start, end = match.span() if match else (lead[2], lead[2] + 1)
    return said[start:end], (start, end)
