"""A draft read as the pipeline will read it: its version, its summary, and what it changes."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from pushsvc.domain.languages import Language
from pushsvc.domain.publications import Reading, Version, content_id, effective, publication_id, version_id
from pushsvc.domain.summaries import Summary
from pushsvc.domain.time import Instant
from pushsvc.plain import read_html, read_text, summarise
from pushsvc.plain.changes import changed
from pushsvc.publications import loading
from pushsvc.publications import store as publications
from pushsvc.sites.events import CheckedEvent
from pushsvc.sites.registry import Site


@dataclass(frozen=True)
class Before:
    """What stands at the address now. `told` and `waiting`: people who were told of it, or are about to be."""

    version: Version
    summary: Summary
    withdrawn: bool
    publication_id: str


@dataclass(frozen=True)
class Seen:
    """What people will read. `same`: nothing is new; `material`: whoever was told gets a correction that says `change`."""

    version: Version
    summary: Summary
    before: Before | None = None
    same: bool = False
    material: bool = True
    change: Mapping[Language, str] = field(default_factory=dict)


async def standing_at(tx: AsyncConnection, address: str) -> Before | None:
    """What is published at a canonical address; None where nothing is, or where it has not been read yet."""
    named = (await publications.publications_at(tx, [address])).get(address, publication_id(address))
    now = (await publications.current(tx, {named})).get(named)
    if now is None:
        return None
    versions = await loading.versions(tx, [now.version_id])
    summaries = await loading.summaries(tx, [now.version_id])
    if now.version_id not in versions or now.version_id not in summaries:
        return None
    return Before(versions[now.version_id], summaries[now.version_id], now.withdrawn, now.publication_id)


async def read(event: CheckedEvent, site: Site, before: Before | None, now: Instant) -> Seen:
    """Read in a thread, as a long document takes a while. InvalidRecord when no main text is in it."""
    return await asyncio.to_thread(_read, event, site, before, now)


def _read(event: CheckedEvent, site: Site, before: Before | None, now: Instant) -> Seen:
    assert event.body is not None, "a draft holds its content"
    text = event.body.content.decode("utf-8")
    declared = effective(before.version.declared if before else {}, event.declared)
    title = event.declared.get("title")
    reading = read_html(text) if event.body.form == "html" else read_text(text, title)
    version = _version(event, reading, declared, before, now)
    summary = _summary(version, site)
    if before is None or before.withdrawn:
        return Seen(version, summary, before)
    material, told, _urgent = changed(
        before.summary, summary, declared_before=before.version.declared, declared_after=declared,
        before_text=before.version.source_text, after_text=version.source_text,
    )  # fmt: skip
    said: dict[Language, str] = {"zh": told["zh"], "en": told["en"]} if told else {}
    return Seen(version, summary, before, version.version_id == before.version.version_id, material, said)


def _version(
    event: CheckedEvent, reading: Reading, declared: Mapping[str, Any], before: Before | None, now: Instant
) -> Version:
    publication = before.publication_id if before else publication_id(event.address)
    content = content_id(reading.source_text)
    return Version(
        version_id(publication, content, declared), publication, content, "", event.site, event.url,
        declared.get("title") or reading.title, declared.get("language") or reading.language, declared,
        event.published_at or reading.published_at or now, reading.source_text, reading.meta,
    )  # fmt: skip


def _summary(version: Version, site: Site) -> Summary:
    return summarise(version.reading, version.declared, site_region=site.region, issuer=site.organisation)
