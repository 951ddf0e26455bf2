"""Planning: for a matter and the people whom it concerns, who is told on which endpoint and when, once."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta

from pushsvc.domain.ids import derived_id
from pushsvc.domain.notices import Held, Suppression, notice_id
from pushsvc.domain.subscribers import Channel
from pushsvc.domain.time import Instant
from pushsvc.domain.timing import RINGING
from pushsvc.ledger import book, emergencies
from pushsvc.ledger.book import Entry
from pushsvc.ledger.matters import Matter, Person, Plan, Refusal, decide, delivery_row, in_the_digest_after, notice_row
from pushsvc.ledger.repeats import as_accepted
from pushsvc.storage.database import Transaction

#: How far back the messages of "today" can lie, wherever the subscriber lives.
A_LONG_DAY = timedelta(hours=26)
#: Suppressions that keep no row: the key belongs to the notice that told, or the person is gone.
Uncounted = Mapping[Suppression, int]


async def plan_people(tx: Transaction, matter: Matter, people: Sequence[Person], now: Instant, *, hold: Held = "") -> Uncounted:
    """Write the notices and deliveries of `matter` for `people`. Gives how many were passed over without a row, by reason.

    A repeat changes nothing. Raises TryLater when a message that this would replace is just leaving. Where `matter` and
    `people` were read from the book, the caller has the turn already (`book.plan_alone`).
    """
    await book.plan_alone(tx)
    matter = await emergencies.as_approved(tx, matter, now)
    ids = [notice_id(person.subscriber_no, work, matter.kind, matter.reason) for person in people for work in matter.works]
    in_book = await _already(tx, ids, matter, now)
    passed_over: Counter[Suppression] = Counter()
    behind_a_copy: list[Refusal] = []
    to_decide: list[Person] = []
    making_room: list[Entry] = []
    for person in people:
        had = in_book.get(person.subscriber_no, ())
        if any(one.event_id == matter.event_id for one in had):
            continue
        stands = [one for one in had if _stands(one, matter)]
        if any(one.waiting and one.publication_id != matter.publication_id for one in stands):
            behind_a_copy.append(Refusal(person, "told_before"))
            continue
        if stands:
            passed_over["told_before"] += 1
            continue
        making_room += had
        to_decide.append(person)
    await _remember(tx, matter, behind_a_copy, now)
    await _make_room(tx, making_room, now)
    decided = await _decide_all(tx, matter, to_decide, now, hold=hold)
    passed_over.update(one.reason for one in decided if isinstance(one, Refusal) and one.reason == "erased")
    await _write_down(tx, matter, [one for one in decided if not (isinstance(one, Refusal) and one.reason == "erased")], now)
    return passed_over


async def _already(tx: Transaction, ids: Sequence[str], matter: Matter, now: Instant) -> Mapping[int, Sequence[Entry]]:
    """What each of them has of this work, under any of its ids."""
    found: dict[int, list[Entry]] = defaultdict(list)
    entries = await book.entries(tx, ids)
    outdated = [entry for entry in entries if entry.waiting and not _stands(entry, matter)]
    accepted = {entry.notice_id: entry for entry in await as_accepted(tx, outdated, now)}
    for entry in entries:
        found[entry.subscriber_no].append(accepted.get(entry.notice_id, entry))
    return found


def _stands(entry: Entry, matter: Matter) -> bool:
    """Whether the person was told by this entry, or is about to be."""
    outdated = entry.publication_id == matter.publication_id and entry.revision < matter.since_revision
    return entry.told or (entry.waiting and not outdated)


async def _remember(tx: Transaction, matter: Matter, behind_a_copy: Sequence[Refusal], now: Instant) -> None:
    """Who another site's copy is about to tell: should that be withdrawn before it leaves, this one tells them after all.
    The row has a key of its own, because the work's is the copy's."""
    rows = []
    for one in behind_a_copy:
        key = derived_id("ntc", matter.notice_of(one.person.subscriber_no), matter.event_id, one.reason)
        rows.append(notice_row(matter, one, key, None, now))
    await book.write(tx, rows, [], [])


async def _make_room(tx: Transaction, entries: Sequence[Entry], now: Instant) -> None:
    """Entries that told nobody give their keys to the new plan; those still waiting are replaced by it."""
    waiting = [entry for entry in entries if entry.waiting]
    await book.hold_back(tx, waiting)
    await book.set_aside(tx, waiting, "replaced")
    await book.set_aside(tx, [entry for entry in entries if not entry.waiting])
    await book.cancel_empty(tx, {entry.delivery_id for entry in waiting if entry.delivery_id}, "replaced", now)


async def _decide_all(
    tx: Transaction, matter: Matter, people: Sequence[Person], now: Instant, *, hold: Held
) -> list[Plan | Refusal]:
    messages = await _messages_of(tx, people, now)
    decided = [decide(matter, person, messages.get(person.subscriber_no, ()), now, hold=hold) for person in people]
    hashes = {one.endpoint.address_hash for one in decided if isinstance(one, Plan)}
    taken = await book.mailboxes_told(tx, hashes, matter.works, matter.kind, matter.reason)
    return list(_one_a_mailbox(decided, taken))


async def _messages_of(
    tx: Transaction, people: Iterable[Person], now: Instant
) -> Mapping[int, Sequence[tuple[Channel, Instant]]]:
    """Only for those whose messages are counted: on email, few are."""
    limited = [
        person.subscriber_no
        for person in people
        if person.recipient
        and person.recipient.endpoints
        and (person.recipient.preferences.max_a_day is not None or person.recipient.endpoints[0].channel in RINGING)
    ]
    return await book.messages_since(tx, limited, now - A_LONG_DAY)


def _one_a_mailbox(decided: Iterable[Plan | Refusal], taken: dict[bytes, int]) -> Iterable[Plan | Refusal]:
    for one in decided:
        if isinstance(one, Plan):
            owner = taken.setdefault(one.endpoint.address_hash, one.person.subscriber_no)
            if owner != one.person.subscriber_no:
                yield Refusal(one.person, "shared_address")
                continue
        yield one


async def _write_down(tx: Transaction, matter: Matter, decided: Sequence[Plan | Refusal], now: Instant) -> None:
    named = [(one, *_names(matter, one)) for one in decided]
    digests = await book.states_of(
        tx, {delivery for one, _, delivery in named if delivery and isinstance(one, Plan) and one.departure.in_digest}
    )
    # Cancelled ones carry something again; who comes too late for one that has left takes the next.
    empty = [digest for digest, state in digests.items() if state in ("cancelled", "suppressed")]
    left = {digest for digest, state in digests.items() if state != "planned"} - set(empty)
    if left:
        later = [in_the_digest_after(one) if isinstance(one, Plan) and name in left else one for one, _, name in named]
        named = [(one, *_names(matter, one)) for one in later]
    await book.write(
        tx,
        [notice_row(matter, one, notice, delivery, now) for one, notice, delivery in named],
        [delivery_row(matter, one, delivery, now) for one, _, delivery in named if isinstance(one, Plan) and delivery],
        empty,
    )


def _names(matter: Matter, decided: Plan | Refusal) -> tuple[str, str | None]:
    """The ids of the notice and, where there is one, of its message."""
    notice = matter.notice_of(decided.person.subscriber_no)
    return notice, decided.delivery_of(notice, matter.event_id) if isinstance(decided, Plan) else None
