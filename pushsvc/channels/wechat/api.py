"""Calls to api.weixin.qq.com with the access token: a stale one is renewed once, and the call is made again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

from pushsvc.channels.http_calls import Answer, HttpCalls
from pushsvc.channels.wechat.account import Account
from pushsvc.channels.wechat.codes import PROVIDER, STALE_TOKEN, code_of, judge
from pushsvc.channels.wechat.tokens import AccessTokens
from pushsvc.clock import Clock
from pushsvc.domain.addresses import normalise_address
from pushsvc.domain.notices import SendResult
from pushsvc.errors import BadInput

#: Of one call. A message takes three at most that wait (token, send, send again): within 15 s.
CALL_SECONDS = 4.5
LOGIN = "/sns/jscode2session"
#: Codes of `openid_of` for a login that is none: never given, over, used before, or of somebody whom WeChat blocked.
NO_LOGIN = frozenset({40029, 40163, 40226, 41008})
_PICTURES = (b"\x89PNG\r\n", b"\xff\xd8\xff")
_TOO_MANY, _SERVER_ERROR = 429, 500


class WeChatApi:
    """One account's interfaces."""

    def __init__(self, account: Account, calls: HttpCalls, tokens: AccessTokens, clock: Clock) -> None:
        self.account = account
        self._calls, self._tokens, self._clock = calls, tokens, clock

    async def call(self, path: str, body: Mapping[str, Any]) -> Mapping[str, Any] | SendResult:
        """The answer of a call that WeChat did; else what came of it: `unknown` when it may have been done."""
        answer = await self._answer(path, body)
        return answer if isinstance(answer, SendResult) else self._judge(answer)

    async def picture(self, path: str, body: Mapping[str, Any]) -> bytes | SendResult:
        """The PNG or JPEG that WeChat answers with; else why there is none."""
        answer = await self._answer(path, body)
        if isinstance(answer, SendResult):
            return answer
        if answer.status == 200 and answer.body.startswith(_PICTURES):
            return answer.body
        told = self._judge(answer)
        return told if isinstance(told, SendResult) else SendResult("try_later", "0", "it is no picture", provider=PROVIDER)

    async def openid_of(self, login: str) -> str | SendResult:
        """Whose `login` code it is, which the mini-program got by wx.login: it works once, for five minutes.

        developers.weixin.qq.com, code2Session. The session key that comes with it is of no use to us, and is kept nowhere.
        """
        asked = {
            "appid": self.account.app_id, "secret": self.account.secret, "js_code": login, "grant_type": "authorization_code",
        }  # fmt: skip
        answer = await self._calls.call("GET", f"{LOGIN}?{urlencode(asked)}")
        told = answer if isinstance(answer, SendResult) else self._judge(answer)
        if isinstance(told, SendResult):
            return told
        openid = told.get("openid")
        try:
            return normalise_address("wechat", openid if isinstance(openid, str) else "")
        except BadInput:
            return SendResult("try_later", "0", "WeChat answered without an openid", provider=PROVIDER)

    async def close(self) -> None:
        await self._calls.close()

    async def _answer(self, path: str, body: Mapping[str, Any]) -> Answer | SendResult:
        """With a token that WeChat takes: a stale one is renewed once."""
        token = await self._tokens.current()
        if isinstance(token, SendResult):
            return token
        answer = await self._post(path, token, body)
        if isinstance(answer, Answer) and code_of(answer.json()) in STALE_TOKEN:
            token = await self._tokens.renewed(token)
            if isinstance(token, SendResult):
                return token
            answer = await self._post(path, token, body)
        return answer

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
