"""`/o/dlq`: the records that could not be worked on, by cause, and trying them again."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from pushsvc.domain.languages import Language
from pushsvc.errors import NotFound
from pushsvc.operations.accounts import Account
from pushsvc.storage.database import Transaction
from pushsvc.web.forms import field, forms
from pushsvc.web.operator.confirming import (
    MOST_WHY,
    Question,
    ask,
    console,
    count_of,
    done,
    done_words,
    reader_of,
    say_many,
    sentences,
)
from pushsvc.web.operator.mending import Desk
from pushsvc.web.words import say

HERE = "/o/dlq"
LISTED = 50
#: Letters that one transaction puts back: the writer is never held for long.
AT_ONCE = 200
_HIGHEST_ID = 2**63 - 1


class Letters(Protocol):
    """The dead letters, which lie in another room: see `streams/dead_causes.py` and `streams/dead_letters.py`."""

    async def causes(self, tx: AsyncConnection, *, since: int = 0) -> Sequence[Any]: ...

    async def cause(self, tx: AsyncConnection, key: str) -> Any: ...

    async def show(self, tx: AsyncConnection, letter: int) -> Any: ...

    async def listed(self, tx: AsyncConnection, letters: Sequence[int]) -> Sequence[Any]: ...

    async def replay(self, tx: Transaction, letters: Sequence[int], *, dry_run: bool) -> Mapping[str, int]:
        """How many letters by what was done with each; see `streams.dead_letters.Verdict`."""
        ...

    def ring(self) -> None: ...


@dataclass(frozen=True)
class DlqPages:
    desk: Desk
    letters: Letters

    def routes(self) -> list[Route]:
        return [
            Route(HERE, self.overview),
            Route(f"{HERE}/letter/{{letter:int}}", self.letter),
            Route(f"{HERE}/letter/{{letter:int}}/replay", self.ask_one),
            Route(f"{HERE}/letter/{{letter:int}}/replay", self.replay_one, methods=["POST"]),
            Route(f"{HERE}/{{cause}}", self.look),
            Route(f"{HERE}/{{cause}}/replay", self.ask_all),
            Route(f"{HERE}/{{cause}}/replay", self.replay_all, methods=["POST"]),
        ]

    async def overview(self, request: Request) -> Response:
        account, reader = await self.desk.account(request), reader_of(request)
        since = request.query_params.get("since", "")
        tried = int(since) if since.isascii() and since.isdigit() and len(since) < len(str(_HIGHEST_ID)) else None
        async with self.desk.database.read() as tx:
            found = await self.letters.causes(tx)
            again = await self.letters.causes(tx, since=tried) if tried is not None else ()
        return console(
            request, account, HERE, "dlq.html",
            causes=[self._cause(one, reader) for one in found], again=[self._cause(one, reader) for one in again],
            tried=tried is not None,
            again_at=f"{HERE}?since={tried}", done=done_words(request),
        )  # fmt: skip

    async def look(self, request: Request) -> Response:
        account, reader = await self.desk.account(request), reader_of(request)
        async with self.desk.database.read() as tx:
            cause = await self._found(tx, request)
            example = await self.letters.show(tx, cause.example)
            listed = await self.letters.listed(tx, cause.letters[-LISTED:])
        return console(
            request, account, HERE, "dlq_cause.html", cause=self._cause(cause, reader),
            example=json.dumps(example.value, ensure_ascii=False, indent=2),
            letters=[self._letter(one, reader) for one in listed], more=max(0, len(cause.letters) - LISTED),
        )  # fmt: skip

    async def letter(self, request: Request) -> Response:
        account, reader = await self.desk.account(request), reader_of(request)
        async with self.desk.database.read() as tx:
            one = await self._one(tx, request)
        record = json.dumps(one.value, ensure_ascii=False, indent=2)
        return console(request, account, HERE, "dlq_letter.html", letter=self._letter(one, reader), record=record)

    async def ask_all(self, request: Request) -> Response:
        account, reader = await self.desk.account(request), reader_of(request)
        async with self.desk.database.read() as tx:
            cause = await self._found(tx, request)
            would = await self._replay(tx, cause.letters, dry_run=True)
        title = say_many(reader, "dlq.replay_title", len(cause.letters))
        more = [say_many(reader, "dlq.again", cause.again) if cause.again else ""]
        question = self._question(reader, title, would, request.url.path, f"{HERE}/{cause.key}", more)
        return ask(request, account, HERE, question)

    async def ask_one(self, request: Request) -> Response:
        account, reader = await self.desk.account(request), reader_of(request)
        async with self.desk.database.read() as tx:
            one = await self._one(tx, request)
            would = await self._replay(tx, [one.dead_letter_id], dry_run=True)
        title = say(reader, "dlq.replay_one_title", id=one.dead_letter_id)
        question = self._question(reader, title, would, request.url.path, f"{HERE}/letter/{one.dead_letter_id}", [one.reason])
        return ask(request, account, HERE, question)

    async def replay_all(self, request: Request) -> Response:
        form = await forms(request).read(request)
        account = await self.desk.account(request)
        async with self.desk.database.read() as tx:
            cause = await self.letters.cause(tx, request.path_params["cause"])
        if cause is None:  # somebody else has done it, a moment ago
            return done(HERE, "already")
        return await self._do(account, cause.letters, f"{cause.stage}: {cause.reason}"[:300], field(form, "why", MOST_WHY))

    async def replay_one(self, request: Request) -> Response:
        form = await forms(request).read(request)
        account = await self.desk.account(request)
        async with self.desk.database.read() as tx:
            one = await self._one(tx, request)
        return await self._do(account, [one.dead_letter_id], str(one.dead_letter_id), field(form, "why", MOST_WHY))

    async def _do(self, account: Account, letters: Sequence[int], subject: str, why: str) -> Response:
        replayed = 0
        async with self.desk.database.read() as tx:
            newest = max((cause.letters[-1] for cause in await self.letters.causes(tx)), default=0)
        for start in range(0, len(letters), AT_ONCE):
            async with self.desk.database.write() as tx:
                these = await self.letters.replay(tx, letters[start : start + AT_ONCE], dry_run=False)
                if these.get("replayed") and not replayed:
                    await self.desk.note(tx, account, "dead letters replayed", subject, why, {"letters": len(letters)})
            replayed += these.get("replayed", 0)
        self.letters.ring()
        return done(HERE, "replayed", replayed, since=newest) if replayed else done(HERE, "already")

    async def _replay(self, tx: AsyncConnection, letters: Sequence[int], *, dry_run: bool) -> Mapping[str, int]:
        would: Counter[str] = Counter()
        for start in range(0, len(letters), AT_ONCE):
            would.update(await self.letters.replay(tx, letters[start : start + AT_ONCE], dry_run=dry_run))
        return would

    def _question(
        self, reader: Language, title: str, would: Mapping[str, int], action: str, back: str, more: Sequence[str]
    ) -> Question:
        ready, unreadable = would.get("would be replayed", 0), would.get("cannot be read", 0)
        what = sentences(
            say_many(reader, "dlq.would", ready) if ready else say(reader, "dlq.nothing_to_replay"),
            say_many(reader, "dlq.would_not", unreadable) if unreadable else "",
            more,
            say(reader, "dlq.harmless") if ready else "",
        )
        return Question(title, what, say(reader, "dlq.button"), action if ready else "", back)

    async def _found(self, tx: AsyncConnection, request: Request) -> Any:
        cause = await self.letters.cause(tx, request.path_params["cause"])
        if cause is None:
            raise HTTPException(404)
        return cause

    async def _one(self, tx: AsyncConnection, request: Request) -> Any:
        try:
            return await self.letters.show(tx, min(request.path_params["letter"], _HIGHEST_ID))
        except NotFound:
            raise HTTPException(404) from None

    def _cause(self, cause: Any, reader: Language) -> dict[str, Any]:
        return {
            "href": f"{HERE}/{cause.key}",
            "stage": say(reader, f"stage.{cause.stage}"),
            "title": say(reader, f"dlq.kind.{cause.kind}"),
            "mend": say(reader, f"dlq.mend.{cause.kind}"),
            "reason": cause.said,
            "many": count_of(reader, "records", len(cause.letters)),
            "oldest": self.desk.when(cause.oldest, reader),
            "newest": self.desk.when(cause.newest, reader),
            "again": say_many(reader, "dlq.again", cause.again) if cause.again else "",
            "readable": cause.kind != "unreadable",
        }

    def _letter(self, letter: Any, reader: Language) -> dict[str, Any]:
        return {
            "id": letter.dead_letter_id,
            "href": f"{HERE}/letter/{letter.dead_letter_id}",
            "stage": say(reader, f"stage.{letter.stage}"),
            "reason": letter.reason,
            "at": self.desk.when(letter.at, reader),
            "event": letter.event_id or "",
            "replayed": self.desk.when(letter.replayed_at, reader) if letter.replayed_at else "",
            "readable": letter.is_readable,
        }
