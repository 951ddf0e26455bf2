"""One visit to a feed: ask, read, tell what is new, write down how it stands."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import structlog

from pushsvc.clock import Clock
from pushsvc.domain.time import Instant
from pushsvc.errors import BadInput, NotDurable, NotFound
from pushsvc.sites import registry
from pushsvc.sites.addresses import Address
from pushsvc.sites.feeds import queue
from pushsvc.sites.feeds.client import Answer, FeedClient, Gone, retry_wait
from pushsvc.sites.feeds.items import Feed, NotAFeed, keys_of, newest
from pushsvc.sites.feeds.news import Sighting, Standing, as_event, event_id, findings
from pushsvc.sites.feeds.outcomes import MAX_PARTS, as_before, as_failed, as_read
from pushsvc.sites.feeds.queue import Visit
from pushsvc.sites.feeds.reading import read_feed
from pushsvc.sites.feeds.rhythm import LONGEST
from pushsvc.sites.intake import IdTaken, Intake
from pushsvc.sites.one_request import Refused, Unavailable
from pushsvc.sites.senders import NotYours
from pushsvc.storage.database import Database
from pushsvc.telemetry import count

_PART_SECONDS = 1.0
#: A body of so many bytes is read in a thread, so that the loop goes on meanwhile.
_LARGE = 50_000
_SAME = "sha256 "
_log = structlog.get_logger(__name__)


class Visitor:
    """Makes visits. What is new goes through the intake, as an event of the site would."""

    def __init__(self, database: Database, clock: Clock, client: FeedClient, intake: Intake) -> None:
        self._database, self._clock, self._client, self._intake = database, clock, client, intake

    async def visit(self, visit: Visit) -> str:
        """Asks one feed and writes down what came of it. Gives the outcome: same, changed, failing, refused, gone, lost.

        Never raises for what a server does. NotDurable when it cannot be written now: the lease runs out, and the feed is
        asked again.
        """
        try:
            outcome = await self._visit(visit)
        except Refused as error:
            outcome = await self._fault(visit, "refused", str(error), LONGEST)
        except Gone as error:
            outcome = await self._fault(visit, "gone", str(error), LONGEST)
        except Unavailable as error:
            outcome = await self._fault(visit, "failing", str(error), retry_wait(error))
        except NotAFeed as error:
            outcome = await self._fault(visit, "failing", f"what came is no feed: {error}")
        except (NotDurable, asyncio.CancelledError):
            raise
        except Exception as error:
            _log.exception("feed_visit_failed", feed_id=visit.feed_id)
            outcome = await self._fault(visit, "failing", f"an error of our own: {type(error).__name__}")
        count("feeds_asked", outcome=outcome)
        return outcome

    async def _visit(self, visit: Visit) -> str:
        mark = (visit.etag or "").removeprefix(_SAME) if (visit.etag or "").startswith(_SAME) else None
        answer = await self._client.ask(
            visit.url, self._owns(visit.site), etag=None if mark else visit.etag, modified=visit.modified
        )
        body_mark = hashlib.sha256(answer.body or b"").hexdigest()
        if answer.body is None or body_mark == mark:
            return await self._unchanged(visit, answer)
        feed = await self._read(visit, answer)
        if not feed.items and visit.items:
            why = "; ".join(f"{number} left out, because {reason}" for reason, number in feed.skipped.items())
            raise NotAFeed(f"it lists nothing, and listed {visit.items} entries before {f'({why})' if why else ''}".strip())
        if feed.kind == "sitemap index":
            # It may stay as it is while its sitemaps change.
            answer = replace(answer, etag=None, modified=None)
        elif answer.etag is None and answer.modified is None:
            # Most Chinese servers give neither: then the bytes themselves say whether anything has changed.
            answer = replace(answer, etag=_SAME + body_mark)
        return await self._found(visit, answer, feed)

    async def _read(self, visit: Visit, answer: Answer) -> Feed:
        feed = await _parsed(answer)
        if feed.kind != "sitemap index":
            return feed
        read = []
        for part in feed.parts[:MAX_PARTS]:
            await asyncio.sleep(_PART_SECONDS)
            read.append(await _parsed(await self._client.ask(part, self._owns(visit.site))))
        # Which sitemaps are read moves: without a date, an entry of another one would look new.
        items = [item for each in read for item in each.items if item.dated]
        return replace(feed, items=newest(items))

    async def _unchanged(self, visit: Visit, answer: Answer) -> str:
        now = self._clock.now()
        async with self._database.write() as tx:
            return "same" if await queue.visited(tx, visit, now, as_before(visit, answer, now), ()) else "lost"

    async def _found(self, visit: Visit, answer: Answer, feed: Feed) -> str:
        now, present = self._clock.now(), {key for key, _ in keys_of(feed.items)}
        async with self._database.read() as tx:
            known = await queue.known_items(tx, visit.feed_id, present)
        found = findings(feed, Standing(visit.visited, visit.items == 0, known))
        told, refused = await self._tell(visit, found.seen, now)
        values = as_read(visit, answer, feed, found, told, refused, now)
        async with self._database.write() as tx:
            kept = await queue.visited(tx, visit, now, values, [(each.key, each.fingerprint) for each in found.seen])
            if kept and told:
                await queue.forget_items(tx, visit.feed_id, present, now)
        return ("changed" if told else "same") if kept else "lost"

    async def _tell(self, visit: Visit, seen: Sequence[Sighting], now: Instant) -> tuple[int, list[str]]:
        """How many events were made, and why entries were refused.

        The id of an event is derived from what the entry says: when the process dies before it is noted as seen, the next
        visit sends the same event again, and that is a repeat.
        """
        told, refused = 0, []
        for each in seen:
            if each.event is None:
                continue
            name = event_id(visit.feed_id, each)
            try:
                await self._intake.send(as_event(each, now), site=visit.site, origin="feed", webhook_id=name)
                told += 1
            except IdTaken:
                told += 1  # sent before, when its date still lay ahead
            except (NotYours, BadInput, NotFound) as error:
                refused.append(str(error))
        return told, refused

    async def _fault(self, visit: Visit, state: str, reason: str, wait: timedelta = timedelta()) -> str:
        now = self._clock.now()
        async with self._database.write() as tx:
            kept = await queue.visited(tx, visit, now, as_failed(visit, state, reason, wait, now), ())
        return state if kept else "lost"

    def _owns(self, site: str) -> Any:
        async def owns(address: Address) -> bool:
            async with self._database.read() as tx:
                return await registry.owner_of(tx, address) == site

        return owns


async def _parsed(answer: Answer) -> Feed:
    body = answer.body or b""
    if len(body) < _LARGE:
        return read_feed(body, answer.charset, answer.url)
    return await asyncio.to_thread(read_feed, body, answer.charset, answer.url)
