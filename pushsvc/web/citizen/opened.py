"""A message that its reader opened by the token in its link: what it told, read at one moment, for every page of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.requests import Request

from pushsvc.domain.interpretations import Relatives
from pushsvc.domain.languages import Language
from pushsvc.domain.publications import Version
from pushsvc.domain.summaries import Summary, Wording
from pushsvc.ledger.messages import Letter, Told, letter
from pushsvc.publications import loading
from pushsvc.publications.interpretations import relatives
from pushsvc.storage.database import Database
from pushsvc.web.readers import language_of

ReadToken = Callable[[str], str | None]
"""The delivery that a token names; None for a token that is not ours."""


@dataclass(frozen=True)
class Opened:
    """`told` are the notices whose version and summary are there; never empty."""

    letter: Letter
    told: tuple[Told, ...]
    versions: Mapping[str, Version]
    summaries: Mapping[str, Summary]
    standing: Mapping[str, tuple[int, bool]]
    changes: Mapping[tuple[str, int], Mapping[str, str]]
    site_names: Mapping[str, str]
    relatives: Mapping[str, Relatives]
    reader: Language
    token: str

    @property
    def path(self) -> str:
        return f"/m/{self.token}"

    def wording(self, told: Told) -> Wording:
        return self.summaries[told.version_id].wording(self.reader)

    def language(self, told: Told) -> Language:
        """The language that the words are in."""
        summary = self.summaries[told.version_id]
        return self.reader if self.reader in summary.wordings else summary.language

    def state(self, told: Told) -> str:
        """`withdrawn` now; `newer`: it changed since this message; `current`."""
        revision, withdrawn = self.standing.get(told.publication_id, (told.revision, False))
        return "withdrawn" if withdrawn else "newer" if revision > told.revision else "current"


async def open_message(database: Database, read_token: ReadToken, request: Request) -> Opened | None:
    """The message of the token in the request's path; None for a token that is not ours, or a message that is gone."""
    token = request.path_params["token"]
    delivery = read_token(token)
    if delivery is None:
        return None
    async with database.read() as tx:
        found = await letter(tx, delivery)
        return await _opened(tx, found, token, language_of(request, found.language)) if found else None


async def _opened(tx: AsyncConnection, found: Letter, token: str, reader: Language) -> Opened | None:
    versions = await loading.versions(tx, {told.version_id for told in found.told})
    summaries = await loading.summaries(tx, set(versions))
    told = tuple(each for each in found.told if each.version_id in summaries)
    if not told:
        return None
    reasons = (reason for each in told for why in each.reasons.values() for reason in why)
    followed = {reason.removeprefix("site:") for reason in reasons if reason.startswith("site:")}
    return Opened(
        found, told, versions, summaries,
        await loading.standing(tx, {each.publication_id for each in told}),
        await loading.told_changes(tx, {(each.publication_id, each.revision) for each in told}),
        await loading.site_names(tx, {version.site for version in versions.values()} | followed),
        await relatives(tx, {each.publication_id for each in told}), reader, token,
    )  # fmt: skip
