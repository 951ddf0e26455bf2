"""Which rows one piece of an import writes. Pure: from good lines and what stands already, to lists of rows.

An import is the full state of a subscriber. An endpoint that it names no longer is closed, an interest that it names no
longer goes; what it names again keeps its row, and an interest the moment at which it was saved.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from pushsvc.domain.subscribers import interest_id
from pushsvc.domain.time import Instant, iso
from pushsvc.profiles.fields import GivenEndpoint
from pushsvc.profiles.lines import SubscriberLine
from pushsvc.profiles.standing import Standing, later

Row = dict[str, Any]
Mailbox = tuple[str, bytes]


@dataclass(frozen=True)
class Prepared:
    """A line with its cryptography done: `mailboxes` and `sealed` run beside `line.endpoints`."""

    line: SubscriberLine
    id_hash: bytes
    mailboxes: tuple[Mailbox, ...]
    sealed: tuple[bytes, ...]


@dataclass
class Upserts:
    """The rows to write, and what to tell the person who imports."""

    new_people: list[Row] = field(default_factory=list)
    people: list[Row] = field(default_factory=list)
    new_endpoints: list[Row] = field(default_factory=list)
    endpoints: list[Row] = field(default_factory=list)
    new_interests: list[Row] = field(default_factory=list)
    moved_interests: list[Row] = field(default_factory=list)
    gone_interests: list[str] = field(default_factory=list)
    consents: list[Row] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)

    @property
    def subscriber_nos(self) -> list[int]:
        return [row["subscriber_no"] for row in self.new_people] + [row["known_no"] for row in self.people]


def may_return(prepared: Prepared, standing: Standing) -> bool:
    """Whether an erasure does not stand against the line: never erased, or a consent was given since."""
    erased_at = standing.erased.get(prepared.id_hash)
    if erased_at is None or prepared.line.subscriber_id in standing.known:
        return True
    return any(endpoint.consent_at > erased_at for endpoint in prepared.line.endpoints)


def upserts(lines: list[Prepared], standing: Standing, new_numbers: Iterator[int], now: Instant) -> Upserts:
    """The rows of one piece. `new_numbers` has a number for each line that is new and may be applied."""
    found = Upserts()
    in_this_piece: dict[Mailbox, str] = {}
    for prepared in lines:
        line = prepared.line
        if not may_return(prepared, standing):
            found.skipped.append(
                f'subscriber line {line.number}: id "{line.subscriber_id}" was erased on '
                f"{iso(standing.erased[prepared.id_hash])}, and no consent of the line is newer; the line is skipped"
            )
            continue
        number = standing.known.get(line.subscriber_id)
        if number is None:
            number = next(new_numbers)
            found.new_people.append({"subscriber_no": number, "created_at": now, **_person(line, now)})
        else:
            found.people.append({"known_no": number, **_person(line, now)})
        _add_endpoints(found, prepared, standing, number, now)
        _add_interests(found, line, standing, number, now)
        _warn_of_shared(found, prepared, standing, in_this_piece)
    return found


def _person(line: SubscriberLine, now: Instant) -> Row:
    return {
        "subscriber_id": line.subscriber_id, "kind": line.kind, "language": line.language, "timezone": line.timezone,
        "preferences": line.preferences, "places": line.places, "industries": line.industries,
        "attributes": line.attributes, "age_as_of": line.age_as_of, "changed_at": now,
    }  # fmt: skip


def _add_endpoints(found: Upserts, prepared: Prepared, standing: Standing, number: int, now: Instant) -> None:
    line, held = prepared.line, standing.endpoints.get(number, {})
    for position, endpoint in enumerate(line.endpoints):
        mailbox = prepared.mailboxes[position]
        row = held.get(mailbox)
        stopped_at = row.withdrawn_at if row else _stopped_at(prepared, mailbox, standing)
        consent_at = later(endpoint.consent_at, row.consent_at if row else None) or endpoint.consent_at
        if stopped_at and consent_at <= stopped_at:
            found.skipped.append(
                f"subscriber line {line.number}: endpoints[{position}] ({endpoint.channel}) stays closed: stop was said on "
                f"{iso(stopped_at)}, its consent is of {iso(endpoint.consent_at)}; only a newer consent opens it again"
            )
        if row:
            found.endpoints.append(_renewed(row, endpoint, position))
        else:
            found.new_endpoints.append({
                "subscriber_no": number, "channel": endpoint.channel, "position": position,
                "address": prepared.sealed[position], "address_hash": mailbox[1], "consent_at": endpoint.consent_at,
                "consent_source": endpoint.consent_source, "withdrawn_at": stopped_at,
            })  # fmt: skip
        found.consents.append({
            "subscriber_no": number, "channel": endpoint.channel, "address_hash": mailbox[1], "given": True,
            "at": endpoint.consent_at, "source": endpoint.consent_source, "noted_at": now,
        })  # fmt: skip
    for mailbox, row in held.items():
        if mailbox not in prepared.mailboxes and row.closed_at is None:
            found.endpoints.append({**_kept(row), "closed_at": now})


def _stopped_at(prepared: Prepared, mailbox: Mailbox, standing: Standing) -> Instant | None:
    """When somebody at this mailbox last said stop: there, or by an erasure of the mailbox or of this id."""
    _holders, withdrawn_at = standing.mailboxes.get(mailbox, (None, None))
    return later(withdrawn_at, standing.erased.get(mailbox[1]), standing.erased.get(prepared.id_hash))


def _kept(row: sa.Row[Any]) -> Row:
    return {
        "known_id": row.endpoint_id, "position": row.position, "consent_at": row.consent_at,
        "consent_source": row.consent_source, "closed_at": row.closed_at, "suppressed_at": row.suppressed_at,
        "suppressed_reason": row.suppressed_reason,
    }  # fmt: skip


def _renewed(row: sa.Row[Any], endpoint: GivenEndpoint, position: int) -> Row:
    renewed = {**_kept(row), "position": position, "closed_at": None}
    if endpoint.consent_at > row.consent_at:
        renewed |= {"consent_at": endpoint.consent_at, "consent_source": endpoint.consent_source}
    if row.suppressed_at and endpoint.consent_at > row.suppressed_at:
        # Somebody gave this address again after it was found dead: it is worth another try.
        renewed |= {"suppressed_at": None, "suppressed_reason": None}
    return renewed


def _add_interests(found: Upserts, line: SubscriberLine, standing: Standing, number: int, now: Instant) -> None:
    held, named = standing.interests.get(number, {}), set[str]()
    for position, body in enumerate(line.interests):
        key = _interest_key(line.subscriber_id, body, named)
        if key not in held:
            found.new_interests.append({
                "interest_id": key, "subscriber_no": number, "position": position, "body": body,
                "paused": key in standing.stopped, "saved_at": now,
            })  # fmt: skip
        elif held[key] != position:
            found.moved_interests.append({"known_id": key, "position": position})
    found.gone_interests += [key for key in held if key not in named]


def _interest_key(subscriber_id: str, body: Mapping[str, Any], named: set[str]) -> str:
    """The id of the question; asked twice in one line, the second has an id of its own. Adds it to `named`."""
    key, copies = interest_id(subscriber_id, body), 1
    while key in named:
        copies += 1
        key = interest_id(subscriber_id, {**body, "copy": copies})
    named.add(key)
    return key


def _warn_of_shared(found: Upserts, prepared: Prepared, standing: Standing, in_this_piece: dict[Mailbox, str]) -> None:
    subscriber_id = prepared.line.subscriber_id
    for position, mailbox in enumerate(prepared.mailboxes):
        holders, _stopped = standing.mailboxes.get(mailbox, (frozenset[str](), None))
        others = sorted((holders | {in_this_piece.setdefault(mailbox, subscriber_id)}) - {subscriber_id})
        if others:
            found.warnings.append(
                f"subscriber line {prepared.line.number}: endpoints[{position}] ({mailbox[0]}) is also an address of "
                f"{', '.join(others[:3])}{' and others' if len(others) > 3 else ''}; each work is told there once"
            )
