"""WeChat's way out: asks the outbound policy, tries the open ways in order, ends in sent or in a named error."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.channels.outbound_policy import MASS_RECEIVERS, Facts, Plan, Purpose, Way, check_mass, plan, purpose_of
from bot.channels.ports import Alarms, SendingBook
from bot.channels.progress import Progress
from bot.channels.splitting import split_text
from bot.channels.wechat_api import WeChatApi
from bot.channels.wechat_errors import RESET_ZONE, TooLong, WayDisabled
from bot.channels.wechat_parse import CHANNEL
from bot.channels.wechat_replies import TEXT_LIMIT, wechat_parts
from bot.messages import Reply
from bot.sending import Address, Misconfigured, WayClosed

log = logging.getLogger(__name__)


class WeChatSender:
    """`apis` by account name. Without a `book` nobody counts consents and mass messages: those ways stay shut."""

    channel = CHANNEL

    def __init__(self, apis: dict[str, WeChatApi], *, book: SendingBook | None = None, alarms: Alarms | None = None):
        self._apis = apis
        self._book = book
        self._alarms = alarms
        self._progress = Progress()
        self._disabled: dict[str, set[Way]] = {}  # asked again after a restart: somebody may have set it right

    async def send(self, address: Address, reply: Reply, *, key: str, purpose: str, now: datetime) -> str | None:
        """Send by the first open way that takes it. Raises bot.sending.SendError's children.

        WayClosed, with all reasons in its text, means the phone list.
        """
        api, parts = self._api(address.account), wechat_parts(reply)
        if not parts[0]:
            raise WayClosed("nothing to say: the reply has no words")
        aim = purpose_of(purpose)
        way_plan = plan(await self._facts(api, address, aim, len(parts), now))
        refusals: list[str] = [way_plan.reasons()] if way_plan.shut else []
        for way in way_plan.ways:
            if way is Way.PHONE_LIST:
                break
            try:
                return await self._send_by(way, api, address, parts, key, aim, now)
            except WayDisabled as disabled:
                self._disabled.setdefault(address.account, set()).add(way)
                await self._alarm(address.account, f"{way}: {disabled}")
                refusals.append(f"{way}: {disabled}")
            except WayClosed as closed:
                refusals.append(f"{way}: {closed}")
        raise WayClosed("; ".join(refusals))

    async def plan_for(self, address: Address, reply: Reply, *, purpose: str, now: datetime) -> Plan:
        """What the policy says, without sending: for staff's preview. Raises KeyError for an unknown account."""
        api = self._apis[address.account]
        return plan(await self._facts(api, address, purpose_of(purpose), len(wechat_parts(reply)), now))

    async def _facts(self, api: WeChatApi, address: Address, aim: Purpose, parts: int, now: datetime) -> Facts:
        template = api.account.templates.get(aim)
        one_time = template is not None and template.one_time
        consents, mass = 0, None
        if self._book is not None:
            if template is not None and one_time:
                consents = await self._book.consents(address.account, address.sender, template.template_id)
            if aim is Purpose.BROADCAST:
                mass = await self._book.mass_sent_since(address.account, address.sender, month_start(now))
        return Facts(
            purpose=aim,
            now=now,
            parts=parts,
            last_incoming_at=address.last_incoming_at,
            sent_since_incoming=address.sent_since_incoming,
            last_gesture_at=address.last_gesture_at,
            has_subscription=one_time,
            consents=consents,
            has_template=template is not None and not one_time,
            mass_this_month=mass,
            disabled=frozenset(self._disabled.get(address.account, ())),
        )

    async def _send_by(
        self, way: Way, api: WeChatApi, address: Address, parts: list[str], key: str, aim: Purpose, now: datetime
    ) -> str | None:
        if way is Way.CUSTOMER_SERVICE:
            await self._send_parts(api, address.sender, parts, key)
            await self._note(address, way, None, now)
            return None
        template = api.account.templates[aim]
        message_id = await api.send_template(address.sender, template, " ".join(parts), key=short_key(key))
        await self._note(address, way, template.template_id, now)
        return message_id

    async def send_to_many(
        self, addresses: Sequence[Address], reply: Reply, *, key: str, now: datetime
    ) -> dict[str, str]:
        """One activity message to many people of one account: 群发 to all who may get it, at most 10,000.

        Returns a reason by sender for each who was left out (for `send`, or the phone list). `key` makes a repeat
        within 24 h harmless. Raises bot.sending.SendError's children when the mass message as a whole failed;
        ValueError when the addresses are of several accounts.
        """
        accounts = {address.account for address in addresses}
        if len(accounts) != 1:
            raise ValueError("one account at a time")
        account = accounts.pop()
        api, parts = self._api(account), wechat_parts(reply)
        left_out: dict[str, str] = {}
        chosen: list[Address] = []
        for address in addresses:
            facts = await self._facts(api, address, Purpose.BROADCAST, len(parts), now)
            reason = check_mass(replace(facts, receivers=len(addresses)))
            if reason is None:
                chosen.append(address)
            else:
                left_out[address.sender] = reason
        if len(chosen) < MASS_RECEIVERS:
            few = "a mass message needs two receivers at least"
            return left_out | {address.sender: few for address in chosen}
        try:
            await api.send_mass([address.sender for address in chosen], parts[0], key=short_key(key))
        except WayDisabled as disabled:
            await self._alarm(account, f"{Way.MASS}: {disabled}")
            raise
        for address in chosen:
            await self._note(address, Way.MASS, None, now)
        return left_out

    def _api(self, account: str) -> WeChatApi:
        api = self._apis.get(account)
        if api is None:
            raise Misconfigured("no such WeChat account")
        return api

    async def _send_parts(self, api: WeChatApi, openid: str, parts: list[str], key: str) -> None:
        """All parts in order; a repeat under the same key goes on where the last try ended."""
        for number, part in enumerate(parts):
            if number < self._progress.done(key):
                continue
            try:
                await api.send_text(openid, part)
            except TooLong:
                for half in split_text(part, TEXT_LIMIT // 2):
                    await api.send_text(openid, half)
            self._progress.reached(key, number + 1)
        self._progress.forget(key)

    async def _note(self, address: Address, way: Way, template_id: str | None, now: datetime) -> None:
        if self._book is not None:
            await self._book.note(address.account, address.sender, way.value, template_id, at=now)

    async def _alarm(self, account: str, reason: str) -> None:
        log.error("%s/%s: %s", CHANNEL, account, reason)
        if self._alarms is not None:
            await self._alarms.alarm(CHANNEL, account, reason)


def month_start(now: datetime) -> datetime:
    """Where WeChat's month of mass messages began."""
    return now.astimezone(RESET_ZONE).replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def short_key(key: str) -> str:
    """A key of WeChat's length (32) that is the same for the same `key`."""
    return hashlib.sha256(key.encode("utf-8")).hexdigest()[:32]
