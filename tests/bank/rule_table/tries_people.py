"""Tried on people: who may serve, who may receive, whose account it is, who approves, who acts for whom."""

from __future__ import annotations

from datetime import date
from typing import Any

from bank.members import MemberStatus, RoleName, Sex, Training, VolunteerFile
from bank.organisation import Branch
from bank.usecases import (
    approval,
    coins,
    giving,
    households,
    jobs,
    kin,
    member_file,
    requests,
    sanctions,
    serving,
    settling,
    stations,
    undo,
    volunteers,
)
from tests.bank.rule_table.ground import DAY, Facts, Ground, tryout


@tryout
def tiers(ground: Ground) -> Facts:
    rows = ground.do(stations.branch_info, "王阿婆").facts["branches"]
    return {"tiers": [row["tier"] for row in reversed(rows)], "hotline": ground.scheme.hotline}


@tryout
def serve_elsewhere(ground: Ground) -> Facts:
    """A volunteer of another branch takes a job of this one."""
    ground.own("王阿婆", 300)
    lowest = len(ground.scheme.tiers)
    other = ground._add("branches", Branch(name="别处", tier=lowest, parent_id=ground.head if lowest > 1 else None))
    ground.volunteer("别处的人", born="1960-01-01", branch=other.id)
    return {"outcome": ground.do(jobs.accept, "别处的人", ground.open()).outcome}


@tryout
def serve_as(ground: Ground, age: int | None = 65, sex: str = "male", guardian: bool = False, **lacks: Any) -> Facts:
    """Somebody who is trained and healthy takes a job, unless the row says what is lacking."""
    ground.own("王阿婆", 300)
    trained = lacks.pop("trained", True)
    if lacks.pop("identity", True) is False:
        lacks["identity_verified_at"] = None
    born = f"{2024 - age}-01-01" if age is not None else None
    if guardian:
        lacks["guardian_id"] = ground.people["小红"]
    person = ground.person("来的人", born=born, sex=Sex(sex), **lacks)
    training = Training.TRAINED if trained else Training.ENROLLED
    ground._add("volunteer_files", VolunteerFile(member_id=person, training=training))
    ground.role("来的人", RoleName.VOLUNTEER)
    return {"outcome": ground.do(jobs.accept, "来的人", ground.open()).outcome}


@tryout
def serve_with_guardian(ground: Ground, present: bool) -> Facts:
    """A student of sixteen begins a job."""
    ground.own("王阿婆", 300)
    ground.volunteer("学生", born="2008-01-01", guardian_id=ground.people["小红"])
    number = ground.open()
    ground.do(jobs.accept, "学生", number)
    ground.go(f"{DAY}T09:00")
    who = ground.people["小红"] if present else None
    return {"outcome": ground.do(serving.start, "学生", number, guardian_id=who).outcome}


@tryout
def accept_as_resident(ground: Ground, status: str = "active") -> Facts:
    """Somebody without the volunteer's role takes a job, or somebody whose identity nobody has checked asks."""
    ground.own("王阿婆", 300)
    if status != "active":
        ground.person("新来的", status=MemberStatus(status))
        return {"outcome": ground.do(requests.submit_request, "新来的", ground.wish()).outcome}
    return {"outcome": ground.do(jobs.accept, "小红", ground.open()).outcome}


@tryout
def accept_taken(ground: Ground) -> Facts:
    ground.own("王阿婆", 300)
    return {"outcome": ground.do(jobs.accept, "陈芳", ground.taken()).outcome}


@tryout
def accept_where_staff_dispatch(ground: Ground) -> Facts:
    """The same city, had it decided that volunteers do not ask for jobs."""
    ground.scheme = ground.scheme.model_copy(update={"volunteers_ask": False})
    return {"outcome": ground.do(jobs.accept, "李明", ground.open()).outcome}


@tryout
def name_guardian(ground: Ground, guardian: str = "小红") -> Facts:
    student = ground.person("学生", born="2008-01-01")
    return {"outcome": ground.do(member_file.set_guardian, "分行老张", student, ground.people[guardian]).outcome}


@tryout
def except_someone(ground: Ground) -> Facts:
    """Staff record an exception for a trained man of 72, who then takes a job."""
    ground.own("王阿婆", 300)
    ground.volunteer("老吴", born="1952-01-01")
    receipt = ground.do(volunteers.record_exception, "分行老张", ground.people["老吴"], "身体好")
    ground.do(jobs.accept, "老吴", ground.open())
    return {"outcome": receipt.outcome, "ready": receipt.facts["ready"]}


@tryout
def ask_as(ground: Ground, age: int | None, groups: tuple[str, ...] = ()) -> Facts:
    born = f"{2024 - age}-01-01" if age is not None else None
    ground.person("问的人", born=born, groups=list(groups))
    ground.own("问的人", 300)
    return {"outcome": ground.do(requests.submit_request, "问的人", ground.wish(service=ground.service)).outcome}


@tryout
def who_comes_first(ground: Ground) -> Facts:
    """Wishes of three people, the one in no group earliest: the board puts the groups first, in their order."""
    ground.change("王阿婆", groups=[])
    ground.person("一组", born="1940-01-01", groups=[ground.scheme.receiving.groups[0].code])
    ground.person("末组", born="1940-01-01", groups=[ground.scheme.receiving.groups[-1].code])
    for day, who in ((5, "王阿婆"), (6, "末组"), (7, "一组")):
        ground.open(who, starts=f"2024-03-{day:02}T09:00")
    rows = ground.do(jobs.open_jobs, "李明").facts["orders"]
    return {"order": [row["resident"] for row in rows]}


@tryout
def put_into_group(ground: Ground, group: str) -> Facts:
    receipt = ground.do(member_file.set_member_data, "分行老张", ground.people["王阿婆"], groups=(group,))
    return {"outcome": receipt.outcome}


@tryout
def household(ground: Ground) -> Facts:
    """Two of one home put their coins together, and either of them spends."""
    ground.own("王阿婆", 120)
    ground.own("小红", 60)
    staff = "总行老赵"
    opened = ground.do(households.open_household, staff, ground.people["王阿婆"], "3幢201", "")
    ground.do(households.join_household, staff, ground.people["小红"], opened.facts["household"])
    ground.open("小红", minutes=180)
    return {"balance": ground.purse("王阿婆")[0], "reserved": ground.purse("王阿婆")[1]}


@tryout
def serve_own_household(ground: Ground) -> Facts:
    ground.own("王阿婆", 120)
    opened = ground.do(households.open_household, "总行老赵", ground.people["王阿婆"], "3幢201", "")
    ground.do(households.join_household, "总行老赵", ground.people["李明"], opened.facts["household"])
    return {"outcome": ground.do(jobs.accept, "李明", ground.open()).outcome}


@tryout
def own_accounts(ground: Ground) -> Facts:
    """Of two people one has coins: the other has none of them."""
    ground.own("王阿婆", 120)
    return {"one": ground.purse("王阿婆")[0], "other": ground.purse("小红")[0]}


@tryout
def approve_in_turn(ground: Ground) -> Facts:
    ground.own("王阿婆", 300)
    receipt = ground.do(requests.submit_request, "王阿婆", ground.wish(service=ground.service))
    names = []
    for level in ground.scheme.approval:
        names.append(level.name)
        receipt = ground.do(approval.approve, ground.levels[level.tier], receipt.facts["number"])
    dispatch = "dispatch_needed" in ground.told("总行老赵")
    return {"levels": names, "outcome": receipt.outcome, "dispatch": dispatch}


@tryout
def approve_out_of_turn(ground: Ground) -> Facts:
    """Who let it through at the first level tries the next one too."""
    ground.own("王阿婆", 300)
    number = ground.ask()
    ground.do(approval.approve, "分行老张", number)
    return {"outcome": ground.do(approval.approve, "分行老张", number).outcome}


@tryout
def approve_own_wish(ground: Ground) -> Facts:
    staff = ground.levels[ground.scheme.approval[0].tier]
    ground.own(staff, 300)
    ground.change(staff, born=date(1950, 1, 1))
    return {"outcome": ground.do(approval.approve, staff, ground.ask(staff)).outcome}


@tryout
def act_for(ground: Ground, may_act: bool = True, bound: bool = True, gift: bool = False) -> Facts:
    """A daughter asks for her mother, who is told and undoes it with one word."""
    ground.own("王阿婆", 300)
    if bound:
        ground.kin("王阿婆", "小红", may_act=may_act)
    if gift:
        to = ground.people["李明"]
        return {"outcome": ground.do(giving.gift_coins, "小红", to, 60, for_="王阿婆").outcome}
    wish = ground.wish(service=ground.service)
    number = ground.do(requests.submit_request, "小红", wish, for_="王阿婆").facts["number"]
    with ground.unit() as uow:
        order = uow.orders.get(number)
    told = "acted_for_you" in ground.told("王阿婆")
    undone = ground.do(undo.undo_last, "王阿婆").outcome
    acted = order.asked_by == ground.people["小红"] and order.resident_id == ground.people["王阿婆"]
    return {"told": told, "acted_for": acted, "undone": undone, "status": ground.status(number)}


@tryout
def confirm_own_work(ground: Ground) -> Facts:
    """The volunteer is the resident's relative: asking is fine, confirming what one is paid for is not."""
    ground.own("王阿婆", 300)
    ground.kin("王阿婆", "李明")
    number = ground.done()
    return {"outcome": ground.do(settling.confirm, "李明", number, for_="王阿婆").outcome}


@tryout
def bind(ground: Ground) -> Facts:
    """Both sides must agree before one acts for the other."""
    ground.own("王阿婆", 300)
    ground.do(kin.ask_kin, "王阿婆", ground.people["小红"], "daughter", True)
    ground.do(kin.agree_kin, "小红", ground.people["王阿婆"])
    return {"available": ground.do(coins.balance, "小红", for_="王阿婆").facts["available"]}


@tryout
def proven_fraud(ground: Ground, then: str = "look") -> Facts:
    """A settled service never took place: staff strike it and bar the volunteer, who then tries again."""
    ground.own("王阿婆", 600)
    paid = ground.settle(minutes=60)
    facts = ground.do(sanctions.sanction, "总行老赵", ground.people["李明"], (paid["number"],), "没有去过").facts
    if then == "accept":
        ground.do(jobs.accept, "李明", ground.open(starts="2024-03-09T09:00"))
    rows = ground.do(sanctions.barred_list, "总行老赵").facts["rows"]
    listed = rows[0]["listed"]
    return {
        "struck": len(facts["struck"]),
        "barred": facts["barred"],
        "listed": listed,
        "left": ground.purse("李明")[0],
    }
