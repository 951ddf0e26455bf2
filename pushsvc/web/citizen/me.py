"""`/me`: on one calm page what somebody gets, where, and how; one page for each change. And the ways out of it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC

import sqlalchemy as sa
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from pushsvc.domain.languages import Language
from pushsvc.domain.time import iso
from pushsvc.ledger.history import history
from pushsvc.ledger.stopping import cancel_for_endpoints, cancel_for_subscriber
from pushsvc.operations.sessions import end_sessions_of
from pushsvc.profiles import consent
from pushsvc.profiles.leaving import forget
from pushsvc.profiles.self_service import SOURCE, MyInterest, Myself
from pushsvc.profiles.taking_along import everything_of
from pushsvc.storage.tables.operations import service_messages
from pushsvc.web.citizen.my_facts import told_facts
from pushsvc.web.citizen.my_room import TOO_MANY, MyRoom, back, reader_of, show
from pushsvc.web.citizen.my_settings import resting_until, told_settings
from pushsvc.web.citizen.my_telling import tell
from pushsvc.web.citizen.open_now import still_open
from pushsvc.web.forms import field, forms
from pushsvc.web.gate import COOKIE
from pushsvc.web.pages import SAFE_HEADERS
from pushsvc.web.times import day
from pushsvc.web.words import say

#: What the file of everything holds of the history at most, and how much is read at once.
MOST_TOLD, TOLD_AT_ONCE = 10_000, 200


@dataclass(frozen=True)
class Told:
    """One interest as the page shows it. `number`: how many in the last 30 days."""

    interest: MyInterest
    words: str
    number: int
    hint: str


@dataclass(frozen=True)
class MePages:
    room: MyRoom

    def routes(self) -> list[Route]:
        return [
            Route("/me", self.overview),
            Route("/me/stop", self.ask_stop),
            Route("/me/stop", self.stop, methods=["POST"]),
            Route("/me/data", self.data),
            Route("/me/data.json", self.take_along),
            Route("/me/erase", self.ask_erase),
            Route("/me/erase", self.erase, methods=["POST"]),
            Route("/me/sign-out", self.sign_out, methods=["POST"]),
        ]

    async def overview(self, request: Request) -> Response:
        me, reader = await self.room.me(request), reader_of(request)
        rests = resting_until(me, self.room.clock.now(), self.room.zone_of(me))
        return show(
            request, "me.html", me=me, interests=await self._told(me, reader), facts=told_facts(me, reader),
            settings=told_settings(me, reader), rests=day(rests, reader) if rests else "",
            open_now=await still_open(self.room.lately(), me.profile(), reader, self.room.today(me)),
        )  # fmt: skip

    async def _told(self, me: Myself, reader: Language) -> list[Told]:
        names = await self.room.site_names(me)
        taste = await self.room.lately().foretaste(me.profile(me.interests), reader)
        told = []
        for each in me.interests:
            number = taste.by_interest.get(each.position, 0)
            hint = "" if each.paused else "many" if number > TOO_MANY else "" if number else "none"
            told.append(
                Told(
                    each,
                    tell(each.interest, reader, names, me.places),
                    number,
                    say(reader, f"me.advice.{hint}") if hint else "",
                )
            )
        return told

    async def ask_stop(self, request: Request) -> Response:
        me = await self.room.me(request)
        return show(request, "me_stop.html", me=me)

    async def stop(self, request: Request) -> Response:
        await forms(request).read(request)
        me, now = await self.room.me(request), self.room.clock.now()
        async with self.room.database.write(first=True) as tx:
            stop = await consent.stop_everything(tx, me.subscriber_no, now, SOURCE)
            await cancel_for_endpoints(tx, stop.endpoint_ids, now)
        return back("/me", "stopped")

    async def data(self, request: Request) -> Response:
        await self.room.me(request)
        return show(request, "me_data.html")

    async def take_along(self, request: Request) -> Response:
        """Everything that we know of whoever is signed in, as a file."""
        me = await self.room.me(request)
        known = await everything_of(self.room.database, self.room.vault, self.room.clock, me.subscriber_no)
        known["told"] = await self._all_told(me.subscriber_no)
        on = self.room.clock.now().astimezone(UTC).date().isoformat()
        headers = {**SAFE_HEADERS, "Content-Disposition": f'attachment; filename="my-data-{on}.json"'}
        return Response(json.dumps(known, ensure_ascii=False, indent=2), media_type="application/json", headers=headers)

    async def _all_told(self, subscriber_no: int) -> list[dict[str, str | None]]:
        """What this person was told, newest first, each read in pages so that nobody else waits for long."""
        told: list[dict[str, str | None]] = []
        after = ""
        while len(told) < MOST_TOLD:
            async with self.room.database.read() as tx:
                found = await history(tx, subscriber_no, after=after, most=TOLD_AT_ONCE)
            told += [
                {"at": iso(line.at), "kind": line.kind, "channel": line.channel, "state": line.state, "title": line.title,
                 "url": line.url}
                for line in found.lines
            ]  # fmt: skip
            after = found.after
            if not after:
                break
        return told

    async def ask_erase(self, request: Request) -> Response:
        await self.room.me(request)
        return show(request, "me_erase.html", wrong="")

    async def erase(self, request: Request) -> Response:
        """Forget this person, at once and for good: profile, addresses, what waits, what waits to be said, sessions."""
        form = await forms(request).read(request)
        me, reader, now = await self.room.me(request), reader_of(request), self.room.clock.now()
        if field(form, "sure") != "yes":
            wrong = say(reader, "me.wrong.sure")
            return show(request, "me_erase.html", status=422, answers_a_form=True, wrong=wrong)
        async with self.room.database.write(first=True) as tx:
            await forget(tx, self.room.vault, me.subscriber_id, now)
            await cancel_for_subscriber(tx, me.subscriber_no, now)
            await tx.execute(sa.delete(service_messages).where(service_messages.c.subscriber_no == me.subscriber_no))
            await end_sessions_of(tx, "citizen", str(me.subscriber_no))
        response = show(request, "me_erased.html", answers_a_form=True)
        response.delete_cookie(COOKIE["citizen"], path="/")
        return response

    async def sign_out(self, request: Request) -> Response:
        await forms(request).read(request)
        left: RedirectResponse | Response = await self.room.gate.sign_out(request, "citizen")
        return left
