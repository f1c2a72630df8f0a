"""All values of one message at once: what was said, normalised, each stretch of the text read one way only."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

from .amounts import AmountValue, resolve_amount
from .choices import resolve_choice
from .durations import DurationValue, resolve_duration
from .order_numbers import OrderNumberValue, resolve_order_number
from .people import PersonValue, RelationValue, resolve_person, resolve_relation
from .places import PlaceValue, resolve_place
from .ratings import RatingValue, resolve_rating
from .services import ServiceValue, resolve_service
from .text import clean
from .times import TimeValue, resolve_time

EXTRACTOR = "timebank"
SHORT = 14
"""Up to this many characters a verdict (很好) is taken as a rating without having been asked for."""

_BY_CLAIM = ("order_number", "amount", "time", "duration", "place", "person", "relation", "rating", "service")
"""The order in which slots claim their stretch of the text."""

Slot = Literal["time", "duration", "service", "place", "person", "amount", "order_number", "rating", "choice"]
Role = Literal["resident", "volunteer", "staff"]
Span = tuple[int, int]


@dataclass(frozen=True)
class Values:
    """What a message says, slot by slot; None where nothing was said."""

    text: str
    time: TimeValue | None = None
    duration: DurationValue | None = None
    amount: AmountValue | None = None
    order_number: OrderNumberValue | None = None
    rating: RatingValue | None = None
    service: ServiceValue | None = None
    person: PersonValue | None = None
    relation: RelationValue | None = None
    place: PlaceValue | None = None
    choice: int | None = None

    @property
    def unsure(self) -> tuple[str, ...]:
        """The slots whose value is to be asked about before it is used."""
        found = {"time": self.time, "duration": self.duration, "amount": self.amount, "order_number": self.order_number,
                 "rating": self.rating, "service": self.service}  # fmt: skip
        return tuple(slot for slot, value in found.items() if value is not None and value.unsure)

    def as_values(self) -> dict[str, Any]:
        """The `values` object of `timebank parse`: only what was said."""
        out: dict[str, Any] = {}
        if self.time:
            out["time"] = {
                "start": _iso(self.time.start), "end": _iso(self.time.end), "grain": self.time.grain,
                "recurring": self.time.recurring.rrule if self.time.recurring else None,
                "unsure": self.time.unsure, "reason": self.time.reason,
            }  # fmt: skip
        if self.duration:
            out["duration_min"] = self.duration.minutes
        if self.amount:
            out["amount"] = "all" if self.amount.all else _coins(self.amount)
        if self.order_number:
            out["order_number"] = self.order_number.number
        if self.rating and self.rating.stars is not None:
            out["rating"] = self.rating.stars
        if self.service:
            out["service"] = {"category": self.service.category, "words": self.service.words}
        if self.person:
            out["person"] = self.person.name
        if self.relation:
            out["relation"] = self.relation.code
        if self.place:
            out["place"] = self.place.words
        if self.choice is not None:
            out["choice"] = self.choice
        if self.unsure:
            out["unsure"] = list(self.unsure)
        return out

    def entities(self) -> list[dict[str, Any]]:
        """The list that Rasa's `/model/parse` gives: entity, value, start, end, extractor; no two overlap."""
        values = self.as_values()
        pairs: list[tuple[str, Span, Any]] = []
        for slot in _BY_CLAIM:
            key = "duration_min" if slot == "duration" else slot
            said = getattr(self, slot)
            if said is not None and key in values:
                spans = said.spans if isinstance(said, TimeValue) and said.spans else (said.span,)
                pairs.extend((slot, span, values[key]) for span in spans)
        return _without_overlaps(self.text, pairs)


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _coins(amount: AmountValue) -> int | str | None:
    """Whole coins as a number, parts of a coin as a decimal in words, so that no float is born."""
    if amount.minutes is None:
        return None
    return amount.minutes // 60 if amount.minutes % 60 == 0 else amount.coins


def _without_overlaps(text: str, pairs: list[tuple[str, Span, Any]]) -> list[dict[str, Any]]:
    taken: list[Span] = []
    out: list[dict[str, Any]] = []
    for slot, span, value in pairs:
        free = _free(span, taken)
        if free is None:
            continue
        taken.append(free)
        out.append({"entity": slot, "value": value, "start": free[0], "end": free[1],
                    "text": text[free[0] : free[1]], "extractor": EXTRACTOR})  # fmt: skip
    return sorted(out, key=lambda one: int(one["start"]))


def _free(span: Span, taken: list[Span]) -> Span | None:
    """The longest piece of a span that nobody else has."""
    pieces = [span]
    for begin, end in taken:
        pieces = [
            part
            for first, last in pieces
            for part in ((first, min(last, begin)), (max(first, end), last))
            if part[1] > part[0]
        ]
    return max(pieces, key=lambda part: part[1] - part[0]) if pieces else None


def _overlap(left: Span, right: Span) -> bool:
    return left[0] < right[1] and right[0] < left[1]


def extract(
    text: str,
    now: datetime,
    *,
    roster: Sequence[str] = (),
    asked: Slot | None = None,
    role: Role | None = None,
    future: bool = True,
    called: Mapping[str, str] | None = None,
) -> Values:
    """The values of a message. `now` is aware (ValueError otherwise); `roster` are the names known to the speaker;
    `asked` the slot that was just asked for, which decides what a bare answer (三号, 两个, 1) means. Of staff, whose
    talk is of orders, a lone 12号 is an order and no date. `called` are the scheme's own words for kinds of help."""
    said = clean(text)
    if asked == "choice":
        pick = resolve_choice(said)
        if pick is not None:
            return Values(said, choice=pick)
    amount = resolve_amount(said, asked=asked == "amount")
    duration = resolve_duration(said)
    order, time = _order_or_time(said, resolve_time(said, now, future=future), asked, role)
    if amount is not None and asked == "amount":
        duration = None
    if duration is not None and time is not None and any(_overlap(duration.span, span) for span in time.spans):
        if asked == "duration":
            time = None
        else:
            duration = None
    if duration is None:
        duration = _from_to(said, now, time)
    if asked == "duration" and duration is None:
        duration = _bare_hours(said)
        time = None if duration is not None and time is not None and time.unsure else time
    if asked == "time" and time is None:
        time = _bare_hour(said, now, future)
    return Values(
        text=said,
        time=time,
        duration=duration,
        amount=amount,
        order_number=order,
        rating=_rating(said, asked),
        service=resolve_service(said, called),
        person=_person(said, roster, time, asked),
        relation=resolve_relation(said),
        place=_place(said, order, asked),
    )


_ORDER_FOR_SURE = re.compile(r"[单蛋丹旦]")
_LONE_NUMBER = re.compile(r"[\d一二三四五六七八九十廿]{1,4}号")


def _order_or_time(
    said: str, time: TimeValue | None, asked: Slot | None, role: Role | None
) -> tuple[OrderNumberValue | None, TimeValue | None]:
    """12号 is an order or a day: the question just asked decides, then the speaker's role, then the words around."""
    order = resolve_order_number(said, asked=asked == "order_number")
    if role == "staff" and asked != "time" and time is not None and _LONE_NUMBER.fullmatch(time.words):
        found = order or resolve_order_number(time.words, asked=True)
        span = order.span if order else time.span
        lone = len(said) <= len(time.words) + 2
        return (replace(found, unsure=found.unsure and not lone, span=span) if found else None), None
    if order is None or time is None:
        return order, time
    if asked == "order_number":
        return order, None if any(_overlap(order.span, span) for span in time.spans) else time
    meets = any(_overlap(order.span, span) for span in time.spans)
    if order.unsure and not meets and not _LONE_NUMBER.fullmatch(said.strip("吧啊呀呢的。!, ")):
        return order, None if _LONE_NUMBER.fullmatch(time.words) else time  # 四号五号单: two orders, no day
    if meets and _ORDER_FOR_SURE.match(said, order.span[1]):
        return order, None
    if meets and time.reason == "invalid" and not order.unsure:
        return order, None
    if order.unsure or meets:
        return None, time
    return order, time


def _bare_hours(said: str) -> DurationValue | None:
    """Asked how long: "两个", "2", "一个半" are hours."""
    number = resolve_amount(said, asked=True)
    if number is None or number.minutes is None or number.unsure or not 0 < number.minutes <= 12 * 60 or "币" in said:
        return None
    return DurationValue(number.minutes, False, None, number.words, number.span)


_LONGEST = 12 * 60


def _from_to(said: str, now: datetime, time: TimeValue | None) -> DurationValue | None:
    """How long from two o'clock to half past four is; told of a service that was done, the hours lie behind."""
    between = time
    if between is None or between.start is None:
        between = resolve_time(said, now, future=False)
    if between is not None and between.unsure and between.reason not in {"am_or_pm", "odd_hour"}:
        return None
    if between is None or between.start is None or between.end is None or between.grain != "minute":
        return None
    minutes = round((between.end - between.start).total_seconds() / 60)
    return DurationValue(minutes, False, None, between.words, between.span) if 0 < minutes <= _LONGEST else None


def _bare_hour(said: str, now: datetime, future: bool) -> TimeValue | None:
    """Asked when: "九", "10", "两" are hours of the clock."""
    bare = said.strip("吧啊呀呢的了。!, ")
    if not bare or len(bare) > 3 or resolve_choice(bare) is None:
        return None
    found = resolve_time(f"{bare}点", now, future=future)
    if found is None:
        return None
    at = said.find(bare)
    span = (at, at + len(bare))
    return TimeValue(found.start, found.end, found.grain, None, found.unsure, found.reason, bare, span, (span,))


_NOT_A_DEED = re.compile(r"身体|天气|胃口|睡得|饭菜|味道|心情|运气|记性|眼睛|耳朵|精神|腿脚|(?:下|上|中)午好|晚上好")


def _rating(said: str, asked: Slot | None) -> RatingValue | None:
    rating = resolve_rating(said, asked=asked == "rating")
    if rating is None or not rating.derived or asked == "rating":
        return rating
    if re.search(r"[吗么伐不][?？!。]*$|[?？]$", said) or (_NOT_A_DEED.search(said) and "服务" not in said):
        return None
    about_a_deed = any(word in said for word in ("服务", "做得", "做的", "态度", "评", "干得", "志愿者"))
    return rating if about_a_deed or len(said) <= SHORT else None


def _person(said: str, roster: Sequence[str], time: TimeValue | None, asked: Slot | None) -> PersonValue | None:
    person = resolve_person(said, roster)
    if person is None and asked == "person":
        person = resolve_person(f"叫{said}", roster)
        if person is not None:
            begin, end = person.span
            person = PersonValue(person.name, person.kind, person.known, person.words, (begin - 1, end - 1))
    if person is not None and not person.known and time is not None and person.span in time.spans:
        return None
    return person


def _place(said: str, order: OrderNumberValue | None, asked: Slot | None) -> PlaceValue | None:
    place = resolve_place(said)
    if place is None and asked == "place" and 1 < len(said) <= 30:
        return PlaceValue("other", said, (0, len(said)))
    if place is not None and order is not None and _overlap(place.span, order.span):
        return None
    return place
