"""Asking for help, looking after an order, changing it, calling it off: what is said, what is done, what is not."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bank.coins import Audit
from bank.members import Kin, KinStatus
from bank.notices import CaseKind
from tests.doubles.town import FRIDAY, Town, make_town

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
WHOLE = "明天上午九点陪我去华东医院看眼睛，大概两个小时"


@pytest.fixture
def town() -> Town:
    return make_town()


def orders(town: Town, name: str = "王阿婆") -> list[tuple[str, int, str, str]]:
    zone = town.desk.scheme.tz
    with town.desk.units() as uow:
        found = uow.orders.find(resident_id=town.id(name))
        return [(one.service, one.minutes, one.place, one.starts_at.astimezone(zone).isoformat()[:16]) for one in found]


async def test_a_wish_in_one_sentence_takes_two_turns(town: Town) -> None:
    talk = town.talk("王阿婆")
    assert "明天（周六）上午9点，陪诊，2小时，在华东医院，用2币。对吗" in await talk.says(WHOLE, "request_help")
    assert orders(town) == []
    assert "1号单" in await talk.says("对", "affirm")
    assert talk.finished
    assert orders(town) == [("hospital_visit", 120, "华东医院", "2026-11-21T09:00")]


async def test_what_is_missing_is_asked_one_by_one(town: Town) -> None:
    talk = town.talk("王阿婆")
    assert "帮什么忙" in await talk.says("想找个人", "request_help")
    assert "什么时候" in await talk.says("打扫卫生")
    assert "明天（周六）上午几点" in await talk.says("明天上午")
    assert "多久" in await talk.says("九点")
    assert "到您家里" in await talk.says("2")
    assert "打扫，2小时，在家里" in await talk.says("1")


async def test_a_correction_changes_that_and_is_read_back_again(town: Town) -> None:
    talk = town.talk("王阿婆")
    await talk.says(WHOLE, "request_help")
    assert "后天（周日）上午9点，陪诊，2小时" in await talk.says("说错了，是后天", "correct")
    assert "后天（周日）上午9点，陪诊，3小时" in await talk.says("不是两个小时，三个小时", "correct")
    assert orders(town) == []


async def test_a_no_asks_what_to_change(town: Town) -> None:
    talk = town.talk("王阿婆")
    await talk.says(WHOLE, "request_help")
    assert "改哪一样" in await talk.says("不对", "deny")
    assert "什么时候" in await talk.says("1")
    assert "后天（周日）下午3点，陪诊" in await talk.says("后天下午三点")
    await talk.says("2")
    assert "到您家里" in await talk.says("地点")
    assert "那在哪里" in await talk.says("2")
    assert "在居委会" in await talk.says("居委会")
    await talk.says("2")
    assert "不办了" in await talk.says("3")
    assert orders(town) == []


async def test_another_question_in_between_comes_back_to_the_form(town: Town) -> None:
    talk = town.talk("王阿婆")
    await talk.says("帮我买点菜", "request_help")
    answer = await talk.says("我还有几个币", "check_balance")
    assert "5币" in answer
    assert "什么时候" in answer
    assert "明天" in await talk.says("明天上午")


async def test_another_task_pauses_the_wish_and_it_is_offered_again(town: Town) -> None:
    number = town.request()
    talk = town.talk("王阿婆")
    await talk.says("帮我买点菜", "request_help")
    assert f"取消{number}号单" in await talk.says(f"取消{number}号单", "cancel_order")
    answer = await talk.says("对", "affirm")
    assert "取消了" in answer
    assert "接着办吗" in answer
    assert not talk.finished
    assert "什么时候" in await talk.says("1")


async def test_the_wish_can_be_let_go_at_any_point(town: Town) -> None:
    for lines in (["算了"], ["明天九点", "不办了"], ["明天九点", "两小时", "算了不弄了"]):
        talk = town.talk("王阿婆")
        await talk.says("帮我买点菜", "request_help")
        for line in lines[:-1]:
            await talk.says(line)
        assert "不办了" in await talk.says(lines[-1], "deny")
        assert talk.finished
    assert orders(town) == []


async def test_after_two_misses_a_person_is_offered(town: Town) -> None:
    talk = town.talk("王阿婆")
    await talk.says("帮我买点菜", "request_help")
    assert "人工" not in await talk.says("啊呀这个", "nlu_fallback")
    assert "人工" in await talk.says("那个什么", "nlu_fallback")
    assert "几点" in await talk.says("明天上午")


@pytest.mark.parametrize(
    ("said", "asks"),
    [
        ("昨天上午九点", "已经过了"),
        ("七点", "晚上7点，还是"),
        ("明天上午", "明天（周六）上午几点"),
        ("明天下午", "明天（周六）下午几点"),
        ("明天中午", "明天（周六）中午几点"),
        ("明天晚上", "明天（周六）晚上几点"),
        ("明天", "明天（周六）几点"),
        ("现在", "今天（周五）上午10点半吗"),
        ("过几天吧", "没听准"),
        ("一百天以后上午九点", "多久|提前"),
    ],
)
async def test_times_are_narrowed_and_never_guessed(town: Town, said: str, asks: str) -> None:
    talk = town.talk("王阿婆")
    await talk.says("帮我买点菜", "request_help")
    answer = await talk.says(said)
    assert any(part in answer for part in asks.split("|")), answer
    assert orders(town) == []


async def test_seven_is_asked_about_and_answered_by_a_word(town: Town) -> None:
    talk = town.talk("王阿婆")
    await talk.says("帮我买点菜", "request_help")
    assert "今天（周五）晚上7点，还是明天（周六）上午7点" in await talk.says("七点")
    assert "多久" in await talk.says("晚上的")
    await talk.says("一个小时")
    assert "今天（周五）晚上7点" in await talk.says("1")


@pytest.mark.parametrize(("length", "refusal"), [("四十个小时", "最多|没听准"), ("十分钟", "至少")])
async def test_lengths_out_of_bounds_are_asked_again(town: Town, length: str, refusal: str) -> None:
    talk = town.talk("王阿婆")
    await talk.says("明天上午九点陪我去华东医院", "request_help")
    answer = await talk.says(length)
    assert any(part in answer for part in refusal.split("|")), answer
    assert "多久" in answer
    assert orders(town) == []


async def test_who_has_no_coins_is_told_early_and_may_still_ask(town: Town) -> None:
    talk = town.talk("赵奶奶")
    assert "0币" in await talk.says("帮我买点菜，明天上午九点，一个小时，在家里", "request_help")
    assert "不够" in talk.last.text
    assert "号单" in await talk.says("对", "affirm")


async def test_urgent_wishes_are_marked(town: Town) -> None:
    talk = town.talk("王阿婆")
    assert "急" in await talk.says("水管爆了，快来人，在家里", "request_help")
    await talk.says("今天下午三点")
    await talk.says("1")
    await talk.says("1")
    with town.desk.units() as uow:
        assert [one.urgent for one in uow.orders.find(resident_id=town.id("王阿婆"))] == [True]


async def test_a_bound_daughter_asks_for_her_mother(town: Town) -> None:
    with town.desk.units() as uow:
        mother, daughter = town.id("王阿婆"), town.id("陈芳")
        kin = Kin(member_id=mother, relative_id=daughter, relation="daughter", asked_at=FRIDAY)
        kin.status, kin.may_act, kin.agreed_at = KinStatus.AGREED, True, FRIDAY
        uow.kin.add(kin, Audit(at=FRIDAY, verb="set_up", actor_id=None))
        uow.commit()
    talk = town.talk("陈芳")
    assert "给王阿婆约" in await talk.says("替我妈约个陪诊，明天上午九点，两小时，在家里", "request_help")
    await talk.says("对", "affirm")
    with town.desk.units() as uow:
        (order,) = uow.orders.find(resident_id=town.id("王阿婆"))
        assert order.asked_by == town.id("陈芳")


async def test_without_a_bond_the_wish_is_ones_own_and_that_is_said(town: Town) -> None:
    talk = town.talk("王阿婆")
    assert "还没有绑定" in await talk.says("替我女儿约个陪诊", "request_help")


async def test_an_answer_to_one_question_does_not_change_another(town: Town) -> None:
    talk = town.talk("王阿婆")
    await talk.says("明天上午九点陪我去医院，两小时", "request_help")
    assert "陪诊，2小时，在家里" in await talk.says("到家里来接我")


async def test_a_visit_that_stands_is_called_off_in_the_middle_of_a_wish(town: Town) -> None:
    number = town.request(at=FRIDAY + DAY)
    talk = town.talk("王阿婆")
    await talk.says("帮我买点菜", "request_help")
    assert f"取消{number}号单" in await talk.says("明天不用来了", "cancel_order")


async def test_repeat_inside_a_task_asks_the_same_plainer_and_once(town: Town) -> None:
    talk = town.talk("王阿婆")
    await talk.says(WHOLE, "request_help")
    answer = await talk.says("没听懂", "repeat")
    assert answer.startswith("明天（周六）上午9点，请人来陪诊")
    assert answer.count("陪诊") == 1
    assert "号单" in await talk.says("1")


async def test_strangers_are_asked_to_join(town: Town) -> None:
    answer = await town.talk(None).says(WHOLE, "request_help")
    assert answer.count("还没有登记") == 1


async def test_the_same_wish_twice_is_refused(town: Town) -> None:
    town.request(at=FRIDAY + DAY - HOUR)
    talk = town.talk("王阿婆")
    assert "已经约过" in await talk.says(WHOLE, "request_help")
    assert talk.finished
    assert len(orders(town)) == 1


async def test_check_order_says_the_state_plainly(town: Town) -> None:
    talk = town.talk("王阿婆")
    assert "没有单子" in await talk.says("我的单子", "check_order")
    town.request()
    assert "等审核" in await talk.says("我的单子", "check_order")
    town.accepted(at=FRIDAY + 2 * DAY, minutes=60)
    assert "要看哪个" in await talk.says("我的单子", "check_order")
    assert "李明接了" in await talk.says("2")


async def test_a_late_volunteer_becomes_a_case(town: Town) -> None:
    number = town.accepted(at=FRIDAY + DAY)
    town.request(at=FRIDAY + 3 * DAY)
    talk = town.talk("王阿婆", FRIDAY + DAY + timedelta(minutes=20))
    answer = await talk.says("说好十点，人怎么还没到", "check_order")
    assert "已经晚了20分钟" in answer
    with town.desk.units() as uow:
        assert [case.kind for case in uow.cases.find(order_id=number)] == [CaseKind.CALLBACK]
    await talk.says("1")
    assert town.status(number) == "published"


async def test_others_orders_are_not_shown(town: Town) -> None:
    number = town.request()
    assert "不是您的" in await town.talk("赵奶奶").says(f"{number}号单怎么样了", "check_order")
    assert "没有找到" in await town.talk("赵奶奶").says("99号单怎么样了", "check_order")


async def test_change_keeps_the_hour_and_reads_back(town: Town) -> None:
    number = town.request(at=FRIDAY + DAY)
    talk = town.talk("王阿婆")
    assert f"{number}号单改成：后天（周日）上午10点" in await talk.says("上次约的改到后天", "change_order")
    assert "改好了" in await talk.says("对", "affirm")
    assert orders(town)[0][3] == "2026-11-22T10:00"


async def test_change_asks_which_and_what(town: Town) -> None:
    town.request(at=FRIDAY + DAY)
    second = town.request(at=FRIDAY + 2 * DAY)
    talk = town.talk("王阿婆")
    assert "要改哪个" in await talk.says("我要改单子", "change_order")
    assert "要改什么" in await talk.says("2")
    assert "改到哪里" in await talk.says("2")
    assert f"{second}号单改成" in await talk.says("居委会门口")
    assert "没有改" in await talk.says("2")


async def test_what_was_said_before_it_was_known_which_order_is_not_lost(town: Town) -> None:
    town.request(at=FRIDAY + DAY)
    second = town.request(at=FRIDAY + 2 * DAY)
    talk = town.talk("王阿婆")
    assert "要改哪个" in await talk.says("上次约的改到下礼拜五", "change_order")
    assert f"{second}号单改成：11月27日（周五）上午10点" in await talk.says("2")


async def test_another_volunteer_is_a_case(town: Town) -> None:
    number = town.accepted()
    answer = await town.talk("王阿婆").says("给我换个人来", "change_order")
    assert "换个人" in answer
    with town.desk.units() as uow:
        assert len(uow.cases.find(order_id=number)) == 1


async def test_cancel_reads_back_and_can_be_undone(town: Town) -> None:
    number = town.accepted()
    talk = town.talk("王阿婆")
    assert "李明就不来了" in await talk.says("明天不用来了", "cancel_order")
    assert "取消了" in await talk.says("对", "affirm")
    assert town.status(number) == "cancelled"
    assert "照旧" in await talk.says("撤销", "cancel_order")
    assert town.status(number) == "accepted"


async def test_a_no_leaves_the_order_alone(town: Town) -> None:
    number = town.request()
    talk = town.talk("王阿婆")
    await talk.says("取消", "cancel_order")
    assert "不取消" in await talk.says("不是", "deny")
    assert town.status(number) == "submitted"


async def test_cancelling_what_has_ended_is_said_plainly(town: Town) -> None:
    number = town.request()
    talk = town.talk("王阿婆")
    await talk.says("取消", "cancel_order")
    await talk.says("1")
    assert "已经取消了" in await talk.says(f"取消{number}号单", "cancel_order")
    assert "没有可以取消" in await talk.says("取消", "cancel_order")


async def test_another_service_than_the_only_order_is_asked_about(town: Town) -> None:
    town.request()
    assert "要取消哪个" in await town.talk("王阿婆").says("取消那个理发", "cancel_order")


async def test_letting_go_may_come_with_a_reason(town: Town) -> None:
    talk = town.talk("王阿婆")
    await talk.says("明天下午三点来擦窗户，两小时，到家里", "request_help")
    assert "不办了" in await talk.says("算了算了，叫我女儿擦", "nlu_fallback")
    assert talk.finished


async def test_a_part_of_the_day_that_holds_the_hour_changes_nothing(town: Town) -> None:
    talk = town.talk("王阿婆")
    await talk.says("理发", "request_help")
    await talk.says("周三两点")
    assert "多久" in await talk.says("下午")
    await talk.says("1")
    assert "下午2点" in await talk.says("1")


@pytest.mark.parametrize("no", ["不要了", "不用了", "不用"])
async def test_a_no_to_when_lets_go(town: Town, no: str) -> None:
    talk = town.talk("王阿婆")
    await talk.says("帮我买点菜", "request_help")
    assert "不办了" in await talk.says(no, "deny")
    assert talk.finished


async def test_another_hour_keeps_the_day(town: Town) -> None:
    talk = town.talk("王阿婆")
    await talk.says("后天上午八点半陪我散步，一小时，到家里", "request_help")
    await talk.says("2")
    await talk.says("1")
    assert "后天（周日）上午9点" in await talk.says("改成九点", "correct")


async def test_a_question_back_is_no_place(town: Town) -> None:
    talk = town.talk("王阿婆")
    await talk.says("后天上午八点陪我去公园，两个小时", "request_help")
    assert "到您家里吗" in await talk.says("要是下雨怎么办")
    assert "在家里" in await talk.says("家")


async def test_an_order_that_stands_is_not_the_wish_at_hand(town: Town) -> None:
    number = town.request(service="shopping")
    talk = town.talk("王阿婆")
    await talk.says("后天上午九点陪我去华山医院，两小时", "request_help")
    assert f"{number}号单" in await talk.says("上趟讲的买米那个改到礼拜四", "change_order")


async def test_a_list_in_the_middle_is_told_without_a_second_question(town: Town) -> None:
    town.request(service="shopping")
    town.request(at=FRIDAY + timedelta(days=3))
    talk = town.talk("王阿婆")
    await talk.says("后天上午九点陪我去华山医院，两小时", "request_help")
    answer = await talk.says("我那些单子怎么样了", "check_order")
    assert "代购" in answer
    assert "要看哪个" not in answer
    assert "对吗" in answer


async def test_a_trip_to_some_hospital_from_home_begins_at_home(town: Town) -> None:
    talk = town.talk("王阿婆")
    answer = await talk.says("明儿下午三点陪我去趟医院，两小时，到家里接", "request_help")
    assert "在家里" in answer
