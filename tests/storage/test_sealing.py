"""Sealed days and their chain; what `verify` says of honest and of altered books."""

from __future__ import annotations

import sqlite3

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import IntegrityError

from bank.errors import LedgerError
from storage import verify as proof
from storage.engine import is_sqlite
from storage.proofs import digest_of, mark_of, mark_row
from storage.unit_of_work import UnitFactory
from storage.verify import VerifyReport, verify
from tests.storage.books import DAY, NOW, account, balances, day, later, open_books, post, rows
from tests.storage.conftest import spoiled


def fill(units: UnitFactory) -> None:
    """Three days of posting: a hold captured in part, a correction, a day that was skipped in sealing, an open day."""
    with units() as uow:
        open_books(uow)
        ann = account(uow, "ann").id
        hold = uow.ledger.reserve(key="h1", account_id=ann, minutes=60, order_id=1, now=NOW)
        post(uow, "ann>bob 40, mint_honour>bob_honour 20", key="t1", hold_id=hold.id, order_id=1, daily_cap=120)
        uow.ledger.resolve(hold.id, key="r1", now=later(hours=1))
        wrong = post(uow, "base>bob 30", key="t2", posted_at=later(hours=2), daily_cap=120, reason="服务 | 代购")
        uow.ledger.reverse(wrong.id, key="t2r", now=later(days=1), day=day(1), reason="记错了", done_by=3)
        uow.commit()
    with units() as uow:
        assert uow.ledger.seal(DAY, later(days=1))
        assert uow.ledger.seal(day(2), later(days=3))  # day 1 was skipped: this covers it
        uow.ledger.reserve(key="h2", account_id=ann, minutes=15, order_id=2, now=later(days=3))
        post(uow, "ann>bob 5", key="t3", posted_at=later(days=3), kind="gift")
        uow.commit()


def test_sealing_closes_the_day(units: UnitFactory) -> None:
    fill(units)
    with units() as uow:
        assert not uow.ledger.seal(DAY, later(days=3)), "sealed before"
        assert not uow.ledger.seal(day(1), later(days=3)), "covered by the day after it"
        with pytest.raises(LedgerError, match="sealed"):
            uow.ledger.seal(day(3), later(days=3))  # not over yet
        for late in (NOW, later(days=1), later(days=2)):
            with pytest.raises(LedgerError, match="sealed"):
                post(uow, "ann>bob 1", key="late", posted_at=late)
        post(uow, "ann>bob 1", key="late service", day=DAY, posted_at=later(days=3))  # the day of service may be sealed
        assert uow.ledger.seal(day(3), later(days=4))


def test_a_day_without_postings_can_be_sealed(engine: Engine, units: UnitFactory) -> None:
    with units() as uow:
        assert uow.ledger.seal(DAY, later(days=1))
        assert uow.ledger.seal(day(1), later(days=2))
        uow.commit()
    assert verify(engine).ok


def test_verify_finds_nothing_in_honest_books(engine: Engine, units: UnitFactory) -> None:
    assert verify(engine).ok, "empty books are honest"
    fill(units)
    report = verify(engine, marks=True)
    assert report.mismatches == []
    assert report.sums == {"coin": 0, "honour": 0}
    assert report.counts["ledger_transaction"] == 7
    assert report.counts["entry"] == 16
    assert report.counts["sealed_day"] == 2
    assert report.as_json()["ok"] is True


TAMPERED = """
# behind the desk's back                                                                    | named
  UPDATE entry SET minutes = minutes + 1 WHERE minutes > 0 AND transaction_id = {t1}        | ledger_transaction {t1}
  UPDATE entry SET balance = balance + 1 WHERE transaction_id = {t3} AND minutes > 0        | entry {t3 credit}
  UPDATE entry SET previous_balance = 7, balance = 7 + minutes WHERE transaction_id = {t3}  | entry {t3 credit}
  UPDATE entry SET account_id = {base} WHERE transaction_id = {t3} AND minutes > 0          | ledger_transaction {t3}
  UPDATE entry SET unit = 'goods' WHERE transaction_id = {t1} AND leg = 2                   | entry {t1 credit 2}
  UPDATE entry SET day = '2026-01-01' WHERE transaction_id = {t3} AND minutes > 0           | entry {t3 credit}
  DELETE FROM entry WHERE transaction_id = {t3}                                             | ledger_transaction {t3}
  DELETE FROM entry WHERE transaction_id = {t1} AND leg = 2                                 | ledger_transaction {t1}
  DELETE FROM ledger_transaction WHERE id = {t3}                                            | entry {t3 credit}
  UPDATE ledger_transaction SET reason = 'x' WHERE id = {t3}                                | ledger_transaction {t3}
  UPDATE ledger_transaction SET kind = 'x' WHERE id = {t3}                                  | ledger_transaction {t3}
  UPDATE ledger_transaction SET done_by = 5 WHERE id = {t1}                                 | ledger_transaction {t1}
  UPDATE ledger_transaction SET order_id = 5 WHERE id = {t1}                                | sealed_day 1
  UPDATE ledger_transaction SET posted_at = '2026-03-04 00:00:00.000000' WHERE id = {t1}    | ledger_transaction {t1}
  UPDATE ledger_transaction SET key = 'x' WHERE id = {t1}                                   | ledger_transaction {t1}
  UPDATE ledger_transaction SET mark = 'x' WHERE id = {t1}                                  | sealed_day 1
  UPDATE ledger_transaction SET reverses_id = {t1} WHERE kind = 'reversal'                  | ledger_transaction {t2r}
  UPDATE account SET balance = balance + 1 WHERE id = {bob}                                 | account {bob}
  UPDATE account SET reserved = 0 WHERE id = {ann}                                          | account {ann}
  UPDATE account SET cap = 30 WHERE id = {bob}                                              | account {bob}
  UPDATE hold SET captured = 60 WHERE id = 1                                                | hold 1
  UPDATE hold SET status = 'released' WHERE id = 1                                          | hold 1
  UPDATE hold SET minutes = 14 WHERE id = 2                                                 | account {ann}
  UPDATE sealed_day SET hash = 'x' WHERE id = 1                                             | sealed_day 1
  UPDATE sealed_day SET previous_hash = 'x' WHERE id = 2                                    | sealed_day 2
  DELETE FROM sealed_day WHERE id = 1                                                       | sealed_day 2
"""


@pytest.mark.parametrize(("deed", "named"), rows(TAMPERED))
def test_verify_names_what_was_altered(engine: Engine, units: UnitFactory, deed: str, named: str) -> None:
    fill(units)
    names = numbers(engine)
    tamper(engine, fill_in(deed, names))
    report = verify(engine)
    assert not report.ok
    assert fill_in(named, names) in {f"{each.table} {each.id}" for each in report.mismatches}, report.mismatches


def test_the_chain_shows_a_forged_day(engine: Engine, units: UnitFactory) -> None:
    """A forger who moves both sides, every balance and the marks leaves sums that agree; the chain does not."""
    fill(units)
    names = numbers(engine)
    forged = (
        "UPDATE entry SET minutes = minutes * 2, balance = previous_balance + minutes * 2 WHERE transaction_id = {t2};"
        "UPDATE entry SET minutes = minutes * 2, previous_balance = previous_balance + minutes, "
        "balance = balance + 2 * minutes WHERE transaction_id = {t2r}"
    )
    tamper(engine, fill_in(forged, names))
    with units() as uow:
        assert balances(uow, "base=") == "base=500"
    assert "sealed_day 1" in named_in(verify(engine))
    _forge_marks(engine)
    report = verify(engine)
    assert named_in(report) >= {"sealed_day 1", "sealed_day 2"}


def test_marks_tell_the_row_in_a_broken_day(engine: Engine, units: UnitFactory) -> None:
    fill(units)
    names = numbers(engine)
    tamper(engine, fill_in("UPDATE ledger_transaction SET scheme_version = '9' WHERE id = {t1}", names))
    assert named_in(verify(engine)) == {f"ledger_transaction {names['t1']}", "sealed_day 1"}


def named_in(report: VerifyReport) -> set[str]:
    return {f"{each.table} {each.id}" for each in report.mismatches}


def numbers(engine: Engine) -> dict[str, int]:
    """The ids that the table above speaks of."""
    with engine.begin() as connection:
        found = {row[0]: row[1] for row in connection.execute(text("SELECT key, id FROM ledger_transaction"))}
        entries = connection.execute(text("SELECT transaction_id, leg, id FROM entry WHERE minutes > 0")).all()
        owners = text("SELECT owner_kind, owner_id, id FROM account WHERE unit = 'coin'")
        accounts = {(row[0], row[1]): row[2] for row in connection.execute(owners)}
    for key, ident in list(found.items()):
        for transaction, leg, entry in entries:
            if transaction == ident:
                found[f"{key} credit {leg}" if leg > 1 else f"{key} credit"] = entry
    people = {"ann": accounts["member", 1], "bob": accounts["member", 2], "base": accounts["service_base", 1]}
    return found | people


def fill_in(words: str, names: dict[str, int]) -> str:
    for name, ident in names.items():
        words = words.replace("{" + name + "}", str(ident))
    return words


def tamper(engine: Engine, statements: str) -> None:
    """Change rows as somebody with the database's password would: triggers and constraints out of the way first."""
    if is_sqlite(engine):
        plain = sqlite3.connect(str(engine.url.database), isolation_level=None)
        plain.execute("PRAGMA ignore_check_constraints = ON")
        for (name,) in plain.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            plain.execute(f"DROP TRIGGER {name}")
        altered = [plain.execute(statement).rowcount for statement in statements.split(";")]
        plain.close()
    else:
        try:
            altered = _alter(engine, statements)
        except IntegrityError:  # a CHECK stands in the way
            spoiled.add(str(engine.url.database))
            checks = text("SELECT conrelid::regclass, conname FROM pg_constraint WHERE contype = 'c' AND conrelid <> 0")
            with engine.begin() as connection:
                for table, name in connection.execute(checks).all():
                    connection.exec_driver_sql(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
            altered = _alter(engine, statements)
    assert all(count > 0 for count in altered), "nothing was altered"


def _alter(engine: Engine, statements: str) -> list[int]:
    with engine.begin() as connection:
        connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
        return [connection.exec_driver_sql(statement).rowcount for statement in statements.split(";")]


def _forge_marks(engine: Engine) -> None:
    changes = []
    with engine.connect() as connection:
        for row, lines in proof._with_lines(connection, None, None):
            digest = digest_of(proof._posting(row, lines), row["reverses_id"])
            mark = mark_of(digest, mark_row(**{name: row[name] for name in proof._OWN}), lines)
            changes.append(f"UPDATE ledger_transaction SET digest = '{digest}', mark = '{mark}' WHERE id = {row['id']}")
    tamper(engine, ";".join(changes))
