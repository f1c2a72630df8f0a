"""Swindles by words: a bait or a threat together with what they want, or one of the tell-tale words alone."""

import re
from dataclasses import dataclass
from typing import Literal

from .alarm_kinds import Level
from .scam_plots import HARMLESS_WORDS, PLOTS
from .scam_words import AUTHORITY, BAIT, CONTACT, DOUBTS, HEARSAY, LOSS, NOT_SCAM, PAIRS, STRONG, THREAT, WANT
from .sounds import mend, syllables
from .text import clean

ScamKind = Literal[
    "police",
    "remote",
    "code",
    "job",
    "lottery",
    "swindled",
    "asking",
    "family",
    "health_goods",
    "investment",
    "refund",
    "loan",
    "romance",
    "relic",
    "desk",
    "other",
]

_STRONG = tuple((kind, re.compile(pattern, re.IGNORECASE)) for kind, pattern in STRONG)
_PLOTS = tuple((kind, re.compile(pattern, re.IGNORECASE)) for kind, pattern in PLOTS)
_CONTACT, _AUTHORITY, _THREAT, _BAIT, _WANT, _DOUBTS, _LOSS = (
    re.compile(pattern, re.IGNORECASE) for pattern in (CONTACT, AUTHORITY, THREAT, BAIT, WANT, DOUBTS, LOSS)
)
_PAIRS = tuple((kind, re.compile(pattern)) for kind, pattern in PAIRS)
_KEY_PHRASES_TABLE = """
    安全账户 验证码 转账 中奖了 中大奖 公安局 检察院 冻结账户 银行卡 保健品 免费领 刷单 屏幕共享 共享屏幕
    手续费 保证金 骗子 诈骗 被骗了 上当了 洗钱 高利息 投资理财 退款 涉嫌洗钱 身份证 链接 汇款 打钱 出车祸 密码
    客服
"""
_KEY_PHRASES = tuple(_KEY_PHRASES_TABLE.split())
_WORDS = tuple((phrase, syllables(phrase)) for phrase in _KEY_PHRASES if len(phrase) > 2)


@dataclass(frozen=True)
class ScamAlarm:
    """A likely fraud: how sure, what kind, the telling words and where they stand in the cleaned text."""

    level: Level
    kind: ScamKind
    words: str
    span: tuple[int, int]


def screen_scam(text: str) -> ScamAlarm | None:
    """The swindle that a message tells of or asks about, or None. `doubtful` when only part of the pattern is there."""
    said = clean(text)
    heard = mend(said, _WORDS)
    if HEARSAY.search(heard) and not re.search(r"我(?:也|接到|收到|妈|爸|老伴)|叫我|让我|怎么办", heard):
        return None
    harmless = NOT_SCAM.search(heard) and not _SALES_TALK.search(heard)
    for kind, pattern in _STRONG:
        match = pattern.search(heard)
        if match and not (harmless and kind in {"asking", "lottery", "job"}):
            if _denied(heard, match):
                continue
            level: Level = "doubtful" if kind == "asking" and not _asks_about_a_cheat(heard) else "certain"
            if level == "doubtful" and not (_CONTACT.search(heard) or _BAIT.search(heard) or _WANT.search(heard)):
                continue
            return ScamAlarm(level, kind, said[match.start() : match.end()], match.span())  # type: ignore[arg-type]
    if harmless:
        return None
    return _by_plot(said, heard) or _by_signs(said, heard)


def _by_plot(said: str, heard: str) -> ScamAlarm | None:
    """The first known plot that is told."""
    if HARMLESS_WORDS.search(heard):
        return None
    for kind, pattern in _PLOTS:
        match = pattern.search(heard)
        if match and not _denied(heard, match):
            return ScamAlarm("certain", kind, said[match.start() : match.end()], match.span())  # type: ignore[arg-type]
    return None


_GONE = re.compile(
    r"(?:被|让|给)(?:人|他|她|他们|骗子)?[^,。]{0,4}(?:骗|坑|卷|盗刷|转|刷|划|哄)(?:了|走|光|去)|骗(?:走|光|了我|"
    r"了他|了她|去)|盗刷|上当(?:了|受骗)|"
    r"(?:已经|刚刚?|都|才)?(?:转|汇|打|扫|付|交|充|投|垫)(?:了|过去|出去|给(?:了)?(?:他|她|人家|骗子|"
    r"那个人))[^。]{0,4}"
    r"(?:[\d一二两三四五六七八九十几]|钱|款|过去|出去|$|,|怎么|才)|(?:钱|款|存款|积蓄|养老钱|退休金|"
    r"棺材本)[^,。]{0,8}(?:没了|转走|要不回|拿不出|取不出|给了|送去|"
    r"转了|汇了|打了|转过去|打过去|汇过去|转出去|给出去)|(?:卡|存折|账户)[^,。]{0,6}(?:少了|没了|不见)|(?:密码|"
    r"验证码)[^,。]{0,4}(?:告诉|给|说)(?:他|她|人家|对方|别人)?(?:了|出去)|"
    r"自己转走|提不(?:出|了)|取不出|跑(?:路|了)|(?:lost|sent)[^.]{0,20}(?:\d|money|it)|scammed|cheated",
    re.IGNORECASE,
)


def money_gone(text: str) -> bool:
    """Whether money, or the key to it, is in a swindler's hands already."""
    heard = mend(clean(text), _WORDS)
    return any(
        not re.search(r"(?:没|不|别|要|叫我|让我|要我|先)[^,。]{0,2}$", heard[: found.start()])
        for found in _GONE.finditer(heard)
    )


def _denied(heard: str, match: re.Match[str]) -> bool:
    return bool(re.search(r"(?:没|没有|不会|从没|从来没)$", heard[: match.start()]))


def _asks_about_a_cheat(heard: str) -> bool:
    return bool(re.search(r"骗|诈|片子|传销|杀猪盘|忽悠|scam", heard, re.IGNORECASE))


def _by_signs(said: str, heard: str) -> ScamAlarm | None:
    """Two signs are a doubt; a stranger with a lure who wants something, or money gone, is sure."""
    source, lure = _CONTACT.search(heard), _BAIT.search(heard) or _THREAT.search(heard)
    want, doubt, loss = _WANT.search(heard), _DOUBTS.search(heard), _LOSS.search(heard)
    signs = _apart([sign for sign in (lure, want, doubt, loss) if sign is not None]) + ([source] if source else [])
    if len(signs) < 2 or (_OWN_WISH.search(heard) and not (source or loss)):
        return None
    strong = (
        bool(source and lure and want and len(signs) > 2)
        or bool(loss and (source or lure or doubt))
        or bool(lure and want and doubt)
    )
    office = bool(_AUTHORITY.search(heard))
    cheap = bool(_CHEAP.search(heard))
    threat = bool(_THREAT.search(heard))
    paying = bool(re.search(r"转|汇|打钱|付钱|交钱|骗|假|诈", heard))
    tells = (
        cheap
        or (office and (threat or want))
        or loss
        or (source and (want or threat))
        or (doubt and (source or lure or paying))
    )
    if len(signs) < 3 and not tells:
        return None
    begin, finish = min(sign.start() for sign in signs), max(sign.end() for sign in signs)
    return ScamAlarm("certain" if strong else "doubtful", _kind(heard), said[begin:finish], (begin, finish))


def _apart(signs: list[re.Match[str]]) -> list[re.Match[str]]:
    """The signs that do not stand on the same words."""
    kept: list[re.Match[str]] = []
    for sign in sorted(signs, key=lambda one: one.start() - one.end()):
        if not any(sign.start() < other.end() and other.start() < sign.end() for other in kept):
            kept.append(sign)
    return kept


_OWN_WISH = re.compile(
    r"(?:帮|陪|教|替|带)我|怎么(?:交|付|用|办|收)|志愿者|陪诊|挂号|能不能(?:帮|陪)|我(?:要|想)(?:交|付|转|"
    r"取|办|学|报)|多少钱"
)
_SALES_TALK = re.compile(
    r"保证金|充值|分红|高价|折(?:成)?现|换成钱|涨.{0,4}倍|虚拟|总部|代刷|押金|"
    r"(?:讲座|活动|体检|旅游|义诊)[^。]{0,16}(?:送|领)?[^。]{0,10}(?:让|叫|要|劝|推销|逼|忽悠)(?:我|大家|"
    r"老伴|我妈)?[^。]{0,6}(?:买|交|付|花|办卡|投)"
)
_CHEAP = re.compile(
    r"免费|保本|稳赚|高(?:利|息|收益|回报)|利息.{0,3}高|原始股|翻倍|神药|包治|根治|保健品|安全账户|内幕|"
    r"中.{0,3}奖|以房养老|炒股|荐股|带单|扶贫款|返现|验资|激活|鉴定费|首饰|平分|虚拟|打一折|假钱|同样的网上|"
    r"总部|磁疗|手续费|保证金"
)


def _kind(heard: str) -> ScamKind:
    for kind, pattern in _PAIRS:
        if pattern.search(heard):
            return kind  # type: ignore[return-value]  # the table holds kinds only; a test compares them
    return "other"
