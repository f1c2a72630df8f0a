"""Where branches and stations are, when they open, what is there, what a window does, when the van comes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from bank.usecases import stations
from bot.actions import meals
from bot.actions.activity_naming import LEAST_SHARED
from bot.actions.base import DeskAction
from bot.actions.listing import offset_of, say_list
from bot.actions.turn import Turn, payload
from bot.catalogue import MOST_CHOICES
from bot.desk import Desk

Row = dict[str, Any]
BRANCH = re.compile(r"时间银行|[分支总]行|银行网点|12349")
ANY_STATION = re.compile(r"服务站|站点|美好生活|哪[个几些]站|附近|最近的|党群|市民中心|为老服务|[这那]个站|站里|家门口")
LISTS = re.compile(r"哪几|几[家个]|所有|列表|都有|哪些站|有哪些服务站|全部")
BRANCH_LISTS = re.compile(r"哪几|几家|所有|列表|都有|哪些")
TOPICS: tuple[tuple[str, re.Pattern[str], tuple[str, ...]], ...] = (
    ("van", re.compile(r"大篷车|流动.{0,2}车|服务车"), ("大篷车",)),
    ("migrants", re.compile(r"移民|融入"), ("移民融入",)),
    ("talents", re.compile(r"海外人才|人才荟|留学回来|海归"), ("海外人才",)),
    ("foreigners", re.compile(r"境外|外国人|外籍|老外|签证|居留"), ("境外人员",)),
    ("green", re.compile(r"绿色积分|垃圾分类|绿色.{0,4}换|积分.{0,4}换"), ("绿色积分",)),
    ("reading", re.compile(r"书屋|看书|借书|图书|阅览"), ("书屋",)),
    ("law", re.compile(r"法律|律师|打官司"), ("法律",)),
    ("medical", re.compile(r"医疗|量.{0,2}血压|配药|看病|中医|医生"), ("医疗",)),
    ("culture", re.compile(r"文化|唱歌|书法|跳舞|画画"), ("文化",)),
    ("party", re.compile(r"党员"), ("党员",)),
    ("volunteer", re.compile(r"学雷锋|志愿服务站|志愿者工作室"), ("志愿",)),
    ("convenience", re.compile(r"便民|修伞|磨刀|理发|缝补|修鞋|配钥匙"), ("便民", "大篷车")),
    ("elder", re.compile(r"养老|为老|日托|托老"), ("养老", "为老")),
    ("meals", re.compile(r"助餐|吃饭|食堂"), ("助餐",)),
)
"""What people look for, and the words under which a station offers it; what is rarer stands first."""
NO_NAME = re.compile(
    r"美好生活|服务站|老年|在哪里?|在哪儿|怎么走|电话|几点|开门|关门|有什么|有啥|那边|那里|里面|多少|地址|时间|服务|街道|社区|中心|虹桥"
)


class AskStation(DeskAction):
    """One's own branch, a station by name, or who has what was asked for. A stranger hears of all."""

    action_name = "action_ask_station"
    strangers_too = True

    def work(self, turn: Turn) -> None:
        hotline = turn.desk.scheme.hotline
        if hotline and "热线" in turn.words:
            turn.say("station.hotline", hotline=hotline)
            return
        found = stations.station_directory(turn.uow, turn.desk.scheme, turn.doing_or_stranger("directory"))
        known: list[Row] = found.facts["stations"]
        given = turn.given("station")
        topic = _topic(turn)
        if given is not None:
            station = next((row for row in known if row["id"] == int(given)), None)
            self._detail(turn, station, topic) if station else turn.say("station.unknown")
            return
        if not known or (topic is None and self._about_a_branch(turn, known)):
            self._branch(turn)
            return
        named = _named(turn.words, known)
        if topic is not None:
            self._with(turn, named or known, topic)
        elif len(named) == 1:
            self._detail(turn, named[0], None)
        elif turn.given("offset") is not None or named or LISTS.search(turn.words):
            self._list(turn, named or known)
        elif last := [row for row in known if row["id"] == turn.slots.get("station_last")]:
            self._detail(turn, last[0], None)
        else:
            self._detail(turn, known[0], None)  # the nearest in the tree: one's own branch's

    def _about_a_branch(self, turn: Turn, known: Sequence[Row]) -> bool:
        """几点开门, 电话多少: the branch, unless a station was named, asked for, or told of a moment ago."""
        if turn.given("offset") is not None:
            return False
        if BRANCH.search(turn.words):
            return True
        spoken_of = ANY_STATION.search(turn.words) or _named(turn.words, known) or turn.slots.get("station_last")
        return not spoken_of

    def _branch(self, turn: Turn) -> None:
        doing = turn.doing_or_stranger("branch_info")
        branches: list[Row] = stations.branch_info(turn.uow, turn.desk.scheme, doing).facts["branches"]
        said = turn.words
        named = [branch for branch in branches if _names_branch(branch["name"], said)]
        if not branches:
            turn.say("station.unknown")
        elif BRANCH_LISTS.search(said):
            turn.say("station.list", branches=branches[:MOST_CHOICES])
        else:
            reachable = [branch for branch in branches if branch["phone"] or branch["address"]]
            turn.say("station.one", **(named or reachable or branches)[0])

    def _detail(self, turn: Turn, station: Row, topic: str | None) -> None:
        """All of one station; of a window its items, three at a time."""
        turn.set(station_last=station["id"])
        windows = _windows(station, topic)
        if topic is not None and windows:
            self._items(turn, station, topic, windows)
            return
        choices = [
            turn.choice("station.window_label", payload("ask_station", station=station["id"], topic=name), window=name)
            for name in list(station["windows"])[: MOST_CHOICES - 1]
        ]
        more = turn.choice("station.others_label", payload("ask_station", offset=0))
        turn.say("station.detail", choices=[*choices, more], call=self._call(turn, station), **station)

    def _items(self, turn: Turn, station: Row, topic: str, windows: Sequence[str]) -> None:
        items = [item for window in windows for item in station["windows"][window]]
        begin = offset_of(turn)
        shown, left = items[begin : begin + MOST_CHOICES], len(items) - begin - MOST_CHOICES
        carry = payload("ask_station", station=station["id"], topic=topic, offset=begin + MOST_CHOICES)
        more = [turn.choice("label.more", carry, means="yes", left=left)] if left > 0 else []
        turn.say(
            "station.items",
            choices=more,
            window="、".join(windows),
            items=shown,
            begin=begin,
            call=self._call(turn, station),
            **station,
        )

    def _with(self, turn: Turn, among: Sequence[Row], topic: str) -> None:
        """Which stations have what was asked for; with a window of its own, what that does."""
        fitting = [row for row in among if _offers(row, topic)]
        if not fitting:
            call = self._call(turn, {"phone": ""})
            turn.say("meals.see" if topic == "meals" else "station.not_there", call=call)
            if topic == "meals":
                meals.tell(turn)
            return
        windows = [row for row in fitting if _windows(row, topic)]
        if windows:
            self._detail(turn, windows[0], topic)
        elif len(fitting) == 1:
            self._detail(turn, fitting[0], None)
        else:
            self._list(turn, fitting)

    def _list(self, turn: Turn, rows: Sequence[Row]) -> None:
        say_list(
            turn,
            "station.stations",
            "station.item",
            rows,
            sends=lambda row: payload("ask_station", station=row["id"]),
            more=lambda start: payload("ask_station", offset=start),
            offset=offset_of(turn),
        )

    def _call(self, turn: Turn, station: Row) -> str:
        """Whom to call: the station, else the nearest branch that has a telephone."""
        if station["phone"]:
            return str(station["phone"])
        doing = turn.doing_or_stranger("branch_info")
        branches = stations.branch_info(turn.uow, turn.desk.scheme, doing).facts["branches"]
        return next((str(branch["phone"]) for branch in branches if branch["phone"]), "")


def _topic(turn: Turn) -> str | None:
    given = turn.given("topic")
    if given is not None:
        return str(given)
    return next((name for name, pattern, _ in TOPICS if pattern.search(turn.words)), None)


def _words_of(topic: str) -> tuple[str, ...]:
    """The words under which a topic is offered; a topic of a button is a window's own name."""
    return next((words for name, _, words in TOPICS if name == topic), (topic,))


def _windows(station: Row, topic: str | None) -> list[str]:
    if topic is None:
        return []
    return [name for name in station["windows"] if any(word in name for word in _words_of(topic))]


def _offers(station: Row, topic: str) -> bool:
    if topic == "green" and station["green"]:
        return True
    there = [*station["offers"], *station["windows"], station["notes"]]
    return any(word in text for word in _words_of(topic) for text in there)


def _named(said: str, known: Sequence[Row]) -> list[Row]:
    """The stations whose own name, or at least two signs of it, stand in the words."""
    bare = NO_NAME.sub(" ", said)
    scores = {row["id"]: _longest(bare, NO_NAME.sub(" ", row["name"])) for row in known}
    best = max(scores.values(), default=0)
    return [row for row in known if best >= LEAST_SHARED and scores[row["id"]] == best]


def _longest(said: str, name: str) -> int:
    stretches = (name[i:j] for i in range(len(name)) for j in range(i + LEAST_SHARED, len(name) + 1))
    return max((len(each) for each in stretches if " " not in each and each.lower() in said.lower()), default=0)


def _names_branch(name: str, said: str) -> bool:
    """Whether the words name that branch, whole or without what kind of branch it is."""
    short = name
    for tail in ("分行", "支行", "总行", "时间银行", "街道", "社区", "镇"):  # from the end of a name inwards
        short = short.removesuffix(tail)
    return name in said or (len(short) > 1 and short in said)


def actions(desk: Desk) -> list[DeskAction]:
    return [AskStation(desk), meals.AskMeals(desk)]
