"""Fixed words that open another door for the same person: a binding code, links to the pages, a counter's codes.

They are caught before the understanding: a code is eight digits, not a wish.
"""

from __future__ import annotations

import re
import secrets
from datetime import timedelta

from bank.members import RoleName
from bot.attendance import take_attendance
from bot.counter import CounterDoor
from bot.desk import Desk
from bot.speaker import Speaker
from bot.talk import Opened, Talk
from bot.web.chat import chat_link, new_sender
from bot.web.desk import desk_link
from bot.web.ports import ACCOUNT, CHANNEL
from bot.web.tokens import Signer
from storage.identities import hash_code
from storage.unit_of_work import SqlUnitOfWork, in_unit

ASK_CODE = re.compile(r"(?:我要)?(?:绑定码|换个?(?:微信|手机|地方)用|在别的地方用)")
SAY_CODE = re.compile(r"绑定[码\s:：]*(?P<code>\d[\d\s]{6,10}\d)")
ASK_PAGE = re.compile(r"(?:我要)?(?:大字版?|网页版?|大字网页)(?:链接|地址)?")
ASK_DESK = re.compile(r"(?:打开)?工作台(?:链接|地址)?")
CODE_LIVES = timedelta(minutes=15)
MOST_WRONG = 5  # wrong codes in one talk; then a person of the staff must help


class Doors:
    """`secret` signs links and keys the codes' hashes; `public_url` is where people reach the pages."""

    def __init__(self, desk: Desk, *, secret: str, public_url: str) -> None:
        self._desk = desk
        self._secret = secret
        self._url = public_url.rstrip("/")
        self._signer = Signer(secret)
        self._counter = CounterDoor(desk)

    def open(self, words: str, speaker: Speaker, talk: Talk) -> Opened | None:
        """The answer when `words` ask for one of the doors, else None. Blocking."""
        said = SAY_CODE.fullmatch(words)
        if said is not None:
            return self._use_code(re.sub(r"\s", "", said["code"]), speaker, talk)
        if speaker.member_id is None:
            return None
        member_id = speaker.member_id
        if ASK_CODE.fullmatch(words):
            return self._said(talk, "door_code", speaker, code=self._new_code(member_id, speaker))
        if ASK_PAGE.fullmatch(words):
            return self._said(talk, "door_page", speaker, link=self._url + self._page(member_id, speaker))
        counted = take_attendance(self._desk, words, speaker)
        if counted is not None:
            return Opened(counted, talk.wrong_codes)
        if ASK_DESK.fullmatch(words) and self._is_staff(member_id):
            return self._said(talk, "door_desk", speaker, link=self._url + desk_link(self._signer, member_id))
        answer = self._counter.open(words, speaker)
        return Opened(answer, talk.wrong_codes) if answer is not None else None

    def _said(self, talk: Talk, key: str, speaker: Speaker, **facts: object) -> Opened:
        return Opened(self._desk.words.say(key, speaker.now, **facts), talk.wrong_codes)

    def _new_code(self, member_id: int, speaker: Speaker) -> str:
        code = f"{secrets.randbelow(10**8):08d}"
        kept = hash_code(code, self._secret.encode())
        in_unit(
            self._desk.units,
            lambda uow: uow.desk.identities.put_code(kept, member_id, speaker.now, CODE_LIVES),
        )
        return f"{code[:4]} {code[4:]}"

    def _use_code(self, code: str, speaker: Speaker, talk: Talk) -> Opened:
        if talk.wrong_codes >= MOST_WRONG:
            return self._said(talk, "door_shut", speaker)
        kept = hash_code(code, self._secret.encode())

        def use(uow: SqlUnitOfWork) -> str | None:
            identity = uow.desk.identities.get(speaker.identity_id)
            member_id = uow.desk.identities.use_code(kept, speaker.now)
            if member_id is None or identity.member_id not in (None, member_id):
                return None
            uow.desk.identities.bind(identity.id, member_id, speaker.now)
            return uow.members.get(member_id).name

        name = in_unit(self._desk.units, use)
        if name is None:
            return Opened(self._desk.words.say("door_wrong_code", speaker.now), talk.wrong_codes + 1)
        return Opened(self._desk.words.say("door_bound", speaker.now, name=name), 0)

    def _page(self, member_id: int, speaker: Speaker) -> str:
        """The path of the member's own large-type page; made once, the same identity each time."""

        def find(uow: SqlUnitOfWork) -> str:
            known = [each for each in uow.desk.identities.of_member(member_id) if each.channel == CHANNEL]
            if known:
                return known[0].sender
            made = uow.desk.identities.get_or_create(CHANNEL, ACCOUNT, new_sender(), speaker.now)
            uow.desk.identities.bind(made.id, member_id, speaker.now)
            return made.sender

        return chat_link(self._signer, in_unit(self._desk.units, find))

    def _is_staff(self, member_id: int) -> bool:
        roles = in_unit(self._desk.units, lambda uow: uow.members.roles(member_id))
        return any(grant.role is RoleName.STAFF for grant in roles)
