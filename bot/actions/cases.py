"""Cases in a staff member's chat: what waits for an answer, taking one (then both write to each other), closing it."""

from __future__ import annotations

import re
from typing import Any

from bank.notices import Case, CaseKind
from bank.usecases import care
from bot.actions.listing import offset_of, say_list
from bot.actions.turn import Turn, payload
from bot.talk import person_key
from storage.desk_things import Identity

LATEST_LINES = 3


def asked_for(turn: Turn, words: re.Pattern[str]) -> bool:
    """Whether a review is about cases: a payload says so, or the words do."""
    if turn.is_payload:
        return turn.given("case_number") is not None or turn.given("close_case") is not None
    return bool(words.search(turn.words))


def open_cases(turn: Turn) -> list[dict[str, Any]]:
    """Open and taken cases of the speaker's branches, most urgent and oldest first. Raises NotAllowed."""
    found: list[dict[str, Any]] = care.open_cases(turn.uow, turn.desk.scheme, turn.doing("open_cases")).facts["cases"]
    return found


def work(turn: Turn) -> None:
    """List, show and take, or close."""
    closing, taking = turn.given("close_case"), turn.given("case_number")
    if closing is not None:
        _close(turn, int(closing))
    elif taking:
        _take(turn, int(taking))
    else:
        _list(turn)


def _list(turn: Turn) -> None:
    cases = open_cases(turn)
    if not cases:
        turn.say("cases.none")
        return
    say_list(
        turn,
        "cases.list",
        "cases.item",
        cases,
        sends=lambda case: payload("review_requests", case_number=case["case"]),
        more=lambda start: payload("review_requests", case_number=0, offset=start),
        offset=offset_of(turn),
    )


def _take(turn: Turn, number: int) -> None:
    """From here on the desk passes what both write to each other, until one of them ends it."""
    scheme = turn.desk.scheme
    receipt = care.take_case(turn.uow, scheme, turn.doing("take_case"), number)
    case = care.case_of(turn.uow, scheme, turn.doing("case_of"), number).facts
    _connect(turn, number, open_=True)
    turn.say(
        "cases.taken",
        choices=[turn.choice("label.close_case", payload("review_requests", close_case=number))],
        **(case | receipt.facts | {"talk": case["talk"][-LATEST_LINES:]}),
    )


def _close(turn: Turn, number: int) -> None:
    case = turn.uow.cases.get(number)
    if case.kind is CaseKind.DISPUTE:  # how it is paid must be decided, or the order would hang for ever
        _connect(turn, number, open_=False)
        turn.say("relay_ended_dispute", number=case.order_id)
        return
    care.close_case(turn.uow, turn.desk.scheme, turn.doing("close_case"), number, verdict="answered")
    _connect(turn, number, open_=False)
    turn.say("cases.closed", case=number)


def _connect(turn: Turn, number: int, *, open_: bool) -> None:
    """Let the talks of both sides run through the case, or end that. The speaker's own talk is told in the reply."""
    turn.relay_case = number if open_ else 0
    case = turn.uow.cases.get(number)
    talks = turn.uow.desk.talks
    for identity in _of_person(turn, case):
        talk = talks.get(person_key(identity.id), lock=True)
        if open_ or talk.relay_case_id == number:
            talk.relay_case_id = number if open_ else None
            talks.save(talk, turn.now)


def _of_person(turn: Turn, case: Case) -> list[Identity]:
    """Everywhere the person of a case writes from; for somebody unknown the one place they wrote from."""
    identities = turn.uow.desk.identities
    if case.member_id is not None:
        return identities.of_member(case.member_id)
    found = identities.find(*(case.sender or "").split(":", 2)) if (case.sender or "").count(":") >= 2 else None
    return [found] if found is not None else []
