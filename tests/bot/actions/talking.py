"""Talks without Rasa: the real actions through the real executor, led as the rules in `stories/` would lead them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import yaml
from rasa_sdk.executor import ActionExecutor

from bank.coins import Audit
from bank.members import Member, MemberStatus, RoleGrant, RoleName, Sex, Training, VolunteerFile
from bank.organisation import Branch
from bank.scheme import Scheme
from bot.actions.registry import all_actions
from bot.catalogue import Catalogue
from bot.clock import MovableClock
from bot.desk import Desk
from storage.engine import make_engine
from storage.schema import create_schema
from storage.scheme_files import load_scheme
from storage.unit_of_work import SqlUnitOfWork, uow_factory

HOUSE = Path(__file__).resolve().parents[3]
START = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)  # Friday, nine in the morning


def forms_of_the_domain() -> frozenset[str]:
    files = (yaml.safe_load(path.read_text()) for path in (HOUSE / "domain").glob("*.yml"))
    return frozenset(name for raw in files for name in raw.get("forms", {}))


@dataclass
class Said:
    """What the desk said in one turn."""

    texts: list[str]
    choices: list[dict[str, Any]]
    finished: bool
    about: list[dict[str, Any]]

    @property
    def text(self) -> str:
        return "\n".join(self.texts)

    def __contains__(self, words: str) -> bool:
        return words in self.text or any(words in choice["label"] for choice in self.choices)


@dataclass
class Person:
    """One member's side of a talk: slots, the running form and its question."""

    house: House
    member_id: int
    slots: dict[str, Any] = field(default_factory=dict)
    loop: str | None = None
    turns: int = 0

    async def says(self, intent: str, text: str = "", *, understood: Sequence[str] = (), **entities: Any) -> Said:
        """Words that the understanding took for `intent`, or, without words, a payload with `entities`.

        `understood` are the intents between which the understanding could not decide.
        """
        return await _Turn(self, intent, text, entities, understood).run()

    async def picks(self, said: Said, number: int) -> Said:
        """The numbered choice that was shown."""
        intent, _, rest = said.choices[number - 1]["payload"].removeprefix("/").partition("{")
        entities = yaml.safe_load("{" + rest) if rest else {}
        return await self.says(intent, **entities)


class _Turn:
    def __init__(
        self, person: Person, intent: str, text: str, entities: dict[str, Any], understood: Sequence[str]
    ) -> None:
        self.person, self.house = person, person.house
        person.turns += 1
        self.intent = intent
        self.text = text or f"/{intent}"
        self.entities = [{"entity": name, "value": value} for name, value in entities.items()]
        self.events: list[dict[str, Any]] = [{"event": "user"}]
        self.answers: list[dict[str, Any]] = []
        self.follow: str | None = None
        self.understanding = {"choices": list(understood)}

    async def run(self) -> Said:
        form = f"{self.intent}_form"
        if self.person.loop is not None:
            rejected = not await self._validate(self.person.loop)
            if not rejected:
                return self._said()
        if form in self.house.forms:
            await self._begin(form)
        else:
            await self._act(f"action_{self.intent}")
            if self.person.loop is not None:
                await self._ask(self.person.loop)
        while self.follow is not None:
            name, self.follow = self.follow, None
            await (self._begin(name) if name in self.house.forms else self._act(name))
        return self._said()

    async def _begin(self, form: str) -> None:
        self.events.append({"event": "active_loop", "name": form})
        self.person.loop = form
        await self._validate(form)

    async def _validate(self, form: str) -> bool:
        done = await self._act(f"validate_{form}")
        if not done:
            return False
        if self.person.slots.get("requested_slot") is None:
            self.person.loop = None
            await self._act(f"action_{form.removesuffix('_form')}_submit")
            while self.follow is not None:
                name, self.follow = self.follow, None
                await self._begin(name)
        else:
            await self._ask(form)
        return True

    async def _ask(self, form: str) -> None:
        await self._act(f"action_ask_{form}_{self.person.slots['requested_slot']}")

    async def _act(self, name: str) -> bool:
        call = {"next_action": name, "tracker": self._tracker(), "domain": {}}
        result = await self.house.executor.run(call)
        assert result is not None
        answer = result.model_dump()
        self.events.append({"event": "action", "name": name})
        for event in answer["events"]:
            if event["event"] == "slot":
                self.person.slots[event["name"]] = event["value"]
            elif event["event"] == "followup":
                self.follow = event["name"]
        self.answers.extend(item["custom"] for item in answer["responses"])
        return bool(answer["events"])

    def _tracker(self) -> dict[str, Any]:
        now = self.house.clock.now()
        metadata = {
            "member_id": self.person.member_id,
            "identity_id": self.person.member_id,
            "now": now.isoformat(),
            "key": f"inbox:{self.person.member_id}:{self.person.turns}",
            "sender": f"test:{self.person.member_id}",
        }
        return {
            "sender_id": "test",
            "slots": self.person.slots,
            "latest_message": {
                "text": self.text,
                "intent": {"name": self.intent},
                "entities": self.entities,
                "metadata": metadata,
                "understanding": self.understanding,
            },
            "events": list(self.events),
            "paused": False,
            "followup_action": None,
            "active_loop": {"name": self.person.loop} if self.person.loop else {},
            "latest_action_name": None,
        }

    def _said(self) -> Said:
        replies = [answer["reply"] for answer in self.answers]
        choices = next((list(reply["choices"]) for reply in reversed(replies) if reply["choices"]), [])
        return Said(
            texts=[reply["text"] for reply in replies],
            choices=choices,
            finished=any(answer["finished"] for answer in self.answers),
            about=self.answers,
        )


class House:
    """A bank of two tiers on SQLite with a few people in it."""

    def __init__(self, folder: Path, scheme: str = "changning") -> None:
        self.scheme: Scheme = load_scheme(scheme)
        self.clock = MovableClock(START)
        self.forms = forms_of_the_domain()
        engine = make_engine(f"sqlite:///{folder / 'bank.db'}")
        create_schema(engine)
        self.units = uow_factory(engine, zone=self.scheme.tz)
        self.desk = Desk(scheme=self.scheme, words=Catalogue(self.scheme), clock=self.clock, units=self.units)
        self.executor = ActionExecutor()
        for action in all_actions(self.desk):
            self.executor.register_action(action)
        self.engine = engine
        with self.units() as uow:
            self.head = uow.branches.add(Branch(name="长宁总行", tier=1), self._audit()).id
            branch = Branch(
                name="虹桥街道分行", tier=2, parent_id=self.head, address="中山西路1030弄8号", phone="22850770"
            )
            self.branch = uow.branches.add(branch, self._audit()).id
            uow.commit()

    def close(self) -> None:
        self.engine.dispose()

    def _audit(self) -> Audit:
        return Audit(at=self.clock.now(), verb="test", actor_id=None)

    def forward(self, **step: float) -> None:
        self.clock.forward(timedelta(**step))

    def person(self, name: str, *roles: RoleName, branch: int | None = None, **fields: Any) -> Person:
        """A verified member; a volunteer is fit and trained."""
        at = branch or self.branch
        values: dict[str, Any] = {
            "status": MemberStatus.ACTIVE,
            "phone": "13800000000",
            "born": datetime(1962, 5, 1, tzinfo=UTC).date(),
            "sex": Sex.FEMALE,
            "local_household": True,
            "retired": True,
            "healthy": True,
            "identity_verified_at": self.clock.now(),
            "joined_at": self.clock.now(),
        }
        with self.units() as uow:
            member = uow.members.add(Member(name=name, branch_id=at, **(values | fields)), self._audit())
            for role in roles or (RoleName.RESIDENT,):
                grant = RoleGrant(member_id=member.id, role=role, branch_id=at, granted_at=self.clock.now())
                uow.role_grants.add(grant, self._audit())
            if RoleName.VOLUNTEER in roles:
                trained = VolunteerFile(
                    member_id=member.id, training=Training.TRAINED, trained_at=self.clock.now(), trained_by=member.id
                )
                uow.volunteer_files.add(trained, self._audit())
            uow.commit()
        return Person(self, member.id)

    def look(self) -> SqlUnitOfWork:
        """A unit of work to look into the books with."""
        return self.units()
