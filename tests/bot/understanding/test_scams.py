"""Swindles told of or asked about, and harmless talk of money."""

from typing import get_args

import pytest

from bot.understanding.scam_words import PAIRS, STRONG
from bot.understanding.scams import ScamKind, screen_scam

from .tables import rows

SWINDLES = """
    有人打电话说我中奖了要转账 | certain lottery
    公安局打电话说我账户冻结要转到安全账户 | certain police
    保健品免费领鸡蛋然后让我买三千块的 | certain health_goods
    有人要我把验证码给他 | certain code
    孙子打电话说出事了要钱 | certain family
    网上刷单赚钱 | certain job
    叫我开屏幕共享 | certain remote
    说我涉嫌洗钱 | certain police
    我被骗了三万 | certain swindled
    这是不是骗子 | certain asking
    有个人说投资养老项目利息很高 | certain investment
    客服打电话说给我退款要银行卡号 | certain refund
    短信说我医保卡停用点链接 | certain police
    有人上门推销床垫说能治百病要五千块 | certain health_goods
    微信上有人拉我进群炒股稳赚 | certain investment
    钱被骗走了怎么办 | certain swindled
    让我下载一个app说是公安 | certain police
    对方说不能告诉家里人 | certain police
    网上谈了个对象问我借钱 | certain romance
    有人说我儿子撞人了要马上汇款 | certain family
    中奖了要先交手续费 | certain lottery
    专家讲座送鸡蛋，让我买药 | certain health_goods
    贷款先交保证金 | certain loan
    收到短信说中了二等奖 | certain lottery
    大师说我家有血光之灾要花钱消灾 | certain relic
    有人说帮我补发养老金要密码 | certain investment
    以房养老靠谱吗 | doubtful asking
    银行客服说我卡有问题要验证码 | certain code
    有人冒充社保局要我转钱 | certain police
    给我打电话说是警察 | certain police
    他们说包治糖尿病三千一盒 | certain health_goods
    有个电话说我快递丢了要赔我钱，让我扫码 | certain refund
    说我孙女在医院急用钱 | certain family
    有个老师带我炒股 | certain investment
    我把密码告诉他了 | certain code
    有骗子在小区里转，专找老人 | certain swindled
    卡里少了两千块，我没花 | certain swindled
    有人冒充时间银行志愿者上门收费 | certain police
    他说能把我的币换成钱，先交手续费 | certain investment
    自称客服，说我网购的东西有问题要赔我钱 | doubtful refund
    医保局来电，说我骗保，要我配合调查 | certain police
    someone called and said my grandson is in jail and needs money | certain other
"""

HARMLESS = """
    转账给我妈5个币 | -
    防诈骗讲座什么时候 | -
    送五个币给老伴 | -
    帮我交电费 | -
    我想学用手机转账 | -
    中午吃什么 | -
    陪我去银行取钱 | -
    退订 | -
    你好 | -
    给王阿婆发10个币 | -
    我不骗你 | -
    帮我买鸡蛋 | -
    儿子打电话来了 | -
    谢谢你 | -
    怎么付币 | -
    要交钱吗 | -
    我孙子要辅导 | -
    陪我去医院体检 | -
    密码忘了 | -
    银行卡丢了陪我去补办 | -
    志愿者小李打电话说明天来 | -
    社区免费体检在哪里 | -
    居委会通知明天免费理发 | -
    听说有人中奖了 | -
    新闻说有人被骗了 | -
    教我用微信付款 | -
    多少钱一个小时 | -
    明天有健康讲座吗 | -
    不靠谱，没人来 | -
    我要取消订单退币 | -
    我的币被扣了 | -
    我女儿说来帮我办 | -
    客服电话多少 | -
    他说两小时，其实就一小时 | -
    志愿者来要钱吗 | -
    买药 | -
    我要投诉 | -
    短信收到了，谢谢 | -
    这个月的物业费怎么交 | -
    小李打电话说明天来 | -
    我要捐两个币 | -
"""


@pytest.mark.parametrize(("words", "expected"), rows(SWINDLES + HARMLESS))
def test_swindles_and_harmless_talk(words: str, expected: str) -> None:
    alarm = screen_scam(words)
    assert (f"{alarm.level} {alarm.kind}" if alarm else "-") == expected


def test_the_tables_name_known_kinds_only() -> None:
    assert {kind for kind, _ in (*STRONG, *PAIRS)} <= set(get_args(ScamKind))
