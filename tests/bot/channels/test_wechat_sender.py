"""WeChat's way out against the stand-in's windows and quotas."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.channels.outbound_policy import Way
from bot.channels.wechat_api import WeChatApi
from bot.channels.wechat_sender import WeChatSender, month_start
from bot.clock import MovableClock
from bot.messages import Reply
from bot.sending import Address, Misconfigured, TryLater, Unreachable, WayClosed
from tests.doubles.house import AlarmBell, MemoryBook
from tests.doubles.wechat_api import WeChatDouble


class Desk:
    """Sends, and keeps the address as the dispatcher would."""

    def __init__(self, api: WeChatApi, wechat: WeChatDouble, clock: MovableClock) -> None:
        self.book, self.bell = MemoryBook(), AlarmBell()
        self.sender = WeChatSender({"main": api}, book=self.book, alarms=self.bell)
        self.wechat, self.clock = wechat, clock
        self.facts: dict[str, object] = {}

    def address(self, openid: str = "oWang") -> Address:
        return Address(channel="wechat", account="main", sender=openid, **self.facts)  # type: ignore[arg-type]

    def wrote(self) -> None:
        self.wechat.wrote("oWang")
        self.facts |= {"last_incoming_at": self.clock.now(), "sent_since_incoming": 0}

    async def send(self, words: str, purpose: str = "notice", key: str = "k") -> str | None:
        return await self.sender.send(self.address(), Reply(text=words), key=key, purpose=purpose, now=self.clock.now())

    @property
    def ways(self) -> list[str]:
        return [sent.way for sent in self.wechat.sent]


@pytest.fixture
def desk(api: WeChatApi, wechat: WeChatDouble, clock: MovableClock) -> Desk:
    return Desk(api, wechat, clock)


async def test_within_the_window(desk: Desk) -> None:
    desk.wrote()
    await desk.send("李明接单了")
    assert desk.wechat.texts("oWang") == ["李明接单了"] and desk.ways == ["custom"]


async def test_used_up_goes_by_template(desk: Desk) -> None:
    desk.wrote()
    for number in range(6):  # the sixth: we count 0 sent, WeChat counts 5 and says 45047
        await desk.send(f"第{number}条", key=str(number))
    assert desk.ways == ["custom"] * 5 + ["template"]
    desk.facts["sent_since_incoming"] = 5
    await desk.send("还有", key="more")
    assert desk.ways[-1] == "template"
    assert desk.wechat.calls["custom/send"] == 6, "a window known to be used up is not tried"


async def test_after_48_hours(desk: Desk) -> None:
    desk.wrote()
    desk.clock.forward(timedelta(hours=49))
    await desk.send("明天上午九点")
    assert desk.ways == ["template"]


async def test_a_gesture_opens_a_minute(desk: Desk) -> None:
    desk.wechat.gestured("oWang")
    desk.facts["last_gesture_at"] = desk.clock.now()
    await desk.send("您的余额", purpose="reply")
    desk.clock.forward(timedelta(seconds=61))
    with pytest.raises(WayClosed, match="has not written yet"):
        await desk.send("您的余额", purpose="reply", key="2")


async def test_one_consent_is_one_sending(desk: Desk) -> None:
    desk.wechat.consented("oWang", "T-remind")
    desk.book.granted[("oWang", "T-remind")] = 1
    await desk.send("明天上午九点", purpose="reminder")
    assert desk.ways == ["subscription"]
    with pytest.raises(WayClosed, match="no unused consent"):
        await desk.send("后天上午九点", purpose="reminder", key="2")


async def test_a_consent_that_wechat_denies(desk: Desk) -> None:
    desk.book.granted[("oWang", "T-remind")] = 1
    with pytest.raises(WayClosed, match="43101"):
        await desk.send("明天上午九点", purpose="reminder")


async def test_the_phone_list_gets_every_reason(desk: Desk) -> None:
    with pytest.raises(WayClosed) as raised:
        await desk.send("重阳节活动", purpose="broadcast")
    for way in (Way.CUSTOMER_SERVICE, Way.SUBSCRIPTION, Way.TEMPLATE, Way.MASS):
        assert way.value in str(raised.value)
    assert desk.wechat.sent == []


async def test_a_disabled_way_alarms_once_and_is_not_tried_again(desk: Desk) -> None:
    desk.wrote()
    desk.wechat.fail("custom/send", 48001)
    await desk.send("一")
    await desk.send("二", key="2")
    assert desk.ways == ["template", "template"]
    assert len(desk.bell.rung) == 1 and "48001" in desk.bell.rung[0]
    assert desk.wechat.calls["custom/send"] == 1


@pytest.mark.parametrize(
    ("code", "expected"),
    [(-1, TryLater), (45009, TryLater), (43004, Unreachable), (40164, Misconfigured)],
)
async def test_errors_that_end_the_sending(desk: Desk, code: int, expected: type[Exception]) -> None:
    desk.wrote()
    desk.wechat.fail("custom/send", code)
    with pytest.raises(expected):
        await desk.send("好")
    assert desk.wechat.sent == []


async def test_unfollowed(desk: Desk) -> None:
    desk.wrote()
    desk.wechat.unfollowed("oWang")
    with pytest.raises(Unreachable):
        await desk.send("好")


async def test_unknown_account(desk: Desk) -> None:
    stranger = Address(channel="wechat", account="other", sender="o")
    with pytest.raises(Misconfigured):
        await desk.sender.send(stranger, Reply(text="好"), key="k", purpose="notice", now=desk.clock.now())


async def test_nothing_to_say(desk: Desk) -> None:
    desk.wrote()
    with pytest.raises(WayClosed, match="nothing to say"):
        await desk.send("\x00")


async def test_long_words_go_in_parts_and_a_repeat_goes_on(desk: Desk) -> None:
    desk.wrote()
    words = "一句话。" * 400
    await desk.send(words, purpose="reply")
    sent = desk.wechat.texts("oWang")
    assert len(sent) == 3 and "".join(sent) == words

    desk.wrote()
    desk.wechat.person("oWang").left = 1
    with pytest.raises(WayClosed, match="45047"):
        await desk.send(words, purpose="reply", key="second")
    desk.wrote()
    await desk.send(words, purpose="reply", key="second")
    assert desk.wechat.texts("oWang")[3:] == sent


async def test_too_long_for_wechat_goes_in_halves(desk: Desk) -> None:
    desk.wrote()
    desk.wechat.fail("custom/send", 45002)
    await desk.send("一句话。" * 150)
    assert len(desk.wechat.texts("oWang")) == 2 and "".join(desk.wechat.texts("oWang")) == "一句话。" * 150


async def test_mass(desk: Desk) -> None:
    people = [desk.address("oWang"), desk.address("oLi"), desk.address("oZhao")]

    async def broadcast(number: int) -> dict[str, str]:
        return await desk.sender.send_to_many(people, Reply(text="活动"), key=f"b{number}", now=desk.clock.now())

    assert await broadcast(1) == {}
    assert await broadcast(1) == {}, "the same broadcast again reaches nobody twice"
    assert desk.wechat.texts("oLi") == ["活动"]
    await broadcast(2)
    left_out = await broadcast(3)
    assert set(left_out) == set()
    left_out = await broadcast(4)
    assert left_out == dict.fromkeys(("oWang", "oLi", "oZhao"), "this person had 4 mass messages this month")
    desk.clock.forward(timedelta(days=31))
    assert await broadcast(5) == {}
    assert await desk.sender.send_to_many(people[:1], Reply(text="活动"), key="x", now=desk.clock.now()) == {
        "oWang": "a mass message needs two receivers at least"
    }
    with pytest.raises(ValueError, match="one account"):
        await desk.sender.send_to_many([], Reply(text="活动"), key="x", now=desk.clock.now())


async def test_mass_quota_used_up(desk: Desk) -> None:
    desk.wechat.mass_quota = 0
    people = [desk.address("oWang"), desk.address("oLi")]
    with pytest.raises(WayClosed, match="45028"):
        await desk.sender.send_to_many(people, Reply(text="活动"), key="b", now=desk.clock.now())


async def test_preview(desk: Desk) -> None:
    plan = await desk.sender.plan_for(desk.address(), Reply(text="好"), purpose="notice", now=desk.clock.now())
    assert plan.ways == (Way.TEMPLATE, Way.PHONE_LIST)


def test_months_are_shanghais(clock: MovableClock) -> None:
    assert month_start(clock.now()).isoformat() == "2026-03-01T00:00:00+08:00"
