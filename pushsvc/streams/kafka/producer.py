"""aiokafka's producer as we need it: started with our promises, and given up at once where it would try on.

Where we reach into it: every private name of the producer is in here, as those of Faust are in seams.py, and the same test
fails when one of them moves.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Literal

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaConnectionError, KafkaError

from pushsvc.errors import TryLater
from pushsvc.settings import Brokers
from pushsvc.streams.kafka.connection import client_options, why
from pushsvc.streams.kafka.topics import MAX_MESSAGE_BYTES

BATCH_BYTES = 512 * 1024
"""Before compression, of one partition: what is handed over at once goes in one request."""
ABANDON_SECONDS = 2.0


class Unacknowledged(TryLater):
    """The brokers did not acknowledge the batch: all of it, a part or nothing is on the topics. Send all of it again."""


async def start_producer(brokers: Brokers) -> AIOKafkaProducer:
    """Idempotent, every copy in sync acknowledges, nothing waits for company. Raises Unacknowledged."""
    acks: Literal["all"] = "all"
    producer = AIOKafkaProducer(
        **client_options(brokers), client_id="pushsvc", acks=acks, enable_idempotence=True, compression_type="lz4", linger_ms=0,
        max_batch_size=BATCH_BYTES, max_request_size=2 * MAX_MESSAGE_BYTES, request_timeout_ms=5_000, retry_backoff_ms=50,
        metadata_max_age_ms=30_000,
    )  # fmt: skip
    try:
        await producer.start()
    except BaseException as error:
        await abandon(producer)
        if isinstance(error, KafkaError | OSError):
            raise Unacknowledged(why(error, brokers)) from error
        raise
    return producer


async def abandon(producer: AIOKafkaProducer, error: BaseException | None = None) -> None:
    """Close at once. `producer.stop` would first try to deliver what it holds, for as long as the brokers are away.

    When this returns, nothing more of it leaves; whoever waits for an acknowledgement of it has heard that there is none.
    """
    sender = producer._sender.sender_task
    producer._closed = True
    if sender is not None:
        # Its last word would go to a transaction, and there is none: aiokafka stumbles over that.
        sender.remove_done_callback(producer._sender._fail_all)
        sender.cancel()
    fault = error if isinstance(error, KafkaError | OSError) else KafkaConnectionError("the producer was given up")
    producer._message_accumulator.fail_all(fault)
    await _close(producer)
    while sender is not None and not sender.done():
        # It waits for its requests under way; cancelled again, it lets go of them.
        await asyncio.wait([sender], timeout=ABANDON_SECONDS)
        sender.cancel()
    if sender is not None and not sender.cancelled():
        sender.exception()
    await _close(producer)


async def _close(producer: AIOKafkaProducer) -> None:
    with suppress(KafkaError, OSError):
        async with asyncio.timeout(ABANDON_SECONDS):
            await producer.client.close()
