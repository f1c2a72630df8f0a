"""The survey of needs (民生需求抽样问卷): drawn by chance, asked by chat one question at a time, never with a name.

The draw is the seed's: the same members and the same seed give the same people.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from bank.doing import Doing, Receipt
from bank.errors import NotAllowed, RuleRefused
from bank.members import MemberStatus
from bank.notices import Due, DueKind, Urgency
from bank.permissions import check_is_staff, check_staff_of
from bank.ports import UnitOfWork
from bank.scheme import Scheme
from bank.station import SURVEY_LIFE, Survey, SurveyAnswer, SurveyStatus, drawn, seed_of
from bank.usecases.deed import once
from bank.usecases.telling import tell

DEFAULT_SHARE = 30  # per mille: 3% of the registered people, as the street asked
DEFAULT_DAYS = 7
MOST_QUESTIONS, MOST_ANSWERS = 5, 3
LONGEST_WORDS = 300
Questions = Sequence[dict[str, Any]]


def draft_survey(
    uow: UnitOfWork,
    scheme: Scheme,
    doing: Doing,
    branch_id: int,
    title: str,
    questions: Questions,
    share_permille: int = DEFAULT_SHARE,
    seed: int | None = None,
) -> Receipt:
    """Prepare a survey of up to 5 questions ({text, choices}; up to 3 choices, none for free words).

    Outcome: survey_drafted (survey, heads: who would be asked, among). Without `seed` it is drawn from the deed's key.
    Raises NotAllowed, RuleRefused: "words_missing", "survey_wrong", "share_wrong".
    """
    asked = [{"text": str(one["text"]).strip(), "choices": list(one.get("choices") or ())} for one in questions]
    content = {"branch": branch_id, "title": title, "questions": asked, "share": share_permille, "seed": seed}

    def work() -> Receipt:
        check_staff_of(uow, doing.actor_id, branch_id)
        _check_questions(title, asked)
        if not 0 < share_permille <= 1000:
            raise RuleRefused("share_wrong")
        made = Survey(
            branch_id=branch_id,
            title=title.strip(),
            questions=asked,
            share_permille=share_permille,
            seed=seed_of(doing.key) if seed is None else seed,
            made_by=doing.actor_id,
            made_at=doing.now,
        )
        survey = uow.surveys.add(made, doing.audit("draft_survey", title=title))
        heads, among = len(_drawn(uow, survey)), len(_willing(uow, survey))
        return Receipt(outcome="survey_drafted", facts={"survey": survey.id, "heads": heads, "among": among})

    return once(uow, doing, "draft_survey", content, work)


def _check_questions(title: str, questions: Questions) -> None:
    if not title.strip() or not all(one["text"] for one in questions):
        raise RuleRefused("words_missing")
    choices = [one["choices"] for one in questions]
    wrong = any(len(each) > MOST_ANSWERS or len(set(each)) < len(each) or not all(each) for each in choices)
    if wrong or not 0 < len(questions) <= MOST_QUESTIONS:
        raise RuleRefused("survey_wrong", most=MOST_QUESTIONS, count=MOST_ANSWERS)


def _willing(uow: UnitOfWork, survey: Survey) -> list[int]:
    branches = tuple(uow.branches.below(survey.branch_id))
    members = uow.members.find(branch_id=branches, status=MemberStatus.ACTIVE)
    return [member.id for member in members if member.broadcasts_stopped_at is None]


def _drawn(uow: UnitOfWork, survey: Survey) -> list[int]:
    return drawn(_willing(uow, survey), survey.share_permille, survey.seed)


def send_survey(uow: UnitOfWork, scheme: Scheme, doing: Doing, survey_id: int, days: int = DEFAULT_DAYS) -> Receipt:
    """Draw the people and invite them; it closes by itself after `days`. Outcome: survey_sent (asked, days).

    Nobody is asked twice in one survey. Raises NotAllowed, WrongState, RuleRefused: "nobody_to_tell", "days_wrong".
    """
    content = {"survey": survey_id, "days": days}
    return once(uow, doing, "send_survey", content, lambda: _send(uow, scheme, doing, survey_id, days))


def _send(uow: UnitOfWork, scheme: Scheme, doing: Doing, survey_id: int, days: int) -> Receipt:
    survey = uow.surveys.get(survey_id, lock=True)
    check_staff_of(uow, doing.actor_id, survey.branch_id)
    if not 0 < days <= 90:
        raise RuleRefused("days_wrong")
    survey.status = SURVEY_LIFE.target(survey_id, survey.status, "send")
    people = _drawn(uow, survey)
    if not people:
        raise RuleRefused("nobody_to_tell")
    branch = uow.branches.get(survey.branch_id).name
    for member_id in people:
        row = SurveyAnswer(survey_id=survey_id, member_id=member_id, asked_at=doing.now)
        uow.survey_answers.add(row, doing.audit("ask_survey", survey=survey_id))
        tell(
            uow,
            scheme,
            doing,
            member_id,
            "survey_invites",
            urgency=Urgency.BULK,
            survey=survey_id,
            branch=branch,
            title=survey.title,
            count=len(survey.questions),
        )
    survey.asked, survey.sent_at = len(people), doing.now
    uow.surveys.save(survey, doing.audit("send_survey", asked=len(people)))
    at = doing.now + timedelta(days=days)
    key = f"{DueKind.SURVEY_CLOSES.value}:{survey_id}:{at.isoformat()}"
    uow.due.put(Due(key=key, kind=DueKind.SURVEY_CLOSES, subject_id=survey_id, at=at))
    return Receipt(outcome="survey_sent", facts={"survey": survey_id, "asked": len(people), "days": days})


def survey_falls_due(uow: UnitOfWork, scheme: Scheme, doing: Doing, due: Due) -> bool:
    """Its days are over: close it. False when staff closed it before."""
    survey = uow.surveys.get(due.subject_id, lock=True)
    return survey.status is SurveyStatus.RUNNING and _close(uow, doing, survey)


def close_survey(uow: UnitOfWork, scheme: Scheme, doing: Doing, survey_id: int) -> Receipt:
    """Take no more answers. Outcome: survey_closed (asked, ended). Raises NotAllowed, WrongState."""

    def work() -> Receipt:
        survey = uow.surveys.get(survey_id, lock=True)
        check_staff_of(uow, doing.actor_id, survey.branch_id)
        _close(uow, doing, survey)
        uow.due.cancel(survey_id, (DueKind.SURVEY_CLOSES,), doing.now)
        return Receipt(outcome="survey_closed", facts={"survey": survey_id, "asked": survey.asked})

    return once(uow, doing, "close_survey", {"survey": survey_id}, work)


def _close(uow: UnitOfWork, doing: Doing, survey: Survey) -> bool:
    survey.status, survey.closed_at = SURVEY_LIFE.target(survey.id, survey.status, "close"), doing.now
    uow.surveys.save(survey, doing.audit("close_survey"))
    return True


# Answering --------------------------------------------------------------------------------------------------------


def survey_question(uow: UnitOfWork, scheme: Scheme, doing: Doing, survey_id: int | None = None) -> Receipt:
    """The person's next open question, of that survey or of the oldest that runs. Reads only.

    Outcomes: question (survey, title, question: from 0, count, text, choices) · no_question.
    """
    for row in uow.survey_answers.find(member_id=doing.actor_id, ended_at=None):
        survey = uow.surveys.get(row.survey_id)
        if survey.status is SurveyStatus.RUNNING and survey_id in (None, survey.id):
            return _question(survey, row)
    return Receipt(outcome="no_question", facts={})


def _question(survey: Survey, row: SurveyAnswer) -> Receipt:
    number = _next_open(survey, row)
    if number is None:
        return Receipt(outcome="no_question", facts={})
    asked = survey.questions[number]
    facts = {
        "survey": survey.id,
        "title": survey.title,
        "question": number,
        "count": len(survey.questions),
        "text": asked["text"],
        "choices": list(asked["choices"]),
    }
    return Receipt(outcome="question", facts=facts)


def _next_open(survey: Survey, row: SurveyAnswer) -> int | None:
    return next((number for number in range(len(survey.questions)) if str(number) not in row.answers), None)


def answer_survey(
    uow: UnitOfWork,
    scheme: Scheme,
    doing: Doing,
    survey_id: int,
    question: int,
    pick: int | None = None,
    words: str = "",
) -> Receipt:
    """Keep one answer: `pick` 1, 2, 3 of the choices, 0 for "I would rather not say", or free `words`.

    A question answered before may be answered anew while the survey runs. Outcomes: question (the next one) ·
    answered (that was the last). Raises NotAllowed("survey_not_asked"), RuleRefused: "survey_over", "answer_wrong".
    """
    content = {"survey": survey_id, "question": question, "pick": pick, "words": words}
    return once(
        uow, doing, "answer_survey", content, lambda: _answer(uow, doing, survey_id, question, pick, words.strip())
    )


def _answer(uow: UnitOfWork, doing: Doing, survey_id: int, question: int, pick: int | None, words: str) -> Receipt:
    survey, row = _asked(uow, doing, survey_id)
    number = _next_open(survey, row)
    reached = len(survey.questions) if number is None else number
    if not 0 <= question <= min(reached, len(survey.questions) - 1):
        raise RuleRefused("answer_wrong")
    choices = survey.questions[question]["choices"]
    if pick is not None and 0 <= pick <= len(choices):
        answer: dict[str, Any] = {"pick": pick}
    elif pick is None and words and not choices:
        answer = {"words": words[:LONGEST_WORDS]}
    else:
        raise RuleRefused("answer_wrong")
    row.answers = {**row.answers, str(question): answer}
    following = _question(survey, row)
    if following.outcome == "no_question":
        row.ended_at = doing.now
        following = Receipt(outcome="answered", facts={"survey": survey_id})
    uow.survey_answers.save(row, doing.audit("answer_survey", survey=survey_id, question=question))
    return following


def decline_survey(uow: UnitOfWork, scheme: Scheme, doing: Doing, survey_id: int) -> Receipt:
    """The person wants no more of it; what was answered stays. Outcome: declined_survey.

    Raises NotAllowed("survey_not_asked"), RuleRefused("survey_over").
    """

    def work() -> Receipt:
        _, row = _asked(uow, doing, survey_id)
        row.ended_at = doing.now
        uow.survey_answers.save(row, doing.audit("decline_survey", survey=survey_id))
        return Receipt(outcome="declined_survey", facts={"survey": survey_id})

    return once(uow, doing, "decline_survey", {"survey": survey_id}, work)


def _asked(uow: UnitOfWork, doing: Doing, survey_id: int) -> tuple[Survey, SurveyAnswer]:
    rows = uow.survey_answers.find(survey_id=survey_id, member_id=doing.actor_id) if doing.actor_id else []
    if not rows:
        raise NotAllowed("survey_not_asked")
    survey = uow.surveys.get(survey_id)
    if survey.status is not SurveyStatus.RUNNING or rows[0].ended_at is not None:
        raise RuleRefused("survey_over")
    return survey, rows[0]


# For staff --------------------------------------------------------------------------------------------------------


def surveys_of(uow: UnitOfWork, scheme: Scheme, doing: Doing) -> Receipt:
    """The surveys of one's branches, newest first. Reads only.

    Outcome: surveys (survey, title, status, asked, ended, heads: of a draft who would be asked). Raises NotAllowed.
    """
    found = uow.surveys.find(branch_id=tuple(check_is_staff(uow, doing.actor_id)))
    rows = []
    for survey in reversed(found):
        answers = uow.survey_answers.find(survey_id=survey.id)
        draft = survey.status is SurveyStatus.DRAFT
        rows.append(
            {
                "survey": survey.id,
                "title": survey.title,
                "status": survey.status.value,
                "questions": len(survey.questions),
                "asked": survey.asked,
                "ended": sum(row.ended_at is not None for row in answers),
                "heads": len(_drawn(uow, survey)) if draft else survey.asked,
            }
        )
    return Receipt(outcome="surveys", facts={"surveys": rows})


def survey_summary(uow: UnitOfWork, scheme: Scheme, doing: Doing, survey_id: int) -> Receipt:
    """What was answered, without who. Reads only.

    Outcome: summary (title, status, asked, begun, ended, questions: text, counts as [choice, how many], silent: who
    would rather not say, words: free answers by their signs, so that no order tells who wrote them). Raises NotAllowed.
    """
    survey = uow.surveys.get(survey_id)
    check_staff_of(uow, doing.actor_id, survey.branch_id)
    rows = uow.survey_answers.find(survey_id=survey_id)
    questions = []
    for number, asked in enumerate(survey.questions):
        given = [row.answers[str(number)] for row in rows if str(number) in row.answers]
        picks = [answer.get("pick") for answer in given]
        questions.append(
            {
                "text": asked["text"],
                "counts": [[choice, picks.count(place)] for place, choice in enumerate(asked["choices"], start=1)],
                "silent": picks.count(0),
                "words": sorted(answer["words"] for answer in given if "words" in answer),
            }
        )
    facts = {
        "survey": survey_id,
        "title": survey.title,
        "status": survey.status.value,
        "asked": survey.asked,
        "begun": sum(bool(row.answers) for row in rows),
        "ended": sum(row.ended_at is not None for row in rows),
        "questions": questions,
    }
    return Receipt(outcome="summary", facts=facts)
