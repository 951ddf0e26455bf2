"""`/m/{token}/not-for-me`: which of my interests brought this, and how it could ask for less. A GET only shows.

Each choice says what it would have spared in the last days, and every change can be taken back on the page that follows it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from pushsvc.clock import Clock
from pushsvc.domain.ports import Lately
from pushsvc.domain.subscribers import Profile
from pushsvc.errors import BadInput
from pushsvc.ledger.messages import Told
from pushsvc.ledger.stopping import cancel_for_subjects
from pushsvc.profiles import narrowed
from pushsvc.profiles.narrowed import WayBack
from pushsvc.profiles.narrowing import contradicts, without
from pushsvc.profiles.reading import profiles_of
from pushsvc.storage.database import Database, Transaction
from pushsvc.storage.vault import Vault
from pushsvc.web.citizen.causes import END, OWN_WORD, REST, Cause, Choice, QuestionOf, causes_of, with_spared
from pushsvc.web.citizen.message import TellReasons
from pushsvc.web.citizen.opened import Opened, ReadToken, open_message
from pushsvc.web.forms import field, forms
from pushsvc.web.pages import page, problem_page
from pushsvc.web.words import say

SOURCE = "page /m not for me"
_LONGEST_WORD = 40


@dataclass(frozen=True)
class NotForMePages:
    database: Database
    vault: Vault
    clock: Clock
    lately: Lately
    read_token: ReadToken
    tell_reasons: TellReasons
    question_of: QuestionOf

    def routes(self) -> list[Route]:
        return [
            Route("/m/{token}/not-for-me", self.ask),
            Route("/m/{token}/not-for-me", self.narrow, methods=["POST"]),
        ]

    async def ask(self, request: Request) -> Response:
        opened = await open_message(self.database, self.read_token, request)
        told = _item(opened, request.query_params.get("item", "1"))
        return await self._choices(request, opened, told) if opened and told else problem_page(request, 404)

    async def narrow(self, request: Request) -> Response:
        form = await forms(request).read(request)
        opened = await open_message(self.database, self.read_token, request)
        told = _item(opened, field(form, "item", 4) or "1")
        if opened is None or told is None:
            return problem_page(request, 404)
        if undo := field(form, "undo", 20_000):
            return await self._undone(request, opened, undo)
        chosen, word = field(form, "choice", 200), field(form, "word", _LONGEST_WORD)
        _profile, causes = await self._causes(opened, told)
        picked = next(((cause, choice) for cause in causes for choice in cause.choices if choice.key == chosen), None)
        if picked is None:
            return await self._choices(request, opened, told, wrong="nfm.choose")
        cause, choice = picked
        if choice.how == OWN_WORD:
            if contradicts(cause.interest, word) or not word:
                return await self._choices(request, opened, told, wrong="nfm.word_wrong" if word else "nfm.word_missing")
            try:
                choice = Choice(choice.key, "without", without(cause.interest, word).interest, word)
            except BadInput:
                return await self._choices(request, opened, told, wrong="nfm.word_wrong")
        way = await self._save(opened, cause, choice)
        if way is None:
            return await self._choices(request, opened, told, wrong="nfm.changed")
        return self._done(request, opened, "done", choice, self._token(opened, way))

    async def _save(self, opened: Opened, cause: Cause, choice: Choice) -> WayBack | None:
        now, person = self.clock.now(), opened.letter.subscriber_no
        async with self.database.write(first=True) as tx:
            way = await _apply(tx, person, cause, choice, self.clock)
            if way and choice.how in (REST, END):
                await cancel_for_subjects(tx, person, {cause.position}, now)
        return way

    async def _undone(self, request: Request, opened: Opened, token: str) -> Response:
        written = self.vault.read_token(self._purpose(opened), token)
        if written is None:
            return problem_page(request, 400)
        async with self.database.write(first=True) as tx:
            done = await narrowed.take_back(tx, WayBack(**json.loads(written)), self.clock.now(), SOURCE)
        return self._done(request, opened, "undone" if done else "too_late", None, "")

    def _done(self, request: Request, opened: Opened, what: str, choice: Choice | None, undo: str) -> Response:
        said = choice.words(opened) if choice else ""
        return page(
            request, "not_for_me_done.html", language=opened.letter.language, what=what, said=said, undo=undo,
            here=opened.path, answers_a_form=True,
        )  # fmt: skip

    async def _choices(self, request: Request, opened: Opened, told: Told, wrong: str = "") -> Response:
        profile, causes = await self._causes(opened, told)
        written_in = opened.summaries[told.version_id].language
        shown: list[dict[str, Any]] = []
        if profile:
            spared = await with_spared(self.lately, self.question_of(opened, told), profile, causes, opened.reader)
            shown = [
                {
                    "why": self.tell_reasons({str(cause.position): cause.reasons}, opened.reader, opened.site_names),
                    "options": [(choice.key, choice.words(opened), hint) for choice, hint in spared[cause.position]],
                }
                for cause in causes
            ]
        return page(
            request, "not_for_me.html", status=422 if wrong else 200, language=opened.letter.language,
            headline=opened.wording(told).headline, headline_language=opened.language(told), causes=shown,
            title=opened.versions[told.version_id].title if written_in != opened.reader else "", title_language=written_in,
            wrong=say(opened.reader, wrong) if wrong else "", own=OWN_WORD, longest=_LONGEST_WORD,
            item=opened.told.index(told) + 1, here=opened.path, answers_a_form=bool(wrong),
        )  # fmt: skip

    async def _causes(self, opened: Opened, told: Told) -> tuple[Profile | None, list[Cause]]:
        person = opened.letter.subscriber_no
        async with self.database.read() as tx:
            profile = next(iter(await profiles_of(tx, [person])), None)
        return profile, causes_of(profile, told, opened, self.question_of(opened, told)) if profile else []

    def _token(self, opened: Opened, way: WayBack) -> str:
        return self.vault.token(self._purpose(opened), json.dumps(way.to_json(), ensure_ascii=False))

    def _purpose(self, opened: Opened) -> str:
        return f"narrowing {opened.letter.delivery_id}"


async def _apply(tx: Transaction, person: int, cause: Cause, choice: Choice, clock: Clock) -> WayBack | None:
    now = clock.now()
    if choice.how == REST:
        return await narrowed.rest(tx, person, cause.position, cause.interest, now, SOURCE)
    if choice.how == END:
        return await narrowed.end(tx, person, cause.position, cause.interest, now)
    assert choice.interest is not None, "a choice that narrows has the narrower question"
    return await narrowed.narrow(tx, person, cause.position, cause.interest, choice.interest, now)


def _item(opened: Opened | None, written: str) -> Told | None:
    """The item that a digest's link names, counted from 1."""
    place = int(written) - 1 if written.isdecimal() and len(written) < len("1000") else -1
    return opened.told[place] if opened and 0 <= place < len(opened.told) else None
