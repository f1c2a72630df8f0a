"""Kinds and levels of alarms, and word pieces that several of them share."""

from typing import Literal

Level = Literal["certain", "doubtful"]
Kind = Literal[
    "help",
    "fall",
    "chest",
    "stroke",
    "breath",
    "choking",
    "unconscious",
    "bleeding",
    "burns",
    "poisoning",
    "fire",
    "gas",
    "carbon_monoxide",
    "lost",
    "injury",
    "intruder",
    "violence",
    "suicide",
    "lift",
    "trapped",
    "no_answer_at_door",
    "drowning",
    "electric",
    "traffic",
    "heat",
    "blood_sugar",
    "blood_pressure",
    "allergy",
    "pain",
    "dizzy",
    "injury",
]

MEDICAL: frozenset[Kind] = frozenset(
    {
        "injury",
        "fall",
        "chest",
        "stroke",
        "breath",
        "unconscious",
        "bleeding",
        "burns",
        "poisoning",
        "heat",
        "blood_sugar",
        "blood_pressure",
        "allergy",
        "pain",
        "dizzy",
        "choking",
    }
)
"""Kinds for which a wish for a doctor's appointment makes a call for help unlikely."""

Patterns = tuple[tuple[Kind, Level, str], ...]

FALL = r"(?:摔|跌|滑|绊|掼|栽|磕|跄|扑)"
KIN = (
    r"(?:老伴|老头[子儿]?|老太婆?|老公|老婆|爱人|我妈|我爸|妈妈?|爸爸?|母亲|父亲|奶奶|爷爷|外婆|外公|阿婆|阿公|阿姨|"
    r"大爷|大妈|老人家?|老太太|老爷子|老汉|大叔|大伯|大婶|叔叔|伯伯|婆婆|公公|岳父|岳母|丈母娘|姥姥|姥爷|姆妈|阿爸|"
    r"阿爹|舅舅|舅妈|姑姑|爹|娘|闺女|女儿|儿子|孩子|小孩|小朋友|娃娃?|孙子|孙女|外孙女?|小囡|宝宝|弟弟|妹妹|"
    r"哥哥|姐姐|邻居|病人|师傅|老[一-龥](?=[,。摔倒晕突在叫流])|[一-龥](?:奶奶|爷爷|阿姨|大爷|大妈|阿婆))"
)
"""Whom something may happen to."""

ELDER = (
    r"(?:老人|老太|老爷子|老头|独居|独自|一个人(?:住|在家|在屋)|空巢|奶奶|爷爷|阿婆|阿公|阿姨|大爷|大妈|大叔|外婆|"
    r"外公|"
    r"姥姥|姥爷|我妈|我爸|妈妈|爸爸|母亲|父亲|舅舅|姑姑|爹|娘|老[王李张刘陈赵周吴徐孙](?!师)|"
    r"[七八九]十[一二三四五六七八九几多]?岁?|"
    r"[789]\d(?:岁|了|的|,)|老伴)"
)
"""Who should not be left behind a silent door."""

POISON = (
    r"(?:农药|敌敌畏|百草枯|除草剂|老鼠药|鼠药|洁厕|消毒[水液]|84|漂白|清洁剂|洗衣液|洗洁精|毒蘑菇|毒药|水银|汽油|"
    r"柴油|"
    r"强酸|硫酸|盐酸|碱水|蟑螂药|杀虫|干燥剂|樟脑|驱蚊|花露水|洗发水|机油|农用|工业酒精|假酒|外用药?水?|碘酒|红花油)"
)
CANT = (
    r"(?:[爬站坐立起动扶](?:也|都)?[爬站坐立起动扶]?(?:不|勿)(?:起来|起|了|动|来|得)(?![楼山路])|(?:不|勿)"
    r"(?:会|能|好|得)动|"
    r"没法动|动弹|动不得)"
)
GAS = r"(?:煤气|燃气|天然气|瓦斯|液化气|管道气)"
