"""The survey in chat: one question at a time, apart from all forms, so that any other wish may come between.

Its choices bear marks of their own (`/survey:3:0:2`: survey 3, first question, second choice), which are answered
before the understanding. Free words count only while a free question is the last thing said, and only when they are
understood as no other wish.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from anyio import to_thread

from bank.doing import Doing, Receipt
from bank.errors import BankError, RuleRefused
from bank.usecases import surveys
from bot.actions import later
from bot.actions.base import words_of
from bot.catalogue import MOST_CHOICES
from bot.desk import Desk
from bot.keypad import plain
from bot.messages import Choice, Reply
from bot.rasa_client import RasaAway, RasaClient
from bot.speaker import Speaker
from bot.talk import Talk
from storage.unit_of_work import SqlUnitOfWork

GO_ON = re.compile(
    r"(?:我?要?)?(?:接着答|继续答|接着做|答一?下?|做一?下?|填一?下?)(?:刚才的|那个|那份)?(?:问卷|问题|调查)(?:吧|了)?"
)
_STEP = re.compile(r"/survey(?::(?P<survey>\d+))?(?::(?P<word>later|drop)|:(?P<question>\d+):(?P<pick>\d|silent))?")
_OFFERED = re.compile(r"/survey\{.*\}", re.DOTALL)
NOT_SAID = re.compile(r"不想答|不答|不说|跳过|不知道怎么答|下一题|没有?意见|不清楚|不晓得")
STOPS = re.compile(r"(?:都)?不答了|不想答了|不问了|别问了|不要问了|算了|不用了?|不要了?|烦死了")
ANSWERS = frozenset({"inform", "nlu_fallback", "out_of_scope", "correct"})
"""What free words are understood as when they are no other wish."""


class Surveying:
    """Takes answers and asks on. Keeps nothing: the answers' row knows what was answered, the talk what was asked."""

    def __init__(self, desk: Desk, rasa: RasaClient | None) -> None:
        self._desk = desk
        self._rasa = rasa

    async def answer(self, text: str, speaker: Speaker, talk: Talk) -> Reply | None:
        """The reply where the words belong to a survey; None where they are something else."""
        asked = _asked(talk)
        step = _STEP.fullmatch(text)
        if speaker.member_id is None:
            return None if step is None else self._desk.words.refusal("not_a_member", speaker.now)
        if step is not None:
            return await to_thread.run_sync(self._step, speaker, step.groupdict())
        if _OFFERED.fullmatch(text) or GO_ON.fullmatch(plain(text)):
            return await to_thread.run_sync(self._step, speaker, {})
        if asked is None or text.startswith("/"):
            return None
        chosen = await self._words_for(text, asked)
        if chosen is not None:
            return await to_thread.run_sync(self._step, speaker, chosen)
        await to_thread.run_sync(self._set_aside, speaker)
        return None

    async def _words_for(self, text: str, asked: dict[str, Any]) -> dict[str, Any] | None:
        """The step that words, not a number, mean as an answer to the question shown last."""
        where = {"survey": asked["survey"], "question": asked["question"]}
        if STOPS.fullmatch(plain(text)):
            return {"survey": asked["survey"], "word": "drop"}
        if NOT_SAID.fullmatch(plain(text)):
            return where | {"pick": "silent" if asked["free"] else "0"}
        named = [
            number for number, label in enumerate(asked["labels"], start=1) if label in text or plain(text) in label
        ]
        if not asked["free"] and plain(text).isdigit():
            return {"survey": asked["survey"]}  # a number that is none of the choices: asked again
        if not asked["free"]:
            return where | {"pick": str(named[0])} if len(named) == 1 and len(plain(text)) > 1 else None
        return where | {"words": text} if await self._is_no_other_wish(text) else None

    async def _is_no_other_wish(self, text: str) -> bool:
        if self._rasa is None:
            return True
        try:
            parsed = await self._rasa.parse(text)
        except RasaAway:
            return True
        return (parsed.get("intent") or {}).get("name") in ANSWERS

    def _step(self, speaker: Speaker, step: dict[str, Any]) -> Reply:
        """One step in a unit of its own; a refusal is said in words."""
        try:
            with self._desk.units() as uow:
                reply = self._done(uow, speaker, step)
                uow.commit()
        except BankError as error:
            return words_of(self._desk, speaker.now, error)
        return reply

    def _done(self, uow: SqlUnitOfWork, speaker: Speaker, step: dict[str, Any]) -> Reply:
        scheme, doing = self._desk.scheme, self._doing(speaker)
        survey = int(step["survey"]) if step.get("survey") else None
        if step.get("word") == "later":
            return self._desk.words.say("survey.later", speaker.now)
        if step.get("word") == "drop" or step.get("pick") is not None or step.get("words"):
            survey = survey if survey is not None else self._running(uow, doing)
            if survey is None:
                return self._desk.words.say("survey.none", speaker.now)
            if step.get("word") == "drop":
                surveys.decline_survey(uow, scheme, doing, survey)
                return self._desk.words.say("survey.dropped", speaker.now)
            return self._asked_on(self._answered(uow, doing, survey, step), speaker)
        return self._asked_on(surveys.survey_question(uow, scheme, doing, survey), speaker)

    def _answered(self, uow: SqlUnitOfWork, doing: Doing, survey: int, step: dict[str, Any]) -> Receipt:
        """Keep the answer. Raises RuleRefused("answer_wrong")."""
        if step.get("question") is None:
            raise RuleRefused("answer_wrong")
        pick, words = step.get("pick"), str(step.get("words") or "")
        place = None if pick is None else 0 if pick == "silent" else int(pick)
        question = int(step["question"])
        return surveys.answer_survey(uow, self._desk.scheme, doing, survey, question, place, words)

    def _running(self, uow: SqlUnitOfWork, doing: Doing) -> int | None:
        open_now = surveys.survey_question(uow, self._desk.scheme, doing)
        return int(open_now.facts["survey"]) if open_now.outcome == "question" else None

    def _asked_on(self, receipt: Receipt, speaker: Speaker) -> Reply:
        if receipt.outcome == "answered":
            return self._desk.words.say("survey.done", speaker.now)
        if receipt.outcome == "no_question":
            return self._desk.words.say("survey.none", speaker.now)
        return self._question(receipt.facts, speaker)

    def _question(self, facts: dict[str, Any], speaker: Speaker) -> Reply:
        mark = f"/survey:{facts['survey']}:{facts['question']}:"
        labels: Sequence[str] = facts["choices"]
        choices = [Choice(label=label, payload=f"{mark}{place}") for place, label in enumerate(labels, start=1)]
        silent = len(choices) < MOST_CHOICES
        if silent:
            rather_not = self._desk.words.say("survey.rather_not", speaker.now).text
            choices.append(Choice(label=rather_not, payload=mark + ("0" if labels else "silent")))
        said = self._desk.words.say("survey.question", speaker.now, silent_shown=silent, **facts)
        return Reply(text=said.text, choices=tuple(choices))

    def _set_aside(self, speaker: Speaker) -> None:
        """Something else comes first; the rest of the survey is offered again afterwards."""
        wish = {"intent": "survey", "words": "", "key": speaker.key, "beside": "", "newcomer": False}
        with self._desk.units() as uow:
            if later.kept(uow, speaker.identity_id, speaker.key, speaker.now) is None:
                later.keep_in_talk(uow, speaker.identity_id, wish, speaker.now)
                uow.commit()

    def _doing(self, speaker: Speaker) -> Doing:
        return Doing(
            now=speaker.now, key=f"{speaker.key}:survey", actor_id=speaker.member_id or 0, device=speaker.sender
        )


def _asked(talk: Talk) -> dict[str, Any] | None:
    """The survey's question, if that is the last thing said: survey, question, free, labels of the choices."""
    steps = [(_STEP.fullmatch(str(choice["payload"])), str(choice["label"])) for choice in talk.choices]
    found = [(match, label) for match, label in steps if match is not None and match["question"] is not None]
    if not found:
        return None
    first = found[0][0]
    labels = [label for match, label in found if match["pick"] not in ("0", "silent")]
    return {
        "survey": first["survey"],
        "question": first["question"],
        "free": any(match["pick"] == "silent" for match, _ in found),
        "labels": labels,
    }
