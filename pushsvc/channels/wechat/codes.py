"""What WeChat's error codes come to. docs/reference/wechat-codes.md shows this table; a test keeps the two the same.

Where they are said: developers.weixin.qq.com, "Global error codes" (/doc/oplatform/developers/errCode/errCode.html) and the
pages of sendTemplateMessage, sendMessage (subscription messages) and getStableAccessToken; 43116, 43117 and 40241 stand on no
page but in answers that developers show in its community; 40038, 43107, 43108 and 45168 at tencentcloud.com, 1219/67648.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from pushsvc.domain.notices import SendResult, Stops, Verdict
from pushsvc.domain.time import Instant

#: The name of the account among the providers.
PROVIDER = "wechat"
SLOW_SECONDS = 60.0
_QUOTA_ZONE = ZoneInfo("Asia/Shanghai")
#: Our access token is not (or no more) WeChat's: a new one is asked for, once, and the call is made again.
STALE_TOKEN = frozenset({40001, 40014, 41001, 42001})
#: The same message was taken before. What a repeated client_msg_id is answered stands on no page: sendTemplateMessage says only
#: that one message is sent in ten minutes. 40241: "The message is duplicate in 60 seconds" (developers.weixin.qq.com/community,
#: a question of February 2025); 45065 "clientmsgid exist" and 45066 are those of messages to many (Batch_Sends, clientmsgid).
#: 0 with the msgid of the first is the other way to say it.
HAS_IT = frozenset({40241, 45065, 45066})
NO_CONSENT = 43101
DAY_IS_OVER = 45009


@dataclass(frozen=True)
class Code:
    """`until_midnight`: it lasts until the day ends in Shanghai. `wait_seconds`: so long at least."""

    verdict: Verdict
    why: str
    stops: Stops = ""
    wait_seconds: float | None = None
    until_midnight: bool = False


def _provider(why: str) -> Code:
    return Code("not_sent", why, "provider")


def _template(why: str) -> Code:
    return Code("refused", why, "template")


CODES: Mapping[int, Code] = {
    -1: Code("try_later", "WeChat is busy"),
    40001: Code("try_later", "the access token is not the newest, also after a new one was asked for"),
    40003: Code("suppress", "the openid is none of this account's"),
    40013: _provider("the app id is wrong"),
    40014: Code("try_later", "the access token is none, also after a new one was asked for"),
    40036: _template("the template id has a wrong length"),
    40037: _template("the template id is none of this account's"),
    40038: Code("refused", "this person has had as many long-term messages today as WeChat allows"),
    40039: _template("the address that it leads to is too long"),
    40125: _provider("the app secret is wrong"),
    40164: _provider("our IP address is not on the account's whitelist"),
    40243: _provider("the app secret is frozen"),
    41001: Code("try_later", "the access token was missing"),
    41002: _provider("the app id is missing"),
    41004: _provider("the app secret is missing"),
    41030: _template("the mini-program has no such page"),
    42001: Code("try_later", "the access token had expired, also after a new one was asked for"),
    43003: _provider("WeChat wants HTTPS"),
    43004: Code("suppress", "the person does not follow the account"),
    NO_CONSENT: Code("refused", "the person has not agreed, or no more"),
    43107: _template("the account or the template is banned from subscription messages"),
    43108: Code("try_later", "another message to this person is on its way"),
    43116: _template("the template is banned"),
    43117: Code("try_later", "too many messages to this person for now"),
    45002: Code("refused", "the message is too long"),
    DAY_IS_OVER: Code("slow_down", "the account's quota of this day is used up", until_midnight=True),
    45015: Code("refused", "the person wrote to us more than 48 hours ago"),
    45047: Code("refused", "too many answers since the person wrote to us"),
    45011: Code("slow_down", "too many calls in this minute", wait_seconds=SLOW_SECONDS),
    45168: Code("refused", "it holds words that WeChat does not carry"),
    47001: Code("refused", "WeChat cannot read the message"),
    47003: _template("a field is missing or does not fit its type"),
    48001: _provider("the account may not use this interface"),
    48004: _provider("the interface is banned for this account"),
    50001: _provider("the account is not authorised for this interface"),
    50002: Code("refused", "the person's account is limited"),
    61004: _provider("our IP address is not registered"),
    61007: _provider("the interface is not authorised for this account"),
}  # fmt: skip
"""What is not here is `refused`, with its code."""


def judge(code: int, said: object, now: Instant) -> SendResult:
    """The outcome of an answer with the error `code`; `said` is WeChat's own errmsg."""
    known = CODES.get(code) or Code("refused", "WeChat refused it")
    words = f"{known.why} ({_short(said)})" if said else known.why
    wait = seconds_to_midnight(now) if known.until_midnight else known.wait_seconds
    return SendResult(known.verdict, str(code), words, provider=PROVIDER, retry_after_seconds=wait, stops=known.stops)


def seconds_to_midnight(now: Instant) -> float:
    """Until the next day begins in Shanghai, when WeChat counts anew."""
    here = now.astimezone(_QUOTA_ZONE)
    tomorrow = datetime.combine(here.date() + timedelta(days=1), time(), _QUOTA_ZONE)
    return (tomorrow - here).total_seconds()


def code_of(answer: Mapping[str, Any] | None) -> int | None:
    """The errcode of an answer: 0 where it names none, None where it is no answer of WeChat's."""
    if answer is None:
        return None
    code = answer.get("errcode", 0)
    return code if isinstance(code, int) and not isinstance(code, bool) else None


def _short(said: object) -> str:
    return " ".join(str(said).split())[:200]
