"""What the database itself refuses: changing or deleting posted rows, posting into a sealed day.

This is the first version, which migration 0002 makes. A later change is a new list in a new migration.
"""

from __future__ import annotations

IMMUTABLE = ("ledger_transaction", "entry", "audit", "sealed_day")


def trigger_statements(*, sqlite: bool) -> list[str]:
    """The statements that make the triggers, in order."""
    return _sqlite() if sqlite else _postgresql()


def _sqlite() -> list[str]:
    made = [
        f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, 'timebank:immutable: {table} is never changed or deleted'); END"
        for table in IMMUTABLE
        for verb in ("UPDATE", "DELETE")
    ]
    made.append(
        "CREATE TRIGGER ledger_transaction_sealed BEFORE INSERT ON ledger_transaction "
        "WHEN NEW.posted_at < (SELECT MAX(ends_at) FROM sealed_day) "
        "BEGIN SELECT RAISE(ABORT, 'timebank:sealed: the day of posting is sealed'); END"
    )
    return made


def _postgresql() -> list[str]:
    made = [
        "CREATE FUNCTION timebank_immutable() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION "
        "USING MESSAGE = 'timebank:immutable: ' || TG_TABLE_NAME || ' is never changed or deleted'; END $$",
        "CREATE FUNCTION timebank_sealed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "IF NEW.posted_at < (SELECT MAX(ends_at) FROM sealed_day) THEN "
        "RAISE EXCEPTION 'timebank:sealed: the day of posting is sealed'; END IF; RETURN NEW; END $$",
    ]
    made += [
        f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION timebank_immutable()"
        for table in IMMUTABLE
    ]
    made += [
        f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION timebank_immutable()"
        for table in IMMUTABLE
    ]
    made.append(
        "CREATE TRIGGER ledger_transaction_sealed BEFORE INSERT ON ledger_transaction "
        "FOR EACH ROW EXECUTE FUNCTION timebank_sealed()"
    )
    return made
