"""The fakes that `sms_kills` sends to: each under one handle that says what it took, and whom it calls."""

from __future__ import annotations

import base64
import re
from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any, ClassVar, Literal

from bench.service import Service
from pushsvc import resources
from pushsvc.bootstrap.fakes import approve, approve_wechat
from pushsvc.bootstrap.house import open_house
from pushsvc.bootstrap.sms import callback_key
from pushsvc.channels.sms.template_files import load
from pushsvc.channels.wechat.template_files import load as load_wechat
from pushsvc.demo.fakes.aliyun import FakeAliyun
from pushsvc.demo.fakes.cmpp import FakeCmpp
from pushsvc.demo.fakes.gateway import FakeGateway
from pushsvc.demo.fakes.smpp import FakeSmpp
from pushsvc.demo.fakes.tencent import FakeTencent
from pushsvc.demo.fakes.wechat import FakeWeChat
from pushsvc.settings import read_settings

SIGN = "政策到家"
#: A fake shows a message in queries at once; a doubt that is older and does not show was never taken.
ABSENT_AFTER_SECONDS = 3
_RECEIPT_AFTER_SECONDS = 0.2
_TOKEN = re.compile(r"/s/([A-Za-z0-9_-]{1,10})\s*$")

Told = tuple[Literal["token", "delivery"], str]
"""Which message it is: the token of its short link, or our id."""


class Peer(ABC):
    """A fake and how we are set up for it. `settles`: each doubt can be settled by asking, or by sending the same id again."""

    channel: ClassVar[str] = "sms"
    settles: ClassVar[bool] = True
    fake: Any

    @abstractmethod
    def settings(self, base_url: str) -> dict[str, str]:
        """What the service is set to, once the fake runs."""

    @abstractmethod
    def told(self) -> list[Told]:
        """What it took, each as often as a person would see it."""

    async def call(self, service: Service) -> None:
        """From now on it says to `service` what became of its messages. Who has a session says it there."""
        return None

    def refused(self) -> Sequence[object]:
        refused: Sequence[object] = self.fake.refused
        return refused


def _by_link(texts: Sequence[str]) -> list[Told]:
    return [("token", found.group(1)) if (found := _TOKEN.search(text)) else ("token", "") for text in texts]


class Cloud(Peer):
    def __init__(self, name: str) -> None:
        self._name = name
        self.fake = (
            FakeAliyun("LTAIchaos", "chaos", sign=SIGN) if name == "aliyun" else FakeTencent("AKIDchaos", "chaos", sign=SIGN)
        )
        self.fake.receipt_after_seconds, self.fake.retry_seconds = _RECEIPT_AFTER_SECONDS, (0.5, 1.0, 2.0, 4.0)
        self.fake.number_day_most = None
        if isinstance(self.fake, FakeTencent):
            self.fake.number_hour_most = None

    def settings(self, base_url: str) -> dict[str, str]:
        texts = load(resources.templates_root() / "sms" / "approved", base_url)
        others: dict[str, Any] = {"aliyun": FakeAliyun("x", "y"), "tencent": FakeTencent("x", "y"), self._name: self.fake}
        approve(others["aliyun"], others["tencent"], texts)
        return {"PUSHSVC_SMS_URL": f"{self.fake.url}&at_once=4&absent_after={ABSENT_AFTER_SECONDS}"}

    def told(self) -> list[Told]:
        return _by_link([taken.text for taken in self.fake.sent])

    async def call(self, service: Service) -> None:
        self.fake.receipts_to = (
            f"http://127.0.0.1:{service.port}/api/v1/receipts/{self._name}?key={await _key(service, self._name)}"
        )


class OverASession(Peer):
    """SMPP and CMPP: who was killed did not hear the operator's id, and by ours nobody can ask."""

    settles = False

    def __init__(self, name: str) -> None:
        self.fake = (FakeSmpp if name == "smpp" else FakeCmpp)(receipt_after_seconds=_RECEIPT_AFTER_SECONDS)
        self.fake.keeps_seconds = 60.0
        if isinstance(self.fake, FakeCmpp):
            self.fake.again_after_seconds = 1.0

    def settings(self, base_url: str) -> dict[str, str]:
        return {"PUSHSVC_SMS_URL": f"{self.fake.url}&sign={SIGN}"}

    def told(self) -> list[Told]:
        return _by_link([words for _, words in self.fake.texts])


class Plain(Peer):
    def __init__(self) -> None:
        secret = base64.b64encode(b"the gateway of the chaos run").decode()
        self.fake = FakeGateway(secret, receipt_after_seconds=_RECEIPT_AFTER_SECONDS)

    def settings(self, base_url: str) -> dict[str, str]:
        return {"PUSHSVC_SMS_URL": f"{self.fake.url}?sign={SIGN}&at_once=4"}

    def told(self) -> list[Told]:
        return [("delivery", own) for own in self.fake.sent]

    async def call(self, service: Service) -> None:
        self.fake.receipts_to = f"http://127.0.0.1:{service.port}/api/v1/receipts/http"

    def refused(self) -> Sequence[object]:
        return ()


class WeChat(Peer):
    """Template messages of an official account: the same client_msg_id is the same message."""

    channel = "wechat"

    def __init__(self) -> None:
        self.fake = FakeWeChat(receipt_after_seconds=_RECEIPT_AFTER_SECONDS)

    def settings(self, base_url: str) -> dict[str, str]:
        approve_wechat(self.fake, load_wechat(resources.templates_root() / "wechat" / "approved"))
        return {"PUSHSVC_WECHAT_URL": f"{self.fake.url}&at_once=4"}

    def told(self) -> list[Told]:
        return [("delivery", taken.client_msg_id) for taken in self.fake.sent]

    async def call(self, service: Service) -> None:
        self.fake.receipts_to = f"http://127.0.0.1:{service.port}/api/v1/receipts/wechat"

    def refused(self) -> Sequence[object]:
        return ()


PEERS = ("aliyun", "tencent", "smpp", "cmpp", "http", "wechat")


def peer(name: str) -> Peer:
    if name in ("aliyun", "tencent"):
        return Cloud(name)
    if name in ("smpp", "cmpp"):
        return OverASession(name)
    return Plain() if name == "http" else WeChat()


async def _key(service: Service, provider: str) -> str:
    environment = service.environment
    settings = read_settings(
        home=service.home, secret_key=environment["PUSHSVC_SECRET_KEY"], base_url=f"http://localhost:{service.port}"
    )
    async with open_house(settings) as house:
        return callback_key(house, provider)
