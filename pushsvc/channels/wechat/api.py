"""Calls to api.weixin.qq.com with the access token: a stale one is renewed once, and the call is made again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from pushsvc.channels.http_calls import Answer, HttpCalls
from pushsvc.channels.wechat.account import Account
from pushsvc.channels.wechat.codes import PROVIDER, STALE_TOKEN, code_of, judge
from pushsvc.channels.wechat.tokens import AccessTokens
from pushsvc.clock import Clock
from pushsvc.domain.notices import SendResult

#: Of one call. A message takes three at most that wait (token, send, send again): within 15 s.
CALL_SECONDS = 4.5
_TOO_MANY, _SERVER_ERROR = 429, 500


class WeChatApi:
    """One account's interfaces."""

    def __init__(self, account: Account, calls: HttpCalls, tokens: AccessTokens, clock: Clock) -> None:
        self.account = account
        self._calls, self._tokens, self._clock = calls, tokens, clock

    async def call(self, path: str, body: Mapping[str, Any]) -> Mapping[str, Any] | SendResult:
        """The answer of a call that WeChat did; else what came of it: `unknown` when it may have been done."""
        token = await self._tokens.current()
        if isinstance(token, SendResult):
            return token
        answer = await self._post(path, token, body)
        if isinstance(answer, Answer) and code_of(answer.json()) in STALE_TOKEN:
            token = await self._tokens.renewed(token)
            if isinstance(token, SendResult):
                return token
            answer = await self._post(path, token, body)
        return answer if isinstance(answer, SendResult) else self._judge(answer)

    async def close(self) -> None:
        await self._calls.close()

    async def _post(self, path: str, token: str, body: Mapping[str, Any]) -> Answer | SendResult:
        written = json.dumps(body, ensure_ascii=False).encode()
        headers = {"Content-Type": "application/json; charset=utf-8"}
        return await self._calls.call("POST", f"{path}?access_token={quote(token, safe='')}", body=written, headers=headers)

    def _judge(self, answer: Answer) -> Mapping[str, Any] | SendResult:
        told = answer.json()
        code = code_of(told)
        if told is not None and code:
            return judge(code, told.get("errmsg", ""), self._clock.now())
        if told is not None and code == 0 and answer.status == 200:
            return told
        status, wait = str(answer.status), answer.retry_after_seconds
        why = f"WeChat answered {status} with nothing of its own"
        if answer.status == _TOO_MANY:
            return SendResult("slow_down", status, why, provider=PROVIDER, retry_after_seconds=wait)
        if answer.status >= _SERVER_ERROR or answer.status == 200:
            return SendResult("unknown", status, why, provider=PROVIDER)
        # WeChat itself answers 200 always: somebody between us and it refused to carry the call.
        return SendResult("try_later", status, why, provider=PROVIDER, retry_after_seconds=wait)
