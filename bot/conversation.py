"""One message of a person, from words to reply: alarm first, then a running handover, then the keypad, then Rasa."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import Any, Protocol

from anyio import to_thread

from bank.doing import Doing
from bank.notices import CaseKind
from bank.usecases import care, emergencies
from bot.actions import later
from bot.actions.turn import carried, payload
from bot.desk import Desk
from bot.handover import Handover
from bot.job_photos import keep_job_photo
from bot.keypad import lets_go, pick
from bot.learning.consent import consent_in, take_consent
from bot.learning.noticing import Learner, Understood
from bot.media import MediaKeeper
from bot.messages import Choice, Incoming, Kind, Reply, choice_for, join
from bot.metrics import Metrics
from bot.rasa_client import RasaAway, RasaClient, RasaTurn
from bot.speaker import Speaker
from bot.surveying import Surveying
from bot.talk import Opened, Talk
from bot.understanding.emergencies import Alarm, screen
from bot.understanding.scams import ScamAlarm, screen_scam
from bot.understanding.text import as_written, clean, is_only_symbols, neutralise
from bot.understanding.verdict import Opinion, is_calm, weigh_emergency, weigh_scam
from bot.voice import hearing as voice
from bot.voice.hearing import Hearing, Listener
from bot.without_rasa import LocalAnswer, LocalDialogue

log = logging.getLogger(__name__)
TURNS_PER_SESSION = 40
UNHANDLED = "unhandled"  # the step of handing words to staff
ALL_CLEAR = "/all_clear"
REST_ENDS_SESSION = timedelta(hours=24)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What is said, and the talk as it stands afterwards."""

    reply: Reply
    talk: Talk


class Doors(Protocol):
    """Fixed words that open another door for the same person (see bot.doors)."""

    def open(self, words: str, speaker: Speaker, talk: Talk) -> Opened | None: ...


class Conversation:
    """Answers messages one at a time per person. Holds no state: all of it is in the talk's row and in the books."""

    def __init__(
        self,
        desk: Desk,
        *,
        rasa: RasaClient | None,
        desk_id: str,
        actions_url: str,
        metrics: Metrics,
        doors: Doors,
        media: MediaKeeper,
        listener: Listener | None = None,
    ) -> None:
        self._desk = desk
        self._rasa = rasa
        self._desk_id = desk_id
        self._actions_url = actions_url
        self._listener = listener
        self._metrics = metrics
        self._doors = doors
        self._media = media
        self._local = LocalDialogue(desk)
        self._handover = Handover(desk)
        self._learner = Learner(desk)
        self._surveying = Surveying(desk, rasa)

    async def answer(self, incoming: Incoming, speaker: Speaker, talk: Talk) -> Answer:
        """The reply to one message. Raises nothing that a message could cause: bad input gets kind words."""
        if incoming.kind is not Kind.VOICE:
            return await self._answered(incoming, speaker, talk)
        hearing = await self._listener.hear(incoming) if self._listener else None
        if hearing is None or not hearing.words:
            return self._shown(await self._voice_for_staff(incoming, speaker, hearing), talk)
        answer = await self._answered(replace(incoming, text=hearing.words), replace(speaker, heard=True), talk)
        return self._with_read_back(answer, hearing.words, speaker)

    async def _answered(self, incoming: Incoming, speaker: Speaker, talk: Talk) -> Answer:
        text, early = await self._text_of(incoming, speaker, talk)
        if early is not None:
            scene = incoming.text or None if incoming.kind in (Kind.FOLLOW, Kind.SCAN) else None
            return self._shown(early, replace(talk, scene=scene or talk.scene))
        typed = incoming.kind is not Kind.KEY
        alarm, scam = await self._alarms(text, talk) if typed else (None, None)
        if alarm is not None:
            reply, case_id = await to_thread.run_sync(self._raise_alarm, speaker, alarm, text)
            return self._shown(reply, replace(talk, relay_case_id=case_id, alarm_words=text))
        if talk.alarm_words is not None:  # an alarm never waits for the understanding; what else it said is read now
            await self._keep_other_wish(speaker, talk.alarm_words)
            talk = replace(talk, alarm_words=None)
        if talk.relay_case_id is not None and typed:
            written = as_written(incoming.text) or text
            relayed = await to_thread.run_sync(self._handover.pass_on, speaker, talk, written)
            talk = replace(talk, relay_case_id=relayed.case_id)
            if relayed.reply is not None:
                return self._shown(relayed.reply, talk)
        opened = await to_thread.run_sync(self._doors.open, text, speaker, talk) if typed else None
        if opened is not None:
            return self._shown(opened.reply, replace(talk, wrong_codes=opened.wrong_codes))
        said = text
        if typed:
            text = self._picked(text, talk)
            if text == said and scam is not None:
                text = payload("suspect_scam", words=carried(said))
                await self._keep_other_wish(speaker, said)
        surveyed = await self._surveying.answer(text, speaker, talk)
        if surveyed is not None:
            return self._shown(surveyed, replace(talk, noted=None))
        agreed = consent_in(text)
        if agreed is not None:
            reply = await to_thread.run_sync(take_consent, self._desk, speaker, agreed)
            return self._shown(reply, replace(talk, noted=None))
        if text == ALL_CLEAR:
            return self._shown(await to_thread.run_sync(self._all_clear, speaker, said), talk)
        return await self._understood(text, said, speaker, talk)

    async def _keep_other_wish(self, speaker: Speaker, words: str) -> None:
        """What was wanted besides the alarm waits until that is over; without Rasa only the alarm is understood."""
        if self._rasa is None:
            return
        try:
            understood = (await self._rasa.parse(words)).get("understanding") or {}
        except RasaAway:
            return
        others = [wish for wish in understood.get("wishes") or () if not _is_alarm(wish)]
        if others:
            await to_thread.run_sync(self._keep_wish, speaker, others[0])

    def _keep_wish(self, speaker: Speaker, wish: dict[str, Any]) -> None:
        kept = {"intent": wish["intent"], "words": wish["text"], "key": speaker.key, "beside": "", "newcomer": False}
        with self._desk.units() as uow:
            later.keep_in_talk(uow, speaker.identity_id, kept, speaker.now)
            uow.commit()

    async def _alarms(self, text: str, talk: Talk) -> tuple[Alarm | None, ScamAlarm | None]:
        """A call for help and a swindle, by the words, and where those are not sure by the classifier too."""
        words, told = screen(text), screen_scam(text)
        sure = words is not None and words.level == "certain" and not is_calm(text)  # then nothing is waited for
        if self._rasa is None or sure or talk.relay_case_id is not None or self._picked(text, talk) != text:
            return words, told
        try:
            opinion = Opinion.of(await self._rasa.parse(text))
        except RasaAway:
            return words, told
        return weigh_emergency(text, words, opinion), weigh_scam(text, told, opinion)

    def apologise(self, speaker: Speaker, talk: Talk) -> Answer:
        """When answering failed: say so, and let a person of the staff look. Nothing is denied that was done before."""
        words = "done_before" if self._done_before(speaker) else "went_wrong"
        self._keep_for_staff(speaker, "", None)
        return self._shown(self._desk.words.say(words, speaker.now), replace(talk, session_over=True))

    def _done_before(self, speaker: Speaker) -> bool:
        """Whether these words did something already and only the telling was lost: a kill, or Rasa took too long."""
        with self._desk.units() as uow:
            return uow.desk.receipts.any_under(speaker.key, besides=UNHANDLED)

    async def _text_of(self, incoming: Incoming, speaker: Speaker, talk: Talk) -> tuple[str, Reply | None]:
        """The words to act on, or a reply at once for what carries none."""
        say = self._desk.words.say
        now = speaker.now
        match incoming.kind:
            case Kind.KEY:
                payload = self._key(incoming, talk)
                return payload, None if payload else say("no_such_choice", now)
            case Kind.FOLLOW | Kind.SCAN:
                return "", say("welcome", now)
            case Kind.UNFOLLOW:
                return "", say("unfollowed", now)
            case Kind.PHOTO:
                return "", await self._take_photo(speaker, incoming)
            case Kind.LOCATION:
                label = clean(incoming.location[2]) if incoming.location else ""
                return (neutralise(label), None) if label else ("", say("location_kept", now))
            case Kind.OTHER:
                return "", say("sticker", now)
        text = neutralise(clean(incoming.text))
        if not text:
            return "", say("empty_message" if not incoming.text.strip() else "only_symbols", now)
        if is_only_symbols(text):
            return "", say("only_symbols", now)
        return text, None

    async def _voice_for_staff(self, incoming: Incoming, speaker: Speaker, hearing: Hearing | None) -> Reply:
        """A recording without words: a person of the staff hears it, and the sender is told so."""
        evidence = await self._media.keep(incoming) if hearing is None else hearing.evidence
        said = self._desk.words.say("voice_case", speaker.now).text
        await to_thread.run_sync(self._keep_for_staff, speaker, said, evidence)
        key = "voice_kept" if hearing is None else voice.SAID.get(hearing.why, "voice_unclear")
        return self._desk.words.say(key, speaker.now)

    def _with_read_back(self, answer: Answer, words: str, speaker: Speaker) -> Answer:
        """What was heard goes before the reply, so that a wrong word can be put right at once."""
        heard = self._desk.words.say("voice_heard", speaker.now, words=words).text
        reply = answer.reply
        return replace(answer, reply=replace(reply, text=f"{heard}\n{reply.text}", plain=reply.plain or reply.text))

    def _key(self, incoming: Incoming, talk: Talk) -> str:
        """The payload of a menu key or button; empty for a button whose question is gone."""
        if incoming.text.startswith("/"):
            return incoming.text
        found = choice_for(str(incoming.media.get("mark", "")), _offered(talk))
        return found.payload if found else ""

    def _picked(self, text: str, talk: Talk) -> str:
        choice = pick(text, _offered(talk))
        if choice is None or (choice.payload == "/deny" and lets_go(text) and talk.local is None):
            return text  # 算了 is more than the no of "要改": the words themselves say it
        return choice.payload

    async def _understood(self, text: str, said: str, speaker: Speaker, talk: Talk) -> Answer:
        rested = talk.updated_at is not None and speaker.now - talk.updated_at > REST_ENDS_SESSION
        if rested or talk.session_over:
            talk = replace(talk, session=talk.session + 1, turns=0, session_over=False)
        metadata = self._metadata(speaker, said)
        local = None
        if talk.local is not None:  # begun without Rasa, so ended without it
            local = await self._local.answer(text, metadata, talk.local)
            if local is not None and not local.stuck:
                return self._shown(local.reply, _after_local(talk, local))
        answer = await self._with_rasa(text, metadata, speaker, talk)
        if answer is not None:
            return answer
        self._metrics.without_rasa.inc()
        if await to_thread.run_sync(self._done_before, speaker):
            reply = self._desk.words.say("done_before", speaker.now)
            return self._shown(reply, replace(talk, local=None, session_over=True))
        local = local or await self._local.answer(text, metadata, None)
        if local is not None:
            return self._shown(local.reply, _after_local(talk, local))
        reply = await to_thread.run_sync(self._keep_for_staff, speaker, said, None)
        return self._shown(reply, replace(talk, local=None, session_over=True))

    async def _with_rasa(self, text: str, metadata: dict[str, Any], speaker: Speaker, talk: Talk) -> Answer | None:
        """Rasa's answer; None when there is none to be had."""
        if self._rasa is None:
            return None
        sender = f"{self._desk_id}-{speaker.identity_id}-{talk.session}"
        try:
            if speaker.retry:
                await self._rasa.take_back(sender, speaker.key)
            turn = await self._rasa.turn(sender, text, metadata)
        except RasaAway as away:
            log.warning("going on without Rasa: %s", away)
            return None
        over = turn.finished or talk.turns >= TURNS_PER_SESSION
        noted = await self._notice(speaker, talk, text, metadata["said"], turn)
        after = replace(talk, turns=talk.turns + 1, session_over=over, local=None, noted=noted)
        if turn.relay_case is not None:
            after = replace(after, relay_case_id=turn.relay_case or None)
        if turn.unsure and talk.relay_case_id is not None:  # said to the staff, then, who have it already
            return self._shown(self._desk.words.say("relay_kept", speaker.now), after)
        return self._shown(join(turn.replies), after)

    async def _notice(
        self, speaker: Speaker, talk: Talk, text: str, said: str, turn: RasaTurn
    ) -> dict[str, Any] | None:
        """What the talk remembers of these words, if the person agreed to learning."""
        understood = Understood.read(turn.understood)
        if understood is None or not understood.learns:
            return None
        learn = partial(self._learner.notice, speaker, talk, text=text, said=said)
        return await to_thread.run_sync(partial(learn, understood=understood, unsure=turn.unsure))

    def _metadata(self, speaker: Speaker, said: str) -> dict[str, Any]:
        return {
            "key": speaker.key,
            "identity_id": speaker.identity_id,
            "member_id": speaker.member_id,
            "sender": speaker.sender,
            "now": speaker.now.isoformat(),
            "said": said,
            "actions_url": self._actions_url,
        }

    def _shown(self, reply: Reply, talk: Talk) -> Answer:
        """The talk remembers what was shown last: for "1", for "对", for "再说一遍"."""
        shown = replace(talk, last_reply=reply.as_json(), choices=[vars_of(choice) for choice in reply.choices])
        return Answer(reply=reply, talk=shown)

    def _raise_alarm(self, speaker: Speaker, alarm: Alarm, words: str) -> tuple[Reply, int]:
        """The reply, and the case: what the person says next is kept in it."""
        with self._desk.units() as uow:
            receipt = emergencies.report_emergency(
                uow,
                self._desk.scheme,
                self._doing(speaker, "emergency"),
                words,
                doubtful=alarm.level == "doubtful",
                sender=None if speaker.member_id else speaker.sender,
            )
            uow.commit()
        key = "emergency_doubtful" if alarm.level == "doubtful" else "emergency_certain"
        reply = self._desk.words.say(key, speaker.now, relatives=bool(receipt.facts.get("relatives")))
        return reply, int(receipt.facts["case"])

    def _all_clear(self, speaker: Speaker, words: str) -> Reply:
        """The alarm was a mistake. Never Rasa's business: inside a task a plain no would mean the task."""
        if words == ALL_CLEAR:  # a button, not words
            words = self._desk.words.say("all_clear_said", speaker.now).text
        sender = None if speaker.member_id else speaker.sender
        with self._desk.units() as uow:
            emergencies.all_clear(uow, self._desk.scheme, self._doing(speaker, "all_clear"), words, sender=sender)
            said = [self._desk.words.say("all_clear", speaker.now)]
            wish = later.kept(uow, speaker.identity_id, speaker.key, speaker.now)
            if wish is not None:
                said.append(later.ask(self._desk, uow, speaker.identity_id, wish, speaker.key, speaker.now))
            uow.commit()
        return join(said)

    async def _take_photo(self, speaker: Speaker, incoming: Incoming) -> Reply:
        """Fetch the file now; it goes into the volunteer's job, else a person of the staff sees it."""
        evidence = await self._media.keep(incoming)
        of_job = await to_thread.run_sync(keep_job_photo, self._desk, speaker, evidence)
        if of_job is not None:
            return of_job
        said = self._desk.words.say("photo_case", speaker.now).text
        await to_thread.run_sync(self._keep_for_staff, speaker, said, evidence)
        return self._desk.words.say("photo_kept", speaker.now)

    def _keep_for_staff(self, speaker: Speaker, words: str, evidence: dict[str, Any] | None) -> Reply:
        with self._desk.units() as uow:
            care.open_case(
                uow,
                self._desk.scheme,
                self._doing(speaker, UNHANDLED),
                CaseKind.UNHANDLED,
                words,
                sender=None if speaker.member_id else speaker.sender,
                evidence=evidence,
            )
            branches = uow.branches.find()
            phone = branches[-1].phone if branches else ""
            if speaker.member_id:
                phone = uow.branches.get(uow.members.get(speaker.member_id).branch_id).phone
            uow.commit()
        return self._desk.words.say("handed_to_staff", speaker.now, phone=phone)

    def _doing(self, speaker: Speaker, step: str) -> Doing:
        return Doing(
            now=speaker.now, key=f"{speaker.key}:{step}", actor_id=speaker.member_id or 0, device=speaker.sender
        )


def _is_alarm(wish: dict[str, Any]) -> bool:
    if wish["intent"] in ("report_emergency", "suspect_scam"):
        return True
    return screen(wish["text"]) is not None or screen_scam(wish["text"]) is not None


def _offered(talk: Talk) -> tuple[Choice, ...]:
    return tuple(Choice(**choice) for choice in talk.choices)


def _after_local(talk: Talk, local: LocalAnswer) -> Talk:
    """The forms that Rasa had open are left alone: its next session begins afresh."""
    relay = talk.relay_case_id if local.relay_case is None else local.relay_case or None
    return replace(talk, local=local.local, relay_case_id=relay, session_over=True)


def vars_of(choice: Choice) -> dict[str, Any]:
    return {"label": choice.label, "payload": choice.payload, "means": choice.means}
