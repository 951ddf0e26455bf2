"""`/u/{token}`: one button, no login. A GET changes nothing, however often; a POST stops, at once.

The token names a delivery, or the endpoint itself (`endpoint:12`) in a message that told no notice, such as a welcome.
"""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from pushsvc.clock import Clock
from pushsvc.ledger.messages import Letter, letter
from pushsvc.ledger.stopping import bring_back, cancel_for_endpoints, cancel_for_subjects
from pushsvc.profiles import consent
from pushsvc.profiles.consent import Stop
from pushsvc.profiles.holders import endpoint_of
from pushsvc.storage.database import Database, Transaction
from pushsvc.storage.vault import Vault
from pushsvc.telemetry import count
from pushsvc.web.citizen.opened import ReadToken
from pushsvc.web.forms import bounded
from pushsvc.web.pages import page, problem_page

SOURCE = "page /u"
#: How a token names an endpoint: it never expires, and does this one thing.
OF_AN_ENDPOINT = "endpoint:"
CHOICES = ("endpoint", "subject", "everything", "undo")
_STOP = "stop"
#: A form of ours has some hundred bytes, the one of a mail program 26.
_LARGEST_FORM = 16 * 1024


@dataclass(frozen=True)
class LeavePages:
    database: Database
    vault: Vault
    clock: Clock
    read_token: ReadToken

    def routes(self) -> list[Route]:
        return [Route("/u/{token}", self.ask, methods=["GET"]), Route("/u/{token}", self.stop, methods=["POST"])]

    async def ask(self, request: Request) -> Response:
        """The question, or, where this address is stopped already, that it is, with the way back."""
        delivery = self.read_token(request.path_params["token"])
        async with self.database.read() as tx:
            found = await _found(tx, delivery) if delivery else None
            closed = await consent.stopped_by(tx, found.endpoint_id) if found else None
        if found is None:
            return problem_page(request, 404)
        done = "endpoint" if closed else ""
        stop = self._token(closed.stop_id) if closed else ""
        return page(
            request, "unsubscribe.html", language=found.language, channel=found.channel, done=done, stop=stop,
            subject=bool(found.told),
        )  # fmt: skip

    async def stop(self, request: Request) -> Response:
        delivery = self.read_token(request.path_params["token"])
        if delivery is None:
            return problem_page(request, 404)
        choice, earlier = await self._asked(request)
        if choice not in CHOICES:
            return problem_page(request, 400)
        async with self.database.write(first=True) as tx:
            found = await _found(tx, delivery)
            if found and choice == "undo" and earlier is None:
                # A form without the stop of the page before: what keeps this address closed is meant.
                closed = await consent.stopped_by(tx, found.endpoint_id)
                earlier = closed.stop_id if closed else None
            stop = await self._do(tx, found, choice, earlier) if found else None
        if found is None or stop is None:
            return problem_page(request, 404)
        count("unsubscribes", what=choice)
        return page(
            request, "unsubscribe.html", language=found.language, channel=found.channel, done=choice,
            stop=self._token(stop.stop_id), subject=bool(found.told), answers_a_form=True,
        )  # fmt: skip

    async def _asked(self, request: Request) -> tuple[str, int | None]:
        """The choice, and the stop that the page before made. HTTPException for a form that cannot be read.

        RFC 8058: a mail program posts `List-Unsubscribe=One-Click`; that, and an empty body, mean the plain button.
        """
        form = await bounded(request, _LARGEST_FORM).form(max_files=0, max_fields=10)
        earlier = self.vault.read_token(_STOP, str(form.get("stop") or ""))
        return str(form.get("choice") or "endpoint"), int(earlier) if earlier else None

    def _token(self, stop_id: int | None) -> str:
        return self.vault.token(_STOP, str(stop_id)) if stop_id is not None else ""

    async def _do(self, tx: Transaction, found: Letter, choice: str, earlier: int | None) -> Stop:
        """What the person chose. `earlier` is the stop that the page before made: another choice stands in its place."""
        now = self.clock.now()
        undone = await consent.undo(tx, earlier, now, SOURCE) if earlier is not None and choice in ("undo", "subject") else None
        if undone and undone.at:
            await bring_back(tx, undone.endpoint_ids, undone.at)
        if choice == "subject":
            positions = {int(position) for told in found.told for position in told.reasons}
            stop = await consent.stop_subject(tx, found.subscriber_no, positions, now, SOURCE)
            await cancel_for_subjects(tx, found.subscriber_no, positions, now)
            return stop
        if choice == "endpoint":
            stop = await consent.stop_endpoint(tx, found.endpoint_id, now, SOURCE)
            await cancel_for_endpoints(tx, stop.endpoint_ids, now)
            return stop
        if choice == "everything":
            stop = await consent.stop_everything(tx, found.subscriber_no, now, SOURCE)
            await cancel_for_endpoints(tx, stop.endpoint_ids, now)
            return stop
        return undone or Stop(None)


async def _found(tx: Transaction, named: str) -> Letter | None:
    """What the token names; None when it is no more."""
    number = named.removeprefix(OF_AN_ENDPOINT)
    if number == named:
        return await letter(tx, named)
    row = await endpoint_of(tx, int(number)) if number.isdecimal() else None
    return Letter("", row[0], int(number), row[1], row[2] or "zh", ()) if row else None
