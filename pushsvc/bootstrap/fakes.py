"""`pushsvc dev --fakes`: a provider of each kind on this machine, with our approved templates; the viewer shows what came."""

from __future__ import annotations

import asyncio
import base64
import re
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import quote

from pushsvc import resources
from pushsvc.bootstrap.house import House
from pushsvc.bootstrap.sending import links
from pushsvc.bootstrap.sms import callback_key
from pushsvc.bootstrap.wechat import templates as wechat_templates
from pushsvc.channels.mailbox import MailboxConnection
from pushsvc.channels.rendering.words import say
from pushsvc.channels.sms.template_files import load
from pushsvc.channels.sms.templates import VARIABLE, Templates
from pushsvc.channels.wechat.codes import PROVIDER as WECHAT
from pushsvc.channels.wechat.shown import address, shown
from pushsvc.channels.wechat.templates import NOTICES
from pushsvc.channels.wechat.templates import Templates as WeChatTemplates
from pushsvc.demo.fakes.aliyun import FakeAliyun
from pushsvc.demo.fakes.cmpp import FakeCmpp
from pushsvc.demo.fakes.gateway import FakeGateway
from pushsvc.demo.fakes.operators import Taken as TakenPart
from pushsvc.demo.fakes.smpp import FakeSmpp
from pushsvc.demo.fakes.sms_house import SmsHouse, Taken
from pushsvc.demo.fakes.tencent import FakeTencent
from pushsvc.demo.fakes.wechat import FakeWeChat
from pushsvc.demo.fakes.wechat import Taken as TakenByWeChat
from pushsvc.domain.languages import Language
from pushsvc.domain.notices import DeliveryKind, Message
from pushsvc.domain.subscribers import Channel
from pushsvc.ledger.messages import letter
from pushsvc.settings import Settings

_PRICE = "price=0.045"
_RECEIPT_AFTER_SECONDS = 2.0
_TOKEN, _PAGE = re.compile(r"/s/([A-Za-z0-9_-]{1,10})"), re.compile(r"/m/([A-Za-z0-9_-]+)")
_NOT_SECRET = base64.b64encode(b"the fake gateway of pushsvc dev").decode()


@dataclass(frozen=True)
class Fakes:
    """The running fakes. `sms_url` is what SMS_URL would say of them, `wechat.url` what WECHAT_URL would. Their ports are new
    at each start: their names say that they are the same."""

    aliyun: FakeAliyun
    tencent: FakeTencent
    gateway: FakeGateway
    smpp: FakeSmpp
    cmpp: FakeCmpp
    wechat: FakeWeChat

    @property
    def sms_url(self) -> str:
        signed = f"sign={quote(say('zh', 'signature'))}&{_PRICE}"
        return ",".join(
            [
                f"{self.aliyun.url}&{_PRICE}&name=aliyun", f"{self.tencent.url}&{_PRICE}&name=tencent",
                f"{self.gateway.url}?{signed}&name=http", f"{self.smpp.url}&{signed}&name=smpp",
                f"{self.cmpp.url}&{signed}&name=cmpp",
            ]
        )  # fmt: skip

    def call(self, house: House) -> None:
        """From now on they say to `house` what became of messages, and what they took shows in the mailbox viewer."""
        base = house.settings.base_url.rstrip("/")
        for name, cloud in (("aliyun", self.aliyun), ("tencent", self.tencent)):
            cloud.receipts_to = f"{base}/api/v1/receipts/{name}?key={callback_key(house, name)}"
        self.gateway.receipts_to = f"{base}/api/v1/receipts/http"
        self.wechat.receipts_to = f"{base}/api/v1/receipts/{WECHAT}"
        viewer = _Viewer(house)
        self.aliyun.on_taken = self.tencent.on_taken = viewer.cloud
        self.gateway.on_sent = viewer.gateway
        self.wechat.on_taken = viewer.wechat
        self.smpp.on_taken, self.cmpp.on_taken = viewer.operator("smpp"), viewer.operator("cmpp")


@asynccontextmanager
async def running_fakes(settings: Settings) -> AsyncIterator[Fakes]:
    """One fake of each kind, on free ports of 127.0.0.1."""
    sign = say("zh", "signature")
    fakes = Fakes(
        FakeAliyun("LTAIfake", "fake-secret", sign=sign),
        FakeTencent("AKIDfake", "fake-secret", sign=sign),
        FakeGateway(_NOT_SECRET, receipt_after_seconds=_RECEIPT_AFTER_SECONDS),
        FakeSmpp(receipt_after_seconds=_RECEIPT_AFTER_SECONDS),
        FakeCmpp(receipt_after_seconds=_RECEIPT_AFTER_SECONDS),
        FakeWeChat(receipt_after_seconds=_RECEIPT_AFTER_SECONDS),
    )
    folder = settings.sms_templates or resources.templates_root() / "sms" / "approved"
    approve(fakes.aliyun, fakes.tencent, load(folder, settings.base_url))
    approve_wechat(fakes.wechat, wechat_templates(settings))
    async with AsyncExitStack() as stack:
        for fake in (fakes.aliyun, fakes.tencent, fakes.gateway, fakes.smpp, fakes.cmpp, fakes.wechat):
            if isinstance(fake, SmsHouse):
                fake.receipt_after_seconds = _RECEIPT_AFTER_SECONDS
            await fake.start()
            stack.push_async_callback(fake.stop)
        yield fakes


def approve(aliyun: FakeAliyun, tencent: FakeTencent, templates: Templates) -> None:
    """The clouds approve our templates, each in its own spelling: `${name}`, `{1}`."""
    for template in templates:
        most = {name: template.most.get(name, 10) for name in template.variables}
        if approved := template.ids.get("aliyun"):
            aliyun.add(approved, VARIABLE.sub(r"${\1}", template.text), **most)
        if approved := template.ids.get("tencent"):
            order = {name: number for number, name in enumerate(template.variables, start=1)}
            text = template.text
            for name, number in order.items():
                text = text.replace(f"{{{name}}}", f"{{{number}}}")
            tencent.add(approved, text, **{f"_{order[name]}": most[name] for name in most})


def approve_wechat(wechat: FakeWeChat, templates: WeChatTemplates) -> None:
    """WeChat approves our templates, with the fields that their files name."""
    for template in templates:
        wechat.approve(
            template.id, *template.fields, may_miss=tuple(template.may_miss), counted=template.counted,
            notice=template.kind in NOTICES,
        )  # fmt: skip


class _Viewer:
    """Shows what a fake took as a phone would."""

    def __init__(self, house: House) -> None:
        self._database, self._links = house.database, links(house)
        self._approved = tuple(wechat_templates(house.settings))
        self._mailbox = MailboxConnection(house.database, house.vault, house.clock)
        self._showing: set[asyncio.Task[Any]] = set()
        self._parts = 0

    def cloud(self, taken: Taken) -> None:
        self._soon(self._show(taken.delivery_id, f"+86{taken.number[-11:]}", f"【{taken.sign}】{taken.text}"))

    def wechat(self, taken: TakenByWeChat) -> None:
        template = next(each for each in self._approved if each.id == taken.template)
        text = shown(template, taken.data, taken.leads_to)
        page = _PAGE.search(address(template, taken.leads_to))
        named = taken.client_msg_id or (page and self._links.read_message_page(page[1])) or f"wechat-{taken.msgid}"
        self._soon(self._show(named, taken.openid, text, "wechat", template.language))

    def _soon(self, showing: Coroutine[Any, Any, None]) -> None:
        task = asyncio.ensure_future(showing)
        self._showing.add(task)
        task.add_done_callback(self._showing.discard)

    async def gateway(self, message: dict[str, Any]) -> None:
        await self._show(message["id"], message["to"], message["text"])

    def operator(self, name: str) -> Callable[[TakenPart], Any]:
        async def show(taken: TakenPart) -> None:
            self._parts += 1
            place = f"（{taken.place[2]}/{taken.place[1]}）" if taken.place else ""
            await self._show(f"{name}-{self._parts}", f"+{re.sub(r'[^0-9]', '', taken.to)}", f"{place}{taken.words}")

        return show

    async def _show(self, named: str, to: str, text: str, channel: Channel = "sms", language: Language = "zh") -> None:
        """Under the delivery whose link the text holds, where the fake was not told which it is."""
        token = _TOKEN.search(text)
        async with self._database.read() as tx:
            delivery = await self._links.read_short(tx, token[1]) if token else None
            known = await letter(tx, delivery or named)
        told = known.told if known else ()
        kind = cast(DeliveryKind, told[0].kind) if len(told) == 1 else "digest" if told else "service"
        publication = told[0].publication_id if len(told) == 1 else None
        message = Message(delivery or named, channel, to, language, kind, "", text, publication_id=publication)
        await self._mailbox.send(message)
