"""The books. Guarantees, reasons and proofs are in docs/ledger.md; the checks here are repeated by the database."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from bank.coins import (
    Account,
    Hold,
    HoldStatus,
    Leg,
    Owner,
    OwnerKind,
    Posting,
    StatementLine,
    Transaction,
    TransactionKind,
    Unit,
)
from bank.errors import KeyReused, LedgerError, NotFound
from storage import ledger_sql as sql
from storage.ledger_rows import account_of, hold_of, transaction_of
from storage.proofs import Line, digest_of, mark_of, mark_row
from storage.receipts import content_digest
from storage.sealing import seal_day
from storage.session import Session
from storage.types import from_driver

MAY_GO_NEGATIVE = frozenset({OwnerKind.ISSUANCE})
CAPPED_BY_DAY = frozenset({OwnerKind.MEMBER, OwnerKind.HOUSEHOLD})


class SqlLedger:
    """`bank.ports.Ledger` inside one unit of work. `zone` says where a day ends (for sealing)."""

    def __init__(self, session: Session, zone: ZoneInfo) -> None:
        self._session = session
        self._zone = zone

    def account(self, owner: Owner, unit: Unit, *, cap: int | None = None) -> Account:
        """The owner's account in that unit, opened with `cap` (minutes) when new."""
        wanted = {"kind": str(owner.kind), "owner": owner.id, "unit": str(unit)}
        row = self._run(sql.FIND_ACCOUNT, wanted).fetchone()
        if row is None:
            self._run(sql.OPEN_ACCOUNT, {**wanted, "cap": cap})
            row = self._run(sql.FIND_ACCOUNT, wanted).fetchone()
        return account_of(row)

    def lock(self, account_ids: Iterable[int]) -> dict[int, Account]:
        """Lock the accounts in id order and return them fresh. Raises NotFound."""
        idents = sorted(set(account_ids))
        if not idents:
            return {}
        marks = {f"a{number}": ident for number, ident in enumerate(idents)}
        rows = self._run(sql.lock_accounts(len(idents)), marks).fetchall()
        found = {row[0]: account_of(row) for row in rows}
        for ident in idents:
            if ident not in found:
                raise NotFound("account", ident)
        return found

    def post(self, posting: Posting) -> Transaction:
        """Write one transaction; with `hold_id` its debits of the hold's account are captured from it.

        The same key again with the same content returns the first. Raises KeyReused, NotFound, LedgerError.
        """
        if posting.kind is TransactionKind.REVERSAL:
            raise LedgerError("reversal", "a reversal is made by reverse()")
        return self._post(posting, reverses_id=None)

    def reserve(
        self,
        *,
        key: str,
        account_id: int,
        minutes: int,
        order_id: int | None,
        now: datetime,
        expires_at: datetime | None = None,
    ) -> Hold:
        """Reserve minutes. Raises LedgerError("available") when they are not there, KeyReused."""
        _check_minutes(minutes)
        account = self.lock([account_id])[account_id]
        digest = content_digest([account_id, minutes, order_id])
        row = self._run(sql.HOLD_OF_KEY, {"key": key}).fetchone()
        if row is not None:
            if row[10] != digest:
                raise KeyReused(key)
            return hold_of(row)
        _check_available(account, account.balance, account.reserved + minutes)
        values = {
            "key": key,
            "digest": digest,
            "account": account_id,
            "minutes": minutes,
            "order": order_id,
            "made_at": self._session.moment(now),
            "expires_at": None if expires_at is None else self._session.moment(expires_at),
        }
        ident = self._run(sql.RESERVE, values).fetchone()[0]
        self._run(sql.KEEP_BACK, {"id": account_id, "minutes": minutes})
        return self.hold(ident)

    def hold(self, hold_id: int) -> Hold:
        """Raises NotFound."""
        return hold_of(self._hold_row(hold_id))

    def resolve(self, hold_id: int, *, key: str, now: datetime, expired: bool = False) -> Hold:
        """Close a hold: captured if anything of it was captured, else released (or expired); the rest is free.

        The same key again returns the hold. Raises NotFound, LedgerError("hold") when it was closed by another key.
        """
        self.lock([self._hold_row(hold_id)[2]])
        row = self._hold_row(hold_id)
        hold = hold_of(row)
        if hold.status is not HoldStatus.PENDING:
            if row[11] == key:
                return hold
            raise LedgerError("hold", f"hold {hold_id} is {hold.status} already")
        left = hold.left
        if hold.captured:
            hold.status = HoldStatus.CAPTURED
        else:
            hold.status = HoldStatus.EXPIRED if expired else HoldStatus.RELEASED
        values = {"id": hold_id, "status": str(hold.status), "at": self._session.moment(now), "key": key}
        self._run(sql.RESOLVE, values)
        if left:
            self._run(sql.KEEP_BACK, {"id": hold.account_id, "minutes": -left})
        hold.resolved_at = now
        return hold

    def reverse(
        self, transaction_id: int, *, key: str, now: datetime, day: date, reason: str, done_by: int | None
    ) -> Transaction:
        """The linked mirror of a transaction, once. Raises NotFound, KeyReused, LedgerError."""
        original = self.transaction(transaction_id)
        if original.kind is TransactionKind.REVERSAL:
            raise LedgerError("reversal", f"transaction {transaction_id} is itself a reversal")
        if not reason.strip():
            raise LedgerError("reversal", "a reversal needs a reason")
        legs = self._run(sql.LEGS_OF, {"id": transaction_id}).fetchall()
        posting = Posting(
            key=key,
            kind=TransactionKind.REVERSAL,
            legs=tuple(Leg(debit=credit, credit=debit, minutes=minutes) for debit, credit, minutes in legs),
            day=day,
            posted_at=now,
            scheme=original.scheme,
            scheme_version=original.scheme_version,
            category=original.category,
            multiplier_pct=original.multiplier_pct,
            order_id=original.order_id,
            job_id=original.job_id,
            done_by=done_by,
            done_for=original.done_for,
            reason=reason,
        )
        return self._post(posting, reverses_id=transaction_id)

    def transaction(self, transaction_id: int) -> Transaction:
        """Raises NotFound."""
        row = self._run(sql.GET_TRANSACTION, {"id": transaction_id}).fetchone()
        if row is None:
            raise NotFound("transaction", transaction_id)
        return transaction_of(row)

    def transactions(self, *, order_id: int) -> list[Transaction]:
        """All transactions of an order, oldest first."""
        return [transaction_of(row) for row in self._run(sql.OF_ORDER, {"order": order_id}).fetchall()]

    def earned_on(self, account_id: int, day: date) -> int:
        """Minutes that came in by service on that local day, less what was reversed."""
        row = self._run(sql.EARNED_ON, {"account": account_id, "day": self._session.day(day)}).fetchone()
        return int(row[0])

    def came_in(self, account_id: int) -> dict[TransactionKind, int]:
        """Minutes that ever came into the account by kind of transaction, less what was reversed of that kind."""
        rows = self._run(sql.CAME_IN, {"account": account_id}).fetchall()
        return {TransactionKind(row[0]): int(row[1]) for row in rows}

    def statement(self, account_id: int, since: datetime, until: datetime) -> list[StatementLine]:
        """Entries of the account in [since, until), oldest first."""
        moment = self._session.moment
        wanted = {"account": account_id, "since": moment(since), "until": moment(until)}
        return [
            StatementLine(
                transaction=transaction_of(row[4:]),
                minutes=row[0],
                balance=row[1],
                counterparty=Owner(OwnerKind(row[2]), row[3]),
            )
            for row in self._run(sql.STATEMENT, wanted).fetchall()
        ]

    def seal(self, day: date, now: datetime) -> bool:
        """Seal a past local day of posting into the hash chain; False when it was sealed before.

        Raises LedgerError("sealed") while the day is not over.
        """
        return seal_day(self._session, day, now, self._zone)

    # -- writing ------------------------------------------------------------------------------------------------

    def _post(self, posting: Posting, reverses_id: int | None) -> Transaction:
        _check_legs(posting.legs)
        accounts = self.lock(ident for leg in posting.legs for ident in (leg.debit, leg.credit))
        digest = digest_of(posting, reverses_id)
        before = self._run(sql.BEFORE_POSTING, {"key": posting.key, "hold": posting.hold_id}).fetchone()
        if before[0] is not None:
            if before[1] != digest:
                raise KeyReused(posting.key)
            return self.transaction(before[0])
        if before[2] is not None and posting.posted_at < from_driver(before[2]):
            raise LedgerError("sealed", f"days up to {before[2]} are sealed")
        if reverses_id is not None and self._run(sql.REVERSAL_OF, {"id": reverses_id}).fetchone() is not None:
            raise LedgerError("reversal", f"transaction {reverses_id} was reversed before")
        lines, earned = _lines(posting.legs, accounts)
        captured = 0 if posting.hold_id is None else _captured(posting, before[3:])
        if captured:
            accounts[before[3]].reserved -= captured
        for account in accounts.values():
            _check_available(account, account.balance, account.reserved)
            if account.cap is not None and account.balance > account.cap and account.id in earned:
                raise LedgerError("cap", f"account {account.id} would hold {account.balance} of {account.cap} minutes")
        if posting.daily_cap is not None and posting.kind is TransactionKind.SERVICE:
            self._check_daily_cap(posting, accounts, earned)
        return self._write(posting, digest, reverses_id, lines, accounts, captured)

    def _check_daily_cap(self, posting: Posting, accounts: dict[int, Account], earned: dict[int, int]) -> None:
        for ident, minutes in earned.items():
            account = accounts[ident]
            if account.unit is not Unit.COIN or account.owner.kind not in CAPPED_BY_DAY:
                continue
            day = self.earned_on(ident, posting.day) + minutes
            if posting.daily_cap is not None and day > posting.daily_cap:
                raise LedgerError("daily_cap", f"account {ident} would earn {day} of {posting.daily_cap} minutes")

    def _write(
        self,
        posting: Posting,
        digest: str,
        reverses_id: int | None,
        lines: Sequence[Line],
        accounts: dict[int, Account],
        captured: int,
    ) -> Transaction:
        own: dict[str, Any] = {
            "key": posting.key,
            "kind": str(posting.kind),
            "day": posting.day,
            "posted_at": posting.posted_at,
            "scheme": posting.scheme,
            "scheme_version": posting.scheme_version,
            "category": posting.category,
            "multiplier_pct": posting.multiplier_pct,
            "order_id": posting.order_id,
            "job_id": posting.job_id,
            "done_by": posting.done_by,
            "done_for": posting.done_for,
            "reason": posting.reason,
            "hold_id": posting.hold_id,
            "daily_cap": posting.daily_cap,
            "reverses_id": reverses_id,
        }
        mark = mark_of(digest, mark_row(**own), lines)
        day = self._session.day(posting.day)
        values = {**own, "digest": digest, "mark": mark, "day": day}
        values["posted_at"] = self._session.moment(posting.posted_at)
        ident = int(self._run(sql.POST, values).fetchone()[0])
        entries: dict[str, Any] = {"t": ident, "day": day}
        for n, line in enumerate(lines):
            entries[f"l{n}"], entries[f"a{n}"], entries[f"c{n}"], entries[f"u{n}"] = line[:4]
            entries[f"m{n}"], entries[f"p{n}"], entries[f"b{n}"] = line[4:]
        self._run(sql.write_entries(len(lines)), entries)
        balances: dict[str, int] = {}
        for n, account in enumerate(accounts.values()):
            balances[f"a{n}"], balances[f"b{n}"], balances[f"r{n}"] = account.id, account.balance, account.reserved
        self._run(sql.write_balances(len(accounts)), balances)
        if captured:
            self._run(sql.CAPTURE, {"hold": posting.hold_id, "minutes": captured})
        kept = {name: own[name] for name in own if name not in ("hold_id", "daily_cap", "kind")}
        return Transaction(id=ident, kind=posting.kind, **kept)

    def _hold_row(self, hold_id: int) -> Any:
        row = self._run(sql.GET_HOLD, {"id": hold_id}).fetchone()
        if row is None:
            raise NotFound("hold", hold_id)
        return row

    def _run(self, statement: str, values: dict[str, Any]) -> Any:
        return self._session.driver(sql.spoken(statement, sqlite=self._session.sqlite), values)


def _check_minutes(minutes: object) -> None:
    if type(minutes) is not int or minutes < 1:
        raise LedgerError("whole_minutes", f"{minutes!r} is not a whole number of minutes above 0")


def _check_legs(legs: Sequence[Leg]) -> None:
    if not legs:
        raise LedgerError("zero_sum", "a transaction needs a leg")
    for leg in legs:
        _check_minutes(leg.minutes)
        if leg.debit == leg.credit:
            raise LedgerError("two_accounts", f"account {leg.debit} cannot pay itself")


def _check_available(account: Account, balance: int, reserved: int) -> None:
    if balance - reserved < 0 and account.owner.kind not in MAY_GO_NEGATIVE:
        raise LedgerError("available", f"account {account.id} would have {balance - reserved} minutes available")


def _lines(legs: Sequence[Leg], accounts: dict[int, Account]) -> tuple[list[Line], dict[int, int]]:
    """The entries of the legs, with the accounts' balances moved on; and what each credited account gets, minutes."""
    lines: list[Line] = []
    credited: dict[int, int] = {}
    for number, leg in enumerate(legs, start=1):
        debit, credit = accounts[leg.debit], accounts[leg.credit]
        if debit.unit is not credit.unit:
            raise LedgerError("zero_sum", f"account {debit.id} keeps {debit.unit}, account {credit.id} {credit.unit}")
        unit = str(debit.unit)
        for account, other, minutes in ((debit, credit, -leg.minutes), (credit, debit, leg.minutes)):
            previous = account.balance
            account.balance = previous + minutes
            lines.append(Line(number, account.id, other.id, unit, minutes, previous, account.balance))
        credited[credit.id] = credited.get(credit.id, 0) + leg.minutes
    return lines, credited


def _captured(posting: Posting, hold: Sequence[Any]) -> int:
    """Minutes that the posting takes from its hold. Raises NotFound, LedgerError("hold")."""
    account_id, minutes, captured, status, expires_at = hold
    if account_id is None:
        raise NotFound("hold", posting.hold_id)
    wanted = sum(leg.minutes for leg in posting.legs if leg.debit == account_id)
    if not wanted:
        raise LedgerError("hold", f"hold {posting.hold_id} is of account {account_id}, which pays nothing here")
    if status != HoldStatus.PENDING:
        raise LedgerError("hold", f"hold {posting.hold_id} is {status} already")
    if expires_at is not None and posting.posted_at >= from_driver(expires_at):
        raise LedgerError("hold", f"hold {posting.hold_id} ended at {expires_at}")
    if wanted > minutes - captured:
        raise LedgerError("hold", f"{wanted} minutes asked, {minutes - captured} left of hold {posting.hold_id}")
    return wanted
