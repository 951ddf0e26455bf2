"""`/o/sites/import`: a CSV of sites, checked first and registered when the question is answered."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from pushsvc.errors import BadInput, Problem
from pushsvc.operations import audit, uploads
from pushsvc.operations.accounts import Account
from pushsvc.operations.uploads import Upload
from pushsvc.sites import registry
from pushsvc.sites.import_preview import Preview, preview
from pushsvc.sites.site_lines import read_sites
from pushsvc.storage.database import Transaction
from pushsvc.web.forms import forms
from pushsvc.web.gate import Gate
from pushsvc.web.operator.confirming import console, number, reader_of
from pushsvc.web.operator.sites import BETWEEN, HERE
from pushsvc.web.operator.uploads import Given, TooLarge, new_token, problems_of, receive, text_of, too_large
from pushsvc.web.words import say

PAGE = f"{HERE}/import"
COMMAND = "pushsvc sites import FILE.csv"
_MOST_SHOWN = 50


@dataclass(frozen=True)
class SiteImportPages:
    gate: Gate

    def routes(self) -> list[Route]:
        one = f"{PAGE}/{{token}}"
        return [
            Route(PAGE, self.form), Route(PAGE, self.check, methods=["POST"]),
            Route(one, self.checked), Route(one, self.apply, methods=["POST"]),
        ]  # fmt: skip

    async def form(self, request: Request) -> Response:
        return self._form(request, await self.gate.account(request, "administer"))

    async def check(self, request: Request) -> Response:
        """Read the file, look what it would do, and put it away until the question is answered."""
        # First who it is: a visitor has no megabytes read.
        account = await self.gate.account(request, "administer")
        try:
            given = await receive(request)
        except TooLarge:
            return self._form(request, account, wrong=too_large(reader_of(request), COMMAND), status=413)
        try:
            text = text_of(given.body)
            lines = await asyncio.to_thread(read_sites, text)
            async with self.gate.database.read() as tx:
                would = await preview(tx, lines)
        except BadInput as error:
            return self._form(request, account, given, problems_of(error, reader_of(request)), 422)
        upload = Upload(new_token(), "sites", account.name, len(lines), said=_said(would))
        now = self.gate.clock.now()
        async with self.gate.database.write(first=True) as tx:
            await uploads.keep(tx, self.gate.vault, upload, text, now)
        return RedirectResponse(f"{PAGE}/{upload.token}", status_code=303)

    async def checked(self, request: Request) -> Response:
        account = await self.gate.account(request, "administer")
        upload = await self._upload(request, account)
        if upload is None:
            return self._form(request, account, wrong=[say(reader_of(request), "upload.forgotten")], status=404)
        return self._shown(request, account, upload)

    async def apply(self, request: Request) -> Response:
        await forms(request).read(request)
        account = await self.gate.account(request, "administer")
        upload = await self._upload(request, account)
        if upload is None:
            return self._form(request, account, wrong=[say(reader_of(request), "upload.forgotten")], status=404)
        if upload.state != "done":
            try:
                await self._register(account, upload)
            except BadInput as error:
                return self._form(request, account, None, problems_of(error, reader_of(request)), 422)
        return RedirectResponse(f"{PAGE}/{upload.token}", status_code=303)

    async def _register(self, account: Account, upload: Upload) -> None:
        database, vault, clock = self.gate.database, self.gate.vault, self.gate.clock
        async with database.read() as tx:
            text = await uploads.text_of(tx, vault, upload.token)
        if text is None:
            raise BadInput(Problem("", "forgotten"))
        lines = await asyncio.to_thread(read_sites, text)

        async def note(tx: Transaction, done: registry.Imported) -> None:
            unchanged = min(int(upload.said["unchanged"]), done.changed)
            counts = {"new": done.new, "changed": done.changed - unchanged, "unchanged": unchanged}
            await uploads.write(tx, vault, replace(upload, state="done", said={**upload.said, **counts}), clock.now())
            await uploads.forget_text(tx, upload.token)
            await audit.note(tx, clock.now(), account.name, "sites imported", "sites", counts)

        await registry.register(database, clock, lines, note)

    async def _upload(self, request: Request, account: Account) -> Upload | None:
        async with self.gate.database.read() as tx:
            return await uploads.find(tx, self.gate.vault, "sites", request.path_params["token"], account.name)

    def _shown(self, request: Request, account: Account, upload: Upload) -> Response:
        said: dict[str, Any] = dict(upload.said)
        counts = {name: number(int(said[name])) for name in ("new", "changed", "unchanged")}
        reader = reader_of(request)
        changed = [
            (code, name, BETWEEN[reader].join(say(reader, f"import_sites.field.{each}") for each in fields))
            for code, name, fields in said["listed_changed"]
        ]
        return console(
            request, account, HERE, "site_import_checked.html", counts=counts, new=said["listed_new"], changed=changed,
            more_new=max(0, said["new"] - _MOST_SHOWN), more_changed=max(0, said["changed"] - _MOST_SHOWN),
            lines=number(upload.lines), applied=upload.state == "done", any=said["new"] + said["changed"] > 0,
            action=f"{PAGE}/{upload.token}",
        )  # fmt: skip

    def _form(
        self, request: Request, account: Account, given: Given | None = None, wrong: Sequence[str] = (), status: int = 200
    ) -> Response:
        return console(
            request, account, HERE, "site_import.html", status=status, wrong=wrong, pasted=given.pasted if given else ""
        )


def _said(would: Preview) -> dict[str, Any]:
    return {
        "new": len(would.new), "changed": len(would.changed), "unchanged": would.unchanged,
        "listed_new": [[line.code, line.name] for line in would.new[:_MOST_SHOWN]],
        "listed_changed": [[each.line.code, each.line.name, each.fields] for each in would.changed[:_MOST_SHOWN]],
    }  # fmt: skip
