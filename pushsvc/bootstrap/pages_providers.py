"""The page of providers, with the providers that the settings name."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.routing import BaseRoute

from pushsvc.bootstrap.house import House
from pushsvc.bootstrap.served import Served
from pushsvc.bootstrap.sms import callback_address
from pushsvc.bootstrap.wechat import account_of
from pushsvc.channels.wechat.codes import PROVIDER
from pushsvc.ledger.by_provider import Counting
from pushsvc.settings.providers import ProviderUrl
from pushsvc.web.gate import Gate
from pushsvc.web.operator.mending import Desk
from pushsvc.web.operator.provider_words import Listed
from pushsvc.web.operator.providers import ProviderPages


def routes(house: House, service: Served, gate: Gate) -> Sequence[BaseRoute]:  # noqa: ARG001
    return ProviderPages(Desk(gate, house.zone), listed(house), Counting(house.database, house.zone)).routes()


def listed(house: House) -> Sequence[Listed]:
    """The providers of SMS_URL in their order, and the account of WECHAT_URL."""
    sms = [Listed(name, "sms", _where(url), callback_address(house, name, url)) for name, url in house.sms_providers]
    account, base = account_of(house.settings), house.settings.base_url
    # Without the token of its callbacks nobody is let in there.
    callback = f"{base}/api/v1/receipts/{PROVIDER}" if account and account.token else ""
    wechat = [Listed(PROVIDER, "wechat", _where(url), callback) for url in house.settings.wechat_url]
    return [*sms, *wechat]


def _where(url: ProviderUrl) -> str:
    host = f"[{url.host}]" if ":" in url.host else url.host
    return f"{host}:{url.port}" if url.port else host
