"""A citizen who is signed in, without the six digits: for tests of what comes after."""

from __future__ import annotations

import re

import sqlalchemy as sa
from starlette.requests import Request
from starlette.responses import Response

from pushsvc.storage.tables.profiles import subscribers
from pushsvc.web.gate import Gate
from tests.journeys.house import Town


async def session_of(town: Town, name: str = "mei") -> dict[str, str]:
    """The cookie of a new session of the subscriber with that id."""
    house = town.house
    gate, response = Gate(house.database, house.vault, house.clock, house.random_bytes), Response()
    async with house.database.write() as tx:
        known = sa.select(subscribers.c.subscriber_no).where(subscribers.c.subscriber_id == name)
        number = (await tx.execute(known)).scalar_one()
        somewhere = {"type": "http", "headers": [], "scheme": "https", "server": ("push.example", 443), "path": "/"}
        request = Request({**somewhere, "query_string": b""})
        await gate.sign_in(tx, request, response, "citizen", str(number))
    found = re.search(r"me=([^;]+)", response.headers["set-cookie"])
    assert found
    return {"me": found[1]}
