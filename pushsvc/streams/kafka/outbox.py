"""The outbox: records that a transaction of SQL makes lie there until the relay has put them on their topics."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from pushsvc.clock import Clock, SystemClock
from pushsvc.domain.records import Output
from pushsvc.storage.advisory import one_after_another
from pushsvc.storage.database import Transaction
from pushsvc.storage.tables.flow import outbox
from pushsvc.streams.kafka.envelope import text_of


class KafkaOutbox:
    """A `Publisher` for whatever is no stage: a stage's outputs go to their topics directly."""

    def __init__(self, clock: Clock | None = None) -> None:
        self._clock = clock or SystemClock()
        self._listeners: list[Callable[[], None]] = []

    async def publish(self, tx: Transaction, outputs: Sequence[Output]) -> None:
        """Write `outputs` down in their order. Raises InvalidRecord when one is over 64 KiB or its key over 80 characters.

        Transactions that publish under the same key wait for each other, so the order of rows is the order of commits.
        """
        if not outputs:
            return
        now = self._clock.now()
        rows = [{"topic": output.topic, "key": output.key, "value": text_of(output), "at": now} for output in outputs]
        await one_after_another(tx, "outbox", {output.key for output in outputs})
        await tx.execute(outbox.insert(), rows)

    def ring(self) -> None:
        """After the commit: wake the relay of this process. Another process's relay looks by itself twice a second."""
        for listener in tuple(self._listeners):
            listener()

    def on_ring(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Call `listener` at every ring; the answer takes it off again."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)
