"""A paused channel is easily forgotten: somebody hears of each pause once, whoever made it and from which process."""

from __future__ import annotations

from collections.abc import Mapping

from pushsvc import telemetry
from pushsvc.domain.ports import Alerts
from pushsvc.domain.subscribers import CHANNELS, Channel
from pushsvc.operations.paused_channels import Pause, pauses
from pushsvc.storage.database import Database


class PauseWatch:
    """Looks at the pauses when the timekeeper rings, and at the start: a restore leaves every channel paused."""

    def __init__(self, database: Database, alerts: Alerts) -> None:
        self._database, self._alerts = database, alerts
        self._known: Mapping[Channel, Pause] = {}

    async def look(self) -> None:
        """Raise an alert for each pause that is new since the last look."""
        async with self._database.read() as tx:
            now = await pauses(tx)
        for channel in CHANNELS:
            telemetry.gauge("channel_paused", channel in now, channel=channel)
        for channel, pause in now.items():
            if pause != self._known.get(channel):
                why = f" ({pause.why})" if pause.why else ""
                await self._alerts.raise_alert(
                    "channel_paused", f"{channel} is paused{why}: its messages wait until `pushsvc channel resume {channel}`"
                )
        self._known = now
