"""A volunteer's talk: finding, taking, giving back, beginning and ending a job."""

from __future__ import annotations

from datetime import timedelta

from bank.members import RoleName
from bank.orders import JobStatus, OrderStatus
from tests.bot.actions.conftest import Street
from tests.bot.actions.talking import START


async def test_a_list_says_when_where_what_and_coins(street: Street) -> None:
    street.published(START + timedelta(days=1))
    said = await street.volunteer.says("list_jobs", "有什么单子")
    assert len(said.choices) == 1
    for words in ("明天", "上午9点", "陪诊", "2小时", "仙霞路", "2"):
        assert words in said.choices[0]["label"]
    assert "王秀英" not in said.choices[0]["label"]


async def test_more_than_three_are_shown_two_and_the_rest_on_asking(street: Street) -> None:
    for day in range(1, 5):
        street.published(START + timedelta(days=day))
    first = await street.volunteer.says("list_jobs", "有活吗")
    assert len(first.choices) == 3
    second = await street.volunteer.picks(first, 3)
    assert [choice["label"] for choice in second.choices] != [choice["label"] for choice in first.choices]
    assert len(second.choices) == 2


async def test_nothing_to_take_is_said(street: Street) -> None:
    assert "没有" in await street.volunteer.says("list_jobs", "有什么单子")


async def test_a_resident_hears_that_this_is_for_volunteers(street: Street) -> None:
    assert "志愿者" in await street.resident.says("list_jobs", "有什么单子")


async def test_the_only_job_is_read_back_and_taken(street: Street) -> None:
    number = street.published(START + timedelta(days=1))
    asked = await street.volunteer.says("accept_job", "这个我来")
    assert "您接吗" in asked
    assert "明天" in asked
    done = await street.volunteer.says("affirm", "好")
    assert "王秀英" in done
    assert done.finished
    with street.house.look() as uow:
        assert uow.orders.get(number).status is OrderStatus.ACCEPTED


async def test_nothing_is_taken_without_a_yes(street: Street) -> None:
    number = street.published(START + timedelta(days=1))
    await street.volunteer.says("accept_job", "接单")
    said = await street.volunteer.says("deny", "不接")
    assert "没有接" in said
    with street.house.look() as uow:
        assert uow.orders.get(number).status is OrderStatus.PUBLISHED


async def test_several_jobs_are_asked_about(street: Street) -> None:
    street.published(START + timedelta(days=1))
    second = street.published(START + timedelta(days=2))
    asked = await street.volunteer.says("accept_job", "我去")
    assert len(asked.choices) == 2
    read_back = await street.volunteer.picks(asked, 2)
    assert f"{second}号单" in read_back


async def test_the_day_says_which_job(street: Street) -> None:
    street.published(START + timedelta(days=1))
    second = street.published(START + timedelta(days=2))
    assert f"{second}号单" in await street.volunteer.says("accept_job", "后天上午那个我去")


async def test_an_overlapping_job_is_refused_in_words(street: Street) -> None:
    street.accepted(START + timedelta(days=1))
    other = street.house.person("赵永贵")
    street.gets_coins(other, 600)
    street.resident = other
    number = street.published(START + timedelta(days=1, hours=1))
    said = await street.volunteer.says("accept_job", f"接{number}号单")
    assert "不能同时" in said
    assert said.finished


async def test_a_job_that_is_gone(street: Street) -> None:
    number = street.accepted(START + timedelta(days=1))
    other = street.house.person("刘芳", RoleName.VOLUNTEER)
    assert "被别人接了" in await other.says("accept_job", order_number=number)


async def test_the_cap_of_the_day_is_told_before_taking(street: Street) -> None:
    number = street.published(START + timedelta(days=1), 180)
    asked = await street.volunteer.says("accept_job", order_number=number)
    assert "荣誉时间" in asked


async def test_giving_back(street: Street) -> None:
    number = street.accepted(START + timedelta(days=2))
    asked = await street.volunteer.says("withdraw_job", "我发烧了，后天去不了")
    assert "去不了" in asked
    done = await street.volunteer.says("affirm", "对")
    assert "退了" in done
    with street.house.look() as uow:
        assert uow.orders.get(number).status is OrderStatus.PUBLISHED
        assert uow.jobs.of_order(number)[0].ended_reason == "我发烧了,后天去不了"


async def test_nothing_to_give_back(street: Street) -> None:
    assert "没有可以退的" in await street.volunteer.says("withdraw_job", "退单")
    assert street.volunteer.loop is None


async def test_the_schedule_leads_on(street: Street) -> None:
    street.accepted(START + timedelta(hours=1))
    said = await street.volunteer.says("view_schedule", "我接了哪些单")
    assert "王秀英" in said
    started = await street.volunteer.picks(said, 1)
    assert "给您记上了" in started


async def test_begin_and_end_with_the_hours_said(street: Street) -> None:
    number = street.accepted(START + timedelta(hours=1))
    street.house.forward(hours=1)
    await street.volunteer.says("start_service", "我到了")
    street.house.forward(minutes=100)
    asked = await street.volunteer.says("finish_service", "做完了，两个小时")
    assert "2小时" in asked
    done = await street.volunteer.says("affirm", "对")
    assert "辛苦" in done
    with street.house.look() as uow:
        (job,) = uow.jobs.of_order(number)
        assert (job.status, job.claimed_minutes) == (JobStatus.FINISHED, 120)


async def test_end_without_hours_takes_them_from_the_clock(street: Street) -> None:
    street.accepted(START + timedelta(hours=1))
    street.house.forward(hours=1)
    await street.volunteer.says("start_service", "我到了")
    street.house.forward(minutes=90)
    assert "1小时30分钟" in await street.volunteer.says("finish_service", "做完了")


async def test_a_no_to_the_hours_asks_for_them(street: Street) -> None:
    number = street.accepted(START + timedelta(hours=1))
    street.house.forward(hours=1)
    await street.volunteer.says("start_service", "我到了")
    street.house.forward(minutes=90)
    await street.volunteer.says("finish_service", "做完了")
    asked = await street.volunteer.says("deny", "不对")
    assert "多长时间" in asked
    again = await street.volunteer.says("inform", "一个小时")
    assert "1小时" in again
    await street.volunteer.says("affirm", "对")
    with street.house.look() as uow:
        assert uow.jobs.of_order(number)[0].claimed_minutes == 60


async def test_a_correction_at_the_read_back_is_read_back_again(street: Street) -> None:
    street.accepted(START + timedelta(hours=1))
    street.house.forward(hours=1)
    await street.volunteer.says("start_service", "我到了")
    street.house.forward(minutes=90)
    await street.volunteer.says("finish_service", "做完了")
    again = await street.volunteer.says("correct", "不对，是三个小时")
    assert "3小时" in again
    assert street.volunteer.loop == "finish_service_form"


async def test_done_from_the_receiver_means_their_word(street: Street) -> None:
    street.accepted(START + timedelta(hours=1))
    street.house.forward(hours=1)
    await street.volunteer.says("start_service", "我到了")
    street.house.forward(hours=2)
    await street.volunteer.says("finish_service", "做完了，两个小时")
    await street.volunteer.says("affirm", "对")
    await street.resident.says("finish_service", "做完了")
    assert street.resident.loop == "confirm_done_form"


async def test_nothing_runs(street: Street) -> None:
    assert "没有正在做的" in await street.volunteer.says("finish_service", "做完了")


async def test_availability_is_kept_in_the_volunteers_words(street: Street) -> None:
    said = await street.volunteer.says("set_availability", "我礼拜二礼拜四上午有空")
    assert "礼拜二礼拜四上午有空" in said
    with street.house.look() as uow:
        file = uow.members.volunteer_file(street.volunteer.member_id)
        assert file is not None
        assert not file.availability["paused"]
    await street.volunteer.says("set_availability", "这两周别派我")
    with street.house.look() as uow:
        file = uow.members.volunteer_file(street.volunteer.member_id)
        assert file is not None
        assert file.availability["paused"]


async def test_honours_start_at_nothing(street: Street) -> None:
    assert "还没有做完的服务" in await street.volunteer.says("check_honors", "我几星了")


async def test_a_stranger_is_told_to_join(street: Street) -> None:
    stranger = street.house.person("无名")
    stranger.member_id = 0
    assert "登记" in await stranger.says("list_jobs", "有什么单子")


async def test_a_number_that_could_be_a_day_is_a_job_where_one_bears_it(street: Street) -> None:
    street.accepted(START + timedelta(days=3))
    second = street.accepted(START + timedelta(days=4))
    asked = await street.volunteer.says("withdraw_job", f"{second}号我去不了了，发烧")
    assert f"{second}号单" in asked


async def test_done_that_fits_both_is_decided_by_the_jobs(street: Street) -> None:
    street.accepted(START + timedelta(hours=1))
    street.house.forward(hours=1)
    await street.volunteer.says("start_service", "我到了")
    street.house.forward(minutes=90)
    said = await street.volunteer.says("ask_again", "做完了", understood=["finish_service", "confirm_done"])
    assert "1小时30分钟" in said
