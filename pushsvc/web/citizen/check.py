"""`/check`: is this message real? Who types the code of a message hears when we sent it, about what, and to what kind of
address: enough to compare, nothing that the message itself does not say."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from pushsvc.domain.check_codes import read_check_code
from pushsvc.domain.languages import Language
from pushsvc.domain.ports import Shared
from pushsvc.domain.subscribers import Channel
from pushsvc.ledger.check_codes import Sent, find_sent, find_sent_delivery
from pushsvc.ledger.messages import letter
from pushsvc.publications import loading
from pushsvc.storage.database import Database
from pushsvc.storage.vault import Vault
from pushsvc.web.citizen.codes import network_of
from pushsvc.web.forms import field, forms
from pushsvc.web.pages import page
from pushsvc.web.readers import default_language, language_of
from pushsvc.web.times import day
from pushsvc.web.words import say

#: Guesses of one network, and of everybody, within a quarter of an hour.
MOST_OF_A_NETWORK, MOST_OF_ALL, WITHIN_SECONDS = 20, 2_000, 900.0
_LONGEST = 300
_LAST_OF_A_PHONE, _LAST_OF_A_NAME = 4, 2
Contacts = Callable[[AsyncConnection, Iterable[int]], Awaitable[Mapping[int, str]]]
ReadShort = Callable[[AsyncConnection, str], Awaitable[str | None]]
ReadToken = Callable[[str], str | None]


@dataclass(frozen=True)
class CheckPages:
    database: Database
    vault: Vault
    shared: Shared
    contacts: Contacts
    read_short: ReadShort
    read_long: Mapping[str, ReadToken]
    """What a token in an email's link names, by the page that it leads to: "m" and "u"."""
    base_url: str
    zone: ZoneInfo

    def routes(self) -> list[Route]:
        return [Route("/check", self.ask), Route("/check", self.check, methods=["POST"])]

    async def ask(self, request: Request) -> Response:
        return page(request, "check.html", typed="", answer=None, site=self._host)

    async def check(self, request: Request) -> Response:
        form = await forms(request).read(request)
        await self._not_too_many(request)
        reader = language_of(request, default_language(request))
        typed = field(form, "code", _LONGEST)
        answer = await self._answer(typed, reader) if typed else {"state": "empty"}
        return page(request, "check.html", typed=typed, answer=answer, site=self._host, answers_a_form=True)

    async def _answer(self, typed: str, reader: Language) -> dict[str, str]:
        async with self.database.read() as tx:
            sent = await self._find(tx, typed)
            if sent is None:
                return {"state": "foreign" if self._is_foreign(typed) else "ours" if self._is_a_page(typed) else "no"}
            told = await letter(tx, sent.delivery_id)
            summaries = await loading.summaries(tx, {each.version_id for each in told.told} if told else ())
            contact = (await self.contacts(tx, [sent.endpoint_id])).get(sent.endpoint_id, "")
        # In the message's own language: it is to be compared with what the reader has before them.
        known = [summaries[each.version_id] for each in told.told if each.version_id in summaries] if told else []
        about = [summary.wording(told.language).headline for summary in known] if told else []
        return {
            "state": "yes",
            "day": day(sent.at.astimezone(self.zone).date(), reader),
            "about": about[0] if about else "",
            "more": str(len(about) - 1) if len(about) > 1 else "",
            "to": ending(sent.channel, contact, reader),
        }

    async def _find(self, tx: AsyncConnection, typed: str) -> Sent | None:
        """By the code of an email or a page, or by a link of the message: in a text message its end is the code."""
        code = read_check_code(typed)
        sent = await find_sent(tx, code, self.vault.keyed_hash) if code else None
        if sent is None and not self._is_foreign(typed):
            *_, page, token = ["", *urlsplit(typed).path.split("/")]
            read = self.read_long.get(page)
            delivery = read(token) if read else await self.read_short(tx, token.strip())
            sent = await find_sent_delivery(tx, delivery) if delivery else None
        return sent

    def _is_a_page(self, typed: str) -> bool:
        """Whether this is an address of ours, though no message can be told by it: of a welcome, or of /me."""
        return "/" in typed and not self._is_foreign(typed)

    @property
    def _host(self) -> str:
        return urlsplit(self.base_url).netloc

    def _is_foreign(self, typed: str) -> bool:
        """Whether this is the address of a page that is not ours."""
        try:
            parts = urlsplit(typed if "://" in typed else f"https://{typed}")
        except ValueError:
            return True
        return ("/" in typed or "." in typed) and parts.netloc.lower() != self._host.lower()

    async def _not_too_many(self, request: Request) -> None:
        network = network_of(request)
        for key, most in ((f"check from {network}", MOST_OF_A_NETWORK), ("check", MOST_OF_ALL)):
            if wait := await self.shared.attempt(key, most, WITHIN_SECONDS):
                raise HTTPException(429, headers={"Retry-After": str(int(wait) + 1)})


def ending(channel: Channel, address: str, reader: Language) -> str:
    """So much of an address as its owner knows again: the last digits of a number, the end of a mailbox's name."""
    if channel == "sms" and len(address) > _LAST_OF_A_PHONE:
        return say(reader, "check.to.sms", end=address[-_LAST_OF_A_PHONE:])
    name, _, domain = address.rpartition("@")
    if channel == "email" and domain:
        shown = name[-_LAST_OF_A_NAME:] if len(name) > _LAST_OF_A_NAME + 1 else ""
        return say(reader, "check.to.email", end=f"{shown}@{domain}")
    return say(reader, "check.to.wechat" if channel == "wechat" else "check.to.gone")
