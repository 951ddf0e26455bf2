"""The writer by a language model: summaries by the rules go in, the same with better words come out, or as they were."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence

from pushsvc import telemetry
from pushsvc.domain.publications import Reading, Version
from pushsvc.domain.summaries import Summary
from pushsvc.plain.by_model import Reworded, question, reworded
from pushsvc.streams.by_model.breaker import Breaker
from pushsvc.streams.by_model.service import ModelService, Unanswered

#: A batch gives the model so many times the time of one document; what has not been asked by then keeps the rules' words.
BATCH_TIMES = 2.0


class ModelWriter:
    """Asks at most `at_once` questions at a time. It never raises: whatever goes wrong, the rules' words stay.

    Every document ends in one outcome, counted as `model_writings` and logged with the version's id, without any text;
    `plain.by_model.Outcome` lists them.
    """

    def __init__(self, service: ModelService, at_once: int, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._service = service
        self._slots = asyncio.Semaphore(at_once)
        self._breaker = Breaker(service.seconds + 1, monotonic)

    async def __call__(self, written: Sequence[tuple[Version, Summary]]) -> Mapping[str, Summary]:
        """Summaries by version id. What is urgent is not asked about: it is worth more than better words."""
        calm = [(version, summary) for version, summary in written if version.declared.get("urgency", "normal") == "normal"]
        same = {version.version_id: summary for version, summary in written}
        begun = asyncio.get_running_loop().time()
        until = begun + BATCH_TIMES * self._service.seconds
        told = await asyncio.gather(
            *(self.reword(version.reading, summary, until=until, version_id=version.version_id) for version, summary in calm)
        )
        return same | {version.version_id: one.summary for (version, _), one in zip(calm, told, strict=True)}

    async def reword(
        self, reading: Reading, summary: Summary, *, until: float | None = None, version_id: str | None = None
    ) -> Reworded:
        """One document. `until`: the moment of the loop's clock at which it no longer waits for its turn."""
        begun = time.monotonic()
        told = await self._turn(reading, summary, until)
        telemetry.count("model_writings", outcome=told.outcome)
        note = {"version_id": version_id, "outcome": told.outcome, "seconds": round(time.monotonic() - begun, 2)}
        telemetry.log.info("model asked for words", **note, why=told.why)
        return told

    async def _turn(self, reading: Reading, summary: Summary, until: float | None) -> Reworded:
        try:
            async with asyncio.timeout_at(until):
                await self._slots.acquire()
        except TimeoutError:
            return Reworded(summary, "no_time", "too many documents wait for the model")
        try:
            return await self._asked(reading, summary)
        except Unanswered as error:
            self._breaker.failed(error.rest_seconds)
            return Reworded(summary, error.failure, str(error))
        except Exception as fault:
            # Whatever a hostile answer sets off here, the pipeline has a summary. Only the type: words may quote a text.
            return Reworded(summary, "fault", type(fault).__name__)
        finally:
            self._slots.release()

    async def _asked(self, reading: Reading, summary: Summary) -> Reworded:
        if not self._breaker.lets_through():
            return Reworded(summary, "resting", "the model failed too often, or asked for a rest")
        asked = await asyncio.to_thread(question, reading, summary)
        content = await self._service.ask(asked.messages)
        self._breaker.answered()
        return await asyncio.to_thread(reworded, reading, summary, asked, content)
