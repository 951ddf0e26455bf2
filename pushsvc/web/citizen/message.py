"""`/m/{token}` and `/s/{token}`: the page of a message. Each fact beside its source sentence, and why it was sent."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from pushsvc.domain.languages import Language
from pushsvc.domain.ports import Links
from pushsvc.domain.publications import Version
from pushsvc.domain.summaries import Summary
from pushsvc.ledger.messages import Letter, Told, letter
from pushsvc.publications import loading
from pushsvc.storage.database import Database
from pushsvc.web.citizen.evidence import evidence
from pushsvc.web.pages import SAFE_HEADERS, page, problem_page
from pushsvc.web.readers import language_of
from pushsvc.web.times import day

ReadToken = Callable[[str], str | None]
"""The delivery that a token names; None for a token that is not ours."""
ReadShort = Callable[[AsyncConnection, str], Awaitable[str | None]]


class TellReasons(Protocol):
    """Reasons such as `region:510000` in words, each said once. `site_names` names the sites by their code."""

    def __call__(
        self, reasons: Mapping[str, Iterable[str]], language: Language, site_names: Mapping[str, str] | None = None
    ) -> Sequence[str]: ...


@dataclass(frozen=True)
class _Known:
    """All that the page of one message is made of, read at one moment."""

    versions: Mapping[str, Version]
    summaries: Mapping[str, Summary]
    standing: Mapping[str, tuple[int, bool]]
    changes: Mapping[tuple[str, int], Mapping[str, str]]
    site_names: Mapping[str, str]


@dataclass(frozen=True)
class MessagePages:
    database: Database
    links: Links
    read_token: ReadToken
    read_short: ReadShort
    tell_reasons: TellReasons
    zone: ZoneInfo

    def routes(self) -> list[Route]:
        return [Route("/m/{token}", self.message), Route("/s/{token}", self.short)]

    async def short(self, request: Request) -> Response:
        async with self.database.read() as tx:
            delivery = await self.read_short(tx, request.path_params["token"])
        if not delivery:
            return problem_page(request, 404)
        return RedirectResponse(self.links.message_page(delivery), status_code=302, headers=SAFE_HEADERS)

    async def message(self, request: Request) -> Response:
        delivery = self.read_token(request.path_params["token"])
        async with self.database.read() as tx:
            found = await letter(tx, delivery) if delivery else None
            known = await _known(tx, found) if found else None
        if found is None or known is None:
            return problem_page(request, 404)
        reader = language_of(request, found.language)
        readable = [told for told in found.told if told.version_id in known.versions and told.version_id in known.summaries]
        if not readable:
            return problem_page(request, 404)
        return page(
            request,
            "message.html",
            language=found.language,
            items=[self._item(told, known, reader) for told in readable],
            unsubscribe=self.links.unsubscribe(found.delivery_id),
        )

    def _item(self, told: Told, known: _Known, reader: Language) -> dict[str, Any]:
        version, summary = known.versions[told.version_id], known.summaries[told.version_id]
        wording = summary.wording(reader)
        changed = known.changes.get((told.publication_id, told.revision), {}) if told.kind == "correction" else {}
        published = version.published_at.astimezone(self.zone).date() if version.published_at else None
        return {
            "kind": told.kind,
            "state": _state(told, known),
            "site_name": known.site_names.get(version.site, ""),
            "published": {"iso": published.isoformat(), "said": day(published, reader)} if published else None,
            "headline": wording.headline,
            "language": reader if reader in summary.wordings else summary.language,
            "source_language": summary.language,
            "changed": changed.get(reader, ""),
            "paragraphs": [line for line in wording.text.splitlines() if line.strip()],
            "action": wording.action,
            "url": version.url,
            "eligibility": told.eligibility,
            "evidence": evidence(summary.facts, version.source_text, summary.language, reader),
            "unknown": summary.unknown,
            "reasons": self.tell_reasons(told.reasons, reader, known.site_names),
        }


async def _known(tx: AsyncConnection, found: Letter) -> _Known:
    versions = await loading.versions(tx, {told.version_id for told in found.told})
    reasons = (reason for told in found.told for why in told.reasons.values() for reason in why)
    followed = {reason.removeprefix("site:") for reason in reasons if reason.startswith("site:")}
    return _Known(
        versions,
        await loading.summaries(tx, set(versions)),
        await loading.standing(tx, {told.publication_id for told in found.told}),
        await loading.told_changes(tx, {(told.publication_id, told.revision) for told in found.told}),
        await loading.site_names(tx, {version.site for version in versions.values()} | followed),
    )


def _state(told: Told, known: _Known) -> str:
    """`withdrawn` now; `newer`: it changed since this message; `current`."""
    revision, withdrawn = known.standing.get(told.publication_id, (told.revision, False))
    return "withdrawn" if withdrawn else "newer" if revision > told.revision else "current"
