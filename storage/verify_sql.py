"""The questions that `verify` asks. Each answers (id, what is wrong) for the rows of one table that break a guarantee.

Nothing is taken from kept figures: balances, reserved and captured minutes are worked out from entries and holds.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Question:
    """`table` is where the rows that the statement answers lie."""

    table: str
    sql: str


LEGS = Question(
    "ledger_transaction",
    "SELECT transaction_id, 'leg ' || leg || ' is not one debit and one credit of one unit that sum to 0' FROM entry "
    "GROUP BY transaction_id, leg HAVING COUNT(*) <> 2 OR SUM(minutes) <> 0 OR MIN(unit) <> MAX(unit) "
    "OR MIN(account_id) <> MIN(counter_id) OR MAX(account_id) <> MAX(counter_id) OR MIN(account_id) = MAX(account_id)",
)
RUNNING = Question(
    "entry",
    "SELECT id, 'balance ' || balance || ' does not follow from ' || before || ' and ' || minutes || ' minutes' FROM "
    "(SELECT id, minutes, previous_balance, balance, LAG(balance, 1, 0) OVER (PARTITION BY account_id ORDER BY id) "
    "AS before FROM entry) chain WHERE previous_balance <> before OR balance <> before + minutes",
)
ENTRIES = Question(
    "entry",
    "SELECT e.id, CASE WHEN t.id IS NULL THEN 'has no transaction' WHEN a.id IS NULL THEN 'has no account' "
    "WHEN e.minutes = 0 THEN 'moves nothing' "
    "WHEN e.unit <> a.unit THEN 'is in ' || e.unit || ', its account in ' || a.unit "
    "WHEN e.day <> t.day THEN 'counts for another day than its transaction' "
    "WHEN e.balance < 0 THEN 'leaves the account with ' || e.balance ELSE 'passes the cap of ' || a.cap END "
    "FROM entry e LEFT JOIN account a ON a.id = e.account_id LEFT JOIN ledger_transaction t ON t.id = e.transaction_id "
    "WHERE t.id IS NULL OR a.id IS NULL OR e.minutes = 0 OR e.unit <> a.unit OR e.day <> t.day "
    "OR (((a.cap IS NOT NULL AND e.minutes > 0 AND e.balance > a.cap) "
    "OR (e.balance < 0 AND a.owner_kind <> 'issuance')) "
    "AND NOT EXISTS (SELECT 1 FROM entry later WHERE later.transaction_id = e.transaction_id "
    "AND later.account_id = e.account_id AND later.id > e.id))",
)
EMPTY = Question(
    "ledger_transaction",
    "SELECT t.id, 'has no entries' FROM ledger_transaction t "
    "WHERE NOT EXISTS (SELECT 1 FROM entry e WHERE e.transaction_id = t.id)",
)
BALANCES = Question(
    "account",
    "SELECT a.id, 'keeps balance ' || a.balance || ', its entries sum to ' || COALESCE(e.total, 0) FROM account a "
    "LEFT JOIN (SELECT account_id, SUM(minutes) AS total FROM entry GROUP BY account_id) e ON e.account_id = a.id "
    "WHERE a.balance <> COALESCE(e.total, 0)",
)
RESERVED = Question(
    "account",
    "SELECT a.id, 'keeps ' || a.reserved || ' reserved, its pending holds have ' || COALESCE(h.held, 0) || ' left' "
    "FROM account a LEFT JOIN (SELECT account_id, SUM(minutes - captured) AS held FROM hold "
    "WHERE status = 'pending' GROUP BY account_id) h ON h.account_id = a.id WHERE a.reserved <> COALESCE(h.held, 0)",
)
LIMITS = Question(
    "account",
    "SELECT id, CASE WHEN cap IS NOT NULL AND balance > cap THEN 'holds ' || balance || ' of at most ' || cap "
    "ELSE 'has ' || (balance - reserved) || ' available' END FROM account "
    "WHERE (cap IS NOT NULL AND balance > cap) OR reserved < 0 "
    "OR (owner_kind <> 'issuance' AND balance < reserved)",
)
HOLDS = Question(
    "hold",
    "SELECT h.id, 'keeps ' || h.captured || ' captured (' || h.status || '), ' || COALESCE(p.paid, 0) || ' were paid' "
    "FROM hold h LEFT JOIN (SELECT t.hold_id, SUM(-e.minutes) AS paid FROM ledger_transaction t "
    "JOIN hold own ON own.id = t.hold_id JOIN entry e ON e.transaction_id = t.id AND e.account_id = own.account_id "
    "AND e.minutes < 0 GROUP BY t.hold_id) p ON p.hold_id = h.id "
    "WHERE h.captured <> COALESCE(p.paid, 0) OR h.captured > h.minutes OR h.minutes < 1 "
    "OR (h.status IN ('released', 'expired') AND h.captured > 0) OR (h.status = 'captured' AND h.captured = 0)",
)
REVERSALS = Question(
    "ledger_transaction",
    "SELECT r.id, 'is no mirror of transaction ' || r.reverses_id FROM ledger_transaction r "
    "LEFT JOIN ledger_transaction o ON o.id = r.reverses_id WHERE r.reverses_id IS NOT NULL AND (o.id IS NULL "
    "OR o.kind = 'reversal' OR r.reason IS NULL OR (SELECT COUNT(*) FROM entry WHERE transaction_id = r.id) "
    "<> (SELECT COUNT(*) FROM entry WHERE transaction_id = o.id) OR EXISTS (SELECT 1 FROM entry e "
    "WHERE e.transaction_id = o.id AND NOT EXISTS (SELECT 1 FROM entry m WHERE m.transaction_id = r.id "
    "AND m.leg = e.leg AND m.account_id = e.account_id AND m.minutes = -e.minutes)))",
)
TWICE = Question(
    "ledger_transaction",
    "SELECT MAX(id), 'reverses transaction ' || reverses_id || ' again' FROM ledger_transaction "
    "WHERE reverses_id IS NOT NULL GROUP BY reverses_id HAVING COUNT(*) > 1",
)
DAILY = Question(
    "account",
    "SELECT a.id, 'earned ' || SUM(e.minutes) || ' of at most ' || MAX(t.daily_cap) || ' minutes on ' || e.day "
    "FROM (SELECT * FROM ledger_transaction WHERE kind = 'service' AND daily_cap IS NOT NULL) t CROSS JOIN entry e "
    "JOIN account a ON a.id = e.account_id AND a.owner_kind IN ('member', 'household') "
    "WHERE e.transaction_id = t.id AND e.minutes > 0 AND e.unit = 'coin' "
    "AND NOT EXISTS (SELECT 1 FROM ledger_transaction r WHERE r.reverses_id = t.id) "
    "GROUP BY a.id, e.day HAVING SUM(e.minutes) > MAX(t.daily_cap)",
)
QUESTIONS = (
    LEGS, RUNNING, ENTRIES, EMPTY, BALANCES, RESERVED, LIMITS, HOLDS, REVERSALS, TWICE, DAILY,
)  # fmt: skip

COUNTED = ("account", "ledger_transaction", "entry", "hold", "sealed_day", "audit")
SUMS = "SELECT unit, SUM(minutes) FROM entry GROUP BY unit ORDER BY unit"
