"""`/`: what this is, and the stylesheet of every page."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from pushsvc.errors import NotFound
from pushsvc.publications import loading
from pushsvc.storage.database import Database
from pushsvc.web.gate import Gate
from pushsvc.web.pages import page, script, stylesheet

_LATEST = 8
_PRIVATE = ("/m/", "/u/", "/s/", "/me", "/enter", "/p/", "/o/", "/dev/", "/api/")
#: The address carries a hash of what it gives, so it never changes.
_FOR_GOOD = {"Cache-Control": "public, max-age=31536000, immutable", "X-Content-Type-Options": "nosniff"}


@dataclass(frozen=True)
class FrontPages:
    database: Database
    gate: Gate
    dev: bool

    def routes(self) -> list[Route]:
        return [
            Route("/", self.front),
            Route("/static/style.css", self.style),
            Route("/static/{name}.js", self.script),
            Route("/robots.txt", self.robots),
        ]

    async def front(self, request: Request) -> Response:
        async with self.database.read() as tx:
            latest = await loading.latest(tx, _LATEST)
            names = await loading.site_names(tx, {version.site for version in latest})
        shown = [
            {
                "id": version.publication_id,
                "url": version.url,
                "title": version.title or version.url,
                "language": version.language,
                "site_name": names.get(version.site, ""),
            }
            for version in latest
        ]
        signed_in = await self.gate.citizen_or_nobody(request) is not None
        return page(request, "front.html", dev=self.dev, latest=shown, signed_in=signed_in)

    async def style(self, request: Request) -> Response:
        return Response(stylesheet()[0], media_type="text/css", headers=_FOR_GOOD)

    async def script(self, request: Request) -> Response:
        try:
            written, _version = script(request.path_params["name"])
        except NotFound:
            raise HTTPException(404) from None
        return Response(written, media_type="text/javascript", headers=_FOR_GOOD)

    async def robots(self, request: Request) -> Response:
        return PlainTextResponse("User-agent: *\n" + "".join(f"Disallow: {path}\n" for path in _PRIVATE))
