"""A fake of api.weixin.qq.com with one account: strict, programmable, and it pushes events as WeChat does.

developers.weixin.qq.com: getStableAccessToken, sendTemplateMessage, sendMessage (subscription messages), sendNewSubscribeMsg,
createQRCode, getUnlimitedQRCode, code2Session.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import secrets
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import urlencode

import aiohttp
from aiohttp import web

from pushsvc.demo.fakes.wechat_forms import wrong_field
from pushsvc.demo.fakes.wechat_mini import MiniProgram
from pushsvc.demo.fakes.wechat_pushes import Value, sealed, written
from pushsvc.demo.fakes.wechat_tokens import GivenTokens

Fault = Literal["hang", "hang_after", "reset", "reset_after", "html", "500"] | int
"""hang: no answer. reset: the connection breaks before the message is taken; hang_after, reset_after, html, 500: after it, or
with an answer that says nothing. A number: that error code, and nothing is taken."""
AES = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"
#: So long a client_msg_id is known, and somebody who wrote may be answered.
_REMEMBERS_SECONDS = 600
_CALLED_AGAIN_SECONDS = 1.0
_ANSWERED_WITHIN_SECONDS = 48 * 3600
_SAYS: Mapping[int, str] = {
    -1: "system error", 40001: "invalid credential, access_token is invalid or not latest",
    40002: "invalid grant_type", 40003: "invalid openid",
    40013: "invalid appid", 40037: "invalid template_id", 40125: "invalid appsecret", 41001: "access_token missing",
    42001: "access_token expired", 43004: "require subscribe", 43101: "user refuse to accept the msg",
    45009: "reach max api daily quota limit", 45011: "api minute-quota reach limit", 48001: "api unauthorized",
}  # fmt: skip


@dataclass(frozen=True)
class Approved:
    """A template. `fields`: whether each must be there. `counted`: one agreement is one message. `notice`: a subscription
    notice of an official account, which has an address of its own."""

    fields: Mapping[str, bool]
    counted: bool = False
    notice: bool = False


@dataclass(frozen=True)
class Taken:
    """A message as it shows on the phone."""

    openid: str
    template: str
    data: Mapping[str, str]
    leads_to: str
    client_msg_id: str
    msgid: int
    at: float = 0.0


@dataclass
class FakeWeChat:
    """`sent` holds each message once. `faults` are taken one a message; `most_a_day` is what the account may send."""

    app_id: str = "wxfake0000000000"
    secret: str = "fake-secret"  # noqa: S105
    kind: Literal["official", "mini"] = "official"
    token: str = "faketoken"  # noqa: S105
    aes: str = AES
    templates: dict[str, Approved] = field(default_factory=dict)
    strangers: set[str] = field(default_factory=set)
    unfollowed: set[str] = field(default_factory=set)
    agreed: dict[tuple[str, str], int] = field(default_factory=dict)
    faults: deque[Fault] = field(default_factory=deque)
    most_a_day: int | None = None
    token_seconds: int = 7200
    delay_seconds: float = 0.0
    receipt: str = "success"
    receipts_to: str | None = None
    receipt_after_seconds: float = 0.0
    clock: Callable[[], float] = time.time
    on_taken: Callable[[Taken], Any] | None = None
    sent: list[Taken] = field(default_factory=list)
    requests: int = 0
    scenes: dict[str, str] = field(default_factory=dict)
    answers: list[tuple[str, str]] = field(default_factory=list)
    """Free texts, to people who wrote or scanned within 48 hours."""

    def __post_init__(self) -> None:
        self._numbers = itertools.count(200_163_836)
        self._tokens = GivenTokens(self.app_id, self.secret, self.token_seconds, lambda: self.clock())
        self.mini = MiniProgram(self.app_id, self.secret, lambda: self.clock())
        self._heard_from: dict[str, float] = {}
        self._runner: web.AppRunner | None = None
        self._telling: set[asyncio.Task[None]] = set()
        self.port = 0

    async def start(self, port: int = 0) -> None:
        app = web.Application(client_max_size=64 * 1024)
        app.router.add_post("/cgi-bin/stable_token", self._give_token)
        app.router.add_post("/cgi-bin/message/template/send", self._template_send)
        app.router.add_post("/cgi-bin/message/subscribe/send", self._subscribe_send)
        app.router.add_post("/cgi-bin/message/subscribe/bizsend", self._notice_send)
        app.router.add_post("/cgi-bin/message/custom/send", self._answer)
        app.router.add_post("/cgi-bin/qrcode/create", self._create_code)
        app.router.add_post("/wxa/getwxacodeunlimit", self._draw_code)
        app.router.add_get("/sns/jscode2session", self._say_who)
        self._runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=0.2)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", port).start()
        self.port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        for task in self._telling:
            task.cancel()
        if self._runner:
            await self._runner.cleanup()

    @property
    def url(self) -> str:
        """For WECHAT_URL."""
        join = {"join": "pages/join/index"} if self.kind == "mini" else {}
        options = urlencode({"kind": self.kind, "token": self.token, "aes": self.aes, "insecure": "1", **join})
        return f"wechat://{self.app_id}:{self.secret}@127.0.0.1:{self.port}/?{options}"

    def approve(
        self, template: str, *fields: str, may_miss: tuple[str, ...] = (), counted: bool = False, notice: bool = False
    ) -> None:
        self.templates[template] = Approved({name: name not in may_miss for name in fields}, counted, notice)

    def forget_tokens(self) -> None:
        """Every token that was given is stale from now on."""
        self._tokens.forget()

    @property
    def tokens_asked(self) -> int:
        return self._tokens.asked

    @property
    def tokens_forced(self) -> int:
        return self._tokens.forced

    # What is pushed to the account

    def push(self, openid: str, **fields: Value) -> tuple[dict[str, str], bytes]:
        """A push about this person, sealed: the query and the body of the call."""
        now = int(self.clock())
        if fields.get("MsgType") != "event" or fields.get("Event") in ("SCAN", "subscribe"):
            self._heard_from[openid] = now
        xml = written({"ToUserName": "gh_fake", "FromUserName": openid, "CreateTime": now, **fields})
        return sealed(xml, aes=self.aes, app_id=self.app_id, token=self.token, at=now, nonce=secrets.token_hex(5))

    def event(self, openid: str, event: str, **fields: Value) -> tuple[dict[str, str], bytes]:
        return self.push(openid, MsgType="event", Event=event, **fields)

    def scan(self, url: str, openid: str) -> tuple[dict[str, str], bytes]:
        """Somebody scans the code that leads to `url`; who did not follow does from then on."""
        scene = self.scenes[url]
        if openid in self.unfollowed:
            self.unfollowed.discard(openid)
            return self.event(openid, "subscribe", EventKey=f"qrscene_{scene}", Ticket="t")
        return self.event(openid, "SCAN", EventKey=scene, Ticket="t")

    def agree(self, openid: str, template: str, answer: str = "accept") -> tuple[dict[str, str], bytes]:
        """Somebody is asked by a popup and answers."""
        if answer == "accept":
            self.agreed[openid, template] = self.agreed.get((openid, template), 0) + 1
        item = {"TemplateId": template, "SubscribeStatusString": answer, "PopupScene": "0"}
        return self.event(openid, "subscribe_msg_popup_event", SubscribeMsgPopupEvent=[item])

    def finished(self, taken: Taken, status: str) -> tuple[dict[str, str], bytes]:
        if self.kind == "official":
            return self.event(taken.openid, "TEMPLATESENDJOBFINISH", MsgID=taken.msgid, Status=status)
        item = {
            "TemplateId": taken.template, "MsgID": str(taken.msgid), "ErrorStatus": status,
            "ErrorCode": "0" if status == "success" else "3",
        }  # fmt: skip
        return self.event(taken.openid, "subscribe_msg_sent_event", SubscribeMsgSentEvent=[item])

    async def call(self, push: tuple[dict[str, str], bytes]) -> int:
        """Make the call to `receipts_to`. Gives the status."""
        query, body = push
        headers = {"Content-Type": "text/xml"}
        async with (
            aiohttp.ClientSession() as session,
            session.post(f"{self.receipts_to}?{urlencode(query)}", data=body, headers=headers) as answer,
        ):
            return answer.status

    # What the account calls

    async def _give_token(self, request: web.Request) -> web.StreamResponse:
        answer = self._tokens.give(await _object(request))
        return _said(answer) if isinstance(answer, int) else web.json_response(answer)

    async def _template_send(self, request: web.Request) -> web.StreamResponse:
        return await self._send(request, "official", ("url", "client_msg_id", "miniprogram", "color"))

    async def _subscribe_send(self, request: web.Request) -> web.StreamResponse:
        return await self._send(request, "mini", ("page", "miniprogram_state", "lang"))

    async def _notice_send(self, request: web.Request) -> web.StreamResponse:
        return await self._send(request, "official", ("page", "miniprogram"), notice=True)

    async def _send(
        self, request: web.Request, kind: str, known: tuple[str, ...], *, notice: bool = False
    ) -> web.StreamResponse:
        self.requests += 1
        told = await _object(request)
        fault = self.faults.popleft() if self.faults else None
        if self.delay_seconds:
            await asyncio.sleep(self.delay_seconds)
        if fault == "hang":
            await asyncio.sleep(3600)
        if fault == "reset":
            return _broken(request)
        if isinstance(fault, int):
            return _said(fault)
        if code := self._stale(request):
            return _said(code)
        if kind != self.kind:
            return _said(48001)
        if told is None or set(told) - {"touser", "template_id", "data", *known}:
            return _error(47001, "data format error")
        wrong = self._refuses(told, notice=notice)
        if wrong:
            return _error(*wrong)
        taken = self._take(told)
        if fault == "reset_after":
            return _broken(request)
        if fault == "hang_after":
            await asyncio.sleep(3600)
        if fault in ("html", "500"):
            return web.Response(status=200 if fault == "html" else 500, text="<html>", content_type="text/html")
        return web.json_response({"errcode": 0, "errmsg": "ok", "msgid": taken.msgid})

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        told = await _object(request) or {}
        fault = self.faults.popleft() if self.faults else None
        if isinstance(fault, int) or (fault := self._stale(request)):
            return _said(fault)
        openid, text = told.get("touser"), told.get("text")
        content = text.get("content") if isinstance(text, dict) else None
        if told.get("msgtype") != "text" or not isinstance(openid, str) or not isinstance(content, str) or not content:
            return _error(40008, "invalid message type")
        if self.clock() > self._heard_from.get(openid, float("-inf")) + _ANSWERED_WITHIN_SECONDS:
            return _error(45015, "response out of time limit or subscription is canceled")
        self.answers.append((openid, content))
        return _error(0, "ok")

    def _stale(self, request: web.Request) -> int:
        return self._tokens.wrong(request.query.get("access_token", ""))

    def _refuses(self, told: Mapping[str, Any], *, notice: bool) -> tuple[int, str] | None:
        openid, template = told.get("touser"), self.templates.get(str(told.get("template_id")))
        if not isinstance(openid, str) or openid in self.strangers:
            return 40003, _SAYS[40003]
        if template is None or template.notice != notice:
            return 40037, _SAYS[40037]
        if self.kind == "official" and not notice and openid in self.unfollowed:
            return 43004, _SAYS[43004]
        if len(str(told.get("client_msg_id", ""))) > 64:
            return 45067, "clientmsgid size out of limit"
        if template.counted and self.agreed.get((openid, str(told["template_id"])), 0) < 1:
            return 43101, _SAYS[43101]
        if wrong := wrong_field(told.get("data"), template.fields):
            return 47003, wrong
        if self.most_a_day is not None and len(self.sent) >= self.most_a_day:
            return 45009, _SAYS[45009]
        return None

    def _take(self, told: Mapping[str, Any]) -> Taken:
        """One message for one openid and client_msg_id."""
        again = str(told.get("client_msg_id", ""))
        for taken in self.sent if again else ():
            is_known = self.clock() < taken.at + _REMEMBERS_SECONDS
            if is_known and (taken.openid, taken.client_msg_id) == (told["touser"], again):
                return taken
        data = {name: value["value"] for name, value in told["data"].items()}
        leads_to = str(told.get("url") or told.get("page") or "")
        taken = Taken(told["touser"], told["template_id"], data, leads_to, again, next(self._numbers), self.clock())
        if self.templates[taken.template].counted:
            self.agreed[taken.openid, taken.template] -= 1
        self.sent.append(taken)
        if self.on_taken:
            self.on_taken(taken)
        if self.receipts_to:
            task = asyncio.create_task(self._tell(taken))
            self._telling.add(task)
            task.add_done_callback(self._telling.discard)
        return taken

    async def _tell(self, taken: Taken) -> None:
        await asyncio.sleep(self.receipt_after_seconds)
        # A call that is not answered is made three times.
        for _ in range(3):
            with contextlib.suppress(aiohttp.ClientError):
                if await self.call(self.finished(taken, self.receipt)) == 200:
                    return
            await asyncio.sleep(_CALLED_AGAIN_SECONDS)

    async def _create_code(self, request: web.Request) -> web.StreamResponse:
        told = await _object(request) or {}
        if code := self._stale(request):
            return _said(code)
        if self.kind != "official":
            return _said(48001)
        scene = told.get("action_info", {}).get("scene", {}).get("scene_str")
        if told.get("action_name") != "QR_STR_SCENE" or not isinstance(scene, str) or not 1 <= len(scene) <= 64:
            return _error(40097, "invalid args")
        url = f"http://weixin.qq.com/q/{secrets.token_urlsafe(12)}"
        self.scenes[url] = scene
        return web.json_response(
            {"ticket": secrets.token_urlsafe(40), "expire_seconds": told.get("expire_seconds"), "url": url}
        )

    async def _draw_code(self, request: web.Request) -> web.StreamResponse:
        fault = self.faults.popleft() if self.faults else None
        if code := fault if isinstance(fault, int) else self._stale(request):
            return _said(code)
        if self.kind != "mini":
            return _said(48001)
        drawn = self.mini.draw(await _object(request))
        return web.Response(body=drawn, content_type="image/png") if isinstance(drawn, bytes) else _error(*drawn)

    async def _say_who(self, request: web.Request) -> web.StreamResponse:
        fault = self.faults.popleft() if self.faults else None
        if isinstance(fault, int):
            return _said(fault)
        if fault == "reset":
            return _broken(request)
        who = self.mini.who(request.query)
        return web.json_response(who) if isinstance(who, dict) else _error(*who)


async def _object(request: web.Request) -> dict[str, Any] | None:
    try:
        told = json.loads(await request.read())
    except ValueError:
        return None
    return told if isinstance(told, dict) else None


def _said(code: int) -> web.StreamResponse:
    return _error(code, _SAYS.get(code, "refused"))


def _error(code: int, words: str) -> web.StreamResponse:
    return web.json_response({"errcode": code, "errmsg": f"{words} rid: {secrets.token_hex(4)}"})


def _broken(request: web.Request) -> web.StreamResponse:
    """The connection ends without an answer."""
    if request.transport:
        request.transport.abort()
    return web.Response()
