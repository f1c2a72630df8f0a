"""The page for labelling: who sees what, what a label does, consent told to staff, the file."""

from __future__ import annotations

import html
from datetime import date

import httpx
import pytest
import yaml

from bank.doing import Doing
from bank.learning import LearningLine, LineState, Misheard
from bank.usecases.learning import SaidLine, keep_line, set_learning_consent
from storage.unit_of_work import SqlUnitOfWork, in_unit
from tests.bot.web.test_desk import enter, forms
from tests.doubles.sample import SampleHouse
from tests.doubles.web import START

WORDS = ("伊个物事还剩几只", "本子高头看看", "帮我弄弄伊个")


def fill(sample: SampleHouse, count: int = len(WORDS), who: str = "王阿婆") -> None:
    """Lines of one member who agreed."""
    scheme, person = sample.house.desk.scheme, sample.person(who).member_id

    def work(uow: SqlUnitOfWork) -> None:
        set_learning_consent(uow, scheme, Doing(now=START, key="agree", actor_id=person), True)
        for number in range(count):
            said = SaidLine(
                key=f"inbox:{number}:line",
                text=WORDS[number] if number < len(WORDS) else f"第几句{'说' * number}",
                decision="ask",
                guesses=("check_balance", "redeem_goods"),
                role="resident",
                channel="wechat",
                heard=number == 1,
                day=date(2026, 11, 20),
            )
            reason = Misheard.CORRECTED if number == 2 else Misheard.ASKED
            doing = Doing(now=START, key=f"keep{number}", actor_id=person)
            keep_line(uow, scheme, doing, said, reason, "request_help" if number == 2 else None)

    in_unit(sample.house.desk.units, work)


def lines(sample: SampleHouse) -> list[LearningLine]:
    return in_unit(sample.house.desk.units, lambda uow: uow.learning.find())


async def post(visitor: httpx.AsyncClient, act: str, fields: dict[str, str], **more: str) -> httpx.Response:
    return await visitor.post(f"/desk/acts/{act}", data=fields | more)


async def test_strangers_see_nothing(visitor: httpx.AsyncClient, sample: SampleHouse) -> None:
    fill(sample)
    for path in ("/desk/learning", "/desk/learning.yml"):
        answer = await visitor.get(path)
        assert answer.status_code == 403
        assert WORDS[0] not in answer.text


async def test_the_page_shows_lines_guesses_and_plain_names(visitor: httpx.AsyncClient, sample: SampleHouse) -> None:
    fill(sample)
    await enter(visitor, sample)
    page = (await visitor.get("/desk/learning")).text
    assert all(words in page for words in WORDS)
    assert "我有几个币" in page
    assert "对方后来说要：请人帮忙" in page
    assert "语音" in page
    assert "王阿婆" not in page
    assert "{{" not in page


async def test_filters_and_nonsense_in_the_address(visitor: httpx.AsyncClient, sample: SampleHouse) -> None:
    fill(sample)
    await enter(visitor, sample)
    page = (await visitor.get("/desk/learning", params={"state": "waiting", "why": "corrected"})).text
    assert WORDS[2] in page
    assert WORDS[0] not in page
    odd = await visitor.get("/desk/learning", params={"state": "'><script>", "why": "x", "member": "%", "done": "x"})
    assert odd.status_code == 200
    assert WORDS[0] in odd.text
    assert "<script>" not in odd.text


async def test_a_label_is_given_once_and_leads_back(visitor: httpx.AsyncClient, sample: SampleHouse) -> None:
    fill(sample)
    await enter(visitor, sample)
    page = (await visitor.get("/desk/learning", params={"state": "waiting", "why": "asked"})).text
    fields = next(each for each in forms(page, "label_line") if each["line_id"] == str(lines(sample)[0].id))
    fields["back"] = html.unescape(fields["back"])
    answer = await post(visitor, "label_line", fields, label="view_statement")
    assert str(answer.url).endswith("/desk/learning?state=waiting&why=asked&done=label_line")
    assert WORDS[1] in answer.text
    assert WORDS[0] not in answer.text
    again = await post(visitor, "label_line", fields, label="view_statement")
    assert again.status_code == 200
    first = lines(sample)[0]
    assert (first.state, first.label, first.member_id) == (LineState.LABELLED, "view_statement", None)
    assert first.labeller == sample.person("sun").name
    shown = (await visitor.get("/desk/learning", params={"state": "labelled"})).text
    assert "是“币的明细”" in shown


async def test_what_is_no_intent_is_refused_in_words(visitor: httpx.AsyncClient, sample: SampleHouse) -> None:
    fill(sample)
    await enter(visitor, sample)
    page = (await visitor.get("/desk/learning")).text
    answer = await post(visitor, "label_line", forms(page, "label_line")[0], label="buy_a_car")
    assert answer.status_code == 422
    assert "没有“buy_a_car”这一项" in answer.text
    assert all(line.state is LineState.WAITING for line in lines(sample))


async def test_skipping_and_discarding(visitor: httpx.AsyncClient, sample: SampleHouse) -> None:
    fill(sample)
    await enter(visitor, sample)
    page = (await visitor.get("/desk/learning")).text
    await post(visitor, "skip_line", forms(page, "skip_line")[0])
    await post(visitor, "discard_line", forms(page, "discard_line")[1])
    assert [line.state.value for line in lines(sample)] == ["skipped", "unusable", "waiting"]
    assert lines(sample)[1].text == ""
    assert WORDS[0] in (await visitor.get("/desk/learning", params={"state": "skipped"})).text


@pytest.mark.parametrize("back", ["https://example.org/desk/learning?state=a&why=", "//example.org", "/desk/leave"])
async def test_no_act_leads_elsewhere(visitor: httpx.AsyncClient, sample: SampleHouse, back: str) -> None:
    fill(sample)
    await enter(visitor, sample)
    page = (await visitor.get("/desk/learning")).text
    fields = forms(page, "skip_line")[0] | {"back": back}
    answer = await visitor.post("/desk/acts/skip_line", data=fields, follow_redirects=False)
    assert answer.headers["location"] == "/desk?done=skip_line"


async def test_consent_told_to_staff(visitor: httpx.AsyncClient, sample: SampleHouse) -> None:
    fill(sample)
    await enter(visitor, sample)
    page = (await visitor.get("/desk/learning", params={"member": "王阿婆"})).text
    assert "王阿婆：同意" in page
    await post(visitor, "learning_declined", forms(page, "learning_declined")[0])
    assert lines(sample) == []
    page = (await visitor.get("/desk/learning", params={"member": "王阿婆"})).text
    assert "王阿婆：不同意" in page
    assert "没有找到" in (await visitor.get("/desk/learning", params={"member": "没有这个人"})).text


async def test_labelled_lines_are_kept_as_a_file(visitor: httpx.AsyncClient, sample: SampleHouse) -> None:
    fill(sample)
    await enter(visitor, sample)
    page = (await visitor.get("/desk/learning")).text
    await post(visitor, "label_line", forms(page, "label_line")[0], label="check_balance")
    answer = await visitor.get("/desk/learning.yml")
    assert "attachment" in answer.headers["content-disposition"]
    (row,) = yaml.safe_load(answer.text)["lines"]
    assert (row["text"], row["intent"], row["labelled_by"]) == (WORDS[0], "check_balance", sample.person("sun").name)


async def test_a_long_list_is_shown_in_parts(visitor: httpx.AsyncClient, sample: SampleHouse) -> None:
    fill(sample, 25)
    await enter(visitor, sample)
    page = (await visitor.get("/desk/learning")).text
    assert page.count('class="lesson"') == 20
    assert "还有5句" in page
