import pytest
from components.pinyin import fuzzy_pinyin


@pytest.mark.parametrize(
    ("meant", "heard"),
    [
        ("陪诊", "陪整"),  # en/eng
        ("时间银行", "四间因航"),  # sh/s, in/ing
        ("余额", "鱼鹅"),
        ("哪里", "拉里"),  # n/l
        ("师傅", "司湖"),  # f/h
        ("找人", "早人"),  # zh/z
        ("床", "窗"),
    ],
)
def test_sound_alikes_are_one(meant: str, heard: str) -> None:
    assert fuzzy_pinyin(meant) == fuzzy_pinyin(heard)


def test_different_words_stay_apart() -> None:
    assert fuzzy_pinyin("买菜") != fuzzy_pinyin("理发")
    assert fuzzy_pinyin("安") != fuzzy_pinyin("恩")


def test_digits_are_read_out_latin_kept_the_rest_dropped() -> None:
    assert fuzzy_pinyin("接3号, OK 😀") == [*fuzzy_pinyin("接三号"), "ok"]
    assert fuzzy_pinyin("？！") == []
