"""The receiver's word moves the coins, and only after the read-back; objections and marks."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bank.notices import CaseKind
from bank.usecases import serving
from bot.messages import Reply
from bot.talk import show_in_talk
from tests.doubles.dialogue import TalkDouble
from tests.doubles.town import FRIDAY, Town, make_town

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LATER = FRIDAY + 4 * HOUR


@pytest.fixture
def town() -> Town:
    return make_town()


async def test_coins_move_after_the_read_back_alone(town: Town) -> None:
    number = town.finished(at=FRIDAY + HOUR)
    talk = town.talk("王阿婆", LATER)
    assert "李明帮了您2小时（陪诊），您付2币，还剩3币。对吗" in await talk.says(
        "小李来过了，眼睛看好了", "confirm_done"
    )
    assert town.coins("李明") == 0
    answer = await talk.says("对", "affirm")
    assert "您付2币，还剩3币" in answer
    assert "打几分" in answer
    assert town.coins("李明") == 120
    assert town.status(number) == "settled"
    assert "给李明5分" in await talk.says("5")
    assert talk.finished


async def test_the_mark_may_be_left_out(town: Town) -> None:
    town.finished(at=FRIDAY + HOUR)
    talk = town.talk("王阿婆", LATER)
    await talk.says("做好了", "confirm_done")
    await talk.says("对", "affirm")
    assert "不打分也行" in await talk.says("不用了", "deny")


async def test_another_wish_instead_of_a_mark_is_not_bothered_again(town: Town) -> None:
    town.finished(at=FRIDAY + HOUR)
    talk = town.talk("王阿婆", LATER)
    await talk.says("做好了", "confirm_done")
    await talk.says("对", "affirm")
    await talk.says("明天上午九点陪我去华东医院，两小时", "request_help")
    assert "打分" not in await talk.says("对", "affirm")


async def test_a_no_moves_nothing_and_asks_what_is_wrong(town: Town) -> None:
    number = town.finished(at=FRIDAY + HOUR)
    talk = town.talk("王阿婆", LATER)
    await talk.says("做好了", "confirm_done")
    assert "哪里不对" in await talk.says("不对", "deny")
    assert "时间不对" in await talk.says("2")
    assert town.status(number) == "disputed"
    assert town.coins("李明") == 0


async def test_undo_within_ten_minutes_and_not_after(town: Town) -> None:
    number = town.finished(at=FRIDAY + HOUR)
    talk = town.talk("王阿婆", LATER)
    await talk.says("做好了", "confirm_done")
    await talk.says("对", "affirm")
    late = town.talk("王阿婆", LATER + timedelta(minutes=11))
    assert "没有可以撤销" in await late.says("撤销", "cancel_order")
    assert town.status(number) == "settled"
    soon = town.talk("王阿婆", LATER + timedelta(minutes=9))
    assert "2币退给您了" in await soon.says("撤销", "deny")
    assert town.status(number) == "finished"
    assert town.coins("李明") == 0


async def test_longer_than_agreed_is_said_before_the_yes(town: Town) -> None:
    number = town.accepted(at=FRIDAY + HOUR, minutes=60)
    with town.desk.units() as uow:
        serving.start(uow, town.desk.scheme, town.doing("李明", FRIDAY + HOUR), number)
        serving.finish(uow, town.desk.scheme, town.doing("李明", FRIDAY + 3 * HOUR), number, 120)
        uow.commit()
    talk = town.talk("王阿婆", LATER)
    answer = await talk.says("做好了", "confirm_done")
    assert "您付2币，还剩3币" in answer
    assert "其中1币是多出来的" in answer
    assert "您付2币，还剩3币" in await talk.says("对", "affirm")
    assert (town.coins("王阿婆"), town.coins("李明")) == (180, 120)


async def test_nothing_to_confirm(town: Town) -> None:
    town.request()
    assert "没有等确认" in await town.talk("王阿婆").says("做好了", "confirm_done")


async def test_before_the_volunteers_word_the_yes_is_kept_and_no_coin_moves(town: Town) -> None:
    number = town.accepted(at=FRIDAY + HOUR)
    talk = town.talk("王阿婆", LATER)
    assert "做好了，是吗" in await talk.says("做好了", "confirm_done")
    assert "没有付币" in await talk.says("对", "affirm")
    assert town.status(number) == "accepted"
    assert town.coins("李明") == 0


async def test_several_finished_orders_are_a_numbered_question(town: Town) -> None:
    first = town.finished(at=FRIDAY + HOUR, minutes=60)
    second = town.finished("陈芳", at=FRIDAY + DAY, minutes=60, service="shopping")
    talk = town.talk("王阿婆", FRIDAY + 2 * DAY)
    assert "哪一个做好了" in await talk.says("做好了", "confirm_done")
    assert "陈芳" in await talk.says("2")
    await talk.says("1")
    assert (town.status(first), town.status(second)) == ("finished", "settled")


async def test_the_volunteers_name_picks_the_order(town: Town) -> None:
    town.finished(at=FRIDAY + HOUR, minutes=60)
    town.finished("陈芳", at=FRIDAY + DAY, minutes=60, service="shopping")
    talk = town.talk("王阿婆", FRIDAY + 2 * DAY)
    assert "李明帮了您" in await talk.says("李师傅来过了，做好了", "confirm_done")


async def test_a_volunteer_cannot_confirm_own_work(town: Town) -> None:
    number = town.finished(at=FRIDAY + HOUR)
    talk = town.talk("李明", LATER)
    answer = await talk.says(f"{number}号单做好了，确认", "confirm_done")
    assert "对吗" not in answer
    assert town.coins("李明") == 0
    assert town.status(number) == "finished"


async def test_a_volunteers_word_goes_to_the_volunteers_form(town: Town) -> None:
    town.accepted(at=FRIDAY + HOUR)
    talk = town.talk("李明", LATER)
    answer = await talk.says("做好了", "confirm_done")
    assert "多久" in answer or "小时" in answer


async def test_a_bare_yes_with_one_finished_order_is_read_back_first(town: Town) -> None:
    town.finished(at=FRIDAY + HOUR)
    talk = town.talk("王阿婆", LATER)
    assert "您付2币，还剩3币。对吗" in await talk.says("好的", "affirm")
    assert town.coins("李明") == 0


async def test_nobody_came_puts_the_order_out_again(town: Town) -> None:
    number = town.accepted(at=FRIDAY + HOUR)
    talk = town.talk("王阿婆", LATER)
    assert "让您白等了" in await talk.says("等了一上午，没人来", "dispute_service")
    assert town.status(number) == "published"
    assert town.coins("王阿婆") == 180


async def test_an_objection_in_words_opens_a_case(town: Town) -> None:
    number = town.finished(at=FRIDAY + HOUR)
    talk = town.talk("王阿婆", LATER)
    assert "其实就一小时" in await talk.says("他说两小时，其实就一小时", "dispute_service")
    assert town.status(number) == "disputed"


async def test_the_reason_is_asked_when_a_button_gave_none(town: Town) -> None:
    town.finished(at=FRIDAY + HOUR)
    talk = town.talk("王阿婆", LATER)
    assert "怎么回事" in await talk.says('/dispute_service{"order_number": 1}')
    assert "没擦干净" in await talk.says("窗户没擦干净", "complain")


async def test_too_early_for_nobody_came(town: Town) -> None:
    town.accepted(at=FRIDAY + DAY)
    talk = town.talk("王阿婆", FRIDAY)
    assert "没找到" in await talk.says("没人来啊", "dispute_service")


@pytest.mark.parametrize(("said", "score"), [("五星", 5), ("小李做得很好", 5), ("一般般", 3), ("太差了", 1)])
async def test_marks_in_words(town: Town, said: str, score: int) -> None:
    number = town.finished(at=FRIDAY + HOUR)
    await _settle(town)
    talk = town.talk("王阿婆", LATER + HOUR)
    assert f"给李明{score}分" in await talk.says(said, "rate_service")
    with town.desk.units() as uow:
        assert [one.score for one in uow.ratings.find(order_id=number)] == [score]


async def test_a_mark_out_of_range_is_asked_again(town: Town) -> None:
    town.finished(at=FRIDAY + HOUR)
    await _settle(town)
    talk = town.talk("王阿婆", LATER + HOUR)
    assert "1到5" in await talk.says("给他打十分", "rate_service")
    assert "给李明4分" in await talk.says("四分")
    assert "没有等打分" in await talk.says("五星", "rate_service")


async def _settle(town: Town) -> None:
    talk = town.talk("王阿婆", LATER)
    await talk.says("做好了", "confirm_done")
    await talk.says("对", "affirm")


async def test_the_time_is_said_as_it_was_and_how_it_counts(town: Town) -> None:
    town.finished(at=FRIDAY + HOUR, minutes=45)
    talk = town.talk("王阿婆", LATER)
    assert "李明帮了您45分钟（陪诊），按1小时算，您付1币" in await talk.says("做好了", "confirm_done")


async def test_an_objection_is_the_answer_to_the_read_back(town: Town) -> None:
    number = town.finished(at=FRIDAY + HOUR)
    talk = town.talk("王阿婆", LATER)
    await talk.says("做好了", "confirm_done")
    answer = await talk.says("不对，就半个钟头", "dispute_service")
    assert "接着办" not in answer
    assert talk.finished
    assert town.status(number) == "disputed"


async def test_more_about_a_disputed_service_reaches_staff(town: Town) -> None:
    number = town.finished(at=FRIDAY + HOUR)
    await town.talk("王阿婆", LATER).says("就半个钟头，不是两小时", "dispute_service")
    assert "也记下了" in await town.talk("王阿婆", LATER).says("他来了二十分钟就走了", "dispute_service")
    with town.desk.units() as uow:
        assert [case.order_id for case in uow.cases.find(kind=CaseKind.COMPLAINT)] == [number]


async def test_praise_is_no_yes_to_the_coins(town: Town) -> None:
    number = town.finished(at=FRIDAY + HOUR)
    talk = town.talk("王阿婆", LATER)
    await talk.says("做好了", "confirm_done")
    assert "对好了再打分" in await talk.says("五分", "rate_service")
    assert town.status(number) == "finished"
    await talk.says("对", "affirm")
    assert "不打分也行" in await talk.says("不想打分", "rate_service")


def told(town: Town, talk: TalkDouble, number: int, claimed: int = 120, cost: int = 120) -> None:
    """The notice that waits for a yes was the last thing this talk saw."""
    with town.desk.units() as uow:
        facts = {"number": number, "starts_at": uow.orders.get(number).starts_at, "service": "hospital_visit"}
        notice = town.desk.words.say(
            "notice.please_confirm", LATER, **facts, minutes=120, volunteer="李明", claimed=claimed, cost=cost, extra=0
        )
        show_in_talk(uow, talk.identity_id, notice.as_json(), LATER)
        uow.commit()
    talk.last = notice


@pytest.mark.parametrize("said", ["对", "是的", "1", "对，做好了", "没错"])
async def test_a_plain_yes_to_the_notice_settles_at_once(town: Town, said: str) -> None:
    number = town.finished(at=FRIDAY + HOUR)
    talk = town.talk("王阿婆", LATER)
    told(town, talk, number)
    assert "您付2币，还剩3币" in await talk.says(said, "affirm")
    assert "打几分" in talk.last.text
    assert town.status(number) == "settled"


@pytest.mark.parametrize("said", ["做好了", "是的，做好了", "小李做完了", "来过了"])
async def test_done_in_words_answers_the_notice_too(town: Town, said: str) -> None:
    number = town.finished(at=FRIDAY + HOUR)
    talk = town.talk("王阿婆", LATER)
    told(town, talk, number)
    await talk.says(said, "confirm_done")
    assert town.status(number) == "settled"


@pytest.mark.parametrize("said", ["好的", "嗯", "好呀", "可以", "好的谢谢"])
async def test_a_vague_yes_is_read_back(town: Town, said: str) -> None:
    number = town.finished(at=FRIDAY + HOUR)
    talk = town.talk("王阿婆", LATER)
    told(town, talk, number)
    assert "您付2币，还剩3币。对吗" in await talk.says(said, "affirm")
    assert town.status(number) == "finished"


@pytest.mark.parametrize("said", ["做好了，一个小时", "窗户也擦好了小李还帮我倒了垃圾"])
async def test_whoever_says_more_hears_the_read_back(town: Town, said: str) -> None:
    number = town.finished(at=FRIDAY + HOUR)
    talk = town.talk("王阿婆", LATER)
    told(town, talk, number)
    assert "对吗" in await talk.says(said, "confirm_done")
    assert town.status(number) == "finished"


@pytest.mark.parametrize(("claimed", "cost"), [(90, 120), (120, 60)])
async def test_other_hours_or_coins_than_were_told_are_read_back(town: Town, claimed: int, cost: int) -> None:
    number = town.finished(at=FRIDAY + HOUR)
    talk = town.talk("王阿婆", LATER)
    told(town, talk, number, claimed, cost)
    assert "您付2币，还剩3币。对吗" in await talk.says("对", "affirm")
    assert town.status(number) == "finished"


async def test_the_button_of_an_older_notice_is_read_back(town: Town) -> None:
    number = town.finished(at=FRIDAY + HOUR)
    talk = town.talk("王阿婆", LATER)
    told(town, talk, number)
    button = talk.last.choices[0].payload
    with town.desk.units() as uow:
        show_in_talk(uow, talk.identity_id, Reply(text="您能用的有3币。").as_json(), LATER)
        uow.commit()
    assert "对吗" in await talk.says(button)
    assert town.status(number) == "finished"


async def test_words_on_the_notice_of_one_order_do_not_settle_another(town: Town) -> None:
    first = town.finished(at=FRIDAY + HOUR, minutes=60)
    second = town.finished("陈芳", at=FRIDAY + DAY, minutes=60, service="shopping")
    talk = town.talk("王阿婆", FRIDAY + 2 * DAY)
    told(town, talk, first, 60, 60)
    await talk.says("做好了", "confirm_done")
    assert (town.status(first), town.status(second)) == ("finished", "finished")


@pytest.mark.parametrize("said", ["哈哈 我已经吃完回家了", "冰箱送到了，装好了", "查水表的来过了"])
async def test_what_names_nothing_of_the_order_is_asked_about_first(town: Town, said: str) -> None:
    number = town.finished(at=FRIDAY + HOUR)
    talk = town.talk("王阿婆", LATER)
    answer = await talk.says(said, "confirm_done")
    assert f"您是说李明来做的陪诊（{number}号单），做好了吗" in answer
    assert "付" not in answer
    assert "您付2币，还剩3币。对吗" in await talk.says("做好了", "confirm_done")
