"""The pages of this group, each with the parts that it needs."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.routing import BaseRoute

from pushsvc.bootstrap.house import House
from pushsvc.bootstrap.served import Served
from pushsvc.web.gate import Gate
from pushsvc.web.operator.accounts import AccountPages
from pushsvc.web.operator.my_account import MyAccountPages


def routes(house: House, service: Served, gate: Gate) -> Sequence[BaseRoute]:  # noqa: ARG001
    return [*AccountPages(gate, house.zone).routes(), *MyAccountPages(gate, house.shared).routes()]
