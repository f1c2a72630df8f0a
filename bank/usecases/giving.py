"""Coins that people give: to another member as the scheme allows (SCHEMES: "gifts"), or to the charity account.

Only what is available, whole or half coins, never for somebody else; taken back by one word for `undo_minutes`.
"""

from __future__ import annotations

from bank import kinship
from bank.coins import Account, Leg, Posting, TransactionKind
from bank.doing import Doing, Receipt
from bank.eligibility import active, check_active
from bank.errors import NotAllowed, RuleRefused
from bank.members import Kin, KinStatus, Member
from bank.moments import local_day
from bank.permissions import known
from bank.ports import UnitOfWork
from bank.scheme import Gifts, Scheme
from bank.usecases.accounts import charity, coins_of, same_purse
from bank.usecases.alerts import watch_gift
from bank.usecases.deed import once
from bank.usecases.telling import tell

STEPS_PER_COIN = 2  # half a coin is the least that is given


def preview_gift(uow: UnitOfWork, scheme: Scheme, doing: Doing, to_id: int, minutes: int) -> Receipt:
    """What the gift would leave, for the read-back. Reads only; raises as gift_coins.

    preview: to, relation (what the receiver is to the giver, None where no bond is recorded), minutes, available, left.
    """
    giver, receiver = _check_gift(uow, scheme, doing, to_id)
    account = _check_amount(uow, scheme, giver, minutes)
    _check_room(coins_of(uow, scheme, receiver), receiver, minutes)
    facts = {
        "to": receiver.name,
        "relation": relation_to(uow, giver, receiver),
        "minutes": minutes,
        "available": account.available,
        "left": account.available - minutes,
    }
    return Receipt(outcome="preview", facts=facts)


def gift_coins(uow: UnitOfWork, scheme: Scheme, doing: Doing, to_id: int, minutes: int) -> Receipt:
    """Give coins of one's own to another member. Outcome: gifted.

    Raises NotAllowed: "never_for_another", "not_a_member"; RuleRefused: "gifts_not_allowed", "gift_to_self",
    "gift_same_household", "gift_not_kin", "gift_receiver", "gift_not_half", "gift_too_much", "gift_no_room",
    "membership_…".
    """
    content = {"to": to_id, "minutes": minutes}
    return once(uow, doing, "gift_coins", content, lambda: _gift(uow, scheme, doing, to_id, minutes))


def _gift(uow: UnitOfWork, scheme: Scheme, doing: Doing, to_id: int, minutes: int) -> Receipt:
    giver, receiver = _check_gift(uow, scheme, doing, to_id)
    ours, theirs = coins_of(uow, scheme, giver), coins_of(uow, scheme, receiver)
    locked = uow.ledger.lock([ours.id, theirs.id])
    _check_amount(uow, scheme, giver, minutes)
    _check_room(locked[theirs.id], receiver, minutes)
    _post(uow, scheme, doing, TransactionKind.GIFT, Leg(debit=ours.id, credit=theirs.id, minutes=minutes), receiver.id)
    left, balance = locked[ours.id].available - minutes, locked[theirs.id].balance + minutes
    tell(uow, scheme, doing, receiver.id, "gift_received", person=giver.name, minutes=minutes, balance=balance)
    watch_gift(uow, scheme, doing, giver, receiver)
    facts = {"to": receiver.name, "minutes": minutes, "left": left, "undo_minutes": scheme.undo_minutes}
    return Receipt(outcome="gifted", facts=facts)


def preview_donation(uow: UnitOfWork, scheme: Scheme, doing: Doing, minutes: int) -> Receipt:
    """What the donation would leave. Reads only; raises as donate_coins. preview: minutes, available, left."""
    account = _check_amount(uow, scheme, _check_donation(uow, scheme, doing), minutes)
    facts = {"minutes": minutes, "available": account.available, "left": account.available - minutes}
    return Receipt(outcome="preview", facts=facts)


def donate_coins(uow: UnitOfWork, scheme: Scheme, doing: Doing, minutes: int) -> Receipt:
    """Give coins of one's own to the charity account (公益). Outcome: donated.

    Raises NotAllowed("never_for_another"), RuleRefused: "donations_not_here", "gift_not_half", "gift_too_much",
    "membership_…".
    """
    return once(uow, doing, "donate_coins", {"minutes": minutes}, lambda: _donate(uow, scheme, doing, minutes))


def _donate(uow: UnitOfWork, scheme: Scheme, doing: Doing, minutes: int) -> Receipt:
    giver = _check_donation(uow, scheme, doing)
    ours, pool = coins_of(uow, scheme, giver), charity(uow)
    locked = uow.ledger.lock([ours.id, pool.id])
    _check_amount(uow, scheme, giver, minutes)
    _post(uow, scheme, doing, TransactionKind.DONATION, Leg(debit=ours.id, credit=pool.id, minutes=minutes), None)
    left = locked[ours.id].available - minutes
    facts = {"minutes": minutes, "left": left, "undo_minutes": scheme.undo_minutes}
    return Receipt(outcome="donated", facts=facts)


# The rules --------------------------------------------------------------------------------------------------------


def _giver(uow: UnitOfWork, doing: Doing) -> Member:
    """Who gives: always the actor's own coins. Raises NotAllowed("never_for_another"), RuleRefused("membership_…")."""
    giver = known(uow, doing.actor_id)
    if doing.person_id != doing.actor_id:
        raise NotAllowed("never_for_another", person=known(uow, doing.person_id).name)
    check_active(giver)
    return giver


def check_gifts(scheme: Scheme) -> None:
    """Raises RuleRefused("gifts_not_allowed") where the scheme knows no gifts."""
    if scheme.gifts is Gifts.NONE:
        raise RuleRefused("gifts_not_allowed")


def check_donations(scheme: Scheme) -> None:
    """Raises RuleRefused("donations_not_here") where the scheme knows no donations."""
    if not scheme.donations:
        raise RuleRefused("donations_not_here")


def _check_donation(uow: UnitOfWork, scheme: Scheme, doing: Doing) -> Member:
    giver = _giver(uow, doing)
    check_donations(scheme)
    return giver


def _check_gift(uow: UnitOfWork, scheme: Scheme, doing: Doing, to_id: int) -> tuple[Member, Member]:
    check_gifts(scheme)
    giver, receiver = _giver(uow, doing), uow.members.get(to_id)
    check_may_be_given(uow, scheme, giver, receiver)
    return giver, receiver


def check_may_be_given(uow: UnitOfWork, scheme: Scheme, giver: Member, receiver: Member) -> None:
    """Whether the scheme lets one give to the other. Raises RuleRefused (see gift_coins)."""
    if receiver.id == giver.id:
        raise RuleRefused("gift_to_self")
    if not active(receiver):
        raise RuleRefused("gift_receiver", person=receiver.name)
    if same_purse(scheme, giver, receiver):
        raise RuleRefused("gift_same_household", person=receiver.name)
    if scheme.gifts is Gifts.DIRECT_KIN:
        bonds = bonds_between(uow, giver, receiver)
        if not any(kinship.both_ways(kin.relation) & set(scheme.gift_relations) for kin in bonds):
            raise RuleRefused("gift_not_kin", person=receiver.name)


def bonds_between(uow: UnitOfWork, one: Member, other: Member) -> list[Kin]:
    """Agreed bonds of kin between two people, whichever of them is the older."""
    return [
        *uow.kin.find(member_id=one.id, relative_id=other.id, status=KinStatus.AGREED),
        *uow.kin.find(member_id=other.id, relative_id=one.id, status=KinStatus.AGREED),
    ]


def relation_to(uow: UnitOfWork, giver: Member, receiver: Member) -> str | None:
    """What the receiver is to the giver by a recorded bond."""
    for kin in bonds_between(uow, giver, receiver):
        return kin.relation if kin.relative_id == receiver.id else kinship.inverse(kin.relation, receiver.sex)
    return None


def _check_amount(uow: UnitOfWork, scheme: Scheme, giver: Member, minutes: int) -> Account:
    if minutes <= 0 or minutes * STEPS_PER_COIN % scheme.minutes_per_coin:
        raise RuleRefused("gift_not_half")
    account = coins_of(uow, scheme, giver)
    if minutes > account.available:
        raise RuleRefused("gift_too_much", available=account.available)
    return account


def _check_room(account: Account, receiver: Member, minutes: int) -> None:
    """The cap of a balance binds gifts too (SCHEMES: "applies to earning and to gifts received")."""
    if account.room is not None and minutes > account.room:
        raise RuleRefused("gift_no_room", person=receiver.name, cap=account.cap, room=account.room)


def _post(uow: UnitOfWork, scheme: Scheme, doing: Doing, kind: TransactionKind, leg: Leg, done_for: int | None) -> None:
    uow.ledger.post(
        Posting(
            key=f"{kind.value}:{doing.key}",
            kind=kind,
            legs=(leg,),
            day=local_day(doing.now, scheme.tz),
            posted_at=doing.now,
            scheme=scheme.name,
            scheme_version=scheme.version,
            done_by=doing.actor_id,
            done_for=done_for,
        )
    )
