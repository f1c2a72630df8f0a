"""Plays a scenario on a driver. What goes wrong is shown with the whole talk up to there."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from tests.conversations.scenario import Scenario, Step, filled, moved

NOT_UNDERSTOOD = ("我不太确定，您是说", "没听明白", "是要做什么？")
"""How the desk says that it did not understand. What it refuses (这个我不会) was understood."""
Enough = Callable[[Sequence[str]], bool]
Deed = Callable[[], str]
"""What staff do on a page of the desk; answers what is to be caught from it."""


class Driver(Protocol):
    """A way for people to talk with the desk: one of the channels, or the gateway itself."""

    async def say(self, who: str, words: str, enough: Enough) -> list[str]:
        """Say it, and give what came back. `enough` tells a driver that must wait when it has all that is hoped for."""

    async def tap(self, who: str, label: str, enough: Enough) -> list[str]:
        """Take the choice of that label, among those shown last."""

    async def photo(self, who: str, enough: Enough) -> list[str]:
        """Send a photo, and give what came back."""

    async def notices(self, who: str, enough: Enough) -> list[str]:
        """What has reached that person since the last look, besides replies."""

    async def set_clock(self, now: datetime) -> None:
        """It is `now`, and whatever has fallen due is done."""


class Failed(AssertionError):
    """A step went another way than written."""


class Play:
    """One playing of one scenario."""

    def __init__(self, scenario: Scenario, driver: Driver, deeds: Mapping[str, Deed] | None = None) -> None:
        self._scenario = scenario
        self._deeds = deeds or {}
        self._driver = driver
        self._now = scenario.begins
        self._known: dict[str, str] = {}
        self._seen: dict[str, list[str]] = defaultdict(list)  # what reached each person since they last spoke
        self._talk: list[str] = []
        self.misses: list[str] = []

    async def run(self) -> dict[str, str]:
        """Play to the end; answers what was caught. Raises Failed."""
        for step in self._scenario.steps:
            if step.clock is not None:
                self._now = moved(self._now, filled(step.clock, self._known))
                self._talk.append(f"-- {self._now:%m-%d %H:%M}")
                await self._driver.set_clock(self._now)
            elif step.desk is not None:
                self._talk.append(f"-- the desk: {step.desk}")
                self._catch(step, [self._deeds[step.desk]()])
            else:
                await self._do(step)
        most = self._scenario.most_misses
        if most is not None and len(self.misses) > most:
            self._fail(self._scenario.steps[-1], f"was not understood {len(self.misses)} times: {self.misses}")
        return self._known

    async def _do(self, step: Step) -> None:
        speaks = step.says is not None or step.taps is not None or step.photo
        heard = await self._speak(step) if speaks else []
        for fragment in self._filled(step.never):
            if any(fragment in text for text in heard):
                self._fail(step, f"should not hear {fragment!r}")
        self._catch(step, heard)
        if step.gets or step.gets_nothing:
            await self._get(step)

    async def _speak(self, step: Step) -> list[str]:
        who, wanted = step.who, self._filled(step.hears)

        def enough(heard: Sequence[str]) -> bool:
            return bool(heard) and (not wanted or one_has(heard, wanted))

        if step.taps is not None:
            label = filled(step.taps, self._known)
            self._talk.append(f"{who}: [{label}]")
            heard = await self._driver.tap(who, label, enough)
        elif step.photo:
            self._talk.append(f"{who}: (a photo)")
            heard = await self._driver.photo(who, enough)
        else:
            words = filled(step.says or "", self._known) * step.repeated
            self._talk.append(f"{who}: {words[:80]!r}" if step.repeated > 1 else f"{who}: {words}")
            heard = await self._driver.say(who, words, enough)
        self._seen[who] = list(heard)
        self._talk += [f"    -> {who}: {text}" for text in heard]
        self.misses += [text for text in heard if any(sign in text for sign in NOT_UNDERSTOOD)]
        if not enough(heard):
            self._fail(step, f"should hear {wanted}")
        return heard

    def _catch(self, step: Step, heard: Sequence[str]) -> None:
        for name, pattern in step.catch.items():
            found = next((match for text in reversed(heard) if (match := re.search(pattern, text))), None)
            if found is None:
                self._fail(step, f"nothing heard fits {pattern!r}")
            self._known[name] = found[1]

    async def _get(self, step: Step) -> None:
        seen, wanted = self._seen[step.who], self._filled(step.gets)
        if wanted and one_has(seen, wanted):
            return

        def enough(new: Sequence[str]) -> bool:
            return bool(wanted) and one_has(new, wanted)

        new = await self._driver.notices(step.who, enough)
        seen += new
        self._talk += [f"    => {step.who}: {text}" for text in new]
        if step.gets_nothing and new:
            self._fail(step, "should get nothing")
        if wanted and not one_has(seen, wanted):
            self._fail(step, f"should get {wanted}")

    def _filled(self, fragments: Sequence[str]) -> list[str]:
        return [filled(fragment, self._known) for fragment in fragments]

    def _fail(self, step: Step, why: str) -> None:
        talk = "\n".join(self._talk)
        raise Failed(f"{self._scenario.name}, step {step.number}: {step.who} {why}\n{talk}")


def one_has(texts: Sequence[str], fragments: Sequence[str]) -> bool:
    return any(all(fragment in text for fragment in fragments) for text in texts)
