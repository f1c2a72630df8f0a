import pytest
from components.normaliser import MAX_CHARS, normalise


@pytest.mark.parametrize(
    ("said", "plain"),
    [
        ("我想參加時間銀行", "我想参加时间银行"),
        ("接３号单！！！", "接3号单"),
        ("HOW many COINS？", "how many coins?"),
        ("你\u200b好\u0007呀", "你好呀"),
        ("你 好\n在吗", "你好,在吗"),
        ("侬好伐", "你好吗"),
        ("阿拉屋里向有物事坏脱了", "我们家里有东西坏掉了"),
        ("啥辰光来", "什么时候来"),
        ("帮我汰衣裳", "帮我洗衣服"),
        ("伐要来了", "不要来了"),
        ("拨我搿只单子", "给我这只单子"),
        ("后晌来中不", "下午来中不"),
        ("俺想问问中不中", "我想问问行不行"),
        ("您呐甭来了", "你不用来了"),
        ("明儿礼拜天", "明天周日"),
        ("嗯，那个，我想问一下", "我想问一下"),
        ("呃这个嘛…就是说我明天要去医院", "我明天要去医院"),
        ("救命救命救命救命", "救命救命"),
        ("好好好好好", "好好"),
    ],
)
def test_one_spelling(said: str, plain: str) -> None:
    assert normalise(said) == plain


@pytest.mark.parametrize(
    "text",
    [
        "那个单子取消",
        "淘汰了",
        "步伐太快",
        "伊朗在哪里",
        "额度还剩多少",
        "我的余额",
        "拨打电话",
        "步伐来得及",
        "喂饭的人来吗",
        "1111",
        "888号单",
        "这个我来",
        "umbrella坏了",
    ],
)
def test_what_only_looks_like_filler_or_dialect_stays(text: str) -> None:
    assert normalise(text) == text


@pytest.mark.parametrize("text", ["嗯", "啊?", "哎", "那个"])
def test_a_filler_alone_is_the_message(text: str) -> None:
    assert normalise(text) == text


def test_long_messages_are_cut_and_nothing_is_nothing() -> None:
    assert len(normalise("我要陪诊和买菜" * 5000)) <= MAX_CHARS
    assert normalise("") == normalise(" \u200b\n") == ""


@pytest.mark.parametrize("text", ["嗯，侬好伐！礼拜天陪我去医院", "好好好好", "呃…那个那个我想找人", "１２３號"])
def test_twice_is_once(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)
