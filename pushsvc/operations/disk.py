"""Free space where the data lies: an alert before it is gone, because a full disk turns every event away (503)."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

from pushsvc import telemetry
from pushsvc.domain.ports import Alerts

LOW_BYTES = 512 * 1024 * 1024
EVERY_SECONDS = 30.0
_MIB = 1024 * 1024


class DiskWatch:
    """Looks every 30 s; speaks when space runs low and when it is back."""

    def __init__(self, folder: Path, alerts: Alerts, *, low_bytes: int = LOW_BYTES) -> None:
        self._folder, self._alerts, self._low_bytes = folder, alerts, low_bytes
        self.low = False

    async def look(self) -> int:
        """The free bytes now; raises the alert when they have just become too few."""
        free = (await asyncio.to_thread(shutil.disk_usage, self._folder)).free
        telemetry.gauge("disk_free_bytes", free)
        was_low, self.low = self.low, free < self._low_bytes
        if self.low and not was_low:
            await self._alerts.raise_alert(
                "disk",
                f"the disk of {self._folder} is nearly full: {free // _MIB} MiB are left, under {self._low_bytes // _MIB}; "
                "make room, or new events will be refused with 503",
            )
        elif was_low and not self.low:
            telemetry.log.info("disk has room again", free_bytes=free)
        return free

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            try:
                await self.look()
            except OSError as fault:
                telemetry.log.warning("disk cannot be looked at", why=str(fault))
            await asyncio.sleep(EVERY_SECONDS)
