"""A step of a trace in words: what happened, when, and where to look further."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from pushsvc.domain.emergencies import SAYS, without_note
from pushsvc.domain.languages import Language
from pushsvc.web.pages import web_address
from pushsvc.web.times import moment, read_moment
from pushsvc.web.words import has_word, say

Step = Mapping[str, Any]
TellReason = Callable[[str, Language], str]
#: The ids in a step that have a trace of their own, from the source down to the single message.
_TRACED = ("event", "publication", "notice", "delivery")


@dataclass(frozen=True)
class ToldStep:
    """`lines`: sentences. `links`: words and address. `trouble`: somebody should look at it."""

    stage: str
    title: str
    at: str
    when: str
    lines: tuple[str, ...]
    links: tuple[tuple[str, str], ...]
    trouble: bool


@dataclass(frozen=True)
class Teller:
    """Tells the steps to one reader. `site_names` by code; `tell_reason` puts `region:510000` in words."""

    reader: Language
    zone: ZoneInfo
    tell_reason: TellReason
    site_names: Mapping[str, str] = field(default_factory=dict)
    titles: Mapping[str, str] = field(default_factory=dict)
    """By publication, where a trace is about several."""

    def step(self, step: Step, asked: str) -> ToldStep:
        """One step of the trace of `asked`, which gets no link to itself."""
        stage = step["stage"]
        told = list(self._lines(step))
        return ToldStep(
            stage,
            self.say(f"stage.{stage}"),
            step.get("at") or "",
            self.moment(step.get("at")),
            tuple(line for line in told if line),
            tuple(self._links(step, asked)),
            "dead_letter" in step or step.get("state") in ("dead", "failed", "unknown"),
        )

    def say(self, key: str, **values: object) -> str:
        return say(self.reader, key, **values)

    def moment(self, written: str | None) -> str:
        return moment(read_moment(written), self.zone, self.reader, seconds=True) if written else ""

    def one_of(self, group: str, value: object) -> str:
        """The word for a value of a fixed set; one that is not in the catalogue is shown as it is."""
        return self.say(f"{group}.{value}") if has_word(self.reader, f"{group}.{value}") else str(value)

    def emergency(self, said: str) -> str:
        """What the ledger says of an emergency and its approvals."""
        return next((self.say(f"told.emergency.{what}") for what, words in SAYS.items() if words == said), said)

    def _links(self, step: Step, asked: str) -> Iterable[tuple[str, str]]:
        for name in _TRACED:
            target = step.get(name)
            if isinstance(target, str) and "_" in target and target != asked:
                yield self.say(f"follow.{name}"), f"/dev/trace/{target}"
        address = web_address(str(step.get("url") or step.get("address") or ""))
        if address:
            yield address, address
        if step["stage"] == "plan" and "delivery" in step:
            yield self.say("follow.message"), f"/dev/mailbox?delivery={step['delivery']}"

    def _lines(self, step: Step) -> Iterable[str]:
        if "dead_letter" in step:
            yield self.say("told.dead_letter", reason=step["reason"], id=step["dead_letter"])
            if "replayed_at" in step:
                yield self.say("told.replayed", when=self.moment(step["replayed_at"]))
            return
        yield from _TELL.get(step["stage"], Teller._other)(self, step)

    def _event(self, step: Step) -> Iterable[str]:
        site = self.site_names.get(step.get("site", ""), step.get("site", ""))
        yield self.say(f"told.event.{step['event']}", site=site)
        yield self.one_of("told.origin", step["origin"])
        if step.get("test"):
            yield self.say("told.test")

    def _fetch(self, step: Step) -> Iterable[str]:
        yield self.one_of("told.fetch", step["state"])
        yield self.say("told.tries", tries=step["tries"]) if step.get("tries") else ""
        yield self.say("told.reason", reason=step["reason"]) if step.get("reason") else ""

    def _normalise(self, step: Step) -> Iterable[str]:
        yield self.say(f"told.outcome.{step.get('outcome') or step['kind']}", revision=step["revision"])
        yield self.say(f"told.material.{str(step['material']).lower()}") if self._is_change(step) else ""
        if "matched" in step:
            yield self.say("told.counted", matched=step["matched"], planned=step["planned"])
        yield self.one_of("told.note", without_note(step.get("note") or ""))

    def _summarise(self, step: Step) -> Iterable[str]:
        yield self.say("told.summarised")

    def _match(self, step: Step) -> Iterable[str]:
        yield self.say("told.matched", matched=step["matched"])
        yield self.say("told.shard", shard=step["shard"]) if step.get("shard") else ""
        yield self.say("told.not_counted") if step.get("counted") is False else ""

    def _plan(self, step: Step) -> Iterable[str]:
        if "delivery" in step:
            yield from self._planned_message(step)
        elif "released" in step:
            yield self.say("told.released")
        elif "emergency" in step:
            yield self.emergency(step["emergency"])
        elif "corrected" in step:
            yield self.say("told.corrected")
        else:
            yield self.say("told.planned", people=step["people"])
            for why, people in step.get("passed_over", {}).items():
                yield self.say("told.passed_over", why=self.one_of("suppressed", why), people=people)

    def _planned_message(self, step: Step) -> Iterable[str]:
        channel, kind = self.say(f"channel.{step['channel']}"), self.say(f"kind.{step['kind']}")
        yield self.say("told.message", channel=channel, kind=kind, when=self.moment(step["due_at"]))
        yield self.say("told.urgent") if step.get("urgent") else ""
        yield self.one_of("held", step["held"]) if step.get("held") else ""
        yield self.say("told.state", state=self.one_of("state", step["state"]))
        yield self.one_of("suppressed", step["why"]) if step.get("why") else ""

    def _deliver(self, step: Step) -> Iterable[str]:
        if "attempt" in step:
            yield self.say("told.attempt", attempt=step["attempt"], verdict=self.one_of("verdict", step["outcome"]))
            yield self._code(step.get("code"))
            return
        yield self.one_of("funnel.state", step["state"]) if "state" in step else ""
        yield self.emergency(step["emergency"]) if "emergency" in step else ""
        for name in ("matched", "changed", "planned", "held", "pending", "cancelled"):
            yield self.say(f"funnel.{name}", people=step[name]) if name in step else ""
        for name in ("accepted", "delivered", "failed", "unknown"):
            for channel, people in step.get(name, {}).items():
                yield self.say(f"funnel.{name}", people=people, channel=self.say(f"channel.{channel}"))
        for why, people in step.get("suppressed", {}).items():
            yield self.say("told.passed_over", why=self.one_of("suppressed", why), people=people)

    def _record(self, step: Step) -> Iterable[str]:
        yield self.say("told.receipt", state=self.one_of("state", step["state"]))
        yield self._code(step.get("code"))

    def _notice(self, step: Step) -> Iterable[str]:
        title = self.titles.get(step["publication"])
        yield self.say("told.about", title=title) if title else ""
        yield self.say(f"told.notice.{step['kind']}")
        if step.get("suppressed"):
            yield self.say("told.not_told", why=self.one_of("suppressed", step["suppressed"]))
        elif step.get("state"):
            yield self.say("told.state", state=self.one_of("state", step["state"]))
        said = [self.tell_reason(each, self.reader) for why in (step.get("reasons") or {}).values() for each in why]
        for reason in dict.fromkeys(line for line in said if line):
            yield self.say("told.because", reason=reason)
        yield self.say("told.eligibility_unknown") if step.get("eligibility") == "unknown" else ""
        yield self.say("told.told_at", when=self.moment(step["told_at"])) if step.get("told_at") else ""
        yield self.say("told.deadline", when=self.moment(step["deadline"])) if step.get("deadline") else ""

    def _publication(self, step: Step) -> Iterable[str]:
        yield self.say("told.publication", site=self.site_names.get(step["site"], step["site"]), revision=step["revision"])
        yield self.say("told.withdrawn") if step.get("withdrawn") else ""

    def _subscriber(self, step: Step) -> Iterable[str]:
        yield self.say(f"told.subscriber.{step['kind']}")
        yield self.say("told.paused_until", when=self.moment(step["paused_until"])) if step.get("paused_until") else ""

    def _other(self, step: Step) -> Iterable[str]:
        yield self.say("told.dead", reason=step.get("reason", "")) if step.get("state") == "dead" else ""

    def _code(self, code: str | None) -> str:
        known = has_word(self.reader, f"code.{code}")
        return self.say(f"code.{code}") if known else self.say("told.code", code=code) if code else ""

    @staticmethod
    def _is_change(step: Step) -> bool:
        return step.get("kind") in ("changed", "withdrawn") and isinstance(step.get("material"), bool)


_TELL: Mapping[str, Callable[[Teller, Step], Iterable[str]]] = {
    "event": Teller._event,
    "fetch": Teller._fetch,
    "normalise": Teller._normalise,
    "summarise": Teller._summarise,
    "match": Teller._match,
    "plan": Teller._plan,
    "deliver": Teller._deliver,
    "record": Teller._record,
    "notice": Teller._notice,
    "publication": Teller._publication,
    "subscriber": Teller._subscriber,
}
