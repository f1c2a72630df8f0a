"""A deed happens once: the same idempotency key again returns the first receipt."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from bank.doing import Doing, Receipt
from bank.ports import UnitOfWork


def once(uow: UnitOfWork, doing: Doing, verb: str, content: dict[str, Any], work: Callable[[], Receipt]) -> Receipt:
    """Do `work` unless `doing.key` was seen before; then return the first receipt with `again` set.

    `content` (JSON-able) is what the deed was asked to do. Raises KeyReused when the same key comes with other content.
    """
    whole = {"verb": verb, "actor": doing.actor_id, "for": doing.for_id, **content}
    seen = uow.receipts.seen(doing.key, whole)
    if seen is not None:
        return replace(seen, again=True)
    receipt = work()
    uow.receipts.put(doing.key, whole, receipt, doing.now)
    return receipt
