"""A process of its own that runs the slow pipeline until it is killed or told to stop: `child KIND DATABASE_URL`.

On Kafka it also needs what `EngineUnderTest.environment` says. It says "started" when it is ready to work.
"""

from __future__ import annotations

import asyncio
import signal
import sys

from pushsvc.storage.database import Database
from tests.contract.copying import slow_pipeline
from tests.contract.port import KINDS


async def main(kind: str, url: str) -> None:
    database = Database(url, pool_size=5)
    engine = KINDS[kind](database).build(slow_pipeline())
    told = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, told.set)
    await engine.start()
    while not engine.healthy:  # on Kafka, a member that was killed must first be missed
        await asyncio.sleep(0.01)
    print("started", flush=True)
    await told.wait()
    await engine.stop()
    await database.close()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2]))
