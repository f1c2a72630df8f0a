"""Personal data goes out of words; what the desk needs to learn from stays. Logs are masked by the same function."""

from __future__ import annotations

import io
import logging

import pytest

from bot.logs import MaskingFormatter
from bot.masking import mask

NAMES = ("王阿婆", "李明", "陈", "欧阳秀英")


@pytest.mark.parametrize(
    ("said", "masked"),
    [
        ("我电话13812345678", "我电话电话号码"),
        ("打 138 1234 5678 找我", "打 电话号码 找我"),
        ("打138-1234-5678", "打电话号码"),
        ("打+8613812345678吧", "打电话号码吧"),
        ("座机021-62345678", "座机电话号码"),
        ("座机62345678", "座机号码"),
        ("身份证310105194801011234", "身份证证件号码"),
        ("31010519480101123X这个", "证件号码这个"),
        ("310105 19480101 123x", "证件号码"),
        ("卡号6222 0212 3456 7890 123", "卡号银行卡号"),
        ("卡号6222021234567890123", "卡号银行卡号"),
        ("幺三八零零幺三八零零零", "号码"),
        ("写信到 wang.apo+1@mail.example.com 好吗", "写信到 邮箱 好吗"),
        ("车停在楼下沪A12345挡路", "车停在楼下车牌号挡路"),
        ("新能源沪AD12345", "新能源车牌号"),
        ("我住仙霞路123弄4号502室", "我住某处"),
        ("3号楼502室", "某处"),
        ("住在5栋2单元301", "住在某处"),
        ("三号楼二单元五零二室", "某处"),
        ("来愚园路88号接我", "来某处接我"),
        ("我叫张桂芳，要登记", "我叫某某，要登记"),
        ("让李明来", "让某某来"),
        ("王阿婆和欧阳秀英都要", "某某和某某都要"),
    ],
)
def test_personal_data_goes(said: str, masked: str) -> None:
    assert mask(said, NAMES) == masked


@pytest.mark.parametrize(
    "said",
    [
        "明天上午九点陪我去医院",
        "3号单取消",
        "第12号单",
        "坐2号线去",
        "5号下午两点半",
        "十二月二十八号",
        "2026年11月21日",
        "还有120个币",
        "要两个半钟头",
        "八十五岁",
        "陈先生",
        "去南京路买东西",
        "楼上太吵了",
        "三四个小时",
        "一二三四五",
        "",
    ],
)
def test_what_the_desk_needs_stays(said: str) -> None:
    assert mask(said, NAMES) == said


def test_masked_words_are_masked_once() -> None:
    once = mask("李明 13812345678 仙霞路123弄4号", NAMES)
    assert mask(once, NAMES) == once


def test_logs_are_masked_too() -> None:
    sink = io.StringIO()
    handler = logging.StreamHandler(sink)
    handler.setFormatter(MaskingFormatter("%(levelname)s %(message)s"))
    log = logging.Logger("masked")
    log.addHandler(handler)
    log.warning("could not send to %s", "13812345678")
    try:
        int("身份证310105194801011234")
    except ValueError:
        log.exception("broken")
    assert "13812345678" not in sink.getvalue()
    assert "could not send to 电话号码" in sink.getvalue()
    assert "310105194801011234" not in sink.getvalue()
