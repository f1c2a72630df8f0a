"""Goods in chat: what there is, putting aside, the code, giving back; 益币; points; settlement days."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest

from bank.coins import Leg, Posting, TransactionKind, Unit
from bank.doing import Doing, Receipt
from bank.members import RoleName
from bank.usecases import dividing, merchants
from bank.usecases.accounts import issuance
from bank.usecases.merchants import STATION, Counter
from bank.usecases.purses import purse_of
from bot.actions.goods_named import core, goods_named, pieces_named
from bot.counter import CounterDoor
from bot.messages import Reply
from bot.speaker import Speaker
from tests.bot.actions.talking import House, Person, Said


class Shop:
    """小店 with rice, soap and oil, kept by 店主; 王秀英 has something to pay with."""

    def __init__(self, house: House, unit: Unit) -> None:
        self.house, self.unit = house, unit
        self.resident = house.person("王秀英")
        self.keeper = house.person("店主")
        self.staff = house.person("何主任", RoleName.STAFF, branch=house.head)
        self.keys = 0
        kind = house.scheme.goods.accepted_by[0] if house.scheme.goods else STATION
        self.shop = int(self.do(merchants.add_merchant, self._counter(kind)).facts["merchant"])
        self.rice = self.good("一袋米（5公斤）", 120, 2)
        self.soap = self.good("洗衣皂", 30, 9)
        self.oil = self.good("一瓶菜油", 90, 4)
        self.powder = self.good("洗衣粉", 60, 4)

    def _counter(self, kind: str) -> Counter:
        return Counter(
            name="小店", kind=kind, branch_id=self.house.branch, contact_id=self.keeper.member_id, address="古北路1号"
        )

    def do(self, verb: Callable[..., Receipt], *args: object, who: Person | None = None) -> Receipt:
        self.keys += 1
        actor = (who or self.staff).member_id
        with self.house.look() as uow:
            doing = Doing(now=self.house.clock.now(), key=f"set-up:{self.keys}", actor_id=actor)
            done = verb(uow, self.house.scheme, doing, *args)
            uow.commit()
        return done

    def good(self, name: str, price: int, stock: int) -> int:
        return int(self.do(merchants.add_good, self.shop, name, price, stock).facts["good"])

    def fund(self, minutes: int, unit: Unit | None = None) -> None:
        with self.house.look() as uow:
            member = uow.members.get(self.resident.member_id)
            account = purse_of(uow, self.house.scheme, member, unit or self.unit)
            self.keys += 1
            uow.ledger.post(
                Posting(
                    key=f"fund:{self.keys}",
                    kind=TransactionKind.OPENING,
                    legs=(Leg(debit=issuance(uow, unit or self.unit).id, credit=account.id, minutes=minutes),),
                    day=date(2026, 11, 20),
                    posted_at=self.house.clock.now(),
                    scheme=self.house.scheme.name,
                    scheme_version="1",
                )
            )
            uow.commit()

    def purse(self, unit: Unit | None = None) -> tuple[int, int]:
        with self.house.look() as uow:
            member = uow.members.get(self.resident.member_id)
            account = purse_of(uow, self.house.scheme, member, unit or self.unit)
            return account.balance, account.reserved

    def stock(self, good: int) -> int:
        with self.house.look() as uow:
            return uow.goods.get(good).stock

    def at_the_door(self, person: Person, words: str) -> Reply | None:
        """What the counter's door says to words, each a message of its own."""
        self.keys += 1
        speaker = Speaker(
            identity_id=person.member_id,
            member_id=person.member_id,
            sender=f"test:{person.member_id}",
            key=f"inbox:{900 + self.keys}",
            now=self.house.clock.now(),
        )
        return CounterDoor(self.house.desk).open(words, speaker)


@pytest.fixture
def make_shop(tmp_path: Path) -> Iterator[Callable[[str], Shop]]:
    houses: list[House] = []

    def make(scheme: str) -> Shop:
        house = House(tmp_path, scheme)
        houses.append(house)
        unit = {"fuyuan": Unit.COIN, "taierzhuang": Unit.GOODS, "changning": Unit.GREEN}[scheme]
        return Shop(house, unit)

    yield make
    for house in houses:
        house.close()


@pytest.fixture
def shop(make_shop: Callable[[str], Shop]) -> Shop:
    """府苑: a coin is worth a coin; 王秀英 has five."""
    made = make_shop("fuyuan")
    made.fund(300)
    return made


def code_in(said: Said) -> str:
    found = re.search(r"取货码：(\d{3}) (\d{3})", said.text)
    assert found is not None, said.text
    return found[1] + found[2]


async def put_aside(shop: Shop, words: str = "换一袋米") -> str:
    asked = await shop.resident.says("redeem_goods", words)
    return code_in(await shop.resident.picks(asked, 1))


# What there is ----------------------------------------------------------------------------------------------------


async def test_three_at_a_time_with_price_and_stock(shop: Shop) -> None:
    first = await shop.resident.says("redeem_goods", "能换什么东西")
    assert "您有5币可以用" in first
    assert "4样" in first
    assert [choice["label"] for choice in first.choices[:2]] == ["洗衣皂，0.5币，还有9件", "洗衣粉，1币，还有4件"]
    more = await shop.resident.picks(first, 3)
    assert "一瓶菜油，1.5币，还有4件" in more
    assert "一袋米（5公斤），2币，还有2件" in more
    asked = await shop.resident.picks(more, 2)
    assert "换一袋米（5公斤）1件，一共2币，换好还剩3币" in asked


async def test_where_goods_are_not_for_coins(tmp_path: Path) -> None:
    house = House(tmp_path, "beijing")
    someone = house.person("王秀英")
    assert "不换东西" in await someone.says("redeem_goods", "能换什么东西")
    house.close()


# Putting aside ----------------------------------------------------------------------------------------------------


async def test_a_bag_of_rice_in_two_turns(shop: Shop) -> None:
    asked = await shop.resident.says("redeem_goods", "换一袋米")
    assert "换一袋米（5公斤）1件，一共2币，换好还剩3币" in asked
    assert "到小店（古北路1号）取" in asked
    assert shop.purse() == (300, 0)  # nothing before the yes
    done = await shop.resident.says("affirm", "对")
    assert len(code_in(done)) == 6
    assert (shop.purse(), shop.stock(shop.rice)) == ((300, 120), 1)


async def test_another_number_of_pieces_is_read_back_again(shop: Shop) -> None:
    await shop.resident.says("redeem_goods", "换一袋米")
    again = await shop.resident.says("correct", "说错了，要两袋")
    assert "2件，一共4币" in again
    await shop.resident.says("affirm", "对")
    assert (shop.purse(), shop.stock(shop.rice)) == ((300, 240), 0)


async def test_another_thing_is_read_back_again(shop: Shop) -> None:
    await shop.resident.says("redeem_goods", "换一袋米")
    assert "一瓶菜油1件" in await shop.resident.says("redeem_goods", "还是换一瓶菜油吧")


async def test_no_and_nothing_happens(shop: Shop) -> None:
    await shop.resident.says("redeem_goods", "换一袋米")
    assert "不换了" in await shop.resident.says("deny", "不换了")
    assert (shop.purse(), shop.stock(shop.rice)) == ((300, 0), 2)


async def test_which_of_two(shop: Shop) -> None:
    asked = await shop.resident.says("redeem_goods", "换洗衣的")
    assert "哪一样" in asked or "样东西" in asked
    asked = await shop.resident.says("redeem_goods", "我想换一块洗衣")
    assert "您要的是哪一样" in asked
    assert len(asked.choices) == 2
    assert "洗衣粉1件" in await shop.resident.picks(asked, [c["label"][:3] for c in asked.choices].index("洗衣粉") + 1)


@pytest.mark.parametrize(
    ("words", "hears"),
    [("换三袋米", "只剩2件"), ("换九瓶菜油", "最多5件"), ("换五瓶菜油", "只剩4件")],
)
async def test_what_cannot_be_had(shop: Shop, words: str, hears: str) -> None:
    assert hears in await shop.resident.says("redeem_goods", words)
    assert shop.purse() == (300, 0)


async def test_not_enough(shop: Shop) -> None:
    said = await shop.resident.says("redeem_goods", "换4瓶菜油")
    assert "还不够：要6币，您现在有5币" in said


# The code ---------------------------------------------------------------------------------------------------------


async def test_the_counter_hands_over(shop: Shop) -> None:
    code = await put_aside(shop)
    assert shop.at_the_door(shop.resident, code) is None  # keeps no counter
    asked = shop.at_the_door(shop.keeper, f"{code[:3]} {code[3:]}")
    assert asked is not None
    assert "王秀英来取：一袋米（5公斤）1件（2币）" in asked.text
    assert shop.purse() == (300, 120)
    said = Said(texts=[asked.text], choices=[vars_of(choice) for choice in asked.choices], finished=False, about=[])
    done = await shop.keeper.picks(said, 1)
    assert "王秀英取走一袋米（5公斤）1件" in done
    assert shop.purse() == (180, 0)
    again = shop.at_the_door(shop.keeper, "核销" + code)
    assert again is not None and "不对" in again.text


async def test_wrong_codes_are_counted_and_then_refused(shop: Shop) -> None:
    code = await put_aside(shop)
    wrong = f"{(int(code) + 1) % 10**6:06d}"
    said = [shop.at_the_door(shop.keeper, wrong) for _ in range(5)]
    assert ["还可以试4次" in str(said[0]), "停一小时" in str(said[4])] == [True, True]
    locked = shop.at_the_door(shop.keeper, code)
    assert locked is not None and "过60分钟再试" in locked.text


async def test_staff_say_it_with_a_word_before(shop: Shop) -> None:
    code = await put_aside(shop)
    assert shop.at_the_door(shop.staff, code) is None
    asked = shop.at_the_door(shop.staff, f"取货码{code}")
    assert asked is not None and "东西给了吗" in asked.text


async def test_a_lost_code(shop: Shop) -> None:
    code = await put_aside(shop)
    listed = await shop.resident.says("redeem_goods", "取货码忘了")
    new = code_in(await shop.resident.picks(listed, 1))
    assert new != code
    old = shop.at_the_door(shop.keeper, code)
    assert old is not None and "不对" in old.text
    asked = shop.at_the_door(shop.keeper, new)
    assert asked is not None and "东西给了吗" in asked.text


async def test_given_back(shop: Shop) -> None:
    await put_aside(shop)
    asked = await shop.resident.says("redeem_goods", "换的米不要了")
    assert "留着的2币还给您" in asked
    assert shop.purse() == (300, 120)
    done = await shop.resident.picks(asked, 1)
    assert "现在能用的有5币" in done
    assert (shop.purse(), shop.stock(shop.rice)) == ((300, 0), 2)


async def test_nothing_is_put_aside(shop: Shop) -> None:
    assert "没有给您留着" in await shop.resident.says("redeem_goods", "取货码是多少")


async def test_the_message_with_the_code_was_lost(shop: Shop) -> None:
    """The same message again, after a kill between the deed and the answer: one deed, and a code that works."""
    await shop.resident.says("redeem_goods", "换一袋米")
    slots, turns = dict(shop.resident.slots), shop.resident.turns
    first = code_in(await shop.resident.says("affirm", "对"))
    shop.resident.slots, shop.resident.turns, shop.resident.loop = slots, turns, "redeem_form"
    second = code_in(await shop.resident.says("affirm", "对"))
    assert (shop.purse(), shop.stock(shop.rice), first != second) == ((300, 120), 1, True)
    asked = shop.at_the_door(shop.keeper, second)
    assert asked is not None and "东西给了吗" in asked.text


# 益币 -------------------------------------------------------------------------------------------------------------


async def test_coins_into_points(shop: Shop) -> None:
    asked = await shop.resident.says("redeem_goods", "换两个币成益币")
    assert "2币换成20益币，换好还剩3币" in asked
    assert shop.purse() == (300, 0)
    done = await shop.resident.says("affirm", "对")
    assert "2币换20益币，记下了" in done
    assert shop.purse() == (180, 0)
    assert "退回来了，2币还给您" in await shop.resident.picks(done, 1)
    assert shop.purse() == (300, 0)


async def test_how_many_is_asked(shop: Shop) -> None:
    asked = await shop.resident.says("redeem_goods", "换成益币")
    assert "1币换10益币" in asked
    back = await shop.resident.says("inform", "一个半币")
    assert "1.5币换成15益币" in back
    assert "币还在" in await shop.resident.says("deny", "不换了")
    everything = await shop.resident.says("redeem_goods", "币全部换成益币")
    assert "5币换成50益币" in everything


@pytest.mark.parametrize(("words", "hears"), [("换10个益币", "1币换成10益币"), ("换九个币的益币", "还不够")])
async def test_points_and_too_many(shop: Shop, words: str, hears: str) -> None:
    assert hears in await shop.resident.says("redeem_goods", words)


async def test_no_points_elsewhere(make_shop: Callable[[str], Shop]) -> None:
    shop = make_shop("taierzhuang")
    assert "不能换成别处的积分" in await shop.resident.says("redeem_goods", "换成益币")


# Other units ------------------------------------------------------------------------------------------------------


async def test_green_points(make_shop: Callable[[str], Shop]) -> None:
    shop = make_shop("changning")
    assert "绿色积分有0分" in await shop.resident.says("redeem_goods", "我有多少绿色积分")
    asked = shop.at_the_door(shop.keeper, "给王秀英记40积分，旧衣回收")
    assert asked is not None and "给王秀英记40绿色积分，因为旧衣回收" in asked.text
    said = Said(texts=[asked.text], choices=[vars_of(choice) for choice in asked.choices], finished=False, about=[])
    assert "王秀英得40分，现在有40分" in await shop.keeper.picks(said, 1)
    assert shop.at_the_door(shop.keeper, "我有多少积分") is None
    assert shop.at_the_door(shop.resident, "给店主记40积分") is None
    assert "绿色积分有40分" in await shop.resident.says("check_balance", "我还有几个币")
    asked_for = await shop.resident.says("redeem_goods", "换一块洗衣皂")
    assert "一共30绿色积分，换好还剩10绿色积分" in asked_for


async def test_minutes_of_the_goods_account(make_shop: Callable[[str], Shop]) -> None:
    shop = make_shop("taierzhuang")
    shop.fund(90)
    listed = await shop.resident.says("redeem_goods", "能换什么东西")
    assert "您能换东西的有1小时30分钟" in listed
    assert "洗衣皂，30分钟，还有9件" in listed
    assert "能换东西的有1小时30分钟" in await shop.resident.says("check_balance", "余额")


async def test_the_settlement_day_is_told(make_shop: Callable[[str], Shop]) -> None:
    shop = make_shop("taierzhuang")
    said = await shop.resident.says("redeem_goods", "我哪天能结算")
    assert "下次结算是12月31日，50%换东西" in said
    shop.do(dividing.divide, shop.resident.member_id, date(2026, 6, 30))
    assert "下次结算是12月31日" in await shop.resident.says("redeem_goods", "上半年分到多少")


# Words ------------------------------------------------------------------------------------------------------------

ON_OFFER = [
    {"good": number, "name": name} for number, name in enumerate(["一袋米（5公斤）", "洗衣皂", "小米粥", "毛巾"])
]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("换一袋米", ["一袋米（5公斤）"]),
        ("我想换两块洗衣皂", ["洗衣皂"]),
        ("要一条毛巾吧", ["毛巾"]),
        ("换一条毛金", ["毛巾"]),
        ("能换什么东西", []),
        ("", []),
    ],
)
def test_goods_named(words: str, found: list[str]) -> None:
    assert [good["name"] for good in goods_named(words, ON_OFFER)] == found


@pytest.mark.parametrize(("words", "pieces"), [("换两袋米", 2), ("要3块肥皂", 3), ("俩瓶油", 2), ("换米", None)])
def test_pieces(words: str, pieces: int | None) -> None:
    assert pieces_named(words) == pieces


def test_core() -> None:
    assert [core(name) for name in ("一袋米（5公斤）", "洗衣皂", "大米5公斤")] == ["米", "洗衣皂", "大米"]


def vars_of(choice: object) -> dict[str, object]:
    return {name: getattr(choice, name) for name in ("label", "payload", "means")}
