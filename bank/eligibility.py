"""Who may serve and who may receive (SCHEMES: rows "who may serve" and "who may receive").

Each rule is a pair: `check_x` raises RuleRefused with the rule's name, `x` says yes or no.
"""

from __future__ import annotations

from datetime import date

from bank.errors import RuleRefused
from bank.members import Member, MemberStatus, Training, VolunteerFile
from bank.scheme import AgeBand, Scheme

ADULT = 18  # full years; below it a guardian stands by where the scheme lets minors serve

_NOT_ACTIVE = {
    MemberStatus.APPLIED: "membership_pending",
    MemberStatus.SUSPENDED: "membership_suspended",
    MemberStatus.BARRED: "membership_barred",
    MemberStatus.LEFT: "membership_left",
}


def check_active(member: Member) -> None:
    """Raises RuleRefused("membership_…") for anybody but an active member."""
    if member.status in _NOT_ACTIVE:
        raise RuleRefused(_NOT_ACTIVE[member.status])


def active(member: Member) -> bool:
    """Whether the member may use the bank at all."""
    return member.status is MemberStatus.ACTIVE


def serving_gaps(scheme: Scheme, member: Member, file: VolunteerFile | None, day: date) -> list[RuleRefused]:
    """Every rule of "who may serve" that the member does not meet on `day`, in the order of the table."""
    rules = scheme.serving
    gaps: list[RuleRefused] = []
    if member.status in _NOT_ACTIVE:
        gaps.append(RuleRefused(_NOT_ACTIVE[member.status]))
    if rules.identity_verified and member.identity_verified_at is None:
        gaps.append(RuleRefused("identity_not_verified"))
    if rules.local_household and not member.local_household:
        gaps.append(RuleRefused("serve_local_household"))
    if rules.resident and not (member.lives_here or member.local_household):
        gaps.append(RuleRefused("serve_resident"))
    age_gap = _age_gap(scheme, member, file, day)
    if age_gap is not None:
        gaps.append(age_gap)
    if rules.retired and not member.retired:
        gaps.append(RuleRefused("serve_retired"))
    if rules.healthy and not member.healthy:
        gaps.append(RuleRefused("serve_healthy"))
    if rules.trained and (file is None or file.training is not Training.TRAINED):
        gaps.append(RuleRefused("serve_untrained"))
    return gaps


def _age_gap(scheme: Scheme, member: Member, file: VolunteerFile | None, day: date) -> RuleRefused | None:
    bands = [band for band in scheme.serving.ages if band.sex is None or band.sex == member.sex]
    if not bands:
        return None
    if scheme.serving.exceptions and file is not None and file.exception_at is not None:
        return None
    age = member.age_on(day)
    if age is None:
        return RuleRefused("serve_age_unknown")
    if any(_within(band, age) for band in bands):
        return None
    if scheme.serving.minors_with_guardian and age < ADULT:
        return None if member.guardian_id is not None else RuleRefused("serve_guardian")
    most = [band.most for band in bands]
    return RuleRefused(
        "serve_age",
        age=age,
        least=min(band.least for band in bands),
        most=None if None in most else max(item for item in most if item is not None),
    )


def _within(band: AgeBand, age: int) -> bool:
    return band.least <= age and (band.most is None or age <= band.most)


def check_may_serve(scheme: Scheme, member: Member, file: VolunteerFile | None, day: date) -> None:
    """Raises RuleRefused with the first rule of "who may serve" that the member does not meet on `day`."""
    gaps = serving_gaps(scheme, member, file, day)
    if gaps:
        raise gaps[0]


def may_serve(scheme: Scheme, member: Member, file: VolunteerFile | None, day: date) -> bool:
    """Whether the member meets every rule of "who may serve" on `day`."""
    return not serving_gaps(scheme, member, file, day)


def needs_guardian(scheme: Scheme, member: Member, day: date) -> bool:
    """Whether the volunteer is a minor, so that the named guardian must be present on the job (beijing)."""
    age = member.age_on(day)
    return scheme.serving.minors_with_guardian and age is not None and age < ADULT


def check_may_receive(scheme: Scheme, member: Member, day: date) -> None:
    """Raises RuleRefused("membership_…"), ("receive_age…") or ("receive_group")."""
    check_active(member)
    rules = scheme.receiving
    if rules.least_age is not None:
        age = member.age_on(day)
        if age is None:
            raise RuleRefused("receive_age_unknown", least=rules.least_age)
        if age < rules.least_age:
            raise RuleRefused("receive_age", age=age, least=rules.least_age)
    if rules.only_groups and priority(scheme, member, day) == len(rules.groups):
        raise RuleRefused("receive_group")


def may_receive(scheme: Scheme, member: Member, day: date) -> bool:
    """Whether the member may ask for a service on `day`."""
    try:
        check_may_receive(scheme, member, day)
    except RuleRefused:
        return False
    return True


def priority(scheme: Scheme, member: Member, day: date) -> int:
    """The member's place among the priority groups: 0 comes first, the number of groups means in none of them."""
    age = member.age_on(day)
    for place, group in enumerate(scheme.receiving.groups):
        if group.code in member.groups and (age or 0) >= group.least_age:
            return place
    return len(scheme.receiving.groups)
