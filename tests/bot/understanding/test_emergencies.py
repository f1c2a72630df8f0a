"""Calls for help, and what only sounds like one."""

import pytest

from bot.understanding.alarm_kinds import Kind
from bot.understanding.alarm_words import COMPILED
from bot.understanding.emergencies import mend_sounds, screen

from .tables import rows

CALLS = """
    我摔倒起不来了 | certain fall
    胸口疼得厉害 | certain chest
    煤气味很大 | certain gas
    胸口通 | doubtful chest
    胸闷喘不上气 | certain chest
    煤器味很大 | certain gas
    着伙了 | certain fire
    救名啊 | certain help
    救命 | certain help
    家里着火了 | certain fire
    我老伴晕倒了 | certain unconscious
    叫不醒他 | certain unconscious
    我不想活了 | certain suicide
    活着没意思 | certain suicide
    困在电梯里了 | certain lift
    电梯里出不来 | certain lift
    敲门没人应，里面住着独居老人 | certain no_answer_at_door
    老伴走丢了 | certain lost
    我迷路了找不到家 | certain lost
    有人撬我家门 | certain intruder
    小偷进来了 | certain intruder
    吃错药了 | certain poisoning
    安眠药吃了一瓶 | certain poisoning
    嘴巴歪了话也说不清 | certain stroke
    半边身子动不了 | certain stroke
    流血不止 | certain bleeding
    开水烫到手了起泡 | certain burns
    喝了农药 | certain suicide
    掉河里了 | certain drowning
    触电了 | certain electric
    被车撞了 | certain traffic
    快打120 | certain help
    叫救护车 | certain help
    我爸昏过去了 | certain unconscious
    鱼刺卡住喉咙 | certain choking
    喘不过气来 | certain breath
    煤气漏了 | certain gas
    厨房冒烟 | certain fire
    一氧化碳报警 | certain carbon_monoxide
    烧炭取暖头晕恶心 | certain carbon_monoxide
    老头子从楼梯上摔下来了 | certain fall
    心梗 | certain chest
    中风了 | certain stroke
    我快不行了 | certain help
    有人拿刀 | certain intruder
    儿子打我 | certain violence
    被锁在卫生间出不来 | certain trapped
    隔壁着火了 | certain fire
    救護車 | doubtful help
    我掼了一跤爬勿起来 | certain fall
    血压200多 | certain blood_pressure
    低血糖犯了 | certain blood_sugar
    help | doubtful help
    I fell and can't get up | certain fall
    chest pain | certain chest
    there is a fire | certain fire
    肚子疼得打滚 | certain pain
    妈妈不见了 | certain lost
    我在哪里啊 | certain lost
    几天没见王阿婆出门了 | certain no_answer_at_door
    电话不接敲门也不开 | certain no_answer_at_door
    我摔了一跤 | doubtful fall
    胸口疼 | doubtful chest
    我头晕得厉害站不住 | doubtful dizzy
    吐血了 | certain bleeding
    胸口闷得慌透不过气 | certain breath
    心脏不舒服 | doubtful chest
    昨天摔了到现在起不来 | certain fall
    煤气忘关了 | doubtful gas
    摔倒了，动不了，快来人 | certain fall
    我妈摔了一跤，起不来 | certain fall
    燃气报警器响了 | certain gas
    屋里有股煤气味 | certain gas
    人没反应了 | certain unconscious
    他没呼吸了 | certain unconscious
    出车祸了 | certain traffic
    我喘不上气了 | certain breath
    我想死 | certain suicide
    死了算了 | certain suicide
    厨房起火了快来 | certain fire
    我胸口像石头压着，出冷汗 | certain chest
    楼道里好大的烟 | certain fire
    老伴突然说不出话了 | certain stroke
    脚一滑坐在地上起不来 | certain fall
    手割破了血止不住 | certain bleeding
    孩子吞了电池 | certain poisoning
    阿婆倒在地上 | certain fall
    老太太走失了 | certain lost
    我被关在电梯里 | certain lift
    快来人啊 | certain help
    我心口痛 | doubtful chest
    i can't breathe | certain breath
    老伴中疯了 | certain stroke
    我率倒了 | doubtful fall
    家里进贼了 | certain intruder
    他要跳楼 | certain suicide
    喂喂我在厕所里滑了一跤现在动都动不了 | certain fall
    老头子从早上到现在叫他都不答应，怎么推都不醒 | certain unconscious
    家里有股很浓的煤气味道，我头有点昏 | certain gas
    快点来人，我家厨房油锅烧起来了 | certain fire
    我妈今年八十五了，刚才在小区里走丢了 | certain lost
    我心口痛得厉害，冒冷汗 | certain chest
    我老公突然嘴歪了，右手抬不起来 | certain stroke
    阿婆晕在菜场门口了 | certain fall
    我被关在电梯里头了，按铃也没人 | certain lift
    门敲了半天王奶奶不开，平时她都在家的 | certain no_answer_at_door
    我一个人在家，胸闷，气透不过来 | certain breath
    我不小心把洁厕灵喝下去了 | certain poisoning
    孩子被开水烫了，起了好多泡 | certain burns
    我吃了一大把安眠药 | certain poisoning
    活着真没意思，不如死了算了 | certain suicide
    外面有人在撬我家的锁，我害怕 | certain intruder
    楼上冒黑烟了 | certain fire
    我找不到回家的路了，天都黑了 | certain lost
    救命呀我摔在楼梯口了 | certain fall
    我外孙吃果冻噎住了脸都发紫了 | certain choking
    我父亲倒在卫生间里，头上都是血 | certain fall
    我跌了一跤，腿好像断了 | certain fall
    爷爷掉到河里去了快来救人 | certain drowning
    我脚下一滑跌倒了，现在坐都坐不起来 | certain fall
    我觉得心脏要停了，难受得不得了 | certain chest
    我们家电瓶车充电着火了 | certain fire
    隔壁李奶奶三天没出门了，敲门也没声音 | certain no_answer_at_door
    燃气灶那边嘶嘶响，味道好大 | certain gas
    我手被菜刀切了，血一直流 | certain bleeding
    我头疼得要炸开了，还吐了 | certain pain
    老伴发羊癫疯了，口吐白沫 | certain unconscious
    我邻居从梯子上摔下来了，不会动了 | certain fall
    他拿刀要砍我 | certain violence
    我妈说她不想活了，要跳楼 | certain suicide
    我说话突然说不清了，舌头发硬 | certain stroke
    帮我叫120，我妈没呼吸了 | certain unconscious
    烧煤炉取暖，两个人都头晕想吐 | certain carbon_monoxide
    我爸走失了，有老年痴呆 | certain lost
    血糖低，手抖，快晕了 | certain blood_sugar
    触电了，我老伴手粘在电线上 | certain electric
    我被电动车撞倒了，站不起来 | certain fall
    我被锁在阳台上下不来 | certain trapped
    我感觉要死了 | certain help
    我喘不过起来了 | certain breath
    凶口好痛，喘不上气 | certain chest
    煤汽漏了 | certain gas
    我率跤了起不来 | certain fall
    家里着货了 | certain fire
    我老伴云过去了 | certain unconscious
    救救我 | certain help
    屋里都是烟 | certain fire
    门口有个陌生男人一直砸门 | certain intruder
    晕倒了 | certain unconscious
    上不来气 | certain breath
    老人不见了 | certain lost
    有煤气味 | certain gas
    着火了！！ | certain fire
    我中毒了 | certain poisoning
    我的腿摔断了 | certain fall
    心口绞痛 | doubtful chest
    fire in the kitchen | certain fire
    my wife is not breathing | certain unconscious
    I can't breathe | certain breath
    there is a smell of gas | certain gas
    我要死了，救我 | certain help
    我婆婆摔勒地上爬勿起来 | certain fall
    俺爹栽倒了，叫不醒 | certain unconscious
    俺娘喘不上来气儿 | certain breath
    家里进水了漏电，我被电了一下 | certain electric
    小孩吞了一个纽扣电池 | certain poisoning
    喂，我一个人在家跌了一大跤，爬也爬不动 | doubtful fall
    刚刚在浴缸里滑倒，后脑勺磕了，流血了 | certain fall
    我人不行了，快点叫人来 | certain help
    我老头子吃饭吃到一半不会动了，眼睛翻白 | certain unconscious
    奶奶叫不应了 | certain unconscious
    我头晕眼花，胸口像压了块石头 | certain chest
    呼吸不上来，快帮帮我 | certain breath
    屋里厢有火，快来救 | certain fire
    烟呛得我睁不开眼，门打不开 | certain fire
    我妈把降压药吃了十几片 | certain poisoning
    孙子把老鼠药吃下去了 | certain poisoning
    闻着一股怪味，像是煤气 | certain gas
    灶台那里火烧得老高 | certain fire
    我被人打了，头上流血 | certain bleeding
    有人翻窗户进我家了 | certain intruder
    我想不开，不想活在世上了 | certain suicide
    活得没意思透了，想一死了之 | certain suicide
    我老伴出去买菜到现在没回来，他有痴呆 | certain lost
    我妈不见了，手机也没带 | certain lost
    我在外面走迷了，不知道怎么回去 | certain lost
    电梯停在五楼不动了，我在里面 | certain lift
    张阿婆门叫不开，屋里电话响没人接 | certain no_answer_at_door
    对门老爷子好几天没看见了，屋里有臭味 | certain no_answer_at_door
    我脚崴了，肿得像馒头，走不了路 | certain injury
    胳膊摔断了，疼得要命 | certain fall
    左边身子麻了不听使唤 | certain stroke
    老伴嘴角歪了，流口水 | certain stroke
    血压220了，头痛得要裂 | certain blood_pressure
    吐了好大一口血 | certain bleeding
    大便全是血 | certain bleeding
    被狗咬了，血流不停 | certain bleeding
    让蜂蜇了，喉咙肿了喘不了 | certain injury
    孩子发烧抽筋了 | certain unconscious
    油溅到眼睛里看不见了 | certain injury
    硫酸泼到手上了 | certain burns
    我触了电，手麻得不能动 | certain electric
    水里有人，快救人 | certain help
    被汽车碰倒了，腿不能动 | certain traffic
    我热昏了，站不起来 | certain fall
    一氧化碳超标报警了 | certain carbon_monoxide
    我摔得起不来，谁来扶我一把 | certain fall
    俺摔倒了，恁快来人 | certain fall
    阿拉姆妈跌倒了，爬勿起来 | certain fall
    我心脏病犯了，药找不到 | certain chest
    心慌得厉害，要晕过去了 | certain unconscious
    气透勿过来 | certain breath
    我要跳下去了 | certain suicide
    不想再拖累儿女了，死了算了 | certain suicide
    救命救命 | certain help
    快叫救护车 | certain help
    火火火，着火了 | certain fire
    我从床上滚下来了，动不了 | certain fall
    老人噎着了，脸都紫了 | certain choking
    假牙卡在喉咙里 | certain choking
    喝了一瓶白酒现在叫不醒 | certain unconscious
    请马上派人来，老伴昏迷 | certain unconscious
    家里进了坏人 | certain intruder
    有个男的拿着刀在楼道里 | certain violence
    着伙了块来人 | certain fire
    胸口同得受不了 | certain chest
    喘布上气 | certain breath
    媒气漏了 | certain gas
    我摔道了起布来 | certain fall
    晕到在地上了 | certain fall
"""

NEAR_MISSES = """
    有人打电话说我孙子出事了要汇五万块 | -
    笑死我了 | -
    累死了 | -
    气死我了 | -
    热死了 | -
    救命稻草 | -
    想吃火锅 | -
    他发火了 | -
    消防演习什么时候 | -
    电视里着火了 | -
    昨天摔了一跤 | -
    陪我去看胸口疼的门诊 | -
    邻居昨天中风住院了 | -
    听说隔壁小区着火了 | -
    我没摔倒 | -
    没有胸闷 | -
    按错了，我没事 | -
    摔了一跤，没事 | -
    手机摔坏了 | -
    烫头发 | -
    跳楼价 | -
    煤气费怎么交 | -
    换煤气 | -
    煤气灶坏了 | -
    去火车站 | -
    上火了 | -
    火腿 | -
    想死你了 | -
    要是摔倒了怎么办 | -
    怕摔倒，想装扶手 | -
    急救知识讲座 | -
    防火讲座报名 | -
    电脑中毒了 | -
    血压高想配药 | -
    明天陪我去看心脏科 | -
    我有高血压 | -
    骨折后要康复 | -
    去年中风过，腿脚不好 | -
    牙龈出血想看牙 | -
    猫不见了 | -
    钥匙丢了 | -
    水管爆了 | -
    马桶堵了 | -
    灯坏了 | -
    钥匙忘带进不了家 | -
    电梯坏了，爬不动楼梯 | -
    早上起不来 | -
    忙得喘不过气 | -
    股票跌了 | -
    我摔了手机 | -
    抢单 | -
    打我电话 | -
    电话没人接 | -
    等了一上午没人来 | -
    志愿者没来 | -
    死机了 | -
    天气热死了 | -
    今天不想做饭 | -
    谢谢你救了我的急 | -
    找不到人接单 | -
    我的单子不见了 | -
    晕车 | -
    心疼钱 | -
    不痛了 | -
    已经好多了 | -
    做了个梦着火了 | -
    参加急救培训 | -
    志愿者摔伤有保险吗 | -
    陪我聊聊天，一个人闷 | -
    预防中风的讲座 | -
    火车票怎么买 | -
    冬天容易摔跤 | -
    小心别摔倒 | -
    差点摔倒 | -
    120块 | -
    120分钟 | -
    孩子出不来作业 | -
    笑得肚子疼 | -
    我的妈呀 | -
    要命 | -
    老伴走了三年了 | -
    没气了，煤气罐要换 | -
    想学心肺复苏 | -
    接孙子 | -
    我儿子打电话来 | -
    饭烧好了 | -
    菜烧着呢 | -
    我在家等 | -
    你们在哪里 | -
    时间银行在哪里 | -
    我在哪里报名 | -
    人没来 | -
    我前天摔了一跤，现在好多了 | -
    上个月我老伴中风住院，现在要康复训练 | -
    我想请人教我怎么用煤气灶 | -
    明天要去医院看胸闷，能陪我吗 | -
    笑得我肚子疼 | -
    这天热得人要死 | -
    你们的系统卡死了 | -
    手机死机了怎么办 | -
    火车站怎么走 | -
    我孙子发火了 | -
    买点活鱼 | -
    老伴去世三年了 | -
    电视里放的那个着火的片子好看 | -
    怎么预防煤气中毒 | -
    请问跌倒了保险赔不赔 | -
    下次有消防演习通知我 | -
    怕老人摔倒，想装个扶手 | -
    我腰疼，想找人按摩 | -
    邻居说他家上个礼拜着火了 | -
    听说有人跳楼了 | -
    这个菜辣死我了 | -
    我昨天头晕，今天好了 | -
    我家电梯坏了，能不能帮我把菜拿上来 | -
    灯没反应了 | -
    没有人应我 | -
    水管爆了满地是水 | -
    我钥匙丢了进不去门 | -
    血压药吃完了，帮我配药 | -
    帮我量量血压 | -
    我心脏不好，爬不了楼，要人拎菜 | -
    我腿脚不好走不动，要人陪 | -
    想找人陪我去看看头晕的毛病 | -
    我有哮喘，想要个会急救的志愿者 | -
    我以前晕倒过一次，所以不敢一个人出门 | -
    我的狗走丢了 | -
    我不想活动了 | -
    不想动 | -
    这个电影吓死我了 | -
    我摔坏了一个碗 | -
    差点摔跤 | -
    没煤气了，帮我换一罐 | -
    煤气公司电话多少 | -
    锅烧糊了没事 | -
    有点累，活着活着就老了 | -
    你救了我的命啊，谢谢小李 | -
    多亏小李救了我 | -
    急死我了，菜还没送来 | -
    人呢？怎么还不来 | -
    打不通电话 | -
    我要投诉，电话打了三次没人接 | -
    小偷小摸的事不要跟我说 | -
    刚才那个单子不见了 | -
    钱不见了 | -
    我的币不见了 | -
    志愿者迷路了找不到我家 | -
    小李迷路了，说找不到我家 | -
    我在医院里，帮我取药 | -
    我出不来门，腿不好 | -
    冬天老人容易中风，有讲座吗 | -
    给我妈报个急救班 | -
    中暑了怎么办的讲座 | -
    我家小孙子掉牙了 | -
    烫衣服 | -
    烫个头发要多少币 | -
    流感疫苗 | -
    血糖仪坏了 | -
    吐了口气 | -
    没力气买菜了 | -
    我快八十了 | -
    他不行，换个人 | -
    我去了医院，医生说没事 | -
    我一个人在家，闷死了 | -
    想有人陪我说说话，活着没人说话 | -
    麻烦死了 | -
    好得要命 | -
    哈哈哈笑晕了 | -
    来人了吗 | -
    来人没有 | -
    志愿者来了没 | -
    有人来吗 | -
    有没有人接单 | -
    120个币 | -
    119号单 | -
    给我110个币 | -
    他走了 | -
    我老伴走了，想找人说说话 | -
    昨天小李送菜来，电梯坏了他爬上来的 | -
    我妈摔过跤，想找人陪她走路 | -
    上周摔了一跤，医生让复查，明天陪我去 | -
    想请人装个防滑垫，怕洗澡摔倒 | -
    我有老毛病，胸闷气短好几年了，要配药 | -
    帮我约个心内科 | -
    孙子说笑话笑死人 | -
    我气都气死了，菜买错了 | -
    累得腰都直不起来了 | -
    这个币怎么花不出去，急死人 | -
    火腿肠买两根 | -
    帮我买打火机 | -
    买点蚊香和杀虫剂 | -
    我想问问煤气怎么开通 | -
    煤气表要抄了 | -
    要换煤气瓶 | -
    灶打不着火了 | -
    电瓶车充不进电 | -
    抽油烟机不吸烟 | -
    我不抽烟 | -
    家里有烟味，想打扫一下 | -
    电视没声音了 | -
    手机卡住了 | -
    门卡住了打不开，找人修 | -
    锁坏了，进不了屋 | -
    我把自己锁在门外了 | -
    马桶漏水漏得厉害 | -
    水龙头关不住 | -
    狗丢了 | -
    眼镜找不到了 | -
    我找不到你们站点 | -
    我不知道在哪里报名 | -
    我不认得路，要人带我去医院 | -
    找不到去医院的路，要人陪 | -
    没人来接我 | -
    没人应聘吗 | -
    没人理我，我要投诉 | -
    打了三个电话都没人接 | -
    小王人不见了，说好九点来的 | -
    志愿者不见了 | -
    他没反应，不回我消息 | -
    我想死我孙子了 | -
    睡死过去了 | -
    天气闷，透不过气 | -
    口罩戴着透不过气 | -
    这把年纪了，活一天算一天 | -
    人老了，活着就要动动 | -
    讲座讲中风的，我想报名 | -
    心肺复苏培训我参加 | -
    急救员证怎么考 | -
    消防员真辛苦 | -
    消防检查是哪天 | -
    119是什么电话 | -
    120是多少币 | -
    110块钱 | -
    有没有救护车志愿者 | -
    医院里救护车收费吗 | -
    我同学去世了 | -
    邻居被骗了 | -
    老王上次住院谁陪的 | -
    我出院了，要人照顾 | -
    刚从医院回来，没大事 | -
    血糖有点高，要吃什么 | -
    高血压能喝酒吗 | -
    头有点晕，想量个血压 | -
    腿抽筋，吃什么好 | -
    脚崴了好几天了，帮我买菜 | -
    手割破了点皮，不要紧 | -
    烫了个头 | -
    被子晒出去了 | -
    把垃圾倒掉 | -
    倒在垃圾桶里就行 | -
    躺在床上不想动 | -
    坐在地上择菜 | -
    掉头发 | -
    掉在地上的药还能吃吗 | -
    钱掉了 | -
    跳广场舞 | -
    跳楼梯操 | -
    上吊兰花怎么养 | -
    刀不快了，磨刀 | -
    要砍价 | -
    打人民币 | -
    我打的车 | -
    我晕针 | -
    我怕触电，换个灯泡要人帮忙 | -
    插座坏了换一个 | -
    灯泡炸了，换一个 | -
    高压锅炸了吗哈哈 | -
    爆米花 | -
    鞭炮炸得吵 | -
    家里养的鱼死了 | -
    花快死了帮我浇水 | -
    死活不肯来 | -
    死心塌地 | -
    吃错了菜 | -
"""


def told(text: str) -> str:
    alarm = screen(text)
    return f"{alarm.level} {alarm.kind}" if alarm else "-"


@pytest.mark.parametrize(("words", "expected"), rows(CALLS))
def test_calls_are_caught(words: str, expected: str) -> None:
    assert told(words) == expected


@pytest.mark.parametrize(("words", "expected"), rows(NEAR_MISSES))
def test_near_misses_are_left_alone(words: str, expected: str) -> None:
    assert told(words) == expected


SAME_EVENT = """
    -- what is said around the same event decides
    我摔倒起不来了 | certain fall
    我摔了一跤 | doubtful fall
    我摔了一跤，没什么事 | -
    我没摔倒 | -
    我昨天摔了一跤 | -
    我昨天摔了一跤，到现在起不来 | certain fall
    怕摔倒，想装扶手 | -
    要是摔倒了怎么办 | -
    防跌倒讲座几点开始 | -
    胸口疼得厉害 | certain chest
    胸口疼 | doubtful chest
    陪我去看胸口疼的门诊 | -
    胸口疼得厉害，帮我约明天的门诊 | doubtful chest
    胸口疼，快叫救护车 | certain chest
    家里着火了 | certain fire
    电视里着火了 | -
    消防演习几点开始 | -
    煤气味很大 | certain gas
    煤气费怎么交 | -
    按错了，我没事 | -
    我不想活了 | certain suicide
    要是死了就好了，不想活 | certain suicide
    我不想活动 | -
    笑死我了 | -
    救命 | certain help
    你是我的救命恩人 | -
"""


@pytest.mark.parametrize(("words", "expected"), rows(SAME_EVENT))
def test_the_words_around_decide(words: str, expected: str) -> None:
    assert told(words) == expected


@pytest.mark.parametrize(
    ("heard", "meant"),
    rows("煤器味 | 煤气味\n着伙了 | 着火了\n救名啊 | 救命啊\n胸口同得厉害 | 胸口痛得厉害\n火车站 | 火车站"),
)
def test_misheard_words_are_put_right(heard: str, meant: str) -> None:
    assert mend_sounds(heard) == meant


def test_the_words_of_an_alarm_stand_in_the_text() -> None:
    alarm = screen("喂喂，家里有煤器味，快来人")
    assert alarm is not None
    assert "喂喂,家里有煤器味,快来人"[alarm.span[0] : alarm.span[1]] == alarm.words


def test_every_kind_has_a_sure_or_doubtful_pattern() -> None:
    known: set[Kind] = {kind for kind, _, _ in COMPILED}
    assert {
        "fall",
        "chest",
        "stroke",
        "fire",
        "gas",
        "lost",
        "intruder",
        "suicide",
        "lift",
        "no_answer_at_door",
    } <= known
