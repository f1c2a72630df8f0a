"""Every word of the pages stands in the catalogue, and the catalogue holds none that no page says."""

from __future__ import annotations

import re
from pathlib import Path

from bank.activities import ActivityStatus, SignUpStatus
from bank.coins import Unit
from bank.learning import Misheard
from bank.members import RoleName
from bank.notices import CaseKind
from bank.orders import OrderStatus
from bank.station import SurveyStatus
from bot.catalogue import read_entries
from bot.web.acts import ACTS
from bot.web.demo import PANES, SAYS, THINGS_TO_TRY
from bot.web.goods_files import WHY_NOT
from bot.web.learning_view import LOOKED_AT
from tests.doubles.web import START, words_named

WEB = Path(__file__).resolve().parents[3] / "bot" / "web"
BY_CODE = {
    "group",
    "relation",
    *(f"act.{name}" for name in ACTS),
    *(f"goods.unit.{unit}" for unit in Unit if unit is not Unit.HONOUR),
    *(f"goods.why.{why}" for why in WHY_NOT),
    *(f"state.{state}" for state in OrderStatus),
    *(f"case.{kind}" for kind in CaseKind),
    *(f"door.{reason}" for reason in ("staff_only", "code_wrong", "too_many_codes", "page_is_old", "file_gone")),
    *(f"{door}.{reason}" for door in ("door", "no_entry") for reason in ("link_invalid", "link_expired")),
    *(f"demo.{kind}" for kind, _ in PANES),
    *(f"demo.try.{thing}" for thing in THINGS_TO_TRY),
    *(f"demo.says.{thing}" for thing in SAYS),
    *(f"learning.state.{state}" for state in LOOKED_AT),
    *(f"learning.reason.{why}" for why in Misheard),
    *(f"activities.state.{state}" for state in ActivityStatus),
    *(f"activities.person.{state}" for state in SignUpStatus if state is not SignUpStatus.LEFT),
    *(f"surveys.state.{state}" for state in SurveyStatus),
    *(f"role.{role}" for role in RoleName if role is not RoleName.STAFF),
}


def sources() -> list[str]:
    found = [file.read_text(encoding="utf-8") for file in WEB.rglob("*") if file.suffix in (".py", ".html")]
    assert len(found) > 20
    return found


def test_pages_and_catalogue_hold_the_same_words() -> None:
    said = set(BY_CODE)
    for text in sources():
        said |= {key for key in re.findall(r"words\(['\"]([\w.]+)['\"]", text) if not key.endswith(".")}
        said |= {f"chat.{key}" for key in re.findall(r"_refuse\(\d+, \"(\w+)\"", text)}
        said |= set(re.findall(r'"page\.([\w.]+)"', text))
    known = {key.removeprefix("page.") for key in read_entries() if key.startswith("page.")}
    assert said == known


def test_no_page_has_chinese_words_of_its_own() -> None:
    for file in [*WEB.rglob("*.html"), *WEB.rglob("*.js")]:
        assert not re.search(r"[\u4e00-\u9fff]", _without_marks(file.read_text(encoding="utf-8"))), file.name


def _without_marks(text: str) -> str:
    return re.sub(r"//.*|/\*.*?\*/|\{#.*?#\}", "", text)


def test_plain_words_can_be_said_without_facts() -> None:
    for state in OrderStatus:
        assert words_named().say(f"page.state.{state}", START).text
