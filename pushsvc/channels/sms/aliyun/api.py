"""One signed call of Dysmsapi 2017-05-25, and what its answer says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from pushsvc.channels.http_calls import CALL_SECONDS, HttpCalls, base_of
from pushsvc.channels.sms.aliyun import codes, signing
from pushsvc.channels.sms.clouds import Nonce, host_of, unreadable
from pushsvc.channels.sms.meanings import UNKNOWN_CODE
from pushsvc.clock import Clock
from pushsvc.domain.notices import SendResult
from pushsvc.settings.providers import ProviderUrl

VERSION = "2017-05-25"
OK = "OK"


@dataclass(frozen=True)
class Told:
    """An answer with the code OK."""

    fields: Mapping[str, Any] = field(default_factory=dict)


class Api:
    """Calls one account. Parameters go where the SDK puts them: in the query, those of a batch in the form."""

    def __init__(
        self, name: str, url: ProviderUrl, clock: Clock, nonce: Nonce, *, at_once: int, call_seconds: float = CALL_SECONDS
    ) -> None:
        self._name, self._clock, self._nonce = name, clock, nonce
        self._key_id, self._secret = url.user or "", url.secret or ""
        base = base_of(url)
        self._host = host_of(base)
        self._calls = HttpCalls(name, base, at_once=at_once, call_seconds=call_seconds)

    async def call(self, action: str, query: Mapping[str, str], form: Mapping[str, str] | None = None) -> Told | SendResult:
        """What was told, or the verdict of why nothing was."""
        body = urlencode(form).encode() if form else b""
        headers = signing.call_headers(self._host, action, VERSION, body, self._clock.now(), self._nonce())
        signature = signing.authorization(self._key_id, self._secret, "POST", "/", query, headers)
        headers = {**headers, "accept": "application/json", "authorization": signature}
        answer = await self._calls.call("POST", f"/?{signing.canonical_query(query)}", body=body, headers=headers)
        if isinstance(answer, SendResult):
            return answer
        told = answer.json()
        code = told.get("Code") if told else None
        if not told or not isinstance(code, str) or not code or (code == OK and answer.status != 200):
            return unreadable(self._name, answer)
        if code == OK:
            return Told(told)
        found = codes.meaning(code, said := str(told.get("Message") or ""))
        if found is UNKNOWN_CODE and answer.status >= 500:
            return unreadable(self._name, answer)
        return found.result(self._name, code, said)

    async def close(self) -> None:
        await self._calls.close()
