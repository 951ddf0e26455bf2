"""One connection at work: it claims, prepares, looks once more, sends, and waits until the outcome is durable."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from pushsvc.channels.pace import Pace
from pushsvc.clock import Clock
from pushsvc.domain.notices import NO_ENDPOINT, Due, Message, SendResult
from pushsvc.domain.ports import Carrier, Connection, Fallen, Links
from pushsvc.domain.timing import RINGING
from pushsvc.ledger import claims
from pushsvc.ledger.charges import Charge
from pushsvc.ledger.outcomes import OutcomeWriter
from pushsvc.storage.database import Database
from pushsvc.streams.affording import Purse
from pushsvc.streams.awake import Awake
from pushsvc.streams.preparing import Batch, Preparer
from pushsvc.streams.waiting import wait_for
from pushsvc.telemetry import gauge, log, observe, without_contact

#: After so many breaks in a row on the same message it counts as tried: the next one gets its turn.
MOST_BREAKS_ON_ONE = 3
#: The pauses of a connection whose provider cannot be reached.
PAUSES_SECONDS = (0.2, 1.0, 2.0, 5.0, 10.0, 30.0)
#: Of channels that ring a connection claims few at once: behind one message that hangs, the others wait for its lease.
BATCH_OF_RINGING = 10
#: From so many failures in a row on, the channel counts as failing, and a person hears of it.
FAILING_AFTER = 3
_CLOSED = SendResult("refused", NO_ENDPOINT, "the endpoint was closed after this was planned")


@dataclass(frozen=True)
class Desk:
    """What every connection works with. `send_seconds` is what the slowest message may take: a lease with less time left
    begins no message, so that none is still on its way when its lease ends."""

    database: Database
    writer: OutcomeWriter
    preparer: Preparer
    links: Links
    clock: Clock
    batch: int
    lease_seconds: float
    send_seconds: float
    purse: Purse | None = None
    awake: Awake | None = None


class Sender:
    """One connection of one channel."""

    def __init__(
        self, desk: Desk, carrier: Carrier, pace: Pace, name: str, stopping: asyncio.Event, failing: Callable[[str], None]
    ) -> None:
        """`name` is unique among all connections of all processes; `failing` hears why, when the provider stays away."""
        self._desk, self._carrier, self._pace, self._name = desk, carrier, pace, name
        self._stopping, self._tell_failing = stopping, failing
        self._connection: Connection | None = None
        self._claims = 0
        self._failures = 0
        self._breaks: tuple[str, int] = ("", 0)
        self._accepted: list[Charge] = []
        """What was accepted at a price, and is not yet noted as that."""

    async def work(self) -> bool:
        """Claim once and send it. Gives whether there was anything to do."""
        self._claims += 1
        claim_name = f"{self._name}-{self._claims}"
        desk = self._desk
        async with desk.database.read() as tx:
            if not await claims.anything_due(tx, self._carrier.channel, desk.clock.now()):
                return False
        ends_at = time.monotonic() + desk.lease_seconds - desk.send_seconds
        async with desk.database.write(first=True) as tx:
            most = min(desk.batch, BATCH_OF_RINGING) if self._carrier.channel in RINGING else desk.batch
            batch_size = self._pace.most(most)
            dues = await claims.claim(tx, self._carrier.channel, claim_name, batch_size, desk.clock.now(), desk.lease_seconds)
            if dues and self._carrier.channel == "sms":
                await desk.links.remember_short(tx, [due.delivery_id for due in dues])
        if not dues:
            return False
        try:
            if desk.awake:
                dues = await desk.awake.those(self._carrier.channel, claim_name, dues)
            batch = await desk.preparer.prepare(dues)
            if desk.purse:
                dues = await desk.purse.afford(self._carrier, self._carrier.channel, claim_name, dues, batch)
        except Exception:
            # Nothing of it has left, so nothing of it is in doubt.
            await self._give_back(claim_name)
            raise
        if dues and not await self._send_all(dues, batch, ends_at):
            await self._give_back(claim_name)
        if desk.purse and self._accepted:
            await desk.purse.note_accepted(self._carrier.channel, self._accepted)
            self._accepted = []
        return True

    async def rest(self) -> None:
        """Wait before the next claim: for this connection's own trouble, then for the channel's pace."""
        if self._failures:
            await wait_for(self._stopping, PAUSES_SECONDS[min(self._failures, len(PAUSES_SECONDS)) - 1])
        while not self._stopping.is_set() and (wait := await self._pace.hear()):
            await wait_for(self._stopping, wait)

    async def close(self) -> None:
        """Let go of the connection; the next message opens another."""
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.close()

    async def _give_back(self, claim_name: str) -> None:
        async with self._desk.database.write(first=True) as tx:
            await claims.give_back(tx, claim_name)

    async def _send_all(self, dues: Sequence[Due], batch: Batch, ends_at: float) -> bool:
        """Send in the order of the claim. False when some were left, which then go back."""
        desk = self._desk
        fallen: Fallen | None = None
        for due, next_up in zip(dues, [*dues[1:], None], strict=True):
            waited = await self._wait_for_turn(ends_at)
            if waited is None:
                return False
            if waited:
                fallen = None
            if fallen is None:
                fallen = await desk.writer.look(due)
            told, fallen = await self._without_fallen(due, fallen)
            if fallen:
                self._pace.give_back()
            if fallen and _has_moved(due, fallen):
                fallen = await desk.writer.note(told, _CLOSED, next_up=next_up)
                continue
            if fallen:
                fallen = await desk.writer.stop(told, fallen, next_up=next_up)
                continue
            if time.monotonic() > ends_at:  # the look may have taken long, or this process was frozen in it
                self._pace.give_back()
                return False
            result = await self._send(told, batch.message(told))
            fallen = await desk.writer.note(told, result, next_up=next_up)
            if result.verdict in ("slow_down", "not_sent"):
                return False
        return True

    async def _wait_for_turn(self, ends_at: float) -> bool | None:
        """Whether the message, whose turn it is then, had to wait for it. None: its turn does not come in this claim."""
        waited = False
        while not self._stopping.is_set() and time.monotonic() <= ends_at:
            wait = await self._pace.turn()
            if not wait:
                return waited
            if time.monotonic() + self._pace.wait_seconds > ends_at:
                return None  # what is left is better claimed again when its time comes
            waited = True
            await wait_for(self._stopping, wait)
        return None

    async def _without_fallen(self, due: Due, fallen: Fallen) -> tuple[Due, Fallen]:
        """A digest leaves without the notices that fell away, once that is durable. What is left of `fallen` stops all."""
        while fallen and "wait" not in fallen.values() and len(fallen) < len(due.notices):
            rest = replace(due, notices=tuple(notice for notice in due.notices if notice not in fallen))
            fallen = await self._desk.writer.stop(due, fallen, next_up=rest)
            due = rest
        return due, fallen

    async def _send(self, due: Due, message: Message | SendResult) -> SendResult:
        if isinstance(message, SendResult):
            self._pace.give_back()
            return message
        started = time.perf_counter()
        if self._connection is None:
            self._connection = await self._carrier.connect()
        try:
            with self._desk.writer.sending():
                result = await self._connection.send(message)
        except Exception as fault:
            # A carrier says what happened and never raises; when one does, nobody knows how far the message came.
            log.exception("a carrier failed", channel=due.channel, delivery_id=due.delivery_id)
            await self.close()
            result = SendResult("unknown", "fault", type(fault).__name__)
        if result.why:  # what a provider says of an address may repeat it, and the ledger keeps none
            result = replace(result, why=without_contact(result.why, message.to))
        if result.verdict == "accepted" and result.segments is not None and result.price is not None:
            self._accepted.append(Charge(due.delivery_id, message.site, result.provider, result.segments, result.price))
        observe("send_seconds", time.perf_counter() - started, channel=due.channel)
        return await self._noted(due, result)

    async def _noted(self, due: Due, result: SendResult) -> SendResult:
        """What the verdict means for the pace of the channel and for this connection."""
        if result.verdict == "hold":  # nothing was asked of the provider
            self._pace.give_back()
            return result
        if result.verdict == "slow_down":
            await self._pace.slow_down(result.retry_after_seconds)
            log.warning("the provider asks to slow down", channel=due.channel, code=result.code, gap=self._pace.gap_seconds)
        if result.verdict != "not_sent":
            self._pace.reached(taken=result.verdict == "accepted")
            if self._failures >= FAILING_AFTER:
                gauge("channel_failing", 0, channel=due.channel)
            self._failures = 0
            return result
        await self._pace.not_reached()
        self._failures += 1
        if self._failures == FAILING_AFTER:
            gauge("channel_failing", 1, channel=due.channel)
            self._tell_failing(f"{due.channel}: {result.why}")
        before, times = self._breaks
        self._breaks = (due.delivery_id, times + 1 if before == due.delivery_id else 1)
        # While nothing answers at all, no message is to blame.
        if result.code != "connect" and self._breaks[1] >= MOST_BREAKS_ON_ONE:
            return replace(result, verdict="try_later")
        return result


def _has_moved(due: Due, fallen: Fallen) -> bool:
    """Whether only its endpoint is closed: then the record stage looks for another one of the same person. One that was
    tried before may have arrived, so it is not told again elsewhere."""
    return not due.tries and set(fallen.values()) == {NO_ENDPOINT}
