"""The mini-program of the fake account: codes with a scene (getUnlimitedQRCode), and who logged in (code2Session)."""

from __future__ import annotations

import io
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import segno

#: A login code works once, so long.
_LOGIN_SECONDS = 300
_SCENE = re.compile(r"[0-9a-zA-Z!#$&'()*+,/:;=?@\-._~]{1,32}")
_KNOWN = {"scene", "page", "check_path", "env_version", "width", "auto_color", "line_color", "is_hyaline"}
_NARROWEST_PIXELS, _WIDEST_PIXELS = 280, 1280


@dataclass
class MiniProgram:
    """`pages`: those that are published. `drawn`: the scenes of all codes. `asked`: logins that were looked up."""

    app_id: str
    secret: str
    clock: Callable[[], float]
    pages: set[str] = field(default_factory=lambda: {"pages/join/index"})
    drawn: list[str] = field(default_factory=list)
    asked: int = 0
    _logins: dict[str, tuple[str, float]] = field(default_factory=dict)
    _used: set[str] = field(default_factory=set)

    def login(self, openid: str) -> str:
        """What wx.login gives the page on this person's phone."""
        code = secrets.token_hex(16)
        self._logins[code] = (openid, self.clock() + _LOGIN_SECONDS)
        return code

    def draw(self, told: Mapping[str, Any] | None) -> bytes | tuple[int, str]:
        """The picture, or what is wrong."""
        if told is None or set(told) - _KNOWN:
            return 47001, "data format error"
        scene, page, width = told.get("scene"), told.get("page", ""), told.get("width", 430)
        if not isinstance(scene, str) or not _SCENE.fullmatch(scene):
            return 40169, "invalid length for scene, or the data is not json string"
        if not isinstance(page, str) or page.startswith("/") or "?" in page:
            return 40165, "invalid weapp pagepath"
        if told.get("check_path", True) and page not in self.pages:
            return 41030, "invalid page"
        if not isinstance(width, int) or not _NARROWEST_PIXELS <= width <= _WIDEST_PIXELS:
            return 40097, "invalid args"
        self.drawn.append(scene)
        picture = io.BytesIO()
        segno.make(f"mini-program {self.app_id} {page} {scene}", error="m").save(picture, kind="png", scale=6)
        return picture.getvalue()

    def who(self, asked: Mapping[str, str]) -> dict[str, str] | tuple[int, str]:
        """code2Session."""
        self.asked += 1
        if asked.get("appid") != self.app_id:
            return 40013, "invalid appid"
        if asked.get("secret") != self.secret:
            return 40125, "invalid appsecret"
        if asked.get("grant_type") != "authorization_code":
            return 40002, "invalid grant_type"
        code = asked.get("js_code", "")
        openid, ends = self._logins.get(code, ("", 0.0))
        if not openid or self.clock() > ends:
            return 40029, "invalid code"
        if code in self._used:
            return 40163, "code been used"
        self._used.add(code)
        return {"openid": openid, "session_key": secrets.token_urlsafe(18)}
