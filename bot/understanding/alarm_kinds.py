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
    r"(?:老伴|老头子?|老太婆?|老公|老婆|爱人|我妈|我爸|妈妈?|爸爸?|母亲|父亲|奶奶|爷爷|外婆|外公|阿婆|阿公|阿姨|"
    r"大爷|大妈|老人家?|老太太|孩子|小孩|孙子|孙女|外孙女?|小囡|宝宝|弟弟|妹妹|哥哥|姐姐|邻居|病人|人)"
)
CANT = (
    r"(?:[爬站坐立起动扶](?:也|都)?[爬站坐立起动扶]?(?:不|勿)(?:起来|起|了|动|来|得)(?![楼山路])|(?:不|勿)"
    r"(?:会|能|好|得)动|"
    r"没法动|动弹|动不得)"
)
GAS = r"(?:煤气|燃气|天然气|瓦斯|液化气|管道气)"
