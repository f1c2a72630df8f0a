"""Staff in chat: what waits, letting through, refusing with a reason, handing out, cases."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bank.coins import Leg, Owner, OwnerKind, Posting, TransactionKind, Unit
from bank.members import RoleName
from bank.notices import CaseKind
from bank.orders import OrderStatus
from bank.usecases import care
from bot.actions.rejecting import reason_in
from bot.actions.waiting import numbers_said
from bot.talk import person_key
from tests.bot.actions.conftest import Street
from tests.bot.actions.talking import START

TOMORROW = START + timedelta(days=1)
WAITING = [{"number": number} for number in (12, 13, 14, 15, 16)]


@pytest.mark.parametrize(
    ("words", "numbers"),
    [
        ("通过12号", [12]),
        ("12 13 都通过", [12, 13]),
        ("12、13、15都过", [12, 13, 15]),
        ("12到16全部通过", [12, 13, 14, 15, 16]),
        ("除了15其他都过", [12, 13, 14, 16]),
        ("全部通过", [12, 13, 14, 15, 16]),
        ("前三条都过", [12, 13, 14]),
        ("十二号跟十三号都可以发布了", [12, 13]),
        ("12号不对13号通过", [13]),
        ("通过", []),
        ("我看过了，85岁了，给她批了", []),
        ("99号通过", []),
    ],
)
def test_numbers_in_a_decision(words: str, numbers: list[int]) -> None:
    assert numbers_said(words, WAITING) == numbers


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("12号不通过，不在服务范围", "不在服务范围"),
        ("驳回15", None),
        ("15号驳回", None),
        ("请驳回15号，理由是超出服务范围", "超出服务范围"),
        ("12号重复了，驳回", "重复了"),
        ("退回15号", None),
    ],
)
def test_the_reason_in_a_refusal(words: str, reason: str | None) -> None:
    assert reason_in(words) == reason


async def test_what_waits_is_numbered_and_opens(street: Street) -> None:
    number = street.wishes(TOMORROW)
    listed = await street.staff.says("review_requests", "待审核的有哪些")
    assert f"{number}号：王秀英" in listed
    opened = await street.staff.picks(listed, 1)
    assert "原话" in opened
    asked = await street.staff.picks(opened, 1)
    assert "通过吗" in asked


async def test_two_levels_let_a_request_through(street: Street) -> None:
    number = street.wishes(TOMORROW)
    await street.staff.says("approve_request", f"通过{number}号")
    first = await street.staff.says("affirm", "通过")
    assert "总行" in first
    await street.head.says("approve_request", f"{number}号同意发布")
    second = await street.head.says("affirm", "好")
    assert "已经发布" in second
    with street.house.look() as uow:
        assert uow.orders.get(number).status is OrderStatus.PUBLISHED


async def test_several_at_once(street: Street) -> None:
    one, two = street.wishes(TOMORROW), street.wishes(TOMORROW + timedelta(days=1))
    asked = await street.staff.says("approve_request", f"{one} {two} 都通过")
    assert "这2个都通过吗" in asked
    done = await street.staff.says("affirm", "都通过")
    assert len(done.texts) == 2


async def test_nothing_is_let_through_without_a_yes(street: Street) -> None:
    number = street.wishes(TOMORROW)
    await street.staff.says("approve_request", f"通过{number}号")
    await street.staff.says("deny", "先不")
    with street.house.look() as uow:
        assert uow.orders.get(number).approvals_done == 0


async def test_the_reason_reaches_who_asked(street: Street) -> None:
    number = street.wishes(TOMORROW)
    read_back = await street.staff.says("reject_request", f"{number}号不通过，不在服务范围")
    assert "不在服务范围" in read_back
    done = await street.staff.says("affirm", "对")
    assert "不在服务范围" in done
    with street.house.look() as uow:
        order = uow.orders.get(number)
        assert (order.status, order.reason) == (OrderStatus.REJECTED, "不在服务范围")


async def test_a_refusal_without_reason_asks_for_it(street: Street) -> None:
    number = street.wishes(TOMORROW)
    asked = await street.staff.says("reject_request", f"驳回{number}号")
    assert "为什么" in asked
    assert "要打针" in await street.staff.says("inform", "要打针，我们做不了")


async def test_any_words_do_as_a_reason(street: Street) -> None:
    number = street.wishes(TOMORROW)
    await street.staff.says("reject_request", f"驳回{number}号")
    assert "他家里有人照顾" in await street.staff.says("request_help", "他家里有人照顾")


async def test_a_payer_is_chosen_where_the_coins_lack(street: Street) -> None:
    poor = street.house.person("郑有才")
    street.resident = poor
    with street.house.look() as uow:
        issuance = uow.ledger.account(Owner(OwnerKind.ISSUANCE), Unit.COIN)
        charity = uow.ledger.account(Owner(OwnerKind.CHARITY), Unit.COIN)
        uow.ledger.post(
            Posting(
                key="charity",
                kind=TransactionKind.OPENING,
                legs=(Leg(debit=issuance.id, credit=charity.id, minutes=600),),
                day=START.date(),
                posted_at=START,
                scheme="changning",
                scheme_version="1",
            )
        )
        uow.commit()
    number = street.wishes(TOMORROW)
    await street.staff.says("approve_request", order_number=number)
    await street.staff.says("affirm", "通过")
    asked = await street.head.says("approve_request", order_number=number)
    assert "谁来付" in asked
    read_back = await street.head.picks(asked, 1)
    assert "公益账户付" in read_back
    done = await street.head.says("affirm", "通过")
    assert "已经发布" in done


async def test_a_volunteer_is_sent(street: Street) -> None:
    number = street.published(TOMORROW)
    asked = await street.staff.says("assign_job", f"{number}号派给李明")
    assert "李明" in asked
    done = await street.staff.says("affirm", "对")
    assert "派给了李明" in done
    with street.house.look() as uow:
        assert uow.jobs.of_order(number)[0].volunteer_id == street.volunteer.member_id


async def test_an_unknown_volunteer(street: Street) -> None:
    number = street.published(TOMORROW)
    assert "没有找到这个人" in await street.staff.says("assign_job", f"{number}号派给周建国")


async def test_two_of_one_call(street: Street) -> None:
    street.house.person("李芳", RoleName.VOLUNTEER)
    street.published(TOMORROW)
    asked = await street.staff.says("assign_job", "派给小李")
    assert len(asked.choices) == 2
    assert "对吗" in await street.staff.picks(asked, 2)


async def test_a_resident_may_not(street: Street) -> None:
    street.wishes(TOMORROW)
    assert "工作人员" in await street.resident.says("approve_request", "通过1号")
    assert "工作人员" in await street.resident.says("review_requests", "待审核的有哪些")


async def test_a_case_is_taken_and_closed(street: Street) -> None:
    with street.house.look() as uow:
        care.open_case(uow, street.house.scheme, street.doing(street.resident), CaseKind.PERSON, "我要找人")
        phone = uow.desk.identities.get_or_create("web", "main", "resident", street.house.clock.now())
        uow.desk.identities.bind(phone.id, street.resident.member_id, street.house.clock.now())
        uow.commit()
    listed = await street.staff.says("review_requests", "有几件要回的求助")
    taken = await street.staff.picks(listed, 1)
    assert "王秀英" in taken
    assert "我要找人" in taken
    case = next(answer["relay_case"] for answer in taken.about if "relay_case" in answer)
    with street.house.look() as uow:
        assert uow.desk.talks.get(person_key(phone.id)).relay_case_id == case
    closed = await street.staff.picks(taken, 1)
    assert "办结" in closed
    with street.house.look() as uow:
        assert uow.desk.talks.get(person_key(phone.id)).relay_case_id is None


async def test_the_payer_may_be_said_in_words(street: Street) -> None:
    street.resident = street.house.person("郑有才")
    number = street.wishes(TOMORROW)
    await street.staff.says("approve_request", order_number=number)
    await street.staff.says("affirm", "通过")
    await street.head.says("approve_request", order_number=number)
    assert "公益账户付" in await street.head.says("inform", "公益账户出吧")
