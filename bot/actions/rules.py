"""How the time bank works: the question's words choose a topic, the scheme gives the figures."""

from __future__ import annotations

import re

from bot.actions.base import DeskAction
from bot.actions.turn import Turn
from bot.desk import Desk
from bot.understanding.text import clean

TOPICS: tuple[tuple[str, str], ...] = (
    # The first that fits wins: what is rarer or graver stands before what is common.
    ("money", r"换成?(?:人民币|现金|钱)|变现|提现|取出来|充值|花钱买|用钱买|买卖?币|币.*买卖|卖给|值多少钱|洋钿|cash"),
    ("care_home", r"养老院|一万|10000|特困待遇|养老待遇"),
    ("leaving", r"过世|去世|继承|人没了|不在了|留给|归谁|注销|不想参加|退出|关门|不办了|倒闭"),
    ("insurance", r"保险|谁赔|出了事|出意外|谁负责|责任算谁|打碎|摔了"),
    ("privacy", r"隐私|泄露|个人信息|个人资料|资料|身份证号|照片.*(?:传|存)|谁能看到|看得到吗|看到我的"),
    ("other_points", r"益币|绿色积分|积分和时间|垃圾分类"),
    ("settlement", r"结算|半年结|一年结|多久兑换|一半换|百分之五十|六月底|年底"),
    ("goods", r"换(?:东西|米|油|物|礼品|什么)|抵物业费|超市|商家|打折"),
    ("charity", r"捐|公益账户|二次公益"),
    ("gifts", r"送人|送给|转给|赠|送币|转币|送出去|直系|亲属是"),
    ("daily_cap", r"(?:一天|每天|一日|当天).*(?:最多|几个币|两个币|挣|得|上限)|怎么只给两个|四个钟头是不是给四"),
    ("balance_cap", r"六百|600|最多能?存|存满|封顶|上限|冻住的币算"),
    ("honour", r"荣誉时间|荣誉分钟|超出来|多做的|白做|志愿时"),
    ("rounding", r"半个?小时|半个钟|四十分钟|二十分钟|一个半|不满一?小时|零头|按分钟|超过半"),
    ("cheating", r"刷币|作弊|弄虚作假|失信|拉黑|冒用|互相服务|我帮我老伴|照顾自己|给亲戚服务"),
    ("acting", r"女儿能替|子女|代办|替我确认|替老人办|儿女能"),
    ("household", r"一家人|家庭账户|家里谁|夫妻|老两口|合在一起|合并"),
    ("no_coins", r"没有?币|没币|欠|透支|先用后还|币不够|不当志愿者可以|没做过服务|币花完"),
    ("own_use", r"什么时候能用|能用自己|六十才能|没到六十|平时能用|多少岁才能用|啥辰光好用"),
    ("reserve", r"预留|冻|什么时候扣|先扣|谁来付|谁出的|谁付币"),
    ("cancel", r"取消|没来要扣|扣不扣|临时"),
    ("confirm", r"确认|自动付"),
    ("nobody_takes", r"没人接"),
    ("rating", r"评价|低分|打分"),
    ("grants", r"补助|免费送的币|政府送|发多少币|困难老人一年"),
    ("priority", r"五类|优先|低保|建档立卡|特困|留守|独居|高龄|失能|失智|残疾证|计划生育"),
    ("fees", r"收费吗|免费|会费|押金|要不要钱|小费|送礼|吃饭|喝水|路费|打的|买菜的钱|挂号费|零件|给钱|is it free"),
    ("training", r"培训"),
    ("approval", r"审核|审批|谁来批|要批"),
    ("documents", r"证件|材料|带什么|户口本|身份证|体检报告|一寸|证明"),
    ("expiry", r"过期|有效期|利息|涨|放(?:几|十)年|expire"),
    ("moving", r"搬|全市|外地能|别的区|通存通兑|在北京存|余杭|换了手机"),
    ("limits", r"打针|抬病人|借钱|取钱|陪夜|不能叫|哪些事情不能"),
    ("safety", r"可靠|靠谱|查过身份|坏人|看证件|拍照|放心|安全"),
    ("times", r"晚上能|半夜|节假日|提前几天|最少约|最多可以约|几小时|可以约几次|周末有人"),
    ("both", r"既.*又|又是志愿者|是志愿者就不能|居民又"),
    ("several", r"两个人|几个志愿者|同时做|接几单|双份|一个人能不能同时"),
    ("choose", r"挑志愿者|固定|要求女|要男"),
    ("receiving", r"谁能接受|叫服务|享受服务|什么人可以|六十岁以下能用|范围|虹桥街道以外|先登记"),
    (
        "serving",
        r"多大|几岁|岁|年纪|退休|户口|居住证|高血压|糖尿病|癌|身体|残疾|坐过牢|外国人|未成年|学生|条件|foreigner|volunteer",
    ),
    ("organisation", r"服务基地|分行和总行|支行|总行|12349|协会|派单|满意度回访|公家|国家办|民政|是银行吗"),
    ("categories", r"能做哪些|服务内容|哪些服务|服务项目|宠爱帮|托管帮|志愿帮|X是"),
    ("honours", r"星|荣誉|评优|礼遇|好处"),
    ("price", r"几个|多少币|价格|价钱|收费|两倍|三倍|几倍|乘三|一比一|怎么记|一个?小时|一个钟头|coins per"),
    ("what", r"什么是|是什么|是啥|什么叫|啥叫|什么意思|啥意思|干什么的|怎么回事|咋回事|time coin"),
)  # fmt: skip
_PATTERNS = tuple((topic, re.compile(pattern, re.IGNORECASE)) for topic, pattern in TOPICS)


def topic_of(words: str) -> str:
    """The topic of a question, `overview` when none fits."""
    said = clean(words)
    return next((topic for topic, pattern in _PATTERNS if pattern.search(said)), "overview")


class AskRules(DeskAction):
    action_name = "action_ask_rules"
    strangers_too = True

    def work(self, turn: Turn) -> None:
        topic = str(turn.given("topic") or topic_of(turn.words))
        key = f"rules.{topic}"
        turn.say(key if key in turn.desk.words else "rules.overview")


def actions(desk: Desk) -> list[DeskAction]:
    return [AskRules(desk)]
