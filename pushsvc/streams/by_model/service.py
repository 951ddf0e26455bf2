"""One question to an endpoint that speaks OpenAI's chat completions, and its answer as text: in time, bounded, or Unanswered.

Only what every such server knows is sent: `model`, `messages`, `max_tokens`, `temperature`, `response_format`. No `seed`: some
refuse it, and a document is asked once.
"""

from __future__ import annotations

import asyncio
import json
import ssl
from collections.abc import Mapping, Sequence
from typing import Any, Literal

import aiohttp

from pushsvc.errors import PushsvcError
from pushsvc.plain.by_model import ANSWER_SCHEMA
from pushsvc.settings import WriterUrl

Failure = Literal["too_late", "unreachable", "refused", "nonsense"]

MOST_BYTES = 64 * 1024
MOST_TOKENS, MOST_TOKENS_WITH_THOUGHTS = 1_500, 8_000
RETRY_AFTER_SECONDS = 0.5
_CHUNK_BYTES = 8 * 1024
_LONGEST_REST_SECONDS = 900


class Unanswered(PushsvcError):
    """There is no answer. `failure` says of what kind, the message why; neither has the key or a text in it.

    `rest_seconds` is how long the server asked to be left alone; None when it did not.
    """

    def __init__(self, failure: Failure, why: str, rest_seconds: float | None = None) -> None:
        super().__init__(why)
        self.failure: Failure = failure
        self.rest_seconds = rest_seconds


class _Passing(Exception):
    """A reset or a 503, as when a server is started anew: worth one more try within the time."""

    def __init__(self, unanswered: Unanswered) -> None:
        super().__init__(str(unanswered))
        self.unanswered = unanswered


class ModelService:
    """The endpoint of WRITER_URL. `seconds` is for the whole exchange: connecting, waiting, reading, the second try."""

    def __init__(self, url: WriterUrl, seconds: float, tls: ssl.SSLContext | None = None) -> None:
        self.url, self.seconds = url, seconds
        self._tls = tls

    async def ask(self, messages: Sequence[Mapping[str, str]]) -> str:
        """What the model says, not read yet. Unanswered when it says nothing usable in time."""
        try:
            async with asyncio.timeout(self.seconds):
                try:
                    return await self._once(messages)
                except _Passing:
                    await asyncio.sleep(RETRY_AFTER_SECONDS)
                    return await self._once(messages)
        except _Passing as again:
            raise again.unanswered from None
        except TimeoutError:
            raise Unanswered("too_late", f"no whole answer within {self.seconds:g} s") from None

    async def _once(self, messages: Sequence[Mapping[str, str]]) -> str:
        try:
            async with self._session() as session, session.post(
                f"{self.url.base}/chat/completions", json=self._body(messages), allow_redirects=False
            ) as answer:  # fmt: skip
                _heed(answer)
                return _content(await _read(answer))
        except (aiohttp.ServerDisconnectedError, aiohttp.ClientPayloadError, ConnectionResetError) as fault:
            raise _Passing(Unanswered("unreachable", f"the connection broke ({type(fault).__name__})")) from None
        except aiohttp.ClientOSError as fault:
            unanswered = Unanswered("unreachable", f"cannot be reached ({_reason(fault)})")
            raise (_Passing(unanswered) if isinstance(fault.__cause__, ConnectionResetError) else unanswered) from None
        except (aiohttp.ClientError, OSError, ValueError) as fault:
            # Not its words: they may quote a header or the answer.
            raise Unanswered("nonsense", f"the answer is no HTTP that can be read ({type(fault).__name__})") from None

    def _session(self) -> aiohttp.ClientSession:
        headers = {"Accept": "application/json", "Accept-Encoding": "identity", "User-Agent": "pushsvc"}
        if self.url.key:
            headers["Authorization"] = f"Bearer {self.url.key}"
        return aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(force_close=True, limit=1, ssl=self._tls or True),
            headers=headers,
            auto_decompress=False,  # a small packed answer can hold a mountain; we asked for a plain one
            trust_env=False,
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=aiohttp.ClientTimeout(total=None),  # `ask` has the clock
        )

    def _body(self, messages: Sequence[Mapping[str, str]]) -> dict[str, Any]:
        body: dict[str, Any] = {"model": self.url.model, "messages": [dict(message) for message in messages], "stream": False}
        if self.url.reasoning:  # such models refuse both a temperature and `max_tokens`
            body["max_completion_tokens"] = MOST_TOKENS_WITH_THOUGHTS
        else:
            body |= {"temperature": 0, "max_tokens": MOST_TOKENS}
        if self.url.form == "json_schema":
            schema = {"name": "summary", "strict": True, "schema": ANSWER_SCHEMA}
            body["response_format"] = {"type": "json_schema", "json_schema": schema}
        elif self.url.form == "json_object":
            body["response_format"] = {"type": "json_object"}
        return body


def _heed(answer: aiohttp.ClientResponse) -> None:
    """Go on with a 200 alone."""
    if answer.status == 200:
        return
    if answer.status in (301, 302, 303, 307, 308):
        raise Unanswered("refused", f"answers {answer.status}: it points elsewhere, and we follow nowhere with the key")
    written = answer.headers.get("Retry-After", "")
    wait = float(min(int(written), _LONGEST_REST_SECONDS)) if written.isascii() and written.isdigit() else None
    unanswered = Unanswered("refused", f"answers {answer.status}{_MEANS.get(answer.status, '')}", wait)
    raise _Passing(unanswered) if answer.status == 503 and wait is None else unanswered


_MEANS = {
    400: ": it does not know something that we ask with; try form=json_object, form=text or reasoning=1",
    401: ": the key is not accepted",
    403: ": the key may not use this model",
    404: ": no such path or model there; the address ends before /chat/completions",
    422: ": it does not know something that we ask with; try form=json_object, form=text or reasoning=1",
    429: ": too many requests, or the account is used up",
}


async def _read(answer: aiohttp.ClientResponse) -> bytes:
    if answer.headers.get("Content-Encoding", "identity").strip().lower() not in ("", "identity"):
        raise Unanswered("nonsense", "the answer is packed, which was not asked for")
    body = bytearray()
    async for chunk in answer.content.iter_chunked(_CHUNK_BYTES):
        body += chunk
        if len(body) > MOST_BYTES:
            raise Unanswered("nonsense", f"the answer is longer than {MOST_BYTES // 1024} KiB")
    return bytes(body)


def _content(body: bytes) -> str:
    """The text of the first choice of a whole answer."""
    try:
        choice = json.loads(body.decode())["choices"][0]
        content, ended = choice["message"]["content"], choice.get("finish_reason")
    except (ValueError, KeyError, IndexError, TypeError, AttributeError, RecursionError):
        raise Unanswered("nonsense", "the answer is no chat completion") from None
    if not isinstance(content, str):
        raise Unanswered("nonsense", "the answer has no text")
    if ended in ("length", "content_filter"):
        raise Unanswered("nonsense", f"the answer is not whole ({ended})")
    return content


def _reason(fault: aiohttp.ClientOSError) -> str:
    if isinstance(fault, aiohttp.ClientConnectorCertificateError):
        return "its certificate is not valid"
    return fault.strerror or type(fault).__name__
