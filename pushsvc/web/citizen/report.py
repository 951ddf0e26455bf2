"""`/m/{token}/report`: "this is wrong". The reader points at one of our sentences; the operator finds it beside its source."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from pushsvc.clock import Clock
from pushsvc.domain.ports import Shared
from pushsvc.ledger.messages import Told
from pushsvc.operations.reports import MOST_WORDS, file_report
from pushsvc.storage.database import Database
from pushsvc.storage.vault import Vault
from pushsvc.web.citizen.codes import network_of
from pushsvc.web.citizen.evidence import evidence
from pushsvc.web.citizen.opened import Opened, ReadToken, open_message
from pushsvc.web.forms import field, forms
from pushsvc.web.pages import page, problem_page
from pushsvc.web.words import say

#: Reports of one message, and of one network, within an hour.
MOST_OF_A_MESSAGE, MOST_OF_A_NETWORK, WITHIN_SECONDS = 5, 60, 3_600.0
SOMETHING_ELSE = "else"
#: So many items of a digest, and sentences of each, are offered.
_MOST_ITEMS, _MOST_SENTENCES = 20, 20
_SENTENCES = re.compile(r"(?<=[。！？])(?!”)|(?<=[.!?]) +(?=[A-Z“\"])")


@dataclass(frozen=True)
class Sentence:
    """One thing that we said. `key` names it in the form."""

    key: str
    said: str
    told: Told


@dataclass(frozen=True)
class ReportPages:
    database: Database
    vault: Vault
    clock: Clock
    shared: Shared
    read_token: ReadToken

    def routes(self) -> list[Route]:
        return [
            Route("/m/{token}/report", self.ask),
            Route("/m/{token}/report", self.report, methods=["POST"]),
            Route("/m/{token}/report/thanks", self.thanks),
        ]

    async def ask(self, request: Request) -> Response:
        opened = await open_message(self.database, self.read_token, request)
        return self._form(request, opened) if opened else problem_page(request, 404)

    async def report(self, request: Request) -> Response:
        form = await forms(request).read(request)
        opened = await open_message(self.database, self.read_token, request)
        if opened is None:
            return problem_page(request, 404)
        chosen, words = field(form, "sentence", 20), field(form, "words", MOST_WORDS)
        meant = {sentence.key: sentence for sentence in sentences(opened)}
        if chosen == SOMETHING_ELSE and words:
            meant[SOMETHING_ELSE] = Sentence(SOMETHING_ELSE, say(opened.reader, "report.else"), opened.told[0])
        if chosen not in meant:
            wrong = "report.say_what" if chosen == SOMETHING_ELSE else "report.choose"
            return self._form(request, opened, wrong=say(opened.reader, wrong), chosen=chosen, words=words)
        await self._not_too_many(request, opened)
        sentence = meant[chosen]
        async with self.database.write(first=True) as tx:
            await file_report(
                tx, self.vault, self.clock.now(), delivery_id=opened.letter.delivery_id,
                publication_id=sentence.told.publication_id, version_id=sentence.told.version_id,
                sentence=sentence.said, words=words,
            )  # fmt: skip
        return RedirectResponse(f"{opened.path}/report/thanks", status_code=303)

    async def thanks(self, request: Request) -> Response:
        opened = await open_message(self.database, self.read_token, request)
        if opened is None:
            return problem_page(request, 404)
        return page(request, "report_thanks.html", language=opened.letter.language, here=opened.path)

    async def _not_too_many(self, request: Request, opened: Opened) -> None:
        network = network_of(request)
        counted = ((f"report {opened.letter.delivery_id}", MOST_OF_A_MESSAGE), (f"report from {network}", MOST_OF_A_NETWORK))
        for key, most in counted:
            if wait := await self.shared.attempt(key, most, WITHIN_SECONDS):
                raise HTTPException(429, headers={"Retry-After": str(int(wait) + 1)})

    def _form(self, request: Request, opened: Opened, *, wrong: str = "", chosen: str = "", words: str = "") -> Response:
        offered = [(sentence.key, sentence.said) for sentence in sentences(opened)]
        return page(
            request, "report_error.html", status=422 if wrong else 200, language=opened.letter.language,
            sentences=[*offered, (SOMETHING_ELSE, say(opened.reader, "report.else"))], wrong=wrong, chosen=chosen,
            words=words, most=MOST_WORDS, here=opened.path, answers_a_form=bool(wrong),
        )  # fmt: skip


def sentences(opened: Opened) -> list[Sentence]:
    """What the message says, each once: headline, sentences, what to do, and the facts."""
    found = []
    for item, told in enumerate(opened.told[:_MOST_ITEMS], start=1):
        said = dict.fromkeys(_said(opened, told))
        found += [Sentence(f"{item}.{place}", one, told) for place, one in enumerate(list(said)[:_MOST_SENTENCES], start=1)]
    return found


def _said(opened: Opened, told: Told) -> Iterator[str]:
    version, summary, wording = opened.versions[told.version_id], opened.summaries[told.version_id], opened.wording(told)
    yield wording.headline
    yield from (sentence for line in wording.text.splitlines() for sentence in _SENTENCES.split(line) if sentence.strip())
    if wording.action:
        yield wording.action
    for each in evidence(summary.facts, version.source_text, summary.language, opened.reader):
        yield from (say(opened.reader, "report.fact", label=answer.label, value=answer.value) for answer in each.answers)
