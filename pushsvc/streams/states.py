"""What an event makes of its publication: new, changed, the same, withdrawn, or a test that moves nothing.

"The same" means equal to the current state: going back to an earlier text is a change like any other.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any
from urllib.parse import urljoin

from pushsvc.domain.ids import derived_id
from pushsvc.domain.interpretations import Hint, Named
from pushsvc.domain.publications import (
    PublicationEvent,
    Reading,
    RevisionKind,
    Version,
    effective,
    publication_id,
    version_id,
)  # fmt: skip
from pushsvc.domain.records import Output
from pushsvc.domain.time import Instant
from pushsvc.errors import BadInput, InvalidRecord
from pushsvc.publications import store as publications
from pushsvc.publications.interpretations import Said
from pushsvc.publications.store import Changes, Publication, Revision
from pushsvc.sites import store as events
from pushsvc.sites.addresses import canonical
from pushsvc.sites.store import Fate
from pushsvc.storage.advisory import one_after_another
from pushsvc.storage.database import Transaction

#: Servers' clocks differ by less than this: only an event older by more was surely sent before.
CLOCK_SKEW = timedelta(seconds=2)
_OVERTAKEN = "a later event of this address was accepted before this one could be read: that one stands"


WorkKey = Callable[[str, str], str | None]
"""(title, source text) -> the key that copies share; None where the text is too short to tell."""
NameIt = Callable[[Reading, Mapping[str, Any]], Named]
"""(what was read, the declared fields) -> the names of a document and what it says of its interpretation."""


@dataclass(frozen=True)
class Read:
    """An event with what was read from its content; `reading` is None for a withdrawal and for a page still to fetch."""

    event: PublicationEvent
    reading: Reading | None
    work_key: str | None
    fetched: bool
    notes: tuple[str, ...] = ()
    """Plain words for the site on what of it could not be read."""

    @property
    def title(self) -> str:
        """The title that the event itself gives its content: declared, else read."""
        return str(self.event.declared.get("title") or (self.reading.title if self.reading else ""))


@dataclass
class States:
    """The states that a batch began with, moved on event by event, and what is to be written at its end."""

    work_key: WorkKey
    name_it: NameIt
    addresses: dict[str, str]
    current: dict[str, Publication]
    works: dict[str, str]
    fates: dict[str, Fate]
    revisions: dict[str, Revision]
    replayed: set[str]
    changes: Changes = field(default_factory=Changes)
    decided: list[Fate] = field(default_factory=list)
    to_fetch: list[PublicationEvent] = field(default_factory=list)

    @classmethod
    async def load(cls, tx: Transaction, reads: Sequence[Read], work_key: WorkKey, name_it: NameIt) -> States:
        """Reads them, and keeps other workers from these publications and works until the transaction ends.

        A row lock would not do: a publication that is new has no row yet, nor has a work. Every statement after the lock sees
        what the worker before has committed.
        """
        ids = {read.event.event_id for read in reads}
        derived = {read.event.address: publication_id(read.event.address) for read in reads}
        keys = {read.work_key for read in reads if read.work_key}
        await one_after_another(tx, "state", {*derived.values(), *keys})
        addresses = derived | await publications.publications_at(tx, derived)
        if moved := set(addresses.values()) - set(derived.values()):
            await one_after_another(tx, "state", moved)
        return cls(
            work_key,
            name_it,
            addresses,
            await publications.current(tx, set(addresses.values())),
            await publications.works_of(tx, keys),
            await events.fates(tx, ids),
            await publications.revisions_of(tx, ids),
            await events.replayed(tx, ids),
        )

    def decide(self, read: Read) -> list[Output]:
        """What the event makes of its publication. InvalidRecord when it withdraws what was never published."""
        event = read.event
        publication = self.addresses[event.address]
        now = self.current.get(publication)
        fate = self.fates.get(event.event_id)
        if fate is not None and fate.outcome != "test":
            return self._again(event)
        if now and self._is_overtaken(read, now):
            return self._same(event, now, _OVERTAKEN)
        if event.event == "withdrawn":
            return self._withdrawn(event, now)
        if read.reading is None:
            self.to_fetch.append(event)
            return []
        version = self._version(read, read.reading, publication, now)
        if event.test:
            return self._test(event, version, "changed" if now else "new", now, read.reading)
        if now and not now.withdrawn and now.version_id == version.version_id:
            return self._same(event, now)
        return self._moved(read, read.reading, version, now)

    def _is_overtaken(self, read: Read, now: Publication) -> bool:
        """What was fetched, or was dead and is replayed, comes late: a later event of the site has had its say."""
        late = read.fetched or read.event.event_id in self.replayed
        return late and not read.event.test and read.event.received_at < now.accepted_at - CLOCK_SKEW

    def _version(self, read: Read, reading: Reading, publication: str, now: Publication | None) -> Version:
        event = read.event
        declared = effective(now.declared if now else {}, event.declared)
        title = declared.get("title") or reading.title
        return Version(
            version_id=version_id(publication, reading.content_id, declared),
            publication_id=publication,
            content_id=reading.content_id,
            work_id=now.work_id if now else self._work(self._key(read, reading, title), publication),
            site=event.site,
            url=event.url,
            title=title,
            language=declared.get("language") or reading.language,
            declared=declared,
            published_at=_published_at(event, reading, now),
            source_text=reading.source_text,
        )

    def _key(self, read: Read, reading: Reading, title: str) -> str | None:
        # The title may be one that the site declared in an earlier event; then the key read beforehand is another's.
        return read.work_key if title == read.title else self.work_key(title, reading.source_text)

    def _work(self, key: str | None, publication: str) -> str:
        return derived_id("wrk", publication) if key is None else self.works.get(key) or derived_id("wrk", key)

    def _moved(self, read: Read, reading: Reading, version: Version, now: Publication | None) -> list[Output]:
        event = read.event
        self.changes.addresses[event.address] = version.publication_id
        self.changes.readings[version.content_id] = reading
        self.changes.versions.setdefault(version.version_id, version)
        self.changes.said[version.publication_id] = _said(event, version, self.name_it(reading, version.declared))
        key = self._key(read, reading, version.title)
        if key is not None:  # copies of this text join the work that the publication has, from its first day on
            self.changes.works.setdefault(key, self.works.setdefault(key, version.work_id))
        state = Publication(
            publication_id=version.publication_id,
            address=now.address if now else event.address,
            site=event.site,
            work_id=version.work_id,
            declared=version.declared,
            revision=now.revision + 1 if now else 1,
            version_id=version.version_id,
            content_id=version.content_id,
            withdrawn=False,
            published_at=version.published_at,
            published_at_said=event.published_at is not None or bool(now and now.published_at_said),
            first_at=now.first_at if now else event.received_at,
            accepted_at=event.received_at,
        )
        return self._revised(event, state, "changed" if now else "new", now)

    def _withdrawn(self, event: PublicationEvent, now: Publication | None) -> list[Output]:
        if now is None:
            raise InvalidRecord(f"url: nothing was published at {event.address}, so there is nothing to withdraw")
        if event.test:
            return self._test(event, None, "withdrawn", now, None)
        if now.withdrawn:
            return self._same(event, now)
        state = replace(now, withdrawn=True, revision=now.revision + 1, accepted_at=event.received_at)
        return self._revised(event, state, "withdrawn", now)

    def _revised(
        self, event: PublicationEvent, state: Publication, kind: RevisionKind, now: Publication | None
    ) -> list[Output]:
        revision = Revision(
            state.publication_id, state.revision, state.version_id, event.event_id, kind, event.received_at,
            now.version_id if now else None, restored=bool(now and now.withdrawn and kind == "changed"),
        )  # fmt: skip
        self.current[state.publication_id] = self.changes.publications[state.publication_id] = state
        self.changes.revisions.append(revision)
        self.revisions[event.event_id] = revision
        self._note(Fate(event.event_id, kind, state.publication_id, state.version_id, state.revision))
        return [_output(revision)]

    def _same(self, event: PublicationEvent, now: Publication, note: str | None = None) -> list[Output]:
        self._note(Fate(event.event_id, "same", now.publication_id, now.version_id, now.revision, note))
        return []

    def _test(
        self,
        event: PublicationEvent,
        version: Version | None,
        kind: RevisionKind,
        now: Publication | None,
        reading: Reading | None,
    ) -> list[Output]:
        """The version is kept, so that it can be summarised and matched; the publication does not move."""
        if version is not None and reading is not None:
            self.changes.readings[version.content_id] = reading
            self.changes.versions.setdefault(version.version_id, version)
        publication = self.addresses[event.address]
        shown = version.version_id if version else now.version_id if now else ""
        self._note(Fate(event.event_id, "test", publication, shown, 0))
        before = now.version_id if now else None
        revision = Revision(publication, 0, shown, event.event_id, kind, event.received_at, before)
        return [_output(revision, test=True)]

    def _again(self, event: PublicationEvent) -> list[Output]:
        made = self.revisions.get(event.event_id)
        return [] if made is None else [_output(made)]

    def _note(self, fate: Fate) -> None:
        if fate.event_id not in self.fates:
            self.decided.append(fate)
        self.fates[fate.event_id] = fate


def _published_at(event: PublicationEvent, reading: Reading, now: Publication | None) -> Instant:
    """What the site says, now or before; else what the page says; else what was known; else when the event came."""
    said = event.published_at or (now.published_at if now and now.published_at_said else None)
    return said or reading.published_at or (now.published_at if now else None) or event.received_at


def _said(event: PublicationEvent, version: Version, named: Named) -> Said:
    """What the version says of itself and of others, the addresses written as publications are found by."""
    addresses: dict[Hint, str] = {}
    for hint in named.hints:
        if hint.address is not None:
            try:
                addresses[hint] = canonical(urljoin(event.url, hint.address))
            except (BadInput, ValueError):  # no address on the web: a script, a file, a broken link
                continue
    return Said(version.publication_id, event.address, named, addresses)


def _output(revision: Revision, *, test: bool = False) -> Output:
    value = {
        "event_id": revision.event_id,
        "publication_id": revision.publication_id,
        "revision": revision.revision,
        "version_id": revision.version_id,
        "before": revision.before,
        "kind": revision.kind,
        "test": test,
    }
    if revision.restored:
        value["restored"] = True
    return Output("versions", revision.publication_id, value)
