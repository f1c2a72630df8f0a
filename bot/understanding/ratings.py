"""Marks from one to five: 五星, 给5分, and verdicts in words."""

import re
from dataclasses import dataclass
from typing import Literal

from .numbers import whole_number
from .text import clean

LEAST, MOST = 1, 5


@dataclass(frozen=True)
class RatingValue:
    """`stars` 1–5; `derived` when read from a verdict (很好) and so to be read back; None stars when out of range."""

    stars: int | None
    derived: bool
    unsure: bool
    reason: Literal["out_of_range", "several"] | None
    words: str
    span: tuple[int, int]


_N = r"(?P<n>-?\d{1,3}(?:\.\d)?|[零一二两三四五六七八九十]{1,2})"
_MARKS = (
    re.compile(
        rf"(?<![\d.点期第]){_N}\s?(?:个|颗|粒)?(?:星(?!期|座|小区|手机|牌|酒店|电|级酒店|路|街|村|苑|花园|红旗)|"
        rf"心(?=$|[,。!好]))(?:级|好评)?"
    ),
    re.compile(
        rf"(?:打|给|评|评价|得|满意度|评分|分数)(?:了|个|他|她|你|您|是|:)?\s?{_N}\s?(?:个|颗)?(?:分(?!钟)|"
        rf"星)?(?=$|[,。!吧的了啊呀])"
    ),
    re.compile(rf"(?<![\d.点:差欠])(?<![零一二三四五六七八九十]){_N}\s?分(?=$|[,。!吧的啊呀好])"),
    re.compile(r"(?P<n>[1-5]|one|two|three|four|five)\s?(?:stars?|out of (?:5|five))", re.IGNORECASE),
)
_WORDS: tuple[tuple[int, str], ...] = (
    (1,
        r"(?:非常|很|太|十分|相当|一点也|一点都|极)不满意|太差|很差|极差|差劲|差得很|差到|差评|糟糕|很糟|太糟|"
        r"一塌糊涂|糟透|最差|气死人|再也不要|"
        r"(?:服务|态度)(?:真|也|很|太|实在)?(?:差|坏|恶劣)|不像话|very bad|terrible|awful|^差[的啊呀!。]*$|一星"),
    (2,
        r"不(?:太|大|怎么|是很|很|够)(?:满意|好|行|理想|灵)|不满意|不好(?![意说讲])|不灵|不咋[地样的]|不怎么样|"
        r"不哪能|有点差|勿灵|毛毛糙糙|(?<!not )\bbad\b"),
    (3,
        r"马马虎虎|中评|差强人意|一般(?:般|性)?(?!都|是|情况|来说|要|在)|还行|还可以|还算可以|凑合|过得去|中等|普通|"
        r"将就|勉强|不好不坏|"
        r"就那样|so so|not bad"),
    (5,
        r"(?:非常|特别|十分|很|挺|相当|老|蛮|太|真|交关|顶|最|特)(?:的)?(?:满意|好(?![吃听看办用找走玩喝像久])|棒|"
        r"赞|灵|不错|周到|贴心|热心|"
        r"仔细|耐心|认真|到位|可以|行|出色|感谢)|满分|一百分|100分|一百个满意|好极了|太好了|没话说|"
        r"没得说|一级棒|顶呱呱|顶好|呱呱叫|完美|好评|(?<![不点])赞(?!助|成|同)|棒|excellent|great|perfect|"
        r"very good|杠杠的|刮刮叫|老好额|灵得来|好得很|好得不得了|做得好"),
    (4, r"满意|不错|挺行|\bgood\b|蛮好|灵的|灵额"),
)  # fmt: skip
_BARE_VERDICTS = tuple(
    (stars, re.compile(rf"(?:{words})[的了吧啊呀呢额。! ]*", re.IGNORECASE))
    for stars, words in (
        (4, r"好|可以|行|good|good job"),
        (3, r"还好|ok|okay|中"),
        (2, r"不行|不可以|bad"),
        (1, r"差|坏"),
    )
)
_VERDICTS = tuple((stars, re.compile(words, re.IGNORECASE)) for stars, words in _WORDS)
_SPELLED = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5}
_DRAWN = re.compile(r"[⭐★🌟☆✩]{1,9}")
_HALF_STAR = re.compile(
    r"[一二三四五\d]\s?[个颗]?半\s?[个颗]?星|[一二三四五]点五星|[一二三][二三四][个颗]?星|[一二三四\d](?:到|至|"
    r"[-~])[二三四五\d][个颗]?星"
)
_MEND = re.compile(r"(?<=[,。 哦噢])不(?=[,。 ])|不对|说错|错了|应该|改成|不是")


def resolve_rating(text: str, *, asked: bool = False) -> RatingValue | None:
    """The mark that a text gives, or None. With `asked` a bare number counts, as do bare verdicts (好)."""
    said = clean(text)
    half = _HALF_STAR.search(said)
    if half:
        return RatingValue(None, False, True, "out_of_range", half[0], half.span())
    drawn = _DRAWN.search(said)
    if drawn and "☆" not in drawn[0]:
        stars = len(drawn[0]) if LEAST <= len(drawn[0]) <= MOST else None
        return RatingValue(stars, False, stars is None, None if stars else "out_of_range", drawn[0], drawn.span())
    marks = [
        value
        for pattern in _MARKS
        for match in pattern.finditer(said)
        if not said[: match.start()].endswith(("不是", "不要")) and (value := _mark(match)) is not None
    ]
    if marks:
        marks.sort(key=lambda one: one.span)
        if len({one.stars for one in marks}) == 1 or _MEND.search(said):
            return marks[-1]
        first = marks[0]
        return RatingValue(first.stars, False, True, "several", first.words, first.span)
    if asked:
        bare = re.fullmatch(rf"(?:就|给|打|我?选|第)*\s?{_N}\s?(?:个|号)?[吧啊呀的。! ]*", said)
        value = _mark(bare, "n") if bare else None
        if value is not None:
            return value
        for stars, word in _BARE_VERDICTS:
            if word.fullmatch(said):
                return RatingValue(stars, True, False, None, said, (0, len(said)))
    return _verdict(said)


def _mark(match: re.Match[str], group: str | int = 0) -> RatingValue | None:
    words, span = match[group], match.span(group)
    number = _SPELLED.get(match["n"].lower()) or whole_number(match["n"])
    if number is None:
        return (
            RatingValue(None, False, True, "out_of_range", words, span) if "." in match["n"] or "-" in words else None
        )
    if not LEAST <= number <= MOST:
        return RatingValue(None, False, True, "out_of_range", words, span)
    return RatingValue(number, False, False, None, words, span)


def _verdict(said: str) -> RatingValue | None:
    """The longest verdict wins, so that 不太满意 is not read as 满意."""
    found: list[tuple[int, int, int]] = []
    for stars, pattern in _VERDICTS:
        found.extend((match.start(), match.end(), stars) for match in pattern.finditer(said))
    kept: list[tuple[int, int, int]] = []
    for start, end, stars in sorted(found, key=lambda one: one[0] - one[1]):
        if not any(start < e and s < end for s, e, _ in kept):
            kept.append((start, end, stars))
    if not kept:
        return None
    start, end, stars = min(kept)
    clash = max(one[2] for one in kept) - min(one[2] for one in kept) > 2
    return RatingValue(stars, True, clash, "several" if clash else None, said[start:end], (start, end))
