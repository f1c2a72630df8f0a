"""Which way a message to a person on WeChat may leave. Pure: facts in, ways in order out, a reason for each shut one.

Source of the rules: WeChat's 客服消息 allowances (5 within 48 h of a person's message, 3 within a minute of a menu
click, follow or scan), 模板消息 (no marketing), 订阅通知 (one consent, one sending), 群发 (4 per person and month).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum


class Purpose(StrEnum):
    """What a message is for; the outbox names it."""

    REPLY = "reply"  # an answer to what the person has just said
    NOTICE = "notice"  # something happened to the person's own affair
    REMINDER = "reminder"
    EMERGENCY = "emergency"
    BROADCAST = "broadcast"  # activities: what WeChat calls marketing


class Way(StrEnum):
    PASSIVE = "passive"  # the answer to WeChat's own request
    CUSTOMER_SERVICE = "customer_service"  # 客服
    SUBSCRIPTION = "subscription"  # 订阅通知
    TEMPLATE = "template"  # 模板消息
    MASS = "mass"  # 群发
    PHONE_LIST = "phone_list"  # a person of the staff rings up


MESSAGE_WINDOW, MESSAGE_ALLOWANCE = timedelta(hours=48), 5
GESTURE_WINDOW, GESTURE_ALLOWANCE = timedelta(minutes=1), 3
MASS_A_MONTH = 4
MASS_RECEIVERS = 2  # WeChat refuses a list of one (40130)
NOT_MARKETING = frozenset({Purpose.NOTICE, Purpose.REMINDER, Purpose.EMERGENCY})


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known about one message and its receiver. Moments are aware.

    `parts`: how many messages the text needs. `sent_since_incoming` counts 客服 messages. `passive_open`: WeChat's
    request still waits for our answer. `has_template`, `has_subscription`: set up for this purpose.
    """

    purpose: Purpose
    now: datetime
    parts: int = 1
    passive_open: bool = False
    last_incoming_at: datetime | None = None
    sent_since_incoming: int = 0
    last_gesture_at: datetime | None = None
    has_subscription: bool = False
    consents: int = 0
    has_template: bool = False
    mass_this_month: int | None = None  # None: nobody counts, so nobody may send
    receivers: int = 1
    disabled: frozenset[Way] = frozenset()


@dataclass(frozen=True, slots=True)
class Plan:
    """The ways to try, best first; the phone list always ends it. `shut` says why each other way is shut."""

    ways: tuple[Way, ...]
    shut: dict[Way, str] = field(default_factory=dict)

    def reasons(self) -> str:
        """The shut ways in one line, for the staff's list."""
        return "; ".join(f"{way}: {reason}" for way, reason in self.shut.items())


def purpose_of(name: str) -> Purpose:
    """The purpose called `name`; an unknown one is a notice, which may do less than it could and never more."""
    try:
        return Purpose(name)
    except ValueError:
        return Purpose.NOTICE


def plan(facts: Facts) -> Plan:
    """The ways open to this message."""
    ways: list[Way] = []
    shut: dict[Way, str] = {}
    checks = {
        Way.PASSIVE: check_passive,
        Way.CUSTOMER_SERVICE: check_customer_service,
        Way.SUBSCRIPTION: check_subscription,
        Way.TEMPLATE: check_template,
        Way.MASS: check_mass,
    }
    for way, check in checks.items():
        reason = "disabled by WeChat for this account" if way in facts.disabled else check(facts)
        if reason is None:
            ways.append(way)
        else:
            shut[way] = reason
    return Plan((*ways, Way.PHONE_LIST), shut)


def check_passive(facts: Facts) -> str | None:
    """Why the passive reply is shut; None when it is open."""
    return None if facts.passive_open else "no request waits for an answer"


def check_customer_service(facts: Facts) -> str | None:
    """Why 客服 is shut; None when all parts fit into what is left of an open window."""
    gesture = facts.last_gesture_at
    just_now = gesture is not None and timedelta(0) <= facts.now - gesture <= GESTURE_WINDOW
    if just_now and facts.parts <= GESTURE_ALLOWANCE:
        return None  # how many went out since the gesture is not known; if it is used up WeChat says so (45047)
    message = facts.last_incoming_at
    if message is None:
        return "this person has not written yet"
    if facts.now - message > MESSAGE_WINDOW:
        return "the last message is over 48 hours old"
    if facts.sent_since_incoming + facts.parts > MESSAGE_ALLOWANCE:
        return "the 5 messages allowed since the last one are used up"
    return None


def check_subscription(facts: Facts) -> str | None:
    """Why 订阅通知 is shut; None when this person has a consent left."""
    if facts.purpose is Purpose.REPLY:
        return "a reply is no notice"
    if not facts.has_subscription:
        return "no subscription is set up for this purpose"
    return None if facts.consents > 0 else "no unused consent of this person"


def check_template(facts: Facts) -> str | None:
    """Why 模板消息 is shut; None when the purpose is no marketing."""
    if facts.purpose not in NOT_MARKETING:
        return "templates may not carry this purpose"
    return None if facts.has_template else "no template is set up for this purpose"


def check_mass(facts: Facts) -> str | None:
    """Why 群发 is shut; None for an activity while this person's month is not full."""
    if facts.purpose is not Purpose.BROADCAST:
        return "mass messages are for activities only"
    if facts.receivers < MASS_RECEIVERS:
        return "a mass message needs two receivers at least"
    if facts.mass_this_month is None:
        return "nobody counts this person's mass messages"
    if facts.parts > 1:
        return "the text does not fit into one mass message"
    return None if facts.mass_this_month < MASS_A_MONTH else "this person had 4 mass messages this month"
