"""How people are called: 小李, 王阿婆, 张师傅, 李明老师."""

from __future__ import annotations

_BEFORE = ("小", "老", "阿", "大")
_AFTER = (
    *(
        "老师傅",
        "老先生",
        "老太太",
        "老师",
        "老伯",
        "师傅",
        "师父",
        "阿姨",
        "阿婆",
        "阿公",
        "阿妈",
        "阿爸",
        "阿叔",
        "阿嫂",
    ),
    *(
        "奶奶",
        "爷爷",
        "婆婆",
        "公公",
        "外婆",
        "外公",
        "伯伯",
        "伯母",
        "叔叔",
        "婶婶",
        "大爷",
        "大娘",
        "大妈",
        "大伯",
        "大叔",
    ),
    *(
        "大婶",
        "大姐",
        "大哥",
        "大嫂",
        "大夫",
        "爷叔",
        "好婆",
        "先生",
        "女士",
        "太太",
        "小姐",
        "同志",
        "医生",
        "护士",
        "书记",
    ),
    *(
        "主任",
        "站长",
        "姐姐",
        "哥哥",
        "妹妹",
        "弟弟",
        "姨",
        "叔",
        "婶",
        "伯",
        "姐",
        "哥",
        "嫂",
        "妈",
        "爷",
        "奶",
        "婆",
        "老",
    ),
    *("工", "总"),
)


def bare_name(words: str) -> str:
    """`words` without spaces and without the call before or after it (王阿婆 -> 王, 小李 -> 李, 李明 -> 李明)."""
    name = "".join(words.split())
    for after in _AFTER:
        if name.endswith(after) and len(name) > len(after):
            return name[: -len(after)]
    for before in _BEFORE:
        if name.startswith(before) and len(name) in (2, 3):
            return name[len(before) :]
    return name
