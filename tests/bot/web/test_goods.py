"""The staff's page about goods: catalogue, codes, months, batches and answers, green points; the same as JSON."""

from __future__ import annotations

import html
import json
import re
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from bank.coins import Leg, Posting, TransactionKind
from bank.doing import Doing, Receipt
from bank.usecases import clockwork, converting, goods, merchants
from bank.usecases.accounts import issuance
from bank.usecases.merchants import STATION, Counter
from bank.usecases.purses import goods_units, purse_of
from bot.pickup_codes import kept_code
from bot.web.api import api_token
from bot.web.code_pictures import code_picture
from bot.web.goods_files import MOST_BYTES, AnswerWrong, batch_csv, month_csv, read_answer
from storage.unit_of_work import in_unit
from tests.bot.web.test_desk import enter, forms
from tests.doubles.sample import SampleHouse, sample_books, sample_house
from tests.doubles.web import START, browser

CODE = "402917"
BROUGHT = 70  # green points that the sample's 王阿婆 has


@pytest.fixture(scope="session")
def community_books(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return sample_books(tmp_path_factory.mktemp("fuyuan"), "fuyuan")


@pytest.fixture
async def community(community_books: Path, tmp_path: Path) -> AsyncIterator[SampleHouse]:
    """府苑: coins buy goods and turn into 益币."""
    house = sample_house(community_books, tmp_path, "fuyuan")
    yield house
    house.engine.dispose()


class Desk:
    """Deeds without the page, for setting up."""

    def __init__(self, sample: SampleHouse, staff: str) -> None:
        self.sample, self.staff, self.keys = sample, sample.person(staff).member_id, 0
        self.scheme = sample.house.desk.scheme

    def do(self, verb: Callable[..., Receipt], *args: object, who: int | None = None) -> Receipt:
        self.keys += 1
        now = self.sample.clock.now()
        doing = Doing(now=now, key=f"set-up:{self.keys}", actor_id=self.staff if who is None else who)
        return in_unit(self.sample.house.desk.units, lambda uow: verb(uow, self.scheme, doing, *args))

    def fund(self, member: int, minutes: int) -> None:
        unit = goods_units(self.scheme)[0]
        self.keys += 1
        with self.sample.house.desk.units() as uow:
            account = purse_of(uow, self.scheme, uow.members.get(member), unit)
            posting = Posting(
                key=f"fund:{self.keys}",
                kind=TransactionKind.OPENING,
                legs=(Leg(debit=issuance(uow, unit).id, credit=account.id, minutes=minutes),),
                day=START.date(),
                posted_at=self.sample.clock.now(),
                scheme=self.scheme.name,
                scheme_version="1",
            )
            uow.ledger.post(posting)
            uow.commit()

    def branch(self) -> int:
        with self.sample.house.reading() as uow:
            return uow.members.get(self.staff).branch_id

    def shop(self, kind: str) -> tuple[int, int]:
        """A counter and its one good."""
        counter = Counter(name="服务站柜台", kind=kind, branch_id=self.branch())
        merchant = int(self.do(merchants.add_merchant, counter).facts["merchant"])
        good = int(self.do(merchants.add_good, merchant, "洗衣皂", 30, 3).facts["good"])
        return merchant, good

    def put_aside(self, member: int, good: int, code: str = CODE) -> int:
        kept = kept_code(code, self.sample.house.desk.secret)
        return int(self.do(goods.redeem_goods, good, 1, kept, who=member).facts["pickup"])


async def page(visitor: httpx.AsyncClient) -> str:
    answer = await visitor.get("/desk/goods")
    assert answer.status_code == 200
    return html.unescape(answer.text)


def only(text: str, act: str) -> dict[str, str]:
    """The hidden fields of the last form of that act: what a test adds stands below what the sample has."""
    return forms(text, act)[-1]


def fields_of(text: str, address: str) -> dict[str, str]:
    """The hidden fields of the form that goes to another address than an act's."""
    match = re.search(rf'<form class="act" method="post" action="{address}"[^>]*>(.*?)</form>', text, re.S)
    assert match is not None, address
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', match[1]))


async def test_nobody_else_comes_in(visitor: httpx.AsyncClient) -> None:
    for path in ("/desk/goods", "/desk/goods/months/1.csv", "/desk/goods/batches/b1.csv"):
        assert (await visitor.get(path)).status_code == 403
    for path in ("/desk/goods/code", "/desk/goods/hand-over", "/desk/goods/answers"):
        assert (await visitor.post(path, data={"code": CODE})).status_code == 403


async def test_the_catalogue_is_kept_on_the_page(visitor: httpx.AsyncClient, sample: SampleHouse) -> None:
    await enter(visitor, sample)
    text = await page(visitor)
    assert "美好生活服务站" in text
    made = await visitor.post(
        "/desk/acts/add_merchant",
        data=only(text, "add_merchant")
        | {"name": "古北站柜台", "kind": STATION, "branch_id": str(Desk(sample, "sun").branch())},
    )
    assert "古北站柜台" in made.text and "加一家店" in made.text
    text = await page(visitor)
    added = await visitor.post(
        "/desk/acts/add_good", data=only(text, "add_good") | {"name": "抽纸", "price": "20", "stock": "5"}
    )
    assert "抽纸 · 20积分 · 还有5件" in html.unescape(added.text)
    text = await page(visitor)
    changed = await visitor.post(
        "/desk/acts/change_good",
        data=only(text, "change_good") | {"pieces": "-2", "price": "25", "active": "false"},
    )
    assert "抽纸 · 25积分 · 还有3件 · 收起来" in html.unescape(changed.text)
    text = await page(visitor)
    await visitor.post("/desk/acts/set_merchant", data=only(text, "set_merchant"))
    assert "古北站柜台 · 已停" in await page(visitor)


async def test_a_member_is_found_for_the_contact(visitor: httpx.AsyncClient, sample: SampleHouse) -> None:
    await enter(visitor, sample)
    answer = await visitor.get("/desk/goods", params={"member": "王阿婆"})
    assert f"会员号{sample.person('王阿婆').member_id}" in answer.text


async def test_green_points_and_a_code_on_the_page(visitor: httpx.AsyncClient, sample: SampleHouse) -> None:
    desk, granny = Desk(sample, "sun"), sample.person("王阿婆").member_id
    _, good = desk.shop(STATION)
    await enter(visitor, sample)
    text = await page(visitor)
    given = {"member_id": str(granny), "points": "50", "reason": "垃圾分类"}
    assert "记绿色积分" in (await visitor.post("/desk/acts/record_green", data=only(text, "record_green") | given)).text
    desk.put_aside(granny, good)
    text = await page(visitor)
    found = await visitor.post("/desk/goods/code", data=fields_of(text, "/desk/goods/code") | {"code": "402 917"})
    shown = html.unescape(found.text)
    assert "王阿婆来取：洗衣皂 1件" in shown
    over = await visitor.post("/desk/goods/hand-over", data=fields_of(shown, "/desk/goods/hand-over"))
    assert "✓ 办好了：东西给了" in over.text or "东西给了" in over.text
    with sample.house.reading() as uow:
        assert [row.status for row in uow.pickups.find()] == ["collected"]
        assert purse_of(uow, desk.scheme, uow.members.get(granny), goods_units(desk.scheme)[0]).balance == BROUGHT + 20
    twice = await visitor.post("/desk/goods/hand-over", data=fields_of(shown, "/desk/goods/hand-over"))
    assert twice.status_code == 200  # the same tap again


async def test_wrong_codes_on_the_page(visitor: httpx.AsyncClient, sample: SampleHouse) -> None:
    Desk(sample, "sun").shop(STATION)
    await enter(visitor, sample)
    for left in (4, 3, 2, 1, 0):
        text = await page(visitor)
        answer = await visitor.post("/desk/goods/code", data=fields_of(text, "/desk/goods/code") | {"code": "111111"})
        assert (f"还可以试{left}次" if left else "先停一小时") in answer.text
    text = await page(visitor)
    answer = await visitor.post("/desk/goods/code", data=fields_of(text, "/desk/goods/code") | {"code": "111111"})
    assert answer.status_code == 422
    assert "码报错得太多" in answer.text
    forged = await visitor.post("/desk/goods/code", data={"token": "x", "key": "k", "code": "111111"})
    assert forged.status_code == 403
    nonsense = fields_of(text, "/desk/goods/code") | {"pickup": "x", "mark": "y"}
    assert (await visitor.post("/desk/goods/hand-over", data=nonsense)).status_code == 422


async def test_the_merchants_month(visitor: httpx.AsyncClient, sample: SampleHouse) -> None:
    desk, granny = Desk(sample, "he"), sample.person("王阿婆").member_id
    _, good = desk.shop(STATION)
    desk.fund(granny, 100)
    pickup = desk.put_aside(granny, good)
    desk.do(goods.hand_over, pickup, kept_code(CODE, sample.house.desk.secret))
    with sample.house.desk.units() as uow:
        clockwork.plan_calendar(uow, desk.scheme, sample.clock.now())
        uow.commit()
    await enter(visitor, sample, "he")
    with sample.house.desk.units() as uow:
        for row in uow.desk.due.claim(START.replace(month=12, day=2), 99):
            if row.kind.value == "merchant_month":
                clockwork.handle_due(uow, desk.scheme, row, row.at)
        uow.commit()
    text = await page(visitor)
    assert "服务站柜台 · 2026-11" in text
    month = only(text, "clear_month")["month_id"]
    file = await visitor.get(f"/desk/goods/months/{month}.csv")
    assert file.headers["content-disposition"] == f'attachment; filename="month-{month}.csv"'
    assert file.text.splitlines()[0].lstrip("\ufeff") == "pickup,at,name,quantity,unit,cost"
    assert file.text.splitlines()[1].endswith("洗衣皂,1,green,30")
    assert (await visitor.get("/desk/goods/months/999.csv")).status_code == 404
    cleared = await visitor.post("/desk/acts/clear_month", data=only(text, "clear_month"))
    assert "结清" in cleared.text


async def test_batches_and_answers(community: SampleHouse) -> None:
    sample, desk = community, Desk(community, "he")
    granny = sample.person("王阿婆").member_id
    desk.fund(granny, 600)
    numbers = [desk.do(converting.convert_coins, 60, who=granny).facts["conversion"] for _ in range(3)]
    sample.clock.forward(timedelta(minutes=11))
    async with browser(sample.app) as visitor:
        await enter(visitor, sample, "he")
        text = await page(visitor)
        assert "有3笔等着交出去" in text
        exported = await visitor.post(
            "/desk/acts/export_conversions", data=only(text, "export_conversions") | {"batch": "2026-11"}
        )
        assert "3笔，30分，还有3笔没有回音" in html.unescape(exported.text)
        first = (await visitor.get("/desk/goods/batches/2026-11.csv")).content
        assert (await visitor.get("/desk/goods/batches/2026-11.csv")).content == first
        assert len(first.decode().splitlines()) == 4
        whole = (await visitor.get("/desk/goods/batches/2026-11.json")).json()
        assert (whole["batch"], whole["points"], len(whole["rows"])) == ("2026-11", 30, 3)
        assert (await visitor.get("/desk/goods/batches/none.csv")).status_code == 404

        async def send(content: str | bytes) -> httpx.Response:
            text = await page(visitor)
            return await visitor.post(
                "/desk/goods/answers",
                data=fields_of(text, "/desk/goods/answers"),
                files={"file": ("answer.csv", content, "text/csv")},
            )

        bad = await send(f"number,result,reason\n{numbers[0]},acknowledged,\n{numbers[1]},returned,\n")
        assert bad.status_code == 422
        assert "第2行：退回要写原因" in html.unescape(bad.text)
        assert "第1行：结果要写" in html.unescape((await send(f"number,result\n{numbers[0]},ok\n")).text)
        assert "看不懂" in (await send(b"\xff\xff\x00")).text
        good = await send(f"number,result,reason\n{numbers[0]},acknowledged,\n{numbers[1]},returned,手机号没有登记\n")
        assert "到账1笔，退回1笔，以前收过0笔" in html.unescape(good.text)
        assert "3笔，30分，还有1笔没有回音" in await page(visitor)


async def test_the_same_as_json(visitor: httpx.AsyncClient, sample: SampleHouse) -> None:
    granny = sample.person("王阿婆").member_id
    token = api_token(sample.signer, sample.person("sun").member_id)
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": "green-0001"}
    body = {"member_id": granny, "points": 30, "reason": "旧衣回收"}
    done = await visitor.post("/api/acts/record-green", json=body, headers=headers)
    assert (done.status_code, done.json()["facts"]["balance"]) == (200, BROUGHT + 30)
    again = await visitor.post("/api/acts/record-green", json=body, headers=headers)
    assert (again.json()["again"], again.json()["facts"]["balance"]) == (True, BROUGHT + 30)
    wrong = await visitor.post(
        "/api/acts/export-conversions", json={"batch": "b1"}, headers=headers | {"Idempotency-Key": "batch-0001"}
    )
    assert (wrong.status_code, wrong.json()["rule"]) in ((403, "not_staff_here"), (422, "conversion_not_here"))


async def test_the_picture_of_a_code(visitor: httpx.AsyncClient, sample: SampleHouse) -> None:
    name = code_picture(sample.house.desk.secret, CODE)
    shown = await visitor.get(f"/pictures/{name}")
    assert (shown.status_code, shown.headers["content-type"]) == (200, "image/png")
    assert shown.content.startswith(b"\x89PNG")
    for forged in (name[:-2], "code.402917", code_picture("another secret", CODE)):
        assert (await visitor.get(f"/pictures/{forged}")).status_code == 404


# Files ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("raw", "line", "why"),
    [
        (b"", 0, "empty"),
        (b"number,result\n", 0, "empty"),
        (b"a,b\n1,2\n", 0, "columns"),
        (b"number,result\nx,returned\n", 1, "number"),
        (b"number,result\n0,returned\n", 1, "number"),
        (b"number,result\n1,done\n", 1, "result"),
        (b"[1]", 1, "unreadable"),
        (b'{"rows": 3}', 0, "unreadable"),
        (b"{", 0, "unreadable"),
        (b"\xff\xff", 0, "unreadable"),
        (b"x" * (MOST_BYTES + 1), 0, "too_large"),
    ],
)
def test_answers_that_cannot_be_read(raw: bytes, line: int, why: str) -> None:
    with pytest.raises(AnswerWrong) as wrong:
        read_answer(raw)
    assert (wrong.value.line, wrong.value.why) == (line, why)


@pytest.mark.parametrize(
    "raw",
    [
        "\ufeffnumber,result,reason\n7, Returned ,查无此人\n".encode(),
        "number,result,reason\n7,returned,查无此人\n".encode("gb18030"),
        json.dumps([{"number": 7, "result": "returned", "reason": "查无此人"}]).encode(),
        json.dumps({"rows": [{"number": "7", "result": "returned", "reason": "查无此人"}]}).encode(),
    ],
)
def test_answers_that_can(raw: bytes) -> None:
    assert read_answer(raw) == [{"number": 7, "result": "returned", "reason": "查无此人"}]


def test_no_formula_reaches_a_spreadsheet() -> None:
    row = {"pickup": 1, "at": "x", "name": "=1+1", "quantity": 1, "unit": "coin", "cost": -5}
    assert "'=1+1" in month_csv({"rows": [row]})
    assert "'+86" in batch_csv({"batch": "b", "rows": [{"number": 1, "phone": "+86"}]})
