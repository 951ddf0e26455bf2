"""The message that follows a sign-up: what will come, how often, how to change it, and how to leave in one step."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from pushsvc.channels.service import ServiceMessage, put
from pushsvc.clock import Clock
from pushsvc.domain.ids import derived_id
from pushsvc.domain.languages import Language
from pushsvc.domain.ports import Links
from pushsvc.profiles.joining import Joined
from pushsvc.storage.database import Transaction
from pushsvc.storage.vault import Vault
from pushsvc.web.citizen.draft import Draft
from pushsvc.web.citizen.leave import OF_AN_ENDPOINT
from pushsvc.web.words import say

WELCOME_LASTS = timedelta(days=2)


@dataclass(frozen=True)
class Welcome:
    """`me`: the full address of one's own page."""

    vault: Vault
    clock: Clock
    links: Links
    me: str

    async def put(self, tx: Transaction, draft: Draft, joined: Joined, lines: list[str], reader: Language) -> None:
        """Queue it; whoever has set nothing new hears that all is sent as before."""
        now = self.clock.now()
        words = {
            "what": "\n".join(f"- {line}" for line in lines),
            "often": say(reader, f"start.often.{draft.frequency}" if joined.is_new else "start.often.as_before"),
            "link": self.me,
            "leave": self.links.unsubscribe(f"{OF_AN_ENDPOINT}{joined.endpoint_id}"),
        }
        assert draft.channel is not None
        name = derived_id("srv", "welcome", joined.endpoint_id, now.isoformat())
        message = ServiceMessage(name, "welcome", draft.channel, draft.address, reader, words, now + WELCOME_LASTS)
        await put(tx, self.vault, message, now, subscriber_no=joined.subscriber_no)
