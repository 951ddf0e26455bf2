"""`/me/addresses`: where somebody is written to, in order; another one is proved by a code that is sent there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from pushsvc.domain.addresses import normalise_address
from pushsvc.domain.subscribers import Channel
from pushsvc.errors import BadInput, NotFound, TryLater
from pushsvc.ledger.stopping import cancel_for_endpoints
from pushsvc.operations.sessions import end_sessions_of
from pushsvc.profiles import consent
from pushsvc.profiles.agreeing import give_consent
from pushsvc.profiles.fields import MAX_ENDPOINTS
from pushsvc.profiles.own_addresses import move_address, remove_address
from pushsvc.profiles.self_service import SOURCE, MyAddress, Myself, Stale
from pushsvc.profiles.wechat import quotas_of
from pushsvc.web.citizen.codes import LASTS, read_address, read_code
from pushsvc.web.citizen.my_room import MyRoom, back, missing, reader_of, show
from pushsvc.web.forms import field, forms
from pushsvc.web.words import say

HERE = "/me/addresses"
_PENDING = "my_new"
_MOVES: dict[str, Literal[-1, 1]] = {"up": -1, "down": 1}


@dataclass(frozen=True)
class MyAddressPages:
    room: MyRoom
    can_bind: bool = False
    """Whether a WeChat can be joined by a QR code (`my_wechat.py`)."""

    def routes(self) -> list[Route]:
        one = f"{HERE}/{{endpoint:int}}"
        return [
            Route(HERE, self.list),
            Route(f"{HERE}/new", self.new),
            Route(f"{HERE}/new", self.send, methods=["POST"]),
            Route(f"{HERE}/code", self.ask_code),
            Route(f"{HERE}/code", self.prove, methods=["POST"]),
            Route(f"{one}/move", self.move, methods=["POST"]),
            Route(f"{one}/stop", self.ask_stop),
            Route(f"{one}/stop", self.stop, methods=["POST"]),
            Route(f"{one}/remove", self.ask_remove),
            Route(f"{one}/remove", self.remove, methods=["POST"]),
        ]

    async def list(self, request: Request) -> Response:
        return await self._list(request, await self.room.me(request))

    async def move(self, request: Request) -> Response:
        form = await forms(request).read(request)
        me, mine = await self._mine(request)
        by = _MOVES.get(field(form, "to"))
        if by is None:
            raise missing()
        try:
            async with self.room.database.write(first=True) as tx:
                await move_address(
                    tx, self.room.vault, me.subscriber_no, field(form, "made_from"), mine.endpoint_id, by, self.room.clock.now()
                )  # fmt: skip
        except Stale:
            return await self._list(request, await self.room.me(request), stale=True)
        return back(HERE, "moved")

    async def new(self, request: Request) -> Response:
        await self.room.me(request)
        return self._new(request)

    async def send(self, request: Request) -> Response:
        """Send the code. An address that was stopped or is dead is proved again in the same way."""
        form = await forms(request).read(request)
        me, written = await self.room.me(request), field(form, "address", 300)
        try:
            channel, address = _read(field(form, "channel", 10), written)
        except BadInput:
            return self._new(request, written, "address")
        if channel == "sms" and not self.room.phone:
            return self._new(request, written, "no_phone")
        if any((each.channel, each.address) == (channel, address) and each.state == "open" for each in me.addresses):
            return self._new(request, written, "address_twice")
        if len(me.addresses) >= MAX_ENDPOINTS and all(each.address != address for each in me.addresses):
            return self._new(request, written, "addresses_many")
        try:
            await self.room.codes.send(request, "start", channel, address, reader_of(request))
        except TryLater:
            return self._new(request, written, "later")
        response = back(f"{HERE}/code")
        pending = {"for": me.subscriber_no, "channel": channel, "address": address}
        forms(request).keep(request, response, _PENDING, pending, int(LASTS.total_seconds()))
        return response

    async def ask_code(self, request: Request) -> Response:
        me = await self.room.me(request)
        pending = self._pending(request, me)
        return self._code(request, pending[1]) if pending else back(f"{HERE}/new")

    async def prove(self, request: Request) -> Response:
        form = await forms(request).read(request)
        me = await self.room.me(request)
        pending = self._pending(request, me)
        if pending is None:
            return back(f"{HERE}/new")
        channel, address = pending
        code = read_code(field(form, "code", 40))
        try:
            if code is None or not await self.room.codes.prove("start", channel, address, code):
                return self._code(request, address, "code")
        except TryLater:
            return self._code(request, address, "later")
        async with self.room.database.write(first=True) as tx:
            await give_consent(tx, self.room.vault, me.subscriber_no, channel, address, self.room.clock.now(), SOURCE)
        response = back(HERE, "address")
        forms(request).keep(request, response, _PENDING, None)
        return response

    async def ask_stop(self, request: Request) -> Response:
        me, mine = await self._mine(request)
        if mine.state != "open" or me.open_addresses == (mine,):
            return back("/me/stop" if mine.state == "open" else HERE)
        return show(request, "me_address_ask.html", address=mine, asks="stop")

    async def stop(self, request: Request) -> Response:
        await forms(request).read(request)
        me, mine = await self._mine(request)
        if me.open_addresses == (mine,):
            return back("/me/stop")
        now = self.room.clock.now()
        async with self.room.database.write(first=True) as tx:
            stop = await consent.stop_endpoint(tx, mine.endpoint_id, now, SOURCE)
            await cancel_for_endpoints(tx, stop.endpoint_ids, now)
        return back(HERE, "stopped")

    async def ask_remove(self, request: Request) -> Response:
        me, mine = await self._mine(request)
        if me.open_addresses == (mine,):
            return back("/me/stop")
        return show(request, "me_address_ask.html", address=mine, asks="remove")

    async def remove(self, request: Request) -> Response:
        await forms(request).read(request)
        me, mine = await self._mine(request)
        session = await self.room.gate.session(request, "citizen")
        try:
            async with self.room.database.write(first=True) as tx:
                await remove_address(tx, self.room.vault, me.subscriber_no, mine.endpoint_id, self.room.clock.now())
                # Whoever signed in by a code to it is out; this browser stays.
                await end_sessions_of(tx, "citizen", str(me.subscriber_no), but=session.token if session else None)
        except NotFound:
            raise missing() from None
        except BadInput:
            return back("/me/stop")
        return back(HERE, "gone")

    async def _mine(self, request: Request) -> tuple[Myself, MyAddress]:
        me = await self.room.me(request)
        for each in me.addresses:
            if each.endpoint_id == request.path_params["endpoint"]:
                return me, each
        raise missing()

    async def _list(self, request: Request, me: Myself, *, stale: bool = False) -> Response:
        # Only where one agreement is one message does anybody count them.
        async with self.room.database.read() as tx:
            quotas = await quotas_of(tx, [each.endpoint_id for each in me.addresses if each.channel == "wechat"])
        agreed = {endpoint: sum(left.values()) for endpoint, left in quotas.items()}
        return show(
            request, "me_addresses.html", status=409 if stale else 200, answers_a_form=stale, me=me,
            made_from=me.state("addresses"), stale=stale, agreed=agreed, can_bind=self.can_bind,
        )  # fmt: skip

    def _new(self, request: Request, written: str = "", wrong: str = "") -> Response:
        words = say(reader_of(request), f"me.wrong.{wrong}") if wrong else ""
        return show(
            request, "me_address_new.html", status=422 if wrong else 200, answers_a_form=bool(wrong), address=written,
            wrong=words, phone=self.room.phone,
        )  # fmt: skip

    def _code(self, request: Request, address: str, wrong: str = "") -> Response:
        words = say(reader_of(request), f"me.wrong.{wrong}") if wrong else ""
        return show(
            request, "me_code.html", status=422 if wrong else 200, answers_a_form=bool(wrong), address=address, wrong=words,
            action=f"{HERE}/code", again=f"{HERE}/new",
        )  # fmt: skip

    def _pending(self, request: Request, me: Myself) -> tuple[Channel, str] | None:
        kept = forms(request).kept(request, _PENDING)
        if kept.get("for") != me.subscriber_no:
            return None
        try:
            return _read(str(kept.get("channel")), str(kept.get("address")))
        except BadInput:
            return None


def _read(channel: str, written: str) -> tuple[Channel, str]:
    """An email address or a phone number, whichever it is; a WeChat one only where its row says so. BadInput."""
    return ("wechat", normalise_address("wechat", written)) if channel == "wechat" else read_address(written)
