"""Who may serve and who may receive: a row per case, the refusing rule in the last column."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from bank.eligibility import (
    check_may_receive,
    check_may_serve,
    may_receive,
    may_serve,
    needs_guardian,
    priority,
)
from bank.errors import RuleRefused
from bank.members import Member, MemberStatus, Sex, Training, VolunteerFile
from storage.scheme_files import load_scheme

DAY = date(2024, 3, 6)
NOW = datetime(2024, 3, 1, 9, tzinfo=ZoneInfo("Asia/Shanghai"))


def member(age: int | None, sex: str = "male", *lacks: str) -> Member:
    """A member of that age on DAY; `lacks` names what they do not have."""
    facts = {
        "local_household": "household" not in lacks,
        "lives_here": "residence" not in lacks,
        "retired": "retirement" not in lacks,
        "healthy": "health" not in lacks,
        "identity_verified_at": None if "identity" in lacks else NOW,
        "status": MemberStatus.ACTIVE,
    }
    for status in MemberStatus:
        if status.value in lacks:
            facts["status"] = status
    born = None if age is None else date(DAY.year - age, 1, 1)
    return Member(name="某人", branch_id=1, born=born, sex=Sex(sex), **facts)  # type: ignore[arg-type]  # mixed facts


def volunteer_file(*lacks: str, exception: bool = False) -> VolunteerFile:
    training = Training.ENROLLED if "training" in lacks else Training.TRAINED
    return VolunteerFile(member_id=1, training=training, exception_at=NOW if exception else None)


# scheme | age | sex | lacks | exception | rule that refuses (- for none)
SERVE = """
changning   | 60   | male   |            | no  | -
changning   | 70   | male   |            | no  | -
changning   | 59   | male   |            | no  | serve_age
changning   | 71   | male   |            | no  | serve_age
changning   | 59   | male   |            | yes | -
changning   | 71   | female |            | yes | -
changning   | 50   | female |            | no  | -
changning   | 49   | female |            | no  | serve_age
changning   | none | male   |            | no  | serve_age_unknown
changning   | 65   | male   | household  | no  | serve_local_household
changning   | 65   | male   | retirement | no  | serve_retired
changning   | 65   | male   | health     | no  | serve_healthy
changning   | 65   | male   | training   | no  | serve_untrained
changning   | 65   | male   | training   | yes | serve_untrained
changning   | 65   | male   | applied    | no  | membership_pending
changning   | 65   | male   | suspended  | no  | membership_suspended
changning   | 65   | male   | barred     | no  | membership_barred
changning   | 65   | male   | left       | no  | membership_left
fuyuan      | 20   | female | training health retirement household | no | -
fuyuan      | 90   | male   |            | no  | -
fuyuan      | 30   | male   | identity   | no  | identity_not_verified
taierzhuang | 25   | male   | health     | no  | -
taierzhuang | 25   | male   | training   | no  | serve_untrained
beijing     | 18   | male   |            | no  | -
beijing     | 95   | female |            | no  | -
beijing     | 17   | male   |            | no  | serve_guardian
beijing     | 30   | male   | health     | no  | serve_healthy
beijing     | 30   | male   | training   | no  | serve_untrained
beijing     | 30   | male   | household residence | no | serve_resident
beijing     | 30   | male   | household  | no  | -
"""


@pytest.mark.parametrize("row", SERVE.strip().splitlines())
def test_who_may_serve(row: str) -> None:
    name, age, sex, lacks, exception, rule = (cell.strip() for cell in row.split("|"))
    scheme = load_scheme(name)
    person = member(None if age == "none" else int(age), sex, *lacks.split())
    file = volunteer_file(*lacks.split(), exception=exception == "yes")
    assert may_serve(scheme, person, file, DAY) == (rule == "-")
    if rule == "-":
        check_may_serve(scheme, person, file, DAY)
    else:
        with pytest.raises(RuleRefused) as refusal:
            check_may_serve(scheme, person, file, DAY)
        assert refusal.value.rule == rule


def test_a_refused_age_says_the_band() -> None:
    with pytest.raises(RuleRefused) as refusal:
        check_may_serve(load_scheme("changning"), member(49, "female"), volunteer_file(), DAY)
    assert refusal.value.facts == {"age": 49, "least": 50, "most": 70}


def test_the_age_counts_on_the_day_of_the_service() -> None:
    scheme, file = load_scheme("changning"), volunteer_file()
    person = member(60)
    person.born = date(1964, 3, 7)
    assert not may_serve(scheme, person, file, date(2024, 3, 6))
    assert may_serve(scheme, person, file, date(2024, 3, 7))


def test_a_student_serves_with_the_named_guardian() -> None:
    scheme, student = load_scheme("beijing"), member(16)
    student.guardian_id = 7
    assert may_serve(scheme, student, volunteer_file(), DAY)
    assert needs_guardian(scheme, student, DAY)
    assert not needs_guardian(scheme, member(18), DAY)
    assert not needs_guardian(load_scheme("fuyuan"), student, DAY)


# scheme | age | lacks | rule that refuses
RECEIVE = """
changning   | 40   |           | -
changning   | 40   | applied   | membership_pending
changning   | 40   | barred    | membership_barred
fuyuan      | 8    |           | -
taierzhuang | 50   |           | -
beijing     | 60   |           | -
beijing     | 59   |           | receive_age
beijing     | none |           | receive_age_unknown
"""


@pytest.mark.parametrize("row", RECEIVE.strip().splitlines())
def test_who_may_receive(row: str) -> None:
    name, age, lacks, rule = (cell.strip() for cell in row.split("|"))
    scheme, person = load_scheme(name), member(None if age == "none" else int(age), "female", *lacks.split())
    assert may_receive(scheme, person, DAY) == (rule == "-")
    if rule != "-":
        with pytest.raises(RuleRefused) as refusal:
            check_may_receive(scheme, person, DAY)
        assert refusal.value.rule == rule


@pytest.mark.parametrize(
    ("groups", "age", "place"),
    [
        (["dibao"], 70, 0),
        (["dibao"], 69, 8),
        (["poor_registered"], 70, 1),
        (["disabled"], 60, 2),
        (["tekun"], 60, 3),
        (["left_behind"], 60, 4),
        (["living_alone", "dibao"], 80, 0),
        (["living_alone"], 40, 7),
        ([], 99, 8),
    ],
)
def test_priority_groups_of_taierzhuang(groups: list[str], age: int, place: int) -> None:
    person = member(age)
    person.groups = groups
    assert priority(load_scheme("taierzhuang"), person, DAY) == place


def test_only_groups_shuts_others_out() -> None:
    scheme = load_scheme("taierzhuang")
    closed = scheme.model_copy(update={"receiving": scheme.receiving.model_copy(update={"only_groups": True})})
    with pytest.raises(RuleRefused, match="receive_group"):
        check_may_receive(closed, member(80), DAY)
