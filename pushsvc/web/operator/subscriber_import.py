"""`/o/subscribers/import`: subscribers as JSON lines, checked first, then applied in pieces while nobody waits."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import sqlalchemy as sa
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from pushsvc.errors import BadInput, PushsvcError
from pushsvc.operations import audit, uploads
from pushsvc.operations.accounts import Account
from pushsvc.operations.uploads import Upload
from pushsvc.profiles import checking, importing
from pushsvc.profiles.checking import Checked
from pushsvc.profiles.follower import matchers_follow
from pushsvc.profiles.importing import Imported
from pushsvc.profiles.known import count_known
from pushsvc.telemetry import log
from pushsvc.web.forms import forms
from pushsvc.web.gate import Gate
from pushsvc.web.operator.confirming import console, number, reader_of
from pushsvc.web.operator.line_words import line_in_words
from pushsvc.web.operator.uploads import Given, TooLarge, new_token, problems_of, receive, text_of, too_large
from pushsvc.web.words import say

HERE = "/o/subscribers"
PAGE = f"{HERE}/import"
COMMAND = "pushsvc subscribers import FILE.jsonl"
#: So long a page waits for the import to be through, before it says how far it is.
WAITS_SECONDS = 4.0
SAYS_SECONDS = 2.0
_MOST_SHOWN = 50


@dataclass(frozen=True)
class SubscriberImportPages:
    gate: Gate
    waits_seconds: float = WAITS_SECONDS
    _running: dict[str, asyncio.Task[None]] = field(default_factory=dict)

    def routes(self) -> list[Route]:
        one = f"{PAGE}/{{token}}"
        return [
            Route(PAGE, self.form), Route(PAGE, self.check, methods=["POST"]),
            Route(one, self.checked), Route(one, self.apply, methods=["POST"]),
        ]  # fmt: skip

    async def form(self, request: Request) -> Response:
        return self._form(request, await self.gate.account(request, "administer"))

    async def check(self, request: Request) -> Response:
        """Read every line; a good file is put away, sealed, until the question is answered."""
        # First who it is: a visitor has no megabytes read.
        account = await self.gate.account(request, "administer")
        try:
            given = await receive(request)
        except TooLarge:
            return self._form(request, account, wrong=too_large(reader_of(request), COMMAND), status=413)
        try:
            text_of(given.body)
            checked = await asyncio.to_thread(self._read, given.body)
        except BadInput as error:
            return self._form(request, account, given, problems_of(error, reader_of(request)), 422)
        async with self.gate.database.read() as tx:
            known = await count_known(tx, [line.subscriber_id for piece in checked.pieces() for line in piece])
        upload = Upload(new_token(), "subscribers", account.name, checked.lines, said={"known": known})
        async with self.gate.database.write(first=True) as tx:
            await uploads.keep(tx, self.gate.vault, upload, given.body.decode(), self.gate.clock.now())
        return RedirectResponse(f"{PAGE}/{upload.token}", status_code=303)

    async def checked(self, request: Request) -> Response:
        """What the file would do; while it is applied how far it is; afterwards what it did."""
        account = await self.gate.account(request, "administer")
        if task := self._running.get(request.path_params["token"]):
            await asyncio.wait([task], timeout=self.waits_seconds)
        upload = await self._upload(request, account)
        if upload is None:
            return self._form(request, account, wrong=[say(reader_of(request), "upload.forgotten")], status=404)
        return self._shown(request, account, upload)

    async def apply(self, request: Request) -> Response:
        await forms(request).read(request)
        account, token = await self.gate.account(request, "administer"), request.path_params["token"]
        now = self.gate.clock.now()
        async with self.gate.database.write(first=True) as tx:
            upload = await uploads.take(tx, self.gate.vault, "subscribers", token, account.name, now)
        if upload:
            task = self._running[token] = asyncio.create_task(self._import(account, upload), name="import of subscribers")
            task.add_done_callback(lambda _done: self._running.pop(token, None))
        return RedirectResponse(f"{PAGE}/{token}", status_code=303)

    async def _import(self, account: Account, upload: Upload) -> None:
        """Apply the file piece by piece, and say every few seconds how far it is.

        A fault ends in the state `failed`, from which the same file can be applied again: what was applied is applied once
        more, to the same effect.
        """
        database, vault, clock = self.gate.database, self.gate.vault, self.gate.clock
        progress = asyncio.create_task(asyncio.sleep(0))
        done = [0]
        try:
            async with database.read() as tx:
                text = await uploads.text_of(tx, vault, upload.token)
            checked = await asyncio.to_thread(self._read, (text or "").encode())
            progress = asyncio.create_task(self._say_progress(upload, done))
            imported = await importing.apply(database, vault, clock, checked, lambda lines, _whole: done.__setitem__(0, lines))
            followed = await matchers_follow(database, clock, imported.change_no)
            progress.cancel()
            await self._note(account, upload, imported, followed)
        except (PushsvcError, sa.exc.DBAPIError, OSError) as fault:
            # Its words could name a person; only its kind is logged.
            log.warning("an import of subscribers stopped", why=type(fault).__name__)
            progress.cancel()
            await self._write(replace(upload, state="failed", done=done[0]))
        finally:
            progress.cancel()

    async def _say_progress(self, upload: Upload, done: Sequence[int]) -> None:
        while True:
            await asyncio.sleep(SAYS_SECONDS)
            await self._write(upload.running(self.gate.clock.now(), done[0]))

    async def _write(self, upload: Upload) -> None:
        async with self.gate.database.write(first=True) as tx:
            await uploads.write(tx, self.gate.vault, upload, self.gate.clock.now())

    async def _note(self, account: Account, upload: Upload, imported: Imported, followed: str) -> None:
        counts = {"added": imported.added, "written": imported.updated, "skipped": len(imported.skipped)}
        said = {
            **counts, "followed": followed, "warnings": len(imported.warnings),
            "listed_skipped": imported.skipped[:_MOST_SHOWN], "listed_warnings": imported.warnings[:_MOST_SHOWN],
        }  # fmt: skip
        now = self.gate.clock.now()
        async with self.gate.database.write(first=True) as tx:
            await uploads.write(tx, self.gate.vault, replace(upload, state="done", done=upload.lines, said=said), now)
            await uploads.forget_text(tx, upload.token)
            await audit.note(tx, now, account.name, "subscribers imported", "subscribers", counts)

    def _read(self, body: bytes) -> Checked:
        return checking.check(checking.read_lines(io.BytesIO(body)), self.gate.clock)

    async def _upload(self, request: Request, account: Account) -> Upload | None:
        async with self.gate.database.read() as tx:
            return await uploads.find(tx, self.gate.vault, "subscribers", request.path_params["token"], account.name)

    def _shown(self, request: Request, account: Account, upload: Upload) -> Response:
        reader, said = reader_of(request), dict(upload.said)
        stalled = upload.state == "running" and not upload.is_running(self.gate.clock.now())
        state = "failed" if stalled else upload.state
        values: dict[str, Any] = {"lines": number(upload.lines), "done": number(upload.done)}
        if state == "checked":
            values |= {"known": number(said["known"]), "fresh": number(upload.lines - said["known"])}
        if state == "done":
            values |= {name: number(said[name]) for name in ("added", "written", "skipped", "warnings")}
            values |= {"followed": say(reader, f"import_people.followed.{said['followed']}")}
            for name in ("skipped", "warnings"):
                values[f"listed_{name}"] = [line_in_words(line, reader) for line in said[f"listed_{name}"]]
                values[f"more_{name}"] = max(0, said[name] - _MOST_SHOWN)
        return console(
            request, account, HERE, "subscriber_import_checked.html", state=state, action=f"{PAGE}/{upload.token}",
            percent=upload.done * 100 // max(1, upload.lines), **values,
        )  # fmt: skip

    def _form(
        self, request: Request, account: Account, given: Given | None = None, wrong: Sequence[str] = (), status: int = 200
    ) -> Response:
        pasted = given.pasted if given else ""
        return console(request, account, HERE, "subscriber_import.html", status=status, wrong=wrong, pasted=pasted)
