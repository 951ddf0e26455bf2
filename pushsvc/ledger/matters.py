"""A matter is what is to be told; a person is one who is to be told it. What is decided for each is a pure rule."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from pushsvc.domain.approvals import ASKED_CHANNEL
from pushsvc.domain.notices import Held, NoticeKind, Suppression, delivery_id, notice_id
from pushsvc.domain.subscribers import Channel, Endpoint, Recipient
from pushsvc.domain.time import Instant, iso
from pushsvc.domain.timing import (
    RINGING,
    Departure,
    due_at,
    end_of_quiet_hours,
    habits,
    next_digest,
    on_the_day_of,
    remind_at,
    too_late,
)

#: Due when an operator says so: no clock gets here by itself.
UNTIL_RELEASED = datetime(9999, 1, 1, tzinfo=UTC)
#: The same for what waits until its site is resumed.
UNTIL_RESUMED = datetime(9998, 1, 1, tzinfo=UTC)
#: The same for an SMS until two people have approved it. Later than both, so that no pause of a site takes it along: it is held
#: for the pause when it is approved.
UNTIL_APPROVED = datetime(9999, 7, 1, tzinfo=UTC)
_UNTIL: Mapping[Held, Instant] = {"release": UNTIL_RELEASED, "site": UNTIL_RESUMED, "approval": UNTIL_APPROVED}
#: Declared urgencies that wait for no digest. An emergency travels as urgent until two have approved it (`emergencies`).
URGENT = ("urgent", "emergency")
#: A correction says what to forget, so it is never too late for one.
PASSES_WITH_ITS_DEADLINE: tuple[NoticeKind, ...] = ("new", "reminder")


@dataclass(frozen=True)
class Matter:
    """One thing to tell. `works` are all ids of the publication's work, its own first.

    `since_revision`: the last material change at or before `revision`; what was planned from before it and has not left
    makes room for this. `may_pass_quiet_hours`: an emergency that two people have approved.
    """

    event_id: str
    publication_id: str
    revision: int
    version_id: str
    works: tuple[str, ...]
    kind: NoticeKind = "new"
    reason: str = ""
    urgent: bool = False
    deadline: Instant | None = None
    since_revision: int = 1
    may_pass_quiet_hours: bool = False

    def notice_of(self, subscriber_no: int) -> str:
        return notice_id(subscriber_no, self.works[0], self.kind, self.reason)


@dataclass(frozen=True)
class Person:
    """Who is to be told. `recipient` is None when the subscriber is gone; `stopped` says that no endpoint is open because
    they withdrew their consent; `in_digest` None leaves it to their frequency."""

    subscriber_no: int
    recipient: Recipient | None
    eligibility: str | None = None
    reasons: Mapping[str, Sequence[str]] | None = field(default=None, hash=False)
    in_digest: bool | None = None
    stopped: bool = False


@dataclass(frozen=True)
class Plan:
    """A message to one endpoint. `remind_at` is when to look whether a reminder is wanted."""

    person: Person
    endpoint: Endpoint
    departure: Departure
    remind_at: Instant | None = None

    def delivery_of(self, notice: str, event_id: str) -> str:
        """The message of this notice; a digest is the same one for every notice that leaves with it."""
        if self.departure.in_digest:
            return delivery_id(self.endpoint.endpoint_id, "digest", iso(self.departure.at))
        return delivery_id(self.endpoint.endpoint_id, notice, event_id)


@dataclass(frozen=True)
class Refusal:
    """Why this person is not told."""

    person: Person
    reason: Suppression


def decide(
    matter: Matter, person: Person, messages: Sequence[tuple[Channel, Instant]], now: Instant, *, hold: Held = ""
) -> Plan | Refusal:
    """Which endpoint, and when; or why not. `messages`: what the person got or will get these days. `hold`:
    an operator releases it first (`release`), or resumes its site (`site`), or two approve it, if it is an SMS (`approval`)."""
    recipient = person.recipient
    if recipient is None:
        return Refusal(person, "erased")
    if recipient.paused_until is not None and recipient.paused_until > now:
        return Refusal(person, "paused")
    if not recipient.endpoints:
        return Refusal(person, "no_consent" if person.stopped else "no_endpoint")
    endpoint = recipient.endpoints[0]
    kept = habits(recipient.preferences, endpoint.channel, recipient.timezone)
    leaving = end_of_quiet_hours(now, kept)
    counted = [at for channel, at in messages if recipient.preferences.max_a_day is not None or channel in RINGING]
    departure = due_at(
        now,
        kept,
        deadline=matter.deadline,
        urgent=matter.urgent,
        may_pass_quiet_hours=matter.may_pass_quiet_hours,
        told_today=on_the_day_of(leaving, counted, kept.zone) if counted else 0,
        in_digest=person.in_digest,
    )
    if matter.kind in PASSES_WITH_ITS_DEADLINE and too_late(matter.deadline, departure.at):
        return Refusal(person, "too_late")
    if hold and (hold != "approval" or endpoint.channel == ASKED_CHANNEL):
        return Plan(person, endpoint, Departure(_UNTIL[hold], hold))
    remind = remind_at(matter.deadline, departure.at, kept.zone) if matter.kind in ("new", "correction") else None
    return Plan(person, endpoint, departure, remind)


def in_the_digest_after(plan: Plan) -> Plan:
    """The same message one digest later: the one that it would have joined has left."""
    recipient = plan.person.recipient
    assert recipient is not None
    kept = habits(recipient.preferences, plan.endpoint.channel, recipient.timezone)
    later = Departure(next_digest(plan.departure.at, kept), plan.departure.held, in_digest=True)
    return Plan(plan.person, plan.endpoint, later, plan.remind_at)


def notice_row(matter: Matter, decided: Plan | Refusal, notice: str, delivery: str | None, now: Instant) -> dict[str, Any]:
    """The notice as a row of the book; `delivery` carries it."""
    person = decided.person
    planned = decided if isinstance(decided, Plan) else None
    return {
        "notice_id": notice, "subscriber_no": person.subscriber_no,
        "work_id": matter.works[0], "kind": matter.kind, "reason": matter.reason, "event_id": matter.event_id,
        "publication_id": matter.publication_id, "revision": matter.revision, "version_id": matter.version_id,
        "eligibility": person.eligibility, "reasons": person.reasons, "state": "planned" if planned else "suppressed",
        "suppressed": None if planned else decided.reason,  # type: ignore[union-attr]
        "address_hash": planned.endpoint.address_hash if planned else None,
        "delivery_id": delivery,
        "deadline": matter.deadline, "created_at": now, "remind_at": planned.remind_at if planned else None,
    }  # fmt: skip


def delivery_row(matter: Matter, plan: Plan, delivery: str, now: Instant) -> dict[str, Any]:
    """The message that carries it, as a row; a digest may be there already."""
    recipient, digest = plan.person.recipient, plan.departure.in_digest
    assert recipient is not None
    language = recipient.language
    return {
        "delivery_id": delivery, "subscriber_no": plan.person.subscriber_no,
        "endpoint_id": plan.endpoint.endpoint_id, "channel": plan.endpoint.channel,
        "kind": "digest" if digest else matter.kind, "language": language, "urgent": matter.urgent,
        "state": "planned", "held": plan.departure.held, "due_at": plan.departure.at, "tries": 0,
        # What is rendered once for many.
        "segment": f"{language}:digest" if digest else f"{language}:{matter.kind}:{matter.version_id}",
        "created_at": now,
    }  # fmt: skip
