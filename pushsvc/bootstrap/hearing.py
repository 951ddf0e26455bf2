"""What a process hears of its stages: it counts, rings who waits for the effects, and tells a person what needs one."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from zoneinfo import ZoneInfo

from pushsvc.domain.emergencies import Emergency
from pushsvc.domain.ports import Alerts
from pushsvc.streams.dead_letters import DeadLetter
from pushsvc.telemetry import count, observe


def asked_in_words(event_id: str, people: int) -> str:
    return (
        f"{event_id} would be told to {people} people by SMS, more than SMS_APPROVAL_PEOPLE: two people read it and approve it "
        "at /o/waiting"
    )


def emergency_in_words(one: Emergency, zone: ZoneInfo) -> str:
    who = "1 person is" if one.people == 1 else f"{one.people} people are"
    until = f" until about {one.ends_at.astimezone(zone):%H:%M}" if one.ends_at else ""
    return (
        f"Emergency: {who} in quiet hours{until} ({one.event_id}). Who is awake was told: two people read it and decide at "
        "/o/waiting whether to wake them"
    )


class Hearing:
    """`planned` is called when deliveries may have become due: their rows are no records, so no publisher rings for them."""

    def __init__(self, alerts: Alerts, planned: Callable[[], None]) -> None:
        self._alerts, self._planned = alerts, planned
        self._telling: set[asyncio.Task[None]] = set()

    def handled(self, stage: str, records: int, seconds: float) -> None:
        count("records_handled", records, stage=stage)
        observe("batch_seconds", seconds, stage=stage)
        observe("batch_records", records, stage=stage)
        if stage in ("plan", "record"):
            self._planned()

    def retried(self, stage: str, _reason: str) -> None:
        count("records_retried", stage=stage)

    def held(self, event_id: str, people: int) -> None:
        """The planner is in a transaction: the alert leaves beside it."""
        text = f"{event_id} concerns {people} people, more than MAX_PEOPLE: look at it, then `pushsvc release {event_id}`"
        self._tell("release", text)

    def asked(self, event_id: str, people: int) -> None:
        """In a transaction, too."""
        self._tell("approval", asked_in_words(event_id, people))

    def _tell(self, kind: str, text: str) -> None:
        telling = asyncio.create_task(self._alerts.raise_alert(kind, text))
        self._telling.add(telling)
        telling.add_done_callback(self._telling.discard)

    async def dead(self, letter: DeadLetter) -> None:
        await self._set_aside(letter.stage, letter.reason)

    async def page_dead(self, reason: str) -> None:
        await self._set_aside("fetch", f"the page could not be fetched: {reason}")

    async def _set_aside(self, stage: str, reason: str) -> None:
        count("dead_letters", stage=stage)
        await self._alerts.raise_alert("dead_letter", f"a record of {stage} was set aside: {reason}; see `pushsvc dlq list`")
