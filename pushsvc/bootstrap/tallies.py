"""The duty that keeps what the dashboard shows."""

from __future__ import annotations

from pushsvc.bootstrap.house import House
from pushsvc.ledger.tallying import Tallier
from pushsvc.streams.timekeeper import Duty

EVERY_SECONDS = 5.0


def tallying(house: House) -> Duty:
    """On a cluster the active scheduler does it."""
    return Duty("count what happened", EVERY_SECONDS, Tallier(house.database, house.clock).look)
