"""Single words that hint at a kind of help, for wishes told in a roundabout way (电视机没影子了，全是雪花)."""

import re

_TABLE = """
    hospital_visit 3 陪珍|陪证|配眼镜|白内障|专家门诊|看专家|打疫苗|就诊|做手术|开刀|透析|降压药|配药
    hospital_visit 3 陪.{0,6}(?:同仁|瑞金|华山|协和|仁济|中山|龙华|省立|人民)
    hospital_visit 2 医院|门诊|专家|体检|挂号|疫苗|住院|拍片|医保卡|看(?:眼睛|牙|腿|腰)|hospital|doctor|clinic
    shopping 3 买|代购|采购|酱油|鸡蛋|buy|groceries
    errands 3 签字|填表|养老金认证|刷脸|工资卡|盖章|证明|拿点?药|取药|水表|跑腿|代交|网上交|单子欠
    errands 3 看不清.{0,4}信|领.{0,3}(?:票|证|卡|钱)
    errands 2 办|银行|社保|补贴|认证|申请表|交费|邮局
    phone_help 4 手机|微信|短信|照片|网上|视频|广告|拦截|小程序|弄[不勿]来.{0,8}教|smart|phone|app
    repair_appliance 4 电视|洗衣机|冰箱|冰厢|空调|收音机|电饭[煲锅]|微波炉|热水器|电风扇|报警器|插座|跳闸|断电
    repair_appliance 4 没电了
    repair_home 4 纱窗|门锁|锁|龙头|螺丝|刹车|车胎|密封条|软管|弯头|阀门|钥匙|关外头|漏|木板|扶手|灯座|窗框
    repair_home 4 轮椅(?:坏|不灵)|水管|贴不上
    drains 4 下水|堵|疏通|马桶
    cleaning 4 拾掇|收拾|扫尘|揩|汏|抹|擦|窗帘|油烟机|清一?清|洗洗|晒晒|院子|扫雪|铲|倒尿盆|打少卫生
    cleaning 4 (?<![心内肾肝])脏|卫生(?!院|中心|所|间)
    cooking 4 烧.{0,3}[饭粥菜]|做.{0,3}[饭菜]|煮|月饼|包粽子|粥|晚饭做
    company 3 聊|说话|念念|念一?念|念信|敲敲门|看我一眼|打个电话问|一块儿|作伴|上坟|扫墓|教堂|陪|带我去|有人带
    company 3 看看老|人陪|go with me
    medical_care 5 洗.?澡|助浴|胰岛素|尿管|打针|护士|换药|脚趾甲|剪指甲|擦身|翻身|药.{0,8}分好|刻度
    health_advice 5 糖尿病|化验单|药师|懂医|讲讲.{0,6}病|量.{0,2}血压|血压计|帮我量|吃得难受|健康志愿者|体检报告
    legal_advice 5 合同|评评理|出主意|多收了?钱|纠纷|房产|遗产|赔偿|协议
    counselling 4 心里|难过|想哭|(?<!麻)烦
    day_care 4 照顾不过来|照顾|照应|痴呆|守夜|守.{0,2}晚|叫我吃药|托人看|伺候|搭把手|看护
    childcare 4 (?:小孩|孩子|娃|外孙|孙子|小囡).{0,14}(?:带|看|空档|托)|带一下
    homework 5 英语|数学|语文|作业|功课|辅导|补课
    pet 5 鹦鹉|猫|狗|鸟|金鱼|宠物
    haircut 5 理.{0,2}发|剃头|剪头|头发|理里发
    parcel 5 快递|包裹
    pickup 4 接一?下|机场|车来|派车|推轮椅|轮椅的|背一下|背上|上五楼|上楼|得有人接|来个车|送我|接我|撑把伞
    other 3 浇|搬|扛|抬|拎|挑水|缝|扣子|针|裤子|缝纫|老鼠|马蜂|蟑螂|收收|春联|推不动|换个方向|忒沉|爬.?高
    culture 4 书法|毛笔|唱歌|跳舞|太极|下棋|画画|二胡
    anti_fraud 4 骗
    counselling 2 睡不着|失眠
"""

HINTS: tuple[tuple[str, int, re.Pattern[str]], ...] = tuple(
    (code, int(weight), re.compile(words, re.IGNORECASE))
    for code, weight, words in (line.split(maxsplit=2) for line in _TABLE.strip().splitlines())
)

LABEL_SOUNDS = (
    "陪诊",
    "理发",
    "打扫卫生",
    "冰箱",
    "保洁",
    "代购",
    "快递",
    "马桶",
    "洗衣机",
    "聊天",
    "辅导",
    "血压",
    "接送",
    "送饭",
    "下水道",
    "买菜",
)
"""Words whose sound-alikes are put right before anything is read."""
