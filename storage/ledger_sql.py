"""The ledger's statements. They go straight to the driver: few of them, prepared, no object per row.

Written once with `:name` parameters; PostgreSQL gets `%(name)s`, and row locks where SQLite has its one writer.
"""

# ruff: noqa: S608  only this file's own column lists and counted parameter names are put into statements

from __future__ import annotations

import re
from functools import lru_cache

ACCOUNT = "id, owner_kind, owner_id, unit, balance, reserved, cap"
TRANSACTION = (
    "id, key, kind, day, posted_at, scheme, scheme_version, category, multiplier_pct, order_id, job_id, "
    "done_by, done_for, reason, reverses_id"
)
HOLD = "id, key, account_id, minutes, captured, status, order_id, made_at, expires_at, resolved_at"

FIND_ACCOUNT = f"SELECT {ACCOUNT} FROM account WHERE owner_kind = :kind AND owner_id = :owner AND unit = :unit"
OPEN_ACCOUNT = (
    "INSERT INTO account (owner_kind, owner_id, unit, balance, reserved, cap) "
    "VALUES (:kind, :owner, :unit, 0, 0, :cap) ON CONFLICT (owner_kind, owner_id, unit) DO NOTHING"
)
# One look at all that must be known once the accounts are locked: was the key used, till when are days sealed, how
# does the hold stand (its account's lock guards it).
BEFORE_POSTING = (
    "SELECT s.seen, s.digest, s.sealed, h.account_id, h.minutes, h.captured, h.status, h.expires_at "
    "FROM (SELECT (SELECT id FROM ledger_transaction WHERE key = :key) AS seen, "
    "(SELECT digest FROM ledger_transaction WHERE key = :key) AS digest, "
    "(SELECT MAX(ends_at) FROM sealed_day) AS sealed) s LEFT JOIN hold h ON h.id = :hold"
)
EARNED_ON = (
    "SELECT COALESCE(SUM(e.minutes), 0) FROM entry e JOIN ledger_transaction t ON t.id = e.transaction_id "
    "WHERE e.account_id = :account AND e.day = :day AND e.minutes > 0 AND t.kind = 'service' "
    "AND NOT EXISTS (SELECT 1 FROM ledger_transaction r WHERE r.reverses_id = t.id)"
)
CAME_IN = (
    "SELECT t.kind, SUM(e.minutes) FROM entry e JOIN ledger_transaction t ON t.id = e.transaction_id "
    "WHERE e.account_id = :account AND e.minutes > 0 AND t.kind <> 'reversal' "
    "AND NOT EXISTS (SELECT 1 FROM ledger_transaction r WHERE r.reverses_id = t.id) GROUP BY t.kind"
)
POST = (
    "INSERT INTO ledger_transaction (key, digest, mark, kind, day, posted_at, scheme, scheme_version, category, "
    "multiplier_pct, order_id, job_id, done_by, done_for, reason, hold_id, daily_cap, reverses_id) "
    "VALUES (:key, :digest, :mark, :kind, :day, :posted_at, :scheme, :scheme_version, :category, "
    ":multiplier_pct, :order_id, :job_id, :done_by, :done_for, :reason, :hold_id, :daily_cap, :reverses_id) "
    "RETURNING id"
)
CAPTURE = "UPDATE hold SET captured = captured + :minutes WHERE id = :hold"
GET_TRANSACTION = f"SELECT {TRANSACTION} FROM ledger_transaction WHERE id = :id"
OF_ORDER = f"SELECT {TRANSACTION} FROM ledger_transaction WHERE order_id = :order ORDER BY id"
REVERSAL_OF = "SELECT id FROM ledger_transaction WHERE reverses_id = :id"
LEGS_OF = "SELECT counter_id, account_id, minutes FROM entry WHERE transaction_id = :id AND minutes > 0 ORDER BY leg"
STATEMENT = (
    "SELECT e.minutes, e.balance, c.owner_kind, c.owner_id, "
    + ", ".join(f"t.{name}" for name in TRANSACTION.split(", "))
    + " FROM entry e JOIN ledger_transaction t ON t.id = e.transaction_id JOIN account c ON c.id = e.counter_id "
    "WHERE e.account_id = :account AND t.posted_at >= :since AND t.posted_at < :until ORDER BY e.id"
)
GET_HOLD = f"SELECT {HOLD}, digest, resolve_key FROM hold WHERE id = :id"
HOLD_OF_KEY = f"SELECT {HOLD}, digest, resolve_key FROM hold WHERE key = :key"
RESERVE = (
    "INSERT INTO hold (key, digest, account_id, minutes, captured, status, order_id, made_at, expires_at) "
    "VALUES (:key, :digest, :account, :minutes, 0, 'pending', :order, :made_at, :expires_at) RETURNING id"
)
KEEP_BACK = "UPDATE account SET reserved = reserved + :minutes WHERE id = :id"
RESOLVE = "UPDATE hold SET status = :status, resolved_at = :at, resolve_key = :key WHERE id = :id"


@lru_cache(maxsize=64)
def lock_accounts(count: int) -> str:
    """Lock `count` accounts (:a0, :a1 …) in id order."""
    marks = ", ".join(f":a{number}" for number in range(count))
    return f"SELECT {ACCOUNT} FROM account WHERE id IN ({marks}) ORDER BY id FOR UPDATE"


@lru_cache(maxsize=64)
def write_entries(count: int) -> str:
    """Write `count` entries of one transaction (:t, on :day) in one statement."""
    rows = ", ".join(f"(:t, :l{n}, :a{n}, :c{n}, :u{n}, :day, :m{n}, :p{n}, :b{n})" for n in range(count))
    return (
        "INSERT INTO entry "
        "(transaction_id, leg, account_id, counter_id, unit, day, minutes, previous_balance, balance) "
        f"VALUES {rows}"
    )


@lru_cache(maxsize=64)
def write_balances(count: int) -> str:
    """Set balance (:b0 …) and reserved (:r0 …) of `count` accounts (:a0 …) in one statement."""
    balances = " ".join(f"WHEN :a{n} THEN :b{n}" for n in range(count))
    reserved = " ".join(f"WHEN :a{n} THEN :r{n}" for n in range(count))
    marks = ", ".join(f":a{n}" for n in range(count))
    return (
        f"UPDATE account SET balance = CASE id {balances} END, reserved = CASE id {reserved} END WHERE id IN ({marks})"
    )


@lru_cache(maxsize=512)
def spoken(sql: str, *, sqlite: bool) -> str:
    """The statement in the engine's own parameter style and locking."""
    if sqlite:
        return sql.replace(" FOR UPDATE", "")
    return re.sub(r":(\w+)", r"%(\1)s", sql)
