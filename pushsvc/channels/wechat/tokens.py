"""The account's access token: one for all processes, renewed by one of them, in time.

developers.weixin.qq.com, getStableAccessToken: a token lasts two hours at most. Asked in its last five minutes WeChat gives a
new one and lets both live; `force_refresh` kills the old one, works 20 times a day, and not within 30 s of another.
"""

from __future__ import annotations

import asyncio
import json
import os
import socket
from dataclasses import dataclass, replace
from datetime import timedelta

import sqlalchemy as sa

from pushsvc.channels.http_calls import HttpCalls
from pushsvc.channels.wechat.account import Account
from pushsvc.channels.wechat.codes import PROVIDER, code_of, judge
from pushsvc.clock import Clock
from pushsvc.domain.notices import SendResult
from pushsvc.domain.time import Instant
from pushsvc.errors import PushsvcError
from pushsvc.storage.database import Database
from pushsvc.storage.leases import Lease
from pushsvc.storage.rows import upsert
from pushsvc.storage.tables.providers import provider_tokens
from pushsvc.storage.vault import Vault
from pushsvc.telemetry import log

PATH = "/cgi-bin/stable_token"
SEALED_AS = "provider_token"
#: A new one is asked for this long before the end: a little later than WeChat begins to give a new one.
RENEW_BEFORE = timedelta(minutes=4, seconds=40)
#: An answer that is no better than what we had is not asked for again at once.
ASK_AGAIN_AFTER = timedelta(seconds=30)
LEASE_SECONDS = 12.0
#: Who finds somebody else asking waits so long for what they hear.
WAIT_SECONDS, LOOK_EVERY_SECONDS = 4.0, 0.2
#: WeChat's code for a wrong secret, when a token is asked for; with a token it means that the token is stale.
_WRONG_SECRET = 40001
_LONGEST_TOKEN = 1024
#: No token lives longer, whatever is said.
LONGEST_SECONDS = 7200


@dataclass(frozen=True)
class Held:
    """A token, when it was asked for, and when it ends."""

    token: str
    made_at: Instant
    ends_at: Instant

    def is_fresh(self, now: Instant) -> bool:
        return now < self.ends_at - RENEW_BEFORE or (self.lives(now) and now < self.made_at + ASK_AGAIN_AFTER)

    def lives(self, now: Instant) -> bool:
        return now < self.ends_at


class AccessTokens:
    """Gives the token. Never raises for what WeChat or the network does: then it gives the outcome of the message."""

    def __init__(self, account: Account, calls: HttpCalls, database: Database, vault: Vault, clock: Clock) -> None:
        self._account, self._calls, self._database, self._vault, self._clock = account, calls, database, vault, clock
        self._name = f"{PROVIDER} {account.app_id}"
        holder = f"{socket.gethostname()} pid {os.getpid()}"
        self._lease = Lease(database, f"token of {self._name}", holder, LEASE_SECONDS, clock)
        self._one_at_a_time = asyncio.Lock()
        self._held: Held | None = None

    async def current(self) -> str | SendResult:
        """The token to call with now."""
        if self._held and self._held.is_fresh(self._clock.now()):
            return self._held.token
        return await self._another(stale="")

    async def renewed(self, stale: str) -> str | SendResult:
        """Another token than `stale`, which WeChat does not take any more."""
        return await self._another(stale)

    async def _another(self, stale: str) -> str | SendResult:
        async with self._one_at_a_time:
            if found := await self._found(stale):
                return found
            until = asyncio.get_running_loop().time() + WAIT_SECONDS
            while not await self._lease.hold():
                if self._held and self._held.token != stale and self._held.lives(self._clock.now()):
                    return self._held.token  # somebody asks for the next one, and this one is still good
                if asyncio.get_running_loop().time() > until:
                    return SendResult("not_sent", "connect", "another process asks for WeChat's token", provider=PROVIDER)
                await asyncio.sleep(LOOK_EVERY_SECONDS)
                if found := await self._found(stale):
                    return found
            try:
                return await self._found(stale) or await self._ask(stale)
            finally:
                await self._lease.release()

    async def _found(self, stale: str) -> str | None:
        """The token of all processes, where it is fresh and another than `stale`."""
        now = self._clock.now()
        if not (self._held and self._held.token != stale and self._held.is_fresh(now)):
            self._held = await self._read()
        good = self._held and self._held.token != stale and self._held.is_fresh(now)
        return self._held.token if self._held and good else None

    async def _read(self) -> Held | None:
        async with self._database.read() as tx:
            row = (await tx.execute(sa.select(provider_tokens).where(provider_tokens.c.name == self._name))).first()
        try:
            return Held(self._vault.open(row.token, SEALED_AS), row.made_at, row.ends_at) if row else None
        except PushsvcError as error:
            log.warning("a kept access token cannot be read: another is asked for", why=str(error))
            return None

    async def _ask(self, stale: str) -> str | SendResult:
        """Needs the lease. `stale`: what is still alive by its time must be killed for a new one to be given."""
        now = self._clock.now()
        forced = bool(stale) and (self._held is None or now >= self._held.made_at + ASK_AGAIN_AFTER)
        held = await ask_for_token(self._account, self._calls, now, forced=forced)
        if isinstance(held, SendResult):
            return held
        self._held = held
        row = {"name": self._name, "token": self._vault.seal(held.token, SEALED_AS), "made_at": now, "ends_at": held.ends_at}
        async with self._database.write(first=True) as tx:
            await upsert(tx, provider_tokens, [row], update=("token", "made_at", "ends_at"))
        log.info("WeChat gave an access token", until=held.ends_at.isoformat(), forced=forced)
        return held.token


async def ask_for_token(account: Account, calls: HttpCalls, now: Instant, *, forced: bool = False) -> Held | SendResult:
    """The account's token; not `forced`, the one that lives is given again. Else what this means for a message: none left."""
    body = {
        "grant_type": "client_credential", "appid": account.app_id, "secret": account.secret, "force_refresh": forced,
    }  # fmt: skip
    headers = {"Content-Type": "application/json; charset=utf-8"}
    answer = await calls.call("POST", PATH, body=json.dumps(body).encode(), headers=headers)
    if isinstance(answer, SendResult):  # whatever became of it, no message left
        return replace(answer, verdict="not_sent", code="connect")
    told = answer.json()
    if code := code_of(told):
        result = judge(code, told.get("errmsg") if told else "", now)
        if code == _WRONG_SECRET:
            return replace(result, verdict="not_sent", why="the app secret is wrong", stops="provider")
        return result
    token, seconds = (told.get("access_token"), told.get("expires_in")) if told else (None, None)
    if not isinstance(token, str) or not 0 < len(token) <= _LONGEST_TOKEN or not isinstance(seconds, int) or seconds <= 0:
        why = f"WeChat answered {answer.status} without an access token"
        return SendResult("not_sent", "connect", why, provider=PROVIDER)
    return Held(token, now, now + timedelta(seconds=min(seconds, LONGEST_SECONDS)))
