"""WeChat messages: template messages and subscription notices of an official account, subscription messages of a mini-program.

developers.weixin.qq.com, sendTemplateMessage: of one openid and `client_msg_id` one message is sent in ten minutes. So what
broke off is said again. What needs a consent has no such id (sendMessage; sendNewSubscribeMsg): it is never said again.
"""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import replace
from typing import Any, Protocol

from pushsvc.channels.wechat.api import WeChatApi
from pushsvc.channels.wechat.codes import HAS_IT, NO_CONSENT, PROVIDER
from pushsvc.channels.wechat.templates import NOTICES, Chosen, Templates
from pushsvc.clock import Clock
from pushsvc.domain.addresses import normalise_address
from pushsvc.domain.notices import NEVER_KNOWN, Message, SendResult
from pushsvc.domain.standing import Providers
from pushsvc.domain.subscribers import Channel
from pushsvc.errors import BadInput, NotDurable
from pushsvc.telemetry import log

TEMPLATE_SEND, SUBSCRIBE_SEND = "/cgi-bin/message/template/send", "/cgi-bin/message/subscribe/send"
#: sendNewSubscribeMsg, an official account's subscription notices: the fields of SUBSCRIBE_SEND, and an address as `page`.
NOTICE_SEND = "/cgi-bin/message/subscribe/bizsend"
#: An answer to somebody who wrote to us or scanned a code, within 48 hours (sendCustomMessage): free text, no template.
ANSWER_SEND = "/cgi-bin/message/custom/send"
#: A stopped template, or the paused account, is looked at again so often.
LOOK_AGAIN_SECONDS = 600.0
LOOK_AGAIN_AT_PAUSE_SECONDS = 60.0
#: WeChat remembers a client_msg_id for ten minutes; a minute of them is left for clocks that differ and slow calls.
REPEATS_WITHIN_SECONDS = 540.0
#: What broke off is said again at once only while the message's lease has time for it.
AGAIN_WITHIN_SECONDS = 6.0
_LANG = {"zh": "zh_CN", "en": "en_US"}
_LEFT = ("accepted", "unknown")


class Quotas(Protocol):
    """How many messages a person has agreed to, by template. All of it is durable when it returns; NotDurable."""

    async def take(self, openid: str, template: str) -> bool:
        """Use one up. False when none is left."""
        ...

    async def give_back(self, openid: str, template: str) -> None: ...

    async def empty(self, openid: str, template: str) -> None:
        """WeChat says that the person does not agree any more."""
        ...


class WeChatCarrier:
    """Carries by one account; each of its connections is one message at a time over the same sockets."""

    channel: Channel = "wechat"
    name = PROVIDER

    def __init__(self, api: WeChatApi, templates: Templates, providers: Providers, quotas: Quotas, clock: Clock) -> None:
        self.api, self.templates, self.providers, self.quotas, self.clock = api, templates, providers, quotas, clock
        self.connections = api.account.at_once

    async def connect(self) -> WeChatConnection:
        return WeChatConnection(self)

    async def close(self) -> None:
        await self.api.close()


class WeChatConnection:
    def __init__(self, carrier: WeChatCarrier) -> None:
        self._carrier = carrier

    async def send(self, message: Message) -> SendResult:
        """See `domain.ports.Connection`."""
        try:
            openid = normalise_address("wechat", message.to)
        except BadInput as error:
            return SendResult("suppress", "openid", str(error), provider=PROVIDER)
        if message.in_doubt_since is not None and not self._may_repeat(message):
            return SendResult("unknown", NEVER_KNOWN, "nobody can say whether WeChat has it", provider=PROVIDER)
        try:
            standing = await self._carrier.providers.standing()
            if PROVIDER in standing.paused:
                why = "WeChat takes nothing from us: mend it, then resume it at /o/providers"
                return _hold("provider_paused", why, LOOK_AGAIN_AT_PAUSE_SECONDS)
            if message.kind == "service":
                return await self._answer(message, openid)
            return await self._by_a_template(message, openid, standing.stopped.get(PROVIDER, frozenset()))
        except NotDurable as error:  # all that is written before a message leaves is written first
            return SendResult("not_sent", "connect", f"the database takes nothing: {error}", provider=PROVIDER)

    async def close(self) -> None:
        """The sockets are everybody's."""

    def _may_repeat(self, message: Message) -> bool:
        """Where any template without a client_msg_id fits too, nobody knows by which one it left."""
        carrier = self._carrier
        fitting = carrier.templates.that_tell(message, carrier.api.account.kind)
        has_an_id = bool(fitting) and all(chosen.template.kind == "official" for chosen in fitting)
        if message.in_doubt_since is None or not has_an_id:
            return False
        age = (self._carrier.clock.now() - message.in_doubt_since).total_seconds()
        return age <= REPEATS_WITHIN_SECONDS

    async def _answer(self, message: Message, openid: str) -> SendResult:
        """What the service itself says, such as the help after a message that it could not read. It is not said again."""
        result = await self._call(ANSWER_SEND, {"touser": openid, "msgtype": "text", "text": {"content": message.text}})
        return await self._noted(result)

    async def _by_a_template(self, message: Message, openid: str, stopped: frozenset[str]) -> SendResult:
        """By the first template that WeChat takes: one that it refuses, or the person does not want, leads to the next."""
        fitting = self._carrier.templates.that_tell(message, self._carrier.api.account.kind)
        if not fitting:
            why = f"no approved template fits a {message.about or message.kind} in {message.language}"
            return SendResult("refused", "no_template", why, provider=PROVIDER)
        waits: SendResult | None = None
        result = None
        for chosen in fitting:
            if chosen.template.id in stopped:
                waits = waits or _stopped("WeChat refuses its template; mend it, then let it go on at /o/providers")
                continue
            result = await self._tried(message, openid, chosen)
            if result.stops == "template":
                waits = replace(result, verdict="hold", held="template", retry_after_seconds=LOOK_AGAIN_SECONDS)
            elif result.code not in (str(NO_CONSENT), "no_consent_left"):
                return result
        assert waits or result
        return waits or result  # type: ignore[return-value]

    async def _tried(self, message: Message, openid: str, chosen: Chosen) -> SendResult:
        template, carrier = chosen.template, self._carrier
        counted = template.counted
        if counted and not await carrier.quotas.take(openid, template.id):
            why = "the person has agreed to no further message of this template"
            return SendResult("refused", "no_consent_left", why, provider=PROVIDER)
        result = await (self._say_official if template.kind == "official" else self._say_once)(message, openid, chosen)
        # What follows must not turn an answer into a doubt.
        with suppress(NotDurable):
            if counted and result.code == str(NO_CONSENT):
                await carrier.quotas.empty(openid, template.id)
            elif counted and result.verdict not in _LEFT:
                await carrier.quotas.give_back(openid, template.id)
        return await self._noted(result, template.id)

    async def _noted(self, result: SendResult, template: str = "") -> SendResult:
        """Stop what must not be used any more."""
        providers = self._carrier.providers
        try:
            if result.stops == "provider":
                await providers.pause(PROVIDER, f"{result.code}: {result.why}")
            elif result.stops == "template" and template:
                await providers.stop_template(PROVIDER, template, result.code, result.why)
        except NotDurable as error:
            log.warning("what a WeChat answer means could not be written down", code=result.code, why=str(error))
        return result

    async def _say_once(self, message: Message, openid: str, chosen: Chosen) -> SendResult:
        body = _body(openid, chosen) | {"page": chosen.leads_to}
        if chosen.template.kind in NOTICES:
            return await self._call(NOTICE_SEND, body)
        body |= {"miniprogram_state": "formal", "lang": _LANG[message.language]}
        return await self._call(SUBSCRIBE_SEND, body)

    async def _say_official(self, message: Message, openid: str, chosen: Chosen) -> SendResult:
        body = _body(openid, chosen) | {"url": chosen.leads_to, "client_msg_id": message.delivery_id}
        repeated = message.in_doubt_since is not None
        began = time.monotonic()
        result = await self._call(TEMPLATE_SEND, body)
        if result.verdict == "unknown" and time.monotonic() - began < AGAIN_WITHIN_SECONDS:
            repeated = True
            with suppress(NotDurable):
                again = await self._call(TEMPLATE_SEND, body)
                # An answer that only puts it off does not say what became of the first.
                result = again if again.verdict in ("accepted", "refused", "suppress") or _has_it(again) else result
        if _has_it(result):
            if repeated:
                return SendResult("accepted", result.code, result.why, provider=PROVIDER)
            return replace(result, verdict="try_later")
        return result

    async def _call(self, path: str, body: dict[str, Any]) -> SendResult:
        answer = await self._carrier.api.call(path, body)
        if isinstance(answer, SendResult):
            return answer
        named = answer.get("msgid")
        return SendResult("accepted", "0", provider=PROVIDER, provider_id=str(named) if named else None)


def _has_it(result: SendResult) -> bool:
    return result.code.isdecimal() and int(result.code) in HAS_IT


def _body(openid: str, chosen: Chosen) -> dict[str, Any]:
    data = {field: {"value": value} for field, value in chosen.filled.items()}
    return {"touser": openid, "template_id": chosen.template.id, "data": data}


def _hold(code: str, why: str, seconds: float) -> SendResult:
    return SendResult("hold", code, why, provider=PROVIDER, held="paused", retry_after_seconds=seconds)


def _stopped(why: str) -> SendResult:
    return replace(_hold("template_stopped", why, LOOK_AGAIN_SECONDS), held="template")
