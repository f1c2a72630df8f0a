"""The staff API: the same acts and the same rules as the desk page, as JSON."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from bot.web.acts import ACTS
from bot.web.api import api_token
from bot.web.tokens import Purpose
from tests.doubles.sample import SampleHouse


def bearer(sample: SampleHouse, who: str = "sun", **more: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {api_token(sample.signer, sample.person(who).member_id)}", **more}


async def waiting(visitor: httpx.AsyncClient, sample: SampleHouse, who: str = "sun") -> list[dict[str, Any]]:
    answer = await visitor.get("/api/waiting", headers=bearer(sample, who))
    assert answer.status_code == 200
    found: list[dict[str, Any]] = answer.json()
    return found


async def test_its_description_names_every_act(visitor: httpx.AsyncClient) -> None:
    described = (await visitor.get("/api/openapi.json")).json()
    assert {f"/acts/{name.replace('_', '-')}" for name in ACTS} <= set(described["paths"])
    reject = described["components"]["schemas"]["Reject"]
    assert set(reject["required"]) == {"order_id", "reason"}
    assert described["components"]["securitySchemes"]["HTTPBearer"]["scheme"] == "bearer"


@pytest.mark.parametrize(
    "section", ["waiting", "cases", "applicants", "dispatch", "phone-list", "drafts", "sent", "today", "books"]
)
async def test_every_list_of_the_desk_can_be_read(
    visitor: httpx.AsyncClient, sample: SampleHouse, section: str
) -> None:
    assert (await visitor.get(f"/api/{section}", headers=bearer(sample))).status_code == 200


async def test_an_act_with_the_same_key_acts_once(visitor: httpx.AsyncClient, sample: SampleHouse) -> None:
    number = next(order["number"] for order in await waiting(visitor, sample) if order["service"] == "hospital_visit")
    headers = bearer(sample, **{"Idempotency-Key": "a-key-of-ours"})
    first = await visitor.post("/api/acts/approve", json={"order_id": number}, headers=headers)
    assert (first.status_code, first.json()["outcome"], first.json()["again"]) == (200, "next_level", False)
    again = await visitor.post("/api/acts/approve", json={"order_id": number}, headers=headers)
    assert (again.json()["outcome"], again.json()["again"]) == ("next_level", True)
    other = await visitor.post("/api/acts/approve", json={"order_id": number + 1}, headers=headers)
    assert (other.status_code, other.json()["error"]) == (409, "KeyReused")


async def test_refusals_name_the_rule_and_say_it(visitor: httpx.AsyncClient, sample: SampleHouse) -> None:
    number = next(order["number"] for order in await waiting(visitor, sample, "he") if order["service"] == "shopping")
    headers = bearer(sample, **{"Idempotency-Key": "another-key"})
    answer = await visitor.post("/api/acts/approve", json={"order_id": number}, headers=headers)
    assert (answer.status_code, answer.json()["rule"]) == (403, "approval_level")
    assert answer.json()["words"]


async def test_a_case_with_its_talk(visitor: httpx.AsyncClient, sample: SampleHouse) -> None:
    cases = (await visitor.get("/api/cases", headers=bearer(sample))).json()
    case = next(each for each in cases if each["kind"] == "person")
    answer = await visitor.get(f"/api/cases/{case['case']}", headers=bearer(sample))
    assert "talk" in answer.json()
    assert (await visitor.get("/api/cases/99999", headers=bearer(sample))).status_code == 404


async def test_only_staff_with_a_token_of_the_api(visitor: httpx.AsyncClient, sample: SampleHouse) -> None:
    sun = sample.person("sun").member_id
    wrong = [
        {},
        {"Authorization": "Bearer forged"},
        {"Authorization": f"Bearer {sample.signer.make(Purpose.DESK_LINK, str(sun))}"},
        {"Authorization": f"Bearer {sample.signer.make(Purpose.API, 'no number')}"},
        bearer(sample, "wang"),
    ]
    for headers in wrong:
        answer = await visitor.get("/api/waiting", headers=headers)
        assert (answer.status_code, answer.json()["error"]) == (401, "token_invalid")


@pytest.mark.parametrize(
    ("body", "key"),
    [
        ({"order_id": 1}, ""),
        ({"order_id": 0}, "a-good-key"),
        ({}, "a-good-key"),
        ({"order_id": 1, "x": 1}, "a-good-key"),
    ],
)
async def test_bad_posts_are_refused(
    visitor: httpx.AsyncClient, sample: SampleHouse, body: dict[str, Any], key: str
) -> None:
    headers = bearer(sample, **({"Idempotency-Key": key} if key else {}))
    assert (await visitor.post("/api/acts/approve", json=body, headers=headers)).status_code == 422
