"""Where: 在家, 门口, 华山医院, 中山西路1030弄8号."""

import re
from dataclasses import dataclass
from typing import Literal

from .text import clean

PlaceKind = Literal[
    "home",
    "door",
    "relative_home",
    "hospital",
    "clinic",
    "community_centre",
    "station",
    "market",
    "shop",
    "pharmacy",
    "bank",
    "park",
    "school",
    "office",
    "transport",
    "address",
    "usual",
    "other",
]


@dataclass(frozen=True)
class PlaceValue:
    """The words of a place and what kind of place it is; `span` is of the cleaned text."""

    kind: PlaceKind
    words: str
    span: tuple[int, int]


_NUM = r"(?:\d{1,5}|[零一二三四五六七八九十百千]+)"
_ROAD = r"[一-龥]{1,6}?(?:路|大街|街道?(?!办)|大道|巷|胡同|弄堂)"
_ESTATE = (
    r"[一-龥]{2,6}?(?:小区|新村|花园|公寓|家园|苑|坊|里弄|家属院|大院|社区(?!卫生|服务|文化|活动|食堂|医院|居委|"
    r"邻里|党群|里|的|门|工))"
)
_HOUSE = (
    rf"(?:{_NUM}弄)?(?:{_NUM}支弄)?(?:{_NUM}号(?![单线]|订单)(?:楼|院|"
    rf"门)?)?(?:{_NUM}[栋幢座])?(?:{_NUM}单元)?(?:{_NUM}[室楼层]|(?<=[栋幢座号楼元])\d{{3,4}}(?!\d))?"
)
_ADDRESS = re.compile(
    rf"(?P<name>{_ROAD}|{_ESTATE})(?P<house>{_HOUSE})|{_NUM}弄(?:{_NUM}支弄)?{_NUM}号(?:{_NUM}[室楼])?|"
                      rf"(?<!第){_NUM}号楼(?:{_NUM}单元)?(?:{_NUM}室?)?|"
                      rf"(?<![第\d]){_NUM}楼[东西南北左右中](?:户|边|间|手|首)?|"
                      rf"{_NUM}[栋幢](?:{_NUM}单元)?{_NUM}室?|\d{{3,4}}室")  # fmt: skip

_KINDS: tuple[tuple[PlaceKind, str], ...] = (
    (
        "clinic",
        r"社区卫生(?:服务)?(?:中心|站)|卫生(?:服务)?(?:中心|站|院|所)|卫生室|门诊部|诊所|地段医院|社区医院|"
        r"医务室",
    ),
    (
        "hospital",
        r"(?<=[去到上在送往])(?:瑞金|华山|中山(?!公园|[东西南北]?路)|仁济|协和|同仁|龙华|曙光|岳阳|新华(?!路|书)|"
        r"长海|长征|积水潭|天坛|"
        r"宣武)(?=看|配|挂|复|做|住|拿|查|透|开|$|[,。])|(?<![一-龥])[一二三四五六七八九]院(?![子里])|"
        r"(?<=[去到上在送往])(?:[市区县省]?[一二三四五六七八九十]院|"
        r"[市县省]医院)(?![子里])|(?:人民|中心|妇幼|儿童|口腔|眼科|中医|老年|肿瘤|胸科|精神|专科|附属)?医院|"
        r"急诊(?:室|科)?|住院部|"
        r"门诊(?!部)",
    ),
    (
        "community_centre",
        r"市民中心|社区(?:活动|文化|服务|邻里|党群)?(?:中心|活动室|食堂|客厅)|邻里(?:中心|汇)|活动(?:中心|室)|"
        r"老年(?:活动(?:中心|室)|大学)|居委会?|村委会?|文化(?:中心|站|宫|馆|家园)|"
        r"党群(?:服务)?中心|日间照料中心|长者(?:之家|照护之家)|敬老院|养老院|福利院|"
        r"街道办(?:事处)?",
    ),
    ("station", r"(?:美好生活)?服务站|助餐点|长者食堂|老年食堂|时间银行(?:分行|支行|总行)?|志愿者?(?:服务)?站|驿站"),
    ("pharmacy", r"药店|药房|大药房"),
    ("bank", r"(?:工商|建设|农业|中国|交通|邮政|邮储|招商|农商|工|农|建)?银行(?<!时间银行)"),
    ("market", r"(?:小)?菜(?:市)?场|菜市|农贸市场|集市|超市|大卖场|市场"),
    (
        "shop",
        r"大润发|沃尔玛|家乐福|盒马|永辉|联华|物美|银座|万达|苏果|罗森|山姆|世纪联华|大福源|商场|商店|小卖部|便利店|"
        r"百货|理发店|饭店|快递(?:点|柜|站)|菜鸟驿站|丰巢|邮局|营业厅",
    ),
    ("park", r"公园|广场|绿地|湿地|河边"),
    (
        "other",
        r"图书馆|博物馆|体育馆|文化馆|大?剧院|戏院|电影院|大戏台|教堂|(?<=[一-龥])寺(?![一-龥]*路)|"
        r"(?<=[一-龥])庙(?!会)|陵园|公墓|墓园|澡堂|浴室|宾馆|酒店|茶馆|"
        r"棋牌室|古城|古镇|景区|植物园|动物园|村口|(?<=[一-龥]{2})村(?=$|[,。里的口])|驾校|殡仪馆",
    ),
    ("school", r"(?:幼儿园|小学|中学|学校|大学|托班)(?:门口)?"),
    ("transport", r"地铁站|火车站|高铁站|汽车站|公交站|车站|机场|码头"),
    (
        "office",
        r"派出所|法院|社保(?:中心|局)|医保(?:中心|局)|民政局|税务局|公证处|律师事务所|受理中心|办事大厅|房产中心",
    ),
)
_NAMED = tuple((kind, re.compile(rf"(?P<head>[一-龥\dA-Za-z]{{0,10}}?)(?P<tail>{words})")) for kind, words in _KINDS)
_HOME: tuple[tuple[PlaceKind, re.Pattern[str]], ...] = (
    ("relative_home", re.compile(
        r"(?:女儿|儿子|我妈|我爸|父母|爸妈|老娘|外孙|孙女|孙子|姐姐|妹妹|哥哥|弟弟|邻居|亲戚|"
        r"朋友)(?:的)?家(?:里|中)?(?!里人|人|属|长)")),
    ("door", re.compile(
        r"(?:家|小区|单元|楼|弄堂|大|村|医院|学校)?门口|(?:我家|我们|家里?)?楼下|弄堂口|路口|小区(?:里|外)|"
        r"大门外")),
    ("home", re.compile(
        r"在家(?!属|长)(?:里|中)?|(?:到|来|上|去|回)?(?:我|俺|阿拉|我们|咱|他|她|您|自己)的?家(?:里|中)?(?!里人|"
        r"人|属|长|门口)|(?:到|回|来)?家里(?!人|面[有的])|家中|屋里(?:厢|头)?(?!人)|"
                        r"上门|到家(?!了)|(?:到|来)我(?:这|这里|这儿|这边|此地)|我(?:这里|这儿|此地)|at "
                        r"home|my (?:home|place)", re.IGNORECASE)),
    ("usual", re.compile(r"老地方|上次(?:那个|的)?地方|老位[子置]")),
)  # fmt: skip
_CUT = re.compile(
    r".*(?:去(?!处)|到(?!位)|在|往|从|来(?!福)|陪|我们?|的(?!黎)|送(?:到)?|接|约|叫|给|要|想|帮|让|找|是|"
    r"上(?=医院|[市区一二三四五六七八九十])|午|明天|后天|今天|天|点(?!点)|钟|半|早上|晚上|和|跟|或|或者|就|"
    r"定|带|号(?=[一-龥])|"
    r"完|了|个|家(?=[一-龥]{2})|住(?!院)|看(?=[一-龥]{2})|老伴|妈妈?|爸爸?|女儿|儿子|附近|旁边|这个|那个|"
    r"哪个|什么|搀|扶|推|换|改)"
)
_GENERIC_HEAD = re.compile(r"^(?:大|小|一家|这家|那家|哪家|某|看|不|有|没|附|去|一?趟|一?下)*$")
_NOT_PLACE = re.compile(
    r"一路|半路|走路|迷路|修路|路上|带路|问路|赶路|铁路|公路(?!\d)|思路|网路|马路(?!\d)|过路|认路|上街|逛街|"
    r"里面|心里|这里|那里|哪里|夜里"
)


_GOES_ON = re.compile(
    r"街道|社区|居委|村委|派出所|卫生|医院|[小中]学|幼儿园|地铁|菜场|菜市|银行|邮局|站|店|公园|门诊|养老|日间|文化|图书"
)
_ENGLISH = re.compile(
    r"\b(?:at|to|in|from|near|visit)\s+(?:the\s+|my\s+)?(?P<name>(?:[A-Z][\w']*\s)*(?:Hospital|Park|Road|"
    r"Station|Market|School|Bank|Library|"
    r"community cent(?:re|er)|hospital|clinic|bank|post office|market|supermarket|library|park|railway station|"
    r"airport|school|"
    r"pharmacy|church|temple)|(?:[A-Z][a-z]+ )+(?:Hospital|Park|Station))\b"
)


def _english(said: str) -> PlaceValue | None:
    match = _ENGLISH.search(said)
    return PlaceValue("other", match["name"], match.span("name")) if match else None


def resolve_place(text: str) -> PlaceValue | None:
    """The place that a text names, or None. A full address wins over a named place, that over home and door."""
    said = clean(text)
    return _address(said) or _named_place(said) or _english(said) or _at_home(said)


def _address(said: str) -> PlaceValue | None:
    best: PlaceValue | None = None
    for match in _ADDRESS.finditer(said):
        name, house = match["name"], match["house"]
        start = match.start()
        if name:
            cut = _CUT.match(name[:-1])
            start += cut.end() if cut else 0
            rest = said[start : match.end("name")]
            if not house and _GOES_ON.match(said, match.end()):
                continue
            road = rest.endswith(("路", "街", "道", "巷", "同", "堂"))
            if (len(rest) < 3 and not house) or len(rest) < 2 or (_NOT_PLACE.search(rest) and not house):
                continue
            if not house and not road and len(rest) < 4:
                continue
            if rest.endswith("社区") and len(rest) < 4:
                continue
        value = PlaceValue("address", said[start : match.end()], (start, match.end()))
        if best is None or len(value.words) > len(best.words):
            best = value
    return best


def _named_place(said: str) -> PlaceValue | None:
    for kind, pattern in _NAMED:
        match = pattern.search(said)
        if not match:
            continue
        head = match["head"]
        cut = _CUT.match(head)
        start = match.start() + (cut.end() if cut else 0)
        name = said[start : match.start("tail")]
        if _GENERIC_HEAD.match(name) or len(name) > 8:
            start = match.start("tail")
        end = match.end()
        return PlaceValue(kind, said[start:end], (start, end))
    return None


def _at_home(said: str) -> PlaceValue | None:
    for kind, pattern in _HOME:
        match = pattern.search(said)
        if match:
            return PlaceValue(kind, match[0], match.span())
    return None
