"""From the pieces of a text to the one time that it means: neighbours join, corrections win, denials drop out."""

import re
from dataclasses import dataclass, field, replace
from typing import Literal

from .tokens import Clock, Day, Token
from .values import Reason, Recurrence

_GLUE = re.compile(
    r"[\s,.。、的在呢嘛啊呀从于就那这约或]*(?:那个|那天|当天|大概|大约|差不多|around|about|at|on|,|的话|"
    r"开始)?[\s,的在]*"
)
_TO = re.compile(
    r"\s*(?:(?:做|干|陪|忙活?|弄|搞|聊|修|扫|擦|洗|待|坐|等|看|教|玩|上|一直做|一直干|一直陪)?到|至|[-~—–]+|直到|"
    r"一直到|to|until|till)\s*",
    re.IGNORECASE,
)
_DENIED_AFTER = re.compile(
    r"(?:那天|我|他|她|就|也|都|是|怕|可能|恐怕|实在|肯定|的话|上午|下午|,|呢|嘛)*"
    r"(?:不行|没空|没有空|不方便|没时间|没有时间|来不及|去不了|来不了|不去|不来|不可以|不成|走不开|有事|"
    r"不在|不好|太早|太晚|"
    r"不合适|不用来|别来|不要来|不用|没人来|没来|没人|取消)"
)
_DENIED_BEFORE = re.compile(r"(?:(?<!是)不是|(?<!要)不要|别|除了|不约|不想)(?:约|在|说|定)?\s*$")
_MINE = re.compile(
    r"不对|(?<!是)不是(?![很太])|说错了?|讲错了?|弄错了?|记错了?|搞错了?|错了|[哦噢喔呃嗯]不|不不|应该是|"
    r"算了|还是(?=.{1,14}(?:吧|好了))"
    r"|(?<=[,。. ])还是|(?:^|(?<=[,。. ]))不(?=[,。. ])|sorry|i mean|\bno\b[, ]|其实是?",
    re.IGNORECASE,
)
_CHANGE = re.compile(
    r"改到|改成|改为|改在|改(?![天日变善])|换到|换成|换为|挪到|推到|推迟到|延到|延期到|提前到|调到|移到|"
    r"change[d]? to|move[d]? to"
)
_LATE = re.compile(
    r"还(?:是)?没(?:有)?(?:人)?(?:来|到|见)|(?:人|他|她)(?:没|还没)(?:来|到)|(?:没人|没)来(?![过得])|迟到|人呢|"
    r"怎么还|说好|讲好|约好的|"
    r"做完了|结束了|做好了|完成了|来过|服务过|干完"
)
_CUT_OFF = re.compile(r"[\d点分月:]")
_RETURN = re.compile(r".{0,6}(?:回来|回家|结束|完事|为止|走|送回)")


@dataclass(frozen=True)
class Edge:
    """One end of what was said."""

    days: tuple[Day, ...] = ()
    part: str | None = None
    clock: Clock | None = None


@dataclass(frozen=True)
class Mention:
    """All that a text says about one time."""

    begin: Edge = Edge()
    finish: Edge = Edge()
    repeat: Recurrence | None = None
    delta: int | None = None
    now: bool = False
    today: bool = False
    vague: bool = False
    bound: Literal["after", "before"] | None = None
    reason: Reason | None = None
    spans: tuple[tuple[int, int], ...] = ()
    main: tuple[int, int] = (0, 0)


@dataclass
class Cluster:
    """Pieces that stand side by side; `turn` index of the first one after 到."""

    tokens: list[Token] = field(default_factory=list)
    turns: list[int] = field(default_factory=list)
    segment: int = 0

    @property
    def start(self) -> int:
        return self.tokens[0].start

    @property
    def end(self) -> int:
        return self.tokens[-1].end

    @property
    def past(self) -> bool:
        return any(token.day is not None and token.day.past for token in self.tokens) or any(
            token.kind == "delta" and token.minutes < 0 for token in self.tokens
        )


def gather(text: str, tokens: list[Token], future: bool) -> Mention | None:
    """The one time a text means, or None when no piece was found."""
    marks = sorted([(m.start(), m.end(), "mine") for m in _MINE.finditer(text)]
                   + [(m.start(), m.end(), "change") for m in _CHANGE.finditer(text)])  # fmt: skip
    clusters = _without_loose_bounds(_clusters(text, tokens, marks))
    if not clusters:
        return None
    kept, doubtful = _undenied(text, clusters, future)
    if not kept:
        span = (clusters[0].start, clusters[-1].end)
        return Mention(reason="vague", spans=(span,), main=span)
    mention: Mention | None = None
    for segment in sorted({cluster.segment for cluster in kept}):
        said = _assemble(text, [cluster for cluster in kept if cluster.segment == segment])
        kind = marks[segment - 1][2] if segment else "mine"
        mention = said if mention is None else _fold(mention, said, kind == "change")
    if mention is None:
        return None
    if doubtful and mention.reason is None:
        mention = replace(mention, reason="several")
    if _CUT_OFF.match(text, mention.main[1]):
        mention = replace(mention, reason="invalid")
    return replace(mention, today=bool(_LATE.search(text)))


def _clusters(text: str, tokens: list[Token], marks: list[tuple[int, int, str]]) -> list[Cluster]:
    clusters: list[Cluster] = []
    for token in tokens:
        segment = sum(1 for start, _, _ in marks if start < token.start)
        last = clusters[-1] if clusters else None
        if last is not None and last.segment == segment:
            gap = text[last.end : token.start]
            if _TO.fullmatch(gap):
                last.turns.append(len(last.tokens))
                last.tokens.append(token)
                continue
            denied = (
                token.kind == "day"
                and last.tokens[-1].kind == "day"
                and "," in gap.replace("，", ",")
                and bool(_DENIED_BEFORE.search(text[: last.start]))
            )
            if _GLUE.fullmatch(gap) and len(gap) <= 8 and not denied:
                last.tokens.append(token)
                continue
        clusters.append(Cluster([token], [], segment))
    return clusters


def _without_loose_bounds(clusters: list[Cluster]) -> list[Cluster]:
    """以后/之前 count only right behind a time; alone they are no time."""
    kept: list[Cluster] = []
    for cluster in clusters:
        tokens = [
            token
            for i, token in enumerate(cluster.tokens)
            if token.kind != "bound" or (i > 0 and cluster.tokens[i - 1].end == token.start)
        ]
        if tokens and tokens[0].kind != "bound":
            kept.append(Cluster(tokens, [t for t in cluster.turns if t < len(tokens)], cluster.segment))
    return kept


def _undenied(text: str, clusters: list[Cluster], future: bool) -> tuple[list[Cluster], bool]:
    """Without what is denied (明天不行), over (昨天没来) or vague, where anything else is left."""
    denied = [bool(_DENIED_BEFORE.search(text[: one.start])) for one in clusters]
    doubtful = any(deny and i > 0 and i == len(clusters) - 1 and not re.search(r"[,。. ]\s*(?:不是|不要|别)", text)
                   for i, deny in enumerate(denied))  # fmt: skip
    if len(clusters) == 1:
        return ([] if denied[0] and not doubtful else clusters), False
    if doubtful:
        return clusters[:-1], True
    kept = [one for one, deny in zip(clusters, denied, strict=True) if not deny] or clusters
    wanted = [one for one in kept if not _DENIED_AFTER.match(text[one.end :])]
    kept = wanted or kept
    if future:
        kept = [one for one in kept if not one.past] or kept
    firm = [one for one in kept if any(token.kind not in {"vague", "now"} for token in one.tokens)]
    return firm or kept, False


def _assemble(text: str, clusters: list[Cluster]) -> Mention:
    """One mention from the clusters of a segment; two of a kind leave it unsure."""
    mention = Mention()
    for cluster in clusters:
        piece = _read(cluster)
        spans = (*mention.spans, (cluster.start, cluster.end))
        mention = replace(_join(text, mention, piece, cluster), spans=spans)
    return replace(mention, main=max(reversed(mention.spans), key=lambda span: span[1] - span[0]))


def _read(cluster: Cluster) -> Mention:
    edges = [Edge(), Edge()]
    mention = Mention()
    side = 0
    reason: Reason | None = None
    for i, token in enumerate(cluster.tokens):
        side = 1 if i in cluster.turns else side
        reason = reason or token.reason or (token.clock.reason if token.clock else None)
        edge = edges[side]
        if token.kind == "day" and token.day and side and edge.clock and not edges[0].days:
            edges[0] = replace(edges[0], days=(token.day,))  # from two to four on Friday: the day is of both
        elif token.kind == "day" and token.day:
            edges[side] = replace(edge, days=(*edge.days, token.day))
        elif token.kind == "part":
            edges[side], clash = _with_part(edge, token.part)
            reason = reason or clash
        elif token.kind == "clock" and token.clock:
            if edge.clock is not None and edge.clock != token.clock:
                reason = reason or "several"
            else:
                edges[side] = replace(edge, clock=token.clock)
        elif token.kind == "repeat":
            mention = replace(mention, repeat=token.repeat)
        elif token.kind == "delta":
            mention = replace(mention, delta=token.minutes)
        elif token.kind == "now":
            mention = replace(mention, now=True)
        elif token.kind == "bound":
            mention = replace(mention, bound=token.bound)
        elif token.kind == "vague":
            mention = replace(mention, vague=True)
    clock = edges[0].clock
    if mention.vague and not mention.repeat and reason == "vague" and not (clock and clock.reason):
        # 明天早点来: the firm word counts, the vague one only colours it
        reason = None if edges[0] != Edge() or mention.delta is not None else reason
    return replace(mention, begin=edges[0], finish=edges[1], reason=reason)


_SAME_HALF = ({"dawn", "early", "morning"}, {"noon", "afternoon"}, {"afternoon", "dusk"}, {"dusk", "evening", "night"})


def _with_part(edge: Edge, part: str | None) -> tuple[Edge, Reason | None]:
    """上午早点, 早上八点: the later word wins inside one half of the day, two halves clash."""
    if edge.part in {None, part, "meal"}:
        return replace(edge, part=part), None
    if part == "meal":
        return edge, None
    together = any({edge.part, part or ""} <= half for half in _SAME_HALF)
    return (replace(edge, part=part), None) if together else (edge, "several")


def _join(text: str, mention: Mention, piece: Mention, cluster: Cluster) -> Mention:
    """A piece said apart fills what is still open (明天我要去医院，上午九点)."""
    begin, finish, reason = mention.begin, mention.finish, mention.reason or piece.reason
    if piece.begin.clock and begin.clock and not finish.clock and _RETURN.match(text[cluster.end :]):
        return replace(mention, finish=replace(piece.begin, days=()), reason=reason)
    begin_part, clash = _with_part(begin, piece.begin.part) if piece.begin.part else (begin, None)
    clock = begin.clock or piece.begin.clock
    if begin.clock and piece.begin.clock and begin.clock != piece.begin.clock:
        clash = "several"
    if (mention.delta is not None and piece.delta not in (None, mention.delta)) or (
        mention.repeat and piece.repeat and mention.repeat != piece.repeat
    ):
        clash = "several"
    days = begin.days + tuple(day for day in piece.begin.days if day not in begin.days)
    return Mention(
        begin=Edge(days, begin_part.part, clock),
        finish=finish if finish != Edge() else piece.finish,
        repeat=mention.repeat or piece.repeat,
        delta=mention.delta if mention.delta is not None else piece.delta,
        now=mention.now or piece.now,
        vague=mention.vague or piece.vague,
        bound=mention.bound or piece.bound,
        reason=reason or clash,
    )


def _fold(old: Mention, new: Mention, change: bool) -> Mention:
    """What was said last wins; what the correction leaves out stays, but a changed order keeps no finer detail."""
    if new.vague or new == Mention(spans=new.spans, main=new.main):
        return replace(old, spans=old.spans + new.spans)
    if new.delta is not None or new.repeat or new.now:
        return replace(new, spans=old.spans + new.spans)
    begin, was = new.begin, old.begin
    repeat = old.repeat if not begin.days else None
    days = begin.days or was.days
    part, clock = begin.part, begin.clock
    if not begin.part and not begin.clock and not change:
        part, clock = was.part, was.clock
    if begin.clock and not begin.part and not begin.days:
        part = was.part if was.part and _fits(was.part, begin.clock) else None
    finish = new.finish
    if not begin.part and not begin.clock and not change and finish == Edge():
        finish = replace(old.finish, days=())
    return replace(new, begin=Edge(days, part, clock), finish=finish, repeat=repeat, spans=old.spans + new.spans)


_HOURS_OF = {"dawn": range(7), "early": range(4, 10), "morning": range(5, 13), "noon": (11, 12, 1),
             "afternoon": range(1, 7), "dusk": range(4, 9), "evening": range(5, 12), "night": range(9, 13)}  # fmt: skip


def _fits(part: str, clock: Clock) -> bool:
    return not clock.full and clock.hour in _HOURS_OF[part]
