"""Opening, menus, yes and no out of the blue, and what is done when nothing was understood."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.messages import Choice, Reply
from bot.talk import show_in_talk
from tests.doubles.dialogue import TalkDouble
from tests.doubles.town import FRIDAY, Town, make_town


@pytest.fixture
def town() -> Town:
    return make_town()


@pytest.mark.parametrize(
    ("name", "offers"),
    [("王阿婆", "请人帮忙"), ("李明", "有什么单子"), ("张主任", "待审核的单子"), (None, "登记成为会员")],
)
async def test_the_greeting_fits_who_comes(town: Town, name: str | None, offers: str) -> None:
    assert f"1 {offers}" in await town.talk(name).says("你好", "greet")


@pytest.mark.parametrize("name", ["王阿婆", "李明", "张主任", None])
async def test_every_page_of_the_menu_can_be_reached_and_ends_with_a_person(town: Town, name: str | None) -> None:
    talk = town.talk(name)
    answer = await talk.says("菜单", "show_menu")
    for _ in range(6):
        if "还有别的" not in answer:
            break
        answer = await talk.says("3")
    assert "找人说" in answer


async def test_short_courtesies(town: Town) -> None:
    talk = town.talk("王阿婆")
    assert "不客气" in await talk.says("谢谢啊", "thank")
    assert "不是真人" in await talk.says("你是机器人吗", "bot_challenge")
    assert "再见" in await talk.says("再见", "goodbye")
    assert talk.finished


async def test_repeat_says_the_last_thing_plainer(town: Town) -> None:
    talk = town.talk("王阿婆")
    assert "还没说什么" in await talk.says("再说一遍", "repeat")
    reply = town.desk.words.say("ask.rate_score", FRIDAY, volunteer="李明")
    with town.desk.units() as uow:
        row = uow.desk.talks.get(f"identity:{talk.identity_id}")
        row.last_reply = reply.as_json()
        uow.desk.talks.save(row, FRIDAY)
        uow.commit()
    assert "做得好不好" in await talk.says("没听清", "repeat")


async def test_a_bare_service_begins_a_request(town: Town) -> None:
    assert "什么时候" in await town.talk("王阿婆").says("理发", "inform")


async def test_a_bare_time_is_kept_for_the_wish(town: Town) -> None:
    talk = town.talk("王阿婆")
    assert "是要做什么" in await talk.says("明天上午九点")
    assert "帮什么忙" in await talk.says("1")
    assert "多久" in await talk.says("买菜")


async def test_a_bare_order_number_shows_the_order(town: Town) -> None:
    number = town.request()
    assert "等审核" in await town.talk("王阿婆").says(f"{number}号单")


async def test_a_bare_yes_or_no_does_nothing(town: Town) -> None:
    town.request()
    talk = town.talk("王阿婆")
    assert "要办什么" in await talk.says("好的", "affirm")
    assert "先这样" in await talk.says("不要", "deny")
    assert town.coins("王阿婆") == 300


async def test_not_sure_offers_two_and_a_person_and_carries_the_words(town: Town) -> None:
    talk = town.talk("王阿婆")
    answer = await talk.says("华东医院那个事", "nlu_fallback", ["check_order", "request_help", "ask_station"])
    assert "1 看我的单子" in answer
    assert "2 请人帮忙" in answer
    assert "3 找人说" in answer
    assert "什么时候" in await talk.says("2") or "帮什么忙" in talk.last.text


async def test_a_wavering_classifier_does_not_stop_a_clear_wish(town: Town) -> None:
    talk = town.talk("王阿婆")
    assert "什么时候" in await talk.says("帮我打扫打扫", "nlu_fallback", ["request_help"])


async def test_after_two_misses_a_person_comes_first(town: Town) -> None:
    talk = town.talk("王阿婆")
    await talk.says("乌拉乌拉", "nlu_fallback")
    await talk.says("乌拉", "nlu_fallback")
    answer = await talk.says("乌拉乌拉乌拉", "nlu_fallback", ["check_balance"])
    assert "人工" in answer
    assert "1 找人说" in answer


@pytest.mark.parametrize(
    ("said", "offer"),
    [("高血压吃什么药好", "健康咨询"), ("房子过户怎么弄，遗产归谁", "法律咨询"), ("今天股票怎么样", "请人帮忙")],
)
async def test_out_of_scope_offers_what_can_be_done(town: Town, said: str, offer: str) -> None:
    talk = town.talk("王阿婆")
    assert f"1 请{offer.removeprefix('请')}" in await talk.says(said, "out_of_scope")
    assert "找人说" in talk.last.as_text()


async def test_a_correction_without_a_task_changes_the_order_that_stands(town: Town) -> None:
    town.request(at=FRIDAY + timedelta(days=1))
    assert "改成：后天" in await town.talk("王阿婆").says("说错了，是后天", "correct")
    assert "要改什么" in await town.talk("赵奶奶").says("说错了，是后天", "correct")


async def test_payloads_of_old_messages_do_no_harm(town: Town) -> None:
    talk: TalkDouble = town.talk("王阿婆")
    assert "没有找到" in await talk.says('/confirm_done{"order_number": 77}')
    assert "没有找到" in await talk.says('/cancel_order{"order_number": 77}')
    assert await talk.says('/inform{"hours": 2}')
    assert await talk.says('/show_menu{"page": 99}')


def _choice(intent: str) -> Choice:
    return Choice(label="看我的单子", payload=f"/{intent}")


async def test_a_yes_to_either_or_asks_which(town: Town) -> None:
    talk = town.talk("王阿婆")
    shown = Reply(text="您是说：", choices=(_choice("check_order"), _choice("talk_to_person")))
    with town.desk.units() as uow:
        show_in_talk(uow, talk.identity_id, shown.as_json(), FRIDAY)
        uow.commit()
    answer = await talk.says("好呀", "affirm")
    assert "要哪一个" in answer
    assert "看我的单子" in answer


async def test_nobody_is_offered_what_others_do(town: Town) -> None:
    answer = await town.talk("王阿婆").says("这个我弄", "nlu_fallback", choices=("accept_job", "check_order"))
    assert "接单子" not in answer
    assert "看我的单子" in answer


async def test_done_in_doubtful_words_is_the_volunteers_word_on_a_job(town: Town) -> None:
    town.accepted(at=FRIDAY + timedelta(hours=1))
    talk = town.talk("李明", FRIDAY + timedelta(hours=2))
    answer = await talk.says("做好哉，三刻钟", "nlu_fallback", choices=("confirm_done", "rate_service"))
    assert "您做了45分钟" in answer
