"""Which order: 3号单, 单子12, 第5个单, #12; a bare number only when it was asked for."""

import re
from dataclasses import dataclass

from .numbers import whole_number
from .text import clean

MAX_NUMBER = 999_999


@dataclass(frozen=True)
class OrderNumberValue:
    """The number of an order; `unsure` when more than one was named (the first is given) or it may be a date."""

    number: int
    unsure: bool
    words: str
    span: tuple[int, int]


_CN = "零〇一二两三四五六七八九十百千廿卅"
_N = rf"(?P<n>\d{{1,6}}|[{_CN}]{{1,7}})"
_ORDER = r"(?:单子?|订单|工单|任务|活儿?(?!动)|需求|申请|求助|服务单)"
_DONE_TO = (
    r"(?:不?(?:通过|同意|批准|驳回|拒绝|退回)|(?:转)?派给|派(?![人个一])|分给|指派|不批|批了|退掉|打回|"
    r"(?:已经|都)?(?:做完|做好|完成|结束)了?|我接|接了|我来接|作废|撤销|取消(?!的)|没人接|有人接)"
)
_DO = (
    r"(?:接下?|抢|领|通过|同意|批准|驳回|拒绝|退回|退掉|打回|撤销|作废|核准|审批|审核|审|批|派|指派|分配|"
    r"查一?下?|查询|完成|放弃|结束|开始|确认|"
    r"取消|退|accept|approve|reject|cancel|take|assign)"
)
_ONE = r"(?:这个|那个|一下|掉|了|个)?\s?"
_NOT_DAY = r"(?!楼|线|门|房|床|院|店|厅|桌|室|弄|路|公|那[天日]|上午|下午|早|晚|中午|的[陪代接服]|去|来|[到至-])"

STRONG: tuple[re.Pattern[str], ...] = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"(?<![\d.第{_CN}]){_N}\s?号\s?的?(?:这个|那个)?{_ORDER}",
        rf"(?:单号|编号|订单号?|工单号?|单子号?|任务号?|申请号?|序号|order(?: number)?|job|no\.?)\s?(?:是|为|:|"
        rf"号)?\s?(?:no\.?|#)?\s?{_N}(?!\s?[点个:]|\d|月|小时|分钟|天|[{_CN}]|币)(?:\s?号)?",
        r"单子?\s?(?P<n>\d{1,6})(?![点个:月\d])(?:\s?号)?",
        rf"(?<![\d.第{_CN}]){_N}\s?号\s?的?(?:那|这)[个张条]?{_ORDER}",
        rf"(?:单号|单子号码|号码|编号|单子编号)(?:是|为|:)?\s?{_N}(?=$|[,。!吧的])",
        rf"(?:(?<=接)|(?<=抢)|(?<=拿)|(?<![\d.第{_CN}])){_N}\s?号[蛋丹但旦担](?=[,，。我接取做]|$)",
        r"(?<![\d.第:])(?P<n>\d{3,6})\s?(?:单|订单)(?![位元人身间独个])",
        rf"(?<![\d.第{_CN}月]){_N}\s?号(?:和|跟|、)?(?=(?:的|[那这][个张条]?|[蛋但丹旦])?(?:我都?接|我来|都?接了|"
        rf"归我|给我))",
        rf"第\s?{_N}\s?(?:个|号|张|条|笔|项)?\s?{_ORDER}",
        r"#\s?(?P<n>\d{1,6})(?!\d)",
        rf"{_DO}{_ONE}#?{_N}\s?号{_NOT_DAY}",
        rf"(?<![\d.第{_CN}月]){_N}\s?号(?={_DONE_TO})",
        rf"(?:^|(?<=[,。 ]))(?:我?{_DO}){_ONE}(?P<n>\d{{1,6}})(?=$|[,。!])",
        rf"(?<![\d.第{_CN}月]){_N}\s?号(?=[^,。!?月点\d]{{0,6}}(?:审核|审批|通过|批准|驳回|发布|指定|匹配|"
        rf"派给|退回|退掉|转给|不批))",
        rf"(?<![\d.第{_CN}月]){_N}\s?号(?=(?:单)?(?:我|归我|给我|让我)都?(?:要|来做|来接|拿|做|接)|归我|没人要)",
        rf"(?:指定|安排|调|选|派|分)[^,。]{{1,4}}(?:去|做|接|干|到){_N}\s?号(?!楼|线|门|弄|院|店)",
        rf"(?<![\d第]){_N}\s?号(?:那|这)?个?(?={_ORDER})",
    )
)
_MENDED = re.compile(r"不是|不对|说错|错了|应该是|[哦噢]不|(?<=[,。 ])不(?=[,。 ])")
_AND_ANOTHER = re.compile(rf"(?<!不是)(?:\d{{1,6}}|[{_CN}]{{1,4}})号?[、和跟与,]?\s?$")
_MAYBE_DAY = re.compile(rf"{_N}\s?号[吧啊呀呢的。!, ]*")
_HOUSE_NUMBER = r"(?:[路街弄道巷楼室栋幢苑园]\s?)$"
_BARE = re.compile(
    rf"(?:我?(?:要|选|接|就|是|那个|那|单号|编号|号码)*)?\s?(?:no\.?|#)?\s?第?{_N}\s?(?:号|个|单)?(?:单子?|"
    rf"订单)?[吧啊呀呢的。!,， ]*",
    re.IGNORECASE,
)


def resolve_order_number(text: str, *, asked: bool = False) -> OrderNumberValue | None:
    """The number of the order that a text names, or None. A bare number (12, 三号) counts only with `asked`;
    numbers of houses, lines, dates and people never do."""
    said = clean(text)
    found: dict[tuple[int, int], int] = {}
    for pattern in STRONG:
        for match in pattern.finditer(said):
            number = whole_number(match["n"])
            start = match.start("n")
            if number is None or not 0 < number <= MAX_NUMBER or re.search(_HOUSE_NUMBER, said[:start]):
                continue
            if not any(begin < match.end("n") and start < end for begin, end in found):
                found[(start, match.end("n"))] = number
    if found:
        spans = sorted(found)
        first = spans[0]
        unsure = len(set(found.values())) > 1
        if unsure and _MENDED.search(said, first[1], spans[-1][0]):
            first, unsure = spans[-1], False
        unsure = unsure or bool(_AND_ANOTHER.search(said[: first[0]]))
        end = first[1] + (1 if said[first[1] : first[1] + 1] == "号" else 0)
        return OrderNumberValue(found[first], unsure, said[first[0] : end], (first[0], end))
    bare = _BARE.fullmatch(said) if asked else _MAYBE_DAY.fullmatch(said)
    number = whole_number(bare["n"]) if bare else None
    if bare is None or number is None or not 0 < number <= MAX_NUMBER:
        return None
    return OrderNumberValue(number, not asked, bare["n"], bare.span("n"))
