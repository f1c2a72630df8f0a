"""The page of budgets, grants, the charity account and relatives recorded with both present."""

from __future__ import annotations

import httpx

from bank.doing import Doing
from bank.usecases import grants
from storage.unit_of_work import in_unit
from tests.bot.web.test_desk import enter, forms
from tests.doubles.sample import SampleHouse
from tests.doubles.web import START


async def test_strangers_see_nothing(visitor: httpx.AsyncClient, sample: SampleHouse) -> None:
    answer = await visitor.get("/desk/giving")
    assert answer.status_code == 403
    assert "公益账户" not in answer.text


async def test_a_budget_is_set_shown_spent_and_ended(visitor: httpx.AsyncClient, sample: SampleHouse) -> None:
    await enter(visitor, sample)
    page = (await visitor.get("/desk/giving")).text
    assert "没有额度也可以发" in page
    assert "公益账户" in page
    form = forms(page, "set_budget")[0]
    days = {"first_day": "2026-11-20", "last_day": "2026-12-31"}
    answer = await visitor.post("/desk/acts/set_budget", data={**form, **days, "coins": "20", "reason": "重阳慰问"})
    assert answer.url.path == "/desk/giving"
    assert "✓" in answer.text
    head = sample.person("孙丽").member_id
    scheme = sample.house.desk.scheme
    doing = Doing(now=START, key="grant", actor_id=head)
    who = sample.person("刘奶奶").member_id
    in_unit(sample.house.desk.units, lambda uow: grants.grant_coins(uow, scheme, doing, who, 120, "高龄"))
    page = (await visitor.get("/desk/giving")).text
    assert "共20币，发了2币，还剩18币" in page
    assert "重阳慰问" in page
    form = forms(page, "end_budget")[0]
    assert "不在期限内" in (await visitor.post("/desk/acts/end_budget", data=form)).text


async def test_relatives_are_recorded_with_both_present(visitor: httpx.AsyncClient, sample: SampleHouse) -> None:
    await enter(visitor, sample)
    page = (await visitor.get("/desk/giving", params={"member": "张大爷", "relative": "王芳"})).text
    form = forms(page, "bind_kin")[0]
    older, younger = sample.person("张大爷").member_id, sample.person("王芳").member_id
    fields = {"member_id": str(older), "relative_id": str(younger), "relation": "niece", "may_act": "true"}
    assert "✓" in (await visitor.post("/desk/acts/bind_kin", data={**form, **fields})).text
    bonds = in_unit(sample.house.desk.units, lambda uow: uow.kin.acting(younger))
    assert older in [bond.member_id for bond in bonds]
    page = (await visitor.get("/desk/giving", params={"member": "没这人", "relative": "王芳"})).text
    assert "没有找到" in page
