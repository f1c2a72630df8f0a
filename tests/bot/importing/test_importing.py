"""Files from a clerk's spreadsheet: all rows or none, each wrong cell named, the same file twice changes nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from openpyxl import Workbook
from typer.testing import CliRunner

from bank.coins import Audit
from bank.errors import NotAllowed
from bank.members import Member, MemberStatus, RoleGrant, RoleName, Sex
from bank.organisation import Branch
from bank.usecases.accounts import coins_of
from bot.cli import app
from bot.importing.run import Report, import_file
from bot.importing.sheets import FileRefused
from storage.engine import make_engine
from storage.migrate import migrate
from storage.scheme_files import load_scheme
from storage.unit_of_work import UnitFactory, uow_factory
from storage.verify import verify

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
SCHEME = load_scheme("changning")
MEMBERS = """姓名,电话,出生日期,性别,户籍,退休,健康,地址,余额,站点
王秀英,13900000001,1948-05-06,女,是,是,是,仙霞路100弄3号,12,虹桥分行
李建国,139-0000-0002,1962年1月2日,男,是,是,是,,1.5,
"""


class Office:
    """A head, a branch and one clerk, in a database file."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.url = f"sqlite:///{folder / 'bank.db'}"
        self.engine = make_engine(self.url)
        migrate(self.engine)
        self.units: UnitFactory = uow_factory(self.engine, zone=SCHEME.tz)
        audit = Audit(at=NOW, verb="test", actor_id=None)
        with self.units() as uow:
            head = uow.branches.add(Branch(name="总行", tier=1), audit).id
            self.branch = uow.branches.add(Branch(name="虹桥分行", tier=2, parent_id=head, scene="hongqiao"), audit).id
            clerk = Member(name="孙丽", branch_id=self.branch, status=MemberStatus.ACTIVE)
            self.clerk = uow.members.add(clerk, audit).id
            grant = RoleGrant(member_id=self.clerk, role=RoleName.STAFF, branch_id=self.branch, granted_at=NOW)
            uow.role_grants.add(grant, audit)
            uow.commit()

    def file(self, content: str, name: str = "rows.csv", encoding: str = "utf-8") -> Path:
        path = self.folder / name
        path.write_bytes(content.encode(encoding))
        return path

    def brings(self, kind: str, content: str, **options: bool) -> Report:
        return import_file(self.units, SCHEME, kind, self.file(content), by_id=self.clerk, now=NOW, **options)

    def members(self) -> list[Member]:
        with self.units() as uow:
            return [member for member in uow.members.find() if member.id != self.clerk]


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = Office(tmp_path)
    yield made
    assert verify(made.engine).ok
    made.engine.dispose()


def test_members_come_in_with_their_balance(office: Office) -> None:
    report = office.brings("members", MEMBERS)
    assert (report.imported, report.rows, report.outcomes, report.problems) == (True, 2, {"brought_in": 2}, [])
    one, two = office.members()
    assert (one.name, one.phone, one.born, one.sex) == ("王秀英", "13900000001", date(1948, 5, 6), Sex.FEMALE)
    assert (one.status, one.address, one.retired) == (MemberStatus.ACTIVE, "仙霞路100弄3号", True)
    assert two.phone == "13900000002"
    with office.units() as uow:
        assert [coins_of(uow, SCHEME, member).balance for member in (one, two)] == [720, 90]


def test_the_same_file_again_changes_nothing(office: Office) -> None:
    office.brings("members", MEMBERS)
    assert office.brings("members", MEMBERS).imported
    assert len(office.members()) == 2


def test_a_person_who_is_there_is_named(office: Office) -> None:
    office.brings("members", MEMBERS)
    report = office.brings("members", MEMBERS + "\n张三,13900000003,,,,,,,,\n")
    assert not report.imported
    assert report.problems == [(2, "", "already_known (person 王秀英)"), (3, "", "already_known (person 李建国)")]
    assert len(office.members()) == 2


def test_one_bad_row_and_nothing_is_kept(office: Office) -> None:
    bad = MEMBERS + "陈芳,电话没有,1948-13-40,女人,也许,是,是,,三个币,静安分行\n,,,,,,,,,\n"
    report = office.brings("members", bad)
    assert not report.imported
    assert [(row, column) for row, column, _ in report.problems] == [
        (4, "phone"), (4, "born"), (4, "sex"), (4, "local_household"), (4, "branch"), (4, "opening"),
    ]  # fmt: skip
    assert "1948-05-06" in report.problems[1][2]
    assert office.members() == []


def test_a_balance_over_the_cap_is_refused(office: Office) -> None:
    report = office.brings("members", "姓名,余额\n王秀英,601\n")
    assert [reason.split()[0] for _, _, reason in report.problems] == ["balance_cap"]
    assert office.members() == []


def test_a_dry_run_only_reports(office: Office) -> None:
    report = office.brings("members", MEMBERS, dry_run=True)
    assert (report.imported, report.outcomes) == (False, {"brought_in": 2})
    assert office.members() == []


def test_gb18030_and_xlsx_are_read_too(office: Office) -> None:
    path = office.file(MEMBERS, "old.csv", "gb18030")
    assert import_file(office.units, SCHEME, "members", path, by_id=office.clerk, now=NOW).imported
    book = Workbook()
    book.active.append(["姓名", "电话", "出生日期"])  # type: ignore[union-attr]  # a new book has a sheet
    book.active.append(["赵六", 13900000009.0, datetime(1950, 3, 4)])  # type: ignore[union-attr]  # noqa: DTZ001  a cell
    book.save(office.folder / "new.xlsx")
    report = import_file(office.units, SCHEME, "members", office.folder / "new.xlsx", by_id=office.clerk, now=NOW)
    assert report.imported
    last = office.members()[-1]
    assert (last.name, last.phone, last.born) == ("赵六", "13900000009", date(1950, 3, 4))


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("none.csv", None, "no such file"),
        ("rows.txt", "姓名\n王\n", "must be .csv or .xlsx"),
        ("rows.csv", "", "the file is empty"),
        ("rows.csv", "姓名,星座\n王,双鱼\n", "unknown column '星座'"),
        ("rows.csv", "姓名,name\n王,李\n", "stands twice"),
        ("rows.csv", "电话\n139\n", "missing column 姓名"),
        ("rows.xlsx", "not a workbook", "is no XLSX file"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(office: Office, name: str, content: str | None, says: str) -> None:
    path = office.folder / name if content is None else office.file(content, name)
    with pytest.raises(FileRefused, match=says):
        import_file(office.units, SCHEME, "members", path, by_id=office.clerk, now=NOW)


def test_bytes_of_no_known_encoding_are_refused(office: Office) -> None:
    path = office.folder / "bad.csv"
    path.write_bytes(b"\xff\xfe\xfd\x81")
    with pytest.raises(FileRefused, match="neither UTF-8 nor GB18030"):
        import_file(office.units, SCHEME, "members", path, by_id=office.clerk, now=NOW)


def test_only_staff_bring_things_in(office: Office) -> None:
    office.brings("members", MEMBERS)
    with pytest.raises(NotAllowed):
        import_file(office.units, SCHEME, "members", office.file("姓名\n张三\n"), by_id=office.members()[0].id, now=NOW)


def test_places_menus_and_activities(office: Office) -> None:
    assert office.brings("stations", "名称,地址,服务,绿色积分\n古北市民中心,黄金城道,法律、文化,是\n").imported
    assert office.brings("meal-sites", "名称,价格,送餐\n虹桥长者餐厅,12元起,是\n").imported
    assert office.brings("menus", "助餐点,日期,菜\n虹桥长者餐厅,2026-11-21,红烧肉、青菜\n").imported
    rows = "活动,时间,时长,地点,名额\n防诈骗讲座,2026-12-03 14:00,90,活动室,30\n"
    assert office.brings("activities", rows).imported
    with office.units() as uow:
        assert uow.stations.find()[0].offers == ["法律", "文化"]
        assert uow.menus.find()[0].day == date(2026, 11, 21)
        activity = uow.activities.find()[0]
    assert activity.starts_at == datetime(2026, 12, 3, 6, 0, tzinfo=UTC)
    assert (activity.minutes, activity.places) == (90, 30)


def test_what_is_there_is_brought_up_to_date(office: Office) -> None:
    office.brings("meal-sites", "名称,价格\n虹桥长者餐厅,12元\n")
    report = office.brings("meal-sites", "名称,价格\n虹桥长者餐厅,13元\n")
    assert report.outcomes == {"kept": 1}
    with office.units() as uow:
        assert [site.price for site in uow.meal_sites.find()] == ["13元"]


def test_a_menu_of_an_unknown_site_and_a_time_that_is_none(office: Office) -> None:
    report = office.brings("menus", "助餐点,日期,菜\n没有的店,,面\n")
    assert [column for _, column, _ in report.problems] == ["site", "day"]
    report = office.brings("activities", "活动,时间,地点,名额\n讲座,下周三,活动室,很多\n")
    assert [column for _, column, _ in report.problems] == ["starts_at", "places"]


def test_the_verb_reports_and_ends_with_one(office: Office) -> None:
    path = office.file("姓名,出生日期\n王秀英,昨天\n")
    done = CliRunner().invoke(app, ["import", "members", str(path), "--by", "孙丽", "--db", office.url])
    assert done.exit_code == 1
    assert "row 2, born" in done.output
    assert "nothing was imported" in done.output
    good = office.file("姓名\n王秀英\n")
    done = CliRunner().invoke(app, ["import", "members", str(good), "--by", "孙丽", "--db", office.url, "--json"])
    assert (done.exit_code, json.loads(done.output)["imported"]) == (0, True)
