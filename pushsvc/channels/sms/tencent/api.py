"""One signed call of Tencent Cloud SMS 2021-01-11, and what its answer says."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pushsvc.channels.http_calls import CALL_SECONDS, HttpCalls, base_of
from pushsvc.channels.sms.clouds import host_of, unreadable
from pushsvc.channels.sms.tencent import codes, signing
from pushsvc.clock import Clock
from pushsvc.domain.notices import SendResult
from pushsvc.settings.providers import ProviderUrl

VERSION = "2021-01-11"


@dataclass(frozen=True)
class Told:
    """What stands in `Response` of an answer without an error."""

    fields: Mapping[str, Any] = field(default_factory=dict)


class Api:
    """Calls one account, in one region."""

    def __init__(
        self, name: str, url: ProviderUrl, region: str, clock: Clock, *, at_once: int, call_seconds: float = CALL_SECONDS
    ) -> None:
        self._name, self._region, self._clock = name, region, clock
        self._secret_id, self._secret_key = url.user or "", url.secret or ""
        base = base_of(url)
        self._host = host_of(base)
        self._calls = HttpCalls(name, base, at_once=at_once, call_seconds=call_seconds)

    async def call(self, action: str, parameters: Mapping[str, Any]) -> Told | SendResult:
        """What was told, or the verdict of why nothing was."""
        # Half of a surrogate pair, which no SMS can carry, becomes a question mark.
        body = json.dumps(parameters, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
        headers = signing.call_headers(
            self._secret_id, self._secret_key, self._host, action, VERSION, self._region, body, self._clock.now()
        )
        answer = await self._calls.call("POST", "/", body=body, headers=headers)
        if isinstance(answer, SendResult):
            return answer
        told = (answer.json() or {}).get("Response")
        if not isinstance(told, dict) or answer.status != 200:  # errors of theirs come with 200 too
            return unreadable(self._name, answer)
        error = told.get("Error")
        if error is None:
            return Told(told)
        code = error.get("Code") if isinstance(error, dict) else None
        if not isinstance(code, str) or not code:
            return unreadable(self._name, answer)
        return codes.meaning(code).result(self._name, code, str(error.get("Message") or ""))

    async def close(self) -> None:
        await self._calls.close()
