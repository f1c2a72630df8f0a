"""The staff's pages of members and of honours: every form does its deed, files come down, strangers stay out."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from bank.members import MemberStatus
from bank.usecases.accounts import coins_of
from tests.bot.web.test_desk import enter, forms
from tests.doubles.sample import SampleHouse, sample_books, sample_house
from tests.doubles.web import browser

Opened = tuple[SampleHouse, httpx.AsyncClient]


@pytest.fixture
def city(tmp_path: Path) -> Iterator[Callable[[str], SampleHouse]]:
    """The sample community under any scheme."""
    made: list[SampleHouse] = []

    def make(scheme: str) -> SampleHouse:
        made.append(sample_house(sample_books(tmp_path, scheme), tmp_path, scheme))
        return made[-1]

    yield make
    for house in made:
        house.engine.dispose()


@asynccontextmanager
async def opened(sample: SampleHouse, who: str = "sun") -> AsyncIterator[httpx.AsyncClient]:
    async with browser(sample.app) as visitor:
        await enter(visitor, sample, who)
        yield visitor


async def do(visitor: httpx.AsyncClient, page: str, act: str, **fields: str) -> httpx.Response:
    html = (await visitor.get(page)).text
    hidden = forms(html, act)[0]
    return await visitor.post(f"/desk/acts/{act}", data={**hidden, **fields})


async def test_a_member_is_found_read_and_corrected(visitor: httpx.AsyncClient, sample: SampleHouse) -> None:
    await enter(visitor, sample)
    wang = sample.person("wang").member_id
    assert f"/desk/people?member={wang}" in (await visitor.get("/desk/people?who=王阿婆")).text
    page = await visitor.get(f"/desk/people?member={wang}")
    assert "正式会员" in page.text
    assert "{{" not in page.text
    done = await do(visitor, f"/desk/people?member={wang}", "set_member_data", phone="13811112222", address="仙霞路5号")
    assert done.status_code == 200
    assert done.url.path == "/desk/people"
    with sample.house.reading() as uow:
        member = uow.members.get(wang)
    assert (member.phone, member.address) == ("13811112222", "仙霞路5号")
    assert "改资料" in (await visitor.get(f"/desk/people?member={wang}")).text


async def test_a_membership_is_closed_for_the_common_good(visitor: httpx.AsyncClient, sample: SampleHouse) -> None:
    await enter(visitor, sample)
    ident = sample.person("daughter").member_id
    page = f"/desk/people?member={ident}"
    await do(visitor, page, "close_membership", reason="搬走了", to_charity="true")
    with sample.house.reading() as uow:
        assert uow.members.get(ident).status is MemberStatus.LEFT


async def test_fraud_is_struck_and_listed_on_the_page(city: Callable[[str], SampleHouse]) -> None:
    sample = city("beijing")
    async with opened(sample) as visitor:
        ident = sample.person("li").member_id
        done = await do(visitor, f"/desk/people?member={ident}", "sanction", reason="没有去过", bar="true", orders="")
        assert done.status_code == 200
        page = (await visitor.get("/desk/people")).text
        assert "在失信名单上" in page
        await do(visitor, "/desk/people", "lift_sanction", reason="查清了")
        assert "在失信名单上" not in (await visitor.get("/desk/people")).text


async def test_order_numbers_that_are_none_are_refused(visitor: httpx.AsyncClient, sample: SampleHouse) -> None:
    await enter(visitor, sample)
    page = f"/desk/people?member={sample.person('li').member_id}"
    done = await do(visitor, page, "sanction", reason="没有去过", orders="三号")
    assert done.status_code == 422


async def test_households_are_opened_joined_and_left(city: Callable[[str], SampleHouse]) -> None:
    sample = city("fuyuan")
    async with opened(sample) as visitor:
        one, two = (sample.person(name).member_id for name in ("daughter", "qian"))
        await do(visitor, f"/desk/people?member={one}", "open_household", name="3幢201")
        html = (await visitor.get(f"/desk/people?member={two}")).text
        household = forms(html, "join_household")[0]["household_id"]
        await do(visitor, f"/desk/people?member={two}", "join_household", household_id=household)
        with sample.house.reading() as uow:
            scheme = sample.house.desk.scheme
            assert coins_of(uow, scheme, uow.members.get(one)).id == coins_of(uow, scheme, uow.members.get(two)).id
        await do(visitor, f"/desk/people?member={two}", "leave_household")
        with sample.house.reading() as uow:
            assert uow.members.get(two).household_id is None


async def test_awards_are_computed_and_decided_at_the_head(visitor: httpx.AsyncClient, sample: SampleHouse) -> None:
    await enter(visitor, sample, "he")
    await do(visitor, "/desk/honours", "propose_awards", year="2026")
    html = (await visitor.get("/desk/honours")).text
    assert "等您定" in html
    await do(visitor, "/desk/honours", "decide_award")
    assert "证书" in (await visitor.get("/desk/honours")).text


async def test_a_branch_does_not_see_what_the_head_decides(visitor: httpx.AsyncClient, sample: SampleHouse) -> None:
    await enter(visitor, sample)
    html = (await visitor.get("/desk/honours")).text
    assert forms(html, "propose_awards") == []


async def test_categories_by_demand_are_adopted(city: Callable[[str], SampleHouse]) -> None:
    sample = city("fuyuan")
    async with opened(sample, "he") as visitor:
        html = (await visitor.get("/desk/honours")).text
        assert "建议" in html
        await do(visitor, "/desk/honours", "adopt_category")
        with sample.house.reading() as uow:
            assert len(uow.category_decisions.find()) == 1


async def test_the_roster_of_the_insured_comes_as_a_file(city: Callable[[str], SampleHouse]) -> None:
    sample = city("fuyuan")
    async with opened(sample) as visitor:
        day = sample.clock.now().astimezone(sample.house.desk.scheme.tz).date()
        answer = await visitor.get(f"/desk/insurance.csv?day={day.isoformat()}")
        assert answer.headers["content-type"].startswith("text/csv")
        rows = list(csv.reader(io.StringIO(answer.text.lstrip("﻿"))))
        assert rows[0][:3] == ["number", "volunteer", "phone"]
        assert (await visitor.get("/desk/insurance.csv?day=yesterday")).status_code == 422


async def test_a_sub_branch_reports_from_its_page(city: Callable[[str], SampleHouse]) -> None:
    sample = city("taierzhuang")
    async with opened(sample) as visitor:
        html = (await visitor.get("/desk/honours")).text
        waiting = forms(html, "report_service")
        assert waiting, "the sample has a finished service"
        await do(visitor, "/desk/honours", "report_service", minutes="60")
        with sample.house.reading() as uow:
            assert uow.service_reports.find()[-1].minutes == 60


async def test_a_branchs_poster_is_a_picture(visitor: httpx.AsyncClient, sample: SampleHouse) -> None:
    await enter(visitor, sample)
    html = (await visitor.get("/desk/people")).text
    address = html.split('href="/desk/posters/')[1].split('"')[0]
    answer = await visitor.get(f"/desk/posters/{address}")
    assert answer.headers["content-type"] == "image/png"
    assert answer.content.startswith(b"\x89PNG")


@pytest.mark.parametrize("address", ["people", "honours", "insurance.csv?day=2026-11-21", "posters/1.png"])
async def test_strangers_stay_out(visitor: httpx.AsyncClient, address: str) -> None:
    answer = await visitor.get(f"/desk/{address}")
    assert answer.status_code in (401, 403)
