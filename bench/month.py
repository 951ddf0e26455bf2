"""A month of a city in the ledger, written straight into the tables: who lives here, what was published, who was told.

100,000 subscribers and 3,000,000 messages take about two minutes. Spread as in life: more by day than by night, digests at
08:30, a few failures, some hours' worth still waiting.
"""

from __future__ import annotations

import json
import random
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from bench.bulk import Row, bulk_writer
from bench.town import DISTRICTS, SITE, TOPICS, publication
from pushsvc.domain.publications import Reading
from pushsvc.domain.subscribers import Channel
from pushsvc.domain.summary_json import to_json
from pushsvc.domain.time import to_micros
from pushsvc.plain import summarise
from pushsvc.profiles.importing import SEALED_AS
from pushsvc.storage.database import Database
from pushsvc.storage.vault import Vault

DAYS = 30
TEXTS = 40
PIECE = 50_000
CHANNELS = (("email", 0.7), ("sms", 0.2), ("wechat", 0.1))
#: The big tables: their indexes are made when they are full.
FULL = ("notices", "deliveries", "attempts")
REASONS = json.dumps({"0": ["region:510100", "topic:养老"]}, ensure_ascii=False)


@dataclass(frozen=True)
class Month:
    """`people` subscribers were told `messages` times in the month before `now`; some of it still waits."""

    people: int
    messages: int
    now: datetime
    seed: int = 1

    @property
    def publications(self) -> int:
        return max(20, self.messages // 750)


def an_id(prefix: str, chance: random.Random) -> str:
    return f"{prefix}_{chance.getrandbits(128):032x}"


async def fill(database: Database, vault: Vault, month: Month, say: Callable[[str], None]) -> None:
    """Write the month into an empty database with the schema made."""
    begun = time.perf_counter()
    writer = bulk_writer(database, FULL)
    await writer.begin()
    chance = random.Random(month.seed)
    for table, rows in _small(vault, month, chance):
        await writer.write(table, rows)
    say(f"{month.people} people, {month.publications} publications: {time.perf_counter() - begun:.0f} s")
    written = {name: [] for name in FULL}  # type: dict[str, list[Row]]
    told = 0
    for each in _messages(month, chance):
        for name, row in zip(FULL, each, strict=True):
            if row:
                written[name].append(row)
        told += 1
        if told % PIECE == 0:
            for name in FULL:
                await writer.write(name, written[name])
                written[name].clear()
    for name in FULL:
        await writer.write(name, written[name])
    say(f"{told} messages: {time.perf_counter() - begun:.0f} s")
    await writer.end()
    say(f"indexes: {time.perf_counter() - begun:.0f} s")


def _small(vault: Vault, month: Month, chance: random.Random) -> Iterator[tuple[str, Iterable[Row]]]:
    """The tables that are small beside the ledger: (name, rows with every column in its order)."""
    at = to_micros(month.now - timedelta(days=DAYS + 1))
    yield "sites", [(SITE["code"], SITE["name"], SITE["organisation"], SITE["region"], "[]", at)]
    yield "site_domains", [(SITE["domains"], "", SITE["code"])]
    yield "subscribers", (
        (number, f"person-{number}", "citizen", "zh", None, "{}", json.dumps([DISTRICTS[number % 10]]), "[]", "{}", None, None,
         None, None, at, at)
        for number in range(1, month.people + 1)
    )  # fmt: skip
    yield "endpoints", (_endpoint(vault, number, at) for number in range(1, month.people + 1))
    yield (
        "interests",
        (
            (an_id("int", chance), number, 0, json.dumps({"topics": [TOPICS[number % 20]]}), False, at)
            for number in range(1, month.people + 1)
        ),
    )
    yield "profile_counters", [("subscriber", month.people), ("change", 0)]
    yield from _published(month)


def _endpoint(vault: Vault, number: int, at: int) -> Row:
    channel, address = channel_of(number), address_of(number)
    return (number, number, channel, 0, vault.seal(address, SEALED_AS), vault.find(channel, address), at, "hall", None, None,
            None, None)  # fmt: skip


def channel_of(number: int) -> Channel:
    return "email" if number % 10 < 7 else "sms" if number % 10 < 9 else "wechat"


def address_of(number: int) -> str:
    own = {"email": f"person-{number}@mail.example", "sms": f"138{number:08}", "wechat": f"openid{number:012}"}
    return own[channel_of(number)]


def moments(month: Month) -> list[datetime]:
    """When each publication came: spread over the month, mostly by day, the last ones just now."""
    chance = random.Random(month.seed + 1)
    found: list[datetime] = []
    while len(found) < month.publications:
        at = month.now - timedelta(seconds=chance.random() * DAYS * 86_400)
        if 0 <= at.hour < 10 or chance.random() < 0.15:  # 08:00 to 18:00 in Shanghai
            found.append(at)
    recent = [month.now - timedelta(minutes=4 * place + 1) for place in range(max(1, min(14, month.publications // 20)))]
    return sorted([*found[len(recent) :], *recent])


def _ids(number: int) -> dict[str, str]:
    return {prefix: f"{prefix}_{number:032x}" for prefix in ("evt", "pub", "con", "ver", "wrk", "chg")}


def _published(month: Month) -> Iterator[tuple[str, Iterable[Row]]]:
    texts = [publication(number, number % 20, None) for number in range(TEXTS)]
    read = [Reading(text["content_text"], text["title"], "zh", published_at=month.now) for text in texts]
    summaries = [
        json.dumps(to_json(summarise(each, {}, site_region="510100", issuer="成都市民政局")), ensure_ascii=False)
        for each in read
    ]
    rows: defaultdict[str, list[Row]] = defaultdict(list)
    each_told = month.messages // month.publications
    for number, received in enumerate(moments(month)):
        at, id_of, text = to_micros(received), _ids(number), texts[number % TEXTS]
        url = f"https://www.sc.example/policy/notice-{number}.html"
        title = f"{text['title']}（川民发〔2026〕{number}号）"
        declared = json.dumps({"doc_number": f"川民发〔2026〕{number}号", "regions": ["510100"]}, ensure_ascii=False)
        event, content, version, about = id_of["evt"], id_of["con"], id_of["ver"], id_of["pub"]
        rows["events"].append((event, SITE["code"], None, None, "api", None, "published", url, url, declared, at, False, at,
 "new",                                about, 1, version, None, None, None, None))  # fmt: skip
        rows["addresses"].append((url, about))
        rows["publications"].append(
            (about, url, SITE["code"], id_of["wrk"], declared, 1, version, content, False, at, True, at, at)
        )
        rows["revisions"].append((about, 1, version, event, id_of["chg"], "new", at, None, None))
        rows["contents"].append((content, title, "zh", f"{text['content_text']}\n{number}", "{}", at))
        rows["versions"].append((version, about, content, id_of["wrk"], SITE["code"], url, title, "zh", declared, at, at))
        rows["works"].append((id_of["wrk"], id_of["wrk"]))
        rows["summaries"].append((version, summaries[number % TEXTS], at))
        rows["ends"].append((event, 1, 0, each_told, at))
    yield from rows.items()


def _messages(month: Month, chance: random.Random) -> Iterator[tuple[Row, Row, Row | None]]:
    """A notice with its message and, where it was tried, its attempt; newest last."""
    each = min(month.messages // month.publications, month.people)
    for number, received in enumerate(moments(month)):
        for place, person in enumerate(chance.sample(range(1, month.people + 1), each)):
            yield _message(_ids(number), to_micros(received), place, person, to_micros(month.now), chance)


def _message(
    id_of: dict[str, str], at: int, place: int, person: int, now: int, chance: random.Random
) -> tuple[Row, Row, Row | None]:
    """One person is told of one publication that came at `at`, as the `place`-th of all: 700 leave in a second."""
    channel, digest, planned = channel_of(person), person % 5 == 0, at + 300_000
    due = _next_morning(planned) if digest else planned
    ended = due + 1_000_000 + place * 1_500 + int(chance.expovariate(1 / 400_000))
    gone = ended < now
    held = "digest" if digest and not gone else ""
    state = _state(channel, chance) if gone else "planned"
    notice, delivery, version = an_id("ntc", chance), an_id("dlv", chance), id_of["ver"]
    return (
        (notice, person, id_of["wrk"], "new", "", id_of["evt"], id_of["pub"], 1, version, "yes", REASONS, "planned", None,
         notice[4:].encode(), delivery, None, planned, None, None),
        (delivery, person, person, channel, "digest" if digest else "new", "zh", False, state, held, due, None,
         None, None, int(gone), f"zh:new:{version}", "smtp" if gone else None, None, "250" if gone else None, None, planned,
         ended if gone else None),
        (delivery, 1, "refused" if state == "failed" else "accepted", "250", None, ended) if gone else None,
    )  # fmt: skip


def _state(channel: str, chance: random.Random) -> str:
    drawn = chance.random()
    if drawn < 0.01:
        return "failed"
    if drawn < 0.0105:
        return "unknown"
    return "accepted" if channel == "email" or drawn < 0.1 else "delivered"


def _next_morning(at: int) -> int:
    """The next 08:30 in Shanghai."""
    day = timedelta(days=1) // timedelta(microseconds=1)
    half_past = timedelta(minutes=30) // timedelta(microseconds=1)
    return (at - half_past) // day * day + day + half_past
