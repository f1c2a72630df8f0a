"""X 志愿帮: what residents offer to neighbours in their own words (fuyuan: 根据居民特长自主申报)."""

from __future__ import annotations

from typing import Any

from bank.doing import Doing, Receipt
from bank.earning import Skill
from bank.eligibility import check_active
from bank.errors import RuleRefused
from bank.permissions import known
from bank.ports import UnitOfWork
from bank.scheme import SERVICES, Scheme
from bank.usecases.deed import once

MOST_SKILLS = 5
LONGEST_WORDS = 60


def offer_skill(uow: UnitOfWork, scheme: Scheme, doing: Doing, words: str, service: str = "skill") -> Receipt:
    """A resident offers something they are good at. Outcome: offered (skill, said, service, count).

    Raises NotAllowed("not_a_member"), RuleRefused: "membership_…", "skills_not_here", "words_missing",
    "skill_offered" (the same again), "skills_full".
    """
    content = {"words": words, "service": service}
    return once(uow, doing, "offer_skill", content, lambda: _offer(uow, scheme, doing, words.strip(), service))


def _offer(uow: UnitOfWork, scheme: Scheme, doing: Doing, words: str, service: str) -> Receipt:
    person = known(uow, doing.person_id)
    check_active(person)
    _check_here(scheme)
    if not words:
        raise RuleRefused("words_missing")
    mine = uow.skills.find(member_id=person.id, ended_at=None)
    if any(skill.words == words for skill in mine):
        raise RuleRefused("skill_offered")
    if len(mine) >= MOST_SKILLS:
        raise RuleRefused("skills_full", most=MOST_SKILLS)
    skill = Skill(
        member_id=person.id,
        branch_id=person.branch_id,
        service=service if service in SERVICES else "skill",
        words=words[:LONGEST_WORDS],
        offered_at=doing.now,
    )
    skill = uow.skills.add(skill, doing.audit("offer_skill", words=skill.words))
    facts = {"skill": skill.id, "said": skill.words, "service": skill.service, "count": len(mine) + 1}
    return Receipt(outcome="offered", facts=facts)


def _check_here(scheme: Scheme) -> None:
    if scheme.self_offered_category is None:
        raise RuleRefused("skills_not_here")


def end_skill(uow: UnitOfWork, scheme: Scheme, doing: Doing, skill_id: int) -> Receipt:
    """A resident no longer offers it. Outcome: ended (said). Raises NotFound, RuleRefused("skill_unknown")."""
    return once(uow, doing, "end_skill", {"skill": skill_id}, lambda: _end(uow, doing, skill_id))


def _end(uow: UnitOfWork, doing: Doing, skill_id: int) -> Receipt:
    skill = uow.skills.get(skill_id, lock=True)
    if skill.member_id != doing.person_id or skill.ended_at is not None:
        raise RuleRefused("skill_unknown")
    skill.ended_at = doing.now
    uow.skills.save(skill, doing.audit("end_skill", skill=skill.id))
    return Receipt(outcome="ended", facts={"skill": skill.id, "said": skill.words})


def find_skills(uow: UnitOfWork, scheme: Scheme, doing: Doing, words: str = "", service: str | None = None) -> Receipt:
    """What neighbours offer, best fit first. Reads only. found: skills (skill, said, name, member_id, service, mine).

    `service` finds by kind, `words` by what the offer says; neither means all. Raises NotAllowed("not_a_member"),
    RuleRefused("skills_not_here").
    """
    known(uow, doing.actor_id)
    _check_here(scheme)
    rows: list[tuple[int, dict[str, Any]]] = []
    for skill in uow.skills.find(ended_at=None):
        fit = _fit(skill, words, service)
        if fit == 0 and (words or service):
            continue
        rows.append((-fit, _facts(uow, skill, doing)))
    rows.sort(key=lambda row: (row[0], row[1]["skill"]))
    return Receipt(outcome="found", facts={"skills": [facts for _, facts in rows]})


def _fit(skill: Skill, words: str, service: str | None) -> int:
    shared = {words[at : at + 2] for at in range(len(words) - 1)}
    said = {skill.words[at : at + 2] for at in range(len(skill.words) - 1)}
    return 10 * (service is not None and skill.service == service and service != "skill") + len(shared & said)


def _facts(uow: UnitOfWork, skill: Skill, doing: Doing) -> dict[str, Any]:
    return {
        "skill": skill.id,
        "said": skill.words,
        "service": skill.service,
        "member_id": skill.member_id,
        "name": uow.members.get(skill.member_id).name,
        "mine": skill.member_id == doing.person_id,
    }
