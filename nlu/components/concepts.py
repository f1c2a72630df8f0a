"""Words that mean the same to the desk, made one sign: times, people, relatives, services, orders, coins, no, done.

The classifier sees the text with these signs beside the text as written, so that "礼拜三陪我去华东医院" teaches
it about "后天陪我去同仁医院" too. Applied to normalised text (see `normaliser.normalise`), longest class first.
"""

from __future__ import annotations

import re
from typing import Final

_NUMBER: Final = r"(?:\d+|[零一二两三四五六七八九十百半几]+)"
_HOUR: Final = rf"{_NUMBER}(?:点|:)(?:{_NUMBER}分?|整|钟|半|[一三]刻)?"
_SURNAMES: Final = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"

CONCEPTS: Final[tuple[tuple[str, str], ...]] = (
    ("Ⓗ", rf"{_NUMBER}个?(?:半)?(?:小时|钟点|分钟)(?:半)?|半天|一整?天|一会儿"),
    (
        "Ⓣ",
        rf"(?:今天|明天|后天|大后天|昨天|前天|今晚|明晚|明早|今早"
        rf"|(?:下|上|这|本|每)个?周[一二三四五六日末]?|周[一二三四五六日末]|{_NUMBER}月{_NUMBER}[号日]?|早上|上午|中午|下午|傍晚|晚上|早晨|一早|夜里"
        rf"|(?:下|上|这|本)个?月|{_HOUR})+(?:的时候)?",
    ),
    ("Ⓞ", rf"{_NUMBER}号(?:订单|定单|单子|单)?|(?:那|这|上)(?:个|一|张)?(?:订单|定单|单子|单)|订单|定单|单子"),
    ("Ⓒ", rf"{_NUMBER}个?(?:时间)?(?:币|硬币|公益币|时间币)|时间币|公益币|(?<![人])币"),
    (
        "Ⓡ",
        r"老伴|老头子|老太婆|爱人|女儿|闺女|儿子|媳妇|女婿|孙子|孙女|外孙女?|(?:我|她|他)(?:妈妈?|爸爸?|奶奶|爷爷|婆婆|外婆|外公)|妈妈|爸爸|老妈|老爸|老娘|家里人",
    ),
    (
        "Ⓟ",
        rf"(?:小|老)[{_SURNAMES}](?!区|孩)|[{_SURNAMES}](?:阿姨|叔叔?|大爷|大妈|大娘|奶奶|爷爷|老师|师傅|阿婆|老伯|伯伯|老师傅|婆婆|先生|女士|医生)"
        r"|师傅|志愿者|小伙子|小姑娘|姑娘|阿姨|老人家?|老太太?|大爷|大妈|大娘|阿婆|老伯|奶奶|爷爷",
    ),
    ("Ⓜ", r"华东医院|(?:[一-鿿]{2})?医院|门诊|看病|复查|体检|挂号|配药|拿药|抓药|陪诊|看医生|打针|换药|输液|开药"),
    (
        "Ⓢ",
        r"买菜|做饭|烧饭|理发|剪头发?|洗澡|助浴|擦身|打扫|搞卫生|拖地|擦窗|擦玻璃|洗衣服?|修灯|换灯泡|修水管|通下水道|取快递|拿快递|遛狗|散步|聊天|读报|念报"
        r"|教手机|量血压|剪指甲|送饭|跑腿|缴费|交水电费|搬东西|保洁|陪聊|代购|送药|修电器|修理|理个发",
    ),
    ("Ⓝ", r"没有|没|不用|不要|不想|不能|不会|不是|不行|不去|不来|别|未"),
    (
        "Ⓓ",
        r"(?:做|弄|修|办|搞|干|洗|扫|买|送|陪|理|剪|擦|打扫|忙|完成)(?:好|完|成|到)(?:了|啦|嘞)?|完成|结束|搞定|完事|收工",
    ),
    ("Ⓠ", r"谁|什么时候|哪里|哪个|怎么样?|什么|多少|几|吗|呢|没有(?=$|\?)"),
)
_PATTERNS: Final = [(sign, re.compile(pattern)) for sign, pattern in CONCEPTS]


def with_concepts(text: str) -> str:
    """The normalised text with every known word of a class replaced by the class's one-character sign."""
    for sign, pattern in _PATTERNS:
        text = pattern.sub(sign, text)
    return text
