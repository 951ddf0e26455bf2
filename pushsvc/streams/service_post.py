"""Sends what the service itself has to say to one person: codes and welcomes. They pass the publications' queue."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import UTC, tzinfo

from pushsvc.channels.service import ServiceMessage, claim_due, note_dead, note_later, note_sent, render
from pushsvc.channels.service.queue import LEASE, any_due, any_late, end_late, give_back
from pushsvc.clock import Clock
from pushsvc.domain.notices import Message, SendResult
from pushsvc.domain.ports import Alerts, Carrier, Connection
from pushsvc.domain.subscribers import Channel
from pushsvc.errors import NotDurable
from pushsvc.storage.database import Database
from pushsvc.storage.vault import Vault
from pushsvc.streams.service_costs import ServiceCosts
from pushsvc.streams.waiting import end, wait_for
from pushsvc.telemetry import count, log

#: What another process queued is seen so soon, when no bell told of it.
LOOK_SECONDS = 2.0
SEND_SECONDS = 16.0
#: Few: what is urgent may come while these are sent.
AT_ONCE = 5
#: What could not leave in time is looked for so often.
LATE_EVERY_SECONDS = 30.0
_PAUSE_SECONDS = 1.0
#: A message in doubt is not repeated: whoever waits for a code asks for another one.
_GONE = ("accepted", "unknown")
_NEVER = ("refused", "suppress")


class ServicePost:
    """One worker that sends one message after the other, each channel on a connection of its own."""

    def __init__(
        self, database: Database, vault: Vault, carriers: Sequence[Carrier], clock: Clock, zone: tzinfo = UTC,
        alerts: Alerts | None = None,
    ) -> None:  # fmt: skip
        """`zone`: where the day of a budget begins. `alerts` hears of a budget that is nearly spent."""
        self._database, self._vault, self._clock = database, vault, clock
        self._costs = ServiceCosts(database, clock, zone, alerts)
        self._carriers: Mapping[Channel, Carrier] = {carrier.channel: carrier for carrier in carriers}
        self._open: dict[Channel, Connection] = {}
        self._stopping, self._bell = asyncio.Event(), asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._looked_for_late = -LATE_EVERY_SECONDS

    async def start(self) -> None:
        self._task = asyncio.create_task(self._run(), name="service post")

    def ring(self) -> None:
        """Something was queued."""
        self._bell.set()

    async def stop(self) -> None:
        """What is in hand is sent, or taken up again when its lease is over."""
        self._stopping.set()
        self._bell.set()
        if self._task:
            await end([self._task], SEND_SECONDS)

    async def once(self) -> int:
        """Send what is due now; gives how many were taken in hand."""
        await self._end_late()
        async with self._database.read() as tx:
            if not await any_due(tx, self._clock.now()):
                return 0
        seconds = asyncio.get_running_loop().time
        # Nothing is begun that could end after the lease, when another process has the message too.
        begins_until = seconds() + LEASE.total_seconds() - 2 * SEND_SECONDS
        async with self._database.write() as tx:
            messages = await claim_due(tx, self._vault, self._clock.now(), AT_ONCE)
        for place, message in enumerate(messages):
            if seconds() > begins_until:
                async with self._database.write() as tx:
                    await give_back(tx, [each.message_id for each in messages[place:]])
                break
            rendered = _rendered(message)
            await self._note(message, rendered, await self._send(message, rendered))
        return len(messages)

    async def _end_late(self) -> None:
        now = asyncio.get_running_loop().time()
        if now < self._looked_for_late + LATE_EVERY_SECONDS:
            return
        self._looked_for_late = now
        async with self._database.read() as tx:
            late = await any_late(tx, self._clock.now())
        if late:
            async with self._database.write() as tx:
                await end_late(tx, self._clock.now())

    async def _run(self) -> None:
        while not self._stopping.is_set():
            self._bell.clear()
            try:
                while not self._stopping.is_set() and await self.once():
                    pass
            except NotDurable as fault:
                log.warning("service messages wait", why=str(fault))
                await wait_for(self._stopping, _PAUSE_SECONDS)
            except Exception:
                log.exception("service messages failed")
                await wait_for(self._stopping, _PAUSE_SECONDS)
            await self._close()
            await wait_for(self._bell, LOOK_SECONDS)

    async def _send(self, message: ServiceMessage, rendered: Message | SendResult) -> SendResult:
        if isinstance(rendered, SendResult):
            return rendered
        try:
            await self._costs.charge(self._carriers[message.channel], rendered)
            async with asyncio.timeout(SEND_SECONDS):
                if message.channel not in self._open:
                    self._open[message.channel] = await self._carriers[message.channel].connect()
                return await self._open[message.channel].send(rendered)
        except TimeoutError:
            return SendResult("try_later", "no_answer", f"the provider did not answer within {SEND_SECONDS:.0f} s")
        except NotDurable:
            raise
        except Exception as error:
            # A fault of ours with one message: the others need not wait for it.
            log.exception("a service message failed", kind=message.kind, channel=message.channel)
            return SendResult("try_later", "fault", type(error).__name__)

    async def _note(self, message: ServiceMessage, rendered: Message | SendResult, result: SendResult) -> None:
        now = self._clock.now()
        async with self._database.write() as tx:
            if isinstance(rendered, Message):
                await self._costs.settle(tx, rendered, result)
            if result.verdict in _GONE:
                await note_sent(tx, [message.message_id], result.code or result.verdict, now, result.provider_id)
            elif result.verdict in _NEVER:
                await note_dead(tx, message.message_id, result.code, result.why, now)
            else:
                await note_later(tx, message, result.code, result.why, now)
        count("service_messages", what=result.verdict, channel=message.channel)

    async def _close(self) -> None:
        for channel in list(self._open):
            await self._open.pop(channel).close()


def _rendered(message: ServiceMessage) -> Message | SendResult:
    try:
        return render(message)
    except (KeyError, LookupError) as error:
        return SendResult("refused", "no_template", f"{message.kind} cannot be written: {error}")
