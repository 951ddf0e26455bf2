"""What the pages need of the process that they stand in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from pushsvc.channels.links import VaultLinks
from pushsvc.domain.ports import Lately
from pushsvc.streams.callbacks import Callbacks


class Served(Protocol):
    @property
    def links(self) -> VaultLinks: ...

    @property
    def lately(self) -> Lately: ...

    @property
    def callbacks(self) -> Callbacks: ...

    def posted(self) -> None:
        """A service message was queued: whoever sends them looks now."""
        ...

    async def readiness(self) -> Mapping[str, str]: ...

    async def measure(self) -> None: ...
