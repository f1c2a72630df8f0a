"""Goods for coins: put aside, fetched with the code, given back, expired; the catalogue; the merchant's month."""

from __future__ import annotations

import pytest

from bank.coins import Owner, OwnerKind, Unit
from bank.errors import KeyReused, NotAllowed, NotFound, RuleRefused, WrongState
from bank.members import RoleName
from bank.organisation import Branch
from bank.usecases import clockwork, coins, goods, merchant_months, merchants
from bank.usecases.merchants import STATION, Counter
from storage.scheme_files import load_scheme
from tests.bank.conftest import TownMaker
from tests.bank.market import RICE, Market, code, scheme_with
from tests.bank.town import Town


@pytest.fixture
def town(make_town: TownMaker) -> Town:
    return make_town("fuyuan")


@pytest.fixture
def market(town: Town) -> Market:
    """王阿婆 has 5 coins; a bag of rice costs 2."""
    market = Market(town)
    town.grant("王阿婆", 5)
    return market


def test_put_aside_and_fetched(town: Town, market: Market) -> None:
    before = town.do(goods.preview_redeem, "王阿婆", market.rice, 2).facts
    assert (before["cost"], before["left"], before["unit"]) == (240, 60, "coin")
    done = town.do(goods.redeem_goods, "王阿婆", market.rice, 2, code(1))
    assert (done.outcome, done.facts["left"], done.facts["status"]) == ("put_aside", 60, "reserved")
    assert market.purse("王阿婆") == (300, 240)
    assert market.stock(market.rice) == 1
    found = town.do(goods.find_pickup, "店主", code(1))
    assert (found.outcome, found.facts["name"], found.facts["quantity"]) == ("to_hand_over", "一袋米", 2)
    over = town.do(goods.hand_over, "店主", found.facts["pickup"], code(1))
    assert over.outcome == "collected"
    assert (market.purse("王阿婆"), market.till(), market.stock(market.rice)) == ((60, 0), 240, 1)
    assert town.told("王阿婆")[-1] == "goods_collected"
    lines = town.do(coins.statement, "王阿婆", town.at("2024-03-01"), town.at("2024-04-01")).facts["lines"]
    assert (lines[-1]["kind"], lines[-1]["minutes"], lines[-1]["reason"]) == ("redemption", -240, "一袋米 × 2")


def test_the_same_tap_twice_is_one_deed(town: Town, market: Market) -> None:
    first = town.do(goods.redeem_goods, "王阿婆", market.rice, 1, code(1), key="tap")
    again = town.do(goods.redeem_goods, "王阿婆", market.rice, 1, code(2), key="tap")
    assert again.again and again.facts == first.facts
    assert market.stock(market.rice) == 2
    with pytest.raises(KeyReused):
        town.do(goods.redeem_goods, "王阿婆", market.rice, 2, code(1), key="tap")
    pickup = first.facts["pickup"]
    over = town.do(goods.hand_over, "店主", pickup, code(1), key="over")
    assert town.do(goods.hand_over, "店主", pickup, code(1), key="over").again
    with pytest.raises(WrongState):
        town.do(goods.hand_over, "店主", pickup, code(1))
    assert (over.outcome, market.till()) == ("collected", RICE)


def test_no_receipt_and_no_row_holds_a_code(town: Town, market: Market) -> None:
    done = town.do(goods.redeem_goods, "王阿婆", market.rice, 1, code(7))
    assert code(7) not in str(done.facts)


def test_refusals(town: Town, market: Market) -> None:
    town.refuses("pieces_wrong", goods.redeem_goods, "王阿婆", market.rice, 0, code(1))
    town.refuses("pieces_wrong", goods.redeem_goods, "王阿婆", market.rice, 6, code(1))
    town.refuses("out_of_stock", goods.redeem_goods, "王阿婆", market.rice, 4, code(1))
    town.refuses("goods_unaffordable", goods.redeem_goods, "王阿婆", market.rice, 3, code(1))
    town.refuses("goods_unaffordable", goods.preview_redeem, "小红", market.rice, 1)
    town.refuses("not_a_member", goods.redeem_goods, 0, market.rice, 1, code(1))
    town.do(merchants.change_good, "分行老张", market.rice, active=False)
    town.refuses("good_gone", goods.redeem_goods, "王阿婆", market.rice, 1, code(1))
    town.do(merchants.set_merchant, "分行老张", market.shop, False)
    town.refuses("good_gone", goods.redeem_goods, "王阿婆", market.soap, 1, code(1))


def test_a_scheme_without_goods(make_town: TownMaker) -> None:
    town = make_town("beijing")
    town.refuses("goods_not_here", merchants.catalogue, "王阿婆")
    shop = Counter(name="小店", kind="超市", branch_id=town.leaf)
    town.refuses("goods_not_here", merchants.add_merchant, "分行老张", shop)


def test_given_back(town: Town, market: Market) -> None:
    pickup = market.put_aside("王阿婆", market.rice, 2)
    town.refuses("not_your_pickup", goods.cancel_pickup, "小红", pickup)
    town.refuses("not_your_pickup", goods.renew_code, "小红", pickup, code(2))
    done = town.do(goods.cancel_pickup, "王阿婆", pickup)
    assert (done.outcome, done.facts["left"]) == ("pickup_cancelled", 300)
    assert (market.purse("王阿婆"), market.stock(market.rice)) == ((300, 0), 3)
    with pytest.raises(WrongState):
        town.do(goods.cancel_pickup, "王阿婆", pickup)
    assert town.do(goods.find_pickup, "店主", code(1)).outcome == "code_wrong"
    assert [kind for kind, _ in town.due() if kind == "pickup_expires"] == []


def test_nobody_came_for_it(town: Town, market: Market) -> None:
    pickup = market.put_aside("王阿婆", market.rice, 1)
    town.wait(7 * 24 * 60 - 1)
    assert market.status(pickup) == "reserved"
    town.wait(1)
    assert (market.status(pickup), market.purse("王阿婆"), market.stock(market.rice)) == ("expired", (300, 0), 3)
    assert town.told("王阿婆")[-1] == "pickup_expired"
    assert town.do(goods.my_pickups, "王阿婆").facts["pickups"] == []


def test_a_code_that_is_over_before_the_clock_has_ticked(town: Town, market: Market) -> None:
    pickup = market.put_aside("王阿婆", market.rice, 1)
    town.now = town.at("2024-03-11T09:00")
    assert town.do(goods.find_pickup, "店主", code(1)).outcome == "code_wrong"
    town.refuses("pickup_over", goods.hand_over, "店主", pickup, code(1))


def test_a_lost_code_is_replaced(town: Town, market: Market) -> None:
    pickup = market.put_aside("王阿婆", market.rice, 1)
    assert town.do(goods.my_pickups, "王阿婆").facts["pickups"][0]["pickup"] == pickup
    assert town.do(goods.renew_code, "王阿婆", pickup, code(2)).outcome == "code_renewed"
    town.refuses("pickup_over", goods.hand_over, "店主", pickup, code(1))
    assert town.do(goods.hand_over, "店主", pickup, code(2)).outcome == "collected"
    with pytest.raises(WrongState):
        town.do(goods.renew_code, "王阿婆", pickup, code(3))


def test_an_open_code_is_free_again_after_it_ended(town: Town, market: Market) -> None:
    pickup = market.put_aside("王阿婆", market.soap, 1, number=1)
    with town.unit() as uow:
        assert not goods.code_is_free(uow, code(1))
        assert goods.code_is_free(uow, code(2))
    town.do(goods.hand_over, "店主", pickup, code(1))
    with town.unit() as uow:
        assert goods.code_is_free(uow, code(1))
    assert market.put_aside("王阿婆", market.soap, 1, number=1) != pickup


def test_who_hands_over(town: Town, market: Market) -> None:
    town.person("外人", born="1980-01-01")
    pickup = market.put_aside("王阿婆", market.soap, 1)
    town.refuses("not_your_counter", goods.find_pickup, "外人", code(1))
    town.refuses("not_your_counter", goods.hand_over, "外人", pickup, code(1))
    town.refuses("not_your_counter", goods.hand_over, "王阿婆", pickup, code(1))
    assert town.do(goods.hand_over, "分行老张", pickup, code(1)).outcome == "collected"  # the branch's own counter
    town.grant("店主", 1)
    own = market.put_aside("店主", market.soap, 1)
    town.refuses("own_pickup", goods.hand_over, "店主", own, code(1))


def test_another_counters_code_is_wrong_here(town: Town, market: Market) -> None:
    town.person("别家店主", born="1980-01-01")
    market.counter("别家", "超市", "别家店主")
    market.put_aside("王阿婆", market.rice, 1)
    assert town.do(goods.find_pickup, "别家店主", code(1)).outcome == "code_wrong"
    assert town.do(goods.find_pickup, "店主", code(1)).outcome == "to_hand_over"


def test_wrong_codes_lock_the_counter_for_an_hour(town: Town, market: Market) -> None:
    market.put_aside("王阿婆", market.rice, 1, number=999)
    left = [town.do(goods.find_pickup, "店主", code(number)).facts["tries_left"] for number in range(5)]
    assert left == [4, 3, 2, 1, 0]
    assert "codes_locked" in town.told("总行老赵") + town.told("分行老张")
    town.refuses("codes_locked", goods.find_pickup, "店主", code(999))
    town.wait(59)
    with pytest.raises(RuleRefused) as refusal:
        town.do(goods.find_pickup, "店主", code(999))
    assert refusal.value.facts == {"minutes": 2}
    town.wait(1)
    assert town.do(goods.find_pickup, "店主", code(999)).outcome == "to_hand_over"
    assert town.do(goods.find_pickup, "店主", code(3)).facts["tries_left"] == 4  # counted anew


def test_a_redelivered_wrong_code_counts_once(town: Town, market: Market) -> None:
    for _ in range(3):
        assert town.do(goods.find_pickup, "店主", code(5), key="same").facts["tries_left"] == 4


def test_the_catalogue(town: Town, market: Market) -> None:
    market.good("大米饭", 45, 0)
    rows = town.do(merchants.catalogue, "王阿婆").facts
    assert [(row["name"], row["price"]) for row in rows["goods"]] == [("肥皂", 30), ("一袋米", 120)]
    assert rows["units"] == ["coin"]
    town.do(merchants.change_good, "分行老张", market.rice, pieces=-3)
    assert [row["name"] for row in town.do(merchants.catalogue, "王阿婆").facts["goods"]] == ["肥皂"]
    shown = town.do(merchants.counters, "分行老张").facts
    assert shown["kinds"] == ["商家", "超市", "物业"]
    assert [good["stock"] for good in shown["merchants"][0]["goods"]] == [0, 3, 0]


def test_staff_keep_the_catalogue(town: Town, market: Market) -> None:
    def shop(**more: object) -> Counter:
        return Counter(**{"name": "店", "kind": "超市", "branch_id": town.leaf, **more})  # type: ignore[arg-type]  # values of a test

    town.refuses("not_staff", merchants.add_merchant, "店主", shop())
    town.refuses("merchant_kind", merchants.add_merchant, "分行老张", shop(kind="当铺"))
    town.refuses("words_missing", merchants.add_merchant, "分行老张", shop(name=" "))
    with pytest.raises(NotFound):
        town.do(merchants.add_merchant, "分行老张", shop(contact_id=9999))
    town.refuses("good_unit", merchants.add_good, "分行老张", market.shop, "米", 60, 1, Unit.GREEN)
    town.refuses("good_price", merchants.add_good, "分行老张", market.shop, "米", 0, 1)
    town.refuses("good_stock", merchants.add_good, "分行老张", market.shop, "米", 60, -1)
    town.refuses("words_missing", merchants.add_good, "分行老张", market.shop, "", 60, 1)
    town.refuses("good_stock", merchants.change_good, "分行老张", market.rice, -4)
    town.refuses("good_price", merchants.change_good, "分行老张", market.rice, 0, 0)
    changed = town.do(merchants.change_good, "分行老张", market.rice, pieces=2, price=90).facts
    assert (changed["stock"], changed["price"]) == (5, 90)


def test_a_price_that_rises_does_not_change_what_is_put_aside(town: Town, market: Market) -> None:
    pickup = market.put_aside("王阿婆", market.rice, 1)
    town.do(merchants.change_good, "分行老张", market.rice, price=300)
    town.do(goods.hand_over, "店主", pickup, code(1))
    assert market.till() == RICE


def test_where_coins_stay_in_their_branch(make_town: TownMaker) -> None:
    town = make_town(scheme_with(load_scheme("fuyuan"), spend_anywhere=False))
    market = Market(town)
    assert len(town.do(merchants.catalogue, "王阿婆").facts["goods"]) == 2
    far = town._add("branches", Branch(name="远处", tier=1, parent_id=None)).id
    town.person("远客", branch=far)
    assert town.do(merchants.catalogue, "远客").facts["goods"] == []
    assert market.stock(market.rice) == 3


def test_the_merchants_month(town: Town, market: Market) -> None:
    with town.unit() as uow:
        clockwork.plan_calendar(uow, town.scheme, town.now)
        clockwork.plan_calendar(uow, town.scheme, town.now)
        uow.commit()
    assert [kind for kind, _ in town.due() if kind == "merchant_month"] == ["merchant_month"]
    for number, good in enumerate((market.rice, market.soap), start=1):
        town.do(goods.hand_over, "店主", market.put_aside("王阿婆", good, 1, number), code(number))
    town.go("2024-04-01T06:00")
    rows = town.do(merchant_months.merchant_months, "分行老张").facts["rows"]
    assert [(row["month"], row["pieces"], row["minutes"], row["points"]) for row in rows] == [("2024-03", 2, 150, 0)]
    assert town.told("店主")[-1] == "month_stated"
    month = rows[0]["month_id"]
    lines = town.do(merchant_months.month_lines, "店主", month).facts["rows"]
    assert [(line["name"], line["cost"]) for line in lines] == [("一袋米", 120), ("肥皂", 30)]
    town.refuses("not_your_counter", merchant_months.month_lines, "王阿婆", month)
    cleared = town.do(merchant_months.clear_month, "总行老赵", month)
    assert (cleared.outcome, market.till()) == ("month_cleared", 0)
    assert market.owns(Owner(OwnerKind.CLEARING)) == 150
    town.refuses("month_cleared", merchant_months.clear_month, "总行老赵", month)
    assert town.told("店主")[-1] == "month_cleared"


def test_a_month_without_pieces_is_not_stated(town: Town, market: Market) -> None:
    with town.unit() as uow:
        clockwork.plan_calendar(uow, town.scheme, town.now)
        uow.commit()
    town.go("2024-04-02T06:00")
    assert town.do(merchant_months.merchant_months, "分行老张").facts["rows"] == []


def test_only_the_head_clears(make_town: TownMaker) -> None:
    town = make_town("taierzhuang")
    market = Market(town)
    market.fund("王阿婆", 300)
    town.do(goods.hand_over, "店主", market.put_aside("王阿婆", market.rice), code(1))
    with town.unit() as uow:
        clockwork.plan_calendar(uow, town.scheme, town.now)
        uow.commit()
    town.go("2024-04-01T06:01")
    month = town.do(merchant_months.merchant_months, "分行老张").facts["rows"][0]
    town.refuses("not_staff_here", merchant_months.clear_month, "分行老张", month["month_id"])
    town.do(merchant_months.clear_month, "总行老赵", month["month_id"])
    assert (month["minutes"], market.till()) == (120, 0)


def test_kinds_by_scheme() -> None:
    assert merchants.kinds_of(load_scheme("taierzhuang")) == ("各网点",)
    assert merchants.kinds_of(load_scheme("changning")) == (STATION,)
    assert merchants.kinds_of(load_scheme("beijing")) == ()


def test_staff_of_elsewhere_do_not_keep_this_counter(town: Town, market: Market) -> None:
    far = town._add("branches", Branch(name="远处", tier=1, parent_id=None)).id
    town.person("远处老钱", born="1980-01-01", branch=far)
    town.role("远处老钱", RoleName.STAFF, far)
    with pytest.raises(NotAllowed, match="not_staff_here"):
        town.do(merchants.change_good, "远处老钱", market.rice, pieces=1)
