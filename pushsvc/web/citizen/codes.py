"""Six digits that prove an address: sent seldom, tried seldom, and the answer tells nobody whether we know the address."""

from __future__ import annotations

import asyncio
import ipaddress
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from starlette.exceptions import HTTPException
from starlette.requests import Request

from pushsvc.channels.service import ServiceMessage, put
from pushsvc.clock import Clock
from pushsvc.domain.addresses import normalise_address
from pushsvc.domain.ids import derived_id
from pushsvc.domain.languages import Language
from pushsvc.domain.ports import Shared
from pushsvc.domain.subscribers import Channel
from pushsvc.errors import TryLater
from pushsvc.profiles.holders import holders
from pushsvc.storage.database import Database
from pushsvc.storage.vault import Vault

DIGITS = 6
LASTS = timedelta(minutes=10)
GUESSES = 5
#: (codes, within seconds): for one address from anywhere, and from one network for any address. The shorter limit stands
#: first: whoever presses the button again and again while nothing leaves has not used up the day by it.
OF_AN_ADDRESS = ((3, 600.0), (6, 86_400.0))
OF_A_NETWORK = (30, 3_600.0)
#: Text messages cost money: so many codes leave by them in all, whoever asks from however many networks.
OF_ALL_TEXT_MESSAGES = (2_000, 3_600.0)
#: Whatever is done behind it, the answer takes this long: sending a code must not be told from sending none.
ANSWERS_AFTER_SECONDS = 0.25
Purpose = Literal["start", "enter", "address"]
"""Signing up, signing in (only at an address that we know), and proving one more address of one's own."""


@dataclass(frozen=True)
class Codes:
    """`posted` wakes whoever sends service messages."""

    database: Database
    vault: Vault
    clock: Clock
    shared: Shared
    random_bytes: Callable[[int], bytes]
    posted: Callable[[], None]

    async def send(self, request: Request, purpose: Purpose, channel: Channel, address: str, language: Language) -> None:
        """Send a code to a normalised address; to sign in, only to one that we know. Who asks too often for one address
        hears the same answer, no code leaves, and the last one stays good.

        HTTPException 429 for a network that asks too often. TryLater when no code can be kept now, or no more text messages
        may leave in this hour.
        """
        seconds = asyncio.get_running_loop().time
        begun = seconds()
        await self._not_too_many(request)
        if not await self._too_often(channel, address):
            await self._afford(channel)
            await self._send(purpose, channel, address, language)
        await asyncio.sleep(max(0.0, ANSWERS_AFTER_SECONDS - (seconds() - begun)))

    async def prove(self, purpose: Purpose, channel: Channel, address: str, code: str) -> bool:
        """Whether this is the code that was sent; it is used up by it. TryLater when that cannot be checked now."""
        return await self.shared.redeem(purpose, f"{channel}:{address}", code)

    async def _send(self, purpose: Purpose, channel: Channel, address: str, language: Language) -> None:
        number = int.from_bytes(self.random_bytes(16), "big") % 10**DIGITS
        code = f"{number:0{DIGITS}}"
        await self.shared.issue(purpose, f"{channel}:{address}", code, LASTS.total_seconds(), GUESSES)
        now = self.clock.now()
        message = ServiceMessage(
            derived_id("srv", "code", self.random_bytes(16).hex()),
            "code",
            channel,
            address,
            language,
            {"code": code},
            now + LASTS,
        )
        async with self.database.write(first=True) as tx:
            if purpose != "enter" or await holders(tx, self.vault, channel, address):
                await put(tx, self.vault, message, now)
        self.posted()

    async def _not_too_many(self, request: Request) -> None:
        most, within = OF_A_NETWORK
        if wait := await self.shared.attempt(f"codes for the network {network_of(request)}", most, within):
            raise HTTPException(429, headers={"Retry-After": str(int(wait) + 1)})

    async def _afford(self, channel: Channel) -> None:
        most, within = OF_ALL_TEXT_MESSAGES
        if channel == "sms" and (wait := await self.shared.attempt("codes by text message", most, within)):
            raise TryLater("as many codes as may leave by text message in an hour have left", wait)

    async def _too_often(self, channel: Channel, address: str) -> bool:
        for most, within in OF_AN_ADDRESS:
            if await self.shared.attempt(f"codes for {channel}:{address} in {within:.0f}", most, within):
                return True
        return False


def network_of(request: Request) -> str:
    """The visitor's address; of IPv6 the /64 that one household has."""
    host = request.client.host if request.client else ""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    return str(ipaddress.ip_network((address, 64), strict=False)) if address.version == 6 else host


def read_code(written: str) -> str | None:
    """The six digits of what was typed, full width and blanks allowed; None for anything else."""
    digits = "".join(unicodedata.normalize("NFKC", written).split()).replace("-", "")
    return digits if len(digits) == DIGITS and digits.isascii() and digits.isdigit() else None


def read_address(written: str) -> tuple[Channel, str]:
    """The channel and the one spelling of an email address or a phone number. BadInput on field `address`."""
    plain = unicodedata.normalize("NFKC", written)
    channel: Channel = "email" if "@" in plain or not any(sign.isdigit() for sign in plain) else "sms"
    return channel, normalise_address(channel, written)
