"""Plays the sample's deeds on the real use cases, each at its own moment in the past."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta

from bank.doing import Doing
from bank.errors import RuleRefused
from bank.notices import CaseKind
from bank.orders import OrderStatus
from bank.permissions import may_approve
from bank.scheme import Scheme
from bank.usecases import approval, care, jobs, reports, requests, serving, settling
from bot.demo.sample_story import Deed
from storage.unit_of_work import SqlUnitOfWork


@dataclass(kw_only=True)
class Past:
    """Iterate to play: each step first yields its moment (so that notices bear it), then does the deed.

    `staff` are tried in turn for what staff do: the one whose level it is. A deed that the scheme does not know
    (approval where there is none) is left out.
    """

    uow: SqlUnitOfWork
    scheme: Scheme
    today: date
    now: datetime
    members: Mapping[str, int]
    staff: Sequence[int]
    deeds: Sequence[Deed]
    orders: dict[str, int] = field(default_factory=dict)

    def __iter__(self) -> Iterator[datetime]:
        for number, deed in enumerate(self.deeds):
            at = self._moment(deed.day, deed.at)
            if at >= self.now:
                continue  # early in the morning yesterday's evening may not have been yet
            yield at
            self._do(deed, number, at)

    def _do(self, deed: Deed, number: int, at: datetime) -> None:
        actor_id = self.members.get(deed.who, 0)
        doing = Doing(now=at, key=f"sample:{number}:{deed.deed}", actor_id=actor_id, device=f"demo-{deed.who}")
        order_id = self.orders.get(deed.order, 0)
        uow, scheme = self.uow, self.scheme
        match deed.deed:
            case "ask":
                self._ask(deed, doing)
            case "approve":
                self._approve(order_id, deed.levels, number, at)
            case "reject":
                self._reject(order_id, deed.reason, number, at)
            case "take":
                self._take(order_id, actor_id, doing)
            case "start":
                serving.start(uow, scheme, doing, order_id)
            case "finish":
                serving.finish(uow, scheme, doing, order_id)
            case "confirm":
                self._confirm(uow, doing, order_id)
            case "rate":
                settling.rate(uow, scheme, doing, order_id, deed.score, deed.words)
            case "cancel":
                requests.cancel_request(uow, scheme, doing, order_id, deed.reason)
            case "case":
                care.open_case(uow, scheme, doing, CaseKind.PERSON, deed.words)

    def _confirm(self, uow: SqlUnitOfWork, doing: Doing, order_id: int) -> None:
        if self.scheme.report_confirmed_by_head:
            sub_branch = replace(doing.step("report"), actor_id=self.staff[0], for_id=doing.actor_id)
            reports.report_service(uow, self.scheme, sub_branch, order_id)
            doing = replace(doing, actor_id=self.staff[-1], for_id=doing.actor_id)
        settling.confirm(uow, self.scheme, doing, order_id)

    def _ask(self, deed: Deed, doing: Doing) -> None:
        wish = requests.Wish(
            service=deed.service,
            words=deed.words,
            starts_at=self._moment(deed.wanted, deed.start),
            minutes=deed.minutes,
            place=deed.place,
        )
        receipt = requests.submit_request(self.uow, self.scheme, doing, wish)
        self.orders[deed.order] = receipt.facts["number"]

    def _approve(self, order_id: int, levels: int | None, number: int, at: datetime) -> None:
        for level in range(len(self.scheme.approval) if levels is None else levels):
            who = self._approver(order_id)
            if who is None:
                return  # published already
            moment = at + timedelta(minutes=level)
            doing = Doing(now=moment, key=f"sample:{number}:approve:{level}", actor_id=who)
            approval.approve(self.uow, self.scheme, doing, order_id)

    def _reject(self, order_id: int, reason: str, number: int, at: datetime) -> None:
        who = self._approver(order_id)
        if who is None:  # no approval here: the asker lets it go
            order = self.uow.orders.get(order_id)
            doing = Doing(now=at, key=f"sample:{number}:cancel", actor_id=order.resident_id)
            requests.cancel_request(self.uow, self.scheme, doing, order_id, reason)
            return
        approval.reject(
            self.uow, self.scheme, Doing(now=at, key=f"sample:{number}:reject", actor_id=who), order_id, reason
        )

    def _take(self, order_id: int, volunteer_id: int, doing: Doing) -> None:
        try:
            jobs.accept(self.uow, self.scheme, doing, order_id)
        except RuleRefused as refused:
            if refused.rule != "dispatched_by_staff":
                raise
            head = Doing(now=doing.now, key=f"{doing.key}:assign", actor_id=self.staff[-1])
            jobs.assign(self.uow, self.scheme, head, order_id, volunteer_id)

    def _approver(self, order_id: int) -> int | None:
        """Whose word the order waits for; None when it waits for none."""
        order = self.uow.orders.get(order_id)
        if order.status is not OrderStatus.SUBMITTED or order.approvals_done >= len(self.scheme.approval):
            return None
        level = self.scheme.approval[order.approvals_done]
        return next((who for who in self.staff if may_approve(self.uow, who, order, level)), None)

    def _moment(self, day: int, at: time) -> datetime:
        return datetime.combine(self.today + timedelta(days=day), at, tzinfo=self.scheme.tz)
