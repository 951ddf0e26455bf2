"""`Lately` (domain/ports.py): the publications of the last days, and those that are still open, held in memory."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from itertools import islice
from threading import Lock
from zoneinfo import ZoneInfo

from pushsvc.clock import Clock
from pushsvc.domain.languages import Language
from pushsvc.domain.ports import Example, Foretaste
from pushsvc.domain.subscribers import Profile
from pushsvc.domain.time import Instant
from pushsvc.errors import NotDurable
from pushsvc.storage.database import Database
from pushsvc.streams.lately import reading
from pushsvc.streams.lately.documents import Answer, Bits, Document, Documents
from pushsvc.streams.waiting import end
from pushsvc.telemetry import log

DAYS = 30
LOOK_EVERY_SECONDS = 1.0
"""What is new shows within so many seconds."""
AT_ONCE = 100
"""Documents read at once: neither the loop nor a question waits for longer than these take, some 30 ms."""
_LATE = timedelta(seconds=15)
"""A transaction may commit so long after the moment that it wrote down as its own."""
_MOST_AWAITED = 1_000
_SWEEP_EVERY = timedelta(hours=1)
_ZONE = ZoneInfo("Asia/Shanghai")


class LatelyIndex:
    """The publications of the last DAYS days, and those that are still open, held in memory.

    Loaded at the start, beside everything else, or else at the first question; then kept up with the tables whenever somebody
    asks.
    """

    def __init__(self, database: Database, clock: Clock, *, every_seconds: float = LOOK_EVERY_SECONDS) -> None:
        self._database, self._clock, self.every_seconds = database, clock, every_seconds
        self._alone, self._documents = Lock(), Documents()
        self._seen: dict[str, tuple[str, int]] = {}
        self._awaited: dict[str, None] = {}
        """Publications that have no summary yet."""
        self._newest: Instant | None = None
        self._looked_at = -math.inf
        self._swept_at = clock.now()
        self._looking = asyncio.Lock()
        self._masks: tuple[Instant, Bits, Bits] | None = None
        self._loading: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to load, so that the first reader does not wait for it. Nobody needs to wait for its end."""
        self._loading = asyncio.create_task(self._load(), name="lately")

    async def stop(self) -> None:
        if self._loading:
            await end([self._loading], 0.0)

    async def _load(self) -> None:
        try:
            await self.load()
            self._looked_at = -math.inf  # the first reader hears of what came meanwhile
        except NotDurable as fault:
            log.warning("what was published lately is read at the first question", why=str(fault))

    async def load(self) -> None:
        """Hold everything when it returns: some 5 s for 20,000 publications. Who asks before that waits for it."""
        await self._keep_up()

    async def foretaste(self, profile: Profile, reader: Language, *, examples: int = 3) -> Foretaste:
        await self._keep_up()
        return await asyncio.to_thread(self._foretaste, profile, reader, examples)

    async def still_open(self, profile: Profile, reader: Language, *, most: int = 20) -> Sequence[Example]:
        await self._keep_up()
        return await asyncio.to_thread(self._still_open, profile, reader, most)

    def _foretaste(self, profile: Profile, reader: Language, most: int) -> Foretaste:
        with self._alone:
            return self._foretaste_alone(profile, reader, most)

    def _foretaste_alone(self, profile: Profile, reader: Language, most: int) -> Foretaste:
        documents = self._documents
        answers = documents.answers(profile, self._sets()[0])
        everything = _together(answers.values())
        newest = _one_a_work(documents.newest_first(everything))
        return Foretaste(
            DAYS,
            documents.works(everything),
            {position: documents.works(answer.all) for position, answer in answers.items()},
            tuple(self._example(profile, each, answers, reader) for each in islice(newest, most)),
        )

    def _still_open(self, profile: Profile, reader: Language, most: int) -> Sequence[Example]:
        with self._alone:
            answers = self._documents.answers(profile, self._sets()[1])
            nearest = _one_a_work(self._documents.nearest_deadline_first(_together(answers.values())))
            return tuple(self._example(profile, each, answers, reader) for each in islice(nearest, most))

    def _example(self, profile: Profile, document: Document, answers: Mapping[int, Answer], reader: Language) -> Example:
        language = reader if reader in document.headlines else document.language
        own = document.language != language
        surely = any(self._documents.among(document, answer.yes) for answer in answers.values())
        return Example(
            document.publication_id, document.version_id, document.headlines[language], language,
            document.question.site or "", document.url, document.published_at, document.deadline,
            "yes" if surely else "unknown", self._documents.reasons(profile, document, answers),
            document.headlines.get(document.language, "") if own else "", document.language if own else None,
        )  # fmt: skip

    def _sets(self) -> tuple[Bits, Bits]:
        """The documents of the last DAYS days, and those that are still open."""
        now = self._clock.now().replace(second=0, microsecond=0)
        if self._masks is None or self._masks[0] != now:
            since = now - timedelta(days=DAYS)
            self._masks = now, self._documents.known_since(since), self._documents.open_at(self._clock.now())
        return self._masks[1:]

    async def _keep_up(self) -> None:
        """Who asks while somebody else reads waits for that, and finds it done."""
        async with self._looking:
            now = asyncio.get_running_loop().time()
            if now < self._looked_at + self.every_seconds:
                return
            await self._look()
            self._looked_at = asyncio.get_running_loop().time()

    async def _look(self) -> None:
        now = self._clock.now()
        async with self._database.read() as tx:
            if self._newest is None:
                found = [*await reading.still_open(tx, now), *await reading.moved(tx, now - timedelta(days=DAYS))]
            else:
                found = await reading.moved(tx, self._newest - _LATE)
        new = [each for each in found if self._seen.get(each.publication_id) != (each.version_id, each.revision)]
        gone = {each.publication_id for each in new if each.withdrawn} | await asyncio.to_thread(self._outgrown, now)
        await asyncio.to_thread(self._hold, (), gone)
        self._awaited = {each: None for each in self._awaited if each not in gone}
        wanted = list(dict.fromkeys([*self._awaited, *(each.publication_id for each in new if not each.withdrawn)]))
        for start in range(0, len(wanted), AT_ONCE):
            await self._read(wanted[start : start + AT_ONCE], now)
        self._seen |= {each.publication_id: (each.version_id, each.revision) for each in new}
        if found:
            self._newest = found[-1].changed_at

    async def _read(self, publication_ids: Sequence[str], now: Instant) -> None:
        async with self._database.read() as tx:
            rows = await reading.standing(tx, publication_ids)
        documents = await asyncio.to_thread(lambda: [reading.document(row, _ZONE) for row in rows])
        wanted = [each for each in documents if _is_wanted(each, now)]
        await asyncio.to_thread(self._hold, wanted, set(publication_ids) - {each.publication_id for each in wanted})
        read = {each.publication_id for each in documents}
        for each in publication_ids:
            if each in read:
                self._awaited.pop(each, None)
            else:
                self._awaited[each] = None
        while len(self._awaited) > _MOST_AWAITED:
            del self._awaited[next(iter(self._awaited))]

    def _outgrown(self, now: Instant) -> set[str]:
        """What is neither of the last DAYS days nor open any more, looked for once an hour."""
        if now - self._swept_at < _SWEEP_EVERY:
            return set()
        self._swept_at = now
        with self._alone:
            return {each.publication_id for each in self._documents if not _is_wanted(each, now)}

    def _hold(self, documents: Sequence[Document], gone: Iterable[str]) -> None:
        with self._alone:
            self._documents.remove(gone)
            self._documents.put(documents)
            self._masks = None


def _is_wanted(document: Document, now: Instant) -> bool:
    is_open = document.open_until is not None and document.open_until >= now
    return is_open or document.since >= now - timedelta(days=DAYS)


def _together(answers: Iterable[Answer]) -> Bits:
    found = 0
    for answer in answers:
        found |= answer.all
    return found


def _one_a_work(documents: Iterable[Document]) -> Iterator[Document]:
    told = set[str]()
    for document in documents:
        if document.work_id not in told:
            told.add(document.work_id)
            yield document
