"""What waits for two approvals as it will be read, and what SMS will cost: by the same parts that will send them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from sqlalchemy.ext.asyncio import AsyncConnection

from pushsvc.bootstrap.house import House
from pushsvc.bootstrap.sms import sms_carrier
from pushsvc.channels.rendering import Renderer
from pushsvc.channels.rendering.lengths import sms_length
from pushsvc.channels.sms.carrier import SmsCarrier
from pushsvc.channels.sms.lines import Line
from pushsvc.channels.sms.provider import Sms
from pushsvc.domain.notices import Message
from pushsvc.ledger.asked import Wording
from pushsvc.streams.stories import Stories
from pushsvc.web.operator.sms_approvals import Written
from pushsvc.web.publisher.phone import PreviewLinks

#: Nobody is written to: a number and a link of the length that real ones have. A person's own link opens their message.
_NOBODY = "+8613800000000"
_NO_LINK = "xxxxxxxxxx"


class SmsWords:
    """Nothing is opened: what is asked of the carrier is how it would word a message."""

    def __init__(self, house: House, lines: Sequence[Line]) -> None:
        self._house, self._lines, self._links = house, lines, PreviewLinks(house.settings.base_url)
        self._renderer, self._stories = Renderer(), Stories()

    async def __call__(self, tx: AsyncConnection, wordings: Sequence[Wording]) -> Sequence[Written]:
        stories = await self._stories.of(tx, [one.example for one in wordings])
        found = []
        for one in wordings:
            story = stories.get(one.example.delivery_id)
            if story is not None:
                message = self._renderer.segment(story).fill(_NO_LINK, _NOBODY, self._links)
                found.append(await self._written(one, message))
        return found

    async def _written(self, one: Wording, message: Message) -> Written:
        """An SMS by the provider whose turn it is; without one, and on other channels, the words alone."""
        if one.example.channel != "sms":
            text = f"{message.subject}\n{message.text}" if one.example.channel == "email" else message.text
            return Written(one.language, one.kind, one.people, text, 0, channel=one.example.channel)
        if self._carrier is not None:
            standing = await self._carrier.providers.standing()
            for name in self._carrier.in_turn(standing, message.delivery_id):
                line = self._carrier.lines[name]
                sms = self._carrier.sms(message, _NOBODY, line, standing)
                if isinstance(sms, Sms):
                    segments = sms_length(sms.text).segments
                    return Written(one.language, one.kind, one.people, sms.text, segments, segments * line.price)
        return Written(one.language, one.kind, one.people, message.text, sms_length(message.text).segments)

    @cached_property
    def _carrier(self) -> SmsCarrier | None:
        return sms_carrier(self._house, self._lines, None) if self._lines else None
