"""The pages of this group, each with the parts that it needs."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.routing import BaseRoute

from pushsvc.bootstrap.house import House
from pushsvc.bootstrap.served import Served
from pushsvc.channels.rendering.reasons import tell_reason
from pushsvc.web.gate import Gate
from pushsvc.web.operator.board import Board
from pushsvc.web.operator.dashboard import DashboardPages
from pushsvc.web.operator.find import FindPages
from pushsvc.web.operator.finder import Finder
from pushsvc.web.operator.live import LivePages


def routes(house: House, service: Served, gate: Gate) -> Sequence[BaseRoute]:
    dashboard = DashboardPages(gate, Board(house.database, house.clock), house.zone)
    finder = Finder(house.vault, service.links)
    return [
        *dashboard.routes(),
        *LivePages(gate, dashboard).routes(),
        *FindPages(gate, finder, house.trace, house.trace_pair, tell_reason, house.zone).routes(),
    ]
