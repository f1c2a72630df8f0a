"""What `/metrics` counts. Made per house, so that tests and several houses in one process don't mix."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram


class Metrics:
    """Counters of one running house; no personal data in any label."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.messages = Counter("timebank_messages", "Messages taken in", ["channel", "kind"], registry=self.registry)
        self.redelivered = Counter("timebank_redelivered", "Messages that came again", registry=self.registry)
        self.turns = Histogram("timebank_turn_seconds", "From stored to answered", registry=self.registry)
        self.without_rasa = Counter("timebank_without_rasa", "Turns answered without Rasa", registry=self.registry)
        self.failed = Counter("timebank_failed_turns", "Turns that ended in an error", registry=self.registry)
        self.sendings = Counter("timebank_sendings", "Ends of outbox rows", ["channel", "end"], registry=self.registry)
        self.due = Counter("timebank_due_rows", "Due rows done", ["kind"], registry=self.registry)
        self.waiting = Gauge("timebank_outbox_waiting", "Outbox rows not yet out", registry=self.registry)
