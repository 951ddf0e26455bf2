"""The names of the providers of SMS_URL, which carry their receipts, charges, pauses and callback addresses: so they stay.

`?name=` in the setting says it. Without it a provider has the name under which it was first seen: who it is, is told by its
kind and, for a cloud, the id of its key, else by where it is reached and as whom; never by its secret. A provider that is new
is called after its kind (`aliyun`), or where that name was somebody's before, `aliyun-2`, and so on.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Mapping, Sequence

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from pushsvc.domain.subscribers import Channel
from pushsvc.domain.time import Instant
from pushsvc.errors import BadSetting
from pushsvc.settings.providers import ProviderUrl
from pushsvc.storage.advisory import one_after_another
from pushsvc.storage.database import Database, Transaction
from pushsvc.storage.rows import upsert
from pushsvc.storage.tables.providers import providers

Named = tuple[tuple[str, ProviderUrl], ...]
"""In the order of the setting."""

_CHANNEL: Channel = "sms"
#: Elsewhere their id alone says whose account it is: the host is the nearest of many doors.
_CLOUDS = ("aliyun", "tencent")
_NAME = re.compile(r"[a-z][a-z0-9-]{0,19}")
#: What other things are called where a provider's name may stand: an account of WeChat, everybody's budget, our own breaker.
_TAKEN = frozenset({"wechat", "email", "sms", "all", "breaker"})
_FORM = "lower-case letters, digits and -, at most 20, a letter first"


def kind_of(url: ProviderUrl) -> str:
    """`aliyun`, `tencent`, `smpp`, `cmpp`, or `http` for a plain gateway of either scheme."""
    return "http" if url.scheme == "https" else url.scheme


def asked_name(url: ProviderUrl) -> str:
    """`name=` of the setting; "" where it has none. BadSetting says what a name is."""
    name = url.options.get("name")
    if name is None:
        return ""
    if not _NAME.fullmatch(name) or name in _TAKEN:
        raise BadSetting(f"PUSHSVC_SMS_URL: {kind_of(url)}: name= is {_FORM}, and none of {', '.join(sorted(_TAKEN))}")
    return name


def identities(urls: Sequence[ProviderUrl]) -> list[str]:
    """Who each of them is, hashed. Of several that nothing but their secret tells apart, the second, the third …"""
    counted: Counter[str] = Counter()
    found = []
    for url in urls:
        account = [url.user or "", url.options.get("app", "")]
        where = [] if url.scheme in _CLOUDS else [url.host.lower(), str(url.port or ""), url.path]
        who = "\n".join([kind_of(url), *account, *where])
        counted[who] += 1
        found.append(hashlib.sha256(f"{who}\n{counted[who]}".encode()).hexdigest()[:40])
    return found


def name_them(urls: Sequence[ProviderUrl], remembered: Mapping[str, str]) -> Named:
    """`remembered`: by its identity, the name that a provider was seen under. BadSetting for a name that two are to have."""
    asked = [asked_name(url) for url in urls]
    twice = sorted(name for name, times in Counter(filter(None, asked)).items() if times > 1)
    if twice:
        raise BadSetting(f"PUSHSVC_SMS_URL: two providers are named {twice[0]}: give each a name= of its own")
    who = identities(urls)
    # An explicit name is its bearer's; who had it before is seen anew.
    taken = {*asked, *remembered.values()}
    found = []
    for url, own, identity in zip(urls, asked, who, strict=True):
        name = own or remembered.get(identity, "")
        if not name or (not own and name in asked):
            name = _free(kind_of(url), taken)
            taken.add(name)
        found.append((name, url))
    return tuple(found)


async def remembered_names(database: Database) -> Mapping[str, str]:
    """By its identity, the name of each provider that was ever seen and has not given it up."""
    async with database.read() as tx:
        return await _remembered(tx)


async def remember_names(database: Database, urls: Sequence[ProviderUrl], now: Instant) -> Named:
    """The providers under their names, durable from now on. BadSetting as for `name_them`."""
    if not urls:
        return ()
    remembered = await remembered_names(database)
    named = name_them(urls, remembered)
    if _as_remembered(named, remembered):
        return named
    async with database.write() as tx:
        await one_after_another(tx, "provider names", {_CHANNEL})
        remembered = await _remembered(tx)
        named = name_them(urls, remembered)
        if not _as_remembered(named, remembered):
            await _write(tx, named, now)
    return named


def _as_remembered(named: Named, remembered: Mapping[str, str]) -> bool:
    who = identities([url for _, url in named])
    return all(remembered.get(identity) == name for identity, (name, _) in zip(who, named, strict=True))


async def _write(tx: Transaction, named: Named, now: Instant) -> None:
    who = identities([url for _, url in named])
    # Whoever has another name now is not to be found under the old one, nor under somebody else's identity.
    which = sa.or_(providers.c.identity.in_(who), providers.c.name.in_([name for name, _ in named]))
    await tx.execute(sa.update(providers).where(which).values(identity=None))
    rows = [
        {"name": name, "channel": _CHANNEL, "weight": 1, "identity": identity, "changed_at": now}
        for identity, (name, _) in zip(who, named, strict=True)
    ]
    await upsert(tx, providers, rows, update=("identity",))


async def _remembered(tx: AsyncConnection) -> dict[str, str]:
    found = sa.select(providers.c.identity, providers.c.name).where(
        providers.c.channel == _CHANNEL, providers.c.identity.is_not(None)
    )
    return {row.identity: row.name for row in await tx.execute(found)}


def _free(kind: str, taken: set[str]) -> str:
    number = 1
    while (name := kind if number == 1 else f"{kind}-{number}") in taken:
        number += 1
    return name
