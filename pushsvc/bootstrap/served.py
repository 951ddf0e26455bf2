"""What the pages need of the process that they stand in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from pushsvc.channels.links import VaultLinks
from pushsvc.channels.sms.lines import Line
from pushsvc.domain.ports import Lately
from pushsvc.streams.callbacks import Callbacks


class Served(Protocol):
    @property
    def links(self) -> VaultLinks: ...

    @property
    def lately(self) -> Lately: ...

    @property
    def sms_lines(self) -> Sequence[Line]:
        """The SMS providers: made once a process, whether it sends by them or only reads their callbacks."""
        ...

    @property
    def callbacks(self) -> Callbacks: ...

    def posted(self) -> None:
        """A service message was queued: whoever sends them looks now."""
        ...

    async def readiness(self) -> Mapping[str, str]: ...

    async def measure(self) -> None: ...
