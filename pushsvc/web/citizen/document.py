"""`/doc/{publication_id}`: one publication in plain words, for everybody: what it says, what shows that, where it stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from pushsvc.domain.languages import Language
from pushsvc.domain.publications import Version
from pushsvc.domain.summaries import Summary
from pushsvc.publications import loading
from pushsvc.storage.database import Database
from pushsvc.storage.tables.publications import publications
from pushsvc.web.citizen.evidence import evidence
from pushsvc.web.pages import page, problem_page
from pushsvc.web.readers import default_language, language_of
from pushsvc.web.times import day


@dataclass(frozen=True)
class DocumentPages:
    database: Database
    zone: ZoneInfo

    def routes(self) -> list[Route]:
        return [Route("/doc/{publication}", self.document)]

    async def document(self, request: Request) -> Response:
        columns = publications.c
        wanted = sa.select(columns.version_id, columns.withdrawn)
        async with self.database.read() as tx:
            asked = wanted.where(columns.publication_id == request.path_params["publication"][:40].replace("\x00", ""))
            row = (await tx.execute(asked)).one_or_none()
            version = (await loading.versions(tx, [row.version_id])).get(row.version_id) if row else None
            summary = (await loading.summaries(tx, [row.version_id])).get(row.version_id) if row else None
            names = await loading.site_names(tx, [version.site]) if version else {}
        if row is None or version is None:
            return problem_page(request, 404)
        reader = language_of(request, default_language(request))
        return page(request, "document.html", withdrawn=row.withdrawn, **self._said(version, summary, names, reader))

    def _said(self, version: Version, summary: Summary | None, names: Mapping[str, str], reader: Language) -> dict[str, Any]:
        on = version.published_at.astimezone(self.zone).date() if version.published_at else None
        wording = summary.wording(reader) if summary else None
        return {
            "site_name": names.get(version.site, version.site),
            "published": {"iso": on.isoformat(), "said": day(on, reader)} if on else None,
            "url": version.url,
            "title": version.title or version.url,
            "source_language": version.language,
            "headline": wording.headline if wording else version.title or version.url,
            "shown_in": reader if summary and reader in summary.wordings else version.language,
            "paragraphs": [line for line in wording.text.splitlines() if line.strip()] if wording else [],
            "action": wording.action if wording else None,
            "evidence": evidence(summary.facts, version.source_text, summary.language, reader) if summary else [],
            "unknown": summary.unknown if summary else (),
        }
