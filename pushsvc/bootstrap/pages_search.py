"""The pages of this group, each with the parts that it needs."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.routing import BaseRoute

from pushsvc.bootstrap.house import House
from pushsvc.bootstrap.served import Served
from pushsvc.web.citizen.document import DocumentPages
from pushsvc.web.citizen.search import SearchPages
from pushsvc.web.gate import Gate


def routes(house: House, service: Served, gate: Gate) -> Sequence[BaseRoute]:
    """The search over all publications, and the public page of each."""
    return [
        *SearchPages(house.database, house.clock, house.shared, gate, service.lately, house.zone).routes(),
        *DocumentPages(house.database, house.zone).routes(),
    ]
