"""What kind of help: words to the fine category codes that the schemes map to their own."""

import re
from dataclasses import dataclass

from .service_hints import HINTS, LABEL_SOUNDS
from .sounds import mend, syllables
from .text import clean

LABELS = {
    "hospital_visit": "陪诊",
    "shopping": "代购",
    "errands": "代办",
    "pickup": "接送",
    "company": "陪伴",
    "walk": "散步",
    "health_advice": "健康咨询",
    "legal_advice": "法律咨询",
    "phone_help": "手机教学",
    "cleaning": "保洁",
    "meal_delivery": "送餐",
    "cooking": "做饭",
    "repair_appliance": "家电维修",
    "repair_home": "家庭维修",
    "drains": "管道疏通",
    "haircut": "理发",
    "childcare": "托管",
    "homework": "辅导",
    "parcel": "快递",
    "pet": "宠物照看",
    "counselling": "心理疏导",
    "medical_care": "医疗护理",
    "day_care": "日间照料",
    "rescue": "紧急救援",
    "training": "培训讲座",
    "culture": "文体活动",
    "anti_fraud": "防诈",
    "other": "其他",
}


@dataclass(frozen=True)
class ServiceValue:
    """The category, the words it was read from, and other categories that fit too (`unsure` when as well)."""

    category: str
    words: str
    span: tuple[int, int]
    others: tuple[str, ...] = ()
    unsure: bool = False


_SEE = (
    r"(?:看[一个下]*(?:病|医生|大夫|门诊|专家|牙|眼睛?|急诊|中医|老中医|骨科|毛病|心脏|腰|腿)|就[诊医]|问诊|"
    r"复[诊查]|体检|挂[个一]?号|配[点个些]?药|化疗|透析|放疗|换药|打吊针|挂水|挂盐水|检查身体|做(?:个)?(?:检查|"
    r"核磁|b超|ct|CT|心电图|胃镜)|验血|抽血|拔牙|拆线|取(?:体检)?报告|开药|打疫苗|打针)"
)
_HOSPITAL = r"(?:医院|卫生(?:服务)?中心|卫生院|诊所|急诊|门诊)"
_SHOP = (
    r"(?:菜|米|油|盐|东西|日用品|水果|鸡蛋|牛奶|面粉?|肉|鱼|药|早点|馒头|包子|生活用品|杂货|鞋|衣服|被子|尿不湿|"
    r"大米|卫生纸|豆腐|蔬菜|调料|酱油|葱|饼干)"
)

# order matters only between matches of one weight: the earlier wins
_RULES: tuple[tuple[str, int, str], ...] = (
    ("hospital_visit", 6,
        rf"陪诊|陪医|陪同?就[诊医]|(?:陪|带|送|搀|扶|推|跟|领|搭)[^,。!?]{{0,10}}?(?:去|上|到|往|"
        rf"看)?[^,。!?]{{0,8}}?(?:{_HOSPITAL}|{_SEE})|(?:去|上|"
        rf"到)[^,。!?]{{0,8}}?{_HOSPITAL}[^,。!?]{{0,12}}(?:陪|一起|一道|搀|扶)"),
    ("hospital_visit", 4,
        rf"(?:去|上|到|跑)[^,。!?送取]{{0,8}}?{_HOSPITAL}|{_SEE}|陪护?去看|陪我看[^电书戏]|take me to (?:the "
        rf")?(?:hospital|doctor)|hospital visit|doctor'?s? appointment"),
    ("shopping", 6,
        rf"代购|代买|(?:买|捎|带)(?:一?[点些个袋瓶斤盒桶把条]|两[点些个袋瓶斤盒桶]|"
        rf"[\d三四五六七八九十]+[袋瓶斤盒桶个])?[^,。!?去到陪]{{0,4}}?{_SHOP}|(?:帮|替|给)[^,。!?]{{0,5}}?(?:买|"
        rf"捎|购)|买菜|购物|采购|buy (?:some )?(?:food|groceries|vegetables)|shopping|groceries"),
    ("shopping", 3, r"买(?!单|卖|保健)|(?:去|上|跑|到|逛)(?:趟|一趟)?(?:超市|菜场|菜市场|药店)"),
    ("meal_delivery", 7,
        r"送(?:[个一下]*)?(?:餐|饭|早饭|中饭|午饭|晚饭|盒饭|菜饭)|(?:帮|替)[^,。]{0,5}?(?:打|带|拿|取|领)(?:个|"
        r"一?份|点)?(?:饭|餐|午饭|盒饭|中饭|晚饭)|助餐|饭(?:菜)?送|meal deliver|deliver (?:a )?(?:meal|lunch|"
        r"food)|老年餐送"),
    ("cooking", 6,
        r"(?:做|烧|煮|弄)(?:[个一几]*[顿点餐])?(?:饭|菜|早饭|中饭|午饭|晚饭|汤|吃的)|包饺子|炖(?:汤|肉)|\bcook"),
    ("parcel", 8, r"快递|包裹|快件|取件|菜鸟|丰巢|\bparcel|package|寄[个件]?(?:东西|信)|取[个件]?邮件"),
    ("repair_appliance", 7,
        r"(?:电灯|灯泡?|灯管|电视机?|冰箱|空调|洗衣机|微波炉|电饭[煲锅]|油烟机|热水器|煤气灶|灶台|电扇|风扇|"
        r"电器|家电|遥控器|电路|插座|开关|收音机|取暖器|电热毯|净水器|电磁炉)[^,。!?]{0,6}?(?:坏|不亮|不转|"
        r"不制?[冷热]|不工作|没反应|不灵|不响|漏水|打不开|修|没图像|不出|点不着|跳闸|不通电|没电|闪|拆洗|清洗|"
        r"不能用|用不了|出毛病|有毛病|没声音|雪花)|"
                           r"修(?:[个一下]*)(?:电灯|灯|电视|冰箱|空调|洗衣机|电器|家电|热水器|油烟机|电扇|"
                           r"电饭煲|电)|换(?:个|一?[个只])?(?:灯|灯泡|灯管|电池|保险丝|插座|开关)|"
                           r"家电(?:维修|修理)|(?:跳|拉)闸|停电|没电了?(?=,|。|$|谁|帮|请|能)|fix (?:my|"
                           r"the) (?:light|tv|fridge|lamp)|light (?:is )?(?:broken|out)"),
    ("drains", 8,
        r"(?:马桶|下水道?|水池|水槽|地漏|管道|管子|厕所|抽水马桶|阴沟|面盆|洗碗池|浴缸|排水)[^,。!?]{0,6}?(?:堵|"
        r"塞|不通|通不?了|通一?通|疏通|反水|冒水|溢|返|下不去|漫)|(?:通|疏通)(?:[个一下]*)(?:马桶|下水道?|管道|"
        r"厕所|水池|阴沟)|管道疏通|堵住?了?(?=的?马桶|的?下水)|(?:toilet|drain|sink)[^,.]{0,12}(?:block|clog|"
        r"stuck)"),
    ("repair_home", 6,
        r"(?:水龙头|龙头|水管|自来水|门锁?|窗[户子]?|纱窗|锁|桌子|椅子|凳子|床|柜子|柜门|抽屉|墙|屋顶|天花板|"
        r"地板|晾衣[架杆]|扶手|轮椅|拐杖|家具|把手|门把|合页)[^,。!?]{0,5}?(?:坏|漏|松|断|掉|关不[上紧拢]|"
        r"打不开|修|裂|歪|卡住|锈|滴水|爆)|"
                      r"(?:修|装|钉|补|拧)(?:[个一下]*)(?:水龙头|龙头|水管|门|窗|锁|桌|椅|凳|床|柜|墙|扶手|"
                      r"纱窗|轮椅|自行车|雨伞|鞋|拉链)|漏水|(?:家里|房屋|家庭|小)(?:维修|修理)|水管爆|"
                      r"爆水管|钥匙(?:忘|丢|断)|(?:反)?锁在?门?外|进不了?(?:家|门)|(?:磨刀|磨剪)|leak"),
    ("haircut", 8,
        r"理[个一下]*发|剃[个一下]*头|剪[个一下]*(?:头发|头(?!条)|发型|个短|短发)|头发(?:太)?长|修面|刮胡子|"
        r"修头|刮脸|剪指甲|修脚|\bhair ?cut"),
    ("phone_help", 7,
        r"(?:手机|微信|智能机|支付宝|电脑|平板|扫码|健康码|随申办|视频(?:通话|聊天)|打车软件|小程序|网上|"
        r"挂号软件|抖音|淘宝|ipad|wifi|无线网|app)[^,。!?]{0,8}?(?:不会|不懂|教|学|怎么|弄不|用不|不灵|卡|设置|"
        r"操作|搞不|搞|连不|上不|装|下载|没声|不响|打不|坏|看不|没反应|死机|太慢|字太小)|"
                     r"(?:教|学|不会|弄|调|帮)[^,。!?]{0,8}?(?:手机|微信|智能机|支付宝|视频通话|视频聊天|"
                     r"扫码|网上(?:挂号|购物|预约|缴费)|电脑|打车|小程序|app|抖音|发红包|发照片|发语音)|"
                     r"手机(?:教学|课|培训|使用)|(?:smart)?phone (?:help|lesson)"),
    ("pickup", 6,
        r"接送|(?:接|送)(?:一?下)?(?:我|我们|老伴|我妈|我爸|孙子|孙女|外孙|孩子|小孩|小囡|他|她)?(?:女)?(?:去|"
        r"到|回|上学|放学|上下学|幼儿园|学校|车站|机场|火车站|高铁站|回家|出院)|(?:接|送)(?:一?下)?(?:孩子|小孩|"
        r"孙子|孙女|外孙女?|小囡)(?!辅导)|(?:来|开车)(?:接|送)(?:一?下)?(?:我|老伴)|上下学|放学(?:没人)?接|"
        r"搭(?:个|一?下)?车|叫(?:个|辆)?车|送机|接机|接站|pick (?:me|him|her|up)|drive me|a ride"),
    ("walk", 7,
        r"散步|遛弯儿?|溜达|(?:陪|推|带|搀|扶)[^,。!?医]{0,6}?(?:走走|走一走|走动|转转|下楼|逛逛|兜兜|晒太阳|"
        r"透透气|出去走|遛遛|去公园|逛公园|兜风)|晒太阳|荡马路|白相|\bwalk(?:ing)?\b"),
    ("company", 5,
        r"陪伴|陪聊|聊[聊天一]|说说话|讲讲话|谈谈心|解[解个]?闷|做个?伴|作伴|陪(?:一?陪|着|坐|坐坐|我坐)|(?:陪|"
        r"跟)[^,。!?去到看]{0,6}?(?:说话|讲话|讲讲|唠|下棋|打牌|打麻将|看电视|读报|念报|看书|喝茶|吃饭|过节)|"
        r"读(?:读)?(?:报|书|信)|念(?:念)?(?:报|书|信)|唠[唠嗑]|拉呱|嘎讪胡|孤[单独]|(?:一个人)?(?:闷得|很闷|"
        r"闷死)|探望|看望|上门(?:看看|坐坐)|keep (?:me |him |her )?company|chat with|talk to someone|陪(?:一会|"
        r"我|老人|她|他|陪我)(?!去|看|到|上)|陪护|陪夜|看护"),
    ("legal_advice", 7,
        r"法律|律师|遗嘱|公证|打官司|官司|财产(?:分割|纠纷|继承)|继承|房产(?:纠纷|过户|分割|证)|赡养|"
        r"合同(?:纠纷|看)|维权|离婚|拆迁(?:补偿|款)|立(?:个)?遗嘱|告(?:他|她|他们)|劳动仲裁|\blegal|lawyer"),
    ("health_advice", 6,
        r"(?:健康|养生|营养|用药|饮食|保健)(?:方面)?的?(?:咨询|指导|知识|问题|讲座|科普|建议)|"
        r"咨询[^,。]{0,6}?(?:健康|血压|血糖|糖尿病|高血压|用药|药|病情|营养|慢病)|(?:量|测)[个一下量]*(?:血压|"
        r"血糖|体温)|(?:问|请教)[^,。]{0,6}?(?:医生|大夫)|健康咨询|慢病管理|health advice|blood pressure"),
    ("medical_care", 7,
        r"(?:上门)?(?:打针|输液|换药|换(?:导)?尿管|导尿|插管|鼻饲|伤口|压疮|褥疮|护理|康复(?:训练|治疗|按摩)?|"
        r"理疗|推拿|按摩|拔火罐|针灸|翻身|擦身|喂饭|喂药|洗澡|助浴|洗头|拍背|吸痰|换造口)|医疗护理|nurs(?:e|"
        r"ing)|bath"),
    ("counselling", 8,
        r"心理|情绪|抑郁|焦虑|想不开|心里(?:难受|不舒服|苦|烦|闷|堵)|心情(?:不好|很?差|低落)|(?:做|"
        r"找人)(?:做)?(?:思想工作|疏导)|疏导|开导|counsel"),
    ("childcare", 7,
        r"托管|(?:看|带|照看|照顾|照管|照料|领)(?:一?下|几天|会儿?|半天|个)?[^,。!?病去医]{0,4}?(?:孩子|小孩|"
        r"孙子|孙女|外孙女?|娃|小囡|宝宝|小朋友)(?!上学|去|看病|辅导|写|做)|(?:孩子|小孩|孙子|孙女|外孙|娃|"
        r"小囡)[^,。!?]{0,6}?(?:没人(?:看|带|管)|看一?下|带一?下|照看)|带娃|babysit|child ?care"),
    ("homework", 8,
        r"辅导|补(?:一?补)?(?:课|习|数学|英语|语文)|(?:教|辅|讲)[^,。!?]{0,6}?(?:功课|作业|数学|英语|语文|物理|"
        r"化学|钢琴|书法|写字)|(?:作业|功课|数学题)[^,。]{0,5}?(?:不会|没人|教|看|做)|写作业|homework|tutor"),
    ("pet", 8,
        r"(?:遛|喂|照看|照顾|照料|寄养|看管?|带|养)(?:一?下|几天|会儿?)?[^,。!?]{0,4}?(?:狗|猫|宠物|鸟|鱼(?!汤|"
        r"肉|丸)|金鱼|鹦鹉)|宠物|(?:狗|猫|鸟|金鱼|猫咪|狗狗)[^,。!?]{0,6}?(?:没人|喂|照顾|照看|遛|看病)|walk "
        r"(?:my|the) dog|\bpet\b"),
    ("cleaning", 6,
        r"保洁|打扫|(?:做|搞)[个一下点]*(?:卫生|清洁)|清(?:洁|扫|洗)(?!空调|油烟机|洗衣机)|大扫除|擦(?:一?擦|"
        r"[个一下])*(?:窗|玻璃|地板?|桌|门|灰|油烟)|拖(?:一?拖|[个一下])*地|扫(?:一?扫|[个一下])*地|洗(?:一?洗|"
        r"[个一下])*(?:衣服|被子|被单|床单|窗帘|碗|马桶|锅)|钟点工|家政|收拾(?:一?下)?(?:屋子?|房间|家里?|厨房|"
        r"东西)|整理(?:房间|衣柜|家)|扔垃圾|倒垃圾|擦玻璃|换(?:床单|被套)|晒被子|clean"),
    ("rescue", 7, r"紧急救援|应急救援|救援(?!队员)|急救(?:服务|培训)"),
    ("day_care", 7,
        r"日间照[料护]|日托|白天(?:有人)?(?:照看|照顾|照料|看护)|喘息服务|(?:照看|照顾|照料|看护|"
        r"伺候)(?:一?下)?[^,。!?]{0,4}?(?:老人|老伴|老太|老头|我妈|我爸|母亲|父亲|妈妈|爸爸|病人|我)|day ?care"),
    ("anti_fraud", 9,
        r"防(?:诈|骗|范)[^,。]{0,6}|反诈|(?:诈骗|骗局)(?:讲座|宣传|知识|课)|识别(?:诈骗|骗局|骗子)|金融(?:知识|"
        r"风险|安全)|anti-?fraud"),
    ("training", 6,
        r"培训|讲座|(?:上|听|开)(?:个|一?[堂节])?课|(?:学|教)(?:一?学|一?教)?(?:电脑|英语|插花|急救|书法|摄影|"
        r"智能|上网)|学习班|科普|lecture|training"),
    ("culture", 6,
        r"文体|(?:唱|教|学|跳|打|练|拉|吹|弹|下|写|画|听|看)(?:一?[唱跳打练拉吹弹下写画听看学])?(?:歌|舞|"
        r"太极拳?|二胡|钢琴|棋|书法|国画|画|戏|京剧|沪剧|越剧|乒乓|八段锦|葫芦丝|广场舞|门球)(?!怎么)|合唱|"
        r"广场舞|太极|书画|手工|编织|下棋|打牌|文艺|舞蹈|唱戏|摄影"),
    ("errands", 5,
        r"代办|跑腿|跑(?:一?趟)|(?:帮|替)[^,。!?]{0,4}?(?:办|跑|交|缴|领|取|拿|送|寄|存|问)(?!我|饭|菜|孩子|"
        r"老伴)|(?:交|缴|充)(?:一?下)?(?:水费|电费|煤气费|燃气费|话费|电话费|物业费|水电费?|费)|(?:办|补办|"
        r"换)[个一下张]*(?:证|卡|手续|老年卡|公交卡|医保卡?|社保卡?|敬老卡|身份证|退休|户口)|(?:领|"
        r"取)(?:一?下)?(?:养老金|退休金|钱|补贴|工资|药|报告|证|牛奶|报纸)|去(?:趟)?(?:银行|邮局|社保|居委|"
        r"派出所|街道)|复印|打印|拿(?:个|一?下)?(?:药|报告|东西)|报销|errand"),
    ("other", 3,
        r"搬(?:家|东西|[个一下点]*[米桶家重]|柜|床|箱)|抬(?:东西|水|米|轮椅)|拎|换(?:桶装)?水|换煤气|装(?:窗帘|"
        r"网)|缝(?:衣|补|被|裤)|补衣服|浇花|种花|拍照|写(?:信|对联|春联|材料)|看(?:房子|家)|灭(?:蟑螂|老鼠)|"
        r"志愿帮|生活服务|搬|做衣服|裁缝"),
)  # fmt: skip
_COMPILED = tuple((code, weight, re.compile(pattern, re.IGNORECASE)) for code, weight, pattern in _RULES)
_DENIED = re.compile(r"(?:不要|不用|不是|不需要|别|取消|不想)(?:再|我|你们?|帮我|去)?$")
_NEVER = re.compile(
    r"买单|卖掉|笑话|跑步|打折|看不起|看起来|看样子|看来|看看(?:我|有|单|余额|明细)|买了|买到了|送(?:\S{1,4}币)|"
    r"陪审|取消|取得|明细|打电话|办法"
)


_SOUNDS = tuple((label, syllables(label)) for label in LABEL_SOUNDS)
_ACCOMPANIED = ("hospital_visit", "errands", "shopping")
_ENOUGH = 2
"""Hints that are worth a guess; one weak word is not."""


def resolve_service(text: str) -> ServiceValue | None:
    """The kind of help that a text names, or None. The most telling words win; with two of the same strength
    from different places in the text the value is `unsure` and names the `others`. Where no telling words are found,
    single words that hint are counted together."""
    said = clean(text)
    heard = mend(said, _SOUNDS)
    blanked = _NEVER.sub(lambda match: "\x00" * len(match[0]), heard)
    found: list[tuple[int, int, int, str]] = []
    for rank, (code, weight, pattern) in enumerate(_COMPILED):
        for match in pattern.finditer(blanked):
            denied = 6 if _DENIED.search(blanked[: match.start()]) else 0
            found.append((denied - weight, rank, match.start(), code))
    wanted = [one for one in found if one[0] < 0] or found
    if not wanted:
        return _by_hints(blanked, said)
    lead = min(wanted)
    if lead[3] == "company":
        # 陪 alone says little: what it is for counts
        lead = min((one for one in wanted if one[3] in _ACCOMPANIED), default=lead)
    words, span = _words(blanked, said, lead)
    others = tuple(sorted({one[3] for one in wanted if one[3] != lead[3] and one[0] <= lead[0] + 1}))
    rivals = [one for one in wanted if one[0] == lead[0] and one[3] != lead[3] and not span[0] <= one[2] < span[1]]
    rivals = [one for one in rivals if one[3] != "company"]
    return ServiceValue(lead[3], words, span, others, bool(rivals))


def _by_hints(blanked: str, said: str) -> ServiceValue | None:
    """The category with the most hints; two with as many leave it unsure."""
    scores: dict[str, int] = {}
    first: dict[str, tuple[int, int]] = {}
    for code, weight, pattern in HINTS:
        for match in pattern.finditer(blanked):
            scores[code] = scores.get(code, 0) + weight
            first.setdefault(code, match.span())
    if not scores:
        return None
    if any(code in scores for code in _ACCOMPANIED):
        scores.pop("company", None)
    ranked = sorted(scores, key=lambda code: (-scores[code], first[code]))
    lead = ranked[0]
    if scores[lead] < _ENOUGH:
        return None
    near = tuple(code for code in ranked[1:] if scores[code] >= scores[lead])
    start, end = first[lead]
    return ServiceValue(lead, said[start:end], (start, end), near, bool(near))


def _words(blanked: str, said: str, lead: tuple[int, int, int, str]) -> tuple[str, tuple[int, int]]:
    match = _COMPILED[lead[1]][2].search(blanked, lead[2])
    start, end = match.span() if match else (lead[2], lead[2] + 1)
    return said[start:end], (start, end)
