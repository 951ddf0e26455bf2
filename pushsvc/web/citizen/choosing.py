"""One mailbox, several people: whoever proved it says who they are. The rule is told in `profiles.holders`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from pushsvc.domain.languages import Language
from pushsvc.domain.subscribers import Channel
from pushsvc.domain.time import from_micros, to_micros
from pushsvc.profiles.holders import Holder, holders
from pushsvc.taxonomy.finding import place_words
from pushsvc.web.citizen.codes import Purpose
from pushsvc.web.citizen.start import reader_of
from pushsvc.web.forms import field, forms
from pushsvc.web.gate import Gate
from pushsvc.web.pages import page
from pushsvc.web.words import say

COOKIE = "proved"
#: The number that stands for a person who is not known yet.
NEW = 0
LASTS = timedelta(minutes=10)


@dataclass(frozen=True)
class Proof:
    """An address that its code has just proved in this browser. `next`: where signing in leads."""

    purpose: Purpose
    channel: Channel
    address: str
    next: str = ""


@dataclass(frozen=True)
class Choosing:
    gate: Gate

    def ask(self, request: Request, proof: Proof) -> Response:
        """Keep the proof for ten minutes and ask."""
        response = RedirectResponse(f"/{proof.purpose}/who", status_code=303)
        kept = {"purpose": proof.purpose, "channel": proof.channel, "address": proof.address, "next": proof.next}
        kept["at"] = str(to_micros(self.gate.clock.now()))
        forms(request).keep(request, response, COOKIE, kept, seconds=int(LASTS.total_seconds()))
        return response

    async def page(self, request: Request, purpose: Purpose, wrong: str = "") -> Response:
        proof = self._proof(request, purpose)
        if proof is None:
            return RedirectResponse(f"/{purpose}", status_code=303)
        reader = reader_of(request)
        options = [(str(each.subscriber_no), holder_words(each, reader), "") for each in await self._holders(proof)]
        if purpose == "start":
            options.append((str(NEW), say(reader, "start.who.new"), say(reader, "start.who.new_hint")))
        return page(
            request, "start_who.html", status=422 if wrong else 200, answers_a_form=bool(wrong), options=options,
            wrong=wrong, action=f"/{purpose}/who",
        )  # fmt: skip

    async def chosen(self, request: Request, purpose: Purpose) -> tuple[Proof, int] | Response:
        """Who was chosen; a page where nobody was, or where the proof is too old."""
        form = await forms(request).read(request)
        proof = self._proof(request, purpose)
        if proof is None:
            return RedirectResponse(f"/{purpose}", status_code=303)
        said = field(form, "who", 20)
        allowed = {str(each.subscriber_no) for each in await self._holders(proof)} | (
            {str(NEW)} if purpose == "start" else set()
        )
        if said not in allowed:
            return await self.page(request, purpose, say(reader_of(request), "start.who.missing"))
        return proof, int(said)

    def forget(self, request: Request, response: Response) -> None:
        forms(request).keep(request, response, COOKIE, None)

    def _proof(self, request: Request, purpose: Purpose) -> Proof | None:
        kept: dict[str, Any] = forms(request).kept(request, COOKIE)
        if kept.get("purpose") != purpose or self.gate.clock.now() > from_micros(int(kept["at"])) + LASTS:
            return None
        return Proof(purpose, kept["channel"], kept["address"], kept["next"])

    async def _holders(self, proof: Proof) -> tuple[Holder, ...]:
        async with self.gate.database.read() as tx:
            return await holders(tx, self.gate.vault, proof.channel, proof.address)


def holder_words(holder: Holder, reader: Language) -> str:
    """Somebody at a shared address, told apart by what whoever reads there may know."""
    places = ("、" if reader == "zh" else "; ").join(place_words(code, reader) for code in holder.places[:3])
    kind = say(reader, f"start.who.kind.{holder.kind}")
    return say(reader, "start.who.one", kind=kind, places=places or say(reader, "start.who.nowhere"), number=holder.interests)
