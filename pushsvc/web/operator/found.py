"""What was found, in words: did she get it, and why (not), in one sentence with its evidence."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pushsvc import taxonomy
from pushsvc.domain.languages import Language
from pushsvc.domain.time import Instant
from pushsvc.errors import BadInput
from pushsvc.ledger.listing import Listed
from pushsvc.ledger.one_person import Person, Told, Way
from pushsvc.web.operator.telling import Teller, ToldStep

_CLAUSE = re.compile(r"interest (\d+): (\w+) ([^(]*)(?:\(the event is for ([^)]*)\))?")
_LATER = re.compile(r"interest (\d+): saved .*")
_NOBODY_ASKED = "no interest is saved"
_PLACES = ("places", "regions")


@dataclass(frozen=True)
class Verdict:
    """`sentence` answers; `evidence` says what it rests on; `links`: words and address. `good`: she has it."""

    sentence: str
    evidence: Sequence[str]
    links: Sequence[tuple[str, str]]
    good: bool


_WAITS_FOR_A_PERSON = ("held:release", "held:site", "held:approval")


def verdict(teller: Teller, pair: Mapping[str, Any]) -> Verdict:
    """The answer of `ledger.told.trace_pair` in words."""
    reasons: Sequence[str] = pair["reasons"]
    lines = list(_because(teller, reasons)) if pair["told"] else list(_why_not(teller, reasons))
    lines += [_attempt(teller, number, one) for number, one in enumerate(pair.get("attempts", ()), 1)]
    links = [(teller.say("follow.delivery"), f"/o/find/{pair['delivery']}")] if pair.get("delivery") else []
    before = next((reason.removeprefix("event:") for reason in reasons if reason.startswith("event:")), None)
    if before:
        links.append((teller.say("find.told_before_by"), f"/o/find/{before}"))
    return Verdict(_sentence(teller, pair), [line for line in lines if line], links, bool(pair["told"]))


def _sentence(teller: Teller, pair: Mapping[str, Any]) -> str:
    channel = teller.say(f"channel.{pair['channel']}") if pair["channel"] else ""
    if pair["told"]:
        # What is in doubt has no hour of its own: it left when it was last tried.
        at = pair["at"] or next((one["at"] for one in reversed(pair.get("attempts", ()))), None)
        return teller.say(f"find.told.{pair['state']}", channel=channel, when=teller.moment(at))
    reasons: Sequence[str] = pair["reasons"]
    first = reasons[0] if reasons else "no_match"
    due = next((reason.removeprefix("due:") for reason in reasons if reason.startswith("due:")), None)
    if due is not None:
        # What waits for an operator's word has no hour of its own.
        if first in _WAITS_FOR_A_PERSON:
            return teller.say(f"find.not.{first.removeprefix('held:')}")
        return teller.say("find.not.yet", channel=channel, when=teller.moment(due))
    if pair["state"] == "pending":
        return teller.say("find.not.leaving", channel=channel)
    word = first.partition(":")[0]
    if word in ("failed", "cancelled", "replaced", "received", "working", "dead", "test", "told_before"):
        return teller.say(f"find.not.{word}", channel=channel)
    if word in ("no_match", "done", "no_audience") or first.startswith(("interest ", _NOBODY_ASKED)):
        return teller.say("find.not.no_match")
    return teller.say("find.not.why", why=teller.one_of("suppressed", first))


def _because(teller: Teller, reasons: Iterable[str]) -> Iterable[str]:
    for reason in reasons:
        if reason == "eligibility:unknown":
            yield teller.say("told.eligibility_unknown")
        elif reason.startswith("emergency:"):
            yield teller.emergency(reason.removeprefix("emergency:"))
        elif said := teller.tell_reason(reason, teller.reader):
            yield teller.say("told.because", reason=said)


def _why_not(teller: Teller, reasons: Iterable[str]) -> Iterable[str]:
    for reason in reasons:
        word, _, rest = reason.partition(":")
        if word == "held":
            yield teller.one_of("held", rest)
        elif word == "emergency":
            yield teller.emergency(rest)
        elif word == "failed" and rest:
            yield _code(teller, rest)
        elif reason.startswith(_NOBODY_ASKED):
            yield teller.say("find.clause.nothing")
        elif later := _LATER.fullmatch(reason):
            yield teller.say("find.clause.saved", number=int(later[1]) + 1)
        elif clause := _CLAUSE.fullmatch(reason):
            yield _clause(teller, int(clause[1]) + 1, clause[2], clause[3].strip(), clause[4])


def _clause(teller: Teller, number: int, clause: str, wanted: str, is_for: str | None) -> str:
    """One clause of an interest that the document does not answer."""
    if clause in _PLACES:
        places = [_place(code, teller.reader) for code in wanted.split()]
        there = [_place(code, teller.reader) for code in (is_for or "").split() if code not in ("no", "region")]
        return teller.say(
            f"find.clause.{clause}",
            number=number,
            wanted=", ".join(places),
            there=", ".join(there) or teller.say("find.nowhere"),
        )
    return teller.say(f"find.clause.{clause}", number=number, wanted=wanted)


def _place(code: str, reader: Language) -> str:
    try:
        return taxonomy.regions().name(code, reader)
    except BadInput:
        return code


def _attempt(teller: Teller, number: int, one: Mapping[str, Any]) -> str:
    said = teller.say(
        "find.attempt", number=number, when=teller.moment(one["at"]), verdict=teller.one_of("verdict", one["outcome"])
    )
    return f"{said} {_code(teller, one['code'])}" if one.get("code") else said


def _code(teller: Teller, code: str) -> str:
    known = teller.one_of("code", code)
    return known if known != code else teller.say("told.code", code=code)


def person_shown(teller: Teller, person: Person) -> Mapping[str, Any]:
    """Who it is as far as the service says: kind, since when, by which ways, never an address."""
    now_paused = teller.moment(person.paused_until.isoformat()) if person.paused_until else ""
    return {
        "id": person.subscriber_id,
        "kind": teller.say(f"told.subscriber.{person.kind}"),
        "since": teller.moment(person.created_at.isoformat()),
        "paused": now_paused,
        "interests": person.interests,
        "ways": [_way(teller, way) for way in person.ways],
    }  # fmt: skip


def _way(teller: Teller, way: Way) -> tuple[str, str, bool]:
    said = teller.say(f"find.way.{way.state}", when=teller.moment(way.since.isoformat()))
    return teller.say(f"channel.{way.channel}"), said, way.state == "open"


def told_shown(teller: Teller, one: Told) -> Mapping[str, str]:
    """One notice of hers as a line of a list."""
    state = teller.one_of("suppressed", one.suppressed) if one.suppressed else teller.one_of("state", one.state)
    return {
        "href": f"/o/find/{one.delivery_id or one.notice_id}",
        "title": one.title or one.publication_id,
        "kind": teller.say(f"kind.{one.kind}"),
        "channel": teller.say(f"channel.{one.channel}") if one.channel else "",
        "state": state,
        "held": teller.one_of("held", one.held) if one.held and one.state == "planned" else "",
        "when": teller.moment(one.at.isoformat()),
    }


def listed_shown(teller: Teller, one: Listed) -> Mapping[str, str]:
    """One notice of an event as a line of a list."""
    return {
        "href": f"/o/find/{one.delivery_id or one.notice_id}",
        "kind": teller.say(f"kind.{one.kind}"),
        "channel": teller.say(f"channel.{one.channel}") if one.channel else "",
        "state": teller.one_of("suppressed", one.suppressed) if one.suppressed else teller.one_of("state", one.state),
    }


def doubtful(teller: Teller, delivery_id: str, channel: str, at: Instant) -> Mapping[str, str]:
    """A message of which nobody knows whether it arrived."""
    return {
        "href": f"/o/find/{delivery_id}",
        "channel": teller.say(f"channel.{channel}"),
        "when": teller.moment(at.isoformat()),
    }


def linked_here(step: ToldStep) -> Mapping[str, Any]:
    """A step of a trace whose links stay in the console."""
    links = [
        (words, href.replace("/dev/trace/", "/o/find/")) for words, href in step.links if not href.startswith("/dev/mailbox")
    ]
    return {"title": step.title, "at": step.at, "when": step.when, "lines": step.lines, "links": links, "trouble": step.trouble}
