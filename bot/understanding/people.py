"""Whom: names, ways to address (王阿婆, 小李) and relations (老伴, 外孙)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from .sounds import syllables
from .text import clean
from .timing.not_times import hear


@dataclass(frozen=True)
class PersonValue:
    """A name or a way to address as said; `known` when it is one of the roster (then `name` is the roster's)."""

    name: str
    kind: Literal["name", "address"]
    known: bool
    words: str
    span: tuple[int, int]


@dataclass(frozen=True)
class RelationValue:
    """A relative or other person close by, as a code (`spouse`, `daughter`, …)."""

    code: str
    words: str
    span: tuple[int, int]


SURNAMES = (
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏窦章云苏潘葛奚范彭郎鲁韦昌马"
    "苗凤花方俞任袁柳"
    "鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常乐于傅皮卞齐康伍余元顾孟平黄穆萧肖尹姚邵湛汪祁毛禹狄米贝明臧计成"
    "戴宋茅庞熊纪舒屈"
    "项祝董梁杜阮蓝闵席季麻强贾路娄江童颜郭梅盛林刁钟徐邱骆高夏蔡田樊胡凌霍虞万支柯管卢莫房裘缪解应宗丁宣邓"
    "郁单杭洪包诸左石"
    "崔吉龚程嵇邢裴陆荣翁荀羊惠甄曲封储靳段焦巴牧山谷车侯宓蓬全班仰秋仲伊宫宁仇栾甘厉戎祖武符刘景詹束龙叶幸"
    "司黎薄白怀蒲邰从"
    "索赖卓蔺屠蒙池乔阴胥能苍双闻莘党翟谭贡姬申扶堵冉宰郦桑桂牛寿通边扈燕冀浦尚农温庄晏柴瞿阎连习艾鱼容向古"
    "易廖耿满弘匡国文"
    "寇广聂晁勾敖融冷辛简饶曾沙鞠关查游竺权岳帅涂肖闫付覃佟祁代仝"
)  # fmt: skip
COMPOUND_SURNAMES = (
    "欧阳",
    "上官",
    "司马",
    "诸葛",
    "司徒",
    "东方",
    "皇甫",
    "尉迟",
    "公孙",
    "慕容",
    "令狐",
    "夏侯",
    "端木",
    "长孙",
)
_SURE_SURNAMES = frozenset(
    "赵钱孙李周吴郑王冯陈卫蒋沈韩杨朱秦许何吕施张孔曹魏陶姜戚谢邹潘葛范彭鲁韦马苗俞袁柳鲍史唐费薛贺倪汤殷罗"
    "郝傅顾孟黄穆萧肖尹"
    "姚邵汪祁毛戴宋庞熊纪舒屈董梁杜阮蓝闵贾江童颜郭梅林徐邱骆夏蔡田樊胡凌霍虞柯卢莫丁邓洪崔龚程邢裴陆翁段侯"
    "刘叶黎谭廖曾聂耿闫付佟覃乔瞿阎庄金万钟"
)  # fmt: skip

_TITLE = (
    r"(?:老?师傅|师母|阿姨|阿婆|阿公|阿伯|阿叔|老大爷|大爷|大妈|大娘|大姐|大哥|大叔|大婶|大嫂|叔叔|伯伯|伯母|"
    r"爷叔|奶奶|爷爷|婆婆|公公|老师|医生|大夫|护士|主任|"
    r"站长|书记|经理|院长|行长|队长|组长|社工|女士|先生|小姐|同志|老伯|老先生|老太太?|老爷子|嬢嬢|家姆妈|"
    r"妈妈|嫂子|姐姐|大伯|二姐|二哥|姐|哥|叔|婶|姨|嫂|爷|伯|工(?!作))"
)
_SUR = "|".join(COMPOUND_SURNAMES) + f"|[{''.join(sorted(set(SURNAMES)))}]"
_STOP = (
    "的了是在不我你他她它们吗呢吧啊呀这那哪什么怎来去给帮要会可能想让叫请说就都也还到从和跟把被上下里外今昨"
    "后每前再吃买送做接走看打用有没对为"
    "与及或者几个单号点时分钟天月日年周先过得着只又太很最已经别等找谁您俺咱开始约陪拿收发派通知退取消改换行"
    "好坏早晚中午小老大爷阿师医奶婆叔伯姐哥"
    "嘴疼味皮巷豆油米饭药病痛腿脚脸牙饼糕粥酱醋糖茶酒烟纸鞋袜裤衣柜桌椅床窗锁灯泡管器铺厂楼层厅"
    "币转捐存扣花赠付借还第今明"
)
_GIVEN = f"[^\\W\\d_a-zA-Z{_STOP}]"
_FIRST_STOP = "".join(ch for ch in _STOP if ch not in "明天云小大中")
_GIVEN_FIRST = f"[^\\W\\d_a-zA-Z{_FIRST_STOP}]"
_GIVEN_LAST = f"(?:{_GIVEN}|明(?![天早晚日年上下])|中(?=$|[,，。的])|[大天](?=$|[,，。])|生)"
_GIVEN_LAST = rf"(?:{_GIVEN}|明(?![天早晚日年上下])|中(?=$|[,，。的])|[大天](?=$|[,，。])|生)"
_FULL = rf"(?:{_SUR})(?:{_GIVEN_FIRST}{_GIVEN_LAST}?)"
_NICK = "红芳丽军强伟美霞燕玲静娟兰英梅萍琴莉敏慧菊珍芬凤龙飞峰涛勇杰斌鹏辉浩宇婷雪莹倩蓉琳晶刚亮波鑫"
_ADDRESS = re.compile(
    rf"(?:(?:{_SUR})(?:{_GIVEN_FIRST}{{1,2}}?)?{_TITLE}|"
    rf"(?<![大最从越古])[小老](?:{_SUR})(?:{_TITLE})?(?![一-龥]?[时区孩学店票心组][^一-龥])|"
    rf"(?:约翰|玛丽|大卫|汤姆|彼得|迈克尔?|杰克|安娜|露西|丽莎)(?:逊|森)?(?:{_TITLE})?|"
    rf"阿[{''.join(sorted(_SURE_SURNAMES))}{_NICK}毛宝明华]|"
    rf"(?<![最从{''.join(sorted(_SURE_SURNAMES))}])小[{_NICK}](?![一-龥]?[时区孩学店票心组][^一-龥]))"
)
_ADDRESS_NOT = re.compile(
    r"小(?:时|区|孩|学|店|票|心|组|车|路|米|花|包|毛|和|方|马路|白菜|熊|黄[瓜鱼豆花]|龙虾|钱|康|平|满|山|江|石|牛|羊|"
    r"鱼|江|全|计|国|金|温|万|文|简|从|习|农|蓝|程序|成|关|经|通)"
    r"|老(?:师|年|人|伴|公|婆|家|头|太|是|板|乡|实|大|小|了|时间|车|花|路|房|安|马|成|常|山|毛病|农|国|白|"
    r"金|虎|宗|方|边|古|通|习|关系|早|单|龙|有所|任|计|米|房子|连)|"
    r"(?:单|花|白|高|安|常|方|时|路|全|连|成|通|管|能|计|解|广|国|支|文|车|农|关|查|习|从|应|温|冷|简|满|党|"
    r"向|边|满|容|和|强|平|明)(?:姐|哥|叔|婶|姨|嫂|爷|伯|工|老师|医生|大夫|先生|护士)(?!$)"
)
_WEEKDAY = re.compile("周[一二三四五六日天末]")
_BEFORE_NAME = (
    r"(?:派给?|指派给?|分给|转给|送给|赠给|交给|叫|名叫|名字是|姓名是?:?|我是|他是|她是|志愿者|换成|换|让|"
    r"请|找|给|跟|和|同|约|谢谢|感谢|表扬|投诉|绑定|帮|陪|"
    r"护士长|书记|主任|社工|居民|老人|申请人|申请人是|护士|站长|组长|本人|由|联系|通知|是|叫做|，|,|^|。| |:)"
)
_AFTER_NAME = (
    r"(?=$|[,，。!?、 :(（]|志愿者|老人|女士|先生|申请|报名|预约|需要|同学|"
    r"[的了是在吗呢吧啊呀来去给帮要会可能想做走看打接送陪拿说和跟有没上下过就也都还把被转已今明后到不服很真"
    r"做态通\d]|十|两|一|三|五|[二四六七八九]|阿|师|同志)"
)
_NAMED = re.compile(rf"{_BEFORE_NAME}(?P<name>{_FULL}){_AFTER_NAME}")
_WORDS_NOT_NAMES_TABLE = """
    汤凉 汤热 成天 成宿 何必 何苦 何况 全靠 全是 全都 连着 常年 黄豆 黄瓜 黄酒 黄油 毛豆 毛衣 毛裤 李子 安眠 梅干 马铃
    马蹄 江米 白糖 白酒 白面 花生 花椒 花盆 石榴 石子 金鱼 金桂 龙虾 羊毛 米酒 米线 汤包 麻油 麻花 姜汤 葛粉 党参 白粥
    高粱 高考 高中 夏装 秋裤 秋衣 温差 成人 成年 安保 方言 车票 石灰 常备 乐队 单衣 白布 左手 右手
    万一 万人 万分 严重 中国 乐器 乐意 习惯 习题 于是 云南 从事 从来 仰卧 任何 任务 伍佰 何时 余下 余额 保洁
    元旦 党员 党委 党支 党课 全天 全家 全程 全身 全部 关于 关心 关照 关系 关节 关门 农历 农村 冷气 冷静 凤梨
    凤爪 包子 包括 华东 华东医 华山 华联 单位 单子 单独 卫生 卫生间 双休 双方 古北 古筝 古镇 史上 司机 司法
    向您 向来 和平 国产 国家 国庆 堵住 堵车 夏天 外孙 孔雀 孙女 孙子 宁可 宁愿 安全 安心 安慰 安排 安装 安静
    宣传 家里 容易 封控 封闭 尚未 山东 左右 左边 席子 常常 常用 常规 平台 平安 平时 平板 平米 幸亏 幸好 幸福
    广东 广场 广播 应付 应对 应急 应该 康健 康复 张罗 强烈 强盗 强迫 成为 成功 成本 成绩 房东 房产 房子 房租
    房间 支付 支架 文件 文体 文化 方便 方法 方面 施工 施药 时候 时间 明显 明白 明确 明细 易怒 晴天 曲子 曾经
    权利 权益 林子 林荫 查查 查看 查询 柳树 桂圆 桂花 桑树 梅花 梅雨 武康 武术 段时间 毛巾 毛病 毛笔 水果 水电
    水管 江湖 江苏 江西 江边 汤圆 汤药 汪洋 沈阳 沙发 沙子 温度 温暖 温柔 温水 温馨 游玩 滕王 满分 满意 燕窝
    燕麦 牛奶 牛肉 班长 甘蔗 田林 申报 申请 白内 白内障 白天 白色 白菜 白血 盛饭 石头 石库 石膏 祖国 祖母 祖父
    祝您 祝福 秋天 空调 章程 童年 童车 符号 符合 简单 管子 管家 管理 管用 管道 米粉 米饭 终于 经常 经理 羊肉
    能量 舒服 舒适 花园 花草 花菜 花费 花钱 苏州 苏打 苗条 荣华 荣誉 葛优 葛根 蓝色 虹桥 解决 解手 解释 解闷
    计划 计算 计较 许多 谢谢 谭木 谷物 贝壳 贡献 费劲 费心 费用 贺卡 贺年 路上 路口 路灯 路程 路边 路远 车位
    车子 车票 车祸 车站 辛苦 边上 边走 连带 连接 连续 通知 通过 邮局 邱吉 郎中 郑重 金融 金钱 金额 钟头 钟点
    钱包 钱款 阴天 陆续 陶瓷 雷锋 雷阵 雷雨 项圈 项目 项链 顾客 顾虑 颜色 饶了 马上 马桶 马路 高兴 高压 高手
    高温 高空 高级 高血 高铁 高龄 鱼汤 鲁迅 麻将 麻木 麻烦 黄浦 黄色 齐全 齐白 龙井 龙头 龙柏
"""
_WORDS_NOT_NAMES = frozenset(_WORDS_NOT_NAMES_TABLE.split())
_HOME_RELATIONS = "我|俺|阿拉|咱|我们|他|她|您|你|自家|给|让|帮|和|跟|替|陪|是|叫|接|送|绑定|绑"
_RELATIONS: tuple[tuple[str, str], ...] = (
    ("daughter_in_law", r"儿媳妇?|(?<!孙)(?<!娶)媳妇儿?(?=们|家|$|[^一-龥]|.)|新妇|新房"),
    ("son_in_law", r"女婿"),
    ("mother_in_law", r"丈母娘|岳母|(?<=[我俺])婆婆|婆婆(?=家|$)|mother-in-law"),
    ("father_in_law", r"(?<=[我俺])公公|公公(?=要|家|$)|老丈人|丈人|岳父|公爹"),
    ("granddaughter", r"(?<=my )granddaughter|外孙女儿?|孙女儿?|重孙女"),
    ("grandson", r"(?<=my )grandson|外孙子?|孙子|孙儿|重孙|(?<=我)孙"),
    ("grandmother", r"外婆|姥姥|奶奶|阿奶|好婆|祖母|娘娘"),
    ("grandfather", r"外公|姥爷|爷爷|阿爷|祖父|老爷(?!子)|老太爷"),
    ("daughter", r"(?<!孙)女儿|(?<=my )daughter|囡囡|囡五|阿囡|闺女|丫头|(?:大|小|二)囡"),
    ("son", r"儿子|(?<=my )son\b|(?<=我)儿(?=家)"),
    ("spouse",
        r"(?<=my )(?:husband|wife)|老伴儿?|老头子|老头儿?(?!乐)|老太婆|老婆子?|老公|爱人(?!士)|丈夫|妻子|太太|内人|"
        r"屋里(?:人|头的)|"
        r"掌柜的|当家的|(?<=我)先生|(?<=我家)先生|(?<=俺家)那口子|那口子|另一半"),
    ("mother", r"孩子他?妈|(?<=my )(?:mother|mom|mum)\b|妈妈|母亲|姆妈|老妈|老娘|妈咪|阿妈|"
        r"(?<=[我俺你您他她咱替接陪给])妈(?!妈)|(?<=[我俺])娘|老母亲"),
    ("father", r"老爷子|孩子他?爸|(?<=my )(?:father|dad)\b|爸爸|父亲|阿爸|老爸|老爹|"
        r"(?<=[我俺你您他她咱替接陪给])爸(?!爸)|(?<=[我俺])爹|老父亲|爷老头子"),
    ("sister", r"姐姐|妹妹|阿姐|阿妹|(?<=[我俺])[大二三小]?[姐妹](?![夫子])|(?<=my )sister|姊妹|姐妹|大姐(?=家)"),
    ("brother", r"哥哥|弟弟|阿哥|阿弟|(?<=[我俺])[大二三小]?[哥弟]|(?<=my )brother|兄弟"),
    ("nephew", r"侄子|侄儿|外甥(?!女)"),
    ("niece", r"侄女|外甥女"),
    ("child", r"孩子(?!他?[爸妈爷奶])|小孩|子女|小囡|娃娃?"),
    ("parents", r"爸妈|父母|爹妈|爹娘|二老"),
    ("relative", r"亲戚|亲家|家属|家里人|家人|(?<=[我俺])[大二三小]?[舅姑姨叔婶]|舅舅|舅妈|姑姑|姑妈|姨妈|小姨|婶婶|"
        r"伯父|(?<=[我俺])[大二三]伯|表[哥弟姐妹]|堂[哥弟姐妹]"),
    ("carer", r"保姆|护工|钟点工|阿姨(?=做|烧|来)"),
    ("neighbour", r"(?<=my )neighbou?r|邻居|隔壁(?:阿婆|阿姨|老[一-龥]|邻居)?|对门|街坊"),
    ("friend", r"(?<!男)(?<!女)(?<!小)朋友(?!圈)|老同事|老同学|战友"),
)  # fmt: skip
_RELATION_RULES = tuple((code, re.compile(words)) for code, words in _RELATIONS)
_RELATION_NOT = re.compile(
    rf"(?:{_SUR})(?:奶奶|爷爷|婆婆|公公|太太|老头|妈妈|姐姐|妹妹|哥哥|弟弟)|老婆婆|老爷爷|老奶奶|姑奶奶|"
    rf"小朋友|女儿红|儿子娃|孙子兵法|时间妈妈|妈呀|我的妈呀"
)


def resolve_person(text: str, roster: Sequence[str] = ()) -> PersonValue | None:
    """The person that a text names, or None. A name of the roster wins, also when it only sounds like it
    (dictation: 李名 for 李明); then ways to address (王阿婆), then full names in a place where names stand."""
    said = clean(text)
    return _from_roster(said, roster) or _address(said) or _named(said) or _english(said)


def _from_roster(said: str, roster: Sequence[str]) -> PersonValue | None:
    names = sorted({clean(name) for name in roster if 1 < len(clean(name)) <= 12}, key=lambda name: (-len(name), name))
    for name in names:
        at = said.find(name)
        if at >= 0:
            return PersonValue(name, "name", True, name, (at, at + len(name)))
    sounds = syllables(said)
    for name in names:
        wanted = syllables(name)
        for at in range(len(sounds) - len(wanted) + 1):
            window = said[at : at + len(name)]
            if sounds[at : at + len(wanted)] == wanted and (window[0] == name[0] or len(name) > 2):
                return PersonValue(name, "name", True, window, (at, at + len(name)))
    return None


def _address(said: str) -> PersonValue | None:
    return _address_from(said, _title_heard(hear(said)), 0)


def _address_from(said: str, heard: str, at: int) -> PersonValue | None:
    found: PersonValue | None = None
    for match in _ADDRESS.finditer(heard, at):
        words = match[0]
        if words[0] == "谢" and heard[: match.start()].endswith(("感", "谢", "多")):
            return _address_from(said, heard, match.start() + 1)
        if _ADDRESS_NOT.match(heard, match.start()) or words[:2] in _WORDS_NOT_NAMES:
            continue
        if heard[: match.start()].endswith(("几", "第")) or words in {"老师", "老大爷", "老先生"}:
            continue
        if found is None or _MENDED.search(said, found.span[1], match.start()):
            found = PersonValue(words, "address", False, said[match.start() : match.end()], match.span())
    return found


_TITLE_SOUNDS = (
    ("啊姨", "阿姨"),
    ("师父", "师傅"),
    ("师付", "师傅"),
    ("啊婆", "阿婆"),
    ("阿疑", "阿姨"),
    ("老湿", "老师"),
    ("大也", "大爷"),
)


def _title_heard(said: str) -> str:
    """Titles as dictation gets them wrong, put right at the same length."""
    for heard, meant in _TITLE_SOUNDS:
        said = re.sub(rf"(?<=[一-龥]){heard}", meant, said)
    return said


_ENGLISH = re.compile(
    r"(?:\b(?:to|send|thank|ask|with|by|from|is|am|I'm|assign|Mr\.?|Mrs\.?|Ms\.?|Miss)\s+|"
    r"^)(?P<name>[A-Z][a-z]+(?: [A-Z][a-z]+)?)"
    r"(?=\s+(?:again|helped|came|was|is|did|fixed|has|from)|[,.!]|$)"
)
_NO_NAMES_TABLE = """
    Please Can Could Monday Tuesday Wednesday Thursday Friday Saturday Sunday January February March April May
    June July  August September October November December The This That There Thanks Hello Yes No Today Tomorrow
    Someone  Hospital  Thank Give Take Help Order Send Mr Mrs Ms Miss Donate Read My Come Pick Walk Fix  It She He
    They We You My How What When Who Where Every Shanghai Beijing China Chinese English Wechat
"""
_NO_NAMES = frozenset(_NO_NAMES_TABLE.split())


def _english(said: str) -> PersonValue | None:
    for match in _ENGLISH.finditer(said):
        name, span = match["name"], match.span("name")
        if not set(name.split()) & _NO_NAMES and not re.search(
            r"Hospital|Road|Street|Park|Station|School", said[span[0] :][:40]
        ):
            return PersonValue(name, "name", False, name, span)
    return None


_MENDED = re.compile(r"不对|不是|说错|错了|[哦噢]不|应该是")


def _named(said: str) -> PersonValue | None:
    at = 0
    found: PersonValue | None = None
    while match := _NAMED.search(said, at):
        name, span = match["name"], match.span("name")
        at = match.start("name")
        if (
            not _WEEKDAY.match(name)
            and name[:2] not in _WORDS_NOT_NAMES
            and name not in _WORDS_NOT_NAMES
            and (
                name[:2] in COMPOUND_SURNAMES
                or name[0] in _SURE_SURNAMES | set("宁尤向卓樊耿古白方安于常高任石申严龙连白成秋")
            )
            and (found is None or _MENDED.search(said, found.span[1], span[0]))
        ):
            found = PersonValue(name, "name", False, name, span)
        at = span[0] + 1
    return found


def resolve_relation(text: str) -> RelationValue | None:
    """The relation that a text names first, or None; 王奶奶 is a person, no relation."""
    said = clean(text)
    blanked = _RELATION_NOT.sub(lambda match: "\x00" * len(match[0]), said)
    found: list[tuple[int, int, str]] = []
    for code, pattern in _RELATION_RULES:
        found.extend((match.start(), -match.end(), code) for match in pattern.finditer(blanked))
    if not found:
        return None
    start, end, code = min(found)
    return RelationValue(code, said[start:-end], (start, -end))
