"""The values of `parse`: the service under the scheme's own category, all of it fit for JSON."""

import json
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.reading import read
from storage.scheme_files import load_scheme

NOW = datetime(2026, 11, 18, 10, 20, tzinfo=ZoneInfo("Asia/Shanghai"))


class StandIn:
    """Rasa as far as `read` needs it."""

    async def parse(self, text: str) -> dict[str, Any]:
        intent = {"name": "request_help", "confidence": 0.9}
        return {"text": text, "intent": intent, "intent_ranking": [intent], "entities": []}


@pytest.mark.parametrize(
    ("scheme", "code", "name"),
    [("changning", "life_help", "生活服务"), ("taierzhuang", "technical", "技术服务"), ("fuyuan", "skills", "志愿帮")],
)
async def test_the_service_is_told_by_the_schemes_category(scheme: str, code: str, name: str) -> None:
    answer = await read(StandIn(), load_scheme(scheme), "明天下午两点到四点半，厨房灯不亮了", NOW, "resident")  # type: ignore[arg-type]  # a stand-in
    told = json.loads(json.dumps(answer, ensure_ascii=False))
    assert told["values"]["service"] == {
        "category": code, "name": name, "kind": "repair_appliance", "words": "灯不亮",
    }  # fmt: skip
    assert told["values"]["duration_min"] == 150
    assert told["values"]["time"]["start"] == "2026-11-19T14:00:00+08:00"
    assert {one["entity"] for one in told["entities"]} >= {"time", "service"}
