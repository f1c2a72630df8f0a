"""Whom: names, ways to address, relations."""

import pytest

from bot.understanding.people import resolve_person, resolve_relation

from .tables import rows

# words, person, relation
PEOPLE = """
    派给李明 | 李明 | -
    12号派给李明 | 李明 | -
    给王阿婆发10个币 | 王阿婆 | -
    小李来过了 | 小李 | -
    小王做得很好 | 小王 | -
    张师傅 | 张师傅 | -
    老陈 | 老陈 | -
    我老伴 | - | spouse
    送五个币给我老伴 | - | spouse
    转给我妈 | - | mother
    绑定我女儿 | - | daughter
    我替我妈用 | - | mother
    李明明天来 | 李明 | -
    我叫王秀英 | 王秀英 | -
    让李明明天来 | 李明 | -
    换个人 | - | -
    找人陪我 | - | -
    小时 | - | -
    老师 | - | -
    王奶奶 | 王奶奶 | -
    转给王秀英5个币 | 王秀英 | -
    周三下午 | - | -
    高血压 | - | -
    马上来 | - | -
    方便吗 | - | -
    谢谢李明 | 李明 | -
    谢谢你 | - | -
    我外孙要辅导 | - | grandson
    外孙女 | - | granddaughter
    李阿姨明天来吗 | 李阿姨 | -
    三号楼的王阿姨 | 王阿姨 | -
    孙子出事了 | - | grandson
    老伴摔了 | - | spouse
    小李，菜买到了 | 小李 | -
    志愿者张伟很好 | 张伟 | -
    派给张伟 | 张伟 | -
    欧阳老师 | 欧阳老师 | -
    小区门口 | - | -
    老年餐 | - | -
    老人 | - | -
    陈医生 | 陈医生 | -
    我是刘桂芳 | 刘桂芳 | -
    找陈国强 | 陈国强 | -
    转给隔壁张家姆妈 | 张家姆妈 | neighbour
    阿婆 | - | -
    小张阿姨 | 小张阿姨 | -
    王大爷家 | 王大爷 | -
    何时来 | - | -
    钱不够 | - | -
    周医生 | 周医生 | -
    小周一会儿来 | 小周 | -
    老周下午来 | 老周 | -
    保洁张姐 | 张姐 | -
    我儿媳妇 | - | daughter_in_law
    阿拉囡囡 | - | daughter
    安排一下 | - | -
    给12号派张三 | 张三 | -
    让王芳来 | 王芳 | -
    请小赵师傅 | 小赵师傅 | -
    时间银行在哪里 | - | -
    明天陪我去华山医院 | - | -
    李老师的讲座 | 李老师 | -
    给李明五个币 | 李明 | -
    严重吗 | - | -
    我妈妈 | - | mother
    邻居 | - | neighbour
    王阿婆五个币 | 王阿婆 | -
    和李明说一下 | 李明 | -
    李大爷 | 李大爷 | -
    捐给有困难的老人 | - | -
    联系一下李明 | - | -
    小陈是谁 | 小陈 | -
    叫老李接单 | 老李 | -
    我想找个人 | - | -
"""


@pytest.mark.parametrize(("words", "person", "relation"), rows(PEOPLE))
def test_people(words: str, person: str, relation: str) -> None:
    named, related = resolve_person(words), resolve_relation(words)
    assert (named.name if named else "-") == person
    assert (related.code if related else "-") == relation


# the roster, the words, whom they name
ROSTER = """
    李明 王芳 | 派给李名 | 李明 known
    李明 王芳 | 让王方来 | 王芳 known
    李明 王芳 | 给李明明天的单 | 李明 known
    李明 | 小李 | 小李
    李明 欧阳娜娜 | 谢谢欧阳娜娜 | 欧阳娜娜 known
    安全 李明 | 注意安全 | 安全 known
    李明 | 明天来 | -
"""


@pytest.mark.parametrize(("roster", "words", "expected"), rows(ROSTER))
def test_a_known_name_wins_even_misheard(roster: str, words: str, expected: str) -> None:
    value = resolve_person(words, roster.split())
    assert (value.name + (" known" if value.known else "") if value else "-") == expected
