"""The stages with everything that they need: the same functions whatever engine runs them."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Collection, Mapping, Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from pushsvc.bootstrap.hearing import Hearing
from pushsvc.bootstrap.house import House
from pushsvc.bootstrap.waiting import ended
from pushsvc.domain.publications import Version
from pushsvc.domain.records import Topic
from pushsvc.domain.subscribers import Profile, Recipient
from pushsvc.domain.summaries import Summary
from pushsvc.ledger.approving import Asking
from pushsvc.matching.index import MatchingIndex
from pushsvc.plain import decode, names_and_hints, read_attachments, read_document, summarise, why_words, work_key
from pushsvc.profiles import consent
from pushsvc.profiles.changes import last_change
from pushsvc.profiles.follower import Follower
from pushsvc.profiles.recipients import recipients, stopped
from pushsvc.settings import Settings
from pushsvc.streams.by_model import ModelService, ModelWriter
from pushsvc.streams.match import Answer
from pushsvc.streams.normalise import Normalise, Readers
from pushsvc.streams.pipeline import Handlers
from pushsvc.streams.plan import Plan
from pushsvc.streams.record import RecordOutcomes
from pushsvc.streams.summarise import Summarise
from pushsvc.telemetry import gauge


class Matcher:
    """The interests of shard `shard` of `of` in memory, kept up with the change feed."""

    def __init__(self, house: House, shard: int = 0, of: int = 1) -> None:
        self.shard, self.of = shard, of
        self.index = MatchingIndex()
        self.follower = Follower(house.database, house.clock, self._hold, shard=shard, of=of)
        self._database = house.database
        self._following: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Every profile is in memory when it returns."""
        await self.follower.start()
        self._following = asyncio.create_task(self.follower.follow(), name="follower")

    async def stop(self) -> None:
        if self._following:
            self._following.cancel()
            await asyncio.gather(self._following, return_exceptions=True)

    async def failed(self) -> None:
        """Returns when nobody follows the profiles any more: what is answered from then on would be out of date."""
        await ended(self._following)

    async def measure(self) -> None:
        gauge("subscribers_held", len(self.index))
        async with self._database.read() as tx:
            gauge("matcher_behind", await last_change(tx) - self.follower.position)

    def _hold(self, profiles: Sequence[Profile], gone: frozenset[int]) -> None:
        for profile in profiles:
            self.index.put(profile)
        for number in gone:
            self.index.remove(number)


def measure_lag(waiting: Mapping[tuple[str, Topic, int], int]) -> None:
    """`waiting`: records by stage, topic and partition, as an engine tells them."""
    lag: Counter[str] = Counter()
    for (stage, _, _), behind in waiting.items():
        lag[stage] += behind
    for stage, behind in lag.items():
        gauge("stage_lag", behind, stage=stage)


class Recipients:
    """Subscribers with the installation's own language and time zone where they said none."""

    def __init__(self, house: House) -> None:
        self._settings = house.settings

    async def __call__(self, tx: AsyncConnection, numbers: Collection[int]) -> dict[int, Recipient]:
        return await recipients(tx, numbers, language=self._settings.language, timezone=self._settings.timezone)


def handlers(house: House, matcher: Matcher, hearing: Hearing) -> Handlers:
    """All of them; a process that runs only some leaves the others unused: nothing is opened or loaded here."""
    database, clock, whom = house.database, house.clock, Recipients(house)
    asking = Asking(house.settings.sms_approval_people, hearing.asked)
    return Handlers(
        normalise=Normalise(
            database, clock, Readers(decode, read_attachments, why_words, read_document, work_key, names_and_hints)
        ),
        summarise=Summarise(database, clock, _write, model_writer(house.settings)),
        match=Answer(database, matcher.index, matcher.follower, shard=matcher.shard, of=matcher.of),
        plan=Plan(
            database, clock, whom, stopped,
            zone=house.zone, max_people=house.settings.max_people, on_held=hearing.held, asking=asking,
        ),
        record=RecordOutcomes(database, clock, whom, consent.suppress, asking),
    )  # fmt: skip


def model_writer(settings: Settings) -> ModelWriter | None:
    """The language model of WRITER_URL; None: there is none, and every word is the rules' own."""
    if settings.writer_url is None:
        return None
    return ModelWriter(ModelService(settings.writer_url, settings.writer_timeout), settings.writer_at_once)


def _write(version: Version, region: str | None, organisation: str | None) -> Summary:
    return summarise(version.reading, version.declared, site_region=region, issuer=organisation)
