"""Tried with coins: prices, caps, who pays, gifts, grants, settlement days, goods, honours."""

from __future__ import annotations

from datetime import date

from bank.coins import TransactionKind, Unit
from bank.members import RoleName, Sex
from bank.orders import PayerKind
from bank.usecases import (
    approval,
    awards,
    coins,
    converting,
    demand,
    dividing,
    giving,
    goods,
    grants,
    honours,
    jobs,
    leaving,
    merchants,
    requests,
    settling,
    skills,
    undo,
)
from bank.usecases.accounts import coins_of
from tests.bank.rule_table.ground import DAY, Facts, Ground, code, tryout


@tryout
def serve(ground: Ground, minutes: int = 60, claimed: int | None = None, funds: int = 600, **more: str) -> Facts:
    """One service from the wish to the coins."""
    ground.own("王阿婆", funds)
    paid = ground.settle(minutes=minutes, claimed=claimed, **more)
    kept = {key: paid[key] for key in ("outcome", "served", "paid", "credited", "honour")}
    return {**kept, "purse": ground.purse("李明")[0], "minted": ground.minted() - funds}


@tryout
def serve_when_full(ground: Ground, held: int, minutes: int = 120) -> Facts:
    """The volunteer already holds that much."""
    ground.own("李明", held)
    return serve(ground, minutes=minutes)


@tryout
def told_before(ground: Ground, minutes: int) -> Facts:
    """What the volunteer hears before accepting."""
    ground.own("王阿婆", 900)
    facts = ground.do(jobs.preview_accept, "李明", ground.open(minutes=minutes)).facts
    return {key: facts[key] for key in ("expected", "honour", "minutes_left_today")}


@tryout
def over_midnight(ground: Ground, funds: int = 600) -> Facts:
    """Two hours before midnight and two after it: the days of the postings, and what each day credited."""
    ground.own("王阿婆", funds)
    ground.settle(starts=f"{DAY}T22:00", minutes=240)
    since, until = ground.at("2024-03-01T00:00"), ground.at("2024-04-01T00:00")
    lines = ground.do(coins.statement, "李明", since, until).facts["lines"]
    return {"days": [[line["day"], line["minutes"]] for line in lines]}


@tryout
def statement_line(ground: Ground) -> Facts:
    """What the ledger keeps of a service."""
    ground.own("王阿婆", 600)
    number = ground.settle(minutes=60)["number"]
    with ground.unit() as uow:
        account = coins_of(uow, ground.scheme, uow.members.get(ground.people["李明"]))
        (line,) = uow.ledger.statement(account.id, ground.at("2024-03-01T00:00"), ground.at("2024-04-01T00:00"))
        kept = line.transaction
    return {
        "kind": kept.kind.value,
        "scheme": kept.scheme,
        "version": kept.scheme_version == ground.scheme.version,
        "category": kept.category == ground.scheme.category_of(ground.service).code,
        "multiplier": kept.multiplier_pct,
        "order": kept.order_id == number,
        "did": kept.done_by == ground.people["李明"] or kept.done_by is not None,
    }


@tryout
def reserve(ground: Ground) -> Facts:
    """Reserved when published, captured at settlement, the rest released."""
    ground.own("王阿婆", 300)
    number = ground.done(minutes=120, claimed=60)
    held = ground.purse("王阿婆")[1]
    ground.confirm(number)
    return {"held": held, "after": list(ground.purse("王阿婆")[:2]), "credited": ground.purse("李明")[0]}


@tryout
def longer_than_reserved(ground: Ground, agree: bool) -> Facts:
    ground.own("王阿婆", 300)
    number = ground.done(minutes=60, claimed=120)
    paid = ground.confirm(number, agree_extra=agree)
    return {"paid": paid["paid"], "credited": paid["credited"], "honour": paid["honour"]}


@tryout
def ask_without_coins(ground: Ground, payer: str = "", funded: int = 600) -> Facts:
    """王阿婆 has nothing; staff let somebody else pay before they let it through."""
    number = ground.ask()
    if payer:
        base = ground.base_with(funded)
        ground.fund_charity(funded)
        who = ground.levels[len(ground.scheme.tiers)]
        receipt = ground.do(approval.choose_payer, who, number, PayerKind(payer), base)
        if receipt.outcome == "payer_chosen":
            ground.let_through(number)
    else:
        ground.let_through(number)
    with ground.unit() as uow:
        order = uow.orders.get(number)
    return {"status": order.status.value, "payer": order.payer.value}


@tryout
def category_of(ground: Ground, service: str, starts: str = f"{DAY}T09:00") -> Facts:
    ground.own("王阿婆", 600)
    facts = ground.do(requests.preview_request, "王阿婆", ground.wish(starts, service=service, minutes=60)).facts
    return {"category": facts["category_name"], "cost": facts["cost"]}


@tryout
def price_in(ground: Ground, unit: str) -> Facts:
    """Staff put a price on goods in a unit that is not one of the scheme's."""
    market = ground.market()
    return {"good": market.good("一袋面", 120, 3, Unit(unit))}


@tryout
def guess_codes(ground: Ground) -> Facts:
    """At a counter codes are tried until it is locked."""
    ground.market()
    for _ in range(ground.scheme.pickups.wrong_codes + 1):
        ground.do(goods.find_pickup, "店主", code(999))
    return {}


@tryout
def undo_spent_gift(ground: Ground) -> Facts:
    """What the receiver has passed on can't be taken back."""
    ground.own("王阿婆", 600)
    ground.kin("王阿婆", "小红", may_act=False)
    ground.do(giving.gift_coins, "王阿婆", ground.people["小红"], 60)
    ground.kin("小红", "李明", may_act=False)
    ground.do(giving.gift_coins, "小红", ground.people["李明"], 60)
    return {"outcome": ground.do(undo.undo_last, "王阿婆").outcome}


@tryout
def leave(ground: Ground, heir: bool = False, busy: bool = False) -> Facts:
    """王阿婆 leaves with 2 coins in her name."""
    ground.own("王阿婆", 120)
    if busy:
        ground.open(minutes=60)
    who = ground.people["小红"] if heir else None
    facts = ground.do(leaving.leave, "王阿婆", heir_id=who).facts
    return {"passed_on": facts["passed_on"], "to": facts["to"]}


@tryout
def offer_skill(ground: Ground) -> Facts:
    ground.do(skills.offer_skill, "小红", "会修自行车", "skill")
    return {"found": [row["name"] for row in ground.do(skills.find_skills, "王阿婆", "修自行车").facts["skills"]]}


@tryout
def adopt_by_demand(ground: Ground, times: int) -> Facts:
    """A plain kind of help is asked for so often; the desk proposes, staff adopt, then it costs coins."""
    for hour in range(times):
        starts = f"2024-03-{6 + hour // 8:02}T{9 + hour % 8:02}:00"
        ground.do(requests.submit_request, "王阿婆", ground.wish(starts, service="haircut", minutes=30))
    rows = ground.do(demand.propose_categories, "总行老赵").facts["categories"]
    ground.wait(7 * 24 * 60)
    row = next(row for row in rows if row["code"] == "skills")
    if row["should"]:
        ground.do(demand.adopt_category, "总行老赵", "skills", True)
    return {"asked": row["asked"], "should": row["should"], **category_of(ground, "haircut", "2024-03-20T09:00")}


@tryout
def adopt_category(ground: Ground, category: str) -> Facts:
    return {"outcome": ground.do(demand.adopt_category, "总行老赵", category, True).outcome}


@tryout
def gift(ground: Ground, relation: str = "", held: int = 0, minutes: int = 60, home: bool = False) -> Facts:
    """王阿婆, who has 10 coins, gives to 小红, who is nobody to her unless the row says a relation."""
    ground.own("王阿婆", 600)
    if relation:
        ground.kin("王阿婆", "小红", relation=relation, may_act=False)
    if held:
        ground.own("小红", held)
    if home:
        for name in ("王阿婆", "小红"):
            ground.change(name, household_id=1)
        ground.own("王阿婆", 60)
    facts = ground.do(giving.gift_coins, "王阿婆", ground.people["小红"], minutes).facts
    return {"left": facts["left"], "receiver": ground.purse("小红")[0]}


@tryout
def donate(ground: Ground) -> Facts:
    ground.own("王阿婆", 600)
    facts = ground.do(giving.donate_coins, "王阿婆", 60).facts
    return {"left": facts["left"], "charity": ground.charity()}


@tryout
def use_own(ground: Ground, age: int = 65, earned: bool = False) -> Facts:
    """李明 spends what he has: given long ago, or earned since the last settlement day."""
    ground.change("李明", born=date(2024 - age, 1, 1))
    if earned:
        ground.own("王阿婆", 600)
        ground.settle(minutes=60, volunteers=("李明",))
    else:
        ground.own("李明", 120)
    wish = ground.wish("2024-03-20T09:00", minutes=60, service=ground.service)
    receipt = ground.do(requests.submit_request, "李明", wish)
    return {"outcome": receipt.outcome, "cost": receipt.facts["cost"], "payer": receipt.facts["payer"]}


@tryout
def settlement_day(ground: Ground, minutes: int, until: str) -> Facts:
    """What was earned is divided on the day by itself; the volunteer gets a statement."""
    ground.own("王阿婆", 600)
    ground.settle(minutes=minutes)
    ground.calendar()
    ground.go(f"{until}T18:01")
    row = ground.do(dividing.divisions_of, "李明").facts["rows"][0]
    told = "coins_divided" in ground.told("李明")
    return {**{key: row[key] for key in ("day", "earned", "to_goods", "stays")}, "told": told}


@tryout
def redeem(ground: Ground, funds: int = 600, quantity: int = 1, stock: int = 3) -> Facts:
    """A bag of rice for two coins (minutes of the goods account, points), fetched with its code."""
    market = ground.market()
    market.fund("王阿婆", funds)
    good = market.good("一袋面", 120, stock)
    pickup = market.put_aside("王阿婆", good, quantity)
    ground.do(goods.hand_over, "店主", pickup, code(1))
    return {"unit": market.unit.value, "left": market.purse("王阿婆")[0], "till": market.till()}


@tryout
def open_counter(ground: Ground, kind: str) -> Facts:
    ground.person("店主", born="1980-01-01")
    wanted = merchants.Counter(name="小店", kind=kind, branch_id=ground.leaf, contact_id=ground.people["店主"])
    return {"outcome": ground.do(merchants.add_merchant, "分行老张", wanted).outcome}


@tryout
def convert(ground: Ground, minutes: int = 60) -> Facts:
    ground.own("王阿婆", 300)
    facts = ground.do(converting.convert_coins, "王阿婆", minutes).facts
    return {"points": facts["points"], "name": facts["name"], "left": facts["balance"]}


@tryout
def grant(
    ground: Ground, minutes: int = 60, budget: int = 0, charity: int | None = None, to: str = "小红", held: int = 0
) -> Facts:
    """The head grants coins, out of a budget where the row gives one (`charity`: of the charity account)."""
    if held:
        ground.own(to, held)
    if charity is not None:
        ground.fund_charity(charity)
    if budget:
        ground.budget(budget, from_charity=charity is not None)
    receipt = ground.do(grants.grant_coins, "总行老赵", ground.people[to], minutes, "高龄")
    return {"balance": receipt.facts["balance"], "budget_left": receipt.facts["budget_left"]}


@tryout
def without_grant(ground: Ground, group: str) -> Facts:
    """Staff see who of a special group was granted nothing this year."""
    ground.person("钱爷爷", groups=[group])
    return {"listed": [row["member"] for row in ground.do(grants.without_grant, "总行老赵").facts["rows"]] != []}


@tryout
def care_home(ground: Ground) -> Facts:
    return {"outcome": ground.do(honours.claim_care_home, "李明").outcome}


@tryout
def record(ground: Ground) -> Facts:
    """After two hours of service: both counters, the stars, the rank."""
    ground.own("王阿婆", 600)
    ground.settle(minutes=120)
    facts = ground.do(honours.honours_of, "李明").facts
    return {key: facts[key] for key in ("served", "earned", "stars", "next_star_at", "rank")}


@tryout
def award(ground: Ground, own: bool = False) -> Facts:
    """The year's awards are computed; staff grant the volunteer's."""
    ground.own("王阿婆", 600)
    ground.settle(minutes=60)
    ground.do(awards.propose_awards, "总行老赵", 2024)
    rows = ground.do(awards.awards_of, "总行老赵", 2024).facts["rows"]
    row = next(row for row in rows if row["subject"] == "李明")
    if own:
        ground.role("李明", RoleName.STAFF, ground.head)
    receipt = ground.do(awards.decide_award, "李明" if own else "总行老赵", row["award"], True)
    return {"name": row["name"], "outcome": receipt.outcome}


@tryout
def undo_confirm(ground: Ground, after: int) -> Facts:
    """The one who confirmed takes it back so many minutes later."""
    ground.own("王阿婆", 600)
    ground.settle(minutes=60)
    ground.wait(after)
    who = "总行老赵" if ground.scheme.report_confirmed_by_head else "王阿婆"
    return {"outcome": ground.do(undo.undo_last, who).outcome, "left": ground.purse("李明")[0]}


@tryout
def undo_gift(ground: Ground, after: int) -> Facts:
    ground.kin("王阿婆", "小红", may_act=False)
    ground.change("小红", sex=Sex.FEMALE)
    ground.own("王阿婆", 600)
    ground.do(giving.gift_coins, "王阿婆", ground.people["小红"], 60)
    ground.wait(after)
    return {"outcome": ground.do(undo.undo_last, "王阿婆").outcome}


@tryout
def rate(ground: Ground, score: int, twice: bool = False) -> Facts:
    """王阿婆 rates; staff do it on the phone for whoever asks them to."""
    ground.own("王阿婆", 600)
    number = ground.settle(minutes=60)["number"]
    if twice:
        ground.do(settling.rate, "分行老张", number, 4, "电话里说的")
    facts = ground.do(settling.rate, "王阿婆", number, score, "很好").facts
    return {"score": facts["score"], "told": "rated" in ground.told("李明")}


@tryout
def no_cash(ground: Ground) -> Facts:
    """Of all kinds of posting none is money: no recharge, no cash-out."""
    kinds = {kind.value for kind in TransactionKind}
    return {"money": sorted(kinds & {"recharge", "deposit", "cash_out", "withdrawal", "purchase"})}
