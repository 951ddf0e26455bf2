"""How long /o/providers and /o/waiting read a ledger with a month of SMS, and many that wait for approval.

    python -m bench.sms_pages [--charges 2000000] [--held 100000] [--postgres URL_OF_AN_EMPTY_DATABASE]

Makes the rows with SQL of the database's own, in a folder that goes away: `--charges` messages over the days of one month,
by two providers, and `--held` more of ten events that wait for two people. Then each query of the pages is asked five times;
the figure is the median. Target: 200 ms.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncConnection

from bench.report import figure, machine
from pushsvc.domain.time import Instant, to_micros
from pushsvc.ledger.asked import asked_events
from pushsvc.ledger.by_provider import done_since, spent_by
from pushsvc.ledger.charges import spent_of
from pushsvc.ledger.matters import UNTIL_APPROVED
from pushsvc.storage.database import Database
from pushsvc.storage.rows import expect_many
from pushsvc.storage.tables import metadata

BENCH = "sms_pages"
TARGET_MS = 200.0
ZONE = ZoneInfo("Asia/Shanghai")
#: The evening of the last day of a month: all of it is read.
NOW = datetime(2026, 11, 30, 22, 0, tzinfo=ZONE).astimezone(UTC)
DAYS, TIMES, EVENTS = 30, 5, 10
_SERIES = {
    "sqlite": "WITH RECURSIVE series(n) AS (SELECT {first} UNION ALL SELECT n + 1 FROM series WHERE n < {last})",
    "postgresql": "WITH series(n) AS (SELECT generate_series({first}, {last}))",
}
_DELIVERY = (
    "INSERT INTO deliveries (delivery_id, subscriber_no, endpoint_id, channel, kind, language, urgent, state, held, due_at,"
    " tries, segment, provider, provider_id, created_at, ended_at) "
)
_CHANNEL = "'sms', 'new', 'zh', {no}"


def statements(dialect: str, charges: int, held: int) -> list[str]:
    """What makes the ledger. A day's messages are spread over its 24 hours."""
    series, no = _SERIES[dialect], "0" if dialect == "sqlite" else "false"
    began = to_micros(NOW - timedelta(days=DAYS - 1, hours=22))
    step = DAYS * 86_400_000_000 // charges
    at = f"{began} + n * {step}"
    day = f"'2026-11-' || substr('0' || (1 + (n * {DAYS}) / {charges}), -2)" if dialect == "sqlite" else (
        f"'2026-11-' || lpad((1 + (n::bigint * {DAYS}) / {charges})::text, 2, '0')"
    )  # fmt: skip
    empty = "'{}'" if dialect == "sqlite" else "'{}'::json"
    number = "n" if dialect == "sqlite" else "n::bigint"
    at = at.replace(" n ", f" {number} ")
    who = "CASE WHEN n % 3 = 0 THEN 'tencent' ELSE 'aliyun' END"
    mine = _CHANNEL.format(no=no)
    every, those = series.format(first=0, last=charges - 1), series.format(first=0, last=held - 1)
    return [
        f"{_DELIVERY}{every} SELECT 'dlv_' || n, n % 500000, n % 500000, {mine},"
        f" CASE WHEN n % 20 = 0 THEN 'failed' WHEN n % 7 = 0 THEN 'accepted' ELSE 'delivered' END, '', {at}, 1, 'zh:new:v',"
        f" {who}, 'own-' || n, {at}, {at} FROM series",
        f"INSERT INTO charges (delivery_id, channel, tenant, day, provider, segments, estimated, exact, at) {every}"
        f" SELECT 'dlv_' || n, 'sms', '51010000' || (10 + n % 40), {day}, {who}, 1, 45000, NULL, {at} FROM series",
        "INSERT INTO spending (tenant, channel, day, spent) SELECT tenant, channel, day, sum(estimated) FROM charges"
        " GROUP BY tenant, channel, day",
        "INSERT INTO spending_by_provider (provider, channel, day, spent) SELECT provider, channel, day, sum(estimated)"
        " FROM charges GROUP BY provider, channel, day",
        f"{_DELIVERY}{those} SELECT 'hld_' || n, n, n, {mine}, 'planned', 'approval', {to_micros(UNTIL_APPROVED)}, 0,"
        f" 'zh:new:v', NULL, NULL, {to_micros(NOW)}, NULL FROM series",
        "INSERT INTO notices (notice_id, subscriber_no, work_id, kind, reason, event_id, publication_id, revision, version_id,"
        f" state, delivery_id, created_at) {those} SELECT 'ntc_' || n, n, 'wrk_' || n % {EVENTS}, 'new', '',"
        f" 'evt_' || n % {EVENTS}, 'pub_' || n % {EVENTS}, 1, 'ver_' || n % {EVENTS}, 'planned', 'hld_' || n,"
        f" {to_micros(NOW)} FROM series",
        "INSERT INTO approvals (event_id, channel, people, asked_at) SELECT DISTINCT event_id, 'sms', 10000, "
        f"{to_micros(NOW)} FROM notices",
        "INSERT INTO events (event_id, site, origin, event, url, address, declared, test, publication_id, received_at)"
        f" SELECT event_id, '5101000012', 'api', 'published', '', '', {empty}, {no}, publication_id, {to_micros(NOW)}"
        " FROM notices GROUP BY event_id, publication_id",
    ]


async def asked(database: Database, name: str, question: Callable[[AsyncConnection], Awaitable[object]]) -> None:
    """The median of a few, each in a transaction of its own as a page reads."""
    took, cpu = [], []
    for _ in range(TIMES):
        async with database.read() as tx:
            started, used = time.perf_counter(), time.process_time()
            await question(tx)
            took.append((time.perf_counter() - started) * 1000)
            cpu.append((time.process_time() - used) * 1000)
    middle = statistics.median(took)
    figure(BENCH, f"{name}, {tx.dialect.name}", middle, "ms", "target", TARGET_MS, middle / TARGET_MS)
    if tx.dialect.name == "sqlite":  # what it takes on a machine that does nothing else
        figure(BENCH, f"{name}, CPU, sqlite", statistics.median(cpu), "ms")


async def run(url: str, charges: int, held: int) -> None:
    database = Database(url)
    async with database.write() as tx:
        await tx.run_sync(metadata.create_all)
        for statement in statements(tx.dialect.name, charges, held):
            await tx.exec_driver_sql(statement)
    async with database.write() as tx:
        await tx.exec_driver_sql("ANALYZE")
    try:
        await pages(database, NOW)
    finally:
        await database.close()


async def pages(database: Database, now: Instant) -> None:
    async def waiting(tx: AsyncConnection) -> None:
        await expect_many(tx)
        assert sum(one.people for one in await asked_events(tx))

    await asked(database, "/o/providers, the last 24 hours by provider", lambda tx: done_since(tx, now - timedelta(hours=24)))
    await asked(database, "/o/providers, the month's cost by provider", lambda tx: spent_by(tx, now, ZONE))
    await asked(database, "/o/providers, the month's cost by site", lambda tx: spent_of(tx, "sms", now.astimezone(ZONE).date()))
    await asked(database, "/o/waiting, SMS that wait for approval", waiting)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--charges", type=int, default=2_000_000)
    parser.add_argument("--held", type=int, default=100_000)
    parser.add_argument("--postgres", help="an empty database, such as postgresql+asyncpg://user@127.0.0.1/name")
    given = parser.parse_args()
    machine(BENCH)
    with tempfile.TemporaryDirectory() as folder:
        url = given.postgres or f"sqlite+aiosqlite:///{Path(folder, 'pages.sqlite3')}"
        asyncio.run(run(url, given.charges, given.held))


if __name__ == "__main__":
    main()
