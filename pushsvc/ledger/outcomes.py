"""What came of each attempt, durable before its connection sends the next: one group commit for all connections."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

import sqlalchemy as sa

from pushsvc.clock import Clock
from pushsvc.domain.notices import Due, SendResult
from pushsvc.domain.ports import Fallen, LateCheck, LateReason
from pushsvc.domain.records import Output, Publisher
from pushsvc.errors import NotDurable
from pushsvc.ledger.book import states_of
from pushsvc.ledger.claims import claims_of
from pushsvc.ledger.moves import LONGEST_CODE, LONGEST_WHY, has_failed, write_fallen, write_results
from pushsvc.storage.database import Database
from pushsvc.telemetry import count, log, observe

#: While the database takes nothing: the first pause, and the longest.
NOT_DURABLE_PAUSE_SECONDS = (0.1, 5.0)
#: A commit costs more than this, and much more on a busy disk.
COMPANY_SECONDS = 0.001
#: A late check that is older when the message could leave is made once more: a commit may take long on a busy disk, or where
#: it waits for a replica.
FRESH_SECONDS = 0.05
Standing = Mapping[str, Mapping[str, LateReason | None]]


@dataclass
class _Entry:
    due: Due
    result: SendResult | None
    fallen: Fallen
    next_up: Due | None
    done: asyncio.Future[Fallen] = field(default_factory=lambda: asyncio.get_running_loop().create_future())


class OutcomeWriter:
    """Collects what all connections have to say and writes it in one transaction after the other.

    The same transaction makes the late check of what each connection sends next, so that an unsubscribe that was committed
    before that send began is seen, and costs no transaction of its own. It also sees whether the connection still has its
    claim: one that was frozen for longer than its lease lost it to another.
    """

    def __init__(self, database: Database, publisher: Publisher, clock: Clock, late_check: LateCheck) -> None:
        self._database, self._publisher, self._clock, self._late_check = database, publisher, clock, late_check
        self._waiting: list[_Entry] = []
        self._writing: asyncio.Task[None] | None = None
        self._in_hand = 0
        self._company: asyncio.Future[None] | None = None

    @contextmanager
    def sending(self) -> Iterator[None]:
        """Around one send, so that the writer knows that another outcome is about to come."""
        self._in_hand += 1
        try:
            yield
        finally:
            self._in_hand -= 1

    async def note(self, due: Due, result: SendResult, *, next_up: Due | None = None) -> Fallen:
        """Returns when the outcome is durable, with what the late check says of `next_up` (empty: it may leave; all `wait`:
        also when another has claimed it since)."""
        return await self._write(_Entry(due, result, {}, next_up))

    async def stop(self, due: Due, fallen: Fallen, *, next_up: Due | None = None) -> Fallen:
        """Note what the late check found: these notices do not leave; when none is left, neither does the delivery."""
        return await self._write(_Entry(due, None, fallen, next_up))

    async def look(self, due: Due) -> Fallen:
        """The late check alone: which notices of `due` may not leave, and why."""
        return await self._write(_Entry(due, None, {}, due))

    async def _write(self, entry: _Entry) -> Fallen:
        self._waiting.append(entry)
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write_all())
        elif self._company and not self._in_hand and not self._company.done():
            self._company.set_result(None)
        return await asyncio.shield(entry.done)

    async def _wait_for_company(self) -> None:
        """While other connections are in the middle of a send, an outcome waits a moment: two of them are one commit."""
        if self._in_hand:
            loop = asyncio.get_running_loop()
            self._company = loop.create_future()
            late = loop.call_later(COMPANY_SECONDS, _done, self._company)
            await self._company
            late.cancel()
            self._company = None

    async def _write_all(self) -> None:
        pause = NOT_DURABLE_PAUSE_SECONDS[0]
        while self._waiting:
            await self._wait_for_company()
            entries, self._waiting = self._waiting, []
            try:
                outputs, late = await self._commit(entries)
            except NotDurable as fault:
                # Nothing is sent while nothing can be written: each connection waits for its own outcome.
                log.warning("outcomes wait", why=str(fault), waiting=len(entries))
                self._waiting = entries + self._waiting
                await asyncio.sleep(pause)
                pause = min(pause * 2, NOT_DURABLE_PAUSE_SECONDS[1])
                continue
            except Exception as fault:
                for entry in entries:
                    if not entry.done.done():
                        entry.done.set_exception(fault)
                continue
            pause = NOT_DURABLE_PAUSE_SECONDS[0]
            for entry in entries:
                if not entry.done.done():
                    entry.done.set_result(_fallen(entry.next_up, late) if entry.next_up else {})
            if outputs:
                self._publisher.ring()

    async def _commit(self, entries: Sequence[_Entry]) -> tuple[list[Output], Standing]:
        now = self._clock.now()
        results = [(entry.due, entry.result) for entry in entries if entry.result]
        # What went well has no consequence beyond its own row, so it makes no record: of 100,000 few make one.
        outputs = [_output(due, result) for due, result in results if has_failed(due, result) or result.verdict == "unknown"]
        fallen = [entry for entry in entries if entry.fallen]
        looks = [entry.next_up for entry in entries if entry.next_up]
        started = time.perf_counter()

        def look(connection: sa.Connection) -> Standing:
            ids = [due.delivery_id for due in looks]
            return _under_their_claims(looks, self._late_check(connection, ids), claims_of(connection, ids)) if looks else {}

        def write(connection: sa.Connection) -> Standing:
            write_results(connection, results, now)
            return look(connection)

        if outputs or fallen:
            async with self._database.write(first=True) as tx:
                await states_of(tx, {entry.due.delivery_id for entry in entries if entry.result or entry.fallen})
                for entry in fallen:
                    await write_fallen(tx, entry.due, entry.fallen, now)
                if outputs:
                    await self._publisher.publish(tx, outputs)
                late = await tx.run_sync(write)
        elif results:
            late = await self._database.write_at_once(write)
        else:
            async with self._database.read() as tx:
                late = await tx.run_sync(write)
        took = time.perf_counter() - started
        observe("commit_seconds", took)
        if looks and took > FRESH_SECONDS and not self._database.has_one_writer:
            # Where others commit meanwhile, somebody may have said stop between the look and our own commit.
            async with self._database.read() as tx:
                late = await tx.run_sync(look)
        for due, result in results:
            count("attempts", channel=due.channel, verdict=result.verdict)
        return outputs, late


def _done(future: asyncio.Future[None]) -> None:
    if not future.done():
        future.set_result(None)


def _fallen(due: Due, standing: Standing) -> Fallen:
    """Those of the notices that were claimed with `due` which may not leave; one that it no longer carries was replaced."""
    now = standing.get(due.delivery_id, {})
    reasons = ((notice, now.get(notice, "replaced")) for notice in due.notices)
    return {notice: reason for notice, reason in reasons if reason}


def _under_their_claims(looks: Sequence[Due], standing: Standing, claims: Mapping[str, str | None]) -> Standing:
    lost: Standing = {
        due.delivery_id: dict.fromkeys(due.notices, "wait") for due in looks if claims.get(due.delivery_id) != due.claim
    }
    return {**standing, **lost} if lost else standing


def _output(due: Due, result: SendResult) -> Output:
    told = {
        "delivery_id": due.delivery_id, "verdict": result.verdict, "code": result.code[:LONGEST_CODE],
        "why": result.why[:LONGEST_WHY], "endpoint_id": due.endpoint_id, "channel": due.channel,
    }  # fmt: skip
    return Output("outcomes", due.delivery_id, told)
