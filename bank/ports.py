"""What the bank needs from outside, as protocols. `storage` implements them; `bank` never sees a database.

A unit of work is one database transaction: it rolls back unless `commit()` was called, and only the edge calls it.
`get(..., lock=True)` holds the row until the end. `save` raises Conflict when somebody else saved in between.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any, Protocol, TypeVar

from bank.activities import Activity, SignUp
from bank.coins import Account, Audit, Hold, Owner, Posting, StatementLine, Transaction, TransactionKind, Unit
from bank.doing import Receipt
from bank.earning import CategoryDecision, GrantBudget, JobPhoto, Sanction, ServiceReport, Skill
from bank.goods import Conversion, Division, Good, Merchant, MerchantMonth, Pickup
from bank.honours import Award
from bank.learning import LearningLine
from bank.members import Household, Kin, Member, RoleGrant, RoleName, VolunteerFile
from bank.notices import Broadcast, Case, CaseMessage, Due, DueKind, Notice
from bank.orders import Approval, Job, JobStatus, Order, OrderStatus, Rating
from bank.organisation import Branch, ServiceBase
from bank.station import MealSite, Menu, Station, Survey, SurveyAnswer

T = TypeVar("T")


class Collection(Protocol[T]):
    """Things of one kind. `find` takes field=value pairs; a tuple or set as value means "one of"."""

    def get(self, ident: int, *, lock: bool = False) -> T:
        """Raises NotFound."""

    def find(self, **equal: Any) -> list[T]:
        """All that match, by id."""

    def add(self, thing: T, audit: Audit) -> T:
        """Store a new thing, give it its id, write the audit row."""

    def save(self, thing: T, audit: Audit) -> T:
        """Store a changed thing, write the audit row. Raises Conflict."""


class Orders(Collection[Order], Protocol):
    def open_for(self, resident_id: int) -> list[Order]:
        """Orders of a resident that have not ended (not settled, resolved, rejected, cancelled, expired), by start."""

    def published_in(self, branch_ids: Sequence[int], now: datetime) -> list[Order]:
        """Published orders of these branches that start after `now` and have a free seat, by start."""

    def starting(self, branch_ids: Sequence[int], since: datetime, until: datetime) -> list[Order]:
        """Orders of these branches, in any state, that start in [since, until), by start."""

    def asked_by_category(self, since: datetime, until: datetime) -> dict[str, int]:
        """How many wishes of each category were uttered after `since`, up to `until`, whatever became of them."""

    def overlapping(self, volunteer_id: int, start: datetime, end: datetime) -> list[Order]:
        """Orders on which the volunteer holds a live seat and whose time overlaps [start, end)."""


class Jobs(Collection[Job], Protocol):
    def of_order(self, order_id: int, statuses: Iterable[JobStatus] | None = None) -> list[Job]: ...

    def of_volunteer(self, volunteer_id: int, statuses: Iterable[JobStatus] | None = None) -> list[Job]: ...


class Members(Collection[Member], Protocol):
    def named(self, words: str, branch_ids: Sequence[int] | None = None) -> list[Member]:
        """Members whose name equals `words` or fits a call such as 小李, 王阿婆, 张师傅 (surname + call)."""

    def roles(self, member_id: int) -> list[RoleGrant]:
        """The member's running role grants."""

    def holding(self, role: RoleName, branch_ids: Sequence[int], *, on_duty: bool | None = None) -> list[Member]:
        """Active members with a running grant of `role` at one of the branches."""

    def volunteer_file(self, member_id: int, *, lock: bool = False) -> VolunteerFile | None: ...

    def phone_ends(self, figures: str) -> list[Member]:
        """Members whose telephone number ends in these figures."""

    def names_in(self, words: str) -> list[str]:
        """The names, of two signs or more, of all members that stand in `words` as they are."""

    def known_to(self, member_id: int) -> list[str]:
        """Names of the people of one's open orders and jobs, and of one's relatives, by name."""


class Branches(Collection[Branch], Protocol):
    def path_up(self, branch_id: int) -> list[Branch]:
        """The branch and all above it, the head last."""

    def below(self, branch_id: int) -> list[int]:
        """Ids of the branch and all below it."""


class Kinships(Collection[Kin], Protocol):
    def of(self, member_id: int) -> list[Kin]:
        """Agreed relatives of a member."""

    def acting(self, relative_id: int) -> list[Kin]:
        """Agreed bonds in which this person may act for somebody."""


class Ledger(Protocol):
    """The books. Every method that writes takes an idempotency key; guarantees are in docs/ledger.md."""

    def account(self, owner: Owner, unit: Unit, *, cap: int | None = None) -> Account:
        """The owner's account in that unit, opened with `cap` (minutes) when new."""

    def lock(self, account_ids: Iterable[int]) -> dict[int, Account]:
        """Lock the accounts in id order and return them fresh."""

    def post(self, posting: Posting) -> Transaction:
        """Write one transaction; with `hold_id` its debits of that account are captured from the hold.

        The same key again with the same content returns the first transaction. Raises KeyReused, LedgerError.
        """

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
        """Reserve minutes. Raises LedgerError("available") when they are not there."""

    def hold(self, hold_id: int) -> Hold: ...

    def resolve(self, hold_id: int, *, key: str, now: datetime, expired: bool = False) -> Hold:
        """Close a hold: captured if anything of it was captured, else released (or expired); the rest is free."""

    def reverse(
        self, transaction_id: int, *, key: str, now: datetime, day: date, reason: str, done_by: int | None
    ) -> Transaction:
        """The linked mirror of a transaction, once. Raises LedgerError."""

    def transactions(self, *, order_id: int) -> list[Transaction]:
        """All transactions of an order, oldest first."""

    def earned_on(self, account_id: int, day: date) -> int:
        """Minutes that came in by service on that local day, less what was reversed."""

    def came_in(self, account_id: int) -> dict[TransactionKind, int]:
        """Minutes that ever came into the account by kind of transaction, less what was reversed of that kind."""

    def statement(self, account_id: int, since: datetime, until: datetime) -> list[StatementLine]:
        """Entries of the account in [since, until), oldest first."""

    def seal(self, day: date, now: datetime) -> bool:
        """Seal a past day into the hash chain; False when it was sealed before."""


class Trail(Protocol):
    def of(self, what: str, subject_id: int, verbs: Iterable[str]) -> list[Audit]:
        """The audit rows of these verbs about one thing, oldest first."""


class Outbox(Protocol):
    def put(self, notice: Notice) -> bool:
        """False when a notice of that key exists."""


class DueRows(Protocol):
    def put(self, due: Due) -> bool:
        """False when a row of that key exists."""

    def cancel(self, subject_id: int, kinds: Iterable[DueKind], now: datetime) -> None:
        """Waiting rows of these kinds about that subject are no longer needed."""


class Receipts(Protocol):
    def seen(self, key: str, content: dict[str, Any]) -> Receipt | None:
        """The first receipt of this key. Raises KeyReused when the content differs."""

    def put(self, key: str, content: dict[str, Any], receipt: Receipt, now: datetime) -> None: ...


class Cases(Collection[Case], Protocol):
    def open_in(self, branch_ids: Sequence[int]) -> list[Case]:
        """Open and taken cases of these branches, most urgent and oldest first."""


class LearningLines(Collection[LearningLine], Protocol):
    def forget(self, member_id: int, audit: Audit) -> int:
        """Delete every line that is linked to the member; how many that were."""


class UnitOfWork(Protocol):
    """One transaction. Leaving the `with` block without `commit()` rolls back."""

    members: Members
    role_grants: Collection[RoleGrant]
    volunteer_files: Collection[VolunteerFile]
    households: Collection[Household]
    kin: Kinships
    branches: Branches
    bases: Collection[ServiceBase]
    orders: Orders
    jobs: Jobs
    approvals: Collection[Approval]
    ratings: Collection[Rating]
    cases: Cases
    case_messages: Collection[CaseMessage]
    broadcasts: Collection[Broadcast]
    merchants: Collection[Merchant]
    goods: Collection[Good]
    pickups: Collection[Pickup]
    conversions: Collection[Conversion]
    divisions: Collection[Division]
    merchant_months: Collection[MerchantMonth]
    stations: Collection[Station]
    meal_sites: Collection[MealSite]
    menus: Collection[Menu]
    activities: Collection[Activity]
    sign_ups: Collection[SignUp]
    surveys: Collection[Survey]
    survey_answers: Collection[SurveyAnswer]
    category_decisions: Collection[CategoryDecision]
    skills: Collection[Skill]
    service_reports: Collection[ServiceReport]
    job_photos: Collection[JobPhoto]
    grant_budgets: Collection[GrantBudget]
    awards: Collection[Award]
    sanctions: Collection[Sanction]
    ledger: Ledger
    outbox: Outbox
    due: DueRows
    receipts: Receipts
    trail: Trail
    learning: LearningLines

    def commit(self) -> None: ...


OPEN_ORDER = (
    OrderStatus.SUBMITTED,
    OrderStatus.APPROVED,
    OrderStatus.PUBLISHED,
    OrderStatus.ACCEPTED,
    OrderStatus.STARTED,
    OrderStatus.FINISHED,
    OrderStatus.DISPUTED,
)
