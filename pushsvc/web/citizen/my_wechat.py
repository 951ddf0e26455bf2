"""`/me/addresses/wechat`: a QR code that joins the WeChat of whoever scans it to the person who is signed in.

Whoever scans the code joins, so its words stand in no address and no log: the page carries them sealed in its form.
"""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, replace
from typing import Literal, Protocol

import segno
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from pushsvc.domain.time import Instant, iso
from pushsvc.errors import NotFound, TryLater
from pushsvc.profiles.fields import MAX_ENDPOINTS
from pushsvc.profiles.wechat import BindingState
from pushsvc.web.citizen.my_room import MyRoom, back, missing, show
from pushsvc.web.forms import field, forms
from pushsvc.web.times import read_moment

HERE = "/me/addresses/wechat"
CODES_AN_HOUR = 20
_AN_HOUR_SECONDS = 3_600.0
_SEALED_AS = "wechat code"
_Said = Literal["show", "waiting", "refused", "over", "later", "many"]


class Code(Protocol):
    """A code that is shown: it leads to `url`, or of a mini-program it is the `picture`; it works once, until `ends_at`.
    `scene` asks what became of it."""

    @property
    def scene(self) -> str: ...

    @property
    def url(self) -> str: ...

    @property
    def ends_at(self) -> Instant: ...

    @property
    def picture(self) -> bytes: ...


class Binder(Protocol):
    """Joins a person's WeChat to them, where the service has an account that can (`can_bind`): one that people follow, or a
    mini-program (`is_mini`)."""

    @property
    def can_bind(self) -> bool: ...

    @property
    def is_mini(self) -> bool: ...

    async def begin_binding(self, subscriber_no: int) -> Code:
        """A new code; the one before works no more. TryLater when WeChat gives none now."""
        ...

    async def picture(self, scene: str) -> bytes:
        """The mini-program's code once more. TryLater."""
        ...

    async def binding_state(self, subscriber_no: int, scene: str) -> BindingState: ...


@dataclass(frozen=True)
class _Shown:
    """A code as the page keeps it. A mini-program's `picture` is too large for a form: it is asked for again."""

    scene: str
    url: str
    ends_at: Instant
    picture: bytes = b""


@dataclass(frozen=True)
class MyWeChatPages:
    room: MyRoom
    binder: Binder

    def routes(self) -> list[Route]:
        # Opened by a form only: a link that is followed ahead of its reader must not use up the code that hangs there.
        return [Route(HERE, self.begin, methods=["POST"]), Route(f"{HERE}/scanned", self.scanned, methods=["POST"])]

    async def begin(self, request: Request) -> Response:
        """Show a new code."""
        await forms(request).read(request)
        me = await self.room.me(request)
        if not self.binder.can_bind:
            raise missing()
        if len(me.addresses) >= MAX_ENDPOINTS:
            return self._page(request, "many")
        if await self.room.shared.attempt(f"wechat code {me.subscriber_no}", CODES_AN_HOUR, _AN_HOUR_SECONDS):
            return self._page(request, "later")
        try:
            code = await self.binder.begin_binding(me.subscriber_no)
        except TryLater:
            return self._page(request, "later")
        except NotFound:
            raise missing() from None
        return self._page(request, "show", _Shown(code.scene, code.url, code.ends_at, code.picture))

    async def scanned(self, request: Request) -> Response:
        """Say what became of the code; one that nobody scanned yet is shown again."""
        form = await forms(request).read(request)
        me = await self.room.me(request)
        code = self._opened(field(form, "code"))
        state = await self.binder.binding_state(me.subscriber_no, code.scene) if code else "unknown"
        if state == "joined":
            return back("/me/addresses", "wechat")
        if code and state == "waiting":
            try:
                picture = await self.binder.picture(code.scene) if self.binder.is_mini else b""
            except TryLater:
                return self._page(request, "later")
            return self._page(request, "waiting", replace(code, picture=picture))
        return self._page(request, "refused" if state == "refused" else "over")

    def _page(self, request: Request, said: _Said, code: _Shown | None = None) -> Response:
        # A PNG: WeChat reads a picture that is pressed long only when it is one of dots.
        picture = _as_address(code) if code else ""
        minutes = max(1, round((code.ends_at - self.room.clock.now()).total_seconds() / 60)) if code else 0
        return show(
            request, "me_wechat.html", status=503 if said == "later" else 200, answers_a_form=True, said=said, picture=picture,
            mini=self.binder.is_mini, minutes=minutes, code=self._sealed(code) if code else "",
        )  # fmt: skip

    def _sealed(self, code: _Shown) -> str:
        return self.room.vault.token(_SEALED_AS, json.dumps([code.scene, code.url, iso(code.ends_at)]))

    def _opened(self, written: str) -> _Shown | None:
        """The code of our own page; None for what somebody else wrote."""
        opened = self.room.vault.read_token(_SEALED_AS, written)
        if opened is None:
            return None
        scene, url, ends_at = json.loads(opened)
        return _Shown(scene, url, read_moment(ends_at))


def _as_address(code: _Shown) -> str:
    """The picture as the page holds it."""
    if not code.picture:
        return str(segno.make(code.url, error="m").png_data_uri(scale=6, border=4))
    kind = "png" if code.picture.startswith(b"\x89PNG") else "jpeg"
    return f"data:image/{kind};base64,{base64.b64encode(code.picture).decode()}"
