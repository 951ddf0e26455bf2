"""`/p/key`: the key with which the site's own system signs its events. A new one is shown once, on the page that answers."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from pushsvc.errors import NotFound
from pushsvc.operations import audit
from pushsvc.sites import keys, sent
from pushsvc.web.forms import field, forms
from pushsvc.web.pages import problem_page
from pushsvc.web.publisher.desk import Clerk, Desk
from pushsvc.web.times import moment

#: New keys in a day: more are a mistake, such as a page that is loaded again and again.
MOST, WITHIN_SECONDS = 10, 86_400.0


@dataclass(frozen=True)
class KeyPages:
    desk: Desk

    def routes(self) -> list[Route]:
        return [
            Route("/p/key", self.key, methods=["GET"]),
            Route("/p/key", self.make, methods=["POST"]),
            Route("/p/key/revoke", self.revoke, methods=["POST"]),
            Route("/p/key/last", self.last, methods=["GET"]),
        ]

    async def key(self, request: Request) -> Response:
        return await self._page(request, await self.desk.clerk(request))

    async def make(self, request: Request) -> Response:
        """A new key beside the old ones, which go on holding until they are revoked."""
        await forms(request).read(request)
        clerk, desk = await self.desk.clerk(request), self.desk
        if wait := await desk.shared.attempt(f"new key {clerk.site.code}", MOST, WITHIN_SECONDS):
            raise HTTPException(429, headers={"Retry-After": str(int(wait) + 1)})
        now = desk.clock.now()
        async with desk.database.write(first=True) as tx:
            secret = await keys.add_key(tx, desk.vault, desk.clock, desk.random_bytes, clerk.site.code)
            await audit.note(tx, now, clerk.account.name, "key made", clerk.site.code)
        return await self._page(request, clerk, secret)

    async def revoke(self, request: Request) -> Response:
        form = await forms(request).read(request)
        clerk, desk = await self.desk.clerk(request), self.desk
        written = field(form, "key", 18)
        try:
            async with desk.database.write(first=True) as tx:
                in_use = {each.site_key_id for each in await keys.in_use(tx, clerk.site.code)}
                if not (written.isascii() and written.isdigit() and int(written) in in_use):
                    raise NotFound("this site has no such key")
                await keys.revoke_key(tx, desk.clock, int(written))
                await audit.note(
                    tx, desk.clock.now(), clerk.account.name, "key revoked", clerk.site.code, {"key": int(written)}
                )
        except NotFound:
            return problem_page(request, 404)
        return RedirectResponse("/p/key", status_code=303)

    async def last(self, request: Request) -> Response:
        """The last event that came with the site's signature, for the page's script."""
        clerk = await self.desk.clerk(request)
        return JSONResponse({"last": (await self._last(clerk) or {}).get("id", "")}, headers={"Cache-Control": "no-store"})

    async def _last(self, clerk: Clerk) -> dict[str, Any] | None:
        async with self.desk.database.read() as tx:
            event = await sent.last_signed(tx, clerk.site.code)
        if event is None:
            return None
        when = moment(event.received_at, self.desk.zone, clerk.reader, seconds=True)
        return {"id": event.event_id, "when": when, "url": event.url, "test": event.test}

    async def _page(self, request: Request, clerk: Clerk, secret: str = "") -> Response:
        async with self.desk.database.read() as tx:
            held = await keys.in_use(tx, clerk.site.code)
        made = [{"id": each.site_key_id, "when": moment(each.created_at, self.desk.zone, clerk.reader)} for each in held]
        return self.desk.show(
            request, "key", clerk, "/p/key", answers_a_form=bool(secret), secret=secret, keys=made,
            last=await self._last(clerk), script_lines=curl(self.desk.base_url, clerk, secret),
        )  # fmt: skip


def curl(base_url: str, clerk: Clerk, secret: str) -> str:
    """A test event signed by Standard Webhooks with nothing but a POSIX shell, openssl and curl; it tells nobody."""
    place = (clerk.domains or ("www.example.gov.cn",))[0].rstrip("/")
    event = {"event": "published", "url": f"https://{place}/pushsvc-test.html", "title": "测试", "test": True,
             "content_text": "测试：请于2030年3月31日前到窗口办理，咨询电话：010-12345678。"}  # fmt: skip
    body = json.dumps(event, ensure_ascii=False).replace("'", "")
    return f"""KEY='{secret or "whsec_…"}'
BODY='{body}'
ID="test-$(date +%s)-$$"
NOW="$(date +%s)"
HEX="$(printf %s "${{KEY#whsec_}}" | openssl base64 -d -A | od -An -v -tx1 | tr -d ' \\n')"
SIGN="$(printf %s "$ID.$NOW.$BODY" | openssl dgst -sha256 -mac HMAC -macopt "hexkey:$HEX" -binary | openssl base64 -A)"
curl -sS '{base_url.rstrip("/")}/api/v1/events' -H 'content-type: application/json' \\
  -H "webhook-id: $ID" -H "webhook-timestamp: $NOW" -H "webhook-signature: v1,$SIGN" --data-binary "$BODY"
"""
