"""A small town for the ledger's tests: publications with their revisions, people with their mailboxes, and the plan stage.

Everything lies in real tables; only the stages around PLAN are played by hand (`publish`, `changes`, `leaves`).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from pushsvc.clock import FixedClock
from pushsvc.domain.publications import change_id
from pushsvc.domain.records import Output, Record
from pushsvc.domain.subscribers import Endpoint, Preferences, Recipient
from pushsvc.domain.summaries import Fact, Summary, Wording
from pushsvc.domain.summary_json import to_json
from pushsvc.ledger.approving import Asking
from pushsvc.ledger.funnel import funnel
from pushsvc.storage.database import Database
from pushsvc.storage.tables.ledger import deliveries, notices
from pushsvc.storage.tables.profiles import endpoints, subscribers
from pushsvc.storage.tables.publications import publications, revisions, summaries, versions
from pushsvc.storage.tables.sites import events
from pushsvc.streams.plan import Plan

SHANGHAI = ZoneInfo("Asia/Shanghai")
WHY = {"0": ["region:510100"]}


@dataclass
class Town:
    database: Database
    clock: FixedClock
    max_people: int = 100_000
    sms_approval_people: int | None = None
    asked: list[tuple[str, int]] = field(default_factory=list)
    people: dict[int, Recipient] = field(default_factory=dict)
    stopped: set[int] = field(default_factory=set)
    outputs: list[Output] = field(default_factory=list)
    _count: int = 0

    @property
    def stage(self) -> Plan:
        return Plan(
            self.database, self.clock, self._recipients, self._stopped,
            zone=SHANGHAI, max_people=self.max_people, asking=self.asking,
        )  # fmt: skip

    @property
    def asking(self) -> Asking:
        return Asking(self.sms_approval_people, lambda event, people: self.asked.append((event, people)))

    async def _recipients(self, _tx: Any, numbers: Any) -> dict[int, Recipient]:
        return {number: self.people[number] for number in numbers if number in self.people}

    async def _stopped(self, _tx: Any, numbers: Any) -> set[int]:
        return self.stopped & set(numbers)

    def a_citizen(
        self,
        *channels: str,
        mailbox: str | None = None,
        zone: str = "Asia/Shanghai",
        paused_until: datetime | None = None,
        **preferences: Any,
    ) -> int:
        """A subscriber with open endpoints on `channels` (email unless said), in that order. Gives their number."""
        number = len(self.people) + 1
        where = mailbox or f"box-{number}"
        held = tuple(
            Endpoint(
                number * 10 + place,
                number,
                channel,
                place,
                self.clock.now(),
                hashlib.sha256(f"{channel}{where}".encode()).digest(),
            )
            for place, channel in enumerate(channels or ("email",))
        )
        self.people[number] = Recipient(
            number, f"c-{number}", "citizen", "zh", zone, Preferences(**preferences), held, paused_until
        )
        return number

    def nobody_can_reach(self, number: int, *, stopped: bool = False) -> None:
        person = self.people[number]
        self.people[number] = Recipient(number, person.subscriber_id, "citizen", "zh", person.timezone, person.preferences, ())
        if stopped:
            self.stopped.add(number)

    async def keeps(self, number: int) -> None:
        """Write the person into the profiles' tables, for questions that are asked there."""
        person, now = self.people[number], self.clock.now()
        async with self.database.write() as tx:
            await tx.execute(
                sa.insert(subscribers).values(
                    subscriber_no=number, subscriber_id=person.subscriber_id, kind="citizen", language="zh",
                    timezone=person.timezone, preferences={}, places=[], industries=[], attributes={}, created_at=now,
                    changed_at=now,
                )
            )  # fmt: skip
            for one in person.endpoints:
                await tx.execute(
                    sa.insert(endpoints).values(
                        endpoint_id=one.endpoint_id, subscriber_no=number, channel=one.channel, position=one.position,
                        address=b"sealed", address_hash=one.address_hash, consent_at=now, consent_source="test",
                    )
                )  # fmt: skip

    async def accept(
        self,
        publication: str = "pub_a",
        version: str = "ver_a1",
        *,
        kind: str = "new",
        work: str = "wrk_1",
        deadline: str | None = None,
        published_at: datetime | None = None,
        material: bool | None = None,
        urgency: str | None = None,
        test: bool = False,
        received_at: datetime | None = None,
    ) -> dict[str, Any]:
        """What intake, normalise and summarise leave behind: an event that brought a revision. Gives its record fields."""
        self._count += 1
        event, now = f"evt_{self._count}", self.clock.now()
        published = published_at or now
        async with self.database.write() as tx:
            known = (await tx.execute(sa.select(publications).where(publications.c.publication_id == publication))).first()
            revision = known.revision + 1 if known else 1
            state = {"revision": revision, "version_id": version, "withdrawn": kind == "withdrawn", "changed_at": now}
            if test:
                pass
            elif known:
                await tx.execute(sa.update(publications).where(publications.c.publication_id == publication).values(**state))
            else:
                await tx.execute(
                    sa.insert(publications).values(
                        publication_id=publication, address=f"https://x/{publication}", site="5101000012", work_id=work,
                        declared={}, content_id="con_1", published_at=published, first_at=now, **state,
                    )
                )  # fmt: skip
            if not test:
                await tx.execute(
                    sa.insert(revisions).values(
                        publication_id=publication, revision=revision, version_id=version, event_id=event,
                        change_id=change_id(publication, revision), kind=kind, accepted_at=now,
                        material=kind != "new" if material is None else material,
                    )
                )  # fmt: skip
            if (await tx.execute(sa.select(versions).where(versions.c.version_id == version))).first() is None:
                facts = (Fact("deadline", deadline, deadline, 0, 1, role="application_deadline"),) if deadline else ()
                summary = Summary("通知", "zh", {"zh": Wording("通知", "通知", "通知")}, facts)
                await tx.execute(sa.insert(summaries).values(version_id=version, summary=to_json(summary), at=now))
                await tx.execute(
                    sa.insert(versions).values(
                        version_id=version, publication_id=publication, content_id="con_1", work_id=work, site="5101000012",
                        url=f"https://x/{publication}", title="通知", language="zh", declared={"urgency": urgency},
                        published_at=published, first_at=now,
                    )
                )  # fmt: skip
            await tx.execute(
                sa.insert(events).values(
                    event_id=event, site="5101000012", origin="api", event="published", url=f"https://x/{publication}",
                    address=f"https://x/{publication}", declared={}, test=test, received_at=received_at or now,
                    outcome="test" if test else kind, publication_id=publication, revision=revision, version_id=version,
                )
            )  # fmt: skip
        return {
            "event_id": event, "publication_id": publication, "revision": revision, "version_id": version, "kind": kind,
            "test": test,
        }  # fmt: skip

    async def match(self, said: dict[str, Any], *members: int, urgent: bool = True, shard: int = 0, of: int = 1) -> None:
        """What match writes for it: the change where there is one, chunks, the end; all planned."""
        await self.plan(*self.records(said, *members, urgent=urgent, shard=shard, of=of))

    def records(
        self, said: dict[str, Any], *members: int, urgent: bool = True, shard: int = 0, of: int = 1
    ) -> list[dict[str, Any]]:
        place = {**said, "shard": shard, "of": of}
        written: list[dict[str, Any]] = []
        if said["kind"] != "new" and shard == 0:
            written.append({**said, "type": "change", "urgent": urgent})
        groups = [{"eligibility": "yes", "reasons": WHY}]
        for chunk, start in enumerate(range(0, len(members), 1000)):
            some = [[number, 0] for number in members[start : start + 1000]]
            written.append(
                {**place, "type": "chunk", "chunk": chunk, "people": len(members), "groups": groups, "members": some}
            )
        return [*written, {**place, "type": "end", "matched": len(members)}]

    async def plan(self, *values: dict[str, Any]) -> list[Output]:
        """Run the stage on these records, and on what it wrote to its own topic. Gives all its outputs."""
        outputs = await self.apply(*values)
        waiting = list(outputs)
        while waiting:
            more = await self.apply(dict(waiting.pop(0).value))
            outputs += more
            waiting += more
        return outputs

    async def apply(self, *values: dict[str, Any]) -> list[Output]:
        prepared = await self.stage.prepare(self.as_records(*values))
        async with self.database.write() as tx:
            return list(await self.stage.apply(tx, prepared))

    def as_records(self, *values: dict[str, Any]) -> list[Record]:
        return [
            Record("matches", 0, offset, value["publication_id"], value, self.clock.now())
            for offset, value in enumerate(values)
        ]

    async def publish(self, *members: int, **said: Any) -> str:
        """Accept and match in one go. Gives the event's id."""
        urgent = said.pop("urgent", True)
        accepted = await self.accept(**said)
        await self.match(accepted, *members, urgent=urgent)
        return str(accepted["event_id"])

    async def leaves(self, *, state: str = "accepted") -> int:
        """Everything that is due now goes out. Gives how many messages that were."""
        now = self.clock.now()
        due = sa.and_(deliveries.c.state == "planned", deliveries.c.due_at <= now)
        async with self.database.write() as tx:
            gone = list((await tx.execute(sa.select(deliveries.c.delivery_id).where(due))).scalars())
            await tx.execute(sa.update(deliveries).where(due).values(state=state, held="", ended_at=now))
            await tx.execute(sa.update(notices).where(notices.c.delivery_id.in_(gone)).values(told_at=now))
        return len(gone)

    async def after(self, **time: float) -> None:
        self.clock.advance(timedelta(**time))

    async def funnel(self, event: str) -> dict[str, Any]:
        async with self.database.read() as tx:
            told = await funnel(tx, event)
        assert told is not None
        if told["outcome"] != "test":
            assert told["matched"] + told["changed"] == told["planned"] + sum(told["suppressed"].values()), told
        places = [sum(told[name].values()) for name in ("accepted", "delivered", "failed", "unknown")]
        assert told["planned"] == told["held"] + sum(places) + told["cancelled"] + told["pending"], told
        return told

    async def messages(self, number: int | None = None) -> list[sa.Row[Any]]:
        """The deliveries (of one person), in the order in which they leave."""
        query = sa.select(deliveries).order_by(deliveries.c.due_at, deliveries.c.created_at)
        async with self.database.read() as tx:
            return list(
                (await tx.execute(query if number is None else query.where(deliveries.c.subscriber_no == number))).all()
            )

    async def told(self, number: int) -> list[tuple[str, str]]:
        """What has left for this person: (kind of notice, version), in order."""
        async with self.database.read() as tx:
            rows = await tx.execute(
                sa.select(notices.c.kind, notices.c.version_id)
                .join(deliveries, deliveries.c.delivery_id == notices.c.delivery_id)
                .where(
                    notices.c.subscriber_no == number, notices.c.state == "planned",
                    deliveries.c.state.in_(("accepted", "delivered", "unknown")),
                )
                .order_by(notices.c.told_at, notices.c.revision)
            )  # fmt: skip
            return [(row.kind, row.version_id) for row in rows]

    async def notices(self, number: int) -> list[sa.Row[Any]]:
        async with self.database.read() as tx:
            return list((await tx.execute(sa.select(notices).where(notices.c.subscriber_no == number))).all())
