"""`/m/{token}` and `/s/{token}`: the page of a message. Each fact beside its source sentence, and why it was sent."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from pushsvc.domain.languages import Language
from pushsvc.domain.ports import Links
from pushsvc.domain.publications import Version
from pushsvc.domain.spans import sentence_around
from pushsvc.domain.summaries import Fact, Summary
from pushsvc.ledger.messages import Told, letter
from pushsvc.publications import loading
from pushsvc.storage.database import Database
from pushsvc.web.pages import language_of, page, problem_page
from pushsvc.web.words import say

ReadToken = Callable[[str], str | None]
"""The delivery that a token names; None for a token that is not ours."""
ReadShort = Callable[[AsyncConnection, str], Awaitable[str | None]]
TellReason = Callable[[str, Language], str]
"""A reason such as `region:510000` in words."""

#: A page is read, not studied: so many facts are shown, the proved ones first.
_MOST_FACTS = 12


@dataclass(frozen=True)
class MessagePages:
    database: Database
    links: Links
    read_token: ReadToken
    read_short: ReadShort
    tell_reason: TellReason
    language: Language = "zh"

    def routes(self) -> list[Route]:
        return [Route("/m/{token}", self.message), Route("/s/{token}", self.short)]

    async def short(self, request: Request) -> Response:
        async with self.database.read() as tx:
            delivery = await self.read_short(tx, request.path_params["token"])
        return RedirectResponse(self.links.message_page(delivery)) if delivery else problem_page(request, 404)

    async def message(self, request: Request) -> Response:
        delivery = self.read_token(request.path_params["token"])
        async with self.database.read() as tx:
            found = await letter(tx, delivery) if delivery else None
            if found is None or not found.told:
                return problem_page(request, 404)
            versions = await loading.versions(tx, {told.version_id for told in found.told})
            summaries = await loading.summaries(tx, set(versions))
            standing = await loading.standing(tx, {told.publication_id for told in found.told})
            changes = await loading.told_changes(tx, {(told.publication_id, told.revision) for told in found.told})
            names = await loading.site_names(tx, {version.site for version in versions.values()})
        reader = language_of(request, found.language)
        items = [
            self._item(told, versions, summaries, standing, changes, names, reader)
            for told in found.told
            if told.version_id in versions and told.version_id in summaries
        ]
        return page(
            request, "message.html", language=found.language, items=items, unsubscribe=self.links.unsubscribe(found.delivery_id)
        )

    def _item(
        self,
        told: Told,
        versions: Mapping[str, Version],
        summaries: Mapping[str, Summary],
        standing: Mapping[str, tuple[int, bool]],
        changes: Mapping[tuple[str, int], Mapping[str, str]],
        names: Mapping[str, str],
        reader: Language,
    ) -> dict[str, Any]:
        version, summary = versions[told.version_id], summaries[told.version_id]
        wording = summary.wording(reader)
        revision, withdrawn = standing.get(told.publication_id, (told.revision, False))
        changed = changes.get((told.publication_id, told.revision), {}) if told.kind == "correction" else {}
        return {
            "kind": told.kind,
            "state": "withdrawn" if withdrawn else "newer" if revision > told.revision else "current",
            "site_name": names.get(version.site, ""),
            "published": version.published_at.date().isoformat() if version.published_at else "",
            "headline": wording.headline,
            "language": reader if reader in summary.wordings else summary.language,
            "source_language": summary.language,
            "changed": changed.get(reader, ""),
            "paragraphs": [line for line in wording.text.splitlines() if line.strip()],
            "action": wording.action,
            "url": version.url,
            "eligibility": told.eligibility,
            "facts": [_shown(fact, version.source_text, reader) for fact in _chosen(summary.facts)],
            "unknown": summary.unknown,
            "reasons": _in_words(told.reasons, reader, self.tell_reason),
        }


def _chosen(facts: Sequence[Fact]) -> list[Fact]:
    """The proved facts first, each value once, in the order of the text."""
    seen: set[tuple[str, str]] = set()
    chosen = []
    for fact in sorted(facts, key=lambda fact: (fact.role is None, fact.start)):
        if (fact.kind, str(fact.value)) not in seen:
            seen.add((fact.kind, str(fact.value)))
            chosen.append(fact)
    return sorted(chosen[:_MOST_FACTS], key=lambda fact: fact.start)


def _shown(fact: Fact, source_text: str, reader: Language) -> dict[str, str]:
    before, after = sentence_around(source_text, fact.start, fact.end)
    return {"label": say(reader, f"fact.{fact.kind}"), "raw": fact.raw, "before": before, "after": after}


def _in_words(reasons: Mapping[str, Sequence[str]], reader: Language, tell: TellReason) -> list[str]:
    said = [tell(reason, reader) for why in reasons.values() for reason in why]
    return [line for line in dict.fromkeys(said) if line]
