"""What every page of `/me` stands on: who is signed in, and the parts that the pages need."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from pushsvc.clock import Clock
from pushsvc.domain.languages import Language
from pushsvc.domain.ports import Lately, Shared
from pushsvc.errors import NotFound
from pushsvc.profiles.self_service import Myself, myself
from pushsvc.sites.registry import names_and_regions
from pushsvc.storage.database import Database
from pushsvc.storage.vault import Vault
from pushsvc.web.citizen.codes import Codes
from pushsvc.web.gate import Gate, SignInFirst
from pushsvc.web.pages import page
from pushsvc.web.readers import A_YEAR_SECONDS, default_language, is_secure, language_of
from pushsvc.web.words import say

#: Over this many in 30 days, two a day, somebody stops reading: the page says how to ask for less.
TOO_MANY = 60
#: What `?done=` may say; any other word says nothing.
DONE = (
    "added", "changed", "paused", "awake", "removed", "facts", "settings", "address", "moved", "stopped", "gone", "rest",
    "rest_over", "wechat",
)  # fmt: skip


@dataclass(frozen=True)
class MyRoom:
    """The parts that the pages of `/me` share."""

    database: Database
    vault: Vault
    clock: Clock
    gate: Gate
    shared: Shared
    lately: Callable[[], Lately]
    codes: Codes
    zone: ZoneInfo
    base_url: str
    phone: bool
    """Whether a code can reach a phone here."""

    async def me(self, request: Request) -> Myself:
        """Whoever is signed in. Raises SignInFirst, also for a session whose person was erased meanwhile."""
        number = await self.gate.citizen(request)
        try:
            async with self.database.read() as tx:
                return await myself(tx, self.vault, number)
        except NotFound:
            raise SignInFirst("/enter") from None

    async def site_names(self, me: Myself) -> Mapping[str, str]:
        """Who publishes at the sites that this person's interests name."""
        return await self.names_of({site for each in me.interests for site in each.interest.sites})

    async def names_of(self, codes: set[str]) -> Mapping[str, str]:
        if not codes:
            return {}
        async with self.database.read() as tx:
            return {site: name for site, (name, _region) in (await names_and_regions(tx, codes)).items()}

    def zone_of(self, me: Myself) -> ZoneInfo:
        return ZoneInfo(me.timezone) if me.timezone else self.zone

    def today(self, me: Myself) -> date:
        """The day where this person lives."""
        return self.clock.now().astimezone(self.zone_of(me)).date()


def show(request: Request, template: str, *, status: int = 200, answers_a_form: bool = False, **values: Any) -> Response:
    """A page of `/me`, with what the redirect before it has to say."""
    done = request.query_params.get("done", "")
    return page(
        request, template, status=status, answers_a_form=answers_a_form, done=done if done in DONE else "", **values
    )  # fmt: skip


Wrong = list[tuple[str, str]]
"""(the field, the key of the words that say what is wrong), in the order of the page."""


def told_wrong(wrong: Wrong | None, reader: Language) -> dict[str, Any]:
    """What `ui.errors` lists (`wrong_list`), and what stands at each field (`wrong`, empty for a good one)."""
    listed = [(name, say(reader, key)) for name, key in wrong or []]
    at: defaultdict[str, str] = defaultdict(str)
    for name, words in listed:
        at[name] = at[name] or words
    return {"wrong": at, "wrong_list": listed}


def back(to: str, done: str = "") -> RedirectResponse:
    return RedirectResponse(f"{to}?done={done}" if done else to, status_code=303)


def reader_of(request: Request) -> Language:
    return language_of(request, default_language(request))


def missing() -> HTTPException:
    """What is not this person's is not there."""
    return HTTPException(404)


def wear(request: Request, response: Response, language: Language | None, large_print: bool | None) -> None:
    """Keep a person's language and print size in this browser, as at a sign-in. None leaves what the browser has."""
    secure = is_secure(request)
    for name, value in (("lang", language), ("large", None if large_print is None else str(int(large_print)))):
        if value is not None:
            response.set_cookie(name, value, max_age=A_YEAR_SECONDS, httponly=True, samesite="lax", secure=secure)
