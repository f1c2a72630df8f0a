"""A day is sealed only when all that came on it has been answered: also after a night without power."""

from __future__ import annotations

from datetime import timedelta

from bot.clock import MovableClock
from bot.clockwork import Clockwork
from bot.metrics import Metrics
from storage.unit_of_work import SqlUnitOfWork, in_unit
from tests.doubles.town import FRIDAY, Town, make_town

MIDNIGHT = FRIDAY.replace(hour=0) + timedelta(days=1)


async def test_sealing_waits_for_the_words_of_the_day() -> None:
    town = make_town()
    clock = MovableClock(FRIDAY)
    units = town.desk.units
    late = MIDNIGHT - timedelta(minutes=1)
    desk = type(town.desk)(scheme=town.desk.scheme, words=town.desk.words, clock=clock, units=units)
    work = Clockwork(desk, Metrics())
    await work.tick()
    message = in_unit(
        units,
        lambda uow: uow.desk.inbox.receive(
            channel="web", account="main", message_id="m1", sender="a", kind="text", payload={}, now=late
        ),
    )
    clock.forward(timedelta(days=1))
    await work.tick()
    assert sealed(town) == 0

    def answer(uow: SqlUnitOfWork) -> None:
        uow.desk.inbox.claim(message.item.id, "me", clock.now(), timedelta(minutes=1))
        uow.desk.inbox.finish(message.item.id, "me", reply={"text": "好"}, sent="passive", now=clock.now())

    in_unit(units, answer)
    await work.tick()
    assert sealed(town) == 1


def sealed(town: Town) -> int:
    with town.desk.units() as uow:
        return int(uow.connection.exec_driver_sql("SELECT COUNT(*) FROM sealed_day").scalar_one())
