"""What kind of help is meant."""

import re

import pytest

from bot.understanding.service_words import HINTS, TELLING, pattern
from bot.understanding.services import LABELS, resolve_service
from storage.scheme_files import load_scheme

from .tables import rows

WISHES = """
    明天陪我去医院 | hospital_visit
    帮我买点菜 | shopping
    灯坏了 | repair_appliance
    陪诊 | hospital_visit
    马桶堵了 | drains
    理发 | haircut
    陪我聊聊天 | company
    找个人陪我聊聊 | company
    教我用微信 | phone_help
    手机不会用 | phone_help
    打扫卫生 | cleaning
    送饭上门 | meal_delivery
    帮我取个快递 | parcel
    喂一下猫 | pet
    接孙子放学 | pickup
    看一下孩子 | childcare
    辅导外孙数学 | homework
    心里难受想找人说说 | counselling
    上门打针 | medical_care
    日间照料 | day_care
    有法律问题要问 | legal_advice
    想问问高血压怎么吃药 | health_advice
    推我出去晒太阳 | walk
    陪老伴散步 | walk
    代缴水费 | errands
    去社区卫生中心配药 | hospital_visit
    陪我去看胸口疼的门诊 | hospital_visit
    空调不制冷 | repair_appliance
    家里灯不亮了 | repair_appliance
    水龙头漏水 | repair_home
    钥匙忘带进不了家 | repair_home
    买药 | shopping
    帮我去药店买药 | shopping
    帮我去医院拿药 | errands
    剃头 | haircut
    搬家 | life_help
    防诈骗讲座 | anti_fraud
    想学太极拳 | culture
    送我去火车站 | pickup
    老年餐送到家 | meal_delivery
    做顿饭 | cooking
    擦窗 | cleaning
    遛狗 | pet
    紧急救援 | rescue
    一个人闷得慌 | company
    要人照顾我妈 | day_care
    修电视 | repair_appliance
    下水道不通 | drains
    通马桶 | drains
    换灯泡 | repair_appliance
    陪我去银行 | errands
    陪我买菜 | shopping
    你好 | -
    明天上午 | -
    3号单 | -
    代购 | shopping
    打针 | medical_care
    量血压 | health_advice
    写遗嘱 | legal_advice
    看牙 | hospital_visit
    化疗要人陪 | hospital_visit
    接我出院 | pickup
    陪我到菜场 | shopping
    想找人下棋 | culture
    洗衣机坏了 | repair_appliance
    天气怎么样 | -
    我要请人做饭 | cooking
    快递到了拿不动 | parcel
    孩子作业没人管 | homework
    不是买菜，是陪诊 | hospital_visit
    陪诊 代购 | hospital_visit unsure
    take me to the hospital | hospital_visit
    小李来过了，菜买到了 | -
    我家电脑上不了网 | phone_help
    帮阿婆洗个澡 | medical_care
    陪老太太说说话 | company
    修一下门锁 | repair_home
    家里断电了 | repair_appliance
    换个水龙头 | repair_home
    帮我拿个快递上楼 | parcel
    接小孩放学 | pickup
    照看一下我家老头 | day_care
    替我给花浇浇水 | life_help
    有人教写毛笔字伐 | culture
    我想学用智能手机 | phone_help
    礼拜三要去银行办存折，想叫个人陪陪 | errands
    后天下午想叫个人来陪我去配眼镜 | hospital_visit
    电视机没影子了，全是雪花 | repair_appliance
    俺腿脚不中，恁找个人给俺上镇上拿点药中不 | errands
    三号楼刘奶奶想洗个澡 | medical_care
    侬帮我寻个人，汏汏油烟机 | cleaning
    我迭个手机弄勿来，寻个小青年来教教 | phone_help
    想约个陪珍 | hospital_visit
    想预约上门里发 | haircut
    请人来修一下冰厢 | repair_appliance
    帮俺拾掇拾掇院子 | cleaning
    机场接一下我老姐姐 | pickup
    能帮我读一下这份合同再签吗 | legal_advice
    外孙女英语要补，谁教得来 | homework
    鹦鹉跑到树上去了 | pet
    家里进了只老鼠 | life_help
    要人 | -
    找人 | -
    我想叫个志愿者 | -
"""


@pytest.mark.parametrize(("words", "expected"), rows(WISHES))
def test_wishes(words: str, expected: str) -> None:
    value = resolve_service(words)
    assert (value.category + (" unsure" if value.unsure else "") if value else "-") == expected


@pytest.mark.parametrize("label", [label for label in LABELS.values() if label not in {"其他", "家庭维修"}])
def test_every_category_is_known_by_its_own_name(label: str) -> None:
    value = resolve_service(label)
    assert value is not None
    assert LABELS[value.category] == label


def test_rules_name_known_categories_and_compile() -> None:
    assert {code for code, _, _ in (*TELLING, *HINTS)} == set(LABELS)
    assert all(re.compile(pattern) for _, _, pattern in TELLING)


def test_a_schemes_own_words_go_first() -> None:
    scheme = load_scheme("fuyuan")
    called = scheme.said_of_categories()
    value = resolve_service("想找宠爱帮的人", called)
    assert value is not None
    assert value.words == "宠爱帮"
    assert scheme.category_of(value.category).name == "宠爱帮"
    assert resolve_service("陪我聊聊", called) == resolve_service("陪我聊聊")


@pytest.mark.parametrize(
    ("scheme", "code", "name"),
    [
        ("changning", "life_help", "生活服务"),
        ("taierzhuang", "technical", "技术服务"),
        ("beijing", "assistance", "协助服务"),
    ],
)
def test_a_dripping_tap_falls_under_the_category_of_the_scheme(scheme: str, code: str, name: str) -> None:
    value = resolve_service("水龙头滴水，关不紧")
    assert value is not None
    category = load_scheme(scheme).category_of(value.category)
    assert (category.code, category.name) == (code, name)


def test_a_class_that_is_not_there_is_told_at_once() -> None:
    with pytest.raises(KeyError, match="NOWHERE"):
        pattern("修<NOWHERE>")
