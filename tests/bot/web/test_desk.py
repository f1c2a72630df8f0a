"""The staff's page: who comes in, what the forms do, what is refused."""

from __future__ import annotations

import re
from datetime import timedelta

import httpx
import pytest
from sqlalchemy import text

from bank.notices import Notice
from bank.orders import OrderStatus
from bot.web.acts import ACTS
from bot.web.desk import desk_link
from bot.web.tokens import Purpose
from storage.identities import hash_code
from storage.unit_of_work import in_unit
from tests.doubles.sample import SampleHouse
from tests.doubles.web import SECRET, START


async def enter(visitor: httpx.AsyncClient, sample: SampleHouse, who: str = "sun") -> str:
    page = await visitor.get(desk_link(sample.signer, sample.person(who).member_id))
    assert page.status_code == 200
    return page.text


def forms(html: str, act: str) -> list[dict[str, str]]:
    """The hidden fields of every form of that act, and its first options."""
    found = []
    for form in re.findall(rf'<form class="act" method="post" action="/desk/acts/{act}">(.*?)</form>', html, re.S):
        fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', form))
        for name, options in re.findall(r'<select name="(\w+)">(.*?)</select>', form, re.S):
            fields[name] = re.findall(r'<option value="([^"]*)"', options)[0]
        found.append(fields)
    return found


def of_order(html: str, act: str, number: int) -> dict[str, str]:
    return next(fields for fields in forms(html, act) if fields["order_id"] == str(number))


def order_named(sample: SampleHouse, words: str) -> int:
    with sample.house.reading() as uow:
        return next(order.id for order in uow.orders.find() if words in order.words)


def status(sample: SampleHouse, number: int) -> OrderStatus:
    with sample.house.reading() as uow:
        return uow.orders.get(number).status


async def test_the_page_shows_the_days_work(visitor: httpx.AsyncClient, sample: SampleHouse) -> None:
    page = await enter(visitor, sample)
    assert "陪我去看眼睛" in page, "waiting for approval"
    assert "客厅的灯不亮了" in page, "nobody took it"
    assert "能不能先帮我擦窗户" in page, "a case"
    assert "{{" not in page


async def test_approving_level_by_level_publishes(visitor: httpx.AsyncClient, sample: SampleHouse) -> None:
    number = order_named(sample, "陪我去看眼睛")
    page = await enter(visitor, sample, "sun")
    after = await visitor.post("/desk/acts/approve", data=of_order(page, "approve", number))
    assert "已办：同意" in after.text
    assert status(sample, number) is OrderStatus.SUBMITTED
    page = await enter(visitor, sample, "he")
    await visitor.post("/desk/acts/approve", data=of_order(page, "approve", number))
    assert status(sample, number) is OrderStatus.PUBLISHED


async def test_a_form_sent_twice_acts_once(visitor: httpx.AsyncClient, sample: SampleHouse) -> None:
    number = order_named(sample, "陪我去看眼睛")
    form = of_order(await enter(visitor, sample), "approve", number)
    for _ in range(2):
        assert (await visitor.post("/desk/acts/approve", data=form)).status_code == 200
    with sample.house.reading() as uow:
        assert uow.orders.get(number).approvals_done == 1


async def test_a_reason_reaches_the_asker(visitor: httpx.AsyncClient, sample: SampleHouse) -> None:
    number = order_named(sample, "陪我去看眼睛")
    form = of_order(await enter(visitor, sample), "reject", number) | {"reason": "那天没有志愿者"}
    assert (await visitor.post("/desk/acts/reject", data=form)).status_code == 200
    assert status(sample, number) is OrderStatus.REJECTED
    with sample.house.reading() as uow:
        rows = uow.desk.outbox.mailbox(now=START + timedelta(days=1), member_id=sample.person("zhang").member_id)
        assert "那天没有志愿者" in str(rows[-1].facts)


async def test_no_coins_then_the_base_pays(visitor: httpx.AsyncClient, sample: SampleHouse) -> None:
    number = order_named(sample, "擦擦窗户")
    page = await enter(visitor, sample, "he")
    refused = await visitor.post("/desk/acts/choose_payer", data=of_order(page, "choose_payer", number))
    assert refused.status_code == 422, "the sample's base has no coins either"
    assert 'role="alert"' in refused.text


async def test_dispatch_assigns_a_volunteer_who_fits(visitor: httpx.AsyncClient, sample: SampleHouse) -> None:
    number = order_named(sample, "灯不亮了")
    form = of_order(await enter(visitor, sample), "assign", number)
    assert (await visitor.post("/desk/acts/assign", data=form)).status_code == 200
    assert status(sample, number) is OrderStatus.ACCEPTED


async def test_only_volunteers_who_may_serve_are_offered(visitor: httpx.AsyncClient, sample: SampleHouse) -> None:
    page = await enter(visitor, sample)
    section = page.split('id="dispatch"')[1].split("</section>")[0]
    assert "赵建国" in section
    assert "钱小梅" not in section


async def test_a_case_is_answered_and_closed(visitor: httpx.AsyncClient, sample: SampleHouse) -> None:
    await enter(visitor, sample)
    with sample.house.reading() as uow:
        case = next(each.id for each in uow.cases.find() if "擦窗户" in each.words)
    page = (await visitor.get(f"/desk/cases/{case}")).text
    form = forms(page, "answer_case")[0] | {"words": "可以，服务基地先付"}
    answered = await visitor.post("/desk/acts/answer_case", data=form)
    assert answered.url.path == f"/desk/cases/{case}"
    assert "可以，服务基地先付" in answered.text
    form = forms(answered.text, "close_case")[0] | {"verdict": "基地付"}
    await visitor.post("/desk/acts/close_case", data=form)
    with sample.house.reading() as uow:
        assert uow.cases.get(case).verdict == "基地付"


async def test_a_broadcast_is_counted_before_it_is_sent(visitor: httpx.AsyncClient, sample: SampleHouse) -> None:
    form = forms(await enter(visitor, sample), "draft_broadcast")[0] | {"words": "周六上午有义诊"}
    page = await visitor.post("/desk/acts/draft_broadcast", data=form)
    assert re.search(r"会发给\d+人", page.text)
    page = await visitor.post("/desk/acts/send_broadcast", data=forms(page.text, "send_broadcast")[0])
    assert re.search(r"已发给\d+人 “周六上午有义诊”", page.text)


async def test_the_phone_list_is_worked_off(visitor: httpx.AsyncClient, sample: SampleHouse) -> None:
    member_id = sample.person("wang").member_id
    desk = sample.house.desk
    notice = Notice(
        key="t:1", to_id=member_id, words="coins_granted", facts={"granted": 60, "balance": 60, "reason": ""}
    )
    in_unit(desk.units, lambda uow: uow.outbox.put(notice))
    with desk.units() as uow:
        for row in uow.desk.outbox.claim("test", START, timedelta(minutes=1), limit=500):
            if row.key == "t:1":
                uow.desk.outbox.phone_list(row.id, "test", why="no reachable channel")
        uow.commit()
    page = await enter(visitor, sample)
    section = page.split('id="phone"')[1].split("</section>")[0]
    assert "13900000011" in section
    after = await visitor.post("/desk/acts/phoned", data=forms(page, "phoned")[0])
    assert "13900000011" not in after.text.split('id="phone"')[1].split("</section>")[0]


async def test_staff_confirm_on_the_phone_and_it_is_recorded_so(
    visitor: httpx.AsyncClient, sample: SampleHouse
) -> None:
    sample.clock.forward(timedelta(hours=6))
    number = order_named(sample, "教我用手机挂号")
    form = forms(await enter(visitor, sample), "approve")[0] | {"order_id": str(number)}
    answer = await visitor.post("/desk/acts/confirm_by_phone", data=form)
    assert answer.status_code == 200, answer.text
    assert status(sample, number) is OrderStatus.SETTLED
    with sample.engine.connect() as connection:
        audits = connection.execute(text("SELECT actor_id, for_id FROM audit WHERE verb = 'settle'")).all()
    assert tuple(audits[-1]) == (sample.person("sun").member_id, sample.person("zhang").member_id)


async def test_the_books_are_proved_on_demand(visitor: httpx.AsyncClient, sample: SampleHouse) -> None:
    page = await enter(visitor, sample)
    assert "还没有核对过" in page
    token = forms(page, "approve")[0]["token"]
    page = (await visitor.post("/desk/prove", data={"token": token})).text
    assert "都对得上" in page


async def test_rights_are_those_of_the_use_case(visitor: httpx.AsyncClient, sample: SampleHouse) -> None:
    number = order_named(sample, "买米和油")  # the branch has said yes: now it is the head's turn
    form = of_order(await enter(visitor, sample, "he"), "approve", number)
    page = await enter(visitor, sample, "sun")
    stale = await visitor.post("/desk/acts/approve", data=form)
    assert stale.status_code == 403, "a form of another session"
    mine = forms(page, "approve")[0] | {"order_id": str(number)}
    refused = await visitor.post("/desk/acts/approve", data=mine)
    assert refused.status_code == 403
    assert 'role="alert"' in refused.text
    with sample.house.reading() as uow:
        assert uow.orders.get(number).approvals_done == 1


@pytest.mark.parametrize("link", ["", "forged", "a.b.c"])
async def test_forged_links_open_nothing(visitor: httpx.AsyncClient, link: str) -> None:
    assert (await visitor.get("/desk", params={"k": link})).status_code == 403


@pytest.mark.parametrize("who", ["wang", "li"])
async def test_others_have_no_way_in(visitor: httpx.AsyncClient, sample: SampleHouse, who: str) -> None:
    page = await visitor.get(desk_link(sample.signer, sample.person(who).member_id))
    assert page.status_code == 403
    token = sample.signer.make(Purpose.DESK_SESSION, str(sample.person(who).member_id))
    assert (await visitor.get("/desk", headers={"Cookie": f"tb_desk={token}"})).status_code == 403


async def test_acts_need_session_token_and_key(visitor: httpx.AsyncClient, sample: SampleHouse) -> None:
    number = order_named(sample, "陪我去看眼睛")
    assert (await visitor.post("/desk/acts/approve", data={"order_id": number})).status_code == 403
    form = of_order(await enter(visitor, sample), "approve", number)
    for lacking in ("token", "key"):
        bad = {name: value for name, value in form.items() if name != lacking}
        assert (await visitor.post("/desk/acts/approve", data=bad)).status_code == 403
    assert (await visitor.post("/desk/acts/burn", data=form)).status_code == 403
    assert (await visitor.post("/desk/acts/approve", data=form | {"order_id": "x"})).status_code == 422
    assert (await visitor.post("/desk/acts/approve", data=form | {"order_id": "99999"})).status_code == 404
    with sample.house.reading() as uow:
        assert uow.orders.get(number).approvals_done == 0


async def test_a_one_time_code_opens_the_desk_once(visitor: httpx.AsyncClient, sample: SampleHouse) -> None:
    sun = sample.person("sun").member_id

    def put(uow: object) -> None:
        uow.desk.identities.put_code(hash_code("83051724", SECRET.encode()), sun, START, timedelta(minutes=10))  # type: ignore[attr-defined]

    in_unit(sample.house.desk.units, put)
    assert (await visitor.post("/desk/enter", data={"code": "11111111"})).status_code == 403
    page = await visitor.post("/desk/enter", data={"code": "83051724"})
    assert page.status_code == 200
    assert "孙丽" in page.text
    visitor.cookies.clear()
    assert (await visitor.post("/desk/enter", data={"code": "83051724"})).status_code == 403


async def test_guessing_codes_shuts_the_door_for_a_while(visitor: httpx.AsyncClient, sample: SampleHouse) -> None:
    for guess in range(10):
        await visitor.post("/desk/enter", data={"code": str(guess)})
    assert (await visitor.post("/desk/enter", data={"code": "10"})).status_code == 429
    sample.clock.forward(timedelta(minutes=11))
    assert (await visitor.post("/desk/enter", data={"code": "10"})).status_code == 403


async def test_leaving_ends_the_session(visitor: httpx.AsyncClient, sample: SampleHouse) -> None:
    await enter(visitor, sample)
    await visitor.post("/desk/leave")
    assert (await visitor.get("/desk")).status_code == 403


def test_every_act_has_words_on_its_button(sample: SampleHouse) -> None:
    for name in ACTS:
        assert sample.house.desk.words.say(f"page.act.{name}", START).text
