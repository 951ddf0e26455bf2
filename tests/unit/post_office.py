"""A post office for the tests of claims, rendering and delivery: people with real mailboxes and deliveries that are due."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from pushsvc.clock import Clock
from pushsvc.domain.ids import derived_id
from pushsvc.domain.records import Output
from pushsvc.domain.subscribers import Channel
from pushsvc.domain.summaries import Contact, Fact, Summary, Wording
from pushsvc.domain.summary_json import to_json
from pushsvc.profiles.importing import SEALED_AS
from pushsvc.profiles.recipients import contacts
from pushsvc.storage.database import Database
from pushsvc.storage.tables.ledger import attempts, deliveries, notices
from pushsvc.storage.tables.profiles import endpoints, subscribers
from pushsvc.storage.tables.publications import contents, publications, revisions, summaries, versions
from pushsvc.storage.vault import Vault

URL = "https://www.cdmz.example/tz/2026/03/t001.html"
SOURCE = (
    "关于居家适老化改造补贴的通知。60周岁以上老年人家庭可以申请，每户最高补贴3000元，请在4月30日前到社区申请，"
    "电话028-86123456。"
)
ADDRESSES: Mapping[str, str] = {"email": "reader{n}@mail.example", "sms": "+86138{n:08d}", "wechat": "o-reader-{n:022d}"}


def a_summary(**changes: Any) -> Summary:
    """A subsidy as `summarise` would write it; every number in it stands in SOURCE."""
    said: dict[str, Any] = {
        "title": "关于居家适老化改造补贴的通知",
        "language": "zh",
        "wordings": {
            "zh": Wording(
                "居家适老化改造，最高补贴3000元",
                "60周岁以上老年人家庭可以申请居家适老化改造补贴。每户最高补贴3000元。",
                "适老化改造补贴最高3000元，4月30日前申请",
                "请在4月30日前到社区申请。",
                {"issuer": "成都市民政局", "matter": "居家适老化改造补贴", "deadline": "4月30日", "amount": "最高3000元"},
            )
        },
        "facts": (Fact("deadline", "2026-04-30", "4月30日", 0, 5, "application_deadline"),),
        "audience_words": ("60周岁以上老年人家庭",),
        "contacts": (Contact("phone", "028-86123456"),),
    }
    return Summary(**(said | changes))


@dataclass
class Bell:
    """A Publisher that remembers."""

    outputs: list[Output] = field(default_factory=list)
    rings: int = 0

    async def publish(self, _tx: Any, outputs: Sequence[Output]) -> None:
        self.outputs += outputs

    def ring(self) -> None:
        self.rings += 1


class PlainLinks:
    """The Links port with addresses that a test can read."""

    def message_page(self, delivery_id: str) -> str:
        return f"https://push.example/m/{delivery_id}"

    def unsubscribe(self, delivery_id: str) -> str:
        return f"https://push.example/u/{delivery_id}"

    def short(self, delivery_id: str) -> str:
        return f"https://push.example/s/{delivery_id[-10:]}"

    def check_code(self, delivery_id: str) -> str:
        return "BCDFG-HJKMN"

    async def remember_short(self, _tx: Any, _delivery_ids: Any) -> None:
        pass


@dataclass
class PostOffice:
    database: Database
    clock: Clock
    vault: Vault

    async def contacts(self, tx: Any, endpoint_ids: Any) -> Mapping[int, str]:
        return await contacts(tx, self.vault, endpoint_ids)

    async def publish(
        self, publication: str = "pub_a", version: str = "ver_a1", *, revision: int = 1, kind: str = "new",
        material: bool | None = None, told: Mapping[str, str] | None = None, summary: Summary | None = None,
    ) -> None:  # fmt: skip
        """A revision of a publication with its summary, as the stages before leave it."""
        now = self.clock.now()
        state = {"revision": revision, "version_id": version, "withdrawn": kind == "withdrawn", "changed_at": now}
        async with self.database.write() as tx:
            if revision == 1:
                await tx.execute(
                    sa.insert(publications).values(
                        publication_id=publication, address=URL, site="5101000012", work_id=f"wrk_{publication}", declared={},
                        content_id=f"con_{version}", first_at=now, **state,
                    )
                )  # fmt: skip
            else:
                await tx.execute(sa.update(publications).where(publications.c.publication_id == publication).values(**state))
            await tx.execute(
                sa.insert(revisions).values(
                    publication_id=publication, revision=revision, version_id=version, event_id=f"evt_{version}_{revision}",
                    change_id=f"chg_{version}_{revision}", kind=kind, accepted_at=now, material=material,
                    change={"told": dict(told or {})},
                )
            )  # fmt: skip
            if (await tx.execute(sa.select(versions).where(versions.c.version_id == version))).first() is None:
                await tx.execute(
                    sa.insert(contents).values(
                        content_id=f"con_{version}", title="通知", language="zh", source_text=SOURCE, meta={}, first_at=now
                    )
                )
                await tx.execute(
                    sa.insert(versions).values(
                        version_id=version, publication_id=publication, content_id=f"con_{version}", work_id="wrk_1",
                        site="5101000012", url=URL, title="通知", language="zh", declared={}, first_at=now,
                    )
                )  # fmt: skip
                await tx.execute(
                    sa.insert(summaries).values(version_id=version, summary=to_json(summary or a_summary()), at=now)
                )

    async def people(self, count: int, *channels: Channel, first: int = 1) -> None:
        """Subscribers number `first` and on, each with an endpoint on every channel (email unless said)."""
        now, on = self.clock.now(), channels or ("email",)
        persons = [
            {
                "subscriber_no": n, "subscriber_id": f"c-{n}", "kind": "citizen", "language": "zh",
                "timezone": "Asia/Shanghai", "preferences": {}, "places": [], "industries": [], "attributes": {},
                "created_at": now, "changed_at": now,
            }
            for n in range(first, first + count)
        ]  # fmt: skip
        held = [
            {
                "endpoint_id": endpoint_of(n, place), "subscriber_no": n, "channel": channel, "position": place,
                "address": self.vault.seal(ADDRESSES[channel].format(n=n), SEALED_AS),
                "address_hash": derived_hash(channel, n), "consent_at": now, "consent_source": "test",
            }
            for n in range(first, first + count)
            for place, channel in enumerate(on)
        ]  # fmt: skip
        async with self.database.write() as tx:
            await tx.execute(sa.insert(subscribers), persons)
            await tx.execute(sa.insert(endpoints), held)

    async def plan(
        self, *numbers: int, channel: Channel = "email", kind: str = "new", publication: str = "pub_a", version: str = "ver_a1",
        revision: int = 1, urgent: bool = False, due_in: float = 0, eligibility: str = "yes", language: str = "zh",
        place: int = 0,
    ) -> list[str]:  # fmt: skip
        """One delivery with one notice for each number. Gives the delivery ids."""
        now = self.clock.now()
        due_at = now + timedelta(seconds=due_in)
        ids = {n: derived_id("dlv", n, channel, kind, version, revision) for n in numbers}
        told = [
            {
                "notice_id": derived_id("ntc", n, channel, kind, version, revision), "subscriber_no": n,
                "work_id": f"wrk_{publication}", "kind": kind, "reason": f"{channel}{revision}", "event_id": "evt_1",
                "publication_id": publication, "revision": revision, "version_id": version, "eligibility": eligibility,
                "reasons": {"0": ["region:510100", "any_of:适老化改造"]}, "state": "planned", "delivery_id": ids[n],
                "address_hash": derived_hash(channel, n), "created_at": now,
            }
            for n in numbers
        ]  # fmt: skip
        due = [
            {
                "delivery_id": ids[n], "subscriber_no": n, "endpoint_id": endpoint_of(n, place), "channel": channel,
                "kind": kind, "language": language, "urgent": urgent, "state": "planned", "held": "", "due_at": due_at,
                "tries": 0, "segment": f"{language}:{kind}:{version}", "created_at": now,
            }
            for n in numbers
        ]  # fmt: skip
        async with self.database.write() as tx:
            await tx.execute(sa.insert(notices), told)
            await tx.execute(sa.insert(deliveries), due)
        return list(ids.values())

    async def row(self, delivery_id: str) -> Any:
        async with self.database.read() as tx:
            return (await tx.execute(sa.select(deliveries).where(deliveries.c.delivery_id == delivery_id))).one()

    async def states(self) -> dict[str, int]:
        """How many deliveries stand in which state."""
        async with self.database.read() as tx:
            counted = sa.select(deliveries.c.state, sa.func.count()).group_by(deliveries.c.state)
            return {row[0]: row[1] for row in await tx.execute(counted)}

    async def outcomes(self, delivery_id: str) -> list[str]:
        """The outcomes of its attempts, in order."""
        query = sa.select(attempts.c.outcome).where(attempts.c.delivery_id == delivery_id).order_by(attempts.c.attempt)
        async with self.database.read() as tx:
            return list((await tx.execute(query)).scalars())

    async def suppressions(self) -> dict[str, int]:
        """Suppressed notices, by reason."""
        query = (
            sa.select(notices.c.suppressed, sa.func.count())
            .where(notices.c.state == "suppressed")
            .group_by(notices.c.suppressed)
        )
        async with self.database.read() as tx:
            return {row[0]: row[1] for row in await tx.execute(query)}

    async def set(self, table: sa.Table, where: sa.ColumnElement[bool], **values: Any) -> None:
        async with self.database.write() as tx:
            await tx.execute(sa.update(table).where(where).values(**values))


def endpoint_of(number: int, place: int = 0) -> int:
    return number * 10 + place


def derived_hash(channel: str, number: int) -> bytes:
    return f"{channel}{number}".encode().ljust(32, b"\0")
