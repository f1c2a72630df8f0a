"""Free words answer a survey only while a free question is the last thing said and they are no other wish."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bank.doing import Doing
from bank.members import RoleName
from bank.usecases import surveys
from bot.messages import Reply
from bot.speaker import Speaker
from bot.surveying import Surveying
from bot.talk import Talk
from tests.bot.actions.talking import House

QUESTIONS = [{"text": "最想要哪样", "choices": ["助餐点", "看病陪同"]}, {"text": "还缺什么", "choices": []}]


class Understands:
    """Stands for Rasa: takes all words for one intent."""

    def __init__(self, intent: str) -> None:
        self.intent = intent

    async def parse(self, text: str) -> dict[str, Any]:
        return {"intent": {"name": self.intent}}


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = House(tmp_path)
    yield made
    made.close()


async def test_free_words_are_kept_unless_they_are_another_wish(house: House) -> None:
    staff, wang = house.person("孙丽", RoleName.STAFF), house.person("王秀英")
    now = house.clock.now()
    with house.look() as uow:
        doing = Doing(now=now, key="draft", actor_id=staff.member_id)
        draft = surveys.draft_survey(uow, house.scheme, doing, house.branch, "需求", QUESTIONS, 1000)
        number = draft.facts["survey"]
        surveys.send_survey(uow, house.scheme, doing.step("send"), number)
        uow.commit()

    async def says(text: str, last: Reply | None, key: str, intent: str = "inform") -> Reply | None:
        talk = Talk(identity_id=1, choices=[vars_of(last, place) for place in range(len(last.choices))] if last else [])
        speaker = Speaker(key=key, identity_id=1, member_id=wang.member_id, sender="test:1", now=now)
        return await Surveying(house.desk, Understands(intent)).answer(text, speaker, talk)  # type: ignore[arg-type]  # a stand-in

    def vars_of(reply: Reply, place: int) -> dict[str, Any]:
        choice = reply.choices[place]
        return {"label": choice.label, "payload": choice.payload, "means": choice.means}

    first = await says(f"/survey:{number}", None, "k1")
    assert first is not None
    assert [choice.label for choice in first.choices] == ["助餐点", "看病陪同", "不想答"]
    assert await says("理发店", None, "k2") is None, "nothing was asked"
    again = await says("7", first, "k3")
    assert again is not None and again.text == first.text
    second = await says("我想要看病陪同", first, "k4")
    assert second is not None and "还缺什么" in second.text
    assert await says("帮我买点菜", second, "k5", "request_help") is None, "another wish goes first"
    done = await says("修鞋的摊子", second, "k6")
    assert done is not None and "答完了" in done.text
    with house.look() as uow:
        doing = Doing(now=now, key="look", actor_id=staff.member_id)
        questions = surveys.survey_summary(uow, house.scheme, doing, number).facts["questions"]
    assert questions[0]["counts"] == [["助餐点", 0], ["看病陪同", 1]]
    assert questions[1]["words"] == ["修鞋的摊子"]
