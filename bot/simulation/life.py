"""What people do all day: wish, approve, take, come or not, finish, confirm or forget, mark, quarrel, give back."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from functools import partial

from bank.moments import local_day
from bank.orders import OrderStatus
from bank.usecases import approval, coins, disputes, grants, jobs, reports, requests, serving, settling
from bank.usecases.requests import Wish
from bot.simulation.people import Community
from bot.simulation.world import World

WISHES = 0.0292
"""Wishes of one person a day: fuyuan's 16,430 orders of 1,876 people in ten months (its own report)."""
LENGTHS = (30, 45, 60, 60, 60, 90, 120, 120, 150, 180)
CALLED_OFF, GIVEN_BACK, NOT_COME, QUARREL = 0.03, 0.03, 0.02, 0.01
CONFIRMS_SOON, CONFIRMS_LATER = 0.72, 0.94
RATES = 0.6
REJECTED = 0.02
LOOKS = 6
"""How many volunteers look at a job before it waits for the next round."""
WILLING = 0.55
GRANT = 10 * 60
POOR_BELOW = 120
"""Who has less (minutes) may be given a grant, once a month: most of the old, some of the others."""
GRANTED_OLD, GRANTED_OTHERS = 0.85, 0.6


class Life:
    """The habits of a community; every deed goes through the real use cases of the world."""

    def __init__(self, world: World, community: Community) -> None:
        self.world, self.people, self.rng = world, community, world.rng

    def morning(self) -> None:
        """Plan this day's wishes; on the first of a month the grants."""
        world, today = self.world, local_day(self.world.now, self.world.scheme.tz)
        wishing = [ident for ident in self.people.residents if self.rng.random() < WISHES]
        for ident in wishing:
            hour, minute = self.rng.randint(8, 19), self.rng.randrange(60)
            world.at(datetime.combine(today, time(hour, minute), tzinfo=world.scheme.tz), partial(self.wish, ident))
        if world.scheme.grants.by_staff and today.day == 1:
            world.after(9, 10, self.grants)

    def grants(self) -> None:
        """Staff give coins to people who have hardly any left, out of the month's budget where there must be one."""
        if self.world.scheme.grants.budgeted:
            self._budget()
        for ident in self.people.residents:
            share = GRANTED_OLD if ident in self.people.old else GRANTED_OTHERS
            if self.rng.random() < share:
                has = self.world.look(coins.balance, ident).facts["available"]
                if has < POOR_BELOW:
                    staff = self.people.staff[self.people.home[ident]]
                    self.world.do(grants.grant_coins, staff, ident, GRANT, "高龄")

    def _budget(self) -> None:
        today = local_day(self.world.now, self.world.scheme.tz)
        until, minutes = today + timedelta(days=27), GRANT * len(self.people.residents)
        head = next(iter(self.people.path))
        self.world.do(grants.set_budget, self.people.staff[head], head, today, until, minutes, False, "高龄补助")

    def wish(self, ident: int) -> None:
        scheme, rng = self.world.scheme, self.rng
        services = [service for category in scheme.categories for service in category.services]
        day = local_day(self.world.now, scheme.tz) + timedelta(days=rng.randint(1, 6))
        starts = datetime.combine(day, time(rng.randint(8, 17), rng.choice((0, 30))), tzinfo=scheme.tz)
        wish = Wish(
            service=rng.choice(services),
            words="想请人帮忙",
            starts_at=starts,
            minutes=max(rng.choice(LENGTHS), scheme.shortest_service),
            place="家里",
        )
        receipt = self.world.do(requests.submit_request, ident, wish)
        if receipt is not None:
            self._go_on(receipt.outcome, receipt.facts["number"], ident, starts)

    def _go_on(self, outcome: str, number: int, ident: int, starts: datetime) -> None:
        if outcome in ("submitted", "next_level"):
            self.world.after(1, 6, partial(self.approve, number, ident, starts))
        elif outcome == "published":
            if self.rng.random() < CALLED_OFF:
                self.world.after(1, 30, partial(self.world.do, requests.cancel_request, ident, number))
            self.world.after(0.2, 5, partial(self.find, number, starts))
        elif outcome == "payer_needed":
            self.world.after(2, 20, partial(self.no_payer, number, ident))

    def approve(self, number: int, ident: int, starts: datetime) -> None:
        """The level whose turn it is decides."""
        staff = self._decides(number)
        if staff is None:
            return
        if self.rng.random() < REJECTED:
            self.world.do(approval.reject, staff, number, "说得不清楚")
            return
        receipt = self.world.do(approval.approve, staff, number)
        if receipt is None:  # the last yes found no coins
            self.no_payer(number, ident)
        else:
            self._go_on(receipt.outcome, number, ident, starts)

    def _decides(self, number: int) -> int | None:
        """Whose word the order waits for; None when it waits for nobody's."""
        with self.world.unit() as uow:
            order = uow.orders.get(number)
        path = self.people.path[order.branch_id][::-1]
        if order.status is OrderStatus.APPROVED:
            return self.people.staff[path[-1]]
        if order.status is not OrderStatus.SUBMITTED:
            return None
        tier = self.world.scheme.approval[order.approvals_done].tier
        return self.people.staff[path[min(tier, len(path)) - 1]]

    def no_payer(self, number: int, ident: int) -> None:
        """Nobody can pay: staff say so."""
        staff = self._decides(number)
        if staff is not None:
            self.world.do(approval.reject, staff, number, "暂时没有币可以付")

    def find(self, number: int, starts: datetime) -> None:
        """Volunteers look at the board, or the head hands the job out; who is free and willing takes it."""
        if self.world.now >= starts:
            return
        with self.world.unit() as uow:
            order = uow.orders.get(number)
        if order.status is not OrderStatus.PUBLISHED:
            return
        pool = [
            ident for branch in self.people.path[order.branch_id] for ident in self.people.volunteers.get(branch, [])
        ]
        for volunteer in self.rng.sample(pool, min(LOOKS, len(pool))):
            if volunteer == order.resident_id or self.rng.random() >= WILLING:
                continue
            if self.world.scheme.dispatch_by_head:
                taken = self.world.do(jobs.assign, self.people.head[0], number, volunteer)
            else:
                taken = self.world.do(jobs.accept, volunteer, number)
            if taken is not None:
                self._taken(number, volunteer, order.resident_id, starts, order.minutes)
                return
        self.world.after(6, 14, partial(self.find, number, starts))

    def _taken(self, number: int, volunteer: int, resident: int, starts: datetime, minutes: int) -> None:
        if self.rng.random() < GIVEN_BACK:
            self.world.at(
                starts - timedelta(hours=self.rng.uniform(1, 12)), partial(self.give_back, number, volunteer, starts)
            )
        come = starts + timedelta(minutes=self.rng.randint(-10, 8))
        self.world.at(come, partial(self.come, number, volunteer, resident, minutes))

    def give_back(self, number: int, volunteer: int, starts: datetime) -> None:
        if self.world.do(jobs.withdraw, volunteer, number) is not None:
            self.find(number, starts)

    def come(self, number: int, volunteer: int, resident: int, minutes: int) -> None:
        with self.world.unit() as uow:
            held = [job for job in uow.jobs.of_order(number) if job.volunteer_id == volunteer]
            order = uow.orders.get(number)
        if order.status is not OrderStatus.ACCEPTED or not any(job.status.value == "accepted" for job in held):
            return
        if self.rng.random() < NOT_COME:
            late = order.starts_at + timedelta(minutes=40)
            self.world.at(late, partial(self.world.do, serving.no_show, resident, number))
            return
        self.world.do(serving.start, volunteer, number)
        served = max(10, minutes + self.rng.choice((-10, 0, 0, 0, 5, 20, 40)))
        end = self.world.now + timedelta(minutes=served)
        self.world.at(end, partial(self.finish, number, volunteer, resident))

    def finish(self, number: int, volunteer: int, resident: int) -> None:
        if self.world.do(serving.finish, volunteer, number) is None:
            return
        mood = self.rng.random()
        if mood < QUARREL:
            self.world.after(0.5, 8, partial(self.quarrel, number, resident))
        elif self.world.scheme.report_confirmed_by_head:
            self.world.after(2, 30, partial(self.report, number, resident))
        elif mood < CONFIRMS_SOON:
            self.world.after(0.05, 4, partial(self.confirm, number, resident, resident))
        elif mood < CONFIRMS_LATER:
            self.world.after(24.5, 60, partial(self.confirm, number, resident, resident))
        else:
            staff = self.people.staff[self.people.home[resident]]
            self.world.after(73, 100, partial(self.confirm, number, staff, resident))

    def report(self, number: int, resident: int) -> None:
        """The sub-branch reports, the head confirms the next day."""
        staff = self.people.staff[self.people.home[resident]]
        if self.world.do(reports.report_service, staff, number) is not None:
            self.world.after(4, 30, partial(self.confirm, number, self.people.head[1], resident))

    def confirm(self, number: int, who: int, resident: int) -> None:
        done = self.world.do(settling.confirm, who, number, True)
        if done is not None and done.outcome == "settled" and self.rng.random() < RATES:
            score = self.rng.choice((3, 4, 5, 5, 5))
            self.world.after(0.1, 20, partial(self.world.do, settling.rate, resident, number, score))

    def quarrel(self, number: int, resident: int) -> None:
        if self.world.do(disputes.dispute, resident, number, "时间不对") is None:
            return
        staff = self.people.head[0]
        outcome, minutes = self.rng.choice((("full", None), ("part", 30), ("void", None)))
        deed = partial(self.world.do, disputes.resolve, staff, number, outcome, minutes, "问过两边")
        self.world.after(5, 50, deed)
