"""kill -9 in the middle of sending SMS or WeChat messages while receipts arrive: who was lost, who was told twice?

    python -m tests.chaos.sms_kills [--provider aliyun|tencent|smpp|cmpp|http|wechat] [--kills 200] [--events 100]
                                    [--people 300] [--seed 1] [--minutes 10]

The provider is our strict fake in this process; it goes on while the service dies. Afterwards, from what the fake took:

- twice: a message that was taken more than once, or two messages to one person about one publication. Must be 0: what was in
  doubt is asked about before it is sent again.
- lost: pairs whose message never came. Must be 0 with a provider that can be asked by our id (Aliyun, Tencent), or to which
  the same id is the same message (the plain gateway, WeChat). An operator over SMPP or CMPP can be asked only by its own id,
  which a killed process had not written down yet: there what no receipt settles stays `unknown`, listed, and is not lost but
  in doubt. How many of these had come all the same is shown (in doubt, though taken).
- strangers: messages to people whom the publication does not concern. Must be 0.

One JSON line a figure; exit 1 when a promise was broken.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import math
import random
import sqlite3
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bench.report import figure
from bench.service import Service
from bench.town import DISTRICTS, SITE, TOPICS
from tests.chaos.kills import Findings, Plan, post_all
from tests.chaos.sms_peers import PEERS, Peer, Told, peer

SETTLED_SECONDS = 180.0
#: So long receipts of what is in doubt may still come, where nobody can be asked.
LAST_RECEIPTS_SECONDS = 8.0
LONGEST_LIFE_SECONDS = 0.8
_UNDER_WAY = (
    "SELECT count(*) FROM deliveries WHERE state IN ('planned', 'claimed')"
    " OR (state = 'unknown' AND ended_at IS NULL AND due_at < ?)"
)


@dataclass
class SmsFindings:
    """What came of it. Pairs are (person, publication)."""

    kills: int = 0
    events: int = 0
    taken: int = 0
    delivered: int = 0
    lost: list[tuple[int, int]] = field(default_factory=list)
    twice: list[tuple[int, int]] = field(default_factory=list)
    strangers: list[tuple[int, int]] = field(default_factory=list)
    in_doubt: list[tuple[int, int]] = field(default_factory=list)
    in_doubt_taken: int = 0
    unsettled: int = 0
    refused: int = 0

    def broken(self) -> list[str]:
        kept = {
            "lost": not self.lost, "twice": not self.twice, "strangers": not self.strangers, "unsettled": not self.unsettled,
            "refused by the fake": not self.refused,
        }  # fmt: skip
        return [promise for promise, held in kept.items() if not held]


class Elsewhere:
    """An event loop in a thread of its own, where the fake lives."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        future: Future[Any] = asyncio.run_coroutine_threadsafe(work, self._loop)
        return future.result(60)

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)


@contextmanager
def _running(there: Peer) -> Iterator[Elsewhere]:
    elsewhere = Elsewhere()
    elsewhere.run(there.fake.start())
    try:
        yield elsewhere
    finally:
        elsewhere.run(there.fake.stop())
        elsewhere.stop()


def address(channel: str, person: int) -> str:
    return f"138{person:08d}" if channel == "sms" else f"openid-{person:020d}"


def write_people(plan: Plan, file: Path, channel: str) -> Path:
    """Everybody by this channel, at any hour, as often as it comes: the hour of the run decides nothing."""
    agreed = (datetime.now(UTC) - timedelta(days=1)).isoformat(timespec="seconds")
    town = plan.town
    with file.open("w", encoding="utf-8") as out:
        for person in range(plan.people):
            line = {
                "id": f"person-{person}", "kind": "citizen", "language": "zh", "places": [DISTRICTS[town.district_of(person)]],
                "endpoints": [
                    {"channel": channel, "address": address(channel, person), "consent": {"at": agreed, "source": "form"}}
                ],
                "preferences": {"quiet_hours": [], "max_a_day": 1000},
                "interests": [{"topics": [TOPICS[town.topic_of(person)]]}],
            }  # fmt: skip
            out.write(json.dumps(line, ensure_ascii=False) + "\n")
    return file


def run(plan: Plan, folder: Path, provider: str, minutes: float | None = None) -> SmsFindings:
    """Kill as `plan` says, but begin no kill after `minutes`: on a busy machine one takes ten seconds."""
    service, there = Service(folder / "home"), peer(provider)
    with _running(there) as elsewhere:
        service.settings = there.settings(f"http://localhost:{service.port}")
        with service:
            service.start()
            elsewhere.run(there.call(service))
            kills, events = _kill_while_events_flow(plan, service, folder, there.channel, minutes)
            plan, found = replace(plan, kills=kills, events=events), SmsFindings(kills=kills, events=events)
            found.unsettled = _until_settled(service, doubts=there.settles)
        _examine(plan, service, there, found)
    return found


def _kill_while_events_flow(plan: Plan, service: Service, folder: Path, channel: str, minutes: float | None) -> tuple[int, int]:
    """How many kills and events there were."""
    findings, draw = Findings(), random.Random(plan.seed)
    site = service.register(SITE)
    service.import_subscribers(write_people(plan, folder / "people.jsonl", channel))
    turns = threading.Semaphore(0)
    poster = threading.Thread(target=post_all, args=(plan, service, site, findings, turns), daemon=True)
    poster.start()
    given, kill, ends = 0, 0, time.monotonic() + 60 * minutes if minutes else math.inf
    while kill < plan.kills and time.monotonic() < ends:
        kill += 1
        service.until_ready()
        for _ in range(given, due := plan.events * kill // plan.kills):
            turns.release()
        given = due
        time.sleep(draw.uniform(0.05, LONGEST_LIFE_SECONDS))
        service.kill()
        service.start(wait=False)
    service.until_ready()
    until = time.monotonic() + 120
    while len(findings.posted) < given and time.monotonic() < until:
        time.sleep(0.1)
    return kill, given


def _until_settled(service: Service, *, doubts: bool) -> int:
    """Wait until nothing is on its way and, with `doubts`, none has a question open (operators leave some open for a day).
    Gives what was left when the time was over."""
    ends = time.monotonic() + SETTLED_SECONDS
    while not doubts and time.monotonic() < ends - SETTLED_SECONDS + LAST_RECEIPTS_SECONDS:
        with _database(service) as rows:
            if not rows("SELECT count(*) FROM deliveries WHERE state IN ('unknown', 'planned', 'claimed')")[0][0]:
                break
        time.sleep(0.5)
    while True:
        with _database(service) as rows:
            (left,) = rows(_UNDER_WAY, (int((time.time() + 3600) * 1e6) if doubts else 0,))[0]
            (events,) = rows("SELECT count(*) FROM events WHERE event_id NOT IN (SELECT event_id FROM ends)")[0]
        if not left and not events:
            return 0
        if time.monotonic() > ends:
            return int(left + events)
        time.sleep(0.5)


def _examine(plan: Plan, service: Service, there: Peer, found: SmsFindings) -> None:
    told = Counter(there.told())
    found.taken, found.refused = told.total(), len(there.refused())
    pairs = _pairs(service)
    came: Counter[tuple[int, int]] = Counter()
    for one, times in told.items():
        came[pairs[one][:2]] += times
    expected = plan.expected()
    states = {named[1]: pair for named, pair in pairs.items() if named[0] == "delivery"}
    doubtful = {(person, number) for person, number, state in states.values() if state == "unknown"}
    found.delivered = sum(1 for *_, state in states.values() if state == "delivered")
    found.in_doubt = sorted((expected - set(came)) & doubtful)
    found.in_doubt_taken = len(doubtful & set(came))
    found.lost = sorted(expected - set(came) - (set() if there.settles else doubtful))
    found.strangers = sorted(set(came) - expected)
    found.twice = sorted(pair for pair, times in came.items() if times > 1)


def _pairs(service: Service) -> dict[Told, tuple[int, int, str]]:
    """(person, publication, state) of each message, by its short link and by its id."""
    found: dict[Told, tuple[int, int, str]] = {}
    with _database(service) as rows:
        for token, delivery, person, address, state in rows(
            "SELECT l.token, d.delivery_id, s.subscriber_id, p.address, d.state FROM deliveries d"
            " JOIN notices n ON n.delivery_id = d.delivery_id"
            " JOIN subscribers s ON s.subscriber_no = d.subscriber_no"
            " JOIN publications p ON p.publication_id = n.publication_id"
            " LEFT JOIN short_links l ON l.delivery_id = d.delivery_id"
        ):
            pair = (int(person.removeprefix("person-")), int(address.rpartition("-")[2].removesuffix(".html")), state)
            found["token", token] = found["delivery", delivery] = pair
    return found


@contextmanager
def _database(service: Service) -> Iterator[Callable[..., list[Any]]]:
    connection = sqlite3.connect(f"file:{service.home / 'pushsvc.sqlite3'}?mode=ro", uri=True, timeout=30)
    try:
        yield lambda query, given=(): connection.execute(query, given).fetchall()
    finally:
        connection.close()


def report(plan: Plan, provider: str, found: SmsFindings) -> list[str]:
    name = f"{provider}, {found.kills} kills, {found.events} events, {plan.people} people"
    for what, count in (
        ("messages taken", found.taken), ("known as delivered", found.delivered), ("lost", len(found.lost)),
        ("twice", len(found.twice)), ("strangers", len(found.strangers)), ("in doubt for good, not taken", len(found.in_doubt)),
        ("in doubt, though taken", found.in_doubt_taken),
        ("not settled", found.unsettled),
    ):  # fmt: skip
        figure("sms_kills", f"{name}: {what}", count, "")
    return found.broken()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--provider", choices=PEERS, default="aliyun")
    for name, default in (("kills", 200), ("events", 100), ("people", 300), ("seed", 1)):
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--minutes", type=float, help="begin no kill after so long")
    parser.add_argument("--folder", type=Path, help="keep the data here, to look at afterwards")
    asked = parser.parse_args()
    plan = Plan(asked.kills, asked.events, asked.people, seed=asked.seed)
    with tempfile.TemporaryDirectory() as folder:
        found = run(plan, asked.folder or Path(folder), asked.provider, asked.minutes)
    broken = report(plan, asked.provider, found)
    for promise in broken:
        print(f"broken: {promise} {getattr(found, promise, '')!s:.300}", file=sys.stderr)
    sys.exit(1 if broken else 0)


if __name__ == "__main__":
    main()
