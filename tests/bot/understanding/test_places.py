"""Where."""

import pytest

from bot.understanding.places import resolve_place

from .tables import rows

PLACES = """
    在家 | home 在家
    在家里 | home 在家里
    家里 | home 家里
    门口 | door 门口
    华山医院 | hospital 华山医院
    陪我去华山医院 | hospital 华山医院
    社区卫生中心 | clinic 社区卫生中心
    去长宁区社区卫生服务中心配药 | clinic 长宁区社区卫生服务中心
    古北市民中心 | community_centre 古北市民中心
    中山西路1030弄8号 | address 中山西路1030弄8号
    幸福路15号3楼 | address 幸福路15号3楼
    1030弄8号101室 | address 1030弄8号101室
    明天下午到我家 | home 到我家
    小区门口 | door 小区门口
    我女儿家 | relative_home 女儿家
    楼下 | door 楼下
    虹桥街道 | address 虹桥街道
    去人民医院看病 | hospital 人民医院
    三号楼的王阿姨 | address 三号楼
    地铁站接我 | transport 地铁站
    老地方 | usual 老地方
    3号单 | -
    上门理发 | home 上门
    送到家里 | home 到家里
    菜场 | market 菜场
    时间银行在哪里 | station 时间银行
    荣华居委 | community_centre 荣华居委
    仙霞新村25号 | address 仙霞新村25号
    明天上午去医院 | hospital 医院
    蒋村街道府苑社区 | address 蒋村街道
    我在家等你 | home 在家
    家人 | -
    工商银行 | bank 工商银行
    同仁医院骨科 | hospital 同仁医院
    走一路 | -
    迷路了 | -
    去东方医院 | hospital 东方医院
    上海市第六人民医院 | hospital 上海市第六人民医院
    去上海市第六人民医院 | hospital 上海市第六人民医院
    5号楼302 | address 5号楼302
    陪我到中山公园走走 | park 中山公园
    在人民公园门口碰头 | park 人民公园
    送孙子到学校 | school 学校
    我住幸福小区3栋201 | address 幸福小区3栋201
    我屋里厢 | home 屋里厢
"""


@pytest.mark.parametrize(("words", "expected"), rows(PLACES))
def test_places(words: str, expected: str) -> None:
    value = resolve_place(words)
    assert (f"{value.kind} {value.words}" if value else "-") == expected
