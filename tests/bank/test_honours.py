"""Stars, rank, the right of ten thousand coins, awards; a photo for each job, insurance; what fraud leads to."""

from __future__ import annotations

from datetime import date

import pytest

from bank.coins import Leg, Owner, OwnerKind, Posting, TransactionKind, Unit
from bank.errors import WrongState
from bank.members import RoleName
from bank.usecases import awards, honours, jobs, proof, requests, sanctions, serving, settling
from bank.usecases.accounts import coins_of, issuance
from tests.bank.conftest import TownMaker
from tests.bank.town import Town


def serve(town: Town, volunteer: str, day: str, minutes: int = 60, service: str = "parcel") -> int:
    """One service from the wish to the coins, where nobody approves."""
    wish = town.wish(f"{day}T09:00", minutes=minutes, service=service)
    number: int = town.do(requests.submit_request, "王阿婆", wish).facts["number"]
    town.do(jobs.accept, volunteer, number)
    town.go(f"{day}T09:00")
    town.do(serving.start, volunteer, number)
    town.wait(minutes)
    town.do(serving.finish, volunteer, number)
    town.do(settling.confirm, "王阿婆", number)
    return number


@pytest.fixture
def street(make_town: TownMaker) -> Town:
    town = make_town("fuyuan")
    town.grant("王阿婆", 50)
    return town


def test_the_record_counts_hours_and_coins_and_people(street: Town) -> None:
    serve(street, "李明", "2024-03-06", 120)
    serve(street, "李明", "2024-03-07", 60, service="haircut")  # plain help: hours, no coins
    facts = street.do(honours.honours_of, "李明").facts
    assert (facts["served"], facts["earned"], facts["honour"], facts["services"], facts["people"]) == (
        180,
        120,
        60,
        2,
        1,
    )
    assert facts["rank"] == 1


def test_ranking_leaves_out_who_hides(street: Town) -> None:
    serve(street, "李明", "2024-03-06", 60)
    serve(street, "陈芳", "2024-03-07", 120)
    rows = street.do(honours.ranking, "李明").facts
    assert [row["name"] for row in rows["rows"]] == ["陈芳", "李明"]
    assert (rows["mine"], rows["among"]) == (2, 2)
    assert street.do(honours.set_ranked, "陈芳", False).outcome == "hidden"
    assert [row["name"] for row in street.do(honours.ranking, "李明").facts["rows"]] == ["李明"]
    assert street.do(honours.honours_of, "陈芳").facts["rank"] is None
    street.do(honours.set_ranked, "陈芳", True)
    assert street.do(honours.honours_of, "陈芳").facts["rank"] == 1


def test_stars_come_with_hours(make_town: TownMaker) -> None:
    town = make_town("beijing")
    scheme = town.scheme
    assert [honours.stars_for(scheme, hours * 60) for hours in (0, 99, 100, 300, 1500)] == [0, 0, 1, 2, 5]


def test_the_care_home_right_needs_what_was_earned_and_kept(make_town: TownMaker) -> None:
    town = make_town("beijing")
    town.grant("李明", 10)  # given, not earned
    town.refuses("care_home_not_reached", honours.claim_care_home, "李明")
    earn(town, "李明", 600_000)
    assert town.do(honours.honours_of, "李明").facts["care_home_reached"]
    assert town.do(honours.claim_care_home, "李明").facts["kept"] == 600_000
    assert "care_home_claimed" in town.told("总行老赵")
    town.refuses("care_home_claimed", honours.claim_care_home, "李明")
    row = town.do(awards.awards_of, "总行老赵").facts["rows"][0]
    granted = town.do(awards.decide_award, "总行老赵", row["award"], True)
    assert granted.facts["certificate"] == f"2024-{row['award']:05}"
    assert "award_granted" in town.told("李明")
    with pytest.raises(WrongState):
        town.do(awards.decide_award, "总行老赵", row["award"], False, "迟了")


def earn(town: Town, name: str, minutes: int) -> None:
    """A lifetime of services in one entry of the kind that services post."""
    with town.unit() as uow:
        account = coins_of(uow, town.scheme, uow.members.get(town.people[name]))
        leg = Leg(debit=issuance(uow, Unit.COIN).id, credit=account.id, minutes=minutes)
        uow.ledger.post(
            Posting(
                key=f"life:{name}",
                kind=TransactionKind.SERVICE,
                legs=(leg,),
                day=town.today(),
                posted_at=town.now,
                scheme=town.scheme.name,
                scheme_version=town.scheme.version,
            )
        )
        uow.commit()


def test_the_right_is_no_rule_elsewhere(street: Town) -> None:
    street.refuses("care_home_not_here", honours.claim_care_home, "李明")


def test_awards_are_computed_reviewed_and_recomputed(make_town: TownMaker) -> None:
    town = make_town("changning")
    town.grant("王阿婆", 100)
    base = town.base("虹桥基地")
    town.fund(Owner(OwnerKind.SERVICE_BASE, base), 600)
    town.settled()
    assert town.do(awards.propose_awards, "总行老赵", 2024).facts["count"] == 1
    row = town.do(awards.awards_of, "总行老赵", 2024).facts["rows"][0]
    assert (row["name"], row["subject"], row["minutes"]) == ("荣誉奖励", "李明", 120)
    town.refuses("reason_missing", awards.decide_award, "总行老赵", row["award"], False, " ")
    town.do(awards.decide_award, "总行老赵", row["award"], False, "资料不全")
    assert "award_declined" in town.told("李明")
    assert town.do(awards.propose_awards, "总行老赵", 2024).facts["count"] == 0  # decided stays decided
    town.refuses("year_wrong", awards.propose_awards, "总行老赵", 2031)
    town.refuses("not_staff_here", awards.propose_awards, "分行老张", 2024)


def test_nobody_decides_the_own_award(make_town: TownMaker) -> None:
    town = make_town("changning")
    town.grant("王阿婆", 100)
    town.settled()
    town.do(awards.propose_awards, "总行老赵", 2024)
    town.role("李明", RoleName.STAFF, town.head)
    row = town.do(awards.awards_of, "总行老赵").facts["rows"][0]
    town.refuses("own_award", awards.decide_award, "李明", row["award"], True)


def test_no_awards_where_the_scheme_has_none(street: Town) -> None:
    street.refuses("no_awards", awards.propose_awards, "总行老赵", 2024)


def test_every_job_has_a_photo_and_who_lacks_one_is_listed(street: Town) -> None:
    street.refuses("no_job_for_photo", proof.keep_photo, "李明", "m1")
    number = serve(street, "李明", "2024-03-06")
    assert [row["number"] for row in street.do(proof.jobs_without_photo, "总行老赵").facts["orders"]] == [number]
    assert street.do(proof.keep_photo, "李明", "m1").facts["number"] == number
    assert street.do(proof.jobs_without_photo, "总行老赵").facts["orders"] == []
    street.go("2024-03-09T09:00")
    street.refuses("no_job_for_photo", proof.keep_photo, "李明", "m2")


def test_insurance_covers_every_volunteer_of_the_day(street: Town) -> None:
    wish = street.wish("2024-03-06T09:00", service="parcel", minutes=60)
    number = street.do(requests.submit_request, "王阿婆", wish).facts["number"]
    street.do(jobs.accept, "李明", number)
    roster = street.do(proof.insurance_roster, "总行老赵", date(2024, 3, 6)).facts["rows"]
    assert [(row["number"], row["volunteer"], row["phone"]) for row in roster] == [(number, "李明", "13800000000")]
    assert street.do(proof.insurance_roster, "总行老赵", date(2024, 3, 7)).facts["rows"] == []
    street.refuses("not_staff", proof.insurance_roster, "李明", date(2024, 3, 6))


def test_elsewhere_neither_photo_nor_insurance(make_town: TownMaker) -> None:
    town = make_town("changning")
    town.refuses("photos_not_kept", proof.keep_photo, "李明", "m")
    town.refuses("insurance_not_here", proof.insurance_roster, "总行老赵", date(2024, 3, 6))


def test_proven_fraud_is_struck_and_the_person_barred_and_listed(make_town: TownMaker) -> None:
    town = make_town("beijing")
    town.grant("王阿婆", 10)
    number = town.settled(minutes=60)
    assert (town.purse("李明")[0], town.purse("王阿婆")[0]) == (60, 540)
    town.refuses("reason_missing", sanctions.sanction, "总行老赵", town.people["李明"], (number,), " ")
    facts = town.do(sanctions.sanction, "总行老赵", town.people["李明"], (number,), "没有去过").facts
    assert (facts["struck"], facts["returned"], facts["barred"], facts["listed"]) == ([number], 60, True, True)
    assert (town.purse("李明")[0], town.purse("王阿婆")[0]) == (0, 600)
    assert "sanctioned" in town.told("李明")
    assert "service_struck" in town.told("王阿婆")
    row = town.do(sanctions.barred_list, "总行老赵").facts["rows"][0]
    assert (row["member"], row["listed"], row["orders"]) == ("李明", True, [number])
    town.refuses("membership_barred", jobs.accept, "李明", town.published(starts="2024-03-10T09:00", minutes=60))
    town.do(sanctions.lift_sanction, "总行老赵", row["sanction"], "查清了")
    town.refuses("sanction_lifted", sanctions.lift_sanction, "总行老赵", row["sanction"], "再一次")


def test_coins_that_were_spent_stay_and_are_named(make_town: TownMaker) -> None:
    town = make_town("beijing")
    town.grant("王阿婆", 10)
    number = town.settled(minutes=60)
    with town.unit() as uow:
        account = coins_of(uow, town.scheme, uow.members.get(town.people["李明"]))
        uow.ledger.reserve(key="spent", account_id=account.id, minutes=30, order_id=None, now=town.now)
        uow.commit()
    facts = town.do(sanctions.sanction, "总行老赵", town.people["李明"], (number,), "没有去过").facts
    assert (facts["struck"], facts["owed"], facts["returned"]) == ([], [number], 0)


def test_nothing_to_strike(make_town: TownMaker) -> None:
    town = make_town("beijing")
    town.grant("王阿婆", 10)
    number = town.finished(minutes=60)
    town.refuses("nothing_to_strike", sanctions.sanction, "总行老赵", town.people["李明"], (number,), "没有去过")
    town.refuses("nothing_to_strike", sanctions.sanction, "总行老赵", town.people["李明"], (), "没有去过", bar=False)
