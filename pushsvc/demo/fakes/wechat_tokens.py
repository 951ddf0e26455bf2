"""The access tokens of the fake account: getStableAccessToken, with its two modes and its limits."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

#: A token is forced at most so often, and given anew in the last minutes of the old one, which lives on.
_FORCED_EVERY_SECONDS, _RENEWS_BEFORE_SECONDS = 30, 300


@dataclass
class GivenTokens:
    """`asked` counts the calls, `forced` those that killed the old token."""

    app_id: str
    secret: str
    seconds: int
    clock: Callable[[], float]
    asked: int = 0
    forced: int = 0
    _ends: dict[str, float] = field(default_factory=dict)
    _newest: str = ""
    _forced_at: float = float("-inf")

    def give(self, told: Mapping[str, Any] | None) -> int | dict[str, Any]:
        """The answer, or the code of what is wrong."""
        self.asked += 1
        if told is None or told.get("grant_type") != "client_credential":
            return 40002
        if told.get("appid") != self.app_id:
            return 40013
        if told.get("secret") != self.secret:
            return 40125
        now = self.clock()
        if told.get("force_refresh") is True and now >= self._forced_at + _FORCED_EVERY_SECONDS:
            self.forced, self._forced_at = self.forced + 1, now
            self.forget()
        if self._ends.get(self._newest, 0.0) - now < _RENEWS_BEFORE_SECONDS:
            self._newest = f"99_{secrets.token_urlsafe(96)}"
            self._ends[self._newest] = now + self.seconds
        return {"access_token": self._newest, "expires_in": int(self._ends[self._newest] - now)}

    def wrong(self, token: str) -> int:
        """The code for a call with this token; 0 when it is good."""
        if not token:
            return 41001
        ends = self._ends.get(token)
        return 40001 if ends is None else 42001 if ends <= self.clock() else 0

    def forget(self) -> None:
        self._ends.clear()
