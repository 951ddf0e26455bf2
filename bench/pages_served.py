"""The process that `bench.pages` asks: a month in the database, the pages, and the timekeeper beside them.

    python -m bench.pages_served DATABASE_URL HOME PORT PEOPLE MESSAGES

Its only line on standard output is JSON: the cookies of an operator, a publisher and a citizen, and ids of the month.
"""

from __future__ import annotations

import asyncio
import json
import sys
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa
import uvicorn

from bench.month import Month, fill
from bench.town import SITE
from pushsvc.bootstrap.house import House, open_house
from pushsvc.bootstrap.pages import routes
from pushsvc.bootstrap.service import Service
from pushsvc.operations import accounts
from pushsvc.operations.sessions import Kind, open_session
from pushsvc.settings import Settings, read_settings
from pushsvc.storage.tables.ledger import deliveries, notices
from pushsvc.telemetry.logs import configure_logs
from pushsvc.web.app import application
from pushsvc.web.gate import COOKIE

KEY = "only-for-benches-and-chaos-0123456789"
CITIZEN = 2
PASSWORD = "only for benches, nobody else"


def say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


async def prepared(settings: Settings, people: int, messages: int) -> None:
    """The schema, and where the database is empty the month."""
    async with open_house(settings) as house:
        async with house.database.read() as tx:
            there = (await tx.execute(sa.select(sa.literal(1)).select_from(deliveries).limit(1))).first()
        if there:
            return
        if house.database.dialect == "sqlite":
            await house.database.close()  # the writer takes the file for itself
        await fill(house.database, house.vault, Month(people, messages, datetime.now(UTC)), say)


async def known(house: House, service: Service) -> dict[str, str]:
    """Who is signed in, and what there is to look at."""
    async with house.database.read() as tx:
        hers = (
            await tx.execute(
                sa.select(notices.c.delivery_id, notices.c.event_id, notices.c.publication_id)
                .join(deliveries, deliveries.c.delivery_id == notices.c.delivery_id)
                .where(notices.c.subscriber_no == CITIZEN, deliveries.c.state == "accepted")
                .limit(1)
            )
        ).one()
    return {
        "operator": await _signed_in(house, "console", "bench-operator", "admin"),
        "publisher": await _signed_in(house, "console", "bench-publisher", "publisher", SITE["code"]),
        "citizen": await _signed_in(house, "citizen", str(CITIZEN)),
        "message": service.links.message_page(hers.delivery_id).rpartition("/")[2],
        "event": hers.event_id,
        "publication": hers.publication_id,
        "delivery": hers.delivery_id,
    }


async def _signed_in(house: House, kind: Kind, subject: str, role: str = "", site: str | None = None) -> str:
    if role and await accounts.find_account(house.database, subject) is None:
        await accounts.add_account(house.database, house.clock, subject, role, site)
        await accounts.set_password(house.database, house.clock, subject, PASSWORD)
    async with house.database.write() as tx:
        session = await open_session(tx, kind, subject, house.clock.now(), house.random_bytes)
    return f"{COOKIE[kind]}={house.vault.token(f'session {kind}', session.token)}; lang=zh"


async def main(url: str, home: Path, port: int, people: int, messages: int) -> None:
    settings = read_settings(None, home=home, database_url=url, secret_key=KEY, base_url="http://push.example", port=port)
    await prepared(settings, people, messages)
    async with open_house(settings) as house:
        service = Service(house)  # not started: nothing is read, planned or sent; the timekeeper's duties are done
        await service.timekeeper.once()
        service.timekeeper.start()
        app = application(routes(house, service, dev=False), house.vault)
        server = uvicorn.Server(uvicorn.Config(app, port=port, log_config=None, lifespan="off", access_log=False))
        serving = asyncio.create_task(server.serve())
        while not server.started:
            await asyncio.sleep(0.01)
        print(json.dumps(await known(house, service)), flush=True)
        await serving
        await service.timekeeper.stop()


if __name__ == "__main__":
    configure_logs("WARNING")
    asyncio.run(main(sys.argv[1], Path(sys.argv[2]), *map(int, sys.argv[3:6])))
