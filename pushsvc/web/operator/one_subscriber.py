"""`/o/subscribers/person`: somebody asks the office for their data, or to be forgotten. By id, never by a list."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from pushsvc.errors import NotFound
from pushsvc.ledger.history import history
from pushsvc.ledger.stopping import cancel_for_subscriber
from pushsvc.operations import audit
from pushsvc.operations.accounts import Account
from pushsvc.operations.sessions import end_sessions_of
from pushsvc.profiles.known import number_of
from pushsvc.profiles.leaving import forget
from pushsvc.profiles.self_service import myself
from pushsvc.profiles.taking_along import everything_of
from pushsvc.storage.tables.operations import service_messages
from pushsvc.web.forms import field, forms
from pushsvc.web.gate import Gate
from pushsvc.web.operator.confirming import MOST_WHY, Question, ask, console, reader_of
from pushsvc.web.operator.sites import BETWEEN
from pushsvc.web.operator.subscribers import HERE
from pushsvc.web.pages import SAFE_HEADERS
from pushsvc.web.times import day
from pushsvc.web.words import say

PAGE = f"{HERE}/person"
_LONGEST_ID = 100
_TOLD_AT_ONCE, _MOST_TOLD = 500, 10_000


@dataclass(frozen=True)
class OneSubscriberPages:
    gate: Gate
    zone: ZoneInfo

    def routes(self) -> list[Route]:
        return [
            Route(PAGE, self.form),
            Route(f"{PAGE}/export", self.export, methods=["POST"]),
            Route(f"{PAGE}/ask", self.ask, methods=["POST"]),
            Route(f"{PAGE}/erase", self.erase, methods=["POST"]),
        ]

    async def form(self, request: Request) -> Response:
        return self._form(request, await self.gate.account(request, "administer"))

    async def export(self, request: Request) -> Response:
        """The same file that the person can take along by themselves. That it was taken is noted first."""
        form = await forms(request).read(request)
        account = await self.gate.account(request, "administer")
        asked, now = field(form, "id", _LONGEST_ID), self.gate.clock.now()
        try:
            number = await self._number(asked)
            known = await everything_of(self.gate.database, self.gate.vault, self.gate.clock, number)
        except NotFound:
            return self._form(request, account, asked)
        known["told"] = await self._told(number)
        async with self.gate.database.write(first=True) as tx:
            await audit.note(tx, now, account.name, "subscriber exported", f"subscriber {number}", None)
        name = f"subscriber-{number}-{now.astimezone(UTC).date().isoformat()}.json"
        headers = {**SAFE_HEADERS, "Content-Disposition": f'attachment; filename="{name}"'}
        return Response(json.dumps(known, ensure_ascii=False, indent=2), media_type="application/json", headers=headers)

    async def ask(self, request: Request) -> Response:
        form = await forms(request).read(request)
        account, reader = await self.gate.account(request, "administer"), reader_of(request)
        asked = field(form, "id", _LONGEST_ID)
        try:
            number = await self._number(asked)
            async with self.gate.database.read() as tx:
                person = await myself(tx, self.gate.vault, number)
        except NotFound:
            return self._form(request, account, asked)
        named = dict.fromkeys(say(reader, f"channel.{each.channel}") for each in person.addresses)
        channels = BETWEEN[reader].join(named)
        question = Question(
            say(reader, "person.title", id=asked), [say(reader, "person.what"), say(reader, "person.sure")],
            say(reader, "person.button"), f"{PAGE}/erase", PAGE,
            [
                (say(reader, "person.since"), day(person.created_at.astimezone(self.zone).date(), reader)),
                (say(reader, "person.channels"), channels or say(reader, "person.none")),
                (say(reader, "person.interests"), str(len(person.interests))),
            ],
            say(reader, "person.warn"), danger=True, hidden={"id": asked},
        )  # fmt: skip
        return ask(request, account, HERE, question)

    async def erase(self, request: Request) -> Response:
        """Forget the person as they could themselves. The trail keeps their number, which leads to nobody any more."""
        form = await forms(request).read(request)
        account, now = await self.gate.account(request, "administer"), self.gate.clock.now()
        asked, why = field(form, "id", _LONGEST_ID), field(form, "why", MOST_WHY)
        try:
            async with self.gate.database.write(first=True) as tx:
                number = await forget(tx, self.gate.vault, asked, now)
                await cancel_for_subscriber(tx, number, now)
                await tx.execute(sa.delete(service_messages).where(service_messages.c.subscriber_no == number))
                await end_sessions_of(tx, "citizen", str(number))
                detail = {"why": why} if why else None
                await audit.note(tx, now, account.name, "subscriber erased", f"subscriber {number}", detail)
        except NotFound:
            return self._form(request, account, asked)
        return RedirectResponse(f"{HERE}?done=erased", status_code=303)

    async def _number(self, subscriber_id: str) -> int:
        async with self.gate.database.read() as tx:
            number = await number_of(tx, subscriber_id)
        if number is None:
            raise NotFound("no subscriber of this id")
        return number

    async def _told(self, number: int) -> list[dict[str, Any]]:
        """What this person was told, newest first, in pages so that nobody else waits for long."""
        told, after = list[dict[str, Any]](), ""
        while len(told) < _MOST_TOLD:
            async with self.gate.database.read() as tx:
                found = await history(tx, number, after=after, most=_TOLD_AT_ONCE)
            told += [
                {"at": line.at.isoformat(), "kind": line.kind, "channel": line.channel, "state": line.state,
                 "title": line.title, "url": line.url}
                for line in found.lines
            ]  # fmt: skip
            after = found.after
            if not after:
                break
        return told

    def _form(self, request: Request, account: Account, unknown: str | None = None) -> Response:
        return console(
            request, account, HERE, "subscriber.html", status=200 if unknown is None else 404, asked=unknown or "",
            wrong="" if unknown is None else say(reader_of(request), "person.unknown"),
        )  # fmt: skip
